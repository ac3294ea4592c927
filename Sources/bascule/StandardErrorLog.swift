import Logging
import Runtime
import Values

/// `08:31:02.412Z PAGE  host ent-sbg2 is lost`: one line an event, on standard error only.
struct StandardErrorLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let now = Instant.wallClock()
        let millis = now.nanoseconds / 1_000_000 % 1000
        let fraction = String(1000 + millis).dropFirst()
        let word =
            switch event.level {
            case .critical: "PAGE "
            case .error: "ERROR"
            case .warning: "WARN "
            case .trace, .debug, .info, .notice: "INFO "
            }
        let fields = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
        let text = (["\(event.message)"] + fields).joined(separator: " ")
        writeError("\(CivilTime(now).clockText).\(fraction)Z \(word) \(text)")
    }
}
