import OrderedCollections
import TopologyModel
import Values

/// The last report of another vantage point, by number of target.
struct HeardReport: Sendable {
    struct Opinion: Equatable, Sendable {
        let verdict: Verdict
        let kind: FailureKind?
    }

    let at: Instant
    private let heardAt: Instant
    private(set) var opinions: [Opinion?]

    /// Opinions of targets that are not probed here are dropped.
    init(
        _ report: VantageReport, targets: OrderedDictionary<ProbeTarget, ProbeRules>,
        at now: Instant
    ) {
        (at, heardAt) = (report.at, now)
        opinions = targets.keys.map { _ in nil }
        for opinion in report.opinions {
            guard let target = targets.index(forKey: opinion.target) else { continue }
            opinions[target] = Opinion(verdict: opinion.verdict, kind: opinion.kind)
        }
    }

    /// By this machine's clock: when it came, not when it was written.
    func isFresh(at now: Instant) -> Bool { now - heardAt < Quorum.staleAfter }

    /// The same report, numbered for a reloaded topology.
    func moved(
        from old: OrderedDictionary<ProbeTarget, ProbeRules>,
        to new: OrderedDictionary<ProbeTarget, ProbeRules>
    ) -> HeardReport {
        var moved = self
        moved.opinions = new.keys.map { target in
            old.index(forKey: target).flatMap { opinions[$0] }
        }
        return moved
    }
}
