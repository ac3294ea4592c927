/// Runs `work` and cancels it when it takes longer than `limit`; then throws `error`.
func within<Result: Sendable>(
    _ limit: Duration, or error: some Error, _ work: @Sendable @escaping () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await Task.sleep(for: limit)
            throw error
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw error }
        return first
    }
}
