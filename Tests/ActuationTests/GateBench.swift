import Actuation
import Control
import Crypto
import Foundation
import NIOPosix
import Playbooks
import Runtime
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// The shipped configuration of a gate on a real HAProxy, with one host behind it that answers
/// which class it was told, and the door of grand-est.
struct GateBench {
    static let door = FrontDoorID("haproxy:edge-1/grand-est")
    static let key = SymmetricKey(data: Array("the key that portals sign with".utf8))
    static let keyBefore = SymmetricKey(data: Array("the key before".utf8))
    static let foreignKey = SymmetricKey(size: .bits256)
    static let time = SystemTime { Instant(unixSeconds: 1_773_102_900) }
    static let classes = ["staff", "pupils", "parents"].map { ClassID($0) }

    let haproxy: HAProxyFixture
    let doors: Doors

    /// What a portal puts into the cookie; valid until 2100 unless said otherwise.
    static func pass(
        _ id: String, _ name: String = "pupils", region: String = "grand-est",
        until: Int = 4_102_444_800, key: SymmetricKey = key
    ) -> String {
        let text = "\(region).\(name).\(until).\(id)"
        let seal = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
        return text + "." + seal.map { String(format: "%02x", $0) }.joined()
    }

    /// What comes back for one request, to its end.
    func answer(
        pass: String? = nil, headers: [String] = [], path: String = "/"
    ) throws -> GateAnswer {
        let cookie = pass.map { ["Cookie: theme=dark; bascule=\($0)"] } ?? []
        let lines = ["GET \(path) HTTP/1.0", "Host: grand-est.ent.example"] + cookie + headers
        return GateAnswer(
            text: try haproxy.answer(to: lines.joined(separator: "\r\n") + "\r\n\r\n", port: 8443))
    }

    /// Whether each of these users is let in, one request each.
    func areIn(_ ids: [String], _ name: String = "pupils") throws -> [Bool] {
        try ids.map { try answer(pass: Self.pass($0, name)).isFromTheHost }
    }

    /// How many of so many users of a class are let in, one request each.
    func countIn(of count: Int, _ name: String) throws -> Int {
        try areIn((1...count).map { "\(name)-\($0)" }, name).count { $0 }
    }

    /// Sets quotas beside everybody at one host, and returns what was read back.
    @discardableResult
    func set(_ admission: [ClassQuota]?, host: String = "ent-sbg2") async throws -> DoorReading {
        switch await doors.perform(Self.order(admission, host: host)) {
        case .done(let reading): return reading
        case .nothingChanged(let fault), .unknown(let fault): throw fault
        case .refused: throw TestSupportError("refused")
        }
    }

    func read() async throws -> DoorReading {
        switch await doors.read(Self.door) {
        case .read(let reading): return reading
        case .unreadable(let fault): throw fault
        }
    }

    static func quota(_ name: String, _ users: Int, _ entriesPerSecond: Int = 1000) -> ClassQuota {
        ClassQuota(classID: ClassID(name), users: users, entriesPerSecond: entriesPerSecond)
    }

    static func order(
        _ admission: [ClassQuota]?, host: String, at door: FrontDoorID = door
    ) -> StepOrder {
        let wanted = DoorState(
            shares: [Share(host: HostID(host), percent: .all)], admission: admission)
        let order = DoorOrder(
            door: door, region: RegionID("grand-est"), from: DoorState(shares: []), to: wanted,
            existing: .keep)
        let key = StepKey(
            run: RunID(term: 7, number: 1), step: StepID("s1"), attempt: 1, epoch: firstEpoch)
        return StepOrder(key: key, order: order, notAfter: time.now() + .seconds(10))
    }

    /// The region of the shipped configuration, and one whose backend is no gate.
    static func topology(socket: String = "h.sock") -> Topology {
        let edge = Edge(
            id: EdgeID("edge-1"), site: SiteID("gra2"), addresses: Addresses(),
            socket: .unix(path: socket))
        let hosts = ["ent-sbg2", "ent-gra1", "ent-par2"].map {
            Host(
                id: HostID($0), site: SiteID($0), addresses: Addresses(),
                capacity: Capacity(users: 1000))
        }
        let regions = ["grand-est", "plain"].map { name in
            Region(
                id: RegionID(name), title: name, priority: 1,
                demand: Demand(peakUsers: 100, curve: .flat), probes: [.tcp],
                primary: hosts[0].id, standbys: [hosts[1].id, hosts[2].id],
                frontDoors: [
                    .haproxy(HAProxyDoor(edge: edge.id, backend: name, isGate: true))
                ])
        }
        return Topology(
            providers: [], sites: [], hosts: hosts, edges: [edge],
            classes: classes.map { UserClass(id: $0, knownBy: .cookie) }, regions: regions)
    }
}

/// One answer, as text.
struct GateAnswer {
    let text: String

    /// The body that the host gives is which class it was told.
    var isFromTheHost: Bool { text.hasPrefix("HTTP/1.1 200") || text.hasPrefix("HTTP/1.0 200") }
    var isWaiting: Bool { text.contains(" 503 ") && header("x-bascule-gate") == "waiting" }
    var body: String { text.components(separatedBy: "\r\n\r\n").dropFirst().joined() }
    /// The pass that the edge gives to those who log in.
    var ticket: String? {
        header("set-cookie")?.split(separator: ";").first.map { String($0.dropFirst(8)) }
    }

    func header(_ name: String) -> String? {
        let lines = text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
        return lines.first { $0.lowercased().hasPrefix(name + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}

/// Runs `body` with the shipped gate before a host of one word.
func withGate(_ body: (GateBench) async throws -> Void) async throws {
    try await withHAProxy(file: gateFile, environment: gateEnvironment) { haproxy in
        let doors = Doors(
            folder: haproxy.place.folder.path, group: MultiThreadedEventLoopGroup.singleton,
            time: GateBench.time, log: .quiet)
        await doors.replace(topology: GateBench.topology())
        try await body(GateBench(haproxy: haproxy, doors: doors))
    }
}

/// As shipped, save that all hosts are one of ours.
private func gateFile(_ place: HAProxyFixture.Place) throws -> String {
    let shipped = try packageRoot().appendingPathComponent("deploy/haproxy")
    let files = try FileManager.default.contentsOfDirectory(atPath: shipped.path)
    for file in files where file.hasSuffix(".map") || file.hasSuffix(".html") {
        _ = try place.folder.write(
            String(contentsOf: shipped.appendingPathComponent(file), encoding: .utf8), to: file)
    }
    let config = try String(
        contentsOf: shipped.appendingPathComponent("haproxy.cfg"), encoding: .utf8)
    let hosts = try Regex(#"127\.0\.\d+\.\d+:8080"#)
    let told = "lf-string %[req.hdr(x-bascule-class)]"
    let pass = "hdr Set-Cookie bascule=its-own string in"
    return config.replacing(hosts, with: "\(place.address):8001") + """

        backend plain
            server ent-sbg2 \(place.address):8001
            server ent-gra1 \(place.address):8001
            server ent-par2 \(place.address):8001
        frontend host
            bind \(place.address):8001
            http-request return status 200 content-type text/plain \(pass) if { path /login }
            http-request return status 200 content-type text/plain \(told)

        """
}

private func gateEnvironment(_ place: HAProxyFixture.Place) -> [String: String] {
    let text = { (key: SymmetricKey) in key.withUnsafeBytes { Data($0).base64EncodedString() } }
    return [
        "GATE_FOLDER": place.folder.path, "GATE_SOCKET": place.socketPath,
        "GATE_LISTEN": "\(place.address):8443", "GATE_PEERS": "\(place.address):10001",
        "GATE_CONNECTIONS": "200", "GATE_KEY": text(GateBench.key),
        "GATE_KEY_BEFORE": text(GateBench.keyBefore), "TZ": "Europe/Paris",
    ]
}
