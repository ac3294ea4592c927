import NIOSSL
import Synchronization
import TopologyModel

/// What TLS is asked for and trusts, made once for all probes that are alike: reading the system's
/// store takes tens of milliseconds.
final class TLSContexts: Sendable {
    struct Trust: Hashable, Sendable {
        let verification: HTTPSCheck.Verification
        let caFile: String?
    }

    private let known = Mutex<[Trust: NIOSSLContext]>([:])

    /// After a reload the files are read again.
    func forget() { known.withLock { $0.removeAll() } }

    /// - Throws: `UntrustedFile` when the file of trusted certificates cannot be read, else what
    ///   speaks against TLS on this machine.
    func context(for trust: Trust) throws -> NIOSSLContext {
        if let context = known.withLock({ $0[trust] }) { return context }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch trust.verification {
        case .full: configuration.certificateVerification = .fullVerification
        case .none: configuration.certificateVerification = .none
        }
        let context: NIOSSLContext
        if let file = trust.caFile {
            configuration.trustRoots = .file(file)
            do { context = try NIOSSLContext(configuration: configuration) } catch {
                throw UntrustedFile(path: file)
            }
        } else {
            context = try NIOSSLContext(configuration: configuration)
        }
        known.withLock { $0[trust] = context }
        return context
    }
}

/// A file of trusted certificates that holds none which can be read: no probe that trusts it can be
/// run on this machine, and that is no evidence about a host.
struct UntrustedFile: Error, CustomStringConvertible {
    let path: String

    var description: String { "no certificate can be read from caFile \(path)" }
}
