package import TopologyModel
package import Values

/// What a front door holds: desired, or as it was read back.
package struct DoorState: Hashable, Codable, Sendable {
    /// Sorted by host; none at 0.
    package let shares: [Share]
    /// The edges that a name points at, sorted; nil for a door that sends users to hosts.
    package let edges: [EdgeID]?
    /// What it holds that nothing in the topology explains: an unknown address or server.
    package let foreign: [String]
    /// The door's part of the region's quotas, in the order of the classes; nil lets everybody in,
    /// and is all that a door without a gate can hold.
    package let admission: [ClassQuota]?

    package init(
        shares: [Share], foreign: [String] = [], admission: [ClassQuota]? = nil
    ) {
        self.shares = shares.filter { $0.percent > .zero }.sorted { $0.host < $1.host }
        edges = nil
        self.foreign = foreign.sorted()
        self.admission = admission.flatMap { $0.isEmpty ? nil : $0 }
    }

    package init(edges: [EdgeID], foreign: [String] = []) {
        shares = []
        self.edges = edges.sorted()
        self.foreign = foreign.sorted()
        admission = nil
    }

    /// A document from outside: more than 100 in all is its error, and never stops the program.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let foreign = try fields.decode([String].self, forKey: .foreign)
        if let edges = try fields.decodeIfPresent([EdgeID].self, forKey: .edges) {
            self.init(edges: edges, foreign: foreign)
        } else {
            self.init(
                shares: try fields.shares(forKey: .shares), foreign: foreign,
                admission: try fields.decodeIfPresent([ClassQuota].self, forKey: .admission))
        }
    }

    /// Everybody at one host.
    package init(all host: HostID) { self.init(shares: [Share(host: host, percent: .all)]) }

    /// Whether nobody who comes through it would be served: an answer that must never be given.
    package var isEmpty: Bool { shares.isEmpty && (edges ?? []).isEmpty && foreign.isEmpty }
}

/// One reading of a front door.
package struct DoorReading: Hashable, Codable, Sendable {
    package let state: DoorState
    /// Changes whenever the door restarted, and may so have forgotten what it was told.
    package let incarnation: String
    /// The epoch that the door itself holds, where it compares.
    package let epoch: Epoch?
    /// What each server of the door holds, where they do not agree; none where they do.
    package let split: [DoorState]

    package init(
        state: DoorState, incarnation: String, epoch: Epoch? = nil, split: [DoorState] = []
    ) {
        (self.state, self.incarnation, self.epoch) = (state, incarnation, epoch)
        self.split = split
    }
}

/// What came of reading a front door.
package enum FrontDoorState: Hashable, Codable, Sendable {
    case read(reading: DoorReading)
    case unreadable(fault: Fault)
}

/// What went wrong at an edge, in words for people.
package struct Fault: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    package let what: String
    package let mend: String

    package init(what: String, mend: String) { (self.what, self.mend) = (what, mend) }

    package var description: String { mend.isEmpty ? what : "\(what); \(mend)" }
}

/// How a door relates to what it should be.
package enum DoorStanding: Hashable, Codable, Sendable {
    /// Not read since the controller started.
    case unread
    case asDesired
    /// It restarted and lost what it was told: repaired at once.
    case forgot(at: Instant)
    /// Somebody else changed it: paged, left alone until `adopt` or `reassert`.
    case drifted(at: Instant)
    case unreadable(fault: Fault, at: Instant)
}

/// A front door as the controller knows it.
package struct Door: Hashable, Codable, Sendable {
    package let id: FrontDoorID
    package let region: RegionID
    package var desired: DoorState?
    package var observed: DoorReading?
    package var standing: DoorStanding
    /// What a run would have set, had the door's edge not been lost: made up for once it is back.
    package var missed: DoorState?
    /// Edges that we took out of the name, and will put back; nil is none.
    package var withdrawn: [EdgeID]?

    package init(
        id: FrontDoorID, region: RegionID, desired: DoorState? = nil,
        observed: DoorReading? = nil, standing: DoorStanding = .unread
    ) {
        (self.id, self.region, self.desired) = (id, region, desired)
        (self.observed, self.standing) = (observed, standing)
    }

    /// Whether it is to hold what is no host of ours, such as a status page: a person put it there,
    /// and a person takes it away.
    package var isElsewhere: Bool {
        desired.map { $0.edges == nil && !$0.foreign.isEmpty } ?? false
    }
}
