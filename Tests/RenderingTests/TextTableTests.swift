import Rendering
import Testing

@Suite("Tables of text")
struct TextTableTests {
    private func lines(_ table: TextTable, _ palette: Palette = .none, width: Int = 80) -> [String]
    {
        table.text(palette, width: width).split(separator: "\n").map(String.init)
    }

    private func table() -> TextTable {
        var table = TextTable(["HOST", "HAS", "WHY"])
        table.add([Cell("ent-gra1", .strong), Cell("100%"), Cell("it fits", .good)])
        table.add([Cell("ent-par", .strong), Cell("0%"), Cell("")])
        return table
    }

    @Test("columns are as wide as their longest cell, and no line ends in spaces")
    func aligns() {
        #expect(
            lines(table()) == [
                "HOST      HAS   WHY",
                "ent-gra1  100%  it fits",
                "ent-par   0%",
            ])
    }

    @Test("the last column goes on below where the line would be too long: nothing is cut")
    func breaks() {
        var table = TextTable(["A", "B"])
        table.add([Cell("abc"), Cell("it has room for twenty more users")])
        #expect(
            lines(table, width: 24) == [
                "A    B", "abc  it has room for", "     twenty more users",
            ])
    }

    @Test("colour changes no column")
    func colourChangesNoColumn() {
        let plain = lines(table())
        let coloured = lines(table(), Palette(hasColour: true))
        #expect(coloured.map(uncoloured) == plain)
        #expect(coloured[1].contains("\u{1b}[1ment-gra1\u{1b}[0m"))
    }

    @Test("a sentence is broken between words, and every line keeps its indent")
    func wraps() {
        let text = wrapped("one two three four five", indent: "  ", width: 12)
        #expect(text == "  one two\n  three four\n  five")
        #expect(wrapped("") == "")
    }

    @Test("what people read is fitted to their terminal, and what fits stays as it is")
    func fits() {
        let text = "  REGION   HOST\nrefused: there is none\n  mend: known are ovh/roubaix\n"
        let narrow =
            "  REGION   HOST\nrefused: there\nis none\n  mend: known\n  are\n  ovh/roubaix\n"
        #expect(fitted(text, width: 16) == narrow)
        #expect(fitted(text, width: 80) == text)
    }
}

/// The text as a terminal shows it.
func uncoloured(_ text: String) -> String {
    text.replacing(/\u{1b}\[[0-9;]*m/, with: "")
}
