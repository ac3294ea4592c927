import ArgumentParser
import Control
import Logging
import Notification
import Runtime
import Situations
import Values

/// Notices as lines on standard error, and to the webhook where there is one.
struct Notices: NoticePort {
    let log: Logger
    let webhook: Webhook?

    func post(_ notice: Notice) {
        switch notice.level {
        case .info: log.info("\(notice.text)")
        case .warning: log.warning("\(notice.text)")
        case .page: log.critical("\(notice.text)")
        }
        webhook?.post(notice)
    }

    /// What `serve` itself has to page, outside of the controller's loop.
    func page(_ text: String) { post(Notice(.page, at: .wallClock(), text: text)) }

    /// Pages that wait outlive this process from now on.
    func keep(in path: String) { webhook?.keep(in: path) }

    /// Sends beside `body`, and for a bounded time after it.
    nonisolated(nonsending) func delivering(_ body: () async throws -> Void) async throws {
        guard let webhook else { return try await body() }
        try await webhook.delivering(body)
    }
}

/// Where notices go besides standard error.
struct WebhookOptions: ParsableArguments {
    @Option(help: "Post notices to this http:// or https:// URL too.") var webhook: String?
    @Option(help: "The same, read from a file, where the URL itself is a secret.")
    var webhookURLFile: String?
    @Option(help: "A file with a token that is sent as 'Authorization: Bearer'.")
    var webhookTokenFile: String?

    func validate() throws {
        if webhook != nil, webhookURLFile != nil {
            throw ValidationError("give --webhook or --webhook-url-file, not both")
        }
        if webhook == nil, webhookURLFile == nil, webhookTokenFile != nil {
            throw ValidationError("--webhook-token-file goes with --webhook or --webhook-url-file")
        }
    }

    /// Nil when no webhook was asked for.
    func address() throws -> WebhookAddress? {
        if let webhookURLFile {
            return try WebhookAddress(urlFile: webhookURLFile, tokenFile: webhookTokenFile)
        }
        return try webhook.map { try WebhookAddress(url: $0, tokenFile: webhookTokenFile) }
    }

    func webhook(of id: ControllerID, _ log: Logger) throws -> Webhook? {
        guard let address = try address() else { return nil }
        if address.showsToken {
            log.warning("the webhook's token goes to \(address) in the clear: use https://")
        }
        var generator = SystemRandomNumberGenerator()
        return Webhook(
            address: address, controller: id, seed: generator.next(), log: log,
            now: { .wallClock() })
    }
}
