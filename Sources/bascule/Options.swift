import ArgumentParser
import Control
import ControlAPI
import Manifests
import NIOCore
import NameServer
import Documents
import Foundation
import Lab
import Rendering
import Situations
import Values

/// Whether text is coloured.
struct ColourOptions: ParsableArguments {
    enum When: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    @Option(help: "When to colour: auto is on a terminal only.") var color = When.auto
    @Flag(help: "No colour (also: NO_COLOR in the environment).") var noColor = false

    var palette: Palette { Palette(hasColour: isWanted) }

    /// What is asked for on the command line goes before the environment (no-color.org, which also
    /// says that an empty NO_COLOR is none).
    private var isWanted: Bool {
        let environment = ProcessInfo.processInfo.environment
        switch color {
        case _ where noColor: return false
        case .always: return true
        case .never: return false
        case .auto:
            return (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
                && isatty(STDOUT_FILENO) == 1
        }
    }
}

/// How output looks.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, wide, json, yaml
    }

    @Option(
        name: .shortAndLong,
        help: """
            How to show it: wide has more columns where there are any, and breaks no table; \
            json and yaml are for programs.
            """)
    var output = Format.table
    @OptionGroup var colour: ColourOptions

    var palette: Palette { colour.palette }

    /// Whether a program reads it: nothing but the document goes to standard output then.
    var isDocument: Bool { output == .json || output == .yaml }

    /// Whether tables show all their columns, however wide that is.
    var isWide: Bool { output == .wide }

    /// Prints a value as the text that people read, or as a document.
    func show(_ value: some APIDocument, text: (Palette) -> String) throws {
        switch output {
        case .table, .wide: print(text(palette), terminator: "")
        case .json: print(try value.apiDocument().prettyText, terminator: "")
        case .yaml: print(try value.apiDocument().yamlText, terminator: "")
        }
    }

    /// Prints one of many values that come one by one: as JSON a line each, as YAML a document each
    /// (yaml.org/spec/1.2.2, section 9.2).
    func showNext(_ value: some APIDocument, text: (Palette) -> String) throws {
        switch output {
        case .table, .wide: print(text(palette), terminator: "")
        case .json: print(try value.apiDocument().text)
        case .yaml: print("---\n" + (try value.apiDocument().yamlText), terminator: "")
        }
    }
}

/// Which controller.
struct ControllerOptions: ParsableArguments {
    @Option(help: "The controller's socket (also: BASCULE_SOCKET).") var socket: String?

    var client: ControlClient { ControlClient(socketPath: path) }

    /// An empty one is none, on the command line too: `--socket "$VARIABLE"`.
    private var path: String {
        if let socket, !socket.isEmpty { return socket }
        return ControllerOptions.socketOfEnvironment
    }

    static var socketOfEnvironment: String {
        let named = ProcessInfo.processInfo.environment["BASCULE_SOCKET"] ?? ""
        return named.isEmpty ? StatePaths.socketDefault : named
    }

    func validate() throws { try StatePaths.checkSocket(path) }

    /// Who asks: the login name, for the journal.
    var principal: Principal {
        Principal(ProcessInfo.processInfo.environment["USER"] ?? NSUserName())
    }
}

/// Where a controller keeps what it knows.
enum StatePaths {
    static let folderDefault = "state"
    static let socketDefault = "state/bascule.sock"

    /// - Throws: `ValidationError` where no socket can have this path.
    static func checkSocket(_ path: String) throws {
        guard path.utf8.count > ControlClient.pathBytesMax else { return }
        throw ValidationError(
            "the socket's path has \(path.utf8.count) bytes, and a Unix socket's at most "
                + "\(ControlClient.pathBytesMax): \(path)\n"
                + "  mend: use a shorter path, or one from the folder that you are in")
    }
}

/// The exit codes of design section 10.
enum Exit: Int32 {
    case failed = 1
    case refused = 3
    case unreachable = 4
    case timedOut = 5
    case partial = 6
    case waiting = 7
    case premiseChanged = 8
    case alreadySo = 9
    case badInput = 65

    var code: ExitCode { ExitCode(rawValue) }
}

/// Runs a command's body; turns errors into words on standard error and the right exit code.
func reporting(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch {
        guard let (words, exit) = ending(of: error) else { throw error }
        complain(words)
        throw exit.code
    }
}

/// What is said of an error and how the command ends; nil for those of the argument parser.
private func ending(of error: any Error) -> (words: String, exit: Exit)? {
    switch error {
    case let error as ControlClient.Unreachable: ("error: \(error)", .unreachable)
    case let error as ControlClient.Unanswered: ("error: \(error)", .timedOut)
    case let error as Diagnostics: (error.description, .badInput)
    case let error as InputFault: (words(for: error.fault), .badInput)
    case let error as DecodingError: ("error: \(error.sentence)", .badInput)
    case let error as DocumentFault: ("error: \(error)", .badInput)
    case let error as JSONSyntaxError: ("error: not a JSON document: \(error)", .badInput)
    case let error as Refusal: (words(for: error.fault), .refused)
    case let error as ControlClient.NotFound: (words(for: error.fault), .refused)
    case let fault as Fault: (words(for: fault), .failed)
    case let error as FileFault: ("\(error)", .failed)
    case LabError.refused(let text): ("error: \(text)", .refused)
    case let error as LabError: ("error: \(error)", .failed)
    case let error as IOError:
        ("error: \(String(cString: strerror(error.errnoCode)))", .failed)
    case let error as CocoaError:
        ("error: \(error.filePath.map { "\($0): " } ?? "")\(error.localizedDescription)", .failed)
    default: nil
    }
}

private func words(for fault: Fault) -> String {
    "error: \(fault.what)" + (fault.mend.isEmpty ? "" : "\n  mend: \(fault.mend)")
}

/// What is said of an error where no exit code can: a monitor's one line, errors alone.
func words(for error: any Error) -> String {
    guard let (words, _) = ending(of: error) else { return "\(error)" }
    let lines = words.replacing("\n  mend: ", with: "; ").split(separator: "\n")
    let errors = lines.filter { !$0.contains(": warning: ") }
    return (errors.isEmpty ? lines : errors).joined(separator: "; ")
        .replacing("error: ", with: "")
}

/// What was named is not there: exit code 3.
struct Refusal: Error {
    let fault: Fault
}
