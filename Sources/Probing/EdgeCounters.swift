import Detection
import HAProxyRuntime
import TopologyModel
import Values

/// Makes loads of the counters of edges: sums over edges, differences between two readings.
///
/// Pure but for what it remembers: each edge's counters of the reading before.
struct EdgeCounters: Sendable {
    /// A server of one edge.
    private struct Place: Hashable {
        let edge: EdgeID
        let backend: String
        let server: String
    }

    /// What happened at servers between two readings.
    private struct Difference {
        var requests = 0
        var answers: Int? = 0
        var errors = 0
        /// Of each request's time until its answer began, the sum (milliseconds).
        var milliseconds = 0
        var isTimed = true

        /// A difference beyond this is none of a server's (requests).
        static let requestsMax = 1 << 30

        /// Adds one server's; false when its counters went back, as at a restart, or far ahead.
        mutating func add(from old: ServerCounters, to new: ServerCounters) -> Bool {
            let (given, failed) = (new.requests - old.requests, new.errors - old.errors)
            let answered = new.answers.flatMap { answers in old.answers.map { answers - $0 } }
            let bounds = 0...Difference.requestsMax
            guard bounds.contains(given), bounds.contains(failed),
                answered.map(bounds.contains) ?? true
            else { return false }
            requests += given
            errors += failed
            answers = answered.flatMap { answered in answers.map { $0 + answered } }
            isTimed = isTimed && (new.answerTime != nil || given == 0)
            milliseconds += given * Int((new.answerTime ?? .zero).inNanoseconds / 1_000_000)
            return true
        }

        /// The mean time of these requests; nil without any: HAProxy's own mean is then an old one.
        var latency: Duration? {
            requests > 0 && isTimed ? .milliseconds(milliseconds / requests) : nil
        }

        var errorShare: PartsPerMillion? {
            answers.flatMap { answers in
                answers > 0
                    ? PartsPerMillion(min(errors, answers) * 1_000_000 / answers) : nil
            }
        }
    }

    private var known: [Place: ServerCounters] = [:]

    /// The load of each part, in order; an edge that did not answer makes silent what it serves,
    /// for a sum without it would be too low.
    mutating func results(
        of parts: [ServedPart], from answers: [EdgeID: Result<HAProxyStats, SilentSource>]
    ) -> [LoadReading.Result] {
        var rows: [Place: HAProxyStats.Row] = [:]
        for (edge, answer) in answers {
            guard case .success(let stats) = answer else { continue }
            for row in stats.rows {
                rows[Place(edge: edge, backend: row.proxy, server: row.server)] = row
            }
        }
        let results = parts.map { part -> LoadReading.Result in
            do throws(SilentSource) {
                return .read(load: try load(of: part, answers, rows))
            } catch { return .silent(why: error.why) }
        }
        let wanted = parts.flatMap { part in part.doors.map { place(of: part, $0) } }
        known = Dictionary(
            wanted.compactMap { place in rows[place].map { (place, $0.counters) } },
            uniquingKeysWith: { first, _ in first })
        return results
    }

    private func load(
        of part: ServedPart, _ answers: [EdgeID: Result<HAProxyStats, SilentSource>],
        _ rows: [Place: HAProxyStats.Row]
    ) throws(SilentSource) -> Load {
        guard !part.doors.isEmpty else {
            throw SilentSource("no edge splits \(part.region)")
        }
        var found: [(place: Place, row: HAProxyStats.Row)] = []
        for door in part.doors {
            switch answers[door.edge] {
            case .failure(let silent)?: throw silent
            case nil: throw SilentSource("edge \(door.edge) was not asked")
            case .success?:
                let place = place(of: part, door)
                if let row = rows[place] { found.append((place, row)) }
            }
        }
        guard !found.isEmpty else {
            throw SilentSource("no backend of \(part.region) has a server \(part.host)")
        }
        let difference = difference(of: found)
        return Load(
            users: found.reduce(0) { $0 + $1.row.sessions },
            queue: found.reduce(0) { $0 + $1.row.queued },
            latency: difference?.latency, errors: difference?.errorShare)
    }

    /// Nil when a server was not read before, or its counters went back: no rate is better than a
    /// wrong one.
    private func difference(of found: [(place: Place, row: HAProxyStats.Row)]) -> Difference? {
        var difference = Difference()
        for (place, row) in found {
            guard let old = known[place], difference.add(from: old, to: row.counters) else {
                return nil
            }
        }
        return difference
    }

    private func place(of part: ServedPart, _ door: HAProxyDoor) -> Place {
        Place(edge: door.edge, backend: door.backend, server: part.host.name)
    }
}
