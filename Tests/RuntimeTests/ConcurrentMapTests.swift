import Runtime
import Synchronization
import Testing

@Suite("So many at once, and in their order") struct ConcurrentMapTests {
    /// How many are under way, and the most that ever were.
    private final class Count: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock(\.most) }
        func begin() {
            counts.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }
        func end() { counts.withLock { $0.now -= 1 } }
    }

    @Test(arguments: [
        (why: "more items than may be under way", items: 40, atOnce: 4, most: 4),
        (why: "as many", items: 4, atOnce: 4, most: 4),
        (why: "fewer", items: 3, atOnce: 8, most: 3),
        (why: "one by one", items: 5, atOnce: 1, most: 1),
        (why: "none", items: 0, atOnce: 4, most: 0),
    ])
    func keepsItsOrderAndItsBound(why: String, items: Int, atOnce: Int, most: Int) async {
        let count = Count()
        let values = await concurrentMap(Array(0..<items), atOnce: atOnce) { item in
            count.begin()
            // The first of every few are the last to end.
            for _ in 0..<(items - item) * 20 { await Task.yield() }
            count.end()
            return item * 2
        }
        #expect(values == (0..<items).map { $0 * 2 }, "\(why)")
        #expect(count.most <= most, "\(why)")
    }
}
