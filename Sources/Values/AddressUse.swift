extension IPAddress {
    /// Why nobody can reach a host that is named by this address, or nil when somebody may.
    ///
    /// Source: IANA's special-purpose registries (RFC 6890) and RFC 4291 section 2.5.5.2; loopback
    /// stays allowed, for the lab.
    package var objectionToUsers: String? {
        switch self {
        case .v4(let word):
            if word == 0 { return "it means every address of a machine, and names none" }
            if word >> 24 == 0 { return "0.0.0.0/8 names no machine (RFC 1122)" }
            if word >> 28 == 0xe { return "it is a multicast address" }
            if word >> 28 == 0xf { return "it is reserved or broadcast, and no machine's" }
            if word >> 16 == 0xa9fe { return "it is link-local: it means nothing to users" }
            return nil
        case .v6(let high, let low):
            if high == 0, low == 0 { return "it means every address of a machine, and names none" }
            if high >> 56 == 0xff { return "it is a multicast address" }
            if high >> 54 == 0x3fa { return "it is link-local: it means nothing to users" }
            if high == 0, low >> 32 == 0xffff {
                return "it is an IPv4 address written as IPv6, which no name may hold"
            }
            return nil
        }
    }
}
