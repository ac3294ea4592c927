import OrderedCollections
package import Planning
import Situations
package import TopologyModel
import Values

// Whether each standby could take over now: a table that reads at a glance, then what is not well.

extension Readiness {
    /// Of one region.
    package func of(_ region: RegionID) -> Readiness {
        Readiness(
            at: at, standbys: standbys.filter { $0.standby.region == region },
            alone: alone.filter { $0 == region })
    }

    package func text(_ palette: Palette) -> String {
        var text = wrapped("Looked at \(at.text): \(summary).") + "\n\n"
        var table = TextTable([
            "REGION", "STANDBY", "READY", "HOST", "ROOM", "DATA", "CERT", "DOORS",
        ])
        for standby in standbys {
            table.add([
                Cell(standby.standby.region.name, .strong), Cell(standby.standby.host.name),
                Cell(standby.grade.words, standby.grade.tone), standby.cell(of: .host),
                standby.roomCell, standby.dataCell, standby.certificateCell(at: at),
                standby.cell(of: .doors),
            ])
        }
        for region in alone {
            let dashes = Array(repeating: Cell("-", .faint), count: 5)
            table.add(
                [Cell(region.name, .strong), Cell("none", .bad), Cell("no", .bad)] + dashes)
        }
        text += table.isEmpty ? "No region is declared.\n" : table.text(palette)
        return text + faults(palette)
    }

    /// `11 standbys of 5 regions; 9 ready, 1 with a warning, 1 not ready`.
    private var summary: String {
        let regions = OrderedSet(standbys.map(\.standby.region)).count + alone.count
        let counts = ReadinessGrade.allCases.compactMap { grade -> String? in
            let count = standbys.count { $0.grade == grade }
            return count == 0 ? nil : "\(count) \(grade.countedWords)"
        }
        let standbyWord = standbys.count == 1 ? "standby" : "standbys"
        let regionWord = regions == 1 ? "region" : "regions"
        return "\(standbys.count) \(standbyWord) of \(regions) \(regionWord)"
            + (counts.isEmpty ? "" : "; " + counts.joined(separator: ", "))
    }

    /// Each fault once, with whom it concerns, the gravest first.
    private func faults(_ palette: Palette) -> String {
        var told: OrderedDictionary<ReadinessFinding, [String]> = [:]
        for standby in standbys {
            for finding in standby.findings {
                told[finding, default: []].append("\(standby.standby.region)")
            }
        }
        let gravest = told.elements.sorted { $1.key.grade < $0.key.grade }
        let lines = gravest.map { finding, regions in
            let who = shortened(OrderedSet(regions).elements, to: Readiness.regionsNamed)
            let what = wrapped("\(who): \(finding.fault.what)", indent: "  ")
            let mend = finding.fault.mend
            return palette.paint(what, finding.grade.tone) + "\n"
                + (mend.isEmpty ? "" : wrapped("  mend: " + mend, indent: "    ") + "\n")
        }
        let none = alone.map { region in
            let what = wrapped("\(region): no other host may take it", indent: "  ")
            return palette.paint(what, .bad) + "\n    mend: give it standbys\n"
        }
        let all = none + lines
        return all.isEmpty ? "" : "\n" + all.joined()
    }

    /// Regions that are named of one fault; more are counted.
    private static let regionsNamed = 3
}

extension ReadinessGrade {
    fileprivate var words: String {
        switch self {
        case .ready: "yes"
        case .warning: "partly"
        case .notReady: "no"
        }
    }

    fileprivate var cellWords: String {
        switch self {
        case .ready: "ok"
        case .warning: "warn"
        case .notReady: "no"
        }
    }

    fileprivate var countedWords: String {
        switch self {
        case .ready: "ready"
        case .warning: "with a warning"
        case .notReady: "not ready"
        }
    }

    fileprivate var tone: Tone {
        switch self {
        case .ready: .good
        case .warning: .warning
        case .notReady: .bad
        }
    }
}

extension StandbyReadiness {
    fileprivate func cell(of check: ReadinessCheck) -> Cell {
        let grade = grade(of: check)
        return Cell(grade.cellWords, grade.tone)
    }

    /// `ok`, or the part of the region that fits.
    fileprivate var roomCell: Cell {
        room >= need
            ? cell(of: .room)
            : Cell("\(room * 100 / need)%", grade(of: .room).tone)
    }

    fileprivate var dataCell: Cell {
        if let dataLag { return Cell(dataLag.shortText, grade(of: .data).tone) }
        return grade(of: .data) == .ready ? Cell("-", .faint) : Cell("?", .warning)
    }

    /// How long it is still valid.
    fileprivate func certificateCell(at now: Instant) -> Cell {
        let grade = grade(of: .certificate)
        guard let end = certificateEnd, grade < .notReady else {
            return grade == .ready ? Cell("-", .faint) : Cell(grade.cellWords, grade.tone)
        }
        let days = (end - now).components.seconds / 86_400
        return Cell("\(days)d", grade.tone)
    }
}

extension Readiness {
    /// One line for a monitor, with its performance data after the bar.
    package var monitorLine: String {
        let unready = regionsWithoutReady
        let findings = standbys.flatMap { standby in
            standby.findings.map { (standby.standby, $0) }
        }
        // Of a region that nobody could take over, where there is one.
        let telling = findings.filter { unready.contains($0.0.region) }
        let gravest = (telling.isEmpty ? findings : telling).max { $0.1.grade < $1.1.grade }
        var why = ""
        if !unready.isEmpty {
            let names = shortened(unready.map(\.name), to: Readiness.regionsNamed)
            why = "; no standby is ready for \(names)"
        }
        if let (standby, finding) = gravest {
            why += "; \(standby.region): \(finding.fault.what)"
        }
        let counts = ReadinessGrade.allCases.map { grade in
            "\(grade.rawValue)=\(standbys.count { $0.grade == grade })"
        }
        return "READINESS \(monitorWord(monitorCode)) - \(summary)\(why) | "
            + counts.joined(separator: " ")
    }

    /// The codes of the monitoring plugins.
    package var monitorCode: Int32 {
        if !regionsWithoutReady.isEmpty { return 2 }
        return grade == .ready ? 0 : 1
    }
}
