import Foundation
import Situations
import TestSupport
import Testing
import TopologyModel

/// Users at the shipped gate, on a real HAProxy.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct GateServers {
    @Test func withoutAQuotaEverybodyIsIn() async throws {
        try await withGate { gate in
            let users = try gate.countIn(of: 50, "pupils")
            #expect(users == 50)
            let visitor = try gate.answer()
            #expect(visitor.body == "anonymous")
            #expect(visitor.ticket == nil)
        }
    }

    @Test func classesAreLetInInTheirOrderAndUsersAreHeldExactly() async throws {
        try await withGate { gate in
            let admission = [
                GateBench.quota("staff", 100), GateBench.quota("pupils", 3),
                GateBench.quota("parents", 0, 0),
            ]
            let reading = try await gate.set(admission)
            #expect(reading.state.admission == admission)
            #expect(reading.state.foreign == [])
            #expect(try gate.countIn(of: 9, "staff") == 9)
            #expect(try gate.countIn(of: 9, "pupils") == 3)
            #expect(try gate.countIn(of: 9, "parents") == 0)
            #expect(try gate.countIn(of: 9, "pupils") == 3, "the same three")
        }
    }

    @Test func severalRequestsOfAUserCountOnceAndWhoIsInStaysIn() async throws {
        try await withGate { gate in
            try await gate.set([GateBench.quota("pupils", 2)])
            for _ in 1...5 { #expect(try gate.areIn(["p1"]) == [true]) }
            #expect(try gate.areIn(["p2", "p3", "p1"]) == [true, false, true])
            try await gate.set([GateBench.quota("pupils", 0, 0)])
            #expect(try gate.areIn(["p1", "p2", "p3"]) == [true, true, false])
            try await gate.set([GateBench.quota("pupils", 3)])
            #expect(try gate.areIn(["p3", "p4"]) == [true, false])
            try await gate.set(nil)
            #expect(try gate.areIn(["p4", "p5"]) == [true, true])
        }
    }

    @Test func aQuotaThatComesLaterFindsThoseWhoAreIn() async throws {
        try await withGate { gate in
            #expect(try gate.areIn(["p1", "p2", "p3"]) == [true, true, true])
            try await gate.set([GateBench.quota("pupils", 3)])
            #expect(try gate.areIn(["p4", "p2"]) == [false, true])
        }
    }

    @Test func entriesPerSecondAreHeld() async throws {
        try await withGate { gate in
            let pace = 10
            try await gate.set([GateBench.quota("pupils", 10_000, pace)])
            let start = ContinuousClock.now
            var (entered, tried) = (0, 0)
            while ContinuousClock.now - start < .seconds(4) {
                tried += 1
                if try gate.areIn(["p\(tried)"]) == [true] { entered += 1 }
                try await Task.sleep(for: .milliseconds(5))
            }
            let seconds = Double((ContinuousClock.now - start) / .seconds(1))
            #expect(entered <= Int((seconds + 1) * Double(pace)), "\(entered) of \(tried)")
            #expect(entered >= Int(seconds * Double(pace) / 2), "\(entered) of \(tried)")
        }
    }

    @Test func manyUsersOfOneAddressAreNotHeldBackForIt() async throws {
        try await withGate { gate in
            try await gate.set([GateBench.quota("pupils", 400, 100_000)])
            #expect(try gate.countIn(of: 300, "pupils") == 300)
        }
    }

    private static let told: [(why: String, pass: String, told: String)] = [
        ("a pass", GateBench.pass("a"), "pupils"),
        ("sealed before", GateBench.pass("a", key: GateBench.keyBefore), "pupils"),
        ("none", "", "anonymous"),
        ("no pass at all", "hello", "anonymous"),
        ("expired", GateBench.pass("a", until: 1_773_102_900), "anonymous"),
        ("another's key", GateBench.pass("a", key: GateBench.foreignKey), "anonymous"),
        (
            "another class under the seal",
            GateBench.pass("a").replacing("pupils", with: "staff"), "anonymous"
        ),
        (
            "another user under the seal", GateBench.pass("a").replacing(".a.", with: ".b."),
            "anonymous"
        ),
        ("another region", GateBench.pass("a", region: "occitanie"), "anonymous"),
        ("a class that is none", GateBench.pass("a", "wizards"), "anonymous"),
        ("a seal cut short", String(GateBench.pass("a").dropLast()), "anonymous"),
        ("no seal", "grand-est.staff.9999999999.a", "anonymous"),
        ("an empty seal", "grand-est.staff.9999999999.a.", "anonymous"),
    ]

    @Test func aPassTellsTheHostItsClassAndNothingElseDoes() async throws {
        try await withGate { gate in
            for (why, pass, told) in Self.told {
                let answer = try gate.answer(pass: pass, headers: ["X-Bascule-Class: staff"])
                #expect(answer.body == told, "\(why)")
            }
        }
    }

    @Test func aForgedPassWaitsWithTheAnonymous() async throws {
        try await withGate { gate in
            try await gate.set(GateBench.classes.map { GateBench.quota($0.name, 100, 0) })
            let forged = GateBench.pass("a", "staff", key: GateBench.foreignKey)
            #expect(try gate.answer(pass: forged).isWaiting)
            #expect(try gate.answer().isWaiting)
        }
    }

    /// A browser keeps the last of two cookies of one name, so there must be one.
    @Test func aPortalThatLogsInWithOneRequestKeepsItsPass() async throws {
        try await withGate { gate in
            try await gate.set(GateBench.classes.map { GateBench.quota($0.name, 100, 9) })
            let answer = try gate.answer(path: "/login").text.lowercased()
            #expect(answer.components(separatedBy: "set-cookie: bascule=").count == 2)
            #expect(answer.contains("set-cookie: bascule=its-own\r\n"))
            #expect(try gate.answer().ticket?.hasPrefix("grand-est./login.") == true)
        }
    }

    @Test func loginsHaveTheirOwnPaceAndWhatBeganIsLetFinish() async throws {
        try await withGate { gate in
            let reading = try await gate.set(
                GateBench.classes.map { GateBench.quota($0.name, 100, 2) })
            #expect(reading.state.foreign == [])
            let answers = try (1...20).map { _ in try gate.answer() }
            let begun = answers.filter(\.isFromTheHost)
            #expect((6...12).contains(begun.count), "2 for each of 3 classes a second")
            #expect(answers.filter(\.isWaiting).count == 20 - begun.count)
            let ticket = try #require(begun.first?.ticket)
            for _ in 1...30 {
                #expect(try gate.answer(pass: ticket).body == "anonymous")
            }
            #expect(try gate.areIn(["p1"]) == [true], "the pass of after the login")
        }
    }
}
