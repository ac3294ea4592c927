import Foundation
import Glibc
import Synchronization

/// A real HAProxy on a loopback address of its own, so that any fixed port is free there.
///
/// Its runtime API is at `place.socketPath`, `level admin`. Servers of a test can be frontends of
/// the same HAProxy (`stub`), each of which answers its own name.
package final class HAProxyFixture: Sendable {
    /// How long it may take until it answers on its socket, or until an old process is gone.
    package static let readyLimit = Duration.seconds(10)

    /// What a configuration needs to know before HAProxy runs.
    package struct Place: Sendable {
        package let address: String
        package let folder: TemporaryFolder
        package var socketPath: String { folder.file("h.sock") }

        /// A frontend that answers every request with `name`.
        package func stub(_ name: String, port: Int) -> String {
            """
            frontend stub-\(name)-\(port)
                bind \(address):\(port)
                http-request return status 200 content-type text/plain string "\(name)"

            """
        }
    }

    package let place: Place
    private let program: String
    private let environment: [String: String]
    private let child: Mutex<ChildProcess>

    package var pid: Int32 { child.withLock(\.pid) }

    fileprivate init(place: Place, file text: String, environment: [String: String]) throws {
        (self.place, self.environment) = (place, environment)
        program = try Program.haproxy.requiredPath()
        let file = try place.folder.write(text, to: "haproxy.cfg")
        child = Mutex(
            try ChildProcess(program, ["-db", "-f", file], environment: environment))
    }

    /// Kills it as a power cut would, and starts it again with the same configuration.
    package func restart() async throws {
        try await child.withLock { $0 }.killHard()
        try start(arguments: [])
        try await waitUntilReady()
    }

    /// Starts its successor, which takes over the sockets, and waits until the old one is gone.
    package func reload() async throws {
        let old = child.withLock { $0 }
        try start(arguments: ["-sf", String(old.pid)])
        try await waitUntilReady()
        _ = try await old.waitForExit(within: Self.readyLimit)
    }

    /// Stops it where it is (SIGSTOP), as a machine that hangs; its sockets still take connections.
    package func freeze() async throws {
        child.withLock { $0.signal(SIGSTOP) }
        let stat = "/proc/\(pid)/stat"
        try await eventually("HAProxy to be stopped") {
            // proc(5): the pid, the name in brackets, the state.
            try String(contentsOfFile: stat, encoding: .utf8).contains(") T ")
        }
    }

    /// Lets it go on (SIGCONT).
    package func thaw() { child.withLock { $0.signal(SIGCONT) } }

    /// Kills it for good.
    package func stop() async throws { try await child.withLock { $0 }.killHard() }

    /// The body of the answer to `GET /` at a port of this HAProxy's address; empty when there is
    /// none, or a status that is not 200.
    package func body(port: Int, cookie: String? = nil) throws -> String {
        let header = cookie.map { "Cookie: \($0)\r\n" } ?? ""
        let answer = try answer(
            to: "GET / HTTP/1.0\r\nHost: test\r\n\(header)\r\n", port: port)
        guard answer.hasPrefix("HTTP/1.0 200") || answer.hasPrefix("HTTP/1.1 200") else {
            return ""
        }
        return answer.components(separatedBy: "\r\n\r\n").dropFirst().joined()
    }

    /// All that is answered, until the connection is closed, to a request at a port of this
    /// HAProxy's address.
    package func answer(to request: String, port: Int) throws -> String {
        try BlockingSocket(address: place.address, port: UInt16(port)).answer(to: request)
    }

    /// What HAProxy answers to one line on its runtime socket, as a hand beside us would type it.
    @discardableResult
    package func typed(_ line: String) throws -> String {
        try BlockingSocket(path: place.socketPath).answer(to: line + "\n")
    }

    fileprivate func waitUntilReady() async throws {
        let child = child.withLock { $0 }
        try await eventually("HAProxy to answer", within: Self.readyLimit) {
            guard child.isRunning else { throw TestSupportError(child.errors) }
            return try typed("show info").contains("\nPid: \(child.pid)\n")
        }
    }

    private func start(arguments: [String]) throws {
        let file = place.folder.file("haproxy.cfg")
        let next = try ChildProcess(
            program, ["-db", "-f", file] + arguments, environment: environment)
        child.withLock { $0 = next }
    }

    fileprivate static func prelude(_ place: Place, _ globals: String) -> String {
        """
        global
            maxconn 200
            stats socket \(place.socketPath) mode 600 level admin
        \(globals)
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 5s

        """
    }
}

/// Runs `body` with a real HAProxy, which is stopped afterwards, also when `body` throws.
///
/// `globals` are lines for its global section; `config` gives its frontends and backends.
nonisolated(nonsending) package func withHAProxy<Result>(
    globals: (HAProxyFixture.Place) -> String = { _ in "" },
    config: (HAProxyFixture.Place) -> String,
    _ body: (HAProxyFixture) async throws -> Result
) async throws -> Result {
    try await withHAProxy(
        file: { HAProxyFixture.prelude($0, globals($0)) + config($0) }, body)
}

/// The same for a whole configuration file of our own, which opens `place.socketPath` itself.
///
/// `file` may put what it refers to into the place's folder.
nonisolated(nonsending) package func withHAProxy<Result>(
    file: (HAProxyFixture.Place) throws -> String,
    environment: (HAProxyFixture.Place) -> [String: String] = { _ in [:] },
    _ body: (HAProxyFixture) async throws -> Result
) async throws -> Result {
    let place = HAProxyFixture.Place(
        address: Loopback.freshAddress(), folder: try TemporaryFolder())
    let fixture = try HAProxyFixture(
        place: place, file: try file(place), environment: environment(place))
    do {
        try await fixture.waitUntilReady()
        let result = try await body(fixture)
        try await fixture.stop()
        return result
    } catch {
        try await fixture.stop()
        throw error
    }
}

/// One connection that asks once and reads to the end; a test's own client, which knows no rules.
private struct BlockingSocket: ~Copyable {
    private static let waitSecondsMax = 5
    private let descriptor: Int32

    init(path: String) throws {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else {
            throw TestSupportError("too long for a Unix socket: \(path)")
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        descriptor = try Self.connected(&name, family: AF_UNIX)
    }

    init(address: String, port: UInt16) throws {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else {
            throw TestSupportError("'\(address)' is not an IPv4 address")
        }
        descriptor = try Self.connected(&name, family: AF_INET)
    }

    deinit { close(descriptor) }

    func answer(to question: String) throws -> String {
        let bytes = Array(question.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        else { throw TestSupportError("send: errno \(errno)") }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw TestSupportError("recv: errno \(errno)") }
            if count == 0 { return String(decoding: answer, as: UTF8.self) }
            answer += buffer.prefix(count)
        }
    }

    private static func connected<Name>(_ name: inout Name, family: Int32) throws -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw TestSupportError("socket: errno \(errno)") }
        var wait = timeval(tv_sec: waitSecondsMax, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        let size = socklen_t(MemoryLayout<Name>.size)
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size)
            }
        }
        guard result == 0 else {
            let fault = errno
            close(descriptor)
            throw TestSupportError("connect: errno \(fault)")
        }
        return descriptor
    }
}
