import Detection
import Documents
import OrderedCollections
import Situations
import TopologyModel
import Values

// The graph for programs that draw: Graphviz's dot (graphviz.org/doc/info/lang.html) and Mermaid's
// flowchart (mermaid.js.org/syntax/flowchart.html).
extension TopologyGraph {
    package var dot: String {
        var text = """
            digraph topology {
              rankdir=LR; compound=true; fontname="sans-serif";
              node [fontname="sans-serif", shape=box, style="rounded,filled", fillcolor=white];
              edge [fontname="sans-serif", fontsize=10];

            """
        text += dotNodes(inside: nil, depth: 1)
        for arrow in arrows {
            let (from, to) = (ends(of: arrow.from), ends(of: arrow.to))
            var attributes = ["label=\(quoted(arrow.label))"]
            if !arrow.isInUse { attributes += ["style=dashed", "color=gray"] }
            if arrow.to.hasPrefix("fate/") { attributes += ["style=dotted", "dir=none"] }
            if let cluster = from.cluster { attributes.append("ltail=\(quoted(cluster))") }
            if let cluster = to.cluster { attributes.append("lhead=\(quoted(cluster))") }
            text +=
                "  \(quoted(from.node)) -> \(quoted(to.node))"
                + " [\(attributes.joined(separator: ", "))];\n"
        }
        return text + "}\n"
    }

    /// An arrow cannot end at a cluster: it ends at a point in it, and is clipped at its border.
    private func ends(of id: String) -> (node: String, cluster: String?) {
        id.hasPrefix("site/") ? ("anchor/" + id, "cluster_" + id) : (id, nil)
    }

    private func dotNodes(inside parent: String?, depth: Int) -> String {
        let indent = String(repeating: "  ", count: depth)
        return nodes.filter { $0.inside == parent }.map { node in
            let colour = node.verdict?.colour ?? "white"
            switch node.kind {
            case .domain, .site:
                let anchor =
                    node.kind == .site
                    ? "\(indent)  \(quoted("anchor/" + node.id)) [shape=point, style=invis];\n" : ""
                return "\(indent)subgraph \(quoted("cluster_" + node.id)) {\n"
                    + "\(indent)  label=\(quoted(node.label)); style=\"rounded,filled\"; "
                    + "fillcolor=\(quoted(colour));\n" + anchor
                    + dotNodes(inside: node.id, depth: depth + 1) + "\(indent)}\n"
            case .region, .door, .zone, .edge, .host, .fate, .dependency:
                return "\(indent)\(quoted(node.id)) [label=\(quoted(node.label)), "
                    + "shape=\(node.kind.dotShape), fillcolor=\(quoted(colour))];\n"
            }
        }.joined()
    }

    /// A quoted ID: only the quote needs an escape there, and a backslash would begin one.
    private func quoted(_ text: String) -> String {
        let escaped = printable(text).map { character in
            character == "\"" || character == "\\" ? "\\\(character)" : String(character)
        }
        return "\"\(escaped.joined())\""
    }

    package var mermaid: String {
        var text = "flowchart LR\n" + mermaidNodes(inside: nil, depth: 1)
        for arrow in arrows {
            let line = arrow.to.hasPrefix("fate/") || !arrow.isInUse ? "-.->" : "-->"
            let label = arrow.label.isEmpty ? "" : "|\"\(mermaidText(arrow.label))\"|"
            text += "  \(number(arrow.from)) \(line)\(label) \(number(arrow.to))\n"
        }
        let lost = nodes.filter { $0.verdict == .lost }.map { number($0.id) }
        text += "  classDef lost fill:#f5b7b1,stroke:#922b21\n"
        if !lost.isEmpty { text += "  class \(lost.joined(separator: ",")) lost\n" }
        return text
    }

    private func mermaidNodes(inside parent: String?, depth: Int) -> String {
        let indent = String(repeating: "  ", count: depth)
        return nodes.filter { $0.inside == parent }.map { node in
            let text = mermaidText(node.label)
            switch node.kind {
            case .domain, .site:
                return "\(indent)subgraph \(number(node.id))[\"\(text)\"]\n"
                    + mermaidNodes(inside: node.id, depth: depth + 1) + "\(indent)end\n"
            case .region: return "\(indent)\(number(node.id))([\"\(text)\"])\n"
            case .fate, .dependency: return "\(indent)\(number(node.id)){{\"\(text)\"}}\n"
            case .door, .zone, .edge, .host: return "\(indent)\(number(node.id))[\"\(text)\"]\n"
            }
        }.joined()
    }

    /// Mermaid's own words are no ids, and names may hold anything: nodes are numbered.
    private func number(_ id: String) -> String {
        "n\(nodes.firstIndex { $0.id == id } ?? nodes.count)"
    }

    private func mermaidText(_ text: String) -> String {
        printable(text).map { character in
            switch character {
            case "\"": "#quot;"
            case "#": "#35;"
            case "<": "#lt;"
            case ">": "#gt;"
            default: String(character)
            }
        }.joined()
    }
}

extension TopologyGraph.Node {
    fileprivate var label: String {
        let known = verdict.flatMap { $0 == .up || $0 == .unknown ? nil : $0.rawValue }
        return name + (known.map { " (\($0))" } ?? "")
    }
}

extension TopologyGraph.Kind {
    fileprivate var dotShape: String {
        switch self {
        case .region: "oval"
        case .fate, .dependency: "hexagon"
        case .zone: "cylinder"
        case .door: "cds"
        case .edge, .host, .site, .domain: "box"
        }
    }
}

extension Verdict {
    fileprivate var colour: String {
        switch self {
        case .lost: "#f5b7b1"
        case .doubted, .degraded, .saturated: "#f9e79f"
        case .up: "#d5f5e3"
        case .unknown: "white"
        }
    }
}
