import Control
package import OrderedCollections
package import Planning
package import Situations
import Synchronization
package import TopologyModel
import Values

/// Keeps the answer to "which regions outlive which losses" while a controller runs, so that it is
/// there at once when somebody asks.
package final class SurvivalWatch: Sendable {
    /// How often it is looked whether it must be worked out anew, beside the time that this takes.
    package static let interval = Duration.seconds(60)
    /// An older answer is no answer: it is worked out for whoever asks.
    package static let freshFor = Duration.seconds(300)
    /// Before so many seconds have passed a start has not read its doors.
    private static let firstAfter = Duration.seconds(15)

    private let kept = Mutex<Kept?>(nil)

    private struct Kept {
        let survivability: Survivability
        /// What it was worked out from.
        let situation: Situation
    }

    package init() {}

    package func keep(_ survivability: Survivability, from situation: Situation) {
        kept.withLock { $0 = Kept(survivability: survivability, situation: situation) }
    }

    /// The last answer where it is young, and all but the time is as it was then.
    package func fresh(
        in situation: Situation, for age: Duration = SurvivalWatch.freshFor
    ) -> Survivability? {
        kept.withLock { kept in
            guard let kept, situation.now - kept.survivability.at < age,
                kept.situation.answersAs(situation)
            else { return nil }
            return kept.survivability
        }
    }

    /// Where regions go by what was worked out, before it fell, for the loss that a request is
    /// about; nothing where that loss was not asked about, or of another topology.
    ///
    /// However old it is: the planner takes of it what still keeps the rules.
    package func foretold(for request: PlanningRequest) -> OrderedDictionary<RegionID, Allocation> {
        kept.withLock { kept in
            guard let kept, kept.situation.digest == request.situation.digest else { return [:] }
            let lost = Set(request.changes.compactMap { kept.survivability.domain(lostBy: $0) })
            let loss = kept.survivability.losses.first { Set($0.lost) == lost }
            return OrderedDictionary(
                (loss?.regions ?? []).map { ($0.region, $0.to) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    /// What is planned for a request, searched from what was foretold of its loss.
    func placement(for request: PlanningRequest, steps: Int) -> Placement {
        Planner.placement(for: request, steps: steps, ready: foretold(for: request))
    }

    /// Works until it is cancelled.
    package func run(over runtime: Runtime) async {
        var pause = SurvivalWatch.firstAfter
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            pause = SurvivalWatch.interval
            if let situation = runtime.view.controller.situation(at: runtime.now()),
                fresh(in: situation, for: SurvivalWatch.freshFor - SurvivalWatch.interval) == nil
            {
                do {
                    keep(
                        try await Surviving(situation).sideBySide(
                            losing: [], atOnce: Surviving.atOnceMax), from: situation)
                } catch { return }  // Too many domains for pairs, and for ever; or it is cancelled.
            }
        }
    }
}

extension Survivability {
    /// The domain that fell, by the name that losses have it under.
    fileprivate func domain(lostBy change: WantedChange) -> FailureDomain? {
        guard case .leave(_, _, _, let domain?) = change else { return nil }
        return same.first { $0.domain == domain }?.fallsWith ?? domain
    }
}

extension Situation {
    /// Whether losses are outlived alike in both, for all that is told beside the time of day.
    fileprivate func answersAs(_ other: Situation) -> Bool {
        digest == other.digest && board == other.board && allocations == other.allocations
            && doors.mapValues(\.desired) == other.doors.mapValues(\.desired)
            && closures == other.closures && underway == other.underway
    }
}

extension Surviving {
    /// Losses are planned by so many tasks: Planning knows none.
    private static let workers = 2
    /// Losses after which a task ends, so that others have their turn in between, and a question
    /// that nobody waits for any more ends too: some tens of milliseconds.
    private static let lossesAtATime = 8

    /// `survivability`, worked out side by side.
    ///
    /// - Throws: `Fault` for too many losses, `CancellationError`.
    package func sideBySide(
        losing lost: [FailureDomain], atOnce: Int
    ) async throws -> Survivability {
        let all = try losses(losing: lost, atOnce: atOnce)
        let parts = stride(from: 0, to: all.count, by: Surviving.lossesAtATime).map {
            all[$0..<min($0 + Surviving.lossesAtATime, all.count)]
        }
        let found = await concurrentMap(parts, atOnce: Surviving.workers) { part in
            Task.isCancelled ? [] : survivals(of: part, among: all.count)
        }
        try Task.checkCancellation()
        return survivability(found.flatMap(\.self))
    }
}
