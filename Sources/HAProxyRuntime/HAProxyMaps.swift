/// One key and its value in a map.
package struct MapEntry: Hashable, Sendable {
    package let key: HAProxyWord
    package let value: HAProxyWord

    package init(key: HAProxyWord, value: HAProxyWord) { (self.key, self.value) = (key, value) }
}

/// A map that HAProxy holds, from `show map`.
package struct MapListing: Hashable, Sendable {
    package let number: UInt32
    package let file: String
    package let version: UInt32
    package let entryCount: Int

    package init(number: UInt32, file: String, version: UInt32, entryCount: Int) {
        (self.number, self.file) = (number, file)
        (self.version, self.entryCount) = (version, entryCount)
    }

    /// Reads `0 (FILE) pattern loaded from ... curr_ver=2 next_ver=2 entry_cnt=1`.
    init(line: Substring) throws(UnreadableAnswer) {
        let words = line.split(separator: " ")
        func count(_ name: String) -> UInt32? {
            words.last { $0.hasPrefix(name) }.flatMap { UInt32($0.dropFirst(name.count)) }
        }
        guard words.count >= 2, let number = UInt32(words[0]), words[1].hasPrefix("("),
            words[1].hasSuffix(")"), let version = count("curr_ver="),
            let entries = count("entry_cnt=")
        else { throw UnreadableAnswer("'\(line)' is no map") }
        self.init(
            number: number, file: String(words[1].dropFirst().dropLast()), version: version,
            entryCount: Int(entries))
    }

    /// The answer to `show map`.
    static func listings(in answer: String) throws(UnreadableAnswer) -> [MapListing] {
        var listings: [MapListing] = []
        for line in answer.split(separator: "\n") where !line.hasPrefix("#") {
            listings.append(try MapListing(line: line))
        }
        return listings
    }
}

/// What a map holds, as text: people may have put in what we never would.
package struct MapLine: Hashable, Sendable {
    package let key: String
    package let value: String

    package init(key: String, value: String) { (self.key, self.value) = (key, value) }

    /// The answer to `show map MAP`: a pointer, the key, and the value to the end of the line.
    static func lines(in answer: String) throws(UnreadableAnswer) -> [MapLine] {
        var lines: [MapLine] = []
        for line in answer.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count >= 2, parts[0].hasPrefix("0x") else {
                throw UnreadableAnswer("'\(line)' is no entry of a map")
            }
            let value = parts.count == 3 ? String(parts[2]) : ""
            lines.append(MapLine(key: String(parts[1]), value: value))
        }
        return lines
    }

    /// The answer to `prepare map`: `New version created: 3`.
    static func preparedVersion(in answer: String) throws(UnreadableAnswer) -> UInt32 {
        guard let version = answer.split(separator: " ").last.flatMap({ UInt32($0) }) else {
            throw UnreadableAnswer("'\(answer)' names no version")
        }
        return version
    }
}
