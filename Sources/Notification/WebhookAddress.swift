import Foundation
import Situations

/// Where notices are posted, and the token that they carry.
///
/// Neither the path nor the query is ever shown: with many receivers they are the secret.
package struct WebhookAddress: Sendable, CustomStringConvertible {
    /// A token or an address with its line's end; more is no such file.
    private static let fileBytesMax = 4096

    let url: String
    private let tokenFile: String?
    /// `https://alerts.example:8443`.
    package let description: String

    /// - Throws: `Fault` for what is no address over http or https.
    package init(url text: String, tokenFile: String? = nil) throws {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else {
            throw Fault(
                what: "the webhook's address is no http:// or https:// URL",
                mend: "give one like https://alerts.example/bascule")
        }
        guard parts.user == nil, parts.password == nil else {
            throw Fault(
                what: "the webhook's address holds a user or a password",
                mend: "put a token into a file of its own: --webhook-token-file")
        }
        (url, self.tokenFile) = (text, tokenFile)
        description = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
        _ = try token()
    }

    /// An address that is itself a secret, and stands in a file.
    package init(urlFile: String, tokenFile: String? = nil) throws {
        let text = try WebhookAddress.line(of: urlFile, what: "the webhook's address")
        try self.init(url: text, tokenFile: tokenFile)
    }

    /// Whether the token can be read by whoever is on the way.
    package var showsToken: Bool {
        tokenFile != nil && description.hasPrefix("http://")
            && !["localhost", "127.0.0.1", "[::1]"].contains { description.contains("//\($0)") }
    }

    /// Read anew for each notice, so that it can be changed under way.
    func token() throws -> String? {
        try tokenFile.map { try WebhookAddress.line(of: $0, what: "the webhook's token") }
    }

    private static func line(of path: String, what: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Fault(
                what: "\(what) cannot be read: \(path)",
                mend: "check that the file is there, and readable by the controller's user")
        }
        let bytes: Data
        do {
            bytes = try file.read(upToCount: fileBytesMax + 1) ?? Data()
            try file.close()
        } catch {
            throw Fault(what: "\(what) cannot be read: \(path): \(error)", mend: "check the file")
        }
        let text = String(decoding: bytes, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let isLine = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard !text.isEmpty, isLine, bytes.count <= fileBytesMax else {
            throw Fault(
                what: "\(path) does not hold \(what)",
                mend: "one line of visible ASCII, at most \(fileBytesMax) bytes")
        }
        return text
    }
}
