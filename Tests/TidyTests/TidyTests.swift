// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func files(_ folder: String, _ suffixes: [String] = [".swift"]) -> [(name: String, text: String)] {
    let base = root.appendingPathComponent(folder).path
    guard let walker = FileManager.default.enumerator(atPath: base) else { return [] }
    return walker.compactMap { $0 as? String }.filter { name in suffixes.contains { name.hasSuffix($0) } }.map { name in
        ("\(folder)/\(name)", (try? String(contentsOfFile: "\(base)/\(name)", encoding: .utf8)) ?? "")
    }
}

struct `The house is tidy` {
    /// What each target may import of ours: the picture in Package.swift.
    private static let below: [String: Set<String>] = [
        "Civic": [], "Store": ["Civic", "CSQLite", "CPostgres"], "Journal": ["Store", "Civic", "COpenSSL"], "People": ["Journal", "Store", "Civic"],
        "Papers": ["Civic", "CZlib", "CQR"], "Registers": ["Papers", "Journal", "Store", "Civic", "CZlib"], "Hanoi": ["Civic"],
        "Ledger": ["Journal", "Store", "Civic"], "Notices": ["Store", "Civic"], "Dossiers": ["Registers", "Ledger", "Notices", "Journal", "Store", "Civic"],
        "Exchange": ["Payments", "Notices", "HTTP", "Journal", "Civic", "CCurl"],
        "HTTP": ["Civic", "CCurl"], "thanglong-device": ["Devices", "HTTP", "Papers", "Journal", "Store", "Civic"], "Devices": ["Journal", "Store", "Civic"],
        "Payments": ["Dossiers", "Devices", "Registers", "Ledger", "Notices", "Papers", "Journal", "Store", "Civic"],
        "Steering": ["Payments", "Devices", "Dossiers", "Notices", "Registers", "People", "Store", "Civic"],
        "Web": ["HTTP", "Steering", "Payments", "Devices", "Dossiers", "Ledger", "Notices", "Registers", "Papers", "People", "Journal", "Store", "Civic"],
        "thanglong": [
            "Hanoi", "Web", "HTTP", "Steering", "Payments", "Devices", "Dossiers", "Ledger", "Notices", "Exchange", "People", "Registers", "Journal", "Store", "Papers", "Civic",
        ],
    ]
    private static let outside: Set<String> = ["Foundation", "Synchronization", "NIOCore", "NIOPosix", "NIOHTTP1", "ArgumentParser"]

    @Test func `arrows go only down`() {
        for (name, text) in files("Sources") {
            let target = String(name.split(separator: "/")[1])
            for line in text.split(separator: "\n") where line.contains("import ") && !line.hasPrefix(" ") && !line.hasPrefix("//") {
                let module = String(line.split(separator: " ").last!)
                #expect(Self.below[target]!.contains(module) || Self.outside.contains(module), "\(name) imports \(module)")
                if module.hasPrefix("NIO") {
                    #expect(target == "HTTP" || (["Web", "Exchange", "thanglong-device"].contains(target) && module == "NIOHTTP1"), "\(name) imports \(module)")
                }
            }
        }
    }

    @Test func `every source file names its licence in its first lines`() {
        for (name, text) in files("Sources", [".swift", ".h", ".css", ".js"]) + files("Tests") + files("Bench", [".py", ".c"]) {
            #expect(text.prefix(200).contains("SPDX-License-Identifier: Apache-2.0"), "\(name)")
        }
    }

    @Test func `clock, chance and environment are summoned only at the roof`() {
        for (name, text) in files("Sources") where !name.hasPrefix("Sources/thanglong") {
            for word in ["UUID()", "ProcessInfo", "SystemRandomNumberGenerator", ".random(in:", "Date.now"] { #expect(!text.contains(word), "\(name) uses \(word)") }
            if !name.hasSuffix("Registers/Load.swift") { #expect(!text.contains("Date()"), "\(name) uses Date()") }
        }
    }

    @Test func `no write is tried without minding its failure`() {
        for (name, text) in files("Sources") {
            for line in text.split(separator: "\n") where line.contains("try?") {
                #expect(!line.contains("INSERT") && !line.contains("UPDATE") && !line.contains("DELETE"), "\(name): \(line)")
            }
            #expect(!text.contains("catch {}"), "\(name)")
        }
    }

    @Test func `SQLite's own words stay in its dialect`() {
        for (name, text) in files("Sources") where !name.hasPrefix("Sources/Store") && !name.hasPrefix("Sources/CSQLite") {
            for word in ["PRAGMA", "fts5", "rowid", "WITHOUT ROWID", "INSERT OR", "AUTOINCREMENT", "sqlite_", " MATCH "] { #expect(!text.contains(word), "\(name) says \(word)") }
        }
    }

    @Test func `files fit a head`() {
        for (name, text) in files("Sources") { #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 620, "\(name)") }
    }

    @Test func `every decision and every verb is documented`() {
        let docs = files("Docs", [".md"]) + [("README.md", (try? String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)) ?? "")]
        let all = docs.map(\.text).joined()
        for verb in [
            "demo", "serve", "load", "export", "undo", "erase", "verify", "quality", "entitlements", "synth", "backup", "restore", "copy", "user", "token", "openapi", "config",
        ] {
            #expect(all.contains("thanglong \(verb)") || all.contains("`\(verb)"), "\(verb)")
        }
    }
}
