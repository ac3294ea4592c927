extension Rule {
    /// What no file does.
    static let bans: [Rule] = [
        errorsSwallowed, emptyCatch, crashes, access, unsafety, looseTasks, wallClock, chance,
        globals,
        leftovers,
    ]

    private static let errorsSwallowed = Rule.banned(
        ["try ?", "try !"], "errors are handled, never dropped",
        mend: "catch it and say what it means, or let it be thrown",
        bad: ["let a = try? read()", "let a = try! read()"], good: ["let a = try read() // try?"])

    private static let emptyCatch = Rule(
        "errors are handled, never dropped",
        mend: "handle the error, or turn it into an input for the controller",
        bad: ["do { try act() } catch {\n  // nobody cares\n}", "do {} catch is Fault {}"],
        good: [
            "do { try act() } catch { report(error) }",
            "do { try await wait() } catch is CancellationError {\n  // The lab ends.\n}",
        ]
    ) { file in
        file.places(of: "{ }").filter { open in
            let before = file.tokens[..<open].suffix(8).reversed().map(\.text)
            let head = before.prefix { $0 != "}" && $0 != "{" && $0 != ";" }
            return head.contains("catch") && head != ["CancellationError", "is", "catch"]
        }
        .map { Breach(line: file.tokens[$0].line, what: "empty catch") }
    }

    private static let crashes = Rule.banned(
        ["fatalError", "assertionFailure"], "a stop shows its values",
        mend: "use precondition with the values in its message, or throw",
        bad: ["fatalError(\"no\")"], good: ["precondition(rise > 0, \"rise is \\(rise)\")"])

    private static let access = Rule.banned(
        ["public", "open class"], "private first, package across targets",
        mend: "say package, or nothing",
        bad: ["public struct A {}"], good: ["package struct A {}"])

    private static let unsafety = Rule.banned(
        ["@ unchecked Sendable", "nonisolated ( unsafe )", "unowned ( unsafe )"],
        "the compiler checks what crosses tasks", mend: "use a value, a Mutex or an actor",
        bad: ["class A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1"],
        good: ["final class A: Sendable {}"])

    private static let looseTasks = Rule.banned(
        ["Task {", "Task (", "Task . detached", "Task . immediate", "Task < Void , Never > {"],
        "tasks live in a tree, with an owner",
        mend: "use a task group, async let, or run() of the service that owns the work",
        bad: ["Task { await go() }", "Task.detached { }", "Task(priority: .low) { }"],
        good: ["try await Task.sleep(for: .seconds(1))\nlet t: Task<Void, Never>"])

    private static let wallClock = Rule.banned(
        ["Date ( )", "Date . now", "CFAbsoluteTimeGetCurrent"], "time is an argument",
        mend: "take at now: Instant, or be handed a Clock",
        bad: ["let now = Date()", "let now = Date.now"],
        good: ["let day = Date(timeIntervalSince1970: 0)"])

    private static let chance = Rule(
        "chance is an argument", mend: "draw from the SplitMix64 that you were handed (using:)",
        bad: ["let n = Int.random(in: 0..<3)", "let n = names.randomElement()", "names.shuffle()"],
        good: ["let n = Int.random(in: 0..<f(3), using: &random)\nrandom.shuffle(&names)"]
    ) { file in
        [". random ( in :", ". randomElement ( )", ". shuffled ( )", ". shuffle ( )"].flatMap {
            file.places(of: $0).filter { place in
                let open = place + 2
                return !file.tokens[open...file.closing(open)].contains { $0.text == "using" }
            }
        }
        .map { Breach(line: file.tokens[$0].line, what: "chance without a generator") }
    }

    private static let globals = Rule.banned(
        ["static let shared", "static let standard", "static let default ="],
        "no singletons", mend: "build it in main and hand it in",
        bad: ["static let shared = Prober()"], good: ["static let probesInFlightMax = 64"])

    private static let leftovers = Rule(
        "unfinished work is an issue, not a comment",
        mend: "do it, or open an issue and delete this",
        bad: ["// TODO: later", "let a = 1  // FIXME"], good: ["// todos are people's plans"]
    ) { file in
        // This folder has to name them.
        guard file.target != "TidyTests", file.saysUnfinished else { return [] }
        return file.lines.indices.filter { index in
            file.lines[index].split { !$0.isLetter }.contains { $0 == "TODO" || $0 == "FIXME" }
        }
        .map { Breach(line: $0 + 1, what: "unfinished") }
    }
}
