import Documents
package import Playbooks
import Situations
import TopologyModel
package import Values

extension RunProgress {
    /// One line for a terminal that is drawn again in place: how far, and what is waited for.
    package func line(of run: RunID, at now: Instant, width: Int = TextTable.widthDefault)
        -> String
    {
        let waits = active.map { "\($0.words(at: now)): \($0.title)" }
        let more = waits.count > 1 ? " (and \(waits.count - 1) more)" : ""
        let text = "\(run) \(passed)/\(total)  " + (waits.first ?? "going on")
        guard text.count + more.count >= width else { return text + more }
        return String(text.prefix(max(0, width - 4 - more.count))) + "..." + more
    }

    /// Both times of being done: the new answer everywhere, and the old place empty.
    package func ends(at now: Instant) -> String {
        guard let answeredAt, let oldAnswersUntil else { return "" }
        let first = "The new answer is everywhere since \(answeredAt.moment(at: now))."
        if isDrained || oldAnswersUntil <= now {
            return first + " Old answers are out of use since \(oldAnswersUntil.moment(at: now))."
                + backIn(at: now)
        }
        return first + " Old answers may be used until \(oldAnswersUntil.moment(at: now)) "
            + "(\(oldAnswersUntil.left(at: now)))." + backIn(at: now)
    }

    /// When everybody should be logged in again; empty once that is over, and where nobody has to.
    private func backIn(at now: Instant) -> String {
        guard let loggedInBy, now < loggedInBy else { return "" }
        return " Everybody should be back in by \(loggedInBy.moment(at: now)) "
            + "(\(loggedInBy.left(at: now)))."
    }
}

extension RunProgress.Active {
    /// What is waited for, and until when.
    package func words(at now: Instant) -> String {
        let what =
            switch waitingFor {
            case .answer: "waits for the answer"
            case .reading: "reads the door back"
            case .approval: "waits for a person's approval"
            case .time: "lets time pass"
            case .check: "checks"
            case .retry: "tries again"
            case .oldAnswers: "old answers may be used"
            case .oldLeader: "waits for the old leader's last moment"
            }
        guard let until else { return what }
        let word = waitingFor == .retry ? "at" : "until"
        return "\(what) \(word) \(until.moment(at: now)) (\(until.left(at: now)))"
    }
}

extension Instant {
    /// `30 s left`, in whole seconds; `due` when it has passed.
    func left(at now: Instant) -> String {
        let seconds = (self - now).components.seconds
        return self <= now ? "due" : "\(Duration.seconds(max(1, seconds)).text) left"
    }
}
