package import Values

/// One request of one user, as the crowd lets it go.
package struct UserRequest: Hashable, Sendable {
    /// How often this user has failed already.
    package let failures: Int
    /// Whether the user has no session yet, wherever it was.
    package let isNewVisit: Bool

    package init(failures: Int, isNewVisit: Bool) {
        (self.failures, self.isNewVisit) = (failures, isNewVisit)
    }
}

/// A region's users as an open loop: failures do not slow new requests down, and who failed comes
/// back beside them, which is how an outage makes its own surge.
package struct Crowd: Hashable, Sendable {
    /// More users who wait to try again than this give up (users).
    package static let waitingMax = 10_000

    package let model: UserModel
    /// New requests; retries come on top.
    package let rate: Rate
    /// Users who gave up because too many were waiting.
    package private(set) var gaveUp = 0
    private var random: SplitMix64
    private var nextNew: Instant
    /// Latest first, so that the earliest is taken from the end.
    private var retries: [Retry] = []

    private struct Retry: Hashable {
        let at: Instant
        let failures: Int
    }

    package init(model: UserModel, rate: Rate, seed: UInt64, from start: Instant) {
        (self.model, self.rate) = (model, rate)
        random = SplitMix64(seed: seed)
        nextNew = .distantFuture
        nextNew = following(start)
    }

    /// Users who failed and have not tried again yet.
    package var waiting: Int { retries.count }

    /// When the next request goes; the distant future when none will.
    package var nextDue: Instant { min(nextNew, retries.last?.at ?? .distantFuture) }

    /// The next request that is due by `now`, or nil when none is.
    package mutating func takeDue(at now: Instant) -> UserRequest? {
        if let retry = retries.last, retry.at <= now, retry.at <= nextNew {
            retries.removeLast()
            return UserRequest(failures: retry.failures, isNewVisit: true)
        }
        guard nextNew <= now, nextNew < .distantFuture else { return nil }
        nextNew = following(nextNew)
        return UserRequest(failures: 0, isNewVisit: model.isNewVisit(using: &random))
    }

    /// The user of `request` was not served, and will try again.
    package mutating func failed(_ request: UserRequest, at now: Instant) {
        guard retries.count < Crowd.waitingMax else {
            gaveUp += 1
            return
        }
        let retry = Retry(
            at: model.retry(after: now, using: &random), failures: request.failures + 1)
        retries.insert(retry, at: place(of: retry.at))
    }

    private mutating func following(_ instant: Instant) -> Instant {
        rate.gap(using: &random).map { instant + $0 } ?? .distantFuture
    }

    /// Where in `retries` one at `instant` belongs: before those that are earlier or as early.
    private func place(of instant: Instant) -> Int {
        var (low, high) = (0, retries.count)
        while low < high {
            let middle = (low + high) / 2
            if retries[middle].at > instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
