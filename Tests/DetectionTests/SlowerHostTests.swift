import Detection
import Foundation
import OrderedCollections
import Testing
import TopologyModel
import Values

/// Hosts of 1,000 users, 300 on each, a reading a second; the first is watched.
private struct Peers {
    var judge = LoadJudge()
    var board = VerdictBoard()
    var now = Instant(unixSeconds: 1_617_692_400)
    /// Whether the others have no users.
    var idle = false
    let topology: Topology

    static let watched = HostID("h0")

    init(_ count: Int) {
        topology = Topology(
            providers: [], sites: [],
            hosts: (0..<count).map {
                Host(
                    id: HostID("h\($0)"), site: SiteID("s"), addresses: Addresses(),
                    capacity: Capacity(users: 1000), load: .http(path: "/load"))
            }, regions: [])
    }

    /// Milliseconds of the watched host's answers, and of all others'.
    mutating func pass(seconds: Int, _ own: Int, peers: Int, users: Users = 300) {
        for _ in 0..<seconds {
            now = now + .seconds(1)
            let readings = topology.hosts.keys.map { id in
                let latency = Duration.milliseconds(id == Peers.watched ? own : peers)
                return LoadReading(
                    vantage: ControllerID("c1"), host: id, region: nil, at: now,
                    result: .read(
                        load: Load(
                            users: idle && id != Peers.watched ? 0 : users, latency: latency)))
            }
            judge.note(readings, under: topology.rules.load)
            for change in judge.changes(to: board, in: topology, at: now) { board.apply(change) }
        }
    }

    var standing: LoadStanding? { board.loads[Peers.watched] }
}

@Suite("A host that is slower than its peers and its own past is degraded") struct SlowerHostTests {
    @Test func slowerThanBothIsDegradedAndSaysBoth() throws {
        var peers = Peers(4)
        peers.pass(seconds: 90, 100, peers: 120)
        #expect(peers.standing?.verdict == .up)
        peers.pass(seconds: 5, 600, peers: 120)
        #expect(peers.standing?.verdict == .degraded)
        guard case .slower(let latency, let usual, let median)? = peers.standing?.reason else {
            Issue.record("\(String(describing: peers.standing?.reason))")
            return
        }
        #expect(latency == .milliseconds(600))
        #expect(usual == .milliseconds(100))
        #expect(median == .milliseconds(120))
        // It does not learn that being sick is usual, and comes back below twice what it was.
        peers.pass(seconds: 900, 600, peers: 120)
        #expect(peers.standing?.verdict == .degraded)
        peers.pass(seconds: 5, 190, peers: 120)
        #expect(peers.standing?.verdict == .up)
    }

    @Test("a mean that is no whole number of anything is journaled so that it reads back the same")
    func usualReadsBack() throws {
        var peers = Peers(4)
        peers.pass(seconds: 45, 100, peers: 120)
        peers.pass(seconds: 45, 107, peers: 120)
        peers.pass(seconds: 5, 600, peers: 120)
        let standing = try #require(peers.standing)
        #expect(standing.verdict == .degraded)
        let text = try JSONEncoder().encode(standing)
        #expect(try JSONDecoder().decode(LoadStanding.self, from: text) == standing)
    }

    @Test func whatWasUsualOutlivesARestart() {
        var peers = Peers(4)
        peers.pass(seconds: 90, 100, peers: 120)
        peers.pass(seconds: 5, 600, peers: 120)
        peers.judge = LoadJudge()
        peers.pass(seconds: 300, 600, peers: 120)
        #expect(peers.standing?.verdict == .degraded)
    }

    @Test func idleHostsAreNoPeers() {
        var peers = Peers(4)
        peers.idle = true
        peers.pass(seconds: 90, 100, peers: 5)
        peers.pass(seconds: 5, 350, peers: 5)
        #expect(peers.standing?.verdict == .up, "three and a half times its own past")
        peers.pass(seconds: 5, 600, peers: 5)
        guard case .slower(_, _, nil)? = peers.standing?.reason else {
            Issue.record("\(String(describing: peers.standing))")
            return
        }
    }

    @Test(arguments: [
        (
            why: "all are slow: it is something they share", known: 90, own: 600, peers: 600,
            users: 300
        ),
        (why: "nothing is usual yet", known: 30, own: 600, peers: 120, users: 300),
        (why: "fast enough, however fast it was", known: 90, own: 190, peers: 10, users: 300),
        (why: "slower, and not by much", known: 90, own: 350, peers: 120, users: 300),
        (why: "much of it is used: that is load", known: 90, own: 600, peers: 120, users: 700),
    ])
    func otherwiseItIsNot(why: String, known: Int, own: Int, peers: Int, users: Int) {
        var bench = Peers(4)
        bench.pass(seconds: known, 100, peers: min(peers, 120))
        bench.pass(seconds: 10, own, peers: peers, users: users)
        #expect(bench.standing?.verdict == .up, "\(why)")
    }

    @Test func withoutPeersItsOwnPastTells() {
        var alone = Peers(1)
        alone.pass(seconds: 90, 100, peers: 0)
        alone.pass(seconds: 5, 600, peers: 0)
        #expect(alone.standing?.verdict == .degraded)
    }
}
