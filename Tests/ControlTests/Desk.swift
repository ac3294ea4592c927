import Control
import Detection
import Foundation
import Manifests
import OrderedCollections
import Planning
import Playbooks
import Simulation
import Situations
import TestSupport
import TopologyModel
import Values

/// A controller on the simulator's topology, fed by hand: doors live in memory, time passes only
/// when told, and what the controller asks for is answered at once unless it is held back.
struct Desk {
    enum OrderFate {
        case lands
        /// Nobody answers.
        case isHeld
        /// The door refuses it, and nothing is changed; orders that undo do land.
        case isRefused
    }

    /// Wednesday, 10 March 2021, 00:00 UTC.
    static let start = Instant(unixSeconds: 1_615_334_400)
    static let me = ControllerID("c1")
    static let ada = Principal("ada")
    static let epoch = Epoch(term: 1, revision: 0, owner: me)

    var controller: Controller
    var now = Desk.start
    var epoch = Desk.epoch
    var leads = true
    var doors: OrderedDictionary<FrontDoorID, DoorReading> = [:]
    /// Hosts that fail every probe.
    var failing: OrderedDictionary<HostID, FailureKind> = [:]
    var orderFate = OrderFate.lands
    var holdsSolves = false
    var reactions: [Reaction] = []
    var commands = 0

    var entries: [JournalEntry] { reactions.flatMap(\.entries) }
    var effects: [Effect] { reactions.flatMap(\.effects) }
    var state: ControllerState { controller.state }

    /// A controller that leads, has seen every host up, and has read its doors.
    init(_ configuration: Configuration? = nil, doors held: [FrontDoorID: DoorState] = [:]) throws {
        let configuration = try configuration ?? Desk.configuration()
        controller = Controller(id: Desk.me)
        for region in configuration.topology.regions.values {
            for door in region.frontDoors {
                doors[door.id] = DoorReading(
                    state: held[door.id] ?? DoorState(all: region.primary),
                    incarnation: "i1")
            }
        }
        feed(.loaded(configuration))
        pass(.seconds(4))
    }

    static func configuration(
        _ topology: Topology = .simulated(controllers: 1), digest: String = "d1"
    ) throws -> Configuration {
        let folder = try packageRoot().appendingPathComponent("playbooks").path
        return Configuration(
            topology: topology, playbooks: try PlaybookFolder(path: folder).playbooks(),
            digest: Digest(hex: digest))
    }

    // MARK: - Feeding

    /// One input, and the answers to what it leads to; returns its own reaction.
    @discardableResult
    mutating func feed(_ input: Input) -> Reaction {
        let reaction = controller.handle(input, at: now)
        reactions.append(reaction)
        for answer in reaction.effects.compactMap({ answer(to: $0) }) { feed(answer) }
        return reaction
    }

    /// Lets time pass a second at a time: the lease is renewed, everything probed, the loop woken.
    mutating func pass(_ span: Duration, until isDone: (Desk) -> Bool = { _ in false }) {
        let end = now + span
        while now < end, !isDone(self) {
            now = now + .seconds(1)
            if leads { feed(.lease(.held(epoch: epoch, until: now + .seconds(6)))) }
            feed(.observed(observations))
            feed(.woke)
        }
    }

    mutating func command(_ command: Command) -> Reply? {
        commands += 1
        let id = CommandID("k\(commands)")
        let reaction = feed(.commanded(command, id, by: Desk.ada))
        for case .reply(id, let reply) in reaction.effects { return reply }
        return nil
    }

    func plan(for intent: PlanIntent) throws -> Plan {
        guard let situation = controller.situation(at: now),
            case .plan(let plan)? = controller.configuration?.plan(
                for: intent, by: Desk.ada.name, in: situation)
        else { throw TestSupportError("there is no plan") }
        return plan
    }

    /// Says yes to every run that waits for a person.
    mutating func approveAll() {
        for run in state.openRuns { _ = command(.approve(run: run.id)) }
    }

    private mutating func answer(to effect: Effect) -> Input? {
        switch effect {
        case .perform(let order): outcome(of: order).map { .step(order.key, $0) }
        case .readDoor(let id): doors[id].map { .doorRead(id, .read(reading: $0)) }
        case .solve(let id, let request, let steps):
            holdsSolves ? nil : .solved(id, Planner.placement(for: request, steps: steps))
        case .publish, .reply, .notify, .yieldLease, .wake: nil
        }
    }

    private mutating func outcome(of order: StepOrder) -> StepOutcome? {
        switch orderFate {
        case .isHeld: nil
        case .isRefused where !order.key.isUndo:
            .nothingChanged(fault: Fault(what: "refused", mend: ""))
        case .lands, .isRefused: land(order)
        }
    }

    /// The order reaches its door.
    mutating func land(_ order: StepOrder) -> StepOutcome {
        let reading = DoorReading(
            state: order.order.to, incarnation: doors[order.order.door]?.incarnation ?? "i1")
        doors[order.order.door] = reading
        return .done(readback: reading)
    }

    /// Somebody else changes the door, or it restarts with this in it.
    mutating func set(_ door: FrontDoorID, to host: HostID, incarnation: String = "i1") {
        doors[door] = DoorReading(
            state: DoorState(all: host), incarnation: incarnation)
    }

    private var observations: [Observation] {
        guard let topology = controller.configuration?.topology else { return [] }
        return probeTargets(of: topology).map { declared in
            var result = ProbeResult.pass(latency: .milliseconds(2))
            if case .service(_, let host) = declared.target.subject, let kind = failing[host] {
                result = .fail(kind: kind)
            }
            return Observation(
                vantage: Desk.me, target: declared.target, sentAt: now, lateness: .zero,
                result: result)
        }
    }

    // MARK: - Looking

    var pages: [String] { notices(.page) }

    func notices(_ level: Notice.Level) -> [String] {
        effects.compactMap {
            if case .notify(let notice) = $0, notice.level == level { notice.text } else { nil }
        }
    }

    var orders: [StepOrder] {
        effects.compactMap { if case .perform(let order) = $0 { order } else { nil } }
    }

    /// Every run that began, in order.
    var plans: [Plan] {
        entries.compactMap {
            if case .run(_, .began(let plan)) = $0.fact { plan } else { nil }
        }
    }

    var ends: [RunEnd] {
        entries.compactMap {
            if case .run(_, .ended(let end)) = $0.fact { end } else { nil }
        }
    }

    func row(of region: RegionID) -> String? { state.decisions[region]?.decision.row }

    func outcome(of region: RegionID) -> DecisionOutcome? {
        state.decisions[region]?.decision.outcome
    }
}

// MARK: - Names of the simulator's topology

let grandEst = RegionID("grand-est")
let hautsDeFrance = RegionID("hauts-de-france")
let occitanie = RegionID("occitanie")
let grandEstDoor = FrontDoorID("dns:grand-est.ent.example")
let hautsDeFranceDoor = FrontDoorID("haproxy:edge-1/hauts-de-france")
let occitanieName = FrontDoorID("dns:occitanie.ent.example")
let occitanieEdge = FrontDoorID("haproxy:edge-1/occitanie")
let gra1 = HostID("ent-gra1")
let par1 = HostID("ent-par1")
let sbg1 = HostID("ent-sbg1")
let sbg2 = HostID("ent-sbg2")
let lyo1 = HostID("ent-lyo1")
let strasbourg = FailureDomain("ovh/strasbourg")
let buildingSBG2 = FailureDomain("ovh/strasbourg/sbg2")

func standing(_ verdict: Verdict, since: Instant) -> Standing {
    Standing(verdict: verdict, since: since, evidence: Evidence(detector: .none))
}

extension Topology {
    /// The same with other rules.
    func with(
        _ rules: GlobalRules? = nil, classes: [UserClass]? = nil,
        hosts: [TopologyModel.Host]? = nil, dependencies: [Dependency]? = nil,
        regions: (Region) -> Region = { $0 }
    ) -> Topology {
        Topology(
            calendar: calendar, rules: rules ?? self.rules, providers: Array(providers.values),
            sites: Array(sites.values), hosts: hosts ?? Array(self.hosts.values),
            edges: Array(edges.values),
            zones: Array(zones.values),
            dependencies: dependencies ?? Array(self.dependencies.values),
            classes: classes ?? self.classes,
            controllers: controllers, references: references,
            regions: self.regions.values.map(regions))
    }
}

extension Region {
    func with(
        patience: Patience? = nil, failback: FailbackRules? = nil, standbys: [HostID]? = nil,
        dependsOn: [DependencyID]? = nil, frontDoors: [FrontDoor]? = nil, demand: Demand? = nil,
        ramp: RampRules? = nil
    ) -> Region {
        Region(
            id: id, title: title, priority: priority, demand: demand ?? self.demand, probes: probes,
            primary: primary, standbys: standbys ?? self.standbys,
            dependsOn: dependsOn ?? self.dependsOn,
            frontDoors: frontDoors ?? self.frontDoors,
            rules: RegionRules(
                probe: rules.probe, patience: patience ?? rules.patience,
                holdDown: rules.holdDown, failback: failback ?? rules.failback,
                ramp: ramp ?? rules.ramp))
    }
}
