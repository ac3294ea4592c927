package import TopologyModel
package import Values

/// A host as a crowd meets it, and what the last second was like there.
package struct CrowdHost: Hashable, Sendable {
    package let id: HostID
    package let proven: Capacity
    /// What it can bear now, in percent of what was proven; 0 and up.
    package var percent = 100
    /// Whether it answers anybody.
    package var isAnswering = true
    /// What makes each answer late beside the crowd.
    package var slowness = Duration.zero
    /// Users with a session there.
    package internal(set) var sessions: Users = 0
    package internal(set) var logins = 0
    /// Sessions, and the work of requests that come to nothing, in users.
    package internal(set) var load: Users = 0
    /// The share of what it bears that is answered in time.
    package internal(set) var answered = PartsPerMillion.one

    package init(_ host: Host) { (id, proven) = (host.id, host.capacity) }

    package var model: HostModel {
        HostModel(capacity: Capacity(users: proven.users * min(percent, 1000) / 100))
    }

    package var loginsMax: Int? { proven.loginsPerSecond.map { $0 * min(percent, 1000) / 100 } }

    /// Load in percent of the capacity now, rounded up; 100 times the users where there is none.
    package var loadPercent: Int {
        let capacity = max(model.capacity, 1)
        return (load * 100 + capacity - 1) / capacity
    }

    /// Whether it bears more than its queue holds, and so turns users away.
    package var isOverloaded: Bool { model.service(users: load).refused > PartsPerMillion(0) }
}

/// What logins need beside the host, and how much of it there is.
package struct CrowdDependency: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case well
        case lost
        case slow(loginsPerSecond: Int)
    }

    package let id: DependencyID
    package let proven: Int?
    package var state = State.well
    /// Requests a second that take its time and are no logins.
    package var attack = 0
    /// Logins that were asked of it in the last second.
    package internal(set) var asked = 0

    package init(_ dependency: Dependency) {
        (id, proven) = (dependency.id, dependency.loginsPerSecond)
    }

    /// Of so many logins asked for, those that it gets done; nil bounds nothing.
    package func done(of asked: Int) -> Int {
        guard let most else { return asked }
        // It cannot tell an attack from a login, and shares its time between them.
        return asked + attack <= most ? asked : min(asked, parts(of: most, by: [asked, attack])[0])
    }

    /// The share of the last second's requests that it had no time for: those are turned away, and
    /// the others wait in a queue that is full.
    package var refused: PartsPerMillion {
        let requests = asked + attack
        guard let most, requests > most else { return PartsPerMillion(0) }
        return PartsPerMillion((requests - most) * 1_000_000 / requests)
    }

    private var most: Int? {
        switch state {
        case .well: proven
        case .lost: 0
        case .slow(let loginsPerSecond): loginsPerSecond
        }
    }
}
