import ArgumentParser
import NameServer

/// What `bascule dns` takes on at most; docs/name-server.md has the limits that have no option.
struct DNSLimitOptions: ParsableArguments {
    @Option(
        help: """
            Answers a second over UDP for each client prefix (/24, /56) and class of answer; 0 is \
            no limit.
            """)
    var rateLimit = RateLimits().answersPerSecond
    @Option(
        help: """
            One in so many of the answers over the limit is sent truncated, so that a resolver \
            comes back over TCP; 0 is none.
            """)
    var rateLimitSlip = RateLimits().slip
    @Option(
        help: """
            A prefix (192.0.2.0/24) that neither the rate limit nor the limit of connections per \
            prefix counts; repeat for several. Replaces loopback, the default.
            """)
    var rateLimitExempt: [String] = []
    @Option(help: "TCP connections at once.")
    var tcpConnections = ConnectionLimits().connectionsMax
    @Option(help: "TCP connections at once of each client prefix.")
    var tcpConnectionsPerPrefix = ConnectionLimits().connectionsPerPrefixMax

    func validate() throws {
        try check(rateLimit, "--rate-limit", 0...RateLimits.answersPerSecondMax)
        try check(rateLimitSlip, "--rate-limit-slip", 0...1000)
        try check(tcpConnections, "--tcp-connections", 1...10_000)
        try check(tcpConnectionsPerPrefix, "--tcp-connections-per-prefix", 1...10_000)
        for text in rateLimitExempt where AddressPrefix(text: text) == nil {
            throw ValidationError(
                "--rate-limit-exempt '\(text)' is no prefix; write 192.0.2.0/24 or 2001:db8::/56")
        }
    }

    var limits: NameServerLimits {
        var limits = NameServerLimits()
        limits.rate.answersPerSecond = rateLimit
        limits.rate.slip = rateLimitSlip
        if !rateLimitExempt.isEmpty {
            limits.rate.exempt = rateLimitExempt.compactMap { AddressPrefix(text: $0) }
        }
        limits.tcp.connectionsMax = tcpConnections
        limits.tcp.connectionsPerPrefixMax = tcpConnectionsPerPrefix
        return limits
    }

    private func check(_ value: Int, _ option: String, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError(
                "\(option) is \(value); it is \(range.lowerBound) through \(range.upperBound)")
        }
    }
}
