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

/// A program that is not there is told of once, and once more when it runs.
@Test func aProbeThatCannotBeRunIsPagedOnce() throws {
    var desk = try Desk()
    let topology = try #require(desk.controller.configuration?.topology)
    let target = try #require(probeTargets(of: topology).first?.target)
    let why = "/nowhere/check cannot be started: No such file or directory"
    let told = { (desk: Desk) in desk.pages.count { $0.hasPrefix(why + "; the probe of ") } }
    for _ in 0..<20 { desk.show(target, .notRun(because: why)) }
    #expect(told(desk) == 1, "\(desk.pages)")
    #expect(desk.controller.watch.hindrances.map(\.targets) == [[target]])
    desk.pass(.seconds(5))
    #expect(told(desk) == 1)
    #expect(desk.controller.watch.hindrances.isEmpty)
    #expect(desk.notices(.info).contains("no probe is held up any more by: \(why)"))
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

    /// A second in which one target's probe comes to this, and no other is made.
    fileprivate mutating func show(_ target: ProbeTarget, _ result: ProbeResult) {
        now = now + .seconds(1)
        feed(.lease(.held(epoch: epoch, until: now + .seconds(6))))
        feed(
            .observed([
                Observation(
                    vantage: Desk.me, target: target, sentAt: now, lateness: .zero, result: result)
            ]))
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
