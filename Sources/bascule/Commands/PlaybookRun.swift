import ArgumentParser
import Control
import ControlAPI
import Documents
import Rendering
import Situations
import TopologyModel
import Values

struct PlaybookRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Plan a playbook for a region, show it, ask, carry it out.",
        discussion: """
            Example: bascule playbook run switchover --region grand-est --to ent-gra1
            Without --to, failback goes home and every other playbook leaves the hosts that the \
            region has. Asks for the region's name.
            """)
    @Argument(help: "The playbook: its name in the folder of playbooks.") var name: String
    @Option(help: "The region.") var region: String
    @Option(help: "The host that it goes to.") var to: String?
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let intent = PlanIntent.playbook(
                name: name, region: RegionID(region), to: to.map { HostID($0) })
            try await options.act(on: region, intent, force: force)
        }
    }
}
