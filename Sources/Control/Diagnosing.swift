package import Detection
package import OrderedCollections
package import Situations
package import TopologyModel
import Values

// From what is held to be true of all that a region hangs on to the cause of what it suffers.
extension RegionView {
    /// The causes in the order in which acting goes by them: who is cut off believes nothing it
    /// sees, and a host that is gone is neither full nor attacked.
    ///
    /// - Parameter loads: As they were last read, where that is fresh.
    package func diagnosis(loads: OrderedDictionary<HostID, LoadPicture>) -> Diagnosis {
        let (loss, dependency) = (loss, dependency)
        let overload = LoadDiagnosis(
            of: self, loads: loads, dependency: dependency)
        let findings = [isolation, loss, frontDoor, dependency] + overload.findings
        let holding = findings.first { $0.answer == .holds }?.cause
        let isSeen = loss.answer != .unknown && situation.allocations[region.id] != nil
        let isGone = holding == .isolated || holding == .lost
        let suffers =
            !isGone
            && findings.contains {
                ($0.cause == .saturated || $0.cause == .degraded) && $0.answer == .holds
            }
        return Diagnosis(
            cause: holding ?? (isSeen ? .unaffected : nil),
            mayBeAttack: suffers
                && findings.contains { $0.cause == .attacked && $0.answer == .possible },
            findings: findings, relief: relief)
    }

    private var relief: Diagnosis.Relief {
        if situation.mayRation(region) { return .quotas }
        return region.rules.overload.spills ? .spill : .none
    }

    private var isolation: Diagnosis.Finding {
        if let since = situation.board.isolatedSince {
            return Diagnosis.Finding(.isolated, .holds, for: [.isolated(since: since)])
        }
        let hasReferences = !situation.topology.references.isEmpty
        let seen: CauseEvidence = hasReferences ? .referencesNotLost : .noReferences
        if let brake = situation.board.brake {
            return Diagnosis.Finding(
                .isolated, .possible, for: [.brake(reason: brake)], against: [seen])
        }
        return Diagnosis.Finding(
            .isolated, hasReferences ? .ruledOut : .unknown, against: [seen])
    }

    // MARK: - Loss

    private var loss: Diagnosis.Finding {
        let lost = hostsInUse.compactMap(loss(of:)) + unserved
        let others = hostsInUse.filter { loss(of: $0) == nil }
        let answering = others.compactMap { host -> CauseEvidence? in
            guard let standing = situation.board.hosts[host], standing.verdict != .unknown else {
                return nil
            }
            return .host(id: host, verdict: standing.verdict, since: standing.since)
        }
        let unseen = others.filter { situation.board.verdict(of: $0) == .unknown }
            .map { CauseEvidence.hostUnknown(id: $0) }
        let doubted = hostsInUse.compactMap(doubt(about:))
        let answer: Diagnosis.Finding.Answer =
            if !lost.isEmpty { .holds } else if !unseen.isEmpty || answering.isEmpty {
                .unknown
            } else { doubted.isEmpty ? .ruledOut : .possible }
        return Diagnosis.Finding(.lost, answer, for: lost + doubted, against: answering + unseen)
    }

    private var unserved: [CauseEvidence] {
        guard let known = situation.allocations[region.id], known.unserved > .zero else {
            return []
        }
        return [.unserved(percent: known.unserved)]
    }

    private func loss(of host: HostID) -> CauseEvidence? {
        if let domain = site(of: host).flatMap(situation.board.lostDomain(of:)) {
            return .domainLost(id: domain)
        }
        if let standing = situation.board.hosts[host], standing.verdict == .lost {
            return .host(id: host, verdict: .lost, since: standing.since)
        }
        let service = VerdictBoard.Service(region: region.id, host: host)
        guard let standing = situation.board.services[service], standing.verdict == .lost else {
            return nil
        }
        return .service(at: host, verdict: .lost, since: standing.since)
    }

    private func doubt(about host: HostID) -> CauseEvidence? {
        guard
            let domain = site(of: host).flatMap({
                situation.board.doubtedDomain(of: $0, at: situation.now)
            }), let doubt = situation.board.doubts[domain]
        else { return nil }
        return .domainDoubted(id: domain, because: doubt.because)
    }

    // MARK: - Front doors

    private var frontDoor: Diagnosis.Finding {
        let ways = [doorFinding, edgeFinding, zoneFinding]
        let answer =
            [Diagnosis.Finding.Answer.holds, .possible, .unknown].first { answer in
                ways.contains { $0.answer == answer }
            } ?? .ruledOut
        return Diagnosis.Finding(
            .frontDoor, answer, for: ways.flatMap(\.speaksFor),
            against: ways.flatMap(\.speaksAgainst))
    }

    /// The edges that users come through: those that the names point at, or all where none does.
    private var edgesInUse: [EdgeID] {
        let pointed = OrderedSet(doors.flatMap { $0.desired?.edges ?? [] })
        return pointed.isEmpty ? region.edges : pointed.elements
    }

    /// What cannot be read may serve on, and so may what somebody else changed; a door that no
    /// user comes through hurts nobody.
    private var doorFinding: Diagnosis.Finding {
        var (bad, good): ([CauseEvidence], [CauseEvidence]) = ([], [])
        var answer = Diagnosis.Finding.Answer.ruledOut
        for declared in region.frontDoors
        where declared.edge.map({ edgesInUse.contains($0) && !situation.isOut($0) }) ?? true {
            guard let door = situation.doors[declared.id] else { continue }
            let evidence = CauseEvidence.door(id: door.id, standing: door.standing)
            if door.isElsewhere {
                bad.append(.elsewhere(door: door.id))
                answer = .holds
            }
            switch door.standing {
            case .asDesired: good.append(evidence)
            case .unread:
                good.append(evidence)
                answer = answer == .ruledOut ? .unknown : answer
            case .unreadable, .drifted:
                bad.append(evidence)
                answer = answer == .holds ? .holds : .possible
            case .forgot:
                bad.append(evidence)
                answer = .holds
            }
        }
        return Diagnosis.Finding(.frontDoor, answer, for: bad, against: good)
    }

    private var edgeFinding: Diagnosis.Finding {
        let evidence = { (isOut: Bool) in
            edgesInUse.filter { situation.isOut($0) == isOut }
                .map { CauseEvidence.edge(id: $0, isOut: isOut) }
        }
        let out = evidence(true)
        return Diagnosis.Finding(
            .frontDoor, out.isEmpty ? .ruledOut : .holds, for: out, against: evidence(false))
    }

    private var zoneFinding: Diagnosis.Finding {
        var (bad, good): ([CauseEvidence], [CauseEvidence]) = ([], [])
        var isSilent = false
        for zone in region.zones.compactMap({ situation.topology.zones[$0] }) {
            let lost = zone.servers.count { server in
                situation.board.nameServers[.init(zone: zone.id, endpoint: server.endpoint)]?
                    .verdict == .lost
            }
            let evidence = CauseEvidence.nameServers(
                zone: zone.id, lost: lost, of: zone.servers.count)
            if lost == 0 { good.append(evidence) } else { bad.append(evidence) }
            isSilent = isSilent || (lost > 0 && lost == zone.servers.count)
        }
        let answer: Diagnosis.Finding.Answer =
            isSilent ? .holds : bad.isEmpty ? .ruledOut : .possible
        return Diagnosis.Finding(.frontDoor, answer, for: bad, against: good)
    }

    // MARK: - Dependencies

    private var dependency: Diagnosis.Finding {
        let needed = situation.topology.dependencies(of: region)
        guard !needed.isEmpty else {
            return Diagnosis.Finding(.dependency, .ruledOut, against: [.noDependencies])
        }
        var (bad, good, unseen): ([CauseEvidence], [CauseEvidence], [CauseEvidence]) = ([], [], [])
        for id in needed {
            if let logins = situation.board.logins[id], logins.verdict == .saturated {
                bad.append(.loginsShort(id: id, standing: logins))
            }
            guard let standing = situation.board.dependencies[id], standing.verdict != .unknown
            else {
                unseen.append(.dependencyUnknown(id: id))
                continue
            }
            let evidence = CauseEvidence.dependency(
                id: id, verdict: standing.verdict, since: standing.since)
            if standing.verdict == .up { good.append(evidence) } else { bad.append(evidence) }
        }
        let answer: Diagnosis.Finding.Answer =
            if !bad.isEmpty { .holds } else { unseen.isEmpty ? .ruledOut : .unknown }
        return Diagnosis.Finding(.dependency, answer, for: bad, against: good + unseen)
    }
}
