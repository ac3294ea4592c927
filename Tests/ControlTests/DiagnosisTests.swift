import Control
import Detection
import OrderedCollections
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// A situation of grand-est, whose home is ent-sbg2, and what it must be found to suffer from.
struct Suffering: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let cause: Cause?
    let mayBeAttack: Bool
    let situation: Situation
    let loads: OrderedDictionary<HostID, LoadPicture>

    init(
        _ description: String, _ cause: Cause?, orAttacked mayBeAttack: Bool = false,
        logins: Int? = nil, _ change: (inout Situation) -> Void
    ) {
        testDescription = description
        var situation = Situation.ordinary(
            Topology.simulated(controllers: 1), digest: Digest(hex: "d1"), at: Desk.start)
        situation.board.apply(
            .dependency(
                id: DependencyID("educonnect"), standing: standing(.up, since: Suffering.longAgo)))
        change(&situation)
        (self.cause, self.mayBeAttack, self.situation) = (cause, mayBeAttack, situation)
        loads = [
            sbg2: LoadPicture(
                at: Desk.start, load: Load(users: 60_000, loginsPerSecond: logins),
                capacity: 60_000, usersPerMinute: 0, isPartial: false)
        ]
    }

    var diagnosis: Diagnosis {
        get throws {
            let declared = try #require(situation.topology.regions[grandEst])
            let region = Region(
                id: declared.id, title: declared.title, priority: declared.priority,
                demand: declared.demand, probes: declared.probes, primary: declared.primary,
                standbys: declared.standbys, dependsOn: [DependencyID("educonnect")],
                frontDoors: declared.frontDoors)
            return RegionView(situation: situation, region: region).diagnosis(loads: loads)
        }
    }

    static let longAgo = Desk.start - .seconds(3600)

    /// 60,000 users on the host make 84 logins a second.
    static let all: [Suffering] = [
        Suffering("an ordinary day", .unaffected) { $0.load(sbg2, .up) },
        Suffering("nobody knows where it is", nil) { $0.allocations[grandEst] = nil },
        Suffering("its host is lost", .lost) { $0.lose(sbg2) },
        Suffering("its host's building is lost", .lost) {
            $0.board.apply(.domain(id: buildingSBG2, standing: standing(.lost, since: longAgo)))
        },
        Suffering("its own probe fails", .lost) {
            $0.board.apply(
                .service(
                    region: grandEst, host: sbg2, standing: standing(.lost, since: longAgo)))
        },
        Suffering("a lost host is not saturated too", .lost) {
            $0.load(sbg2, .saturated)
            $0.lose(sbg2)
        },
        Suffering("who is cut off believes no loss", .isolated) {
            $0.lose(sbg2)
            $0.board.apply(.isolation(isIsolated: true, at: longAgo))
        },
        Suffering("a door forgot what it was told", .frontDoor) {
            $0.doors[grandEstDoor]?.standing = .forgot(at: longAgo)
        },
        Suffering("a drifted door may serve on", .unaffected) {
            $0.doors[grandEstDoor]?.standing = .drifted(at: longAgo)
        },
        Suffering("the login is down", .dependency) {
            $0.fail(DependencyID("educonnect"))
            $0.load(sbg2, .up)
        },
        Suffering("the host is full, and as many log in as should", .saturated, logins: 80) {
            $0.load(sbg2, .saturated)
        },
        Suffering("full, and nobody logs in", .attacked, logins: 3) { $0.load(sbg2, .saturated) },
        Suffering("full, and logins are not told", .saturated, orAttacked: true) {
            $0.load(sbg2, .saturated)
        },
        Suffering("few log in, and others are full too", .saturated, orAttacked: true, logins: 3) {
            $0.load(sbg2, .saturated)
            $0.load(gra1, .saturated)
        },
        Suffering("few log in, for quotas hold them back", .saturated, orAttacked: true, logins: 3)
        {
            $0.load(sbg2, .saturated)
            $0.ration()
        },
        Suffering(
            "slow with room, logins as usual: requests without users do that", .degraded,
            orAttacked: true, logins: 80
        ) { $0.load(sbg2, .degraded) },
        Suffering("slow, and few log in", .degraded, orAttacked: true, logins: 3) {
            $0.load(sbg2, .degraded)
        },
        Suffering("few log in, for the login is down", .dependency, orAttacked: true, logins: 3) {
            $0.load(sbg2, .saturated)
            $0.fail(DependencyID("educonnect"))
        },
        Suffering("few log in, for it turns users away", .saturated, orAttacked: true, logins: 3) {
            $0.load(sbg2, .saturated)
            $0.board.apply(
                .host(id: sbg2, standing: standing(.saturated, since: Suffering.longAgo)))
        },
        Suffering("its host was never seen", nil) {
            $0.board.apply(
                .host(id: sbg2, standing: standing(.unknown, since: Suffering.longAgo)))
        },
        Suffering("a part of it is sent nowhere", .lost) {
            let most = Share(host: sbg2, percent: Percent(checked: 60))
            $0.allocations[grandEst] = Allocation(shares: [most])
        },
        Suffering("its door points elsewhere", .frontDoor) {
            $0.doors[grandEstDoor]?.desired = DoorState(shares: [], foreign: ["192.0.2.7"])
        },
        Suffering("the brake holds: perhaps it is we", .unaffected) {
            $0.load(sbg2, .up)
            $0.board.apply(.brake(reason: .everythingAtOnce(lost: 4, of: 5), at: Desk.start))
        },
        Suffering("slow with room, logins not told", .degraded, orAttacked: true) {
            $0.load(sbg2, .degraded)
        },
        Suffering(
            "calm behind quotas is still saturated, or attacked", .saturated, orAttacked: true,
            logins: 80
        ) {
            $0.load(sbg2, .up)
            $0.ration()
        },
        Suffering("rationed by a person alone it suffers nothing", .unaffected, logins: 80) {
            $0.load(sbg2, .up)
            $0.ration()
            $0.quotas[grandEst] = QuotaStanding(
                since: Suffering.longAgo, isByPerson: true, surge: 100)
        },
        Suffering("rationed for the login it suffers from the login", .dependency, logins: 80) {
            $0.load(sbg2, .up)
            $0.ration()
            $0.quotas[grandEst] = QuotaStanding(
                since: Suffering.longAgo, isByPerson: false, surge: 100, cause: .dependency)
            $0.fail(DependencyID("educonnect"))
        },
        Suffering("a neighbour's trouble is none of its own", .unaffected, logins: 80) {
            $0.load(sbg2, .up)
            $0.load(gra1, .saturated)
            $0.lose(HostID("ent-rbx1"))
        },
    ]
}

extension Situation {
    fileprivate mutating func lose(_ host: HostID) {
        board.apply(.host(id: host, standing: standing(.lost, since: Suffering.longAgo)))
    }

    fileprivate mutating func fail(_ dependency: DependencyID) {
        let lost = standing(.lost, since: Suffering.longAgo)
        board.apply(.dependency(id: dependency, standing: lost))
    }

    fileprivate mutating func load(_ host: HostID, _ verdict: Verdict) {
        let standing = LoadStanding(
            verdict: verdict, since: Suffering.longAgo, reason: .users(share: .one),
            load: Load(users: 60_000), capacity: 60_000)
        board.apply(.load(host: host, standing: standing))
    }

    fileprivate mutating func ration() {
        let quota = ClassQuota(classID: ClassID("staff"), users: 100, entriesPerSecond: 1)
        allocations[grandEst] = Allocation(
            shares: [Share(host: sbg2, percent: .all)], admission: [quota])
        quotas[grandEst] = QuotaStanding(
            since: Suffering.longAgo, isByPerson: false, surge: 100)
    }
}

@Suite("Why a region suffers") struct DiagnosisTests {
    @Test("each cause is found, and what cannot be told from it", arguments: Suffering.all)
    func finds(one: Suffering) throws {
        let diagnosis = try one.diagnosis
        #expect(diagnosis.cause == one.cause)
        #expect(diagnosis.mayBeAttack == one.mayBeAttack)
    }

    @Test("each cause is asked once, and what holds or is ruled out has evidence")
    func hasEvidence() throws {
        let asked: [Cause] = [
            .isolated, .lost, .frontDoor, .dependency, .attacked, .saturated, .degraded,
        ]
        for one in Suffering.all {
            let diagnosis = try one.diagnosis
            #expect(diagnosis.findings.map(\.cause) == asked, "\(one.testDescription)")
            for finding in diagnosis.findings {
                switch finding.answer {
                case .holds: #expect(!finding.speaksFor.isEmpty, "\(one.testDescription)")
                case .ruledOut: #expect(!finding.speaksAgainst.isEmpty, "\(one.testDescription)")
                case .possible, .unknown: break
                }
            }
        }
    }
}
