import Control
package import Documents
import Situations
package import Values

/// Where the API reads the journal.
package protocol HistoryPort: Sendable {
    /// Entries numbered below `seq` (nil is from the end), oldest first, at most `limit`: the last
    /// of them.
    func entries(before seq: Int?, atMost limit: Int) async throws -> [HistoryMessage.Line]
    /// Entries numbered above `seq`, oldest first, at most `limit`: the first of them.
    func entries(after seq: Int, atMost limit: Int) async throws -> [HistoryMessage.Line]
    /// The files of a topology that was in force; none when they are not known.
    func files(of digest: Digest) async throws -> [TopologyMessage.File]
}

/// What a request for history asks for.
package struct HistoryQuery: Hashable, Sendable {
    /// Entries that one request gets at most.
    package static let limitMax = 10_000
    package static let limitDefault = 100
    /// Entries that one request reads at most to find those that it wants.
    package static let scanMax = 50_000
    /// How long a request may wait for new entries.
    package static let waitMax = Duration.seconds(60)
    static let page = 1000
    /// How often a request that waits looks again.
    static let lookEvery = Duration.milliseconds(100)

    package var limit = HistoryQuery.limitDefault
    package var region: String?
    package var since: Instant?
    package var kinds: [HistoryKind] = []
    /// Only entries after this one, the first of them instead of the last.
    package var after: Int?
    /// With `after`: how long to wait for an entry that is wanted.
    package var wait = Duration.zero

    package init() {}
}

extension HistoryQuery {
    /// Reads what a URL asks for.
    ///
    /// - Throws: `Fault`, with the parameter and its bounds.
    init(_ parameter: (String) -> String?) throws {
        self.init()
        limit =
            try HistoryQuery.number(parameter("limit"), "limit", 1...HistoryQuery.limitMax)
            ?? HistoryQuery.limitDefault
        region = parameter("region")
        since = try parameter("since").map { text in
            guard let since = Instant(rfc3339: text) else {
                throw HistoryQuery.wrong("since", text, "an RFC 3339 time")
            }
            return since
        }
        kinds = try (parameter("kind") ?? "").split(separator: ",").map { word in
            guard let kind = HistoryKind(rawValue: String(word)) else {
                let all = HistoryKind.allCases.map(\.rawValue)
                throw HistoryQuery.wrong("kind", word, "one of \(all.joined(separator: ", "))")
            }
            return kind
        }
        after = try HistoryQuery.number(parameter("after"), "after", 0...Int.max)
        let waitMax = Int(HistoryQuery.waitMax.components.seconds)
        let seconds = try HistoryQuery.number(parameter("wait"), "wait", 0...waitMax) ?? 0
        guard seconds == 0 || after != nil else {
            throw HistoryQuery.wrong("wait", "\(seconds)", "given together with 'after'")
        }
        wait = .seconds(seconds)
    }

    private static func number(
        _ text: String?, _ name: String, _ bounds: ClosedRange<Int>
    ) throws -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            let upper = bounds.upperBound == .max ? " or more" : " through \(bounds.upperBound)"
            throw wrong(name, text, "a number, \(bounds.lowerBound)\(upper)")
        }
        return number
    }

    private static func wrong(
        _ name: String, _ text: some StringProtocol, _ wanted: String
    ) -> Fault {
        Fault(what: "'\(name)=\(text.prefix(80))' is not \(wanted)", mend: "see docs/api.md")
    }

    /// The part of the path behind `/v1/history?` that asks for this.
    var urlQuery: [(name: String, value: String)] {
        var query = [(name: "limit", value: "\(limit)")]
        if let region { query.append(("region", region)) }
        if let since { query.append(("since", since.rfc3339)) }
        if !kinds.isEmpty {
            query.append(("kind", kinds.map(\.rawValue).joined(separator: ",")))
        }
        if let after { query.append(("after", "\(after)")) }
        if wait > .zero { query.append(("wait", "\(wait.components.seconds)")) }
        return query
    }
}

/// Finds what a request for history asks for.
struct HistoryReading: Sendable {
    let journal: any HistoryPort

    func answer(
        to query: HistoryQuery, _ filter: HistoryFilter
    ) async throws -> HistoryMessage {
        guard let after = query.after else { return try await last(query, filter) }
        let deadline = ContinuousClock.now + query.wait
        var seen = after
        while true {
            let message = try await first(query, filter, after: seen)
            if !message.lines.isEmpty || ContinuousClock.now >= deadline { return message }
            seen = message.last
            try await Task.sleep(for: HistoryQuery.lookEvery)
        }
    }

    private func last(
        _ query: HistoryQuery, _ filter: HistoryFilter
    ) async throws -> HistoryMessage {
        var found: [HistoryMessage.Line] = []
        var (before, end, read): (Int?, Int, Int) = (nil, 0, 0)
        while found.count < query.limit, read < HistoryQuery.scanMax {
            let page = try await journal.entries(before: before, atMost: HistoryQuery.page)
            guard let first = page.first, let newest = page.last else { break }
            end = max(end, newest.seq)
            (before, read) = (first.seq, read + page.count)
            let wanted = page.filter { filter.takes($0.entry) }
            found = wanted.suffix(query.limit - found.count) + found
            if let since = filter.since, first.entry.at < since { break }
        }
        return HistoryMessage(lines: found, last: end)
    }

    private func first(
        _ query: HistoryQuery, _ filter: HistoryFilter, after: Int
    ) async throws -> HistoryMessage {
        var found: [HistoryMessage.Line] = []
        var (seen, read) = (after, 0)
        while read < HistoryQuery.scanMax {
            let page = try await journal.entries(after: seen, atMost: HistoryQuery.page)
            read += page.count
            for line in page {
                seen = line.seq
                guard filter.takes(line.entry) else { continue }
                found.append(line)
                if found.count == query.limit { return HistoryMessage(lines: found, last: seen) }
            }
            if page.count < HistoryQuery.page { break }
        }
        return HistoryMessage(lines: found, last: seen)
    }
}
