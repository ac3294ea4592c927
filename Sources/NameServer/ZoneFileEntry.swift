import Values

/// One entry of a master file: a line, or several that brackets hold together.
struct ZoneFileEntry {
    struct Word {
        /// With its escapes, without its quotes.
        let text: String
        let place: Place
    }

    fileprivate(set) var words: [Word] = []
    /// Whether the line starts with a blank: the owner is then that of the record before.
    let repeatsOwner: Bool
    fileprivate(set) var fault: (place: Place, what: String)?

    static func entries(of text: String, file: String) -> [ZoneFileEntry] {
        var scanner = Scanner(file: file)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            scanner.read(Array(line.unicodeScalars), number: index + 1)
        }
        return scanner.finished()
    }
}

private struct Scanner {
    let file: String
    private var entries: [ZoneFileEntry] = []
    private var current: ZoneFileEntry?
    private var openBracket: Place?

    init(file: String) { self.file = file }

    mutating func finished() -> [ZoneFileEntry] {
        if let openBracket { current?.fault = (openBracket, "'(' is never closed") }
        if let current, !current.words.isEmpty || current.fault != nil { entries.append(current) }
        return entries
    }

    mutating func read(_ line: [UnicodeScalar], number: Int) {
        if openBracket == nil {
            if let current, !current.words.isEmpty || current.fault != nil {
                entries.append(current)
            }
            current = ZoneFileEntry(repeatsOwner: line.first.map(isBlank) ?? true)
        }
        var index = 0
        while index < line.count {
            let place = Place(file: file, line: number, column: index + 1)
            switch line[index] {
            case ";": return
            case "(":
                openBracket = place
                index += 1
            case ")":
                if openBracket == nil { current?.fault = (place, "')' closes nothing") }
                openBracket = nil
                index += 1
            case "\"":
                index = readQuoted(line, from: index + 1, at: place)
            case let character where isBlank(character): index += 1
            default: index = readWord(line, from: index, at: place)
            }
        }
    }

    private mutating func readQuoted(_ line: [UnicodeScalar], from start: Int, at place: Place)
        -> Int
    {
        let end = end(of: line, from: start) { $0 == "\"" }
        if end == line.count { current?.fault = (place, "the quote is never closed") }
        append(line[start..<end], at: place)
        return end + 1
    }

    private mutating func readWord(_ line: [UnicodeScalar], from start: Int, at place: Place)
        -> Int
    {
        let end = end(of: line, from: start) { isBlank($0) || "();\"".unicodeScalars.contains($0) }
        append(line[start..<end], at: place)
        return end
    }

    /// Where the first character that `ends` stands, escaped ones left out, at most the line's end.
    private func end(
        of line: [UnicodeScalar], from start: Int, where ends: (UnicodeScalar) -> Bool
    ) -> Int {
        var index = start
        while index < line.count, !ends(line[index]) { index += line[index] == "\\" ? 2 : 1 }
        return min(index, line.count)
    }

    private mutating func append(_ characters: ArraySlice<UnicodeScalar>, at place: Place) {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: characters)
        current?.words.append(ZoneFileEntry.Word(text: String(text), place: place))
    }

    private func isBlank(_ character: UnicodeScalar) -> Bool {
        character == " " || character == "\t" || character == "\r"
    }
}
