import OrderedCollections
import Situations
package import TopologyModel
package import Values

/// What a scenario promises about its users.
package enum CrowdExpectation: Hashable, Sendable {
    /// No host ever has a load above so many percent of what it can bear then.
    case neverOver(percent: Int)
    /// Of those who want to be in, at least so many are in and answered, at every second of it; of
    /// one class, or of all.
    case servedAtLeast(region: RegionID, kind: ClassID?, Percent, ClosedRange<Duration>)
    case servedAtMost(region: RegionID, kind: ClassID?, Percent, ClosedRange<Duration>)
    /// Nobody comes in while a class before theirs has been waiting at the gate for a minute.
    case classesInOrder(region: RegionID)
    /// From then on no host turns users away.
    case noRelapse(after: Duration)
    /// The host turns users away at every second of it.
    case overloaded(host: HostID, ClosedRange<Duration>)
    /// Of all tries to log in at most so many fail.
    case refusedAtMost(region: RegionID, Percent)
    /// No gate of the region holds a quota, at every second of it.
    case unrationed(region: RegionID, ClosedRange<Duration>)

    package var sentence: String {
        switch self {
        case .neverOver(let percent): "no host ever bears more than \(percent)% of its capacity"
        case .servedAtLeast(let region, let kind, let percent, let span):
            "\(region)\(words(kind)): \(percent) or more are served \(words(span))"
        case .servedAtMost(let region, let kind, let percent, let span):
            "\(region)\(words(kind)): \(percent) or fewer are served \(words(span))"
        case .classesInOrder(let region): "\(region): no class comes in before its turn"
        case .noRelapse(let after): "no host turns users away after \(after.shortText)"
        case .overloaded(let host, let span): "\(host) turns users away \(words(span))"
        case .refusedAtMost(let region, let percent):
            "\(region): \(percent) or fewer of the logins fail"
        case .unrationed(let region, let span): "\(region) is not rationed \(words(span))"
        }
    }

    private func words(_ kind: ClassID?) -> String { kind.map { ", \($0)" } ?? "" }

    private func words(_ span: ClosedRange<Duration>) -> String {
        span.lowerBound == span.upperBound
            ? "after \(span.lowerBound.shortText)"
            : "from \(span.lowerBound.shortText) to \(span.upperBound.shortText)"
    }
}

// MARK: - What the topology must have

extension CrowdExpectation {
    func fault(in topology: Topology) -> Fault? {
        switch self {
        case .neverOver, .noRelapse: nil
        case .servedAtLeast(let region, let kind, _, _), .servedAtMost(let region, let kind, _, _):
            topology.fault(naming: region) ?? kind.flatMap { topology.fault(naming: $0) }
        case .classesInOrder(let region), .refusedAtMost(let region, _), .unrationed(let region, _):
            topology.fault(naming: region)
        case .overloaded(let host, _): topology.fault(naming: host)
        }
    }
}

extension CrowdEvent {
    func fault(in topology: Topology) -> Fault? {
        switch self {
        case .surge(let regions, _, _, _):
            regions.lazy.compactMap { topology.fault(naming: $0) }.first
        case .attack(.region(let region), _): topology.fault(naming: region)
        case .attack(.dependency(let id), _), .dependency(let id, _): topology.fault(naming: id)
        case .slow(let host, _), .capacity(let host, _), .proven(let host, _),
            .loadSource(let host, _):
            topology.fault(naming: host)
        case .quota(let region, let quota): topology.fault(gating: quota.classID, of: region)
        case .lift(let region, let kind): topology.fault(gating: kind, of: region)
        }
    }
}

extension Topology {
    fileprivate func fault(naming kind: ClassID) -> Fault? {
        classes.contains { $0.id == kind }
            ? nil : unknown("class", kind.name, classes.map(\.id.name))
    }

    fileprivate func fault(gating kind: ClassID, of region: RegionID) -> Fault? {
        if let fault = fault(naming: region) ?? fault(naming: kind) { return fault }
        guard regions[region]?.hasGate == false else { return nil }
        return Fault(
            what: "the scenario sets a quota for \(region), whose doors are no gate",
            mend: "give it an HAProxy door with gate: true")
    }
}
