import Control
import Detection
import Documents
import Foundation
import Manifests
import OrderedCollections
import Planning
import Rendering
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// The shipped topology on a Monday morning at six, with everybody at home.
@Suite("Whether standbys could take over, for people and programs") struct ReadinessTextTests {
    private static let now = Instant(unixSeconds: 1_795_410_000)

    private func situation() throws -> Situation {
        let file = try packageRoot().appendingPathComponent("topology.yaml")
        let read = try TopologyFile(
            bytes: [UInt8](try Data(contentsOf: file)), file: "topology.yaml",
            today: CivilTime(Self.now).date)
        return .ordinary(read.topology, digest: Digest(hex: "00"), at: Self.now)
    }

    /// Of each check something that is wrong, beside what is well.
    private func ill() throws -> Readiness {
        var situation = try situation()
        let evidence = Evidence(detector: .inARow(count: 2))
        situation.board.apply(
            .host(
                id: HostID("ent-gra1"),
                standing: Standing(verdict: .lost, since: Self.now, evidence: evidence)))
        situation.closures.append(
            Closure(
                kind: .drain, place: .domain(id: FailureDomain("clevercloud")), owner: "ada",
                reason: "test", since: Self.now, until: nil))
        // Who comes home finds its primary ready; ent-par1 is full without room for another.
        situation.allocations[RegionID("occitanie")] = Allocation(all: HostID("ent-par1"))
        situation.allocations[RegionID("cned")] = Allocation(all: HostID("ent-gra2"))
        let silent = Fault(
            what: "the name server 127.0.31.1:5353 did not answer", mend: "see that it runs")
        return Readiness(
            of: situation,
            ReadinessAnswers(
                doors: ["cned", "grand-est", "occitanie"].map {
                    DoorObjection(
                        door: FrontDoorID("dns:\($0).ent.example"), grade: .warning, fault: silent)
                },
                standbys: Dictionary(
                    uniqueKeysWithValues: told.map {
                        (Standby(region: RegionID($0), host: HostID($1)), $2)
                    })))
    }

    /// What three of the standbys answered.
    private var told: [(String, String, StandbyAnswers)] {
        let days = { (days: Int) in
            StandbyAnswers.Certificate.ends(
                at: Self.now + .seconds(days * 86_400), warning: .seconds(21 * 86_400))
        }
        return [
            (
                "grand-est", "ent-par2",
                StandbyAnswers(certificates: [days(80)], dataLag: .told(.milliseconds(1500)))
            ),
            ("ile-de-france", "ent-gra3", StandbyAnswers(certificates: [days(80), days(9)])),
            (
                "hauts-de-france", "ent-sbg4",
                StandbyAnswers(
                    certificates: [
                        .faulty(
                            Fault(
                                what: "the certificate at ent-sbg4 (127.0.21.4:8443) is not for "
                                    + "hauts-de-france.ent.example",
                                mend: "add the name to the certificate there"))
                    ],
                    dataLag: .untold(
                        Fault(
                            what: "nobody tells how far the data of hauts-de-france at ent-sbg4 "
                                + "is behind: its page has no dataLagMs",
                            mend: "see its load source")))
            ),
        ]
    }

    /// Names as long as a topology may have them, faults as long as a door may tell them.
    private func wide() throws -> Readiness {
        var situation = try situation()
        let name = String(repeating: "outre-mer-", count: 6) + "et"
        let region = try #require(situation.topology.regions.values.first)
        let long = Region(
            id: RegionID(name), title: name, priority: 1, demand: region.demand, probes: [.tcp],
            primary: region.primary, standbys: region.standbys, frontDoors: region.frontDoors)
        let alone = Region(
            id: RegionID("alone-\(name)"), title: name, priority: 1, demand: region.demand,
            probes: [.tcp], primary: region.primary, standbys: [], frontDoors: [])
        let hosts = situation.topology.hosts.values
        situation.topology = Topology(
            providers: [], sites: Array(situation.topology.sites.values), hosts: Array(hosts),
            regions: [long, alone])
        let fault = Fault(
            what: String(repeating: "a long word of a fault ", count: 12),
            mend: String(repeating: "and a long mend ", count: 12))
        let door = try #require(long.frontDoors.first)
        return Readiness(
            of: situation, ReadinessAnswers(doors: [DoorObjection(door: door.id, fault: fault)]))
    }

    @Test("all that can be wrong, the gravest first, plain and in colour")
    func ills() throws {
        let ill = try ill()
        try expectGolden(ill.text(.none), "rendering/readiness.txt")
        try expectGolden(
            ill.text(Palette(hasColour: true)), "rendering/readiness-colour.txt")
        try expectGolden(
            ill.of(RegionID("hauts-de-france")).text(.none), "rendering/readiness-region.txt")
    }

    @Test("nothing is wrong")
    func well() throws {
        let well = try Readiness(of: situation(), ReadinessAnswers())
        try expectGolden(well.of(RegionID("grand-est")).text(.none), "rendering/readiness-well.txt")
        let none = Readiness(at: Self.now, standbys: [], alone: [])
        try expectGolden(none.text(.none), "rendering/readiness-none.txt")
    }

    @Test("everything holds on a terminal of 80 columns")
    func columns() throws {
        let wide = try wide()
        try expectGolden(wide.text(.none), "rendering/readiness-wide.txt")
        for text in [try ill().text(.none), wide.text(.none)] {
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
        }
    }

    @Test("one line for a monitor, with its code and what it counts")
    func monitor() throws {
        let (ill, well) = (try ill(), try Readiness(of: situation(), ReadinessAnswers()))
        let all = [
            well.of(RegionID("grand-est")), ill.of(RegionID("ile-de-france")), ill, try wide(),
            Readiness(at: Self.now, standbys: [], alone: [RegionID("corse")]),
        ]
        #expect(all.map(\.monitorCode) == [0, 1, 2, 2, 2])
        let lines = all.map(\.monitorLine)
        #expect(lines.allSatisfy { !$0.contains("\n") })
        try expectGolden(lines.joined(separator: "\n") + "\n", "rendering/readiness-monitor.txt")
    }

    @Test("the document that programs read")
    func document() throws {
        try expectGolden(
            try ill().apiDocument().prettyText, "api/readiness.json")
    }
}
