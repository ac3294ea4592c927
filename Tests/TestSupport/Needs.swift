import Foundation
package import Testing

/// A program outside this package that a test of an edge drives.
package enum Program: String, CaseIterable, Sendable {
    case haproxy, dig, kdig, nsupdate, curl, ps, openssl, prometheus
    case systemdAnalyze = "systemd-analyze"

    /// Where it is installed, or nil; Debian keeps servers in `/usr/sbin`, outside users' PATH.
    package var path: String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        return folders.map { "\($0)/\(rawValue)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// For a test that has declared `.needs`: the path, or an error that says how to get it.
    package func requiredPath() throws -> String {
        guard let path else { throw MissingProgram(name: rawValue) }
        return path
    }
}

/// A program that a test needs is not there.
package struct MissingProgram: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "\(name) is not installed; get it with: scripts/setup" }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, loudly, where `program` is missing; `REQUIRE_SERVERS=1` makes it fail.
    package static func needs(
        _ program: Program, sourceLocation: SourceLocation = #_sourceLocation
    ) -> Self {
        let missing = MissingProgram(name: program.rawValue)
        return .enabled("\(missing)", sourceLocation: sourceLocation) {
            if program.path != nil { return true }
            if areServersRequired { throw missing }
            return false
        }
    }
}

private var areServersRequired: Bool {
    ProcessInfo.processInfo.environment["REQUIRE_SERVERS"] == "1"
}
