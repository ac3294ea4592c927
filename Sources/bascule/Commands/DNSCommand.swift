import Control
import ArgumentParser
import DNSMessages
import Foundation
import Logging
import NIOCore
import NameServer
import Notification
import Runtime
import OrderedCollections
import Situations
import TopologyModel
import Values

struct DNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "Run an authoritative name server for the topology's zones.",
        discussion: """
            Example: bascule dns -f topology.yaml --server 127.0.31.1:5353 --zones state/zones
            It answers from its own zone files, whatever becomes of the controller, and is changed \
            only by RFC 2136 with TSIG; once a controller has claimed a zone, only under its \
            epoch. A zone without a file begins at every \
            region's primary.
            """)

    @OptionGroup var topology: TopologyFileOptions
    @Option(help: "Which of the topology's name servers this is; needed where it has several.")
    var server: String?
    @Option(help: "The folder of the zone files.") var zones = StatePaths.folderDefault + "/zones"
    @OptionGroup var limits: DNSLimitOptions

    func run() async throws {
        try await reporting {
            let read = try topology.read()
            let endpoint = try endpoint(in: read)
            try FileManager.default.createDirectory(
                atPath: zones, withIntermediateDirectories: true)
            let log = Logger(label: "dns") { _ in StandardErrorLog() }
            let served = read.zones.values.filter { zone in
                zone.servers.contains { $0.endpoint == endpoint }
            }
            for zone in served where !zone.servers.contains(where: { $0.isUpdated(at: endpoint) }) {
                log.critical(
                    """
                    zone \(zone.id) takes no updates at \(endpoint) by the topology (update: true \
                    is missing): it answers for ever what it began with
                    """)
            }
            let configuration = NameServerConfiguration(
                endpoint: endpoint,
                zones: try served.map { try zoneConfiguration($0, in: read, at: endpoint) },
                limits: limits.limits,
                now: { .wallClock() })
            let nameServer = NameServer(configuration: configuration, log: log)
            do {
                let supervision = NameServerSupervision(zone: configuration.zones.first?.name)
                try await untilSignalled(onSignal: supervision.systemd.stopping) {
                    try await nameServer.run { endpoint in
                        log.info("the name server answers on \(endpoint)")
                        await supervision.run(for: endpoint)
                    }
                }
            } catch let error as IOError {
                throw Fault(
                    what: "the name server cannot take \(endpoint): "
                        + String(cString: strerror(error.errnoCode)),
                    mend: "stop what is there, or name another of the topology's with --server")
            }
        }
    }

    private func endpoint(in topology: Topology) throws -> Endpoint {
        let known = OrderedSet(topology.zones.values.flatMap(\.servers).map(\.endpoint))
        let names = known.map(\.description)
        guard let server else {
            if known.count == 1 { return known[0] }
            throw Fault(
                what: "the topology has \(known.count) name servers",
                mend: "say which this is: --server, one of \(names.joined(separator: ", "))")
        }
        guard let endpoint = Endpoint(text: server), known.contains(endpoint) else {
            throw Fault.unknown("name server", server, among: names)
        }
        return endpoint
    }

    private func zoneConfiguration(
        _ zone: Zone, in topology: Topology, at endpoint: Endpoint
    ) throws -> ZoneConfiguration {
        guard let name = DNSName(text: zone.id.name) else {
            throw Fault(what: "'\(zone.id)' is no DNS name", mend: "mend it in the topology")
        }
        let mine = zone.servers.filter { $0.endpoint == endpoint && $0.takesUpdates }
        let keys = try mine.compactMap(\.tsigKeyFile).flatMap { file in
            try TSIGKeyFile.keys(
                atPath: file.hasPrefix("/") ? file : topologyFolder + "/" + file)
        }
        let servers = zone.servers.enumerated().compactMap { index, server in
            name.child("ns\(index + 1)").map {
                NamedAddresses($0, ttl: DNSCommand.serverTTL, addresses: [server.endpoint.address])
            }
        }
        return ZoneConfiguration(
            name: name, file: zones + "/" + zone.id.name + ".zone", keys: keys,
            seed: ZoneConfiguration.seed(
                zone: name, servers: servers, names: doors(of: zone, in: topology)))
    }

    private static let serverTTL: UInt32 = 3600

    private var topologyFolder: String { topology.folder }

    /// What each name of the zone begins with: its region's primary, or its edges.
    private func doors(of zone: Zone, in topology: Topology) -> [NamedAddresses] {
        topology.regions.values.flatMap { region in
            region.frontDoors.compactMap { door -> NamedAddresses? in
                guard case .dns(let door) = door, door.zone == zone.id,
                    let name = DNSName(text: door.name)
                else { return nil }
                let addresses =
                    door.points == .hosts
                    ? topology.hosts[region.primary]?.addresses.all ?? []
                    : edges(of: region, in: topology)
                return NamedAddresses(
                    name, ttl: UInt32(clamping: door.ttl.components.seconds),
                    addresses: addresses.map(\.address))
            }
        }
    }

    private func edges(of region: Region, in topology: Topology) -> [Endpoint] {
        region.frontDoors.flatMap { door -> [Endpoint] in
            guard case .haproxy(let door) = door else { return [] }
            return topology.edges[door.edge]?.addresses.all ?? []
        }
    }
}

extension ZoneServer {
    fileprivate func isUpdated(at endpoint: Endpoint) -> Bool {
        self.endpoint == endpoint && takesUpdates
    }
}
