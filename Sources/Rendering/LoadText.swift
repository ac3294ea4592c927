import Control
import Detection
package import Documents
import Situations
import TopologyModel
import Values

extension StatusDocument.HostStatus {
    /// What people must know of its load; nil while it is calm, or where none is read.
    package var loadSentence: String? {
        guard let load, load.verdict == .saturated || load.verdict == .degraded else { return nil }
        return load.sentence(of: id).capitalizedFirst + (fullWords ?? "") + "."
    }

    /// `ent-sbg2 has 41000 of 60000 users (68%), 19000 left; full in 12m at the present rise.`
    package var readingSentence: String? {
        guard let reading else {
            return load.map { "\($0.sentence(of: id).capitalizedFirst)." }
        }
        let percent = reading.share.value / 10_000
        let atLeast = reading.isPartial ? "at least " : ""
        let waiting = reading.load.waiting > 0 ? "; \(reading.load.waiting) wait" : ""
        let queue = reading.load.queue > 0 ? "; \(reading.load.queue) requests queue" : ""
        let latency = reading.load.latency.map { "; answers take \($0.shortText)" } ?? ""
        return "\(id) has \(atLeast)\(reading.load.users) of \(reading.capacity) users "
            + "(\(percent)%), \(reading.left) left\(waiting)\(queue)\(latency)"
            + (fullWords ?? "") + "."
    }

    private var fullWords: String? {
        reading?.fullIn.map { "; full in \($0.shortText) at the present rise" }
    }
}

extension StatusDocument.DependencyStatus {
    /// What people must know of it; nil while it is up, and its logins calm.
    var sentence: String? {
        if let standing, standing.verdict == .lost {
            return "Dependency \(id) is lost: \(standing.evidence.detector)."
        }
        if let logins, logins.verdict == .saturated {
            return "\(logins.sentence(of: id).capitalizedFirst)."
        }
        guard let standing, standing.verdict == .saturated else { return nil }
        return "Dependency \(id) is saturated: \(standing.evidence.detector)."
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
