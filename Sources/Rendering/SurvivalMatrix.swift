import OrderedCollections
import Planning
import TopologyModel

/// A letter for each pair of losses, and for each alone on the diagonal.
struct SurvivalMatrix {
    /// Wider than this is no table that reads at a glance.
    private static let namesMax = 60

    private let losses: OrderedDictionary<[FailureDomain], LossSurvival>
    /// Those that hit somebody, alone or beside another.
    private let names: [FailureDomain]

    init(_ survivability: Survivability) {
        let losses = survivability.byLost
        var named: OrderedSet<FailureDomain> = []
        for loss in losses.values {
            let adds = loss.lost.filter { domain in
                let others = loss.lost.filter { $0 != domain }
                return (losses[others]?.grade ?? .unhit) < loss.grade
            }
            named.formUnion(adds)
        }
        self.losses = losses
        names = losses.keys.filter { $0.count == 1 }.map { $0[0] }.filter(named.contains)
    }

    /// Nil where it would be wider than a terminal.
    func text(_ palette: Palette) -> String? {
        let width = (names.map(\.name.count).max() ?? 0) + 4
        guard (1...SurvivalMatrix.namesMax).contains(names.count),
            width + names.count <= TextTable.widthDefault
        else { return nil }
        let indent = String(repeating: " ", count: width)
        let tens = (1..<names.count / 10 * 10 + 1).map { $0 % 10 == 0 ? "\($0 / 10)" : " " }
        var text = names.count > 9 ? indent + tens.joined() + "\n" : ""
        text += indent + names.indices.map { "\(($0 + 1) % 10)" }.joined() + "\n"
        for (row, name) in names.enumerated() {
            let label = (row < 9 ? " " : "") + "\(row + 1) " + name.name
            text += label + String(repeating: " ", count: width - label.count)
            text += (0...row).map { letter(row: row, column: $0, palette) }.joined() + "\n"
        }
        return text + ". served   r rationed   o overloaded   X a region is lost\n"
            + "diagonal: alone   blank: one holds the other\n"
    }

    private func letter(row: Int, column: Int, _ palette: Palette) -> String {
        let pair = column == row ? [names[row]] : [names[column], names[row]]
        // One of them holds the other.
        guard let grade = losses[pair]?.grade else { return " " }
        return palette.paint(grade.letter, grade.tone)
    }
}

extension SurvivalGrade {
    fileprivate var letter: String {
        switch self {
        case .unhit, .fits: "."
        case .rationed: "r"
        case .overloaded: "o"
        case .lost: "X"
        }
    }
}
