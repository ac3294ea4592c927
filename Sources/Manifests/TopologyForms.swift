import TopologyModel
import Values
import YAMLReading

// How topology.yaml reads: the sections in the order of docs/topology-reference.md.

extension Form where Value == TopologyDraft {
    static func topology(faults: Faults) -> Form {
        .object("a mapping of version, sites, hosts, regions") { fields in
            let version = fields.required("version", .int(1...1))
            let names = DeclaredNames(fields)
            let notes = PlaceNotes(root: fields.place)
            let context = ReadingContext(names: names, faults: faults, notes: notes)
            notes.note("calendar", fields.place(of: "calendar"))
            notes.note("controllers", fields.place(of: "controllers"))
            let defaults = context.noting("defaults") {
                fields.optional("defaults", .defaults, default: Defaults())
            }
            let topology = Topology(
                calendar: context.noting("calendar") {
                    fields.optional("calendar", .calendar, default: Calendar())
                },
                rules: defaults.global,
                providers: fields.required("providers", .providers) ?? [],
                sites: fields.required("sites", .sites(context)) ?? [],
                hosts: fields.required("hosts", .hosts(context)) ?? [],
                edges: fields.optional("edges", .edges(context), default: []),
                zones: fields.optional("zones", .zones(context), default: []),
                dependencies: fields.optional("dependencies", .dependencies(context), default: []),
                classes: fields.optional("classes", .list(of: .userClass), default: []),
                controllers: fields.optional("controllers", .controllers(context), default: []),
                references: fields.optional("references", .list(of: .endpoint), default: []),
                regions: fields.required("regions", .regions(context, defaults.region)) ?? [])
            return version.map { _ in TopologyDraft(topology: topology, places: notes.places) }
        }
    }
}

/// What the forms share while one file is read.
struct ReadingContext {
    let names: DeclaredNames
    let faults: Faults
    let notes: PlaceNotes

    /// Reports a name that nobody declares.
    func check(_ name: Marked<some Identifier>?, _ what: String, among declared: Declared) {
        if let name { _ = declared.accepts(name, what, faults: faults) }
    }

    /// Reads, and notes whether there was a fault in it.
    func noting<Value>(_ path: String, _ read: () -> Value) -> Value {
        let before = faults.diagnostics.all.count
        let value = read()
        if faults.diagnostics.all.count > before { notes.noteFaulty(path) }
        return value
    }
}

/// Collects places while reading, for checks of the whole.
final class PlaceNotes {
    private(set) var places: TopologyDraft.Places

    init(root: Place) { places = TopologyDraft.Places(root: root) }

    func note(_ path: String, _ place: Place) { places.note(path, place) }
    func noteFaulty(_ path: String) { places.noteFaulty(path) }
}

extension Form where Value == [Provider] {
    fileprivate static var providers: Form {
        .named { name, fields in
            Provider(
                id: ProviderID(name.value),
                title: fields.optional("name", .text, default: name.value))
        }
    }
}

extension Form where Value == [Site] {
    fileprivate static func sites(_ context: ReadingContext) -> Form {
        .named { name, fields in
            context.notes.note("sites.\(name.value)", name.place)
            let labels = fields.optional("labels", .list(of: .name, 0...32), default: [])
            let fate = fields.optional("fate", .list(of: .name, 0...32), default: [])
            let position = fields.optional("position", .position)
            let provider = fields.required("provider", .marked(.id(ProviderID.self)))
            let domain = fields.required("domain", .marked(.domainPath))
            context.check(
                provider, "site \(name.value) names provider", among: context.names.providers)
            guard let provider, let domain else { return nil }
            context.notes.note("sites.\(name.value).domain", domain.place)
            return Site(
                id: SiteID(name.value), provider: provider.value,
                domain: FailureDomain(domain.value),
                fate: fate.map { FailureDomain(fate: $0) }, position: position, labels: labels)
        }
    }
}

extension Form where Value == String {
    /// `ovh/strasbourg/sbg2`: names, the widest first.
    static var domainPath: Form {
        .parsed("a failure domain such as ovh/strasbourg/sbg2") { text in
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            let isFine =
                (1...8).contains(parts.count)
                && parts.allSatisfy { part in
                    !part.isEmpty
                        && part.utf8.allSatisfy { byte in
                            byte < 128
                                && (Character(UnicodeScalar(byte)).isLetter
                                    || Character(UnicodeScalar(byte)).isNumber || byte == 45
                                    || byte == 46
                                    || byte == 95)
                        }
                }
            return isFine ? text : nil
        }
    }
}

extension Form where Value == Position {
    fileprivate static var position: Form {
        Form("a latitude and longitude such as [48.585, 7.797]") { node, reading in
            let degrees = Form<Int>.decimal(places: 3, in: -180_000...180_000)
            guard let pair = reading.value(of: node, as: .list(of: degrees, 2...2)),
                pair.count == 2
            else { return nil }
            return Position(milliLatitude: pair[0], milliLongitude: pair[1])
        }
    }
}

extension Form where Value == Addresses {
    static var addresses: Form {
        .object("a mapping such as {ipv4: \"127.0.0.1:8080\"}") { fields in
            let ipv4 = fields.optional("ipv4", .endpoint(.ipv4))
            let ipv6 = fields.optional("ipv6", .endpoint(.ipv6))
            guard ipv4 != nil || ipv6 != nil else {
                if !fields.has("ipv4"), !fields.has("ipv6") {
                    fields.report(
                        at: "ipv4", "no address is given", mend: "add ipv4: \"127.0.0.1:8080\"")
                }
                return nil
            }
            return Addresses(ipv4: ipv4, ipv6: ipv6)
        }
    }
}

extension Form where Value == Capacity {
    fileprivate static var capacity: Form {
        .object("a mapping such as {users: 60000, measured: 2026-03-02}") { fields in
            let logins = fields.optional("loginsPerSecond", .int(1...1_000_000))
            let measured = fields.optional("measured", .date)
            guard let users = fields.required("users", .int(1...Users.usersMax)) else { return nil }
            return Capacity(users: users, loginsPerSecond: logins, measured: measured)
        }
    }
}

extension Form where Value == String {
    static var urlPath: Form {
        .checked(.text, "a path such as /health") { text in
            text.hasPrefix("/") && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        }
    }
}

extension Form where Value == [Host] {
    fileprivate static func hosts(_ context: ReadingContext) -> Form {
        .named { name, fields in
            context.notes.note("hosts.\(name.value)", name.place)
            let load = fields.optional("load", .load)
            let sessions = fields.optional("sessions", .word(Sessions.self), default: .local)
            let site = fields.required("site", .marked(.id(SiteID.self)))
            let addresses = fields.required("addresses", .addresses)
            let capacity = fields.required("capacity", .capacity)
            context.notes.note("hosts.\(name.value).capacity", fields.place(of: "capacity"))
            context.notes.note("hosts.\(name.value).addresses", fields.place(of: "addresses"))
            context.check(site, "host \(name.value) names site", among: context.names.sites)
            guard let site, let addresses, let capacity else { return nil }
            return Host(
                id: HostID(name.value), site: site.value, addresses: addresses,
                capacity: capacity, load: load, sessions: sessions)
        }
    }
}

extension Form where Value == RuntimeSocket {
    fileprivate static var socket: Form {
        .parsed("the path of a socket, or an address and port such as 127.0.0.1:9999") { text in
            if let endpoint = Endpoint(text: text) { return .tcp(endpoint) }
            return text.contains("/") || text.hasSuffix(".sock") ? .unix(path: text) : nil
        }
    }
}

extension Form where Value == [Edge] {
    fileprivate static func edges(_ context: ReadingContext) -> Form {
        .named { name, fields in
            let capacity = fields.optional("capacity", .capacity)
            let site = fields.required("site", .marked(.id(SiteID.self)))
            let addresses = fields.required("addresses", .addresses)
            context.notes.note("edges.\(name.value).addresses", fields.place(of: "addresses"))
            let socket = fields.required(
                "haproxy", .object { $0.required("socket", .socket) })
            let probes = fields.optional(
                "probes", .list(of: .probeKind, 1...16), default: [.tcp])
            context.check(site, "edge \(name.value) names site", among: context.names.sites)
            guard let site, let addresses, let socket else { return nil }
            return Edge(
                id: EdgeID(name.value), site: site.value, addresses: addresses, socket: socket,
                probes: probes, capacity: capacity)
        }
    }
}

extension Form where Value == [Zone] {
    fileprivate static func zones(_ context: ReadingContext) -> Form {
        .named { name, fields in
            let path = "zones.\(name.value.lowercased())"
            context.notes.note(path, name.place)
            let ttlMin = fields.optional("ttlMin", .duration(.zero ... .seconds(86_400)))
            let servers = context.noting(path) {
                fields.required("servers", .list(of: .zoneServer(name.value, context), 1...16))
            }
            if !isZoneName(name.value) {
                context.faults.report(
                    at: name.place, what: "'\(name.value)' is no name of a zone",
                    mend:
                        "use labels of 1 to 63 letters, digits or dashes, \(zoneNameMax) bytes in "
                        + "all, such as ent.example")
            }
            let least = fields.optional("minServers", .int(1...16), default: 1)
            context.notes.note("\(path).minServers", fields.place(of: "minServers"))
            guard let servers else { return nil }
            return Zone(
                id: ZoneID(name.value.lowercased()), servers: servers, serversMin: least,
                ttlMin: ttlMin ?? .zero)
        }
    }
}

extension Form where Value == ZoneServer {
    fileprivate static func zoneServer(_ zone: String, _ context: ReadingContext) -> Form {
        .object { fields in
            let key = fields.optional("tsigKeyFile", .text)
            let update = fields.optional("update", .flag, default: false)
            let endpoint = fields.required("address", .endpoint)
            let site = fields.required("site", .marked(.id(SiteID.self)))
            context.check(
                site, "a server of zone \(zone) names site", among: context.names.sites)
            guard let site, let endpoint else { return nil }
            if update, key == nil {
                fields.report(
                    at: "update", "a server that takes updates needs a key",
                    mend: "add tsigKeyFile: the file that tsig-keygen wrote")
                return nil
            }
            return ZoneServer(
                endpoint: endpoint, site: site.value, takesUpdates: update, tsigKeyFile: key)
        }
    }
}

extension Form where Value == [ControllerPlace] {
    fileprivate static func controllers(_ context: ReadingContext) -> Form {
        .named { name, fields in
            let site = fields.optional("site", .marked(.id(SiteID.self)))
            context.check(
                site, "controller \(name.value) names site", among: context.names.sites)
            return ControllerPlace(id: ControllerID(name.value), site: site?.value)
        }
    }
}
