package import Control
import HAProxyRuntime
package import Logging
package import NIOCore
import OrderedCollections
package import Playbooks
package import Runtime
package import Situations
import Synchronization
package import TopologyModel
import Values

/// The actuators of every front door of the topology in force.
package final class Doors: DoorPort {
    private struct Shared {
        var topology: Topology?
        var addresses: KnownAddresses?
        var zones: [ZoneID: ZoneActuator] = [:]
    }

    /// How long a reading may take.
    package static let readMax = Duration.seconds(4)

    private let folder: String
    private let group: any EventLoopGroup
    private let time: any TimePort
    private let log: Logger
    private let shared = Mutex(Shared())

    /// - Parameter folder: Where relative paths of the topology (keys, sockets) begin.
    package init(
        folder: String, group: any EventLoopGroup, time: any TimePort, log: Logger
    ) {
        (self.folder, self.group, self.time, self.log) = (folder, group, time, log)
    }

    package func replace(topology: Topology) async {
        var zones: [ZoneID: ZoneActuator] = [:]
        for zone in topology.zones.values {
            zones[zone.id] = ZoneActuator(
                zone: zone, keys: ZoneKeys(of: zone, in: folder),
                transport: DNSTransport(group: group, time: time), time: time)
        }
        let addresses = KnownAddresses(of: topology)
        shared.withLock { $0 = Shared(topology: topology, addresses: addresses, zones: zones) }
    }

    /// The highest term that any comparing door holds: a new leader starts above it.
    package func highestTerm() async -> UInt64 {
        var highest: UInt64 = 0
        for actuator in shared.withLock({ Array($0.zones.values) }) {
            highest = max(highest, await actuator.highestEpoch()?.term ?? 0)
        }
        return highest
    }

    package func perform(_ order: StepOrder) async -> StepOutcome {
        guard let (region, door) = door(order.order.door) else {
            return .nothingChanged(fault: Doors.undeclared(order.order.door))
        }
        switch door {
        case .dns(let door):
            guard let (zone, addresses) = zone(door.zone) else {
                return .nothingChanged(fault: Doors.undeclared(order.order.door))
            }
            return await zone.perform(order, at: door, among: addresses)
        case .haproxy(let door):
            return await haproxy(door, of: region).perform(order, until: remaining(order))
        }
    }

    package func read(_ id: FrontDoorID) async -> FrontDoorState {
        guard let (region, door) = door(id) else { return .unreadable(fault: Doors.undeclared(id)) }
        switch door {
        case .dns(let door):
            guard let (zone, addresses) = zone(door.zone) else {
                return .unreadable(fault: Doors.undeclared(id))
            }
            return await zone.read(door, among: addresses)
        case .haproxy(let door): return await haproxy(door, of: region).read()
        }
    }

    private func remaining(_ order: StepOrder) -> Duration { order.notAfter - time.now() }

    private func door(_ id: FrontDoorID) -> (region: Region, door: FrontDoor)? {
        shared.withLock { $0.topology?.door(id) }
    }

    var topology: Topology? { shared.withLock { $0.topology } }

    func zone(_ id: ZoneID) -> (actuator: ZoneActuator, addresses: KnownAddresses)? {
        shared.withLock { shared in
            guard let zone = shared.zones[id], let addresses = shared.addresses else { return nil }
            return (zone, addresses)
        }
    }

    func haproxy(_ door: HAProxyDoor, of region: Region) -> HAProxyActuator {
        let topology = topology
        let edge = topology?.edges[door.edge]
        let address: HAProxyAddress =
            switch edge?.socket {
            case .tcp(let endpoint)?: .tcp(endpoint)
            case .unix(let path)?: .unix(path: path.hasPrefix("/") ? path : folder + "/" + path)
            case nil: .unix(path: "")
            }
        return HAProxyActuator(
            socket: HAProxySocket(at: address, on: group), door: door, region: region,
            gate: GateAdmission(classes: topology?.classes.map(\.id) ?? []))
    }

    private static func undeclared(_ door: FrontDoorID) -> Fault {
        Fault(what: "door \(door) is not in the topology in force", mend: "reload the topology")
    }
}

/// Which host or edge each address belongs to: made once a topology, for doors are read all the
/// time.
struct KnownAddresses: Sendable {
    private let topology: Topology
    private let hosts: [IPAddress: HostID]
    private let edges: [IPAddress: EdgeID]

    init(of topology: Topology) {
        self.topology = topology
        hosts = KnownAddresses.owners(topology.hosts.values.map { ($0.id, $0.addresses) })
        edges = KnownAddresses.owners(topology.edges.values.map { ($0.id, $0.addresses) })
    }

    /// Who has each address; of several the first that is declared.
    private static func owners<ID>(_ places: [(id: ID, addresses: Addresses)]) -> [IPAddress: ID] {
        let pairs = places.flatMap { place in place.addresses.all.map { ($0.address, place.id) } }
        return Dictionary(pairs) { first, _ in first }
    }

    /// What a name is to hold for the state.
    func addresses(for state: DoorState) -> [IPAddress] {
        let places =
            state.edges.map { $0.compactMap { topology.edges[$0]?.addresses } }
            ?? state.shares.compactMap { topology.hosts[$0.host]?.addresses }
        return places.flatMap(\.all).map(\.address)
    }

    /// What a name holds that has these addresses.
    func state(of addresses: [IPAddress], at points: DNSDoor.Points) -> DoorState {
        switch points {
        case .edges:
            let (known, foreign) = sorted(addresses, among: edges)
            return DoorState(edges: known, foreign: foreign)
        case .hosts:
            let (known, foreign) = sorted(addresses, among: hosts)
            return DoorState(shares: KnownAddresses.shares(of: known), foreign: foreign)
        }
    }

    private func sorted<ID: Hashable>(
        _ addresses: [IPAddress], among owners: [IPAddress: ID]
    ) -> (known: [ID], foreign: [String]) {
        var known: [ID] = []
        var foreign: [String] = []
        for address in addresses {
            guard let owner = owners[address] else {
                foreign.append(address.text)
                continue
            }
            if !known.contains(owner) { known.append(owner) }
        }
        return (known, foreign)
    }

    /// Divided evenly, the first by name taking what is left over.
    private static func shares(of known: [HostID]) -> [Share] {
        let (each, rest) = 100.quotientAndRemainder(dividingBy: max(known.count, 1))
        return known.sorted().enumerated().map { index, host in
            Share(host: host, percent: Percent(checked: each + (index < rest ? 1 : 0)))
        }
    }
}
