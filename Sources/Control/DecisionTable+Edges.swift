import Detection
import OrderedCollections
import Situations
import TopologyModel
import Values

// Where a region's names point is decided beside where the region is: a lost edge moves the name,
// and the hosts behind it stay.
extension DecisionTable {
    package static let edgeRows: [DecisionRow] = [noEdge, edgeLost, edgeBack, stayAtEdges]

    private static let noEdge = DecisionRow(
        "no-edge", when: "every edge that a name points at is lost, and no other is sound",
        then: "nothing: an answer is never empty", heldBy: []
    ) { view in
        view.names.contains { view.isOutEverywhere($0) && view.soundEdges.isEmpty } ? .stay : nil
    }

    private static let edgeLost = DecisionRow(
        "edge-lost",
        when:
            "a name points at an edge that is lost, or stands in what is lost, or that a person "
            + "drained or has under maintenance",
        then: "point it at the edges that are left, or at others that are sound; hosts stay",
        heldBy: [.pause, .isolation, .brake, .patience]
    ) { view in
        for door in view.names {
            let named = door.desired?.edges ?? []
            let left = named.filter {
                !view.situation.isOut($0) && view.situation.closure(of: $0) == nil
            }
            let edges = left.isEmpty ? view.soundEdges : left
            guard left != named, !edges.isEmpty else { continue }
            return .wanted(
                change: .repoint(door: door.id, region: view.region.id, edges: edges.sorted()))
        }
        return nil
    }

    private static let edgeBack = DecisionRow(
        "edge-back",
        when:
            "an edge that was taken out of a name has been sound for `failback.dwell.host`, and "
            + "its door is as desired",
        then: "let the name point at it again", heldBy: [.pause, .isolation, .brake]
    ) { view in
        for door in view.names {
            let back = (door.withdrawn ?? []).filter { view.hasDwelt($0) && view.isInStep($0) }
            guard !back.isEmpty, let named = door.desired?.edges else { continue }
            return .wanted(
                change: .repoint(
                    door: door.id, region: view.region.id, edges: (named + back).sorted()))
        }
        return nil
    }

    private static let stayAtEdges = DecisionRow(
        "stay", when: "nothing else applies", then: "nothing", heldBy: []
    ) { _ in .stay }
}

extension RegionView {
    /// Names that point at edges, as far as they are ours to change.
    fileprivate var names: [Door] {
        region.frontDoors.filter(\.pointsAtEdges).compactMap { situation.doors[$0.id] }.filter {
            switch $0.standing {
            case .asDesired, .forgot, .unreadable: true
            case .unread, .drifted: false
            }
        }
    }

    fileprivate var soundEdges: [EdgeID] { region.edges.filter(situation.isSound) }

    fileprivate func isOutEverywhere(_ name: Door) -> Bool {
        name.desired?.edges.map { !$0.isEmpty && $0.allSatisfy(situation.isOut) } ?? false
    }

    /// Whether the edge has been sound for as long as failback asks of a host.
    fileprivate func hasDwelt(_ edge: EdgeID) -> Bool {
        guard region.edges.contains(edge), situation.isSound(edge),
            let since = situation.board.edges[edge]?.since
        else { return false }
        return situation.now - since >= region.rules.failback.dwellHost
    }

    /// Whether the region's door at the edge sends users to where the region is.
    fileprivate func isInStep(_ edge: EdgeID) -> Bool {
        region.frontDoors.filter { $0.edge == edge }.allSatisfy { door in
            guard let known = situation.doors[door.id] else { return false }
            return known.standing == .asDesired && known.missed == nil
        }
    }
}
