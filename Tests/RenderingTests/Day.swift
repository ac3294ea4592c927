import Control
import Documents
import Foundation
import Manifests
import Playbooks
import Simulation
import Situations
import TestSupport
import TopologyModel
import Values

/// A day of the shipped topology on a quiet network: SBG2 burns a minute after the start.
struct Day {
    static let sbg2 = FailureDomain("ovh/strasbourg/sbg2")
    static let campus = FailureDomain("ovh/strasbourg")
    static let grandEst = RegionID("grand-est")

    let configuration: Configuration
    var world: World

    init() throws {
        let root = try packageRoot()
        let bytes = try bytes(of: root.appendingPathComponent("topology.yaml").path)
        guard let today = CivilDate(year: 2026, month: 11, day: 23) else {
            throw TestSupportError("23 November 2026 is no date")
        }
        let file = try TopologyFile(bytes: bytes, file: "topology.yaml", today: today)
        let playbooks = root.appendingPathComponent("playbooks").path
        configuration = Configuration(
            topology: file.topology, playbooks: try PlaybookFolder(path: playbooks).playbooks(),
            digest: Digest(hex: "1f2e3d4c5b6a798800"))
        var options = World.Options(configuration: configuration)
        (options.hasBadNetwork, options.hasOperator) = (false, false)
        options.start = Instant(unixSeconds: 1_615_334_400)
        world = World(options)
        world.plan(.domain(Day.sbg2, is: .burnt), at: options.start + .seconds(60))
    }

    /// The day so many seconds after its start.
    static func after(seconds: Int) throws -> Day {
        var day = try Day()
        let violation = day.world.run(for: .seconds(seconds), checking: Invariant.all)
        if let violation { throw TestSupportError("\(violation)") }
        return day
    }

    func leader() throws -> Controller {
        guard let leader = world.leader else { throw TestSupportError("nobody leads") }
        return leader
    }

    func status(observing: Fault? = nil) throws -> StatusDocument {
        StatusDocument(of: try leader(), observing: observing, at: world.now)
    }

    func plan(_ intent: PlanIntent) throws -> Plan {
        guard let situation = try leader().situation(at: world.now),
            case .plan(let plan) = configuration.plan(for: intent, by: "ada", in: situation)
        else { throw TestSupportError("there is no plan") }
        return plan
    }
}
