import NIOCore
import NIOPosix
import Values

/// Tells a running lab what to do, over its control socket.
package struct LabClient: Sendable {
    private let socketPath: String
    private let limits = LabLimits()

    package init(socketPath: String) { self.socketPath = socketPath }

    /// Sends one command (`burn sbg2`) and returns the lab's reply.
    ///
    /// Throws `LabError.refused` with the lab's own words, `.noLab` where none answers, and
    /// `.noReply` after `LabLimits.commandTimeout`.
    package func send(_ command: String) async throws -> String {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let limit = limits.commandTimeout
            let reply = try await within(limit, or: LabError.noReply(path: socketPath)) {
                try await exchange(command, on: group)
            }
            try await group.shutdownGracefully()
            return try text(of: reply)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private func exchange(_ command: String, on group: any EventLoopGroup) async throws -> String {
        let channel = try await connection(on: group)
        return try await channel.executeThenClose { inbound, outbound in
            let line = command.split(whereSeparator: \.isNewline).joined(separator: " ")
            try await outbound.write(ByteBuffer(string: line + "\n"))
            var reply = ByteBuffer()
            for try await part in inbound {
                reply.writeImmutableBuffer(part)
                guard reply.readableBytes <= limits.replyBytesMax else {
                    throw LabError.refused("the reply is over \(limits.replyBytesMax) bytes long")
                }
            }
            return String(buffer: reply)
        }
    }

    private func connection(
        on group: any EventLoopGroup
    ) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        do {
            return try await ClientBootstrap(group: group)
                .connect(unixDomainSocketPath: socketPath) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw LabError.noLab(path: socketPath, reason: systemWords(for: error))
        }
    }

    private func text(of reply: String) throws -> String {
        let parts = reply.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count == 2 ? String(parts[1]) : ""
        switch parts.first {
        case .some(Substring(ControlSocket.served)): return rest
        case .some(Substring(ControlSocket.refused)): throw LabError.refused(rest)
        default: throw LabError.noReply(path: socketPath)
        }
    }
}
