import Control
import Detection
import Documents
import Foundation
import OrderedCollections
import Playbooks
import Rendering
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// The documents that programs read: a name that changes fails here, and docs/api.md has every one.
@Suite("Documents of the API")
struct APIGoldenTests {
    private func expectDocument(_ document: some APIDocument, _ name: String) throws {
        try expectGolden(try document.apiDocument().prettyText, "api/\(name).json")
    }

    @Test("status, and what get shows")
    func statusAndRows() throws {
        let day = try Day.after(seconds: 300)
        let picture = try day.picture()
        try expectDocument(try day.status(), "status")
        try expectDocument(try #require(try day.status().runs.first), "run")
        try expectDocument(try #require(try day.status().regions.first), "region-status")
        try expectDocument(picture.sites, "site-list")
        try expectDocument(picture.hosts, "host-list")
        try expectDocument(picture.zones, "zone-list")
        try expectDocument(picture.regions, "region-list")
        try expectDocument(picture.doors, "door-list")
        try expectDocument(picture.playbookRows, "playbook-list")
        try expectDocument(picture.controllers, "controller-list")
        try expectDocument(picture.domains, "domain-list")
        try expectDocument(picture.dependencies, "dependency-list")
        try expectDocument(try Small.picture().edges, "edge-list")
    }

    @Test("each thing that can speak for or against a cause")
    func causeEvidence() throws {
        let (host, since) = (HostID("ent-sbg2"), Instant(unixSeconds: 1_615_334_400))
        let standing = LoadStanding(
            verdict: .degraded, since: since,
            reason: .slower(latency: .seconds(1), usual: .milliseconds(90), peers: nil),
            load: Load(users: 41_000, latency: .seconds(1)), capacity: 60_000)
        let all: [CauseEvidence] = [
            .host(id: host, verdict: .up, since: since), .hostUnknown(id: host),
            .service(at: host, verdict: .lost, since: since), .domainLost(id: Day.campus),
            .domainDoubted(id: Day.campus, because: "sbg2"),
            .unserved(percent: Percent(checked: 40)),
            .elsewhere(door: FrontDoorID("dns:grand-est.ent.example")),
            .door(id: FrontDoorID("dns:grand-est.ent.example"), standing: .drifted(at: since)),
            .edge(id: EdgeID("edge-1"), isOut: true),
            .nameServers(zone: ZoneID("ent.example"), lost: 1, of: 2),
            .dependency(id: DependencyID("educonnect"), verdict: .lost, since: since),
            .loginsShort(
                id: DependencyID("educonnect"),
                standing: LoginStanding(
                    verdict: .saturated, since: since, reason: .rate, perSecond: 390,
                    provenPerSecond: 400)), .dependencyUnknown(id: DependencyID("educonnect")),
            .noDependencies,
            .load(host: host, standing: standing), .loadUnread(host: host),
            .surge(percent: 300), .rationed(since: since, isByPerson: true),
            .logins(host: host, perSecond: 2, expected: 81), .loginsUntold(host: host),
            .refusing(host: host), .rationedBeside(region: RegionID("occitanie"), host: host),
            .othersSaturated(hosts: [host]), .peers(degraded: 1, of: 9),
            .isolated(since: since), .referencesNotLost, .noReferences,
            .brake(reason: .everythingAtOnce(lost: 4, of: 5)),
        ]
        try expectGolden(try JSONValue(encoding: all).prettyText, "api/cause-evidence.json")
        let words = all.map { $0.words(at: since) + "\n" }.joined()
        try expectGolden(words, "rendering/cause-evidence.txt")
    }

    @Test("what the other looking commands show")
    func views() throws {
        let day = try Day.after(seconds: 300)
        let picture = try day.picture()
        let region = try #require(picture.topology.regions[Day.grandEst])
        try expectDocument(
            picture.description(
                of: .host(HostID("ent-sbg2")),
                probes: ProbesDocument(of: try day.leader(), at: day.world.now).probes.filter {
                    $0.target.subject == .service(region: Day.grandEst, host: HostID("ent-sbg2"))
                },
                changes: [.init(seq: 7, at: day.world.now, text: "host ent-sbg2 is lost")]),
            "description")
        try expectDocument(picture.blame(for: region), "blame")
        try expectDocument(try #require(picture.status).blocked, "blocked-list")
        try expectDocument(TopologyDescription(try Small.picture()), "topology")
        try expectDocument(
            TopologyDiff(
                from: try Small.topology(), to: try Small.topology(Small.text(capacity: 2000))),
            "topology-diff")
        let events = day.world.store.entries.enumerated().compactMap {
            Event($0.element, seq: $0.offset + 1)
        }
        try expectDocument(Array(events.suffix(2)), "event-list")
        try expectDocument(
            PlaybookDescription(picture.playbooks[0]), "playbook-description")
    }

    @Test("docs/api.md names every field of the golden documents")
    func everyFieldIsDocumented() throws {
        let root = try packageRoot()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/api.md"), encoding: .utf8)
        let folder = root.appendingPathComponent("Tests/Golden/api").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files.count > 20)
        for file in files {
            let golden = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            for name in Self.fields(of: try JSONValue(parsing: golden), in: file)
            where !text.contains("`\(name)`") {
                Issue.record("\(file) has '\(name)', which docs/api.md does not explain")
            }
        }
    }

    /// Names of fields; not those that people chose, such as the names of hosts.
    private static func fields(of value: JSONValue, in file: String) -> [String] {
        switch value {
        case .object(let fields):
            fields.flatMap { key, value -> [String] in
                let isChosen = chosen.contains(key)
                let below =
                    if isChosen, case .object(let named) = value {
                        named.values.flatMap { Self.fields(of: $0, in: file) }
                    } else {
                        Self.fields(of: value, in: file)
                    }
                return [key] + below
            }
        case .array(let values): values.flatMap { Self.fields(of: $0, in: file) }
        case .null, .bool, .number, .string: []
        }
    }

    /// Fields whose own fields are names out of the topology.
    private static let chosen = [
        "providers", "sites", "hosts", "edges", "zones", "dependencies", "classes", "controllers",
        "regions", "frontDoors", "shares",
    ]
}
