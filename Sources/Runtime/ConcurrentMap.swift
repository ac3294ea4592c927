/// What `transform` makes of each item, in their order, with at most `atOnce` of them under way.
package func concurrentMap<Item: Sendable, Value: Sendable>(
    _ items: [Item], atOnce: Int, _ transform: @escaping @Sendable (Item) async -> Value
) async -> [Value] {
    await withTaskGroup(of: (index: Int, value: Value).self) { group in
        var waiting = Array(items.enumerated())[...]
        for (index, item) in waiting.prefix(atOnce) {
            group.addTask { (index, await transform(item)) }
        }
        waiting = waiting.dropFirst(atOnce)
        var found: [(index: Int, value: Value)] = []
        while let value = await group.next() {
            found.append(value)
            if let (index, item) = waiting.popFirst() {
                group.addTask { (index, await transform(item)) }
            }
        }
        return found.sorted { $0.index < $1.index }.map(\.value)
    }
}
