import ControlAPI
import Documents
import Foundation
import Glibc
import Situations
import TestSupport
import Testing
import Values

/// The socket itself: who may open it, what is there before and after, and what hostile requests
/// get.
@Suite(.timeLimit(.minutes(2)))
struct ControlSocketServers {
    @Test func onlyItsOwnerMayOpenTheSocket() async throws {
        try await withAPI(isRunning: false) { bench async throws in
            try await eventually("its mode to be set") {
                try mode(of: bench.client.socketPath)
                    == (FileAttributeType.typeSocket.rawValue, 0o600)
            }
        }
    }

    @Test func aSocketThatWasLeftBehindIsReplaced() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("old.sock")
            try leaveSocket(at: path)
            try await withAPI(isRunning: false, socket: path) { bench async throws in
                _ = try await bench.client.status()
            }
        }
    }

    @Test func anyOtherFileIsLeftAlone() async throws {
        try await withTemporaryFolder { folder in
            let path = try folder.write("regions:\n", to: "topology.yaml")
            await #expect(throws: Fault.self) {
                try await withAPI(isRunning: false, socket: path) { _ in }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "regions:\n")
        }
    }

    @Test func nobodyListeningIsSaidWithTheMend() async throws {
        try await withTemporaryFolder { folder in
            let left = folder.file("left.sock")
            try leaveSocket(at: left)
            for path in [folder.file("none.sock"), left] {
                let error = await #expect(throws: ControlClient.Unreachable.self) {
                    _ = try await ControlClient(socketPath: path).status()
                }
                let text = error?.description ?? ""
                #expect(text.hasPrefix("no controller answers on \(path): "))
                #expect(text.contains("mend: start one with `bascule serve`"))
            }
        }
    }

    @Test func afterTheEndNobodyAnswers() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("c.sock")
            try await withAPI(isRunning: false, socket: path) { _ in }
            await #expect(throws: ControlClient.Unreachable.self) {
                _ = try await ControlClient(socketPath: path).status()
            }
        }
    }

    @Test(
        .needs(.curl),
        arguments: [
            (path: "plan", body: "{\"intent\": ", what: "the request cannot be read: "),
            (path: "plan", body: "", what: "the request cannot be read: "),
            (path: "plan", body: "{\"intent\": {}}", what: "the request cannot be read: "),
            (path: "command", body: "[1, 2]", what: "the request cannot be read: "),
        ])
    func aRequestThatCannotBeReadIsAnsweredInWords(path: String, body: String, what: String)
        async throws
    {
        try await withAPI(isRunning: false) { bench async throws in
            let answer = try await posted(body, to: "/v1/\(path)", at: bench.client.socketPath)
            #expect(answer.status == 400)
            let fault = try JSONDecoder().decode(ErrorMessage.self, from: Data(answer.body.utf8))
            #expect(fault.error.what.hasPrefix(what))
            #expect(!fault.error.mend.isEmpty)
        }
    }

    @Test(.needs(.curl)) func aRequestThatIsTooLongIsRefused() async throws {
        try await withAPI(isRunning: false) { bench async throws in
            let body = String(repeating: " ", count: 16 * 1024 * 1024 + 1)
            let answer = try await posted(body, to: "/v1/plan", at: bench.client.socketPath)
            #expect(answer.status == 400)
            #expect(answer.body.contains("the request is longer than 16777216 bytes"))
            _ = try await bench.client.status()
        }
    }

    @Test(.needs(.curl)) func aPathThatNobodyKnowsIsNotFound() async throws {
        try await withAPI(isRunning: false) { bench async throws in
            let path = bench.client.socketPath
            #expect(try await posted("{}", to: "/v9/plan", at: path).status == 404)
            #expect(try await posted("{}", to: "/v1/status", at: path).status == 404)
        }
    }

    private func posted(_ body: String, to path: String, at socket: String) async throws -> (
        status: Int, body: String
    ) {
        let folder = try TemporaryFolder()
        let file = try folder.write(body, to: "body")
        let finished = try await TestSupport.run(
            Program.curl.requiredPath(),
            [
                "--silent", "--show-error", "--max-time", "20", "--unix-socket", socket,
                "--header", "Expect:", "--data-binary", "@\(file)", "--write-out",
                "\n%{http_code}", "http://localhost\(path)",
            ], within: .seconds(30))
        let lines = finished.stdout.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    private func mode(of path: String) throws -> (type: String, permissions: Int) {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (
            (attributes[.type] as? FileAttributeType)?.rawValue ?? "",
            (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        )
    }

    /// A socket file whose owner is gone, as after a power cut.
    private func leaveSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0
            }
        }
        guard isBound else { throw TestSupportError("bind \(path): errno \(errno)") }
    }
}
