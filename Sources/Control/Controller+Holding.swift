import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

// Drains, maintenance and stepping down.
extension Controller {
    /// For how long a controller may step down: nobody forgets it for longer.
    package static let stepDownMax = Duration.seconds(3600)

    func faultInHolding(_ command: Command, in situation: Situation) -> Fault? {
        switch command {
        case .drain(let place, _, let until, _):
            if case .edge(let id) = place {
                return Fault(
                    what: "edge \(id) serves no users of its own, so it is not drained",
                    mend: "keep its losses from paging: bascule maintenance begin \(id)")
            }
            let end = until.flatMap {
                situation.fault(inEnd: $0, of: "drain", lengthMax: Closure.lengthMax)
            }
            return end ?? place.fault(in: situation.topology)
        case .undrain(let place), .endMaintenance(let place):
            return place.fault(in: situation.topology)
        case .beginMaintenance(let place, let owner, _, let until):
            if owner.allSatisfy(\.isWhitespace) {
                return Fault(what: "an owner is missing", mend: "say whose work it is: --owner")
            }
            if let known = situation.closure(.maintenance, at: place), known.owner != owner {
                return known.fault(inBeginningFor: owner)
            }
            return situation.fault(
                inEnd: until, of: "maintenance", lengthMax: Closure.lengthMax)
                ?? place.fault(in: situation.topology)
        case .stepDown(_, let until):
            return situation.fault(
                inEnd: until, of: "step-down", lengthMax: Controller.stepDownMax)
        case .pause, .resume, .declare, .apply, .force, .approve, .abort, .adopt, .reassert:
            return nil
        }
    }

    func alreadyHeld(_ command: Command, in situation: Situation) -> Reply? {
        switch command {
        case .drain(let place, _, let until, nil):
            guard let known = situation.closure(.drain, at: place), known.until == until else {
                return nil
            }
            return .alreadySo(text: "\(place) is drained already, by \(known.owner)")
        case .undrain(let place):
            return situation.closure(.drain, at: place) == nil
                ? .alreadySo(text: "\(place) is not drained") : nil
        case .endMaintenance(let place):
            return situation.closure(.maintenance, at: place) == nil
                ? .alreadySo(text: "\(place) is not under maintenance") : nil
        case .drain, .beginMaintenance, .pause, .resume, .declare, .apply, .force, .approve, .abort,
            .adopt, .reassert, .stepDown:
            return nil
        }
    }

    mutating func hold(
        _ command: Command, by principal: Principal, in situation: Situation,
        turn: inout Turn
    ) -> Reply {
        switch command {
        case .drain(let place, let reason, let until, let plan):
            let end = until.map { "until \($0.text)" } ?? "until `bascule undrain \(place.name)`"
            let instead = situation.closure(.drain, at: place)?.instead ?? ""
            turn.say(.warning, nil, "\(principal) drains \(place): \(reason), \(end)\(instead)")
            guard let plan else {
                return .done(text: "\(place) takes no users \(end)\(instead); nobody was there")
            }
            return begin(plan, in: &turn).map { .began(run: $0) } ?? .notLeading(leader: nil)
        case .undrain(let place):
            turn.say(.info, nil, "\(principal) lets \(place) take users again")
            return .done(text: "\(place) may take users again" + situation.away(from: place))
        case .beginMaintenance(let place, let owner, let reason, let until):
            let instead = situation.closure(.maintenance, at: place)?.instead ?? ""
            turn.say(
                .warning, nil,
                "\(principal) begins maintenance of \(place) for \(owner): \(reason), until "
                    + until.text + instead)
            return .done(
                text: "\(place) is under maintenance by \(owner) until \(until.text)\(instead)"
                    + situation.stillServed(at: place))
        case .endMaintenance(let place):
            turn.boardChanged = true
            let owner = situation.closure(.maintenance, at: place).map { " by \($0.owner)" } ?? ""
            turn.say(.info, nil, "\(principal) ends the maintenance of \(place)\(owner)")
            return .done(text: "the maintenance of \(place)\(owner) is over")
        case .pause, .resume, .declare, .apply, .force, .approve, .abort, .adopt, .reassert,
            .stepDown:
            preconditionFailure("\(command) holds no place")
        }
    }

    /// Gives leadership away; what is under way is read back by whoever leads next.
    mutating func stepDown(
        until: Instant, reason: String, by principal: Principal, in turn: inout Turn
    ) -> Reply {
        let open = state.openRuns.map { "\($0.id)" }
        turn.say(
            .page, nil, "\(principal) makes \(id) step down until \(until.text): \(reason)")
        turn.reaction.effects.append(.yieldLease(until: until))
        steppedDownUntil = until
        lease = .notHeld(leader: nil)
        let rest =
            open.isEmpty ? "" : "; until somebody leads, \(open.joined(separator: ", ")) rests"
        return .done(text: "\(id) leads no more until \(until.text)\(rest)")
    }
}

extension Situation {
    /// What is wrong with the end of something that lasts, or nil.
    func fault(inEnd end: Instant, of what: String, lengthMax: Duration) -> Fault? {
        if end <= now {
            return Fault(what: "the \(what) would have ended already", mend: "give a later end")
        }
        guard end - now > lengthMax else { return nil }
        return Fault(
            what: "the \(what) would last until \(end.text)",
            mend: "give at most \(lengthMax.text), and again when it ends")
    }

    /// The closure of exactly this place that is in force, or nil.
    func closure(_ kind: Closure.Kind, at place: HoldPlace) -> Closure? {
        closures.first { $0.kind == kind && $0.place == place && $0.isInForce(at: now) }
    }

    /// Regions that were moved away from the place and stay so until a person brings them home.
    fileprivate func away(from place: HoldPlace) -> String {
        let hosts = hosts(at: place)
        let away = topology.regions.values.filter { region in
            hosts.contains(region.primary)
                && allocations[region.id]?.percent(of: region.primary) != .all
        }
        return away.map { "; \($0.id) is away (bascule failback \($0.id))" }.joined()
    }

    fileprivate func stillServed(at place: HoldPlace) -> String {
        let served = regionsServed(at: place)
        guard !served.isEmpty else { return "" }
        return "; \(served.map(\.name).joined(separator: ", ")) is served there, and moved only "
            + "if it is lost (bascule drain \(place.name) moves it now)"
    }
}

extension Closure {
    /// What a new one of the same place takes the stead of.
    fileprivate var instead: String {
        ", instead of \(owner)'s (\(reason)) "
            + (until.map { "until \($0.text)" } ?? "until undrain")
    }

    /// A place has one maintenance at a time: nobody takes another person's over unawares.
    fileprivate func fault(inBeginningFor other: String) -> Fault {
        let end = until.map { " until \($0.text)" } ?? ""
        return Fault(
            what: "\(place) is under maintenance by \(owner)\(end): \(reason)",
            mend: "ask \(owner); to work there too, wait for its end, extend it with "
                + "--owner \(owner), or end it with: bascule maintenance end \(place.name)")
    }
}

extension HoldPlace {
    func fault(in topology: Topology) -> Fault? {
        switch self {
        case .host(let id):
            topology.hosts[id] != nil
                ? nil : HoldScope.unknown("host", id.name, among: topology.hosts.keys.map(\.name))
        case .edge(let id):
            topology.edges[id] != nil
                ? nil : HoldScope.unknown("edge", id.name, among: topology.edges.keys.map(\.name))
        case .domain(let id): HoldScope.domain(id: id).fault(in: topology)
        }
    }
}
