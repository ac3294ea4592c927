import ArgumentParser
import Control
import ControlAPI
import Documents
import Planning
import Rendering
import Situations
import TopologyModel
import Values

struct QuotaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota", abstract: "See and set how many of each class are let in.",
        discussion: """
            Example: bascule quota show
            Quotas that the controller sets by itself rise and fall with the load; those that a \
            person sets stay until a person lifts them.
            """,
        subcommands: [QuotaShow.self, QuotaSet.self, QuotaLift.self])
}

struct QuotaShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the quotas of every region that is rationed.",
        discussion: "Example: bascule quota show grand-est")
    @Argument(help: "The region; by default all that are rationed.") var region: String?
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let status = try await controller.client.status()
            let named = try region.map { try status.region(named: $0).id }
            let rows = status.quotaRows(of: named)
            try output.show(rows) { palette in
                guard rows.isEmpty else { return rows.text(palette, isWide: output.isWide) }
                return "\(named.map { "\($0)" } ?? "every region") lets everybody in\n"
            }
        }
    }
}

struct QuotaSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Let only so many of a class in, until it is lifted.",
        discussion: """
            Example: bascule quota set grand-est pupils 24000 --entries 34
            Example: bascule quota set grand-est parents 0
            Over all gates of the region. Who is in stays in. The controller then leaves the \
            region's quotas alone until `bascule quota lift`.
            """)
    @Argument(help: "The region.") var region: String
    @Argument(help: "The class.") var kind: String
    @Argument(help: "Users at the same time; 0 lets nobody in.") var users: Int
    @Option(help: "Users let in each second; by default as many as keep the quota filled.")
    var entries: Int?
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func validate() throws {
        let range = 0...Users.usersMax
        guard range.contains(users), range.contains(entries ?? 0) else {
            throw ValidationError("a quota is a number from 0 through \(Users.usersMax)")
        }
        guard users == 0 || entries != 0 else {
            throw ValidationError(
                "nobody would come in with --entries 0: say 0 users, or leave --entries out")
        }
    }

    func run() async throws {
        try await reporting {
            let quota = ClassQuota(
                classID: ClassID(kind), users: users,
                entriesPerSecond: entries ?? ClassQuota.pace(for: users))
            try await options.act(
                on: region, .quota(region: RegionID(region), quota: quota), force: force)
        }
    }
}

struct QuotaLift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift", abstract: "Let everybody in again, or all of a class.",
        discussion: """
            Example: bascule quota lift grand-est
            Example: bascule quota lift grand-est parents
            At once, and not by steps: refused where the hosts would not bear the demand that is \
            expected.
            """)
    @Argument(help: "The region.") var region: String
    @Argument(help: "The class; by default all.") var kind: String?
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let intent = PlanIntent.lift(
                region: RegionID(region), classID: kind.map { ClassID($0) })
            try await options.act(on: region, intent, force: force)
        }
    }
}
