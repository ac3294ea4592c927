import Testing

/// A rule that cannot fail is a defect: each is shown to find its own bad examples, and only those.
struct RuleTests {
    @Test(arguments: Rule.all) func everyRuleFindsWhatItForbids(rule: Rule) {
        #expect(!rule.bad.isEmpty)
        for text in rule.bad {
            let file = SourceFile(path: rule.examplePath, text: text)
            #expect(!rule.findings(in: file).isEmpty, "not found in: \(text)")
        }
    }

    @Test(arguments: Rule.all) func noRuleFindsWhatItAllows(rule: Rule) {
        for text in rule.good {
            let file = SourceFile(path: rule.examplePath, text: text)
            #expect(rule.findings(in: file) == [], "found in: \(text)")
        }
    }

    @Test func aFindingSaysWhereWhatAndHowToMend() {
        let file = SourceFile(path: "Sources/Planning/A.swift", text: "let a = 1\nlet b = try? c()")
        #expect(
            Rule.bans.flatMap { $0.findings(in: file) }.map(\.description) == [
                """
                Sources/Planning/A.swift:2: error: 'try?': errors are handled, never dropped
                  mend: catch it and say what it means, or let it be thrown
                """
            ])
    }

    @Test(arguments: [
        (why: "core imports edge", path: "Sources/Control/A.swift", imports: "Probing", found: 1),
        (
            why: "core imports outer core", path: "Sources/Values/A.swift", imports: "Control",
            found: 1
        ),
        (why: "edge imports edge", path: "Sources/Probing/A.swift", imports: "Actuation", found: 1),
        (why: "edge imports core", path: "Sources/Probing/A.swift", imports: "Control", found: 0),
        (why: "a command imports all", path: "Sources/bascule/A.swift", imports: "Lab", found: 0),
        (why: "tests import all", path: "Tests/ControlTests/A.swift", imports: "Lab", found: 0),
    ])
    func importsAgainstTheDirectionAreFound(why: String, path: String, imports: String, found: Int)
    {
        let file = SourceFile(path: path, text: "package import \(imports)")
        #expect(ImportRules.direction(of: file).count == found, "\(why)")
    }

    private static let manifest = Manifest(
        text: """
            let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
            room("Values", []),
            room("Probing", ["Values", nio]),
            tests("ProbingTests", ["Probing"]),
            room("Control", ["Lab"]),
            .executableTarget(name: "bascule", dependencies: ["Probing"]),
            """)

    @Test(arguments: [
        (path: "Sources/Probing/A.swift", imports: "NIOCore", found: 0),
        (path: "Sources/Probing/A.swift", imports: "NIOPosix", found: 1),
        (path: "Sources/Values/A.swift", imports: "NIOCore", found: 1),
        (path: "Sources/bascule/A.swift", imports: "Values", found: 0),
        (path: "Tests/ProbingTests/A.swift", imports: "TestSupport", found: 0),
        (path: "Sources/Probing/A.swift", imports: "TestSupport", found: 1),
        (path: "Sources/Probing/A.swift", imports: "Foundation", found: 0),
    ])
    func importsThatAreNotDeclaredAreFound(path: String, imports: String, found: Int) {
        let file = SourceFile(path: path, text: "import \(imports)")
        #expect(ImportRules.declaration(of: file, in: Self.manifest).count == found)
    }

    @Test func aManifestAgainstTheDirectionIsFound() {
        #expect(
            ImportRules.direction(of: Self.manifest).map(\.what) == [
                "Control may not depend on Lab"
            ])
    }

    @Test func foldersWithoutTargetOrTestsAreFound() {
        let findings = ImportRules.layout(
            sources: ["Attic", "Probing", "bascule"], tests: ["ProbingTests"],
            manifest: Self.manifest)
        #expect(
            findings.map(\.what) == [
                "Sources/Attic is no target", "Sources/Attic is no room of the house",
                "Sources/Attic has no tests", "Sources/Attic has no test target",
            ])
    }

    @Test(arguments: [
        (line: "open(\"/srv/ann/bascule/topology.yaml\")", found: true),
        (line: "cd /ho" + "me/ann/bascule", found: true),
        (line: "mend: /Us" + "ers/ann/x", found: true),
        (line: "https://example.org/ho" + "me/page", found: false),
        (line: "topology.yaml", found: false),
    ])
    func pathsOfOneMachineAreFound(line: String, found: Bool) {
        let findings = machinePaths(
            in: "\n\(line)", path: "docs/a.md", checkout: "/srv/ann/bascule", home: "/ho" + "me/ann"
        )
        #expect(findings.map(\.line) == (found ? [2] : []))
    }

    @Test(arguments: [
        (why: "a comment", text: "a // b", code: "a     "),
        (why: "nested comments", text: "a/* /* */ b */c", code: "a             c"),
        (why: "a string", text: "f(\"b\")", code: "f(\" \")"),
        (why: "an escaped quote", text: "\"\\\"b\" c", code: "\"   \" c"),
        (why: "interpolated code", text: "\"a\\(f(b)) c\" d", code: "\"  (f(b))  \" d"),
        (why: "a string in interpolated code", text: "\"\\(f(\"b\"))\"", code: "\" (f(\" \"))\""),
        (why: "a raw string", text: "#\"a\"b\"# c", code: "#\"   \"# c"),
        (why: "a long string", text: "\"\"\"\na \"b\"\n\"\"\" c", code: "\"\"\"\n     \n\"\"\" c"),
    ])
    func rulesSeeCodeOnly(why: String, text: String, code: String) {
        #expect(String(decoding: CodeScanner.code(of: text), as: UTF8.self) == code, "\(why)")
    }
}
