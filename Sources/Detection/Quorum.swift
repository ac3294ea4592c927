import TopologyModel
import Values

/// A majority of the configured vantage points; who is silent or stale abstains, and stays in the
/// total.
package enum Quorum {
    /// An opinion older than this is an abstention: five reports missed, one a second.
    ///
    /// A vantage point's own opinion may be older where it probes more seldom.
    package static let staleAfter = Duration.seconds(5)

    static func votes(neededOf voters: Int) -> Int { voters / 2 + 1 }
}

/// What the vantage points that may vote said of one subject.
struct Ballot {
    let votes: [Vote]
    let voters: Int

    var quorum: Int { Quorum.votes(neededOf: voters) }

    /// Up or lost when enough agree, unknown when as many cannot probe it; nil when they do not
    /// agree, and then nothing changes.
    var verdict: Verdict? {
        [Verdict.lost, .up, .unknown].first { agreeing(on: $0).count >= quorum }
    }

    func agreeing(on verdict: Verdict) -> [Vote] { votes.filter { $0.verdict == verdict } }
}

extension Evidence {
    /// Whether all who called it lost saw the transport fail.
    var isTransportLoss: Bool {
        let losses = votes.filter { $0.verdict == .lost }
        return !losses.isEmpty && losses.allSatisfy { $0.kind?.isTransport ?? false }
    }
}
