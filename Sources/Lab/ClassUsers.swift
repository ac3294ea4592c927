import TopologyModel
import Values
import Workload

/// The users of one region by class: they log in at the front door, bring the gate's pass with each
/// request, keep their session, try again when they meet 503, and are counted; and beside them
/// requests that never log in.
actor ClassUsers: LabUsers {
    nonisolated let region: Region
    private let world: LabWorld
    private let door: FrontDoorNames
    private let client: PortalClient
    private var visitors: Visitors
    private var tally: Tally
    private var classes: [ClassTally]
    private var failures: [UserFailure: Int] = [:]
    /// What the browsers of the visitors keep.
    private var cookies: [Int: Cookies] = [:]
    private var attack: Attack
    private var inFlight = 0
    private var notSent = 0

    private struct Cookies {
        var session: HostID?
        var pass: String?
    }

    /// Requests that never log in and bring no cookie.
    private struct Attack {
        var rate = Rate(perSecond: 0)
        var nextDue = Instant.distantFuture
        var random: SplitMix64
        /// Its class is the attack itself.
        var met = ClassTally(classID: ClassID("(attack)"))
        var isMet = false
    }

    /// Nil where the region has no users by class.
    init?(of region: Region, in world: LabWorld, door: FrontDoorNames, client: PortalClient) {
        let options = world.options
        let seed = options.seed ^ StableHash.of(region.id.name)
        guard
            let visitors = Visitors(
                of: region, classes: world.topology.classes, model: world.model(of: region),
                ordinary: world.sample(of: region), seed: seed)
        else { return nil }
        (self.region, self.world, self.door, self.client) = (region, world, door, client)
        self.visitors = visitors
        classes = visitors.classes.map { ClassTally(classID: $0) }
        tally = Tally(region: region.id)
        attack = Attack(random: SplitMix64(seed: seed &+ 1))
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            repeat {
                let now = world.now()
                visitors.come(at: now)
                while let request = visitors.takeDue(at: now) {
                    guard mayBeSent() else {
                        end(request, with: .refused, at: now)
                        continue
                    }
                    group.addTask { await self.send(request) }
                }
                while attack.nextDue <= now {
                    goOnAttacking()
                    if mayBeSent() { group.addTask { await self.sendAttack() } }
                }
                tellWaiting()
            } while await world.pause(until: nextDue)
            group.cancelAll()
        }
    }

    var report: LabReport.Region {
        let failures = UserFailure.allCases.compactMap { cause in
            self.failures[cause].map { LabReport.Failures(cause: cause, count: $0) }
        }
        let tallies = classes.indices.map {
            LabReport.Class(
                classes[$0], inside: visitors.inside[$0], waitingNow: visitors.waiting[$0])
        }
        let attacks =
            attack.isMet ? [LabReport.Class(attack.met, inside: 0, waitingNow: 0)] : []
        return LabReport.Region(
            tally: tally, failures: failures, waiting: visitors.waiting.reduce(0, +), gaveUp: 0,
            notSent: notSent, classes: tallies + attacks)
    }

    func countAnew() {
        tally = Tally(region: region.id)
        classes = classes.map { ClassTally(classID: $0.classID) }
        attack.met = ClassTally(classID: attack.met.classID)
        (failures, notSent) = ([:], 0)
    }

    // MARK: - Faults

    /// The demand grows to so many times the ordinary one, from what it is now.
    func surge(to factor: PartsPerMillion, over: Duration) {
        let now = world.now()
        visitors.surge = Surge(
            since: now, over: over, from: visitors.surge.factor(at: now), to: factor)
    }

    /// So many requests a second that never log in; 0 ends it.
    func attack(perSecond: Int) {
        attack.rate = Rate(perSecond: perSecond)
        attack.nextDue = world.now()
        attack.isMet = attack.isMet || perSecond > 0
        if perSecond == 0 { attack.nextDue = .distantFuture }
    }

    private func goOnAttacking() {
        let gap = attack.rate.gap(using: &attack.random)
        attack.nextDue = gap.map { attack.nextDue + $0 } ?? .distantFuture
    }

    // MARK: - Requests

    /// Somebody may come, and an attack begin, at any time: so it looks often.
    private var nextDue: Instant {
        min(visitors.nextDue, attack.nextDue, world.now() + .milliseconds(100))
    }

    private func mayBeSent() -> Bool {
        guard inFlight < world.options.limits.classRequestsInFlightMax else {
            notSent += 1
            return false
        }
        inFlight += 1
        return true
    }

    private func tellWaiting() {
        world.waiting.set(visitors.waiting.reduce(0, +), of: region.id)
    }

    private func send(_ request: VisitorRequest) async {
        defer { inFlight -= 1 }
        let sentAt = world.now()
        let met: Met
        do {
            met = try await answer(to: request)
        } catch {
            met = .failed(error as? UserFailure ?? .refused)
        }
        guard !Task.isCancelled else { return }
        count(met, of: request, sentAt: sentAt)
    }

    /// What one request met.
    private enum Met {
        case served(by: HostID, pass: String?)
        case waits(pass: String?)
        case failed(UserFailure)

        var outcome: VisitorOutcome {
            switch self {
            case .served: .served
            case .waits: .waits
            case .failed: .refused
            }
        }
    }

    private func answer(to request: VisitorRequest) async throws -> Met {
        let page = try await client.page(at: door.next(), question(for: request))
        if page.isWaiting { return .waits(pass: page.pass) }
        return .served(by: try page.servingHost(for: region), pass: page.pass)
    }

    private func question(for request: VisitorRequest) -> PortalClient.Question {
        let kept = cookies[request.visitor]
        var question = PortalClient.Question(
            hostHeader: world.hostHeader(of: region), session: kept?.session, pass: kept?.pass)
        if request.asks == .login {
            question.path =
                "/login?class=\(visitors.classes[request.kind])&user=u\(request.visitor)"
        }
        return question
    }

    private func count(_ met: Met, of request: VisitorRequest, sentAt: Instant) {
        let now = world.now()
        let wasIn = visitors.isIn(request.visitor)
        classes[request.kind].count(met.outcome, after: now - sentAt, wasIn: wasIn)
        keepCookies(of: met, for: request.visitor)
        switch met {
        case .served(let host, _): tally.served(by: host, at: now)
        case .waits: break
        case .failed(let cause):
            failures[cause, default: 0] += 1
            tally.failed(sentAt: sentAt, at: now)
        }
        end(request, with: met.outcome, at: now)
    }

    /// Who leaves takes the cookies along.
    private func end(_ request: VisitorRequest, with outcome: VisitorOutcome, at now: Instant) {
        if visitors.ended(request, with: outcome, at: now) { cookies[request.visitor] = nil }
    }

    private func keepCookies(of met: Met, for visitor: Int) {
        switch met {
        case .served(let host, let pass):
            cookies[visitor, default: Cookies()].session = host
            if let pass { cookies[visitor]?.pass = pass }
        case .waits(let pass?): cookies[visitor, default: Cookies()].pass = pass
        case .waits(nil): break
        case .failed: cookies[visitor]?.session = nil
        }
    }

    private func sendAttack() async {
        defer { inFlight -= 1 }
        let sentAt = world.now()
        var outcome = VisitorOutcome.refused
        do {
            let question = PortalClient.Question(hostHeader: world.hostHeader(of: region))
            let page = try await client.page(at: door.next(), question)
            outcome = page.isWaiting ? .waits : page.status == 200 ? .served : .refused
        } catch {
            outcome = .refused  // It does not matter why.
        }
        guard !Task.isCancelled else { return }
        attack.met.count(outcome, after: world.now() - sentAt, wasIn: false)
    }
}
