import Control
import DNSMessages
import Playbooks
import Runtime
import Situations
import TopologyModel
import Values

/// Changes the names of one zone by RFC 2136, at every server that takes updates: an order carries
/// its epoch as a prerequisite, so that the server itself refuses an older leader.
///
/// Orders of one zone may overlap: each is whole messages, which the server takes one by one.
struct ZoneActuator: Sendable {
    let zone: Zone
    private let keys: ZoneKeys
    let transport: DNSTransport
    let time: any TimePort

    init(zone: Zone, keys: ZoneKeys, transport: DNSTransport, time: any TimePort) {
        (self.zone, self.keys, self.transport, self.time) = (zone, keys, transport, time)
    }

    /// What one server made of a change.
    private enum Made {
        case yes
        case refused(by: Epoch?)
        case no(Fault)
        case unknown(Fault)
    }

    func perform(
        _ order: StepOrder, at door: DNSDoor, among known: KnownAddresses
    ) async -> StepOutcome {
        guard order.order.to.foreign.isEmpty else {
            return .nothingChanged(
                fault: Fault(
                    what: "\(order.order.to) holds what is not in the topology",
                    mend: "set it by hand"))
        }
        let addresses = known.addresses(for: order.order.to)
        guard let name = DNSName(text: door.name), let zoneName = DNSName(text: zone.id.name),
            !addresses.isEmpty
        else {
            return .nothingChanged(
                fault: Fault(what: "\(door.name) would have no address", mend: "nothing was sent"))
        }
        let seconds = UInt32(clamping: door.ttl.components.seconds)
        let wanted = NamedAddresses(name, ttl: seconds, addresses: addresses)
        let made = await each { server, key in
            switch key {
            case .failure(let fault): Made.no(fault)
            case .success(let key):
                await change(zoneName, to: wanted, order, at: server.endpoint, key)
            }
        }
        return await outcome(of: made, door, known)
    }

    /// Asks all servers, or those that are marked, at once; their answers come in the servers'
    /// order.
    func each<Value: Sendable>(
        where isAsked: [Bool]? = nil,
        _ ask: @escaping @Sendable (ZoneServer, Result<TSIGKey, Fault>) async -> Value
    ) async -> [Value] {
        await withTaskGroup(of: (Int, Value).self) { group in
            for (index, (server, key)) in keys.servers.enumerated() where isAsked?[index] ?? true {
                group.addTask { (index, await ask(server, key)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// A change that enough servers took is done: what the others hold is repaired later, when a
    /// reading finds them behind.
    private func outcome(
        of made: [Made], _ door: DNSDoor, _ known: KnownAddresses
    ) async -> StepOutcome {
        for case .refused(let epoch) in made { return .refused(by: epoch) }
        let took = made.map { if case .yes = $0 { true } else { false } }
        let done = took.count { $0 }
        guard done < zone.serversMin else {
            return await read(door, among: known, at: took).readback
        }
        for case .unknown(let fault) in made { return .unknown(fault: fault) }
        for case .no(let fault) in made {
            return done > 0 ? .unknown(fault: fault) : .nothingChanged(fault: fault)
        }
        return .nothingChanged(
            fault: noServer)
    }

    // MARK: - One server

    private func change(
        _ zoneName: DNSName, to wanted: NamedAddresses, _ order: StepOrder,
        at server: Endpoint, _ key: TSIGKey
    ) async -> Made {
        let claimed = await claim(zoneName, for: order, at: server, key)
        guard case .yes = claimed else { return claimed }
        let update = DNSUpdate.change(zoneName, under: order.epoch, to: [wanted])
        return await send(update, zoneName, order, to: server, key)
    }

    /// Takes the zone for the order's epoch, unless it holds it already or a newer one does.
    private func claim(
        _ zoneName: DNSName, for order: StepOrder, at server: Endpoint, _ key: TSIGKey
    ) async -> Made {
        let current: Epoch?
        switch await epoch(of: zoneName, at: server) {
        case .failure(let fault): return .no(fault)
        case .success(let epoch): current = epoch
        }
        if current == order.epoch { return .yes }
        if let current, current > order.epoch { return .refused(by: current) }
        let update = DNSUpdate.claim(zoneName, replacing: current, by: order.epoch)
        let made = await send(update, zoneName, order, to: server, key)
        if case .yes = made { return made }
        // The answer may be lost, or a repetition of ours or another order of this leader came
        // first.
        if case .success(order.epoch) = await epoch(of: zoneName, at: server) { return .yes }
        return made
    }

    private func send(
        _ update: DNSUpdate, _ zoneName: DNSName, _ order: StepOrder, to server: Endpoint,
        _ key: TSIGKey
    ) async -> Made {
        guard time.now() <= order.notAfter else {
            return .no(Fault(what: "the order was too late to be sent", mend: "it is tried again"))
        }
        let exchange = DNSExchange(
            update: update, id: DNSTransport.id(), key: key, at: time.wall())
        switch await transport.answer(to: exchange, from: server, until: order.notAfter) {
        case .outcome(.answer): return .yes
        case .outcome(.refused(let code)):
            return await refusal(code, zoneName, order, at: server)
        case .outcome(.unverified(let fault, let code)):
            let fault = unverified(fault, code, by: server)
            // NOTAUTH is a server that could not verify us (RFC 8945 section 5.3); any other answer
            // may stand for a change that was made.
            return code == .notAuthorized ? .no(fault) : .unknown(fault)
        case .outcome(.truncated), .outcome(.notOurs), .silence:
            return .unknown(silent(server))
        case .unsent(let why): return .no(unreachable(server, why))
        }
    }

    /// A prerequisite that failed means another leader, or that the record is gone.
    private func refusal(
        _ code: ResponseCode, _ zoneName: DNSName, _ order: StepOrder, at server: Endpoint
    ) async -> Made {
        if case .success(let current?) = await epoch(of: zoneName, at: server),
            current > order.epoch
        {
            return .refused(by: current)
        }
        return .no(refusedUpdate(code, by: server))
    }

    // MARK: - Reading

    func highestEpoch() async -> Epoch? {
        guard let zoneName = DNSName(text: zone.id.name) else { return nil }
        let epochs = await each { server, _ -> Epoch? in
            if case .success(let epoch) = await epoch(of: zoneName, at: server.endpoint) {
                epoch
            } else {
                nil
            }
        }
        return epochs.compactMap(\.self).max()
    }

    func epoch(of zoneName: DNSName, at server: Endpoint) async -> Result<Epoch?, Fault> {
        switch await ask(EpochRecord.name(in: zoneName), .txt, server) {
        case .failure(let fault): return .failure(fault)
        case .success(let message):
            switch EpochRecord.reading(of: message?.answers ?? [], in: zoneName) {
            case .none: return .success(nil)
            case .epoch(let epoch): return .success(epoch)
            case .unreadable(let text):
                return .failure(
                    Fault(
                        what: "the epoch record of \(zone.id) at \(server) holds '\(text)'",
                        mend: "somebody else wrote it: remove it with nsupdate"))
            }
        }
    }

    func read(_ door: DNSDoor, among known: KnownAddresses) async -> FrontDoorState {
        await read(door, among: known, at: keys.servers.map { _ in true })
    }

    /// What the servers of `isAsked` hold; silent ones are left out.
    private func read(
        _ door: DNSDoor, among known: KnownAddresses, at isAsked: [Bool]
    ) async -> FrontDoorState {
        guard let name = DNSName(text: door.name), let zoneName = DNSName(text: zone.id.name) else {
            return .unreadable(fault: noName(door))
        }
        let found = await each(where: isAsked) { server, _ in
            let held = await addresses(of: name, at: server.endpoint)
            return (server.endpoint, held.map { known.state(of: $0, at: door.points) })
        }
        var fault = noServer
        var states: [(server: Endpoint, state: DoorState)] = []
        for (server, answer) in found {
            switch answer {
            case .failure(let why): fault = why
            case .success(let state): states.append((server, state))
            }
        }
        guard let first = states.first else { return .unreadable(fault: fault) }
        let differing = states.filter { $0.state != first.state }
        let state = first.state.with(
            foreign: differing.map { "\($0.server): \($0.state)" })
        var held: Epoch?
        if case .success(let epoch) = await epoch(of: zoneName, at: first.server) { held = epoch }
        return .read(
            reading: DoorReading(
                state: state, incarnation: "zone", epoch: held,
                split: differing.isEmpty ? [] : states.map(\.state)))
    }

    func addresses(
        of name: DNSName, at server: Endpoint
    ) async -> Result<[IPAddress], Fault> {
        async let four = ask(name, .a, server)
        async let six = ask(name, .aaaa, server)
        var all: [IPAddress] = []
        for answer in await [four, six] {
            switch answer {
            case .failure(let fault): return .failure(fault)
            case .success(let message): all += message?.addresses(of: name) ?? []
            }
        }
        return .success(all)
    }

    /// The answer; nil where the name does not exist.
    private func ask(
        _ name: DNSName, _ type: RecordType, _ server: Endpoint
    ) async -> Result<DNSMessage?, Fault> {
        let exchange = DNSExchange(question: name, type, id: DNSTransport.id(), at: time.wall())
        switch await transport.answer(to: exchange, from: server) {
        case .outcome(.answer(let message)): return .success(message)
        case .outcome(.refused(.nameError)): return .success(nil)
        case .outcome(.refused(let code)):
            return .failure(
                Fault(
                    what: "name server \(server) answers \(code) for \(name)",
                    mend: "does it hold the zone?"))
        case .outcome, .silence:
            return .failure(
                Fault(what: "name server \(server) does not answer", mend: "is it running there?"))
        case .unsent(let why):
            return .failure(unreachable(server, why))
        }
    }

    // MARK: - Faults

    var noServer: Fault {
        Fault(
            what: "zone \(zone.id) has no server that takes updates",
            mend: "declare one with `update: true`")
    }

    func noName(_ door: DNSDoor) -> Fault {
        Fault(what: "'\(door.name)' is no DNS name", mend: "")
    }

    func unverified(_ fault: TSIGFault, _ code: ResponseCode, by server: Endpoint) -> Fault {
        Fault(
            what: "name server \(server) answered \(code): \(fault)",
            mend: "compare the keys and the clocks")
    }

    func refusedUpdate(_ code: ResponseCode, by server: Endpoint) -> Fault {
        Fault(
            what: "name server \(server) refused the update of \(zone.id): \(code)",
            mend: "check that its policy lets the key change the zone")
    }

    func silent(_ server: Endpoint) -> Fault {
        Fault(what: "name server \(server) did not answer an update", mend: "is it alive?")
    }

    func unreachable(_ server: Endpoint, _ why: String) -> Fault {
        Fault(what: "name server \(server) cannot be reached: \(why)", mend: "")
    }
}

extension DoorState {
    /// The same, and what other servers hold instead.
    fileprivate func with(foreign more: [String]) -> DoorState {
        edges.map { DoorState(edges: $0, foreign: foreign + more) }
            ?? DoorState(shares: shares, foreign: foreign + more)
    }
}

extension FrontDoorState {
    fileprivate var readback: StepOutcome {
        switch self {
        case .read(let reading): .done(readback: reading)
        case .unreadable(let fault): .unknown(fault: fault)
        }
    }
}
