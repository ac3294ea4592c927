import Control
import Detection
import Documents
import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

// `get regions|doors|playbooks|controllers`.

package struct RegionRow: Row, Hashable {
    package static let kind = "Region"
    let name: RegionID
    let title: String
    /// 1 is first.
    let priority: Int
    /// Where its users are to be; nil until its doors were read, and from a file.
    let servedBy: String?
    let unservedPercent: Percent?
    let isHome: Bool?
    let primary: HostID
    let standbys: [HostID]
    /// What is wanted or going on, in words.
    let now: String?
    let run: RunID?
    let expectedUsers: Users
    let peakUsers: Users
    let dependsOn: [DependencyID]
    let doors: [FrontDoorID]
    let rto: Duration?
    let rpo: Duration?

    package static let columns = ["REGION", "SERVED BY", "HOME", "STANDBYS", "USERS", "NOW"]
    package static let wideColumns = ["PRIORITY", "PEAK", "NEEDS", "DOORS", "RTO", "RPO", "TITLE"]
    package var cells: [Cell] {
        let home = isHome.map { $0 ? Cell("yes", .good) : Cell(primary.name, .warning) }
        return [
            Cell(name.name, .strong), maybe(servedBy), home ?? Cell(primary.name),
            list(standbys.map(\.name)), Cell("\(expectedUsers)"), maybe(now),
        ]
    }
    package var wideCells: [Cell] {
        [
            Cell("\(priority)"), Cell("\(peakUsers)"), list(dependsOn.map(\.name)),
            list(doors.map(\.name)), maybe(rto?.text), maybe(rpo?.text), Cell(title),
        ]
    }
}

package struct DoorRow: Row, Hashable {
    package static let kind = "Door"
    let name: FrontDoorID
    let region: RegionID
    /// `compared`: the server refuses an order of an older epoch; `advisory`: it compares nothing.
    let fencing: String
    /// What it publishes: `hosts`, or the `edges` before them.
    let points: String
    let ttl: Duration
    let zone: ZoneID?
    let edge: EdgeID?
    let desired: String?
    let observed: String?
    let standing: String?
    let isAsDesired: Bool?

    package static let columns = ["DOOR", "HOLDS", "STANDING", "FENCING"]
    package static let wideColumns = ["REGION", "DESIRED", "POINTS", "TTL", "ZONE", "EDGE"]
    package var cells: [Cell] {
        [
            Cell(name.name, .strong), maybe(observed),
            standing.map { Cell($0, isAsDesired == true ? .good : .warning) } ?? maybe(standing),
            Cell(fencing),
        ]
    }
    package var wideCells: [Cell] {
        [
            Cell(region.name), maybe(desired), Cell(points), Cell(ttl.text), maybe(zone),
            maybe(edge),
        ]
    }
}

package struct PlaybookRow: Row, Hashable {
    package static let kind = "Playbook"
    let name: String
    let title: String
    let steps: Int
    /// The step from whose start on a run only goes forward.
    let pivot: String?
    let stepNames: [String]

    package static let columns = ["PLAYBOOK", "TITLE", "STEPS", "PIVOT"]
    package static let wideColumns = ["ITS STEPS"]
    package var cells: [Cell] {
        [Cell(name, .strong), Cell(title), Cell("\(steps)"), maybe(pivot)]
    }
    package var wideCells: [Cell] { [list(stepNames)] }
}

package struct ControllerRow: Row, Hashable {
    package static let kind = "Controller"
    let name: ControllerID
    let site: SiteID?
    let domain: FailureDomain?
    /// Nil where nobody was asked.
    let leads: Bool?
    let epoch: Epoch?
    /// In words: leads, answers, observing and why, or not heard of.
    let state: String

    package static let columns = ["CONTROLLER", "SITE", "STATE"]
    package static let wideColumns = ["EPOCH", "DOMAIN"]
    package var cells: [Cell] {
        [Cell(name.name, .strong), maybe(site), Cell(state, leads == true ? .good : .plain)]
    }
    package var wideCells: [Cell] { [maybe(epoch), maybe(domain)] }
}

extension Picture {
    package var regions: [RegionRow] {
        topology.regions.values.map { region in
            let known = regionStatus(region.id)
            return RegionRow(
                name: region.id, title: region.title, priority: region.priority,
                servedBy: known?.allocation?.words, unservedPercent: known?.allocation?.unserved,
                isHome: known?.isHome, primary: region.primary, standbys: region.standbys,
                now: known?.nowWords(at: now), run: known?.run,
                expectedUsers: region.demand.users(at: now, in: topology.calendar),
                peakUsers: region.demand.peakUsers, dependsOn: region.dependsOn,
                doors: region.frontDoors.map(\.id), rto: region.rules.rto, rpo: region.rules.rpo)
        }
    }

    package var doors: [DoorRow] {
        topology.regions.values.flatMap { region in
            region.frontDoors.map { row(of: $0, region.id) }
        }
    }

    func row(of door: FrontDoor, _ region: RegionID) -> DoorRow {
        let known = status?.doors.first { $0.id == door.id }
        let standing =
            door.granularity == .none ? "names edges; no shift sets it" : known?.standing.words
        let (points, zone, edge): (String, ZoneID?, EdgeID?) =
            switch door {
            case .dns(let dns): (dns.points.rawValue, dns.zone, nil)
            case .haproxy(let proxy): ("hosts", nil, proxy.edge)
            }
        return DoorRow(
            name: door.id, region: region, fencing: door.fencing.rawValue, points: points,
            ttl: door.tail, zone: zone, edge: edge, desired: known?.desired.map { "\($0)" },
            observed: known?.observed.map { "\($0.state)" }, standing: standing,
            isAsDesired: known.map { $0.standing == .asDesired })
    }

    package var playbookRows: [PlaybookRow] {
        playbooks.map { playbook in
            PlaybookRow(
                name: playbook.name, title: playbook.title, steps: playbook.steps.count,
                pivot: playbook.steps.first(where: \.isPivot)?.name,
                stepNames: playbook.steps.map(\.name))
        }
    }

    package var controllers: [ControllerRow] {
        topology.controllers.map { place in
            let asked = status?.controller
            let isAsked = asked?.id == place.id
            let leads = asked.map { $0.leader == place.id }
            return ControllerRow(
                name: place.id, site: place.site,
                domain: place.site.flatMap { topology.sites[$0]?.domain }, leads: leads,
                epoch: isAsked ? asked?.epoch : nil, state: state(isAsked, leads ?? false))
        }
    }

    private func state(_ isAsked: Bool, _ leads: Bool) -> String {
        guard let controller = status?.controller else { return "not asked" }
        guard isAsked else { return leads ? "leads" : "not heard of here" }
        if let fault = controller.observing { return "answers; only observes: \(fault.what)" }
        return leads ? "leads, and answers here" : "answers here; does not lead"
    }
}
