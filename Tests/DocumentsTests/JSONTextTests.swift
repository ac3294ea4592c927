import OrderedCollections
import Testing
import Values

@testable import Documents

/// The text of JSON: what is read, what is refused and where, and that nothing is lost on the way.
@Suite struct JSONTextTests {
    @Test(arguments: [
        (text: "null", value: JSONValue.null),
        (" \t\r\n true ", .bool(true)),
        ("-9223372036854775808", .number(.min)),
        ("9223372036854775807", .number(.max)),
        ("-0", .number(0)),
        (#""a\"\\\/\b\f\n\r\t\u00e9""#, .string("a\"\\/\u{8}\u{c}\n\r\t\u{e9}")),
        (#""\ud83d\ude00 \u0000""#, .string("\u{1f600} \u{0}")),
        ("[]", .array([])),
        ("[1,[2,{}]]", .array([.number(1), .array([.number(2), .object([:])])])),
        (#"{"b":1,"a":2}"#, .object(["b": .number(1), "a": .number(2)])),
        (#"{"":{"":0}}"#, .object(["": .object(["": .number(0)])])),
    ])
    func readsWhatIsJSON(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(arguments: [
        (why: "nothing", text: "", what: "the document ends too soon", at: 0),
        ("text after it", "1 2", "text after the document", 2),
        ("a fraction", "1.5", "only whole numbers are read here", 1),
        ("an exponent", "1e3", "only whole numbers are read here", 1),
        ("too large", "9223372036854775808", "a number is out of bounds", 19),
        ("a lone minus", "-", "'-' is no number", 1),
        ("a leading zero", "01", "'01' is no number", 2),
        ("a plus", "+1", "a value is missing", 0),
        ("a key twice", #"{"a":1,"a":2}"#, "'a' stands twice", 11),
        ("a comma too many", "[1,]", "a value is missing", 3),
        ("no key", "{1:2}", "a key is missing", 1),
        ("no colon", #"{"a" 1}"#, "':' is missing after 'a'", 5),
        ("an open list", "[1", "',' or ']' is missing", 2),
        ("an open object", #"{"a":1"#, "',' or '}' is missing", 6),
        ("an open string", #""abc"#, "a string does not end", 4),
        ("a raw line feed", "\"a\nb\"", "a control character stands in a string", 3),
        ("an unknown escape", #""\x""#, "an escape is not known", 3),
        ("a high half alone", #""\ud83d""#, "half of a surrogate pair", 7),
        ("a low half alone", #""\ude00""#, "half of a surrogate pair", 7),
        ("two high halves", #""\ud83d\ud83d""#, "half of a surrogate pair", 13),
        ("a sign among digits", #""\u+123""#, "four hex digits are missing", 3),
        ("digits that end", #""\u12"#, "four hex digits are missing", 3),
        ("half a word", "tru", "a value is missing", 0),
        ("a vertical tab", "\u{b}1", "a value is missing", 0),
        ("a byte order mark", "\u{feff}1", "a value is missing", 0),
    ])
    func refusesWhatIsNot(why: String, text: String, what: String, at: Int) {
        let error = #expect(throws: JSONSyntaxError.self, "\(why)") {
            try JSONValue(parsing: text)
        }
        #expect(error == JSONSyntaxError(what: what, offset: at), "\(why)")
    }

    @Test(arguments: [
        ("1.5", 1), ("-2.9", -2), ("1e3", 1000), ("0.0", 0), ("1435781451.781", 1_435_781_451),
    ])
    func fractionsOfOthersAreCut(text: String, number: Int64) throws {
        #expect(try JSONValue(parsing: text, fractions: .cut) == .number(number))
    }

    @Test(arguments: ["1.", "01.5", "-.5", "1e", "1.5.5", "1e99", "1-2.5"])
    func fractionsThatAreNoneAreRefused(text: String) {
        #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: text, fractions: .cut)
        }
    }

    @Test func nestingHasALimitAndNoOverflow() throws {
        let deepest = JSONValue.depthMax
        let text = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue(parsing: text(deepest + 1)).text == text(deepest + 1))
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: text(1_000_000))
        }
        #expect(error == JSONSyntaxError(what: "nested too deeply", offset: deepest + 1))
    }

    @Test func writesOnOneLineOrForPeople() {
        let value = JSONValue.object([
            "z": .array([.number(1), .null]), "a": .object([:]),
            "text": .string("\u{1}\u{7f}\u{e9}\"\n"),
        ])
        #expect(value.text == #"{"z":[1,null],"a":{},"text":"\u0001\u007f"# + "\u{e9}" + #"\"\n"}"#)
        #expect(
            value.prettyText == """
                {
                  "z": [
                    1,
                    null
                  ],
                  "a": {},
                  "text": "\\u0001\\u007f\u{e9}\\"\\n"
                }

                """)
    }

    @Test(arguments: UInt64(1)...200) func whatIsWrittenReadsBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = JSONValue.random(depth: 4, using: &random)
        #expect(try JSONValue(parsing: value.text) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
        #expect(!value.text.unicodeScalars.contains("\n"))
    }

    @Test(arguments: UInt64(1)...200) func damagedTextNeverStopsTheProgram(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes = Array(JSONValue.random(depth: 3, using: &random).text.utf8)
        for _ in 0..<random.next(in: 1...4) {
            bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
        }
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            let value = try JSONValue(parsing: text)
            #expect(try JSONValue(parsing: value.text) == value)
        } catch {
            #expect("\(error)".contains("at byte"))
        }
    }
}

extension JSONValue {
    fileprivate static func random(depth: Int, using random: inout SplitMix64) -> JSONValue {
        switch random.next(below: depth > 0 ? 6 : 4) {
        case 0: return .null
        case 1: return .bool(random.chance(perMille: 500))
        case 2: return .number(Int64(bitPattern: random.next()) >> random.next(below: 64))
        case 3: return .string(text(using: &random))
        case 4:
            return .array(
                (0..<random.next(below: 5)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            var fields: OrderedDictionary<String, JSONValue> = [:]
            for _ in 0..<random.next(below: 5) {
                fields[text(using: &random)] = .random(depth: depth - 1, using: &random)
            }
            return .object(fields)
        }
    }

    private static func text(using random: inout SplitMix64) -> String {
        let bounds: [UInt32] = [0x20, 0x80, 0x800, 0xd800, 0x11_0000]
        var text = ""
        for _ in 0..<random.next(below: 8) {
            let bound = Int(bounds[random.next(below: bounds.count)])
            if let scalar = Unicode.Scalar(UInt32(random.next(below: bound))) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
