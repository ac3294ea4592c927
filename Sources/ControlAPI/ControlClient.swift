import AsyncHTTPClient
package import Control
package import Documents
import Foundation
import NIOCore
import NIOHTTP1
package import Playbooks
package import Planning
package import Situations
import Values

/// The client of a controller's API on its Unix socket.
package struct ControlClient: Sendable {
    package let socketPath: String

    /// How long an answer may take; a plan is searched for meanwhile.
    package static let answerSecondsDefault: Int64 = 30
    private let answerSeconds: Int64
    /// The length of a Unix socket's path, without the zero that ends it (unix(7): 108 bytes).
    package static let pathBytesMax = 107
    /// The size of an answer (bytes).
    private static let bodyMax = 64 * 1024 * 1024

    package init(
        socketPath: String, answerSeconds: Int64 = ControlClient.answerSecondsDefault
    ) {
        (self.socketPath, self.answerSeconds) = (socketPath, answerSeconds)
    }

    /// Nobody answers on the socket.
    package struct Unreachable: Error, CustomStringConvertible {
        package let socketPath: String
        package let why: String

        package var description: String {
            "no controller answers on \(socketPath): \(why)\n"
                + "  mend: start one with `bascule serve`, or name its socket with --socket"
        }
    }

    /// It took the request and did not answer: what was asked for may still be done.
    package struct Unanswered: Error, CustomStringConvertible {
        package let why: String

        package var description: String {
            "the controller did not answer (\(why)); what was asked may still be done\n"
                + "  mend: look with `bascule status` and `bascule history` before asking again"
        }
    }

    /// What was asked for by name is not there.
    package struct NotFound: Error {
        package let fault: Fault
    }

    package func status() async throws -> StatusDocument {
        try await exchange(.GET, "/v1/status", body: nil)
    }

    package func history(_ query: HistoryQuery) async throws -> HistoryMessage {
        let parameters = query.urlQuery.map { name, value in
            name + "=" + (value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        }
        return try await exchange(
            .GET, "/v1/history?" + parameters.joined(separator: "&"), body: nil,
            waiting: query.wait)
    }

    /// The last entries, oldest first.
    package func history(limit: Int) async throws -> HistoryMessage {
        var query = HistoryQuery()
        query.limit = limit
        return try await history(query)
    }

    /// The files of the topology that is in force.
    package func topology() async throws -> TopologyMessage {
        try await exchange(.GET, "/v1/topology", body: nil)
    }

    package func probes() async throws -> ProbesDocument {
        try await exchange(.GET, "/v1/probes", body: nil)
    }

    package func run(_ id: RunID) async throws -> RunMessage {
        try await exchange(.GET, "/v1/runs/\(id)", body: nil)
    }

    package func plan(
        _ intent: PlanIntent, by: Principal, isForced: Bool = false, movesOthers: Bool = false
    ) async throws -> PlanAnswer {
        let message = PlanMessage(
            intent: intent, by: by, isForced: isForced ? true : nil,
            movesOthers: movesOthers ? true : nil)
        return try await exchange(.POST, "/v1/plan", body: message)
    }

    package func survivability(_ question: SurviveMessage) async throws -> Survivability {
        try await exchange(.POST, "/v1/survive", body: question)
    }

    package func readiness() async throws -> Readiness {
        try await exchange(.GET, "/v1/readiness", body: nil)
    }

    package func send(_ command: Command, by: Principal) async throws -> Reply {
        try await exchange(.POST, "/v1/command", body: CommandMessage(command: command, by: by))
    }

    /// What the answer to the command would be now; nothing is touched or journaled.
    package func rehearse(_ command: Command, by: Principal) async throws -> Reply {
        let message = CommandMessage(command: command, by: by, isRehearsal: true)
        return try await exchange(.POST, "/v1/command", body: message)
    }

    package func acknowledge() async throws -> AckMessage {
        try await exchange(.POST, "/v1/ack", body: nil)
    }

    private func exchange<Answer: Decodable>(
        _ method: HTTPMethodName, _ path: String, body: (any APIDocument)?,
        waiting: Duration = .zero
    ) async throws -> Answer {
        let (status, text) = try await answer(method, path, body: body, waiting: waiting)
        if status == .notFound, let fault = told(in: text) { throw NotFound(fault: fault) }
        guard status == .ok else { throw told(in: text) ?? unknown(path, text) }
        let value = try JSONValue(parsing: text)
        guard value["apiVersion"] == .string(Plan.apiVersion) else {
            throw DocumentFault(
                what: "the controller answers \(path) with no document of \(Plan.apiVersion)",
                mend: "is it of the same version as this command?")
        }
        return try value.decoded(as: Answer.self)
    }

    /// What the controller says went wrong; nil where its words are not ours: it does not know the
    /// path.
    private func told(in text: String) -> Fault? {
        do {
            return try JSONValue(parsing: text).decoded(as: ErrorMessage.self).error
        } catch { return nil }
    }

    private func unknown(_ path: String, _ text: String) -> Fault {
        Fault(
            what: "the controller cannot answer \(path): '\(text.prefix(200))'",
            mend: "is it of the same version as this command?")
    }

    private func answer(
        _ method: HTTPMethodName, _ path: String, body: (any APIDocument)?, waiting: Duration
    ) async throws -> (status: HTTPResponseStatus, text: String) {
        let socket =
            socketPath.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socketPath
        var request = HTTPClientRequest(url: "http+unix://\(socket)\(path)")
        request.method = method == .GET ? .GET : .POST
        if let body {
            request.body = .bytes(ByteBuffer(string: try body.apiDocument().text))
        }
        var configuration = HTTPClient.Configuration()
        // A local socket where nobody listens is said at once, not tried again for ten seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<(HTTPResponseStatus, String), any Error>
        do {
            let response = try await client.execute(
                request,
                timeout: .seconds(answerSeconds + waiting.components.seconds))
            let content = try await response.body.collect(upTo: ControlClient.bodyMax)
            result = .success((response.status, String(buffer: content)))
        } catch let error as IOError where error.isOfConnecting {
            let why = String(cString: strerror(error.errnoCode))
            result = .failure(Unreachable(socketPath: socketPath, why: why))
        } catch let error as HTTPClientError where error == .connectTimeout {
            result = .failure(Unreachable(socketPath: socketPath, why: "no connection in time"))
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            result = .failure(Unanswered(why: "within \(answerSeconds) s"))
        } catch {
            result = .failure(Unanswered(why: "\(error)"))
        }
        try await client.shutdown()
        return try result.get()
    }

    private enum HTTPMethodName { case GET, POST }
}

extension IOError {
    /// Whether nobody was there to take the connection (connect(2), unix(7)).
    fileprivate var isOfConnecting: Bool {
        [ENOENT, ECONNREFUSED, EACCES, EPERM, ENOTSOCK, ENOTDIR, ENAMETOOLONG, EAGAIN]
            .contains(errnoCode)
    }
}
