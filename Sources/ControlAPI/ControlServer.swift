import Control
import OrderedCollections
import Documents
import Foundation
import Glibc
import Hummingbird
package import Logging
import NIOCore
import OrderedCollections
import Planning
import Playbooks
package import Runtime
import Situations
import TopologyModel
import Values

/// The HTTP API of a running controller, on a Unix socket that only its owner may open.
package struct ControlServer: Sendable {
    /// The size of a request's body (bytes): a plan file.
    private static let bodyMax = 16 * 1024 * 1024

    private let runtime: Runtime
    private let history: any HistoryPort
    private let readinessDesk: ReadinessDesk
    private let socketPath: String
    private let log: Logger

    package init(
        runtime: Runtime, history: any HistoryPort, readiness: ReadinessDesk, socketPath: String,
        log: Logger
    ) {
        (self.runtime, self.history, readinessDesk) = (runtime, history, readiness)
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
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask(priority: .background) { await runtime.survival.run(over: runtime) }
                defer { group.cancelAll() }
                try await app.runService(gracefulShutdownSignals: [])
            }
        } catch let error as IOError {
            throw Fault(
                what: "the control socket \(socketPath) cannot be served: "
                    + String(cString: strerror(error.errnoCode)),
                mend: "name another path with --socket")
        }
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
        router.get("/v1/status") { _, _ in answer(.ok, status) }
        router.get("/v1/history") { request, _ in
            await reply {
                let parameters = request.uri.queryParameters
                return try await history(
                    HistoryQuery { name in parameters[name[...]].map(String.init) })
            }
        }
        router.get("/v1/topology") { _, _ in await reply { try await topology() } }
        router.get("/v1/probes") { _, _ in
            answer(.ok, ProbesDocument(of: await runtime.counted(), at: runtime.now()))
        }
        router.get("/v1/runs/:run") { _, context in
            await reply { try run(named: context.parameters.get("run") ?? "") }
        }
        router.post("/v1/plan") { request, _ in
            await reply { try plan(try await message(PlanMessage.self, in: request)) }
        }
        router.post("/v1/survive") { request, _ in
            await reply {
                try await survivability(try await message(SurviveMessage.self, in: request))
            }
        }
        router.get("/v1/readiness") { _, _ in await reply { try await readiness() } }
        router.post("/v1/command") { request, _ in
            await reply {
                let message = try await message(CommandMessage.self, in: request)
                if message.isRehearsal == true {
                    return runtime.rehearse(message.command, by: message.by)
                }
                let id = CommandID(UUID().uuidString)
                return await runtime.command(message.command, id: id, by: message.by)
            }
        }
        router.post("/v1/ack") { _, _ in
            answer(.ok, AckMessage(acknowledged: runtime.acknowledge()))
        }
        return router
    }

    private var status: StatusDocument {
        let view = runtime.view
        var because: Fault?
        if case .observing(let fault) = view.mode { because = fault }
        return StatusDocument(
            of: view.controller, observing: because,
            refusedReload: runtime.refusedReload.map { .init(at: $0.at, fault: $0.fault) },
            at: runtime.now(), probes: view.probes)
    }

    private func history(_ query: HistoryQuery) async throws -> HistoryMessage {
        let controller = runtime.view.controller
        let concern = try query.region.map { name in
            guard let topology = controller.configuration?.topology else { throw Fault.noTopology }
            guard let region = topology.regions[RegionID(name)] else {
                throw UnknownName(
                    fault: Fault(
                        what: "there is no region '\(name)'",
                        mend: nameMend(for: name, among: topology.regions.keys.map(\.name))))
            }
            return RegionConcern(region, in: topology, runs: controller.state.runs)
        }
        return try await HistoryReading(journal: history).answer(
            to: query, HistoryFilter(concern: concern, kinds: query.kinds, since: query.since))
    }

    private func topology() async throws -> TopologyMessage {
        guard let digest = runtime.view.controller.configuration?.digest else {
            throw Fault.noTopology
        }
        let files = try await history.files(of: digest)
        guard !files.isEmpty else {
            throw Fault(
                what: "the journal does not hold the files of topology \(digest.short)",
                mend: "read them from their folder, with -f")
        }
        return TopologyMessage(digest: digest, files: files)
    }

    private func run(named name: String) throws -> RunMessage {
        let runs = runtime.view.controller.state.runs
        guard let run = RunID(text: name).flatMap({ runs[$0] }) else {
            throw UnknownName(
                fault: Fault(
                    what: "there is no run '\(name)' that is open or among the last that ended",
                    mend: nameMend(for: name, among: runs.keys.map { "\($0)" })))
        }
        return RunMessage(run: StatusDocument.RunStatus(run), plan: run.plan)
    }

    /// Planning reads a copy of the loop's state, off the loop.
    private func plan(_ message: PlanMessage) throws -> PlanAnswer {
        let controller = runtime.view.controller
        guard let configuration = controller.configuration,
            let situation = controller.situation(at: runtime.now())
        else {
            return .refused(faults: [.noTopology])
        }
        return configuration.plan(
            for: message.intent, by: message.by.name, in: situation,
            runs: Array(controller.state.runs.values), isForced: message.isForced ?? false,
            movesOthers: message.movesOthers ?? false)
    }

    /// What is kept fresh where it answers the question; worked out now where it does not.
    private func survivability(_ question: SurviveMessage) async throws -> Survivability {
        guard (1...Surviving.atOnceMax).contains(question.atOnce) else {
            throw Fault(
                what: "\(question.atOnce) domains are not lost at once", mend: "ask for 1 or 2")
        }
        guard let situation = runtime.view.controller.situation(at: runtime.now()) else {
            throw Fault.noTopology
        }
        let known = situation.topology.domains
        if let unknown = question.lost.first(where: { !known.contains($0) }) {
            throw UnknownName(
                fault: Fault(
                    what: "there is no failure domain '\(unknown)'",
                    mend: nameMend(for: unknown.name, among: known.map(\.name))))
        }
        if question.lost.isEmpty, question.at == nil,
            let kept = runtime.survival.fresh(in: situation)
        {
            return kept.losing(atMost: question.atOnce)
        }
        return try await Surviving(situation, at: question.at).sideBySide(
            losing: question.lost, atOnce: question.atOnce)
    }

    private func readiness() async throws -> Readiness {
        guard let situation = runtime.view.controller.situation(at: runtime.now()) else {
            throw Fault.noTopology
        }
        return await readinessDesk.readiness(in: situation)
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

    private func reply(_ make: () async throws -> some APIDocument) async -> Response {
        do {
            return answer(.ok, try await make())
        } catch let error as UnknownName {
            return answer(.notFound, ErrorMessage(error: error.fault))
        } catch {
            let fault =
                (error as? Fault) ?? Fault(what: "\(error)", mend: "see the controller's log")
            return answer(.badRequest, ErrorMessage(error: fault))
        }
    }

    private func answer(_ status: HTTPResponse.Status, _ value: some APIDocument) -> Response {
        do {
            let text = try value.apiDocument().text
            return Response(
                status: status, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        } catch {
            log.error("an answer could not be written: \(error)")
            return Response(status: .internalServerError)
        }
    }
}

/// What a request names is not there: 404, so that a client can tell it from a wrong request.
private struct UnknownName: Error {
    let fault: Fault
}

extension Fault {
    fileprivate static var noTopology: Fault {
        Fault(what: "no topology is in force yet", mend: "try again in a moment")
    }
}
