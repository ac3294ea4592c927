import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

// Faults that meet: drawn one by one, they would hardly ever fall into the seconds in which a run
// is on its way, and the seeds would prove nothing about undoing and resuming.
extension FaultMix {
    typealias Timeline = [(at: Instant, event: WorldEvent)]

    static func meeting(
        from begin: Instant, _ topology: Topology, _ controllers: Int, _ random: inout SplitMix64
    ) -> Timeline {
        let region = topology.regions.values[random.next(below: topology.regions.count)]
        return random.chance(perMille: 500)
            ? crashInTheMiddle(of: region, from: begin, controllers, &random)
            : relapse(of: region, from: begin, &random)
    }

    /// A primary burns, the region's doors answer nobody, and a controller dies while its orders
    /// are on their way.
    private static func crashInTheMiddle(
        of region: Region, from begin: Instant, _ controllers: Int, _ random: inout SplitMix64
    ) -> Timeline {
        let doors = region.frontDoors.map(\.id)
        let mood: SimulatedDoor.Mood = random.chance(perMille: 500) ? .mute : .slow(.seconds(15))
        let controller = random.next(below: controllers)
        let crash = begin + .seconds(5) + random.duration(upTo: .seconds(12))
        var events: Timeline = [
            (begin, .condition(host: region.primary, is: .burnt)),
            (crash, .crash(controller: controller)),
            (crash + random.duration(upTo: .seconds(20)), .restart(controller: controller)),
            (begin + .seconds(120), .condition(host: region.primary, is: .serving)),
        ]
        for door in doors {
            events += [(begin, .mood(door, mood)), (begin + .seconds(60), .mood(door, .well))]
        }
        return events
    }

    /// A primary burns, heals, and burns again about when its region is on the way home.
    private static func relapse(
        of region: Region, from begin: Instant, _ random: inout SplitMix64
    ) -> Timeline {
        let home = region.primary
        let again = begin + .seconds(210) + random.duration(upTo: .seconds(60))
        return [
            (begin, .condition(host: home, is: .burnt)),
            (begin + .seconds(30), .condition(host: home, is: .serving)),
            (again, .condition(host: home, is: .burnt)),
            (again + .seconds(60), .condition(host: home, is: .serving)),
        ]
    }
}
