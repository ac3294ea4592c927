import Detection
import Documents
import OrderedCollections
import Situations
import TopologyModel
import Values

// `topology`: the chain from names to hosts as a tree, and what shares fate with what.
extension Picture {
    package func topologyText(_ palette: Palette) -> String {
        let trees = topology.regions.values.map { tree(of: $0).text(palette) }
        return trees.joined(separator: "\n") + "\n" + fateTable(palette)
    }

    private func tree(of region: Region) -> Tree {
        let known = regionStatus(region.id)
        let title = region.title == region.id.name ? "" : " (\(region.title))"
        let home = known.map { $0.isHome ? ", home" : ", not home" } ?? ""
        let doors = region.frontDoors.map { doorTree($0, of: region) }
        let needs = region.dependsOn.map { needTree($0) }
        return Tree(
            Cell("\(region.id)\(title)", .strong), Cell("priority \(region.priority)\(home)"),
            doors + needs)
    }

    private func doorTree(_ door: FrontDoor, of region: Region) -> Tree {
        switch door {
        case .dns(let dns):
            let zone = judgement(of: dns.zone)
            let note = "zone \(dns.zone)\(zone.suffix), ttl \(dns.ttl.text), \(door.fencing)"
            let below =
                switch dns.points {
                case .hosts: hostTrees(of: region)
                case .edges: edges(of: region).map { edgeTree($0) }
                }
            return Tree(Cell(door.id.name), Cell(note, .faint), below)
        case .haproxy(let proxy):
            let note = "edge \(proxy.edge)\(judgement(of: proxy.edge).suffix), \(door.fencing)"
            return Tree(Cell(door.id.name), Cell(note, .faint), hostTrees(of: region))
        }
    }

    private func edgeTree(_ id: EdgeID) -> Tree {
        let site = topology.edges[id].flatMap { topology.sites[$0.site] }
        let place = site.map { pathWords(of: $0) }
        return Tree(Cell(id.name), Cell((place ?? "") + judgement(of: id).suffix), [])
    }

    private func hostTrees(of region: Region) -> [Tree] {
        let width = region.hosts.map(\.name.count).max() ?? 0
        return region.hosts.map { host in
            let percent = percent(of: region, at: host)
            let role = (percent > .zero ? "\(percent)" : "standby").padded(to: 7)
            let verdict = judgement(of: host).verdict
            let words = verdict.map { "  " + $0.rawValue.padded(to: 8) } ?? ""
            let place = topology.site(of: host).map { pathWords(of: $0) } ?? ""
            return Tree(
                Cell(
                    "\(host.name.padded(to: width))  \(role)\(words)", verdict?.treeTone ?? .plain),
                Cell(place, .faint), [])
        }
    }

    private func needTree(_ id: DependencyID) -> Tree {
        let further = topology.dependencies[id]?.dependsOn ?? []
        return Tree(
            Cell("needs \(id)", judgement(of: id).verdict?.treeTone ?? .plain),
            Cell(judgement(of: id).verdict?.rawValue ?? "", .faint), further.map(needTree))
    }

    /// `ovh/strasbourg/sbg2 [power-sbg]`.
    private func pathWords(of site: Site) -> String {
        let fates = site.fate.map { String($0.name.dropFirst(FailureDomain.fatePrefix.count)) }
        return site.domain.name + (fates.isEmpty ? "" : " [\(fates.joined(separator: ", "))]")
    }

    /// Domains and fates that hold more than one site: what falls together.
    private func fateTable(_ palette: Palette) -> String {
        var table = TextTable(["FALLS TOGETHER", "VERDICT", "HOSTS", "SERVES"])
        for row in domains where row.sites.count > 1 {
            table.add([
                Cell(row.name.name, .strong), row.standing.cell, list(row.hosts.map(\.name)),
                list(row.serves.map(\.name)),
            ])
        }
        return table.isEmpty ? "No two sites share a failure domain.\n" : table.text(palette)
    }
}

extension Judgement {
    /// ` (lost)` for what is to be noticed; nothing for what is up or not known.
    fileprivate var suffix: String {
        switch verdict {
        case .lost, .doubted, .degraded, .saturated: " (\(verdict?.rawValue ?? ""))"
        case .up, .unknown, nil: ""
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension Verdict {
    fileprivate var treeTone: Tone { self == .up ? .plain : tone }
}

/// A title with a note, and what hangs below it.
private struct Tree {
    let title: Cell
    let note: Cell
    let below: [Tree]

    init(_ title: Cell, _ note: Cell, _ below: [Tree]) {
        (self.title, self.note, self.below) = (title, note, below)
    }

    func text(_ palette: Palette) -> String { lines(palette, first: "", rest: "") }

    /// `first` stands before the title, `rest` before everything below it.
    private func lines(_ palette: Palette, first: String, rest: String) -> String {
        var text = first + palette.paint(title.text, title.tone)
        if !note.text.isEmpty {
            let used = first.count + title.text.count + 2
            let hanging = below.isEmpty ? rest : rest + "│"
            if used + note.text.count <= TextTable.widthDefault {
                text += "  " + palette.paint(note.text, note.tone)
            } else {
                let indent = hanging + "    "
                let room = TextTable.widthDefault - indent.count
                for line in broken(note.text, width: room) {
                    text += "\n" + indent + palette.paint(line, note.tone)
                }
            }
        }
        text += "\n"
        for (index, tree) in below.enumerated() {
            let isLast = index == below.count - 1
            text += tree.lines(
                palette, first: rest + (isLast ? "└─ " : "├─ "),
                rest: rest + (isLast ? "   " : "│  "))
        }
        return text
    }
}
