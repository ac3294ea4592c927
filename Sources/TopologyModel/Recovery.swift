/// How long users of a region wait at the most after a loss, part by part.
package struct Recovery: Hashable, Codable, Sendable {
    /// From the loss to the verdict.
    package let detection: Duration
    /// That the verdict must have stood before its slowest door is touched.
    package let patience: Duration
    package let run: Duration
    /// Until the last old answer is out of use.
    package let tail: Duration

    package var total: Duration { detection + patience + run + tail }

    /// How long a run takes beside what it waits for: planning, one order, its reading back.
    package static let runAllowance = Duration.seconds(5)
}

extension Region {
    /// By its own rules, when these of its doors must be changed; a person's approval is not
    /// counted.
    package func recovery(changing doors: [FrontDoor]) -> Recovery {
        let patience = doors.map { door in
            switch door {
            case .dns: rules.patience.dns
            case .haproxy: rules.patience.weights
            }
        }
        return Recovery(
            detection: rules.probe.detection, patience: patience.max() ?? .zero,
            run: Recovery.runAllowance, tail: doors.map(\.tail).max() ?? .zero)
    }
}
