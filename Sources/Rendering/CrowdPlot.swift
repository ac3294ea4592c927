package import Values

/// Values over time as rows of block characters, one row a series, on a common axis of time.
///
/// Every group has its own scale, from 0 to the group's highest value, which is written beside its
/// first row, so that the rows of one group can be compared, with colour or without.
package struct CrowdPlot: Sendable {
    package struct Row: Sendable {
        package let name: String
        /// 0 and up, one a column.
        package let values: [Int]

        package init(_ name: String, _ values: [Int]) { (self.name, self.values) = (name, values) }
    }

    package struct Group: Sendable {
        package let name: String
        package let rows: [Row]
        package let tone: Tone
        /// What the values count, behind the scale: `logins/s`; empty is users.
        package let unit: String
        /// From here on a value is painted as bad; nil is never.
        package let limit: Int?

        package init(
            _ name: String, _ rows: [Row], tone: Tone, unit: String = "", limit: Int? = nil
        ) {
            (self.name, self.rows, self.tone) = (name, rows, tone)
            (self.unit, self.limit) = (unit, limit)
        }
    }

    private static let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    /// The columns of the names: the group's, and the row's.
    private static let groupWidth = 8
    private static let rowWidth = 9
    /// A mark of the axis has this many columns, as a clock and a gap have.
    private static let markWidth = 13

    private let title: String
    private let groups: [Group]
    private let from: CivilTime
    private let length: Duration

    /// `from` is the local time of the first column, and `length` what all columns cover.
    package init(_ title: String, _ groups: [Group], from: CivilTime, length: Duration) {
        (self.title, self.groups, self.from, self.length) = (title, groups, from, length)
    }

    private var columns: Int { groups.flatMap(\.rows).map(\.values.count).max() ?? 0 }

    package func text(_ palette: Palette) -> String {
        var text = palette.paint(title, .strong) + "\n"
        for group in groups {
            let highest = group.rows.flatMap(\.values).max() ?? 0
            for (index, row) in group.rows.enumerated() {
                let scale =
                    index == 0 ? " █ \(CrowdPlot.short(highest))\(group.unit)" : ""
                text += CrowdPlot.label(index == 0 ? group.name : "", row.name, group)
                text += CrowdPlot.painted(row, of: group, highest: highest, palette)
                text += palette.paint(scale, .faint)
                while text.last == " " { text.removeLast() }
                text += "\n"
            }
        }
        return text + axis(palette)
    }

    /// A group without a name leaves its column to the row's.
    private static func label(_ name: String, _ row: String, _ group: Group) -> String {
        group.name.isEmpty
            ? padded(row, to: groupWidth + rowWidth)
            : padded(name, to: groupWidth) + padded(row, to: rowWidth)
    }

    /// The row's blocks, where a stretch of one tone is painted at once.
    private static func painted(
        _ row: Row, of group: Group, highest: Int, _ palette: Palette
    ) -> String {
        var (text, run, tone) = ("", "", group.tone)
        for value in row.values {
            let next = group.limit.map { value > $0 ? Tone.bad : group.tone } ?? group.tone
            if next != tone {
                text += palette.paint(run, tone)
                (run, tone) = ("", next)
            }
            run.append(block(value, highest: highest))
        }
        return text + palette.paint(run, tone)
    }

    /// Anything above 0 shows at least the lowest block.
    private static func block(_ value: Int, highest: Int) -> Character {
        guard value > 0, highest > 0 else { return blocks[0] }
        return blocks[min(max((value * 8 + highest / 2) / highest, 1), 8)]
    }

    /// A tick and a clock every `markWidth` columns.
    private func axis(_ palette: Palette) -> String {
        let indent = String(repeating: " ", count: CrowdPlot.groupWidth + CrowdPlot.rowWidth)
        guard columns > 0 else { return "" }
        var (ticks, clocks) = ("", "")
        for column in stride(from: 0, to: columns, by: CrowdPlot.markWidth) {
            let width = min(CrowdPlot.markWidth, columns - column)
            ticks += "└" + String(repeating: "─", count: width - 1)
            let offset = Int(length.inNanoseconds / 1_000_000_000) * column / columns
            let clock = CrowdPlot.clock(from.secondOfDay + offset)
            clocks += CrowdPlot.padded(width < clock.count ? "" : clock, to: width)
        }
        while clocks.last == " " { clocks.removeLast() }
        return palette.paint(indent + ticks, .faint) + "\n"
            + palette.paint(indent + clocks, .faint) + "\n"
    }

    private static func clock(_ second: Int) -> String {
        let (hour, minute) = (second / 3600 % 24, second / 60 % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    private static func padded(_ name: String, to width: Int) -> String {
        let name = String(printable(name).prefix(width - 1))
        return name + String(repeating: " ", count: width - name.count)
    }

    /// `940`, `9.4k`, `94k`, `1.2M`.
    private static func short(_ number: Int) -> String {
        switch number {
        case ..<1000: "\(number)"
        case ..<10_000: "\(number / 1000).\(number % 1000 / 100)k"
        case ..<1_000_000: "\(number / 1000)k"
        case ..<10_000_000: "\(number / 1_000_000).\(number % 1_000_000 / 100_000)M"
        default: "\(number / 1_000_000)M"
        }
    }
}
