import Control
import HAProxyRuntime
import Playbooks
import Situations
import TopologyModel
import Values

/// Sets the weights of one backend, and the quotas where it is a gate. HAProxy compares no epochs:
/// this door is `advisory`.
struct HAProxyActuator: Sendable {
    let socket: HAProxySocket
    let door: HAProxyDoor
    let region: Region
    let gate: GateAdmission

    func perform(_ order: StepOrder, until limit: Duration) async -> StepOutcome {
        guard limit > .zero else {
            return .nothingChanged(
                fault: Fault(what: "the order was too late to be sent", mend: "it is tried again"))
        }
        guard let backend = HAProxyName(door.backend) else {
            return .nothingChanged(fault: badName)
        }
        do throws(HAProxyError) {
            let reading = try await set(order.order, at: socket.within(limit), backend)
            return .done(readback: reading)
        } catch {
            let fault = Fault(what: error.what, mend: error.mend)
            return error.mayHaveChanged ? .unknown(fault: fault) : .nothingChanged(fault: fault)
        }
    }

    func read() async -> FrontDoorState {
        guard let backend = HAProxyName(door.backend) else { return .unreadable(fault: badName) }
        let socket = socket.within(Doors.readMax)
        do throws(HAProxyError) {
            guard door.isGate else {
                return standing(of: try await socket.state(of: backend))
            }
            let state = try await socket.gate(of: backend)
            return standing(of: state.backend, quotas: state.quotas)
        } catch {
            return .unreadable(fault: Fault(what: error.what, mend: error.mend))
        }
    }

    private func set(
        _ order: DoorOrder, at socket: HAProxySocket, _ backend: HAProxyName
    ) async throws(HAProxyError) -> DoorReading {
        let weights = weights(for: order.to)
        let cuts = order.existing == .cut
        guard door.isGate else {
            return reading(
                of: try await socket.setWeights(
                    backend: backend, weights: weights, cutsSessions: cuts))
        }
        let state = try await socket.setGate(
            backend: backend, weights: weights, quotas: gate.lanes(for: order.to.admission),
            cutsSessions: cuts)
        return reading(of: state.backend, quotas: state.quotas)
    }

    private func weights(for wanted: DoorState) -> [ServerWeight] {
        region.hosts.compactMap { host in
            let share = wanted.shares.first { $0.host == host }?.percent ?? .zero
            return HAProxyName(host.name).map {
                ServerWeight(server: $0, weight: AbsoluteWeight(share))
            }
        }
    }

    private func standing(of state: BackendState, quotas: [MapLine] = []) -> FrontDoorState {
        guard let objection = state.weightsObjection else {
            return .read(reading: reading(of: state, quotas: quotas))
        }
        return .unreadable(fault: badBalance(objection))
    }

    private func reading(of state: BackendState, quotas: [MapLine] = []) -> DoorReading {
        var shares: [Share] = []
        let admission = gate.admission(in: quotas)
        var foreign = admission.foreign
        for (server, percent) in state.shares {
            let host = HostID(server.text)
            if region.hosts.contains(host) {
                shares.append(Share(host: host, percent: percent))
            } else {
                foreign.append("server \(server) \(percent)")
            }
        }
        return DoorReading(
            state: DoorState(shares: shares, foreign: foreign, admission: admission.quotas),
            incarnation: state.incarnation)
    }

    func badBalance(_ objection: String) -> Fault {
        Fault(
            what: "backend \(door.backend) of \(door.edge): \(objection)",
            mend: "write `balance roundrobin` or `leastconn` in its configuration")
    }

    var badName: Fault {
        Fault(
            what: "'\(door.backend)' is no name of an HAProxy backend",
            mend: "use letters, digits and - _ . : in the topology's backend")
    }
}
