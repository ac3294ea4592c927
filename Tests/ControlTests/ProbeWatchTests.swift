import Control
import Detection
import OrderedCollections
import Simulation
import Situations
import Testing
import TopologyModel
import Values

/// A certificate that ends soon is told of once a day, and never moves anybody.
@Test func aCertificateThatEndsSoonIsPagedOnceADay() throws {
    let check = HTTPSCheck(host: "h.example", path: "/", expiryWarning: .seconds(14 * 86_400))
    let topology = try #require(Desk.secured(by: check))
    var desk = try Desk(Desk.configuration(topology))
    let target = try #require(
        probeTargets(of: topology).first { $0.kind == .https(check) }?.target)
    let far = desk.now + .seconds(30 * 86_400)
    desk.show(target, ending: far)
    #expect(desk.certificatePages == 0)
    let soon = desk.now + .seconds(13 * 86_400)
    desk.show(target, ending: soon)
    desk.pass(.seconds(20))
    #expect(desk.certificatePages == 1)
    #expect(desk.controller.watch.ending.map(\.end) == [soon])
    desk.now = desk.now + .seconds(86_400)
    desk.pass(.seconds(5))
    #expect(desk.certificatePages == 2)
    desk.show(target, ending: far)
    desk.pass(.seconds(3))
    #expect(desk.controller.watch.ending.isEmpty)
}

extension Desk {
    fileprivate var certificatePages: Int {
        effects.count {
            guard case .notify(let notice) = $0 else { return false }
            return notice.level == .page && notice.text.contains("certificate")
        }
    }

    fileprivate mutating func show(_ target: ProbeTarget, ending end: Instant) {
        feed(
            .observed([
                Observation(
                    vantage: Desk.me, target: target, sentAt: now, lateness: .zero,
                    result: .pass(latency: .milliseconds(1)), certificateEnd: end)
            ]))
        pass(.seconds(2))
    }

    /// The simulator's topology, with one dependency that is probed over TLS.
    fileprivate static func secured(by check: HTTPSCheck) -> Topology? {
        let plain = Topology.simulated(controllers: 1)
        guard let endpoint = plain.hosts.values.first?.addresses.all.first else { return nil }
        let probe = DependencyProbe(endpoint: endpoint, kind: .https(check))
        return Topology(
            calendar: plain.calendar, rules: plain.rules, providers: Array(plain.providers.values),
            sites: Array(plain.sites.values), hosts: Array(plain.hosts.values),
            edges: Array(plain.edges.values), zones: Array(plain.zones.values),
            dependencies: [Dependency(id: DependencyID("login"), probes: [probe])],
            classes: plain.classes, controllers: plain.controllers, references: plain.references,
            regions: Array(plain.regions.values))
    }
}
