import ArgumentParser
import Control
import Notification
import Runtime
import Situations
import TopologyModel
import Values

struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Try out where notices go.",
        discussion: "Example: bascule notify test --webhook https://hooks.example/bascule",
        subcommands: [NotifyTest.self])
}

struct NotifyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Post one notice, once, and say what the receiver answered.",
        discussion: """
            Example: bascule notify test --webhook https://alerts.example/bascule \
            --webhook-token-file /etc/bascule/webhook.token
            It needs no controller. The notice has the severity info, or page with --page.
            """)

    /// Longer than `serve` gives one try: a person waits.
    private static let answerMax = Duration.seconds(10)

    @OptionGroup var webhook: WebhookOptions
    @Option(help: "The controller that it names.") var controller = "test"
    @Flag(help: "Give it the severity page, to see whether somebody is called.") var page = false

    func run() async throws {
        try await reporting {
            guard let address = try webhook.address() else {
                throw ValidationError("give --webhook or --webhook-url-file")
            }
            let now = Instant.wallClock()
            let notice = Notice(
                page ? .page : .info, at: now,
                text: "this is a test of the webhook; nothing has happened")
            let message = NoticeMessage(notice, from: ControllerID(controller))
            switch try await address.post(message, within: NotifyTest.answerMax) {
            case .delivered: print("notice \(message.id) was delivered to \(address)")
            case .refused(let why), .failed(let why):
                throw Fault(
                    what: "the webhook \(address) did not take it: \(why)",
                    mend: "check the address, the token and the receiver's own log")
            }
        }
    }
}
