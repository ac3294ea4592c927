import OrderedCollections
import Detection
import Situations
import TopologyModel
import Values

// What maintenance makes of losses: they are seen and told, and nobody is called.
extension Situation {
    /// The maintenance that explains what has changed, or nil: it covers all of it.
    func maintenance(explaining change: BoardChange) -> Closure? {
        switch change {
        case .service(_, let host, _), .host(let host, _), .load(let host, _): maintenance(of: host)
        case .domain(let domain, _):
            maintenances(of: topology.hosts(in: domain))
        case .edge(let edge, _):
            closure(of: edge).flatMap { $0.kind == .maintenance ? $0 : nil }
        case .nameServer, .doubt, .dependency, .logins, .surge, .isolation, .brake, .declaration:
            nil
        }
    }

    /// One of the maintenances where every host is under one; nil otherwise.
    private func maintenances(of hosts: [HostID]) -> Closure? {
        let found = hosts.map { maintenance(of: $0) }
        return found.allSatisfy { $0 != nil } ? found.first ?? nil : nil
    }
}

extension Notice {
    /// The same, without calling anybody: somebody works there.
    func excused(by closure: Closure) -> Notice {
        let end = closure.until.map { " until \($0.text)" } ?? ""
        return Notice(
            level == .page ? .info : level, at: at, region: region, host: host, run: run,
            text: text + " (under maintenance by \(closure.owner)\(end): \(closure.reason))")
    }
}
