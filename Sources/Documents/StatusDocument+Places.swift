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
        /// What the logins by it are held to be; absent where their number is not bounded.
        package let logins: LoginStanding?
    }

    package struct EdgeStatus: Hashable, Codable, Sendable {
        package let id: EdgeID
        package let site: SiteID
        /// Nil until enough was seen of it.
        package let standing: Standing?
        /// Whether nobody comes through it: it is lost, or stands in what is lost.
        package let isOut: Bool
    }

    package struct ZoneStatus: Hashable, Codable, Sendable {
        package let id: ZoneID
        /// Of its servers together: `degraded` where some are lost, `lost` where all are; nil until
        /// enough was seen of one.
        package let standing: Standing?
        /// How many of its servers must take a change.
        package let serversMin: Int
        package let servers: [NameServerStatus]
    }

    package struct NameServerStatus: Hashable, Codable, Sendable {
        package let endpoint: Endpoint
        package let site: SiteID
        package let takesUpdates: Bool
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
            DependencyStatus(
                id: $0, standing: situation.board.dependencies[$0],
                logins: situation.board.logins[$0])
        }
    }

    static func edges(in situation: Situation) -> [EdgeStatus] {
        situation.topology.edges.values.map {
            EdgeStatus(
                id: $0.id, site: $0.site, standing: situation.board.edges[$0.id],
                isOut: situation.isOut($0.id))
        }
    }

    static func zones(in situation: Situation) -> [ZoneStatus] {
        situation.topology.zones.values.map { zone in
            let servers = zone.servers.map { server in
                let known = VerdictBoard.NameServer(zone: zone.id, endpoint: server.endpoint)
                return NameServerStatus(
                    endpoint: server.endpoint, site: server.site,
                    takesUpdates: server.takesUpdates,
                    standing: situation.board.nameServers[known])
            }
            return ZoneStatus(
                id: zone.id, standing: standing(of: servers.compactMap(\.standing), zone),
                serversMin: zone.serversMin, servers: servers)
        }
    }

    private static func standing(of servers: [Standing], _ zone: Zone) -> Standing? {
        guard let lost = servers.first(where: { $0.verdict == .lost }) else { return servers.first }
        let isLost =
            servers.count == zone.servers.count && servers.allSatisfy { $0.verdict == .lost }
        return isLost
            ? lost : Standing(verdict: .degraded, since: lost.since, evidence: lost.evidence)
    }
}
