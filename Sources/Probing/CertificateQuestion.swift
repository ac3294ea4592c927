import Detection
import Planning
import Situations
import TopologyModel
import Values

/// Which certificate stands at an address for a name.
struct CertificateQuestion: Hashable, Sendable {
    /// The host or edge, for people.
    let place: String
    let endpoint: Endpoint
    let check: HTTPSCheck

    func certificate(
        of result: Result<Instant?, CertificateFailure>
    ) -> StandbyAnswers.Certificate {
        switch result {
        case .success(let end?): .ends(at: end, warning: check.expiryWarning)
        case .success(nil):
            .faulty(fault("\(place) shows no certificate at \(endpoint)", "see its TLS"))
        case .failure(.untrustedFile(let file)):
            .faulty(fault(file.description, "mend caFile in the topology"))
        case .failure(.refused(let kind)): .faulty(self.fault(of: kind))
        }
    }

    private func fault(of kind: FailureKind) -> Fault {
        let place = "\(place) (\(endpoint))"
        return switch kind {
        case .certificateName:
            fault(
                "the certificate at \(place) is not for \(check.host)",
                "add the name to the certificate there")
        case .certificateExpired:
            fault("the certificate at \(place) for \(check.host) is over", "renew it")
        case .certificateUnknown:
            fault(
                "nobody trusted vouches for the certificate at \(place) for \(check.host)",
                "install the whole chain there, or name its authority in caFile")
        case .refused, .unreachable, .connectTimeout, .reset, .timeout, .wrongStatus, .overloaded,
            .wrongBody, .handshake:
            fault(
                "no certificate was seen at \(place) for \(check.host): \(kind.rawValue)",
                "see that it speaks TLS there for that name")
        }
    }

    private func fault(_ what: String, _ mend: String) -> Fault { Fault(what: what, mend: mend) }
}

/// Why no certificate could be looked at, or none that is right.
enum CertificateFailure: Error {
    case untrustedFile(UntrustedFile)
    case refused(FailureKind)
}

extension HTTPSProbe {
    /// When the certificate ends, after a handshake that asks nothing more.
    func certificateEnd() async -> Result<Instant?, CertificateFailure> {
        do {
            return .success(try await handshake())
        } catch let file as UntrustedFile {
            return .failure(.untrustedFile(file))
        } catch {
            return .failure(.refused(FailureKind(error)))
        }
    }
}
