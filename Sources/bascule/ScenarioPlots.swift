import OrderedCollections
import Rendering
import Simulation
import TopologyModel
import Values

// What the users met, as plots: a region each, and one of all hosts.
extension ScenarioReport {
    func plots(_ palette: Palette, in topology: Topology) -> String {
        var plots = crowds.map { story in
            CrowdPlot(
                topology.regions[story.region]?.title ?? story.region.name, story.groups,
                from: topology.calendar.localTime(at: story.from), length: story.length)
        }
        if let story = crowds.first {
            let rows = presses.map { CrowdPlot.Row($0.host.name, $0.percents) }
            plots.append(
                CrowdPlot(
                    "Hosts: load in percent of what each can bear",
                    rows.map { CrowdPlot.Group("", [$0], tone: .good, unit: "%", limit: 100) },
                    from: topology.calendar.localTime(at: story.from), length: story.length))
        }
        return plots.map { $0.text(palette) + "\n" }.joined()
    }
}

extension CrowdStory {
    fileprivate var groups: [CrowdPlot.Group] {
        let rows = { (values: KeyPath<Kind, [Int]>) in
            kinds.map { CrowdPlot.Row($0.classID.name, $0[keyPath: values]) }
        }
        return [
            .init("wanted", [.init("all", wanted)], tone: .plain),
            .init("served", rows(\.served), tone: .good),
            .init("waiting", rows(\.waiting), tone: .warning),
            .init("refused", rows(\.refused), tone: .bad, unit: "/s"),
        ]
    }
}
