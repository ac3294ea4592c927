import Testing
import TopologyModel
import Values
import Workload

@Suite struct HostModelTests {
    private let model = HostModel(capacity: Capacity(users: 1000))

    @Test(arguments: [
        (why: "nobody", users: 0, queue: 0, delay: Duration.zero, refused: 0),
        (why: "full is still at once", users: 1000, queue: 0, delay: .zero, refused: 0),
        (why: "half the queue", users: 1100, queue: 100, delay: .seconds(5), refused: 0),
        (why: "the whole queue", users: 1200, queue: 200, delay: .seconds(10), refused: 0),
        (
            why: "half of all too many", users: 2400, queue: 200, delay: .seconds(10),
            refused: 500_000
        ),
        (why: "less than nobody", users: -5, queue: 0, delay: .zero, refused: 0),
    ])
    func usersBeyondTheCapacityWaitAndThenAreRefused(
        why: String, users: Int, queue: Int, delay: Duration, refused: Int
    ) {
        let expected = HostService(
            queue: queue, delay: delay, refused: PartsPerMillion(refused))
        #expect(model.service(users: users) == expected, "\(why)")
    }

    @Test(arguments: [
        (condition: HostCondition.healthy, users: 10, answer: HostAnswer.served(after: .zero)),
        (condition: .burnt, users: 10, answer: .connectionRefused),
        (condition: .silent, users: 10, answer: .nothing),
        (condition: .slow(by: .seconds(3)), users: 10, answer: .served(after: .seconds(3))),
        (
            condition: .slow(by: .seconds(3)), users: 1001,
            answer: .served(after: .milliseconds(3050))
        ),
    ])
    func aRequestMeetsTheHostsCondition(
        condition: HostCondition, users: Int, answer: HostAnswer
    ) {
        var random = SplitMix64(seed: 1)
        #expect(model.answer(condition, users: users, using: &random) == answer)
    }

    @Test(arguments: [
        (why: "as many as the capacity", users: 1250, perMille: 150...250),
        (why: "460 of 2400 in the middle of the collapse", users: 2400, perMille: 760...860),
        (why: "100 of 5000 when all is lost", users: 5000, perMille: 960...1000),
    ])
    func moreAndMoreAreRefused(why: String, users: Int, perMille: ClosedRange<Int>) {
        var random = SplitMix64(seed: 4)
        let answers = (0..<1000).map { _ in
            model.answer(.healthy, users: users, using: &random)
        }
        #expect(perMille.contains(answers.count { $0 == .busy(after: .zero) }), "\(why)")
    }

    @Test func aHostWithoutCapacityRefusesEverybodyAndDoesNotTrap() {
        let none = HostModel(capacity: Capacity(users: 0))
        #expect(none.service(users: .max).refused == .one)
        #expect(none.service(users: 0).refused.value == 0)
    }
}

@Suite struct SlidingCountTests {
    @Test func whatIsOlderThanTheWindowIsForgotten() {
        let start = Instant(unixSeconds: 100)
        var count = SlidingCount(seconds: 3, from: start)
        count.add(at: start)
        count.add(2, at: start + .seconds(2))
        #expect(count.total(at: start + .milliseconds(2900)) == 3)
        #expect(count.total(at: start + .seconds(3)) == 2)
        #expect(count.total(at: start + .seconds(500)) == 0)
    }

    @Test func aClockThatStepsBackLosesNothing() {
        let start = Instant(unixSeconds: 100)
        var count = SlidingCount(seconds: 3, from: start)
        count.add(at: start)
        count.add(at: start - .seconds(50))
        #expect(count.total(at: start) == 2)
    }
}
