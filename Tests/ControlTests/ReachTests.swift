import Control
import OrderedCollections
import Planning
import Simulation
import Situations
import Testing
import TopologyModel
import Values

/// What a plan for a person cannot reach is said instead of planned.
@Suite struct ReachTests {
    /// The simulator's topology with one name server, at gra1, that takes changes.
    private func answer(
        to intent: PlanIntent, lost: [FailureDomain] = [], isForced: Bool = false
    ) throws -> PlanAnswer {
        let old = Topology.simulated(controllers: 1)
        let server = ZoneServer(
            endpoint: Endpoint(.v4(0x7f00_3501), port: 53), site: SiteID("gra1"),
            takesUpdates: true, tsigKeyFile: nil)
        let topology = Topology(
            rules: old.rules, providers: Array(old.providers.values),
            sites: Array(old.sites.values), hosts: Array(old.hosts.values),
            edges: Array(old.edges.values),
            zones: [Zone(id: ZoneID("ent.example"), servers: [server], serversMin: 1)],
            references: old.references, regions: Array(old.regions.values))
        let configuration = try Desk.configuration(topology)
        let situation = Situation.ordinary(
            topology, digest: configuration.digest, at: Desk.start, lost: lost)
        return configuration.plan(
            for: intent, by: "ada", in: situation, isForced: isForced)
    }

    private var serversSite: FailureDomain {
        get throws {
            let topology = Topology.simulated(controllers: 1)
            return try #require(topology.sites[SiteID("gra1")]?.domains.last { !$0.isFate })
        }
    }

    @Test("a name that no server is left to change is not planned, unless a person forces it")
    func stuckNames() throws {
        let failover = PlanIntent.failover(region: RegionID("occitanie"), to: nil)
        guard case .plan = try answer(to: failover) else {
            Issue.record("with its name server it is no plan")
            return
        }
        let refused = try answer(to: failover, lost: [try serversSite])
        guard case .refused(let faults) = refused else {
            Issue.record("it is no refusal: \(refused)")
            return
        }
        #expect(
            faults.map(\.what) == [
                "too few name servers of ent.example are left to change the name of occitanie"
            ])
        #expect(faults[0].mend.contains("bascule readiness occitanie"))
        guard case .plan = try answer(to: failover, lost: [try serversSite], isForced: true)
        else {
            Issue.record("forced, it is no plan")
            return
        }
    }

    @Test("what stands in a domain whose evacuation changes nothing is named")
    func whatNoPlanMoves() throws {
        let evacuation = PlanIntent.evacuate(domain: try serversSite)
        guard case .plan = try answer(to: evacuation) else {
            Issue.record("hauts-de-france leaves ent-gra1 for it")
            return
        }
        let topology = Topology.simulated(controllers: 1)
        let lyo = try #require(topology.sites[SiteID("lyo1")]?.domains.last { !$0.isFate })
        let nothing = try answer(to: .evacuate(domain: lyo))
        guard case .alreadySo(let text) = nothing else {
            Issue.record("it is something: \(nothing)")
            return
        }
        #expect(
            text.hasSuffix("changes nothing; what no plan moves stands there: the edge edge-2"))
    }
}
