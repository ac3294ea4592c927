import Playbooks
import Situations
import TestSupport
import Testing
import Values

/// Names at servers that are gone, lose answers, or disagree.
@Suite(.timeLimit(.minutes(2)))
struct LossyZoneServers {
    @Test(arguments: [ServerForm(isRunning: false), ServerForm(loss: .everything)])
    func aServerThatAnswersNothingIsSentNothing(form: ServerForm) async throws {
        try await withZone([form]) { bench async throws in
            let outcome = await bench.perform(firstEpoch, to: "gra")
            guard case .nothingChanged(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(fault.what.hasSuffix("does not answer"))
            #expect(fault.mend == "is it running there?")
            await #expect(throws: Fault.self) { _ = try await bench.read() }
        }
    }

    @Test func anUpdateWithoutAnAnswerIsInDoubtAndCanBeReadBack() async throws {
        try await withZone([ServerForm(loss: .answersToUpdates)]) { bench async throws in
            // The claim is made unheard, and read back; then the change is made unheard.
            let outcome = await bench.perform(firstEpoch, to: "gra")
            guard case .unknown(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(fault.what.hasSuffix("did not answer an update"))
            #expect(!fault.mend.isEmpty)
            let reading = try await bench.read()
            #expect(reading.state == state(["gra"]))
            #expect(reading.epoch == firstEpoch)
        }
    }

    @Test func aRepeatedUpdateIsNotTakenForAnotherLeaders() async throws {
        try await withZone([ServerForm(loss: .firstAnswerToAnUpdate)]) { bench async throws in
            let outcome = await bench.perform(firstEpoch, to: "gra")
            guard case .done(let reading) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(reading.state == state(["gra"]))
            #expect(reading.epoch == firstEpoch)
        }
    }

    @Test func oneServerOfTwoIsEnoughWhereTheZoneSaysSo() async throws {
        try await withZone([ServerForm(), ServerForm(isRunning: false)]) { bench async throws in
            guard case .done(let reading) = await bench.perform(firstEpoch, to: "gra") else {
                Issue.record("not done")
                return
            }
            #expect(reading.state == state(["gra"]))
        }
    }

    /// Found in review: what the other server still held undid what enough had taken.
    @Test func aServerThatRefusesIsNotAskedWhatWasDone() async throws {
        let forms = [ServerForm(keyFile: "wrong.key"), ServerForm()]
        try await withZone(forms, serversMin: 1) { bench async throws in
            let outcome = await bench.perform(firstEpoch, to: "gra")
            guard case .done(let reading) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(reading.state == state(["gra"]))
            let both = try await bench.read()
            #expect(both.split == [state(["sbg"]), state(["gra"])])
        }
    }

    @Test func aChangeAtTooFewServersIsInDoubt() async throws {
        let forms = [ServerForm(), ServerForm(isRunning: false)]
        try await withZone(forms, serversMin: 2) { bench async throws in
            let outcome = await bench.perform(firstEpoch, to: "gra")
            guard case .unknown = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(try await bench.read().state == state(["gra"]))
        }
    }

    @Test func serversThatDisagreeAreShown() async throws {
        try await withZone([ServerForm(), ServerForm(home: ["192.0.2.2"])]) { bench async throws in
            let reading = try await bench.read().state
            #expect(reading.shares == state(["sbg"]).shares)
            #expect(reading.foreign.count == 1)
            #expect(reading.foreign[0].hasPrefix("\(bench.servers[1]): "))
        }
    }
}
