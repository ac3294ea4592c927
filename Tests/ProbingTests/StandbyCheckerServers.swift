import Detection
import NIOPosix
import Planning
import Runtime
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Probing

private let own = "grand-est.ent.example"
private let standby = Standby(region: RegionID("est"), host: HostID("h1"))

/// A region with a standby at `host` whose probe asks for grand-est.ent.example.
private func topology(
    check: HTTPSCheck? = nil, at host: Endpoint, load: LoadSource? = nil, rpo: Duration? = nil,
    doors: [FrontDoor] = [], edge: Edge? = nil
) -> Topology {
    Topology(
        providers: [], sites: [],
        hosts: [
            Host(
                id: standby.host, site: SiteID("s"), addresses: Addresses(ipv4: host),
                capacity: Capacity(users: 1000), load: load)
        ],
        edges: edge.map { [$0] } ?? [],
        regions: [
            Region(
                id: standby.region, title: "Est", priority: 1,
                demand: Demand(peakUsers: 100, curve: .flat),
                probes: [check.map { .https($0) } ?? .tcp], primary: HostID("h0"),
                standbys: [standby.host], frontDoors: doors, rules: RegionRules(rpo: rpo))
        ])
}

private func door(_ name: String, _ points: DNSDoor.Points) -> FrontDoor {
    .dns(
        DNSDoor(name: name, zone: ZoneID("ent.example"), ttl: .seconds(30), points: points))
}

private func answers(in topology: Topology) async throws -> StandbyAnswers {
    let checker = StandbyChecker(
        group: MultiThreadedEventLoopGroup.singleton, time: Engines.time)
    let answers = await checker.answers(of: [standby], in: topology)
    return try #require(answers[standby])
}

extension StandbyAnswers.Certificate {
    /// What is wrong, or in how many days it ends.
    fileprivate var text: String {
        switch self {
        case .faulty(let fault): "\(fault.what); \(fault.mend)"
        case .ends(let end, let warning):
            // It was made for whole days, some seconds ago.
            "\((end - Engines.time.wall() + .seconds(3600)).days) days, \(warning.days) before"
        }
    }
}

extension Duration {
    fileprivate var days: Int64 { components.seconds / 86_400 }
}

/// Certificates of standbys and edges, looked at by a real handshake.
@Suite(.needs(.openssl), .serialized, .timeLimit(.minutes(2)))
struct StandbyCertificateServers {
    @Test(
        arguments: [
            (
                why: "it is right, and ends within the warning", name: own, days: 9, trusted: true,
                says: "9 days, 21 before"
            ),
            (
                why: "it is for another name", name: "other.example", days: 9, trusted: true,
                says: "the certificate at h1 (HOST) is not for grand-est.ent.example; "
                    + "add the name to the certificate there"
            ),
            (
                why: "it is over", name: own, days: -1, trusted: true,
                says: "the certificate at h1 (HOST) for grand-est.ent.example is over; renew it"
            ),
            (
                why: "nobody vouches for it", name: own, days: 9, trusted: false,
                says: "nobody trusted vouches for the certificate at h1 (HOST) for "
                    + "grand-est.ent.example; install the whole chain there, or name its "
                    + "authority in caFile"
            ),
        ] as [(why: String, name: String, days: Int, trusted: Bool, says: String)])
    func aCertificateIsLookedAt(
        why: String, name: String, days: Int, trusted: Bool, says: String
    ) async throws {
        try await withTLSServer(for: name, days: days) { host, file in
            let check = HTTPSCheck(host: own, path: "/", caFile: trusted ? file : nil)
            let found = try await answers(in: topology(check: check, at: host))
            #expect(
                found.certificates.map(\.text) == [says.replacing("HOST", with: "\(host)")],
                "\(why)")
            #expect(found.dataLag == nil)
        }
    }

    @Test func namesThatPointAtHostsAreAskedForThereAndThoseThatPointAtEdgesAtEdges() async throws {
        try await withTLSServer(for: own, days: 90) { host, file in
            let check = HTTPSCheck(host: own, path: "/", caFile: file)
            let edge = Edge(
                id: EdgeID("edge-1"), site: SiteID("s"), addresses: Addresses(ipv4: host),
                socket: .unix(path: "h.sock"), probes: [.https(check)])
            let doors = [
                door("est.example", .hosts), door(own, .hosts), door("edge.example", .edges),
                .haproxy(HAProxyDoor(edge: edge.id, backend: "est", isGate: false)),
            ]
            let found = try await answers(
                in: topology(check: check, at: host, doors: doors, edge: edge))
            let mend = "add the name to the certificate there"
            #expect(
                found.certificates.map(\.text) == [
                    "90 days, 21 before",
                    "the certificate at h1 (\(host)) is not for est.example; \(mend)",
                    "90 days, 21 before",
                    "the certificate at edge-1 (\(host)) is not for edge.example; \(mend)",
                ])
        }
    }

    @Test func withoutVerificationOnlyItsEndIsLookedAtAndOnlyOnce() async throws {
        try await withTLSServer(for: "other.example", days: 9) { host, _ in
            let check = HTTPSCheck(host: own, path: "/", verification: .none)
            let found = try await answers(
                in: topology(check: check, at: host, doors: [door("est.example", .hosts)]))
            #expect(found.certificates.map(\.text) == ["9 days, 21 before"])
        }
    }

    @Test func nobodyThereAndNoTLSThereAreTold() async throws {
        let nobody = try #require(Endpoint(text: try FreePort().endpoint))
        let check = HTTPSCheck(host: own, path: "/")
        let mend = "see that it speaks TLS there for that name"
        let refused = try await answers(in: topology(check: check, at: nobody))
        #expect(
            refused.certificates.map(\.text) == [
                "no certificate was seen at h1 (\(nobody)) for \(own): refused; \(mend)"
            ])
        try await withPeer(.says("HTTP/1.1 400 Bad Request\r\n\r\n")) { plain in
            let found = try await answers(in: topology(check: check, at: plain))
            #expect(
                found.certificates.map(\.text) == [
                    "no certificate was seen at h1 (\(plain)) for \(own): handshake; \(mend)"
                ])
        }
    }

    @Test func aServerThatSaysNothingIsGivenUpInTime() async throws {
        try await withPeer(.silent) { silent in
            let began = ContinuousClock.now
            let check = HTTPSCheck(host: own, path: "/")
            let found = try await answers(in: topology(check: check, at: silent))
            #expect(ContinuousClock.now - began < StandbyChecker.answerMax + .seconds(2))
            #expect(found.certificates.first?.text.contains(": timeout;") ?? false, "\(found)")
        }
    }

    @Test func aFileOfAuthoritiesThatCannotBeReadIsTold() async throws {
        let nobody = try #require(Endpoint(text: try FreePort().endpoint))
        let check = HTTPSCheck(host: own, path: "/", caFile: "/nowhere/ca.pem")
        let found = try await answers(in: topology(check: check, at: nobody))
        #expect(
            found.certificates.map(\.text) == [
                "no certificate can be read from caFile /nowhere/ca.pem; "
                    + "mend caFile in the topology"
            ])
    }
}

/// How far data is behind, as pages and Prometheus tell it.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct DataLagServers {
    private static let page = LoadSource.http(path: "/load")

    @Test(
        arguments: [
            (why: "whole", page: #"{"users":1,"dataLagMs":1500}"#, lag: 1500),
            (why: "none", page: #"{"dataLagMs":0}"#, lag: 0),
            (why: "a fraction is cut", page: #"{"dataLagMs":2.9}"#, lag: 2),
        ] as [(why: String, page: String, lag: Int)])
    func aPageTells(why: String, page: String, lag: Int) async throws {
        try await withPeer(.page("200 OK", page)) { host in
            let found = try await answers(
                in: topology(at: host, load: Self.page, rpo: .seconds(30)))
            #expect(found.dataLag == .told(.milliseconds(lag)), "\(why)")
            #expect(found.certificates.isEmpty)
        }
    }

    @Test(
        arguments: [
            (manners: .page("200 OK", #"{"users":1}"#), why: "its page has no dataLagMs"),
            (manners: .page("200 OK", #"{"dataLagMs":"1"}"#), why: "dataLagMs is no number"),
            (manners: .page("200 OK", #"{"dataLagMs":null}"#), why: "dataLagMs is no number"),
            (
                manners: .page("200 OK", #"{"dataLagMs":-1}"#),
                why: "-1 ms are not from 0 to a year"
            ),
            (
                manners: .page("200 OK", #"{"dataLagMs":31536000001}"#),
                why: "31536000001 ms are not from 0 to a year"
            ),
            (manners: .page("503 Busy", ""), why: "it answered with status 503"),
            (manners: .silent, why: "it gave no whole answer in time"),
        ] as [(manners: Manners, why: String)])
    func whatIsNoLagIsUntold(manners: Manners, why: String) async throws {
        try await withPeer(manners) { host in
            let found = try await answers(
                in: topology(at: host, load: Self.page, rpo: .seconds(30)))
            #expect(found.dataLag == untold(why, mend: "see its load source"))
        }
    }

    @Test func withoutASourceOrABoundNobodyIsAsked() async throws {
        let nobody = try #require(Endpoint(text: try FreePort().endpoint))
        let why = "has no source for it"
        let mend = "give the host load.http or load.prometheus.dataLag, or the region no rpo"
        let query = PrometheusQuery(endpoint: nobody, users: "up")
        for load in [nil, .haproxy, .prometheus(query)] as [LoadSource?] {
            let found = try await answers(
                in: topology(at: nobody, load: load, rpo: .seconds(30)))
            #expect(found.dataLag == untold(why, mend: mend))
        }
        let unbounded = try await answers(in: topology(at: nobody, load: Self.page))
        #expect(unbounded.dataLag == nil)
    }

    @Test(.needs(.prometheus)) func prometheusTells() async throws {
        try await withPrometheus { endpoint in
            let labelled = #"label_replace(vector(0.25), "region", "REGION", "", "")"#
            for (query, lag) in [
                ("vector(12.5)", .told(.milliseconds(12_500))),
                (labelled.replacing("REGION", with: "est"), .told(.milliseconds(250))),
                ("scalar(vector(3))", .told(.seconds(3))),
                (
                    labelled.replacing("REGION", with: "west"),
                    untold(
                        "the query gives no value for region est", mend: "see its load source")
                ),
                (
                    #"up{host="${host}"}"#,
                    untold(
                        "the query gives no value for region est", mend: "see its load source")
                ),
                ("sum(", untold("it answered with status 400", mend: "see its load source")),
            ] as [(String, StandbyAnswers.DataLag)] {
                let source = LoadSource.prometheus(
                    PrometheusQuery(endpoint: endpoint, users: "vector(1)", dataLag: query))
                let found = try await answers(
                    in: topology(at: endpoint, load: source, rpo: .seconds(30)))
                #expect(found.dataLag == lag, "\(query)")
            }
        }
    }

    private func untold(_ why: String, mend: String) -> StandbyAnswers.DataLag {
        .untold(
            Fault(
                what: "nobody tells how far the data of est at h1 is behind: \(why)",
                mend: mend))
    }
}
