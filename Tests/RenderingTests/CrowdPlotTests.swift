import Rendering
import TestSupport
import Testing
import Values

@Suite("Plots of a crowd")
struct CrowdPlotTests {
    private func plot() throws -> CrowdPlot {
        let columns = 0..<52
        let rise = columns.map { min($0 * 3000, 90_000) }
        let groups = [
            CrowdPlot.Group("wanted", [.init("all", rise)], tone: .plain),
            CrowdPlot.Group(
                "served",
                [
                    .init("staff", columns.map { min($0 * 300, 9000) }),
                    .init("pupils", columns.map { _ in 24_000 }),
                    .init("parents", columns.map { max(9000 - $0 * 1000, 0) }),
                ], tone: .good),
            CrowdPlot.Group(
                "refused", [.init("staff", columns.map { _ in 0 })], tone: .bad, unit: "/s"),
            CrowdPlot.Group(
                "", [.init("ent-sbg2", columns.map { $0 * 4 })], tone: .good, unit: "%",
                limit: 100),
        ]
        let day = try #require(CivilDate(year: 2021, month: 4, day: 6))
        return CrowdPlot(
            "Grand-Est", groups, from: CivilTime(date: day, secondOfDay: 8 * 3600 + 1800),
            length: .seconds(4 * 3600))
    }

    @Test("without colour it fits 80 columns, has its axis and its scales")
    func plain() throws {
        let text = try plot().text(.none)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        try expectGolden(text, "rendering/crowd-plot.txt")
    }

    @Test("colour changes no column")
    func colour() throws {
        let text = try plot().text(Palette(hasColour: true))
        try expectGolden(text, "rendering/crowd-plot-colour.txt")
        #expect(text.contains("\u{1b}[31;1m"))
    }
}
