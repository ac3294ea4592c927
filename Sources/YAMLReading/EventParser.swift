import CYAML
import Values

/// libyaml's parser over one copy of the input; it gives out events that own what they hold.
struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String

    /// Takes bytes that are UTF-8; a byte order mark is fine.
    init(_ bytes: [UInt8], file: String) throws(ReadingStopped) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw ReadingStopped(fault: EventParser.outOfMemory(in: file))
        }
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        (self.parser, self.file) = (parser, file)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event. After the end of the stream libyaml gives empty events: do not ask then.
    mutating func next() throws(ReadingStopped) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            throw ReadingStopped(fault: fault)
        }
        defer { yaml_event_delete(&event) }
        return copy(of: event)
    }

    private func copy(of event: yaml_event_t) -> Event {
        let place = place(at: event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, place: place)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, place: place)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, place: place)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, place: place)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, place: place)
        case YAML_ALIAS_EVENT:
            let name = text(event.data.alias.anchor) ?? ""
            return Event(kind: .alias(name), place: place)
        case YAML_SCALAR_EVENT: return scalar(event, at: place)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return Event(
                kind: .sequenceStart, place: place, anchor: text(start.anchor),
                tag: text(start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return Event(
                kind: .mappingStart, place: place, anchor: text(start.anchor),
                tag: text(start.tag))
        default: return Event(kind: .streamEnd, place: place)
        }
    }

    private func scalar(_ event: yaml_event_t, at place: Place) -> Event {
        let data = event.data.scalar
        // By length: a quoted text may hold a NUL.
        let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
        let scalar = Scalar(
            String(decoding: bytes, as: UTF8.self),
            isPlain: data.style == YAML_PLAIN_SCALAR_STYLE)
        return Event(
            kind: .scalar(scalar), place: place, anchor: text(data.anchor), tag: text(data.tag))
    }

    private func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func place(at mark: yaml_mark_t) -> Place {
        Place(file: file, line: mark.line + 1, column: mark.column + 1)
    }

    private var fault: Diagnostic {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "unknown problem"
        switch state.error {
        case YAML_MEMORY_ERROR: return EventParser.outOfMemory(in: file)
        case YAML_READER_ERROR:
            return Diagnostic(
                at: placeOfByte(at: state.problem_offset, in: Array(input), file: file),
                what: "not YAML: \(problem)", mend: syntaxMend(for: problem))
        default:
            let context = state.context.map { " (\(String(cString: $0)) \(begin(of: state)))" }
            return Diagnostic(
                at: place(at: state.problem_mark),
                what: "not YAML: \(problem)\(context ?? "")", mend: syntaxMend(for: problem))
        }
    }

    private func begin(of state: yaml_parser_t) -> String {
        "that begins at \(state.context_mark.line + 1):\(state.context_mark.column + 1)"
    }

    private static func outOfMemory(in file: String) -> Diagnostic {
        Diagnostic(
            at: Place(file: file, line: 1, column: 1), what: "no memory is left to read the file",
            mend: "free some memory, then read it again")
    }
}

/// Where a byte stands; columns count characters, as libyaml's do.
func placeOfByte(at offset: Int, in bytes: [UInt8], file: String) -> Place {
    let before = bytes.prefix(offset)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = before[start...].count { $0 & 0xc0 != 0x80 } + 1
    return Place(file: file, line: line, column: column)
}
