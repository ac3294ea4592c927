import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

/// What one host lacks when a region leaves sbg: gra is looked at, and par takes what it can.
private struct Case: CustomTestStringConvertible, Sendable {
    let why: String
    var users = 100_000
    var logins: Int?
    var headroom = 0
    var require: [String] = []
    var change: @Sendable (inout Situation) -> Void = { _ in }
    let remedies: [Remedy]?
    var testDescription: String { why }

    var placement: Placement {
        var situation = situation(
            hosts: [
                HostSpec("sbg", "ovh/sbg", users: 100_000, labels: ["eu"]),
                HostSpec("gra", "ovh/gra", users: users, logins: logins),
                HostSpec("par", "scw/par", users: 1000, labels: ["eu"]),
            ],
            regions: [
                RegionSpec("east", ["sbg", "gra", "par"], peak: 50_000, require: require)
            ],
            headroom: headroom)
        change(&situation)
        return plan(situation, [leave("east", "sbg")])
    }
}

extension Situation {
    fileprivate mutating func drain(_ place: HoldPlace) {
        closures.append(
            Closure(
                kind: .drain, place: place, owner: "ada", reason: "test", since: now, until: nil))
    }
}

private let gra = HostID("gra")
private let domain = FailureDomain("ovh/gra")

@Suite("What would free a host") struct RemedyTests {
    @Test(arguments: [
        Case(why: "it has room for everybody", remedies: nil),
        Case(
            why: "too few users", users: 30_000,
            remedies: [.users(to: 50_000, more: 20_000)]),
        Case(
            why: "too few logins", logins: 40,
            remedies: [.loginsPerSecond(to: 70, more: 30)]),
        Case(
            why: "too few of both", users: 30_000, logins: 40,
            remedies: [.users(to: 50_000, more: 20_000), .loginsPerSecond(to: 70, more: 30)]),
        Case(
            why: "the head-room stays free", users: 50_000, logins: 70, headroom: 20,
            remedies: [.users(to: 62_500, more: 12_500), .loginsPerSecond(to: 88, more: 18)]),
        Case(
            why: "it lacks a label", require: ["eu"],
            remedies: [.labels(["eu"], site: SiteID("gra"))]),
        Case(
            why: "it lacks a label and room", users: 49_000, require: ["eu"],
            remedies: [.labels(["eu"], site: SiteID("gra")), .users(to: 50_000, more: 1000)]),
        Case(
            why: "a person drained it", change: { $0.drain(.host(id: gra)) },
            remedies: [.open(.host(id: gra), kind: .drain)]),
        Case(
            why: "it is drained, and so is what it stands in",
            change: {
                $0.drain(.host(id: gra))
                $0.drain(.domain(id: domain))
            },
            remedies: [
                .open(.host(id: gra), kind: .drain), .open(.domain(id: domain), kind: .drain),
            ]),
        Case(
            why: "it is drained, and small, and lacks a label", users: 49_000, require: ["eu"],
            change: { $0.drain(.domain(id: domain)) },
            remedies: [
                .open(.domain(id: domain), kind: .drain), .labels(["eu"], site: SiteID("gra")),
                .users(to: 50_000, more: 1000),
            ]),
        Case(
            why: "no setting mends a loss", users: 30_000, change: { $0.hold("gra", .lost) },
            remedies: nil),
        Case(why: "nor a doubt", change: { $0.doubt("ovh/gra") }, remedies: nil),
    ])
    private func whatAPlanSaysOfAHost(_ given: Case) throws {
        let east = try #require(given.placement["east"])
        let explained = try #require(east.explanation.first { $0.host == gra })
        #expect(explained.remedies == given.remedies)
        let left = try #require(east.explanation.first { $0.host.name == "sbg" })
        #expect(left.remedies == nil, "who is left is not to be freed")
    }

    @Test("in words")
    func words() {
        let all: [Remedy] = [
            .users(to: 73_400, more: 13_400), .loginsPerSecond(to: 90, more: 10),
            .labels(["eu", "hds"], site: SiteID("par1")),
            .open(.host(id: gra), kind: .drain), .open(.domain(id: domain), kind: .maintenance),
        ]
        #expect(
            all.words == "capacity.users 73400 (13400 more) and "
                + "capacity.loginsPerSecond 90 (10 more) and the label eu, hds at par1 and "
                + "`bascule undrain gra` and `bascule maintenance end ovh/gra`")
    }

    @Test(
        "raising a host by what is said makes room, and by one less does not",
        arguments: 0..<4)
    func leastCapacity(part: Int) {
        var random = SplitMix64(seed: UInt64(part))
        for _ in 0..<2000 {
            let headroom = Percent(checked: random.next(in: 0...99))
            let need = random.next(in: 0...200_000)
            let logins = random.next(in: 0...1) == 0 ? nil : random.next(in: 1...400)
            let now = Capacity(users: random.next(in: 1...200_000), loginsPerSecond: logins)
            let remedies = HostRoom(now, headroom: headroom).remedies(for: need)
            let room = { HostRoom($0, headroom: headroom).limit }
            #expect(room(now.raised(by: remedies)) >= need, "\(now) \(headroom) \(need)")
            #expect(remedies.isEmpty == (room(now) >= need), "\(now) \(headroom) \(need)")
            for remedy in remedies {
                let others = remedies.filter { $0 != remedy }
                let less = now.raised(by: others + [remedy.less])
                #expect(room(less) < need, "\(now) \(headroom) \(need): \(remedy)")
            }
        }
    }
}

extension Capacity {
    fileprivate func raised(by remedies: [Remedy]) -> Capacity {
        remedies.reduce(self) { capacity, remedy in
            switch remedy {
            case .users(let to, _):
                Capacity(users: to, loginsPerSecond: capacity.loginsPerSecond)
            case .loginsPerSecond(let to, _):
                Capacity(users: capacity.users, loginsPerSecond: to)
            case .labels, .open: capacity
            }
        }
    }
}

extension Remedy {
    fileprivate var less: Remedy {
        switch self {
        case .users(let to, let more): .users(to: to - 1, more: more - 1)
        case .loginsPerSecond(let to, let more): .loginsPerSecond(to: to - 1, more: more - 1)
        case .labels, .open: self
        }
    }
}

/// Which host would serve whom a plan does not, as one more standby.
@Suite("The standby that a region lacks") struct OtherStandbyTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        let why: String
        /// Room at gra, the one standby.
        var users = 300
        var require: [String] = []
        var others: [HostSpec] = [HostSpec("nce", "scw/nce", users: 500)]
        var change: @Sendable (inout Situation) -> Void = { _ in }
        let found: String?
        var testDescription: String { why }
    }

    @Test(arguments: [
        Case(why: "another has room for everybody", found: "nce"),
        Case(why: "the standby has it", users: 500, found: nil),
        Case(
            why: "no other has it", others: [HostSpec("nce", "scw/nce", users: 499)], found: nil),
        Case(
            why: "the first that has it",
            others: [
                HostSpec("nce", "scw/nce", users: 499), HostSpec("mrs", "scw/mrs", users: 900),
                HostSpec("lil", "scw/lil", users: 900),
            ], found: "mrs"),
        Case(why: "it is lost", change: { $0.hold("nce", .lost) }, found: nil),
        Case(
            why: "a person drained it", change: { $0.drain(.host(id: HostID("nce"))) },
            found: nil),
        Case(why: "it is in doubt", change: { $0.doubt("scw/nce") }, found: nil),
        Case(why: "it lacks a label", require: ["eu"], found: nil),
        Case(
            why: "it stands in what is left", others: [HostSpec("nce", "ovh/sbg/b", users: 900)],
            found: nil),
    ])
    private func otherStandby(_ given: Case) throws {
        let labels = given.require
        var situation = situation(
            hosts: [
                HostSpec("sbg", "ovh/sbg/a", users: 1000, labels: labels),
                HostSpec("gra", "ovh/gra", users: given.users, labels: labels),
            ] + given.others,
            regions: [RegionSpec("east", ["sbg", "gra"], peak: 500, require: labels)])
        given.change(&situation)
        let change = WantedChange.leave(
            region: RegionID("east"), hosts: [HostID("sbg")], cause: .lost,
            domain: FailureDomain("ovh/sbg"))
        let east = try #require(plan(situation, [change])["east"])
        #expect(east.otherStandby == given.found.map { HostID($0) })
    }
}
