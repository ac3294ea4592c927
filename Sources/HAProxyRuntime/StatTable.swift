/// The rows of `show stat`: CSV as RFC 4180 has it (a field in quotes may hold commas, and doubled
/// quotes), the names of the columns in the first line.
///
/// It is read ten times a second: bytes are split once, and only what is asked for becomes text or
/// a number.
struct StatTable {
    /// An answer of more rows is not read.
    static let rowsMax = 20_000
    /// A larger number counts as this: sums of them never overflow.
    static let numberMax = 1 << 56

    let rows: [StatRow]

    /// - Throws: where it has another form, or lacks one of the columns that must be there.
    init(answer: String, columns wanted: [String] = []) throws(UnreadableAnswer) {
        let lines = answer.utf8.split(separator: UInt8(ascii: "\n"))
        guard let header = lines.first, header.starts(with: "# ".utf8) else {
            throw UnreadableAnswer("it does not begin with the columns' names")
        }
        guard lines.count <= StatTable.rowsMax else {
            throw UnreadableAnswer("there are more than \(StatTable.rowsMax) rows")
        }
        let names = StatTable.fields(of: header.dropFirst(2)).map { String(Substring($0)) }
        let columns = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for name in wanted where columns[name] == nil {
            throw UnreadableAnswer("there is no \(name)")
        }
        rows = lines.dropFirst().map {
            StatRow(columns: columns, fields: StatTable.fields(of: $0))
        }
    }

    private static func fields(of line: Substring.UTF8View) -> [Substring.UTF8View] {
        var isQuoted = false
        return line.split(omittingEmptySubsequences: false) { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == UInt8(ascii: ",") && !isQuoted
        }
    }
}

/// The fields of one row, by the names of their columns.
struct StatRow {
    fileprivate let columns: [String: Int]
    fileprivate let fields: [Substring.UTF8View]

    func text(_ column: String) throws(UnreadableAnswer) -> String {
        guard let index = columns[column], index < fields.count else {
            throw UnreadableAnswer("there is no \(column)")
        }
        let field = fields[index]
        guard field.first == UInt8(ascii: "\""), field.count >= 2 else {
            return String(Substring(field))
        }
        return String(Substring(field.dropFirst().dropLast())).replacing("\"\"", with: "\"")
    }

    func count(_ column: String) throws(UnreadableAnswer) -> Int {
        try number(in: try text(column), column) ?? 0
    }

    /// Nil where HAProxy leaves it empty, or has no such column.
    func countIfAny(_ column: String) throws(UnreadableAnswer) -> Int? {
        guard columns[column] != nil else { return nil }
        return try number(in: try text(column), column)
    }

    private func number(in field: String, _ column: String) throws(UnreadableAnswer) -> Int? {
        if field.isEmpty { return nil }
        guard let number = Int(field), number >= 0 else {
            throw UnreadableAnswer("\(column) is '\(field)'")
        }
        return min(number, StatTable.numberMax)
    }
}

extension StatRow {
    /// Answers with a status below 500, or with one that HTTP does not know; those that HAProxy
    /// gives itself are not among them.
    func answersBelow500() throws(UnreadableAnswer) -> Int {
        var answers = 0
        for column in ["hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_other"] {
            answers += try countIfAny(column) ?? 0
        }
        return answers
    }
}
