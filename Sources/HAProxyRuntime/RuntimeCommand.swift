package import Values

/// One command of HAProxy's runtime API (management manual of HAProxy 2.6, section 9.3).
///
/// Built of checked names and numbers only: no text from outside can add a second command.
package enum RuntimeCommand: Hashable, Sendable {
    /// What an operator may ask of a server.
    package enum Admin: String, CaseIterable, Hashable, Sendable {
        /// Takes new users.
        case ready
        /// No new users; those with a cookie of this server still come.
        case drain
        /// No users at all; open connections go on.
        case maint
    }

    /// A map, by its file or by the number that `show map` gives it.
    package enum MapName: Hashable, Sendable {
        case file(HAProxyWord)
        case number(UInt32)
    }

    case showInfo
    /// What the socket may do: `admin`, `operator` or `user`.
    case showLevel
    case showServersState(backend: HAProxyName)
    /// The rows of one backend and of its servers.
    case showStat(backend: HAProxyName)
    case showAllStat
    case setWeight(backend: HAProxyName, server: HAProxyName, AbsoluteWeight)
    case setState(backend: HAProxyName, server: HAProxyName, Admin)
    case setAddress(backend: HAProxyName, server: HAProxyName, Endpoint)
    /// Closes every connection that has a request at the server.
    case shutDownSessions(backend: HAProxyName, server: HAProxyName)
    case showMaps
    case showMap(MapName)
    case prepareMap(MapName)
    case addToMap(MapName, version: UInt32, MapEntry)
    case commitMap(MapName, version: UInt32)

    /// The command as it is sent, without its end of line.
    package var line: String {
        switch self {
        case .showInfo: "show info"
        case .showLevel: "show cli level"
        case .showServersState(let backend): "show servers state \(backend)"
        // Types 2 and 4, backend and servers; -1 for every server.
        case .showStat(let backend): "show stat \(backend) 6 -1"
        case .showAllStat: "show stat"
        case .setWeight(let backend, let server, let weight):
            "set server \(backend)/\(server) weight \(weight)"
        case .setState(let backend, let server, let state):
            "set server \(backend)/\(server) state \(state.rawValue)"
        case .setAddress(let backend, let server, let to):
            "set server \(backend)/\(server) addr \(to.address.text) port \(to.port)"
        case .shutDownSessions(let backend, let server):
            "shutdown sessions server \(backend)/\(server)"
        case .showMaps: "show map"
        case .showMap(let map): "show map \(map)"
        case .prepareMap(let map): "prepare map \(map)"
        case .addToMap(let map, let version, let entry):
            "add map @\(version) \(map) \(entry.key) \(entry.value)"
        case .commitMap(let map, let version): "commit map @\(version) \(map)"
        }
    }

    /// Whether users may be sent elsewhere, or admitted otherwise, once this was carried out.
    ///
    /// A map that is only prepared is not yet in use.
    package var isChange: Bool {
        switch self {
        case .setWeight, .setState, .setAddress, .shutDownSessions, .commitMap: true
        case .showInfo, .showLevel, .showServersState, .showStat, .showAllStat, .showMaps, .showMap,
            .prepareMap, .addToMap:
            false
        }
    }

    /// HAProxy's words in `answer` when they say no; nil when the command was carried out.
    ///
    /// A change is answered by nothing, save a change of address, which is told in a sentence.
    package func refusal(in answer: String) -> String? {
        let words = answer.split(separator: "\n").first.map { String($0.prefix(refusalMax)) }
        guard let words else { return nil }
        switch self {
        case .setAddress:
            return words.contains(" changed from ") || words.hasPrefix("no need to change")
                ? nil : words
        case .setWeight, .setState, .shutDownSessions, .addToMap, .commitMap: return words
        case .prepareMap: return words.hasPrefix("New version created:") ? nil : words
        case .showInfo: return words.hasPrefix("Name:") ? nil : words
        case .showLevel: return ["admin", "operator", "user"].contains(words) ? nil : words
        case .showServersState: return words == "1" ? nil : words
        case .showStat, .showAllStat, .showMaps: return words.hasPrefix("#") ? nil : words
        case .showMap: return words.hasPrefix("0x") ? nil : words
        }
    }

    /// How much of HAProxy's words is kept, in characters.
    private var refusalMax: Int { 300 }
}

extension RuntimeCommand.MapName: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path): path.text
        case .number(let number): "#\(number)"
        }
    }
}
