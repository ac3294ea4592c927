import OrderedCollections
package import Planning
import Situations
import TopologyModel
import Values

// Which regions outlive which losses: tables that read at a glance.

extension Survivability {
    /// Pairs that are shown by name where not all are asked for.
    private static let pairsShown = 15

    package func text(_ palette: Palette, isWide: Bool) -> String {
        if losses.count == 1, let only = losses.first { return text(of: only, palette) }
        let singles = losses.filter { $0.lost.count == 1 }
        let pairs = losses.filter { $0.lost.count == 2 }
        var text = wrapped("From where the regions are at \(at.minuteText), \(hourText).") + "\n"
        text += "\n" + palette.paint("One lost", .strong) + ": \(summary(of: singles)).\n"
        text += table(of: isWide ? singles : singles.filter { $0.grade > .unhit }, palette)
        if !pairs.isEmpty {
            text += "\n" + wrapped(palette.paint("Two lost", .strong) + ": \(summary(of: pairs)).")
            text += "\n" + (SurvivalMatrix(self).text(palette) ?? "")
            text += worse(pairs, palette, isWide: isWide)
        }
        guard !same.isEmpty else { return text }
        let words = same.map { "\($0.domain) as \($0.fallsWith)" }.joined(separator: ", ")
        return text + "\n" + wrapped("The same sites, and so not asked again: \(words).") + "\n"
    }

    private var hourText: String {
        let shown = hours.prefix(3).map(\.minuteText).joined(separator: ", ")
        let more = hours.count > 3 ? " and \(hours.count - 3) more" : ""
        return hours.count > 1
            ? "for the hours that ask the most (\(shown)\(more))"
            : "for the hour that asks the most (\(shown))"
    }

    /// `24 leave everybody served, 3 ration, 2 lose a region`.
    private func summary(of losses: [LossSurvival]) -> String {
        let counts: [(SurvivalGrade, String)] = [
            (.unhit, "hit nobody"), (.fits, "leave everybody served"), (.rationed, "ration"),
            (.overloaded, "overload a host"), (.lost, "lose a region"),
        ]
        return counts.compactMap { grade, words in
            let count = losses.count { $0.grade == grade }
            return count == 0 ? nil : "\(count) \(words)"
        }.joined(separator: ", ")
    }

    private func table(of losses: [LossSurvival], _ palette: Palette) -> String {
        var table = TextTable(["LOST", "THEN", "REGIONS", "BACK IN"])
        for loss in losses {
            table.add([
                Cell(loss.name, .strong), Cell(loss.grade.words, loss.grade.tone),
                Cell(loss.words), Cell(loss.backIn.map(\.shortText) ?? "-"),
            ])
        }
        return table.isEmpty ? "" : table.text(palette)
    }

    /// Those of the pairs that are worse than each of the two alone.
    private func worse(
        _ pairs: [LossSurvival], _ palette: Palette, isWide: Bool
    ) -> String {
        let all = byLost
        let worse = pairs.filter { pair in
            pair.grade > .fits
                && pair.lost.allSatisfy { (all[[$0]]?.grade ?? .unhit) < pair.grade }
        }
        guard !worse.isEmpty else { return "No pair is worse than one of the two alone.\n" }
        let sorted = worse.indices.sorted {
            (worse[$1].grade, $0) < (worse[$0].grade, $1)
        }.map { worse[$0] }
        let shown = isWide ? sorted : Array(sorted.prefix(Survivability.pairsShown))
        let rest = sorted.count - shown.count
        return "Worse than each of the two alone:\n" + table(of: shown, palette)
            + (rest > 0 ? "(and \(rest) more: -o wide)\n" : "")
    }

    // MARK: - One loss

    private func text(of loss: LossSurvival, _ palette: Palette) -> String {
        let verb = loss.lost.count == 1 ? "is" : "are"
        var text =
            wrapped(
                "When \(palette.paint(loss.name, .strong)) \(verb) lost, from where the regions "
                    + "are at \(at.minuteText), \(hourText):") + "\n\n"
        guard !loss.regions.isEmpty else { return text + "No region is hit.\n" }
        var table = TextTable(["REGION", "THEN", "WHERE", "SERVED", "BACK IN"])
        for region in loss.regions {
            table.add([
                Cell(region.region.name, .strong),
                Cell(region.outcome.grade.words, region.outcome.grade.tone),
                Cell(region.to.shares.isEmpty ? "nowhere" : region.to.words),
                Cell(region.outcome.servedWords),
                Cell(region.recovery.map(\.words) ?? "-"),
            ])
        }
        text += table.text(palette)
        return text + (loss.hasController ? "" : "\n" + LossSurvival.alone + ".\n")
    }
}

extension LossSurvival {
    /// Outcomes that are told apart in a row, and regions that are named of one; more are counted.
    private static let clausesMax = 4
    private static let regionsNamed = 3
    fileprivate static let alone = "no controller is left, and nobody acts by itself"

    fileprivate var words: String {
        ([shortWords] + (hasController ? [] : [LossSurvival.alone])).joined(separator: "; ")
    }

    /// Regions that fare alike are named together, the worst first.
    var shortWords: String {
        let worstFirst = regions.indices.sorted {
            (regions[$1].outcome.grade, $0) < (regions[$0].outcome.grade, $1)
        }
        var clauses: OrderedDictionary<String, [String]> = [:]
        for region in worstFirst.map({ regions[$0] }) {
            clauses[region.words, default: []].append(region.region.name)
        }
        let named = clauses.elements.prefix(LossSurvival.clausesMax)
        let rest = regions.count - named.reduce(0) { $0 + $1.value.count }
        let told = named.map { words, names in
            let shown = names.prefix(LossSurvival.regionsNamed)
            let more = names.count - shown.count
            let list = shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            return "\(list) \(words)"
        }
        return (told + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "; ")
    }

    fileprivate var name: String { lost.names }

    /// Until the last region that is served again is so; nil where none is.
    fileprivate var backIn: Duration? { regions.compactMap { $0.recovery?.total }.max() }
}

extension [FailureDomain] {
    var names: String { map(\.name).joined(separator: " and ") }
}

extension SurvivalGrade {
    var words: String {
        switch self {
        case .unhit: "nobody hit"
        case .fits: "served"
        case .rationed: "rationed"
        case .overloaded: "overloaded"
        case .lost: "lost"
        }
    }

    var tone: Tone {
        switch self {
        case .unhit: .faint
        case .fits: .good
        case .rationed: .warning
        case .overloaded, .lost: .bad
        }
    }
}

extension RegionSurvival {
    /// What follows its name: `at ent-gra1 100%`, `lost: no host may take it`.
    fileprivate var words: String {
        switch outcome {
        case .fits: "at \(to.words)"
        case .rationed(let served, _): "\(served) served at \(to.words)"
        case .overloaded(let users): "\(users) users too many at \(to.words)"
        case .lost(let loss): "lost: \(loss.words)"
        }
    }
}

extension RegionSurvival.Outcome {
    fileprivate var servedWords: String {
        switch self {
        case .fits: "everybody"
        case .rationed(let served, let classes):
            classes.isEmpty
                ? "\(served)"
                : classes.map { "\($0.classID) \($0.served)" }.joined(separator: ", ")
        case .overloaded(let users): "\(users) users too many"
        case .lost(let loss): loss.words
        }
    }
}

extension RegionSurvival.Loss {
    fileprivate var words: String {
        switch self {
        case .noHost: "no host may take it"
        case .noEdge: "no edge is left"
        case .noAnswer(let zone): "no name server of \(zone) is left"
        case .noUpdate(let zone): "too few servers of \(zone) that take changes are left"
        }
    }
}

extension Recovery {
    /// `42s (seen in 12s, TTL 30s)`.
    fileprivate var words: String {
        let waits = [("seen in", detection), ("patience", patience), ("run", run), ("TTL", tail)]
        let parts = waits.filter { $0.1 > .zero }.map { "\($0.0) \($0.1.shortText)" }
        return "\(total.shortText) (\(parts.joined(separator: ", ")))"
    }
}

extension Survivability {
    /// One line for a monitor, with its performance data after the bar.
    package var monitorLine: String {
        let word =
            switch grade {
            case .unhit, .fits: "OK"
            case .rationed: "WARNING"
            case .overloaded, .lost: "CRITICAL"
            }
        let counts = SurvivalGrade.allCases.filter { $0 > .unhit }.map { grade in
            "\(grade)=\(losses.count { $0.grade == grade })"
        }
        let worst = losses.first { $0.grade == grade && grade > .fits }
        let why = worst.map { "; worst: \($0.name): \($0.shortWords)" } ?? ""
        return "SURVIVE \(word) - \(summary(of: losses))\(why) | "
            + counts.joined(separator: " ")
    }
}

extension Instant {
    /// `Mon 2026-11-30 07:00Z`: weekdays are what a curve goes by.
    fileprivate var minuteText: String {
        let weekday = CivilTime(self).date.weekday.rawValue
        return "\(weekday.prefix(1).uppercased())\(weekday.dropFirst()) \(date) \(clock.prefix(5))Z"
    }
}
