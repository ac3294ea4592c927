import ControlAPI
import DNSMessages
import Dispatch
import Documents
import Foundation
import NIOCore
import Notification
import Runtime
import Situations
import Synchronization
import Values

// What systemd is told of the controller and of the name server.
extension Service {
    /// How often it is looked whether the control socket answers.
    private static let readyInterval = Duration.milliseconds(100)
    /// How often the line in `systemctl status` is made anew.
    private static let statusInterval = Duration.seconds(2)

    /// Ready once a turn was made and the control socket answers; then the line and, while the loop
    /// makes turns, the signs of life. Runs until it is cancelled.
    func tellSystemd(of runtime: Runtime) async {
        let client = ControlClient(socketPath: socketPath)
        do {
            while runtime.view.turns == 0 { try await Task.sleep(for: Service.readyInterval) }
            while !(await client.answers) { try await Task.sleep(for: Service.readyInterval) }
        } catch { return }
        systemd.ready(statusLine(of: runtime))
        await withDiscardingTaskGroup { group in
            group.addTask { await Watchdog(systemd).run { runtime.view.turns } }
            group.addTask {
                var told = ""
                while !Task.isCancelled {
                    let line = statusLine(of: runtime)
                    if line != told { systemd.status(line) }
                    told = line
                    do { try await Task.sleep(for: Service.statusInterval) } catch { return }
                }
            }
        }
    }

    /// `c1 leads under epoch 4.0@c1; 4 of 5 regions home; 1 run open`.
    func statusLine(of runtime: Runtime) -> String {
        let view = runtime.view
        if case .observing(let fault) = view.mode { return "observing only: \(fault.what)" }
        let status = StatusDocument(of: view.controller, observing: nil, at: runtime.now())
        let leads = status.controller.epoch.map { "leads under epoch \($0)" } ?? "does not lead"
        let home = status.regions.count(where: \.isHome)
        let open = status.runs.count(where: \.isOpen)
        return "\(status.controller.id) \(leads); \(home) of \(status.regions.count) regions home; "
            + "\(open) runs open"
    }
}

extension ControlClient {
    fileprivate var answers: Bool {
        get async {
            do {
                _ = try await status()
                return true
            } catch { return false }
        }
    }
}

/// The name server as systemd sees it: alive while it answers its own question.
final class NameServerSupervision: Sendable {
    private let zone: DNSName?
    let systemd = SystemdSocket(environment: ProcessInfo.processInfo.environment)
    /// A thread of its own: it waits for an answer, which no thread of the pool may.
    private let queue = DispatchQueue(label: "bascule.dns.watchdog")
    private let answers = Mutex(0)

    /// How long an answer may take (ms).
    private static let answerMillisecondsMax: Int32 = 1000

    init(zone: DNSName?) { self.zone = zone }

    func run(for endpoint: Endpoint) async {
        systemd.ready("answers on \(endpoint)")
        await Watchdog(systemd).run { await count(askedAt: endpoint) }
    }

    /// How many questions it has answered so far; another one is asked.
    private func count(askedAt endpoint: Endpoint) async -> Int {
        let question = DNSExchange(question: zone ?? .root, .soa, id: 1, at: .wallClock())
        let isAnswered = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Self.isAnswered(question, at: endpoint))
            }
        }
        return answers.withLock { count in
            if isAnswered { count += 1 }
            return count
        }
    }

    private static func isAnswered(_ question: DNSExchange, at endpoint: Endpoint) -> Bool {
        let family = endpoint.address.family == .ipv4 ? AF_INET : AF_INET6
        let descriptor = socket(
            family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        do {
            let address = try SocketAddress(
                ipAddress: endpoint.address.text, port: Int(endpoint.port))
            let isConnected = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) == 0 }
            guard isConnected else { return false }
        } catch { return false }
        guard Glibc.send(descriptor, question.bytes, question.bytes.count, 0) > 0 else {
            return false
        }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, answerMillisecondsMax) > 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: Int(DNSExchange.payloadMax))
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        switch question.outcome(of: Array(bytes[..<count]), at: .wallClock()) {
        case .answer, .refused, .truncated: return true
        case .notOurs, .unverified: return false
        }
    }
}
