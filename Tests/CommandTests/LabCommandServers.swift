import Foundation
import TestSupport
import Testing

/// What is told to a running lab from another terminal.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LabCommandServers {
    @Test func overloadIsCommandedAndCounted() async throws {
        try await withLab { lab in
            let surge = try await lab("surge", "north", "--factor", "2.5", "--over", "1s")
            #expect(surge.stdout == "north: demand grows to 2.5 times over 1s\n")
            let attack = try await lab("attack", "north", "--rate", "20")
            #expect(attack.stdout.hasPrefix("north is attacked: 20 requests a second"))
            let source = try await lab("load-source", "ent-a1", "dies")
            #expect(source.stdout == "the load source of ent-a1 is dead\n")
            let users = try await lab("users", "--output", "json", "--anew")
            let document = try JSONSerialization.jsonObject(with: Data(users.stdout.utf8))
            let regions = try #require((document as? [String: Any])?["regions"] as? [Any])
            let region = try #require(regions.first as? [String: Any])
            let classes = try #require(region["classes"] as? [[String: Any]])
            let names = classes.compactMap { $0["classID"] as? String }
            #expect(names == ["staff", "pupils", "(attack)"])
        }
    }

    @Test func whatIsWrongEndsWithTheCodeOfAWrongName() async throws {
        try await withLab { lab in
            let region = try await lab("surge", "nort", "--factor", "2", "--over", "1s")
            #expect(region.status == 3 && region.stderr.contains("did you mean 'north'?"))
            let fate = try await lab("load-source", "ent-a1", "sleeps")
            #expect(fate.status == 64, "\(fate.stderr)")
        }
    }

    @Test func aKeyThatIsNoneIsRefused() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(topology(on: Loopback.freshAddress()), to: "topology.yaml")
        let key = try folder.write("no key!\n", to: "key")
        let lab = try await run(
            try Stand.bascule,
            ["lab", "run", "-f", file, "--lab-socket", folder.file("s"), "--gate-key", key])
        #expect(lab.status == 65 && lab.stderr.contains("openssl rand -base64 32"), "\(lab.stderr)")
    }

    /// A lab with two classes and no name server: nobody is served, and everybody is counted.
    private func withLab(
        _ body: (_ lab: (String...) async throws -> Finished) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(topology(on: Loopback.freshAddress()), to: "topology.yaml")
        let socket = folder.file("lab.sock")
        let child = try ChildProcess(
            try Stand.bascule, ["lab", "run", "-f", file, "--lab-socket", socket, "--users", "1"])
        try await eventually("the lab stands", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: socket)
        }
        do {
            try await body { (words: String...) in
                try await run(try Stand.bascule, ["lab"] + words + ["--lab-socket", socket])
            }
        } catch {
            try await child.stop()
            throw error
        }
        try await child.stop()
    }

    private func topology(on address: String) -> String {
        let nameServer =
            "{address: \"\(address):5353\", site: a1, update: true, tsigKeyFile: none.key}"
        return """
            version: 1
            providers: {one: {}}
            sites: {a1: {provider: one, domain: one/alpha/a1}}
            hosts:
              ent-a1: {site: a1, addresses: {ipv4: "\(address):8080"}, capacity: {users: 100}}
            zones: {ent.test: {servers: [\(nameServer)]}}
            classes: [{name: staff, knownBy: cookie}, {name: pupils, knownBy: cookie}]
            regions:
              north:
                demand: {peakUsers: 100, curve: flat, shares: {staff: 20%, pupils: 80%}}
                probes: [{http: {host: north.ent.test, path: /health, body: north}}]
                primary: ent-a1
                standbys: []
                frontDoors: [{dns: {name: north.ent.test, ttl: 1s}}]

            """
    }
}
