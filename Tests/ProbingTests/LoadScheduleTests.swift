import Testing
import TopologyModel
import Values

@testable import Probing

/// When loads are read: spread, start to start, never twice at once.
@Suite struct LoadScheduleTests {
    private static let start = Instant(unixSeconds: 1_773_102_900)

    private static func targets(_ count: Int) -> [LoadTarget] {
        (0..<count).map { index in
            .page(
                host: HostID("h\(index)"), region: RegionID("est"),
                endpoint: Endpoint(.v4(1), port: 80), header: "h", path: "/load")
        }
    }

    private static func schedule(_ count: Int, openMax: Int = 100) -> LoadSchedule {
        var schedule = LoadSchedule(openMax: openMax)
        schedule.replace(targets(count), every: .seconds(1), at: start)
        return schedule
    }

    private func at(_ milliseconds: Int) -> Instant { Self.start + .milliseconds(milliseconds) }

    private func names(_ targets: [LoadTarget]) -> [String] {
        targets.map { if case .page(let host, _, _, _, _) = $0 { host.name } else { "" } }
    }

    @Test func sourcesAreSpreadOverTheInterval() {
        var schedule = Self.schedule(4)
        var seen: [String] = []
        for moment in stride(from: 0, to: 2000, by: 250) {
            let due = schedule.due(at: at(moment))
            seen += names(due)
            let ended = due.map { schedule.finished($0.key) }
            #expect(!ended.contains(false))
            #expect(schedule.nextDue == at(moment + 250))
        }
        #expect(seen == ["h0", "h1", "h2", "h3", "h0", "h1", "h2", "h3"])
    }

    @Test func whatIsOpenIsNotStartedAgain() {
        var schedule = Self.schedule(1)
        let target = Self.targets(1)[0]
        #expect(schedule.due(at: at(0)).count == 1)
        #expect(schedule.due(at: at(1000)).isEmpty)
        #expect(schedule.due(at: at(2000)).isEmpty)
        #expect(schedule.skipped == 2)
        #expect(schedule.finished(target.key) == true)
        #expect(schedule.finished(target.key) == false)
        #expect(schedule.due(at: at(2500)).isEmpty)
        #expect(schedule.due(at: at(3000)).count == 1)
    }

    @Test func whatFindsNoRoomComesFirstWhenThereIsSome() {
        var schedule = Self.schedule(3, openMax: 1)
        #expect(names(schedule.due(at: at(900))) == ["h0"])
        #expect(schedule.due(at: at(950)).isEmpty)
        for (moment, name) in [(1000, "h1"), (1050, "h2"), (1100, "h0")] {
            let open = Self.targets(3).first { schedule.finished($0.key) }
            #expect(open != nil)
            #expect(names(schedule.due(at: at(moment))) == [name])
        }
    }

    @Test func whatALongSleepMissedIsNotMadeUpFor() {
        var schedule = Self.schedule(1)
        #expect(schedule.due(at: at(0)).count == 1)
        #expect(schedule.finished(Self.targets(1)[0].key) == true)
        #expect(schedule.due(at: at(60_300)).count == 1)
        #expect(schedule.nextDue == at(61_000))
    }

    @Test func aReloadKeepsWhatIsOpenAndForgetsWhatIsGone() {
        var schedule = Self.schedule(2)
        #expect(schedule.due(at: at(600)).count == 2)
        schedule.replace(Self.targets(1), every: .seconds(1), at: at(700))
        #expect(schedule.openCount == 1)
        #expect(schedule.due(at: at(1000)).isEmpty)
        #expect(schedule.finished(Self.targets(2)[1].key) == false)
        #expect(schedule.finished(Self.targets(1)[0].key) == true)
    }

    @Test func nothingToReadIsNothingToWaitFor() {
        var schedule = Self.schedule(0)
        #expect(schedule.due(at: at(0)).isEmpty)
        #expect(schedule.nextDue == nil)
    }
}
