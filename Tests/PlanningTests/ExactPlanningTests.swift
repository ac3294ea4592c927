import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

/// A small problem made from one seed.
struct SmallProblem {
    let situation: Situation
    let wishes: [DumbPlanner.Wish]
    let changes: [WantedChange]
    let hours: Int

    /// More than the dumb planner can try are not made.
    static let choicesMax = 3000

    init?(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let domains = ["ovh/a/1", "ovh/a/2", "ovh/b/3", "sca/c/4"]
        let hosts = (0..<random.next(in: 2...4)).map {
            HostSpec("h\($0)", domains[$0], users: random.next(in: 50...1000))
        }
        let regions = (0..<random.next(in: 1...4)).map { index in
            var names = hosts.map(\.name)
            random.shuffle(&names)
            return RegionSpec(
                "r\(index)", Array(names.prefix(random.next(in: 2...4))),
                peak: random.next(in: 1...700), door: DoorSpec.allCases[random.next(below: 3)],
                priority: random.next(in: 1...5),
                curve: random.chance(perMille: 500) ? .flat : .schoolDay)
        }
        var now = SmallProblem.situation(hosts, regions, &random)
        hours = random.next(in: 0...24)
        let (wishes, changes) = SmallProblem.wishes(regions, &now, &random)
        (situation, self.wishes, self.changes) = (now, wishes, changes)
        let dumb = DumbPlanner(now, wishes, hours: 0)
        let counts = wishes.map { dumb.optionsCount($0) }
        guard !wishes.isEmpty, !counts.contains(0),
            counts.reduce(1, { min($0 * $1, Int(Int32.max)) }) <= SmallProblem.choicesMax
        else { return nil }
    }

    private static func situation(
        _ hosts: [HostSpec], _ regions: [RegionSpec], _ random: inout SplitMix64
    ) -> Situation {
        var now = PlanningTests.situation(
            hosts: hosts, regions: regions, headroom: random.next(in: 0...20))
        for region in regions where region.door != .whole && random.chance(perMille: 500) {
            let first = random.next(in: 1...99)
            let rest =
                random.chance(perMille: 300) ? random.next(in: 0...(100 - first)) : 100 - first
            now.place(region.name, [(region.hosts[0], first), (region.hosts[1], rest)])
        }
        for host in hosts.dropFirst() where random.chance(perMille: 100) {
            now.hold(host.name, .lost)
        }
        if random.chance(perMille: 200) { now.doubt("ovh/a") }
        if random.chance(perMille: 100) { now.hold(regions[0].name, at: "h1", .unknown) }
        return now
    }

    private static func wishes(
        _ regions: [RegionSpec], _ now: inout Situation, _ random: inout SplitMix64
    ) -> ([DumbPlanner.Wish], [WantedChange]) {
        var wishes: [DumbPlanner.Wish] = []
        var changes: [WantedChange] = []
        for spec in regions where random.chance(perMille: 700) {
            let region = spec.region
            let from = now.allocations[region.id] ?? .nothing
            let kind = random.next(below: 4)
            let target = region.hosts[random.next(below: region.hosts.count)]
            let wanted = Allocation(all: target)
            if kind == 0, from != wanted, now.objection(to: target, for: region) == nil {
                changes.append(.switchover(region: region.id, to: target))
                wishes.append(
                    DumbPlanner.Wish(
                        region: region, from: from, left: [], fixed: wanted, servesMore: false))
            } else if kind == 1 {
                changes.append(.serveMore(region: region.id))
                wishes.append(
                    DumbPlanner.Wish(
                        region: region, from: from, left: [], fixed: nil, servesMore: true))
            } else {
                changes.append(leave(spec.name, spec.hosts[0]))
                wishes.append(
                    DumbPlanner.Wish(
                        region: region, from: from, left: [region.primary], fixed: nil,
                        servesMore: false))
            }
        }
        return (wishes, changes)
    }

    /// What the planner chose, in the dumb planner's form; a region that it left out stays.
    func choice(of placement: Placement) -> [[Int]] {
        wishes.map { wish in
            let to = placement.regions.first { $0.region == wish.region.id }?.to ?? wish.from
            return wish.region.hosts.map { to.percent(of: $0).value }
        }
    }
}

extension SplitMix64 {
    mutating func shuffle(_ names: inout [String]) {
        for index in names.indices.dropLast() {
            names.swapAt(index, next(in: index...(names.count - 1)))
        }
    }
}

@Suite struct ExactPlanningTests {
    /// 8 batches of them.
    private let problemsPerBatch = 256

    @Test(arguments: 0..<8)
    func isAsGoodAsTryingEverything(batch: Int) throws {
        var tried = 0
        var seed = UInt64(batch) << 32
        while tried < problemsPerBatch {
            defer { seed += 1 }
            guard let problem = SmallProblem(seed: seed) else { continue }
            tried += 1
            let dumb = DumbPlanner(problem.situation, problem.wishes, hours: problem.hours)
            let best = try #require(dumb.best(), "seed \(seed)")
            let placement = plan(
                problem.situation, problem.changes, horizon: .seconds(problem.hours * 3600))
            let choice = problem.choice(of: placement)
            #expect(placement.optimality == .exact, "seed \(seed)")
            #expect(dumb.keys(choice) == best.keys, "seed \(seed)")
            #expect(choice == best.choice, "seed \(seed)")
            keepsItsPromises(placement, in: problem, isOver: best.keys[0] > 0, seed: seed)
            guard choice == best.choice else { return }
        }
    }

    private func keepsItsPromises(
        _ placement: Placement, in problem: SmallProblem, isOver: Bool, seed: UInt64
    ) {
        let horizon = Duration.seconds(problem.hours * 3600)
        let again = plan(problem.situation, problem.changes, horizon: horizon)
        #expect(again == placement, "seed \(seed): the same request gives the same plan")
        let asked = problem.wishes.map(\.region.id)
        #expect(placement.regions.allSatisfy { asked.contains($0.region) }, "seed \(seed)")
        #expect(isOver || placement.regions.allSatisfy { $0.overcommitted == nil }, "seed \(seed)")
        #expect(
            placement.violations(in: problem.situation, horizon: horizon) == [], "seed \(seed)")
    }

    @Test(arguments: 0..<4)
    func whatABudgetCutsShortIsValidAndBounded(batch: Int) throws {
        var tried = 0
        var seed = UInt64(batch + 100) << 32
        while tried < 4 {
            defer { seed += 1 }
            guard let problem = SmallProblem(seed: seed) else { continue }
            tried += 1
            let dumb = DumbPlanner(problem.situation, problem.wishes, hours: problem.hours)
            let best = try #require(dumb.best(), "seed \(seed)")
            for steps in [0, 1, 10, 100] {
                let placement = plan(
                    problem.situation, problem.changes,
                    horizon: .seconds(problem.hours * 3600), steps: steps)
                #expect(placement.steps <= steps, "seed \(seed)")
                let keys = try #require(dumb.keys(problem.choice(of: placement)), "seed \(seed)")
                switch placement.optimality {
                case .exact: #expect(keys == best.keys, "seed \(seed)")
                case .within(let gap) where keys[0] == best.keys[0]:
                    #expect(keys[1] - best.keys[1] <= gap * 100, "seed \(seed)")
                case .within: #expect(keys[0] > best.keys[0], "seed \(seed)")
                }
            }
        }
    }
}
