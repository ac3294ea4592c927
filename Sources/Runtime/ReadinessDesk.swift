import OrderedCollections
package import Planning
package import Situations
import TopologyModel
import Values

/// Makes readiness reports; what doors and standbys answered is kept for a moment, so that monitors
/// that ask often do not ask every server each time.
package actor ReadinessDesk {
    /// For so long answers are not asked for again.
    package static let freshFor = Duration.seconds(10)

    private let doors: any DoorCheckPort
    private let standbys: any StandbyCheckPort
    private var kept: Round?
    /// A round is under way, and who waits for its end.
    private var isAsking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// What was answered, of which topology and by whom.
    private struct Round {
        let answers: ReadinessAnswers
        let at: Instant
        let digest: Digest
        let standbys: [Standby]
    }

    package init(doors: any DoorCheckPort, standbys: any StandbyCheckPort) {
        (self.doors, self.standbys) = (doors, standbys)
    }

    package func readiness(in situation: Situation) async -> Readiness {
        Readiness(of: situation, await answers(in: situation))
    }

    /// One round at a time: who asks while it is under way gets the same.
    private func answers(in situation: Situation) async -> ReadinessAnswers {
        while isAsking { await withCheckedContinuation { waiting.append($0) } }
        // A host that was lost was not asked: once it is back, it is.
        let asked = situation.standbys.filter { !situation.isLost($0) }
        if let kept, kept.digest == situation.digest, kept.standbys == asked,
            situation.now - kept.at < ReadinessDesk.freshFor
        {
            return kept.answers
        }
        isAsking = true
        let answers = await answers(of: asked, in: situation)
        isAsking = false
        // Who gave up was told less than others may be.
        if !Task.isCancelled {
            kept = Round(
                answers: answers, at: situation.now, digest: situation.digest, standbys: asked)
        }
        waiting.forEach { $0.resume() }
        waiting = []
        return answers
    }

    private func answers(
        of asked: [Standby], in situation: Situation
    ) async -> ReadinessAnswers {
        async let objections = doors.objections()
        let answers = await standbys.answers(of: asked, in: situation.topology)
        return ReadinessAnswers(doors: await objections, standbys: answers)
    }
}

extension Situation {
    /// Whether nothing would answer there.
    fileprivate func isLost(_ standby: Standby) -> Bool {
        topology.regions[standby.region].flatMap { objection(to: standby.host, for: $0) }?.isLoss
            ?? false
    }
}
