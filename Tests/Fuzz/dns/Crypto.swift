/// A stand-in for swift-crypto in the fuzzer, which cannot wait for BoringSSL: a MAC is a checksum
/// of key and message. What is fuzzed is what lies around and behind a signature.
package struct SymmetricKey {
    let bytes: [UInt8]
    package init(data: [UInt8]) { bytes = data }
}

package protocol FuzzedHash { static var byteCount: Int { get } }
package enum SHA256: FuzzedHash { package static let byteCount = 32 }
package enum SHA512: FuzzedHash { package static let byteCount = 64 }

package enum HMAC<Hash: FuzzedHash> {
    package static func authenticationCode(for bytes: [UInt8], using key: SymmetricKey) -> [UInt8] {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.bytes + bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return (0..<Hash.byteCount).map { UInt8(truncatingIfNeeded: state >> UInt64($0 % 8 * 8)) }
    }

    package static func isValidAuthenticationCode(
        _ code: [UInt8], authenticating bytes: [UInt8], using key: SymmetricKey
    ) -> Bool { code == authenticationCode(for: bytes, using: key) }
}
