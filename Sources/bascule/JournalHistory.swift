package import ControlAPI
import Situations
package import Storage
package import Values

extension SQLiteJournal: HistoryPort {
    package func entries(
        before seq: Int?, atMost limit: Int
    ) async throws -> [HistoryMessage.Line] {
        try last(limit, before: seq).map { HistoryMessage.Line(seq: $0.seq, entry: $0.entry) }
    }

    package func entries(
        after seq: Int, atMost limit: Int
    ) async throws -> [HistoryMessage.Line] {
        try first(limit, after: seq).map { HistoryMessage.Line(seq: $0.seq, entry: $0.entry) }
    }

    package func files(of digest: Digest) async throws -> [TopologyMessage.File] {
        try texts(of: digest).map { TopologyMessage.File(name: $0.name, text: $0.text) }
    }
}
