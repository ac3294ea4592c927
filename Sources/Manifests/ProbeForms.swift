import TopologyModel
import Values
import YAMLReading

extension Form where Value == ProbeKind {
    static var probeKind: Form {
        .choice([
            "http": .object { fields in
                let (status, body) = fields.pageWanted
                let host = fields.required("host", .text)
                let path = fields.required("path", .urlPath)
                guard let host, let path else { return nil }
                return .http(host: host, path: path, status: status, body: body)
            },
            "https": .object { fields in
                let host = fields.required("host", .serverName)
                let path = fields.required("path", .urlPath)
                return fields.httpsCheck(host: host, path: path).map(ProbeKind.https)
            },
            "tcp": .object { _ in .tcp },
            "dns": .object { $0.dnsCheck.map(ProbeKind.dns) },
            "exec": .object { $0.execCheck.map(ProbeKind.exec) },
        ])
    }
}

extension Form where Value == DependencyProbe {
    static var dependencyProbe: Form {
        .choice([
            "http": .object { fields in
                let (status, body) = fields.pageWanted
                guard let url = fields.required("url", .url("http", port: 80)) else { return nil }
                let kind = ProbeKind.http(
                    host: url.host, path: url.path, status: status, body: body)
                return DependencyProbe(endpoint: url.endpoint, kind: kind)
            },
            "https": .object { fields in
                let url = fields.required("url", .url("https", port: 443))
                let host = fields.required("host", .serverName)
                guard let check = fields.httpsCheck(host: host, path: url?.path), let url else {
                    return nil
                }
                return DependencyProbe(endpoint: url.endpoint, kind: .https(check))
            },
            "tcp": .object { fields in
                fields.required("address", .endpoint).map {
                    DependencyProbe(endpoint: $0, kind: .tcp)
                }
            },
            "dns": .object { fields in
                let endpoint = fields.required("address", .endpoint)
                guard let check = fields.dnsCheck, let endpoint else { return nil }
                return DependencyProbe(endpoint: endpoint, kind: .dns(check))
            },
            "exec": .object { fields in
                let endpoint = fields.required("address", .endpoint)
                guard let check = fields.execCheck, let endpoint else { return nil }
                return DependencyProbe(endpoint: endpoint, kind: .exec(check))
            },
        ])
    }
}

extension Fields {
    fileprivate var pageWanted: (status: Int, body: String?) {
        (optional("status", .int(100...599), default: 200), optional("body", .text))
    }

    fileprivate func httpsCheck(host: String?, path: String?) -> HTTPSCheck? {
        let (status, body) = pageWanted
        let verification = optional(
            "verify", .word(HTTPSCheck.Verification.self), default: .full)
        let caFile = optional("caFile", .absolutePath)
        let warning = optional(
            "expiryWarning", .duration(.zero ... .seconds(366 * 86_400)),
            default: HTTPSCheck.expiryWarningDefault)
        guard let host, let path else { return nil }
        return HTTPSCheck(
            host: host, path: path, status: status, body: body, verification: verification,
            caFile: caFile, expiryWarning: warning)
    }

    fileprivate var dnsCheck: DNSCheck? {
        let type = optional("type", .word(DNSCheck.RecordType.self), default: .a)
        let contains = optional("contains", .address)
        let name = required("name", .dnsName)
        let family: DNSCheck.RecordType? =
            switch contains?.family {
            case .ipv4: .a
            case .ipv6: .aaaa
            case nil: nil
            }
        if let family, family != type {
            report(
                at: "contains", "records of type \(type.rawValue) never hold this address",
                mend: "ask for type \(family.rawValue), or leave contains away")
            return nil
        }
        return name.map { DNSCheck(name: $0, type: type, contains: contains) }
    }

    fileprivate var execCheck: ExecCheck? {
        guard let command = required("command", .list(of: .text, 1...64)) else { return nil }
        guard command[0].hasPrefix("/") else {
            report(
                at: "command", "the program '\(command[0])' is no absolute path",
                mend: "write where it is, such as /usr/lib/bascule/check; no shell looks for it")
            return nil
        }
        reading.faults.note(program: command[0], at: place(of: "command"))
        return ExecCheck(command: command)
    }
}

/// `http://127.0.40.1:8080/health`, taken apart.
struct PlainURL {
    let endpoint: Endpoint
    let host: String
    let path: String
}

extension Form where Value == PlainURL {
    fileprivate static func url(_ scheme: String, port: Int) -> Form {
        .parsed("a URL with an address such as \(scheme)://127.0.40.1:8080/health") { text in
            guard text.hasPrefix(scheme + "://") else { return nil }
            let rest = text.dropFirst(scheme.count + 3)
            let host = rest.prefix { $0 != "/" }
            let path = rest.dropFirst(host.count)
            let endpoint = Endpoint(text: host) ?? Endpoint(text: host + ":\(port)")
            return endpoint.map {
                PlainURL(endpoint: $0, host: String(host), path: path.isEmpty ? "/" : String(path))
            }
        }
    }
}

extension Form where Value == String {
    /// What a certificate is for, and a header may hold.
    fileprivate static var serverName: Form {
        .checked(.text, "a host name such as grand-est.ent.example") { text in
            text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
        }
    }

    fileprivate static var absolutePath: Form {
        .checked(.text, "an absolute path such as /etc/ssl/certs/own.pem") { $0.hasPrefix("/") }
    }
}
