import Testing

/// One tidy rule: a pure function from a file to its breaches, with examples that prove it bites.
struct Rule: Sendable, CustomTestStringConvertible {
    /// A line that breaks the rule.
    struct Breach {
        let line: Int
        let what: String
    }

    enum Scope: Sendable {
        case pure, sources, everything

        func contains(_ file: SourceFile) -> Bool {
            switch self {
            case .pure: !file.isTest && House.pure.contains(file.target)
            case .sources: !file.isTest
            case .everything: true
            }
        }
    }

    let name: String
    let mend: String
    let scope: Scope
    /// Each must be found; the first line of each is at `examplePath`.
    let bad: [String]
    let good: [String]
    let examplePath: String
    private let breaches: @Sendable (SourceFile) -> [Breach]

    init(
        _ name: String, mend: String, scope: Scope = .everything, bad: [String], good: [String],
        examplePath: String = "Sources/Planning/Example.swift",
        breaches: @escaping @Sendable (SourceFile) -> [Breach]
    ) {
        (self.name, self.mend, self.scope, self.bad) = (name, mend, scope, bad)
        (self.good, self.examplePath, self.breaches) = (good, examplePath, breaches)
    }

    func findings(in file: SourceFile) -> [Finding] {
        guard scope.contains(file) else { return [] }
        return breaches(file).map {
            Finding(path: file.path, line: $0.line, what: $0.what, mend: mend)
        }
    }

    var testDescription: String { name }
}

extension Rule {
    /// A rule against runs of tokens, each written with spaces between the tokens.
    static func banned(
        _ patterns: [String], _ name: String, mend: String, scope: Scope = .everything,
        bad: [String], good: [String]
    ) -> Rule {
        Rule(name, mend: mend, scope: scope, bad: bad, good: good) { file in
            patterns.flatMap { pattern in
                file.places(of: pattern).map { place in
                    let seen = pattern.replacing(" ", with: "")
                    return Breach(line: file.tokens[place].line, what: "'\(seen)': \(name)")
                }
            }
        }
    }
}
