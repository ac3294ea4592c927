import Foundation
import Planning
import Situations
import TopologyModel
import Values

/// Plans placement instances and writes what the shared scorer reads.
///
///     planner-bench OUT_DIR STEPS ROUNDS LEAST INSTANCE.json...
///
/// LEAST is what a region keeps at least, in percent: 0 is what the instances allow. A line an
/// instance: name, displaced regions, steps used, the proven gap as the scorer counts unserved
/// demand, and the least seconds of so many rounds.
@main struct PlannerBench {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.dropFirst().prefix(3).compactMap { Int($0) }
        guard arguments.count > 4, numbers.count == 3 else {
            print("usage: planner-bench OUT_DIR STEPS ROUNDS LEAST INSTANCE.json...")
            exit(64)
        }
        for path in arguments.dropFirst(4) {
            let instance = try Instance(path: path)
            let conversion = Conversion(instance, least: Percent(checked: numbers[2]))
            var least = Duration.seconds(3600)
            var placement = Planner.placement(for: conversion.request, steps: 0)
            for _ in 0..<max(1, numbers[1]) {
                let start = ContinuousClock.now
                placement = Planner.placement(for: conversion.request, steps: numbers[0])
                least = min(least, ContinuousClock.now - start)
            }
            let target = URL(fileURLWithPath: arguments[0])
                .appendingPathComponent(instance.name + ".json")
            try JSONEncoder().encode(Scored(placement, of: instance.name)).write(to: target)
            print(
                instance.name, conversion.displaced, placement.steps, gap(of: placement),
                String(format: "%.3f", least.inSeconds), separator: "\t")
        }
    }

    /// In hundredths of a request per second, weighted, as the scorer counts.
    private static func gap(of placement: Placement) -> String {
        switch placement.optimality {
        case .exact: "exact"
        case .within(let unserved): String(unserved * 100 / Conversion.usersPerRequest)
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
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
                let parts = region.explanation.filter { $0.percent > .zero }
                return (
                    region.region.name,
                    parts.map { Part(site: $0.host.name, weight: $0.percent.value) }
                )
            })
    }
}
