import Documents
import NIOCore
import Planning
import Situations
import TopologyModel
import Values

/// How far a region's data at a host is behind.
struct DataLagQuestion: Hashable, Sendable {
    let region: RegionID
    let host: HostID
    private let source: Source?

    private enum Source: Hashable {
        case page(Endpoint, header: String, path: String)
        case query(Endpoint, text: String)
    }

    /// More is no lag that anybody means.
    private static let lagMax = Duration.seconds(365 * 86_400)

    init(of region: Region, at host: Host) {
        (self.region, self.host) = (region.id, host.id)
        source =
            switch host.load {
            case .http(let path)?:
                host.addresses.all.first.map {
                    .page($0, header: region.hostHeader, path: path)
                }
            case .prometheus(let query)?:
                query.dataLag.map {
                    .query(query.endpoint, text: $0.replacing("${host}", with: host.id.name))
                }
            case .haproxy?, nil: nil
            }
    }

    func answer(on loop: any EventLoop, by deadline: NIODeadline) async -> StandbyAnswers.DataLag {
        guard let source else {
            return untold(
                "has no source for it",
                mend: "give the host load.http or load.prometheus.dataLag, or the region no rpo")
        }
        do throws(SilentSource) {
            return .told(try await lag(from: source, on: loop, by: deadline))
        } catch {
            return untold(error.why, mend: "see its load source")
        }
    }

    private func untold(_ why: String, mend: String) -> StandbyAnswers.DataLag {
        .untold(
            Fault(
                what: "nobody tells how far the data of \(region) at \(host) is behind: \(why)",
                mend: mend))
    }

    private func lag(
        from source: Source, on loop: any EventLoop, by deadline: NIODeadline
    ) async throws(SilentSource) -> Duration {
        switch source {
        case .page(let endpoint, let header, let path):
            let fetch = HTTPFetch(
                of: path, host: header, at: endpoint, on: loop, by: deadline)
            return try DataLagQuestion.lag(page: try await fetch.body())
        case .query(let endpoint, let text):
            let fetch = HTTPFetch(
                of: PrometheusAnswer.path(asking: text), host: "\(endpoint)", at: endpoint,
                on: loop, by: deadline)
            // Seconds with a fraction, kept in milliseconds.
            let answer = try PrometheusAnswer(body: try await fetch.body(), places: 3)
            guard let lag = answer.byRegion[region] ?? answer.whole else {
                throw SilentSource("the query gives no value for region \(region)")
            }
            return try DataLagQuestion.bounded(lag)
        }
    }

    /// `dataLagMs` of the page of a load.
    static func lag(page body: [UInt8]) throws(SilentSource) -> Duration {
        guard let page = try JSONValue(page: body)["dataLagMs"] else {
            throw SilentSource("its page has no dataLagMs")
        }
        guard case .number(let lag) = page else { throw SilentSource("dataLagMs is no number") }
        return try bounded(lag)
    }

    private static func bounded(_ milliseconds: Int64) throws(SilentSource) -> Duration {
        let lag = Duration.milliseconds(milliseconds)
        guard (.zero...lagMax).contains(lag) else {
            throw SilentSource("\(milliseconds) ms are not from 0 to a year")
        }
        return lag
    }
}
