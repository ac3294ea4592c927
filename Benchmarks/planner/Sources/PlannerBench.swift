import Foundation
import Planning
import Situations
import TopologyModel
import Values

/// Plans placement instances and writes what the shared scorer reads.
///
///     planner-bench OUT_DIR STEPS ROUNDS INSTANCE.json...
///
/// A line an instance: name, displaced regions, steps used, the proven gap as the scorer counts
/// unserved demand, and the least seconds of so many rounds.
@main struct PlannerBench {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count > 3, let steps = Int(arguments[1]), let rounds = Int(arguments[2])
        else {
            print("usage: planner-bench OUT_DIR STEPS ROUNDS INSTANCE.json...")
            exit(64)
        }
        for path in arguments.dropFirst(3) {
            try plan(path, steps: steps, rounds: max(1, rounds), into: arguments[0])
        }
    }

    private static func plan(_ path: String, steps: Int, rounds: Int, into folder: String) throws {
        let instance = try Instance(path: path)
        let conversion = Conversion(instance)
        let clock = ContinuousClock()
        var placement = Planner.placement(for: conversion.request, steps: 0)
        var least = Duration.seconds(Int.max / 4)
        for _ in 0..<rounds {
            let start = clock.now
            placement = Planner.placement(for: conversion.request, steps: steps)
            least = min(least, clock.now - start)
        }
        let target = URL(fileURLWithPath: folder).appendingPathComponent(instance.name + ".json")
        try JSONEncoder().encode(Scored(placement, of: instance.name)).write(to: target)
        let gap: String
        switch placement.optimality {
        case .exact: gap = "exact"
        case .within(let unserved): gap = "\(unserved * 100 / Conversion.usersPerRequest)"
        }
        let seconds = Double(least.components.attoseconds) / 1e18 + Double(least.components.seconds)
        print(
            instance.name, conversion.displaced, placement.steps, gap,
            String(format: "%.3f", seconds), separator: "\t")
    }
}

/// A plan in the scorer's form.
private struct Scored: Encodable {
    struct Part: Encodable {
        let site: String
        let weight: Int
    }

    let instance: String
    let placements: [String: [Part]]

    init(_ placement: Placement, of instance: String) {
        self.instance = instance
        placements = Dictionary(
            uniqueKeysWithValues: placement.regions.map { region in
                (
                    region.region.name,
                    region.explanation.filter { $0.percent > .zero }.map {
                        Part(site: $0.host.name, weight: $0.percent.value)
                    }
                )
            })
    }
}
