import OrderedCollections
package import TopologyModel
package import Values

/// A family over which a region at a host is lost, while another one serves it there: users of
/// both try one after the other, and those of the lost one alone are cut off.
package struct LostFamily: Hashable, Codable, Sendable {
    package let region: RegionID
    package let host: HostID
    package let lost: IPAddress.Family
    package let serving: IPAddress.Family
}

extension Detection {
    /// Families lost alone, as this vantage point sees it, in the order of services.
    package func lostFamilies(at now: Instant) -> [LostFamily] {
        map.services.elements.flatMap { service, subject -> [LostFamily] in
            guard subject.groups.count > 1,
                let serving = subject.groups.first(where: { isUp($0, at: now) })
            else { return [] }
            return subject.groups.filter { isLost($0, at: now) }.map { group in
                LostFamily(
                    region: service.region, host: service.host, lost: family(of: group),
                    serving: family(of: serving))
            }
        }
    }

    private func isUp(_ group: [Int], at now: Instant) -> Bool {
        let judged = group.filter { counters[$0].hindrance == nil }
        return !judged.isEmpty
            && judged.allSatisfy { counters[$0].verdict == .up && counters[$0].isFresh(at: now) }
    }

    private func isLost(_ group: [Int], at now: Instant) -> Bool {
        group.contains { counters[$0].verdict == .lost && counters[$0].isFresh(at: now) }
    }

    private func family(of group: [Int]) -> IPAddress.Family { map.targets.keys[group[0]].family }
}
