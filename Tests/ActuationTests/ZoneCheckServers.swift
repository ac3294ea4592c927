import Actuation
import Planning
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// Whether real name servers would take our updates, asked by an update that changes nothing.
@Suite(.timeLimit(.minutes(2)))
struct ZoneCheckServers {
    private static let doors = ["grand-est", "occitanie", "corse"].map {
        FrontDoorID("dns:\($0).ent.example")
    }

    @Test(
        .needs(.dig),
        arguments: [
            (why: "nobody holds the zone yet", leader: nil),
            (why: "we hold the zone", leader: firstEpoch),
            (why: "another leader holds the zone", leader: secondEpoch),
        ] as [(why: String, leader: Epoch?)])
    func aTrialIsTakenAndChangesNothing(why: String, leader: Epoch?) async throws {
        try await withZone([ServerForm(), ServerForm()], serversMin: 2) { bench async throws in
            if let leader { _ = await bench.perform(leader, to: "gra") }
            let before = try await bench.everything()
            #expect(before.contains("SOA"))
            for _ in 1...2 { #expect(await bench.doors.objections() == [], "\(why)") }
            #expect(try await bench.everything() == before, "\(why)")
            #expect(try await bench.read().epoch == leader, "\(why)")
        }
    }

    @Test(arguments: [
        (key: "wrong.key", mend: "compare the keys and the clocks"),
        (key: "missing.key", mend: "give the controller the server's key file"),
    ])
    func aKeyThatDoesNotFitIsTold(key: String, mend: String) async throws {
        try await withZone([ServerForm(keyFile: key)]) { bench async throws in
            let found = await bench.doors.objections()
            #expect(found.map(\.door) == Self.doors)
            #expect(found.allSatisfy { $0.host == nil && $0.grade == .notReady })
            #expect(found.allSatisfy { $0.fault.mend == mend }, "\(found)")
        }
    }

    @Test(
        arguments: [
            (why: "one is enough", serversMin: 1, grade: .warning),
            (why: "both are needed", serversMin: 2, grade: .notReady),
        ] as [(why: String, serversMin: Int, grade: ReadinessGrade)])
    func oneOfTwoServersIsDown(why: String, serversMin: Int, grade: ReadinessGrade) async throws {
        let forms = [ServerForm(), ServerForm(isRunning: false)]
        try await withZone(forms, serversMin: serversMin) { bench async throws in
            let found = await bench.doors.objections()
            #expect(found.map(\.door) == Self.doors, "\(why)")
            #expect(found.allSatisfy { $0.grade == grade }, "\(why): \(found)")
            let down = "\(bench.servers[1])"
            #expect(found.allSatisfy { $0.fault.what.contains(down) }, "\(why): \(found)")
        }
    }

    @Test func aServerThatIsDownAndOneThatDoesNotKnowUsAreBothTold() async throws {
        let forms = [ServerForm(keyFile: "wrong.key"), ServerForm(isRunning: false)]
        try await withZone(forms) { bench async throws in
            let found = await bench.doors.objections()
            #expect(found.map(\.door) == Self.doors.flatMap { [$0, $0] })
            #expect(found.allSatisfy { $0.grade == .notReady })
        }
    }

    /// The trial takes this address away, for it must be nowhere; so it is not sent.
    @Test(.needs(.dig)) func anAddressThatLeadsNowhereIsToldAndLeftAlone() async throws {
        try await withZone([ServerForm(home: ["0.0.0.0"])]) { bench async throws in
            let before = try await bench.everything()
            let found = await bench.doors.objections()
            #expect(found.map(\.door) == [Self.doors[0]])
            #expect(found.first?.fault.what.contains("leads nowhere") ?? false, "\(found)")
            #expect(try await bench.everything() == before)
        }
    }
}

extension ZoneBench {
    /// Every record of the zone that we know the name of, and its serial, at each server.
    fileprivate func everything() async throws -> String {
        var all: [String] = []
        for server in servers.indices {
            all.append(try await apex(at: server))
            for name in ["grand-est", "occitanie", "corse", "_bascule-epoch"] {
                for type in ["A", "AAAA", "TXT"] {
                    all.append(try await dig(type, name, at: server))
                }
            }
        }
        return all.joined(separator: "\n")
    }

    private func apex(at index: Int) async throws -> String {
        let place = ["@\(servers[index].address.text)", "-p", "\(servers[index].port)"]
        let wanted = ["+norecurse", "+noall", "+answer", "ent.example", "SOA"]
        return try await TestSupport.run(Program.dig.requiredPath(), place + wanted).stdout
    }
}
