import Detection
import NIOCore
import TopologyModel
import Values

/// The queries of one host, both asked at once.
struct PrometheusQuestion: Sendable {
    /// An answer that takes longer is none.
    private static let latencyNanosecondsMax = Int64(86_400_000_000_000)
    /// Latency comes in seconds, and is kept in nanoseconds.
    private static let latencyPlaces = 9

    let host: HostID
    let query: PrometheusQuery
    let loop: any EventLoop
    let deadline: NIODeadline

    /// Of each region where the users have the label `region`, else of the host as a whole.
    func results(
        for regions: [RegionID]
    ) async -> [(region: RegionID?, result: LoadReading.Result)] {
        async let latencies = latencies()
        do throws(SilentSource) {
            let users = try await answer(to: query.users)
            let latency = await latencies
            return PrometheusQuestion.results(for: regions, users: users, latency: latency)
        } catch { return [(nil, .silent(why: error.why))] }
    }

    static func results(
        for regions: [RegionID], users: PrometheusAnswer, latency: PrometheusAnswer?
    ) -> [(region: RegionID?, result: LoadReading.Result)] {
        let load = { (users: Int64, region: RegionID?) -> LoadReading.Result in
            guard (0...Int64(Users.usersMax)).contains(users) else {
                return .silent(why: "\(users) users are not from 0 to \(Users.usersMax)")
            }
            let time = region.flatMap { latency?.byRegion[$0] } ?? latency?.whole
            let isFine = time.map { (0...latencyNanosecondsMax).contains($0) } ?? false
            let answerTime = isFine ? time.map { Duration.nanoseconds($0) } : nil
            return .read(load: Load(users: Int(users), latency: answerTime))
        }
        if let whole = users.whole { return [(nil, load(whole, nil))] }
        guard !users.byRegion.isEmpty else {
            return [(nil, .silent(why: "the query gives no value"))]
        }
        return regions.map { region in
            let result = users.byRegion[region].map { load($0, region) }
            return (
                region, result ?? .silent(why: "the query gives no value for region \(region)")
            )
        }
    }

    /// Nil where it cannot be told: the users still can.
    private func latencies() async -> PrometheusAnswer? {
        guard let latency = query.latency else { return nil }
        do throws(SilentSource) {
            return try await answer(to: latency, places: PrometheusQuestion.latencyPlaces)
        } catch { return nil }
    }

    private func answer(
        to text: String, places: Int = 0
    ) async throws(SilentSource) -> PrometheusAnswer {
        let filled = text.replacing("${host}", with: host.name)
        let fetch = HTTPFetch(
            of: PrometheusAnswer.path(asking: filled), host: "\(query.endpoint)",
            at: query.endpoint, on: loop, by: deadline)
        return try PrometheusAnswer(body: try await fetch.body(), places: places)
    }
}
