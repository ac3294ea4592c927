import Control
import Notification
import Playbooks
import Situations
import Testing
import TopologyModel
import Values

/// Notices that wait are bounded, and what goes is counted.
@Suite struct NoticeQueueTests {
    private static func message(_ level: Notice.Level, _ number: Int) -> NoticeMessage {
        NoticeMessage(notice(level, "n\(number)", second: number), from: ControllerID("c1"))
    }

    @Test func theOldestInfoGoesForANewOneAndNeverAPage() {
        var queue = NoticeQueue()
        queue.add(Self.message(.page, -2))
        queue.add(Self.message(.info, -1))
        for number in 0..<NoticeQueue.infosMax { queue.add(Self.message(.warning, number)) }
        #expect(queue.infosDropped == 1 && queue.pagesDropped == 0)
        #expect(queue.waiting.count == NoticeQueue.infosMax + 1)
        #expect(queue.waiting.prefix(2).map(\.text) == ["n-2", "n0"])
    }

    @Test func theFirstMayBeOnItsWayAndStays() {
        var queue = NoticeQueue()
        for number in 0...NoticeQueue.infosMax { queue.add(Self.message(.info, number)) }
        #expect(queue.waiting.prefix(2).map(\.text) == ["n0", "n2"])
    }

    @Test func theFirstPagesAreKeptAndTheRestIsCounted() {
        var queue = NoticeQueue()
        for number in 0..<(NoticeQueue.pagesMax + 3) { queue.add(Self.message(.page, number)) }
        #expect(queue.waiting.count == NoticeQueue.pagesMax && queue.pagesDropped == 3)
        #expect(queue.first?.text == "n0")
        for number in 0..<NoticeQueue.infosMax { queue.add(Self.message(.info, number)) }
        #expect(queue.pages.count == NoticeQueue.pagesMax && queue.infosDropped == 0)
    }

    @Test func roomThatIsMadeIsRoomAgain() throws {
        var queue = NoticeQueue()
        for number in 0..<NoticeQueue.infosMax { queue.add(Self.message(.info, number)) }
        queue.remove(try #require(queue.first))
        queue.add(Self.message(.info, 9999))
        #expect(queue.infosDropped == 0 && queue.waiting.last?.text == "n9999")
        queue.drop(try #require(queue.first))
        #expect(queue.infosDropped == 1 && queue.hasDropped)
        queue.forgetDropped()
        #expect(!queue.hasDropped)
    }

    @Test func whatWasLeftBehindComesFirstAndOnce() {
        var queue = NoticeQueue()
        queue.add(Self.message(.page, 2))
        queue.addFirst([Self.message(.page, 1), Self.message(.page, 2)])
        #expect(queue.waiting.map(\.text) == ["n1", "n2"])
    }

    @Test func theIDIsOfWhatIsSaidAndByWhom() {
        let one = Self.message(.page, 1)
        #expect(one.id == Self.message(.page, 1).id)
        let others = [
            Self.message(.info, 1), Self.message(.page, 2),
            NoticeMessage(notice(.page, "n1", second: 1), from: ControllerID("c2")),
        ]
        #expect(Set(others.map(\.id) + [one.id]).count == 4)
    }

    @Test(arguments: [
        (region: "est", run: RunID?.none, look: "bascule explain est"),
        (region: "est", run: RunID(term: 7, number: 3), look: "bascule run show r7-3"),
        (region: nil, run: nil, look: "bascule status"),
    ])
    func itSaysWhereToLook(region: String?, run: RunID?, look: String) {
        let notice = Notice(
            .page, at: begin, region: region.map { RegionID($0) }, run: run, text: "text")
        #expect(NoticeMessage(notice, from: ControllerID("c1")).look == look)
    }
}
