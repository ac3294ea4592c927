import Manifests
import TestSupport
import Testing
import Values

/// Each broken topology is told everything that is wrong with it, where, and how to mend it.
struct BrokenTopologiesTests {
    @Test func thereIsAFileOfEveryKind() { #expect(GoldenTopologies.names.count >= 40) }

    @Test(arguments: GoldenTopologies.names)
    func saysWhatIsWrongWhereAndHowToMendIt(name: String) throws {
        let text = try verdict(on: name)
        try expectGolden(text, "topology/\(name.dropLast(".yaml".count)).txt")
    }

    /// `accepted` or `refused`, then what is said.
    private func verdict(on name: String) throws -> String {
        let bytes = try GoldenTopologies.bytes(of: name)
        do throws(Diagnostics) {
            let file = try TopologyFile(bytes: bytes, file: name, today: GoldenTopologies.today)
            return (["accepted"] + file.warnings.map(\.description)).joined(separator: "\n") + "\n"
        } catch {
            #expect(error.hasErrors, "it is refused without an error")
            return "refused\n\(error)\n"
        }
    }
}
