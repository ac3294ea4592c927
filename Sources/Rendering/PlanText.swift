import Control
import OrderedCollections
import Planning
package import Playbooks
import Situations
import TopologyModel
import Values

extension Plan {
    /// What it would do, region by region, why this host and why not each other, and its steps.
    ///
    /// - Parameter supposing: What was assumed and is not so.
    package func text(_ palette: Palette, supposing: [String] = []) -> String {
        let supposed =
            supposing.isEmpty
            ? "" : wrapped("Supposing \(supposing.joined(separator: " ")).", indent: "  ") + "\n"
        let text =
            "Plan: \(palette.paint(title, .strong)) (playbook \(playbook), by \(by))\n" + supposed
            + "\n"
        return text + changes(palette) + "\n" + quotas(palette) + logins + explanation(palette)
            + "\n" + steps(palette) + staying(palette) + optimality + others
    }

    /// What would serve more, could others move too; empty where nothing would.
    private var others: String {
        guard let others = placement.ifOthersMove else { return "" }
        let moves = others.moves.prefix(Plan.movesShown).map {
            "\($0.region) from \($0.from.words) to \($0.to.words)"
        }
        let rest = others.moves.count - moves.count
        let list = moves.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
        return wrapped(
            "Regions that nothing asks to move stay. Could they move too, \(others.users) users "
                + "more would fit: \(list). Plan that with --move-others.") + "\n"
    }

    private static let movesShown = 5

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

    /// Who is let in, where quotas change; empty where they do not.
    private func quotas(_ palette: Palette) -> String {
        var table = TextTable(["REGION", "CLASS", "LETS IN", "A SECOND", "BEFORE"])
        for region in placement.regions where region.from.admission != region.to.admission {
            let (before, after) = (region.from.admission, region.to.admission)
            for kind in OrderedSet((after + before).map(\.classID)) {
                let (old, new) = (before.of(kind), after.of(kind))
                let isLess = new.map { $0.users < (old?.users ?? .max) } ?? false
                table.add([
                    Cell(region.region.name, .strong), Cell(kind.name),
                    Cell(new?.usersWords ?? "everybody", isLess ? .warning : .good),
                    Cell(new.map { $0.users == 0 ? "" : "\($0.entriesPerSecond)" } ?? ""),
                    Cell(old?.usersWords ?? "everybody", .faint),
                ])
            }
        }
        let armed = placement.regions.compactMap { region in
            region.armedUntil.map {
                wrapped(
                    "\(region.region): everybody who is expected is let in; the gate stays armed "
                        + "until \($0.end(at: madeAt)).") + "\n"
            }
        }
        let text = (table.isEmpty ? "" : table.text(palette)) + armed.joined()
        return text.isEmpty ? "" : text + "\n"
    }

    /// How long until everybody who is moved is logged in again; empty where nobody has to.
    private var logins: String {
        let lines = placement.regions.compactMap { region in
            region.loggingIn.map { wrapped("\(region.region): \($0.sentence)") + "\n" }
        }
        return lines.isEmpty ? "" : lines.joined() + "\n"
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
        guard !table.isEmpty else { return "" }
        let others = placement.regions.compactMap { region in
            region.otherStandby.map {
                wrapped("\(region.region): as a standby of it \($0) could take everybody.") + "\n"
            }
        }
        return table.text(palette) + others.joined()
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
        case .exact:
            "\nNo better placement of these regions exists under the rules (searched in full).\n"
        case .within(let unserved):
            "\nThe search was cut short: at most \(unserved) priority-weighted users more "
                + "could be served.\n"
        }
    }
}

extension LoggingIn {
    /// `12600 users log in again, at most 54 a second (ent-ams1): everybody is back in 4m after the
    /// shift.`
    fileprivate var sentence: String {
        guard let pace else {
            return "\(users) users log in again; no limit of logins is declared, so nobody can say "
                + "how long that takes."
        }
        let bound =
            switch pace.bound {
            case .host(let id): id.name
            case .dependency(let id): id.name
            case .quotas: "its quotas"
            }
        return "\(users) users log in again, at most \(pace.perSecond) a second (\(bound)): "
            + "everybody is back in \(pace.time.shortText) after the shift."
    }
}

extension [ClassQuota] {
    fileprivate func of(_ kind: ClassID) -> ClassQuota? { first { $0.classID == kind } }
}

extension ClassQuota {
    fileprivate var usersWords: String { users == 0 ? "nobody" : "\(users) at a time" }
}

extension HostExplanation {
    func words(at now: Instant) -> String {
        if let objection {
            let mend = remedies.map { "; freed by \($0.words)" } ?? ""
            return objection.words(at: now) + mend
        }
        return percent == .zero ? "it could take everybody too" : ""
    }
}
