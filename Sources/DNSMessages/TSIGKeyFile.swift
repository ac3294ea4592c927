import Foundation
package import Values

/// Files of keys in the syntax of BIND, so that `nsupdate -k` and Bascule share one:
/// `key "name" { algorithm hmac-sha256; secret "base64"; };`
package enum TSIGKeyFile {
    /// No honest key file is longer (bytes).
    package static let bytesMax = 65_536

    /// Reads the keys of a file; throws every fault of it.
    package static func keys(atPath path: String) throws(Diagnostics) -> [TSIGKey] {
        let contents = FileManager.default.contents(atPath: path)
        guard let contents, contents.count <= bytesMax else {
            throw Diagnostics([
                Diagnostic(
                    at: Place(file: path, line: 1, column: 1),
                    what: contents == nil ? "the key file cannot be read" : "it is too long",
                    mend: "make it with: tsig-keygen bascule, readable by this user only")
            ])
        }
        return try keys(in: String(decoding: contents, as: UTF8.self), file: path)
    }

    /// Reads the keys of a file's text; throws every fault of it, under the name `file`.
    package static func keys(
        in text: String, file: String
    ) throws(Diagnostics) -> [TSIGKey] {
        var parser = KeyFileParser(tokens: KeyFileToken.tokens(of: text, file: file), file: file)
        let keys = parser.keys()
        guard parser.faults.isEmpty else { throw Diagnostics(parser.faults) }
        return keys
    }
}
