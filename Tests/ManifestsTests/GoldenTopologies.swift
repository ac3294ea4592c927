import Foundation
import TestSupport
import Values

/// The topologies of `Tests/Golden/topology`: most of them broken, each with what is said about it
/// in the `.txt` beside it.
enum GoldenTopologies {
    /// Capacities and calendars grow old; the tests stand still.
    static let today: CivilDate = CivilDate(daysSince1970: 20_780)  // 2026-11-23

    static let names: [String] = {
        do {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder().path)
            return files.filter { $0.hasSuffix(".yaml") }.sorted()
        } catch {
            preconditionFailure("Tests/Golden/topology cannot be listed: \(error)")
        }
    }()

    static func bytes(of name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder().appendingPathComponent(name)))
    }

    static func text(of name: String) throws -> String {
        String(decoding: try bytes(of: name), as: UTF8.self)
    }

    private static func folder() throws -> URL {
        try packageRoot().appendingPathComponent("Tests/Golden/topology")
    }
}
