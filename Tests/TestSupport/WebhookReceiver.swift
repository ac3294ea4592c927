import Foundation
import Glibc
import Synchronization

/// A real HTTP server for webhooks that behaves as it is told: it answers, is slow, closes midway.
///
/// Plain sockets and one thread a connection, so that it can also misbehave.
package final class WebhookReceiver: Sendable {
    package enum Mode: Hashable {
        case answer(Int)
        /// Takes the request and says nothing.
        case silent
        /// Closes in the middle of its answer's first line.
        case closeMidway
        /// The status at once, and then a body that never ends.
        case endlessBody
        case redirect(to: String)
    }

    package struct Request: Hashable {
        package let head: String
        package let body: String

        package func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased()) }
                .map { $0.split(separator: ": ", maxSplits: 1)[1].description }
        }
    }

    package let port: FreePort
    private let listener: Int32
    private let mode: Mutex<Mode>
    private let taken = Mutex<[Request]>([])

    package var url: String { "http://\(port.endpoint)/hook?key=hidden" }
    package var requests: [Request] { taken.withLock(\.self) }
    package var texts: [String] {
        requests.map { request in
            let tail = request.body.components(separatedBy: "\"text\":\"").last ?? ""
            return String(tail.prefix { $0 != "\"" })
        }
    }
    package func become(_ mode: Mode) { self.mode.withLock { $0 = mode } }

    package init(_ mode: Mode = .answer(204), on port: FreePort? = nil) throws {
        self.mode = Mutex(mode)
        self.port = try port ?? FreePort()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = self.port.number.bigEndian
        inet_pton(AF_INET, self.port.address, &name.sin_addr)
        let isBound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(listener, 64) == 0 else {
            throw TestSupportError("the receiver cannot listen: errno \(errno)")
        }
        self.listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { [weak self] in
                    while self?.serveOne(connection) ?? false {}
                    close(connection)
                }
            }
        }
    }

    deinit { stop() }

    /// Nobody listens any more.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Returns whether the connection goes on.
    private func serveOne(_ connection: Int32) -> Bool {
        guard let request = WebhookReceiver.request(from: connection) else { return false }
        taken.withLock { $0.append(request) }
        switch mode.withLock(\.self) {
        case .answer(let status):
            return WebhookReceiver.say(
                "HTTP/1.1 \(status) X\r\ncontent-length: 0\r\n\r\n", on: connection)
        case .silent:
            Thread.sleep(forTimeInterval: 20)
            return false
        case .closeMidway:
            _ = WebhookReceiver.say("HTTP/1.1 2", on: connection)
            return false
        case .endlessBody:
            _ = WebhookReceiver.say(
                "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nsome", on: connection)
            Thread.sleep(forTimeInterval: 20)
            return false
        case .redirect(let url):
            return WebhookReceiver.say(
                "HTTP/1.1 307 X\r\nlocation: \(url)\r\ncontent-length: 0\r\n\r\n", on: connection)
        }
    }

    private static func say(_ text: String, on connection: Int32) -> Bool {
        send(connection, text, text.utf8.count, CInt(MSG_NOSIGNAL)) == text.utf8.count
    }

    private static func request(from connection: Int32) -> Request? {
        var text = ""
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            text += String(decoding: chunk[..<count], as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let head = String(text[..<end.lowerBound])
            let request = Request(head: head, body: String(text[end.upperBound...]))
            let length = request.header("content-length").flatMap { Int($0) } ?? 0
            if request.body.utf8.count >= length { return request }
        }
    }
}
