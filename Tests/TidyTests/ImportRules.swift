/// Rules that hold files, Package.swift and the table of rooms against each other.
enum ImportRules {
    /// Modules that come with the toolchain.
    private static let toolchain: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
        "Testing",
    ]

    /// Imports point from edge to core, and edges never import each other.
    static func direction(of file: SourceFile) -> [Finding] {
        guard !file.isTest, let importable = House.importable(by: file.target) else { return [] }
        return file.imports.filter { House.rooms.contains($0.module) }
            .filter { !importable.contains($0.module) }
            .map {
                let areEdges = House.edges.contains(file.target) && House.edges.contains($0.module)
                let why = areEdges ? "; edges never import each other" : ""
                return Finding(
                    path: file.path, line: $0.line,
                    what: "\(file.target) may not import \($0.module)\(why)",
                    mend:
                        "imports point from edge to core (docs/architecture.md); use a port"
                )
            }
    }

    /// What is imported is declared in Package.swift, or the build works by luck.
    static func declaration(of file: SourceFile, in manifest: Manifest) -> [Finding] {
        let allowed = manifest.declared(for: file.target).union(toolchain)
        return file.imports.filter { !allowed.contains($0.module) }.map {
            Finding(
                path: file.path, line: $0.line,
                what: "\(file.target) imports \($0.module), which Package.swift does not give it",
                mend: "add it to the dependencies of \(file.target), or import what is declared")
        }
    }

    /// Package.swift follows the table of rooms.
    static func direction(of manifest: Manifest) -> [Finding] {
        manifest.targets.keys.sorted().flatMap { target -> [Finding] in
            guard let importable = House.importable(by: target) else { return [] }
            let ours = (manifest.targets[target] ?? []).intersection(House.rooms)
            return ours.subtracting(importable).sorted().map {
                Finding(
                    path: "Package.swift", line: 1, what: "\(target) may not depend on \($0)",
                    mend: "imports point from edge to core (docs/architecture.md)")
            }
        }
    }

    /// Every folder of Sources is a target that the table of rooms knows, with a test folder.
    static func layout(
        sources: [String], tests: [String], manifest: Manifest
    ) -> [Finding] {
        let commands = House.withoutTests
        return sources.sorted().flatMap { folder -> [Finding] in
            var whats: [(String, String)] = []
            if manifest.targets[folder] == nil {
                whats.append(("is no target", "declare it in Package.swift, or delete it"))
            }
            if !House.rooms.contains(folder), !commands.contains(folder) {
                whats.append(
                    ("is no room of the house", "add it to House.swift, with what it imports"))
            }
            if !commands.contains(folder), !tests.contains("\(folder)Tests") {
                whats.append(("has no tests", "add Tests/\(folder)Tests"))
            }
            if !commands.contains(folder), manifest.targets["\(folder)Tests"] == nil {
                whats.append(("has no test target", "declare \(folder)Tests in Package.swift"))
            }
            return whats.map {
                Finding(
                    path: "Sources/\(folder)", line: 1, what: "Sources/\(folder) \($0.0)",
                    mend: $0.1)
            }
        }
    }
}
