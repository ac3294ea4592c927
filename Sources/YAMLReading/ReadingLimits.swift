/// What a file may cost to read; beyond a limit it is an error, never an outage.
package struct ReadingLimits: Hashable, Sendable {
    /// Bytes of the file.
    package var bytesMax = 4_194_304
    /// Lists and mappings inside each other, aliases followed.
    package var depthMax = 32
    /// Nodes after every alias is followed.
    package var nodesMax = 200_000
    /// Bytes of one text.
    package var scalarBytesMax = 16_384
    /// Bytes of one key; a DNS name has at most 253 (RFC 1035 section 2.3.4).
    package var keyBytesMax = 256
    package var keysPerMappingMax = 10_000
    /// Faults that are kept and shown; further ones are counted.
    package var faultsMax = 200

    package init() {}
}
