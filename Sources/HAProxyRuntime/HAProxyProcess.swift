/// Which HAProxy answers, from `show info`.
package struct HAProxyProcess: Hashable, Sendable {
    package let version: String
    package let pid: Int
    /// When it started, in seconds of UTC since 1970.
    package let startSeconds: Int
    package let uptimeSeconds: Int

    package init(version: String, pid: Int, startSeconds: Int, uptimeSeconds: Int) {
        (self.version, self.pid) = (version, pid)
        (self.startSeconds, self.uptimeSeconds) = (startSeconds, uptimeSeconds)
    }

    /// Another text after each restart and reload, which both forget weights and maps.
    ///
    /// The start alone has whole seconds; the pid alone is often the same in a container.
    package var incarnation: String { "\(pid)@\(startSeconds)" }

    /// Reads the answer to `show info`: lines of `Name: value`.
    init(answer: String) throws(UnreadableAnswer) {
        func value(_ name: String) throws(UnreadableAnswer) -> Substring {
            let line = answer.split(separator: "\n").first { $0.hasPrefix("\(name): ") }
            guard let line else { throw UnreadableAnswer("there is no \(name)") }
            return line.dropFirst(name.count + 2)
        }
        func number(_ name: String) throws(UnreadableAnswer) -> Int {
            let text = try value(name)
            guard let number = Int(text), number >= 0 else {
                throw UnreadableAnswer("\(name) is '\(text)'")
            }
            return number
        }
        version = String(try value("Version"))
        pid = try number("Pid")
        startSeconds = try number("Start_time_sec")
        uptimeSeconds = try number("Uptime_sec")
    }
}
