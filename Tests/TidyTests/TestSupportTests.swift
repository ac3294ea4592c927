import Testing
import TestSupport

/// The tools that the other tests trust.
struct TestSupportTests {
    @Test func aProgramsOutputAndStatusAreReturned() async throws {
        let finished = try await run("sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(finished.status == 3)
        #expect(finished.stdout == "out\n")
        #expect(finished.stderr == "err\n")
    }

    @Test func aProgramThatTakesTooLongIsKilledAndReported() async throws {
        await #expect(throws: TestSupportError.self) {
            try await run("sleep", ["3600"], within: .milliseconds(50))
        }
    }

    @Test func aProgramThatDoesNotExistIsAnError() throws {
        #expect(throws: TestSupportError.self) { try ChildProcess("/nowhere/at-all", []) }
    }

    @Test func aChildIsGoneAfterTheTestAlsoWhenItThrows() async throws {
        var pid: Int32 = 0
        await #expect(throws: CancellationError.self) {
            try await withChild("sleep", ["3600"]) { child in
                pid = child.pid
                throw CancellationError()
            }
        }
        let seen = try await run("sh", ["-c", "kill -0 \(pid)"])
        #expect(seen.status != 0, "process \(pid) is still there")
    }

    @Test func aChildThatIgnoresTermIsKilled() async throws {
        let child = try ChildProcess("sh", ["-c", "trap '' TERM; echo up; exec sleep 3600"])
        try await eventually("the shell to set its trap") { child.output == "up\n" }
        #expect(try await child.stop(within: .milliseconds(100)) == 128 + 9)
    }

    @Test func waitingEndsWithTheReason() async throws {
        await #expect(throws: TestSupportError.self) {
            try await eventually("never", within: .milliseconds(30)) { false }
        }
    }

    @Test func freePortsAreBoundToAddressesOfTheirOwn() throws {
        let (one, other) = (try FreePort(), try FreePort())
        #expect(one.number > 0 && other.number > 0)
        #expect(one.address != other.address)
        #expect(one.address.hasPrefix("127."))
    }

    @Test func aTemporaryFolderIsGoneAfterwards() async throws {
        let path = try await withTemporaryFolder { folder in
            try folder.write("x", to: "file")
        }
        #expect(try await run("test", ["-e", path]).status == 1)
    }

    @Test(arguments: [
        (why: "equal texts", golden: "a\nb\n", text: "a\nb\n", shown: nil),
        (why: "one line changed", golden: "a\nb\nc\n", text: "a\nx\nc\n", shown: "-2: b\n+2: x"),
        (why: "a missing last newline", golden: "a\n", text: "a", shown: "-2: "),
    ])
    func differencesAreShownByLine(why: String, golden: String, text: String, shown: String?) {
        #expect(lineDifference(from: golden, to: text) == shown, "\(why)")
    }
}
