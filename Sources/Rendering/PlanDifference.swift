import OrderedCollections
import Planning
package import Playbooks
import Situations
import TopologyModel

extension Plan {
    /// What another plan for the same would do otherwise, region by region.
    package func difference(from older: Plan, _ palette: Palette = .none) -> String {
        var table = TextTable(["REGION", "PLANNED", "NOW"])
        for region in OrderedSet(older.regions + regions) {
            let (was, now) = (older.target(of: region), target(of: region))
            table.add([
                Cell(region.name, .strong), Cell(was ?? "not moved"),
                was == now ? Cell("the same", .faint) : Cell(now ?? "not moved", .warning),
            ])
        }
        return table.text(palette)
    }

    private func target(of region: RegionID) -> String? {
        placement.regions.first { $0.region == region }.map { move in
            let quotas = move.to.isRationed ? "; \(move.to.admission.words)" : ""
            return move.to.words + quotas
        }
    }
}
