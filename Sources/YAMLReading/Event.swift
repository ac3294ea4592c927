import Values

/// One event of a YAML stream, copied out of libyaml.
struct Event {
    enum Kind {
        case streamStart, streamEnd
        case documentStart, documentEnd
        case alias(String)
        case scalar(Scalar)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    let kind: Kind
    let place: Place
    /// The name after `&`.
    var anchor: String?
    /// What is written after `!`, resolved.
    var tag: String?
}

/// The document cannot be read any further, for this reason.
struct ReadingStopped: Error {
    let fault: Diagnostic
}
