import Foundation
import TestSupport
import Testing

/// Real `kill -9` of a real controller, as soon as its journal holds an entry of each kind; what
/// clients ask the name server meanwhile is always answered.
@Suite(.serialized) struct ControllerCrashes {
    @Test(
        .needs(.dig),
        arguments: [
            "\"ledBy\"", "\"board\":{\"change\":{\"host\"", "\"decided\"", "\"placed\"",
            "\"began\"",
            "\"started\"", "\"finished\"", "\"ended\"", "\"shifted\"",
        ])
    func aKilledControllerResumes(kind: String) async throws {
        try await withStand { stand in
            try await stand.lab("burn", "a1")
            try await eventually("an entry \(kind)", within: .seconds(30), every: .milliseconds(2))
            {
                stand.journalHolds(kind)
            }
            try await stand.controller?.killHard()
            // The name server answers on, whatever became of the controller.
            #expect(try await stand.answers("north").count == 1)
            #expect(try await stand.answers("south") == [stand.address(1)])
            try await stand.startController()
            var asked = 0
            try await eventually("north is served elsewhere", within: .seconds(40)) {
                let answer = try await stand.answers("north")
                asked += 1
                #expect(answer.count == 1, "an answer of \(answer)")
                return answer != [stand.address(0)]
            }
            try await eventually("no run is open", within: .seconds(40)) {
                let runs = try await stand.command("run", "list").stdout
                return !runs.contains("going on") && runs.contains("done")
            }
            #expect(asked > 0)
            #expect(try await stand.answers("south") == [stand.address(1)])
            let history = try await stand.command("history", "--limit", "1000").stdout
            #expect(
                history.components(separatedBy: "north was moved from").count == 2, "\(history)")
        }
    }

    /// It has what it was last told in its zone file; the controller waits, and moves nothing.
    @Test(.needs(.dig)) func aKilledNameServerAnswersWhatItWasLastTold() async throws {
        try await withStand { stand in
            let moved = try await stand.command("evacuate", "a1", "--yes")
            #expect(moved.status == 0, "\(moved.stderr)")
            let told = try await stand.answers("north")
            #expect(told.count == 1 && told != [stand.address(0)])
            try await stand.nameServerProcess?.killHard()
            try await eventually("the controller misses it", within: .seconds(20)) {
                try await stand.command("status", "-o", "json").stdout.contains("unreadable")
            }
            try await stand.startNameServer()
            #expect(try await stand.answers("north") == told)
            try await eventually("the controller reads it again", within: .seconds(20)) {
                try await !stand.command("status", "-o", "json").stdout.contains("unreadable")
            }
            #expect(try await stand.answers("north") == told)
        }
    }
}
