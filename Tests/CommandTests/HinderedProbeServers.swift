import Foundation
import TestSupport
import Testing

/// A program of a probe that is not there: told beforehand, told when it happens, and no evidence.
@Suite(.serialized) struct HinderedProbeServers {
    @Test(.needs(.dig)) func aProgramThatGoesIsToldAndHoldsNoVerdict() async throws {
        let stand = try Stand()
        let program = try stand.folder.write("#!/bin/sh\nexit 0\n", to: "check")
        let check = ", {exec: {command: [\(program)]}}]"
        let topology = stand.topology().replacingOccurrences(
            of: "body: north}}]", with: "body: north}}" + check)
        _ = try stand.folder.write(topology, to: "topology.yaml")
        let validated = try await run(
            try Stand.bascule, ["validate", stand.file("topology.yaml")])
        #expect(validated.status == 0)
        #expect(
            validated.stdout.contains(
                "warning: on this machine \(program) cannot be started: Permission denied"),
            "\(validated.stdout)")
        #expect(validated.stdout.contains("topology.yaml:"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        try await stand.start()
        try FileManager.default.removeItem(atPath: program)
        let why = "\(program) cannot be started: No such file or directory"
        try await eventually("it is paged", within: .seconds(20)) {
            stand.controller?.errors.contains("PAGE  \(why)") ?? false
        }
        // The host falls and comes back by the probes that are left.
        try await stand.lab("burn", "a1")
        try await eventually("it is lost", within: .seconds(30)) {
            try await stand.command("get", "hosts").stdout.contains("lost")
        }
        try await stand.lab("heal", "a1")
        try await eventually("it is up", within: .seconds(30)) {
            try await stand.command("status").stdout.contains("ent-a1 up")
        }
        let status = try await stand.command("status").stdout.joinedWords
        #expect(status.contains(why), "\(status)")
        let described = try await stand.command("describe", "ent-a1", "-o", "json").stdout
        #expect(described.contains("No such file or directory"), "\(described)")
        try await stand.stopAll()
    }
}

extension String {
    /// Without the breaks of lines that are too long for a screen.
    fileprivate var joinedWords: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
