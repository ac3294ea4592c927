// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled alike: Swift 6 mode, explicit `any`, internal imports, warnings as
/// errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let ordered = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"],
        swiftSettings: settings)
}

let package = Package(
    name: "bascule",
    products: [
        .executable(name: "bascule", targets: ["bascule"]),
        .executable(name: "sim", targets: ["sim"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // Pure: values in, values out (docs/architecture.md).
        room("Values", []),
        room("TopologyModel", ["Values", ordered]),
        room("Workload", ["TopologyModel", ordered]),
        room("Detection", ["TopologyModel", ordered, heap]),
        room("Situations", ["Detection", ordered]),
        room("Planning", ["Situations", ordered]),
        room("Playbooks", ["Planning", ordered]),
        room("Control", ["Playbooks", ordered]),
        room("Documents", ["Control", ordered]),
        room("Simulation", ["Documents", "Workload", ordered, heap]),
        room("Rendering", ["Documents", ordered]),
        // The loop, and the edges behind its ports.
        room("Runtime", ["Control", ordered, log]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        room("YAMLReading", ["CYAML", "Values"]),
        room("Manifests", ["YAMLReading", "Simulation", crypto, ordered]),
        room("DNSMessages", ["Values", crypto]),
        room("HAProxyRuntime", ["Values", nio, nioPosix]),
        .systemLibrary(name: "CEpoll"),
        room(
            "Probing",
            [
                "Runtime", "Documents", "CEpoll", "DNSMessages", "HAProxyRuntime", heap, ordered,
                nio, nioPosix, nioSSL, nioTLS, log,
            ]),
        room(
            "Actuation",
            ["Runtime", "DNSMessages", "HAProxyRuntime", ordered, nio, nioPosix, log]),
        room("Storage", ["Runtime", "Documents", grdb, crypto, log]),
        room(
            "Notification",
            ["Runtime", "Documents", nio, nioPosix, nioHTTP1, httpClient, log]),
        room("NameServer", ["DNSMessages", nio, nioPosix, log]),
        room(
            "Lab",
            ["Workload", "DNSMessages", crypto, ordered, nio, nioPosix, nioHTTP1, log]),
        room(
            "ControlAPI",
            ["Runtime", "Rendering", ordered, nio, nioHTTP1, hummingbird, httpClient, log]),
        .executableTarget(
            name: "bascule",
            dependencies: [
                "Manifests", "Probing", "Actuation", "Storage", "NameServer", "Lab", "ControlAPI",
                "Notification", "DNSMessages", "Rendering", "Simulation", arguments, log, ordered,
                nioPosix,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "sim", dependencies: ["Simulation", "Manifests", arguments],
            swiftSettings: settings),
        .executableTarget(
            name: "planner-bench", dependencies: ["Planning", ordered],
            path: "Benchmarks/planner/Sources",
            swiftSettings: settings),
        // Tests mirror Sources.
        .target(
            name: "TestSupport", dependencies: [], path: "Tests/TestSupport",
            swiftSettings: settings),
        tests("ValuesTests", ["Values"]),
        tests("TopologyModelTests", ["TopologyModel"]),
        tests("WorkloadTests", ["Workload"]),
        tests("DetectionTests", ["Detection"]),
        tests("SituationsTests", ["Situations"]),
        tests("PlanningTests", ["Planning", "Manifests"]),
        tests("PlaybooksTests", ["Playbooks", "Manifests"]),
        tests("ControlTests", ["Control", "Rendering", "Manifests"]),
        tests("DocumentsTests", ["Documents", "Manifests"]),
        tests("SimulationTests", ["Simulation", "Manifests"]),
        tests("RenderingTests", ["Rendering", "Manifests", "Simulation"]),
        tests("RuntimeTests", ["Runtime", "Manifests", "Notification"]),
        tests("YAMLReadingTests", ["YAMLReading"]),
        tests("ManifestsTests", ["Manifests", "Rendering"]),
        tests("DNSMessagesTests", ["DNSMessages"]),
        tests("HAProxyRuntimeTests", ["HAProxyRuntime"]),
        tests("ProbingTests", ["Probing", "DNSMessages", "HAProxyRuntime", "Manifests"]),
        tests("ActuationTests", ["Actuation", "NameServer", "Manifests"]),
        tests("StorageTests", ["Storage", "Manifests"]),
        tests("NotificationTests", ["Notification", nio, nioPosix, nioHTTP1, log]),
        tests("NameServerTests", ["NameServer"]),
        tests("LabTests", ["Lab", "Manifests"]),
        tests("ControlAPITests", ["ControlAPI", "Manifests"]),
        tests("CommandTests", ["Manifests", "Storage", "DNSMessages"]),
        tests("TidyTests", []),
    ]
)
