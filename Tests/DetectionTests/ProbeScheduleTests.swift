import Detection
import Testing
import TopologyModel
import Values

private let pass = ProbeResult.pass(latency: .milliseconds(1))
private let fail = ProbeResult.fail(kind: .refused)

/// Runs the schedule with answers that come at once; returns when each probe of the first target
/// started.
private func starts(
    _ topology: Topology, for length: Duration, answering: (Instant) -> (ProbeResult, Duration)
) -> [Duration] {
    var schedule = ProbeSchedule(topology: topology, at: Stand.start)
    var answers: [(at: Instant, target: ProbeTarget, result: ProbeResult)] = []
    var started: [Duration] = []
    var now = Stand.start
    while now < Stand.start + length {
        answers.sort { $0.at < $1.at }
        guard let due = [schedule.nextDue, answers.first?.at].compactMap(\.self).min() else {
            break
        }
        now = due
        while let first = answers.first, first.at <= now {
            schedule.finished(first.target, with: first.result, at: now)
            answers.removeFirst()
        }
        for order in schedule.due(at: now) {
            started.append(now - Stand.start)
            let (result, latency) = answering(now)
            answers.append((now + latency, order.target, result))
        }
    }
    return started
}

private func gaps(_ starts: [Duration]) -> [Duration] {
    zip(starts.dropFirst(), starts).map { $0 - $1 }
}

@Test func probesRunFromStartToStart() {
    let started = starts(.of([("p/s", [])]), for: .seconds(10)) { _ in (pass, .milliseconds(150)) }
    #expect(started.count == 10)
    #expect(gaps(started).allSatisfy { $0 == .seconds(1) })
}

@Test func whatAlwaysAnswersSlowlyIsNotAskedMoreOftenForThat() {
    let slow = ProbeResult.pass(latency: .milliseconds(700))
    let started = starts(.of([("p/s", [])]), for: .seconds(10)) { _ in (slow, .milliseconds(700)) }
    #expect(started.count == 10 + 2, "only the first answer was late, as far as anybody knew")
    #expect(gaps(started).dropFirst(3).allSatisfy { $0 == .seconds(1) })
}

@Test func anAnswerThatIsLateOnceCostsAFewProbesAndNoMore() throws {
    let rules = ProbeRules(interval: .seconds(10), timeout: .seconds(1), fall: 3)
    let topology = Topology.of([("p/s", [])], rules: rules)
    var asked = 0
    let started = starts(topology, for: .seconds(65)) { _ in
        asked += 1
        return asked == 3
            ? (.pass(latency: .milliseconds(500)), .milliseconds(500)) : (pass, .milliseconds(1))
    }
    let late = started[2]
    let extra = [late + .milliseconds(200), late + .milliseconds(400)]
    #expect(Array(started[3...4]) == extra, "while it was open, and no longer")
    #expect(started[5] == late + .seconds(10))
    #expect(started[6] == late + .seconds(20))
}

@Test func aFirstFailureIsConfirmedAtTheFastInterval() throws {
    let rules = ProbeRules(interval: .seconds(10), fall: 3)
    let topology = Topology.of([("p/s", [])], rules: rules)
    let started = starts(topology, for: .seconds(40)) { _ in (fail, .milliseconds(1)) }
    let first = try #require(started.first)
    let confirmed = [first, first + .milliseconds(200), first + .milliseconds(400)]
    #expect(Array(started.prefix(3)) == confirmed, "down after three, then no more haste")
    #expect(started[3] == first + .seconds(10))
    #expect(started[4] == first + .seconds(20))
}

@Test func aSilentHostIsConfirmedFromWhenItsAnswerIsLate() throws {
    let rules = ProbeRules(interval: .seconds(10), timeout: .seconds(1), fall: 3)
    let topology = Topology.of([("p/s", [])], rules: rules)
    let started = starts(topology, for: .seconds(15)) { _ in
        (.fail(kind: .timeout), .seconds(1))
    }
    let first = try #require(started.first)
    #expect(started[1] == first + .milliseconds(200), "the one before is still open")
    #expect(started[2] == first + .milliseconds(400))
    #expect(started[3] == first + .seconds(10), "three are enough to settle it")
}

@Test func confirmationEndsWhenItIsUpAgain() throws {
    let rules = ProbeRules(interval: .seconds(10), fall: 3, rise: 2)
    let topology = Topology.of([("p/s", [])], rules: rules)
    var isFirst = true
    let started = starts(topology, for: .seconds(25)) { _ in
        defer { isFirst = false }
        return (isFirst ? fail : pass, .milliseconds(1))
    }
    let first = try #require(started.first)
    #expect(started[1] == first + .milliseconds(200))
    #expect(started[2] == first + .milliseconds(400))
    #expect(started[3] == first + .seconds(10))
}

@Test func firstTicksAreSpreadOverTheInterval() {
    let sites = (0..<100).map { (domain: "p/t/s\($0)", fate: [String]()) }
    var schedule = ProbeSchedule(topology: .of(sites), at: Stand.start)
    let perTenth = (1...10).map { tenth in
        let now = Stand.start + .milliseconds(100 * tenth)
        let orders = schedule.due(at: now)
        for order in orders { schedule.finished(order.target, with: pass, at: now) }
        return orders.count
    }
    #expect(perTenth.reduce(0, +) == 100)
    #expect(perTenth.allSatisfy { (3...20).contains($0) }, "\(perTenth)")
    #expect(schedule.shedTicks == 0)
}

@Test func whatDoesNotFitInFlightIsShedAndCounted() {
    let sites = (0..<20).map { (domain: "p/t/s\($0)", fate: [String]()) }
    var schedule = ProbeSchedule(topology: .of(sites), at: Stand.start, inFlightMax: 5)
    let orders = schedule.due(at: Stand.start + .milliseconds(999))
    #expect(orders.count == 5)
    #expect(schedule.shedTicks == 15)
    #expect(schedule.due(at: Stand.start + .milliseconds(999)).isEmpty, "shed is not queued")
    schedule.finished(orders[0].target, with: pass, at: Stand.start + .milliseconds(999))
    #expect(schedule.due(at: Stand.start + .milliseconds(1999)).count == 1)
}

@Test func aTargetIsOpenAtMostSoManyTimesAndNeverStuck() {
    let rules = ProbeRules(interval: .seconds(1), timeout: .seconds(10))
    var schedule = ProbeSchedule(topology: .of([("p/s", [])], rules: rules), at: Stand.start)
    let perSecond = (1...40).map { schedule.due(at: Stand.start + .seconds($0)).count }
    #expect(perSecond.prefix(8) == [1, 1, 1, 1, 0, 0, 0, 0])
    #expect(perSecond.dropFirst(20).contains(1), "answers that never come are given up")
    #expect(schedule.shedTicks > 0)
}

@Test func ticksMissedWhileTheMachineSleptAreCountedNotMadeUp() {
    var schedule = ProbeSchedule(topology: .of([("p/s", [])]), at: Stand.start)
    let orders = schedule.due(at: Stand.start + .seconds(100))
    #expect(orders.count == 1)
    #expect(schedule.shedTicks == 99)
    #expect(orders[0].dueAt > Stand.start + .seconds(99))
}

@Test func aReloadKeepsThePhaseOfWhatStays() throws {
    var schedule = ProbeSchedule(topology: .of([("p/s", []), ("p/t", [])]), at: Stand.start)
    for order in schedule.due(at: Stand.start + .seconds(1)) {
        schedule.finished(order.target, with: pass, at: Stand.start + .seconds(1))
    }
    let before = schedule.due(at: Stand.start + .seconds(2)).map { ($0.target, $0.dueAt) }
    schedule.replace(
        topology: .of([("p/s", []), ("p/u", [])]), at: Stand.start + .milliseconds(2500))
    let after = schedule.due(at: Stand.start + .seconds(4)).map { ($0.target, $0.dueAt) }
    let kept = try #require(before.first { Stand.name(of: $0.0) == "s" })
    let again = try #require(after.first { Stand.name(of: $0.0) == "s" })
    #expect(again.1 == kept.1 + .seconds(1) || again.1 == kept.1 + .seconds(2))
    #expect(after.count == 2)
}

@Test func tenThousandTargetsAreHeldAndEachIsDueOnceAnInterval() {
    let sites = (0..<100).map { (domain: "p/t/s\($0)", fate: [String]()) }
    let topology = Topology.of(sites, regions: 100)
    var schedule = ProbeSchedule(topology: topology, at: Stand.start, inFlightMax: 20_000)
    var started = 0
    while let due = schedule.nextDue, due < Stand.start + .seconds(1) {
        for order in schedule.due(at: due) {
            started += 1
            schedule.finished(order.target, with: pass, at: due)
        }
    }
    #expect(started == 10_000)
    #expect(schedule.shedTicks == 0)
}
