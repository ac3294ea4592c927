import Foundation

/// A placement instance as the shared generator writes it; what is not used here is left out.
struct Instance: Decodable {
    struct Site: Decodable {
        let id: String
        /// `provider/campus/building`.
        let domain: String
        let jurisdiction: String
        /// Requests per second.
        let capacity: Int
    }

    struct Home: Decodable {
        let site: String
        /// Percent.
        let weight: Int
    }

    struct Region: Decodable {
        let id: String
        /// Requests per second.
        let demand: Int
        /// 5 matters most.
        let priority: Int
        let residency: [String]
        let forbidden: [String]
        let homes: [Home]
    }

    let name: String
    let lost: [String]
    let sites: [Site]
    let regions: [Region]

    init(path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        self = try JSONDecoder().decode(Instance.self, from: data)
    }

    /// Sites that stand in none of the lost domains.
    var survivors: [Site] {
        sites.filter { site in !lost.contains { Instance.isCovered(site.domain, by: $0) } }
    }

    /// Sites that a region may use, lost or not, in the instance's order.
    func eligible(_ region: Region) -> [Site] {
        sites.filter { site in
            region.residency.contains(site.jurisdiction)
                && !region.forbidden.contains { Instance.isCovered(site.domain, by: $0) }
        }
    }

    private static func isCovered(_ path: String, by prefix: String) -> Bool {
        path == prefix || path.hasPrefix(prefix + "/")
    }
}
