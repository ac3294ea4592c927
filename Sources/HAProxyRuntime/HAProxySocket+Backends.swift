package import Values

// What is asked of backends and their servers.
extension HAProxySocket {
    /// Which HAProxy answers.
    package func process() async throws(HAProxyError) -> HAProxyProcess {
        try await converse { (conversation) async throws(HAProxyError) in
            let answer = try await conversation.answer(to: .showInfo)
            return try conversation.reading(.showInfo) { () throws(UnreadableAnswer) in
                try HAProxyProcess(answer: answer)
            }
        }
    }

    /// Whether this socket may change weights and maps: it is of `level admin`.
    package func mayChange() async throws(HAProxyError) -> Bool {
        try await converse { (conversation) async throws(HAProxyError) in
            try await conversation.answer(to: .showLevel).hasPrefix("admin")
        }
    }

    /// The counters of every frontend, backend and server.
    package func stats() async throws(HAProxyError) -> HAProxyStats {
        try await converse { (conversation) async throws(HAProxyError) in
            let answer = try await conversation.answer(to: .showAllStat)
            return try conversation.reading(.showAllStat) { () throws(UnreadableAnswer) in
                try HAProxyStats(answer: answer)
            }
        }
    }

    /// What is counted of the servers of these backends, in one exchange.
    package func counters(
        of backends: [HAProxyName]
    ) async throws(HAProxyError) -> [RequestCounters] {
        try await converse { (conversation) async throws(HAProxyError) in
            let commands = backends.map { RuntimeCommand.showStat(backend: $0) }
            let answers = try await conversation.answers(to: commands)
            var all: [RequestCounters] = []
            for (command, answer) in zip(commands, answers) {
                all += try conversation.reading(command) { () throws(UnreadableAnswer) in
                    try [RequestCounters](answer: answer)
                }
            }
            return all
        }
    }

    /// The backend as it is, read in one exchange.
    package func state(of backend: HAProxyName) async throws(HAProxyError) -> BackendState {
        try await converse { (conversation) async throws(HAProxyError) in
            try await conversation.state(of: backend)
        }
    }

    /// Gives servers new weights, raising before lowering, and returns what was read back.
    ///
    /// One connection: reads; raises; reads again; lowers only when somebody would still serve
    /// (or when nobody did before); where `cutsSessions`, closes what is open at servers that shall
    /// have none; reads back. A server that is not named keeps its weight, so that the caller names
    /// each one that shall have none.
    package func setWeights(
        backend: HAProxyName, weights: [ServerWeight], cutsSessions: Bool = false
    ) async throws(HAProxyError) -> BackendState {
        try await converse { (conversation) async throws(HAProxyError) in
            try await conversation.setWeights(
                backend: backend, weights: weights, cutsSessions: cutsSessions)
            return try await conversation.state(of: backend)
        }
    }

    /// Puts a server into service, drain or maintenance, and returns what was read back.
    package func setAdmin(
        backend: HAProxyName, server: HAProxyName, _ admin: RuntimeCommand.Admin
    ) async throws(HAProxyError) -> BackendState {
        try await change(.setState(backend: backend, server: server, admin), in: backend)
    }

    /// Gives a server another address, and returns what was read back.
    package func setAddress(
        backend: HAProxyName, server: HAProxyName, _ endpoint: Endpoint
    ) async throws(HAProxyError) -> BackendState {
        try await change(.setAddress(backend: backend, server: server, endpoint), in: backend)
    }

    private func change(
        _ command: RuntimeCommand, in backend: HAProxyName
    ) async throws(HAProxyError) -> BackendState {
        try await converse { (conversation) async throws(HAProxyError) in
            _ = try await conversation.answer(to: command)
            return try await conversation.state(of: backend)
        }
    }
}

extension BackendState {
    /// Whether anybody would serve once these weights were set.
    fileprivate func isServed(after lowered: [ServerWeight]) -> Bool {
        servers.contains { server in
            let lowered = lowered.first { $0.server == server.name }?.weight
            return server.serves && (lowered ?? server.weight).value > 0
        }
    }
}

extension Conversation {
    /// As `HAProxySocket.setWeights` has it, without the last reading.
    mutating func setWeights(
        backend: HAProxyName, weights: [ServerWeight], cutsSessions: Bool
    ) async throws(HAProxyError) {
        precondition(
            Set(weights.map(\.server)).count == weights.count, "a server has two weights")
        let before = try await state(of: backend)
        let changes = try changes(from: before, to: weights)
        try await set(changes.raised, in: backend)
        if !changes.lowered.isEmpty {
            let raised = try await state(of: backend)
            guard raised.isServed(after: changes.lowered) || !raised.isServed else {
                throw error(.nobodyWouldServe(backend: backend))
            }
            try await set(changes.lowered, in: backend)
        }
        if cutsSessions {
            let left = weights.filter { $0.weight.value == 0 }.map(\.server)
            _ = try await answers(
                to: left.map { .shutDownSessions(backend: backend, server: $0) })
        }
    }

    mutating func state(
        of backend: HAProxyName
    ) async throws(HAProxyError) -> BackendState {
        let commands: [RuntimeCommand] = [
            .showInfo, .showServersState(backend: backend), .showStat(backend: backend),
        ]
        let answers = try await answers(to: commands)
        let process = try reading(commands[0]) { () throws(UnreadableAnswer) in
            try HAProxyProcess(answer: answers[0])
        }
        let stats = try reading(commands[2]) { () throws(UnreadableAnswer) in
            try HAProxyStats(answer: answers[2])
        }
        let servers = try reading(commands[1]) { () throws(UnreadableAnswer) in
            try ServersStateTable(answer: answers[1]).servers(loads: stats)
        }
        return BackendState(
            backend: backend, servers: servers, incarnation: process.incarnation,
            algorithm: stats.algorithm(of: backend))
    }

    /// The weights that differ from those that were read, each with its direction.
    fileprivate func changes(
        from before: BackendState, to weights: [ServerWeight]
    ) throws(HAProxyError) -> (raised: [ServerWeight], lowered: [ServerWeight]) {
        var (raised, lowered): ([ServerWeight], [ServerWeight]) = ([], [])
        for wanted in weights {
            guard let server = before[wanted.server] else {
                throw error(
                    .unknownServer(
                        backend: before.backend, server: wanted.server,
                        known: before.servers.map(\.name)))
            }
            if wanted.weight > server.weight { raised.append(wanted) }
            if wanted.weight < server.weight { lowered.append(wanted) }
        }
        return (raised, lowered)
    }

    fileprivate mutating func set(
        _ weights: [ServerWeight], in backend: HAProxyName
    ) async throws(HAProxyError) {
        _ = try await answers(
            to: weights.map { .setWeight(backend: backend, server: $0.server, $0.weight) })
    }
}
