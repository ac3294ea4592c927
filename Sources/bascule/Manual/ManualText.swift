// The manual as a text of Markdown, and as man pages (man(7), groff_man(7)).

extension CommandManual {
    var markdown: String {
        """
        # The command line

        Written by `bascule manual` from the same source as `--help`, and kept fresh by a test
        (`UPDATE_GOLDEN=1 swift test --filter CommandLineReference` rewrites it). Man pages come
        from there too: `bascule manual --format man --out DIR`.


        """ + all.map(\.section).joined(separator: "\n")
    }

    private var section: String {
        var text = "## \(name)\n\n\(abstract)\n\n```\n\(synopsis)\n```\n"
        for paragraph in paragraphs { text += "\n\(paragraph)\n" }
        if !examples.isEmpty { text += "\n```\n\(examples.joined(separator: "\n"))\n```\n" }
        let listed = subcommands.filter(\.isShown)
        if !listed.isEmpty {
            text += "\n| command | what it does |\n| --- | --- |\n"
            for command in listed { text += "| `\(command.name)` | \(command.abstract) |\n" }
        }
        if !arguments.isEmpty {
            text += "\n| argument | what it is |\n| --- | --- |\n"
            for argument in arguments {
                text += "| `\(argument.title.escapedForTable)` | "
                text += "\(argument.sentence.escapedForTable) |\n"
            }
        }
        return text
    }

    /// One page of section 1; `root` is where exit codes and the environment are explained.
    func manPage(in root: CommandManual) -> String {
        let title = path.joined(separator: "-")
        var text = ".TH \(title.uppercased().roff) 1 \"\" \"bascule \(version.roff)\" "
        text += "\"Bascule manual\"\n.nh\n.ad l\n"
        text += ".SH NAME\n\(title.roff) \\- \(abstract.roff)\n"
        text += ".SH SYNOPSIS\n.B \(synopsis.roff)\n"
        if !paragraphs.isEmpty {
            text += ".SH DESCRIPTION\n"
            text += paragraphs.map { $0.roffLine + "\n" }.joined(separator: ".PP\n")
        }
        if !examples.isEmpty {
            text += ".SH EXAMPLES\n.nf\n" + examples.map { $0.roffLine + "\n" }.joined() + ".fi\n"
        }
        let listed = subcommands.filter(\.isShown)
        if !listed.isEmpty {
            text += ".SH COMMANDS\n"
            for command in listed {
                text += ".TP\n.B \(command.name.roff)\n\(command.abstract.roffLine)\n"
            }
        }
        text += terms(positionals, under: "ARGUMENTS") + terms(options, under: "OPTIONS")
        return text + root.footer(of: self)
    }

    private func terms(_ arguments: [ArgumentManual], under title: String) -> String {
        guard !arguments.isEmpty else { return "" }
        return ".SH \(title)\n"
            + arguments.map { ".TP\n.B \($0.title.roff)\n\($0.sentence.roffLine)\n" }.joined()
    }

    private func footer(of page: CommandManual) -> String {
        let others = page.path.count == 1 ? subcommands.filter(\.isShown).map(\.path) : [path]
        let see = others.map { "\($0.joined(separator: "-"))(1)".roff }.joined(separator: ",\n")
        return """
            .SH ENVIRONMENT
            .TP
            .B BASCULE_SOCKET
            The controller's socket, where \\-\\-socket is not given.
            .TP
            .B NO_COLOR
            Where it is set and not empty, nothing is coloured.
            .SH SEE ALSO
            \(see)

            """
    }
}

extension String {
    /// In a table a bar would end the cell.
    fileprivate var escapedForTable: String { replacing("|", with: "\\|") }

    /// With what groff takes for its own escaped (groff_char(7)).
    fileprivate var roff: String {
        replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
            .replacing("`", with: "\\(ga").replacing("'", with: "\\(aq")
            .replacing("~", with: "\\(ti").replacing("^", with: "\\(ha")
    }

    /// A line of text: a dot at its start would be a request.
    fileprivate var roffLine: String { hasPrefix(".") ? "\\&" + roff : roff }
}
