/// A number that only grows: taken with leadership and carried by every effect, so that what an
/// older leader asks for can be refused.
///
/// Compared by term, then revision, then owner. The term is raised by a start on SQLite, a restore,
/// a move between stores and break-glass; the revision is the store's own (0 on SQLite).
package struct Epoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let term: UInt64
    package let revision: UInt64
    package let owner: ControllerID

    package init(term: UInt64, revision: UInt64, owner: ControllerID) {
        (self.term, self.revision, self.owner) = (term, revision, owner)
    }

    /// `7.0.c1`, the form of DNS records and journals.
    package var description: String { "\(term).\(revision).\(owner)" }

    package init?(text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let term = number(inDigits: parts[0], as: UInt64.self),
            let revision = number(inDigits: parts[1], as: UInt64.self), !parts[2].isEmpty
        else { return nil }
        self.init(term: term, revision: revision, owner: ControllerID(String(parts[2])))
    }

    package static func < (left: Epoch, right: Epoch) -> Bool {
        (left.term, left.revision, left.owner) < (right.term, right.revision, right.owner)
    }
}
