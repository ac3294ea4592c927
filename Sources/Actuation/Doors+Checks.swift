import DNSMessages
import HAProxyRuntime
import OrderedCollections
package import Planning
import Runtime
import Situations
import TopologyModel
import Values

// Whether a shift could set the doors: asked of the doors themselves, with nothing changed.
extension Doors: DoorCheckPort {
    /// Doors that are asked at once.
    private static let checksMax = 32

    /// What speaks against setting each door that has something to say, in declared order.
    package func objections() async -> [DoorObjection] {
        let doors = topology?.regions.values.flatMap { region in
            region.frontDoors.map { (region: region, door: $0) }
        }
        let found = await concurrentMap(doors ?? [], atOnce: Doors.checksMax) { region, door in
            switch door {
            case .dns(let dns):
                guard let (zone, _) = self.zone(dns.zone) else { return [DoorObjection]() }
                return await zone.objections(to: dns, door.id)
            case .haproxy(let haproxy):
                return await self.haproxy(haproxy, of: region).objections(door.id)
            }
        }
        return found.flatMap(\.self)
    }
}

extension HAProxyActuator {
    func objections(_ id: FrontDoorID) async -> [DoorObjection] {
        let state: BackendState
        switch await backend() {
        case .failure(let fault): return [DoorObjection(door: id, fault: fault)]
        case .success(let found): state = found
        }
        return region.hosts.compactMap { host in
            objection(to: host, in: state).map { DoorObjection(door: id, host: host, fault: $0) }
        }
    }

    /// The backend, where it could be set.
    private func backend() async -> Result<BackendState, Fault> {
        guard let backend = HAProxyName(door.backend) else { return .failure(badName) }
        let socket = socket.within(Doors.readMax)
        do throws(HAProxyError) {
            guard try await socket.mayChange() else {
                return .failure(
                    Fault(
                        what: "HAProxy at \(socket.address) lets us look and change nothing",
                        mend: "give the socket 'level admin' in 'stats socket'"))
            }
            let state =
                door.isGate
                ? try await socket.gate(of: backend).backend
                : try await socket.state(of: backend)
            guard let objection = state.weightsObjection else { return .success(state) }
            return .failure(badBalance(objection))
        } catch {
            return .failure(Fault(what: error.what, mend: error.mend))
        }
    }

    private func objection(to host: HostID, in state: BackendState) -> Fault? {
        let place = "backend \(door.backend) of \(door.edge)"
        guard let server = HAProxyName(host.name).flatMap({ state[$0] }) else {
            return Fault(
                what: "\(place) has no server \(host)",
                mend: "add it there, named as the host")
        }
        if server.admin.isMaintenance || server.admin.isDraining {
            let word = server.admin.isMaintenance ? "in maintenance" : "drained"
            return Fault(
                what: "\(host) is \(word) in \(place)",
                mend: "`set server \(door.backend)/\(host) state ready` at its socket")
        }
        guard server.operation == .stopped else { return nil }
        return Fault(
            what: "HAProxy itself holds \(host) down in \(place)",
            mend: "see its health check there")
    }
}

extension ZoneActuator {
    /// Too few servers that would take a change stop it; one of several that would not is a
    /// warning, for the others answer with what is new beside what is old.
    func objections(to door: DNSDoor, _ id: FrontDoorID) async -> [DoorObjection] {
        guard let name = DNSName(text: door.name), let zoneName = DNSName(text: zone.id.name) else {
            return [DoorObjection(door: id, fault: noName(door))]
        }
        let faults = await each { server, key in
            switch key {
            case .failure(let fault): fault
            case .success(let key):
                await trialFault(of: name, in: zoneName, at: server.endpoint, key)
            }
        }
        guard !faults.isEmpty else { return [DoorObjection(door: id, fault: noServer)] }
        let able = faults.count { $0 == nil }
        let grade: ReadinessGrade = able < max(1, zone.serversMin) ? .notReady : .warning
        return faults.compactMap(\.self).map { DoorObjection(door: id, grade: grade, fault: $0) }
    }

    private func trialFault(
        of name: DNSName, in zoneName: DNSName, at server: Endpoint, _ key: TSIGKey
    ) async -> Fault? {
        let current: Epoch?
        switch await epoch(of: zoneName, at: server) {
        case .failure(let fault): return fault
        case .success(let epoch): current = epoch
        }
        switch await addresses(of: name, at: server) {
        case .failure(let fault): return fault
        case .success(let addresses):
            if addresses.contains(where: \.isUnspecified) {
                return Fault(
                    what: "\(name) holds an address that leads nowhere at \(server)",
                    mend: "take it away with nsupdate")
            }
        }
        let exchange = DNSExchange(
            update: .trial(zoneName, under: current, of: [name]), id: DNSTransport.id(), key: key,
            at: time.wall())
        switch await transport.answer(to: exchange, from: server) {
        case .outcome(.answer): return nil
        // The zone was claimed between the two questions: a leader is at work, and may change it.
        case .outcome(.refused(.recordsMissing)), .outcome(.refused(.recordsExist)): return nil
        case .outcome(.refused(let code)): return refusedUpdate(code, by: server)
        case .outcome(.unverified(let fault, let code)):
            return unverified(fault, code, by: server)
        case .outcome(.truncated), .outcome(.notOurs), .silence: return silent(server)
        case .unsent(let why): return unreachable(server, why)
        }
    }
}
