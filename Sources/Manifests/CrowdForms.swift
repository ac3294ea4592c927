import Simulation
import Situations
import TopologyModel
import Values
import Workload
import YAMLReading

// What a scenario says about users: how they behave, what they meet, and what is expected.

private let spanMax = Duration.zero...Duration.seconds(14 * 86_400)

extension Form where Value == CrowdHabits {
    /// `{visit: 12m, retryMin: 20s, retryMax: 60s, patience: 30m}`, each with its default.
    static var habits: Form {
        .object { fields in
            let usual = CrowdHabits()
            let span = Form<Duration>.duration(.seconds(1) ... .seconds(86_400))
            return CrowdHabits(
                visit: fields.optional("visit", span, default: usual.visit),
                retryMin: fields.optional("retryMin", span, default: usual.retryMin),
                retryMax: fields.optional("retryMax", span, default: usual.retryMax),
                patience: fields.optional("patience", span))
        }
    }
}

extension Form where Value == OverloadPolicy {
    /// `{spill: false, ration: false}`: what may be done by itself.
    static var overloadPolicy: Form {
        .object { fields in
            OverloadPolicy(
                spills: fields.optional("spill", .flag, default: true),
                rations: fields.optional("ration", .flag, default: true))
        }
    }
}

// MARK: - Events

extension Fields {
    /// What the users meet in one event of the file.
    var crowdEvents: [CrowdEvent] {
        let rate = Form<Int>.int(0...CrowdEvent.attackMax)
        return [
            optional("surge", .surge), optional("calm", .calm), optional("attack", .attack(rate)),
            optional("slow", .slow), optional("capacity", .capacity), optional("proven", .proven),
            optional("repair", .id(HostID.self)).map { .capacity(host: $0, percent: 100) },
            optional("loadSource", .loadSource), optional("dependency", .dependency),
            optional("quota", .quota),
        ].compactMap(\.self)
    }

    /// `loginsPerSecond`, where the state is `slow`.
    fileprivate func state(_ word: DependencyWord) -> CrowdDependency.State? {
        switch word {
        case .well: .well
        case .lost: .lost
        case .slow:
            required("loginsPerSecond", .int(0...1_000_000)).map { .slow(loginsPerSecond: $0) }
        }
    }
}

private enum DependencyWord: String, CaseIterable { case well, lost, slow }

extension Form where Value == CrowdEvent {
    private static var regions: Form<[RegionID]> { .list(of: .id(RegionID.self), 1...1000) }

    fileprivate static var surge: Form {
        .object { fields in
            let from = fields.optional("from", .factor(upTo: 100))
            let over = fields.optional("over", .duration(spanMax), default: .zero)
            guard let regions = fields.required("regions", regions),
                let factor = fields.required("factor", .factor(upTo: 100))
            else { return nil }
            return .surge(regions: regions, factor: factor, over: over, from: from)
        }
    }

    fileprivate static var calm: Form {
        .object { fields in
            let over = fields.optional("over", .duration(spanMax), default: .zero)
            return fields.required("regions", regions).map {
                .surge(regions: $0, factor: .one, over: over, from: nil)
            }
        }
    }

    fileprivate static func attack(_ rate: Form<Int>) -> Form {
        .object { fields in
            let region = fields.optional("region", .id(RegionID.self))
            let dependency = fields.optional("dependency", .id(DependencyID.self))
            let rate = fields.required("rate", rate)
            switch (region, dependency) {
            case (let region?, nil): return rate.map { .attack(.region(region), rate: $0) }
            case (nil, let id?): return rate.map { .attack(.dependency(id), rate: $0) }
            case (nil, nil), (.some, .some):
                fields.report(
                    at: "rate", "an attack has one target",
                    mend: "say exactly one of region and dependency")
                return nil
            }
        }
    }

    fileprivate static var slow: Form {
        .object { fields in
            let by = fields.required("by", .duration(.zero ... .seconds(600)))
            guard let host = fields.required("host", .id(HostID.self)), let by else { return nil }
            return .slow(host: host, by: by)
        }
    }

    fileprivate static var capacity: Form {
        ofCapacity(from: 0) { .capacity(host: $0, percent: $1) }
    }

    fileprivate static var proven: Form { ofCapacity(from: 1) { .proven(host: $0, percent: $1) } }

    private static func ofCapacity(
        from least: Int, _ event: @escaping (HostID, Int) -> CrowdEvent
    ) -> Form {
        .object { fields in
            let percent = fields.required("percent", .int(least...CrowdEvent.percentMax))
            guard let host = fields.required("host", .id(HostID.self)), let percent
            else { return nil }
            return event(host, percent)
        }
    }

    fileprivate static var loadSource: Form {
        .object { fields in
            let state = fields.required("is", .word(LoadSourceState.self))
            guard let host = fields.required("host", .id(HostID.self)), let state
            else { return nil }
            return .loadSource(host: host, is: state)
        }
    }

    fileprivate static var dependency: Form {
        .object { fields in
            let word = fields.required("is", .word(DependencyWord.self))
            let state = word.flatMap(fields.state)
            guard let id = fields.required("name", .id(DependencyID.self)), let state
            else { return nil }
            return .dependency(id, is: state)
        }
    }

    /// With `users` and `entriesPerSecond` a quota; with neither, its end.
    fileprivate static var quota: Form {
        .object { fields in
            let users = fields.optional("users", .int(0...Users.usersMax))
            let entries = fields.optional("entriesPerSecond", .int(0...Users.usersMax))
            guard let region = fields.required("region", .id(RegionID.self)),
                let kind = fields.required("class", .id(ClassID.self))
            else { return nil }
            switch (users, entries) {
            case (let users?, let entries?):
                return .quota(
                    region: region,
                    ClassQuota(classID: kind, users: users, entriesPerSecond: entries))
            case (nil, nil): return .lift(region: region, kind)
            case (nil, .some), (.some, nil):
                fields.report(
                    at: "class", "a quota has users and entriesPerSecond",
                    mend: "say both, or neither to take the quota away")
                return nil
            }
        }
    }
}

// MARK: - Expectations

extension Fields {
    /// `after: 1h`, or `from: 1h, until: 2h`.
    fileprivate var span: ClosedRange<Duration>? {
        let at = optional("after", .duration(spanMax))
        let from = optional("from", .duration(spanMax))
        let until = optional("until", .duration(spanMax))
        if let at, from == nil, until == nil { return at...at }
        if let from, let until, at == nil, from <= until { return from...until }
        report(
            at: has("region") ? "region" : "host", "it is not said when",
            mend: "say 'after: 1h', or 'from: 1h, until: 2h'")
        return nil
    }

    fileprivate var share: (RegionID, ClassID?, Percent, ClosedRange<Duration>)? {
        let kind = optional("class", .id(ClassID.self))
        let span = span
        guard let region = required("region", .id(RegionID.self)),
            let percent = required("percent", .percent), let span
        else { return nil }
        return (region, kind, percent, span)
    }
}

extension Form where Value == Expectation {
    static var neverOver: Form {
        .object { fields in
            fields.required("percent", .percent(1...100)).map {
                .crowd(.neverOver(percent: $0.value))
            }
        }
    }

    static var servedAtLeast: Form {
        .object { $0.share.map { .crowd(.servedAtLeast(region: $0, kind: $1, $2, $3)) } }
    }

    static var servedAtMost: Form {
        .object { $0.share.map { .crowd(.servedAtMost(region: $0, kind: $1, $2, $3)) } }
    }

    static var classesInOrder: Form {
        .object { fields in
            fields.required("region", .id(RegionID.self)).map {
                .crowd(.classesInOrder(region: $0))
            }
        }
    }

    static var noRelapse: Form {
        .object { fields in
            fields.required("after", .duration(spanMax)).map { .crowd(.noRelapse(after: $0)) }
        }
    }

    static var overloaded: Form {
        .object { fields in
            let span = fields.span
            guard let host = fields.required("host", .id(HostID.self)), let span
            else { return nil }
            return .crowd(.overloaded(host: host, span))
        }
    }

    static var refusedAtMost: Form {
        .object { fields in
            let percent = fields.required("percent", .percent)
            guard let region = fields.required("region", .id(RegionID.self)), let percent
            else { return nil }
            return .crowd(.refusedAtMost(region: region, percent))
        }
    }

    static var unrationed: Form {
        .object { fields in
            let span = fields.span
            guard let region = fields.required("region", .id(RegionID.self)), let span
            else { return nil }
            return .crowd(.unrationed(region: region, span))
        }
    }
}
