import Crypto
import Foundation
import TopologyModel
import Values

/// The key that the portals and the gate share (`GATE_KEY`), and what the portals sign with it.
package struct GateKey: Sendable {
    /// Of the key, as HAProxy takes it: bytes after base64 is read.
    private static let bytesMax = 1024

    private let key: SymmetricKey

    /// Reads one line of base64, as `GATE_KEY` holds it; nil where it is not that.
    package init?(base64 text: String) {
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let data = Data(base64Encoded: line), (1...GateKey.bytesMax).contains(data.count)
        else { return nil }
        key = SymmetricKey(data: data)
    }

    /// The pass of a user until `until`: REGION.CLASS.UNTIL.ID.SEAL (docs/overload.md).
    func pass(to user: String, of classID: ClassID, in region: RegionID, until: Instant) -> String {
        let text = "\(region).\(classID).\(until.unixSeconds).\(user)"
        let seal = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
        let digits = Array("0123456789abcdef")
        return text + "."
            + String(seal.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
