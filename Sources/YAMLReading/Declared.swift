package import Values

/// The names that a file declares under one section, to check references against.
package struct Declared {
    /// `hosts`: the section where a missing one would be added.
    package let section: String
    package let names: [String]
    private let known: Set<String>

    package init(_ names: [Marked<String>], under section: String) {
        (self.section, self.names) = (section, names.map(\.value))
        known = Set(self.names)
    }

    /// Whether a reference names something declared; reports it when not.
    ///
    /// `what` says who names what: `standby names host`.
    package func accepts(
        _ reference: Marked<some Identifier>, _ what: String, faults: Faults
    ) -> Bool {
        let name = reference.value.name
        if known.contains(name) { return true }
        let near = nearest(name, among: names).map { "did you mean '\($0)'? " } ?? ""
        let all = names.prefix(Declared.namesShownMax).joined(separator: ", ")
        let more = names.count > Declared.namesShownMax ? ", …" : ""
        let use = names.isEmpty ? "add it under \(section)" : "use one of \(all)\(more), or add it"
        faults.report(
            at: reference.place,
            what: "\(what) '\(shown(name))', which \(reference.place.file) does not declare",
            mend: names.isEmpty ? use : "\(near)\(use) under \(section)")
        return false
    }

    private static let namesShownMax = 12
}
