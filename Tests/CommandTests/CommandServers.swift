import Foundation
import TestSupport
import Testing

extension Stand {
    /// The journal as people read it, once it has not grown for a second: on a busy machine the
    /// last verdicts of a start come late.
    fileprivate func settledHistory() async throws -> String {
        var last = ""
        for _ in 0..<20 {
            let now = try await command("history", "-o", "json", "--limit", "1000").stdout
            if now == last { return now }
            last = now
            try await Task.sleep(for: .seconds(1))
        }
        return last
    }
}

/// The operator's commands against a real controller, lab and name server.
@Suite(.serialized) struct CommandServers {
    @Test(.needs(.dig)) func aDryRunTouchesNothing() async throws {
        try await withStand { stand in
            let before = try await stand.settledHistory()
            let dry = try await stand.command("evacuate", "a1", "--dry-run")
            #expect(dry.status == 0)
            #expect(dry.stdout.contains("nothing was touched"))
            let declared = try await stand.command(
                "declare", "lost", "a1", "--reason", "test", "--dry-run")
            #expect(declared.status == 0)
            #expect(try await stand.command("plan", "evacuate", "a1").status == 0)
            let after = try await stand.command("history", "-o", "json", "--limit", "1000").stdout
            #expect(before == after)
            #expect(try await stand.answers("north") == [stand.address(0)])
        }
    }

    @Test(.needs(.dig)) func aPlanIsAppliedOnceAndRefusedWhenItsPremisesMoved() async throws {
        try await withStand { stand in
            let plan = stand.file("plan.json")
            let made = try await stand.command("plan", "evacuate", "a1", "--out", plan)
            #expect(made.status == 0, "\(made.stderr)")
            #expect(try await stand.command("show", plan).stdout.contains("evacuate one/alpha/a1"))
            let unasked = try await stand.command("apply", plan)
            #expect(unasked.status == 3 && unasked.stderr.contains("no terminal to ask on"))
            let applied = try await stand.command("apply", plan, "--yes")
            #expect(applied.status == 0, "\(applied.stdout)\(applied.stderr)")
            let answer = try await stand.answers("north")
            #expect(answer.count == 1 && answer != [stand.address(0)])
            let again = try await stand.command("apply", plan, "--yes")
            #expect(again.status == 3, "\(again.stdout)\(again.stderr)")
            #expect(again.stderr.contains("carried out already"), "\(again.stderr)")
            let nothing = try await stand.command("evacuate", "a1", "--yes")
            #expect(nothing.status == 9, "\(nothing.stdout)\(nothing.stderr)")
        }
    }

    @Test(.needs(.dig)) func aPlanIsWrittenOverPlansAlone() async throws {
        try await withStand { stand in
            let (notes, plan) = (stand.file("notes.yaml"), stand.file("plan.json"))
            try "version: 1".write(toFile: notes, atomically: true, encoding: .utf8)
            let refused = try await stand.command("plan", "evacuate", "a1", "--out", notes)
            #expect(refused.status == 1, "\(refused.stdout)\(refused.stderr)")
            #expect(refused.stderr.contains("is there already and is no plan"))
            #expect(try String(contentsOfFile: notes, encoding: .utf8) == "version: 1")
            for _ in 0..<2 {
                let made = try await stand.command("plan", "evacuate", "a1", "--out", plan)
                #expect(made.status == 0, "\(made.stderr)")
            }
        }
    }

    @Test(.needs(.dig)) func whatIsAskedTwiceOrForNothingIsRefused() async throws {
        try await withStand { stand in
            let others = try await stand.command(
                "plan", "switchover", "north", "--to", "ent-b1", "--move-others")
            #expect(others.status == 1, "\(others.stdout)")
            #expect(others.stderr.contains("others do not move for a host that was named"))
            let twice = try await stand.command(
                "plan", "failover", "north", "-f", stand.file("topology.yaml"), "--capacity",
                "ent-b1=10", "--without", "ent-b1")
            #expect(twice.status == 64, "\(twice.stdout)")
            #expect(twice.stderr.contains("ent-b1 has more than one --capacity or --without"))
        }
    }

    @Test(.needs(.dig)) func aPlanOfBeforeIsPlannedAgainWhenAsked() async throws {
        try await withStand { stand in
            let plan = stand.file("plan.json")
            let made = try await stand.command(
                "plan", "switchover", "north", "--to", "ent-b1", "--out", plan)
            #expect(made.status == 0, "\(made.stderr)")
            let edited = try String(contentsOfFile: plan, encoding: .utf8)
                .replacingOccurrences(of: "ent-b1", with: "ent-c1")
            try edited.write(toFile: stand.file("edited.json"), atomically: true, encoding: .utf8)
            let refused = try await stand.command("apply", stand.file("edited.json"), "--yes")
            #expect(refused.status == 65 && refused.stderr.contains("its seal does not fit"))

            let moved = try await stand.command("switchover", "north", "--to", "ent-c1", "--yes")
            #expect(moved.status == 0, "\(moved.stderr)")
            let stale = try await stand.command("apply", plan, "--yes")
            #expect(stale.status == 8, "\(stale.stdout)\(stale.stderr)")
            let again = try await stand.command("apply", plan, "--replan", "--yes")
            #expect(again.status == 0, "\(again.stdout)\(again.stderr)")
            #expect(again.stderr.contains("changed: north is at ent-c1"), "\(again.stderr)")
            #expect(again.stderr.contains("planned again"), "\(again.stderr)")
            #expect(try await stand.answers("north") == [stand.address(1)])
        }
    }

    @Test(.needs(.dig)) func survivalIsAskedOfTheControllerAndOfAFile() async throws {
        try await withStand { stand in
            let all = try await stand.command("survive")
            #expect(all.status == 3, "\(all.stdout)\(all.stderr)")
            // The only name server stands at c1.
            #expect(all.stdout.contains("no name server of"), "\(all.stdout)")
            let one = try await stand.command("survive", "--lose", "a1")
            #expect(one.status == 0, "\(one.stdout)\(one.stderr)")
            #expect(one.stdout.contains("ent-c1") && !one.stdout.contains("south"))
            let night = try await stand.command(
                "survive", "--lose", "a1", "--at", "2030-01-07T03:00:00Z")
            #expect(night.stdout.contains("2030-01-07 03:00Z"), "\(night.stdout)\(night.stderr)")
            let monitor = try await stand.command("survive", "--depth", "1", "--nagios")
            #expect(monitor.status == 2)
            #expect(monitor.stdout.hasPrefix("SURVIVE CRITICAL - "), "\(monitor.stdout)")
            #expect(monitor.stdout.contains(" | fits=2 rationed=0 overloaded=0 lost=1"))
            let file = try await stand.command(
                "survive", "-f", stand.file("topology.yaml"), "--lose", "a1", "--capacity",
                "ent-b1=1", "--without", "ent-c1", "-o", "json")
            #expect(file.status == 3)
            #expect(file.stdout.contains("overloaded"), "\(file.stdout)")

            // What is so now counts, and not what was kept.
            let moved = try await stand.command("switchover", "north", "--to", "ent-b1", "--yes")
            #expect(moved.status == 0, "\(moved.stderr)")
            let after = try await stand.command("survive", "--lose", "a1")
            #expect(after.stdout.contains("No region is hit"), "\(after.stdout)")
            let unknown = try await stand.command("survive", "--lose", "one/alpha/a9")
            #expect(unknown.status == 3, "\(unknown.stderr)")
            #expect(unknown.stderr.contains("there is no failure domain"), "\(unknown.stderr)")
        }
        let gone = try await run(
            try Stand.bascule, ["survive", "--nagios", "--socket", "/nowhere/bascule.sock"])
        #expect(gone.status == 3 && gone.stdout.hasPrefix("SURVIVE UNKNOWN - "), "\(gone.stdout)")
    }

    @Test(.needs(.dig)) func aPauseHoldsAndAnApprovalBringsHome() async throws {
        try await withStand { stand in
            let paused = try await stand.command("pause", "--for", "1h", "--reason", "test")
            #expect(paused.status == 0, "\(paused.stderr)")
            try await stand.lab("burn", "a1")
            try await eventually("the pause is shown to hold", within: .seconds(20)) {
                let text = try await stand.command("explain", "north").stdout
                return text.replacingOccurrences(of: "\n", with: " ").contains("held by a pause")
            }
            #expect(try await stand.answers("north") == [stand.address(0)])
            #expect(try await stand.command("resume").status == 0)
            try await eventually("north moves", within: .seconds(20)) {
                try await stand.answers("north") != [stand.address(0)]
            }
            try await stand.lab("heal", "a1")
            let run = try await eventuallyValue("the way home asks", within: .seconds(60)) {
                let runs = try await stand.command("run", "list").stdout
                return runs.split(separator: "\n").first { $0.contains("waits for approval") }
                    .map { String($0.prefix { $0 != " " }) }
            }
            #expect(try await stand.command("run", "approve", run).status == 0)
            try await eventually("north is home", within: .seconds(30)) {
                try await stand.answers("north") == [stand.address(0)]
            }
        }
    }

    @Test(.needs(.dig)) func aForeignHandIsPagedAndAnInvalidReloadRefused() async throws {
        try await withStand { stand in
            _ = try stand.folder.write("version: 1\nregionz: {}\n", to: "topology.yaml")
            stand.controller?.signal(SIGHUP)
            try await eventually("the reload is refused", within: .seconds(10)) {
                stand.controller?.errors.contains("the old topology goes on") ?? false
            }
            #expect(try await stand.command("status").stdout.contains("c1 leads"))
            _ = try stand.folder.write(stand.topology(), to: "topology.yaml")
            stand.controller?.signal(SIGHUP)
            try await eventually("the good one is read", within: .seconds(10)) {
                stand.controller?.errors.contains("reloaded: topology") ?? false
            }
            let ended = try await stand.controller?.stop()
            #expect(ended == 0)
            #expect(stand.controller?.errors.contains("ended cleanly") ?? false)
        }
    }

    @Test(.needs(.dig)) func aSecondControllerOnTheSameJournalWaitsAndSaysForWhom() async throws {
        try await withStand { stand in
            let second = try stand.child(
                "serve", "--state", stand.file("state"), "--socket", stand.file("second.sock"))
            try await eventually("it says for whom", within: .seconds(10)) {
                second.errors.contains("waiting for controller c1, process")
            }
            try await second.stop()
        }
    }

    @Test(
        .needs(.dig),
        .enabled(if: SmallDisk.isPossible, "no disk can be mounted: it takes root"))
    func aDiskThatIsFullAtTheStartIsObservedUntilThereIsRoom() async throws {
        try await withStand { stand in
            try await stand.controller?.stop()
            let disk = try SmallDisk(kilobytes: 16 << 10)
            try disk.fill()
            let socket = stand.file("state/bascule.sock")
            let full = try stand.child("serve", "--state", disk.path, "--socket", socket)
            try await eventually("it observes", within: .seconds(10)) {
                try await stand.command("status", "-o", "json").stdout.contains("is full")
            }
            #expect(try await stand.command("pause", "--for", "1h", "--reason", "x").status == 4)
            try disk.makeRoom()
            try await eventually("it leads", within: .seconds(20)) {
                try await stand.command("status").stdout.contains("c1 leads")
            }
            try await full.stop()
        }
    }

    @Test(
        .needs(.dig),
        .enabled(if: SmallDisk.isPossible, "no disk can be mounted: it takes root"))
    func aJournalThatIsReadOnlyAtTheStartIsReadAndObserved() async throws {
        try await withStand { stand in
            let disk = try SmallDisk(kilobytes: 16 << 10)
            let socket = stand.file("state/bascule.sock")
            try await stand.controller?.stop()
            let first = try stand.child("serve", "--state", disk.path, "--socket", socket)
            try await eventually("it leads", within: .seconds(20)) {
                try await stand.command("status").stdout.contains("c1 leads")
            }
            try await first.stop()
            try disk.becomeReadOnly()
            let second = try stand.child("serve", "--state", disk.path, "--socket", socket)
            try await eventually("it observes", within: .seconds(10)) {
                try await stand.command("status", "-o", "json").stdout.contains("read-only")
            }
            #expect(try await stand.command("history").stdout.contains("c1 leads"))
            try await second.stop()
            #expect(second.errors.contains("ended cleanly"))
        }
    }

    @Test func withoutAControllerAndWithBadFilesTheExitCodesTell() async throws {
        let folder = try TemporaryFolder()
        let bascule = try Stand.bascule
        let nobody = try await run(bascule, ["status", "--socket", folder.file("none.sock")])
        #expect(nobody.status == 4 && nobody.stderr.contains("bascule serve"))
        let bad = try folder.write("version: 1\nhostz: {}\n", to: "topology.yaml")
        let root = try packageRoot().path
        let invalid = try await run(bascule, ["validate", bad, "--playbooks", root + "/playbooks"])
        #expect(invalid.status == 65 && invalid.stderr.contains("mend:"), "\(invalid.stderr)")
        let good = try await run(bascule, ["validate", root + "/topology.yaml"])
        #expect(good.status == 0 && good.stdout.contains("good."), "\(good.stderr)")
        #expect(try await run(bascule, ["plan", "evacuate"]).status == 64)
        let planned = try await run(
            bascule,
            ["plan", "evacuate", "sbg2", "-f", root + "/topology.yaml", "--detailed-exitcode"])
        #expect(planned.status == 2, "\(planned.stderr)")
    }
}
