import Control
import Foundation
import Manifests
import Playbooks
import Situations
import TestSupport
import Testing

@Suite struct PlaybookFolderTests {
    @Test("a folder from before spills says what is missing, and from where it comes")
    func aFolderOfAnOlderReleaseIsTold() throws {
        let shipped = try packageRoot().appendingPathComponent("playbooks").path
        let name = "playbooks-\(ProcessInfo.processInfo.globallyUniqueString)"
        let folder = NSTemporaryDirectory() + name
        try FileManager.default.copyItem(atPath: shipped, toPath: folder)
        #expect(try PlaybookFolder(path: folder).playbooks().all.map(\.name).contains("spill"))
        try FileManager.default.removeItem(atPath: folder + "/spill.yaml")
        let fault = #expect(throws: InputFault.self) {
            try PlaybookFolder(path: folder).playbooks()
        }
        #expect(fault?.fault.what == "\(folder) has no playbook 'spill', which decisions name")
        #expect(fault?.fault.mend == "copy spill.yaml from the playbooks of this release")
        try FileManager.default.removeItem(atPath: folder)
    }
}
