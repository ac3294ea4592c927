import Control
package import Documents
import Detection
import Playbooks
import Situations
import TopologyModel
import Values

extension StatusDocument {
    /// The whole picture: who leads, what holds, regions, sites, doors that differ, open runs.
    package func text(_ palette: Palette) -> String {
        let parts = [
            headline(palette), refusal(palette), holds(palette), regionTable(palette),
            siteTable(palette), partTable(palette), doorTable(palette),
            runTable(palette, isOpen: true),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

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
        let head = "RELOAD REFUSED at \(refused.at.clock): the old topology goes on."
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
                    + "\(pause.until.clock).")
        }
        lines += closures.map(\.sentence)
        lines += regions.compactMap(\.heldSentence)
        lines += sites.flatMap(\.hosts).compactMap(\.loadSentence)
        lines += probeLines
        return lines.map { palette.paint(wrapped($0), .warning) + "\n" }.joined()
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

    private func regionTable(_ palette: Palette) -> String {
        var table = TextTable(["REGION", "SERVED BY", "HOME", "NOW"])
        for region in regions {
            let served = region.allocation?.words ?? "not read yet"
            let tone: Tone = region.allocation?.shares.isEmpty ?? true ? .bad : .plain
            table.add([
                Cell(region.id.name, .strong), Cell(served, tone),
                region.isHome ? Cell("yes", .good) : Cell(region.primary.name, .warning),
                nowCell(of: region),
            ])
        }
        return table.text(palette)
    }

    private func nowCell(of region: RegionStatus) -> Cell {
        if let fault = noPlan(for: region.id) { return Cell("no plan: \(fault.what)", .bad) }
        return Cell(region.nowWords, region.waitsForApprovalUntil == nil ? .faint : .warning)
    }

    /// Why what is wanted for the region is not done: nothing could be planned.
    func noPlan(for region: RegionID) -> Fault? {
        for case .noPlan(let faults) in waits.filter({ $0.change.region == region }).map(\.reason) {
            return faults.first
        }
        return nil
    }

    private func siteTable(_ palette: Palette) -> String {
        var table = TextTable(["SITE", "DOMAIN", "VERDICT", "HOSTS"])
        for site in sites {
            table.add([
                Cell(site.id.name, .strong), Cell(site.domain.name, .faint), site.verdictCell,
                Cell(site.hosts.map(\.words).joined(separator: ", ")),
            ])
        }
        return table.text(palette)
    }

    /// Edges and name servers that are not up.
    private func partTable(_ palette: Palette) -> String {
        var table = TextTable(["EDGE OR NAME SERVER", "SITE", "VERDICT"])
        for edge in edges where edge.isOut || edge.standing?.verdict != .up {
            let verdict = edge.standing?.verdict ?? .unknown
            table.add([
                Cell("edge \(edge.id)", .strong), Cell(edge.site.name),
                edge.isOut && verdict != .lost
                    ? Cell("lost with its site", .bad) : Cell(verdict.rawValue, verdict.tone),
            ])
        }
        for zone in zones {
            for server in zone.servers where server.standing?.verdict != .up {
                let verdict = server.standing?.verdict ?? .unknown
                table.add([
                    Cell("\(zone.id) at \(server.endpoint)", .strong), Cell(server.site.name),
                    Cell(verdict.rawValue, verdict.tone),
                ])
            }
        }
        return table.isEmpty ? "" : table.text(palette)
    }

    private func doorTable(_ palette: Palette) -> String {
        var table = TextTable(["DOOR", "STANDING"])
        for door in doors where door.standing != .asDesired {
            table.add([Cell(door.id.name), Cell(door.standing.words, door.standing.tone)])
        }
        return table.isEmpty ? "" : table.text(palette)
    }

    /// Runs, newest last: the open ones, or all that are known.
    package func runTable(_ palette: Palette, isOpen: Bool) -> String {
        var table = TextTable(["RUN", "WHAT", "STARTED", "STANDS"])
        for run in runs where run.isOpen || !isOpen {
            let waiting = run.steps.first { if case .waiting = $0.state { true } else { false } }
            table.add([
                Cell("\(run.id)", .strong), Cell(run.title), Cell(run.startedAt.clock),
                waiting.map { Cell($0.state.words, .warning) }
                    ?? Cell(run.phase.words, run.phase.tone),
            ])
        }
        return table.isEmpty ? "" : table.text(palette)
    }
}

extension StatusDocument.RegionStatus {
    var nowWords: String {
        if let run, let until = waitsForApprovalUntil {
            return "\(run) waits for approval until \(until.clock)"
        }
        if let away, decision?.outcome == .stay { return away.words(self) }
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
