package import Control
import Detection
package import Documents
import Playbooks
import Situations
import TopologyModel
package import Values

/// Something that people should know, as it came about.
package struct Event: APIDocument, Hashable, Codable {
    package static let kind = "Event"
    /// The number of its entry in the journal.
    package let seq: Int
    package let at: Instant
    package let level: Notice.Level
    package let topic: HistoryKind
    package let text: String

    /// Nil for an entry that only replay needs, or that is one step of many.
    package init?(_ entry: JournalEntry, seq: Int) {
        guard let level = entry.fact.level, let sentence = entry.sentence else { return nil }
        (self.seq, at, self.level) = (seq, entry.at, level)
        (topic, text) = (entry.fact.kind, sentence)
    }

    /// `00:35:12Z  PAGE  host ent-sbg2 is lost: 3 in a row`.
    package func line(_ palette: Palette) -> String {
        let (word, tone): (String, Tone) =
            switch level {
            case .info: ("info", .faint)
            case .warning: ("WARN", .warning)
            case .page: ("PAGE", .bad)
            }
        let head = palette.paint(at.clock, .faint) + "  " + palette.paint(word, tone) + "  "
        let indent = String(repeating: " ", count: at.clock.count + 8)
        let lines = broken(printable(text), width: TextTable.widthDefault - indent.count)
        return head + lines.joined(separator: "\n" + indent) + "\n"
    }
}

extension [Event] {
    /// A line an event, under the date of its day.
    package func text(_ palette: Palette, after day: inout String) -> String {
        map { event in
            let date = event.at.date
            defer { day = date }
            return (date == day ? "" : palette.paint(date, .strong) + "\n") + event.line(palette)
        }.joined()
    }
}

extension Fact {
    fileprivate var level: Notice.Level? {
        switch self {
        case .loaded, .ledBy, .shifted: .info
        case .board(let change): change.level
        case .door(_, let standing, _): standing.level
        case .adopted: .info
        case .decided(let decision), .decidedEdges(let decision): decision.outcome.level
        case .placed: nil
        case .notPlaced: .page
        case .run(_, let event): event.level
        case .commanded, .clockStepped, .forced: .warning
        case .lapsed: .info
        }
    }
}

extension BoardChange {
    fileprivate var level: Notice.Level? {
        switch self {
        case .service: nil
        case .host(_, let standing), .domain(_, let standing), .dependency(_, let standing),
            .edge(_, let standing), .nameServer(_, _, let standing):
            standing.verdict.level
        case .load(_, let standing):
            standing.verdict == .saturated ? .page : standing.verdict.level
        case .logins(_, let standing):
            standing.verdict == .saturated ? .page : standing.verdict.level
        case .surge(let percent, _, _): percent > 100 ? .warning : .info
        case .doubt(_, _?), .isolation(true, _), .brake(_?, _): .page
        case .doubt(_, nil), .isolation(false, _), .brake(nil, _): .info
        case .declaration: .warning
        }
    }
}

extension Verdict {
    fileprivate var level: Notice.Level? {
        switch self {
        case .unknown: nil
        case .up: .info
        case .doubted, .degraded, .saturated: .warning
        case .lost: .page
        }
    }
}

extension DoorStanding {
    fileprivate var level: Notice.Level? {
        switch self {
        case .unread: nil
        case .asDesired: .info
        case .forgot: .warning
        case .drifted, .unreadable: .page
        }
    }
}

extension DecisionOutcome {
    fileprivate var level: Notice.Level? {
        switch self {
        case .stay: nil
        case .wanted: .info
        // What its own run holds is no news: the run tells.
        case .proposed(_, .run): nil
        case .proposed: .warning
        case .ask: .page
        }
    }
}

extension RunEvent {
    fileprivate var level: Notice.Level? {
        switch self {
        case .began: .info
        case .turned: .warning
        case .ended(let end): end == .succeeded ? .info : .page
        case .step(_, let event):
            switch event {
            case .awaited, .undoFailed: .page
            case .approved, .refused, .failed, .lostSight: .warning
            case .skipped, .started, .finished, .undoStarted, .undone: nil
            }
        }
    }
}
