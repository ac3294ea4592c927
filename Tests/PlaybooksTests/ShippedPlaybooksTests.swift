import Foundation
import Manifests
import TestSupport
import Testing

@testable import Playbooks

/// What the other tests show of a playbook holds for the file of that name.
@Suite struct ShippedPlaybooksTests {
    @Test(arguments: [Playbook.evacuate, .switchover, .failback])
    func theFileIsThePlaybookThatIsTested(_ tested: Playbook) throws {
        let name = "playbooks/\(tested.name).yaml"
        let bytes = try Data(contentsOf: packageRoot().appendingPathComponent(name))
        #expect(try PlaybookFile.playbook(bytes: Array(bytes), file: name) == tested)
    }
}
