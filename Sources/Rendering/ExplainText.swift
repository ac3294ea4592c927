package import Documents
import Control
import Detection
import Playbooks
import Situations
import TopologyModel
import Values

extension StatusDocument {
    /// Why a region stands where it does: the decision, each host with its evidence, its doors.
    package func explanation(of region: RegionStatus, _ palette: Palette) -> String {
        var text = "\(palette.paint(region.title, .strong)) (\(region.id)) is served by "
        text += "\(region.allocation?.words ?? "nobody that is known yet"); "
        text += region.isHome ? "that is home.\n" : "home is \(region.primary).\n"
        if let quotas = region.allocation?.admission, !quotas.isEmpty {
            let armed = region.quotas?.armedUntil.map {
                "Armed until \($0.end(at: at)), for everybody fits: lets in \(quotas.words)."
            }
            text += wrapped(armed ?? "Rationed: lets in \(quotas.words).") + "\n"
        }
        if let decision = region.decision {
            let since = region.decidedAt.map { " since \($0.moment(at: at))" } ?? ""
            text += wrapped("Row \(decision.row)\(since): \(decision.outcome.words).") + "\n"
        }
        if let fault = noPlan(for: region.id) {
            text += palette.paint(wrapped("No plan for it: \(fault)."), .bad) + "\n"
        }
        if let decision = region.edgeDecision, decision.outcome != .stay {
            text += wrapped("Its names: row \(decision.row): \(decision.outcome.words).") + "\n"
        }
        if let held = region.heldSentence { text += wrapped(held) + "\n" }
        text += wrapped(region.diagnosis.sentence(at: at)) + "\n"
        if let sentence = region.diagnosis.attackSentence {
            text += wrapped(sentence) + "\n"
        }
        for host in region.hosts {
            let covering = closures.filter { covers($0, host.host) }
            text += covering.map { wrapped($0.sentence(at: at)) + "\n" }.joined()
        }
        text += loadLines(of: region)
        if let run = region.run { text += wrapped(region.words(of: run, at: at)) + "\n" }
        if let away = region.away {
            text += wrapped("Not home: \(away.words(region, at: at)).") + "\n"
        }
        text += "\n" + region.diagnosis.table(at: at, palette)
        text += "\n" + hostTable(region, palette) + "\n" + doorTable(region, palette)
        let holds = holdDowns.filter { $0.region == region.id }
        for hold in holds {
            let end = hold.until.end(at: at)
            text += "\n" + wrapped("Held down: no automatic return to \(hold.left) before \(end).")
            text += "\n"
        }
        return text
    }

    /// Whether the closure is of this host, or of a domain that its site is in by path.
    private func covers(_ closure: Closure, _ host: HostID) -> Bool {
        switch closure.place {
        case .host(let id): return id == host
        case .edge: return false
        case .domain(let domain):
            let site = sites.first { $0.hosts.contains { $0.id == host } }
            return site.map { domain.contains($0.domain) } ?? false
        }
    }

    /// The load of each host that serves it, where one is read.
    private func loadLines(of region: RegionStatus) -> String {
        let serving = region.hosts.filter { $0.percent > .zero }.map(\.host)
        return sites.flatMap(\.hosts).filter { serving.contains($0.id) }
            .compactMap { $0.readingSentence.map { wrapped($0) + "\n" } }.joined()
    }

    private func hostTable(_ region: RegionStatus, _ palette: Palette) -> String {
        var table = TextTable(["HOST", "HAS", "ITS PROBE", "SEEN THEN"])
        for host in region.hosts {
            let verdict = host.standing?.verdict ?? .unknown
            let since = host.standing.map { " since \($0.since.moment(at: at))" } ?? ""
            let evidence = host.standing.map { "\($0.evidence.detector)" } ?? "nothing was seen"
            let objection = host.objection.map { "; no target now: \($0.words(at: at))" } ?? ""
            table.add([
                Cell(host.host.name, .strong), Cell("\(host.percent)"),
                Cell(verdict.rawValue + since, verdict.tone), Cell(evidence + objection),
            ])
        }
        return table.text(palette)
    }

    private func doorTable(_ region: RegionStatus, _ palette: Palette) -> String {
        var table = TextTable(["DOOR", "FENCING", "HOLDS", "STANDING"])
        for door in doors where door.region == region.id {
            table.add([
                Cell(door.id.name), Cell(door.fencing, .faint),
                Cell(door.observed.map { "\($0.state)" } ?? "not read yet"),
                Cell(door.standing.words, door.standing.tone),
            ])
        }
        return table.text(palette)
    }
}

extension StatusDocument.RegionStatus {
    fileprivate func words(of run: RunID, at now: Instant) -> String {
        waitsForApprovalUntil.map {
            "Run \(run) waits for your approval until \($0.end(at: now)): "
                + "bascule run approve \(run)"
        } ?? "Run \(run) is going on: bascule run show \(run)"
    }
}
