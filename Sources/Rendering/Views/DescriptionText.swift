import Control
import Detection
import Documents
import Playbooks
import Situations
import TopologyModel
package import Values

extension Description {
    package func text(_ palette: Palette, at now: Instant, isWide: Bool = false) -> String {
        let width = isWide ? Int.max : TextTable.widthDefault
        let sections: [(String, String)] = [
            ("", propertyTable(palette, width)),
            ("From name to ground", chainTables(palette, width)),
            ("Shares fate with", fateTable(palette, width)),
            ("Probes, as this controller saw them", probeTable(palette, width)),
            ("Front doors", doors.isEmpty ? "" : doors.text(palette, isWide: isWide)),
            ("Held", holds.isEmpty ? "" : holds.text(palette, isWide: isWide)),
            ("Runs", runs.map { $0.text(palette, at: now) }.joined(separator: "\n")),
            ("Last changes", changeLines(palette)),
        ]
        return headline(palette, at: now)
            + sections.filter { !$0.1.isEmpty }.map { title, text in
                title.isEmpty ? text : "\n\(palette.paint(title, .strong)):\n" + text
            }.joined()
    }

    private func headline(_ palette: Palette, at now: Instant) -> String {
        let title = "\(object) \(palette.paint(name, .strong))"
        guard let standing, let verdict = standing.verdict else { return title + "\n" }
        let since =
            standing.since.flatMap { $0 == .distantPast ? nil : " since \($0.moment(at: now))" }
            ?? ""
        let why = standing.because.map { wrapped($0, indent: "  ") + "\n" } ?? ""
        return "\(title) is \(palette.paint(verdict.rawValue, verdict.tone))\(since)\n" + why
    }

    private func propertyTable(_ palette: Palette, _ width: Int) -> String {
        let names = properties.map(\.name.count).max() ?? 0
        return properties.map { property in
            let padding = String(repeating: " ", count: names - property.name.count + 2)
            let indent = String(repeating: " ", count: names + 4)
            let room = width == .max ? Int.max : width - indent.count
            let lines = broken(printable(property.value), width: room)
            return "  " + palette.paint(property.name, .faint) + padding
                + lines.joined(separator: "\n" + indent) + "\n"
        }.joined()
    }

    private func chainTables(_ palette: Palette, _ width: Int) -> String {
        chains.map { chain in
            var table = TextTable(["", "NAME", "VERDICT", "NOTE"])
            for link in chain {
                table.add([
                    Cell(link.kind, .faint), Cell(link.name), link.standing?.cell ?? Cell(""),
                    Cell(link.words, .faint),
                ])
            }
            return table.text(palette, width: width)
        }.joined(separator: "\n")
    }

    private func fateTable(_ palette: Palette, _ width: Int) -> String {
        var table = TextTable(["DOMAIN", "VERDICT", "WITH"])
        for one in sharesFate {
            table.add([Cell(one.domain.name), one.standing.cell, list(one.with)])
        }
        return table.isEmpty ? "" : table.text(palette, width: width)
    }

    private func probeTable(_ palette: Palette, _ width: Int) -> String {
        var table = TextTable(["PROBE OF", "AT", "CHECK", "LAST OUTCOMES"])
        for probe in probes {
            table.add([
                Cell(probe.target.subject.words), Cell("\(probe.target.endpoint)"),
                Cell(probe.check, .faint),
                probe.outcomeCell,
            ])
        }
        return table.isEmpty ? "" : table.text(palette, width: width)
    }

    private func changeLines(_ palette: Palette) -> String {
        changes.map { change in
            let lines = broken(printable(change.text), width: TextTable.widthDefault - 22)
            let at = String(change.at.date.dropFirst(5)) + " " + change.at.clock
            let indent = String(repeating: " ", count: at.count + 4)
            return "  " + palette.paint(at, .faint) + "  "
                + lines.joined(separator: "\n" + indent) + "\n"
        }.joined()
    }
}

extension Description.Link {
    fileprivate var words: String {
        let why: String? =
            switch standing?.verdict {
            case .lost, .doubted, .degraded, .saturated: standing?.because
            case .up, .unknown, nil: nil
            }
        return [note, why].compactMap(\.self).joined(separator: "; ")
    }
}

extension ProbeStatus {
    fileprivate var outcomeCell: Cell {
        if let hindrance { return Cell(hindrance, .warning) }
        return Cell(outcomes.isEmpty ? "none yet" : outcomes)
    }
}

extension Subject {
    fileprivate var words: String {
        switch self {
        case .service(let region, let host): "\(region) at \(host)"
        case .dependency(let id): "\(id)"
        case .edge(let id): "edge \(id)"
        case .nameServer(let zone, let endpoint): "\(zone) at \(endpoint)"
        case .reference(let endpoint): "reference \(endpoint)"
        }
    }
}
