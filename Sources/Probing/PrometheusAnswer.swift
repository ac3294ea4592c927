import Documents
import OrderedCollections
import TopologyModel
import Values

/// What Prometheus answers to an instant query: one number, or one for each region.
///
/// Follows the HTTP API's "Instant queries" (Prometheus 2.42): a scalar, or a vector whose samples
/// have the label `region`. A sample that is no number (NaN, an infinity) is left out.
struct PrometheusAnswer: Equatable, Sendable {
    /// Of the host as a whole.
    private(set) var whole: Int64?
    private(set) var byRegion: [RegionID: Int64] = [:]

    /// The path of a query, percent-encoded as RFC 3986 has it.
    static func path(asking query: String) -> String {
        let kept = Array("-._~".utf8)
        var path = "/api/v1/query?query="
        for byte in query.utf8 {
            let isPlain = byte < 0x80 && Character(UnicodeScalar(byte)).isLetterOrDigit
            if isPlain || kept.contains(byte) {
                path.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                path += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return path
    }

    /// Numbers are multiplied by ten to the power of `places`, and cut.
    init(body: [UInt8], places: Int = 0) throws(SilentSource) {
        guard let text = String(validating: body, as: UTF8.self) else {
            throw SilentSource("its answer is not UTF-8")
        }
        let answer: JSONValue
        do throws(JSONSyntaxError) {
            answer = try JSONValue(parsing: text, fractions: .cut)
        } catch { throw SilentSource("its answer is no JSON: \(error)") }
        guard answer["status"] == .string("success"), let data = answer["data"],
            case .string(let kind)? = data["resultType"], case .array(let result)? = data["result"]
        else { throw SilentSource("its answer is none of Prometheus") }
        switch kind {
        case "scalar": whole = try PrometheusAnswer.number(in: .array(result), places)
        case "vector": for sample in result { try take(sample, places) }
        default: throw SilentSource("the query gives a \(kind), not a vector or a scalar")
        }
    }

    private mutating func take(_ sample: JSONValue, _ places: Int) throws(SilentSource) {
        guard case .object(let labels)? = sample["metric"], let value = sample["value"] else {
            throw SilentSource("a sample has no metric, or no value")
        }
        let number = try PrometheusAnswer.number(in: value, places)
        switch labels["region"] {
        case .string(let name)?:
            let old = number.flatMap { byRegion.updateValue($0, forKey: RegionID(name)) }
            guard old == nil else {
                throw SilentSource("the query gives several values for region \(name)")
            }
        case nil:
            guard whole == nil else {
                throw SilentSource("the query gives several values without the label region")
            }
            whole = number
        default: throw SilentSource("a label is no text")
        }
        guard whole == nil || byRegion.isEmpty else {
            throw SilentSource("the query gives values with the label region and without it")
        }
    }

    /// `[1435781451.781, "12.5"]`; nil for what is no number.
    private static func number(
        in value: JSONValue, _ places: Int
    ) throws(SilentSource) -> Int64? {
        guard case .array(let pair) = value, pair.count == 2, case .number = pair[0],
            case .string(let text) = pair[1]
        else { throw SilentSource("a value is no pair of a time and a number") }
        if ["NaN", "+Inf", "-Inf"].contains(text) { return nil }
        guard let number = Int64(decimal: text, timesTenTo: places) else {
            throw SilentSource("'\(text)' is no number, or out of bounds")
        }
        return number
    }
}

extension Character {
    fileprivate var isLetterOrDigit: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
    }
}
