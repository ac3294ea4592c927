package import DNSMessages

extension ServedZone {
    /// The answer to a question about a name in this zone.
    package func answer(to query: DNSMessage, question: Question) -> DNSMessage {
        var answer = query.response(.noError)
        answer.isAuthoritative = true
        if let set = wanted(by: question) {
            answer.answers = set.records(of: question.name)
            answer.additionals = addresses(ofServersIn: set)
        } else {
            answer.responseCode = exists(question.name) ? .noError : .nameError
            answer.authorities = [absence]
        }
        return answer
    }

    /// For ANY, one of the sets that are there (RFC 8482 section 4.1).
    private func wanted(by question: Question) -> RecordSet? {
        question.type == .any
            ? sets(at: question.name).first : set(question.name, question.type)
    }

    /// The SOA that tells for how long absence may be cached (RFC 2308 section 3).
    private var absence: DNSRecord {
        DNSRecord(name, ttl: min(startTTL, start.minimum), .soa(start))
    }

    private func addresses(ofServersIn set: RecordSet) -> [DNSRecord] {
        set.data.flatMap { data -> [DNSRecord] in
            guard case .ns(let server) = data else { return [] }
            return [.a, .aaaa].flatMap { self.set(server, $0)?.records(of: server) ?? [] }
        }
    }
}
