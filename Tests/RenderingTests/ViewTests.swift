import Control
import Documents
import OrderedCollections
import Playbooks
import Rendering
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// The tables of the looking commands: golden, within 80 columns, and the same text in colour.
@Suite("What get, describe and the like show")
struct ViewTests {
    private let colour = Palette(hasColour: true)

    /// Compares with a golden file, plain; checks that colour adds nothing but colour, and that it
    /// holds on a terminal of 80 columns.
    private func expectView(_ name: String, _ text: (Palette) -> String) throws {
        let plain = text(.none)
        try expectGolden(plain, "rendering/\(name).txt")
        #expect(uncoloured(text(colour)) == plain)
        for line in plain.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("get, five minutes after SBG2 began to burn")
    func getsWhileItBurns() throws {
        let picture = try Day.after(seconds: 300).picture()
        try expectView("get-sites") { picture.sites.text($0, isWide: false) }
        try expectView("get-hosts") { picture.hosts.text($0, isWide: false) }
        try expectView("get-zones") { picture.zones.text($0, isWide: false) }
        try expectView("get-regions") { picture.regions.text($0, isWide: false) }
        try expectView("get-doors") { picture.doors.text($0, isWide: false) }
        try expectView("get-playbooks") { picture.playbookRows.text($0, isWide: false) }
        try expectView("get-controllers") { picture.controllers.text($0, isWide: false) }
        try expectView("get-domains") { picture.domains.text($0, isWide: false) }
        try expectView("get-dependencies") { picture.dependencies.text($0, isWide: false) }
    }

    @Test("get of a file says what is declared, and of verdicts nothing")
    func getsFromAFile() throws {
        let picture = try Small.picture()
        try expectView("get-edges-file") { picture.edges.text($0, isWide: false) }
        try expectView("get-hosts-file") { picture.hosts.text($0, isWide: false) }
        try expectGolden(picture.hosts.text(.none, isWide: true), "rendering/get-hosts-wide.txt")
        #expect([HostRow]().text(.none, isWide: false) == "none\n")
    }

    @Test(
        "describe, five minutes after SBG2 began to burn",
        arguments: [
            "grand-est", "ent-sbg2", "sbg2", "ent.example", "dns:grand-est.ent.example",
            "ovh/strasbourg", "fate:power-sbg", "educonnect", "c1", "evacuate", "r1-1",
        ])
    func describes(name: String) throws {
        let picture = try Day.after(seconds: 300).picture()
        let objects = picture.objects(named: name)
        #expect(objects.count == 1, "\(name): \(objects)")
        let description = picture.description(of: try #require(objects.first))
        let file = name.map { "/:".contains($0) ? "-" : "\($0)" }.joined()
        try expectView("describe-\(file)") { description.text($0, at: picture.now) }
    }

    @Test(
        "describe of a file shows the chain from name over edge to host",
        arguments: ["north", "edge-1"])
    func describesWithEdges(name: String) throws {
        let picture = try Small.picture()
        let object = try #require(picture.objects(named: name).first)
        try expectView("describe-file-\(name)") {
            picture.description(of: object).text($0, at: picture.now)
        }
    }

    @Test("a name of several objects names them all, and KIND/NAME one")
    func namesSeveral() throws {
        let picture = try Small.picture()
        #expect(picture.objects(named: "c").map(\.kind) == ["host", "site"])
        #expect(picture.objects(named: "site/c") == [.site(SiteID("c"))])
        #expect(picture.objects(named: "North.ent.test").map(\.kind) == ["door"])
        #expect(picture.objects(named: "nobody").isEmpty)
    }

    @Test("topology as a tree, for Graphviz and for Mermaid")
    func topologies() throws {
        let burning = try Day.after(seconds: 300).picture()
        try expectView("topology-burning") { burning.topologyText($0) }
        let small = try Small.picture()
        try expectView("topology-file") { small.topologyText($0) }
        try expectGolden(small.graph.dot, "rendering/topology.dot")
        try expectGolden(small.graph.mermaid, "rendering/topology.mermaid")
    }

    @Test("blame: what a region hangs on, and what it has nothing to do with")
    func blames() throws {
        let picture = try Day.after(seconds: 300).picture()
        for name in ["grand-est", "hauts-de-france"] {
            let region = try #require(picture.topology.regions[RegionID(name)])
            let blame = picture.blame(for: region)
            try expectView("blame-\(name)") { blame.text($0) }
        }
        let small = try Small.picture()
        let blame = small.blame(for: try #require(small.topology.regions[RegionID("north")]))
        try expectView("blame-file") { blame.text($0) }
        #expect(blame.doesNotHangOn.map(\.name) == ["c", "other"])
    }

    @Test("a fire elsewhere is not blamed on a region that has nothing there")
    func condemnsNoNeighbour() throws {
        let picture = try Day.after(seconds: 300).picture()
        let cned = try #require(picture.topology.regions[RegionID("cned")])
        let text = picture.blame(for: cned).text(.none)
        #expect(text.hasPrefix("Cause: unaffected;"))
        #expect(text.contains("in trouble elsewhere: ent-sbg2, sbg2,\novh/strasbourg/sbg2."))
    }

    @Test("blocked: what waits or is held, until when, and how to let it go")
    func blocked() throws {
        var day = try Day.after(seconds: 300)
        let pause = Command.pause(
            scope: .region(id: RegionID("cned")), reason: "exams",
            until: day.world.now + .seconds(3600))
        day.world.plan(.command(pause), at: day.world.now)
        _ = day.world.run(for: .seconds(5), checking: [])
        let controller = try day.leader()
        let status = StatusDocument(
            of: controller, observing: nil,
            refusedReload: .init(
                at: day.world.now,
                fault: Fault(what: "topology.yaml cannot be loaded: no hosts", mend: "mend it")),
            at: day.world.now)
        try expectView("blocked") { status.blocked.text($0, isWide: false) }
        try expectView("status-refused-reload") { status.text($0) }
        #expect(status.exitCode == 1)
        #expect(try Day.after(seconds: 30).status().blocked.isEmpty)
    }

    @Test("events: what people should know of the first five minutes")
    func events() throws {
        let day = try Day.after(seconds: 300)
        let events = day.world.store.entries.enumerated().compactMap {
            Event($0.element, seq: $0.offset + 1)
        }
        try expectView("events") {
            var date = ""
            return events.text($0, after: &date)
        }
    }

    @Test("history breaks long lines behind the clock")
    func historyFits() throws {
        let day = try Day.after(seconds: 300)
        try expectView("history-lines") { day.world.store.entries.text($0) }
    }

    @Test("a run is explained by its plan")
    func explainsARun() throws {
        let day = try Day.after(seconds: 300)
        let run = try #require(day.leader().state.runs.values.first)
        let status = StatusDocument.RunStatus(run)
        try expectView("explain-run") { run.plan.explanation(of: status, at: day.world.now, $0) }
    }

    @Test("a playbook is shown as its steps")
    func showsPlaybooks() throws {
        let playbook = try Day().configuration.playbooks.failback
        try expectView("playbook-failback") { playbook.text($0) }
    }

    @Test("diff names what was added, removed and changed, with old and new")
    func diffs() throws {
        let old = try Small.topology()
        let changed = Small.text(capacity: 2000, standby: "c, ent-b")
            .replacing("  other: {probes: [{tcp: {address: \"192.0.2.33:80\"}}]}\n", with: "")
            .replacing(
                "  c: {provider: two, domain: two/east/c}\n",
                with: "  c: {provider: two, domain: two/east/c}\n"
                    + "  d: {provider: two, domain: two/east/d}\n")
        let difference = TopologyDiff(from: old, to: try Small.topology(changed))
        try expectView("diff") { difference.text($0) }
        let none = TopologyDiff(from: old, to: old)
        #expect(none.isEmpty && none.text(.none) == "no difference\n")
    }
}
