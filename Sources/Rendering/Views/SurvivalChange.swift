import OrderedCollections
package import Planning
package import TopologyModel

/// A loss that one topology outlives otherwise than another.
package struct SurvivalChange: Hashable, Encodable, Sendable {
    /// None is what is so without any loss.
    package let lost: [FailureDomain]
    /// Nil where the topology has not all of the domains.
    package let old: LossSurvival?
    package let new: LossSurvival?

    /// In the order of the new topology's losses, then those that it has no more; alike is who
    /// fares alike region by region, wherever it is sent.
    static func all(from old: Survivability, to new: Survivability) -> [SurvivalChange] {
        let (before, after) = (old.withBefore, new.withBefore)
        return after.keys.union(before.keys).compactMap { lost in
            let change = SurvivalChange(
                lost: lost, old: before[old.standingFor(lost)], new: after[new.standingFor(lost)])
            return change.old?.fares == change.new?.fares ? nil : change
        }
    }
}

extension Survivability {
    /// What is so without any loss stands first.
    fileprivate var withBefore: OrderedDictionary<[FailureDomain], LossSurvival> {
        let none = LossSurvival(lost: [], regions: before.regions, acting: .byItself)
        var all: OrderedDictionary = [[FailureDomain](): none]
        all.merge(byLost) { first, _ in first }
        return all
    }

    /// The same loss by the names under which it was answered: a domain that holds what another
    /// holds was not asked again.
    fileprivate func standingFor(_ lost: [FailureDomain]) -> [FailureDomain] {
        lost.map { domain in same.first { $0.domain == domain }?.fallsWith ?? domain }
    }
}

extension LossSurvival {
    fileprivate struct Fare: Hashable {
        let region: RegionID
        let outcome: RegionSurvival.Outcome
    }

    fileprivate var fares: [Fare] { regions.map { Fare(region: $0.region, outcome: $0.outcome) } }
}

extension [SurvivalChange] {
    func text(_ palette: Palette) -> String {
        guard !isEmpty else { return "" }
        var table = TextTable(["LOST", "WAS", "NOW", "REGIONS NOW"])
        for change in self {
            table.add([
                Cell(change.lost.isEmpty ? "nothing" : change.lost.names, .strong),
                SurvivalChange.cell(change.old), SurvivalChange.cell(change.new),
                Cell(change.new.map { $0.regions.isEmpty ? "-" : $0.regions.clauses } ?? "-"),
            ])
        }
        return "\n" + wrapped("What a loss does otherwise, from home, in the worst hour:") + "\n"
            + table.text(palette)
    }
}

extension SurvivalChange {
    fileprivate static func cell(_ loss: LossSurvival?) -> Cell {
        loss.map { Cell($0.grade.words, $0.grade.tone) } ?? Cell("not there", .faint)
    }
}
