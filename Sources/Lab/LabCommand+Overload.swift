import TopologyModel
import Values

// The faults of overload: more users, requests that never log in, a load source that fails.
extension LabCommand {
    static let surgeUse = "surge REGION... --factor N --over DURATION"
    static let attackUse = "attack REGION --rate N"
    static let loadSourceUse = "load-source HOST lies|dies|heals"

    static func surge(
        _ arguments: [String], _ targets: FaultTargets, _ limits: LabLimits
    ) throws(LabError) -> LabCommand {
        let words = try Words(arguments, options: ["--factor", "--over"], use: surgeUse)
        let (factorText, overText) = (words.options[0], words.options[1])
        guard !words.names.isEmpty else { throw wrongUse(surgeUse) }
        guard let millionths = Int64(decimal: factorText, timesTenTo: 6), millionths >= 0,
            millionths <= limits.surgeFactorMax * 1_000_000
        else {
            throw .refused(
                """
                '\(factorText)' is no factor of a surge
                  mend: write one of 0 through \(limits.surgeFactorMax), such as 10 or 2.5
                """)
        }
        guard let over = Duration(text: overText), over >= .zero, over <= limits.surgeOverMax
        else {
            throw .refused(
                """
                '\(overText)' is no time in which a surge grows
                  mend: write one of 0s through \(limits.surgeOverMax.text), such as 10m
                """)
        }
        var regions: [RegionID] = []
        for name in words.names { regions.append(try targets.region(named: name)) }
        return .surge(
            factor: PartsPerMillion(Int(millionths)), over: over, regions: regions,
            text: factorText)
    }

    static func attack(
        _ arguments: [String], _ targets: FaultTargets, _ limits: LabLimits
    ) throws(LabError) -> LabCommand {
        let words = try Words(arguments, options: ["--rate"], use: attackUse)
        guard words.names.count == 1 else { throw wrongUse(attackUse) }
        guard let rate = Int(words.options[0]), (0...limits.attackMax).contains(rate) else {
            throw .refused(
                """
                '\(words.options[0])' is no rate of an attack
                  mend: write 0 through \(limits.attackMax) requests a second; 0 ends it
                """)
        }
        return .attack(rate: rate, try targets.region(named: words.names[0]))
    }

    static func loadSource(
        _ arguments: [String], _ targets: FaultTargets
    ) throws(LabError) -> LabCommand {
        guard arguments.count == 2 else { throw wrongUse(loadSourceUse) }
        let source: HostStand.LoadSource
        switch arguments[1] {
        case "lies": source = .lies
        case "dies": source = .dead
        case "heals": source = .truth
        default: throw wrongUse(loadSourceUse)
        }
        return .loadSource(source, of: try targets.host(named: arguments[0]))
    }
}

/// Names and options, in any order; each option once, with a value.
private struct Words {
    private(set) var names: [String] = []
    /// The values, in the order in which the options are wanted.
    private(set) var options: [String]

    init(_ arguments: [String], options wanted: [String], use: String) throws(LabError) {
        var values: [String?] = wanted.map { _ in nil }
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-") else {
                names.append(word)
                continue
            }
            guard let place = wanted.firstIndex(of: word), values[place] == nil,
                let value = rest.popFirst()
            else { throw LabCommand.wrongUse(use) }
            values[place] = value
        }
        options = values.compactMap(\.self)
        guard options.count == wanted.count else { throw LabCommand.wrongUse(use) }
    }
}
