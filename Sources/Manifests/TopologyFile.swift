private import Crypto
package import TopologyModel
package import Values
import YAMLReading

/// A topology as it was read: checked as a whole, with what is worth a warning.
package struct TopologyFile {
    package let topology: Topology
    package let warnings: [Diagnostic]
    /// The programs of exec probes, by their absolute paths, in the order of the file.
    package let programs: [(path: String, place: Place)]

    /// Reads a topology; every fault of the file is reported in one go.
    ///
    /// - Parameter file: The name in diagnostics.
    /// - Parameter today: For capacities and calendars that have grown old.
    /// - Throws: `Diagnostics`, warnings among them, when there is any error.
    package init(bytes: [UInt8], file: String, today: CivilDate) throws(Diagnostics) {
        let faults = Faults()
        let draft = faults.read(bytes, file: file, as: .topology(faults: faults))
        if let draft { draft.check(today: today, faults: faults) }
        topology = try faults.accepted(draft?.topology)
        warnings = faults.diagnostics.all
        programs = faults.programs.map { ($0.value, $0.place) }
    }
}

/// The SHA-256 of texts, one after the other.
package func digest(of texts: [[UInt8]]) -> Values.Digest {
    var hash = SHA256()
    for text in texts {
        hash.update(data: Array("\(text.count):".utf8))
        hash.update(data: text)
    }
    let hex = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return Values.Digest(hex: hex.joined())
}

/// The names that the file declares, for checking references as they are read.
struct DeclaredNames {
    let providers: Declared
    let sites: Declared
    let hosts: Declared
    let edges: Declared
    let dependencies: Declared
    let zones: [String]

    init(_ fields: Fields) {
        let declared = { Declared(fields.names(under: $0), under: $0) }
        (providers, sites, hosts) = (declared("providers"), declared("sites"), declared("hosts"))
        (edges, dependencies) = (declared("edges"), declared("dependencies"))
        zones = fields.names(under: "zones").map(\.value)
    }
}

/// A topology that is read but not yet checked as a whole, with the places of what checks point at.
struct TopologyDraft {
    let topology: Topology
    let places: Places

    /// `regions.grand-est.rto` → where it stands.
    struct Places {
        private var places: [String: Place] = [:]
        private var faulty: Set<String> = []
        let root: Place

        init(root: Place) { self.root = root }

        mutating func note(_ path: String, _ place: Place) { places[path] = place }
        subscript(path: String) -> Place { places[path] ?? root }
        func isNoted(_ path: String) -> Bool { places[path] != nil }

        mutating func noteFaulty(_ path: String) { faulty.insert(path) }

        /// Whether this was read without a fault: a check of what was left out would only confuse.
        func isWhole(_ path: String) -> Bool { !faulty.contains(path) }
    }
}
