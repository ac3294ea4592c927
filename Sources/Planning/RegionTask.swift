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
        /// These quotas at the hosts that it has, which were made to fit.
        case admit(Allocation)
    }

    let region: Region
    let from: Allocation
    let cause: Cause
    let goal: Goal
    /// One a host of the region, in declared order, then the hosts that it uses beside them.
    let hosts: [HostStanding]
    /// Whether a gate holds back what does not fit; one name cached by academies cannot be split.
    let rations: Bool
    /// The most of the demand that it may be served, in percent: a region that is rationed is let
    /// in again by steps.
    let totalMax: Int
    /// Whether its shares stay as they are, as far as no host that it has is lost or left.
    var stays = false
    /// How much of the demand the quotas of what is wanted let in, in percent; 100 without any.
    var wantedInDemand = 100
    /// Until when the quotas of what is wanted stay, which let everybody in; nil where they ration.
    var armedUntil: Instant?

    /// Of the demand, in percent, what the allocation that is wanted gives the host.
    func wantedPercent(of host: HostID) -> Int {
        wanted?.percent(of: host).ofDemand(wantedInDemand) ?? 0
    }

    /// What is to be, where the request says it.
    var wanted: Allocation? {
        switch goal {
        case .become(let wanted), .admit(let wanted): wanted
        case .place, .serveMore: nil
        }
    }
}

extension Percent {
    /// Of a share of those who are let in, the share of the demand; none only where there is none.
    /// Rounded up, so that nobody else counts on what rounding left.
    func ofDemand(_ admitted: Int) -> Int { (value * admitted + 99) / 100 }
}

/// What a host may take of a region.
struct HostStanding {
    let host: HostID
    /// Of the region's demand: less than its share where quotas hold users back.
    let present: Percent
    /// What it may have at most: everything, or what it has, or nothing.
    let cap: Percent
    /// Why it may not take more.
    let objection: Objection?

    /// - Parameters:
    ///   - isDeclared: Whether it is one of the region's hosts in the file.
    ///   - admitted: How much of the demand the region's quotas let in, in percent.
    ///   - isLeft: Whether the request leaves it.
    ///   - stays: Whether only hosts that it has may get more.
    ///   - objection: To more of the region there, if it is one of its hosts.
    init(
        _ host: HostID, isDeclared: Bool, of region: Region, from: Allocation, admitted: Int,
        isLeft: Bool, stays: Bool, objection: Objection?
    ) {
        self.host = host
        let present = Percent(checked: from.percent(of: host).ofDemand(admitted))
        self.present = present
        let found = isDeclared ? objection : .notDeclared
        // What is left is left because somebody asks, also where it is drained or full besides.
        self.objection = isLeft && !(found?.isLoss ?? false) ? .left : found
        let most =
            found.map { $0.isLoss ? Percent.zero : present }
            ?? (stays && present == .zero ? .zero : .all)
        let isWhole = region.granularity == .whole
        cap = isLeft || (isWhole && most < .all) ? .zero : most
    }
}
