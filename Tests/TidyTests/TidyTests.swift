import Foundation
import TestSupport
import Testing

/// The repository keeps the rules that the compiler cannot check.
struct TidyTests {
    /// Read once for all rules: scanning takes longer than the rules.
    private static let read = Result { try Checkout() }
    private let checkout: Checkout

    init() throws { checkout = try Self.read.get() }

    @Test(arguments: Rule.all) func everyFileKeeps(rule: Rule) {
        #expect(checkout.files.count > 100, "too few files were found in \(checkout.root.path)")
        report(checkout.files.flatMap(rule.findings))
    }

    @Test func importsPointFromEdgeToCore() {
        report(
            checkout.files.flatMap(ImportRules.direction)
                + ImportRules.direction(of: checkout.manifest))
    }

    @Test func importsAreDeclared() {
        report(
            checkout.files.flatMap { ImportRules.declaration(of: $0, in: checkout.manifest) })
    }

    @Test func everyFolderIsATargetWithTests() throws {
        report(
            ImportRules.layout(
                sources: try checkout.folders(in: "Sources"),
                tests: try checkout.folders(in: "Tests"), manifest: checkout.manifest))
    }

    @Test func noFileNamesOneMachine() async throws {
        let texts = try await checkout.trackedTexts()
        #expect(!texts.isEmpty)
        report(
            texts.flatMap {
                machinePaths(
                    in: $0.text, path: $0.path, checkout: checkout.real.path,
                    home: NSHomeDirectory())
            })
    }

    private func report(
        _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard !findings.isEmpty else { return }
        let shown = findings.map(\.description).joined(separator: "\n")
        Issue.record("\(findings.count) findings\n\(shown)", sourceLocation: sourceLocation)
    }
}

extension Rule {
    static let all = purity + bans + sizes + names
}
