import Control
import Documents
import Foundation
import Manifests
import Planning
import Rendering
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// The shipped topology with one more name server, from home on a Monday morning at six.
@Suite("Which regions outlive which losses, for people and programs") struct SurvivalTextTests {
    private static let now = Instant(unixSeconds: 1_795_410_000)

    private func survivability(
        losing lost: [String] = [], surge: Int = 100
    ) throws -> Survivability {
        let file = try packageRoot().appendingPathComponent("topology.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let server = "{address: \"127.0.31.1:5353\", site: gra2, update: true, "
        let second = "{address: \"127.0.31.2:5353\", site: par1, update: true, "
        let key = "tsigKeyFile: keys/bascule-demo.key}"
        #expect(text.contains(server + key))
        let two = text.replacing(server + key, with: server + key + ", " + second + key)
        let read = try TopologyFile(
            bytes: Array(two.utf8), file: "topology.yaml", today: CivilTime(Self.now).date)
        let situation = Situation.ordinary(
            read.topology, digest: Digest(hex: "00"), at: Self.now, surge: surge)
        return try Surviving(situation).survivability(
            losing: lost.map { FailureDomain($0) }, atOnce: 2)
    }

    @Test("every loss and pair, the matrix, and one loss alone")
    func texts() throws {
        let all = try survivability()
        try expectGolden(all.text(.none, isWide: false), "rendering/survive.txt")
        try expectGolden(
            all.text(Palette(hasColour: true), isWide: false), "rendering/survive-colour.txt")
        try expectGolden(all.text(.none, isWide: true), "rendering/survive-wide.txt")
        let one = try survivability(losing: ["ovh/strasbourg", "ovh/gravelines/gra1"])
        try expectGolden(one.text(.none, isWide: false), "rendering/survive-pair.txt")
        let surge = try survivability(losing: ["ovh"], surge: 400)
        try expectGolden(surge.text(.none, isWide: false), "rendering/survive-surge.txt")
        let nobody = try survivability(losing: ["clevercloud"])
        try expectGolden(nobody.text(.none, isWide: false), "rendering/survive-nobody.txt")
        for text in [all, one, surge].map({ $0.text(.none, isWide: false) }) {
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
        }
    }

    @Test("one line for a monitor, with what it counts")
    func monitor() throws {
        let lines = [
            try survivability().monitorLine,
            try survivability().losing(atMost: 1).monitorLine,
            try survivability(losing: ["clevercloud"]).monitorLine,
        ]
        try expectGolden(lines.joined(separator: "\n") + "\n", "rendering/survive-monitor.txt")
    }

    @Test("the document that programs read")
    func document() throws {
        let one = try survivability(losing: ["ovh"], surge: 400)
        try expectGolden(try one.apiDocument().prettyText, "api/survivability.json")
    }
}
