import Foundation
import Testing
import Values
import YAMLReading

/// Every broken file of `Tests/Fuzz/yaml/broken` (also the fuzzer's first corpus), and what is said
/// about it, in the `.txt` beside it. `UPDATE_GOLDEN=1` rewrites those; review the diff as code.
struct BrokenFilesTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/yaml/broken")

    static let names: [String] = {
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap {
            $0 as? String
        }
        return (files ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    @Test func thereIsAFileOfEveryKind() { #expect(BrokenFilesTests.names.count >= 30) }

    @Test(arguments: names) func saysWhatIsWrongWhereAndHowToMendIt(name: String) throws {
        let file = BrokenFilesTests.folder.appending(path: name)
        let golden = file.deletingPathExtension().appendingPathExtension("txt")
        let faults = Faults()
        let value = faults.read([UInt8](try Data(contentsOf: file)), file: name, as: small)
        #expect(value == nil || faults.hasErrors)
        let text = faults.diagnostics.description + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: golden)
        }
        #expect(String(decoding: try Data(contentsOf: golden), as: UTF8.self) == text)
    }

    private var small: Form<Small> { .object("a mapping such as {version: 1}", Small.read) }
}
