/// What an HTTP probe asks, and what it wants to hear; made once for all probes that are alike.
struct HTTPQuestion: Sendable {
    /// The whole request, as it is sent.
    let request: [UInt8]
    /// The status of a pass.
    let status: Int
    /// What the body must hold; nil where any will do.
    let pattern: BodyPattern?
    /// Whether the reader keeps the body, for somebody who understands it.
    let keepsBody: Bool

    init(host: String, path: String, status: Int, body: String?, keepsBody: Bool = false) {
        let head = "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: bascule\r\n"
        request = Array((head + "Accept: */*\r\nConnection: close\r\n\r\n").utf8)
        (self.status, self.keepsBody) = (status, keepsBody)
        pattern = body.flatMap { BodyPattern(Array($0.utf8)) }
    }
}

/// Bytes to be found in a body that comes in pieces (Knuth, Morris and Pratt, 1977): no byte is
/// looked at twice, and nothing of the body is kept.
struct BodyPattern: Sendable {
    private let wanted: [UInt8]
    /// How long a beginning of `wanted` still matches when the byte after so many does not.
    private let shorter: [Int]

    /// Nil for no bytes, which every body holds.
    init?(_ wanted: [UInt8]) {
        guard !wanted.isEmpty else { return nil }
        self.wanted = wanted
        var table = [0]
        for index in wanted.indices.dropFirst() {
            var length = table[index - 1]
            while length > 0, wanted[index] != wanted[length] { length = table[length - 1] }
            table.append(wanted[index] == wanted[length] ? length + 1 : 0)
        }
        shorter = table
    }

    /// How much matches after these bytes, when `matched` bytes did before them.
    func matched(after matched: Int, _ bytes: UnsafeRawBufferPointer.SubSequence) -> Int {
        var length = matched
        for byte in bytes {
            if isWhole(length) { return length }
            while length > 0, byte != wanted[length] { length = shorter[length - 1] }
            if byte == wanted[length] { length += 1 }
        }
        return length
    }

    func isWhole(_ matched: Int) -> Bool { matched == wanted.count }
}
