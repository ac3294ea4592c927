import Control
import OrderedCollections
package import Detection
package import Situations
package import TopologyModel
package import Values

// What is held to be true of the places and things that regions hang on.
extension StatusDocument {
    package struct DomainStatus: Hashable, Codable, Sendable {
        package let id: FailureDomain
        package let standing: Standing?
        package let doubt: Doubt?
        package let declaration: Declaration?
    }

    package struct DependencyStatus: Hashable, Codable, Sendable {
        package let id: DependencyID
        package let standing: Standing?
    }

    package struct EdgeStatus: Hashable, Codable, Sendable {
        package let id: EdgeID
        /// Nil until something judges it.
        package let standing: Standing?
    }

    package struct ZoneStatus: Hashable, Codable, Sendable {
        package let id: ZoneID
        /// Nil until something judges it.
        package let standing: Standing?
    }

    /// A topology or playbook that was read and may not be in force.
    package struct RefusedReload: Hashable, Codable, Sendable {
        package let at: Instant
        package let fault: Fault

        package init(at: Instant, fault: Fault) { (self.at, self.fault) = (at, fault) }
    }
}

extension StatusDocument {
    static func domains(in situation: Situation) -> [DomainStatus] {
        let board = situation.board
        return situation.topology.domains.map { domain in
            DomainStatus(
                id: domain, standing: board.domains[domain],
                doubt: board.doubts[domain].flatMap { situation.now < $0.until ? $0 : nil },
                declaration: board.declarations[domain])
        }
    }

    static func dependencies(in situation: Situation) -> [DependencyStatus] {
        situation.topology.dependencies.keys.map {
            DependencyStatus(id: $0, standing: situation.board.dependencies[$0])
        }
    }

    static func edges(in situation: Situation) -> [EdgeStatus] {
        situation.topology.edges.keys.map {
            EdgeStatus(id: $0, standing: situation.board.standing(of: $0))
        }
    }

    static func zones(in situation: Situation) -> [ZoneStatus] {
        situation.topology.zones.keys.map {
            ZoneStatus(id: $0, standing: situation.board.standing(of: $0))
        }
    }
}

extension VerdictBoard {
    /// What is held true of an edge: nothing judges edges yet.
    fileprivate func standing(of edge: EdgeID) -> Standing? { nil }

    /// What is held true of a zone: nothing judges zones yet.
    fileprivate func standing(of zone: ZoneID) -> Standing? { nil }
}
