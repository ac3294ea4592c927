import Crypto

/// How signatures are made (RFC 8945 section 6); those that newer servers still allow and prefer.
package enum TSIGAlgorithm: String, CaseIterable, Hashable, Sendable {
    case hmacSHA256 = "hmac-sha256"
    case hmacSHA512 = "hmac-sha512"

    var name: DNSName {
        guard let name = DNSName(text: rawValue) else {
            preconditionFailure("'\(rawValue)' is not a name")
        }
        return name
    }

    /// Bytes of a whole MAC; shorter ones are refused.
    var macByteCount: Int {
        switch self {
        case .hmacSHA256: 32
        case .hmacSHA512: 64
        }
    }
}

/// A secret that two sides share, by a name that both know it under. Its text hides the secret.
package struct TSIGKey: Hashable, Sendable, CustomStringConvertible {
    package let name: DNSName
    package let algorithm: TSIGAlgorithm
    private let secret: [UInt8]

    package init(name: DNSName, algorithm: TSIGAlgorithm, secret: [UInt8]) {
        (self.name, self.algorithm, self.secret) = (name, algorithm, secret)
    }

    package var description: String { "\(algorithm.rawValue) key \(name.text)" }

    func mac(of bytes: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: secret)
        return switch algorithm {
        case .hmacSHA256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .hmacSHA512: Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
        }
    }

    /// Compares in constant time, so that an answer's delay tells nothing about the MAC.
    func isValid(_ mac: [UInt8], for bytes: [UInt8]) -> Bool {
        let key = SymmetricKey(data: secret)
        return switch algorithm {
        case .hmacSHA256:
            HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: bytes, using: key)
        case .hmacSHA512:
            HMAC<SHA512>.isValidAuthenticationCode(mac, authenticating: bytes, using: key)
        }
    }
}
