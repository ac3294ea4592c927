import Values
import YAMLReading

/// A small manifest that uses every form; for tests and for the fuzzer.
struct Small {
    struct SiteID: Identifier {
        let name: String
        init(_ name: String) { self.name = name }
    }

    struct Host {
        let id: Marked<String>
        let site: Marked<SiteID>
        let users: Int
    }

    enum Sessions: String, CaseIterable {
        case local, replicated
    }

    enum Door {
        case dns(name: String)
        case haproxy(socket: String)
    }

    struct Defaults {
        var interval = Duration.seconds(1)
        var failures = Percent.all
        var retries = 3
    }

    struct Site {
        let id: SiteID
        let position: [Int]
    }

    let defaults: Defaults
    let sites: [Site]
    let hosts: [Host]
    let doors: [Door]
}

// How it is read.
extension Small {
    static func read(_ fields: Fields) -> Small? {
        let version = fields.required("version", .int(1...1))
        let defaults = fields.optional("defaults", .object(readDefaults), default: Defaults())
        let sites = fields.required("sites", .named(readSite))
        let hosts = fields.required("hosts", .named(readHost))
        let doors = fields.optional("doors", .list(of: door), default: [])
        readTimes(fields)
        let declared = Declared(fields.names(under: "sites"), under: "sites")
        for host in hosts ?? [] {
            _ = declared.accepts(
                host.site, "host \(host.id.value) names site", faults: fields.reading.faults)
        }
        guard version != nil, let sites, let hosts else { return nil }
        if hosts.isEmpty { fields.report(.warning, at: "hosts", "none", mend: "declare some") }
        return Small(defaults: defaults, sites: sites, hosts: hosts, doors: doors)
    }

    private static func readDefaults(_ fields: Fields) -> Defaults {
        let interval = Duration.milliseconds(100)...(.seconds(3600))
        return Defaults(
            interval: fields.optional("interval", .duration(interval), default: .seconds(1)),
            failures: fields.optional("failures", .percent(1...100), default: .all),
            retries: fields.optional("retries", .int(0...9), default: 3))
    }

    private static func readSite(_ name: Marked<String>, _ fields: Fields) -> Site? {
        let position = fields.optional(
            "position", .list(of: .decimal(places: 3, in: -180_000...180_000), 2...2))
        let title = fields.optional("title", .text, default: name.value)
        return title.isEmpty ? nil : Site(id: SiteID(name.value), position: position ?? [])
    }

    private static func readHost(_ name: Marked<String>, _ fields: Fields) -> Host? {
        let site = fields.required("site", .marked(.id(SiteID.self)))
        let endpoint = fields.required("ipv4", .endpoint(.ipv4))
        let capacity = fields.required(
            "capacity",
            .object { capacity -> Int? in
                _ = capacity.optional("measured", .date)
                return capacity.required("users", .int(0...1_000_000_000))
            })
        _ = fields.optional("sessions", .word(Sessions.self), default: .local)
        _ = fields.optional("spare", .flag, default: false)
        guard let site, endpoint != nil, let capacity else { return nil }
        return Host(id: name, site: site, users: capacity)
    }

    private static var door: Form<Door> {
        .choice([
            "dns": .object { $0.required("name", .name).map(Door.dns) },
            "haproxy": .object { fields in
                let path = Form<String>.checked(.text, "a path such as /run/haproxy.sock") {
                    $0.hasPrefix("/")
                }
                return fields.required("socket", path).map(Door.haproxy)
            },
        ])
    }

    private static func readTimes(_ fields: Fields) {
        _ = fields.optional("hours", .map(of: .clockRange))
        _ = fields.optional("references", .list(of: .endpoint, 1...3))
        _ = fields.optional("servers", .list(of: .address))
        _ = fields.optional("since", .instant)
        _ = fields.optional("factor", .factor(upTo: 100))
        _ = fields.optional("dwell", .duration)
        _ = fields.optional("share", .percent)
        _ = fields.optional("anything", .node)
    }
}
