package import TopologyModel
package import Values

/// What has befallen a host.
package enum HostCondition: Hashable, Sendable {
    case healthy
    /// Nothing listens: connections are refused.
    case burnt
    /// Connections are accepted, and nothing is ever answered.
    case silent
    /// Every answer comes so much later.
    case slow(by: Duration)
}

/// What a host's capacity makes of so many users.
package struct HostService: Hashable, Sendable {
    /// Users who wait for their turn.
    package let queue: Users
    /// What waiting adds to each answer.
    package let delay: Duration
    /// The share that is told to come back later.
    package let refused: PartsPerMillion

    package init(queue: Users, delay: Duration, refused: PartsPerMillion) {
        (self.queue, self.delay, self.refused) = (queue, delay, refused)
    }
}

/// What one request meets.
package enum HostAnswer: Hashable, Sendable {
    case connectionRefused
    case nothing
    case busy(after: Duration)
    case served(after: Duration)
}

/// How a host serves, slows and refuses, from the users on it now.
///
/// Up to its capacity it serves at once; then a queue fills, and each answer is late by the queue's
/// share of `delayMax`; what finds no place is refused, and more and more are (`answered(of:)`).
/// Straight lines: nothing finer was measured.
package struct HostModel: Hashable, Sendable {
    package let capacity: Users
    /// The queue, as a share of the capacity.
    package let queueShare: Percent
    /// What a full queue adds to each answer.
    package let delayMax: Duration
    /// How long an answer takes where nobody waits.
    package let serviceTime: Duration

    package init(
        capacity: Capacity, queueShare: Percent = Percent(checked: 20),
        delayMax: Duration = .seconds(10), serviceTime: Duration = .milliseconds(5)
    ) {
        self.capacity = min(max(capacity.users, 0), Users.usersMax)
        (self.queueShare, self.delayMax) = (queueShare, delayMax)
        self.serviceTime = serviceTime
    }

    package var queueMax: Users { queueShare.roundedUp(of: capacity) }

    package func service(users: Users) -> HostService {
        let present = min(max(users, 0), Users.usersMax)
        let beyond = max(0, present - capacity)
        let queue = min(beyond, queueMax)
        let refused = present == 0 ? 0 : (beyond - queue) * 1_000_000 / present
        return HostService(queue: queue, delay: delay(queue), refused: PartsPerMillion(refused))
    }

    /// What one request meets on a host in `condition` that has so many users.
    package func answer(
        _ condition: HostCondition, users: Users, using random: inout SplitMix64
    ) -> HostAnswer {
        switch condition {
        case .burnt: .connectionRefused
        case .silent: .nothing
        case .healthy: answer(users: users, later: .zero, using: &random)
        case .slow(let by): answer(users: users, later: by, using: &random)
        }
    }

    private func answer(
        users: Users, later: Duration, using random: inout SplitMix64
    ) -> HostAnswer {
        let isAnswered = users <= capacity || random.next(below: users) < answered(of: users)
        return isAnswered
            ? .served(after: later + service(users: users).delay) : .busy(after: later)
    }

    private func delay(_ queue: Users) -> Duration {
        // Microseconds: a full queue of the most users times the longest wait stays below 2^63.
        let microseconds = min(delayMax.inNanoseconds / 1000, 1_000_000_000)
        return queueMax == 0
            ? .zero : .microseconds(microseconds * Int64(queue) / Int64(queueMax))
    }
}
