import OrderedCollections
import TopologyModel
import Values
import Workload

/// The users of one region without classes: they look its front door up, come, try again, and are
/// counted.
actor RegionUsers: LabUsers {
    nonisolated let region: Region
    private let world: LabWorld
    private let door: FrontDoorNames
    private let client: PortalClient
    private var crowd: Crowd
    private var tally: Tally
    private var failures: [UserFailure: Int] = [:]
    private var session: HostID?
    private var inFlight = 0
    private var notSent = 0

    init(
        of region: Region, in world: LabWorld, door: FrontDoorNames, client: PortalClient
    ) {
        (self.region, self.world, self.door, self.client) = (region, world, door, client)
        let options = world.options
        crowd = Crowd(
            model: world.model(of: region), rate: Rate(perSecond: options.requestsPerSecond),
            seed: options.seed ^ StableHash.of(region.id.name), from: options.now())
        tally = Tally(region: region.id)
    }

    /// Comes and asks until it is cancelled; requests that are open then are not counted.
    func run() async {
        await withDiscardingTaskGroup { group in
            repeat {
                let now = world.now()
                while let request = crowd.takeDue(at: now) {
                    guard inFlight < world.options.limits.requestsInFlightMax else {
                        notSent += 1
                        continue
                    }
                    inFlight += 1
                    group.addTask { await self.send(request) }
                }
            } while await world.pause(until: crowd.nextDue)
            group.cancelAll()
        }
    }

    var report: LabReport.Region {
        let failures = UserFailure.allCases.compactMap { cause in
            self.failures[cause].map { LabReport.Failures(cause: cause, count: $0) }
        }
        return LabReport.Region(
            tally: tally, failures: failures, waiting: crowd.waiting, gaveUp: crowd.gaveUp,
            notSent: notSent)
    }

    func countAnew() {
        tally = Tally(region: region.id)
        (failures, notSent) = ([:], 0)
    }

    private func send(_ request: UserRequest) async {
        defer { inFlight -= 1 }
        let sentAt = world.now()
        do {
            let host = try await servingHost(for: request)
            guard !Task.isCancelled else { return }
            session = host
            tally.served(by: host, at: world.now())
        } catch {
            guard !Task.isCancelled else { return }
            let cause = error as? UserFailure ?? .refused
            failures[cause, default: 0] += 1
            tally.failed(sentAt: sentAt, at: world.now())
            crowd.failed(request, at: world.now())
        }
    }

    private func servingHost(for request: UserRequest) async throws -> HostID {
        let question = PortalClient.Question(
            hostHeader: world.hostHeader(of: region), session: request.isNewVisit ? nil : session)
        return try await client.page(at: door.next(), question).servingHost(for: region)
    }
}
