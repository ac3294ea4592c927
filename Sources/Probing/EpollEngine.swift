import CEpoll
import Detection
import Glibc
import HeapModule
import Runtime
import TopologyModel
import Values

/// Carries out plain TCP and HTTP probes over epoll, each on a connection of its own.
///
/// For one thread, which starts probes and takes turns; a turn waits for answers and deadlines.
/// A probe costs the kernel's work and little else: its slot, its buffers and what it asks are
/// there already. docs/performance.md says how little.
final class EpollEngine {
    private struct Slot {
        var order: ProbeOrder?
        /// Nil for TCP.
        var question: HTTPQuestion?
        var descriptor: Int32 = -1
        /// Raised at each end, so that a late event of one probe is none of the next.
        var generation: UInt32 = 0
        var isConnected = false
        var sentAt = Instant.distantPast
        var deadline = Instant.distantFuture
        /// Bytes of the request that were sent.
        var sent = 0
        var reader = HTTPAnswerReader()
    }

    private struct Deadline: Comparable {
        let at: Instant
        let tag: UInt64

        static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
    }

    /// Events that one call of the kernel may bring.
    private static let eventsMax = 512
    /// Bytes read at once.
    private static let readMax = 64 * 1024
    /// Questions kept for the next probe; past it they are made anew.
    private static let questionsMax = 32_768
    private static let bellTag = UInt64.max

    private let time: any TimePort
    private let bell: Bell
    private let epoll: Int32
    private var slots: [Slot]
    private var free: [Int]
    private var deadlines = Heap<Deadline>()
    private var questions: [ProbeKind: HTTPQuestion] = [:]
    private var events = [epoll_event](repeating: epoll_event(), count: EpollEngine.eventsMax)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: EpollEngine.readMax, alignment: 16)
    private var ended: [ProbeEnd] = []

    init(capacity: Int, time: any TimePort, bell: Bell) throws(SocketFault) {
        precondition(capacity > 0, "capacity must be positive; got \(capacity)")
        (self.time, self.bell) = (time, bell)
        slots = [Slot](repeating: Slot(), count: capacity)
        free = Array((0..<capacity).reversed())
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0, watch(bell.descriptor, EPOLLIN.rawValue, EpollEngine.bellTag) else {
            throw SocketFault(number: errno)
        }
    }

    deinit {
        for slot in slots where slot.descriptor >= 0 { Glibc.close(slot.descriptor) }
        if epoll >= 0 { Glibc.close(epoll) }
        buffer.deallocate()
    }

    /// The engine takes these; the others are not plain.
    static func takes(_ kind: ProbeKind) -> Bool {
        switch kind {
        case .tcp, .http: true
        case .https, .dns, .exec: false
        }
    }

    /// When the next open probe times out; nil when none is open.
    var nextDeadline: Instant? { deadlines.min?.at }

    /// The probes that have ended since this was last asked.
    func takeEnded() -> [ProbeEnd] {
        defer { ended.removeAll(keepingCapacity: true) }
        return ended
    }

    /// Starts a probe; whatever becomes of it, it ends by the order's timeout.
    func start(_ order: ProbeOrder) {
        let sentAt = time.now()
        guard let place = free.popLast() else {
            return ended.append(ProbeEnd(order, ownFaultAt: sentAt))
        }
        do {
            let descriptor = try ProbeSocket.connecting(to: order.target.endpoint)
            occupy(place, by: order, descriptor, sentAt)
        } catch {
            free.append(place)
            let end =
                error.isOurs
                ? ProbeEnd(order, ownFaultAt: sentAt)
                : ProbeEnd(order, sentAt: sentAt, result: .fail(kind: error.kind))
            ended.append(end)
        }
    }

    /// Waits until something comes or `wake`, and ends what is answered, then what is overdue.
    func turn(until wake: Instant) {
        var count = wait(until: wake)
        handle(count)
        // Nothing is overdue while its answer may still lie unread.
        while count == EpollEngine.eventsMax {
            count = wait(until: .distantPast)
            handle(count)
        }
        endOverdue(at: time.now())
    }

    private func occupy(
        _ place: Int, by order: ProbeOrder, _ descriptor: Int32, _ sentAt: Instant
    ) {
        slots[place].order = order
        slots[place].question = question(of: order.kind)
        slots[place].descriptor = descriptor
        slots[place].isConnected = false
        slots[place].sentAt = sentAt
        slots[place].deadline = sentAt + order.timeout
        slots[place].sent = 0
        slots[place].reader.reset()
        let tag = tag(of: place)
        deadlines.insert(Deadline(at: slots[place].deadline, tag: tag))
        // Told of each change once: no second call is needed to stop hearing of room to write.
        let flags =
            EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        if !watch(descriptor, flags, tag) { endByOwnFault(place) }
    }

    private func question(of kind: ProbeKind) -> HTTPQuestion? {
        guard case .http(let host, let path, let status, let body) = kind else { return nil }
        if let known = questions[kind] { return known }
        if questions.count >= EpollEngine.questionsMax { questions.removeAll() }
        let new = HTTPQuestion(host: host, path: path, status: status, body: body)
        questions[kind] = new
        return new
    }

    private func watch(_ descriptor: Int32, _ flags: UInt32, _ tag: UInt64) -> Bool {
        var event = epoll_event(events: flags, data: epoll_data_t(u64: tag))
        return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0
    }

    private func tag(of place: Int) -> UInt64 {
        UInt64(slots[place].generation) << 32 | UInt64(place)
    }

    /// Waits in whole milliseconds, rounded up: what is due within one starts together.
    private func wait(until wake: Instant) -> Int {
        let nanoseconds = max((wake - time.now()).inNanoseconds, 0)
        let milliseconds = (nanoseconds / 1_000_000) + (nanoseconds % 1_000_000 > 0 ? 1 : 0)
        let limit = Int32(clamping: milliseconds)
        let count = epoll_wait(epoll, &events, Int32(EpollEngine.eventsMax), limit)
        precondition(count >= 0 || errno == EINTR, "epoll_wait: error \(errno)")
        return Int(max(count, 0))
    }

    private func handle(_ count: Int) {
        for index in 0..<count {
            let (flags, tag) = (events[index].events, events[index].data.u64)
            if tag == EpollEngine.bellTag {
                bell.hear()
            } else if let place = openPlace(tag) {
                advance(place, flags)
            }
        }
    }

    private func openPlace(_ tag: UInt64) -> Int? {
        let place = Int(UInt32(truncatingIfNeeded: tag))
        let isOpen =
            slots[place].descriptor >= 0 && slots[place].generation == UInt32(tag >> 32)
        return isOpen ? place : nil
    }

    /// Takes a probe as far as it comes now.
    private func advance(_ place: Int, _ flags: UInt32) {
        if !slots[place].isConnected {
            if flags & EPOLLERR.rawValue != 0 {
                let number = ProbeSocket.pendingError(of: slots[place].descriptor)
                return end(place, by: SocketFault(number: number))
            }
            guard flags & EPOLLOUT.rawValue != 0 else { return }
            slots[place].isConnected = true
        }
        guard let question = slots[place].question else { return pass(place) }
        if slots[place].sent < question.request.count {
            do {
                slots[place].sent += try ProbeSocket.send(
                    question.request[slots[place].sent...], over: slots[place].descriptor)
            } catch {
                // What was already answered may lie unread.
                if flags & EPOLLIN.rawValue == 0 { return end(place, by: error) }
            }
        }
        let ends = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
        guard flags & (EPOLLIN.rawValue | ends) != 0 else { return }
        read(place, for: question, toTheEnd: flags & ends != 0)
    }

    private func read(_ place: Int, for question: HTTPQuestion, toTheEnd: Bool) {
        while true {
            let count = recv(slots[place].descriptor, buffer.baseAddress, buffer.count, 0)
            guard count >= 0 else {
                if errno == EINTR { continue }
                if errno != EAGAIN { end(place, by: SocketFault(number: errno)) }
                return
            }
            let verdict =
                count == 0
                ? slots[place].reader.end(of: question)
                : slots[place].reader.take(
                    UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: question)
            switch verdict {
            case .more: if count < buffer.count, !toTheEnd { return }
            case .passed: return pass(place)
            case .wrongStatus: return end(place, with: .fail(kind: .wrongStatus))
            case .overloaded: return end(place, with: .fail(kind: .overloaded))
            case .wrongBody: return end(place, with: .fail(kind: .wrongBody))
            case .broken: return end(place, with: .fail(kind: .reset))
            }
        }
    }

    private func endOverdue(at now: Instant) {
        while let first = deadlines.min {
            guard let place = openPlace(first.tag) else {
                deadlines.removeMin()
                continue
            }
            guard first.at <= now else { return }
            deadlines.removeMin()
            let isConnected = slots[place].isConnected
            end(place, with: .fail(kind: isConnected ? .timeout : .connectTimeout))
        }
    }

    private func pass(_ place: Int) {
        end(place, with: .pass(latency: max(time.now() - slots[place].sentAt, .zero)))
    }

    private func end(_ place: Int, by fault: SocketFault) {
        if fault.isOurs { endByOwnFault(place) } else { end(place, with: .fail(kind: fault.kind)) }
    }

    private func endByOwnFault(_ place: Int) {
        let sentAt = slots[place].sentAt
        if let order = vacate(place) { ended.append(ProbeEnd(order, ownFaultAt: sentAt)) }
    }

    /// What is read or given up after the deadline says by how much this machine was late.
    private func end(_ place: Int, with result: ProbeResult) {
        let (sentAt, deadline) = (slots[place].sentAt, slots[place].deadline)
        guard let order = vacate(place) else { return }
        let lateness = max(time.now() - deadline, .zero)
        ended.append(ProbeEnd(order, sentAt: sentAt, lateness: lateness, result: result))
    }

    private func vacate(_ place: Int) -> ProbeOrder? {
        Glibc.close(slots[place].descriptor)
        slots[place].descriptor = -1
        slots[place].generation &+= 1
        free.append(place)
        defer { slots[place].order = nil }
        return slots[place].order
    }
}
