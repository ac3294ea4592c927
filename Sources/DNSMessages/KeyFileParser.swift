import Values

/// Reads keys out of the tokens of a key file, and collects what is wrong.
struct KeyFileParser {
    private(set) var faults: [Diagnostic] = []
    private let tokens: [KeyFileToken]
    private let file: String
    private var index = 0

    private static let form =
        "write: key \"name\" { algorithm hmac-sha256; secret \"base64\"; };"

    init(tokens: [KeyFileToken], file: String) {
        (self.tokens, self.file) = (tokens, file)
    }

    /// The keys of the file; where there is none, that is a fault too.
    mutating func keys() -> [TSIGKey] {
        var keys: [TSIGKey] = []
        while index < tokens.count, faults.isEmpty {
            if let key = key() { keys.append(key) }
        }
        if keys.isEmpty, faults.isEmpty { fail("the file has no key", KeyFileParser.form) }
        return keys
    }

    private mutating func key() -> TSIGKey? {
        guard expect("key"), let name = name(), expect("{"), let fields = fields(),
            expect(";"), let algorithm = fields.algorithm, let secret = fields.secret
        else {
            if faults.isEmpty { fail("a key lacks its algorithm or secret", KeyFileParser.form) }
            return nil
        }
        return TSIGKey(name: name, algorithm: algorithm, secret: secret)
    }

    private mutating func fields() -> (algorithm: TSIGAlgorithm?, secret: [UInt8]?)? {
        var fields: (algorithm: TSIGAlgorithm?, secret: [UInt8]?)
        while !peeks("}") {
            if peeks("algorithm") {
                index += 1
                guard let algorithm = algorithm() else { return nil }
                fields.algorithm = algorithm
            } else {
                guard expect("secret"), let secret = secret() else { return nil }
                fields.secret = secret
            }
            guard expect(";") else { return nil }
        }
        index += 1
        return fields
    }

    private mutating func name() -> DNSName? {
        word("the key's name") {
            DNSName(text: $0)
        } mend: { _ in
            KeyFileParser.form
        }
    }

    private mutating func algorithm() -> TSIGAlgorithm? {
        word("an algorithm that Bascule knows") {
            TSIGAlgorithm(rawValue: $0.lowercased())
        } mend: { _ in
            "use one of \(TSIGAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
        }
    }

    /// The faulty text is not repeated: it may be most of a secret.
    private mutating func secret() -> [UInt8]? {
        let place = here
        guard index < tokens.count, !tokens[index].isSign,
            let bytes = base64Bytes(tokens[index].text), !bytes.isEmpty
        else {
            fail("the secret is not base64", "make one with: tsig-keygen bascule", at: place)
            return nil
        }
        index += 1
        return bytes
    }

    private mutating func word<Value>(
        _ what: String, _ make: (String) -> Value?, mend: (String) -> String
    ) -> Value? {
        guard index < tokens.count, !tokens[index].isSign else {
            fail("here \(what) is missing", mend(""))
            return nil
        }
        guard let value = make(tokens[index].text) else {
            fail("'\(tokens[index].text)' is not \(what)", mend(tokens[index].text))
            return nil
        }
        index += 1
        return value
    }

    private mutating func expect(_ text: String) -> Bool {
        guard peeks(text) else {
            fail("here '\(text)' is missing", KeyFileParser.form)
            return false
        }
        index += 1
        return true
    }

    private func peeks(_ text: String) -> Bool {
        index < tokens.count && tokens[index].text == text
    }

    private var here: Place {
        index < tokens.count
            ? tokens[index].place : tokens.last?.place ?? Place(file: file, line: 1, column: 1)
    }

    private mutating func fail(_ what: String, _ mend: String, at place: Place? = nil) {
        faults.append(Diagnostic(at: place ?? here, what: what, mend: mend))
    }
}
