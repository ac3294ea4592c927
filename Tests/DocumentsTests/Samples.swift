import Control
import Detection
import Planning
import Playbooks
import Situations
import TopologyModel
import Values

/// One value of every kind that a journal can hold, each with its own numbers.
enum Samples {
    static let at = Instant(nanoseconds: 1_615_336_020_000_000_001)
    static let later = at + .seconds(90)
    static let epoch = Epoch(term: 7, revision: 3, owner: ControllerID("c1"))
    static let region = RegionID("grand-est")
    static let door = FrontDoorID("dns:grand-est.ent.example")
    static let domain = FailureDomain("ovh/strasbourg/sbg2")
    static let (home, standby) = (HostID("ent-sbg2"), HostID("ent-gra1"))
    static let digest = Digest(hex: "00ff")
    static let fault = Fault(what: "it said \"no\"", mend: "ask again")
    static let before = Allocation(all: home)
    static let after = Allocation(
        shares: [
            Share(host: standby, percent: Percent(checked: 70)),
            Share(host: home, percent: Percent(checked: 30)),
        ],
        admission: [ClassQuota(classID: ClassID("parents"), users: 500, entriesPerSecond: 2)]
    )

    static func standing(_ verdict: Verdict, _ detector: Detector) -> Standing {
        Standing(
            verdict: verdict, since: at,
            evidence: Evidence(
                detector: detector,
                votes: [Vote(vantage: ControllerID("c1"), verdict: verdict, kind: .refused)],
                quorum: 1, firstFailure: at, lastPass: nil, outcomes: "+12 refused*3"))
    }

    static let detectors: [Detector] = [
        .inARow(count: 3), .window(failed: 8, probes: 20), .vantagePoints(agreeing: 2, of: 3),
        .silence(lasted: .seconds(8) + .nanoseconds(1)), .mostRegions(lost: 2, of: 3),
        .sharedFate(lost: ["sbg1", "sbg2"], of: 4), .declared(by: "anna", reason: "smoke"), .none,
        .traffic(
            failed: TrafficFailures(responses: 1, serverErrors: 4, retries: 2), requests: 20,
            heldFor: .seconds(300)),
        .overload(because: .load(share: PartsPerMillion(970_000))),
        .overload(because: .usersServed),
    ]

    static let board: [BoardChange] =
        zip(Verdict.allCases + [.lost, .up, .lost, .saturated, .saturated], detectors).map {
            .service(region: region, host: home, standing: standing($0, $1))
        } + [
            .host(id: home, standing: standing(.lost, .inARow(count: 3))),
            .domain(id: domain, standing: standing(.lost, .none)),
            .doubt(id: domain, doubt: Doubt(since: at, until: later, because: "sbg2")),
            .doubt(id: domain, doubt: nil),
            .dependency(id: DependencyID("educonnect"), standing: standing(.up, .none)),
            .isolation(isIsolated: true, at: at),
            .brake(reason: .domainsAtOnce(domains: [domain]), at: at),
            .brake(reason: .everythingAtOnce(lost: 9, of: 11), at: at),
            .brake(reason: nil, at: later),
            .surge(percent: 250, host: home, at: at), .surge(percent: 100, host: nil, at: later),
            .declaration(
                id: domain,
                declaration: Declaration(kind: .lost, by: "anna", reason: "smoke", at: at)),
            .declaration(id: domain, declaration: nil),
        ]

    static let doorStandings: [DoorStanding] = [
        .unread, .asDesired, .forgot(at: at), .drifted(at: at), .unreadable(fault: fault, at: at),
    ]

    static let reading = DoorReading(
        state: DoorState(shares: after.shares, foreign: ["192.0.2.9"]), incarnation: "i1",
        epoch: epoch)

    static let changes: [WantedChange] = [
        .leave(region: region, hosts: [home], cause: .lost, domain: domain),
        .leave(region: region, hosts: [home], cause: .lost, domain: nil),
        .evacuate(domain: domain), .switchover(region: region, to: standby),
        .comeHome(region: region, share: Percent(checked: 20)), .serveMore(region: region),
        .restore(door: door, region: region),
        .settle(region: region, allocation: after, cause: .asked),
    ]

    static let outcomes: [DecisionOutcome] =
        [.stay, .wanted(change: changes[0]), .ask(door: door)]
        + Guard.allCases.map { .proposed(change: changes[4], heldBy: $0) }

    static let scopes: [HoldScope] = [
        .everything, .region(id: region), .domain(id: domain),
    ]

    static let run = RunID(term: 7, number: 2)

    static let commands: [Command] =
        scopes.map { .pause(scope: $0, reason: "works", until: later) } + [
            .resume(scope: .everything),
            .declare(domain: domain, kind: .alive, reason: "seen"),
            .declare(domain: domain, kind: nil, reason: "over"), .apply(plan: SamplePlan.plan),
            .approve(run: run), .abort(run: run, reason: "wrong"), .adopt(door: door),
            .reassert(door: door),
        ] + holds

    static let places: [HoldPlace] = [
        .host(id: home), .domain(id: domain), .edge(id: EdgeID("edge-1")),
    ]

    static let holds: [Command] =
        places.map { .undrain(place: $0) } + [
            .drain(place: places[0], reason: "works", until: later, plan: SamplePlan.plan),
            .drain(place: places[1], reason: "works", until: nil, plan: nil),
            .beginMaintenance(place: places[2], owner: "bo", reason: "works", until: later),
            .endMaintenance(place: places[2]), .stepDown(reason: "works", until: later),
            .force(plan: SamplePlan.plan, reason: "it burns"),
        ]

    static let stepEvents: [StepEvent] = [
        .skipped, .awaited(until: later), .approved(by: "anna"), .refused(by: "anna"),
        .started(attempt: 1, epoch: epoch, notAfter: later), .finished(attempt: 1),
        .failed(attempt: 1, fault: fault), .lostSight(attempt: 1, fault: fault),
        .undoStarted(attempt: 1, epoch: epoch, notAfter: later), .undone(attempt: 1),
        .undoFailed(attempt: 0, fault: fault),
    ]

    static let runEvents: [RunEvent] =
        [.began(plan: SamplePlan.plan), .turned(because: "ent-gra1 is lost")]
        + stepEvents.map { .step(id: StepID("shift:grand-est/dns"), event: $0) }
        + RunEnd.allCases.map { .ended(end: $0) }

    static let shifts: [Fact] = Cause.allCases.map {
        .shifted(
            shift: ShiftRecord(region: region, at: at, cause: $0, from: before, to: after),
            holdDowns: [HoldDown(region: region, cause: $0, left: home, until: later)],
            failedReturns: 1)
    }

    static let facts: [Fact] =
        [.loaded(digest: digest), .ledBy(controller: ControllerID("c1"))]
        + board.map { .board(change: $0) }
        + doorStandings.map { .door(id: door, standing: $0, reading: reading) }
        + [
            .door(id: door, standing: .unread, reading: nil),
            .adopted(door: door, region: region, state: reading.state, by: "anna"),
        ]
        + outcomes.map {
            .decided(decision: Decision(region: region, row: "host-lost", outcome: $0))
        }
        + [
            .placed(id: SolveID(4), changes: changes, steps: 1234),
            .notPlaced(id: SolveID(5), changes: [], faults: [fault]),
        ]
        + runEvents.map { .run(id: run, event: $0) } + shifts
        + commands.map { .commanded(command: $0, id: CommandID("k1"), by: Principal("anna")) }
        + [
            .clockStepped(by: .zero - .milliseconds(1500)),
            .lapsed(hold: .pause(scope: .everything)),
            .lapsed(hold: .closure(kind: .drain, place: places[0])),
            .lapsed(hold: .closure(kind: .maintenance, place: places[2])),
            .forced(
                run: run,
                skipped: [
                    .isolation(since: at), .brake, .holdDown(host: home, until: later),
                    .headroom(host: standby),
                ], by: Principal("anna"), reason: "it burns"),
        ] + ofEdges + ofLoad

    private static let ofEdges: [Fact] = {
        let edge = EdgeID("edge-1")
        let name = FrontDoorID("dns:grand-est.ent.example")
        let server = Endpoint(.v4(0x7f00_1f01), port: 5353)
        let change = WantedChange.repoint(door: name, region: region, edges: [edge])
        return [
            .board(change: .edge(id: edge, standing: standing(.lost, .none))),
            .board(
                change: .nameServer(
                    zone: ZoneID("ent.example"), at: server, standing: standing(.up, .none))),
            .adopted(
                door: name, region: region,
                state: DoorState(edges: [edge], foreign: ["192.0.2.9"]), by: "first reading"),
            .decidedEdges(
                decision: Decision(
                    region: region, row: "edge-lost", outcome: .wanted(change: change))),
        ]
    }()

    private static let ofLoad: [Fact] = {
        let load = Load(
            users: 58_200, waiting: 900, queue: 3, loginsPerSecond: 80,
            latency: .milliseconds(2_500), errors: PartsPerMillion(20_000))
        let reasons: [(Verdict, LoadStanding.Reason)] = [
            (.up, .calm), (.saturated, .users(share: PartsPerMillion(970_000))),
            (.saturated, .queue(length: 3)), (.degraded, .latency(.milliseconds(2_500))),
            (.degraded, .errors(PartsPerMillion(60_000))),
        ]
        let read = reasons.map { verdict, reason in
            LoadStanding(
                verdict: verdict, since: at, reason: reason, load: load, capacity: 60_000)
        }
        let silent = LoadStanding(
            verdict: .unknown, since: at, reason: .silent(why: "no answer in 1s"), load: nil,
            capacity: 60_000)
        return (read + [silent]).map { .board(change: .load(host: standby, standing: $0)) }
    }()

    static let entries = facts.map { JournalEntry(at: at, epoch: epoch, fact: $0) }
}
