import Control
import HAProxyRuntime
import Playbooks
import Situations
import TopologyModel
import Values

/// Sets the weights of one backend. HAProxy compares no epochs: this door is `advisory`.
struct HAProxyActuator: Sendable {
    let socket: HAProxySocket
    let door: HAProxyDoor
    let region: Region

    func perform(_ order: StepOrder, until limit: Duration) async -> StepOutcome {
        guard limit > .zero else {
            return .nothingChanged(
                fault: Fault(what: "the order was too late to be sent", mend: "it is tried again"))
        }
        guard let backend = HAProxyName(door.backend) else {
            return .nothingChanged(fault: badName)
        }
        let weights = region.hosts.compactMap { host -> ServerWeight? in
            let share = order.order.to.shares.first { $0.host == host }?.percent ?? .zero
            return HAProxyName(host.name).map {
                ServerWeight(server: $0, weight: AbsoluteWeight(share))
            }
        }
        do throws(HAProxyError) {
            let state = try await socket.within(limit).setWeights(
                backend: backend, weights: weights, cutsSessions: order.order.existing == .cut)
            return .done(readback: reading(of: state))
        } catch {
            let fault = Fault(what: error.what, mend: error.mend)
            return error.mayHaveChanged ? .unknown(fault: fault) : .nothingChanged(fault: fault)
        }
    }

    func read() async -> FrontDoorState {
        guard let backend = HAProxyName(door.backend) else { return .unreadable(fault: badName) }
        do throws(HAProxyError) {
            let state = try await socket.within(Doors.readMax).state(of: backend)
            if let objection = state.weightsObjection {
                return .unreadable(
                    fault: Fault(
                        what: "backend \(door.backend) of \(door.edge): \(objection)",
                        mend: "write `balance roundrobin` or `leastconn` in its configuration"))
            }
            return .read(reading: reading(of: state))
        } catch {
            return .unreadable(fault: Fault(what: error.what, mend: error.mend))
        }
    }

    private func reading(of state: BackendState) -> DoorReading {
        var shares: [Share] = []
        var foreign: [String] = []
        for (server, percent) in state.shares {
            let host = HostID(server.text)
            if region.hosts.contains(host) {
                shares.append(Share(host: host, percent: percent))
            } else {
                foreign.append("server \(server) \(percent)")
            }
        }
        return DoorReading(
            state: DoorState(shares: shares, foreign: foreign), incarnation: state.incarnation)
    }

    private var badName: Fault {
        Fault(
            what: "'\(door.backend)' is no name of an HAProxy backend",
            mend: "use letters, digits and - _ . : in the topology's backend")
    }
}
