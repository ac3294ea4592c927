import Detection
import Foundation
import NIOPosix
import Runtime
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Probing

/// Runs `body` with a server whose certificate is its own authority, and the file of it.
func withTLSServer(
    for name: String, days: Int, _ body: (Endpoint, String) async throws -> Void
) async throws {
    let folder = try TemporaryFolder()
    let (key, certificate) = (folder.file("key.pem"), folder.file("own.pem"))
    try await certify(name, days: days, in: folder)
    let port = try FreePort()
    let endpoint = try #require(Endpoint(text: port.endpoint))
    let serve = ["s_server", "-www", "-quiet", "-accept", port.endpoint, "-key", key]
    try await withChild(Program.openssl.requiredPath(), serve + ["-cert", certificate]) { _ in
        try await eventually("openssl to listen") {
            let order = ProbeOrder(
                target: ProbeTarget(subject: .reference(at: endpoint), endpoint: endpoint),
                kind: .tcp, timeout: .seconds(5), dueAt: .distantPast)
            guard case .pass = try await Engines.end(of: order).result else { return false }
            return true
        }
        try await body(endpoint, certificate)
    }
}

/// By `openssl ca`, the one way to a certificate that is over already.
private func certify(_ name: String, days: Int, in folder: TemporaryFolder) async throws {
    let authority = try folder.write(
        """
        [ca]
        default_ca = d
        [d]
        database = \(folder.file("db"))
        serial = \(folder.file("serial"))
        new_certs_dir = \(folder.path)
        default_md = sha256
        policy = p
        [p]
        commonName = supplied
        [e]
        subjectAltName = DNS:\(name)
        basicConstraints = CA:TRUE
        """, to: "ca.cnf")
    _ = try folder.write("", to: "db")
    _ = try folder.write("01\n", to: "serial")
    let (key, request) = (folder.file("key.pem"), folder.file("request.pem"))
    let span =
        days > 0
        ? ["-days", "\(days)"]
        : ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
    let asked = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)"]
    let signed = ["ca", "-batch", "-notext", "-selfsign", "-config", authority]
    for arguments in [
        asked + ["-keyout", key, "-out", request],
        signed + span
            + [
                "-extensions", "e", "-keyfile", key, "-in", request, "-out",
                folder.file("own.pem"),
            ],
    ] {
        let made = try await run(Program.openssl.requiredPath(), arguments)
        guard made.status == 0 else { throw TestSupportError(made.stderr) }
    }
}
