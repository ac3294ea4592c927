import Control
import Planning
package import Playbooks
import Situations
import TopologyModel
import Values

extension Plan {
    /// What it would do, region by region, why this host and why not each other, and its steps.
    package func text(_ palette: Palette) -> String {
        let text = "Plan: \(palette.paint(title, .strong)) (playbook \(playbook), by \(by))\n\n"
        return text + changes(palette) + "\n" + explanation(palette) + "\n" + steps(palette)
            + staying(palette) + optimality
    }

    /// Who was asked for and is not moved, and why; empty when everybody is.
    package func staying(_ palette: Palette) -> String {
        guard !placement.refusals.isEmpty else { return "" }
        let lines = placement.refusals.map { refusal in
            let who = refusal.region.map { "\($0) stays: " } ?? "not planned: "
            return palette.paint(wrapped(who + refusal.what, indent: "  "), .bad) + "\n"
                + wrapped("  mend: " + refusal.mend, indent: "    ") + "\n"
        }
        return "\nNOT MOVED by this plan:\n" + lines.joined()
    }

    func changes(_ palette: Palette) -> String {
        var table = TextTable(["REGION", "FROM", "TO", ""])
        for region in placement.regions {
            let over = region.overcommitted.map { "overcommitted by \($0) users" } ?? ""
            table.add([
                Cell(region.region.name, .strong), Cell(region.from.words),
                Cell(region.to.words, region.to.shares.isEmpty ? .bad : .good),
                Cell(over, .warning),
            ])
        }
        return table.text(palette)
    }

    func explanation(_ palette: Palette) -> String {
        var table = TextTable(["REGION", "HOST", "TAKES", "WHY NOT, OR NOT MORE"])
        for region in placement.regions {
            for host in region.explanation {
                table.add([
                    Cell(region.region.name), Cell(host.host.name), Cell("\(host.percent)"),
                    Cell(host.words(at: madeAt), .faint),
                ])
            }
        }
        return table.isEmpty ? "" : table.text(palette)
    }

    private func steps(_ palette: Palette) -> String {
        var table = TextTable(["#", "STEP"])
        for (index, step) in steps.filter(\.isWanted).enumerated() {
            let note = step.isPivot ? " (no way back)" : step.isUndone ? " (can be undone)" : ""
            table.add([Cell("\(index + 1)."), Cell(step.title + note)])
        }
        return table.text(palette)
    }

    private var optimality: String {
        switch placement.optimality {
        case .exact: "\nNo better placement exists under the rules (searched in full).\n"
        case .within(let unserved):
            "\nThe search was cut short: at most \(unserved) priority-weighted users more "
                + "could be served.\n"
        }
    }
}

extension HostExplanation {
    fileprivate func words(at now: Instant) -> String {
        if let objection { return objection.words(at: now) }
        return percent == .zero ? "it could; elsewhere hosts stay less full" : ""
    }
}
