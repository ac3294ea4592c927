// What is asked of maps.
extension HAProxySocket {
    /// More entries are not put into one map.
    package static let mapEntriesMax = 10_000

    /// Every map that HAProxy holds.
    package func maps() async throws(HAProxyError) -> [MapListing] {
        try await converse { (conversation) async throws(HAProxyError) in
            let answer = try await conversation.answer(to: .showMaps)
            return try conversation.reading(.showMaps) { () throws(UnreadableAnswer) in
                try MapListing.listings(in: answer)
            }
        }
    }

    /// What a map holds now.
    package func entries(
        of map: RuntimeCommand.MapName
    ) async throws(HAProxyError) -> [MapLine] {
        try await converse { (conversation) async throws(HAProxyError) in
            try await conversation.entries(of: map)
        }
    }

    /// Replaces all entries of a map at once, and returns what was read back.
    ///
    /// Users see the old entries or the new ones, never some of each: a version is prepared,
    /// filled and committed. Of two callers the one whose version is older is refused. A version
    /// that was prepared and not committed is swept by the next commit.
    package func replaceEntries(
        of map: RuntimeCommand.MapName, with entries: [MapEntry]
    ) async throws(HAProxyError) -> [MapLine] {
        precondition(
            entries.count <= HAProxySocket.mapEntriesMax,
            "at most \(HAProxySocket.mapEntriesMax) entries in a map; got \(entries.count)")
        return try await converse { (conversation) async throws(HAProxyError) in
            try await conversation.replaceEntries(of: map, with: entries)
            return try await conversation.entries(of: map)
        }
    }
}

extension Conversation {
    /// Prepares a version, fills it, and puts it in the place of the one in use.
    mutating func replaceEntries(
        of map: RuntimeCommand.MapName, with entries: [MapEntry]
    ) async throws(HAProxyError) {
        let answer = try await answer(to: .prepareMap(map))
        let version = try reading(.prepareMap(map)) { () throws(UnreadableAnswer) in
            try MapLine.preparedVersion(in: answer)
        }
        _ = try await answers(to: entries.map { .addToMap(map, version: version, $0) })
        _ = try await self.answer(to: .commitMap(map, version: version))
    }

    mutating func entries(
        of map: RuntimeCommand.MapName
    ) async throws(HAProxyError) -> [MapLine] {
        let answer = try await answer(to: .showMap(map))
        return try reading(.showMap(map)) { () throws(UnreadableAnswer) in
            try MapLine.lines(in: answer)
        }
    }
}
