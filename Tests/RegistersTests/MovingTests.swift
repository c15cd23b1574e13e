// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Journal
import Registers
import Store
import TestStores
import Testing

/// Tables for a city that will be copied into them.
private func emptyTables(_ path: String) throws -> Database {
    let database = try Database(path: path)
    let world = World(now: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }, random: SystemRandomness.bytes)
    let journals = try Journals(database: database, world: world, instance: "test", key: SigningKey(seed: [UInt8](repeating: 1, count: 32)))
    _ = try Registry(
        database: database, journals: journals, world: world, registers: City.registers,
        unitRegisters: .init(units: AdministrativeUnits.register.name, changes: UnitChanges.register.name))
    return database
}

struct `A city that moves` {
    /// A city with a history, looks, counts and findings, in the store under test.
    private func city() async throws -> ScratchCity {
        let city = try ScratchCity.full()
        try city.put("household", "1000000001", ["commune": "00004", "address": "Số 14, phố Kim Mã", "kind": "family"], effective: "2026-11-01")
        _ = try await city.registry.record("population", "001090000001", for: ScratchCity.operator_, door: "test")
        _ = try city.registry.inspect()
        return city
    }

    private func answers(_ city: ScratchCity) async throws -> [String] {
        var query = RecordQuery()
        query.text = "nguyen"
        return [
            try city.export("population"), try city.export("household"),
            String(decoding: try await city.registry.proof("population", "001090000001", for: ScratchCity.operator_, door: "test"), as: UTF8.self),
            "\(try city.registry.statistics("population", by: ["sex", "commune"], on: nil, for: ScratchCity.operator_).groups)",
            "\(try await city.registry.records("population", query, for: ScratchCity.operator_, door: "test").records.map(\.key))",
            "\(try city.registry.quality("population", for: ScratchCity.operator_).findings.map { "\($0.code) \($0.count)" })",
            "\(try city.registry.journalHeads().filter { $0.name != "reads" }.map { "\($0.name) \($0.size) \($0.root ?? "")" })",
        ]
    }

    @Test func `takes its journals, signatures and answers along, there and back`() async throws {
        let first = try await city()
        let second = FileManager.default.temporaryDirectory.appendingPathComponent("moved-\(UUID().uuidString).db").path
        defer { TestStores.remove(second) }
        let third = try TestStores.fresh("moved")
        var databases = [first.database]
        for path in [second, third] {
            let target = try emptyTables(path)
            // The place where something was opened already is no empty place, which the command line asks about first.
            #expect(try target.moveTarget() == .taken)
            try databases.last!.copyAll(to: target, texts: first.registry.texts, mark: { try first.registry.mark($0) })
            databases.append(target)
        }
        let before = try await answers(first)
        for path in [second, third] {
            let moved = try ScratchCity(path: path)
            #expect(try await answers(moved) == before)
            #expect(try moved.damages().isEmpty)
            try moved.put(
                "population", "001092000009",
                ["name": "Lê Thị Mới", "birth": "1992-01-01", "sex": "female", "ethnicity": "01", "household": "1000000002", "relation": "other", "commune": "00008"])
            #expect(try moved.damages().isEmpty)
        }
    }

    @Test func `goes on where the copy was broken off, and begins anew when the city changed`() async throws {
        let first = try await city()
        let path = try TestStores.fresh("moved")
        defer { TestStores.remove(path) }
        let target = try emptyTables(path)
        let mark: @Sendable (Connection) throws -> String = { try first.registry.mark($0) }
        for stop in ["entry_population", "record_population", "version_household"] {
            let database = try Database(path: path)
            // Its writer ends in the midst of the copy, as it does with its process.
            #expect(throws: StoreError.closed) {
                try first.database.copyAll(to: database, texts: first.registry.texts, mark: mark) { if $0.table == stop { database.close() } }
            }
            #expect(try target.moveTarget() == .begun)
        }
        try first.put("household", "1000000002", ["commune": "00008", "address": "Số 4, ngõ 5, đường Đội Cấn", "kind": "family"])
        try first.database.copyAll(to: target, texts: first.registry.texts, mark: mark)
        let moved = try ScratchCity(path: path)
        #expect(try moved.export("household") == first.export("household"))
        #expect(try moved.damages().isEmpty)
    }
}

@Suite(.enabled(if: TestStores.postgres != nil))
struct `Two servers of one database` {
    @Test func `write in turns: journals stay whole, nothing is lost or doubled`() async throws {
        let one = try ScratchCity.full()
        let two = try ScratchCity(path: one.path)
        two.isKept = true
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let city = number % 2 == 0 ? one : two
                    do {
                        _ = try city.put(
                            "population", "00109000\(1000 + number)",
                            [
                                "name": "Trần Văn \(["An", "Bình", "Cường", "Dũng", "Giang", "Hải", "Khoa"][number % 7])", "birth": "1990-02-03", "sex": "male", "ethnicity": "01",
                                "household": "1000000001", "relation": "other",
                                "commune": "00004",
                            ])
                    } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        #expect(try one.registry.summary(of: "population").entries == 204)
        #expect(try two.export("population").split(separator: "\n").count == 205)
        #expect(try one.registry.statistics("population", by: ["sex"], on: nil, for: ScratchCity.operator_).total == 204)
        #expect(try one.damages().isEmpty && two.damages().isEmpty)
    }

    @Test func `the same new record entered at both is entered once`() async throws {
        let one = try ScratchCity.full()
        let two = try ScratchCity(path: one.path)
        two.isKept = true
        let entered = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let city = number % 2 == 0 ? one : two
                    return
                        (try? city.put(
                            "household", "90000000\(10 + number / 4)", ["commune": "00004", "address": "Số 1", "kind": "family"], expecting: .absent)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(entered == 10)
        #expect(try two.damages().isEmpty)
    }

    @Test func `a unit entered at one is known at the other`() throws {
        let one = try ScratchCity.full()
        let two = try ScratchCity(path: one.path)
        two.isKept = true
        try two.registry.noticeOthers()
        #expect(two.registry.units.find("99999", on: Day("2026-11-24")!) == nil)
        let generation = two.registry.generation
        try one.put(
            "administrative-unit", "99999-2026-01-01",
            ["code": "99999", "name": "Thử", "level": "commune", "type": "phường", "parent": "01", "valid_from": "2026-01-01", "law": "thử"], effective: "2026-01-01")
        try two.registry.noticeOthers()
        #expect(two.registry.units.find("99999", on: Day("2026-11-24")!)?.name == "Thử")
        #expect(two.registry.generation > generation)
    }
}

@Suite(.enabled(if: TestStores.postgres != nil))
struct `A schema that can lie on many machines` {
    /// By which column the rows of a large table may lie apart; the other tables are small and stand everywhere.
    private static let spread = [
        "entry_": "number", "record_": "key", "version_": "entry", "tile_": "id", "head_": "size", "pending_": "row", "finding_count_": "code", "finding_": "row",
        "count_change_": "year", "count_days_": "year", "count_": "year", "read_subject": "record", "idempotency": "key", "session": "id", "citizen_session": "id",
        "mirror_1": "number",
    ]
    private static let everywhere: Set = [
        "account", "agreement", "citizen_code", "declaration", "entitlement_count", "entitlement_finding", "entitlement_run", "followed", "form", "instance", "link", "load",
        "mapping", "match_review", "migration", "mirror_form", "quality",
        "recent", "source", "source_file",
        "reference_key", "saved_view", "shape", "signing_key", "paper_seal", "store_turn", "token",
    ]

    @Test(arguments: [0, 4]) func `has no number from a sequence, no foreign key, and nothing unique across its parts`(parts: Int) async throws {
        var limits = StoreLimits()
        limits.parts = parts
        let city = try ScratchCity.full(limits: limits)
        _ = try city.registry.follow(
            "https://x", register: "household", key: NoteKey(name: "thanglong/x/household", publicKey: [UInt8](repeating: 1, count: 32)), token: nil, purpose: nil)
        try city.database.read { connection in
            let schema: SQL = "current_schema()::regnamespace"
            #expect(try connection.first("SELECT count(*) FROM pg_class WHERE relnamespace = \(schema) AND relkind = 'S'") { $0.integer(0) } == 0)
            #expect(try connection.first("SELECT count(*) FROM pg_constraint WHERE connamespace = \(schema) AND contype = 'f'") { $0.integer(0) } == 0)
            let tables = try connection.all(
                "SELECT relname::text, relkind::text FROM pg_class WHERE relnamespace = \(schema) AND relkind IN ('r', 'p') AND NOT relispartition"
            ) { ($0.text(0), $0.text(1)) }
            for (table, kind) in tables {
                let prefix = Self.spread.keys.filter { table.hasPrefix($0) }.max { $0.count < $1.count }
                guard let prefix, let column = Self.spread[prefix] else {
                    // Words of texts are a dictionary that every part of a register uses.
                    #expect(Self.everywhere.contains(table) || table.hasPrefix("text_"), "\(table)")
                    continue
                }
                let indexes = try connection.all(
                    """
                    SELECT i.indexrelid::regclass::text, bool_or(a.attname = \(column)) FROM pg_index i \
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[]) \
                    WHERE i.indisunique AND i.indrelid = \(table)::regclass GROUP BY 1
                    """
                ) { ($0.text(0), $0.integer(1) == 1) }
                for (index, holds) in indexes { #expect(holds, "\(index) is unique without \(column)") }
                #expect((kind == "p") == (parts > 1 && ["entry_", "record_", "version_", "mirror_1"].contains(prefix)), "\(table)")
            }
        }
        // Cut or whole, it is the same city.
        try city.put("household", "1000000001", ["commune": "00004", "address": "Số 14, phố Kim Mã", "kind": "family"])
        _ = try city.registry.enterAndWait([Change("population", key: "001320000003", .retire, expecting: .anything)], cause: "test", by: ScratchCity.operator_)
        var query = RecordQuery()
        query.text = "dang hoa"
        #expect(try await city.registry.records("population", query, for: ScratchCity.operator_, door: "test").records.map(\.key) == ["001192000002"])
        #expect(try city.registry.statistics("population", by: ["sex"], on: nil, for: ScratchCity.operator_).total == 3)
        #expect(try city.damages().isEmpty)
    }
}
