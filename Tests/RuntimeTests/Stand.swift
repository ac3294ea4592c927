import Control
import Logging
import OrderedCollections
import Playbooks
import Runtime
import Simulation
import Situations
import Testing
import TestSupport
import TopologyModel
import Values

/// The loop between fake ports, on a small topology whose doors all hold their region's primary.
struct Stand {
    let tape = Tape()
    let time = FakeTime()
    let journal: FakeJournal
    let lease: FakeLease
    let doors: FakeDoors
    let runtime: Runtime
    let configuration: Configuration
    let door: FrontDoorID
    /// Where the door's region is not at home.
    let elsewhere: DoorState

    init(startsObserving: Fault? = nil) {
        (journal, lease) = (FakeJournal(tape: tape), FakeLease(tape: tape))
        doors = FakeDoors(tape: tape)
        let topology = Topology.simulated(controllers: 1)
        let playbook = Playbook(name: "p", title: "P", steps: [])
        configuration = Configuration(
            topology: topology,
            playbooks: .init(
                evacuate: playbook, switchover: playbook, failback: playbook, spill: playbook,
                ration: playbook),
            digest: Digest(hex: "ab"))
        let regions = topology.regions.values
        for region in regions {
            let home = DoorState(all: region.primary)
            for door in region.frontDoors {
                doors.set(DoorReading(state: home, incarnation: "i1"), at: door.id)
            }
        }
        door = regions[0].frontDoors[0].id
        elsewhere = DoorState(all: regions[0].standbys[0])
        runtime = Runtime(
            controller: Controller(id: Topology.onlyController),
            ports: Runtime.Ports(
                journal: journal, lease: lease, doors: doors, prober: FakeProber(tape: tape),
                load: FakeLoads(tape: tape), notices: FakeNotices(tape: tape), time: time),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            startsObserving: startsObserving)
    }

    var facts: [Fact] { journal.entries.map(\.fact) }
    var doorCount: Int { configuration.topology.regions.values.flatMap(\.frontDoors).count }

    /// Runs the loop beside `body`, and ends it afterwards, also when `body` throws.
    nonisolated(nonsending) func run(_ body: () async throws -> Void) async throws {
        let (runtime, configuration) = (runtime, configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runtime.run(configuration: configuration) }
            do {
                try await body()
                group.cancelAll()
                try await group.waitForAll()
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    /// Until every door was read for the first time.
    nonisolated(nonsending) func settle() async throws {
        try await eventually("every door to be taken as it stands") {
            runtime.view.controller.state.doors.count == doorCount && runtime.view.mode == .acting
        }
    }

    /// The door restarts and forgets; at its next reading an order restores it.
    func forget() {
        doors.set(DoorReading(state: elsewhere, incarnation: "i2"), at: door)
        time.pass(configuration.topology.rules.doorReadInterval + .seconds(1))
    }

    var isRestored: Bool { doors.reading(of: door)?.state != elsewhere }

    func pause(_ name: String) async -> Reply {
        await runtime.command(
            .pause(scope: .everything, reason: "works", until: time.now() + .seconds(3600)),
            id: CommandID(name), by: Principal("anna"))
    }
}
