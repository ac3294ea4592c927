import Values

/// Why an exchange with HAProxy's runtime API did not end as asked, in words for people.
package struct HAProxyError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// No connection: nothing was sent.
        case unreachable(why: String)
        /// No answer in time: what was sent may still be carried out.
        case timedOut(after: Duration)
        /// The connection ended before the answer: what was sent may have been carried out.
        case cutOff(why: String)
        /// HAProxy said no.
        case refused(command: String, words: String)
        case answerTooLong(bytesMax: Int)
        case unintelligible(command: String, what: String)
        /// The backend has no server of that name.
        case unknownServer(backend: HAProxyName, server: HAProxyName, known: [HAProxyName])
        /// Lowering the weights would have left the backend with nobody to serve: not done.
        case nobodyWouldServe(backend: HAProxyName)
        /// A gate has not one map of quotas, but none, or these.
        case quotaMaps(backend: HAProxyName, found: [String])
        /// A class has a name that no map's key can hold.
        case badLane(String)
    }

    package let kind: Kind
    package let address: HAProxyAddress
    /// How many changes of this exchange were made, or may have been: 0 when nothing changed.
    package let changesPossible: Int

    package init(_ kind: Kind, at address: HAProxyAddress, changesPossible: Int = 0) {
        (self.kind, self.address, self.changesPossible) = (kind, address, changesPossible)
    }

    /// Whether the door must be read before anything is said of it.
    package var mayHaveChanged: Bool { changesPossible > 0 }

    package var description: String { "\(what); \(mend)" }

    package var what: String {
        let place = "HAProxy at \(address)"
        switch kind {
        case .unreachable(let why): return "\(place) is unreachable: \(why)"
        case .timedOut(let after): return "\(place) did not answer within \(after.text)"
        case .cutOff(let why): return "\(place) ended the connection before its answer: \(why)"
        case .refused(let command, let words): return "\(place) refused '\(command)': \(words)"
        case .answerTooLong(let bytesMax):
            return "\(place) answered with more than \(bytesMax) bytes"
        case .unintelligible(let command, let what):
            return "\(place) answered '\(command)' with what cannot be read: \(what)"
        case .unknownServer(let backend, let server, let known):
            let names = known.map(\.text).joined(separator: ", ")
            return "\(place) has no server '\(server)' in backend '\(backend)', only: \(names)"
        case .nobodyWouldServe(let backend):
            return "\(place): the lower weights would leave nobody to serve backend '\(backend)'"
        case .quotaMaps(let backend, let found):
            let file = HAProxySocket.quotaFile(of: backend)
            return found.isEmpty
                ? "\(place) has no map \(file), so backend '\(backend)' is no gate"
                : "\(place) has more than one map of quotas: \(found.joined(separator: ", "))"
        case .badLane(let lane): return "'\(lane)' cannot be a key of a map of HAProxy"
        }
    }

    package var mend: String {
        switch kind {
        case .unreachable:
            "see that HAProxy runs, and that 'stats socket' names this address and lets us in"
        case .timedOut, .cutOff: "see that HAProxy is alive, and read the door again"
        case .refused(_, let words): HAProxyError.mend(forRefusal: words)
        case .answerTooLong: "raise the limit, or give this edge fewer entries"
        case .unintelligible: "Bascule is made for HAProxy 2.6; see which version answers there"
        case .unknownServer: "name the backend's servers as the hosts of topology.yaml"
        case .nobodyWouldServe: "see why HAProxy holds the standby down, or in maintenance"
        case .quotaMaps(let backend, let found): HAProxyError.mend(forMaps: found, of: backend)
        case .badLane: "give the class a shorter name of letters, digits and - . _"
        }
    }

    private static func mend(forMaps found: [String], of backend: HAProxyName) -> String {
        let file = HAProxySocket.quotaFile(of: backend)
        return found.isEmpty
            ? "add the rules of deploy/haproxy/haproxy.cfg to the backend, with an empty file "
                + "\(file), or take `gate: true` from the door"
            : "let one path alone end in \(file)"
    }

    private static func mend(forRefusal words: String) -> String {
        if words.hasPrefix("Permission denied") {
            return "give the socket 'level admin' in 'stats socket'"
        }
        if words.hasPrefix("Backend is using a static") {
            return "set 'balance roundrobin', or another dynamic algorithm, in the backend"
        }
        return "compare HAProxy's configuration with topology.yaml"
    }
}

/// An answer that is not in the form that HAProxy 2.6 gives it.
struct UnreadableAnswer: Error, Hashable {
    let what: String
    init(_ what: String) { self.what = what }
}
