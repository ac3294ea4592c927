import Testing
import Values

@testable import Playbooks

/// Every fault that a playbook can have without a topology.
@Suite struct PlaybookFaultsTests {
    static let shift = PlaybookStep(
        name: "shift", action: .shift(existing: .keep), forEach: .door, undo: .restore)

    static func tell(_ message: String, forEach: PlaybookStep.Repetition? = nil) -> PlaybookStep {
        PlaybookStep(name: "tell", action: .notify(message: message), forEach: forEach)
    }

    @Test(
        arguments: [
            ([shift], []),
            (
                [shift, shift],
                ["step 'shift' is declared twice; give every step its own name"]
            ),
            (
                [
                    shift,
                    PlaybookStep(name: "w", action: .wait(for: .seconds(1)), needs: ["shif"]),
                ],
                [
                    "step 'w' needs 'shif', which is no step of the playbook; "
                        + "did you mean 'shift'? use one of shift, w"
                ]
            ),
            (
                [
                    PlaybookStep(name: "a", action: .wait(for: .seconds(1)), needs: ["b"]),
                    PlaybookStep(name: "b", action: .wait(for: .seconds(1)), needs: ["a"]),
                ],
                ["step 'a' needs itself by way of a, b; take one of these needs away"]
            ),
            (
                [
                    PlaybookStep(name: "a", action: .wait(for: .seconds(1)), isPivot: true),
                    PlaybookStep(name: "b", action: .wait(for: .seconds(1)), isPivot: true),
                ],
                [
                    "step 'b' is a second pivot beside 'a'; "
                        + "mark one step: from its start on, the run only goes forward"
                ]
            ),
            (
                [PlaybookStep(name: "s", action: .shift(existing: .keep), forEach: .door)],
                [
                    "step 's' may come before the pivot and is not undone; "
                        + "add 'undo: restore', mark it 'pivot: true', or let it need the pivot"
                ]
            ),
            (
                [PlaybookStep(name: "d", action: .drain, forEach: .region)],
                ["step 'd' has 'forEach: region', which 'drain' does not take; use door"]
            ),
            (
                [PlaybookStep(name: "w", action: .wait(for: nil))],
                [
                    "step 'w' has no forEach, which 'wait without 'for'' does not take; "
                        + "use region or stage"
                ]
            ),
            (
                [PlaybookStep(name: "a", action: .approve, undo: .restore)],
                ["step 'a' has 'undo: restore' but sets no door; only a shift can be undone"]
            ),
            ([tell("all of ${plan.title}")], []),
            ([tell("a dollar $5")], []),
            (
                [tell("to ${region.too}", forEach: .region)],
                [
                    "step 'tell' names '${region.too}', which is unknown; "
                        + "did you mean ${region.to}? known are ${region.name}, "
                        + "${region.title}, ${region.to}, ${region.from}, ${plan.title}"
                ]
            ),
            (
                [tell("to ${region.to}")],
                ["step 'tell' names '${region.to}' but is about no region; add 'forEach: region'"]
            ),
            (
                [tell("to ${region.to", forEach: .region)],
                ["step 'tell' has a '${' that is not closed; write it as ${region.name}"]
            ),
        ] as [([PlaybookStep], [String])])
    func aFaultSaysWhatAndHowToMendIt(steps: [PlaybookStep], faults: [String]) {
        let playbook = Playbook(name: "test", title: "Test", steps: steps)
        #expect(playbook.faults().map { "\($0.what); \($0.mend)" } == faults)
    }
}
