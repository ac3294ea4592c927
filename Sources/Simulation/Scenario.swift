package import Control
import Playbooks
import Situations
package import TopologyModel
package import Values
package import Workload

/// A day to replay: a topology, timed events, and what is expected of it.
package struct Scenario: Hashable, Sendable {
    package let title: String
    /// When it begins.
    package let start: Instant
    package let length: Duration
    package let controllers: Int
    package let seed: UInt64
    package let hasOperator: Bool
    /// How the users behave; nil is a day without users.
    package let crowd: CrowdHabits?
    /// What may be done by itself in every region, in place of what the topology says.
    package let policy: OverloadPolicy?
    package let events: [Timed<WorldEvent>]
    package let expectations: [Expectation]

    package init(
        title: String, start: Instant, length: Duration, controllers: Int = 1, seed: UInt64 = 1,
        hasOperator: Bool = false, crowd: CrowdHabits? = nil, policy: OverloadPolicy? = nil,
        events: [Timed<WorldEvent>], expectations: [Expectation]
    ) {
        (self.title, self.start, self.length) = (title, start, length)
        (self.controllers, self.seed, self.hasOperator) = (controllers, seed, hasOperator)
        (self.crowd, self.policy) = (crowd, policy)
        (self.events, self.expectations) = (events, expectations)
    }
}

/// Something at a time after the scenario's start.
package struct Timed<Content: Hashable & Sendable>: Hashable, Sendable {
    package let after: Duration
    package let content: Content

    package init(after: Duration, _ content: Content) {
        (self.after, self.content) = (after, content)
    }
}

/// What a scenario promises.
package enum Expectation: Hashable, Sendable {
    /// From then on the region is served in full by hosts outside the domain.
    case servedOutside(region: RegionID, domain: FailureDomain, by: Duration)
    /// Then every user of the region is sent to this host.
    case servedBy(region: RegionID, host: HostID, at: Duration)
    /// No run of the whole scenario sends anybody to a host of the domain.
    case neverShiftedInto(domain: FailureDomain)
    /// Neither the host nor a region at it is ever held lost.
    case neverLost(host: HostID)
    /// The region is shifted at most so often, in the whole scenario.
    case shiftsAtMost(region: RegionID, count: Int)
    /// Somebody was paged about this by then.
    case paged(text: String, by: Duration)
    case crowd(CrowdExpectation)

    /// For people.
    package var sentence: String {
        switch self {
        case .servedOutside(let region, let domain, let by):
            "\(region) is served outside \(domain) within \(by.shortText)"
        case .servedBy(let region, let host, let at):
            "\(region) is served by \(host) after \(at.shortText)"
        case .neverLost(let host): "\(host) is never held lost"
        case .neverShiftedInto(let domain): "nobody is ever sent into \(domain)"
        case .shiftsAtMost(let region, let count):
            "\(region) is shifted at most \(count) time\(count == 1 ? "" : "s")"
        case .paged(let text, let by): "a page says '\(text)' within \(by.shortText)"
        case .crowd(let expectation): expectation.sentence
        }
    }
}

/// What came of a scenario.
package struct ScenarioReport: Sendable {
    package struct Line: Sendable {
        package let at: Instant
        package let after: Duration
        package let notice: Notice
    }

    package struct Check: Sendable {
        package let expectation: Expectation
        package let isMet: Bool
        /// What was seen instead.
        package let seen: String
    }

    package let title: String
    package let start: Instant
    package let timeline: [Line]
    package let checks: [Check]
    /// What the users met, by region; empty for a day without users.
    package let crowds: [CrowdStory]
    /// How hard each host was pressed.
    package let presses: [HostStory]
    package let violation: Violation?
    package let digest: UInt64

    package var isGood: Bool { violation == nil && checks.allSatisfy(\.isMet) }
}
