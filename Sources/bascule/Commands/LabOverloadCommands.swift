import ArgumentParser

struct LabSurge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "surge", abstract: "Let so many times more users come.",
        discussion: """
            Of regions whose users have classes; a factor of 1 is an ordinary day again.
            Example: bascule lab surge grand-est occitanie --factor 10 --over 10m
            """)
    @Argument(help: "The regions.", completion: .names(of: .regions)) var regions: [String]
    @Option(help: "What the demand is multiplied by: 0 through 100.") var factor: String
    @Option(help: "How long it takes to grow, or to shrink: 0s through 1h.") var over: String
    @OptionGroup var socket: LabSocketOptions

    func run() async throws {
        let names = regions.joined(separator: " ")
        try await socket.send("surge \(names) --factor \(factor) --over \(over)")
    }
}

struct LabAttack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attack", abstract: "Send requests that never log in and bring no cookie.",
        discussion: """
            To a region whose users have classes; a rate of 0 ends it.
            Example: bascule lab attack grand-est --rate 200
            """)
    @Argument(help: "The region.", completion: .names(of: .regions)) var region: String
    @Option(help: "Requests a second: 0 through 1000.") var rate: Int
    @OptionGroup var socket: LabSocketOptions

    func run() async throws { try await socket.send("attack \(region) --rate \(rate)") }
}

struct LabLoadSource: AsyncParsableCommand {
    enum Fate: String, ExpressibleByArgument, CaseIterable { case lies, dies, heals }

    static let configuration = CommandConfiguration(
        commandName: "load-source", abstract: "Let the source of a host's load lie or die.",
        discussion: """
            One that lies tells of a tenth of the users and of no wait; one that is dead does not \
            answer.
            Example: bascule lab load-source ent-gra1 lies
            """)
    @Argument(help: "The host.", completion: .names(of: .hosts)) var host: String
    @Argument(help: "What becomes of the source of its load.") var fate: Fate
    @OptionGroup var socket: LabSocketOptions

    func run() async throws { try await socket.send("load-source \(host) \(fate.rawValue)") }
}
