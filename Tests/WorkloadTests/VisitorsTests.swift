import Testing
import TopologyModel
import Values
import Workload

@Suite struct VisitorsTests {
    private let start = Instant(unixSeconds: 1_773_102_900)

    @Test func whoComesLogsInAndThenAsksPages() {
        var visitors = visitors(ordinary: 10)
        visitors.come(at: start)
        let now = start + .seconds(31)
        var asked: [VisitorRequest.Kind] = []
        while let request = visitors.takeDue(at: now), asked.count < 20 {
            asked.append(request.asks)
            visitors.ended(request, with: .served, at: now)
        }
        #expect(asked.count { $0 == .login } == 10)
        #expect(asked.count { $0 == .page } == 10)
        #expect(visitors.inside == [1, 6, 3])
    }

    @Test func asManyWantInAsTheSurgeSays() {
        var visitors = visitors(ordinary: 100)
        visitors.surge = Surge(
            since: start, over: .seconds(10), from: .one, to: PartsPerMillion(10_000_000))
        let served = pass(&visitors, seconds: 60) { _ in .served }
        #expect(visitors.inside == [100, 600, 300])
        #expect(served > 1000)
    }

    @Test func whoWaitsKeepsTheSessionAndWhoIsRefusedLogsInAgain() {
        var visitors = visitors(ordinary: 1)
        visitors.come(at: start)
        var now = start + .seconds(30)
        let outcomes: [VisitorOutcome] = [.served, .served, .waits, .served, .refused, .served]
        var asked: [VisitorRequest.Kind] = []
        for outcome in outcomes {
            now = now + .seconds(61)
            guard let request = visitors.takeDue(at: now) else { break }
            asked.append(request.asks)
            visitors.ended(request, with: outcome, at: now)
            #expect(visitors.waiting.reduce(0, +) == (outcome == .waits ? 1 : 0))
        }
        #expect(asked == [.login, .page, .page, .page, .page, .login])
    }

    @Test func whoIsNotLetInTriesAgainAfter20To60Seconds() {
        var visitors = visitors(ordinary: 1)
        visitors.come(at: start)
        let now = start + .seconds(30)
        for _ in 1...20 {
            guard let request = visitors.takeDue(at: visitors.nextDue) else { break }
            visitors.ended(request, with: .waits, at: now)
            #expect((20...60).contains((visitors.nextDue - now).inNanoseconds / 1_000_000_000))
        }
    }

    @Test func whenTheSurgeIsOverThoseWhoWaitGoHome() {
        var visitors = visitors(ordinary: 100)
        visitors.surge = Surge(
            since: start, over: .zero, from: .one, to: PartsPerMillion(5_000_000))
        _ = pass(&visitors, seconds: 60) { _ in .waits }
        #expect(visitors.waiting == [50, 300, 150])
        visitors.surge = .none
        _ = pass(&visitors, from: 60, seconds: 120) { _ in .waits }
        #expect(visitors.waiting == [10, 60, 30])
    }

    @Test func aRegionWithoutSharesHasNoVisitors() {
        let none = Region(
            id: RegionID("r"), title: "R", priority: 1,
            demand: Demand(peakUsers: 10, curve: .flat), probes: [], primary: HostID("h"),
            standbys: [], frontDoors: [])
        let model = UserModel(demand: none.demand)
        #expect(Visitors(of: none, classes: [], model: model, ordinary: 9, seed: 1) == nil)
    }

    /// How many requests were sent, second by second.
    private func pass(
        _ visitors: inout Visitors, from: Int = 0, seconds: Int,
        outcome: (VisitorRequest) -> VisitorOutcome
    ) -> Int {
        var sent = 0
        for second in from..<(from + seconds) {
            let now = start + .seconds(second)
            visitors.come(at: now)
            while let request = visitors.takeDue(at: now) {
                sent += 1
                visitors.ended(request, with: outcome(request), at: now)
            }
        }
        return sent
    }

    private func visitors(ordinary: Users) -> Visitors {
        let shares = [("staff", 10), ("pupils", 60), ("parents", 30)].map {
            ClassShare(classID: ClassID($0.0), share: Percent(checked: $0.1))
        }
        let region = Region(
            id: RegionID("r"), title: "R", priority: 1,
            demand: Demand(peakUsers: 100, curve: .flat, shares: shares), probes: [],
            primary: HostID("h"), standbys: [], frontDoors: [])
        let classes = shares.map { UserClass(id: $0.classID, knownBy: .cookie) }
        guard
            let visitors = Visitors(
                of: region, classes: classes, model: UserModel(demand: region.demand),
                ordinary: ordinary, seed: 1)
        else { preconditionFailure("shares of declared classes") }
        return visitors
    }
}

@Suite struct AnswerTimesTests {
    @Test(arguments: [
        (percent: 1, milliseconds: 1), (percent: 50, milliseconds: 50),
        (percent: 99, milliseconds: 99), (percent: 100, milliseconds: 101),
    ])
    func aPercentileIsATimeThatSoManyTookAtMost(percent: Int, milliseconds: Int) {
        var times = AnswerTimes()
        for time in 1...100 { times.add(.milliseconds(time)) }
        #expect(
            times.percentile(Percent(checked: percent)) == .milliseconds(milliseconds))
    }

    @Test func longTimesAreKnownToThreePercentAndNoneIsTooLong() {
        for time in [64, 1000, 4999, 10_000, 131_071, 10_000_000] {
            var times = AnswerTimes()
            times.add(.milliseconds(time))
            let known = (times.percentile(.all) ?? .zero).inNanoseconds / 1_000_000
            let bound = min(time, AnswerTimes.millisecondsMax)
            #expect(known >= bound && known <= bound + bound / 32, "\(time): \(known)")
        }
        #expect(AnswerTimes().percentile(.all) == nil)
    }
}
