import Control
import Documents
import Planning
import Playbooks
import Situations
import TopologyModel
import Values

/// A plan with every kind of action, premise and objection.
enum SamplePlan {
    static let objections: [Objection] = [
        .notDeclared, .lost, .serviceLost, .unknown, .inLostDomain(Samples.domain),
        .inDoubtedDomain(Samples.domain), .labelsMissing(["eu"]), .noRoom(need: 9, room: 5),
        .noLoginRoom(need: 9, room: 5), .heldDown(until: Samples.later), .left, .saturated,
        .drained(by: "anna", until: nil), .drained(by: "anna", until: Samples.later),
        .underMaintenance(by: "bo", until: Samples.later),
    ]

    static let remedies: [Remedy] = [
        .users(to: 90, more: 30), .loginsPerSecond(to: 9, more: 3),
        .labels(["eu"], site: SiteID("gra1")),
        .open(.host(id: Samples.home), kind: .drain),
        .open(.domain(id: Samples.domain), kind: .maintenance),
    ]

    static let placement = Placement(
        regions: [
            RegionPlacement(
                region: Samples.region, cause: .lost, from: Samples.before, to: Samples.after,
                explanation: [
                    HostExplanation(
                        host: Samples.standby, percent: Percent(checked: 70), objection: nil)
                ]
                    + objections.map {
                        HostExplanation(
                            host: Samples.home, percent: .zero, objection: $0,
                            remedies: $0 == .left ? remedies : nil)
                    },
                overcommitted: 12, otherStandby: Samples.standby)
        ],
        premises: [
            .serves(region: Samples.region, host: Samples.standby), .sound(host: Samples.standby),
            .allocation(region: Samples.region, is: Samples.before),
            .room(host: Samples.standby, atLeast: 42_000),
            .demand(region: Samples.region, atMost: 60_000),
        ], optimality: .within(unserved: 3), steps: 77,
        refusals: [Refusal(of: nil, what: Samples.fault.what, mend: Samples.fault.mend)],
        ifOthersMove: OthersMoving(
            moves: [
                OthersMoving.Move(
                    region: Samples.region, from: Samples.before, to: Samples.after)
            ], users: 600))

    static let actions: [Action] =
        ExistingSessions.allCases.map { .setDoor(order: order($0)) }
        + CheckKind.allCases.map {
            .check(what: $0, region: Samples.region, allocation: Samples.after)
        } + [
            .drain(door: Samples.door, tail: .seconds(5)), .wait(for: .seconds(900)),
            .approve(region: Samples.region, within: .seconds(3600)),
            .approve(region: nil, within: .seconds(3600)), .notify(message: "done"),
        ]

    static func order(_ existing: ExistingSessions) -> DoorOrder {
        DoorOrder(
            door: Samples.door, region: Samples.region,
            from: DoorState(shares: Samples.before.shares),
            to: DoorState(shares: Samples.after.shares), existing: existing)
    }

    static let plan = Plan(
        playbook: "evacuate", title: "evacuate ovh/strasbourg/sbg2", cause: .asked,
        madeAt: Samples.at, by: "anna", topology: Samples.digest,
        entities: [EntityDigest(name: "hosts.ent-gra1", digest: "00000000000000ff")],
        placement: placement,
        steps: actions.enumerated().map { index, action in
            PlannedStep(
                id: StepID("s\(index)"), title: "step \(index)", action: action,
                region: index == 0 ? nil : Samples.region,
                needs: index == 0 ? [] : [StepID("s\(index - 1)")], isWanted: index != 7,
                timeout: .milliseconds(1500), attemptsMax: 3, retryAfter: .seconds(1),
                isUndone: index == 0, isPivot: index == 5,
                onDoubt: OnDoubt.allCases[index % 2])
        })

    static let file = PlanFile(
        plan, for: .evacuate(domain: Samples.domain), movesOthers: true,
        supposing: ["--capacity ent-gra1=90000"])

    /// Everything that a plan can be made for.
    static let intents: [PlanIntent] = [
        .failover(region: Samples.region), .failover(region: Samples.region, to: Samples.standby),
        .evacuate(domain: Samples.domain), .switchover(region: Samples.region, to: Samples.standby),
        .failback(region: Samples.region), .drain(place: .host(id: Samples.home)),
        .drain(place: .edge(id: EdgeID("edge-1"))), .drain(place: .domain(id: Samples.domain)),
        .playbook(name: "evacuate", region: Samples.region, to: nil),
        .retry(run: RunID(term: 1, number: 2)),
        .rollback(run: RunID(term: 1, number: 2), reason: "wrong night"),
        .held(region: Samples.region), .ration(region: Samples.region),
        .quota(
            region: Samples.region,
            quota: ClassQuota(classID: ClassID("parents"), users: 5, entriesPerSecond: 1)),
        .lift(region: Samples.region, classID: nil),
        .lift(region: Samples.region, classID: ClassID("parents")),
    ]
}
