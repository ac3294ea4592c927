import OrderedCollections
package import Planning
package import TopologyModel

/// A loss that one topology outlives otherwise than another.
package struct SurvivalChange: Hashable, Encodable, Sendable {
    package let lost: [FailureDomain]
    /// Nil where the topology has not all of the domains.
    package let old: LossSurvival?
    package let new: LossSurvival?

    /// In the order of the new topology's losses, then those that it has no more; alike is who
    /// fares alike region by region, wherever it is sent.
    static func all(from old: Survivability, to new: Survivability) -> [SurvivalChange] {
        let (before, after) = (old.byLost, new.byLost)
        return after.keys.union(before.keys).compactMap { lost in
            let change = SurvivalChange(lost: lost, old: before[lost], new: after[lost])
            return change.old?.fares == change.new?.fares ? nil : change
        }
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
                Cell(change.lost.names, .strong),
                SurvivalChange.cell(change.old), SurvivalChange.cell(change.new),
                Cell(change.new?.shortWords ?? "-"),
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
