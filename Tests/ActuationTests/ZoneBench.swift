import Actuation
import Control
import DNSMessages
import Glibc
import Logging
import NIOPosix
import NameServer
import Playbooks
import Runtime
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

let firstEpoch = Epoch(term: 7, revision: 0, owner: ControllerID("c1"))
let secondEpoch = Epoch(term: 8, revision: 0, owner: ControllerID("c2"))

/// One name server of the zone `ent.example`, as a test wants it.
struct ServerForm: Sendable {
    var isRunning = true
    var loss: LossyRelay.Loss?
    /// Where its zone file puts Grand-Est.
    var home = ["192.0.2.1", "2001:db8::1"]
    /// The key that the controller has for it, in the bench's folder.
    var keyFile = "bascule.key"
}

/// The doors of a topology at real name servers.
///
/// Grand-Est is at home at `sbg`; Occitanie's name is at `sbg` and `gra`; Corse's is elsewhere.
struct ZoneBench: Sendable {
    static let ttlSeconds = 60
    static let ready = Duration.seconds(10)

    let doors: Doors
    let time: SystemTime
    let servers: [Endpoint]

    func perform(
        _ epoch: Epoch, _ region: String = "grand-est", to hosts: String...,
        within limit: Duration = .seconds(20)
    ) async -> StepOutcome {
        let order = DoorOrder(
            door: door(region), region: RegionID(region), from: DoorState(shares: []),
            to: state(hosts), existing: .keep)
        let key = StepKey(
            run: RunID(term: 7, number: 1), step: StepID("s1"), attempt: 1, epoch: epoch)
        return await doors.perform(
            StepOrder(key: key, order: order, notAfter: time.now() + limit))
    }

    func read(_ region: String = "grand-est") async throws -> DoorReading {
        switch await doors.read(door(region)) {
        case .read(let reading): return reading
        case .unreadable(let fault): throw fault
        }
    }

    /// The answer section as dig prints it, at one of the servers.
    func dig(_ type: String, _ name: String = "grand-est", at index: Int = 0) async throws -> String
    {
        let place = ["@\(servers[index].address.text)", "-p", "\(servers[index].port)"]
        let wanted = ["+norecurse", "+noall", "+answer", "\(name).ent.example", type]
        return try await TestSupport.run(Program.dig.requiredPath(), place + wanted).stdout
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func door(_ region: String) -> FrontDoorID {
        FrontDoorID("dns:\(region).ent.example")
    }
}

/// The hosts, each with an even share.
func state(_ hosts: [String]) -> DoorState {
    let share = Percent(checked: 100 / max(hosts.count, 1))
    return DoorState(shares: hosts.map { Share(host: HostID($0), percent: share) })
}

/// Runs `body` beside name servers of these forms, which end with it.
func withZone(
    _ forms: [ServerForm] = [ServerForm()], serversMin: Int = 1,
    _ body: @escaping @Sendable (ZoneBench) async throws -> Void
) async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    for (name, letter) in [("bascule.key", "A"), ("wrong.key", "B")] {
        let secret = String(repeating: letter, count: 42) + "A="
        let text = "key \"bascule\" { algorithm hmac-sha256; secret \"\(secret)\"; };\n"
        _ = try folder.write(text, to: name)
    }
    let servers = try forms.map { _ in try #require(Endpoint(text: try FreePort().endpoint)) }
    let (ready, standing) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        var awaited = 0
        for (index, form) in forms.enumerated() where form.isRunning {
            let server = try nameServer(form, at: servers[index], index, folder)
            group.addTask {
                defer { standing.finish() }
                try await server.run { _ in standing.yield() }
            }
            awaited += 1
        }
        var waiting = ready.makeAsyncIterator()
        for _ in 0..<awaited { try #require(await waiting.next() != nil) }
        try await reached(servers, forms) { reached in
            let bench = try await bench(
                forms, at: reached, servers, serversMin: serversMin, folder.path)
            try await body(bench)
        }
        group.cancelAll()
        try await group.waitForAll()
    }
}

/// The endpoints that the controller is told: those of relays where answers get lost.
private func reached(
    _ servers: [Endpoint], _ forms: [ServerForm], _ body: ([Endpoint]) async throws -> Void
) async throws {
    guard let index = forms.firstIndex(where: { $0.loss != nil }), let loss = forms[index].loss
    else { return try await body(servers) }
    try await withRelay(loss, before: servers[index], at: Loopback.freshAddress()) { relay in
        var reached = servers
        reached[index] = relay
        try await body(reached)
    }
}

private func bench(
    _ forms: [ServerForm], at reached: [Endpoint], _ servers: [Endpoint], serversMin: Int,
    _ folder: String
) async throws -> ZoneBench {
    let time = SystemTime { Instant(unixSeconds: Int64(Glibc.time(nil))) }
    let doors = Doors(
        folder: folder, group: MultiThreadedEventLoopGroup.singleton, time: time, log: .quiet)
    let zone = Zone(
        id: ZoneID("ent.example"),
        servers: zip(forms, reached).map { form, endpoint in
            ZoneServer(
                endpoint: endpoint, site: SiteID("sbg"), takesUpdates: true,
                tsigKeyFile: form.keyFile)
        },
        serversMin: serversMin)
    await doors.replace(topology: topology(zone))
    return ZoneBench(doors: doors, time: time, servers: servers)
}

private func nameServer(
    _ form: ServerForm, at endpoint: Endpoint, _ index: Int, _ folder: TemporaryFolder
) throws -> NameServer {
    let zone = try #require(DNSName(text: "ent.example"))
    let names = [
        ("ns1", ["127.0.0.1"]), ("grand-est", form.home),
        ("occitanie", ["192.0.2.1", "192.0.2.2"]),
        ("corse", ["198.51.100.7"]),
    ]
    let records = try names.map { name, addresses in
        NamedAddresses(
            try #require(zone.child(name)), ttl: 30,
            addresses: try addresses.map { try #require(IPAddress(text: $0)) })
    }
    let configuration = NameServerConfiguration(
        endpoint: endpoint,
        zones: [
            ZoneConfiguration(
                name: zone, file: folder.file("\(index).zone"),
                keys: try TSIGKeyFile.keys(atPath: folder.file("bascule.key")),
                seed: ZoneConfiguration.seed(
                    zone: zone, servers: [records[0]], names: Array(records.dropFirst())))
        ],
        now: { Instant(unixSeconds: Int64(Glibc.time(nil))) })
    return NameServer(configuration: configuration, log: .quiet)
}

private func topology(_ zone: Zone) -> Topology {
    let hosts = [("sbg", 1), ("gra", 2)].map { name, index in
        Host(
            id: HostID(name), site: SiteID(name),
            addresses: Addresses(
                ipv4: Endpoint(text: "192.0.2.\(index):443"),
                ipv6: Endpoint(text: "[2001:db8::\(index)]:443")),
            capacity: Capacity(users: 1000))
    }
    let old = Host(
        id: HostID("old"), site: SiteID("sbg"),
        addresses: Addresses(ipv4: Endpoint(text: "192.0.2.3:443")),
        capacity: Capacity(users: 1000))
    return Topology(
        providers: [], sites: [], hosts: hosts + [old], zones: [zone],
        regions: ["grand-est", "occitanie", "corse"].map(region))
}

private func region(_ name: String) -> Region {
    let door = DNSDoor(
        name: "\(name).ent.example", zone: ZoneID("ent.example"),
        ttl: .seconds(ZoneBench.ttlSeconds), points: .hosts)
    return Region(
        id: RegionID(name), title: name, priority: 1,
        demand: Demand(peakUsers: 100, curve: .flat), probes: [.tcp], primary: HostID("sbg"),
        standbys: [HostID("gra"), HostID("old")], frontDoors: [.dns(door)])
}

extension Logger {
    static var quiet: Logger { Logger(label: "doors", factory: { _ in SwiftLogNoOpLogHandler() }) }
}
