import OrderedCollections
import Detection
package import Situations
package import TopologyModel
package import Values

extension Situation {
    /// The situation of an ordinary day, for plans without a controller: everything is up, every
    /// region is home, save what is assumed `lost`; as many users come as the curves say, save for
    /// the hosts that are assumed `saturated`, and for the `surge`, in percent of the curves.
    package static func ordinary(
        _ topology: Topology, digest: Digest, at now: Instant, lost: [FailureDomain] = [],
        saturated: [HostID] = [], surge: Int = 100
    ) -> Situation {
        var board = VerdictBoard()
        let evidence = Evidence(detector: .declared(by: "assumption", reason: "what if"))
        let up = Standing(verdict: .up, since: .distantPast, evidence: evidence)
        let gone = Standing(verdict: .lost, since: now, evidence: evidence)
        for host in topology.hosts.keys {
            let isLost = topology.site(of: host).map { site in lost.contains(where: site.isIn) }
            board.apply(.host(id: host, standing: isLost ?? false ? gone : up))
        }
        for edge in topology.edges.values {
            let isLost = topology.sites[edge.site].map { site in lost.contains(where: site.isIn) }
            board.apply(.edge(id: edge.id, standing: isLost ?? false ? gone : up))
        }
        for host in saturated.compactMap({ topology.hosts[$0] }) {
            board.apply(.load(host: host.id, standing: .assumedFull(host, at: now)))
        }
        if surge > 100 { board.apply(.surge(percent: surge, host: nil, at: now)) }
        for domain in lost { board.apply(.domain(id: domain, standing: gone)) }
        for (parent, child) in doubted(byLossOf: lost, in: topology) {
            let doubt = Doubt(
                since: now, until: now + topology.rules.doubtedFor, because: child.name)
            board.apply(.doubt(id: parent, doubt: doubt))
        }
        var situation = Situation(now: now, topology: topology, digest: digest, board: board)
        for region in topology.regions.values {
            situation.allocations[region.id] = Allocation(all: region.primary)
            for host in region.hosts {
                let standing = board.verdict(of: host) == .lost ? gone : up
                situation.board.apply(
                    .service(region: region.id, host: host, standing: standing))
            }
            for door in region.frontDoors {
                var known = Door(id: door.id, region: region.id)
                known.desired =
                    door.pointsAtEdges
                    ? DoorState(edges: region.edges)
                    : DoorState(all: region.primary)
                situation.doors[door.id] = known
            }
        }
        return situation
    }
}

extension LoadStanding {
    /// As many users as were proven that the host bears.
    fileprivate static func assumedFull(_ host: Host, at now: Instant) -> LoadStanding {
        LoadStanding(
            verdict: .saturated, since: now, reason: .users(share: .one),
            load: Load(users: host.capacity.users), capacity: host.capacity.users)
    }
}
