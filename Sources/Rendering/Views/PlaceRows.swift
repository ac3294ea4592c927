import Detection
package import Documents
import OrderedCollections
import Situations
import TopologyModel
import Values

// `get sites|hosts|edges|zones|domains|dependencies`: one row an object, narrow and wide.

/// One row of a table that `get` shows.
package protocol Row: APIDocument {
    static var columns: [String] { get }
    /// What `-o wide` has besides.
    static var wideColumns: [String] { get }
    var cells: [Cell] { get }
    var wideCells: [Cell] { get }
}

extension Array where Element: Row {
    package func text(_ palette: Palette, isWide: Bool) -> String {
        guard !isEmpty else { return "none\n" }
        var table = TextTable(Element.columns + (isWide ? Element.wideColumns : []))
        for row in self { table.add(row.cells + (isWide ? row.wideCells : [])) }
        return table.text(palette, width: isWide ? .max : TextTable.widthDefault)
    }
}

/// `a, b`, or `-` where there is none.
func list(_ words: [String]) -> Cell {
    words.isEmpty ? Cell("-", .faint) : Cell(words.joined(separator: ", "))
}

func maybe(_ word: (some CustomStringConvertible)?) -> Cell {
    word.map { Cell("\($0)") } ?? Cell("-", .faint)
}

package struct SiteRow: Row, Hashable {
    package static let kind = "Site"
    let name: SiteID
    let provider: ProviderID
    let domain: FailureDomain
    let fates: [FailureDomain]
    let labels: [String]
    let standing: Judgement
    let hosts: [HostID]
    let expectedUsers: Users
    let capacityUsers: Users

    package static let columns = ["SITE", "DOMAIN", "VERDICT", "HOSTS", "USERS", "CAPACITY"]
    package static let wideColumns = ["PROVIDER", "FATES", "LABELS", "BECAUSE"]
    package var cells: [Cell] {
        [
            Cell(name.name, .strong), Cell(domain.name), standing.cell, list(hosts.map(\.name)),
            Cell("\(expectedUsers)"), Cell("\(capacityUsers)"),
        ]
    }
    package var wideCells: [Cell] {
        [Cell(provider.name), list(fates.map(\.name)), list(labels), maybe(standing.because)]
    }
}

package struct HostRow: Row, Hashable {
    package static let kind = "Host"
    let name: HostID
    let site: SiteID
    let domain: FailureDomain
    let standing: Judgement
    let roles: [Role]
    let expectedUsers: Users
    let capacityUsers: Users
    let loginsPerSecond: Int?
    /// The day of the load test that proved the capacity.
    let measured: String?
    let sessions: String
    let ipv4: Endpoint?
    let ipv6: Endpoint?
    let labels: [String]
    let fates: [FailureDomain]

    package static let columns = ["HOST", "SITE", "VERDICT", "SERVES", "STANDS BY", "USERS"]
    package static let wideColumns = [
        "CAPACITY", "LOGINS/S", "MEASURED", "SESSIONS", "IPV4", "IPV6", "DOMAIN", "FATES", "LABELS",
        "BECAUSE",
    ]
    package var cells: [Cell] {
        let serves = roles.filter { $0.percent > .zero }
            .map { $0.percent == .all ? "\($0.region)" : "\($0.region) \($0.percent)" }
        let idle = roles.filter { $0.percent == .zero }
        let standsBy = idle.map { $0.role == "primary" ? "\($0.region) (home)" : "\($0.region)" }
        return [
            Cell(name.name, .strong), Cell(site.name), standing.cell, list(serves),
            list(standsBy), Cell("\(expectedUsers)"),
        ]
    }
    package var wideCells: [Cell] {
        [
            Cell("\(capacityUsers)"), maybe(loginsPerSecond), maybe(measured), Cell(sessions),
            maybe(ipv4), maybe(ipv6), Cell(domain.name), list(fates.map(\.name)), list(labels),
            maybe(standing.because),
        ]
    }
}

package struct EdgeRow: Row, Hashable {
    package static let kind = "Edge"
    let name: EdgeID
    let site: SiteID
    let domain: FailureDomain?
    let standing: Judgement
    let regions: [RegionID]
    let ipv4: Endpoint?
    let ipv6: Endpoint?
    /// Where its runtime API listens.
    let socket: String
    let capacityUsers: Users?

    package static let columns = ["EDGE", "SITE", "VERDICT", "REGIONS"]
    package static let wideColumns = ["IPV4", "IPV6", "SOCKET", "CAPACITY", "DOMAIN"]
    package var cells: [Cell] {
        [
            Cell(name.name, .strong), Cell(site.name), standing.cell, list(regions.map(\.name)),
        ]
    }
    package var wideCells: [Cell] {
        [maybe(ipv4), maybe(ipv6), Cell(socket), maybe(capacityUsers), maybe(domain)]
    }
}

package struct ZoneRow: Row, Hashable {
    struct Server: Hashable, Encodable {
        let address: Endpoint
        let site: SiteID
        let takesUpdates: Bool
    }

    package static let kind = "Zone"
    let name: ZoneID
    let standing: Judgement
    let servers: [Server]
    let serversMin: Int
    let ttlMin: Duration
    let doors: [FrontDoorID]

    package static let columns = ["ZONE", "VERDICT", "SERVERS", "MUST TAKE", "NAMES"]
    package static let wideColumns = ["SHORTEST TTL", "DOORS"]
    package var cells: [Cell] {
        [
            Cell(name.name, .strong), standing.cell,
            list(servers.map { "\($0.address) at \($0.site)" }), Cell("\(serversMin)"),
            Cell("\(doors.count)"),
        ]
    }
    package var wideCells: [Cell] { [Cell(ttlMin.text), list(doors.map(\.name))] }
}

package struct DomainRow: Row, Hashable {
    package static let kind = "Domain"
    let name: FailureDomain
    let isFate: Bool
    let standing: Judgement
    /// What a person declared of it: lost, alive, or nothing.
    let declared: String?
    let doubtedUntil: Instant?
    let sites: [SiteID]
    let hosts: [HostID]
    /// Regions with users in it now.
    let serves: [RegionID]
    /// Regions that have a host in it, and no users there.
    let standsBy: [RegionID]

    package static let columns = ["DOMAIN", "VERDICT", "SITES", "SERVES"]
    package static let wideColumns = ["STANDS BY", "HOSTS", "DECLARED", "BECAUSE"]
    package var cells: [Cell] {
        [
            Cell(name.name, .strong), standing.cell, list(sites.map(\.name)),
            list(serves.map(\.name)),
        ]
    }
    package var wideCells: [Cell] {
        [
            list(standsBy.map(\.name)), list(hosts.map(\.name)), maybe(declared),
            maybe(standing.because),
        ]
    }
}

package struct DependencyRow: Row, Hashable {
    package static let kind = "Dependency"
    let name: DependencyID
    let standing: Judgement
    let regions: [RegionID]
    let dependsOn: [DependencyID]
    let loginsPerSecond: Int?
    let probes: [Endpoint]

    package static let columns = ["DEPENDENCY", "VERDICT", "NEEDED BY", "NEEDS"]
    package static let wideColumns = ["LOGINS/S", "PROBED AT", "BECAUSE"]
    package var cells: [Cell] {
        [
            Cell(name.name, .strong), standing.cell, list(regions.map(\.name)),
            list(dependsOn.map(\.name)),
        ]
    }
    package var wideCells: [Cell] {
        [maybe(loginsPerSecond), list(probes.map(\.description)), maybe(standing.because)]
    }
}
