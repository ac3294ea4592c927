import OrderedCollections
package import Detection
import Situations
package import TopologyModel
import Values

// Sentences of notices; tables and colour are Rendering's.

extension BoardChange {
    /// What people are told of it, or nil when it is not worth a line.
    func notice(at now: Instant, before: VerdictBoard) -> Notice? {
        switch self {
        case .service: nil
        case .host(let id, let standing): standing.notice(of: "host \(id)", host: id, at: now)
        case .domain(let id, let standing): standing.notice(of: "failure domain \(id)", at: now)
        case .dependency(let id, let standing): standing.notice(of: "dependency \(id)", at: now)
        case .edge(let id, let standing): standing.notice(of: "edge \(id)", at: now)
        case .nameServer(let zone, let endpoint, let standing):
            standing.notice(of: "name server \(endpoint) of \(zone)", at: now)
        case .load(let host, let standing):
            standing.notice(of: host, before: before.loads[host], at: now)
        case .logins(let dependency, let standing):
            standing.notice(of: dependency, before: before.logins[dependency], at: now)
        case .surge(let percent, let host, _):
            Notice(
                percent > before.surge ? .warning : .info, at: now, host: host,
                text: surgeSentence(percent: percent, host: host))
        // A doubt that only lasts longer was paged when it began.
        case .doubt(let id, _?) where before.doubts[id] != nil: nil
        case .doubt(let id, let doubt?):
            Notice(
                .page, at: now,
                text: "\(id) is in doubt until \(doubt.until.text), since \(doubt.because) is "
                    + "lost: it takes no new users")
        case .doubt(let id, nil): Notice(.info, at: now, text: "\(id) is no longer in doubt")
        case .isolation(true, _):
            Notice(
                .page, at: now,
                text: "no reference answers: this controller may be the isolated one")
        case .isolation(false, _): Notice(.info, at: now, text: "the references answer again")
        case .brake(let reason?, _):
            Notice(.page, at: now, text: "the brake holds every automatic action: \(reason)")
        case .brake(nil, _): Notice(.info, at: now, text: "the brake is released")
        case .declaration: nil
        }
    }
}

/// `more users come than expected: 200% of the curve, as host ent-ge shows`.
package func surgeSentence(percent: Int, host: HostID?) -> String {
    guard percent > 100 else { return "as many users come as expected" }
    let shown = host.map { ", as host \($0) shows" } ?? ""
    return "more users come than expected: \(percent)% of the curve\(shown)"
}

extension Standing {
    fileprivate func notice(
        of what: String, host: HostID? = nil, at now: Instant
    ) -> Notice? {
        switch verdict {
        case .unknown: nil
        case .up: Notice(.info, at: now, host: host, text: "\(what) is up")
        case .saturated:
            Notice(
                .warning, at: now, host: host, text: "\(what) is saturated: \(evidence.detector)")
        case .doubted, .degraded:
            Notice(.warning, at: now, host: host, text: "\(what) is \(verdict.rawValue)")
        case .lost:
            Notice(.page, at: now, host: host, text: "\(what) is lost: \(evidence.detector)")
        }
    }
}

extension LoadStanding {
    /// `the load of host ent-sbg2 is saturated: 58200 of 60000 users (97%), 1800 left`.
    package func sentence(of host: HostID) -> String {
        "the load of host \(host) is \(verdict == .up ? "calm" : verdict.rawValue): \(words)"
    }

    private var words: String {
        let users = load.map { load in
            let share = load.share(of: capacity).value / 10_000
            let left = max(0, capacity - load.users)
            return "\(load.users) of \(capacity) users (\(share)%), \(left) left"
        }
        let why: String? =
            switch reason {
            case .calm, .users: nil
            case .waiting(let users): "\(users) wait to be let in"
            case .logins(let perSecond, let most): "\(perSecond) of \(most) logins a second"
            case .queue(let length): "\(length) requests wait"
            case .latency(let latency): "answers take \(latency.shortText)"
            case .slower(let latency, let usual, let peers):
                "answers take \(latency.shortText), usually \(usual.shortText)"
                    + (peers.map { ", \($0.shortText) at its peers" } ?? "")
            case .errors(let share): "\(share.value / 10_000)% of the answers are errors"
            case .silent(let why): why
            }
        return [why, users].compactMap(\.self).joined(separator: "; ")
    }

    /// A load that is known for the first time, and calm, is no news.
    fileprivate func notice(
        of host: HostID, before: LoadStanding?, at now: Instant
    ) -> Notice? {
        guard before?.verdict != verdict else { return nil }
        let level: Notice.Level
        switch verdict {
        case .saturated: level = .page
        case .degraded, .unknown: level = .warning
        case .up, .doubted, .lost: level = .info
        }
        if verdict == .up, before?.verdict ?? .unknown == .unknown { return nil }
        return Notice(level, at: now, host: host, text: sentence(of: host))
    }
}

extension LoginStanding {
    /// `the logins by educonnect are saturated: 390 a second; 400 were proven`.
    package func sentence(of dependency: DependencyID) -> String {
        "the logins by \(dependency) are \(verdict == .up ? "calm" : verdict.rawValue): \(words)"
    }

    /// `23 a second, and its probes are turned away or late; 400 were proven`.
    package var words: String {
        let rate = perSecond.map { "\($0) a second" }
        let because: String? =
            switch reason {
            case .calm, .rate: nil
            case .probes: "its probes are turned away or late"
            case .silent: "no load source tells how many log in"
            }
        let seen = [rate, because].compactMap(\.self).joined(separator: ", and ")
        return "\(seen); \(provenPerSecond) were proven"
    }

    /// Nobody is called again for what comes back so soon: a step of the ramp was too much.
    private static let againWithin = Duration.seconds(900)

    /// What is known for the first time, and calm, is no news; nor is it that no source tells.
    fileprivate func notice(
        of dependency: DependencyID, before: LoginStanding?, at now: Instant
    ) -> Notice? {
        let wasSaturated = before?.verdict == .saturated
        switch verdict {
        case .saturated:
            let isAgain = before.map { now - $0.since < LoginStanding.againWithin } ?? false
            return Notice(isAgain ? .warning : .page, at: now, text: sentence(of: dependency))
        case .up where wasSaturated, .unknown where wasSaturated:
            return Notice(.info, at: now, text: sentence(of: dependency))
        case .up, .unknown, .degraded, .doubted, .lost: return nil
        }
    }
}

extension BrakeReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .domainsAtOnce(let domains):
            "\(domains.map(\.name).joined(separator: ", ")) fell at once"
        case .everythingAtOnce(let lost, let of):
            "\(lost) of \(of) hosts fell at once, which is more likely our own fault"
        }
    }
}

extension Detector: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inARow(let count): "\(count) in a row"
        case .window(let failed, let probes): "\(failed) of the last \(probes) probes failed"
        case .traffic(let failed, let requests, _):
            "\(failed.count) of the last \(requests) live requests failed (\(failed))"
        case .overload(let why): why.words
        case .silence(let lasted): "no answer for \(lasted.shortText)"
        case .mostRegions(let lost, let of): "\(lost) of \(of) regions fail there"
        case .sharedFate(let lost, let of):
            "\(lost.joined(separator: ", ")) are lost, \(lost.count) of \(of)"
        case .notRun(let why): why
        case .declared(let by, let reason): "declared by \(by): \(reason)"
        case .vantagePoints(let agreeing, let of): "\(agreeing) of \(of) vantage points agree"
        case .none: "nothing was seen yet"
        }
    }
}

extension Overload {
    fileprivate var words: String {
        switch self {
        case .load(let share): "its probes fail at \(share.value / 10_000)% of its capacity"
        case .lastLoad(let share):
            "its probes fail; its load, \(share.value / 10_000)% when last read, may be why"
        case .usersServed: "its probes fail, and users are served"
        case .turnedAway: "it answers that too much is asked of it"
        case .logins(let perSecond):
            "its probes find no answer in time, and \(perSecond) logins a second go on"
        case .pageAnswers: "its probes find no answer in time, and its load page answers"
        }
    }
}

extension DoorState: CustomStringConvertible {
    /// `ent-gra1 100%`, `edge-1, edge-2`, `nothing`.
    package var description: String {
        let all =
            shares.map { "\($0.host) \($0.percent)" } + (edges ?? []).map(\.name)
            + foreign.map { "foreign \($0)" }
            + (admission.map { ["quotas: \($0.words)"] } ?? [])
        return all.isEmpty ? "nothing" : all.joined(separator: ", ")
    }
}

extension WantedChange: CustomStringConvertible {
    package var description: String {
        switch self {
        case .leave(let region, let hosts, _, let domain):
            "move \(region) off \(domain?.name ?? hosts.map(\.name).joined(separator: ", "))"
        case .evacuate(let domain): "evacuate \(domain)"
        case .switchover(let region, let host): "switch \(region) over to \(host)"
        case .comeHome(let region, _): "bring \(region) home"
        case .serveMore(let region): "serve more of \(region)"
        case .relieve(let region, spills: true): "spill or ration \(region)"
        case .relieve(let region, spills: false): "ration \(region)"
        case .admit(let region, 100): "make the quotas of \(region) anew"
        case .admit(let region, let percent): "let \(percent)% of those of \(region) in"
        case .pace(let region, let dependency, 100):
            "let \(region) in at the pace of \(dependency)"
        case .pace(let region, let dependency, let percent):
            "let \(percent)% of the entries of \(region) in, for \(dependency)"
        case .settle(let region, let allocation, _): "put \(region) at \(allocation.words)"
        case .restore(let door, _): "set \(door) again"
        case .repoint(let door, _, let edges):
            "point \(door) at \(edges.map(\.name).joined(separator: ", "))"
        }
    }
}
