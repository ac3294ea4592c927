import OrderedCollections
import Values

extension JSONValue {
    /// The document of a value: enums by case name, durations as text (`1m30s`), keys in declared
    /// order.
    package init(encoding value: some Encodable) throws {
        let slot = Slot()
        try ValueEncoder(slot: slot, codingPath: []).encodeAny(value)
        self = slot.value
    }
}

/// Where a nested encoder leaves what it made.
private final class Slot {
    private enum Content {
        case value(JSONValue)
        case array([Slot])
        case object(OrderedDictionary<String, Slot>)
    }

    private var content = Content.value(.object([:]))

    var value: JSONValue {
        get {
            switch content {
            case .value(let value): value
            case .array(let slots): .array(slots.map(\.value))
            case .object(let slots): .object(slots.mapValues(\.value))
            }
        }
        set { content = .value(newValue) }
    }

    func slot(for key: String) -> Slot {
        var slots: OrderedDictionary<String, Slot> =
            if case .object(let known) = content { known } else { [:] }
        let slot = slots[key] ?? Slot()
        slots[key] = slot
        content = .object(slots)
        return slot
    }

    func appendSlot() -> Slot {
        var slots: [Slot] = if case .array(let known) = content { known } else { [] }
        let slot = Slot()
        slots.append(slot)
        content = .array(slots)
        return slot
    }

    func becomeArray() { if case .value = content { content = .array([]) } }
    func becomeObject() { if case .value = content { content = .object([:]) } }

    var count: Int { if case .array(let slots) = content { slots.count } else { 0 } }
}

private struct ValueEncoder: Encoder {
    let slot: Slot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func encodeAny(_ value: some Encodable) throws {
        if let duration = value as? Duration {
            slot.value = .string(duration.text)
        } else {
            try value.encode(to: self)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeObject()
        return KeyedEncodingContainer(KeyedSlots<Key>(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeArray()
        return ListedSlots(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleSlot(slot: slot, codingPath: codingPath)
    }
}

private struct SingleSlot: SingleValueEncodingContainer {
    let slot: Slot
    let codingPath: [any CodingKey]

    mutating func encodeNil() { slot.value = .null }
    mutating func encode(_ value: Bool) { slot.value = .bool(value) }
    mutating func encode(_ value: String) { slot.value = .string(value) }
    mutating func encode(_ value: Double) throws { throw wholeNumbersOnly() }
    mutating func encode(_ value: Float) throws { throw wholeNumbersOnly() }
    mutating func encode<Value: Encodable>(_ value: Value) throws {
        guard let number = value as? any BinaryInteger else {
            return try ValueEncoder(slot: slot, codingPath: codingPath).encodeAny(value)
        }
        guard let exact = Int64(exactly: number) else { throw wholeNumbersOnly() }
        slot.value = .number(exact)
    }

    private func wholeNumbersOnly() -> EncodingError {
        .invalidValue(
            0,
            .init(codingPath: codingPath, debugDescription: "only numbers of 64 bits are written"))
    }
}

private struct KeyedSlots<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: Slot
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) { slot.slot(for: key.stringValue).value = .null }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        var single = SingleSlot(
            slot: slot.slot(for: key.stringValue), codingPath: codingPath + [key])
        try single.encode(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        ValueEncoder(slot: slot.slot(for: "super"), codingPath: codingPath)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> ValueEncoder {
        ValueEncoder(slot: slot.slot(for: key.stringValue), codingPath: codingPath + [key])
    }
}

private struct ListedSlots: UnkeyedEncodingContainer {
    let slot: Slot
    let codingPath: [any CodingKey]
    var count: Int { slot.count }

    mutating func encodeNil() { slot.appendSlot().value = .null }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        var single = SingleSlot(slot: slot.appendSlot(), codingPath: codingPath)
        try single.encode(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        ValueEncoder(slot: slot.appendSlot(), codingPath: codingPath).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        ValueEncoder(slot: slot.appendSlot(), codingPath: codingPath).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        ValueEncoder(slot: slot.appendSlot(), codingPath: codingPath)
    }
}
