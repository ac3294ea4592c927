import Foundation
import TestSupport
import Testing

/// Every command explains itself, and the reference and the man pages come from the same words.
@Suite struct CommandLineReference {
    @Test("docs/cli.md is what `bascule manual` writes")
    func referenceIsFresh() async throws {
        let manual = try await run(try Stand.bascule, ["manual", "--format", "markdown"])
        #expect(manual.status == 0, "\(manual.stderr)")
        try expectGolden(manual.stdout, "../../docs/cli.md")
    }

    @Test("every command has an abstract and an example, every option a help")
    func everyCommandIsExplained() async throws {
        let dump = try await run(try Stand.bascule, ["--experimental-dump-help"])
        let root = try #require(
            try JSONSerialization.jsonObject(with: Data(dump.stdout.utf8)) as? [String: Any])
        let command = try #require(root["command"] as? [String: Any])
        var count = 0
        check(command, below: "", &count)
        #expect(count > 40)
    }

    private func check(_ command: [String: Any], below path: String, _ count: inout Int) {
        let own = command["commandName"] as? String ?? ""
        if own == "help" { return }
        let name = path.isEmpty ? own : "\(path) \(own)"
        count += 1
        #expect((command["abstract"] as? String ?? "").hasSuffix("."), "\(name) has no abstract")
        let discussion = command["discussion"] as? String ?? ""
        if !path.isEmpty {
            #expect(discussion.contains("Example: bascule"), "\(name) has no example")
        }
        for argument in command["arguments"] as? [[String: Any]] ?? []
        where argument["shouldDisplay"] as? Bool ?? true {
            let help = argument["abstract"] as? String ?? ""
            #expect(!help.isEmpty, "\(name): \(argument["valueName"] ?? "") has no help")
        }
        for below in command["subcommands"] as? [[String: Any]] ?? [] {
            check(below, below: name, &count)
        }
    }

    @Test("man pages are rendered without a warning", .enabled(if: Self.groff != nil, "no groff"))
    func manPagesRender() async throws {
        let folder = try TemporaryFolder()
        let manual = try await run(
            try Stand.bascule, ["manual", "--format", "man", "--out", folder.file("man1")])
        #expect(manual.status == 0, "\(manual.stderr)")
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder.file("man1"))
        #expect(pages.contains("bascule.1") && pages.contains("bascule-plan-evacuate.1"))
        for page in pages {
            let groff = try await run(
                try #require(Self.groff),
                ["-man", "-ww", "-z", "-Tutf8", folder.file("man1/\(page)")])
            #expect(groff.status == 0 && groff.stderr.isEmpty, "\(page): \(groff.stderr)")
        }
    }

    private static var groff: String? {
        ["/usr/bin/groff", "/usr/local/bin/groff"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    @Test("bash completes commands, and names out of topology.yaml")
    func bashCompletes() async throws {
        let folder = try TemporaryFolder()
        let script = try await run(try Stand.bascule, ["completion", "bash"])
        let path = try folder.write(script.stdout, to: "bascule.bash")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("bascule"), withDestinationPath: try Stand.bascule)
        let topology = try packageRoot().path + "/topology.yaml"
        let ask = """
            PATH=\(folder.file("")):$PATH; source \(path)
            COMP_WORDS=(bascule blame -f \(topology) gran) COMP_CWORD=4
            COMP_LINE="bascule blame -f \(topology) gran" COMP_POINT=${#COMP_LINE}
            _bascule bascule gran blame
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let answer = try await run("bash", ["-c", ask], workingFolder: folder.file(""))
        #expect(answer.stdout.contains("grand-est"), "\(answer.stdout)\(answer.stderr)")
    }

    @Test("the scripts of zsh and fish name every command", arguments: ["zsh", "fish"])
    func otherShells(shell: String) async throws {
        let script = try await run(try Stand.bascule, ["completion", shell])
        #expect(script.status == 0)
        for word in ["status", "describe", "blame", "evacuate", "completion"] {
            #expect(script.stdout.contains(word), "\(shell): \(word)")
        }
    }
}
