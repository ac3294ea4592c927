import Situations
import TopologyModel
import Values

extension [Share] {
    /// For sentences: `ent-gra1`, `ent-gra1 70%, ent-par1 30%`, `no host`.
    fileprivate var words: String {
        if isEmpty { return "no host" }
        if count == 1, self[0].percent == .all { return self[0].host.name }
        return map { "\($0.host) \($0.percent)" }.joined(separator: ", ")
    }
}

extension Allocation {
    var targetWords: String { shares.words }
}

extension DoorState {
    var words: String {
        foreign.isEmpty ? shares.words : "\(shares.words) and \(foreign.joined(separator: ", "))"
    }
}
