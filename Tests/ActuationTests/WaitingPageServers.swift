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
