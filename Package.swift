// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// The picture of the house: a target may use only what stands below it.
let package = Package(
    name: "thanglong",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "thanglong", targets: ["thanglong"]), .executable(name: "thanglong-device", targets: ["thanglong-device"])],
    dependencies: [
        // HTTP on the hot path: parsing, event loops and back-pressure, without a framework's overhead a request.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        // Verbs, flags, --help and completions of the command line.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "thanglong",
            dependencies: [
                "Hanoi", "Web", "HTTP", "Steering", "Payments", "Devices", "Dossiers", "Ledger", "Notices", "Exchange", "People", "Registers", "Journal", "Store", "Papers",
                "Civic",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "thanglong-device",
            dependencies: [
                "Devices", "HTTP", "Papers", "Journal", "Store", "Civic", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], resources: [.embedInCode("Assets")]),
        .target(name: "Steering", dependencies: ["Payments", "Devices", "Dossiers", "Notices", "Registers", "People", "Store", "Civic"]),
        .target(name: "Hanoi", dependencies: ["Civic"], resources: [.embedInCode("Data")]),
        .target(
            name: "Web",
            dependencies: [
                "Steering", "Payments", "Devices", "Dossiers", "Ledger", "Notices", "Registers", "Papers", "People", "HTTP", "Journal", "Store", "Civic",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            resources: [.embedInCode("Assets")]),
        .target(name: "Dossiers", dependencies: ["Registers", "Ledger", "Notices", "Journal", "Store", "Civic"]),
        .target(name: "Payments", dependencies: ["Dossiers", "Devices", "Registers", "Ledger", "Notices", "Papers", "Journal", "Store", "Civic"]),
        .target(name: "Ledger", dependencies: ["Journal", "Store", "Civic"]),
        .target(name: "Devices", dependencies: ["Journal", "Store", "Civic"]),
        .target(name: "Notices", dependencies: ["Store", "Civic"]),
        .target(name: "Exchange", dependencies: ["Payments", "Notices", "HTTP", "Journal", "Civic", "CCurl", .product(name: "NIOHTTP1", package: "swift-nio")]),
        .target(name: "Registers", dependencies: ["Papers", "Journal", "Store", "Civic", "CZlib"]),
        .target(name: "People", dependencies: ["Journal", "Store", "Civic"]),
        .target(
            name: "HTTP",
            dependencies: [
                "Civic", "CCurl", .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .target(name: "Journal", dependencies: ["Store", "Civic", "COpenSSL"]),
        .target(name: "Store", dependencies: ["Civic", "CSQLite", "CPostgres"]),
        .target(name: "Papers", dependencies: ["Civic", "CZlib", "CQR"]),
        .target(name: "Civic"),

        // C libraries of Debian: one line of module map each.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CQR", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        .testTarget(name: "CivicTests", dependencies: ["Civic", "Hanoi"], exclude: ["Vectors"]),
        .testTarget(name: "PapersTests", dependencies: ["Papers", "Journal", "Civic"]),
        .target(name: "TestStores", dependencies: ["Store", "Civic"], path: "Tests/TestStores"),
        .testTarget(name: "JournalTests", dependencies: ["TestStores", "Journal", "Store", "Civic"]),
        .testTarget(name: "LedgerTests", dependencies: ["TestStores", "Ledger", "Journal", "Store", "Civic"]),
        .testTarget(
            name: "PaymentsTests",
            dependencies: ["TestStores", "Payments", "Devices", "Dossiers", "Notices", "Registers", "Ledger", "Papers", "Hanoi", "Journal", "Store", "Civic"]),
        .testTarget(name: "NoticesTests", dependencies: ["TestStores", "Exchange", "Notices", "Store", "Civic"]),
        .testTarget(name: "StoreTests", dependencies: ["TestStores", "Store", "Civic"]),
        .testTarget(name: "RegistersTests", dependencies: ["TestStores", "Registers", "Hanoi", "Papers", "Journal", "Store", "Civic"]),
        .testTarget(name: "DossiersTests", dependencies: ["TestStores", "Dossiers", "Notices", "Registers", "Ledger", "Hanoi", "Journal", "Store", "Civic"]),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "TestStores", "Web", "HTTP", "Steering", "Payments", "Devices", "Dossiers", "Notices", "Ledger", "Registers", "People", "Hanoi", "Journal", "Store", "Civic",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .testTarget(name: "TidyTests"),
    ])

for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
