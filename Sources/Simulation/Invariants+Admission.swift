import Control
import OrderedCollections
import Planning
import Playbooks
import Situations
import TopologyModel
import Values

// Promises about who is let in first; they speak only where a quota is set.
extension Invariant {
    /// In school hours no class gets entries while one before it gets less than it asks for, in any
    /// allocation that is planned, and at no gate while one before it is shut out.
    ///
    /// What a class asks for is at least its ordinary demand: a surge only adds to it. A door's
    /// part of a quota is judged by whether it is 0 alone, for a split over edges says no more.
    static let classesInOrder = Invariant("classesInOrder") { world, change in
        guard world.topology.calendar.isSchoolTime(at: world.now) else { return nil }
        switch change {
        case .entries(let entries, _):
            for case .run(_, .began(let plan)) in entries.map(\.fact) {
                for placement in plan.placement.regions {
                    guard let region = world.topology.regions[placement.region] else { continue }
                    let asked = asked(in: region, of: world)
                    if let words = outOfOrder(placement.to.admission, in: world.topology, asked) {
                        return Violation(
                            "classesInOrder", "\(plan.title), \(region.id): \(words)",
                            at: world.now)
                    }
                }
            }
        case .door(let id, by: .some):
            let quotas = world.doors[id]?.state.admission ?? []
            if let words = outOfOrder(quotas, in: world.topology, { _ in 1 }) {
                return Violation("classesInOrder", "\(id): \(words)", at: world.now)
            }
        case .door, .event, .sent, .leads: break
        }
        return nil
    }

    /// The ordinary demand of each class of a region now.
    private static func asked(in region: Region, of world: World) -> (ClassID) -> Users {
        let users = region.demand.users(at: world.now, in: world.topology.calendar)
        return { kind in
            // Rounded down, so that a quota of exactly the demand is enough.
            region.demand.shares.first { $0.classID == kind }
                .map { users * $0.share.value / 100 } ?? 0
        }
    }

    /// The first class that comes before its turn, in words.
    private static func outOfOrder(
        _ quotas: [ClassQuota], in topology: Topology, _ asked: (ClassID) -> Users
    ) -> String? {
        guard !quotas.isEmpty else { return nil }
        var short: String?
        for kind in topology.classes.map(\.id) {
            let quota = quotas.first { $0.classID == kind }
            let isLetIn = quota.map { $0.users > 0 && $0.entriesPerSecond > 0 } ?? true
            if let short, isLetIn { return "\(kind) is let in while \(short) are short" }
            let isShort = quota.map { $0.users < asked(kind) || $0.entriesPerSecond == 0 } ?? false
            if isShort { short = short ?? "\(kind) (\(quota?.users ?? 0) of \(asked(kind)))" }
        }
        return nil
    }
}
