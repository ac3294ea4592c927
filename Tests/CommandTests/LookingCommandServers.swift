import Foundation
import TestSupport
import Testing

/// The looking commands against a real controller, lab and name server.
@Suite(.serialized) struct LookingCommandServers {
    @Test(.needs(.dig)) func everyObjectIsShownInEveryForm() async throws {
        try await withStand { stand in
            let kinds = [
                "sites", "hosts", "edges", "zones", "regions", "doors", "playbooks", "runs",
                "controllers", "domains", "dependencies",
            ]
            for kind in kinds {
                for form in ["table", "wide", "json", "yaml"] {
                    let shown = try await stand.command("get", kind, "-o", form)
                    #expect(shown.status == 0, "get \(kind) -o \(form): \(shown.stderr)")
                    #expect(!shown.stdout.isEmpty)
                    guard form == "json" else { continue }
                    let value =
                        try JSONSerialization.jsonObject(with: Data(shown.stdout.utf8))
                        as? [String: Any]
                    #expect(value?["apiVersion"] as? String == "bascule/v1")
                    #expect(value?["items"] is [Any], "get \(kind)")
                }
            }
            let described = try await stand.command("describe", "ent-a1").stdout
            #expect(described.contains("host ent-a1 is up") && described.contains("one/alpha/a1"))
            #expect(described.contains("north at ent-a1"), "\(described)")
            #expect(try await stand.command("describe", "ent-a2").stderr.contains("did you mean"))
            #expect(try await stand.command("leader").stdout.contains("c1 leads"))
            #expect(try await stand.command("blocked").stdout.contains("nothing is held"))
            let dot = try await stand.command("topology", "--graph", "dot").stdout
            #expect(dot.hasPrefix("digraph topology {"))
            let playbook = try await stand.command("playbook", "show", "evacuate").stdout
            #expect(playbook.contains("no way back"))
        }
    }

    @Test(.needs(.dig)) func eventsFollowAFireAndHistoryIsFiltered() async throws {
        try await withStand { stand in
            let socket = ["BASCULE_SOCKET": stand.file("state/bascule.sock")]
            let bascule = try Stand.bascule
            try await withChild(bascule, ["events", "--follow"], environment: socket) { events in
                try await withChild(
                    bascule, ["status", "--watch"], environment: socket
                ) { watching in
                    try await stand.lab("burn", "a1")
                    try await eventually("the fire is told", within: .seconds(20)) {
                        events.output.contains("PAGE  host ent-a1 is lost")
                    }
                    try await eventually("a new block is printed", within: .seconds(20)) {
                        watching.output.contains("ent-a1 lost")
                    }
                    #expect(!watching.output.contains("\u{1b}["))
                    watching.signal(SIGINT)
                    #expect(try await watching.waitForExit(within: .seconds(10)) == 130)
                }
            }
            let blame = try await stand.command("blame", "south").stdout
            #expect(blame.contains("ent-b1"), "\(blame)")
            let decisions = try await stand.command(
                "history", "--region", "north", "--kind", "decision")
            #expect(decisions.stdout.contains("north: row"), "\(decisions.stdout)")
            #expect(!decisions.stdout.contains("leads under"))
            for limit in ["0", "-1"] {
                #expect(try await stand.command("history", "--limit=\(limit)").status == 64)
            }
        }
    }

    @Test(.needs(.dig)) func aRefusedReloadIsShownInStatus() async throws {
        try await withStand { stand in
            _ = try stand.folder.write("version: 1\nregionz: {}\n", to: "topology.yaml")
            stand.controller?.signal(SIGHUP)
            try await eventually("status says so", within: .seconds(10)) {
                try await stand.command("status").stdout.contains("RELOAD REFUSED")
            }
            #expect(try await stand.command("status", "--exit-code").status == 1)
            _ = try stand.folder.write(stand.topology(), to: "topology.yaml")
            stand.controller?.signal(SIGHUP)
            try await eventually("it is gone", within: .seconds(10)) {
                try await !stand.command("status").stdout.contains("RELOAD REFUSED")
            }
        }
    }

    @Test func diffSaysInItsExitCodeWhetherSomethingDiffers() async throws {
        let folder = try TemporaryFolder()
        let old = try packageRoot().path + "/topology.yaml"
        let text = try String(contentsOfFile: old, encoding: .utf8)
        let new = try folder.write(
            text.replacing("peakUsers: 42000", with: "peakUsers: 43000"), to: "new.yaml")
        let bascule = try Stand.bascule
        #expect(try await run(bascule, ["diff", old, old]).status == 0)
        let changed = try await run(bascule, ["diff", old, new])
        #expect(changed.status == 2)
        #expect(changed.stdout.contains("demand.peakUsers: 42000 → 43000"), "\(changed.stdout)")
    }

    @Test func colourIsAskedForOnTheCommandLineFirst() async throws {
        let topology = try packageRoot().path + "/topology.yaml"
        let bascule = try Stand.bascule
        let arguments = ["get", "sites", "-f", topology]
        let plain = try await run(bascule, arguments)
        #expect(!plain.stdout.contains("\u{1b}["))
        let always = try await run(
            bascule, arguments + ["--color", "always"], environment: ["NO_COLOR": "1"])
        #expect(always.stdout.contains("\u{1b}["))
        let never = try await run(bascule, arguments + ["--color", "always", "--no-color"])
        #expect(never.stdout == plain.stdout)
    }
}
