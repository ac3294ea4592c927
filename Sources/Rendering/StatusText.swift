import Control
package import Documents
import Detection
import Playbooks
import Situations
import TopologyModel
import Values

extension StatusDocument {
    /// The whole picture, what a person has to act on first: who leads, what holds everything,
    /// open runs, regions and what they wait for, parts and doors that differ, sites.
    ///
    /// Wide, it also shows parts and doors that are well and runs that ended, and breaks no table.
    package func text(_ palette: Palette, isWide: Bool = false) -> String {
        let parts = [
            headline(palette), refusal(palette), holds(palette),
            runTable(palette, isOpen: !isWide, isWide: isWide), regionTable(palette, isWide),
            heldLines(palette), partTable(palette, isWide), doorTable(palette, isWide),
            siteTable(palette, isWide), lines(probeLines, palette),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func width(_ isWide: Bool) -> Int { isWide ? .max : TextTable.widthDefault }

    /// 0 all home, 1 degraded, 2 a region unserved (`status --exit-code`).
    package var exitCode: Int32 {
        if regions.isEmpty { return 2 }
        if regions.contains(where: { $0.allocation?.shares.isEmpty ?? true }) { return 2 }
        let isWell =
            controller.epoch != nil && controller.observing == nil && refusedReload == nil
            && regions.allSatisfy(\.isHome) && doors.allSatisfy { $0.standing == .asDesired }
            && sites.allSatisfy { $0.lostWith == nil && $0.standing?.verdict != .lost }
            && !edges.contains(where: \.isOut)
            && !zones.flatMap(\.servers).contains { $0.standing?.verdict == .lost }
        return isWell ? 0 : 1
    }

    private func headline(_ palette: Palette) -> String {
        let topology = controller.topology.map { ", topology \($0.short)" } ?? ""
        if let fault = controller.observing {
            let sentence = "\(controller.id) only observes: \(fault)\(topology), \(at.clock)"
            return palette.paint(wrapped(sentence), .bad) + "\n"
        }
        let who =
            controller.epoch.map {
                palette.paint("\(controller.id) leads", .strong) + " under epoch \($0)"
            } ?? palette.paint("\(controller.id) does not lead", .warning)
        return "\(who)\(topology), \(at.clock)\n"
    }

    /// The old topology goes on: whoever looks must not take it for the new one.
    private func refusal(_ palette: Palette) -> String {
        guard let refused = refusedReload else { return "" }
        let lines = "\(refused.fault)".split(separator: "\n").prefix(StatusDocument.refusalMax)
        let text = lines.map { wrapped(String($0), indent: "  ") }.joined(separator: "\n")
        let head = "RELOAD REFUSED at \(refused.at.moment(at: at)): the old topology goes on."
        return palette.paint(head, .bad) + "\n" + text + "\n"
    }

    /// Lines that a refusal may take of the screen; the log has all.
    private static let refusalMax = 6

    private func holds(_ palette: Palette) -> String {
        var lines: [String] = []
        if controller.isolatedSince != nil {
            lines.append("No reference answers: this controller may be the isolated one.")
        }
        if let brake = controller.brake { lines.append("The brake holds: \(brake).") }
        for pause in pauses {
            lines.append(
                "Paused: \(pause.scope), by \(pause.owner) (\(pause.reason)), until "
                    + "\(pause.until.end(at: at)).")
        }
        lines += closures.map { $0.sentence(at: at) }
        lines += sites.flatMap(\.hosts).compactMap(\.loadSentence)
        lines += dependencies.compactMap(\.sentence)
        return self.lines(lines, palette)
    }

    /// What each region waits for, behind the table that says that it does.
    private func heldLines(_ palette: Palette) -> String {
        lines(regions.compactMap(\.heldSentence), palette)
    }

    private func lines(_ sentences: [String], _ palette: Palette) -> String {
        sentences.map { palette.paint(wrapped($0), .warning) + "\n" }.joined()
    }

    /// What probes show besides verdicts, and whether this machine keeps up with them.
    private var probeLines: [String] {
        var lines = lostFamilies.map {
            "\($0.lost.words) of \($0.host) is lost for \($0.region); \($0.serving.words) serves."
        }
        lines += certificates.map { certificate in
            let words = certificate.words(at: at)
            return words.prefix(1).uppercased() + words.dropFirst() + "."
        }
        lines += hindrances.map { "\($0.words)." }
        if probes.isTroubled(at: at) {
            lines.append(
                "Probes are shed or late on this machine: \(probes.shed) shed and "
                    + "\(probes.late) late of \(probes.sent), \(probes.open) open, "
                    + "\(probes.targets) targets.")
        }
        return lines
    }

    private func regionTable(_ palette: Palette, _ isWide: Bool) -> String {
        var table = TextTable(["REGION", "SERVED BY", "HOME", "NOW"])
        for region in regions {
            let armed = region.quotas?.armedUntil.map { ", armed until \($0.end(at: at))" }
            let rationed = region.allocation?.isRationed ?? false ? armed ?? ", rationed" : ""
            let served = region.allocation.map { $0.words + rationed } ?? "not read yet"
            let tone: Tone = region.allocation?.shares.isEmpty ?? true ? .bad : .plain
            table.add([
                Cell(region.id.name, .strong), Cell(served, tone),
                region.isHome ? Cell("yes", .good) : Cell(region.primary.name, .warning),
                nowCell(of: region),
            ])
        }
        return table.text(palette, width: width(isWide))
    }

    private func nowCell(of region: RegionStatus) -> Cell {
        if noPlan(for: region.id) != nil {
            return Cell("no plan: see bascule explain \(region.id)", .bad)
        }
        return Cell(
            region.nowInShort(at: at), region.waitsForApprovalUntil == nil ? .faint : .warning)
    }

    /// Why what is wanted for the region is not done: nothing could be planned.
    func noPlan(for region: RegionID) -> Fault? {
        for case .noPlan(let faults) in waits.filter({ $0.change.region == region }).map(\.reason) {
            return faults.first
        }
        return nil
    }

    private func siteTable(_ palette: Palette, _ isWide: Bool) -> String {
        var table = TextTable(["SITE", "DOMAIN", "VERDICT", "HOSTS"])
        for site in sites {
            table.add([
                Cell(site.id.name, .strong), Cell(site.domain.name, .faint), site.verdictCell,
                Cell(site.hosts.map(\.words).joined(separator: ", ")),
            ])
        }
        return table.text(palette, width: width(isWide))
    }

    /// Edges and name servers that are not up; wide, all of them.
    private func partTable(_ palette: Palette, _ isWide: Bool) -> String {
        var table = TextTable(["EDGE OR NAME SERVER", "SITE", "VERDICT"])
        for edge in edges where isWide || edge.isOut || edge.standing?.verdict != .up {
            let verdict = edge.standing?.verdict ?? .unknown
            table.add([
                Cell("edge \(edge.id)", .strong), Cell(edge.site.name),
                edge.isOut && verdict != .lost
                    ? Cell("lost with its site", .bad) : Cell(verdict.rawValue, verdict.tone),
            ])
        }
        for zone in zones {
            for server in zone.servers where isWide || server.standing?.verdict != .up {
                let verdict = server.standing?.verdict ?? .unknown
                table.add([
                    Cell("\(zone.id) at \(server.endpoint)", .strong), Cell(server.site.name),
                    Cell(verdict.rawValue, verdict.tone),
                ])
            }
        }
        return table.isEmpty ? "" : table.text(palette, width: width(isWide))
    }

    private func doorTable(_ palette: Palette, _ isWide: Bool) -> String {
        var table = TextTable(["DOOR", "STANDING"])
        for door in doors where isWide || door.standing != .asDesired {
            table.add([Cell(door.id.name), Cell(door.standing.words, door.standing.tone)])
        }
        return table.isEmpty ? "" : table.text(palette, width: width(isWide))
    }

    /// Runs, newest last: the open ones, or all that are known; wide, how far they are, by which
    /// playbook and by whom.
    package func runTable(
        _ palette: Palette, isOpen: Bool, isWide: Bool = false
    ) -> String {
        let heading = ["RUN", "WHAT", "STARTED", "STANDS"]
        var table = TextTable(heading + (isWide ? ["STEPS", "PLAYBOOK", "BY"] : []))
        for run in runs where run.isOpen || !isOpen {
            let waiting = run.steps.first { if case .waiting = $0.state { true } else { false } }
            let cells = [
                Cell("\(run.id)", .strong), Cell(run.title), Cell(run.startedAt.moment(at: at)),
                waiting.map { Cell($0.state.words(at: at), .warning) }
                    ?? Cell(run.phase.words, run.phase.tone),
            ]
            table.add(cells + (isWide ? run.wideCells : []))
        }
        return table.isEmpty ? "" : table.text(palette, width: width(isWide))
    }
}

extension StatusDocument.RunStatus {
    fileprivate var wideCells: [Cell] {
        [Cell("\(progress.passed)/\(progress.total)"), Cell(playbook), Cell(by)]
    }
}

extension StatusDocument.RegionStatus {
    /// For the table of `status`, which says below it what a guard holds back.
    fileprivate func nowInShort(at now: Instant) -> String {
        guard run == nil, heldSentence != nil, case .proposed(_, let holding)? = decision?.outcome
        else { return nowWords(at: now) }
        return "held by \(holding.words): see below"
    }

    func nowWords(at now: Instant) -> String {
        if let run, let until = waitsForApprovalUntil {
            return "\(run) waits for approval until \(until.end(at: now))"
        }
        if let away, decision?.outcome == .stay { return away.words(self, at: now) }
        return decision?.outcome.words ?? ""
    }
}

extension StatusDocument.SiteStatus {
    fileprivate var verdictCell: Cell {
        if let lostWith, lostWith != domain { return Cell("lost with \(lostWith)", .bad) }
        if standing?.verdict == .lost { return Cell("lost", .bad) }
        if doubt != nil { return Cell("doubted", .warning) }
        let worst = hosts.compactMap { $0.standing?.verdict }
        if worst.contains(.lost) { return Cell("a host is lost", .bad) }
        let loads = hosts.compactMap { $0.load?.verdict }
        if loads.contains(.saturated) { return Cell("saturated", .bad) }
        if loads.contains(.degraded) { return Cell("degraded", .warning) }
        return worst.contains(.up) ? Cell("up", .good) : Cell("unknown", .faint)
    }
}

extension StatusDocument.HostStatus {
    fileprivate var words: String {
        let verdict = standing?.verdict.rawValue ?? "unknown"
        let isNews = [.saturated, .degraded].contains(load?.verdict)
        return "\(id) \(verdict)" + (isNews ? " and \(load?.verdict.rawValue ?? "")" : "")
    }
}

extension IPAddress.Family {
    fileprivate var words: String {
        switch self {
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        }
    }
}
