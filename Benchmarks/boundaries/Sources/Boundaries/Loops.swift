import ConcreteParts
import GenericParts
import InlinableParts

// The same loop five times: a simulator's, which takes the next event, counts it at its host, draws
// the next one and queues it.

private let hostCount: UInt32 = 64
private let pending: UInt64 = 1000

/// Plain structs, one module.
func concreteInOneModule(steps: Int) -> UInt64 {
    var random = ConcreteHere.SplitMix64(seed: 1)
    var loads = ConcreteHere.Loads(keys: (0..<hostCount).map { ConcreteHere.HostID($0) })
    var heap = ConcreteHere.EventHeap()
    for order in 0..<pending {
        let host = ConcreteHere.HostID(UInt32(order) % hostCount)
        heap.push(ConcreteHere.Event(at: Int64(order), order: order, host: host))
    }
    var order = pending
    var digest: UInt64 = 0
    for _ in 0..<steps {
        guard let event = heap.pop() else { break }
        let count = loads.count(event.host)
        digest = digest &* 31 &+ UInt64(count) &+ UInt64(event.host.number)
        let delay = Int64(random.next() % 1_000_000)
        let host = ConcreteHere.HostID(UInt32(random.next() % UInt64(hostCount)))
        heap.push(ConcreteHere.Event(at: event.at + delay, order: order, host: host))
        order += 1
    }
    return digest
}

/// Plain structs from another module.
func concreteAcross(steps: Int) -> UInt64 {
    var random = ConcreteParts.SplitMix64(seed: 1)
    var loads = ConcreteParts.Loads(keys: (0..<hostCount).map { ConcreteParts.HostID($0) })
    var heap = ConcreteParts.EventHeap()
    for order in 0..<pending {
        let host = ConcreteParts.HostID(UInt32(order) % hostCount)
        heap.push(ConcreteParts.Event(at: Int64(order), order: order, host: host))
    }
    var order = pending
    var digest: UInt64 = 0
    for _ in 0..<steps {
        guard let event = heap.pop() else { break }
        let count = loads.count(event.host)
        digest = digest &* 31 &+ UInt64(count) &+ UInt64(event.host.number)
        let delay = Int64(random.next() % 1_000_000)
        let host = ConcreteParts.HostID(UInt32(random.next() % UInt64(hostCount)))
        heap.push(ConcreteParts.Event(at: event.at + delay, order: order, host: host))
        order += 1
    }
    return digest
}

/// Generics, one module.
func genericInOneModule(steps: Int) -> UInt64 {
    var random = GenericHere.SplitMix64(seed: 1)
    var loads = GenericHere.Counts<GenericHere.Identifier<GenericHere.Host>>(
        keys: (0..<hostCount).map { GenericHere.Identifier<GenericHere.Host>($0) })
    var heap = GenericHere.Heap<GenericHere.Event>()
    for order in 0..<pending {
        let host = GenericHere.Identifier<GenericHere.Host>(UInt32(order) % hostCount)
        heap.push(GenericHere.Event(at: Int64(order), order: order, host: host))
    }
    var order = pending
    var digest: UInt64 = 0
    for _ in 0..<steps {
        guard let event = heap.pop() else { break }
        let count = loads.count(event.host)
        digest = digest &* 31 &+ UInt64(count) &+ UInt64(event.host.number)
        let delay = Int64(GenericHere.draw(below: 1_000_000, using: &random))
        let host = GenericHere.Identifier<GenericHere.Host>(
            UInt32(GenericHere.draw(below: UInt64(hostCount), using: &random)))
        heap.push(GenericHere.Event(at: event.at + delay, order: order, host: host))
        order += 1
    }
    return digest
}

/// Generics from another module.
func genericAcross(steps: Int) -> UInt64 {
    var random = GenericParts.SplitMix64(seed: 1)
    var loads = GenericParts.Counts<GenericParts.Identifier<GenericParts.Host>>(
        keys: (0..<hostCount).map { GenericParts.Identifier<GenericParts.Host>($0) })
    var heap = GenericParts.Heap<GenericParts.Event>()
    for order in 0..<pending {
        let host = GenericParts.Identifier<GenericParts.Host>(UInt32(order) % hostCount)
        heap.push(GenericParts.Event(at: Int64(order), order: order, host: host))
    }
    var order = pending
    var digest: UInt64 = 0
    for _ in 0..<steps {
        guard let event = heap.pop() else { break }
        let count = loads.count(event.host)
        digest = digest &* 31 &+ UInt64(count) &+ UInt64(event.host.number)
        let delay = Int64(GenericParts.draw(below: 1_000_000, using: &random))
        let host = GenericParts.Identifier<GenericParts.Host>(
            UInt32(GenericParts.draw(below: UInt64(hostCount), using: &random)))
        heap.push(GenericParts.Event(at: event.at + delay, order: order, host: host))
        order += 1
    }
    return digest
}

/// Inlinable generics from another module.
func inlinableAcross(steps: Int) -> UInt64 {
    var random = InlinableParts.SplitMix64(seed: 1)
    var loads = InlinableParts.Counts<InlinableParts.Identifier<InlinableParts.Host>>(
        keys: (0..<hostCount).map { InlinableParts.Identifier<InlinableParts.Host>($0) })
    var heap = InlinableParts.Heap<InlinableParts.Event>()
    for order in 0..<pending {
        let host = InlinableParts.Identifier<InlinableParts.Host>(UInt32(order) % hostCount)
        heap.push(InlinableParts.Event(at: Int64(order), order: order, host: host))
    }
    var order = pending
    var digest: UInt64 = 0
    for _ in 0..<steps {
        guard let event = heap.pop() else { break }
        let count = loads.count(event.host)
        digest = digest &* 31 &+ UInt64(count) &+ UInt64(event.host.number)
        let delay = Int64(InlinableParts.draw(below: 1_000_000, using: &random))
        let host = InlinableParts.Identifier<InlinableParts.Host>(
            UInt32(InlinableParts.draw(below: UInt64(hostCount), using: &random)))
        heap.push(InlinableParts.Event(at: event.at + delay, order: order, host: host))
        order += 1
    }
    return digest
}
