import Control
import Detection
import Runtime
import Situations
import TopologyModel
import Testing
import Values

/// The ways into the loop lose nothing that matters, and refuse what is too much.
@Suite struct LanesTests {
    private static let at = Instant(unixSeconds: 1_615_336_020)

    private static func seen(_ host: String, _ number: Int, _ result: ProbeResult) -> Observation {
        let target = ProbeTarget(
            subject: .service(region: RegionID("est"), host: HostID(host)),
            endpoint: Endpoint(.v4(1), port: 80))
        return Observation(
            vantage: ControllerID("c1"), target: target, sentAt: at + .seconds(number),
            lateness: .zero, result: result)
    }

    private static let pass = ProbeResult.pass(latency: .milliseconds(1))
    private static let refused = ProbeResult.fail(kind: .refused)

    private static func step(_ number: Int) -> Input {
        .doorRead(
            FrontDoorID("d\(number)"),
            .unreadable(fault: .init(what: "\(number)", mend: "")))
    }

    @Test func aNewerPassReplacesAnOlderOneAndIsCounted() async {
        let lanes = Lanes()
        lanes.offer([Self.seen("h1", 1, Self.pass), Self.seen("h2", 1, Self.pass)])
        lanes.offer([Self.seen("h1", 2, Self.pass)])
        let batch = await lanes.nextBatch(upTo: 10)
        #expect(
            batch == [.observed([Self.seen("h1", 2, Self.pass), Self.seen("h2", 1, Self.pass)])])
        #expect(lanes.coalesced == 1)
    }

    @Test func liveRequestsAreAddedUpUntilTheLoopLooks() async {
        let lanes = Lanes()
        lanes.offer([Self.live("h1", 1, answered: 3), Self.live("h2", 1, answered: 1)])
        lanes.offer([Self.live("h1", 2, answered: 2, errors: 4)])
        let batch = await lanes.nextBatch(upTo: 10)
        guard case .trafficRead(let readings)? = batch?.first, batch?.count == 1 else {
            Issue.record("\(String(describing: batch))")
            return
        }
        #expect(readings.map(\.host.name) == ["h1", "h2"])
        #expect(readings[0].answered == 5)
        #expect(readings[0].failed == TrafficFailures(serverErrors: 4))
        #expect(readings[0].span == .seconds(2))
        #expect(readings[0].at == Self.at + .seconds(2))
    }

    private static func live(
        _ host: String, _ number: Int, answered: Int, errors: Int = 0
    ) -> TrafficReading {
        TrafficReading(
            vantage: ControllerID("c1"), edge: EdgeID("e1"), region: RegionID("est"),
            host: HostID(host), at: at + .seconds(number), span: .seconds(1),
            began: answered + errors, answered: answered,
            failed: TrafficFailures(serverErrors: errors))
    }

    @Test func bothSidesOfAChangeAreKeptOldestFirst() async {
        let lanes = Lanes()
        lanes.offer([Self.seen("h1", 1, Self.refused)])
        lanes.offer([Self.seen("h1", 2, Self.pass)])
        lanes.offer([Self.seen("h1", 3, Self.refused)])
        let batch = await lanes.nextBatch(upTo: 10)
        #expect(
            batch == [
                .observed([Self.seen("h1", 1, Self.refused)]),
                .observed([Self.seen("h1", 2, Self.pass)]),
                .observed([Self.seen("h1", 3, Self.refused)]),
            ])
        #expect(lanes.coalesced == 0)
    }

    @Test func aTargetThatFlapsForLongFillsNoMemory() async {
        let lanes = Lanes()
        for _ in 0..<2 {
            for number in 0...(Lanes.changesMax + 10) {
                lanes.offer([Self.seen("h1", number, number % 2 == 0 ? Self.pass : Self.refused)])
            }
            let batch = await lanes.nextBatch(upTo: 1_000_000)
            #expect(batch?.count == Lanes.changesMax + 1)
        }
        #expect(lanes.coalesced == 20)
    }

    private static func load(
        _ host: String, _ region: String?, users: Users
    ) -> LoadReading {
        LoadReading(
            vantage: ControllerID("c1"), host: HostID(host), region: region.map { RegionID($0) },
            at: at, result: .read(load: Load(users: users)))
    }

    @Test func theNewestLoadOfAHostAndRegionIsKept() async {
        let lanes = Lanes()
        lanes.offer([Self.load("h1", "est", users: 1), Self.load("h1", nil, users: 2)])
        lanes.offer([Self.load("h1", "est", users: 3)])
        let batch = await lanes.nextBatch(upTo: 10)
        #expect(
            batch == [
                .loadRead([Self.load("h1", "est", users: 3), Self.load("h1", nil, users: 2)])
            ])
        #expect(lanes.loadCounts == (replaced: 1, dropped: 0))
    }

    @Test func loadsWithoutASlotAreCounted() async {
        let lanes = Lanes()
        lanes.offer((0..<(Lanes.loadsMax + 2)).map { Self.load("h\($0)", nil, users: 1) })
        lanes.offer([Self.load("h0", nil, users: 2)])
        #expect(lanes.loadCounts == (replaced: 1, dropped: 2))
        guard case .loadRead(let readings)? = await lanes.nextBatch(upTo: 10)?.first else {
            Issue.record("no loads")
            return
        }
        #expect(readings.count == Lanes.loadsMax)
        #expect(readings.first == Self.load("h0", nil, users: 2))
    }

    @Test func aFullCommandLaneRefuses() async {
        let lanes = Lanes()
        let offer = { (number: Int) in
            lanes.offer(
                .resume(scope: .everything), id: CommandID("k\(number)"), by: Principal("anna"))
        }
        #expect((0..<Lanes.commandsMax).allSatisfy(offer))
        #expect(!offer(Lanes.commandsMax))
        #expect(await lanes.nextBatch(upTo: 1)?.count == 1)
        #expect(offer(Lanes.commandsMax))
    }

    @Test func outcomesAreNeverDroppedAndKeepTheirOrder() async {
        let lanes = Lanes()
        for number in 0..<1000 { lanes.offer(Self.step(number)) }
        var taken: [Input] = []
        while taken.count < 1000, let batch = await lanes.nextBatch(upTo: 256) {
            #expect(batch.count <= 256)
            taken += batch
        }
        #expect(taken == (0..<1000).map(Self.step))
    }

    @Test func closedLanesGiveWhatWaitsAndRefuseTheRest() async {
        let lanes = Lanes()
        lanes.offer(Self.step(1))
        lanes.wake()
        lanes.close()
        #expect(
            !lanes.offer(.resume(scope: .everything), id: CommandID("k"), by: Principal("anna")))
        #expect(await lanes.nextBatch(upTo: 10) == [Self.step(1), .woke])
        #expect(await lanes.nextBatch(upTo: 10) == nil)
    }

    @Test func aWaitThatIsCancelledEnds() async {
        let lanes = Lanes()
        let batch = await withTaskGroup(of: [Input]?.self) { group in
            group.addTask { await lanes.nextBatch(upTo: 10) }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(batch == nil)
        let isTaken = lanes.offer(
            .resume(scope: .everything), id: CommandID("k"), by: Principal("anna"))
        #expect(!isTaken)
    }
}
