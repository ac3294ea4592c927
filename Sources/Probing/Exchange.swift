import Detection
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Values

/// One exchange over SwiftNIO that ends by its deadline: for probes that are not plain.
struct Exchange<Answer: Sendable>: Sendable {
    let loop: any EventLoop
    let deadline: NIODeadline

    /// The shortest time that SwiftNIO is given to connect: it takes none that is not positive.
    private static var connectMin: TimeAmount { .milliseconds(1) }

    var connectTimeout: TimeAmount { max(deadline - .now(), Exchange.connectMin) }

    /// Connects, and waits for the promise that the channel's handlers keep; throws what went
    /// wrong. The channel is closed when it returns, or soon after.
    func answer(
        _ connect: (EventLoopPromise<Answer>) throws -> EventLoopFuture<any Channel>
    ) async throws -> Answer {
        let answer = loop.makePromise(of: Answer.self)
        let isConnected = Flag()
        let timer = loop.scheduleTask(deadline: deadline) {
            let isThere = isConnected.value.load(ordering: .relaxed)
            answer.fail(ProbeFailure(kind: isThere ? .timeout : .connectTimeout))
        }
        defer { timer.cancel() }
        do {
            let connecting = try connect(answer)
            connecting.whenFailure { answer.fail($0) }
            connecting.whenSuccess { channel in
                isConnected.value.store(true, ordering: .relaxed)
                answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
            }
        } catch {
            answer.fail(error)
        }
        return try await withTaskCancellationHandler {
            try await answer.futureResult.get()
        } onCancel: {
            answer.fail(CancellationError())
        }
    }

    /// Tells a connection that is not there from a slow answer.
    private final class Flag: Sendable {
        let value = Atomic<Bool>(false)
    }
}

/// Why a probe failed.
struct ProbeFailure: Error {
    let kind: FailureKind
}

/// This machine cannot make the probe: it says nothing of the host.
struct OwnFault: Error {}

extension SocketFault {
    /// The system call's error in one of SwiftNIO's, or nil.
    static func within(_ error: any Error) -> SocketFault? {
        switch error {
        case let failure as NIOConnectionError:
            failure.connectionErrors.lazy.compactMap { within($0.error) }.first
        case let failure as IOError: SocketFault(number: failure.errnoCode)
        default: nil
        }
    }
}

extension FailureKind {
    /// The kind of failure that an error of the network, or of TLS, means.
    init(_ error: any Error) {
        switch error {
        case let failure as ProbeFailure: self = failure.kind
        case ChannelError.connectTimeout: self = .connectTimeout
        case let failure as NIOConnectionError
        where failure.connectionErrors.contains { $0.error is ChannelError }:
            self = .connectTimeout
        case let failure as NIOSSLExtraError where failure == .failedToValidateHostname:
            self = .certificateName
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
            self = .certificateUnknown
        case NIOSSLError.handshakeFailed(let reason): self = FailureKind(handshake: reason)
        default: self = SocketFault.within(error)?.kind ?? .reset
        }
    }

    private init(handshake reason: BoringSSLError) {
        switch reason {
        case .sslError(let stack):
            // BoringSSL names what it met only in words.
            self =
                "\(stack)".contains("CERTIFICATE_VERIFY_FAILED")
                ? .certificateUnknown : .handshake
        // The connection ended within the handshake.
        default: self = .reset
        }
    }
}
