import OrderedCollections
import TopologyModel
package import Values

// Live traffic as a witness: what fails for users is lost, whatever its health page says.

extension Detection {
    /// Counts what edges counted of live requests.
    package mutating func observe(_ readings: [TrafficReading], at now: Instant) {
        for reading in readings {
            let service = VerdictBoard.Service(region: reading.region, host: reading.host)
            guard reading.vantage == vantage, topology.edges[reading.edge] != nil,
                let index = map.services.index(forKey: service),
                let region = topology.regions[reading.region]
            else {
                strangeCount += 1
                continue
            }
            guard reading.span <= TrafficReading.spanMax else {
                lateCount += 1
                continue
            }
            traffic[index].note(
                reading, rules: topology.rules.traffic,
                silenceMax: region.rules.probe.lostAfterTimeouts)
            if traffic[index].isFailing(at: now) { unsettledTraffic.append(index) }
        }
    }

    /// Holds hosts down that fail for users, and lets go of those that are to be believed again.
    mutating func judgeTraffic(in draft: inout BoardDraft, at now: Instant) {
        for index in unsettledTraffic.sorted() {
            if let hold = traffic[index].hold {
                if isOver(hold, of: index, in: draft, at: now) {
                    traffic[index].release(at: now)
                    unsettledServices.append(index)
                }
            } else if case .failing(let failed, let requests) = traffic[index].opinion(at: now) {
                guard maySayLost(index, in: draft, at: now),
                    !doesOverloadExplain(failed, of: index, in: draft, at: now)
                else { continue }
                traffic[index].turnDown(
                    failed, of: requests, by: topology.rules.traffic, at: now)
                unsettledServices.append(index)
            } else {
                unsettledTraffic.remove(index)
            }
        }
    }

    /// What the board has of a process before this one.
    mutating func restoreTraffic(from board: VerdictBoard) {
        for (service, standing) in board.services {
            guard let index = map.services.index(forKey: service) else { continue }
            traffic[index].restore(standing)
            if traffic[index].hold != nil { unsettledTraffic.append(index) }
        }
    }

    /// After a reload: what stays a service keeps its hold.
    mutating func renumberTraffic(
        from old: OrderedDictionary<VerdictBoard.Service, TrafficCounters>
    ) {
        traffic = map.services.keys.map { service in
            var kept = old[service] ?? TrafficCounters()
            kept.forgetWindows()
            return kept
        }
        unsettledTraffic = OrderedSet(traffic.indices.filter { traffic[$0].hold != nil })
    }

    /// When the next host is believed its probes again.
    var trafficWakes: [Instant] { unsettledTraffic.compactMap { traffic[$0].hold?.until } }

    private mutating func isOver(
        _ hold: TrafficCounters.Hold, of index: Int, in draft: BoardDraft, at now: Instant
    ) -> Bool {
        let service = map.services.keys[index]
        let probed = ownVerdict(on: map.services.values[index], at: now)
        if probed == .lost { traffic[index].noteSeenByProbes() }
        let site = topology.hosts[service.host].flatMap { topology.sites[$0.site] }
        return hold.until <= now || traffic[index].opinion(at: now) == .calm
            || (hold.isSeenByProbes && probed == .up)
            || (site?.domains ?? []).contains { draft.alive($0) > hold.since }
            || !others(than: service, in: draft).contains { _ in true }
    }

    /// The panic threshold: when no host is left that does better, it is not the host that fails,
    /// but the region's application or what it hangs on. Then probes alone decide.
    private func maySayLost(_ index: Int, in draft: BoardDraft, at now: Instant) -> Bool {
        guard draft.board.isolatedSince == nil,
            ownVerdict(on: map.services.values[index], at: now) != .lost
        else { return false }
        return others(than: map.services.keys[index], in: draft).contains { other in
            !traffic[other].failedLast && !traffic[other].isFailing(at: now)
        }
    }

    /// The region's other hosts that stand and may take users, by number.
    private func others(than service: VerdictBoard.Service, in draft: BoardDraft) -> [Int] {
        let hosts = topology.regions[service.region]?.hosts ?? []
        return hosts.compactMap { host in
            let other = VerdictBoard.Service(region: service.region, host: host)
            guard host != service.host, draft.standing(of: other)?.verdict == .up,
                !excused.contains(host), draft.board.verdict(of: host) != .lost,
                let site = topology.hosts[host].flatMap({ topology.sites[$0.site] }),
                draft.board.lostDomain(of: site) == nil
            else { return nil }
            return map.services.index(forKey: other)
        }
    }
}
