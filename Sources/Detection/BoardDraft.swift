import OrderedCollections
import TopologyModel
import Values

/// A board with the changes proposed so far, so that each rule sees what the ones before it found,
/// and what load sources say beside it.
struct BoardDraft {
    /// Without the services proposed here: copying ten thousand of them for one change is slow.
    private(set) var board: VerdictBoard
    private var services: OrderedDictionary<VerdictBoard.Service, Standing> = [:]
    private(set) var changes: [BoardChange] = []

    let loads: LoadJudge

    init(_ board: VerdictBoard, loads: LoadJudge) { (self.board, self.loads) = (board, loads) }

    mutating func propose(_ change: BoardChange) {
        changes.append(change)
        if case .service(let region, let host, let standing) = change {
            services[VerdictBoard.Service(region: region, host: host)] = standing
        } else {
            board.apply(change)
        }
    }

    func standing(of service: VerdictBoard.Service) -> Standing? {
        services[service] ?? board.services[service]
    }

    func isDeclaredLost(_ domain: FailureDomain) -> Bool {
        board.declarations[domain]?.kind == .lost
    }

    /// Since when a person vouches for the domain: what was lost until then says nothing against
    /// it.
    func alive(_ domain: FailureDomain) -> Instant {
        guard let declaration = board.declarations[domain], declaration.kind == .alive else {
            return .distantPast
        }
        return declaration.at
    }

    /// Whether all that can be probed are lost by their transport: no machine answers there.
    func areTransportLost(_ services: [VerdictBoard.Service]) -> Bool {
        services.allSatisfy { service in
            guard let standing = standing(of: service) else { return false }
            return standing.verdict == .unknown
                || standing.verdict == .lost && standing.evidence.isTransportLoss
        }
    }

    /// Whether failure domains may have to be judged again: a service that comes up, a
    /// dependency, an edge or a name server says nothing about them.
    var concernsDomains: Bool {
        changes.contains { change in
            switch change {
            case .service(_, _, let standing): standing.verdict == .lost
            case .dependency, .edge, .nameServer, .load, .logins, .surge: false
            case .host, .domain, .doubt, .isolation, .brake, .declaration: true
            }
        }
    }
}
