import ArgumentParser
import ControlAPI
import Documents
import Foundation
import Rendering
import Values

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show what came about: verdicts, decisions, runs, doors.",
        discussion: """
            Example: bascule events --since 1h
            Example: bascule events --follow --region grand-est
            Built from the journal, which has more: bascule history.
            """)
    /// How long one request waits for an event.
    private static let wait = Duration.seconds(20)
    /// How long to wait before a controller that does not answer is asked again.
    private static let retryAfter = Duration.seconds(2)

    @Flag(name: .long, help: "Go on with those that come, until Ctrl-C.") var follow = false
    @OptionGroup var history: HistoryOptions
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            var query = try history.query()
            query.limit = HistoryQuery.limitMax
            let message = try await controller.client.history(query)
            let events = Array(message.events.suffix(history.limit))
            var day = ""
            guard follow else {
                return try output.show(events) { palette in
                    events.isEmpty ? "no events\n" : events.text(palette, after: &day)
                }
            }
            try show(events, &day)
            query.wait = EventsCommand.wait
            query.after = message.last
            try await go(on: query, &day)
        }
    }

    private func go(on query: HistoryQuery, _ day: inout String) async throws {
        var query = query
        var isTold = false
        while fflush(nil) == 0 {
            do {
                let message = try await controller.client.history(query)
                try show(message.events, &day)
                query.after = message.last
                isTold = false
            } catch let error as ControlClient.Unreachable {
                // It may be started again: its journal goes on where it was.
                if !isTold { complain("\(error)\nwaiting for it...") }
                isTold = true
                try await Task.sleep(for: EventsCommand.retryAfter)
            }
        }
    }

    private func show(_ events: [Event], _ day: inout String) throws {
        for event in events { try output.showNext(event) { [event].text($0, after: &day) } }
    }
}

extension HistoryMessage {
    fileprivate var events: [Event] { lines.compactMap { Event($0.entry, seq: $0.seq) } }
}

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show the last entries of the journal.",
        discussion: """
            Example: bascule history --limit 50
            Example: bascule history --region grand-est --since 2h --kind run --kind decision
            """)

    @OptionGroup var history: HistoryOptions
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let message = try await controller.client.history(try history.query())
            try output.show(message) { palette in
                let text = message.lines.map(\.entry).text(palette)
                return text.isEmpty ? "no entries\n" : text
            }
        }
    }
}
