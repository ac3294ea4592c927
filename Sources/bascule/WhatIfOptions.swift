import ArgumentParser
import Control
import Runtime
import Situations
import TopologyModel
import Values

/// What is assumed of a topology's file, in place of what a controller knows.
struct WhatIfOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Plan from this topology, without a controller.")
    var file: String?
    @Option(help: "With -f: a host that is full already (may be repeated).")
    var saturate: [String] = []
    @Option(help: "With -f: how many users come, in percent of the curves, such as 400%.")
    var surge: String?
    @Option(
        help: """
            With -f: another capacity of a host, such as ent-gra1=90000 users (may be repeated).
            """)
    var capacity: [String] = []
    @Option(help: "With -f: as if the file did not have this host (may be repeated).")
    var without: [String] = []

    func validate() throws {
        _ = try surgePercent
        _ = try capacities
        let isAssumed = !(saturate + capacity + without).isEmpty || surge != nil
        guard file == nil, isAssumed else { return }
        throw ValidationError(
            "--saturate, --surge, --capacity and --without are for plans from a file (-f): "
                + "a controller knows what is so")
    }

    /// The largest surge that can be asked about, in percent: a hundred times the curves.
    private static let surgeMax = 10_000

    private var surgePercent: Int {
        get throws {
            guard let surge else { return 100 }
            let number = Int(surge.hasSuffix("%") ? String(surge.dropLast()) : surge)
            guard let number, (100...WhatIfOptions.surgeMax).contains(number) else {
                throw ValidationError(
                    "'\(surge)' is no surge; write a percent from 100% through "
                        + "\(WhatIfOptions.surgeMax)%, such as 400%")
            }
            return number
        }
    }

    private var capacities: [(host: String, users: Users)] {
        get throws {
            try capacity.map { text in
                let parts = text.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, let users = Int(parts[1]),
                    (1...Users.usersMax).contains(users)
                else {
                    throw ValidationError(
                        "'\(text)' is no capacity; write HOST=USERS, such as ent-gra1=90000")
                }
                return (String(parts[0]), users)
            }
        }
    }

    /// The configuration of a file with another topology where that is assumed, and an ordinary day
    /// of it.
    ///
    /// - Parameters:
    ///   - lost: What is lost already: domains or sites.
    ///   - instant: When; nil is now.
    func read(
        _ file: String, lost: [String], at instant: Instant?
    ) throws -> (configuration: Configuration, situation: Situation) {
        var options = TopologyOptions()
        (options.file, options.playbooks) = (file, nil)
        let loaded = try options.read().configuration
        let topology = try assumed(of: loaded.topology)
        let source = NameSource.file(topology)
        let situation = Situation.ordinary(
            topology, digest: loaded.digest, at: instant ?? .wallClock(),
            lost: try lost.map { try source.domain($0) },
            saturated: try saturate.map { try topology.host(named: $0) },
            surge: try surgePercent)
        let configuration = Configuration(
            topology: topology, playbooks: loaded.playbooks, digest: loaded.digest)
        return (configuration, situation)
    }

    private func assumed(of declared: Topology) throws -> Topology {
        var topology = declared
        for (name, users) in try capacities {
            topology = topology.proving(users, of: try declared.host(named: name))
        }
        for name in without {
            let host = try declared.host(named: name)
            guard let fewer = topology.without(host) else {
                throw Refusal(
                    fault: Fault(
                        what: "without \(host) some region has no host at all",
                        mend: "leave out hosts that every region has another beside"))
            }
            topology = fewer
        }
        return topology
    }
}

extension Instant {
    /// What `--at` says.
    static func asked(_ text: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw ValidationError(
                "'\(text)' is no time; write RFC 3339: 2021-04-06T08:50:00+02:00")
        }
        return instant
    }
}
