import Values

extension Faults {
    /// The root of a YAML document, or nil; every fault is reported here.
    ///
    /// Never traps, whatever the bytes. A root may come with faults: values beside a fault can
    /// still be read, so that theirs are reported in the same go.
    package func root(
        of bytes: [UInt8], file: String, limits: ReadingLimits = ReadingLimits()
    ) -> Node? {
        do {
            try check(bytes, file: file, limits: limits)
            var composer = try Composer(bytes, file: file, limits: limits, faults: self)
            return try composer.root()
        } catch {
            report(error.fault)
            return nil
        }
    }

    /// The value that a whole document reads as, or nil; every fault is reported here.
    package func read<Value>(
        _ bytes: [UInt8], file: String, limits: ReadingLimits = ReadingLimits(),
        as form: Form<Value>
    ) -> Value? {
        guard let root = root(of: bytes, file: file, limits: limits) else { return nil }
        return Reading(path: "", faults: self).value(of: root, as: form)
    }

    private func check(
        _ bytes: [UInt8], file: String, limits: ReadingLimits
    ) throws(ReadingStopped) {
        guard bytes.count <= limits.bytesMax else {
            let start = Place(file: file, line: 1, column: 1)
            let what = "the file has \(bytes.count) bytes; at most \(limits.bytesMax) are read"
            throw ReadingStopped(
                fault: Diagnostic(at: start, what: what, mend: "split it, or name another file"))
        }
        guard let offset = firstOffsetNotUTF8(bytes) else { return }
        throw ReadingStopped(
            fault: Diagnostic(
                at: placeOfByte(at: offset, in: bytes, file: file),
                what: "not UTF-8: byte 0x\(String(bytes[offset], radix: 16)) at offset \(offset)",
                mend: "save the file as UTF-8, or convert it with iconv -t UTF-8"))
    }

    private func firstOffsetNotUTF8(_ bytes: [UInt8]) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}
