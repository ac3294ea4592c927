import Foundation
import TestSupport
import Testing

/// What commands say of a control socket, an address or a name that cannot be.
struct SocketServers {
    private func bascule(
        _ arguments: String..., socket: String = "", in folder: TemporaryFolder
    ) async throws -> Finished {
        try await run(
            try Stand.bascule, arguments, environment: ["BASCULE_SOCKET": socket],
            workingFolder: folder.path)
    }

    @Test func anEmptySocketIsTheDefault() async throws {
        try await withTemporaryFolder { folder in
            let done = try await bascule("get", "hosts", in: folder)
            #expect(done.status == 4)
            #expect(done.stderr.contains("no controller answers on state/bascule.sock"))
        }
    }

    @Test func aSocketThatIsTooLongIsAUsageErrorWithTheLimit() async throws {
        let long = "/tmp/" + String(repeating: "a", count: 120)
        try await withTemporaryFolder { folder in
            for done in [
                try await bascule("status", socket: long, in: folder),
                try await bascule("status", "--socket", long, in: folder),
                try await bascule("serve", "--socket", long, in: folder),
            ] {
                #expect(done.status == 64, "\(done.stderr)")
                #expect(done.stderr.contains("has 125 bytes, and a Unix socket's at most 107"))
            }
        }
    }

    @Test func aControllerWhoseSocketCannotBeSaysSoFirst() async throws {
        try await withTemporaryFolder { folder in
            let topology = try packageRoot().path + "/topology.yaml"
            let done = try await bascule(
                "serve", "-f", topology, "--state", "state", "--socket", "/nonexistent/a.sock",
                in: folder)
            #expect(done.status == 1)
            #expect(done.stderr.contains("/nonexistent/a.sock cannot be made: /nonexistent is no"))
            #expect(done.stderr.contains("mend: make it (mkdir -p /nonexistent)"))
            #expect(!done.stderr.contains("serves"))
            #expect(!FileManager.default.fileExists(atPath: folder.file("state")))
        }
    }

    @Test func aHeldPlanIsNotAskedOfAFile() async throws {
        try await withTemporaryFolder { folder in
            let topology = try packageRoot().path + "/topology.yaml"
            let held = try await bascule("plan", "held", "grand-est", "-f", topology, in: folder)
            #expect(held.status == 64)
            #expect(held.stderr.contains("-f has no controller to ask"))
            let lost = try await bascule(
                "plan", "failover", "grand-est", "-f", topology, "--lose", "nosuch", in: folder)
            #expect(lost.status == 3)
        }
    }
}
