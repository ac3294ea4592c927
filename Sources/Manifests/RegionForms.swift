import TopologyModel
import Values
import YAMLReading

extension Form where Value == [Region] {
    static func regions(_ context: ReadingContext, _ defaults: RegionRules) -> Form {
        .named { name, fields in region(name, fields, context, defaults) }
    }

    private static func region(
        _ name: Marked<String>, _ fields: Fields, _ context: ReadingContext,
        _ defaults: RegionRules
    ) -> Region? {
        let path = "regions.\(name.value)"
        context.notes.note(path, name.place)
        for key in ["standbys", "frontDoors", "rto", "demand", "failback", "require", "primary"] {
            context.notes.note("\(path).\(key)", fields.place(of: key))
        }
        let title = fields.optional("name", .text, default: name.value)
        let priority = fields.optional("priority", .int(1...5), default: 3)
        let demand = context.noting("\(path).demand") { fields.required("demand", .demand) }
        let probes = fields.required("probes", .list(of: .probeKind, 1...16))
        let primary = fields.required("primary", .marked(.id(HostID.self)))
        let standbys = context.noting("\(path).standbys") {
            fields.optional("standbys", .list(of: .marked(.id(HostID.self)), 0...16), default: [])
        }
        let dependsOn = fields.optional(
            "dependsOn", .list(of: .marked(.id(DependencyID.self)), 0...16), default: [])
        let require = fields.optional("require", .list(of: .name, 0...16), default: [])
        let doors = context.noting("\(path).frontDoors") {
            fields.required("frontDoors", .list(of: .frontDoor(context), 1...8))
        }
        let rules = context.noting("\(path).rules") { fields.regionRules(over: defaults) }
        if fields.names(under: "overload").contains(where: { $0.value == "ration" }) {
            context.notes.note("\(path).overload.ration", fields.place(of: "overload"))
        }
        context.check(
            primary, "primary of \(name.value) names host", among: context.names.hosts)
        for standby in standbys {
            context.check(
                standby, "standby of \(name.value) names host", among: context.names.hosts)
        }
        for dependency in dependsOn {
            context.check(
                dependency, "region \(name.value) depends on", among: context.names.dependencies)
        }
        guard let demand, let probes, let primary, let doors else { return nil }
        return Region(
            id: RegionID(name.value), title: title, priority: priority, demand: demand,
            probes: probes, primary: primary.value, standbys: standbys.map(\.value),
            dependsOn: dependsOn.map(\.value), require: require, frontDoors: doors, rules: rules)
    }
}

extension Form where Value == FrontDoor {
    fileprivate static func frontDoor(_ context: ReadingContext) -> Form {
        .choice([
            "dns": .object { fields in
                let ttl = fields.optional(
                    "ttl", .duration(.seconds(1) ... .seconds(86_400)), default: .seconds(60))
                let points = fields.optional("points", .word(DNSDoor.Points.self), default: .hosts)
                guard let name = fields.required("name", .marked(.dnsName)) else { return nil }
                guard let zone = zone(of: name.value, among: context.names.zones) else {
                    context.faults.report(
                        at: name.place,
                        what: "'\(name.value)' is in no zone that the file declares",
                        mend: "declare its zone, with its servers, under zones")
                    return nil
                }
                return .dns(
                    DNSDoor(name: name.value, zone: ZoneID(zone), ttl: ttl, points: points))
            },
            "haproxy": .object { fields in
                let gate = fields.optional("gate", .flag, default: false)
                let backend = fields.required("backend", .name)
                let edge = fields.required("edge", .marked(.id(EdgeID.self)))
                context.check(edge, "a front door names edge", among: context.names.edges)
                guard let edge, let backend else { return nil }
                return .haproxy(HAProxyDoor(edge: edge.value, backend: backend, isGate: gate))
            },
        ])
    }

    /// The longest declared zone that the name is in.
    private static func zone(of name: String, among zones: [String]) -> String? {
        zones.map { $0.lowercased() }
            .filter { name == $0 || name.hasSuffix("." + $0) }
            .max { $0.utf8.count < $1.utf8.count }
    }
}

/// What a zone's name may have (bytes), so that the label of its epoch record still fits.
let zoneNameMax = 253 - "_bascule-epoch.".utf8.count

/// Whether a zone may have this name.
func isZoneName(_ text: String) -> Bool {
    text.utf8.count <= zoneNameMax
        && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isDNSLabel)
}

private func isDNSLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
}

extension Form where Value == String {
    /// A host name: labels of letters, digits and dashes, in lower case, without a final dot.
    static var dnsName: Form {
        .converted(
            .checked(.text, "a DNS name such as grand-est.ent.example") { text in
                let labels = text.split(separator: ".", omittingEmptySubsequences: false)
                return text.utf8.count <= 253 && labels.count >= 2
                    && labels.allSatisfy(isDNSLabel)
            }
        ) { $0.lowercased() }
    }
}

extension Form where Value == Demand {
    fileprivate static var demand: Form {
        .object { fields in
            let curve = fields.optional("curve", .word(DemandCurve.self), default: .schoolDay)
            let shares = fields.optional("shares", .map(of: .percent), default: [])
            guard let peak = fields.required("peakUsers", .int(0...Users.usersMax)) else {
                return nil
            }
            return Demand(
                peakUsers: peak, curve: curve,
                shares: shares.map { ClassShare(classID: ClassID($0.key.value), share: $0.value) })
        }
    }
}

extension Form where Value == UserClass {
    static var userClass: Form {
        .object { fields in
            let known = fields.optional(
                "knownBy", .word(UserClass.Recognition.self), default: .cookie)
            let hours = fields.optional("hours", .clockRange)
            guard let name = fields.required("name", .id(ClassID.self)) else { return nil }
            return UserClass(id: name, knownBy: known, hours: hours.map(TimeOfDayRange.init))
        }
    }
}

extension TimeOfDayRange {
    init(_ range: ClockRange) { self.init(from: range.from, until: range.until) }
}

extension Form where Value == [Dependency] {
    static func dependencies(_ context: ReadingContext) -> Form {
        .named { name, fields in
            context.notes.note("dependencies.\(name.value)", name.place)
            let capacity = fields.optional(
                "capacity",
                .object { $0.required("loginsPerSecond", .int(1...1_000_000)) })
            let needs = fields.optional(
                "dependsOn", .list(of: .marked(.id(DependencyID.self)), 0...16), default: [])
            for need in needs {
                context.check(
                    need, "dependency \(name.value) depends on", among: context.names.dependencies)
            }
            guard let probes = fields.required("probes", .list(of: .dependencyProbe, 1...16))
            else { return nil }
            return Dependency(
                id: DependencyID(name.value), probes: probes, loginsPerSecond: capacity,
                dependsOn: needs.map(\.value))
        }
    }
}
