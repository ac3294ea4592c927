import Values

/// How many of the probes sent in the last `length` failed.
///
/// It slides in steps of a twentieth of its length, so that its size does not grow with the rate.
struct RateWindow: Sendable {
    enum Outcome {
        case pass
        /// Enough for `lost`, and nothing that overload would explain.
        case loss
        /// Enough for `lost`, unless overload explains it: 503 and 429.
        case overload
        /// A failure that is not enough, for it may be overload.
        case slowness
    }

    private struct Slot {
        var passes = 0
        var losses = 0
        var overloads = 0
        var slow = 0
    }

    static let slotsMax = 20

    private let slotLength: Int64
    private var slots = [Slot](repeating: Slot(), count: RateWindow.slotsMax)
    /// The number of the newest slot, counted from 1970.
    private var newest: Int64 = .min
    private var sum = Slot()

    init(length: Duration) {
        slotLength = max(1, length.inNanoseconds / Int64(RateWindow.slotsMax))
    }

    var probes: Int { sum.passes + failures }
    var failures: Int { losses + sum.slow }
    /// With those that overload may explain.
    var losses: Int { sum.losses + sum.overloads }
    /// Without them.
    var sureLosses: Int { sum.losses }

    /// A probe older than the window changes nothing.
    mutating func note(_ outcome: Outcome, sentAt: Instant) {
        let number = sentAt.nanoseconds / slotLength
        advance(to: number)
        guard number > newest - Int64(RateWindow.slotsMax) else { return }
        RateWindow.add(outcome, to: &slots[RateWindow.place(of: number)])
        RateWindow.add(outcome, to: &sum)
    }

    private mutating func advance(to number: Int64) {
        guard number > newest else { return }
        let slotsMax = Int64(RateWindow.slotsMax)
        let first = newest == .min ? number : max(newest + 1, number - slotsMax + 1)
        for gone in first...number {
            let place = RateWindow.place(of: gone)
            sum.passes -= slots[place].passes
            sum.losses -= slots[place].losses
            sum.overloads -= slots[place].overloads
            sum.slow -= slots[place].slow
            slots[place] = Slot()
        }
        newest = number
    }

    private static func place(of number: Int64) -> Int {
        let rest = Int(number % Int64(slotsMax))
        return rest < 0 ? rest + slotsMax : rest
    }

    private static func add(_ outcome: Outcome, to slot: inout Slot) {
        switch outcome {
        case .pass: slot.passes += 1
        case .loss: slot.losses += 1
        case .overload: slot.overloads += 1
        case .slowness: slot.slow += 1
        }
    }
}
