package import TopologyModel
package import Values

/// How users behave who meet a wait or a refusal.
package struct CrowdHabits: Hashable, Sendable {
    /// From login until they leave.
    package let visit: Duration
    package let retryMin: Duration
    package let retryMax: Duration
    /// After so long without being served they give up for good, on average; nil is never.
    package let patience: Duration?

    /// Sources: visits of 12 minutes, retries of 20 to 60 s (`incident.md` sections 3 and 6.1). By
    /// default nobody gives up: a pupil who has a lesson tries on.
    package init(
        visit: Duration = .seconds(720), retryMin: Duration = .seconds(20),
        retryMax: Duration = .seconds(60), patience: Duration? = nil
    ) {
        (self.visit, self.patience) = (max(visit, .seconds(1)), patience)
        self.retryMin = max(retryMin, .seconds(1))
        self.retryMax = max(retryMax, self.retryMin)
    }
}

/// What a gate lets in of one class.
package struct EntryLimit: Hashable, Sendable {
    /// At the same time.
    package let users: Users
    package let perSecond: Int

    package init(users: Users, perSecond: Int) {
        (self.users, self.perSecond) = (max(users, 0), max(perSecond, 0))
    }
}

/// The users of one class of one region, as a fluid of whole users in whole seconds.
///
/// Everybody is at any time in one place: outside, waiting at the gate, about to try again, inside,
/// or has given up; `population` is their sum. Who waits is one visitor, counted once however often
/// the page is loaded.
package struct ClassCrowd: Hashable, Sendable {
    package let classID: ClassID
    package let population: Users
    package private(set) var outside: Users
    package private(set) var waiting: Users = 0
    package private(set) var retrying: Users = 0
    package private(set) var gaveUp: Users = 0
    /// By the region's hosts, in their order.
    package private(set) var inside: [Users]
    /// Since when somebody has been waiting without a break.
    package private(set) var waitingSince: Instant?
    /// In the last second: those who wanted to be in, came in, were refused, and were answered.
    package private(set) var wanted: Users = 0
    package private(set) var entered: Users = 0
    package private(set) var refused: Users = 0
    package private(set) var served: Users = 0
    /// Of all seconds.
    package private(set) var attemptsInAll = 0
    package private(set) var refusedInAll = 0

    private let visitSeconds: Int
    private let retrySeconds: ClosedRange<Int>
    private let patienceSeconds: Int?
    /// Who tries again in which second, as a ring.
    private var retries: [Users]
    private var second = 0
    /// What rounding left, so that the long run is exact.
    private var leaving: [Int]
    private var dropping: [Int]
    private var givingUp = 0
    private var knocking: Users = 0

    package init(classID: ClassID, population: Users, hosts: Int, habits: CrowdHabits) {
        (self.classID, self.population) = (classID, min(max(population, 0), Users.usersMax))
        outside = self.population
        inside = Array(repeating: 0, count: hosts)
        (leaving, dropping) = (inside, inside)
        visitSeconds = ClassCrowd.seconds(habits.visit)
        retrySeconds =
            ClassCrowd.seconds(habits.retryMin)...ClassCrowd.seconds(habits.retryMax)
        patienceSeconds = habits.patience.map(ClassCrowd.seconds)
        retries = Array(repeating: 0, count: retrySeconds.upperBound + 1)
    }

    /// Whole seconds, 1 and up to a day.
    private static func seconds(_ duration: Duration) -> Int {
        min(max(Int(duration.inNanoseconds / 1_000_000_000), 1), 86_400)
    }

    package var insideInAll: Users { inside.reduce(0, +) }

    /// Everybody who wants in or is in.
    package var active: Users { waiting + retrying + insideInAll }

    /// An ordinary day before the first second: all who want to be in are in at one host.
    package mutating func settle(_ users: Users, at host: Int) {
        let users = min(users, outside)
        outside -= users
        inside[host] += users
        (wanted, served) = (users, users)
    }

    // MARK: - One second

    /// Visits end, some give up, others come: as many as keep the number who want in at `wanted`.
    mutating func come(wanting wanted: Users) {
        second += 1
        (entered, refused, served) = (0, 0, 0)
        self.wanted = min(max(wanted, 0), population)
        for host in inside.indices {
            leaving[host] += inside[host]
            let gone = leaving[host] / visitSeconds
            leaving[host] -= gone * visitSeconds
            inside[host] -= gone
            outside += gone
        }
        let again = retries[second % retries.count]
        retries[second % retries.count] = 0
        retrying -= again
        giveUp(after: again)
        goHome()
        let new = min(outside, max(0, self.wanted - active - knocking - gaveUp))
        outside -= new
        knocking += new
    }

    /// Those beyond the number who want in, whose lesson is over, ask no more: who gave up at once,
    /// the others when they would try again or reload the waiting page.
    private mutating func goHome() {
        let surplus = max(0, active + knocking + gaveUp - wanted)
        let idle = min(gaveUp, surplus)
        let tired = min(knocking, surplus - idle)
        let reloading = (waiting + retrySeconds.upperBound - 1) / retrySeconds.upperBound
        let waiters = min(reloading, surplus - idle - tired)
        (gaveUp, knocking, waiting) = (gaveUp - idle, knocking - tired, waiting - waiters)
        outside += idle + tired + waiters
    }

    /// One in `patience` seconds of those who wait, or were sent away and come back.
    private mutating func giveUp(after again: Users) {
        knocking += again
        guard let patienceSeconds else { return }
        let unserved = waiting + knocking + retrying
        givingUp += unserved
        let gone = min(givingUp / patienceSeconds, waiting + knocking)
        givingUp %= patienceSeconds
        let waiters = min(gone, waiting)
        waiting -= waiters
        knocking -= gone - waiters
        gaveUp += gone
    }

    /// Who goes on to a host. At a gate that is open the waiting come as they reload their page.
    mutating func pass(_ limit: EntryLimit?, at now: Instant) -> Users {
        defer { knocking = 0 }
        guard let limit else {
            let waiters = waiting
            (waiting, waitingSince) = (0, nil)
            spread(waiters)
            return knocking
        }
        waiting += knocking
        let entries = min(waiting, max(0, limit.users - insideInAll), limit.perSecond)
        waiting -= entries
        waitingSince = waiting > 0 ? waitingSince ?? now : nil
        return entries
    }

    /// Of `attempts` to log in at a host so many came in; the others try again. No host is a front
    /// door that leads nowhere.
    mutating func tried(_ attempts: Users, at host: Int?, admitted: Users) {
        if let host { inside[host] += admitted }
        entered += admitted
        attemptsInAll += attempts
        refusedInAll += attempts - admitted
        refused += attempts - admitted
        spread(attempts - admitted)
    }

    /// Of those inside so many in a million are answered; who is not, loses the session at the next
    /// request and tries again.
    mutating func answered(_ share: PartsPerMillion, at host: Int, thinkSeconds: Int) {
        let fine = parts(
            of: inside[host], by: [share.value, max(0, 1_000_000 - share.value)])[0]
        served += fine
        dropping[host] += inside[host] - fine
        let gone = min(dropping[host] / thinkSeconds, inside[host])
        dropping[host] %= thinkSeconds
        inside[host] -= gone
        spread(gone)
    }

    /// Evenly over the seconds in which they try again; what does not divide begins elsewhere each
    /// second.
    private mutating func spread(_ users: Users) {
        guard users > 0 else { return }
        retrying += users
        let width = retrySeconds.count
        let (each, rest) = users.quotientAndRemainder(dividingBy: width)
        for offset in 0..<width {
            let isFirst = (offset + second * 7) % width < rest
            let slot = (second + retrySeconds.lowerBound + offset) % retries.count
            retries[slot] += each + (isFirst ? 1 : 0)
        }
    }
}
