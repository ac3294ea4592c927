import ArgumentParser

/// The one binary: `serve` is the controller, `dns` the name server, `lab` the stand-in sites,
/// every other verb is the operator's.
@main
struct Bascule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bascule",
        abstract: "Shift the regions of a school portal to standby hosts when a site burns.",
        discussion: """
            Start here: `bascule validate`, then `bascule serve`, and `bascule status --watch`.
            Exit codes: 0 done, 1 failed, 3 refused by a rule or no such name, \
            4 no leader or unreachable, \
            5 timed out and still running, 6 partial or rolled back, 7 waiting for approval, \
            8 a premise changed, \
            9 already so, 64 usage, 65 bad input file, 130 stopped watching, the run goes on.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Look and understand",
                subcommands: [
                    StatusCommand.self, GetCommand.self, DescribeCommand.self,
                    TopologyCommand.self, EventsCommand.self, HistoryCommand.self,
                    ExplainCommand.self, BlameCommand.self, BlockedCommand.self,
                ]),
            CommandGroup(
                name: "Prepare and plan",
                subcommands: [
                    ValidateCommand.self, DiffCommand.self, PlanCommand.self, ShowCommand.self,
                    ReadinessCommand.self, SurviveCommand.self, SimulateCommand.self,
                ]),
            CommandGroup(
                name: "Act",
                subcommands: [
                    FailoverCommand.self, SwitchoverCommand.self, EvacuateCommand.self,
                    FailbackCommand.self, DrainCommand.self, UndrainCommand.self,
                    QuotaCommand.self, ApplyCommand.self, AdoptCommand.self,
                    ReassertCommand.self,
                ]),
            CommandGroup(
                name: "Hold",
                subcommands: [
                    PauseCommand.self, ResumeCommand.self, MaintenanceCommand.self,
                    DeclareCommand.self, AckCommand.self, StepDownCommand.self,
                ]),
            CommandGroup(name: "Runs", subcommands: [RunCommand.self, PlaybookCommand.self]),
            CommandGroup(
                name: "Run the parts",
                subcommands: [
                    ServeCommand.self, DNSCommand.self, LabCommand.self, NotifyCommand.self,
                    LeaderCommand.self, VersionCommand.self, CompletionCommand.self,
                    ManualCommand.self,
                ]),
        ])
}

enum Version {
    static let text = "0.1.0"
}
