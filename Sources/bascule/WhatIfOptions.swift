import ArgumentParser
import Control
import OrderedCollections
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
    @Option(help: "With -f: how many users come at every hour, in percent of the curves: 400%.")
    var surge: String?
    @Option(
        help: """
            With -f: another capacity of a host, HOST=USERS or HOST=USERS,LOGINS a second, such as \
            ent-gra1=90000,120 (may be repeated).
            """)
    var capacity: [String] = []
    @Option(help: "With -f: as if the file did not have this host (may be repeated).")
    var without: [String] = []

    /// What is assumed, as the command line has it.
    var words: [String] {
        saturate.map { "--saturate \($0)" } + (surge.map { ["--surge \($0)"] } ?? [])
            + capacity.map { "--capacity \($0)" } + without.map { "--without \($0)" }
    }

    func validate() throws {
        _ = try surgePercent
        let changed = try capacities.map(\.host) + without
        if let twice = changed.first(where: { host in changed.count { $0 == host } > 1 }) {
            throw ValidationError(
                "\(twice) has more than one --capacity or --without; "
                    + "a host has one or the other, once"
            )
        }
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

    private var capacities: [(host: String, users: Users, logins: Int?)] {
        get throws { try capacity.map(WhatIfOptions.capacity) }
    }

    /// More logins a second than the file may say are no capacity either.
    private static let loginsMax = 1_000_000

    private static func capacity(_ text: String) throws -> (String, Users, Int?) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        let numbers = parts.last?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        let users = numbers.first.flatMap { Int($0) }
        let logins = numbers.count == 2 ? Int(numbers[1]) : nil
        guard parts.count == 2, !parts[0].isEmpty, let users, (1...Users.usersMax).contains(users),
            numbers.count == 1 || logins.map((1...loginsMax).contains) ?? false
        else {
            throw ValidationError(
                "'\(text)' is no capacity; write HOST=USERS or HOST=USERS,LOGINS, such as "
                    + "ent-gra1=90000,120, with 1 to \(Users.usersMax) users and 1 to \(loginsMax) "
                    + "logins a second")
        }
        return (String(parts[0]), users, logins)
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
            saturated: try saturate.map { try topology.host(named: $0) })
        let configuration = Configuration(
            topology: topology, playbooks: loaded.playbooks, digest: loaded.digest)
        return (configuration, situation)
    }

    private func assumed(of declared: Topology) throws -> Topology {
        var topology = declared
        for (name, users, logins) in try capacities {
            topology = topology.proving(
                users, loginsPerSecond: logins, of: try declared.host(named: name))
        }
        for name in without {
            let host = try declared.host(named: name)
            guard let fewer = topology.without(host) else {
                throw Refusal(
                    fault: Fault(
                        what: "without \(host) some region has no host at all: "
                            + topology.regions.values.filter { $0.hosts == [host] }
                            .map(\.id.name).joined(separator: ", "),
                        mend: "leave out hosts that every region has another beside"))
            }
            topology = fewer
        }
        let percent = try surgePercent
        return percent == 100 ? topology : topology.surging(percent)
    }
}

extension Instant {
    /// What `--at` says.
    static func asked(_ text: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw ValidationError(
                "'\(text)' is no time that can be planned for; write RFC 3339, of the years 1678 "
                    + "to 2261: 2021-04-06T08:50:00+02:00")
        }
        return instant
    }
}
