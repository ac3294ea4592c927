import Detection
import Documents
import Values

// What a host's own page says of its load (docs/topology-reference.md, "The page of a load").
extension Load {
    /// An answer that takes longer is none.
    private static let latencyMillisecondsMax = 86_400_000

    /// Reads the page; whatever is not as it is written down makes it silent, never zero.
    init(page body: [UInt8]) throws(SilentSource) {
        let page = try JSONValue(page: body)
        guard let users = try page.count("users", upTo: Users.usersMax) else {
            throw SilentSource("its page has no users")
        }
        let latency = try page.count("latencyMs", upTo: Load.latencyMillisecondsMax)
        self.init(
            users: users, waiting: try page.count("waiting", upTo: Users.usersMax) ?? 0,
            queue: try page.count("queue", upTo: Users.usersMax) ?? 0,
            loginsPerSecond: try page.count("loginsPerSecond", upTo: Users.usersMax),
            latency: latency.map { .milliseconds($0) },
            errors: try page.count(
                "errorsPerMillion", upTo: PartsPerMillion.one.value
            ).map(PartsPerMillion.init))
    }
}

extension JSONValue {
    /// The object that a page holds.
    init(page body: [UInt8]) throws(SilentSource) {
        guard let text = String(validating: body, as: UTF8.self) else {
            throw SilentSource("its page is not UTF-8")
        }
        do throws(JSONSyntaxError) {
            self = try JSONValue(parsing: text, fractions: .cut)
        } catch { throw SilentSource("its page is no JSON: \(error)") }
        guard case .object = self else { throw SilentSource("its page is no JSON object") }
    }

    /// The number of a field; nil where it is absent, or null.
    fileprivate func count(_ field: String, upTo max: Int) throws(SilentSource) -> Int? {
        switch self[field] {
        case nil, .null: return nil
        case .number(let number) where (0...Int64(max)).contains(number): return Int(number)
        case .number(let number):
            throw SilentSource("\(field) is \(number), and not from 0 to \(max)")
        case .bool, .string, .array, .object: throw SilentSource("\(field) is no number")
        }
    }
}
