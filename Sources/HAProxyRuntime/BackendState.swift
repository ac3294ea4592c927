package import Values

/// A backend as it was read in one exchange.
package struct BackendState: Hashable, Sendable {
    package let backend: HAProxyName
    /// In the configuration's order.
    package let servers: [BackendServer]
    /// Another text after each restart and reload of HAProxy.
    package let incarnation: String
    /// How HAProxy chooses a server; nil for a socket of `level user`.
    package let algorithm: String?

    package init(
        backend: HAProxyName, servers: [BackendServer], incarnation: String,
        algorithm: String? = "roundrobin"
    ) {
        (self.backend, self.servers) = (backend, servers)
        (self.incarnation, self.algorithm) = (incarnation, algorithm)
    }

    package subscript(server: HAProxyName) -> BackendServer? {
        servers.first { $0.name == server }
    }

    /// Whether anybody would serve the next user.
    package var isServed: Bool { servers.contains { $0.serves } }

    /// The shares of new users that the servers are told to take; none at 0.
    ///
    /// Weights that add up to 100 are their own shares; others, such as those of a configuration,
    /// are divided by the largest remainder, the first server before the next. What people put
    /// into drain or maintenance has none, nor has a backup beside a server that is none.
    package var shares: [(server: HAProxyName, percent: Percent)] {
        let open = servers.filter { $0.isOpen }
        let actives = open.filter { !$0.load.isBackup }
        let sharing = actives.isEmpty ? open : actives
        let percents = BackendState.percents(of: sharing.map(\.weight.value))
        return zip(sharing, percents).filter { $1 > .zero }.map { ($0.name, $1) }
    }

    /// Why weights would not split this backend's users; nil when they do, or when its algorithm
    /// does not tell (a hash does when it is `consistent`).
    package var weightsObjection: String? {
        switch algorithm {
        case "static-rr": "balance static-rr refuses weights while HAProxy runs"
        case "first": "balance first fills one server before the next, whatever their weights"
        default: nil
        }
    }

    private static func percents(of weights: [Int]) -> [Percent] {
        let total = weights.reduce(0, +)
        guard total > 0 else { return [] }
        var percents = weights.map { $0 * 100 / total }
        let order = weights.indices.sorted {
            let (left, right) = (weights[$0] * 100 % total, weights[$1] * 100 % total)
            return left == right ? $0 < $1 : left > right
        }
        for index in order.prefix(100 - percents.reduce(0, +)) { percents[index] += 1 }
        return percents.map { Percent(checked: $0) }
    }
}
