/// Why bytes are not a DNS message, and at which byte.
package struct DNSFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Fault: String, Hashable, Sendable {
        case endsEarly = "it ends in the middle of a field"
        case trailingBytes = "bytes follow the last record"
        case labelType = "a label is neither text of at most 63 bytes nor a pointer"
        case nameTooLong = "a name is longer than 255 bytes"
        case pointerForward = "a compression pointer does not point back"
        case recordData = "a record's data does not have the form of its type"
        case misplacedOption = "an OPT record is doubled, or not in the additional section"
        case misplacedSignature = "a TSIG record is not the last one"
        case messageTooLong = "it is longer than 65535 bytes"
    }

    package let fault: Fault
    /// Counted from 0.
    package let offset: Int

    package init(_ fault: Fault, at offset: Int) { (self.fault, self.offset) = (fault, offset) }

    package var description: String { "malformed DNS message at byte \(offset): \(fault.rawValue)" }
}
