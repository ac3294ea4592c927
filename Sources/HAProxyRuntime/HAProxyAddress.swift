package import Values

/// Where HAProxy's runtime API listens (`stats socket` in its configuration).
package enum HAProxyAddress: Hashable, Sendable, CustomStringConvertible {
    /// At most 107 bytes long, as Linux has it; a longer one is unreachable.
    case unix(path: String)
    case tcp(Endpoint)

    package var description: String {
        switch self {
        case .unix(let path): path
        case .tcp(let endpoint): endpoint.description
        }
    }
}
