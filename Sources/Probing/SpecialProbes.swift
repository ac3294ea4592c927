import Detection
import NIOCore
import Runtime
import Synchronization
import TopologyModel
import Values

/// Makes the probes that are not plain: HTTPS and DNS over SwiftNIO, programs as processes.
final class SpecialProbes: Sendable {
    /// Programs that run at once; one more is a probe that this machine cannot make.
    static let programsMax = 16

    private let group: any EventLoopGroup
    private let time: any TimePort
    private let contexts = TLSContexts()
    private let programs = Mutex(0)

    init(group: any EventLoopGroup, time: any TimePort) { (self.group, self.time) = (group, time) }

    /// After a reload files are read again.
    func forget() { contexts.forget() }

    /// Never throws: whatever happens is an end. Comes by the order's timeout.
    func end(of order: ProbeOrder) async -> ProbeEnd {
        let sentAt = time.now()
        let deadline = sentAt + order.timeout
        do {
            let certificateEnd = try await answer(order, by: deadline)
            let latency = max(time.now() - sentAt, .zero)
            return ProbeEnd(
                order, sentAt: sentAt, lateness: max(time.now() - deadline, .zero),
                result: .pass(latency: latency), certificateEnd: certificateEnd)
        } catch let fault as NotStarted {
            return ProbeEnd(order, sentAt: sentAt, result: .notRun(because: fault.description))
        } catch let fault as UntrustedFile {
            return ProbeEnd(order, sentAt: sentAt, result: .notRun(because: fault.description))
        } catch {
            if error is OwnFault || SocketFault.within(error)?.isOurs ?? false {
                return ProbeEnd(order, ownFaultAt: sentAt)
            }
            return ProbeEnd(
                order, sentAt: sentAt, lateness: max(time.now() - deadline, .zero),
                result: .fail(kind: FailureKind(error)))
        }
    }

    private func answer(_ order: ProbeOrder, by deadline: Instant) async throws -> Instant? {
        let left = (deadline - time.now()).inNanoseconds
        let byNIO = NIODeadline.now() + .nanoseconds(left)
        let endpoint = order.target.endpoint
        switch order.kind {
        case .https(let check):
            return try await HTTPSProbe(
                check: check, endpoint: endpoint, contexts: contexts, loop: group.next(),
                deadline: byNIO, now: time.wall()
            ).answer()
        case .dns(let check):
            try await DNSProbe(
                check: check, endpoint: endpoint, loop: group.next(), deadline: byNIO,
                now: time.wall()
            ).answer()
            return nil
        case .exec(let check):
            try await run(
                ExecProbe(check: check, target: order.target, time: time, deadline: deadline))
            return nil
        case .tcp, .http: preconditionFailure("the engine takes plain probes")
        }
    }

    private func run(_ probe: ExecProbe) async throws {
        let mayRun = programs.withLock { running in
            guard running < SpecialProbes.programsMax else { return false }
            running += 1
            return true
        }
        guard mayRun else { throw OwnFault() }
        defer { programs.withLock { $0 -= 1 } }
        try await probe.run()
    }
}
