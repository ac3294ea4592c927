package import Values

/// One server of a backend, from `show servers state` and `show stat`.
package struct BackendServer: Hashable, Sendable {
    /// What HAProxy itself does with the server (its `srv_op_state`).
    package enum Operation: Int, Hashable, Sendable {
        case stopped = 0
        /// Within its slow start.
        case starting = 1
        case running = 2
        /// Up, and takes no new users.
        case stopping = 3
    }

    /// Why people or the configuration hold the server back (the bits of `srv_admin_state`).
    package struct Admin: Hashable, Sendable {
        package let bits: UInt8
        package init(bits: UInt8) { self.bits = bits }

        package static let ready = Admin(bits: 0)

        /// Forced, inherited, configured, unresolved (0x01, 0x02, 0x04, 0x20), or by its host
        /// name (0x40).
        package var isMaintenance: Bool { bits & 0x67 != 0 }
        /// Forced or inherited (0x08, 0x10).
        package var isDraining: Bool { bits & 0x18 != 0 }
    }

    package let name: HAProxyName
    /// Nil when it has no address, or a Unix socket's.
    package let endpoint: Endpoint?
    package let weight: AbsoluteWeight
    /// What the configuration says, and what holds again after a restart.
    package let initialWeight: AbsoluteWeight
    package let admin: Admin
    package let operation: Operation
    /// What `show stat` adds.
    package let load: ServerLoad

    package init(
        name: HAProxyName, endpoint: Endpoint?, weight: AbsoluteWeight,
        initialWeight: AbsoluteWeight, admin: Admin = .ready, operation: Operation = .running,
        load: ServerLoad = ServerLoad()
    ) {
        (self.name, self.endpoint, self.weight) = (name, endpoint, weight)
        (self.initialWeight, self.admin, self.operation) = (initialWeight, admin, operation)
        self.load = load
    }

    /// Whether it is told to take new users: a weight, and nothing that holds it back by hand.
    package var isOpen: Bool {
        weight.value > 0 && !admin.isMaintenance && !admin.isDraining
    }

    /// Whether it would take new users now.
    package var serves: Bool { isOpen && (operation == .running || operation == .starting) }
}

/// What a server has to do now, from `show stat`.
package struct ServerLoad: Hashable, Sendable {
    /// Sessions now (`scur`).
    package let sessions: Int
    /// Requests that wait for it (`qcur`).
    package let queued: Int
    /// Takes users only when no server that is not a backup can (`bck`).
    package let isBackup: Bool

    package init(sessions: Int = 0, queued: Int = 0, isBackup: Bool = false) {
        (self.sessions, self.queued, self.isBackup) = (sessions, queued, isBackup)
    }
}
