import TopologyModel
import Values
import Workload

/// What can be asked of a running lab, one line each.
enum LabCommand: Hashable, Sendable {
    case strike(HostCondition, on: [HostID], name: String)
    /// `text` is the factor as it was written.
    case surge(factor: PartsPerMillion, over: Duration, regions: [RegionID], text: String)
    /// In requests a second; 0 ends it.
    case attack(rate: Int, RegionID)
    case loadSource(HostStand.LoadSource, of: HostID)
    case status
    /// What the users met so far, as text and as JSON.
    case users
    case report
    case countAnew

    static let words = [
        "burn", "heal", "slow", "silence", "surge", "attack", "load-source", "status", "users",
        "report", "count-anew",
    ]

    /// Reads `burn sbg2`, `heal ovh/strasbourg`, `slow ent-gra1 3s`, `silence fate:power-sbg`,
    /// `surge grand-est --factor 10 --over 30s`, `attack grand-est --rate 200`,
    /// `load-source ent-gra1 lies`, `status`, `users`, `report`, `count-anew`.
    init(
        line: String, targets: FaultTargets, limits: LabLimits
    ) throws(LabError) {
        let words = line.split(whereSeparator: { $0.isWhitespace }).map(String.init)
        let arguments = Array(words.dropFirst())
        switch words.first {
        case "burn": self = try .strike(.burnt, arguments, targets, "burn NAME")
        case "heal": self = try .strike(.healthy, arguments, targets, "heal NAME")
        case "silence": self = try .strike(.silent, arguments, targets, "silence NAME")
        case "slow": self = try .slow(arguments, targets, limits.slowMax)
        case "surge": self = try .surge(arguments, targets, limits)
        case "attack": self = try .attack(arguments, targets, limits)
        case "load-source": self = try .loadSource(arguments, targets)
        case "status": self = try .plain(.status, arguments, "status")
        case "users": self = try .plain(.users, arguments, "users")
        case "report": self = try .plain(.report, arguments, "report")
        case "count-anew": self = try .plain(.countAnew, arguments, "count-anew")
        case let word: throw .refused(LabCommand.refusal(of: word ?? ""))
        }
    }

    private static func strike(
        _ condition: HostCondition, _ arguments: [String], _ targets: FaultTargets,
        _ usage: String
    ) throws(LabError) -> LabCommand {
        guard arguments.count == 1 else { throw wrongUse(usage) }
        let name = arguments[0]
        return .strike(condition, on: try targets.hosts(named: name), name: name)
    }

    private static func slow(
        _ arguments: [String], _ targets: FaultTargets, _ slowMax: Duration
    ) throws(LabError) -> LabCommand {
        guard arguments.count == 2 else { throw wrongUse("slow NAME DURATION") }
        guard let delay = Duration(text: arguments[1]), delay > .zero, delay <= slowMax else {
            throw .refused(
                """
                '\(arguments[1])' is no delay that a host can have
                  mend: write one above 0 and up to \(slowMax.text), such as 3s or 500ms
                """)
        }
        return try strike(.slow(by: delay), [arguments[0]], targets, "slow NAME DURATION")
    }

    private static func plain(
        _ command: LabCommand, _ arguments: [String], _ usage: String
    ) throws(LabError) -> LabCommand {
        guard arguments.isEmpty else { throw wrongUse(usage) }
        return command
    }

    static func wrongUse(_ usage: String) -> LabError {
        .refused("the command is not complete, or too long\n  mend: write: \(usage)")
    }

    private static func refusal(of word: String) -> String {
        let mend = didYouMean(word, among: words)
        return """
            '\(word)' is no command of the lab
              mend: \(mend ?? "use one of \(words.joined(separator: ", "))")
            """
    }
}
