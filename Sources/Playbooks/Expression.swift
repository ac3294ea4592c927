import Values

/// The names that messages may hold, as `${region.name}`; conditions have their own (`Condition`).
enum Expression: String, CaseIterable {
    case regionName = "region.name"
    case regionTitle = "region.title"
    case regionTo = "region.to"
    case regionFrom = "region.from"
    case planTitle = "plan.title"

    var isOfRegion: Bool {
        switch self {
        case .regionName, .regionTitle, .regionTo, .regionFrom: true
        case .planTitle: false
        }
    }

    /// One piece of a message.
    enum Piece: Hashable {
        case text(String)
        case name(String)
        /// `${` without its `}`.
        case open
    }

    static func pieces(of message: String) -> [Piece] {
        var (pieces, rest) = ([Piece](), message[...])
        while let start = rest.firstIndex(of: "$") {
            let after = rest.index(after: start)
            guard after < rest.endIndex, rest[after] == "{" else {
                pieces.append(.text(String(rest[...start])))
                rest = rest[after...]
                continue
            }
            pieces.append(.text(String(rest[..<start])))
            let name = rest[after...].dropFirst()
            guard let end = name.firstIndex(of: "}") else { return pieces + [.open] }
            pieces.append(.name(String(name[..<end])))
            rest = name[name.index(after: end)...]
        }
        return pieces + [.text(String(rest))]
    }

    /// The message with every name replaced by its value.
    static func filled(_ message: String, value: (Expression) -> String) -> String {
        pieces(of: message).map { piece in
            switch piece {
            case .text(let text): text
            case .name(let name): Expression(rawValue: name).map(value) ?? "${\(name)}"
            case .open: "${"
            }
        }.joined()
    }
}
