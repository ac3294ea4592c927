extension Rule {
    /// One word for one thing (the glossary of docs/architecture.md).
    static let names: [Rule] = [typeNames, fileNames]

    private static let words: [(banned: String, instead: String)] = [
        ("Manager", "say what it does"), ("Utils", "say what it does"),
        ("Util", "say what it does"), ("Utility", "say what it does"),
        ("Helper", "say what it does"), ("Helpers", "say what it does"),
        ("Misc", "say what it does"), ("Blacklist", "say what is refused"),
        ("Whitelist", "say what is allowed"), ("Master", "Primary"), ("Slave", "Standby"),
        ("Tenant", "Region"), ("Datacenter", "Site"), ("Cooldown", "HoldDown"),
        ("Debounce", "Hysteresis"), ("Stonith", "Fence"), ("Workflow", "Plan"),
        ("Rollout", "Ramp"), ("Majority", "Quorum"), ("Evict", "Drain"), ("Job", "Run"),
        ("Throttle", "Ration"), ("Shed", "Ration"), ("Tier", "Class"),
    ]

    private static let typeNames = Rule(
        "types are named with the project's words", mend: "use the word that is offered",
        bad: [
            "struct RunManager {}", "enum Blacklist {}", "protocol StringHelpers {}",
            "actor Job {}",
        ],
        good: ["struct Mastery {}\nstruct HoldDown {}\nstatic func main() {}\nlet manager = 1"]
    ) { file in
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        return file.tokens.indices.dropLast().filter { kinds.contains(file.tokens[$0].text) }
            .flatMap { place in
                breaches(in: file.tokens[place + 1].text, line: file.tokens[place].line)
            }
    }

    private static let fileNames = Rule(
        "files are named for their main type", mend: "name it for what is in it",
        bad: ["let a = 1"], good: [], examplePath: "Sources/Planning/StringUtils.swift"
    ) { file in
        let name = file.path.split(separator: "/").last?.split(separator: ".").first ?? ""
        return breaches(in: String(name), line: 1)
    }

    private static func breaches(in name: String, line: Int) -> [Breach] {
        let parts = camelWords(of: name)
        return words.filter { parts.contains($0.banned) }.map {
            Breach(line: line, what: "'\(name)' says '\($0.banned)'; instead: \($0.instead)")
        }
    }
}

/// `HTTPHealthCheck` is `HTTPHealth`, `Check`: enough to find a banned word at its start.
func camelWords(of name: String) -> [String] {
    var words: [String] = []
    var isAfterLower = true
    for character in name {
        if character.isUppercase, isAfterLower { words.append("") }
        if words.isEmpty { words.append("") }
        words[words.count - 1].append(character)
        isAfterLower = !character.isUppercase
    }
    return words
}
