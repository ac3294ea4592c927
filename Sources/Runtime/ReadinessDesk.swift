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
    private var kept: (answers: Task<ReadinessAnswers, Never>, asked: Situation)?

    package init(doors: any DoorCheckPort, standbys: any StandbyCheckPort) {
        (self.doors, self.standbys) = (doors, standbys)
    }

    package func readiness(in situation: Situation) async -> Readiness {
        Readiness(of: situation, await answers(in: situation))
    }

    /// One round at a time: who asks while it is under way gets the same.
    private func answers(in situation: Situation) async -> ReadinessAnswers {
        if let kept, kept.asked.digest == situation.digest,
            kept.asked.standbys == situation.standbys,
            situation.now - kept.asked.now < ReadinessDesk.freshFor
        {
            return await kept.answers.value
        }
        let asking = Task { [doors, standbys] in
            async let objections = doors.objections()
            let asked = situation.standbys.filter { !situation.isLost($0) }
            let answers = await standbys.answers(of: asked, in: situation.topology)
            return ReadinessAnswers(doors: await objections, standbys: answers)
        }
        kept = (asking, situation)
        return await asking.value
    }
}

extension Situation {
    /// Whether nothing would answer there.
    fileprivate func isLost(_ standby: Standby) -> Bool {
        topology.regions[standby.region].flatMap { objection(to: standby.host, for: $0) }?.isLoss
            ?? false
    }
}
