import OrderedCollections
import Planning
import Playbooks
import Situations
import TopologyModel
import Values

/// What the controller remembers of its own asking and trying; volatile, so that a new leader
/// tries everything at once.
struct Attempts: Sendable {
    /// A question to the planner that is not answered yet.
    struct Question: Sendable {
        let id: SolveID
        let changes: [WantedChange]
        let deadline: Instant
    }

    /// How long a change rests after a run for it that did not succeed; doubled by each in a row.
    static let restMin = Duration.seconds(2)
    static let restMax = Duration.seconds(60)
    /// The same for a return, which nobody waits for.
    static let returnRestMin = Duration.seconds(60)
    static let returnRestMax = Duration.seconds(3600)
    /// How often in a row a question is asked anew at once because what its answer relied on has
    /// changed meanwhile.
    static let outdatedMax = 3

    private struct Failure {
        let change: WantedChange
        let count: Int
        let until: Instant
    }

    private(set) var question: Question?
    private var lastQuestion = 0
    private var outdated = 0
    /// Changes to which the planner had no answer; asked again after a while or a board change.
    private var barren: [(changes: [WantedChange], until: Instant)] = []
    private var told: (changes: [WantedChange], refusals: [Refusal])?
    private var tried: OrderedDictionary<RunID, [WantedChange]> = [:]
    private var failures: [Failure] = []

    // MARK: - Questions

    /// A number is never given twice, so that the answer to an older question is never taken for
    /// this one's.
    mutating func ask(
        _ changes: [WantedChange], above known: Int, until deadline: Instant
    ) -> SolveID {
        lastQuestion = max(known, lastQuestion) + 1
        let id = SolveID(lastQuestion)
        question = Question(id: id, changes: changes, deadline: deadline)
        return id
    }

    /// The question that this is the answer to, which is then settled; nil for any other answer.
    mutating func answered(_ id: SolveID) -> Question? {
        guard let asked = question, asked.id == id else { return nil }
        question = nil
        return asked
    }

    mutating func dropQuestion() { question = nil }

    /// Whether an answer that is out of date is to be asked for again at once.
    mutating func isToBeAskedAgain() -> Bool {
        outdated += 1
        return outdated <= Attempts.outdatedMax
    }

    mutating func found() { (outdated, told) = (0, nil) }

    /// Notes that there is no plan; true when people were not told so already.
    mutating func foundNothing(
        for changes: [WantedChange], _ refusals: [Refusal], at now: Instant
    ) -> Bool {
        outdated = 0
        barren.removeAll { $0.until <= now || $0.changes == changes }
        barren.append((changes, now + Controller.replanAfter))
        defer { told = (changes, refusals) }
        guard let told else { return true }
        return told.changes != changes || told.refusals != refusals
    }

    func isBarren(_ changes: [WantedChange], at now: Instant) -> Bool {
        barren.contains { $0.changes == changes && now < $0.until }
    }

    mutating func forgetBarren() { barren = [] }

    /// What `isResting` and `isBarren` hold back, for people.
    func waits(at now: Instant) -> [Wait] {
        let resting = failures.filter { now < $0.until }
            .map { Wait(change: $0.change, until: $0.until, reason: .rests) }
        let barren = barren.filter { now < $0.until }.flatMap { question in
            let refusals = told.flatMap { $0.changes == question.changes ? $0.refusals : nil } ?? []
            return question.changes.map {
                Wait(
                    change: $0, until: question.until,
                    reason: .noPlan(faults: refusals.faults(about: $0.region)))
            }
        }
        return resting + barren
    }

    // MARK: - Runs

    mutating func began(_ run: RunID, for changes: [WantedChange]) { tried[run] = changes }

    mutating func ended(_ run: RunID, _ end: RunEnd, at now: Instant) {
        for change in tried.removeValue(forKey: run) ?? [] {
            let known = failures.first {
                $0.change == change && now - $0.until < Attempts.returnRestMax
            }
            failures.removeAll { $0.change == change }
            let again = (known?.count ?? 0) + 1
            if end != .succeeded {
                rest(change, Attempts.rest(of: change, after: again), count: again, at: now)
            } else if change.isRestore {
                // A door that does not keep what it was set to is not set at every reading.
                let count = known == nil ? 0 : again
                rest(change, Attempts.rest(of: change, after: count), count: count, at: now)
            }
        }
    }

    private mutating func rest(
        _ change: WantedChange, _ length: Duration, count: Int, at now: Instant
    ) {
        failures.append(Failure(change: change, count: count, until: now + length))
    }

    /// A person turned the run back: what it was for is left alone for a while, which is returned;
    /// nil when nothing would begin it again.
    mutating func abandoned(_ run: RunID, at now: Instant) -> Duration? {
        let changes = tried.removeValue(forKey: run) ?? []
        for change in changes {
            failures.removeAll { $0.change == change }
            rest(change, Attempts.restLimits(of: change).most, count: 0, at: now)
        }
        return changes.map { Attempts.restLimits(of: $0).most }.max()
    }

    func isResting(_ change: WantedChange, at now: Instant) -> Bool {
        failures.contains { $0.change == change && now < $0.until }
    }

    private static func restLimits(of change: WantedChange) -> (least: Duration, most: Duration) {
        change.isHomeward ? (returnRestMin, returnRestMax) : (restMin, restMax)
    }

    private static func rest(of change: WantedChange, after count: Int) -> Duration {
        let (least, most) = restLimits(of: change)
        guard count > 0 else { return .zero }
        var rest = least
        for _ in 1..<count where rest < most { rest = rest * 2 }
        return min(rest, most)
    }
}

extension WantedChange {
    var isRestore: Bool { if case .restore = self { true } else { false } }

    var isHomeward: Bool { if case .comeHome = self { true } else { false } }

    /// Whether it leaves nothing that is lost: it fits users to hosts.
    var isRelief: Bool {
        switch self {
        case .relieve, .admit, .pace, .serveMore: true
        case .leave, .evacuate, .switchover, .comeHome, .settle, .restore, .repoint: false
        }
    }
}
