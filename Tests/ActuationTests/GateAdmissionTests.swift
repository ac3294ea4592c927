import HAProxyRuntime
import Situations
import Testing
import TopologyModel

@testable import Actuation

struct GateAdmissionTests {
    private let gate = GateAdmission(classes: ["staff", "pupils", "parents"].map { ClassID($0) })

    @Test(arguments: [
        (why: "everybody", admission: "", map: ""),
        (why: "one class: logins stay open", admission: "parents 0:0", map: "parents 0:0"),
        (
            why: "all classes: logins as fast as entries",
            admission: "staff 50:5,pupils 200:20,parents 0:0",
            map: "staff 50:5,pupils 200:20,parents 0:0,/login :25"
        ),
        (
            why: "nobody: nor logins", admission: "staff 0:0,pupils 0:0,parents 0:0",
            map: "staff 0:0,pupils 0:0,parents 0:0,/login :0"
        ),
    ])
    func anAdmissionIsWrittenAndReadAlike(why: String, admission: String, map: String) {
        let quotas = lines(admission).map { (line: MapLine) -> ClassQuota in
            let lane = LaneQuota(line)
            return ClassQuota(
                classID: ClassID(line.key), users: lane?.users ?? -1,
                entriesPerSecond: lane?.entriesPerSecond ?? -1)
        }
        #expect(gate.lanes(for: quotas).map(\.line) == lines(map), "\(why)")
        let read = gate.admission(in: lines(map).reversed())
        #expect(read.quotas ?? [] == quotas, "\(why)")
        #expect((read.quotas == nil) == quotas.isEmpty, "\(why)")
        #expect(read.foreign == [], "\(why)")
    }

    @Test(arguments: [
        (why: "a class nobody declared", map: "wizards 1:1", foreign: ["quota wizards 1:1"]),
        (why: "half a quota", map: "pupils 500", foreign: ["quota pupils 500"]),
        (why: "no limit on users", map: "pupils :5", foreign: ["quota pupils :5"]),
        (
            why: "a line twice", map: "pupils 5:5,pupils 6:6",
            foreign: ["quota pupils 6:6"]
        ),
        (why: "logins by hand", map: "pupils 5:5,/login :1", foreign: ["quota /login :1"]),
        (
            why: "logins left open", map: "staff 1:1,pupils 2:2,parents 3:3",
            foreign: ["no quota /login"]
        ),
        (
            why: "logins at another pace", map: "staff 1:1,pupils 2:2,parents 3:3,/login :9",
            foreign: ["quota /login :9"]
        ),
    ])
    func whatNoAdmissionExplainsIsForeign(why: String, map: String, foreign: [String]) {
        #expect(gate.admission(in: lines(map)).foreign == foreign, "\(why)")
    }

    @Test func aTopologyWithoutClassesHasNoLaneForLogins() {
        #expect(GateAdmission(classes: []).lanes(for: []).isEmpty)
    }

    private func lines(_ text: String) -> [MapLine] {
        text.split(separator: ",").map { part in
            let words = part.split(separator: " ")
            return MapLine(key: String(words[0]), value: String(words[1]))
        }
    }
}
