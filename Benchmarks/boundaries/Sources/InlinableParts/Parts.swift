// The parts of the loop as generics that other modules may specialize, behind a module boundary.

package struct SplitMix64: RandomNumberGenerator {
    @usableFromInline var state: UInt64
    @inlinable package init(seed: UInt64) { state = seed }

    @inlinable package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

package enum Host {}

/// One identifier for all kinds of things, told apart by a type that is never made.
package struct Identifier<Kind>: Comparable {
    package let number: UInt32
    @inlinable package init(_ number: UInt32) { self.number = number }
    @inlinable package static func < (left: Identifier, right: Identifier) -> Bool {
        left.number < right.number
    }
}

package struct Event: Comparable {
    package let at: Int64
    package let order: UInt64
    package let host: Identifier<Host>
    @inlinable package init(at: Int64, order: UInt64, host: Identifier<Host>) {
        (self.at, self.order, self.host) = (at, order, host)
    }
    @inlinable package static func < (left: Event, right: Event) -> Bool {
        left.at == right.at ? left.order < right.order : left.at < right.at
    }
}

package struct Heap<Item: Comparable> {
    @usableFromInline var items: [Item] = []
    @inlinable package init() {}

    @inlinable package mutating func push(_ item: Item) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    @inlinable package mutating func pop() -> Item? {
        guard let first = items.first else { return nil }
        let last = items.removeLast()
        if items.isEmpty { return first }
        items[0] = last
        var parent = 0
        while 2 * parent + 1 < items.count {
            var child = 2 * parent + 1
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            guard items[child] < items[parent] else { break }
            items.swapAt(child, parent)
            parent = child
        }
        return first
    }
}

/// Small structs sorted by their key, found by halving.
package struct Counts<Key: Comparable> {
    @usableFromInline var rows: [(key: Key, count: Int)]
    @inlinable package init(keys: [Key]) { rows = keys.sorted().map { ($0, 0) } }

    @inlinable package mutating func count(_ key: Key) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].key < key { low = middle + 1 } else { high = middle }
        }
        rows[low].count += 1
        return rows[low].count
    }
}

/// Draws below a bound from any generator, as Swift's own `random(in:using:)` does.
@inlinable package func draw(below bound: UInt64, using random: inout some RandomNumberGenerator)
    -> UInt64
{
    random.next() % bound
}
