import ArgumentParser
import Documents
import Manifests
import Playbooks
import Rendering
import Situations
import Values

struct PlaybookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playbook", abstract: "Look at playbooks, check them, run one.",
        discussion: "Example: bascule playbook show evacuate",
        subcommands: [
            PlaybookList.self, PlaybookShow.self, PlaybookValidate.self, PlaybookRun.self,
        ])
}

struct PlaybookList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the playbooks in force.",
        discussion: "Example: bascule playbook list")
    @OptionGroup var options: LookOptions

    func run() async throws {
        try await reporting {
            let rows = try await options.picture().playbookRows
            try options.output.show(rows) { rows.text($0, isWide: options.output.isWide) }
        }
    }
}

struct PlaybookShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the steps of a playbook.",
        discussion: "Example: bascule playbook show evacuate -f topology.yaml")
    @Argument(
        help: "The playbook.", completion: .list(["evacuate", "switchover", "failback"]))
    var name: String
    @OptionGroup var options: LookOptions

    func run() async throws {
        try await reporting {
            let all = try await options.picture().playbooks
            guard let playbook = all.first(where: { $0.name == name }) else {
                throw Refusal(fault: .unknown("playbook", name, among: all.map(\.name)))
            }
            try options.output.show(PlaybookDescription(playbook)) { playbook.text($0) }
        }
    }
}

struct PlaybookValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check playbook files.",
        discussion: """
            Example: bascule playbook validate playbooks/evacuate.yaml
            Exit code 65: one of them has errors.
            """)
    @Argument(help: "The files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    func run() async throws {
        try await reporting {
            var areGood = true
            for file in files {
                do {
                    let playbook = try PlaybookFile.playbook(
                        bytes: try bytes(of: file), file: file)
                    print("\(file): good. \(playbook.name), \(playbook.steps.count) steps")
                } catch let faults as Diagnostics {
                    areGood = false
                    complain(faults.description)
                }
            }
            if !areGood { throw Exit.badInput.code }
        }
    }
}
