import NIOCore
import Values

/// One connection to the runtime API in interactive mode: several questions, one deadline.
struct Conversation {
    /// How many commands are sent before their answers are read: few enough that neither side
    /// waits for the other with full buffers.
    private static let commandsAheadMax = 32

    let address: HAProxyAddress
    private let limits: HAProxyLimits
    private let deadline: NIODeadline
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var splitter = AnswerSplitter()
    private var isOpened = false
    /// Changes that were made, or were sent and not yet answered.
    private var changesPossible = 0

    init(
        with address: HAProxyAddress, limits: HAProxyLimits, until deadline: NIODeadline,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        (self.address, self.limits, self.deadline) = (address, limits, deadline)
        (self.inbound, self.outbound) = (inbound.makeAsyncIterator(), outbound)
    }

    /// The answers to the commands, in order; the first refusal is an error, after all answers of
    /// its batch have come.
    mutating func answers(
        to commands: [RuntimeCommand]
    ) async throws(HAProxyError) -> [String] {
        var answers: [String] = []
        var rest = commands[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Conversation.commandsAheadMax)
            rest = rest.dropFirst(batch.count)
            answers += try await batchAnswers(to: batch)
        }
        return answers
    }

    mutating func answer(to command: RuntimeCommand) async throws(HAProxyError) -> String {
        try await answers(to: [command])[0]
    }

    /// Reads an answer, and says which command it was when that cannot be done.
    func reading<Value>(
        _ command: RuntimeCommand, _ read: () throws(UnreadableAnswer) -> Value
    ) throws(HAProxyError) -> Value {
        do { return try read() } catch {
            throw self.error(.unintelligible(command: command.line, what: error.what))
        }
    }

    func error(_ kind: HAProxyError.Kind) -> HAProxyError {
        HAProxyError(kind, at: address, changesPossible: changesPossible)
    }

    private mutating func batchAnswers(
        to commands: ArraySlice<RuntimeCommand>
    ) async throws(HAProxyError) -> [String] {
        changesPossible += commands.count { $0.isChange }
        let greeting = isOpened ? "" : "prompt\n"
        try await send(greeting + commands.map { $0.line + "\n" }.joined())
        let expected = commands.count + (isOpened ? 0 : 1)
        let answers = try await receive(expected).suffix(commands.count)
        isOpened = true
        try refuse(zip(commands, answers))
        return Array(answers)
    }

    private mutating func refuse(
        _ pairs: some Sequence<(RuntimeCommand, String)>
    ) throws(HAProxyError) {
        var first: HAProxyError.Kind?
        for (command, answer) in pairs {
            guard let words = command.refusal(in: answer) else { continue }
            if command.isChange { changesPossible -= 1 }
            first = first ?? .refused(command: command.line, words: words)
        }
        if let first { throw error(first) }
    }

    private func send(_ text: String) async throws(HAProxyError) {
        do { try await outbound.write(ByteBuffer(string: text)) } catch {
            throw ended(why: "\(error)")
        }
    }

    private mutating func receive(_ count: Int) async throws(HAProxyError) -> [String] {
        var answers: [String] = []
        var bytes = 0
        while answers.count < count {
            guard let buffer = try await nextBuffer() else {
                throw ended(why: Task.isCancelled ? "we were cancelled" : "closed")
            }
            bytes += buffer.readableBytes
            guard bytes <= limits.answerBytesMax else {
                throw error(.answerTooLong(bytesMax: limits.answerBytesMax))
            }
            answers += splitter.answers(completedBy: buffer.readableBytesView)
        }
        return answers
    }

    private mutating func nextBuffer() async throws(HAProxyError) -> ByteBuffer? {
        do { return try await inbound.next() } catch { throw ended(why: "\(error)") }
    }

    private func ended(why: String) -> HAProxyError {
        NIODeadline.now() >= deadline
            ? error(.timedOut(after: limits.exchange)) : error(.cutOff(why: why))
    }
}
