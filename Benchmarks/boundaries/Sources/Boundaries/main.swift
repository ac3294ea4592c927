import Glibc

// Prints what each variant takes as a multiple of the floor, which is measured in the same round.

let steps = 300_000
let rounds = 11

let variants: [(name: String, loop: (Int) -> UInt64)] = [
    ("concrete, one module (floor)", concreteInOneModule),
    ("concrete, across a boundary", concreteAcross),
    ("generic, one module", genericInOneModule),
    ("generic, across a boundary", genericAcross),
    ("inlinable generic, across a boundary", inlinableAcross),
]

/// The process's own time, so that other work on the machine counts less.
func nanosecondsOfProcess() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

func nanoseconds(_ loop: (Int) -> UInt64, digests: inout Set<UInt64>) -> Double {
    let start = nanosecondsOfProcess()
    digests.insert(loop(steps))
    return nanosecondsOfProcess() - start
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

var digests: Set<UInt64> = []
var taken = [[Double]](repeating: [], count: variants.count)
for _ in 0..<rounds {
    for (index, variant) in variants.enumerated() {
        taken[index].append(nanoseconds(variant.loop, digests: &digests))
    }
}
precondition(digests.count == 1, "the variants do not compute the same: \(digests)")

print("| variant | ns a step (median of \(rounds)) | times the floor: median (least to most) |")
print("| --- | --- | --- |")
for (index, variant) in variants.enumerated() {
    let ratios = zip(taken[index], taken[0]).map { $0 / $1 }
    let spread = "\(rounded(ratios.min() ?? 0)) to \(rounded(ratios.max() ?? 0))"
    let step = rounded(median(taken[index]) / Double(steps))
    print("| \(variant.name) | \(step) | \(rounded(median(ratios))) (\(spread)) |")
}
