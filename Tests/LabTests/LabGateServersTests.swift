import Foundation
import Lab
import TestSupport
import Testing
import TopologyModel
import Values
import Workload

/// Users by class before the shipped gate on a real HAProxy: a small surge of docs/overload.md.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2))) struct LabGateServers {
    private static let key = "the key that portals sign with"

    @Test func aSurgeThatIsRationedLetsStaffInAndThrowsNobodyOut() async throws {
        try await withGatedLab { lab, haproxy async throws in
            try await eventually("everybody is in without a quota", within: .seconds(20)) {
                try await inside(lab) == [6, 36, 18]
            }
            let quotas = ["staff 50:50", "pupils 20:20", "parents 0:0", "/login :60"]
            for quota in quotas { try add(quota, to: haproxy) }
            _ = try await lab.client.send("surge grand-est --factor 3 --over 1s")
            try await eventually("staff are in, the others wait", within: .seconds(40)) {
                let classes = try await classes(lab)
                return classes[0].inside == 18 && classes[1].waitingNow > 40
                    && classes[2].waitingNow > 20
            }
            let met = try await classes(lab)
            #expect(met.map(\.thrownOut) == [0, 0, 0])
            #expect(met[0].waited == 0 || met[0].waited < met[0].served)
            #expect(met[1].inside > 0, "those who were in stay until they leave")
            #expect(met.allSatisfy { $0.served > 0 && $0.p99Ms != nil && $0.refused == 0 })
        }
    }

    @Test func anAttackWaitsInTheLaneOfThoseWhoLogIn() async throws {
        try await withGatedLab { lab, haproxy async throws in
            let quotas = ["staff 50:50", "pupils 50:50", "parents 50:50", "/login :5"]
            for quota in quotas { try add(quota, to: haproxy) }
            _ = try await lab.client.send("attack grand-est --rate 100")
            try await eventually("it waits", within: .seconds(20)) {
                try await classes(lab).last.map { $0.waited > 100 && $0.served < $0.waited }
                    ?? false
            }
        }
    }

    private func add(_ quota: String, to haproxy: HAProxyFixture) throws {
        let map = haproxy.place.folder.file("grand-est.quotas.map")
        try haproxy.typed("add map \(map) \(quota)")
    }

    /// 60 users who think for a second, and portals with the gate's key.
    private func withGatedLab(
        _ body: @escaping @Sendable (LabWorkbench, HAProxyFixture) async throws -> Void
    ) async throws {
        var plan = try LabTopology()
        plan.classes = [("staff", 10), ("pupils", 60), ("parents", 30)]
        plan.capacity = 400_000
        plan.door = .haproxy(
            HAProxyDoor(edge: EdgeID("edge-1"), backend: "grand-est", isGate: true))
        let hosts = [plan.endpoints[0], plan.endpoints[2], plan.endpoints[1]].map(\.description)
        let key = GateKey(base64: Data(Self.key.utf8).base64EncodedString())
        let began = Instant(unixSeconds: Int64(time(nil)))  // HAProxy judges passes by it
        try await withHAProxy(
            file: { try gateFile($0, before: hosts) }, environment: gateEnvironment
        ) { haproxy in
            let listen = try #require(Endpoint(text: "\(haproxy.place.address):8443"))
            plan.edges = [
                Edge(
                    id: EdgeID("edge-1"), site: SiteID("gra1"),
                    addresses: Addresses(ipv4: listen), socket: .unix(path: "none"))
            ]
            _ = try await withLab(
                plan.topology, requestsPerSecond: 60, speed: 30, gateKey: key, from: began
            ) { lab async throws in try await body(lab, haproxy) }
        }
    }

    /// As shipped, save that the hosts of each region are the lab's, in turn.
    private func gateFile(_ place: HAProxyFixture.Place, before hosts: [String]) throws -> String {
        let shipped = try packageRoot().appendingPathComponent("deploy/haproxy")
        let files = try FileManager.default.contentsOfDirectory(atPath: shipped.path)
        for file in files where file.hasSuffix(".map") || file.hasSuffix(".html") {
            _ = try place.folder.write(
                String(contentsOf: shipped.appendingPathComponent(file), encoding: .utf8),
                to: file)
        }
        let config = try String(
            contentsOf: shipped.appendingPathComponent("haproxy.cfg"), encoding: .utf8)
        var turn = 0
        return config.replacing(try Regex(#"127\.0\.\d+\.\d+:8080"#)) { _ in
            defer { turn += 1 }
            return hosts[turn % hosts.count]
        }
    }

    private func gateEnvironment(_ place: HAProxyFixture.Place) -> [String: String] {
        [
            "GATE_FOLDER": place.folder.path, "GATE_SOCKET": place.socketPath,
            "GATE_LISTEN": "\(place.address):8443", "GATE_PEERS": "\(place.address):10001",
            "GATE_CONNECTIONS": "1000", "GATE_KEY": Data(Self.key.utf8).base64EncodedString(),
            "TZ": "Europe/Paris",
        ]
    }
}
