import Notification
import Situations
import TestSupport
import Testing

/// What is no webhook is refused before anything runs, and no secret is shown.
@Suite struct WebhookAddressTests {
    @Test(arguments: [
        ("alerts.example/hook", "is no http:// or https:// URL"),
        ("ftp://alerts.example/", "is no http:// or https:// URL"),
        ("https:///hook", "is no http:// or https:// URL"),
        ("https://me:pw@alerts.example/", "holds a user or a password"),
    ])
    func whatIsNoAddressIsRefused(url: String, why: String) {
        let fault = #expect(throws: Fault.self) { try WebhookAddress(url: url) }
        let words = fault.map { "\($0)" } ?? ""
        #expect(words.contains(why) && !words.contains("pw@"))
    }

    @Test func aTokenFileThatIsMissingEmptyOrLongIsNamed() throws {
        let folder = try TemporaryFolder()
        let long = try folder.write(String(repeating: "a", count: 5000), to: "long")
        let empty = try folder.write("\n", to: "empty")
        let two = try folder.write("one\ntwo\n", to: "two")
        for file in [folder.file("none"), long, empty, two] {
            let fault = #expect(throws: Fault.self) {
                try WebhookAddress(url: "https://alerts.example/", tokenFile: file)
            }
            #expect(fault.map { $0.what.contains(file) } ?? false)
        }
    }

    @Test func onlySchemeHostAndPortAreShown() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "https://alerts.example:8443/services/T0/secret?x=y\n", to: "url")
        #expect("\(try WebhookAddress(urlFile: file))" == "https://alerts.example:8443")
        let token = try folder.write("t", to: "token")
        let isShown = { (url: String) in
            try WebhookAddress(url: url, tokenFile: token).showsToken
        }
        #expect(try isShown("http://alerts.example/"))
        #expect(try isShown("https://alerts.example/") == false)
        #expect(try isShown("http://127.0.0.1:9000/") == false)
    }
}
