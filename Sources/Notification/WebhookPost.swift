import AsyncHTTPClient
import Documents
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Values

/// One try to post a notice, with a deadline.
package struct WebhookPost: Sendable {
    package enum Outcome: Hashable, Sendable {
        case delivered
        /// The receiver will never take this one.
        case refused(String)
        /// It may take it later.
        case failed(String)
    }

    let address: WebhookAddress
    let client: HTTPClient
    /// For the whole exchange, name look-up and TLS included.
    let limit: Duration

    func send(_ message: NoticeMessage) async -> Outcome {
        do {
            var request = HTTPClientRequest(url: address.url)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.headers.add(name: "User-Agent", value: "bascule")
            request.headers.add(name: "Idempotency-Key", value: message.id)
            if let token = try address.token() {
                request.headers.add(name: "Authorization", value: "Bearer \(token)")
            }
            let text = try JSONValue(encoding: message).text
            request.body = .bytes(ByteBuffer(string: text))
            // Its body is nobody's news, and is not read.
            let response = try await client.execute(
                request, timeout: .nanoseconds(limit.inNanoseconds))
            return WebhookPost.outcome(of: Int(response.status.code))
        } catch {
            return .failed(WebhookPost.words(for: error))
        }
    }

    /// What a message can be blamed for is refused; all else may pass (RFC 9110 section 15.5).
    static func outcome(of status: Int) -> Outcome {
        switch status {
        case 200..<300: .delivered
        case 400, 413, 415, 422: .refused("it answers \(status)")
        case 300..<400: .failed("it answers \(status): redirects are not followed")
        case 401, 403: .failed("it answers \(status): is the token right?")
        default: .failed("it answers \(status)")
        }
    }

    private static func words(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded: "no answer in time"
        case let error as HTTPClientError where error == .connectTimeout: "no connection in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "it closed the connection without an answer"
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError where !error.connectionErrors.isEmpty:
            words(for: error.connectionErrors[0].error)
        case is NIOConnectionError: "its name cannot be found"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        default: "\(error)"
        }
    }
}

extension HTTPClient {
    /// Follows no redirect, which would carry the token on; tries no connection again by itself.
    static func forWebhook(connectingWithin limit: Duration) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .nanoseconds(limit.inNanoseconds)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}

extension WebhookAddress {
    /// Posts one notice once, to see whether that works.
    package func post(_ message: NoticeMessage, within limit: Duration) async throws
        -> WebhookPost.Outcome
    {
        let client = HTTPClient.forWebhook(connectingWithin: limit)
        let outcome = await WebhookPost(address: self, client: client, limit: limit).send(message)
        try await client.shutdown()
        return outcome
    }
}
