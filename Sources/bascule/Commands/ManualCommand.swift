import ArgumentParser
import Documents
import Foundation
import Situations

struct ManualCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case man, markdown }

    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write the manual, from the same source as --help.",
        discussion: """
            Example: bascule manual --format man --out /usr/local/share/man/man1
            Man pages are one file a command; as Markdown it is one text, docs/cli.md.
            """,
        shouldDisplay: false)

    @Option(help: "Man pages, or one Markdown text.") var format = Format.markdown
    @Option(help: "The folder to write to; without it the text goes to standard output.")
    var out: String?

    func run() async throws {
        try await reporting {
            let root = try CommandManual(
                dump: try JSONValue(parsing: Bascule._dumpHelp()), version: Version.text)
            for (name, text) in files(of: root) {
                guard let out else {
                    print(text, terminator: "")
                    continue
                }
                try FileManager.default.createDirectory(
                    atPath: out, withIntermediateDirectories: true)
                try text.write(toFile: "\(out)/\(name)", atomically: true, encoding: .utf8)
            }
        }
    }

    private func files(of root: CommandManual) -> [(name: String, text: String)] {
        switch format {
        case .markdown: [("cli.md", root.markdown)]
        case .man:
            root.all.map { ("\($0.path.joined(separator: "-")).1", $0.manPage(in: root)) }
        }
    }
}

struct CompletionCommand: ParsableCommand {
    enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print the script that completes commands in a shell.",
        discussion: """
            Example: source <(bascule completion bash)
            Example: bascule completion zsh > ~/.zfunc/_bascule
            Example: bascule completion fish > ~/.config/fish/completions/bascule.fish
            Names of regions, hosts, domains and runs are asked of the controller, or read from \
            topology.yaml.
            """)

    @Argument(help: "Which shell.") var shell: Shell

    func run() {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        print(Bascule.completionScript(for: shell))
    }
}
