// swift-tools-version: 6.2
import PackageDescription

// What a module boundary costs in a hot loop: swift run -c release (docs/adr/0001-pure-targets.md).
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
    name: "boundaries",
    targets: [
        .target(name: "ConcreteParts", swiftSettings: settings),
        .target(name: "GenericParts", swiftSettings: settings),
        .target(name: "InlinableParts", swiftSettings: settings),
        .executableTarget(
            name: "Boundaries", dependencies: ["ConcreteParts", "GenericParts", "InlinableParts"],
            swiftSettings: settings),
    ])
