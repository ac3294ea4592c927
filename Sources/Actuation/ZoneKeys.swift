import DNSMessages
import OrderedCollections
package import Situations
package import TopologyModel
import Values

/// Why zones of the topology could not be changed: keys that cannot be read.
package func keyFaults(of topology: Topology, in folder: String) -> [Fault] {
    topology.zones.values.flatMap { zone in
        ZoneKeys(of: zone, in: folder).servers.compactMap { server, key in
            guard case .failure(let fault) = key else { return nil }
            return Fault(
                what: "zone \(zone.id) cannot be changed at \(server.endpoint): \(fault.what)",
                mend: fault.mend)
        }
    }
}

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
                    Fault(
                        what: "\(path) holds no key",
                        mend: "make one: tsig-keygen bascule (Debian: bind9-utils)"))
            }
            return .success(key)
        } catch {
            return .failure(
                Fault(
                    what: error.description, mend: "give the controller the server's key file"))
        }
    }
}
