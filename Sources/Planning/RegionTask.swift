import Situations
import TopologyModel
import Values

/// What a request wants of one region.
struct RegionTask {
    enum Goal {
        /// Wherever the objective is best.
        case place
        /// The same, and no less than is served now.
        case serveMore
        /// This, or as it is: a planned change yields to what must be moved.
        case become(Allocation)
    }

    let region: Region
    let from: Allocation
    let cause: Cause
    let goal: Goal
    /// One a host of the region, in declared order, then the hosts that it uses beside them.
    let hosts: [HostStanding]

    /// Whether a gate can hold back what does not fit; one name cached by academies cannot be
    /// split.
    var rations: Bool { region.hasGate && region.granularity != .whole }
}

/// What a host may take of a region.
struct HostStanding {
    let host: HostID
    let present: Percent
    /// What it may have at most: everything, or what it has, or nothing.
    let cap: Percent
    /// Why it may not take more.
    let objection: Objection?

    init(
        _ host: HostID, of region: Region, from: Allocation, left: [HostID],
        forbidden: [FailureDomain], in situation: Situation
    ) {
        self.host = host
        present = from.percent(of: host)
        let site = situation.topology.site(of: host)
        let isLeft = left.contains(host) || forbidden.contains { site?.isIn($0) ?? false }
        let declared = region.hosts.contains(host) ? nil : Objection.notDeclared
        let found = declared ?? situation.objection(to: host, for: region)
        objection = found ?? (isLeft ? .left : nil)
        let most = found.map { $0.isLoss ? Percent.zero : from.percent(of: host) } ?? .all
        let isWhole = region.granularity == .whole
        cap = isLeft || (isWhole && most < .all) ? .zero : most
    }
}
