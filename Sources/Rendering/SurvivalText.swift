import OrderedCollections
package import Planning
import Situations
import TopologyModel
import Values

// Which regions outlive which losses: tables that read at a glance.

extension Survivability {
    /// Pairs that are shown by name where not all are asked for.
    private static let pairsShown = 15
    private static let sameShown = 12

    package func text(_ palette: Palette, isWide: Bool) -> String {
        if losses.count == 1, let only = losses.first { return text(of: only, palette) }
        let singles = losses.filter { $0.lost.count == 1 }
        let pairs = losses.filter { $0.lost.count == 2 }
        var text = wrapped("From where the regions are, \(hourText).") + "\n"
        text += beforeText(palette)
        text += "\n" + headed("One lost", summary(of: singles), palette)
        text += table(of: isWide ? singles : singles.filter { $0.grade > .unhit }, palette)
        if !pairs.isEmpty {
            text += "\n" + headed("Two lost", summary(of: pairs), palette)
            text += SurvivalMatrix(self).text(palette) ?? "(too many for a matrix)\n"
            text += worse(pairs, palette, isWide: isWide)
        }
        guard !same.isEmpty else { return text }
        let shown = isWide ? same[...] : same.prefix(Survivability.sameShown)
        let words = shown.map { "\($0.domain) as \($0.fallsWith)" }.joined(separator: ", ")
        let rest = same.count - shown.count
        let more = rest > 0 ? " and \(rest) more (-o wide)" : ""
        return text + "\n" + wrapped("The same sites, and so not asked again: \(words)\(more).")
            + "\n"
    }

    private func headed(_ title: String, _ words: String, _ palette: Palette) -> String {
        wrapped("\(title): \(words).")
            .replacing(title, with: palette.paint(title, .strong), maxReplacements: 1) + "\n"
    }

    /// What is so before any loss; empty on an ordinary day.
    private func beforeText(_ palette: Palette) -> String {
        var text = ""
        let standing = [
            ("Lost already", before.lost.map(\.name)), ("In doubt", before.doubted.map(\.name)),
            ("Closed", before.closed.map(\.name)),
        ]
        for (title, names) in standing where !names.isEmpty {
            text += wrapped("\(title): \(names.joined(separator: ", ")).") + "\n"
        }
        guard !before.regions.isEmpty else { return text }
        let words = before.regions.clauses
        return text
            + palette.paint(wrapped("Before any loss: \(words).", indent: "  "), before.grade.tone)
            + "\n"
    }

    private var hourText: String {
        let shown = hours.prefix(3).map(\.minuteText).joined(separator: ", ")
        let more = hours.count > 3 ? " and \(hours.count - 3) more" : ""
        if hours.count > 1 { return "for the hours that ask the most (\(shown)\(more))" }
        return hours.first == at ? "for \(shown)" : "for the hour that asks the most (\(shown))"
    }

    /// `24 leave everybody served, 3 ration, 2 lose a region`.
    private func summary(of losses: [LossSurvival]) -> String {
        let counts: [(grade: SurvivalGrade, one: String, many: String)] = [
            (.unhit, "hits nobody", "hit nobody"),
            (.fits, "leaves everybody served", "leave everybody served"),
            (.rationed, "rations", "ration"), (.overloaded, "overloads a host", "overload a host"),
            (.lost, "loses a region", "lose a region"),
        ]
        return counts.compactMap { grade, one, many in
            let count = losses.count { $0.grade == grade }
            return count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
        }.joined(separator: ", ")
    }

    private func table(of losses: [LossSurvival], _ palette: Palette) -> String {
        var table = TextTable(["LOST", "THEN", "REGIONS", "BACK IN"])
        for loss in losses {
            table.add([
                Cell(loss.name, .strong), Cell(loss.grade.words, loss.grade.tone),
                Cell(loss.words), Cell(loss.backIn),
            ])
        }
        return table.isEmpty ? "" : table.text(palette)
    }

    /// Those of the pairs in which some region fares worse than with each of the two alone.
    private func worse(
        _ pairs: [LossSurvival], _ palette: Palette, isWide: Bool
    ) -> String {
        let all = byLost
        let worse = pairs.filter { pair in
            pair.regions.contains { region in
                region.outcome.grade > .fits
                    && pair.lost.allSatisfy {
                        (all[[$0]]?.grade(of: region.region) ?? .unhit) < region.outcome.grade
                    }
            }
        }
        guard !worse.isEmpty else {
            return "No pair is worse for any region than one of the two alone.\n"
        }
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
        let heading = wrapped(
            "When \(loss.name) \(verb) lost, from where the regions are, \(hourText):")
        let text = heading + "\n" + beforeText(palette) + "\n"
        let acting = loss.acting.words.map { "\n" + wrapped("Mind: \($0).") + "\n" } ?? ""
        guard !loss.regions.isEmpty else { return text + "No region is hit.\n" + acting }
        var table = TextTable(["REGION", "THEN", "WHERE", "SERVED", "BACK IN"])
        for region in loss.regions {
            table.add([
                Cell(region.region.name, .strong),
                Cell(region.outcome.grade.words, region.outcome.grade.tone),
                Cell(region.to.shares.isEmpty ? "nowhere" : region.to.words),
                Cell(region.outcome.servedWords),
                Cell(region.recovery?.words ?? loss.acting.waitWords),
            ])
        }
        return text + table.text(palette) + acting + why(loss, palette)
    }

    /// Why each host does not take a region, or not more, where not everybody is served.
    private func why(_ loss: LossSurvival, _ palette: Palette) -> String {
        var table = TextTable(["REGION", "HOST", "WHY NOT, OR NOT MORE"])
        for region in loss.regions where region.outcome.grade > .fits {
            for host in region.explanation {
                table.add([
                    Cell(region.region.name), Cell(host.host.name),
                    Cell(host.words(at: at), .faint),
                ])
            }
        }
        return table.isEmpty ? "" : "\n" + table.text(palette)
    }
}

extension LossSurvival.Acting {
    /// Nil where all goes by itself.
    fileprivate var words: String? {
        switch self {
        case .byItself: nil
        case .person: "so much falls at once that the brake holds, and a person must act"
        case .nobody: "no controller is left, and nobody acts by itself"
        }
    }

    /// Beside the regions of a row; nil where all goes by itself.
    fileprivate var rowWords: String? {
        switch self {
        case .byItself: nil
        case .person: "the brake holds"
        case .nobody: "no controller is left"
        }
    }

    /// Where there is no time to tell.
    fileprivate var waitWords: String {
        switch self {
        case .byItself: "-"
        case .person: "by hand"
        case .nobody: "nobody acts"
        }
    }
}

extension LossSurvival {
    fileprivate var words: String {
        ([regions.clauses] + [acting.rowWords].compactMap(\.self))
            .joined(separator: "; ")
    }

    fileprivate func grade(of region: RegionID) -> SurvivalGrade {
        regions.first { $0.region == region }?.outcome.grade ?? .unhit
    }

    fileprivate var name: String { lost.names }

    /// Until the last region that is served again is so.
    fileprivate var backIn: String {
        regions.compactMap { $0.recovery?.total }.max()?.shortText
            ?? (grade == .lost ? "-" : acting.waitWords)
    }
}

extension [RegionSurvival] {
    /// Outcomes that are told apart in a row, and regions that are named of one; more are counted.
    private static var clausesMax: Int { 4 }
    private static var regionsNamed: Int { 3 }

    /// Regions that fare alike are named together, the worst first.
    var clauses: String {
        let worstFirst = indices.sorted {
            (self[$1].outcome.grade, $0) < (self[$0].outcome.grade, $1)
        }
        var clauses: OrderedDictionary<String, [String]> = [:]
        for region in worstFirst.map({ self[$0] }) {
            clauses[region.words, default: []].append(region.region.name)
        }
        let named = clauses.elements.prefix([RegionSurvival].clausesMax)
        let rest = count - named.reduce(0) { $0 + $1.value.count }
        let told = named.map { words, names in
            "\(shortened(names, to: [RegionSurvival].regionsNamed)) \(words)"
        }
        return (told + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "; ")
    }
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
        let counts = SurvivalGrade.allCases.filter { $0 > .unhit }.map { grade in
            "\(grade)=\(losses.count { $0.grade == grade })"
        }
        return "SURVIVE \(monitorWord(monitorCode)) - \(summary(of: losses))\(worstWords) | "
            + counts.joined(separator: " ")
    }

    /// The codes of the monitoring plugins.
    package var monitorCode: Int32 {
        switch grade {
        case .unhit, .fits: 0
        case .rationed: 1
        case .overloaded, .lost: 2
        }
    }

    private var worstWords: String {
        let grade = grade
        guard grade > .fits else { return "" }
        if before.grade == grade { return "; without any loss: \(before.regions.clauses)" }
        let worst = losses.first { $0.grade == grade }
        return worst.map { "; worst: \($0.name): \($0.regions.clauses)" } ?? ""
    }
}

extension Instant {
    /// `Mon 2026-11-30 07:00Z`: weekdays are what a curve goes by.
    fileprivate var minuteText: String {
        let weekday = CivilTime(self).date.weekday.rawValue
        return "\(weekday.prefix(1).uppercased())\(weekday.dropFirst()) \(date) \(clock.prefix(5))Z"
    }
}
