import Control
import OrderedCollections
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
        /// What it was worked out from, but the time.
        let premise: Situation
    }

    package init() {}

    /// The last answer where it is young, and regions and verdicts are as they were then.
    package func fresh(
        in situation: Situation, for age: Duration = SurvivalWatch.freshFor
    ) -> Survivability? {
        kept.withLock { kept in
            guard let kept, situation.now - kept.survivability.at < age,
                kept.premise.answersAs(situation)
            else { return nil }
            return kept.survivability
        }
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
                let found = await Surviving(situation).sideBySide(
                    losing: [], atOnce: Surviving.atOnceMax)
                kept.withLock { $0 = Kept(survivability: found, premise: situation) }
            }
        }
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

    /// `survivability`, worked out side by side.
    package func sideBySide(
        losing lost: [FailureDomain], atOnce: Int
    ) async -> Survivability {
        let all = losses(losing: lost, atOnce: atOnce)
        let part = max(1, (all.count + Surviving.workers - 1) / Surviving.workers)
        let found = await withTaskGroup(of: (start: Int, losses: [LossSurvival]).self) { group in
            for start in stride(from: 0, to: all.count, by: part) {
                let own = all[start..<min(start + part, all.count)]
                group.addTask { (start, survivals(of: own, among: all.count)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return survivability(found.sorted { $0.start < $1.start }.flatMap(\.losses))
    }
}
