import Detection
import OrderedCollections
import Planning
import Situations
import TopologyModel
import Values

@testable import Playbooks

/// Tuesday, 10 March 2026, 00:35 UTC.
let night = Instant(unixSeconds: 1_773_102_900)

let firstEpoch = Epoch(term: 7, revision: 0, owner: ControllerID("c1"))
let secondEpoch = Epoch(term: 8, revision: 0, owner: ControllerID("c1"))

func host(_ name: String) -> HostID { HostID(name) }

func allocation(_ shares: KeyValuePairs<String, Int>) -> Allocation {
    Allocation(
        shares: shares.map { Share(host: host($0.key), percent: Percent(checked: $0.value)) })
}

/// Two regions at three hosts: `est` behind two edges, which compare nothing and split by percent;
/// `sud` behind a name, which compares epochs and gives everybody or nobody, and an edge.
enum Stage {
    static let est = region("est", [edge("edge-1", "est"), edge("edge-2", "est")])
    static let sud = region("sud", [name("sud.example"), edge("edge-1", "sud")])

    static func edge(_ edge: String, _ backend: String) -> FrontDoor {
        .haproxy(HAProxyDoor(edge: EdgeID(edge), backend: backend, isGate: false))
    }

    static func name(_ name: String, points: DNSDoor.Points = .hosts) -> FrontDoor {
        .dns(DNSDoor(name: name, zone: ZoneID("example"), ttl: .seconds(30), points: points))
    }

    static func region(_ name: String, _ doors: [FrontDoor], approve: Bool = true) -> Region {
        Region(
            id: RegionID(name), title: name.uppercased(), priority: 1,
            demand: Demand(peakUsers: 100, curve: .flat), probes: [.tcp], primary: host("h1"),
            standbys: [host("h2"), host("h3")], frontDoors: doors,
            rules: RegionRules(failback: FailbackRules(approve: approve)))
    }

    static func topology(_ regions: [Region] = [est, sud]) -> Topology {
        let domains = ["h1": "ovh/a/1", "h2": "ovh/b/2", "h3": "sca/c/3"]
        let names = ["h1", "h2", "h3"]
        return Topology(
            providers: [],
            sites: names.map {
                Site(
                    id: SiteID($0), provider: ProviderID("p"),
                    domain: FailureDomain(domains[$0] ?? $0))
            },
            hosts: names.map {
                Host(
                    id: host($0), site: SiteID($0), addresses: Addresses(),
                    capacity: Capacity(users: 1000))
            },
            regions: regions)
    }

    /// Every host serves every region, and every region is at `at`.
    static func situation(_ regions: [Region] = [est, sud], at: Allocation) -> Situation {
        var situation = Situation(
            now: night, topology: topology(regions), digest: Digest(hex: "00"))
        for name in ["h1", "h2", "h3"] {
            situation.hold(name, .up)
            for region in regions { situation.hold(region.id.name, at: name, .up) }
        }
        for region in regions {
            situation.allocations[region.id] = at
            for door in region.shiftedDoors {
                var known = Door(id: door.id, region: region.id)
                (known.desired, known.standing) = (DoorState(shares: at.shares), .asDesired)
                situation.doors[door.id] = known
            }
        }
        return situation
    }

    static func placement(
        _ regions: [Region] = [est, sud], from: Allocation, to: Allocation
    ) -> Placement {
        Placement(
            regions: regions.map {
                RegionPlacement(region: $0.id, cause: .lost, from: from, to: to, explanation: [])
            }, premises: [], optimality: .exact, steps: 0)
    }
}

extension Situation {
    private func standing(_ verdict: Verdict) -> Standing {
        Standing(verdict: verdict, since: now, evidence: Evidence(detector: .none))
    }

    mutating func hold(_ host: String, _ verdict: Verdict) {
        board.apply(.host(id: HostID(host), standing: standing(verdict)))
    }

    mutating func hold(_ region: String, at host: String, _ verdict: Verdict) {
        board.apply(
            .service(region: RegionID(region), host: HostID(host), standing: standing(verdict)))
    }

    mutating func hold(domain: String, _ verdict: Verdict) {
        board.apply(.domain(id: FailureDomain(domain), standing: standing(verdict)))
    }
}

extension Playbook {
    static let evacuate = Playbook(
        name: "evacuate", title: "Evacuate",
        steps: [
            PlaybookStep(
                name: "ready", action: .check(what: .targetsServe), forEach: .region,
                timeout: .seconds(2), attemptsMax: 1),
            PlaybookStep(
                name: "shift", action: .shift(existing: .cut), forEach: .door, needs: ["ready"],
                isPivot: true),
            PlaybookStep(
                name: "agree", action: .check(what: .doorsAgree), forEach: .region,
                needs: ["shift"]),
            PlaybookStep(name: "drain", action: .drain, forEach: .door, needs: ["agree"]),
            PlaybookStep(
                name: "serves", action: .check(what: .targetsServe), forEach: .region,
                needs: ["drain"]),
            PlaybookStep(
                name: "tell",
                action: .notify(message: "${region.title} is served by ${region.to}"),
                forEach: .region, needs: ["serves"], onDoubt: .repeat),
        ])

    static let switchover = Playbook(
        name: "switchover", title: "Switch over",
        steps: [
            PlaybookStep(
                name: "ready", action: .check(what: .targetsServe), forEach: .region,
                attemptsMax: 1),
            PlaybookStep(
                name: "shift", action: .shift(existing: .keep), forEach: .door,
                needs: ["ready"], undo: .restore),
            PlaybookStep(
                name: "agree", action: .check(what: .doorsAgree), forEach: .region,
                needs: ["shift"]),
            PlaybookStep(
                name: "serves", action: .check(what: .targetsServe), forEach: .region,
                needs: ["agree"]),
            PlaybookStep(
                name: "drain", action: .drain, forEach: .door, needs: ["serves"], isPivot: true),
            PlaybookStep(
                name: "tell",
                action: .notify(
                    message: "${region.title} was moved from ${region.from} to ${region.to}"),
                forEach: .region, needs: ["drain"], onDoubt: .repeat),
        ])

    static let failback = Playbook(
        name: "failback", title: "Come home",
        steps: [
            PlaybookStep(
                name: "approve", action: .approve, forEach: .region, when: .failbackApprove),
            PlaybookStep(
                name: "ready", action: .check(what: .targetsServe), forEach: .region,
                needs: ["approve"], attemptsMax: 1),
            PlaybookStep(
                name: "shift", action: .shift(existing: .keep), forEach: .stage,
                needs: ["ready"], undo: .restore),
            PlaybookStep(
                name: "dwell", action: .wait(for: nil), forEach: .stage, needs: ["shift"]),
            PlaybookStep(
                name: "holds", action: .check(what: .targetsServe), forEach: .stage,
                needs: ["dwell"]),
            PlaybookStep(
                name: "agree", action: .check(what: .doorsAgree), forEach: .region,
                needs: ["holds"]),
            PlaybookStep(
                name: "drain", action: .drain, forEach: .door, needs: ["agree"], isPivot: true),
            PlaybookStep(
                name: "tell",
                action: .notify(message: "${region.title} is back home at ${region.to}"),
                forEach: .region, needs: ["drain"], onDoubt: .repeat),
        ])
}
