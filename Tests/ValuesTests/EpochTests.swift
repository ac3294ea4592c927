import Testing
import Values

struct EpochTests {
    private let c1 = ControllerID("c1")

    @Test func epochsAreComparedByTermThenRevisionThenOwner() {
        let growing = [
            Epoch(term: 1, revision: 9, owner: ControllerID("c9")),
            Epoch(term: 2, revision: 0, owner: ControllerID("c9")),
            Epoch(term: 2, revision: 1, owner: ControllerID("c1")),
            Epoch(term: 2, revision: 1, owner: ControllerID("c2")),
            Epoch(term: .max, revision: 0, owner: ControllerID("c1")),
        ]
        #expect(growing.reversed().sorted() == growing)
    }

    @Test(arguments: ["7.0.c1", "18446744073709551615.18446744073709551615.c-1", "1.2.a.b"])
    func epochsAreReadAndWritten(text: String) {
        #expect(Epoch(text: text)?.description == text)
    }

    @Test(arguments: [
        "", "7", "7.0", "7.0.", ".0.c1", "7..c1", "-7.0.c1", "+7.0.c1", "7.x.c1",
        "18446744073709551616.0.c1",
    ])
    func whatIsNoEpochIsRefused(text: String) {
        #expect(Epoch(text: text) == nil)
    }
}
