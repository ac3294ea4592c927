import Foundation
import TestSupport
import Testing

/// What verbs that change where users go ask, say and answer with.
@Suite(.serialized) struct ActingServers {
    /// The same on a terminal of its own (script(1), util-linux), with these keys typed.
    private func typing(
        _ keys: String, _ stand: Stand, _ arguments: String
    ) async throws -> Finished {
        let bascule = try Stand.bascule
        let socket = stand.file("state/bascule.sock")
        return try await run(
            "/bin/sh",
            [
                "-c",
                "(sleep 2; printf '\(keys)'; sleep 10) | timeout 60 script -qec "
                    + "'\(bascule) \(arguments)' /dev/null",
            ], environment: ["BASCULE_SOCKET": socket, "NO_COLOR": "1"], within: .seconds(70))
    }

    @Test(.needs(.dig)) func withoutATerminalDangerousVerbsRefuse() async throws {
        try await withStand { stand in
            for words in [
                ["evacuate", "a1"], ["failover", "north"],
                ["switchover", "north", "--to", "ent-b1"], ["drain", "a1", "--reason", "x"],
                ["declare", "lost", "a1", "--reason", "x"], ["step-down", "--reason", "x"],
                ["playbook", "run", "evacuate", "--region", "north"],
            ] {
                let refused = try await run(
                    try Stand.bascule, words,
                    environment: ["BASCULE_SOCKET": stand.file("state/bascule.sock")])
                #expect(refused.status == 3, "\(words): \(refused.stderr)")
                #expect(refused.stderr.contains("no terminal to ask on"), "\(words)")
            }
            #expect(try await stand.answers("north") == [stand.address(0)])
            #expect(
                try await stand.command("failover", "north", "--force", "--yes").status == 64)
            let unknown = try await stand.command("drain", "ent-a", "--reason", "x", "--yes")
            #expect(unknown.status == 3 && unknown.stderr.contains("did you mean 'ent-a1'?"))
        }
    }

    @Test(.needs(.dig)) func onATerminalTheNameIsAskedAndOnlyThatNameActs() async throws {
        try await withStand { stand in
            let wrong = try await typing("south\\n", stand, "switchover north --to ent-b1")
            #expect(wrong.status == 3, "\(wrong.stdout)")
            #expect(wrong.stdout.contains("This touches:"))
            #expect(wrong.stdout.contains("100 users at their peak"))
            #expect(wrong.stdout.contains("That is not north: nothing was touched."))
            #expect(try await stand.answers("north") == [stand.address(0)])
            let right = try await typing("north\\n", stand, "switchover north --to ent-b1")
            #expect(right.status == 0, "\(right.stdout)")
            #expect(right.stdout.contains("The new answer is everywhere since"))
            #expect(right.stdout.contains("Old answers are out of use since"))
            #expect(try await stand.answers("north") == [stand.address(1)])
        }
    }

    /// Found by a new user: `adopt` of an address of nobody asked nothing, and had no way back.
    @Test(.needs(.dig), .needs(.nsupdate)) func adoptOfNoHostAsksAndReassertUndoesIt() async throws
    {
        try await withStand { stand in
            try await stand.point("north", at: "192.0.2.77")
            try await eventually("it is drifted", within: .seconds(20)) {
                try await stand.command("status").stdout.contains("drifted")
            }
            let door = "dns:north.ent.test"
            let asked = try await run(
                try Stand.bascule, ["adopt", door],
                environment: ["BASCULE_SOCKET": stand.file("state/bascule.sock")])
            #expect(asked.status == 3 && asked.stderr.contains("no terminal to ask on"))
            #expect(try await stand.command("adopt", door, "--yes").status == 0)
            let page = "nobody that we know serves north"
            try await eventually("it is paged", within: .seconds(10)) {
                stand.controller?.errors.contains(page) ?? false
            }
            let status = try await stand.command("status").stdout
            #expect(status.contains("nobody that we know"), "\(status)")
            let back = try await stand.command("reassert", door, "--yes")
            #expect(back.status == 0, "\(back.stdout)\(back.stderr)")
            #expect(try await stand.answers("north") == [stand.address(0)])
        }
    }

    @Test(.needs(.dig)) func aDrainEmptiesUntilUndrainAndARunIsRolledBack() async throws {
        try await withStand { stand in
            let drained = try await stand.command(
                "drain", "ent-a1", "--reason", "disks", "--yes")
            #expect(drained.status == 0, "\(drained.stdout)\(drained.stderr)")
            #expect(try await stand.answers("north") != [stand.address(0)])
            let status = try await stand.command("status").stdout
            #expect(status.contains("Drained: host ent-a1"), "\(status)")
            let home = try await stand.command("failback", "north", "--yes")
            #expect(home.status == 3, "\(home.stdout)")
            #expect(try await stand.command("undrain", "ent-a1").status == 0)
            #expect(try await stand.command("undrain", "ent-a1").status == 9)
            let runs = try await stand.command("run", "list").stdout
            let run = runs.split(separator: "\n").last.map { String($0.prefix { $0 != " " }) }
            let back = try await stand.command(
                "run", "rollback", try #require(run), "--reason", "done", "--yes")
            #expect(back.status == 0, "\(back.stdout)\(back.stderr)")
            #expect(try await stand.answers("north") == [stand.address(0)])
            let nothing = try await stand.command("run", "retry", try #require(run), "--yes")
            #expect(nothing.status == 9 || nothing.status == 3)
        }
    }

    @Test(.needs(.dig)) func ctrlCStopsWatchingAndTheRunGoesOn() async throws {
        try await withStand { stand in
            try await stand.lab("burn", "a1")
            try await eventually("north moves", within: .seconds(30)) {
                try await stand.answers("north") != [stand.address(0)]
            }
            try await stand.lab("heal", "a1")
            let run = try await eventuallyValue("the way home asks", within: .seconds(60)) {
                let runs = try await stand.command("run", "list").stdout
                return runs.split(separator: "\n").first { $0.contains("waits for approval") }
                    .map { String($0.prefix { $0 != " " }) }
            }
            let watching = try ChildProcess(
                try Stand.bascule, ["run", "show", run, "--watch"],
                environment: ["BASCULE_SOCKET": stand.file("state/bascule.sock")])
            try await eventually("it shows what is waited for", within: .seconds(20)) {
                watching.output.contains("waits for a person's approval until")
            }
            watching.signal(SIGINT)
            #expect(try await watching.waitForExit(within: .seconds(10)) == 130)
            #expect(watching.errors.contains("run abort \(run) --reason"))
            #expect(
                try await stand.command("run", "show", run).stdout.contains("waits for approval"))
        }
    }

    @Test(.needs(.dig)) func whoCannotBeMovedIsNamedAndTheExitCodeTells() async throws {
        try await withStand(prepared: { stand in
            let text = stand.topology().replacingOccurrences(
                of: "standbys: [ent-c1, ent-a1]", with: "standbys: [ent-a1]")
            _ = try stand.folder.write(text, to: "topology.yaml")
        }) { stand in
            let moved = try await stand.command("switchover", "north", "--to", "ent-b1", "--yes")
            #expect(moved.status == 0, "\(moved.stderr)")
            let drained = try await stand.command("drain", "ent-a1", "--reason", "disks", "--yes")
            #expect(drained.status == 0, "\(drained.stderr)")
            let evacuated = try await stand.command("evacuate", "b1", "--yes")
            #expect(evacuated.status == 6, "\(evacuated.stdout)\(evacuated.stderr)")
            #expect(evacuated.stdout.contains("NOT MOVED by this plan:"))
            #expect(evacuated.stderr.contains("south stays: no host may take the users of south"))
            #expect(try await stand.answers("north") == [stand.address(2)])
        }
    }

    @Test(.needs(.dig)) func aDryRunIsRefusedAsTheCommandWouldBe() async throws {
        try await withStand { stand in
            let file = stand.file("p.json")
            let planned = try await stand.command(
                "plan", "switchover", "north", "--to", "ent-b1", "--out", file)
            #expect(planned.status == 0, "\(planned.stderr)")
            let good = try await stand.command("apply", file, "--dry-run")
            #expect(good.status == 0 && good.stdout.contains("nothing was touched"))
            let moved = try await stand.command("switchover", "north", "--to", "ent-c1", "--yes")
            #expect(moved.status == 0, "\(moved.stderr)")
            let stale = try await stand.command("apply", file, "--dry-run")
            #expect(stale.status == 8, "\(stale.stdout)\(stale.stderr)")
            let mute = try await stand.command("drain", "ent-a1", "--reason", "", "--dry-run")
            #expect(mute.status == 3 && mute.stderr.contains("reason"), "\(mute.stderr)")
            let runs = try await stand.command("run", "list", "-o", "json").stdout
            #expect(runs.components(separatedBy: "\"phase\"").count == 2, "one run: \(runs)")
        }
    }

    @Test(.needs(.dig)) func aControllerStepsDownAndLeadsAgain() async throws {
        try await withStand { stand in
            let down = try await stand.command(
                "step-down", "--reason", "kernel", "--for", "5s", "--yes")
            #expect(down.status == 0, "\(down.stderr)")
            try await eventually("it only observes", within: .seconds(10)) {
                try await stand.command("status").stdout.contains("stepped down until")
            }
            try await eventually("it leads again", within: .seconds(30)) {
                try await stand.command("status").stdout.contains("c1 leads")
            }
        }
    }
}
