import Detection
import OrderedCollections
package import Situations
import TopologyModel
import Values

extension Readiness {
    /// What a situation and the answers of doors and standbys come to.
    package init(of situation: Situation, _ answers: ReadinessAnswers) {
        let making = ReadinessMaking(situation, answers)
        let standbys = situation.standbys
        let known = Set(standbys.map(\.region))
        self.init(
            at: situation.now, standbys: standbys.compactMap(making.readiness),
            alone: situation.topology.regions.keys.filter { !known.contains($0) })
    }
}

private struct ReadinessMaking {
    private let situation: Situation
    private let answers: ReadinessAnswers
    private let objections: [FrontDoorID: [DoorObjection]]
    private let demands: DemandHours
    private let counted: CountedUsers

    init(_ situation: Situation, _ answers: ReadinessAnswers) {
        (self.situation, self.answers) = (situation, answers)
        objections = Dictionary(grouping: answers.doors, by: \.door)
        demands = DemandHours(situation, horizon: PlanningRequest.horizonDefault)
        counted = CountedUsers(demands, in: situation)
    }

    func readiness(of standby: Standby) -> StandbyReadiness? {
        guard let region = situation.topology.regions[standby.region] else { return nil }
        let told = answers.standbys[standby] ?? StandbyAnswers()
        let (room, need) = roomAndNeed(of: region, at: standby.host)
        var lag: Duration?
        if case .told(let duration)? = told.dataLag { lag = duration }
        let ends = told.certificates.compactMap { certificate -> Instant? in
            if case .ends(let end, _) = certificate { end } else { nil }
        }
        return StandbyReadiness(
            standby: standby,
            findings: hostFindings(of: region, at: standby.host)
                + roomFindings(of: region, at: standby.host, room: room, need: need)
                + dataFindings(told.dataLag, of: region, at: standby.host)
                + certificateFindings(told.certificates, at: standby.host)
                + doorFindings(of: region, at: standby.host),
            room: max(0, room), need: need, dataLag: lag, certificateEnd: ends.min())
    }

    private func hostFindings(of region: Region, at host: HostID) -> [ReadinessFinding] {
        guard let objection = situation.objection(to: host, for: region) else { return [] }
        let remedies = situation.remedies(of: objection, to: host, for: region) ?? []
        let mend = remedies.isEmpty ? "see why: `bascule describe \(host)`" : remedies.words
        let fault = Fault(what: "\(host) \(objection.words)", mend: mend)
        return [ReadinessFinding(.host, .notReady, fault)]
    }

    /// In the hour in which most of the region would find no place; room is below 0 where more are
    /// there than may be.
    private func roomAndNeed(of region: Region, at host: HostID) -> (room: Users, need: Users) {
        let there = situation.countedShares(of: region).first { $0.host == host }?.percent ?? .zero
        let rooms = counted.rooms(on: host, in: situation)
        let hours = zip(rooms, demands.users(of: region.id)).map { room, users in
            (room + there.roundedUp(of: situation.admitted(of: region, among: users)), users)
        }
        return hours.max { $0.1 - $0.0 < $1.1 - $1.0 } ?? (0, 0)
    }

    /// Some room is a warning only where a part of the region can come.
    private func roomFindings(
        of region: Region, at host: HostID, room: Users, need: Users
    ) -> [ReadinessFinding] {
        guard room < need, let declared = situation.topology.hosts[host] else { return [] }
        // What saturates it came to less than was proven: more of that helps nobody.
        let isSaturated = situation.board.loads[host]?.verdict == .saturated
        let remedies =
            isSaturated
            ? []
            : HostRoom(declared.capacity, headroom: situation.headroom)
                .remedies(for: situation.limit(of: declared) + need - room)
        let fault = Fault(
            what: "\(host) has room for \(max(0, room)) users of the \(need) that are expected",
            mend: "free room there"
                + (remedies.isEmpty ? "" : ", or prove \(remedies.words) by a load test"))
        let takesPart = room > 0 && region.granularity != .whole
        return [ReadinessFinding(.room, takesPart ? .warning : .notReady, fault)]
    }

    private func dataFindings(
        _ lag: StandbyAnswers.DataLag?, of region: Region, at host: HostID
    ) -> [ReadinessFinding] {
        switch lag {
        case nil: return []
        case .untold(let fault)?: return [ReadinessFinding(.data, .warning, fault)]
        case .told(let lag)?:
            guard let most = region.rules.rpo, lag > most else { return [] }
            let fault = Fault(
                what: "the data of \(region.id) at \(host) is \(lag.shortText) behind, "
                    + "more than \(most.shortText)",
                mend: "see why its replication is behind; rpo is the bound")
            return [ReadinessFinding(.data, .notReady, fault)]
        }
    }

    private func certificateFindings(
        _ certificates: [StandbyAnswers.Certificate], at host: HostID
    ) -> [ReadinessFinding] {
        var findings: [ReadinessFinding] = []
        for certificate in certificates {
            switch certificate {
            case .faulty(let fault):
                findings.append(ReadinessFinding(.certificate, .notReady, fault))
            case .ends(let end, let warning) where end - warning < situation.now:
                let fault = Fault(
                    what: "a certificate for \(host) ends at \(end.text)", mend: "renew it")
                findings.append(ReadinessFinding(.certificate, .warning, fault))
            case .ends: break
            }
        }
        return Array(OrderedSet(findings))
    }

    private func doorFindings(of region: Region, at host: HostID) -> [ReadinessFinding] {
        region.frontDoors.flatMap { door in
            let own = (objections[door.id] ?? []).filter { $0.host ?? host == host }
            let most: ReadinessGrade = isNeeded(door, of: region) ? .notReady : .warning
            return own.map { ReadinessFinding(.doors, min(most, $0.grade), $0.fault) }
                + standing(of: door)
        }
    }

    /// Whether a shift sets the door at once: not a name that points at edges, nor a door at an
    /// edge that is out while another lets people in.
    private func isNeeded(_ door: FrontDoor, of region: Region) -> Bool {
        guard !door.pointsAtEdges else { return false }
        return !situation.isOut(door.id)
            || region.shiftedDoors.allSatisfy { situation.isOut($0.id) }
    }

    /// What a person has to decide before the door is set again.
    private func standing(of door: FrontDoor) -> [ReadinessFinding] {
        guard case .drifted? = situation.doors[door.id]?.standing else { return [] }
        let fault = Fault(
            what: "\(door.id) was changed by somebody else",
            mend: "bascule adopt \(door.id), or bascule reassert \(door.id)")
        return [ReadinessFinding(.doors, .warning, fault)]
    }
}
