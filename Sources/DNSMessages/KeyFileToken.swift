import Values

/// A word, a quoted text or a sign of a key file, and where it stands.
struct KeyFileToken {
    let text: String
    let isSign: Bool
    let place: Place

    /// Comments are those of BIND: `//` and `#` to the end of the line, `/* */`.
    static func tokens(of text: String, file: String) -> [KeyFileToken] {
        var scanner = Scanner(characters: Array(text), file: file)
        var tokens: [KeyFileToken] = []
        while let token = scanner.next() { tokens.append(token) }
        return tokens
    }

    private struct Scanner {
        let characters: [Character]
        let file: String
        var index = 0
        var line = 1
        var column = 1

        mutating func next() -> KeyFileToken? {
            skipBlanksAndComments()
            guard index < characters.count else { return nil }
            let place = Place(file: file, line: line, column: column)
            if "{};".contains(characters[index]) {
                return KeyFileToken(text: String(step()), isSign: true, place: place)
            }
            if characters[index] == "\"" {
                step()
                let text = run { $0 != "\"" && !$0.isNewline }
                if index < characters.count, characters[index] == "\"" { step() }
                return KeyFileToken(text: text, isSign: false, place: place)
            }
            let text = run { !"{};\"#".contains($0) && !$0.isWhitespace }
            return KeyFileToken(text: text, isSign: false, place: place)
        }

        private mutating func skipBlanksAndComments() {
            while index < characters.count {
                if characters[index].isWhitespace {
                    step()
                } else if characters[index] == "#" || starts("//") {
                    _ = run { !$0.isNewline }
                } else if starts("/*") {
                    repeat { step() } while index < characters.count && !starts("*/")
                    if starts("*/") { _ = (step(), step()) }
                } else {
                    return
                }
            }
        }

        private func starts(_ sign: String) -> Bool {
            characters[index...].starts(with: Array(sign))
        }

        private mutating func run(while belongs: (Character) -> Bool) -> String {
            var text = ""
            while index < characters.count, belongs(characters[index]) { text.append(step()) }
            return text
        }

        @discardableResult private mutating func step() -> Character {
            let character = characters[index]
            index += 1
            if character.isNewline { (line, column) = (line + 1, 1) } else { column += 1 }
            return character
        }
    }
}
