import Foundation
import TestSupport
import Testing

/// `bascule readiness` of a real controller, lab and name server.
@Suite(.serialized) struct ReadinessCommandServers {
    @Test(.needs(.dig)) func readinessIsToldInEveryFormAndInTheExitCode() async throws {
        try await withStand { stand in
            try await stand.waitUntilReady()
            let serial = try await stand.serial()
            let well = try await stand.command("readiness")
            #expect(well.status == 0, "\(well.stdout)\(well.stderr)")
            #expect(well.stdout.contains("4 standbys of 2 regions; 4 ready"), "\(well.stdout)")
            let monitor = try await stand.command("readiness", "--nagios")
            #expect(monitor.status == 0)
            #expect(monitor.stdout.hasPrefix("READINESS OK - 4 standbys of 2 regions"))
            #expect(monitor.stdout.hasSuffix(" | ready=4 warning=0 notReady=0\n"))
            #expect(try await stand.serial() == serial, "the zone is as it was")

            let begun = try await stand.command(
                "maintenance", "begin", "ent-c1", "--for", "1h", "--reason", "test")
            #expect(begun.status == 0, "\(begun.stderr)")
            let ill = try await stand.command("readiness")
            #expect(ill.status == 3, "\(ill.stdout)\(ill.stderr)")
            #expect(ill.stdout.contains("maintenance end ent-c1"), "\(ill.stdout)")
            let partly = try await stand.command("readiness", "--nagios")
            #expect(partly.status == 1 && partly.stdout.hasPrefix("READINESS WARNING - "))
            let north = try await stand.command("readiness", "north", "-o", "json")
            #expect(north.status == 3, "\(north.stderr)")
            let document =
                try JSONSerialization.jsonObject(with: Data(north.stdout.utf8)) as? [String: Any]
            #expect(document?["kind"] as? String == "Readiness")
            #expect(!north.stdout.contains("\"south\""), "\(north.stdout)")
        }
    }

    @Test(.needs(.dig)) func aNameServerThatIsGoneLeavesNobodyReady() async throws {
        try await withStand { stand in
            try await stand.waitUntilReady()
            try await stand.nameServerProcess?.stop()
            // What servers answered is kept for ten seconds.
            try await eventually("it is told", within: .seconds(30)) {
                try await stand.command("readiness", "--nagios").status == 2
            }
            let line = try await stand.command("readiness", "--nagios").stdout
            #expect(line.hasPrefix("READINESS CRITICAL - "), "\(line)")
            #expect(line.contains("no standby is ready for north, south"), "\(line)")
            #expect(line.filter(\.isNewline).count == 1)
            let text = try await stand.command("readiness", "south")
            #expect(text.status == 3)
            #expect(text.stdout.contains("5353"), "\(text.stdout)")
        }
    }

    @Test(.needs(.dig)) func anUnknownRegionIsRefused() async throws {
        try await withStand { stand in
            let unknown = try await stand.command("readiness", "nord")
            #expect(unknown.status == 3, "\(unknown.stdout)\(unknown.stderr)")
            #expect(unknown.stderr.contains("nord") && unknown.stderr.contains("north"))
            let monitor = try await stand.command("readiness", "nord", "--nagios")
            #expect(monitor.status == 3)
            #expect(monitor.stdout.hasPrefix("READINESS UNKNOWN - "), "\(monitor.stdout)")
            #expect(monitor.stdout.filter(\.isNewline).count == 1, "\(monitor.stdout)")
        }
    }

    @Test func withoutAControllerAMonitorIsToldOnOneLine() async throws {
        let bascule = try Stand.bascule
        let socket = ["--socket", "/nowhere/bascule.sock"]
        let gone = try await run(bascule, ["readiness", "--nagios"] + socket)
        #expect(gone.status == 3)
        #expect(gone.stdout.hasPrefix("READINESS UNKNOWN - "), "\(gone.stdout)")
        #expect(gone.stdout.filter(\.isNewline).count == 1, "\(gone.stdout)")
        #expect(try await run(bascule, ["readiness"] + socket).status == 4)
        let both = try await run(bascule, ["readiness", "--nagios", "-o", "json"] + socket)
        #expect(both.status == 64, "\(both.stderr)")
    }
}

extension Stand {
    /// Waits until every standby was seen to serve its region.
    fileprivate func waitUntilReady() async throws {
        try await eventually("every standby to be ready", within: .seconds(30)) {
            try await command("readiness", "--nagios").status == 0
        }
    }

    /// The zone's serial, which every change raises.
    fileprivate func serial() async throws -> String {
        let dig = try await TestSupport.run(
            "dig", ["+short", "-p", "5353", "@\(nameServer)", "ent.test", "SOA"])
        guard dig.stdout.split(separator: " ").count == 7 else {
            throw TestSupportError("no SOA: \(dig.stdout)")
        }
        return dig.stdout
    }
}
