// How values are written in documents: as the text that people read, one string or number each.

extension Instant: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: String.self, of: "an RFC 3339 time") { Instant(rfc3339: $0) }
    }
    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(rfc3339) }
}

extension Epoch: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: String.self, of: "an epoch") { Epoch(text: $0) }
    }
    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(description) }
}

extension Endpoint: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: String.self, of: "address:port") { Endpoint(text: $0) }
    }
    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(description) }
}

extension IPAddress: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: String.self, of: "an IP address") { IPAddress(text: $0) }
    }
    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(text) }
}

extension Percent: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: Int.self, of: "a percent, 0 through 100") { Percent($0) }
    }
    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(value) }
}

extension PartsPerMillion: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: Int.self, of: "parts per million, 0 and up") {
            $0 >= 0 ? PartsPerMillion($0) : nil
        }
    }
    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(value) }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: String.self, of: "a digest") { Digest(hex: $0) }
    }
    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(hex) }
}

extension Decoder {
    /// One value read from its text or number; an error names what was wanted.
    package func value<Wire: Decodable, Value>(
        from wire: Wire.Type, of what: String, _ make: (Wire) -> Value?
    ) throws -> Value {
        let container = try singleValueContainer()
        let raw = try container.decode(wire)
        guard let value = make(raw) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(raw)' is not \(what)")
        }
        return value
    }
}

extension Encoder {
    package func encodeSingle(_ wire: some Encodable) throws {
        var container = singleValueContainer()
        try container.encode(wire)
    }
}
