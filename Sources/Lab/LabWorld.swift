import OrderedCollections
import TopologyModel
import Values
import Workload

/// What every part of a lab knows: the topology, who its users are, and what time it is.
struct LabWorld: Sendable {
    let topology: Topology
    let options: LabOptions
    private let models: OrderedDictionary<RegionID, UserModel>
    private let regionsByName: [String: RegionID]

    init(topology: Topology, options: LabOptions) {
        (self.topology, self.options) = (topology, options)
        models = topology.regions.mapValues { UserModel(demand: $0.demand) }
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
    /// sample, so each stands for many; but a region never has more users than it has.
    func users(_ requests: Int, of region: Region) -> Users {
        let model = model(of: region)
        let present = model.users(at: now(), in: topology.calendar)
        let sample = options.requestsPerSecond * model.thinkSeconds
        return sample == 0 ? 0 : min(present, requests * present / sample)
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

extension UserModel {
    /// The time to think in whole seconds, at least one: the window in which a host counts users.
    var thinkSeconds: Int { max(1, Int(thinkTime.inNanoseconds / 1_000_000_000)) }
}
