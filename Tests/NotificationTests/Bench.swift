import Control
import Logging
import Notification
import Situations
import Synchronization
import TestSupport
import TopologyModel
import Values

/// What was said on standard error.
final class LogTape: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock(\.self) }
    func count(_ text: String) -> Int { all.count { $0.contains(text) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(tape: self) } }

    private struct Handler: LogHandler {
        let tape: LogTape
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { tape.lines.withLock { $0.append("\(event.message)") } }
    }
}

let begin = Instant(unixSeconds: 1_615_336_500)

func notice(_ level: Notice.Level, _ text: String, second: Int = 0) -> Notice {
    Notice(level, at: begin + .seconds(second), text: text)
}

/// Short waits, for servers that misbehave on purpose.
var hasty: Webhook.Limits {
    var limits = Webhook.Limits()
    limits.tryMax = .milliseconds(300)
    limits.waitMin = .milliseconds(50)
    limits.waitMax = .milliseconds(200)
    limits.flushMax = .milliseconds(1500)
    return limits
}

func webhook(
    to url: String, token: String? = nil, limits: Webhook.Limits = hasty, log: LogTape = LogTape()
) throws -> Webhook {
    Webhook(
        address: try WebhookAddress(url: url, tokenFile: token), controller: ControllerID("c1"),
        limits: limits, seed: 7, log: log.logger, now: { begin })
}
