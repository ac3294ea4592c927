import Foundation
package import Testing

/// Compares a text that people read with `Tests/Golden/<path>` and shows the lines that differ.
///
/// `UPDATE_GOLDEN=1` writes the file instead; review that change as code.
package func expectGolden(
    _ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let file = try packageRoot().appendingPathComponent("Tests/Golden/\(path)")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        try write(text, to: file)
    } else if !FileManager.default.fileExists(atPath: file.path) {
        let mend = "make it with: UPDATE_GOLDEN=1 swift test"
        Issue.record(
            "Tests/Golden/\(path) does not exist; \(mend)\n\(text)", sourceLocation: sourceLocation)
    } else if let difference = lineDifference(
        from: try String(contentsOf: file, encoding: .utf8), to: text)
    {
        let mend = "if the new text is right: UPDATE_GOLDEN=1 swift test"
        Issue.record(
            "Tests/Golden/\(path) differs; \(mend)\n\(difference)", sourceLocation: sourceLocation)
    }
}

/// The lines that differ, as `-` golden and `+` new with line numbers, or nil when texts are equal.
package func lineDifference(from golden: String, to text: String) -> String? {
    guard golden != text else { return nil }
    let (old, new) = (lines(of: golden), lines(of: text))
    let changes = new.difference(from: old)
    if changes.isEmpty { return "(they differ only in line endings)" }
    return changes.map { change in
        switch change {
        case .remove(let offset, let line, _): (offset, "-\(offset + 1): \(line)")
        case .insert(let offset, let line, _): (offset, "+\(offset + 1): \(line)")
        }
    }
    .sorted { ($0.0, $1.1) < ($1.0, $0.1) }  // At one line number, "-" goes before "+".
    .map(\.1).joined(separator: "\n")
}

private func lines(of text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

private func write(_ text: String, to file: URL) throws {
    try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
}
