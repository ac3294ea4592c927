import Control
import Foundation
import Manifests
import Playbooks
import Simulation
import Situations
import TestSupport
import TopologyModel
import Values

let grandEst = RegionID("grand-est")
let hautsDeFrance = RegionID("hauts-de-france")
let grandEstDoor = FrontDoorID("dns:grand-est.ent.example")
let hautsDeFranceDoor = FrontDoorID("haproxy:edge-1/hauts-de-france")
let gra1 = HostID("ent-gra1")
let lyo1 = HostID("ent-lyo1")
let sbg2 = HostID("ent-sbg2")

func configuration(controllers: Int = 1, isCrowded: Bool = false) throws -> Configuration {
    let folder = try packageRoot().appendingPathComponent("playbooks").path
    return Configuration(
        topology: isCrowded
            ? .crowded(controllers: controllers) : .simulated(controllers: controllers),
        playbooks: try PlaybookFolder(path: folder).playbooks(), digest: Digest(hex: "5eed"))
}

/// A quiet world whose one controller leads and has read its doors.
func quietWorld(hasOperator: Bool = false, isCrowded: Bool = false) throws -> World {
    var options = World.Options(configuration: try configuration(isCrowded: isCrowded))
    (options.hasBadNetwork, options.hasOperator) = (false, hasOperator)
    var world = World(options)
    _ = world.run(for: .seconds(30), checking: [])
    return world
}
