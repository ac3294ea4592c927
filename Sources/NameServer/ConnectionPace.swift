package import Values

/// What one TCP client may do, and for how long (RFC 7766 section 6.2.3, RFC 9210 section 4).
package struct ConnectionLimits: Hashable, Sendable {
    /// In all; one more is closed at once.
    package var connectionsMax = 200
    /// Of one client prefix (/24, /56), unless it is exempt from the rate limit.
    package var connectionsPerPrefixMax = 50
    /// Without a request for so long, and with nothing to answer, a connection is closed.
    package var idleMax = Duration.seconds(10)
    /// From the first byte of a request to its last, so that dripping bytes gain nothing.
    package var requestReadMax = Duration.seconds(5)
    /// The longest request (bytes).
    package var requestBytesMax = 16_384
    /// After so many, the connection is closed; the client may open another.
    package var requestsMax = 100_000
    /// Bytes of answers that wait for the client to take them; at this many, no further request is
    /// read or answered until it does. One answer, of at most 64 KiB, may come on top.
    package var answerBytesWaitingMax = 65_536
    /// How long they may wait.
    package var answersTakenMax = Duration.seconds(10)

    package init() {}
}

/// How a TCP client keeps up; what it does wrong ends its connection. A pure value.
package struct ConnectionPace: Hashable, Sendable {
    private var requestCount = 0
    /// When the last whole request was read or answered, or the connection opened.
    private var restsSince: Instant
    private var readsSince: Instant?
    private var waitsSince: Instant?
    private var isUpdating = false

    package init(openedAt now: Instant) { restsSince = now }

    /// Part of a request came in, or, when `isPart` is false, nothing is left of one.
    package mutating func hasPart(_ isPart: Bool, at now: Instant) {
        readsSince = isPart ? readsSince ?? now : nil
    }

    /// A whole request came in; returns whether it is the last that is taken.
    package mutating func countRequest(of limits: ConnectionLimits, at now: Instant) -> Bool {
        requestCount += 1
        (restsSince, readsSince) = (now, nil)
        return requestCount >= limits.requestsMax
    }

    /// An update began to be saved, or was answered; while one is, time is not the client's.
    package mutating func updates(_ isUpdating: Bool, at now: Instant) {
        self.isUpdating = isUpdating
        restsSince = now
        readsSince = readsSince.map { _ in now }
    }

    /// The client takes no answers for now, or takes them again.
    package mutating func takesAnswers(_ takes: Bool, at now: Instant) {
        waitsSince = takes ? nil : waitsSince ?? now
        restsSince = now
        readsSince = readsSince.map { _ in now }
    }

    /// Why the connection is to be closed now, or nil.
    package func refusal(of limits: ConnectionLimits, at now: Instant) -> Refusal? {
        if let waitsSince {
            return now - waitsSince >= limits.answersTakenMax ? .answersUntaken : nil
        }
        if isUpdating { return nil }
        if let readsSince {
            return now - readsSince >= limits.requestReadMax ? .requestUnfinished : nil
        }
        return now - restsSince >= limits.idleMax ? .connectionIdle : nil
    }
}

/// The open connections by client prefix. A pure value.
package struct ConnectionCounts: Hashable, Sendable {
    private var counts: [AddressPrefix: Int] = [:]
    private var total = 0

    package init() {}

    /// Counts a new connection in, or says why it may not be.
    package mutating func admit(
        _ client: IPAddress, _ limits: ConnectionLimits, exempt: [AddressPrefix]
    ) -> Refusal? {
        let prefix = AddressPrefix(ofClient: client)
        if total >= limits.connectionsMax { return .connectionsMax }
        let isExempt = exempt.contains { $0.contains(client) }
        if !isExempt, counts[prefix, default: 0] >= limits.connectionsPerPrefixMax {
            return .connectionsPerPrefixMax
        }
        counts[prefix, default: 0] += 1
        total += 1
        return nil
    }

    /// One that was admitted has ended.
    package mutating func end(_ client: IPAddress) {
        let prefix = AddressPrefix(ofClient: client)
        counts[prefix] = counts[prefix].flatMap { $0 > 1 ? $0 - 1 : nil }
        total -= 1
    }
}
