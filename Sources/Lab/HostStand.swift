import NIOCore
import Synchronization
import OrderedCollections
import TopologyModel
import Values
import Workload

/// One host of the lab: what has befallen it, who is on it, and what it answers.
///
/// Read by every request on the event loop, changed by faults; a mutex, so that neither waits.
final class HostStand: Sendable {
    struct Request {
        let hostHeader: String
        let path: String
        /// Who asks to be logged in, where it is asked for (`/login?class=CLASS&user=ID`).
        var login: Login?
        /// The host whose session the user brings.
        let session: HostID?
    }

    struct Login: Hashable {
        let classID: ClassID
        let user: String
    }

    /// What the source of the host's load says.
    enum LoadSource: Hashable {
        case truth
        /// A tenth of the users, and no wait.
        case lies
        /// Nothing at all.
        case dead
    }

    struct Reply {
        var status: Int
        let region: RegionID?
        let body: String
        /// What the portal puts into the cookie of the gate.
        var pass: String?
        var isJSON = false
    }

    enum Handling {
        case cut
        case ignored
        case replied(Reply, after: Duration)
    }

    /// The end of a session at the latest, from the login on.
    private static let passLasts = Duration.seconds(14_400)

    let host: Host
    private let world: LabWorld
    private let model: HostModel
    private let state: Mutex<State>

    private struct State {
        var condition = HostCondition.healthy
        var loadSource = LoadSource.truth
        var random: SplitMix64
        var visits: [RegionID: Visits] = [:]
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    private struct Visits {
        var requests: SlidingCount
        var logins: SlidingCount
        var refusals: SlidingCount
    }

    init(_ host: Host, in world: LabWorld) {
        (self.host, self.world) = (host, world)
        model = HostModel(
            capacity: host.capacity, delayMax: .seconds(10) / world.options.speed)
        let seed = world.options.seed ^ StableHash.of(host.id.name)
        state = Mutex(State(random: SplitMix64(seed: seed)))
    }

    var condition: HostCondition {
        get { state.withLock { $0.condition } }
        set { state.withLock { $0.condition = newValue } }
    }

    var loadSource: LoadSource {
        get { state.withLock { $0.loadSource } }
        set { state.withLock { $0.loadSource = newValue } }
    }

    /// False when the connection must be closed: the host is burnt, or has too many.
    func opened(_ channel: any Channel) -> Bool {
        state.withLock { state in
            let max = world.options.limits.connectionsPerHostMax
            guard state.condition != .burnt, state.connections.count < max else { return false }
            state.connections[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    func closed(_ channel: any Channel) {
        state.withLock { $0.connections[ObjectIdentifier(channel)] = nil }
    }

    var connections: [any Channel] { state.withLock { Array($0.connections.values) } }

    /// What `request` meets now.
    func handling(of request: Request) -> Handling {
        let region = world.region(askedAs: request.hostHeader).flatMap {
            $0.hosts.contains(host.id) ? $0 : nil
        }
        if request.path == loadPath, loadSource == .dead { return .ignored }
        guard let region else { return handling(of: withoutRegion(request), isVisit: false) }
        if let reply = probed(request, of: region) { return handling(of: reply, isVisit: false) }
        if request.path == loadPath {
            return handling(of: loadReply(of: [region], for: region), isVisit: false)
        }
        return visited(by: request, of: region)
    }

    private func visited(by request: Request, of region: Region) -> Handling {
        let handling = handling(of: page(of: region, for: request), isVisit: true)
        var isRefused = false
        if case .replied(let reply, _) = handling { isRefused = reply.status == 503 }
        record(request, of: region, isRefused: isRefused)
        return handling
    }

    /// Users of every region here now.
    var users: Users { regions.reduce(0) { $0 + users(of: $1) } }

    private var regions: [Region] {
        world.topology.regions.values.filter { $0.hosts.contains(host.id) }
    }

    private var loadPath: String {
        switch host.load {
        case .http(let path): path
        case .haproxy, .prometheus, nil: "/load"
        }
    }

    /// Probes and readings of the load wait in the queue like a user, but are never told to come
    /// back later: that would look like a fault of the host.
    private func handling(of reply: Reply, isVisit: Bool) -> Handling {
        let users = users
        let answer = state.withLock { state in
            model.answer(state.condition, users: users, using: &state.random)
        }
        switch answer {
        case .connectionRefused: return .cut
        case .nothing: return .ignored
        case .served(let delay): return .replied(reply, after: delay)
        case .busy(let delay):
            return .replied(isVisit ? busy(reply) : reply, after: delay)
        }
    }

    private func busy(_ reply: Reply) -> Reply {
        Reply(status: 503, region: reply.region, body: "\(host.id) is full; come back later\n")
    }

    private func probed(_ request: Request, of region: Region) -> Reply? {
        for probe in region.probes {
            guard case .http(_, let path, let status, let body) = probe, path == request.path
            else { continue }
            let line = "\(region.id) at \(host.id)\n"
            let rest = body.map { line.contains($0) ? "" : $0 + "\n" } ?? ""
            return Reply(status: status, region: region.id, body: line + rest)
        }
        return request.path == "/health"
            ? Reply(status: 200, region: region.id, body: "\(region.id) at \(host.id)\n") : nil
    }

    private func page(of region: Region, for request: Request) -> Reply {
        let until = world.now() + HostStand.passLasts
        let pass = request.login.flatMap { login in
            world.options.gateKey?.pass(
                to: login.user, of: login.classID, in: region.id, until: until)
        }
        return Reply(
            status: 200, region: region.id,
            body: """
                <!doctype html><meta charset="utf-8"><title>\(region.title)</title>
                <h1>\(region.title)</h1><p>\(region.id) at \(host.id)</p>

                """, pass: pass)
    }

    private func withoutRegion(_ request: Request) -> Reply {
        if request.path == loadPath { return loadReply(of: regions, for: nil) }
        return Reply(
            status: 404, region: nil,
            body: "\(host.id) serves no region called '\(request.hostHeader)'\n")
    }

    /// A full host tells its capacity and its queue, and not how many would come; who waits at the
    /// gate is told of where the gate sends users.
    private func loadReply(of regions: [Region], for region: Region?) -> Reply {
        let (all, users) = (self.users, regions.reduce(0) { $0 + self.users(of: $1) })
        guard loadSource != .lies else { return loadReply(LoadText(users: users / 10), region) }
        let service = model.service(users: all)
        let slowed: Duration
        switch condition {
        case .slow(let by): slowed = by
        case .healthy, .burnt, .silent: slowed = .zero
        }
        let latency = model.serviceTime + service.delay + slowed
        let text = LoadText(
            users: users - (all > model.capacity ? (all - model.capacity) * users / all : 0),
            waiting: regions.filter { self.users(of: $0) > 0 }.reduce(0) {
                $0 + world.waiting(of: $1)
            },
            // Of the host's queue, as much as it has of its users.
            queue: all == 0 ? 0 : service.queue * users / all,
            loginsPerSecond: regions.reduce(0) { $0 + logins(of: $1) },
            latencyMs: Int(latency.inNanoseconds / 1_000_000),
            errorsPerMillion: errorsPerMillion(of: regions))
        return loadReply(text, region)
    }

    private func loadReply(_ text: LoadText, _ region: Region?) -> Reply {
        Reply(status: 200, region: region?.id, body: text.json, isJSON: true)
    }

    /// The share of visits in the window that were told to come back later.
    private func errorsPerMillion(of regions: [Region]) -> Int {
        let now = world.now()
        let (visits, refusals) = state.withLock { state in
            regions.reduce(into: (0, 0)) { sums, region in
                sums.0 += state.visits[region.id]?.requests.total(at: now) ?? 0
                sums.1 += state.visits[region.id]?.refusals.total(at: now) ?? 0
            }
        }
        return visits == 0 ? 0 : min(refusals, visits) * 1_000_000 / visits
    }

    /// A login that is served is no load beside the page that follows it; one that is refused is.
    private func record(_ request: Request, of region: Region, isRefused: Bool) {
        let now = world.now()
        let seconds = world.model(of: region).thinkSeconds
        let isLogin = isLogin(request, of: region)
        let isPage = request.login == nil
        state.withLock { state in
            var visits =
                state.visits[region.id]
                ?? Visits(
                    requests: SlidingCount(seconds: seconds, from: now),
                    logins: SlidingCount(seconds: seconds, from: now),
                    refusals: SlidingCount(seconds: seconds, from: now))
            if isPage || isRefused { visits.requests.add(at: now) }
            if isLogin, !isRefused { visits.logins.add(at: now) }
            if isRefused { visits.refusals.add(at: now) }
            state.visits[region.id] = visits
        }
    }

    /// Where users have classes they log in, or bring the session of another host; who brings none
    /// only looks.
    private func isLogin(_ request: Request, of region: Region) -> Bool {
        if request.login != nil { return true }
        if request.session == nil { return !world.isByClass(region) }
        return switch host.sessions {
        case .local: request.session != host.id
        case .replicated: false
        }
    }

    private func users(of region: Region) -> Users {
        let now = world.now()
        let requests = state.withLock { $0.visits[region.id]?.requests.total(at: now) ?? 0 }
        return world.users(requests, of: region)
    }

    /// Logins a second, over the window.
    private func logins(of region: Region) -> Int {
        let now = world.now()
        let logins = state.withLock { $0.visits[region.id]?.logins.total(at: now) ?? 0 }
        return world.users(logins, of: region) / world.model(of: region).thinkSeconds
    }
}

/// A reading of a host's load, as it is sent.
private struct LoadText {
    var users: Users
    var waiting = 0
    var queue = 0
    var loginsPerSecond = 0
    var latencyMs = 5
    var errorsPerMillion = 0

    var json: String {
        """
        {"users":\(users),"waiting":\(waiting),"queue":\(queue),\
        "loginsPerSecond":\(loginsPerSecond),"latencyMs":\(latencyMs),\
        "errorsPerMillion":\(errorsPerMillion)}

        """
    }
}
