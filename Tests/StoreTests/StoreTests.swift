// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestStores
import Testing

@testable import Store

private final class Scratch {
    let path: String
    let database: Database
    init(limits: StoreLimits = StoreLimits()) throws {
        path = try TestStores.fresh("store")
        database = try Database(path: path, limits: limits)
        try database.writeAndWait { try $0.run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)") }
    }
    deinit { TestStores.remove(path) }
    var count: Int64 { (try? database.read { try $0.first("SELECT count(*) FROM t") { $0.integer(0) } }) ?? -1 }
}

struct `The store` {
    @Test(.enabled(if: TestStores.postgres == nil)) func `every commit is on the disk before it is answered`() throws {
        let scratch = try Scratch()
        // 2 is FULL: the log is flushed with each commit.
        #expect(try scratch.database.writeAndWait { try $0.first("PRAGMA synchronous") { $0.integer(0) } } == 2)
        #expect(try scratch.database.writeAndWait { try $0.first("PRAGMA journal_mode") { $0.text(0) } } == "wal")
    }

    @Test func `a hundred writers at once each get their own answer`() async throws {
        let scratch = try Scratch()
        let database = scratch.database
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    do {
                        try await database.write { try $0.run("INSERT INTO t (id, name) VALUES (\(number), \("n\(number / 2)"))") }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(results == 50)
        #expect(scratch.count == 50)
    }

    @Test func `one refused command takes nothing else with it`() throws {
        let scratch = try Scratch()
        try scratch.database.writeAndWait { try $0.run("INSERT INTO t (id, name) VALUES (1, 'a')") }
        #expect(throws: StoreError.self) {
            try scratch.database.writeAndWait { connection in
                try connection.run("INSERT INTO t (id, name) VALUES (2, 'b')")
                try connection.run("INSERT INTO t (id, name) VALUES (3, 'a')")
            }
        }
        #expect(scratch.count == 1)
    }

    @Test func `a reader sees one state however long it looks`() throws {
        let scratch = try Scratch()
        try scratch.database.read { connection in
            let before = try connection.first("SELECT count(*) FROM t") { $0.integer(0) }
            try scratch.database.writeAndWait { try $0.run("INSERT INTO t (id, name) VALUES (1, 'a')") }
            #expect(try connection.first("SELECT count(*) FROM t") { $0.integer(0) } == before)
        }
        #expect(scratch.count == 1)
    }

    @Test func `readers cannot write`() throws {
        let scratch = try Scratch()
        #expect(throws: StoreError.self) { try scratch.database.look { try $0.run("INSERT INTO t (id, name) VALUES (1, 'a')") } }
    }

    @Test func `values are parameters, never text`() throws {
        let scratch = try Scratch()
        let hostile = "a'); DROP TABLE t; --"
        try scratch.database.writeAndWait { try $0.run("INSERT INTO t (id, name) VALUES (1, \(hostile))") }
        #expect(try scratch.database.read { try $0.first("SELECT name FROM t WHERE name = \(hostile)") { $0.text(0) } } == hostile)
    }

    @Test func `migrations run once, in order, and refuse a newer database`() throws {
        let scratch = try Scratch()
        let first = Migration("part", steps: [["CREATE TABLE a (x INTEGER)"]])
        let second = Migration("part", steps: [["CREATE TABLE a (x INTEGER)"], ["ALTER TABLE a ADD COLUMN y INTEGER"]])
        try scratch.database.migrate(first)
        try scratch.database.migrate(first)
        try scratch.database.migrate(second)
        try scratch.database.migrate(second)
        #expect(throws: StoreError.self) { try scratch.database.migrate(first) }
    }

    @Test func `words are found by their beginnings in any order`() throws {
        let scratch = try Scratch()
        let index = TextIndex(table: "text_t")
        try scratch.database.writeAndWait { connection in
            try index.create(on: connection)
            for (id, words) in ["nguyen van dang", "dang thi hoa", "do hung"].enumerated() { try index.add(words, id: Int64(id), on: connection) }
        }
        func find(_ words: [String]) throws -> [Int64] { try scratch.database.read { try $0.all(index.matching(words, after: nil, on: $0)) { $0.integer(0) } } }
        #expect(try find(["dang"]) == [0, 1])
        #expect(try find(["hoa", "dan"]) == [1])
        #expect(try find(["d"]) == [0, 1, 2])
        #expect(try find(["x\" OR \"d"]).isEmpty)
    }

    @Test(.enabled(if: TestStores.postgres == nil)) func `a full disk refuses, keeps what was acknowledged and takes writes again when there is room`() throws {
        let scratch = try Scratch()
        try scratch.database.writeAndWait { connection in
            try connection.run("INSERT INTO t (id, name) VALUES (1, 'a')")
            let pages = try connection.first("PRAGMA page_count") { $0.integer(0) }!
            _ = try connection.first("PRAGMA max_page_count = \(name: "\(pages + 2)")") { $0.integer(0) }
        }
        let large = String(repeating: "x", count: 100_000)
        #expect(throws: StoreError.self) { try scratch.database.writeAndWait { try $0.run("INSERT INTO t (id, name) VALUES (2, \(large))") } }
        #expect(scratch.count == 1)
        try scratch.database.writeAndWait { _ = try $0.first("PRAGMA max_page_count = 1000000") { $0.integer(0) } }
        try scratch.database.writeAndWait { try $0.run("INSERT INTO t (id, name) VALUES (2, \(large))") }
        #expect(scratch.count == 2)
    }

    @Test(.enabled(if: TestStores.postgres == nil)) func `a copy is whole and refuses to overwrite`() throws {
        let scratch = try Scratch()
        try scratch.database.writeAndWait { try $0.run("INSERT INTO t (id, name) VALUES (1, 'a')") }
        let copy = scratch.path + ".copy"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try scratch.database.copy(to: copy)
        #expect(throws: StoreError.self) { try scratch.database.copy(to: copy) }
        let other = try Database(path: copy)
        #expect(try other.read { try $0.first("SELECT count(*) FROM t") { $0.integer(0) } } == 1)
    }
}
