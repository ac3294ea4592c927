/// What a gate's map says of one lane: a class of users, or those who log in.
///
/// One value for both numbers, so that they change together: `USERS:ENTRIES_PER_SECOND`, where an
/// empty one is no limit. A lane without a line has no limit at all (deploy/haproxy/haproxy.cfg).
package struct LaneQuota: Hashable, Sendable {
    /// The lane of those whom no pass names yet; no class can be named so.
    package static let login = "/login"

    /// A class's name, or `login`.
    package let lane: String
    /// How many may be in at the same time; nil is no limit.
    package let users: Int?
    /// How many are let in each second; nil is no limit.
    package let entriesPerSecond: Int?

    /// Numbers below 0 are a broken promise.
    package init(lane: String, users: Int?, entriesPerSecond: Int?) {
        precondition(
            (users ?? 0) >= 0 && (entriesPerSecond ?? 0) >= 0, "a quota of \(lane) is below 0")
        (self.lane, self.users, self.entriesPerSecond) = (lane, users, entriesPerSecond)
    }

    /// Reads what a map holds; nil for what is not two numbers, or one where the other is empty.
    package init?(_ line: MapLine) {
        let parts = line.value.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, line.value != ":" else { return nil }
        var numbers: [Int?] = []
        for part in parts {
            guard !part.isEmpty else {
                numbers.append(nil)
                continue
            }
            guard part.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(part) else {
                return nil
            }
            numbers.append(number)
        }
        self.init(lane: line.key, users: numbers[0], entriesPerSecond: numbers[1])
    }

    /// As the map holds it.
    package var line: MapLine {
        let number = { (number: Int?) in number.map(String.init) ?? "" }
        return MapLine(key: lane, value: number(users) + ":" + number(entriesPerSecond))
    }

    /// As it is sent; nil when the lane's name is no word of a command.
    var entry: MapEntry? {
        guard let key = HAProxyWord(lane), let value = HAProxyWord(line.value) else { return nil }
        return MapEntry(key: key, value: value)
    }

    /// What neither `before` nor `after` would let in is not let in: the least of both, for each
    /// number of each lane.
    package static func narrower(of before: [LaneQuota], and after: [LaneQuota]) -> [LaneQuota] {
        var narrow = after.map { wanted in
            before.first { $0.lane == wanted.lane }.map { wanted.narrowed(to: $0) } ?? wanted
        }
        for quota in before where !narrow.contains(where: { $0.lane == quota.lane }) {
            narrow.append(quota)
        }
        return narrow
    }

    private func narrowed(to other: LaneQuota) -> LaneQuota {
        LaneQuota(
            lane: lane, users: least(users, other.users),
            entriesPerSecond: least(entriesPerSecond, other.entriesPerSecond))
    }

    private func least(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }
}
