/// The rooms of the house and the direction of imports (docs/architecture.md).
///
/// Kept apart from Package.swift on purpose: a dependency that is added there and breaks the
/// direction is found here.
enum House {
    static let pure: Set<String> = [
        "Values", "TopologyModel", "Workload", "Detection", "Situations", "Planning", "Playbooks",
        "Control", "Documents", "Simulation", "Rendering",
    ]

    /// What a pure file may import besides pure targets.
    static let collections: Set<String> = ["OrderedCollections", "HeapModule"]

    /// The edges never import each other.
    static let edges: Set<String> = [
        "Probing", "Actuation", "Storage", "NameServer", "Lab", "ControlAPI", "Notification",
    ]

    static let leaves: Set<String> = [
        "DNSMessages", "HAProxyRuntime", "PatroniREST", "OutboundHTTP",
    ]

    /// Folders without a test folder of their own: a module map, and the two commands, which are
    /// tested from outside by CommandTests and `sim` by scripts/test.
    static let withoutTests: Set<String> = ["CYAML", "CEpoll", "bascule", "sim"]

    /// What each target may import, besides all that those may.
    private static let direct: [String: Set<String>] = [
        "Values": [],
        "TopologyModel": ["Values"],
        "Workload": ["TopologyModel"],
        "Detection": ["TopologyModel"],
        "Situations": ["Detection"],
        "Planning": ["Situations"],
        "Playbooks": ["Planning"],
        "Control": ["Playbooks"],
        "Documents": ["Control"],
        "Simulation": ["Documents", "Workload"],
        "Rendering": ["Documents"],
        "Runtime": ["Control"],
        "CYAML": [],
        "YAMLReading": ["CYAML", "Values"],
        "Manifests": ["YAMLReading", "Simulation"],
        "DNSMessages": ["Values"],
        "HAProxyRuntime": ["Values"],
        "PatroniREST": ["Values"],
        "OutboundHTTP": ["Values"],
        "CEpoll": [],
        "Probing": leaves.union(["Runtime", "Documents", "CEpoll"]),
        "Actuation": leaves.union(["Runtime", "Documents"]),
        "Storage": leaves.union(["Runtime", "Documents"]),
        "NameServer": leaves.union(["Runtime", "Documents"]),
        "Notification": leaves.union(["Runtime", "Documents"]),
        "Lab": leaves.union(["Workload"]),
        "ControlAPI": leaves.union(["Runtime", "Rendering"]),
    ]

    static let rooms = Set(direct.keys)

    /// Every target of ours that `target` may import; nil for the commands, which may import all.
    static func importable(by target: String) -> Set<String>? {
        direct[target].map { closure(of: $0) { direct[$0] ?? [] } }
    }
}

/// All that can be reached from `seeds`, with them.
func closure(of seeds: Set<String>, _ next: (String) -> Set<String>) -> Set<String> {
    var seen: Set<String> = []
    var open = Array(seeds)
    while let one = open.popLast() {
        if seen.insert(one).inserted { open += next(one) }
    }
    return seen
}
