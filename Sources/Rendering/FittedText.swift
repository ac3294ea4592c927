/// The text with each line that is wider than `width` columns broken between words; what is broken
/// goes on at the indent of its line. Lines that fit stay as they are.
package func fitted(_ text: String, width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        guard line.count > width else { return String(line) }
        let indent = String(line.prefix { $0 == " " })
        return wrapped(String(line), indent: indent, width: max(width, indent.count + 1))
    }.joined(separator: "\n")
}
