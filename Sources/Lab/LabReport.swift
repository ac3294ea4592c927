import Foundation
package import TopologyModel
package import Values
package import Workload

/// What a lab's users met, region by region, in declared order.
package struct LabReport: Codable, Hashable, Sendable {
    package struct Failures: Codable, Hashable, Sendable {
        package let cause: UserFailure
        package let count: Int
    }

    /// The users of one class; or, as `(attack)`, the requests that never log in.
    package struct Class: Codable, Hashable, Sendable {
        package let classID: ClassID
        /// Requests: answered by a host; with the gate's waiting page; with a host's own 503, or
        /// not at all.
        package let served: Int
        package let waited: Int
        package let refused: Int
        /// Of those served, from the request to the end of the answer (milliseconds).
        package let p50Ms: Int?
        package let p99Ms: Int?
        /// Users now.
        package let inside: Users
        package let waitingNow: Users
        /// Users who were in and met the waiting page before their visit ended.
        package let thrownOut: Users

        init(_ tally: ClassTally, inside: Users, waitingNow: Users) {
            classID = tally.classID
            (served, waited, refused) = (tally.served, tally.waited, tally.refused)
            let milliseconds = { (percent: Int) in
                tally.answerTimes.percentile(Percent(checked: percent))
                    .map { Int($0.inNanoseconds / 1_000_000) }
            }
            (p50Ms, p99Ms) = (milliseconds(50), milliseconds(99))
            (self.inside, self.waitingNow) = (inside, waitingNow)
            thrownOut = tally.thrownOut
        }
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
        /// In the order in which they are let in; none where the users have no classes.
        package let classes: [Class]

        init(
            tally: Tally, failures: [Failures], waiting: Int, gaveUp: Int, notSent: Int,
            classes: [Class] = []
        ) {
            (self.tally, self.failures, self.waiting) = (tally, failures, waiting)
            (self.gaveUp, self.notSent, self.classes) = (gaveUp, notSent, classes)
        }
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
            + table + note + classText
    }

    /// A line a class, where users have classes.
    private var classText: String {
        let rows = regions.flatMap { region in
            region.classes.map { [region.tally.region.name] + $0.cells }
        }
        guard !rows.isEmpty else { return "" }
        let titles = [
            "REGION", "CLASS", "SERVED", "WAITED", "REFUSED", "P50", "P99", "IN", "WAIT",
        ]
        let thrownOut = regions.flatMap(\.classes).reduce(0) { $0 + $1.thrownOut }
        let note =
            thrownOut == 0
            ? "" : "\n\(thrownOut) users who were in met the waiting page before they left"
        return "\n\nRequests by class, and users who are IN or WAIT now\n"
            + TextTable(titles, rows: rows).text + note
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

extension LabReport.Class {
    fileprivate var cells: [String] {
        let time = { (milliseconds: Int?) in
            milliseconds.map { Duration.milliseconds($0).shortText } ?? "-"
        }
        return [
            classID.name, "\(served)", "\(waited)", "\(refused)", time(p50Ms), time(p99Ms),
            "\(inside)", "\(waitingNow)",
        ]
    }
}
