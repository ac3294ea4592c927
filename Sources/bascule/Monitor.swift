import ArgumentParser

/// What a monitor asks about.
protocol Monitored {
    /// One line, with its performance data after the bar.
    var monitorLine: String { get }
    /// The codes of the monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL.
    var monitorCode: Int32 { get }
}

/// Prints one line and ends. What went wrong is a line and a code too, 3 UNKNOWN: a monitor reads
/// nothing else.
func monitor(_ name: String, _ find: () async throws -> some Monitored) async throws -> Never {
    let (line, code): (String, Int32)
    do {
        let found = try await find()
        (line, code) = (found.monitorLine, found.monitorCode)
    } catch {
        (line, code) = ("\(name) UNKNOWN - \(words(for: error))", 3)
    }
    print(line)
    throw ExitCode(code)
}
