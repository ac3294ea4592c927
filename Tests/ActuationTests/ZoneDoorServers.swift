import Actuation
import Playbooks
import Situations
import TestSupport
import Testing
import Values

/// Names at the real name server, changed by signed updates that hold the zone's epoch.
@Suite(.timeLimit(.minutes(2)))
struct ZoneDoorServers {
    @Test func aFirstReadingTellsHostsAndNoEpoch() async throws {
        try await withZone { bench async throws in
            let reading = try await bench.read()
            #expect(reading.state == state(["sbg"]))
            #expect(reading.epoch == nil)
            #expect(await bench.doors.highestTerm() == 0)
        }
    }

    @Test func aNameWithTwoHostsIsReadAsEvenShares() async throws {
        try await withZone { bench async throws in
            #expect(try await bench.read("occitanie").state == state(["gra", "sbg"]))
        }
    }

    @Test func anAddressOfNoHostIsForeign() async throws {
        try await withZone { bench async throws in
            let reading = try await bench.read("corse")
            #expect(reading.state == DoorState(shares: [], foreign: ["198.51.100.7"]))
        }
    }

    @Test(.needs(.dig)) func anOrderSetsBothFamiliesUnderTheNamesOwnTTL() async throws {
        try await withZone { bench async throws in
            let outcome = await bench.perform(firstEpoch, to: "gra")
            let reading = DoorReading(
                state: state(["gra"]), incarnation: "zone", epoch: firstEpoch)
            #expect(outcome == .done(readback: reading))
            #expect(try await bench.dig("A") == "grand-est.ent.example. 60 IN A 192.0.2.2")
            #expect(
                try await bench.dig("AAAA") == "grand-est.ent.example. 60 IN AAAA 2001:db8::2")
            #expect(
                try await bench.dig("TXT", "_bascule-epoch").hasSuffix("IN TXT \"7.0.c1\""))
        }
    }

    @Test(.needs(.dig)) func aHostOfOneFamilyLeavesNothingOfTheOther() async throws {
        try await withZone { bench async throws in
            guard case .done = await bench.perform(firstEpoch, to: "old") else {
                Issue.record("not done")
                return
            }
            #expect(try await bench.dig("A") == "grand-est.ent.example. 60 IN A 192.0.2.3")
            #expect(try await bench.dig("AAAA") == "")
        }
    }

    @Test func theSameOrderTwiceIsDoneTwice() async throws {
        try await withZone { bench async throws in
            let once = await bench.perform(firstEpoch, to: "gra")
            #expect(await bench.perform(firstEpoch, to: "gra") == once)
        }
    }

    @Test func ordersOfOneLeaderOverlapOnAFreshZone() async throws {
        try await withZone { bench async throws in
            async let east = bench.perform(firstEpoch, to: "gra")
            async let south = bench.perform(firstEpoch, "occitanie", to: "sbg")
            for outcome in await [east, south] {
                guard case .done(let reading) = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect(reading.epoch == firstEpoch)
            }
        }
    }

    @Test func anOlderLeaderIsRefusedByTheServer() async throws {
        try await withZone { bench async throws in
            _ = await bench.perform(firstEpoch, to: "gra")
            guard case .done(let taken) = await bench.perform(secondEpoch, to: "sbg") else {
                Issue.record("the second leader could not take the zone")
                return
            }
            #expect(taken.epoch == secondEpoch)
            #expect(await bench.perform(firstEpoch, to: "gra") == .refused(by: secondEpoch))
            #expect(try await bench.read().state == state(["sbg"]))
            #expect(await bench.doors.highestTerm() == 8)
        }
    }

    @Test func anOrderThatIsTooLateIsNotSent() async throws {
        try await withZone { bench async throws in
            let outcome = await bench.perform(firstEpoch, to: "gra", within: .seconds(-1))
            guard case .nothingChanged(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(fault.what == "the order was too late to be sent")
            let reading = try await bench.read()
            #expect(reading.epoch == nil, "not even the claim was sent")
            #expect(reading.state == state(["sbg"]))
        }
    }

    @Test(arguments: [
        (key: "wrong.key", mend: "compare the keys and the clocks"),
        (key: "missing.key", mend: "give the controller the server's key file"),
    ])
    func aKeyThatDoesNotFitChangesNothing(key: String, mend: String) async throws {
        try await withZone([ServerForm(keyFile: key)]) { bench async throws in
            let outcome = await bench.perform(firstEpoch, to: "gra")
            guard case .nothingChanged(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(fault.mend == mend)
            #expect(try await bench.read().state == state(["sbg"]))
        }
    }

    @Test func aDoorThatNobodyDeclaredChangesNothing() async throws {
        try await withZone { bench async throws in
            let outcome = await bench.perform(firstEpoch, "bretagne", to: "gra")
            guard case .nothingChanged(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(fault.what == "door dns:bretagne.ent.example is not in the topology in force")
        }
    }
}
