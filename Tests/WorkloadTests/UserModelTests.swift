import Testing
import TopologyModel
import Values
import Workload

@Suite struct UserModelTests {
    private let model = UserModel(demand: Demand(peakUsers: 42_000, curve: .flat))
    private let start = Instant(unixSeconds: 1_615_366_800)

    @Test func usersOfTheHourLogInOnceAVisitAndAskOnceAThought() {
        let calendar = Calendar()
        #expect(model.users(at: start, in: calendar) == 42_000)
        #expect(model.logins(at: start, in: calendar) == Rate(perMillionSeconds: 58_333_333))
        #expect(model.requests(at: start, in: calendar) == Rate(perSecond: 1400))
    }

    @Test(arguments: [UInt64(1), 7, 2021])
    func whoFailedTriesAgainBetween20And60Seconds(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let waits = (0..<500).map { _ in model.retry(after: start, using: &random) - start }
        #expect(waits.allSatisfy { (.seconds(20)...(.seconds(60))).contains($0) })
        #expect(Set(waits.map { $0.inNanoseconds / 10_000_000_000 }) == [2, 3, 4, 5])
    }

    @Test(arguments: [
        (ttl: Duration.seconds(30), kept: Duration.seconds(30)),
        (ttl: .seconds(900_000), kept: .seconds(86_400)),
        (ttl: .seconds(-1), kept: .zero),
    ])
    func anAnswerIsKeptForItsTTL(ttl: Duration, kept: Duration) {
        #expect(model.answerKept(from: start, ttl: ttl) - start == kept)
    }

    @Test(arguments: [
        (why: "ten a second", rate: Rate(perSecond: 10), gap: Duration.milliseconds(100)),
        (
            why: "one in a quarter of an hour", rate: Rate(1, each: .seconds(900)),
            gap: .seconds(900)
        ),
        (why: "none", rate: Rate(perSecond: 0), gap: nil),
    ])
    func aRateHasAMeanGap(why: String, rate: Rate, gap: Duration?) {
        let tolerance = Duration.seconds(1)
        let difference = (rate.meanGap ?? .zero) - (gap ?? .zero)
        #expect((rate.meanGap == nil) == (gap == nil), "\(why)")
        #expect(difference < tolerance && difference > .zero - tolerance, "\(why)")
    }
}

@Suite struct CrowdTests {
    private let start = Instant(unixSeconds: 1_615_366_800)

    private func crowd(seed: UInt64, perSecond: Int = 10) -> Crowd {
        let model = UserModel(demand: Demand(peakUsers: 1000, curve: .flat))
        return Crowd(model: model, rate: Rate(perSecond: perSecond), seed: seed, from: start)
    }

    private func requests(_ crowd: inout Crowd, until end: Instant) -> [UserRequest] {
        var taken: [UserRequest] = []
        while let request = crowd.takeDue(at: end) { taken.append(request) }
        return taken
    }

    @Test(arguments: [UInt64(1), 2, 3]) func requestsComeAtTheirRate(seed: UInt64) {
        var crowd = crowd(seed: seed)
        let count = requests(&crowd, until: start + .seconds(100)).count
        #expect((900...1100).contains(count))
        #expect(crowd.nextDue > start + .seconds(100))
    }

    @Test func theSameSeedGivesTheSameCrowd() {
        var (one, other) = (crowd(seed: 5), crowd(seed: 5))
        let end = start + .seconds(20)
        #expect(requests(&one, until: end) == requests(&other, until: end))
        #expect(one == other)
    }

    @Test func noRateIsNoRequest() {
        var crowd = crowd(seed: 1, perSecond: 0)
        #expect(crowd.nextDue == .distantFuture)
        #expect(crowd.takeDue(at: .distantFuture) == nil)
    }

    @Test func whoFailedComesBackBesideTheOthersAndCountsTheFailures() {
        var crowd = crowd(seed: 9, perSecond: 0)
        for _ in 0..<50 {
            crowd.failed(UserRequest(failures: 1, isNewVisit: true), at: start)
        }
        #expect(crowd.waiting == 50)
        #expect(requests(&crowd, until: start + .seconds(19)).isEmpty)
        let back = requests(&crowd, until: start + .seconds(60))
        #expect(back.count == 50)
        #expect(back.allSatisfy { $0.failures == 2 })
        #expect(crowd.waiting == 0)
    }

    @Test func retriesAreTakenEarliestFirst() {
        var crowd = crowd(seed: 11, perSecond: 0)
        for second in [40, 0, 20] {
            crowd.failed(UserRequest(failures: 0, isNewVisit: true), at: start + .seconds(second))
        }
        var times: [Instant] = []
        while crowd.waiting > 0 {
            times.append(crowd.nextDue)
            _ = crowd.takeDue(at: crowd.nextDue)
        }
        #expect(times == times.sorted())
        #expect(times.count == 3)
    }

    @Test func tooManyWaitingGiveUpAndAreCounted() {
        var crowd = crowd(seed: 1, perSecond: 0)
        for _ in 0..<(Crowd.waitingMax + 3) {
            crowd.failed(UserRequest(failures: 0, isNewVisit: true), at: start)
        }
        #expect(crowd.waiting == Crowd.waitingMax)
        #expect(crowd.gaveUp == 3)
    }
}
