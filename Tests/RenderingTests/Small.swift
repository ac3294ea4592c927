import Control
import Documents
import Manifests
import Rendering
import Simulation
import TestSupport
import TopologyModel
import Values

/// A topology with what the shipped one lacks: edges, names that lead to them, two families, name
/// servers at two providers, dependencies of dependencies, and a name that two objects have.
enum Small {
    static let now = Instant(unixSeconds: 1_795_507_200)

    static func text(capacity: Int = 1000, standby: String = "ent-b") -> String {
        """
        version: 1
        providers: {one: {name: Provider One}, two: {}}
        sites:
          a: {provider: one, domain: one/west/a, fate: [power-w], labels: [eu]}
          b: {provider: one, domain: one/west/b, fate: [power-w]}
          c: {provider: two, domain: two/east/c}
        hosts:
          ent-a:
            site: a
            addresses: {ipv4: "192.0.2.1:443", ipv6: "[2001:db8::1]:443"}
            capacity: {users: \(capacity), loginsPerSecond: 10, measured: 2026-10-05}
          ent-b: {site: b, addresses: {ipv4: "192.0.2.2:443"}, capacity: {users: 1000}}
          c: {site: c, addresses: {ipv4: "192.0.2.3:443"}, capacity: {users: 1000}}
        edges:
          edge-1:
            site: b
            addresses: {ipv4: "192.0.2.11:443"}
            haproxy: {socket: /run/haproxy/one.sock}
          edge-2:
            site: c
            addresses: {ipv4: "192.0.2.12:443"}
            haproxy: {socket: /run/haproxy/two.sock}
        zones:
          ent.test:
            servers:
              - {address: "192.0.2.21:53", site: a, update: true, tsigKeyFile: test.key}
              - {address: "192.0.2.22:53", site: c, update: true, tsigKeyFile: test.key}
        dependencies:
          login:
            probes: [{http: {url: "http://192.0.2.31:80/health"}}]
            dependsOn: [directory]
          directory: {probes: [{tcp: {address: "192.0.2.32:389"}}]}
          other: {probes: [{tcp: {address: "192.0.2.33:80"}}]}
        regions:
          north:
            name: The North
            demand: {peakUsers: 500, curve: flat}
            probes: [{http: {host: north.ent.test, path: /health}}]
            primary: ent-a
            standbys: [\(standby)]
            dependsOn: [login]
            frontDoors:
              - {dns: {name: north.ent.test, ttl: 30s, points: edges}}
              - {haproxy: {edge: edge-1, backend: north}}
              - {haproxy: {edge: edge-2, backend: north}}

        """
    }

    static func topology(_ text: String = Small.text()) throws -> Topology {
        guard let today = CivilDate(year: 2026, month: 11, day: 23) else {
            throw TestSupportError("23 November 2026 is no date")
        }
        return try TopologyFile(bytes: Array(text.utf8), file: "small.yaml", today: today).topology
    }

    static func picture() throws -> Picture {
        Picture(
            topology: try topology(), digest: Digest(hex: "5a11"), playbooks: [], status: nil,
            now: now)
    }
}

extension Day {
    /// What the looking commands see of this day.
    func picture() throws -> Picture {
        Picture(
            topology: configuration.topology, digest: configuration.digest,
            playbooks: configuration.playbooks.all, status: try status(), now: world.now)
    }
}
