package import Values

// What a host still gets done when far more come than it can bear.
extension HostModel {
    /// Up to this share of its capacity a host answers as many as it can bear, and the others late.
    package static let collapseFrom = PartsPerMillion(1_500_000)
    /// From here on it answers only `collapsedShare` of its capacity in time.
    package static let collapseTo = PartsPerMillion(3_000_000)
    /// What is left of the capacity: the rest goes into answers that nobody waits for any more.
    package static let collapsedShare = Percent(checked: 10)

    /// The users who are answered in time, of so many there: all up to the capacity, then as many
    /// as the capacity, then fewer and fewer, in a straight line down to `collapsedShare`.
    ///
    /// That goodput falls beyond the knee is RFC 896's congestion collapse (Nagle, 1984); the three
    /// numbers are a model, no portal has published its own.
    package func answered(of present: Users) -> Users {
        let present = min(max(present, 0), Users.usersMax)
        guard present > capacity else { return present }
        let (from, to) = (HostModel.collapseFrom, HostModel.collapseTo)
        let (first, last) = (from.roundedUp(of: capacity), to.roundedUp(of: capacity))
        guard present > first else { return capacity }
        let left = HostModel.collapsedShare.roundedUp(of: capacity)
        guard present < last else { return left }
        let lost = parts(of: capacity - left, by: [present - first, last - present])[0]
        return capacity - lost
    }
}
