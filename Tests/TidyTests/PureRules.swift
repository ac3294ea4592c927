extension Rule {
    /// What keeps the core pure: the same inputs give the same decisions, in any process.
    static let purity: [Rule] = [imports, clocksAndThreads, hashing, floating, unorderedIteration]

    private static let imports = Rule(
        "pure targets import pure targets and the ordered collections only",
        mend: "move the file to an edge, or hand the value in as an argument",
        scope: .pure,
        bad: ["import Foundation", "package import Glibc", "import struct Foundation.Date"],
        good: ["import Values\npackage import OrderedCollections\nimport HeapModule"]
    ) { file in
        let allowed = House.pure.union(House.collections)
        return file.imports.filter { !allowed.contains($0.module) }.map {
            Breach(line: $0.line, what: "\(file.target) is pure and imports \($0.module)")
        }
    }

    private static let clocksAndThreads = Rule.banned(
        [
            "async", "await", "Task", "TaskGroup", "Date", "ContinuousClock", "SuspendingClock",
            "Mutex", "Atomic", "Thread", "DispatchQueue", "SystemRandomNumberGenerator", "print",
            "readLine", "actor",
        ],
        "pure code knows no clock, task, chance or output",
        mend: "take it as an argument (at now: Instant, using random: inout SplitMix64)",
        scope: .pure,
        bad: ["func f() async {}", "let now = Date()", "print(1)"],
        good: ["// await the day\nlet text = \"async\"\nfunc f(at now: Instant) {}"])

    private static let hashing = Rule.banned(
        ["Hasher", "hashValue", "hash ( into", "ObjectIdentifier"],
        "Swift's hashes differ in every process", mend: "use StableHash, or sort",
        scope: .pure,
        bad: ["let key = name.hashValue", "func hash(into hasher: inout Hasher) {}"],
        good: ["struct Key: Hashable {}\nlet key = StableHash.of(name)"])

    private static let floating = Rule(
        "nothing is decided, compared or journaled in floating point",
        mend: "count users in whole numbers and ratios in PartsPerMillion",
        scope: .pure,
        bad: ["let share: Double = 1", "let share = Float(users)"],
        good: [
            "let share: PartsPerMillion = .one\nlet doubled = 2",
            "func encode(_ value: Double) throws { throw wholeNumbersOnly() }",
        ]
    ) { file in
        ["Double", "Float", "Float16", "Float80", "CGFloat"].flatMap(file.places)
            .map { file.tokens[$0].line }
            .filter { !file.isRefusalOfFloats(line: $0) }
            .map { Breach(line: $0, what: "floating point in \(file.target), which is pure") }
    }

    private static let unorderedIteration = Rule(
        "the order of Set and Dictionary differs in every process",
        mend: "sort it first, or keep it in an OrderedDictionary or OrderedSet",
        scope: .pure,
        bad: [
            "let seen: Set<String>\nfor name in seen { use(name) }",
            "var loads: [HostID: Int] = [:]\nlet sums = loads.map(\\.value)",
            "let names = Set(hosts)\nnames.forEach { use($0) }",
            "let byName = Dictionary(grouping: hosts) { $0.name }\nfor (name, host) in byName {}",
            "func f(_ loads: [HostID: Int]) { for load in loads.values {} }",
        ],
        good: [
            "let seen: Set<String>\nfor name in seen.sorted() { use(name) }",
            "var loads: OrderedDictionary<HostID, Int> = [:]\nlet sums = loads.map(\\.value)",
            "let loads: [Int] = []\nfor load in loads {}",
            "let loads: [HostID: Int] = [:]\nfor id in loads.keys.sorted() { use(loads[id]) }",
        ]
    ) { file in
        let names = file.unorderedNames
        return file.tokens.indices.filter { names.contains(file.tokens[$0].text) }
            .filter { file.isIteration(at: $0) }
            .map {
                Breach(
                    line: file.tokens[$0].line,
                    what: "iterates over '\(file.tokens[$0].text)', a Set or Dictionary")
            }
    }
}

extension SourceFile {
    /// Encoder and Decoder require methods for Double and Float; ours throw.
    fileprivate func isRefusalOfFloats(line: Int) -> Bool {
        let text = lines[line - 1].drop { $0 == " " }.split(separator: " ").joined(separator: " ")
        let isCoding = ["func encode(", "mutating func encode(", "func decode("]
            .contains { text.hasPrefix($0) }
        return isCoding && text.contains("{ throw ")
    }

    /// Names that are declared as a Set or Dictionary everywhere this file declares them.
    fileprivate var unorderedNames: Set<String> {
        var unordered: Set<String> = []
        var others: Set<String> = []
        for place in tokens.indices.dropLast(2) {
            guard tokens[place].isName, [":", "="].contains(tokens[place + 1].text) else {
                continue
            }
            if isUnordered(from: place + 2, isType: tokens[place + 1].text == ":") {
                unordered.insert(tokens[place].text)
            } else if tokens[place + 1].text == ":" {
                others.insert(tokens[place].text)
            }
        }
        return unordered.subtracting(others)
    }

    private func isUnordered(from start: Int, isType: Bool) -> Bool {
        let text = tokens[start].text
        if text == "Set" || text == "Dictionary" { return true }
        guard isType, text == "[" else { return false }
        let end = closing(start)
        return (start..<end).contains { place in
            tokens[place].text == ":" && depth(at: place, from: start) == 1
        }
    }

    private func depth(at place: Int, from start: Int) -> Int {
        tokens[start..<place].reduce(0) { depth, token in
            switch token.text {
            case "[", "(", "<": depth + 1
            case "]", ")", ">": depth - 1
            default: depth
            }
        }
    }

    /// Whether the name at `place` is walked over without being sorted first.
    fileprivate func isIteration(at place: Int) -> Bool {
        let after = tokens[(place + 1)...].prefix(4).map(\.text)
        let walks = ["map", "compactMap", "flatMap", "forEach", "first", "enumerated", "reduce"]
        if after.first == "." {
            let view = after.dropFirst().first ?? ""
            if view == "keys" || view == "values" {
                let then = after.dropFirst(3).first ?? ""
                let isOrderFree = ["sorted", "contains", "count", "min", "max", "allSatisfy"]
                    .contains(then)
                return !(after.dropFirst(2).first == "." && isOrderFree)
            }
            return walks.contains(view) && (place == 0 || tokens[place - 1].text != ".")
        }
        let before = place > 0 ? tokens[place - 1].text : ""
        return before == "in" && ["{", "where"].contains(after.first ?? "")
    }
}

extension Token {
    fileprivate var isName: Bool { text.first.map { $0.isLetter || $0 == "_" } ?? false }
}
