import Control
import OrderedCollections
import Playbooks
import Runtime
import Situations
import Synchronization
import TestSupport
import Testing
import Values

/// The loop obeys: nothing is done that is not durable first, and nothing without leadership.
@Suite(.timeLimit(.minutes(2))) struct RuntimeTests {
    @Test func effectsComeAfterTheirEntriesAreDurable() async throws {
        let stand = Stand()
        stand.journal.hold { _ in true }
        try await stand.run {
            try await eventually("an append to wait") { stand.journal.waiting == 1 }
            #expect(stand.tape.count("notice") == 0)
            #expect(stand.tape.count("read") == 0)
            stand.journal.hold(nil)
            try await stand.settle()
            let all = stand.tape.all
            let append = try #require(all.firstIndex(of: "append"))
            let effect = try #require(all.firstIndex { $0 == "read" || $0.hasPrefix("notice") })
            #expect(append < effect)
        }
    }

    @Test func anOrderIsSentOnceItsStartIsDurable() async throws {
        let stand = Stand()
        try await stand.run {
            try await stand.settle()
            stand.journal.hold(\.isStart)
            stand.forget()
            try await eventually("the start to wait") { stand.journal.waiting == 1 }
            #expect(stand.tape.count("perform") == 0)
            stand.journal.hold(nil)
            try await eventually("the door to be restored") { stand.isRestored }
            #expect(stand.tape.count("perform") == 1)
        }
    }

    /// A snapshot that was behind the entries before it would lose them at the next start.
    @Test func anHourOnTheJournalIsCompactedWithTheStateOfItsLastEntry() async throws {
        let stand = Stand()
        try await stand.run {
            try await stand.settle()
            #expect(stand.journal.compacted.isEmpty)
            stand.time.pass(.seconds(3601))
            try await eventually("it to be compacted") { stand.journal.compacted.count == 1 }
            let compacted = try #require(stand.journal.compacted.first)
            var state = ControllerState()
            for entry in compacted.entries { try state.apply(entry) }
            #expect(compacted.state == state)
        }
    }

    /// The first append of all fails: what was told meanwhile (the topology) must not be forgotten.
    @Test func aJournalThatFailsMeansObservingUntilItTakesWrites() async throws {
        let stand = Stand()
        let full = Fault(what: "the disk is full", mend: "make room")
        stand.journal.fail(full)
        try await stand.run {
            try await eventually("the loop to observe") {
                stand.runtime.view.mode == .observing(because: full)
            }
            try await eventually("a page") { stand.tape.count("notice page: observing only") == 1 }
            #expect(await stand.pause("k1") == .notLeading(leader: nil))
            #expect(stand.tape.count("read") == 0)
            #expect(stand.journal.entries.isEmpty)
            #expect(stand.runtime.view.controller.state == ControllerState())
            stand.journal.fail(nil)
            stand.time.pass(.seconds(3))
            try await eventually("the journal to be tried") { stand.tape.count("tried") > 0 }
            stand.time.pass(.seconds(3))
            try await stand.settle()
            #expect(stand.facts.contains(.loaded(digest: Digest(hex: "ab"))))
            #expect(stand.runtime.view.controller.configuration == stand.configuration)
        }
    }

    @Test func aJournalThatFailsUnderWayTakesBackWhatWasConcluded() async throws {
        let stand = Stand()
        let full = Fault(what: "the disk is full", mend: "make room")
        try await stand.run {
            try await stand.settle()
            let before = stand.runtime.view.controller.state
            stand.journal.fail(full)
            #expect(await stand.pause("k1") == .refused(fault: full))
            #expect(stand.runtime.view.mode == .observing(because: full))
            #expect(stand.runtime.view.controller.state == before)
            stand.forget()
            try await eventually("the journal to be tried in vain") {
                stand.tape.count("tried") > 0
            }
            #expect(stand.tape.count("perform") == 0)
            stand.journal.fail(nil)
            stand.time.pass(.seconds(3))
            try await eventually("the loop to act") { stand.runtime.view.mode == .acting }
            stand.time.pass(.seconds(2))
            try await eventually("the door to be restored") { stand.isRestored }
            #expect(await stand.pause("k2").isDone)
            #expect(stand.runtime.view.controller.state.pauses.count == 1)
        }
    }

    @Test(arguments: [
        (why: "the order's own time", lease: Duration.seconds(3600), pass: Duration.seconds(11)),
        ("the lease", .seconds(20), .seconds(21)),
    ])
    func anOrderIsNotSentTooLate(why: String, lease: Duration, pass: Duration) async throws {
        let stand = Stand()
        stand.lease.setLength(lease)
        try await stand.run {
            try await stand.settle()
            stand.journal.hold(\.isStart)
            stand.forget()
            try await eventually("the start to wait") { stand.journal.waiting == 1 }
            stand.time.pass(pass)
            stand.journal.hold(nil)
            try await eventually("the door to be restored by the next attempt") {
                stand.time.pass(.seconds(1))
                return stand.isRestored
            }
            let starts = stand.journal.entries.count(where: \.isStart)
            #expect(starts > 1)
            #expect(stand.tape.count("perform") < starts, "the first was never sent: \(why)")
        }
    }

    @Test func commandsAreAnswered() async throws {
        let stand = Stand()
        try await stand.run {
            try await stand.settle()
            #expect(await stand.pause("k1").isDone)
            let unknown = await stand.runtime.command(
                .approve(run: RunID(term: 9, number: 9)), id: CommandID("k2"),
                by: Principal("anna"))
            guard case .refused(let fault) = unknown else {
                Issue.record("\(unknown)")
                return
            }
            #expect(fault.what == "there is no open run r9-9")
        }
    }

    @Test func nothingIsDoneBeforeAPoisonedStartIsAcknowledged() async throws {
        let poison = Fault(what: "entry 3 cannot be applied", mend: "bascule ack")
        let stand = Stand(startsObserving: poison)
        try await stand.run {
            try await eventually("probing, and some turns") {
                stand.time.pass(.seconds(1))
                return stand.tape.count("probing") == 1 && stand.runtime.view.turns > 2
            }
            #expect(stand.runtime.view.mode == .observing(because: poison))
            #expect(stand.journal.entries.isEmpty)
            #expect(stand.tape.count("read") == 0)
            #expect(await stand.pause("k1") == .notLeading(leader: nil))
            #expect(stand.runtime.acknowledge())
            #expect(!stand.runtime.acknowledge())
            stand.time.pass(.seconds(2))
            try await stand.settle()
        }
    }

    @Test func aReloadIsTakenByEveryPort() async throws {
        let stand = Stand()
        let new = Configuration(
            topology: stand.configuration.topology, playbooks: stand.configuration.playbooks,
            digest: Digest(hex: "cd"))
        try await stand.run {
            try await stand.settle()
            #expect(await stand.runtime.reload(new) == nil)
            try await eventually("the new topology to be in force") {
                stand.runtime.view.controller.state.digest == new.digest
            }
            #expect(stand.tape.count("doors replaced") == 2)
            #expect(stand.tape.count("prober replaced") == 2)
            #expect(stand.tape.count("loads replaced") == 2)
        }
    }

    /// As GRDB does, the journal throws what cut it off; that is no fault of the journal's.
    @Test func anEndInTheMiddleOfAWriteIsSilentAndLeavesNobodyWaiting() async throws {
        let stand = Stand()
        let reply = try await withThrowingTaskGroup(of: Reply.self) { group in
            try await stand.run {
                try await stand.settle()
                stand.journal.hold { _ in true }
                group.addTask { await stand.pause("k1") }
                try await eventually("the write to wait") { stand.journal.waiting == 1 }
            }
            return try await group.next()
        }
        guard case .refused(let fault)? = reply else {
            Issue.record("what was asked for was not journaled: \(String(describing: reply))")
            return
        }
        #expect(fault.what == "the controller is ending")
        #expect(stand.tape.count("notice page") == 0)
        #expect(stand.tape.count("tried") == 0)
        #expect(stand.tape.count("yield") == 1)
    }

    @Test func cancellingEndsEverythingThatIsOpen() async throws {
        let stand = Stand()
        stand.doors.hang()
        try await stand.run {
            try await stand.settle()
            stand.forget()
            try await eventually("an order to hang") { stand.tape.count("perform") == 1 }
        }
        #expect(stand.tape.count("probing ended") == 1)
        #expect(stand.tape.count("reading loads ended") == 1)
        #expect(stand.tape.count("yield") == 1)
        guard case .refused = await stand.pause("late") else {
            Issue.record("a command to a loop that has ended must be refused")
            return
        }
    }
}

extension JournalEntry {
    fileprivate var stepEvent: StepEvent? {
        if case .run(_, .step(_, let event)) = fact { event } else { nil }
    }

    fileprivate var isStart: Bool { if case .started? = stepEvent { true } else { false } }
}

extension Reply {
    fileprivate var isDone: Bool { if case .done = self { true } else { false } }
}
