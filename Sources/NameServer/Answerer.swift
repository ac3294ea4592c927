import DNSMessages
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Values

/// Gives the answers of one event loop: from memory, from the catalog, or after the disk.
struct Answerer {
    let limits: NameServerLimits
    let log: Logger
    private let transport: Transport
    private let now: @Sendable () -> Instant
    private let updates: Updates
    private var catalog: Catalog
    private var version: Int
    private var memory = AnswerMemory()

    init(_ configuration: NameServerConfiguration, _ transport: Transport, _ updates: Updates) {
        (limits, now, log) = (configuration.limits, configuration.now, updates.log)
        (self.transport, self.updates) = (transport, updates)
        (catalog, version) = updates.store.served
    }

    mutating func reaction(to request: [UInt8]) -> Reaction {
        refresh()
        guard let usual = UsualQuestion(request, over: transport) else {
            return catalog.reaction(to: request, over: transport, at: now())
        }
        if let answer = memory.answer(to: request, usual) { return .send(answer, isSigned: false) }
        let reaction = catalog.reaction(to: request, over: transport, at: now())
        if case .send(let answer, isSigned: false) = reaction { memory.keep(answer, for: usual) }
        return reaction
    }

    /// Saves an update on the disk's thread, and gives the answer to send on `loop`.
    func answer(
        to request: UpdateRequest, in form: ReplyForm, on loop: any EventLoop
    ) -> EventLoopFuture<[UInt8]> {
        let now = now
        return updates.code(for: request, on: loop).map { code in
            form.bytes(of: request.message.response(code), at: now())
        }
    }

    /// A change is served from the moment that its update is answered.
    private mutating func refresh() {
        guard updates.store.version != version else { return }
        (catalog, version) = updates.store.served
        memory.forget()
    }
}

/// Saves updates one after another, off the event loops.
final class Updates: Sendable {
    let store: ZoneStore
    let log: Logger
    private let disk: NIOThreadPool
    private let waitingMax: Int
    private let waitingCount = Atomic<Int>(0)

    init(_ store: ZoneStore, _ disk: NIOThreadPool, waitingMax: Int, _ log: Logger) {
        (self.store, self.disk, self.waitingMax, self.log) = (store, disk, waitingMax, log)
    }

    /// The one thread of `disk` makes updates wait for each other.
    func code(for request: UpdateRequest, on loop: any EventLoop) -> EventLoopFuture<ResponseCode> {
        let isRoom = waitingCount.add(1, ordering: .relaxed).newValue <= waitingMax
        guard isRoom else {
            waitingCount.subtract(1, ordering: .relaxed)
            log.warning("update refused: \(waitingMax) others wait for the disk")
            return loop.makeSucceededFuture(.serverFailure)
        }
        return disk.runIfActive(eventLoop: loop) { self.store.commit(request) }
            .recover { error in
                self.log.info("update not made, the server ends: \(error)")
                return .serverFailure
            }
            .always { _ in self.waitingCount.subtract(1, ordering: .relaxed) }
    }
}
