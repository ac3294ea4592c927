import Foundation
import Notification
import TestSupport
import Testing

/// What systemd hears, over a real datagram socket.
@Suite(.timeLimit(.minutes(1))) struct SystemdSocketTests {
    @Test(arguments: [false, true])
    func whatIsToldArrives(isAbstract: Bool) throws {
        let folder = try TemporaryFolder()
        let name = isAbstract ? "@bascule-test-\(UUID().uuidString)" : folder.file("notify")
        let inbox = try DatagramInbox(path: name)
        let systemd = SystemdSocket(environment: ["NOTIFY_SOCKET": name])
        #expect(systemd.isThere)
        systemd.starting("waiting for\nc2", for: .seconds(30))
        systemd.ready("leads")
        systemd.status(String(repeating: "é", count: 400))
        systemd.isAlive()
        systemd.reloading()
        systemd.stopping()
        let heard = inbox.take()
        #expect(heard.count == 6)
        #expect(heard[0] == "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=waiting for c2")
        #expect(heard[1] == "READY=1\nSTATUS=leads")
        #expect(heard[2].utf8.count < 520)
        #expect(heard[3] == "WATCHDOG=1")
        #expect(heard[4].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        #expect(Int64(heard[4].split(separator: "=").last ?? "") ?? 0 > 0)
        #expect(heard[5] == "STOPPING=1\nSTATUS=ending")
    }

    @Test func withoutASocketNothingIsToldAndNothingFails() {
        for path in ["", "relative", "/", "/none/there", "/" + String(repeating: "a", count: 108)] {
            let systemd = SystemdSocket(
                environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000000"])
            systemd.ready("leads")
            #expect(systemd.isThere == (path == "/none/there"))
            #expect((systemd.watchdog != nil) == systemd.isThere)
        }
    }

    @Test(arguments: [
        (["WATCHDOG_USEC": "30000000"], Duration?.some(.seconds(30))),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "77"], .seconds(30)),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "78"], nil),
        (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
    ])
    func theWatchdogIsThisProcess(environment: [String: String], limit: Duration?) {
        let all = environment.merging(["NOTIFY_SOCKET": "/run/notify"]) { $1 }
        #expect(SystemdSocket(environment: all, process: 77).watchdog == limit)
    }
}
