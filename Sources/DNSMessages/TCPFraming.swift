/// Messages over TCP, each after its length in 16 bits (RFC 1035 section 4.2.2).
package struct TCPFraming: Hashable, Sendable {
    /// The longest message that is taken (bytes).
    package let bytesMax: Int
    private var waiting: [UInt8] = []

    package init(bytesMax: Int = DNSMessage.bytesMax) { self.bytesMax = bytesMax }

    /// The bytes to send for one message.
    ///
    /// - Precondition: `message` has at most 65,535 bytes.
    package static func framed(_ message: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.counted { $0.append(message) }
        return writer.bytes
    }

    /// Takes bytes as they come in, and returns the messages that they complete.
    ///
    /// Throws on a message that is longer than allowed; the connection is then of no more use.
    package mutating func messages(
        completedBy bytes: some Sequence<UInt8>
    ) throws(DNSFormatError) -> [[UInt8]] {
        waiting.append(contentsOf: bytes)
        var messages: [[UInt8]] = []
        var start = 0
        while waiting.count - start >= 2 {
            let count = Int(waiting[start]) << 8 | Int(waiting[start + 1])
            guard count <= bytesMax else { throw DNSFormatError(.messageTooLong, at: bytesMax) }
            guard waiting.count - start >= count + 2 else { break }
            messages.append(Array(waiting[(start + 2)..<(start + 2 + count)]))
            start += count + 2
        }
        waiting.removeFirst(start)
        return messages
    }
}
