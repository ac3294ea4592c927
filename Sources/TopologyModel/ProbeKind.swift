package import Values

/// One check of a region at a host.
package enum ProbeKind: Hashable, Sendable {
    /// GET `path` with `Host: host`; passes when the status is `status` and the body holds `body`.
    case http(host: String, path: String, status: Int, body: String?)
    /// The same over TLS.
    case https(HTTPSCheck)
    /// Passes when the connection is accepted.
    case tcp
    /// Asks a name server.
    case dns(DNSCheck)
    /// Runs a program, which passes by its exit code 0.
    case exec(ExecCheck)

    /// How long before a certificate ends people are told; nil where none is looked at.
    package var expiryWarning: Duration? {
        if case .https(let check) = self { check.expiryWarning } else { nil }
    }
}

/// An HTTPS probe: at least TLS 1.2, with `host` as the name that is asked for (SNI).
package struct HTTPSCheck: Hashable, Sendable {
    package enum Verification: String, CaseIterable, Hashable, Sendable {
        /// The certificate must be valid, trusted, and for `host`.
        case full
        case none
    }

    /// People are told so long before a certificate ends, where the file does not say.
    package static let expiryWarningDefault = Duration.seconds(21 * 86_400)

    package let host: String
    package let path: String
    package let status: Int
    package let body: String?
    package let verification: Verification
    /// A file of trusted certificates (PEM, absolute); nil is the system's store.
    package let caFile: String?
    package let expiryWarning: Duration

    package init(
        host: String, path: String, status: Int = 200, body: String? = nil,
        verification: Verification = .full, caFile: String? = nil,
        expiryWarning: Duration = HTTPSCheck.expiryWarningDefault
    ) {
        (self.host, self.path, self.status, self.body) = (host, path, status, body)
        (self.verification, self.caFile) = (verification, caFile)
        self.expiryWarning = expiryWarning
    }
}

/// A DNS probe: over UDP, and over TCP when the answer is cut; passes on NOERROR with a record of
/// the type, and, where `contains` is given, with that address.
package struct DNSCheck: Hashable, Sendable {
    package enum RecordType: String, CaseIterable, Hashable, Sendable {
        case a = "A"
        case aaaa = "AAAA"
        case ns = "NS"
        case soa = "SOA"
        case txt = "TXT"
    }

    package let name: String
    package let type: RecordType
    package let contains: IPAddress?

    package init(name: String, type: RecordType, contains: IPAddress? = nil) {
        (self.name, self.type, self.contains) = (name, type, contains)
    }
}

/// An exec probe: a program with its arguments, without a shell.
package struct ExecCheck: Hashable, Sendable {
    /// The program's absolute path, then its arguments.
    package let command: [String]

    package init(command: [String]) {
        precondition(!command.isEmpty, "a command needs a program")
        self.command = command
    }
}
