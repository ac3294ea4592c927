import OrderedCollections
import Situations
import TopologyModel
import Values
import Workload

/// One expectation about users, and what was seen of it so far.
struct CrowdSeen {
    let expectation: CrowdExpectation
    let start: Instant
    private(set) var isMet = true
    /// The worst that was seen, for people.
    private(set) var text = "at no time"
    private var worst: Int?

    init(_ expectation: CrowdExpectation, start: Instant) {
        (self.expectation, self.start) = (expectation, start)
    }

    mutating func look(at world: World) {
        guard let crowd = world.crowd else { return isMet = false }
        let after = world.now - start
        switch expectation {
        case .neverOver(let percent):
            let pressed = crowd.hosts.max { $0.loadPercent < $1.loadPercent }
            guard let pressed else { return }
            note(pressed.loadPercent, isWorse: >, "\(pressed.loadPercent)% at \(pressed.id)", after)
            if pressed.loadPercent > percent { isMet = false }
        case .servedAtLeast(let region, let kind, let percent, let span):
            guard span.contains(after), let served = served(region, kind, in: crowd) else { return }
            note(served, isWorse: <, "\(served)%", after)
            if served < percent.value { isMet = false }
        case .servedAtMost(let region, let kind, let percent, let span):
            guard span.contains(after), let served = served(region, kind, in: crowd) else { return }
            note(served, isWorse: >, "\(served)%", after)
            if served > percent.value { isMet = false }
        case .classesInOrder(let region): lookAtOrder(of: region, in: crowd, at: world.now)
        case .noRelapse(let from):
            guard after >= from, let host = crowd.hosts.first(where: \.isOverloaded) else { return }
            note(host.loadPercent, isWorse: >, "\(host.loadPercent)% at \(host.id)", after)
            isMet = false
        case .overloaded(let id, let span):
            guard span.contains(after), let host = crowd[id] else { return }
            note(host.loadPercent, isWorse: <, "\(host.loadPercent)%", after)
            if !host.isOverloaded { isMet = false }
        case .refusedAtMost(let region, let percent):
            let kinds = crowd[region]?.classes ?? []
            let (all, refused) = kinds.reduce((0, 0)) {
                ($0.0 + $1.attemptsInAll, $0.1 + $1.refusedInAll)
            }
            let share = all == 0 ? 0 : (refused * 100 + all - 1) / all
            text = "\(share)%, \(refused) of \(all)"
            isMet = share <= percent.value
        case .unrationed(let region, let span):
            guard span.contains(after) else { return }
            let held = world.topology.regions[region]?.frontDoors.compactMap {
                world.doors[$0.id]?.state.admission
            }
            if let quotas = held?.first {
                isMet = false
                text = "it let in \(quotas.words) after \(after.shortText)"
            } else if isMet {
                text = "it let everybody in"
            }
        }
    }

    private mutating func note(
        _ value: Int, isWorse: (Int, Int) -> Bool, _ words: String, _ after: Duration
    ) {
        guard worst.map({ isWorse(value, $0) }) ?? true else { return }
        (worst, text) = (value, "\(words) after \(after.shortText)")
    }

    /// How many of those who want to be in are served, in percent, rounded down.
    private func served(_ region: RegionID, _ kind: ClassID?, in crowd: Crowds) -> Int? {
        guard let region = crowd[region] else { return nil }
        let kinds = region.classes.filter { kind == nil || $0.classID == kind }
        let wanted = kinds.reduce(0) { $0 + max($1.wanted, $1.active) }
        return wanted == 0 ? 100 : kinds.reduce(0) { $0 + $1.served } * 100 / wanted
    }

    private mutating func lookAtOrder(of region: RegionID, in crowd: Crowds, at now: Instant) {
        let kinds = crowd[region]?.classes ?? []
        for (index, kind) in kinds.enumerated() where kind.entered > 0 {
            let passed = kinds[..<index].first { earlier in
                earlier.waitingSince.map { now - $0 > .seconds(60) } ?? false
            }
            guard let passed else { continue }
            isMet = false
            let words = "\(kind.classID) came in while \(passed.classID) waited"
            note(0, isWorse: { _, _ in false }, words, now - start)
        }
    }
}
