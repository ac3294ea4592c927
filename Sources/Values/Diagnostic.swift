/// Where in a file something stands; lines and columns count from 1.
package struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        (self.file, self.line, self.column) = (file, line, column)
    }

    package var description: String { "\(file):\(line):\(column)" }

    package static func < (left: Place, right: Place) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// What is wrong with an input, where, and how to mend it.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        case error, warning
    }

    package let severity: Severity
    package let place: Place
    package let what: String
    package let mend: String

    package init(_ severity: Severity = .error, at place: Place, what: String, mend: String) {
        (self.severity, self.place, self.what, self.mend) = (severity, place, what, mend)
    }

    /// `topology.yaml:14:16: error: what`, then a line with the mend.
    package var description: String {
        "\(place): \(severity.rawValue): \(what)\n  mend: \(mend)"
    }
}

/// Every fault of one input, in the order of the file; thrown where an input cannot be used.
package struct Diagnostics: Error, Hashable, Sendable, CustomStringConvertible {
    package let all: [Diagnostic]

    package init(_ all: [Diagnostic]) {
        self.all = all.sorted { $0.place < $1.place }
    }

    package var hasErrors: Bool { all.contains { $0.severity == .error } }
    package var description: String { all.map(\.description).joined(separator: "\n") }
}
