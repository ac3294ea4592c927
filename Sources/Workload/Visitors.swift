package import TopologyModel
package import Values

/// One request of one user of a class.
package struct VisitorRequest: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case login, page }

    /// One a user; never given twice.
    package let visitor: Int
    /// In the order of `Visitors.classes`.
    package let kind: Int
    package let asks: Kind
}

/// The users of one region, each a person of a class: they come, log in, ask page after page, and
/// leave; who waits or is refused tries again. As many want in as the demand says, no more and no
/// fewer, so that whoever leaves makes room for the next.
///
/// What `ClassCrowd` is for whole users in whole seconds, this is for requests that are sent.
package struct Visitors: Sendable {
    /// More users than this do not come (users of one region).
    package static let visitorsMax = 20_000
    /// How long those who come at the same moment take to ask for the first time.
    private static let arrival = Duration.seconds(1)

    package let classes: [ClassID]
    package let model: UserModel
    /// How many want in where the surge's factor is one.
    package let ordinary: Users
    package var surge = Surge.none
    /// Users who are in, by class.
    package private(set) var inside: [Users]
    /// Users who met the waiting page and have not been let in since, by class.
    package private(set) var waiting: [Users]
    private let shares: [Int]
    private var random: SplitMix64
    private var visitors: [Int: Visitor] = [:]
    private var active: [Users]
    private var nextNumber = 1
    private var hasSettled = false
    private var due = DueTimes()

    private struct Visitor {
        let kind: Int
        var isLoggedIn = false
        var isIn = false
        /// Whether the last answer was the waiting page.
        var isWaiting = false
        var leavesAt: Instant?
    }

    /// Nil where the demand has no shares of declared classes.
    package init?(
        of region: Region, classes declared: [UserClass], model: UserModel, ordinary: Users,
        seed: UInt64
    ) {
        let shares = declared.compactMap { kind in
            region.demand.shares.first { $0.classID == kind.id }
        }
        guard !shares.isEmpty else { return nil }
        classes = shares.map(\.classID)
        self.shares = shares.map(\.share.value)
        (self.model, self.ordinary) = (model, max(0, ordinary))
        random = SplitMix64(seed: seed)
        active = classes.map { _ in 0 }
        (inside, waiting) = (active, active)
    }

    /// When the next request goes; the distant future when none will before somebody comes.
    package var nextDue: Instant { due.next ?? .distantFuture }

    /// Lets those come who want in by now. The first time they come as on an ordinary day: spread
    /// over the time to think.
    package mutating func come(at now: Instant) {
        let spread = hasSettled ? Visitors.arrival : model.thinkTime
        hasSettled = true
        for (kind, users) in wanted(at: now).enumerated() {
            while active[kind] < users, visitors.count < Visitors.visitorsMax {
                visitors[nextNumber] = Visitor(kind: kind)
                active[kind] += 1
                due.add(nextNumber, at: now + random.duration(upTo: spread))
                nextNumber += 1
            }
        }
    }

    /// The next request that is due by `now`, or nil when none is.
    package mutating func takeDue(at now: Instant) -> VisitorRequest? {
        guard let number = due.take(by: now), let visitor = visitors[number] else { return nil }
        return VisitorRequest(
            visitor: number, kind: visitor.kind, asks: visitor.isLoggedIn ? .page : .login)
    }

    /// Whether the user is in; one of whom nothing is known is not.
    package func isIn(_ visitor: Int) -> Bool { visitors[visitor]?.isIn ?? false }

    /// Takes what `request` came to: the user thinks, tries again, or leaves; true when they left.
    @discardableResult
    package mutating func ended(
        _ request: VisitorRequest, with outcome: VisitorOutcome, at now: Instant
    ) -> Bool {
        guard var visitor = visitors[request.visitor] else { return true }
        switch (outcome, request.asks) {
        case (.served, .login):
            visitor.isLoggedIn = true
            due.add(request.visitor, at: now)
        case (.served, .page):
            let leavesAt =
                visitor.leavesAt ?? now + model.visit / 2 + random.duration(upTo: model.visit)
            guard now < leavesAt else { return leave(request.visitor) }
            (visitor.isIn, visitor.isWaiting, visitor.leavesAt) = (true, false, leavesAt)
            let pause = model.thinkTime / 2 + random.duration(upTo: model.thinkTime)
            due.add(request.visitor, at: now + pause)
        case (.waits, _), (.refused, _):
            guard active[visitor.kind] <= wanted(at: now)[visitor.kind] else {
                return leave(request.visitor)  // Their lesson is over.
            }
            // Who waits keeps the session; who is not answered logs in again.
            if outcome == .refused { visitor.isLoggedIn = false }
            (visitor.isIn, visitor.isWaiting) = (false, outcome == .waits)
            due.add(request.visitor, at: model.retry(after: now, using: &random))
        }
        put(visitor, request.visitor)
        return false
    }

    private mutating func leave(_ number: Int) -> Bool {
        if let visitor = visitors[number] { active[visitor.kind] -= 1 }
        put(nil, number)
        return true
    }

    /// Changes a visitor and keeps the sums in step; nil has left.
    private mutating func put(_ visitor: Visitor?, _ number: Int) {
        if let before = visitors[number] {
            inside[before.kind] -= before.isIn ? 1 : 0
            waiting[before.kind] -= before.isWaiting ? 1 : 0
        }
        if let visitor {
            inside[visitor.kind] += visitor.isIn ? 1 : 0
            waiting[visitor.kind] += visitor.isWaiting ? 1 : 0
        }
        visitors[number] = visitor
    }

    private func wanted(at now: Instant) -> [Users] {
        let users = min(surge.factor(at: now).roundedUp(of: ordinary), Visitors.visitorsMax)
        return parts(of: users, by: shares)
    }
}

/// Who asks when: the earliest first, and of the same instant who was added first.
private struct DueTimes {
    private struct Entry {
        let at: Instant
        let number: Int
    }

    /// Latest first, so that the earliest is taken from the end.
    private var entries: [Entry] = []

    var next: Instant? { entries.last?.at }

    mutating func add(_ number: Int, at instant: Instant) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].at > instant { low = middle + 1 } else { high = middle }
        }
        entries.insert(Entry(at: instant, number: number), at: low)
    }

    mutating func take(by now: Instant) -> Int? {
        guard let entry = entries.last, entry.at <= now else { return nil }
        entries.removeLast()
        return entry.number
    }
}
