import Foundation
import Situations
import TestSupport
import Testing

/// What those see who wait, from the shipped gate on a real HAProxy.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct WaitingPageServers {
    private let browser = ["Accept: text/html,application/xhtml+xml,*/*;q=0.8"]

    @Test func thePageIsInFrenchAndEnglishAndSaysWhenToComeBack() async throws {
        try await withFullGate { gate in
            let answer = try gate.answer(pass: GateBench.pass("p1"), headers: browser)
            #expect(answer.isWaiting)
            #expect(answer.header("content-type") == "text/html; charset=utf-8")
            #expect(answer.header("cache-control") == "no-store")
            let page = answer.body
            #expect(page.contains("<html lang=\"fr\">"))
            #expect(page.contains("Beaucoup de monde en ce moment"))
            #expect(page.contains("<section lang=\"en\">"))
            #expect(page.contains("Very busy right now"))
            #expect(page.contains(try Regex("<strong>à [0-2]?[0-9] h [0-5][0-9]</strong>")))
            #expect(page.contains(try Regex("<strong>at [0-2]?[0-9]:[0-5][0-9]</strong>")))
            let seconds = try #require(answer.header("retry-after"))
            #expect(page.contains("<meta http-equiv=\"refresh\" content=\"\(seconds)\">"))
        }
    }

    @Test func thePageNeedsNothingElse() async throws {
        try await withFullGate { gate in
            let page = try gate.answer(pass: GateBench.pass("p1"), headers: browser).body
            for word in ["<script", "src=", "http://", "https://", "url(", "@import", "%["] {
                #expect(!page.contains(word), "\(word)")
            }
            #expect(page.utf8.count < 8000)
        }
    }

    @Test func usersComeBackAtDifferentTimes() async throws {
        try await withFullGate { gate in
            let times = try (1...60).map { user in
                let answer = try gate.answer(pass: GateBench.pass("p\(user)"))
                return try #require(answer.header("retry-after").flatMap { Int($0) })
            }
            #expect(times.allSatisfy { (45...135).contains($0) })
            #expect(Set(times).count > 20)
            #expect((times.max() ?? 0) - (times.min() ?? 0) > 45)
        }
    }

    @Test func aClassThatIsClosedComesBackLater() async throws {
        try await withGate { gate in
            try await gate.set([GateBench.quota("parents", 0, 0)])
            let answer = try gate.answer(pass: GateBench.pass("f1", "parents"))
            let time = try #require(answer.header("retry-after").flatMap { Int($0) })
            #expect((300...900).contains(time))
        }
    }

    /// The hours are set around now, wherever the test runs.
    @Test func aClassOutsideItsHoursIsToldWhenItMayCome() async throws {
        try await withGate { gate in
            try await gate.set([GateBench.quota("parents", 0, 0)])
            let map = gate.haproxy.place.folder.file("hours.map")
            let page = { try gate.answer(pass: GateBench.pass("f1", "parents"), headers: browser) }
            let (before, opens, later) = (clock(in: -60), clock(in: 60), clock(in: 120))
            try gate.haproxy.typed("set map \(map) parents \(opens)-\(later)")
            let closed = try page().body
            let (hour, minute) = (opens.prefix(2), opens.suffix(2))
            #expect(closed.contains("<p class=\"when\" hidden>Votre prochain essai"))
            #expect(closed.contains("<p class=\"when\" hidden>Your next try"))
            #expect(closed.contains("<strong>après \(hour) h \(minute)</strong>"))
            #expect(closed.contains("<strong>after \(opens)</strong>"))
            try gate.haproxy.typed("set map \(map) parents \(before)-\(later)")
            let open = try page().body
            #expect(open.contains("<p class=\"when\" hidden>Vous pourrez entrer"))
            #expect(open.contains("<p class=\"when\" hidden>You can come in"))
            try gate.haproxy.typed("del map \(map) parents")
            #expect(try page().body.contains("<p class=\"when\" hidden>You can come in"))
        }
    }

    /// `HH:MM` in so many minutes, by the clock that HAProxy is told to go by.
    private func clock(in minutes: Int) -> String {
        let format = DateFormatter()
        format.timeZone = TimeZone(identifier: "Europe/Paris")
        format.dateFormat = "HH:mm"
        return format.string(
            from: Date(timeIntervalSince1970: Double(time(nil) + minutes * 60)))
    }

    @Test func aProgramIsToldInOneLine() async throws {
        try await withFullGate { gate in
            let answer = try gate.answer(pass: GateBench.pass("p1"))
            #expect(answer.isWaiting)
            let seconds = try #require(answer.header("retry-after"))
            #expect(answer.body == "full: come back in \(seconds) seconds")
        }
    }

    /// A gate with nobody let in for the pace, so that none is closed.
    private func withFullGate(_ body: (GateBench) async throws -> Void) async throws {
        try await withGate { gate in
            try await gate.set([GateBench.quota("pupils", 100, 0)])
            try await body(gate)
        }
    }
}
