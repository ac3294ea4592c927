package import Values

/// The fields of one mapping, read by name; made by `Form.object` and `Form.named`.
///
/// Every nil that it gives for a required field has its fault reported.
package final class Fields {
    /// Where the mapping begins, or the name of a named one.
    package let place: Place
    /// For forms and faults of one's own.
    package let reading: Reading
    private let mapping: Mapping
    private var asked: [String] = []

    init(_ mapping: Mapping, at place: Place, reading: Reading) {
        (self.mapping, self.place, self.reading) = (mapping, place, reading)
    }

    /// The field's value; nil with a fault when it is missing or wrong.
    package func required<Value>(_ key: String, _ form: Form<Value>) -> Value? {
        guard let entry = entry(key) else {
            reading.report(
                at: place, "'\(key)' is missing", mend: "add '\(key)': \(form.wanted)")
            return nil
        }
        return reading.below(key).value(of: entry.value, as: form)
    }

    /// The field's value; nil when it is absent, nil with a fault when it is wrong.
    package func optional<Value>(_ key: String, _ form: Form<Value>) -> Value? {
        entry(key).flatMap { reading.below(key).value(of: $0.value, as: form) }
    }

    /// The field's value; the default when it is absent, or wrong with a fault.
    package func optional<Value>(
        _ key: String, _ form: Form<Value>, default value: Value
    ) -> Value {
        optional(key, form) ?? value
    }

    package func has(_ key: String) -> Bool { entry(key) != nil }

    /// The names under a mapping field, also of entries with faults: what the file declares.
    ///
    /// Reports nothing; reading the field does.
    package func names(under key: String) -> [Marked<String>] {
        guard case .mapping(let mapping)? = entry(key)?.value.content else { return [] }
        return mapping.entries.map(\.key).filter { isName($0.value) }
    }

    /// Where the field's value stands, or the mapping where it is absent.
    package func place(of key: String) -> Place { mapping[key]?.value.place ?? place }

    /// Reports something of one's own at a field (or at the mapping, where it is absent).
    package func report(
        _ severity: Diagnostic.Severity = .error, at key: String, _ what: String, mend: String
    ) {
        reading.below(key).report(severity, at: place(of: key), what, mend: mend)
    }

    func finish() {
        for entry in mapping.entries where !asked.contains(entry.key.value) {
            reading.report(unknown: entry.key, among: asked)
        }
    }

    private func entry(_ key: String) -> Mapping.Entry? {
        if !asked.contains(key) { asked.append(key) }
        return mapping[key]
    }
}
