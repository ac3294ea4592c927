package import Situations
package import TopologyModel
package import Values

/// The allocations of a ramp home, one a stage; the last is `to`.
///
/// The home's share takes each of `steps` that lies between what it has and what it gets; the other
/// hosts go from what they have to what they get in the same measure, in whole percents (largest
/// remainder first, then in the order of `from`). A region that does not come home has one stage.
package func rampStages(
    from: Allocation, to: Allocation, home: HostID, steps: [Percent]
) -> [Allocation] {
    let (start, goal) = (from.percent(of: home), to.percent(of: home))
    let between = steps.filter { start < $0 && $0 < goal }.sorted()
    let others = (from.hosts + to.hosts.filter { !from.hosts.contains($0) }).filter { $0 != home }
    let stages = between.map { step in
        stage(step.value - start.value, of: goal.value - start.value, from, to, others)
            .with(home, step)
    }
    return stages + [to]
}

/// The other hosts' shares after so many parts of the way, without the home's.
private func stage(
    _ gone: Int, of way: Int, _ from: Allocation, _ to: Allocation, _ others: [HostID]
) -> [Share] {
    let parts = others.map {
        from.percent(of: $0).value * (way - gone) + to.percent(of: $0).value * gone
    }
    var shares = parts.map { $0 / way }
    let missing = parts.reduce(0, +) / way - shares.reduce(0, +)
    let byRemainder = parts.indices.sorted {
        (parts[$1] % way, $0) < (parts[$0] % way, $1)
    }
    for index in byRemainder.prefix(missing) { shares[index] += 1 }
    return zip(others, shares).map { Share(host: $0, percent: Percent(checked: $1)) }
}

extension [Share] {
    fileprivate func with(_ home: HostID, _ percent: Percent) -> Allocation {
        Allocation(shares: [Share(host: home, percent: percent)] + self)
    }
}
