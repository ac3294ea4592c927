import Control
import Foundation
import Manifests
import OrderedCollections
import Playbooks
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Storage

/// A controller that dies after any entry finds its work in the journal and brings it to its end.
@Suite struct ResumeCrashes {
    /// What had become of the last turn's orders when the controller died.
    enum Fate: String, CaseIterable {
        case neverSent
        case landed
        /// They land two seconds after the next controller has started.
        case late
    }

    static let stories: [[PlanIntent]] = [
        [
            .evacuate(domain: FailureDomain("ovh/strasbourg/sbg2")),
            .failback(region: RegionID("grand-est")),
        ],
        [.switchover(region: RegionID("hauts-de-france"), to: HostID("ent-par"))],
    ]

    /// Tuesday, 10 November 2026, 11:00 in Paris: no return by itself, and plans fit a school day.
    static let noon = Instant(unixSeconds: 1_794_304_800)

    private let configuration: Configuration

    init() throws {
        let root = try packageRoot().path
        let today = try #require(CivilDate(year: 2026, month: 11, day: 10))
        let topology = try TopologyFile(
            bytes: try bytes(of: root + "/topology.yaml"), file: "topology.yaml", today: today)
        let playbooks = try PlaybookFolder(path: root + "/playbooks").playbooks()
        configuration = Configuration(
            topology: topology.topology, playbooks: playbooks, digest: Digest(hex: "ab"))
    }

    @Test(arguments: stories) func resumesFromEveryEntry(_ story: [PlanIntent]) async throws {
        let folder = try TemporaryFolder()
        var whole = Bench(configuration, term: 1, at: Self.noon)
        try whole.finish(story)
        try expectAllIsWell(whole, after: story)
        let journal = try SQLiteJournal(path: folder.file("whole"))
        for turn in whole.turns { try await journal.append(turn.entries) }
        #expect(try journal.resume().state == whole.controller.state)

        var count = 0
        for turn in whole.turns {
            for kept in 1...turn.entries.count {
                count += 1
                // Orders are sent once the whole turn is durable, and have a fate only then.
                let isSent = kept == turn.entries.count && !turn.orders.isEmpty
                for fate in isSent ? Fate.allCases : [.neverSent] {
                    let path = folder.file("\(count)-\(fate)")
                    try await SQLiteJournal(path: path).append(Array(whole.entries.prefix(count)))
                    let second = try await restarted(path, after: turn, fate: fate, story)
                    expectTheSame(
                        second, whole,
                        "\(fate) after entry \(count): \(turn.entries[kept - 1].fact)")
                }
            }
        }
        #expect(count == whole.entries.count)
        #expect(count > 60)
    }

    private func expectTheSame(_ second: Bench, _ whole: Bench, _ comment: Comment) {
        #expect(second.doors.mapValues(\.state) == whole.doors.mapValues(\.state), comment)
        #expect(second.changes == whole.changes, comment)
        let (state, wanted) = (second.controller.state, whole.controller.state)
        #expect(state.allocations == wanted.allocations, comment)
        #expect(second.runEnds == whole.runEnds, comment)
    }

    /// Starts on the journal, goes on to the end, and finds all of it in the journal again.
    private func restarted(
        _ path: String, after turn: Bench.Turn, fate: Fate, _ story: [PlanIntent]
    ) async throws -> Bench {
        let journal = try SQLiteJournal(path: path)
        let resumed = try journal.resume()
        #expect(resumed.poison == nil)
        var doors = turn.doors
        if fate == .landed {
            for order in turn.orders { _ = doors[order.order.door]?.take(order) }
        }
        var bench = Bench(
            configuration, term: 2, at: turn.at + .seconds(1), state: resumed.state, doors: doors)
        if fate == .late { bench.expect(turn.orders, after: .seconds(2)) }
        try bench.finish(story)
        for turn in bench.turns { try await journal.append(turn.entries) }
        #expect(try journal.resume().state == bench.controller.state)
        return bench
    }

    private func expectAllIsWell(_ bench: Bench, after story: [PlanIntent]) throws {
        #expect(bench.runEnds == Array(repeating: .succeeded, count: story.count))
        #expect(bench.refusals.isEmpty)
        #expect(bench.changes.reduce(0, +) == story.count)
        switch story[story.count - 1] {
        case .failback(let region):
            let home = try #require(configuration.topology.regions[region]).primary
            #expect(bench.controller.state.allocations[region] == Allocation(all: home))
        case .switchover(let region, let host):
            #expect(bench.controller.state.allocations[region] == Allocation(all: host))
        case .failover, .evacuate, .drain, .playbook, .retry, .rollback, .held, .ration, .quota,
            .lift:
            break
        }
    }
}

extension Bench {
    var runEnds: [RunEnd?] {
        controller.state.runs.values.map {
            if case .ended(let end, _) = $0.phase { end } else { nil }
        }
    }
}
