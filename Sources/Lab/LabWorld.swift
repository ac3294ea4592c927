import OrderedCollections
import Synchronization
import TopologyModel
import Values
import Workload

/// What every part of a lab knows: the topology, who its users are, and what time it is.
struct LabWorld: Sendable {
    let topology: Topology
    let options: LabOptions
    /// Who waits at the gates, as the users themselves know it.
    let waiting = WaitingUsers()
    private let models: OrderedDictionary<RegionID, UserModel>
    private let regionsByName: [String: RegionID]

    init(topology: Topology, options: LabOptions) {
        (self.topology, self.options) = (topology, options)
        models = topology.regions.mapValues { UserModel(demand: $0.demand, speed: options.speed) }
        var byName: [String: RegionID] = [:]
        for region in topology.regions.values {
            for name in LabWorld.names(of: region) where byName[name] == nil {
                byName[name] = region.id
            }
        }
        regionsByName = byName
    }

    func now() -> Instant { options.now() }

    /// The region that a request with this `Host` header is for, its port left out.
    func region(askedAs hostHeader: String) -> Region? {
        var name = hostHeader.lowercased()
        if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]") {
            name = String(name[..<colon])
        }
        return regionsByName[name].flatMap { topology.regions[$0] }
    }

    /// The name that users of `region` type, and so their `Host` header.
    func hostHeader(of region: Region) -> String {
        LabWorld.names(of: region).first ?? region.id.name
    }

    func model(of region: Region) -> UserModel {
        models[region.id] ?? UserModel(demand: region.demand)
    }

    /// The users that so many requests in the last time to think stand for: the lab's users are a
    /// sample, so each stands for many.
    ///
    /// A region never has more users than it has, but where they are known by class: there a surge
    /// and an attack are load like any other.
    func users(_ requests: Int, of region: Region) -> Users {
        let present = model(of: region).users(at: now(), in: topology.calendar)
        let sample = sample(of: region)
        guard sample > 0 else { return 0 }
        let users = requests * present / sample
        return isByClass(region) ? min(users, Users.usersMax) : min(present, users)
    }

    /// How many users the lab plays for those of a region on an ordinary day.
    func sample(of region: Region) -> Int {
        options.requestsPerSecond * model(of: region).thinkSeconds
    }

    /// Whether the region's users have classes, and log in.
    func isByClass(_ region: Region) -> Bool {
        region.demand.shares.contains { share in
            topology.classes.contains { $0.id == share.classID }
        }
    }

    /// How many users of the region wait at its gate.
    func waiting(of region: Region) -> Users {
        users(waiting.count(of: region.id), of: region)
    }

    /// DNS names first, then the names that probes ask for.
    private static func names(of region: Region) -> [String] {
        let doors = region.frontDoors.compactMap { door -> String? in
            switch door {
            case .dns(let door): door.name.lowercased()
            case .haproxy: nil
            }
        }
        let probes = region.probes.compactMap { probe -> String? in
            switch probe {
            case .http(let host, _, _, _): host.lowercased()
            case .https(let check): check.host.lowercased()
            case .tcp, .dns, .exec: nil
            }
        }
        return doors + probes
    }
}

/// How many of the lab's users wait at a gate, by region: told by the users, read by the hosts.
final class WaitingUsers: Sendable {
    private let counts = Mutex<[RegionID: Int]>([:])

    func set(_ count: Int, of region: RegionID) { counts.withLock { $0[region] = count } }
    func count(of region: RegionID) -> Int { counts.withLock { $0[region] ?? 0 } }
}

extension UserModel {
    /// Everything that people do, so many times faster than they do it.
    init(demand: Demand, speed: Int) {
        let slow = UserModel(demand: demand)
        self.init(
            demand: demand, thinkTime: slow.thinkTime / speed, visit: slow.visit / speed,
            retryMin: slow.retryMin / speed, retryMax: slow.retryMax / speed)
    }

    /// The time to think in whole seconds, at least one: the window in which a host counts users.
    var thinkSeconds: Int { max(1, Int(thinkTime.inNanoseconds / 1_000_000_000)) }
}
