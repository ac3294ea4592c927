package import Values

/// How many answers a client gets over UDP, where a sender's address may be forged.
///
/// The words and defaults are those of NSD (`rrl-ratelimit`, `rrl-slip`) and Knot (mod-rrl).
package struct RateLimits: Hashable, Sendable {
    /// Answers a second for each client prefix and class of answer, and as many at once after a
    /// rest of a second; 0 is off, at most 1,000,000.
    package var answersPerSecond = 200
    /// One in so many of the answers over the limit is sent truncated, so that a resolver asks
    /// again over TCP, where no address is forged; 1 is each, 0 none.
    package var slip = 2
    /// Whose answers are not counted.
    package var exempt = AddressPrefix.loopback
    /// Pairs of prefix and class that are remembered, 32 bytes each; of others the quietest goes.
    package var accountsMax = 65_536

    package static let answersPerSecondMax = 1_000_000

    package init() {}
}

/// What answers are counted by, so that a flood for names that do not exist leaves the answers for
/// those that do (as Knot's mod-rrl, which has some more classes).
package enum AnswerClass: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// With records, or truncated.
    case records
    /// NXDOMAIN, or no records of the type.
    case absence
    case error

    /// The class of a whole answer, by its header.
    package init(of answer: [UInt8]) {
        guard answer.count >= 12 else {
            self = .error
            return
        }
        switch answer[3] & 0x0f {
        case 0:
            let isTruncated = answer[2] & 0x02 != 0
            self = isTruncated || answer[6] != 0 || answer[7] != 0 ? .records : .absence
        case 3: self = .absence
        default: self = .error
        }
    }

    package var description: String {
        switch self {
        case .records: "answers with records"
        case .absence: "answers without records"
        case .error: "errors"
        }
    }
}

/// Response rate limiting: what a name server does with an answer over UDP. A pure value.
///
/// Each client prefix and class has an account that fills at `answersPerSecond` (the generic cell
/// rate algorithm, ITU-T I.371). Accounts stand in rows of four by a hash of prefix and class; a
/// new one takes the place of the account in its row that has been quiet for longest.
package struct RateLimiter: Sendable {
    package enum Verdict: Hashable, Sendable {
        case send, truncate, drop
    }

    private struct Account {
        /// Prefix, family and class; 0 is nobody.
        var key: UInt64 = 0
        /// When it has again all that it may have (nanoseconds since 1970).
        var fullAt = Int64.min
        var limitedCount: UInt64 = 0
    }

    private let limits: RateLimits
    private let seed: UInt64
    /// Nanoseconds from answer to answer, at the limit.
    private let interval: Int64
    private var accounts: [Account]

    private static let accountsPerRow = 4
    private static let burst = Duration.seconds(1).inNanoseconds

    /// - Parameter seed: Drawn at random, so that nobody can tell which prefixes share a row.
    package init(_ limits: RateLimits, seed: UInt64) {
        (self.limits, self.seed) = (limits, seed)
        let rate = min(limits.answersPerSecond, RateLimits.answersPerSecondMax)
        interval = rate > 0 ? RateLimiter.burst / Int64(rate) : 0
        let rows = max(limits.accountsMax / RateLimiter.accountsPerRow, 1)
        accounts = rate > 0 ? Array(repeating: Account(), count: rows * 4) : []
    }

    /// Counts an answer of this class to `client`, and says what becomes of it.
    package mutating func verdict(
        on answerClass: AnswerClass, to client: IPAddress, at now: Instant
    ) -> Verdict {
        if accounts.isEmpty || limits.exempt.contains(where: { $0.contains(client) }) {
            return .send
        }
        let key = RateLimiter.key(of: client, answerClass)
        let place = place(of: key)
        if accounts[place].key != key { accounts[place] = Account(key: key) }
        let fullAt = max(accounts[place].fullAt, now.nanoseconds) + interval
        if fullAt - now.nanoseconds <= RateLimiter.burst {
            accounts[place].fullAt = fullAt
            return .send
        }
        accounts[place].limitedCount += 1
        guard limits.slip > 0 else { return .drop }
        return accounts[place].limitedCount % UInt64(limits.slip) == 0 ? .truncate : .drop
    }

    /// Where the account of `key` stands, or the one that makes room for it.
    private func place(of key: UInt64) -> Int {
        var mixer = SplitMix64(seed: key ^ seed)
        let start = mixer.next(below: accounts.count / RateLimiter.accountsPerRow)
        let row = start * RateLimiter.accountsPerRow..<(start + 1) * RateLimiter.accountsPerRow
        var quietest = row.lowerBound
        for place in row {
            if accounts[place].key == key { return place }
            if accounts[place].fullAt < accounts[quietest].fullAt { quietest = place }
        }
        return quietest
    }

    /// 56 bits of prefix, 2 of class, 1 of family, and 1 that makes it differ from nobody's.
    private static func key(of client: IPAddress, _ answerClass: AnswerClass) -> UInt64 {
        let tail = UInt64(answerClass.rawValue) << 2 | 1
        return switch AddressPrefix(ofClient: client).network {
        case .v4(let word): UInt64(word) << 8 | tail
        case .v6(let high, _): high | 2 | tail
        }
    }
}

/// The answer without its records and marked truncated (TC), in its own bytes: the client is to ask
/// again over TCP. It is never longer than a request with the same question.
///
/// An error, which has nothing to truncate, stays as it is: BIND too lets such ones slip through.
package func truncated(_ answer: [UInt8]) -> [UInt8] {
    guard AnswerClass(of: answer) != .error, let end = questionEnd(of: answer) else {
        return answer
    }
    let option = optionBytes(atEndOf: answer)
    var short = Array(answer[..<end]) + option
    short[2] |= 0x02
    short[3] &= 0xf0  // An empty NXDOMAIN would say more than is known.
    for place in 6..<12 { short[place] = 0 }
    short[11] = option.isEmpty ? 0 : 1
    return short
}

/// Where the one question of an answer of ours ends: the first name is never compressed.
private func questionEnd(of answer: [UInt8]) -> Int? {
    guard answer[4] == 0, answer[5] == 1 else { return nil }
    var place = 12
    while place < answer.count, answer[place] != 0 { place += Int(answer[place]) + 1 }
    return place + 5 <= answer.count ? place + 5 : nil
}

/// The OPT record that ends an answer of ours, or nothing.
private func optionBytes(atEndOf answer: [UInt8]) -> ArraySlice<UInt8> {
    let option = answer.suffix(11)
    let isOne =
        (answer[10] != 0 || answer[11] != 0) && option.count == 11
        && option.prefix(3).elementsEqual([0, 0, 41]) && option.suffix(2).elementsEqual([0, 0])
    return isOne ? option : []
}
