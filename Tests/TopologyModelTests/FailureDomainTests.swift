import Testing
import TopologyModel

/// What falls with what, by path and by fate.
struct FailureDomainTests {
    @Test(arguments: [
        (name: "ovh", depth: 1, prefixes: ["ovh"]),
        (name: "ovh/strasbourg", depth: 2, prefixes: ["ovh", "ovh/strasbourg"]),
        (
            name: "ovh/strasbourg/sbg2", depth: 3,
            prefixes: ["ovh", "ovh/strasbourg", "ovh/strasbourg/sbg2"]
        ),
        (name: "fate:power-sbg", depth: 1, prefixes: ["fate:power-sbg"]),
    ])
    func aPathHasAllItsPrefixesAndAFateOnlyItself(name: String, depth: Int, prefixes: [String]) {
        let domain = FailureDomain(name)
        #expect(domain.depth == depth)
        #expect(domain.prefixes.map(\.name) == prefixes)
    }

    @Test(arguments: [
        (why: "itself", outer: "ovh/strasbourg", inner: "ovh/strasbourg", contains: true),
        (why: "a building", outer: "ovh/strasbourg", inner: "ovh/strasbourg/sbg2", contains: true),
        (why: "all of a provider", outer: "ovh", inner: "ovh/strasbourg/sbg2", contains: true),
        (why: "not upwards", outer: "ovh/strasbourg", inner: "ovh", contains: false),
        (why: "not sideways", outer: "ovh/strasbourg", inner: "ovh/roubaix/rbx1", contains: false),
        (why: "part of a name", outer: "ovh/stras", inner: "ovh/strasbourg", contains: false),
        (why: "the same fate", outer: "fate:power", inner: "fate:power", contains: true),
        (why: "a fate is no prefix", outer: "fate:power", inner: "fate:power/x", contains: false),
        (why: "no fate by path", outer: "ovh", inner: "fate:ovh/power", contains: false),
    ])
    func aDomainContainsWhatFallsWithIt(why: String, outer: String, inner: String, contains: Bool) {
        #expect(FailureDomain(outer).contains(FailureDomain(inner)) == contains, "\(why)")
    }

    @Test func aLabelBecomesAFate() {
        #expect(FailureDomain(fate: "power-sbg").name == "fate:power-sbg")
        #expect(FailureDomain(fate: "power-sbg").isFate)
        #expect(!FailureDomain("power-sbg").isFate)
    }
}
