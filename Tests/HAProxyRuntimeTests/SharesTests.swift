import Testing
import Values

@testable import HAProxyRuntime

struct SharesTests {
    @Test func weightsThatAddUpTo100AreTheirOwnShares() {
        for first in 0...100 {
            let state = backend([(first, .ready, false), (100 - first, .ready, false)])
            let wanted = [first, 100 - first].filter { $0 > 0 }
            #expect(state.shares.map(\.percent.value) == wanted)
        }
    }

    @Test(arguments: [
        (
            why: "a configuration's weights", servers: [(100, 0, false), (1, 0, false)],
            shares: [99, 1]
        ),
        (
            why: "thirds: the first has the rest",
            servers: [(1, 0, false), (1, 0, false), (1, 0, false)], shares: [34, 33, 33]
        ),
        (
            why: "while shifting, both", servers: [(100, 0, false), (100, 0, false)],
            shares: [50, 50]
        ),
        (why: "maintenance has none", servers: [(100, 1, false), (50, 0, false)], shares: [100]),
        (why: "drain has none", servers: [(100, 8, false), (50, 0, false)], shares: [100]),
        (why: "a backup waits", servers: [(50, 0, false), (50, 0, true)], shares: [100]),
        (why: "a backup takes over", servers: [(0, 0, false), (50, 0, true)], shares: [100]),
        (why: "nobody", servers: [(0, 0, false), (0, 0, false)], shares: []),
    ])
    func sharesAreWhatNewUsersGet(
        why: String, servers: [(weight: Int, admin: UInt8, isBackup: Bool)], shares: [Int]
    ) {
        let state = backend(
            servers.map { ($0.weight, BackendServer.Admin(bits: $0.admin), $0.isBackup) })
        #expect(state.shares.map(\.percent.value) == shares, "\(why)")
    }

    private func backend(
        _ servers: [(weight: Int, admin: BackendServer.Admin, isBackup: Bool)]
    ) -> BackendState {
        BackendState(
            backend: HAProxyName("be")!,
            servers: servers.enumerated().map { index, server in
                BackendServer(
                    name: HAProxyName("s\(index)")!, endpoint: nil,
                    weight: AbsoluteWeight(server.weight)!, initialWeight: AbsoluteWeight(1)!,
                    admin: server.admin, load: ServerLoad(isBackup: server.isBackup))
            }, incarnation: "1@1")
    }
}
