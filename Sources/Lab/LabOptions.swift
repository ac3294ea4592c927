package import Values

/// What a lab is told beside the topology.
package struct LabOptions: Sendable {
    /// Where commands are taken: a Unix socket's path.
    package let controlSocket: String
    /// Requests of each region's users per second, retries beside them; 0 is no users.
    package let requestsPerSecond: Int
    /// How many times faster than life users think, stay and try again, and queues make them wait.
    package let speed: Int
    /// What the portals sign passes with; nil gives none.
    package let gateKey: GateKey?
    package let limits: LabLimits
    package let seed: UInt64
    /// UTC; what decides the hour of the demand and dates the report.
    package let now: @Sendable () -> Instant
    /// Called once, when everything listens.
    package let onReady: @Sendable () -> Void
    /// Called once, at the end, also when the lab fails after it was ready.
    package let onReport: @Sendable (LabReport) -> Void

    /// `requestsPerSecond` is bounded to 0 through `limits.requestsPerSecondMax`, `speed` to 1
    /// through `limits.speedMax`.
    package init(
        controlSocket: String, requestsPerSecond: Int = LabLimits.requestsPerSecondDefault,
        speed: Int = 1, gateKey: GateKey? = nil,
        limits: LabLimits = LabLimits(), seed: UInt64 = 1,
        now: @escaping @Sendable () -> Instant,
        onReady: @escaping @Sendable () -> Void = {},
        onReport: @escaping @Sendable (LabReport) -> Void
    ) {
        self.controlSocket = controlSocket
        self.requestsPerSecond = min(max(0, requestsPerSecond), limits.requestsPerSecondMax)
        self.speed = min(max(1, speed), limits.speedMax)
        self.gateKey = gateKey
        (self.limits, self.seed, self.now) = (limits, seed, now)
        (self.onReady, self.onReport) = (onReady, onReport)
    }
}

/// The bounds of everything that a lab waits for, holds or sends.
package struct LabLimits: Hashable, Sendable {
    /// A region's users, unless told otherwise (requests per second): modest, for a laptop.
    package static let requestsPerSecondDefault = 10

    package let requestsPerSecondMax = 200
    /// At this speed a user thinks for a second.
    package let speedMax = 30
    /// Of one region's users; what finds it full is not sent, and counted. Users by class are so
    /// many that a surge with full queues fits.
    package let requestsInFlightMax = 256
    package let classRequestsInFlightMax = 4096
    /// What a surge multiplies the demand by at most, and how long it may take to grow.
    package let surgeFactorMax = 100
    package let surgeOverMax = Duration.seconds(3600)
    /// Requests of an attack on one region per second.
    package let attackMax = 1000
    /// How long a user waits for a connection, and then for the answer.
    package let connectTimeout: Duration
    package let answerTimeout: Duration
    /// How long one name server may take before the next is asked.
    package let nameServerTimeout: Duration
    /// Of a page, as a user reads it (bytes).
    package let pageBytesMax = 65_536
    /// Open at one host at a time; one more is closed at once.
    package let connectionsPerHostMax = 4096
    /// How long a connection may be idle, or unanswered on a silent host.
    package let idleMax = Duration.seconds(300)
    /// The longest delay that `slow` takes.
    package let slowMax = Duration.seconds(60)
    /// Of a command's line, and of its reply (bytes).
    package let commandBytesMax = 1024
    package let replyBytesMax = 1_048_576
    /// How long a command may take to be sent, and to be answered.
    package let commandTimeout = Duration.seconds(5)

    package init(
        connectTimeout: Duration = .seconds(1), answerTimeout: Duration = .seconds(5),
        nameServerTimeout: Duration = .seconds(1)
    ) {
        (self.connectTimeout, self.answerTimeout) = (connectTimeout, answerTimeout)
        self.nameServerTimeout = nameServerTimeout
    }
}
