import AsyncHTTPClient
package import Control
import Foundation
package import Logging
import NIOPosix
import Runtime
import Situations
import Synchronization
package import Values

/// Sends notices to a webhook, in order, one at a time; the loop that posts them never waits.
///
/// What cannot be delivered is tried again with longer and longer waits, and waits in a bounded
/// queue; of that people are told on standard error only, so that it never feeds itself.
package final class Webhook: Sendable {
    package struct Limits: Sendable {
        /// For one try.
        package var tryMax = Duration.seconds(5)
        /// Between two tries: doubled each time, up to the second, and drawn between a half and
        /// all of it.
        package var waitMin = Duration.seconds(1)
        package var waitMax = Duration.seconds(60)
        /// How long a notice is tried; then it is dropped, and counted.
        package var pageAgeMax = Duration.seconds(24 * 3600)
        package var infoAgeMax = Duration.seconds(3600)
        /// How often it is said again that the receiver cannot be reached.
        package var reminderInterval = Duration.seconds(600)
        /// How long an end waits for what is still to be sent.
        package var flushMax = Duration.seconds(5)

        package init() {}
    }

    struct State {
        var queue = NoticeQueue()
        /// When each notice came, by its id.
        var cameAt: [String: ContinuousClock.Instant] = [:]
        var isClosing = false
        var file: WaitingFile?
        /// Pages of the file as it was last written.
        var saved: [NoticeMessage]?
        var isUnsaved = false
    }

    let address: WebhookAddress
    let controller: ControllerID
    let limits: Limits
    let log: Logger
    let now: @Sendable () -> Instant
    let state = Mutex(State())
    private let random: Mutex<SplitMix64>
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let savingBell: AsyncStream<Void>
    private let ringSaving: AsyncStream<Void>.Continuation

    package init(
        address: WebhookAddress, controller: ControllerID, limits: Limits = Limits(),
        seed: UInt64, log: Logger, now: @escaping @Sendable () -> Instant
    ) {
        (self.address, self.controller, self.limits) = (address, controller, limits)
        (self.log, self.now) = (log, now)
        random = Mutex(SplitMix64(seed: seed))
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (savingBell, ringSaving) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func post(_ notice: Notice) {
        let message = NoticeMessage(notice, from: controller)
        state.withLock { state in
            state.queue.add(message)
            state.cameAt[message.id] = .now
        }
        rung()
    }

    /// Sends beside `body`, and for at most `flushMax` after it.
    nonisolated(nonsending) package func delivering(
        _ body: () async throws -> Void
    ) async throws {
        let client = HTTPClient.forWebhook(connectingWithin: limits.tryMax)
        let disk = NIOThreadPool(numberOfThreads: 1)
        disk.start()
        let result: Result<Void, any Error> = await withTaskGroup(of: Bool.self) { group in
            group.addTask { [self] in await deliver(with: client) }
            group.addTask { [self] in await keepSaving(on: disk) }
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            state.withLock { $0.isClosing = true }
            rung()
            group.addTask { [limits] in
                do { try await Task.sleep(for: limits.flushMax) } catch { return false }
                return true
            }
            // The sender has sent all, or its time is over.
            while let isEnd = await group.next(), !isEnd {}
            ringSaving.finish()
            group.cancelAll()
            await group.waitForAll()
            return result
        }
        await end(on: disk)
        try await client.shutdown()
        try await disk.shutdownGracefully()
        return try result.get()
    }

    // MARK: - Sending

    private func rung() {
        ring.yield()
        ringSaving.yield()
    }

    /// Until it is closed and nothing waits; true, as what ends the flush.
    private func deliver(with client: HTTPClient) async -> Bool {
        let post = WebhookPost(address: address, client: client, limit: limits.tryMax)
        var trouble: Trouble?
        while let message = await next() {
            let outcome = await post.send(message)
            if Task.isCancelled, outcome != .delivered { return true }
            switch outcome {
            case .delivered:
                forget(message, isDelivered: true)
                trouble = recovered(from: trouble)
            case .refused(let why):
                log.error("the webhook \(address) refuses '\(message.text)': \(why)")
                forget(message, isDelivered: false)
            case .failed(let why):
                trouble = troubled(by: why, after: trouble)
                expire()
                await rest(for: trouble?.wait ?? limits.waitMin)
            }
            ringSaving.yield()
        }
        return true
    }

    private func next() async -> NoticeMessage? {
        var bell = bell.makeAsyncIterator()
        while !Task.isCancelled {
            let (first, isClosing) = state.withLock { ($0.queue.first, $0.isClosing) }
            if let first { return first }
            if isClosing { return nil }
            _ = await bell.next()
        }
        return nil
    }

    private func forget(_ message: NoticeMessage, isDelivered: Bool) {
        state.withLock { state in
            if isDelivered { state.queue.remove(message) } else { state.queue.drop(message) }
            state.cameAt[message.id] = nil
        }
    }

    /// Drops what has waited for too long.
    private func expire() {
        let now = ContinuousClock.now
        state.withLock { state in
            for message in state.queue.waiting {
                let age = state.cameAt[message.id].map { now - $0 } ?? .zero
                let isPage = message.severity == .page
                guard age > (isPage ? limits.pageAgeMax : limits.infoAgeMax) else { continue }
                state.queue.drop(message)
            }
            let ids = Set(state.queue.waiting.map(\.id))
            state.cameAt = state.cameAt.filter { ids.contains($0.key) }
        }
    }

    // MARK: - Trouble

    /// The receiver cannot be reached.
    private struct Trouble {
        var wait: Duration
        var toldAt: ContinuousClock.Instant
    }

    private func troubled(by why: String, after known: Trouble?) -> Trouble {
        let now = ContinuousClock.now
        let isToBeTold = known.map { now - $0.toldAt >= limits.reminderInterval } ?? true
        if isToBeTold {
            let (count, dropped) = state.withLock {
                ($0.queue.waiting.count, $0.queue.infosDropped + $0.queue.pagesDropped)
            }
            log.error(
                """
                notices do not reach the webhook \(address): \(why); \(count) wait, \(dropped) \
                were dropped, and it is tried again
                """)
        }
        let ceiling = known.map { min($0.wait * 2, limits.waitMax) } ?? limits.waitMin
        return Trouble(wait: ceiling, toldAt: isToBeTold ? now : known?.toldAt ?? now)
    }

    /// What was dropped meanwhile is said, and is itself a notice.
    private func recovered(from known: Trouble?) -> Trouble? {
        let (pages, infos, count) = state.withLock { state in
            let queue = state.queue
            state.queue.forgetDropped()
            return (queue.pagesDropped, queue.infosDropped, queue.waiting.count)
        }
        if known != nil {
            log.info("notices reach the webhook \(address) again; \(count) wait to be sent")
        }
        if pages + infos > 0 {
            let text =
                "\(pages) pages and \(infos) other notices were never sent here: see the "
                + "controller's log and bascule history"
            log.error("to the webhook \(address): \(text)")
            post(Notice(pages > 0 ? .page : .info, at: now(), text: text))
        }
        return nil
    }

    /// Between a half and all of `ceiling`; a close cuts it short.
    private func rest(for ceiling: Duration) async {
        let wait = ceiling / 2 + random.withLock { $0.duration(upTo: ceiling / 2) }
        let end = ContinuousClock.now + wait
        repeat {
            do { try await Task.sleep(for: limits.waitMin / 10) } catch { return }
        } while ContinuousClock.now < end && !state.withLock(\.isClosing)
    }

    // MARK: - What outlives the process

    /// Keeps the pages that wait in a file from now on, and takes over what is in it.
    ///
    /// Called once the journal's lock is held: the file is one controller's.
    package func keep(in path: String) {
        let file = WaitingFile(path: path)
        let isNew = state.withLock { state in
            defer { state.file = file }
            return state.file == nil
        }
        guard isNew else { return }
        do {
            if let left = try file.read() { take(left) }
        } catch {
            log.error("notices that an earlier controller left behind are lost: \(error)")
        }
        ringSaving.yield()
    }

    private func take(_ left: WaitingFile.Content) {
        state.withLock { state in
            state.queue.addFirst(left.notices)
            for notice in left.notices { state.cameAt[notice.id] = .now }
        }
        rung()
    }

    /// Always false: its end does not end the flush.
    private func keepSaving(on disk: NIOThreadPool) async -> Bool {
        for await _ in savingBell { await save(on: disk, hasEnded: false) }
        return false
    }

    private func save(on disk: NIOThreadPool, hasEnded: Bool) async {
        let (file, pages, isSaved) = state.withLock { state in
            let pages = state.queue.pages
            return (state.file, pages, state.saved == pages && !hasEnded)
        }
        guard let file, !isSaved else { return }
        do {
            try await disk.runIfActive {
                if hasEnded, pages.isEmpty { return try file.remove() }
                try file.write(WaitingFile.Content(hasEnded: hasEnded, notices: pages))
            }
            state.withLock { ($0.saved, $0.isUnsaved) = (pages, false) }
        } catch {
            let isKnown = state.withLock { state in
                defer { state.isUnsaved = true }
                return state.isUnsaved
            }
            if !isKnown { log.error("notices that wait are only in memory: \(error)") }
        }
    }

    private func end(on disk: NIOThreadPool) async {
        await save(on: disk, hasEnded: true)
        let (waiting, pages) = state.withLock { ($0.queue.waiting.count, $0.queue.pages.count) }
        guard waiting > 0 else { return }
        let rest = state.withLock { $0.file != nil } ? "; pages go out at the next start" : ""
        log.error(
            "\(waiting) notices, \(pages) of them pages, were not sent to \(address)\(rest)")
    }
}
