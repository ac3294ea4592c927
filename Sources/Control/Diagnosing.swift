package import OrderedCollections
package import Detection
package import Situations
package import TopologyModel
import Values

// From what is held to be true of all that a region hangs on to the cause of what it suffers.
extension RegionView {
    /// The causes in the order in which acting goes by them: who is cut off believes nothing it
    /// sees, and a host that is gone is neither full nor attacked.
    private var findings: [Diagnosis.Finding] {
        [isolation, loss, frontDoor, dependency]
    }

    /// - Parameter loads: As they were last read, where that is fresh.
    package func diagnosis(
        loads: OrderedDictionary<HostID, LoadPicture>
    ) -> Diagnosis {
        let findings = findings + LoadDiagnosis(view: self, loads: loads).findings
        let isKnown = situation.allocations[region.id] != nil
        let cause =
            findings.first { $0.answer == .holds }?.cause ?? (isKnown ? .unaffected : nil)
        let mayBeAttack = findings.contains { $0.cause == .attacked && $0.answer == .possible }
        let looksLikeAttack = cause == .saturated || cause == .degraded
        return Diagnosis(
            cause: cause, lookalikes: looksLikeAttack && mayBeAttack ? [.attacked] : [],
            findings: findings, canRation: situation.canRation(region))
    }

    private var isolation: Diagnosis.Finding {
        if let since = situation.board.isolatedSince {
            return Diagnosis.Finding(.isolated, .holds, for: [.isolated(since: since)])
        }
        if let brake = situation.board.brake {
            return Diagnosis.Finding(.isolated, .possible, for: [.brake(reason: brake)])
        }
        guard !situation.topology.references.isEmpty else {
            return Diagnosis.Finding(.isolated, .unknown, against: [.noReferences])
        }
        return Diagnosis.Finding(.isolated, .ruledOut, against: [.referencesAnswer])
    }

    private var loss: Diagnosis.Finding {
        let lost = hostsInUse.compactMap(loss(of:))
        let answering = hostsInUse.filter { loss(of: $0) == nil }.compactMap { host in
            situation.board.hosts[host].flatMap { standing -> CauseEvidence? in
                guard standing.verdict != .unknown else { return nil }
                return .host(id: host, verdict: standing.verdict, since: standing.since)
            }
        }
        let doubted = hostsInUse.compactMap(doubt(about:))
        let answer: Diagnosis.Finding.Answer =
            if !lost.isEmpty { .holds } else if !doubted.isEmpty { .possible } else {
                answering.isEmpty ? .unknown : .ruledOut
            }
        return Diagnosis.Finding(.lost, answer, for: lost + doubted, against: answering)
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

    private var doorFinding: Diagnosis.Finding {
        var (bad, good): ([CauseEvidence], [CauseEvidence]) = ([], [])
        var answer = Diagnosis.Finding.Answer.ruledOut
        for door in doors {
            let evidence = CauseEvidence.door(id: door.id, standing: door.standing)
            switch door.standing {
            case .asDesired: good.append(evidence)
            case .unread: answer = answer == .ruledOut ? .unknown : answer
            case .unreadable:
                // It may serve on: nobody knows what it holds.
                bad.append(evidence)
                answer = answer == .holds ? .holds : .possible
            case .forgot, .drifted:
                bad.append(evidence)
                answer = .holds
            }
        }
        return Diagnosis.Finding(.frontDoor, answer, for: bad, against: good)
    }

    /// An edge that is out hurts nobody once the names point at others.
    private var edgeFinding: Diagnosis.Finding {
        let pointed = doors.flatMap { $0.desired?.edges ?? [] }
        let declared = region.frontDoors.compactMap(\.edge)
        let used = pointed.isEmpty ? declared : pointed
        let out = OrderedSet(used).filter(situation.isOut)
        let evidence = OrderedSet(used).map {
            CauseEvidence.edge(id: $0, isOut: out.contains($0))
        }
        return Diagnosis.Finding(
            .frontDoor, out.isEmpty ? .ruledOut : .holds, for: out.isEmpty ? [] : evidence,
            against: out.isEmpty ? evidence : [])
    }

    private var zoneFinding: Diagnosis.Finding {
        var zones: OrderedSet<ZoneID> = []
        for case .dns(let door) in region.frontDoors { zones.append(door.zone) }
        var (bad, good): ([CauseEvidence], [CauseEvidence]) = ([], [])
        var isSilent = false
        for zone in zones.compactMap({ situation.topology.zones[$0] }) {
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
        let known = needed.compactMap { id in
            situation.board.dependencies[id].map { (id: id, standing: $0) }
        }
        let evidence = { (isUp: Bool) in
            known.filter { ($0.standing.verdict == .up) == isUp && $0.standing.verdict != .unknown }
                .map {
                    CauseEvidence.dependency(
                        id: $0.id, verdict: $0.standing.verdict, since: $0.standing.since)
                }
        }
        let (bad, good) = (evidence(false), evidence(true))
        let answer: Diagnosis.Finding.Answer =
            bad.isEmpty ? (good.isEmpty ? .unknown : .ruledOut) : .holds
        return Diagnosis.Finding(.dependency, answer, for: bad, against: good)
    }
}
