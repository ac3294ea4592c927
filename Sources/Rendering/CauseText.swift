import Control
import Detection
import Documents
package import Situations
import TopologyModel
package import Values

// Why a region suffers, in sentences and as a table of what speaks for and against each cause.

extension Cause {
    /// As people say it: `front door`.
    package var words: String {
        switch self {
        case .frontDoor: "front door"
        case .asked: "asked for"
        case .lost, .saturated, .attacked, .dependency, .isolated, .degraded, .unaffected: rawValue
        }
    }
}

extension Diagnosis {
    /// `Cause: saturated: the load of host ent-sbg2 is saturated: ... Beside it: degraded.`
    package func sentence(at now: Instant) -> String {
        guard let cause else {
            return "Cause: not known: nothing was seen yet of where it is served."
                + listed(.possible, as: "Possible")
        }
        if cause == .unaffected {
            return "Cause: unaffected; nothing that it hangs on is held to be in trouble."
                + listed(.possible, as: "Possible") + listed(.unknown, as: "Not known")
        }
        let seen = finding(of: cause)?.speaksFor.map { $0.words(at: now) } ?? []
        return "Cause: \(cause.words): \(seen.joined(separator: "; "))."
            + listed(.holds, as: "Beside it")
    }

    private func listed(_ answer: Finding.Answer, as title: String) -> String {
        let causes = findings.filter { $0.answer == answer && $0.cause != cause }
        guard !causes.isEmpty else { return "" }
        return " \(title): \(causes.map(\.cause.words).joined(separator: ", "))."
    }

    /// What is done against an attack, or what may be one as well; nil where neither is.
    package var attackSentence: String? {
        guard mayBeAttack || holds(.attacked) else { return nil }
        let isFull = holds(.saturated)
        let doubt =
            if holds(.attacked) { "" } else {
                (isFull ? "Too many users and an attack" : "A sick host and an attack")
                    + " cannot be told apart here. "
            }
        guard isFull else { return doubt + "Nothing is moved for either." }
        let (either, both) = doubt.isEmpty ? ("it", "that") : ("either", "both")
        return switch relief {
        case .quotas:
            doubt + "Quotas are right for \(both): who never logs in gets no place, and who logs "
                + "in comes in by class."
        case .spill:
            doubt + "No quotas hold \(either) back there (they want `gate: true`, `classes`, "
                + "`demand.shares` and `overload.ration`), and a move to hosts with room takes an "
                + "attack along: hold it back before the portal."
        case .none:
            doubt + "Nothing is done for \(either) by itself: hold entries back before the portal."
        }
    }

    func table(at now: Instant, _ palette: Palette) -> String {
        var table = TextTable(["CAUSE", "HOLDS", "WHAT SPEAKS FOR AND AGAINST IT"])
        for finding in findings {
            table.add([
                Cell(finding.cause.words, .strong), Cell(finding.answer.words, finding.answer.tone),
                Cell(finding.words(at: now)),
            ])
        }
        return table.text(palette)
    }
}

extension Diagnosis.Finding {
    fileprivate func words(at now: Instant) -> String {
        let words = { (evidence: [CauseEvidence]) in
            evidence.map { $0.words(at: now) }.joined(separator: "; ")
        }
        let (pro, contra) = (words(speaksFor), words(speaksAgainst))
        switch (pro.isEmpty, contra.isEmpty) {
        case (true, true): return "nothing was seen"
        case (true, false): return answer == .ruledOut ? "against: \(contra)" : contra
        case (false, true): return "for: \(pro)"
        case (false, false): return "for: \(pro). Against: \(contra)"
        }
    }
}

extension Diagnosis.Finding.Answer {
    fileprivate var words: String {
        switch self {
        case .holds: "yes"
        case .possible: "may be"
        case .ruledOut: "no"
        case .unknown: "not known"
        }
    }

    fileprivate var tone: Tone {
        switch self {
        case .holds: .bad
        case .possible: .warning
        case .ruledOut: .good
        case .unknown: .faint
        }
    }
}

extension CauseEvidence {
    /// For sentences, without a full stop.
    package func words(at now: Instant) -> String {
        switch self {
        case .host(let id, let verdict, let since):
            "\(id) is \(verdict.rawValue) since \(since.moment(at: now))"
        case .hostUnknown(let id): "nothing was seen of \(id) yet"
        case .unserved(let percent): "\(percent) of it is sent nowhere"
        case .elsewhere(let door): "\(door) points at no host of ours"
        case .service(let host, let verdict, let since):
            "its probe at \(host) is \(verdict.rawValue) since \(since.moment(at: now))"
        case .domainLost(let id): "\(id) is lost"
        case .domainDoubted(let id, let because): "\(id) is in doubt, for \(because) is lost"
        case .door(let id, let standing): "\(id) is \(standing.words)"
        case .edge(let id, let isOut): isOut ? "edge \(id) is out" : "edge \(id) is not out"
        case .nameServers(let zone, 0, let count):
            count == 1
                ? "no name server of \(zone) is lost"
                : "none of \(count) name servers of "
                    + "\(zone) is lost"
        case .nameServers(let zone, let lost, let count):
            "\(lost) of \(count) name servers of \(zone) are lost"
        case .dependency(let id, let verdict, let since):
            "\(id) is \(verdict.rawValue) since \(since.moment(at: now))"
        case .loginsShort(let id, let standing): standing.sentence(of: id)
        case .dependencyUnknown(let id): "nothing was seen of \(id) yet"
        case .noDependencies: "it needs none"
        case .load(let host, let standing): standing.sentence(of: host)
        case .loadUnread(let host): "no source tells of the load of \(host)"
        case .surge(let percent): "up to \(percent)% of the expected users came to a host lately"
        case .rationed(let since, let isByPerson):
            "quotas hold users back since \(since.moment(at: now))"
                + (isByPerson ? ", by a person" : "")
        case .logins(let host, let perSecond, let expected):
            "\(perSecond) log in each second at \(host), where so many users make \(expected)"
        case .loginsUntold(let host): "nothing tells of logins at \(host), or too few log in"
        case .refusing(let host): "\(host) turns users away, who then log in as little"
        case .rationedBeside(let region, let host):
            "\(region), which is rationed, is at \(host) too"
        case .othersSaturated(let hosts):
            "saturated too: \(hosts.map(\.name).joined(separator: ", "))"
        case .peers(0, let count): "none of \(count) other hosts is degraded"
        case .peers(let degraded, let count):
            "\(degraded) of \(count) other hosts are degraded too"
        case .isolated(let since):
            "no reference answers since \(since.moment(at: now)): what is seen may be our own fault"
        case .referencesNotLost: "not every reference is lost"
        case .noReferences: "no references are declared"
        case .brake(let reason): "\(reason)"
        }
    }
}
