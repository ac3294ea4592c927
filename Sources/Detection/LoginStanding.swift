package import Values

/// What the logins through a dependency are held to be, since when, and on what evidence: for a
/// dependency what `LoadStanding` is for a host.
///
/// The verdict is `up` (calm), `saturated` or `unknown`; whether it is lost is its probes' to say.
package struct LoginStanding: Hashable, Codable, Sendable {
    /// Which rule made the verdict.
    package enum Reason: String, Hashable, Codable, Sendable {
        /// Below its limit.
        case calm
        /// As many log in as were proven to be able to.
        case rate
        /// Its probes are turned away, or late, and overload explains it: it bears no more than log
        /// in now, whatever was proven.
        case probes
        /// No load source tells how many log in.
        case silent
    }

    package let verdict: Verdict
    /// Of the verdict; of the reason, where probes show that it bears less than was proven.
    package let since: Instant
    package let reason: Reason
    /// The most logins of one second when the verdict was reached; nil where no source told.
    package let perSecond: Int?
    package let provenPerSecond: Int

    package init(
        verdict: Verdict, since: Instant, reason: Reason, perSecond: Int?, provenPerSecond: Int
    ) {
        (self.verdict, self.since, self.reason) = (verdict, since, reason)
        (self.perSecond, self.provenPerSecond) = (perSecond, provenPerSecond)
    }
}
