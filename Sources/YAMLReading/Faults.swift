package import Values

/// Collects every fault of one input, so that a person mends them in one go.
///
/// Equal ones are kept once (an alias shows its target's faults again), at most
/// `ReadingLimits.faultsMax` of them; the rest is counted and said.
package final class Faults {
    private let faultsMax: Int
    private var kept: [Diagnostic] = []
    private var known: Set<Diagnostic> = []
    /// Programs that the input names, each at its place: whether they are there is the caller's to
    /// see.
    package private(set) var programs: [Marked<String>] = []
    private var unshownErrors = 0
    private var unshownWarnings = 0
    /// How often something was reported, repetitions included.
    private(set) var reports = 0
    package private(set) var hasErrors = false

    package init(limits: ReadingLimits = ReadingLimits()) { faultsMax = limits.faultsMax }

    package func report(
        _ severity: Diagnostic.Severity = .error, at place: Place, what: String, mend: String
    ) {
        report(Diagnostic(severity, at: place, what: what, mend: mend))
    }

    package func report(_ fault: Diagnostic) {
        reports += 1
        hasErrors = hasErrors || fault.severity == .error
        if kept.count < faultsMax {
            if known.insert(fault).inserted { kept.append(fault) }
        } else if !known.contains(fault) {
            switch fault.severity {
            case .error: unshownErrors += 1
            case .warning: unshownWarnings += 1
            }
        }
    }

    package func note(program: String, at place: Place) {
        let isKnown = programs.contains { $0.value == program && $0.place == place }
        if isKnown { return }
        programs.append(Marked(program, at: place))
    }

    /// Everything reported so far, in the order of the file.
    package var diagnostics: Diagnostics {
        guard unshownErrors + unshownWarnings > 0, let last = kept.map(\.place).max() else {
            return Diagnostics(kept)
        }
        let rest = Diagnostic(
            unshownErrors > 0 ? .error : .warning, at: last,
            what: "\(unshownErrors) more errors and \(unshownWarnings) more warnings"
                + " are not shown",
            mend: "mend those above first")
        return Diagnostics(kept + [rest])
    }

    /// The value, when there is one and nothing but warnings was reported; else throws all faults.
    package func accepted<Value>(_ value: Value?) throws(Diagnostics) -> Value {
        guard let value, !hasErrors else { throw diagnostics }
        return value
    }
}
