import Values

/// Builds the node tree of one document from events, within limits.
///
/// Faults that leave a tree are reported and reading goes on; others stop it.
struct Composer: ~Copyable {
    private struct Anchor {
        let node: Node
        let place: Place
        /// With every alias followed: how many nodes, and how many levels of lists and mappings.
        let nodes: Int
        let height: Int
    }

    private typealias Composed = (content: Node.Content, height: Int)

    private var parser: EventParser
    private let limits: ReadingLimits
    private let faults: Faults
    private var anchors: [String: Anchor] = [:]
    private var openAnchors: [String] = []
    private var nodes = 0

    init(
        _ bytes: [UInt8], file: String, limits: ReadingLimits, faults: Faults
    ) throws(ReadingStopped) {
        parser = try EventParser(bytes, file: file)
        (self.limits, self.faults) = (limits, faults)
    }

    /// The only document's root.
    mutating func root() throws(ReadingStopped) -> Node {
        let start = try parser.next().place
        guard case .documentStart = try parser.next().kind else {
            throw stopped(at: start, "the file is empty", mend: "write the document")
        }
        let root = try node(try parser.next(), depth: 1)
        _ = try parser.next()
        let next = try parser.next()
        if case .documentStart = next.kind {
            throw stopped(
                at: next.place, "a second document begins here",
                mend: "keep one document a file: remove the line ---, or split the file")
        }
        return root.node
    }

    private mutating func node(
        _ event: Event, depth: Int
    ) throws(ReadingStopped) -> (node: Node, height: Int) {
        let nodesBefore = nodes
        try count(1, at: event.place)
        if let tag = event.tag { report(tag: tag, at: event.place) }
        if let anchor = event.anchor { openAnchors.append(anchor) }
        let (content, height) = try composed(event, depth: depth)
        let node = Node(content, at: event.place)
        if let name = event.anchor {
            openAnchors.removeLast()
            let count = nodes - nodesBefore
            define(
                name, as: Anchor(node: node, place: event.place, nodes: count, height: height))
        }
        return (node, height)
    }

    private mutating func composed(
        _ event: Event, depth: Int
    ) throws(ReadingStopped) -> Composed {
        switch event.kind {
        case .scalar(let scalar): return (content(of: scalar, at: event.place), 0)
        case .alias(let name): return try expanded(name, at: event.place, depth: depth)
        case .sequenceStart:
            try check(depth: depth, at: event.place)
            return try sequence(depth: depth)
        case .mappingStart:
            try check(depth: depth, at: event.place)
            return try mapping(depth: depth)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw stopped(
                at: event.place, "not YAML: a value is missing here", mend: syntaxMend(for: ""))
        }
    }

    private func content(of scalar: Scalar, at place: Place) -> Node.Content {
        let bytes = scalar.text.utf8.count
        guard bytes > limits.scalarBytesMax else { return .scalar(scalar) }
        faults.report(
            at: place, what: "a text of \(bytes) bytes; at most \(limits.scalarBytesMax) are read",
            mend: "shorten it, or close the quote that is open")
        return .unreadable
    }

    private mutating func sequence(depth: Int) throws(ReadingStopped) -> Composed {
        var items: [Node] = []
        var height = 0
        while true {
            let event = try parser.next()
            if case .sequenceEnd = event.kind { return (.sequence(items), height + 1) }
            let item = try node(event, depth: depth + 1)
            items.append(item.node)
            height = max(height, item.height)
        }
    }

    private mutating func mapping(depth: Int) throws(ReadingStopped) -> Composed {
        var mapping = Mapping()
        var height = 0
        var hasLostKeys = false
        while true {
            let event = try parser.next()
            if case .mappingEnd = event.kind {
                let isLost = hasLostKeys && mapping.entries.isEmpty
                return (isLost ? .unreadable : .mapping(mapping), height + 1)
            }
            let key = try key(event, depth: depth + 1)
            let value = try node(try parser.next(), depth: depth + 1)
            height = max(height, value.height)
            guard let key else {
                hasLostKeys = true
                continue
            }
            if let first = mapping.add(key, value.node) { report(key, isAgain: first.key) }
            try check(keys: mapping.entries.count, at: key.place)
        }
    }

    /// The key, or nil when what stands there cannot be one and is reported.
    private mutating func key(
        _ event: Event, depth: Int
    ) throws(ReadingStopped) -> Marked<String>? {
        let composed = try node(event, depth: depth).node
        guard case .scalar(let scalar) = event.kind else {
            var what = found(composed)
            if case .alias = event.kind { what = "an alias" }
            faults.report(
                at: event.place, what: "a key must be a text; found \(what)",
                mend: "write a name and a colon; quote a text that begins with {, [ or *")
            return nil
        }
        guard composed.content != .unreadable else { return nil }
        guard (1...limits.keyBytesMax).contains(scalar.text.utf8.count) else {
            faults.report(
                at: event.place,
                what: "a key must have 1 to \(limits.keyBytesMax) bytes; found \(found(composed))",
                mend: "write a short name before the colon")
            return nil
        }
        guard scalar.text != "<<" || !scalar.isPlain else {
            faults.report(
                at: event.place, what: "merge keys (<<) are not read",
                mend: "write the entries out, or use an alias for the whole mapping")
            return nil
        }
        return Marked(scalar.text, at: event.place)
    }

    private mutating func expanded(
        _ name: String, at place: Place, depth: Int
    ) throws(ReadingStopped) -> Composed {
        guard let anchor = anchors[name], !openAnchors.contains(name) else {
            report(unknownAlias: name, at: place)
            return (.unreadable, 0)
        }
        try check(depth: depth + anchor.height - 1, at: place)
        try count(anchor.nodes, at: place)
        return (anchor.node.content, anchor.height)
    }

    private mutating func define(_ name: String, as anchor: Anchor) {
        if let first = anchors[name] {
            faults.report(
                at: anchor.place,
                what: "anchor '&\(shown(name))' is given twice; the first is at \(first.place)",
                mend: "give each anchor a name of its own")
        } else {
            anchors[name] = anchor
        }
    }
}

// What is refused, and in which words.
extension Composer {
    private func report(_ key: Marked<String>, isAgain first: Marked<String>) {
        faults.report(
            at: key.place,
            what: "key '\(shown(key.value))' is given twice; the first is at \(first.place)",
            mend: "keep one of the two")
    }

    private func report(tag: String, at place: Place) {
        let standard = "tag:yaml.org,2002:"
        let text = tag.hasPrefix(standard) ? "!!" + tag.dropFirst(standard.count) : tag
        faults.report(
            at: place, what: "tags are not read; found '\(shown(text))'",
            mend: "remove what begins with !; a text is quoted instead")
    }

    private func report(unknownAlias name: String, at place: Place) {
        let isOpen = openAnchors.contains(name)
        let near = name.utf8.count <= 64 ? suggestion(for: name, among: anchors.keys.sorted()) : nil
        faults.report(
            at: place,
            what: isOpen
                ? "alias '*\(shown(name))' stands inside its own anchor"
                : "alias '*\(shown(name))' names an anchor that is not given before it",
            mend: near.map { "did you mean '*\(shown($0))'?" }
                ?? "put &\(shown(name)) before an earlier value, or quote the text")
    }

    private mutating func count(_ more: Int, at place: Place) throws(ReadingStopped) {
        nodes += more
        guard nodes > limits.nodesMax else { return }
        throw stopped(
            at: place, "more than \(limits.nodesMax) values, aliases followed",
            mend: "use fewer aliases of aliases, or split the file")
    }

    private func check(depth: Int, at place: Place) throws(ReadingStopped) {
        guard depth > limits.depthMax else { return }
        throw stopped(
            at: place, "more than \(limits.depthMax) lists and mappings inside each other",
            mend: "write it flatter")
    }

    private func check(keys: Int, at place: Place) throws(ReadingStopped) {
        guard keys > limits.keysPerMappingMax else { return }
        throw stopped(
            at: place, "more than \(limits.keysPerMappingMax) keys in one mapping",
            mend: "split the file")
    }

    private func stopped(at place: Place, _ what: String, mend: String) -> ReadingStopped {
        ReadingStopped(fault: Diagnostic(at: place, what: what, mend: mend))
    }
}
