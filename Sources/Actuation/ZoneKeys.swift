import DNSMessages
import Situations
import TopologyModel
import Values

/// The key of each updating server, or why there is none; a broken key file stops no other zone.
struct ZoneKeys: Sendable {
    let servers: [(server: ZoneServer, key: Result<TSIGKey, Fault>)]

    init(of zone: Zone, in folder: String) {
        servers = zone.servers.filter(\.takesUpdates).map { server in
            (server, ZoneKeys.key(of: server, in: folder))
        }
    }

    private static func key(of server: ZoneServer, in folder: String) -> Result<TSIGKey, Fault> {
        let file = server.tsigKeyFile ?? ""
        let path = file.hasPrefix("/") ? file : folder + "/" + file
        do throws(Diagnostics) {
            let keys = try TSIGKeyFile.keys(atPath: path)
            guard let key = keys.first else {
                return .failure(
                    Fault(what: "\(path) holds no key", mend: "make one: tsig-keygen bascule"))
            }
            return .success(key)
        } catch {
            return .failure(Fault(what: error.description, mend: "see the key file"))
        }
    }
}
