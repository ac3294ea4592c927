package import TopologyModel
package import Values

/// The logins that a plan costs a region, and how long they take: users whose sessions are kept at
/// the host that they leave log in again where they come.
package struct LoggingIn: Hashable, Codable, Sendable {
    /// What lets no more in each second.
    package enum Bound: Hashable, Codable, Sendable {
        /// The host's proven logins a second, less head-room, shared by all who come to it.
        case host(id: HostID)
        /// The same of what every region that the plan moves logs in by.
        case dependency(id: DependencyID)
        /// The region's quotas: entries a second.
        case quotas
    }

    /// What bounds the pace most.
    package struct Pace: Hashable, Codable, Sendable {
        package let bound: Bound
        /// Logins a second that it bears of all who wait for it, at least 1.
        package let perSecond: Int
        /// Until everybody of the region is back in, once the shift is made.
        package let time: Duration

        package init(bound: Bound, perSecond: Int, time: Duration) {
            (self.bound, self.perSecond, self.time) = (bound, perSecond, time)
        }
    }

    package let users: Users
    /// Nil where nothing that is declared bounds it.
    package let pace: Pace?

    package init(users: Users, pace: Pace?) { (self.users, self.pace) = (users, pace) }
}
