/// What Package.swift declares, read as text in the few forms that it is written in.
struct Manifest: Sendable {
    /// Targets, tests included, with the targets and products that each depends on.
    let targets: [String: Set<String>]

    init(text: String) {
        var products: [Substring: Substring] = [:]
        for match in text.matches(of: /let (\w+) = Target\.Dependency\.product\(name: "(\w+)"/) {
            products[match.1] = match.2
        }
        var targets: [String: Set<String>] = [:]
        let named = text.matches(of: /name:\s*"(\w+)",\s*dependencies:\s*\[([^\]]*)\]/)
        for match in text.matches(of: /(?:room|tests)\(\s*"(\w+)",\s*\[([^\]]*)\]/) + named {
            let words = match.2.matches(of: /("?)(\w+)"?/)
            targets[String(match.1)] = Set(
                words.map { String($0.1.isEmpty ? products[$0.2] ?? $0.2 : $0.2) })
        }
        for match in text.matches(of: /tests\(\s*"(\w+)"/) {
            targets[String(match.1)]?.insert("TestSupport")
        }
        for match in text.matches(of: /systemLibrary\(name:\s*"(\w+)"/) {
            targets[String(match.1)] = []
        }
        self.targets = targets
    }

    /// All that a target may import by what is declared, itself included.
    func declared(for target: String) -> Set<String> {
        closure(of: [target]) { targets[$0] ?? [] }
    }
}
