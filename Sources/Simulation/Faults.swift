import OrderedCollections
package import Control
import Playbooks
package import Situations
package import TopologyModel
package import Values

/// What a host of the simulated world does with a probe or a user.
package enum HostCondition: Hashable, Sendable {
    case serving
    /// Refuses connections.
    case burnt
    /// Takes connections and never answers, or drops them.
    case silent
    /// Answers everything with 503.
    case failing
}

/// What happens to the world from outside the controllers.
package enum WorldEvent: Hashable, Sendable {
    case condition(host: HostID, is: HostCondition)
    case edge(EdgeID, is: HostCondition)
    /// Every host and edge of the domain at once.
    case domain(FailureDomain, is: HostCondition)
    case crash(controller: Int)
    case restart(controller: Int)
    /// Cut off from the store, and from the other controllers.
    case isolate(controller: Int, Bool)
    /// Its view of these hosts is lost: probes time out from there.
    case blind(controller: Int, FailureDomain, Bool)
    case references(areUp: Bool)
    case mood(FrontDoorID, SimulatedDoor.Mood)
    case forget(FrontDoorID)
    case meddle(FrontDoorID, DoorState)
    /// A person's command, to whoever leads.
    case command(Command)
    /// A person does something, by the plan that whoever leads makes for it.
    case person(Deed)
    case crowd(CrowdEvent)
}

/// What people do of their own accord, while other things go wrong.
package enum Deed: Hashable, Sendable {
    /// Until the end of the length, or until they think of it.
    case drain(HoldPlace, for: Duration?)
    case maintain(HoldPlace, for: Duration)
    case stepDown(for: Duration)
    case switchover(RegionID, to: HostID)
    /// The last run that ended otherwise than well.
    case retryTheLast
    /// The last run that ended.
    case rollBackTheLast
}

/// A faults' budget of a seeded run.
package struct FaultMix: Hashable, Sendable {
    /// How many faults, over the faulty part of the run.
    package let count: ClosedRange<Int>
    package let allowsHosts: Bool
    package let allowsDoors: Bool
    package let allowsControllers: Bool

    package init(
        count: ClosedRange<Int> = 2...8, allowsHosts: Bool = true, allowsDoors: Bool = true,
        allowsControllers: Bool = true
    ) {
        (self.count, self.allowsHosts) = (count, allowsHosts)
        (self.allowsDoors, self.allowsControllers) = (allowsDoors, allowsControllers)
    }

    package static let anyMix = FaultMix()

    /// Faults and their mends, drawn over `span` from `start`; all are mended by its end.
    package func draw(
        over span: Duration, from start: Instant, topology: Topology, controllers: Int,
        random: inout SplitMix64
    ) -> [(at: Instant, event: WorldEvent)] {
        var drawn: [(at: Instant, event: WorldEvent)] = []
        for _ in 0..<random.next(in: count) {
            let begin = start + random.duration(upTo: span * 3 / 4)
            let end = min(begin + random.duration(upTo: span / 3) + .seconds(2), start + span)
            let (fault, mend) = pair(topology, controllers, &random)
            drawn.append((begin, fault))
            if let mend { drawn.append((end, mend)) }
        }
        for _ in 0..<2 where allowsHosts && allowsDoors && allowsControllers {
            let begin = start + random.duration(upTo: span / 2)
            let meeting = FaultMix.meeting(from: begin, topology, controllers, &random)
            drawn += meeting.map { (min($0.at, start + span - .seconds(1)), $0.event) }
        }
        if allowsHosts && allowsDoors && allowsControllers {
            drawn += FaultMix.deeds(over: span, from: start, topology, &random)
        }
        return drawn + mendAll(at: start + span, topology, controllers)
    }

    private func pair(
        _ topology: Topology, _ controllers: Int, _ random: inout SplitMix64
    ) -> (fault: WorldEvent, mend: WorldEvent?) {
        var kinds: [Int] = []
        if allowsHosts { kinds += [0, 0, 1, 1, 2] }
        if allowsHosts, !topology.edges.isEmpty { kinds.append(9) }
        if allowsDoors { kinds += [3, 4, 5] }
        if allowsControllers { kinds += [6, 7, 8] }
        switch kinds[random.next(below: kinds.count)] {
        case 0:
            let host = topology.hosts.keys[random.next(below: topology.hosts.count)]
            return (
                .condition(host: host, is: condition(&random)), .condition(host: host, is: .serving)
            )
        case 1:
            let domains = topology.domains.filter { $0.isFate || $0.depth > 1 }
            let domain = domains[random.next(below: domains.count)]
            return (.domain(domain, is: condition(&random)), .domain(domain, is: .serving))
        case 2: return (.references(areUp: false), .references(areUp: true))
        case 3:
            let mood = [SimulatedDoor.Mood.failing, .mute, .slow(.seconds(20))][
                random.next(below: 3)]
            let door = FaultMix.door(topology, &random)
            return (.mood(door, mood), .mood(door, .well))
        case 4: return (.forget(FaultMix.door(topology, &random)), nil)
        case 5:
            let door = FaultMix.door(topology, &random)
            return (.meddle(door, FaultMix.state(of: door, topology, &random)), nil)
        case 6:
            let controller = random.next(below: controllers)
            return (.crash(controller: controller), .restart(controller: controller))
        case 7:
            let controller = random.next(below: controllers)
            return (.isolate(controller: controller, true), .isolate(controller: controller, false))
        case 9:
            let edge = topology.edges.keys[random.next(below: topology.edges.count)]
            return (.edge(edge, is: condition(&random)), .edge(edge, is: .serving))
        default:
            let controller = random.next(below: controllers)
            let domain = topology.domains[random.next(below: topology.domains.count)]
            return (
                .blind(controller: controller, domain, true),
                .blind(controller: controller, domain, false)
            )
        }
    }

    private func condition(_ random: inout SplitMix64) -> HostCondition {
        [.burnt, .silent, .failing][random.next(below: 3)]
    }

    private static func door(_ topology: Topology, _ random: inout SplitMix64) -> FrontDoorID {
        let doors = topology.regions.values.flatMap(\.frontDoors)
        return doors[random.next(below: doors.count)].id
    }

    /// One host, or one edge, that the door might be made to hold.
    private static func state(
        of id: FrontDoorID, _ topology: Topology, _ random: inout SplitMix64
    ) -> DoorState {
        guard let (region, door) = topology.door(id) else { return DoorState(shares: []) }
        if door.pointsAtEdges {
            return DoorState(edges: [region.edges[random.next(below: region.edges.count)]])
        }
        let host = region.hosts[random.next(below: region.hosts.count)]
        return DoorState(all: host)
    }

    private func mendAll(
        at end: Instant, _ topology: Topology, _ controllers: Int
    ) -> [(at: Instant, event: WorldEvent)] {
        var mends: [WorldEvent] = topology.hosts.keys.map { .condition(host: $0, is: .serving) }
        mends += topology.edges.keys.map { .edge($0, is: .serving) }
        mends.append(.references(areUp: true))
        for door in topology.regions.values.flatMap(\.frontDoors) {
            mends.append(.mood(door.id, .well))
        }
        for controller in 0..<controllers {
            mends += [.restart(controller: controller), .isolate(controller: controller, false)]
            mends += topology.domains.map { .blind(controller: controller, $0, false) }
        }
        return mends.map { (end, $0) }
    }
}
