import Values

/// How much worse a placement a search goes on from: much at first, ever less, in whole numbers.
///
/// Source: Kirkpatrick, Gelatt and Vecchi, "Optimization by Simulated Annealing", Science 1983.
struct Cooling {
    /// From the first temperature to the last it is halved so often.
    static let halvings = 9

    let first: Int
    let stepsMax: Int

    /// Half as much as before after each of equal parts of the steps, and straight in between.
    func temperature(at step: Int) -> Int {
        let parts = 1024 * Cooling.halvings * min(step, stepsMax) / max(1, stepsMax)
        let (whole, fraction) = (parts / 1024, parts % 1024)
        let above = first >> whole
        return above - (above - above / 2) * fraction / 1024
    }

    /// A loss that is taken at a step: its logarithm to base 2 is spread as in a physical system.
    func allowance(at step: Int, using random: inout SplitMix64) -> Int {
        let bits = random.next()
        let zeros = bits.leadingZeroBitCount
        let mantissa = zeros < 63 ? Int((bits << UInt64(zeros + 1)) >> 54) : 0
        return temperature(at: step) * (1024 * zeros + 1024 - mantissa) / 1024
    }
}
