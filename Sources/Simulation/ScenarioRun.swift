import Planning
import OrderedCollections
package import Control
import Detection
import Playbooks
import Situations
import TopologyModel
import Values

extension Scenario {
    /// How often expectations that last are looked at.
    private static let lookEvery = Duration.seconds(1)
    /// A controller is up and has read its doors before the scenario's clock starts.
    private static let warmUp = Duration.seconds(30)

    /// Replays the scenario on the configuration.
    package func report(with configuration: Configuration) -> ScenarioReport {
        var options = World.Options(configuration: configuration.with(policy))
        (options.controllers, options.seed) = (controllers, seed)
        (options.start, options.hasOperator) = (start - Scenario.warmUp, hasOperator)
        (options.hasBadNetwork, options.crowd) = (false, crowd)
        var world = World(options)
        for event in events { world.plan(event.content, at: start + event.after) }
        var seen = expectations.map { Seen(expectation: $0, start: start) }
        var record = CrowdRecord(of: world, from: start, for: length)
        var violation: Violation?
        while violation == nil, world.now < start + length {
            violation = world.run(for: Scenario.lookEvery, checking: Invariant.all)
            for index in seen.indices { seen[index].look(at: world) }
            record.look(at: world)
        }
        let lines = world.notices.filter { $0.at >= start }.map {
            ScenarioReport.Line(at: $0.at, after: $0.at - start, notice: $0)
        }
        return ScenarioReport(
            title: title, start: start, timeline: lines,
            checks: seen.map { $0.check(in: world) }, crowds: record.stories,
            presses: record.presses, violation: violation, digest: world.digest)
    }
}

/// One expectation and what was seen of it so far.
private struct Seen {
    let expectation: Expectation
    let start: Instant
    /// The last moment at which a lasting expectation did not hold.
    private var lastBad: Instant?
    private var text = ""
    private var isMet = false
    private var crowd: CrowdSeen?

    init(expectation: Expectation, start: Instant) {
        (self.expectation, self.start) = (expectation, start)
        if case .crowd(let wanted) = expectation { crowd = CrowdSeen(wanted, start: start) }
    }

    mutating func look(at world: World) {
        switch expectation {
        case .servedOutside(let region, let domain, _):
            let hosts = served(region, in: world)
            let isOutside =
                !hosts.isEmpty
                && hosts.allSatisfy {
                    !(world.topology.site(of: $0)?.isIn(domain) ?? true)
                }
            if !isOutside || !isServing(hosts, in: world) { lastBad = world.now }
        case .servedBy(let region, let host, let at):
            guard world.now >= start + at, text.isEmpty else { return }
            let hosts = served(region, in: world)
            isMet = hosts == [host]
            text = hosts.map(\.name).joined(separator: ", ")
        case .crowd: crowd?.look(at: world)
        case .neverShiftedInto, .neverLost, .shiftsAtMost, .paged: break
        }
    }

    func check(in world: World) -> ScenarioReport.Check {
        switch expectation {
        case .crowd:
            return .init(
                expectation: expectation, isMet: crowd?.isMet ?? false, seen: crowd?.text ?? "")
        case .servedOutside(_, _, let by):
            let settled = lastBad.map { $0 - start } ?? .zero
            return .init(
                expectation: expectation, isMet: settled <= by && (lastBad ?? start) < world.now,
                seen: "so since \(settled.shortText)")
        case .servedBy: return .init(expectation: expectation, isMet: isMet, seen: text)
        case .neverShiftedInto(let domain):
            let into = plans(in: world).flatMap(\.placement.regions).first { placement in
                placement.to.shares.contains { share in
                    share.percent > placement.from.percent(of: share.host)
                        && (world.topology.site(of: share.host)?.isIn(domain) ?? false)
                }
            }
            return .init(
                expectation: expectation, isMet: into == nil,
                seen: into.map { "\($0.region) was" } ?? "nobody was")
        case .neverLost(let host):
            let loss = losses(of: host, in: world).first.map { $0 - start }
            return .init(
                expectation: expectation, isMet: loss == nil,
                seen: loss.map { "it was after \($0.shortText)" } ?? "it was not")
        case .shiftsAtMost(let region, let count):
            let shifts = world.store.entries.count {
                if case .shifted(let shift, _, _) = $0.fact {
                    shift.region == region
                } else {
                    false
                }
            }
            return .init(expectation: expectation, isMet: shifts <= count, seen: "\(shifts)")
        case .paged(let text, let by):
            let page = world.notices.first {
                $0.level == .page && $0.at >= start && $0.text.contains(text)
            }
            let after = page.map { $0.at - start }
            return .init(
                expectation: expectation, isMet: after.map { $0 <= by } ?? false,
                seen: after.map { "after \($0.shortText)" } ?? "never")
        }
    }

    private func losses(of host: HostID, in world: World) -> [Instant] {
        world.store.entries.filter { entry in
            guard entry.at >= start, case .board(let change) = entry.fact else { return false }
            if case .host(let id, let standing) = change {
                return id == host && standing.verdict == .lost
            }
            if case .service(_, let id, let standing) = change {
                return id == host && standing.verdict == .lost
            }
            return false
        }.map(\.at)
    }

    private func served(_ region: RegionID, in world: World) -> [HostID] {
        let doors = world.doors.values.filter { $0.region == region }
        return doors.flatMap { $0.state.shares.map(\.host) }.reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    private func isServing(_ hosts: [HostID], in world: World) -> Bool {
        hosts.allSatisfy { world.conditions[$0] == .serving }
    }

    private func plans(in world: World) -> [Plan] {
        world.store.entries.compactMap {
            if case .run(_, .began(let plan)) = $0.fact { plan } else { nil }
        }
    }
}
