/// Waits until `condition` holds, asking again every `interval`; throws when `limit` has passed.
///
/// A condition that throws does not hold yet (a server that refuses is not ready); its last error
/// is shown when time runs out.
nonisolated(nonsending) package func eventually(
    _ what: String, within limit: Duration = .seconds(10),
    every interval: Duration = .milliseconds(20),
    _ condition: () async throws -> Bool
) async throws {
    _ = try await eventuallyValue(what, within: limit, every: interval) {
        try await condition() ? true : nil
    }
}

/// Waits until `value` is not nil, and returns it; otherwise as `eventually`.
nonisolated(nonsending) package func eventuallyValue<Value>(
    _ what: String, within limit: Duration = .seconds(10),
    every interval: Duration = .milliseconds(20),
    _ value: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    var last = "it was not so yet"
    while true {
        // Read before the last try: a test on a busy machine may have slept past the deadline.
        let isLast = ContinuousClock.now >= deadline
        do {
            if let value = try await value() { return value }
            last = "it was not so yet"
        } catch let error as CancellationError {
            throw error
        } catch {
            last = "last error: \(error)"
        }
        if isLast { break }
        try await Task.sleep(for: interval)
    }
    throw TestSupportError("waited \(limit) for \(what); \(last)")
}
