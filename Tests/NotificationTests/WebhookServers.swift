import Control
import Foundation
import Notification
import Playbooks
import TestSupport
import Testing
import TopologyModel
import Values

/// Notices reach a real HTTP server, in order and once, whatever it does meanwhile.
@Suite(.timeLimit(.minutes(2))) struct WebhookServers {
    @Test func aNoticeIsPostedInItsDocumentedForm() async throws {
        let receiver = try WebhookReceiver()
        let folder = try TemporaryFolder()
        let token = try folder.write("s3cret\n", to: "token")
        let webhook = try webhook(to: receiver.url, token: token)
        let notice = Notice(
            .page, at: begin + .milliseconds(12), region: RegionID("grand-est"),
            host: HostID("ent-sbg2"), run: RunID(term: 7, number: 3),
            text: "run r7-3 (leave ent-sbg2) waits for \"approval\"")
        try await webhook.delivering { webhook.post(notice) }
        let request = try #require(receiver.requests.first)
        #expect(request.head.hasPrefix("POST /hook?key=hidden HTTP/1.1"))
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("authorization") == "Bearer s3cret")
        #expect(request.body.contains("\"id\":\"\(request.header("idempotency-key") ?? "none")\""))
        try expectGolden(request.body + "\n", "notification/notice.json")
    }

    @Test func aChangedTokenIsReadWithoutARestart() async throws {
        let receiver = try WebhookReceiver(.answer(401))
        let folder = try TemporaryFolder()
        let token = try folder.write("old", to: "token")
        let webhook = try webhook(to: receiver.url, token: token)
        try await webhook.delivering {
            webhook.post(notice(.page, "one"))
            try await eventually("a try in vain") { !receiver.requests.isEmpty }
            _ = try folder.write("new", to: "token")
            receiver.become(.answer(200))
            try await eventually("the new token") {
                receiver.requests.last?.header("authorization") == "Bearer new"
            }
        }
    }

    @Test(arguments: [
        WebhookReceiver.Mode.answer(500), .answer(429), .silent, .closeMidway,
        .redirect(to: "http://127.0.0.1:1/"),
    ])
    func whatFailsIsTriedAgainInOrderUnderTheSameID(mode: WebhookReceiver.Mode) async throws {
        let receiver = try WebhookReceiver(mode)
        let log = LogTape()
        let webhook = try webhook(to: receiver.url, log: log)
        try await webhook.delivering {
            for number in 1...5 { webhook.post(notice(.info, "n\(number)", second: number)) }
            try await eventually("several tries") { receiver.requests.count >= 3 }
            #expect(Set(receiver.texts) == ["n1"], "the second waits for the first")
            #expect(Set(receiver.requests.map { $0.header("idempotency-key") }).count == 1)
            receiver.become(.answer(200))
            try await eventually("the last") { receiver.texts.last == "n5" }
        }
        let tries = receiver.texts.count { $0 == "n1" }
        #expect(receiver.texts.dropFirst(tries) == ["n2", "n3", "n4", "n5"])
        #expect(log.count("do not reach the webhook") == 1)
        #expect(log.count("reach the webhook \("http://\(receiver.port.endpoint)") again") == 1)
        #expect(log.count("hidden") == 0, "the path and query may be a secret")
    }

    @Test func aReceiverThatIsNotThereYetGetsEverythingLater() async throws {
        let port = try FreePort()
        let log = LogTape()
        let webhook = try webhook(to: "http://\(port.endpoint)/", log: log)
        try await webhook.delivering {
            webhook.post(notice(.page, "one"))
            webhook.post(notice(.info, "two"))
            try await eventually("it to be said") { log.count("do not reach") == 1 }
            let receiver = try WebhookReceiver(on: port)
            try await eventually("both") { receiver.texts == ["one", "two"] }
        }
    }

    @Test func anAnswerIsTakenFromItsStatusAlone() async throws {
        let receiver = try WebhookReceiver(.endlessBody)
        let webhook = try webhook(to: receiver.url)
        try await webhook.delivering {
            webhook.post(notice(.info, "one"))
            webhook.post(notice(.info, "two", second: 1))
            try await eventually("both") { receiver.texts == ["one", "two"] }
        }
    }

    @Test func whatTheReceiverWillNeverTakeHoldsUpNobody() async throws {
        let receiver = try WebhookReceiver(.answer(422))
        let log = LogTape()
        let webhook = try webhook(to: receiver.url, log: log)
        try await webhook.delivering {
            webhook.post(notice(.info, "one"))
            try await eventually("it to be said") { log.count("refuses 'one'") == 1 }
            receiver.become(.answer(200))
            webhook.post(notice(.info, "two", second: 1))
            try await eventually("what was dropped to be told") {
                receiver.texts.last?.hasPrefix("0 pages and 1 other notices were never sent")
                    ?? false
            }
        }
        #expect(receiver.texts.prefix(2) == ["one", "two"])
    }

    @Test func whatIsTooOldIsDroppedAndCounted() async throws {
        let receiver = try WebhookReceiver(.answer(500))
        var limits = hasty
        limits.infoAgeMax = .zero
        let webhook = try webhook(to: receiver.url, limits: limits)
        try await webhook.delivering {
            webhook.post(notice(.info, "old"))
            webhook.post(notice(.page, "page", second: 1))
            try await eventually("the page to be tried") { receiver.texts.last == "page" }
            receiver.become(.answer(200))
            try await eventually("what was dropped to be told") {
                receiver.texts.last?.hasPrefix("0 pages and 1 other") ?? false
            }
        }
    }

    @Test func postingNeverWaitsForAReceiverThatHangs() async throws {
        let receiver = try WebhookReceiver(.silent)
        var limits = hasty
        limits.tryMax = .seconds(60)
        limits.flushMax = .milliseconds(100)
        let webhook = try webhook(to: receiver.url, limits: limits)
        try await webhook.delivering {
            webhook.post(notice(.page, "first"))
            try await eventually("it to hang") { receiver.requests.count == 1 }
            for number in 0..<10_000 { webhook.post(notice(.info, "n\(number)", second: number)) }
            #expect(receiver.requests.count == 1, "the first still hangs, and nobody waited")
        }
    }
}

/// What waits when the controller ends, or is killed, is sent by its next start.
@Suite(.timeLimit(.minutes(2))) struct WebhookFlushServers {
    @Test func anEndWaitsABoundedTimeForTheRest() async throws {
        let receiver = try WebhookReceiver(.silent)
        let webhook = try webhook(to: receiver.url)
        try await webhook.delivering {
            webhook.post(notice(.page, "one"))
            try await eventually("a first try") { receiver.requests.count == 1 }
            receiver.become(.answer(200))
        }
        #expect(receiver.texts.count { $0 == "one" } >= 2)
    }

    @Test func pagesThatAnEndCouldNotSendGoOutAtTheNextStart() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("notices.json")
        let receiver = try WebhookReceiver(.answer(503))
        let log = LogTape()
        let first = try webhook(to: receiver.url, log: log)
        try await first.delivering {
            first.keep(in: file)
            first.post(notice(.page, "one"))
            first.post(notice(.info, "two"))
        }
        #expect(log.count("2 notices, 1 of them pages, were not sent") == 1)
        let id = receiver.requests.last?.header("idempotency-key")
        receiver.become(.answer(200))
        let before = receiver.requests.count
        let second = try webhook(to: receiver.url)
        try await second.delivering { second.keep(in: file) }
        #expect(receiver.texts.dropFirst(before) == ["one"])
        #expect(receiver.requests.last?.header("idempotency-key") == id)
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func afterAKillThePagesGoOut() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("notices.json")
        let down = try webhook(to: "http://\(try FreePort().endpoint)/")
        var atTheKill = Data()
        try await down.delivering {
            down.keep(in: file)
            down.post(notice(.page, "one"))
            try await eventually("it to be on disk") {
                atTheKill = FileManager.default.contents(atPath: file) ?? Data()
                return String(decoding: atTheKill, as: UTF8.self).contains("\"one\"")
            }
        }
        try atTheKill.write(to: URL(fileURLWithPath: file))
        let receiver = try WebhookReceiver()
        let next = try webhook(to: receiver.url)
        try await next.delivering { next.keep(in: file) }
        #expect(receiver.texts == ["one"])
    }
}
