import DNSMessages
import Logging
import Synchronization
import Values

/// The zones as they are served, and their files.
///
/// `commit` blocks on the disk; the server calls it from one thread of its own, so that questions
/// go on being answered and updates are made one after another.
final class ZoneStore: Sendable {
    private let current: Mutex<Catalog>
    private let changes = Atomic<Int>(0)
    private let files: [DNSName: DurableFile]
    private let log: Logger

    /// Reads every zone's file, and makes those that are missing; throws `Diagnostics` or
    /// `FileFault` for a damaged file, and leaves it as it is.
    init(_ configuration: NameServerConfiguration, log: Logger) throws {
        let entries = try configuration.zones.map { zone in
            Catalog.Entry(
                zone: try zone.loaded(bytesMax: configuration.limits.zoneFileBytesMax, log: log),
                keys: zone.keys)
        }
        current = Mutex(Catalog(entries))
        files = Dictionary(configuration.zones.map { ($0.name, DurableFile(path: $0.file)) }) {
            first, _ in first
        }
        self.log = log
    }

    /// What is served, and its version.
    ///
    /// The version is read first: should a change come between, it is found again, never missed.
    var served: (catalog: Catalog, version: Int) {
        let version = version
        return (current.withLock { $0 }, version)
    }

    /// Grows with each change that is served; cheap enough to be read for every question.
    var version: Int { changes.load(ordering: .acquiring) }

    /// Decides an update, saves the zone, serves it, in this order; returns what to answer.
    func commit(_ request: UpdateRequest) -> ResponseCode {
        switch served.catalog.outcome(of: request) {
        case .refused(let code, let why):
            log.warning("update refused", metadata: ["code": "\(code)", "why": "\(why)"])
            return code
        case .unchanged: return .noError
        case .changed(let zone): return save(zone, by: request.key)
        }
    }

    private func save(_ zone: ServedZone, by key: TSIGKey) -> ResponseCode {
        do throws(FileFault) {
            try files[zone.name]?.replace(with: ZoneFile.text(of: zone))
        } catch {
            log.error("zone not saved, so not changed: \(error)")
            return .serverFailure
        }
        current.withLock { $0.replace(zone) }
        changes.add(1, ordering: .releasing)
        log.notice(
            "zone changed",
            metadata: [
                "zone": "\(zone.name.text)", "serial": "\(zone.start.serial)", "by": "\(key)",
            ])
        return .noError
    }
}

extension ZoneConfiguration {
    fileprivate func loaded(bytesMax: Int, log: Logger) throws -> ServedZone {
        let durable = DurableFile(path: file)
        if let text = try durable.text(bytesMax: bytesMax) {
            return try ZoneFile.zone(named: name, in: text, file: file)
        }
        let zone = try seeded()
        try durable.replace(with: ZoneFile.text(of: zone))
        log.notice("zone file made from its seed", metadata: ["file": "\(file)"])
        return zone
    }

    private func seeded() throws(Diagnostics) -> ServedZone {
        do throws(ZoneFault) {
            return try ServedZone(name: name, records: seed)
        } catch {
            let place = Place(file: file, line: 1, column: 1)
            throw Diagnostics([
                Diagnostic(
                    at: place,
                    what: "there is no zone file, and its seed is no zone: \(error.what)",
                    mend: "put a zone file there, or mend the seed: \(error.mend)")
            ])
        }
    }
}
