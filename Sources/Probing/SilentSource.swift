import Detection
import HAProxyRuntime

/// Why a load source said nothing that can be used: its load is unknown, never zero.
struct SilentSource: Error, Equatable {
    /// As much of a reason as is kept (characters): a hostile answer can be long.
    static let whyMax = 200

    let why: String

    init(_ why: String) { self.why = String(why.prefix(SilentSource.whyMax)) }

    /// What an exchange over the network threw, in words.
    init(_ error: any Error) {
        switch error {
        case let silent as SilentSource: self = silent
        case let haproxy as HAProxyError: self.init(haproxy.what)
        case is CancellationError: self.init("the reading was given up")
        default: self.init(SilentSource.words(for: FailureKind(error)))
        }
    }

    private static func words(for kind: FailureKind) -> String {
        switch kind {
        case .refused: "the connection was refused"
        case .unreachable: "it is unreachable"
        case .connectTimeout: "the connection was not answered in time"
        case .reset: "the connection was closed before its answer"
        case .timeout: "it gave no whole answer in time"
        case .wrongStatus, .overloaded, .wrongBody, .certificateExpired, .certificateUnknown,
            .certificateName, .handshake:
            "it failed: \(kind.rawValue)"
        }
    }
}
