/// A backend that is a gate, as it was read in one exchange.
package struct GateState: Hashable, Sendable {
    package let backend: BackendState
    /// What its quota map holds, in HAProxy's order.
    package let quotas: [MapLine]
}

// What is asked of backends that are gates.
extension HAProxySocket {
    /// The backend and its quotas as they are.
    package func gate(of backend: HAProxyName) async throws(HAProxyError) -> GateState {
        try await converse { (conversation) async throws(HAProxyError) in
            let map = try await conversation.quotaMap(of: backend)
            return try await conversation.gate(of: backend, map)
        }
    }

    /// Gives servers new weights and the gate new quotas, and returns what was read back.
    ///
    /// One connection: what is narrower in the new quotas first, then the weights (`setWeights`),
    /// then what is wider. So at no moment is anybody let in whom neither the old quotas nor the
    /// new ones let in, and no host has its new users before the gate is as narrow as it shall be.
    /// Each change of the map is whole. Nothing is written that is there already.
    package func setGate(
        backend: HAProxyName, weights: [ServerWeight], quotas: [LaneQuota],
        cutsSessions: Bool = false
    ) async throws(HAProxyError) -> GateState {
        try await converse { (conversation) async throws(HAProxyError) in
            let map = try await conversation.quotaMap(of: backend)
            let lines = try await conversation.entries(of: map)
            let narrow = LaneQuota.narrower(of: lines.compactMap { LaneQuota($0) }, and: quotas)
            try await conversation.replace(lines, by: narrow, in: map)
            try await conversation.setWeights(
                backend: backend, weights: weights, cutsSessions: cutsSessions)
            try await conversation.replace(narrow.map(\.line), by: quotas, in: map)
            return try await conversation.gate(of: backend, map)
        }
    }

    /// The file that a gate's quotas are in, whatever its folder.
    package static func quotaFile(of backend: HAProxyName) -> String { "\(backend).quotas.map" }
}

extension Conversation {
    fileprivate mutating func gate(
        of backend: HAProxyName, _ map: RuntimeCommand.MapName
    ) async throws(HAProxyError) -> GateState {
        GateState(
            backend: try await state(of: backend), quotas: try await entries(of: map))
    }

    /// Maps are named by number: a path in the configuration may hold what no word of ours may.
    fileprivate mutating func quotaMap(
        of backend: HAProxyName
    ) async throws(HAProxyError) -> RuntimeCommand.MapName {
        let answer = try await answer(to: .showMaps)
        let listings = try reading(.showMaps) { () throws(UnreadableAnswer) in
            try MapListing.listings(in: answer)
        }
        let file = HAProxySocket.quotaFile(of: backend)
        let found = listings.filter { $0.file == file || $0.file.hasSuffix("/" + file) }
        guard found.count == 1 else {
            throw error(.quotaMaps(backend: backend, found: found.map(\.file)))
        }
        return .number(found[0].number)
    }

    /// Leaves a map alone that holds the same already, in whatever order.
    fileprivate mutating func replace(
        _ lines: [MapLine], by quotas: [LaneQuota], in map: RuntimeCommand.MapName
    ) async throws(HAProxyError) {
        let ordered = { (lines: [MapLine]) in lines.sorted { $0.key < $1.key } }
        guard ordered(lines) != ordered(quotas.map(\.line)) else { return }
        var entries: [MapEntry] = []
        for quota in quotas {
            guard let entry = quota.entry else { throw error(.badLane(quota.lane)) }
            entries.append(entry)
        }
        try await replaceEntries(of: map, with: entries)
    }
}
