import Foundation
import TopologyModel
package import Values
package import Workload

/// What a lab's users met, region by region, in declared order.
package struct LabReport: Codable, Hashable, Sendable {
    package struct Failures: Codable, Hashable, Sendable {
        package let cause: UserFailure
        package let count: Int
    }

    package struct Region: Codable, Hashable, Sendable {
        package let tally: Tally
        /// Only the causes that were met.
        package let failures: [Failures]
        /// Users who failed and have not tried again yet.
        package let waiting: Int
        /// Users who gave up because too many were waiting.
        package let gaveUp: Int
        /// Requests that the lab itself could not send: too many were open.
        package let notSent: Int
    }

    package let from: Instant
    package let until: Instant
    package let regions: [Region]

    package init(from: Instant, until: Instant, regions: [Region]) {
        (self.from, self.until, self.regions) = (from, until, regions)
    }

    /// Whether the users of every region are served now.
    package var isEveryRegionServed: Bool { regions.allSatisfy(\.tally.isServed) }

    /// For people: a line a region.
    package var text: String {
        let titles = ["REGION", "SERVED", "FAILED", "OUTAGE", "NOW", "BY"]
        let table = TextTable(titles, rows: regions.map(\.cells)).text
        let lost = regions.reduce(0) { $0 + $1.notSent + $1.gaveUp }
        let note =
            lost == 0 ? "" : "\n\(lost) requests were not sent: the lab's limits were reached"
        return "Users, \((until - from).shortText) since \(from.text); OUTAGE is the longest\n"
            + table + note
    }

    /// One document, keys in order, times as RFC 3339.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension LabReport.Region {
    fileprivate var cells: [String] {
        [
            tally.region.name, "\(tally.served)",
            failures.isEmpty ? "0" : list(failures.map { "\($0.count) \($0.cause.rawValue)" }),
            tally.longestOutage?.length.shortText ?? "none", tally.isServed ? "served" : "out",
            list(tally.byHost.map { "\($0.host) \($0.served)" }),
        ]
    }

    private func list(_ parts: [String]) -> String {
        parts.isEmpty ? "-" : parts.joined(separator: ", ")
    }
}
