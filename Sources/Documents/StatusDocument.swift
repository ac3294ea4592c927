import OrderedCollections
package import Control
package import Detection
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// Everything that `status`, `explain` and `run` show, as one document of the API.
package struct StatusDocument: Hashable, Codable, Sendable {
    package var at: Instant
    package let controller: ControllerStatus
    /// The last topology that was refused, until a good one is loaded: the old one goes on.
    package let refusedReload: RefusedReload?
    package let regions: [RegionStatus]
    package let sites: [SiteStatus]
    package let domains: [DomainStatus]
    package let dependencies: [DependencyStatus]
    package let edges: [EdgeStatus]
    package let zones: [ZoneStatus]
    package let doors: [DoorStatus]
    package let runs: [RunStatus]
    package let pauses: [Pause]
    /// What is drained or under maintenance now.
    package let closures: [Closure]
    package let holdDowns: [HoldDown]
    /// Changes that are wanted and not tried again before a time.
    package let waits: [Wait]
    package let probes: ProbeCounters
    /// Certificates within their warning.
    package let certificates: [ProbeWatch.Certificate]
    /// Families lost at hosts that another family still reaches.
    package let lostFamilies: [LostFamily]
    /// Probes that cannot be run on the controller's machine, by reason.
    package let hindrances: [ProbeWatch.Hindrance]

    package struct ControllerStatus: Hashable, Codable, Sendable {
        package let id: ControllerID
        /// Nil while it does not lead.
        package let epoch: Epoch?
        /// Who leads, as far as this controller knows.
        package let leader: ControllerID?
        /// Why it only observes, or nil while it acts.
        package let observing: Fault?
        package let topology: Digest?
        package let isolatedSince: Instant?
        package let brake: BrakeReason?
    }

    package struct RegionStatus: Hashable, Codable, Sendable {
        package let id: RegionID
        package let title: String
        package let primary: HostID
        /// Nil until its doors were read.
        package let allocation: Allocation?
        /// Since when its quotas are as they are, and on whose word; nil where it is not rationed.
        package let quotas: QuotaStanding?
        package let decision: Decision?
        package let decidedAt: Instant?
        package let run: RunID?
        /// Until when a run of it waits for a person's approval, or nil.
        package let waitsForApprovalUntil: Instant?
        /// Whether every door is to send everybody to the primary.
        package let isHome: Bool
        /// Why it is not coming home, or nil.
        package let away: AwayReason?
        package let hosts: [ServiceStatus]
        /// Its users at their peak.
        package let peakUsers: Users
        /// Where it would go, had no guard held that back; nil where none does, or no host is
        /// left.
        package let heldTarget: Allocation?
        /// Of the edges that its names point at; nil where no name does.
        package let edgeDecision: Decision?
        /// What it suffers from, with the evidence for and against.
        package let diagnosis: Diagnosis
    }

    /// A region at one of its hosts.
    package struct ServiceStatus: Hashable, Codable, Sendable {
        package let host: HostID
        package let percent: Percent
        package let standing: Standing?
        /// Why it may take no new users of the region, or nil.
        package let objection: Objection?
    }

    package struct SiteStatus: Hashable, Codable, Sendable {
        package let id: SiteID
        package let domain: FailureDomain
        package let standing: Standing?
        package let doubt: Doubt?
        /// The widest lost domain it stands in.
        package let lostWith: FailureDomain?
        package let hosts: [HostStatus]
    }

    package struct HostStatus: Hashable, Codable, Sendable {
        package let id: HostID
        package let standing: Standing?
        package let capacityUsers: Users
        /// What its load is held to be; absent where none is read.
        package let load: LoadStanding?
        /// As it was last read; absent where nothing fresh was.
        package let reading: LoadPicture?
    }

    package struct DoorStatus: Hashable, Codable, Sendable {
        package let id: FrontDoorID
        package let region: RegionID
        package let fencing: String
        package let standing: DoorStanding
        package let desired: DoorState?
        package let observed: DoorReading?
        /// What `reassert` would set it to; nil until it was read.
        package let restored: DoorState?
    }

    package struct RunStatus: Hashable, Codable, Sendable {
        package let id: RunID
        package let title: String
        package let by: String
        package let playbook: String
        package let startedAt: Instant
        package let phase: Run.Phase
        package let steps: [StepStatus]
        package let progress: RunProgress

        package var isOpen: Bool { if case .ended = phase { false } else { true } }
    }

    package struct StepStatus: Hashable, Codable, Sendable {
        package let id: StepID
        package let title: String
        package let state: StepState
        package let startedAt: Instant?
        package let endedAt: Instant?
        package let fault: Fault?
        /// The person who approved it.
        package let approvedBy: String?
    }
}

extension StatusDocument {
    /// The status of a controller at `now`; empty until a topology is in force.
    package init(
        of controller: Controller, observing: Fault?, refusedReload: RefusedReload? = nil,
        at now: Instant, probes: ProbeCounters = ProbeCounters()
    ) {
        let state = controller.state
        at = now
        self.refusedReload = refusedReload
        self.controller = ControllerStatus(
            id: controller.id, epoch: controller.lease.epoch(at: now),
            leader: controller.leader(at: now), observing: observing, topology: state.digest,
            isolatedSince: state.board.isolatedSince,
            brake: state.board.brake)
        let situation = controller.situation(at: now)
        let loads = controller.loads(at: now)
        regions = situation.map { StatusDocument.regions(in: $0, controller, loads) } ?? []
        sites = situation.map { StatusDocument.sites(in: $0, loads) } ?? []
        domains = situation.map(StatusDocument.domains(in:)) ?? []
        dependencies = situation.map(StatusDocument.dependencies(in:)) ?? []
        edges = situation.map(StatusDocument.edges(in:)) ?? []
        zones = situation.map(StatusDocument.zones(in:)) ?? []
        doors = situation.map(StatusDocument.doors(in:)) ?? []
        runs = state.runs.values.map { RunStatus($0, under: state.epoch) }
        pauses = state.pauses.filter { now < $0.until }
        closures = state.closures.filter { $0.isInForce(at: now) }
        holdDowns = state.holdDowns.filter { now < $0.until }
        waits = controller.waits(at: now)
        self.probes = probes
        certificates = controller.watch.ending
        lostFamilies = controller.watch.lostFamilies
        hindrances = controller.watch.hindrances
    }

    private static func regions(
        in situation: Situation, _ controller: Controller,
        _ loads: OrderedDictionary<HostID, LoadPicture>
    ) -> [RegionStatus] {
        let state = controller.state
        let heldTargets = controller.heldTargets(in: situation)
        return situation.topology.regions.values.map { region in
            let allocation = situation.allocations[region.id]
            let decided = state.decisions[region.id]
            let view = RegionView(situation: situation, region: region)
            let run = state.openRun(of: region.id)
            return RegionStatus(
                id: region.id, title: region.title, primary: region.primary,
                allocation: allocation,
                quotas: allocation?.isRationed ?? false ? situation.quotas[region.id] : nil,
                decision: decided?.decision, decidedAt: decided?.at,
                run: run?.id, waitsForApprovalUntil: run?.waitsForApprovalUntil,
                isHome: view.isHome, away: run == nil ? view.awayReason : nil,
                hosts: region.hosts.map { host in
                    ServiceStatus(
                        host: host, percent: allocation?.percent(of: host) ?? .zero,
                        standing: situation.board.services[.init(region: region.id, host: host)],
                        objection: situation.objection(to: host, for: region))
                },
                peakUsers: region.demand.peakUsers,
                heldTarget: heldTargets[region.id],
                edgeDecision: state.edgeDecision(of: region.id)?.decision,
                diagnosis: view.diagnosis(loads: loads))
        }
    }

    private static func sites(
        in situation: Situation, _ loads: OrderedDictionary<HostID, LoadPicture>
    ) -> [SiteStatus] {
        let board = situation.board
        return situation.topology.sites.values.map { site in
            let hosts = situation.topology.hosts.values.filter { $0.site == site.id }
            let doubted = board.doubtedDomain(of: site, at: situation.now)
            return SiteStatus(
                id: site.id, domain: site.domain, standing: board.domains[site.domain],
                doubt: doubted.flatMap { board.doubts[$0] }, lostWith: board.lostDomain(of: site),
                hosts: hosts.map {
                    HostStatus(
                        id: $0.id, standing: board.hosts[$0.id], capacityUsers: $0.capacity.users,
                        load: board.loads[$0.id],
                        reading: loads[$0.id])
                })
        }
    }

    private static func doors(in situation: Situation) -> [DoorStatus] {
        situation.topology.regions.values.flatMap { region in
            region.frontDoors.map { door in
                let known = situation.doors[door.id]
                return DoorStatus(
                    id: door.id, region: region.id, fencing: door.fencing.rawValue,
                    standing: known?.standing ?? .unread, desired: known?.desired,
                    observed: known?.observed,
                    restored: known.map { situation.restored($0.id, of: region.id) })
            }
        }
    }
}

extension StatusDocument.RunStatus {
    package init(_ run: Run, under epoch: Epoch? = nil) {
        progress = run.progress(under: epoch)
        (id, title, by) = (run.id, run.plan.title, run.plan.by)
        (playbook, startedAt, phase) = (run.plan.playbook, run.startedAt, run.phase)
        steps = run.plan.steps.map { step in
            let record = run.record(of: step.id)
            return StatusDocument.StepStatus(
                id: step.id, title: step.title, state: record?.state ?? .pending,
                startedAt: record?.startedAt, endedAt: record?.endedAt, fault: record?.fault,
                approvedBy: record?.approvedBy)
        }
    }
}
