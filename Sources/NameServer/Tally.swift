package import Values

/// What a server did not do for its clients, or did otherwise, because a limit was reached.
package enum Refusal: String, CaseIterable, Hashable, Sendable {
    case answerDropped = "answers dropped by the rate limit"
    case answerTruncated = "answers truncated by the rate limit"
    case answerUnsent = "answers dropped because the socket was full"
    case connectionsMax = "connections over the limit in all"
    case connectionsPerPrefixMax = "connections over the limit of their prefix"
    case requestTooLong = "connections closed: request too long"
    case requestsPerConnectionMax = "connections closed: requests used up"
    case connectionIdle = "connections closed: idle"
    case requestUnfinished = "connections closed: request not finished in time"
    case answersUntaken = "connections closed: answers not taken"
    case notARequest = "connections closed: not a request"
}

/// Counts refusals, and says so in a line at most every `interval`. A pure value.
package struct Tally: Hashable, Sendable {
    /// A flood must not fill the log.
    package static let interval = Duration.seconds(10)

    /// Of each kind, since the start.
    package private(set) var totals: [Refusal: Int] = [:]
    private var said: [Refusal: Int] = [:]
    private var last: AddressPrefix?
    private var saidAt = Instant.distantPast

    package init() {}

    package mutating func add(_ refusal: Refusal, _ client: IPAddress) {
        totals[refusal, default: 0] += 1
        last = AddressPrefix(ofClient: client)
    }

    /// What is new since the last line, when there is something and `interval` has passed.
    package mutating func line(at now: Instant) -> String? {
        guard now - saidAt >= Tally.interval else { return nil }
        let news = Refusal.allCases.compactMap { refusal -> String? in
            let (total, before) = (totals[refusal] ?? 0, said[refusal] ?? 0)
            guard total > before else { return nil }
            return "\(total - before) \(refusal.rawValue) (\(total) since the start)"
        }
        guard !news.isEmpty, let last else { return nil }
        (said, saidAt) = (totals, now)
        return news.joined(separator: "; ") + "; last for \(last)"
    }
}
