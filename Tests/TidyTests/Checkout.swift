import Foundation
import TestSupport

/// The repository that the tests were built from.
struct Checkout: Sendable {
    let root: URL
    let files: [SourceFile]
    let manifest: Manifest

    init() throws {
        root = try packageRoot()
        let paths = try Self.paths(below: ["Sources", "Tests"], of: root)
        let root = root
        // What libFuzzer links is C's to see, and is no part of any target.
        let swift = paths.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Tests/Fuzz/") }
        files = try swift.map {
            SourceFile(path: $0, text: try Self.text(of: $0, in: root))
        }
        manifest = Manifest(text: try Self.text(of: "Package.swift", in: root))
    }

    /// Every file that is tracked by git; where there is no git, every file of the source folders.
    func trackedTexts() async throws -> [(path: String, text: String)] {
        let listed = try await run("git", ["-C", real.path, "ls-files", "-z"])
        let paths =
            listed.status == 0
            ? listed.stdout.split(separator: "\0").map(String.init)
            : try Self.paths(below: ["Sources", "Tests", "docs", "scripts"], of: real)
        return paths.compactMap { path in
            let data = FileManager.default.contents(atPath: real.appendingPathComponent(path).path)
            return data.flatMap { String(data: $0, encoding: .utf8) }.map { (path, $0) }
        }
    }

    /// The checkout itself where this package only links to it.
    var real: URL {
        root.appendingPathComponent("Tests").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    /// The folders directly below one folder, without hidden ones.
    func folders(in name: String) throws -> [String] {
        let folder = real.appendingPathComponent(name)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
            var isFolder: ObjCBool = false
            let path = folder.appendingPathComponent(name).path
            return !name.hasPrefix(".")
                && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }

    private static func paths(below folders: [String], of root: URL) throws -> [String] {
        try folders.flatMap { folder -> [String] in
            let path = root.appendingPathComponent(folder).resolvingSymlinksInPath().path
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            return try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
                .map { "\(folder)/\($0)" }
        }
    }

    private static func text(of path: String, in root: URL) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}
