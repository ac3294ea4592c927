package import TopologyModel
package import Values
import Workload

/// What the users of a region met, in stretches of equal length.
package struct CrowdStory: Hashable, Sendable {
    package struct Kind: Hashable, Sendable {
        package let classID: ClassID
        /// In and answered, on average over each stretch.
        package fileprivate(set) var served: [Users]
        /// At the gate, on average.
        package fileprivate(set) var waiting: [Users]
        /// Turned away or unanswered by a host, each second on average.
        package fileprivate(set) var refused: [Int]
    }

    package let region: RegionID
    package let from: Instant
    package let length: Duration
    /// Who wanted to be in, on average.
    package fileprivate(set) var wanted: [Users]
    package fileprivate(set) var kinds: [Kind]
}

/// How hard a host was pressed: its highest load of each stretch, in percent of its capacity then.
package struct HostStory: Hashable, Sendable {
    package let host: HostID
    package fileprivate(set) var percents: [Int]
}

/// Looks at the crowd each second, and keeps a story of `stretches` parts.
struct CrowdRecord {
    /// As many as a plot has columns on a terminal of 80.
    static let stretches = 52

    private let start: Instant
    private let length: Duration
    private var sums: [CrowdStory] = []
    private(set) var presses: [HostStory] = []
    private var looks = Array(repeating: 0, count: CrowdRecord.stretches)

    init(of world: World, from start: Instant, for length: Duration) {
        (self.start, self.length) = (start, length)
        guard let crowd = world.crowd else { return }
        let none = looks
        sums = crowd.regions.map { region in
            CrowdStory(
                region: region.region, from: start, length: length, wanted: none,
                kinds: region.classes.map {
                    CrowdStory.Kind(
                        classID: $0.classID, served: none, waiting: none, refused: none)
                })
        }
        presses = crowd.hosts.map { HostStory(host: $0.id, percents: none) }
    }

    mutating func look(at world: World) {
        guard let crowd = world.crowd, world.now >= start, length > .zero else { return }
        let passed = (world.now - start).inNanoseconds / 1_000_000_000
        let seconds = max(1, length.inNanoseconds / 1_000_000_000)
        let part = min(Int(passed) * looks.count / Int(seconds), looks.count - 1)
        looks[part] += 1
        for (index, region) in crowd.regions.enumerated() {
            for (kind, users) in region.classes.enumerated() {
                sums[index].wanted[part] += users.wanted
                sums[index].kinds[kind].served[part] += users.served
                sums[index].kinds[kind].waiting[part] += users.waiting
                sums[index].kinds[kind].refused[part] += users.refused
            }
        }
        for (index, host) in crowd.hosts.enumerated() {
            presses[index].percents[part] = max(presses[index].percents[part], host.loadPercent)
        }
    }

    /// The means; what was not looked at is 0.
    var stories: [CrowdStory] {
        sums.map { sum in
            var story = sum
            story.wanted = mean(sum.wanted)
            for kind in sum.kinds.indices {
                story.kinds[kind].served = mean(sum.kinds[kind].served)
                story.kinds[kind].waiting = mean(sum.kinds[kind].waiting)
                story.kinds[kind].refused = mean(sum.kinds[kind].refused)
            }
            return story
        }
    }

    private func mean(_ sums: [Int]) -> [Int] {
        zip(sums, looks).map { $1 == 0 ? 0 : $0 / $1 }
    }
}
