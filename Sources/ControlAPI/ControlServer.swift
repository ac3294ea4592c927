import Control
import Documents
import Foundation
import Glibc
import Hummingbird
package import Logging
import Planning
package import Runtime
import Situations
import Values

/// Where the API reads the journal.
package protocol HistoryPort: Sendable {
    /// The last entries, oldest first.
    func lastEntries(_ limit: Int) async throws -> [HistoryMessage.Line]
}

/// The HTTP API of a running controller, on a Unix socket that only its owner may open.
package struct ControlServer: Sendable {
    /// Entries that one request gets at most.
    package static let historyMax = 10_000
    /// The size of a request's body (bytes): a plan file.
    private static let bodyMax = 16 * 1024 * 1024

    private let runtime: Runtime
    private let history: any HistoryPort
    private let socketPath: String
    private let log: Logger

    package init(
        runtime: Runtime, history: any HistoryPort, socketPath: String, log: Logger
    ) {
        (self.runtime, self.history) = (runtime, history)
        (self.socketPath, self.log) = (socketPath, log)
    }

    /// Serves until it is cancelled.
    ///
    /// Replaces a socket that an earlier controller left behind; throws `Fault` for any other file,
    /// and for a socket on which somebody answers.
    package func run() async throws {
        try removeStaleSocket()
        let app = Application(
            router: router(),
            configuration: .init(address: .unixDomainSocket(path: socketPath)),
            onServerRunning: { _ in chmod(socketPath, 0o600) }, logger: quiet)
        try await app.runService(gracefulShutdownSignals: [])
    }

    private func removeStaleSocket() throws {
        let type: FileAttributeType?
        do {
            type =
                try FileManager.default.attributesOfItem(atPath: socketPath)[.type]
                as? FileAttributeType
        } catch { return }  // There is none; what else is wrong with the path, binding will say.
        guard type == .typeSocket else {
            throw Fault(
                what: "\(socketPath) is there already, and is no socket",
                mend: "name another path with --socket, or move the file away")
        }
        guard !isAnswered else {
            throw Fault(
                what: "another controller answers on \(socketPath)",
                mend: "stop it, or name another path with --socket")
        }
        unlink(socketPath)
    }

    private var isAnswered: Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(socketPath.utf8.prefix(MemoryLayout.size(ofValue: address.sun_path) - 1))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Hummingbird tells of every start and of each connection that an end cuts; that is ours to
    /// say. What stops it is thrown.
    private var quiet: Logger {
        var logger = log
        logger.logLevel = .critical
        return logger
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/v1/status") { _, _ in
            let view = runtime.view
            var because: Fault?
            if case .observing(let fault) = view.mode { because = fault }
            return answer(
                .ok,
                StatusDocument(
                    of: view.controller, observing: because, at: runtime.now(),
                    probes: view.probes))
        }
        router.get("/v1/history") { request, _ in
            let wanted = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 100
            let limit = min(max(wanted, 1), ControlServer.historyMax)
            return await reply {
                HistoryMessage(lines: try await history.lastEntries(limit))
            }
        }
        router.post("/v1/plan") { request, _ in
            await reply { try plan(try await message(PlanMessage.self, in: request)) }
        }
        router.post("/v1/command") { request, _ in
            await reply {
                let message = try await message(CommandMessage.self, in: request)
                let id = CommandID(UUID().uuidString)
                return await runtime.command(message.command, id: id, by: message.by)
            }
        }
        router.post("/v1/ack") { _, _ in
            answer(.ok, AckMessage(acknowledged: runtime.acknowledge()))
        }
        return router
    }

    /// Planning reads a copy of the loop's state, off the loop.
    private func plan(_ message: PlanMessage) throws -> PlanAnswer {
        let controller = runtime.view.controller
        guard let configuration = controller.configuration,
            let situation = controller.situation(at: runtime.now())
        else {
            return .refused(faults: [
                Fault(what: "no topology is in force yet", mend: "try again in a moment")
            ])
        }
        return configuration.plan(for: message.intent, by: message.by.name, in: situation)
    }

    private func message<Message: Decodable>(
        _ type: Message.Type, in request: Request
    ) async throws -> Message {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: ControlServer.bodyMax)
        } catch {
            throw Fault(
                what:
                    "the request is longer than \(ControlServer.bodyMax) bytes, "
                    + "or was cut: \(error)",
                mend: "send a shorter one")
        }
        do {
            return try JSONValue(parsing: String(buffer: body)).decoded(as: type)
        } catch let error as DecodingError {
            throw Fault(
                what: "the request cannot be read: \(error.sentence)",
                mend: "use a bascule of the same version")
        } catch {
            throw Fault(what: "the request cannot be read: \(error)", mend: "send JSON")
        }
    }

    private func reply(_ make: () async throws -> some Encodable) async -> Response {
        do {
            return answer(.ok, try await make())
        } catch {
            let fault =
                (error as? Fault) ?? Fault(what: "\(error)", mend: "see the controller's log")
            return answer(.badRequest, ErrorMessage(error: fault))
        }
    }

    private func answer(_ status: HTTPResponse.Status, _ value: some Encodable) -> Response {
        do {
            let text = try JSONValue(encoding: value).text
            return Response(
                status: status, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        } catch {
            log.error("an answer could not be written: \(error)")
            return Response(status: .internalServerError)
        }
    }
}
