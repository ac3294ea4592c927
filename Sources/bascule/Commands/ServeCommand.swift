import ArgumentParser
import Actuation
import Control
import ControlAPI
import Foundation
import Logging
import NIOPosix
import Notification
import Probing
import Runtime
import Situations
import Storage
import TopologyModel
import Values

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the controller.",
        discussion: """
            Example: bascule serve -f topology.yaml --state /var/lib/bascule
            SIGTERM and SIGINT end it cleanly. SIGHUP reads the topology and playbooks again; what \
            cannot be read, or what a run still uses, is refused, and the old ones go on.
            Notices are lines on standard error, and go to --webhook too (docs/operations.md).
            """)

    @OptionGroup var topology: TopologyOptions
    @Option(help: "The folder of the journal and the socket.") var state = StatePaths.folderDefault
    @Option(help: "The control socket; by default in the state folder.") var socket: String?
    @Option(help: "Which of the topology's controllers this is.") var controller: String?
    @OptionGroup(title: "Webhook") var webhook: WebhookOptions

    func validate() throws {
        if socket?.isEmpty ?? false { throw ValidationError("--socket is empty: name a path") }
        try StatePaths.checkSocket(socket ?? state + "/bascule.sock")
    }

    func run() async throws {
        try await reporting {
            let log = Logger(label: "bascule") { _ in StandardErrorLog() }
            let loaded = try topology.read()
            for warning in loaded.warnings { complain(warning.description) }
            let id = try Service.controllerID(
                named: controller, in: loaded.configuration.topology)
            let notices = Notices(log: log, webhook: try webhook.webhook(of: id, log))
            let systemd = SystemdSocket(environment: ProcessInfo.processInfo.environment)
            try await Service(command: self, loaded: loaded, notices: notices, systemd: systemd)
                .run(as: id, log)
        }
    }
}
