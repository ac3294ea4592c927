package import Values

/// A network of addresses by its first bits: `192.0.2.0/24`, `2001:db8::/56`.
package struct AddressPrefix: Hashable, Sendable, CustomStringConvertible {
    package let network: IPAddress
    /// 0 through 32 for IPv4, 0 through 128 for IPv6.
    package let length: Int

    /// Addresses of this machine itself, which no packet from a network can have.
    package static let loopback = [
        AddressPrefix(of: .v4(0x7f00_0000), length: 8),
        AddressPrefix(of: .v6(high: 0, low: 1), length: 128),
    ]

    /// The network of `address`; a length out of bounds is cut to them.
    package init(of address: IPAddress, length: Int) {
        switch address {
        case .v4(let word):
            self.length = min(max(length, 0), 32)
            network = .v4(word & UInt32(truncatingIfNeeded: UInt64.max << (32 - self.length)))
        case .v6(let high, let low):
            self.length = min(max(length, 0), 128)
            // A shift by 64 or more gives 0.
            network = .v6(
                high: high & (UInt64.max << max(64 - self.length, 0)),
                low: low & (UInt64.max << min(128 - self.length, 64)))
        }
    }

    /// Reads `192.0.2.0/24`, or one address; nil when bits after the prefix are set.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress(text: $0) }) else { return nil }
        let longest = address.family == .ipv4 ? 32 : 128
        guard parts.count > 1 else {
            self.init(of: address, length: longest)
            return
        }
        guard parts.count == 2, let length = Int(parts[1]), (0...longest).contains(length),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        self.init(of: address, length: length)
        guard network == address else { return nil }
    }

    /// The network that a client counts under: /24 for IPv4, /56 for IPv6, which is what one site
    /// is given at most times. The lengths are BIND's and Knot's.
    package init(ofClient address: IPAddress) {
        self.init(of: address, length: address.family == .ipv4 ? 24 : 56)
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == network.family
            && AddressPrefix(of: address, length: length).network == network
    }

    package var description: String { "\(network.text)/\(length)" }
}
