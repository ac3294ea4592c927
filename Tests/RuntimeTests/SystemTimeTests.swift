import Runtime
import Synchronization
import Testing
import Values

/// Time never steps, whatever is done to the wall clock.
@Suite struct SystemTimeTests {
    private static let start = Instant(unixSeconds: 1_615_336_020)

    @Test func aWallClockThatIsSetDoesNotTouchIt() {
        let box = Box(Self.start)
        let time = SystemTime { box.now }
        let first = time.now()
        #expect(first >= Self.start)
        box.set(Self.start - .seconds(86_400))
        var last = first
        for _ in 0..<1000 {
            let now = time.now()
            #expect(now >= last)
            last = now
        }
        #expect(time.wallStep <= .zero - .seconds(86_400))
        box.set(Self.start + .seconds(7200))
        #expect(time.now() < Self.start + .seconds(3600))
        #expect(time.wallStep > .seconds(3600))
    }

    @Test func itSleepsUntilTheInstantAndNotBefore() async throws {
        let time = SystemTime { Self.start }
        let until = time.now() + .milliseconds(30)
        try await time.sleep(until: until)
        #expect(time.now() >= until)
        try await time.sleep(until: Self.start)
    }
}

private final class Box: Sendable {
    private let instant: Mutex<Instant>
    init(_ instant: Instant) { self.instant = Mutex(instant) }
    var now: Instant { instant.withLock(\.self) }
    func set(_ new: Instant) { instant.withLock { $0 = new } }
}
