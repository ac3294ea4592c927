import Actuation
import Control
import Foundation
import Playbooks
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// The door of a gate, on a real HAProxy with the shipped configuration.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct GateDoorServers {
    private let admission = [GateBench.quota("pupils", 2, 50), GateBench.quota("parents", 0, 0)]

    @Test func quotasAndWeightsAreSetTogetherAndReadBack() async throws {
        try await withGate { gate in
            #expect(try await gate.read().state.admission == nil)
            for host in ["ent-gra1", "ent-sbg2"] {
                let reading = try await gate.set(admission, host: host)
                #expect(reading.state.shares == [Share(host: HostID(host), percent: .all)])
                #expect(reading.state.admission == admission)
                #expect(try await gate.read() == reading)
            }
            #expect(try await gate.set(nil).state.admission == nil)
        }
    }

    @Test func aHandsQuotaIsReadAndOneOfNoSenseIsForeign() async throws {
        try await withGate { gate in
            try await gate.set(admission)
            let map = gate.haproxy.place.folder.file("grand-est.quotas.map")
            try gate.haproxy.typed("set map \(map) pupils 9:9")
            try gate.haproxy.typed("add map \(map) wizards 1:1")
            let state = try await gate.read().state
            #expect(state.admission == [GateBench.quota("pupils", 9, 9), admission[1]])
            #expect(state.foreign == ["quota wizards 1:1"])
            #expect(try await gate.set(admission).state.foreign == [])
        }
    }

    @Test func aReloadLosesNoQuotaAndNobodyWhoIsIn() async throws {
        try await withGate { gate in
            let before = try await gate.set(admission)
            #expect(try gate.areIn(["p1", "p2", "p3"]) == [true, true, false])
            let hook = try packageRoot().appendingPathComponent("deploy/haproxy/keep-quotas")
            let kept = try await run(hook.path, [gate.haproxy.place.socketPath])
            #expect(kept.status == 0, "\(kept.stderr)")
            try await gate.haproxy.reload()
            let after = try await gate.read()
            #expect(after.incarnation != before.incarnation)
            #expect(after.state.admission == before.state.admission)
            try await eventually("who is in to be handed over") {
                try gate.haproxy.typed("show table in:grand-est:pupils").contains("used:2")
            }
            #expect(try gate.areIn(["p1", "p4", "p2"]) == [true, false, true])
        }
    }

    /// The controller reads each door every `doorReadInterval`, and sets it again.
    @Test func aCrashHasForgottenTheQuotasAndShowsIt() async throws {
        try await withGate { gate in
            let before = try await gate.set(admission)
            try await gate.haproxy.restart()
            let after = try await gate.read()
            #expect(after.incarnation != before.incarnation)
            #expect(after.state.admission == nil)
            #expect(try await gate.set(admission).state == before.state)
        }
    }

    @Test func aGateWithoutItsMapIsUnreadableAndSaysWhatToAdd() async throws {
        try await withGate { gate in
            let door = FrontDoorID("haproxy:edge-1/plain")
            guard case .unreadable(let fault) = await gate.doors.read(door) else {
                Issue.record("it was read")
                return
            }
            #expect(fault.what.contains("has no map plain.quotas.map"))
            #expect(fault.mend.contains("deploy/haproxy/haproxy.cfg"))
            let order = GateBench.order(admission, host: "ent-gra1", at: door)
            #expect(await gate.doors.perform(order) == .nothingChanged(fault: fault))
        }
    }

    @Test func anHAProxyThatHangsBeforeItsWeightsIsAlreadyNarrowAndNotYetWider() async throws {
        try await withGate { gate in
            try await gate.set([
                GateBench.quota("pupils", 2, 50), GateBench.quota("parents", 9, 9),
            ])
            let place = gate.haproxy.place
            try await withDeafeningRelay(
                at: place.folder.file("relay.sock"), before: place.socketPath
            ) {
                await gate.doors.replace(topology: GateBench.topology(socket: "relay.sock"))
                let wider = [GateBench.quota("pupils", 7, 70), GateBench.quota("parents", 0, 0)]
                let outcome = await gate.doors.perform(
                    GateBench.order(wider, host: "ent-gra1"))
                guard case .unknown(let fault) = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
                #expect(!fault.mend.isEmpty)
                let reading = try await gate.read()
                #expect(reading.state.admission == admission)
            }
        }
    }
}
