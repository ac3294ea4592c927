import Control
import Detection
import Documents
import Playbooks
import Rendering
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

@Suite("What people read")
struct TextTests {
    private let colour = Palette(hasColour: true)

    @Test("status on an ordinary day")
    func ordinaryStatus() throws {
        let text = try Day.after(seconds: 30).status().text(.none)
        try expectGolden(text, "rendering/status-ordinary.txt")
    }

    @Test("status while a region is being moved, plain and in colour")
    func burningStatus() throws {
        let status = try Day.after(seconds: 63).status()
        try expectGolden(status.text(.none), "rendering/status-burning.txt")
        try expectGolden(status.text(colour), "rendering/status-burning-colour.txt")
        #expect(uncoloured(status.text(colour)) == status.text(.none))
    }

    @Test("status says what holds automatic action back")
    func heldStatus() throws {
        var day = try Day.after(seconds: 30)
        let pause = Command.pause(
            scope: .domain(id: Day.campus), reason: "the grid operator works on the campus",
            until: day.world.now + .seconds(3600))
        day.world.plan(.command(pause), at: day.world.now)
        day.world.plan(.references(areUp: false), at: day.world.now)
        _ = day.world.run(for: .seconds(60), checking: [])
        let status = try day.status()
        #expect(!status.pauses.isEmpty)
        try expectGolden(status.text(.none), "rendering/status-held.txt")
    }

    @Test("no line of status is wider than 80 columns", arguments: [30, 63, 300])
    func statusFits(seconds: Int) throws {
        let day = try Day.after(seconds: seconds)
        let fault = Fault(
            what: "the journal at /var/lib/bascule/journal.sqlite cannot be written: disk is full",
            mend: "make room, then start it again; nothing is acted on until then")
        for status in [try day.status(), try day.status(observing: fault)] {
            for line in status.text(.none).split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
            }
        }
    }

    @Test("the exit code says whether all is home, degraded or unserved")
    func exitCodes() throws {
        #expect(try Day.after(seconds: 30).status().exitCode == 0)
        #expect(try Day.after(seconds: 300).status().exitCode == 1)
        let idle = Controller(id: ControllerID("c1"))
        let configuration = try Day().configuration
        var fresh = idle
        _ = fresh.handle(.loaded(configuration), at: Instant(unixSeconds: 0))
        let status = StatusDocument(of: fresh, observing: nil, at: Instant(unixSeconds: 0))
        #expect(status.exitCode == 2)
        try expectGolden(status.text(.none), "rendering/status-not-leading.txt")
    }

    @Test("explain says why a region stands where it does")
    func explains() throws {
        let status = try Day.after(seconds: 300).status()
        let region = try #require(status.regions.first { $0.id == Day.grandEst })
        try expectGolden(status.explanation(of: region, .none), "rendering/explain.txt")
    }

    @Test(
        "explain says what speaks for a surge, what for an attack, and when nobody can tell",
        arguments: [("untold", nil), ("attacked", 2), ("saturated", 81)] as [(String, Int?)])
    func explainsALoad(name: String, logins: Int?) throws {
        let day = try Day.after(seconds: 30)
        var controller = try day.leader()
        var now = day.world.now
        for _ in 0..<5 {
            now = now + .seconds(1)
            let load = Load(users: 58_000, queue: 40, loginsPerSecond: logins)
            let reading = LoadReading(
                vantage: controller.id, host: HostID("ent-sbg2"), region: nil, at: now,
                result: .read(load: load))
            _ = controller.handle(.loadRead([reading]), at: now)
        }
        let status = StatusDocument(of: controller, observing: nil, at: now)
        let region = try #require(status.regions.first { $0.id == Day.grandEst })
        try expectGolden(
            status.explanation(of: region, .none), "rendering/explain-\(name).txt")
    }

    @Test("a plan says what it would do, why there, and why not elsewhere")
    func plans() throws {
        let plan = try Day.after(seconds: 30).plan(.evacuate(domain: Day.campus))
        try expectGolden(plan.text(.none), "rendering/plan.txt")
    }

    @Test("a plan that leaves somebody behind says who, why, and what would mend it")
    func refuses() throws {
        let day = try Day()
        let lost = ["ovh/gravelines/gra1", "scaleway/paris/par2"].map { FailureDomain($0) }
        let situation = Situation.ordinary(
            day.configuration.topology, digest: day.configuration.digest,
            at: day.world.options.start, lost: lost)
        let answer = day.configuration.plan(
            for: .evacuate(domain: Day.campus), by: "ada", in: situation)
        guard case .plan(let plan) = answer else {
            Issue.record("there is no plan: \(answer)")
            return
        }
        try expectGolden(plan.text(.none), "rendering/plan-refusals.txt")
    }

    @Test("a run shows its steps and how long each took")
    func runs() throws {
        let status = try Day.after(seconds: 300).status()
        let run = try #require(status.runs.first)
        try expectGolden(run.text(.none, at: status.at), "rendering/run.txt")
        try expectGolden(status.runTable(.none, isOpen: false), "rendering/run-list.txt")
    }

    @Test("history tells what was seen, decided and done")
    func history() throws {
        let day = try Day.after(seconds: 300)
        let burnt = day.world.options.start + .seconds(60)
        let lines = day.world.store.entries.filter { $0.at >= burnt }.compactMap {
            $0.line(.none)
        }
        try expectGolden(lines.joined(separator: "\n") + "\n", "rendering/history.txt")
    }
}
