package import Values

/// Why a lab cannot start, or does not do what it is told.
package enum LabError: Error, Hashable, CustomStringConvertible {
    case notLoopback(what: String, Endpoint)
    case sharedEndpoint(one: String, other: String, Endpoint)
    case cannotListen(what: String, Endpoint, reason: String)
    case controlSocketTooLong(path: String, bytesMax: Int)
    case controlSocketTaken(path: String)
    case cannotOpenControlSocket(path: String, reason: String)
    case noLab(path: String, reason: String)
    case noReply(path: String)
    case refused(String)
    case several([LabError])

    package var description: String {
        switch self {
        case .notLoopback(let what, let endpoint):
            """
            \(what) listens at \(endpoint), which is not a loopback address
              mend: the lab binds only 127.0.0.0/8 and ::1; use such addresses in its topology
            """
        case .sharedEndpoint(let one, let other, let endpoint):
            """
            \(one) and \(other) both listen at \(endpoint)
              mend: give each an address of its own; all of 127.0.0.0/8 is free to use
            """
        case .cannotListen(let what, let endpoint, let reason):
            """
            \(what) cannot listen at \(endpoint): \(reason)
              mend: stop what listens there (ss -lntp), or use another address or port
            """
        case .controlSocketTooLong(let path, let bytesMax):
            """
            the control socket's path is longer than \(bytesMax) bytes: \(path)
              mend: use a shorter path
            """
        case .controlSocketTaken(let path):
            """
            a lab answers at \(path) already
              mend: stop it, or give this one another control socket
            """
        case .cannotOpenControlSocket(let path, let reason):
            """
            the control socket \(path) cannot be opened: \(reason)
              mend: check that its folder exists and can be written
            """
        case .noLab(let path, let reason):
            """
            no lab answers at \(path): \(reason)
              mend: start one, or name its control socket
            """
        case .noReply(let path):
            """
            the lab at \(path) did not reply in time
              mend: see what it logs
            """
        case .refused(let text): text
        case .several(let errors): errors.map(\.description).joined(separator: "\n")
        }
    }
}
