import Glibc
import Logging
import NIOCore
import NIOPosix
import Values

/// Takes a lab's commands at a Unix socket, one line a connection, one connection at a time.
///
/// The reply is `ok` or `error` on a line, then the text, then the end of the connection.
struct ControlSocket: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    typealias Server = NIOAsyncChannel<Connection, Never>

    static let served = "ok"
    static let refused = "error"

    let path: String
    let limits: LabLimits
    let log: Logger

    /// Refuses a path where another lab answers; takes over one that a dead lab left.
    func open(on group: any EventLoopGroup) async throws -> Server {
        let pathBytesMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        guard path.utf8.count <= pathBytesMax else {
            throw LabError.controlSocketTooLong(path: path, bytesMax: pathBytesMax)
        }
        if await someoneAnswers(on: group) { throw LabError.controlSocketTaken(path: path) }
        do {
            let server = try await ServerBootstrap(group: group)
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Connection(wrappingChannelSynchronously: channel)
                    }
                }
            chmod(path, S_IRUSR | S_IWUSR)
            return server
        } catch {
            throw LabError.cannotOpenControlSocket(path: path, reason: systemWords(for: error))
        }
    }

    /// Serves until it is cancelled, then removes the socket.
    func serve(
        _ server: Server, answering answer: @escaping @Sendable (String) async throws -> String
    ) async throws {
        defer { unlink(path) }
        do {
            try await server.executeThenClose { connections in
                for try await connection in connections { await take(connection, answer) }
            }
        } catch is CancellationError {
            log.debug("the lab ends; \(path) closes")
        }
    }

    private func take(
        _ connection: Connection, _ answer: @escaping @Sendable (String) async throws -> String
    ) async {
        do {
            try await within(limits.commandTimeout, or: LabError.noReply(path: path)) {
                try await serve(connection, answering: answer)
            }
        } catch {
            log.warning("a command was not answered: \(error)")
        }
    }

    /// Closes a socket that was never served.
    func close(_ server: Server) async throws {
        defer { unlink(path) }
        try await server.executeThenClose { _ in }
    }

    private func serve(
        _ connection: Connection,
        answering answer: @escaping @Sendable (String) async throws -> String
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            let line = try await firstLine(of: inbound)
            let reply: String
            do {
                reply = "\(ControlSocket.served)\n\(try await answer(line))"
            } catch {
                reply = "\(ControlSocket.refused)\n\(error)"
            }
            try await outbound.write(ByteBuffer(string: reply))
        }
    }

    private func firstLine(of inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws
        -> String
    {
        var text = ""
        for try await part in inbound {
            text += String(buffer: part)
            if let end = text.firstIndex(where: \.isNewline) { return String(text[..<end]) }
            guard text.utf8.count <= limits.commandBytesMax else {
                throw LabError.refused("the command is over \(limits.commandBytesMax) bytes long")
            }
        }
        return text
    }

    private func someoneAnswers(on group: any EventLoopGroup) async -> Bool {
        do {
            let channel = try await ClientBootstrap(group: group)
                .connectTimeout(.nanoseconds(limits.connectTimeout.inNanoseconds))
                .connect(unixDomainSocketPath: path).get()
            try await channel.close()
            return true
        } catch {
            return false  // Nothing there, or a file that a dead lab left: opening it will tell.
        }
    }
}
