/// Notices that wait to be sent, oldest first; bounded, and what is dropped is counted.
///
/// An info makes room for an info, the oldest first. A page never goes for another notice: past
/// `pagesMax` of them the first ones, which tell how it began, are kept, and the rest is counted.
package struct NoticeQueue: Sendable {
    package static let infosMax = 256
    package static let pagesMax = 1024

    package private(set) var waiting: [NoticeMessage] = []
    package private(set) var infosDropped = 0
    package private(set) var pagesDropped = 0
    private var infos = 0

    package init() {}

    package var first: NoticeMessage? { waiting.first }
    package var pages: [NoticeMessage] { waiting.filter { $0.severity == .page } }
    package var hasDropped: Bool { infosDropped + pagesDropped > 0 }

    package mutating func add(_ message: NoticeMessage) {
        switch message.severity {
        case .page:
            guard waiting.count - infos < NoticeQueue.pagesMax else { return pagesDropped += 1 }
        case .info:
            if infos == NoticeQueue.infosMax { dropOldestInfo() }
            infos += 1
        }
        waiting.append(message)
    }

    /// Before all others: what was left behind by an earlier process.
    package mutating func addFirst(_ messages: [NoticeMessage]) {
        let known = Set(waiting.map(\.id))
        let new = messages.filter { !known.contains($0.id) }
        waiting = new + waiting
        infos += new.count { $0.severity == .info }
    }

    /// It was delivered.
    package mutating func remove(_ message: NoticeMessage) {
        guard let index = waiting.firstIndex(of: message) else { return }
        waiting.remove(at: index)
        if message.severity == .info { infos -= 1 }
    }

    /// It is given up.
    package mutating func drop(_ message: NoticeMessage) {
        guard waiting.contains(message) else { return }
        remove(message)
        if message.severity == .info { infosDropped += 1 } else { pagesDropped += 1 }
    }

    package mutating func forgetDropped() { (infosDropped, pagesDropped) = (0, 0) }

    /// The first of all may be on its way: it stays.
    private mutating func dropOldestInfo() {
        guard
            let index = waiting.indices.dropFirst().first(where: { waiting[$0].severity == .info })
        else { return }
        waiting.remove(at: index)
        infos -= 1
        infosDropped += 1
    }
}
