package import TopologyModel

/// What one request of a user came to.
package enum VisitorOutcome: Hashable, Sendable {
    case served
    /// The gate's waiting page.
    case waits
    /// A host's own 503, or no answer.
    case refused
}

/// What the users of one class met: requests, but for those who were thrown out, who are users.
package struct ClassTally: Hashable, Sendable {
    package let classID: ClassID
    package private(set) var served = 0
    package private(set) var waited = 0
    package private(set) var refused = 0
    /// Users who were in, and met the waiting page before their visit ended.
    package private(set) var thrownOut = 0
    /// Of what was served.
    package private(set) var answerTimes = AnswerTimes()

    package init(classID: ClassID) { self.classID = classID }

    package mutating func count(_ outcome: VisitorOutcome, after time: Duration, wasIn: Bool) {
        switch outcome {
        case .served:
            served += 1
            answerTimes.add(time)
        case .waits:
            waited += 1
            if wasIn { thrownOut += 1 }
        case .refused: refused += 1
        }
    }
}
