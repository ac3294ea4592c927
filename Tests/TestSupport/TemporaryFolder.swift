package import Foundation

/// A folder of its own for one test, deleted with all that is in it when nobody holds it any more.
package final class TemporaryFolder: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init() throws {
        // Short, because a Unix socket's path has at most 107 bytes (unix(7)).
        let name = "bt-" + UUID().uuidString.prefix(13)
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        do { try FileManager.default.removeItem(at: url) } catch { print("left behind: \(error)") }
    }

    /// The absolute path of a file in this folder.
    package func file(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file into this folder and returns its absolute path.
    package func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }
}

/// Runs `body` with a fresh folder, which is gone afterwards, also when `body` throws.
nonisolated(nonsending) package func withTemporaryFolder<Result>(
    _ body: (TemporaryFolder) async throws -> Result
) async throws -> Result {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    return try await body(folder)
}
