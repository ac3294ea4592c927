import Planning
import Situations
import TopologyModel
import Values

/// Hold-down and damping: what a shift, or a return that failed, forbids for a while.
struct ReturnRules {
    let region: Region
    let history: History
    let now: Instant

    /// What is journaled when a run has shifted the region.
    func fact(for placement: RegionPlacement, cause: Cause) -> Fact {
        let shift = ShiftRecord(
            region: region.id, at: now, cause: cause, from: placement.from, to: placement.to)
        guard cause == .lost else {
            let less = placement.from.hosts.filter {
                placement.to.percent(of: $0) < placement.from.percent(of: $0)
            }
            let holds = less.map {
                HoldDown(
                    region: region.id, cause: cause, left: $0,
                    until: now + region.rules.holdDown.saturated)
            }
            return .shifted(
                shift: shift, holdDowns: cause == .saturated ? holds : [],
                failedReturns: history.failedReturns(of: region.id))
        }
        let failed = failedReturns
        let left = placement.from.hosts.filter { placement.to.percent(of: $0) == .zero }
        return .shifted(
            shift: shift, holdDowns: left.map { hold(on: $0, after: failed) },
            failedReturns: failed)
    }

    /// The same when a return was rolled back: the primary is held down for longer than before.
    func factForFailedReturn(_ placement: RegionPlacement) -> Fact {
        let failed = history.failedReturns(of: region.id) + 1
        let shift = ShiftRecord(
            region: region.id, at: now, cause: .lost, from: placement.from, to: placement.from)
        return .shifted(
            shift: shift, holdDowns: [hold(on: region.primary, after: failed)],
            failedReturns: failed)
    }

    /// Returns that failed in a row, when the region leaves again: one more where the last shift
    /// was a return younger than `dampingMax`, none where the last return held for longer.
    private var failedReturns: Int {
        let known = history.failedReturns(of: region.id)
        guard let last = history.shifts.last(where: { $0.region == region.id }),
            last.to.percent(of: region.primary) == .all
        else { return known }
        return now - last.at < region.rules.holdDown.dampingMax ? known + 1 : 0
    }

    private func hold(on host: HostID, after failedReturns: Int) -> HoldDown {
        let rules = region.rules.holdDown
        var length = rules.lost
        for _ in 0..<failedReturns where length < rules.dampingMax { length = length * 2 }
        return HoldDown(
            region: region.id, cause: .lost, left: host, until: now + min(length, rules.dampingMax))
    }
}
