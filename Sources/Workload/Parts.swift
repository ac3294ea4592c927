/// `whole` in whole parts by `weights` of 0 and up, whose parts add up to it exactly; all 0 where
/// the weights are.
///
/// Each part ends where its weights' running sum falls, rounded down, so that none is lost or made.
package func parts(of whole: Int, by weights: [Int]) -> [Int] {
    let total = weights.reduce(0, +)
    guard total > 0, whole > 0 else { return weights.map { _ in 0 } }
    var (running, given) = (0, 0)
    return weights.map { weight in
        running += weight
        // The quotient is at most `whole`, so the division cannot overflow.
        let end = total.dividingFullWidth(whole.multipliedFullWidth(by: running)).quotient
        defer { given = end }
        return end - given
    }
}
