import ArgumentParser
import ControlAPI
import Documents
import Foundation
import Rendering
import Runtime
import Values

/// `status --watch`: the picture again and again until somebody ends it.
struct Watching {
    private static let every = Duration.seconds(1)
    let client: ControlClient
    let output: OutputOptions

    /// - Throws: `ExitCode` 130 after SIGINT, 143 after SIGTERM.
    func run() async throws {
        // The first answer must come: a socket where nobody ever listened is a mistake.
        let first = try await client.status()
        let signals = Signals([SIGINT, SIGTERM])
        let isScreen = isatty(STDOUT_FILENO) == 1 && !output.isDocument
        if isScreen { write(Screen.begin) }
        defer { if isScreen { write(Screen.end) } }
        let signal = try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask { [stream = signals.stream] in
                for await signal in stream { return signal }
                return nil
            }
            group.addTask {
                try await isScreen ? redraw(from: first) : tellChanges(from: first)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let signal { throw ExitCode(128 + signal) }
    }

    // MARK: - On a terminal

    private func redraw(from first: StatusDocument) async throws {
        var (status, silentSince): (StatusDocument, Instant?) = (first, nil)
        while !Task.isCancelled {
            let lost = silentSince.map { since in
                let words =
                    "NO ANSWER from the controller since \(since.moment(at: .wallClock())); "
                    + "what follows is old."
                return output.palette.paint(words, .bad) + "\n"
            }
            write(
                Screen.frame(
                    (lost ?? "") + status.text(output.palette, isWide: output.isWide),
                    height: Terminal(STDOUT_FILENO)?.height ?? 0))
            try await Task.sleep(for: Watching.every)
            do {
                status = try await client.status()
                silentSince = nil
            } catch let error as CancellationError {
                throw error
            } catch is ControlClient.Unreachable {
                silentSince = silentSince ?? .wallClock()
            } catch is ControlClient.Unanswered {
                silentSince = silentSince ?? .wallClock()
            }
        }
    }

    private func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }

    // MARK: - Where there is none

    /// Prints a block for each change; ends when whoever reads this is gone.
    private func tellChanges(from first: StatusDocument) async throws {
        var status = first
        var shown: StatusDocument?
        while !Task.isCancelled {
            var undated = status
            undated.at = .distantPast
            if undated != shown {
                if shown != nil, !output.isDocument { print() }
                try output.showNext(status) { status.text($0, isWide: output.isWide) }
                if fflush(nil) != 0 { return }
                shown = undated
            }
            try await Task.sleep(for: Watching.every)
            status = try await client.status()
        }
    }
}

/// What is written to a terminal to draw in place without flicker: each line over the old one,
/// which is cleared before it, and the rest of the screen after it (ECMA-48: CUP, EL, ED; xterm's
/// DECTCEM and DECAWM). Cleared after it, a line as wide as the screen would lose its last column,
/// where the cursor stays.
enum Screen {
    private static let escape = "\u{1b}["
    /// Clears the screen, hides the cursor, and cuts long lines instead of wrapping them.
    static let begin = escape + "2J" + escape + "?25l" + escape + "?7l"
    /// Below the last picture, as it was before.
    static let end = escape + "?7h" + escape + "?25h"

    /// The picture, cut to the screen: the last line says how much does not fit.
    static func frame(_ text: String, height: Int) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        // The line that the cursor stays on is kept free.
        let room = max(height - 1, 1)
        if lines.count > room {
            let hidden = lines.count - room + 1
            lines = lines.prefix(room - 1) + ["... \(hidden) more lines: make the window taller"]
        }
        return escape + "H" + lines.map { escape + "K" + $0 + "\n" }.joined() + escape + "J"
    }
}
