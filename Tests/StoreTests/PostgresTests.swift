// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import TestStores
import Testing

@testable import Store

/// Stands between a client and the server's socket and hangs up where it is told to.
private final class ChaosProxy: @unchecked Sendable {
    enum Cut: Sendable {
        case never
        /// Before the server hears COMMIT.
        case beforeCommit
        /// After it was done, before the client hears so.
        case afterCommit
        /// As soon as the client says these words.
        case at(String)
    }

    private let listener: Int32
    private let server: String
    let folder: String
    private let cut = Mutex<Cut>(.never)
    private let cuts = Mutex(0)

    private let open = Mutex<[Int32]>([])

    /// Every connection breaks, as when the server goes away.
    func hangUpAll() { open.withLock { $0.forEach { shutdown($0, Int32(SHUT_RDWR)) } } }

    func next(_ what: Cut) { cut.withLock { $0 = what } }
    var count: Int { cuts.withLock { $0 } }

    init(server: String) throws {
        self.server = server
        folder = NSTemporaryDirectory() + "chaos-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = Self.address(folder + "/.s.PGSQL.5432") { bind(listener, $0, $1) }
        guard bound == 0, listen(listener, 64) == 0 else { throw CocoaError(.fileWriteUnknown) }
        let thread = Thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                serve(client)
            }
        }
        thread.start()
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func address<T>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private func serve(_ client: Int32) {
        let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.address(server + "/.s.PGSQL.5432", { connect(upstream, $0, $1) }) == 0 else {
            close(client)
            return
        }
        open.withLock { $0 += [client, upstream] }
        let held = Shared()
        Thread { self.pump(client, upstream, isFromClient: true, held) }.start()
        Thread { self.pump(upstream, client, isFromClient: false, held) }.start()
    }

    private final class Shared: Sendable {
        /// The answer to COMMIT must not reach the client.
        let isHeld = Mutex(false)
    }

    private func pump(_ from: Int32, _ to: Int32, isFromClient: Bool, _ shared: Shared) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        func hangUp() {
            shutdown(from, Int32(SHUT_RDWR))
            shutdown(to, Int32(SHUT_RDWR))
        }
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else { return hangUp() }
            let bytes = buffer[..<count]
            if isFromClient {
                let says = { (words: String) in Data(bytes).range(of: Data(words.utf8)) != nil }
                let isCut = cut.withLock { cut -> Bool in
                    switch cut {
                    case .beforeCommit where says("COMMIT"):
                        cut = .never
                        return true
                    case .at(let words) where says(words):
                        cut = .never
                        return true
                    case .afterCommit where says("COMMIT"):
                        cut = .never
                        shared.isHeld.withLock { $0 = true }
                        return false
                    default: return false
                    }
                }
                if isCut {
                    cuts.withLock { $0 += 1 }
                    return hangUp()
                }
            } else if shared.isHeld.withLock({ $0 }) {
                // The server has answered, so it is done; nobody hears it.
                cuts.withLock { $0 += 1 }
                return hangUp()
            }
            var sent = 0
            while sent < count {
                let written = buffer[sent..<count].withUnsafeBytes { write(to, $0.baseAddress!, $0.count) }
                if written <= 0 { return hangUp() }
                sent += written
            }
        }
    }
}

@Suite(.enabled(if: TestStores.postgres != nil))
struct `PostgreSQL behind the store` {
    private func scratch() throws -> (path: String, database: Database) {
        let path = try TestStores.fresh("store")
        let database = try Database(path: path)
        try database.writeAndWait { try $0.run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, body BLOB)") }
        return (path, database)
    }

    private func count(_ database: Database) throws -> Int64 { try database.read { try $0.first("SELECT count(*) FROM t") { $0.integer(0) }! } }

    @Test func `values come back as they went, whatever they are`() throws {
        let (path, database) = try scratch()
        defer { TestStores.remove(path) }
        let texts = ["", "Đặng Thị Hoà", "a'b\"c\\d?", String(repeating: "ữ", count: 5000)]
        let blobs: [[UInt8]] = [[], [0], [UInt8](0...255), [UInt8](repeating: 0, count: 70_000)]
        try database.writeAndWait { connection in
            for (id, (text, blob)) in zip(texts, blobs).enumerated() { try connection.run("INSERT INTO t (id, name, body) VALUES (\(id), \(text), \(blob))") }
            try connection.run("INSERT INTO t (id, name, body) VALUES (\(Int64.max), \(String?.none), \(Cell.null))")
            // What was kept back is seen by whoever asks in the same transaction.
            #expect(try connection.first("SELECT count(*) FROM t") { $0.integer(0) } == 5)
        }
        try database.read { connection in
            for (id, (text, blob)) in zip(texts, blobs).enumerated() {
                let found = try connection.first("SELECT name, body FROM t WHERE id = \(id)") { ($0.text(0), $0.blob(1)) }
                #expect(found?.0 == text && found?.1 == blob)
            }
            #expect(try connection.first("SELECT name, body FROM t WHERE id = \(Int64.max)") { [$0.cell(0), $0.cell(1)] } == [.null, .null])
            #expect(try connection.first("SELECT sum(id) FROM t WHERE id < 10") { $0.integer(0) } == 6)
            #expect(try connection.first("SELECT -sum(id) * 123456789 FROM t WHERE id < 10") { $0.integer(0) } == -740_740_734)
        }
    }

    @Test func `texts stand in the order of their bytes, as in SQLite`() throws {
        let (path, database) = try scratch()
        defer { TestStores.remove(path) }
        let texts = ["Ð", "b", "B", "a", "Z", "đ", "_", "a b", "ab"]
        try database.writeAndWait { connection in
            for (id, text) in texts.enumerated() { try connection.run("INSERT INTO t (id, name, body) VALUES (\(id), \(text), \(Cell.null))") }
        }
        let sorted = try database.read { try $0.all("SELECT name FROM t ORDER BY name") { $0.text(0) } }
        #expect(sorted == texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    @Test func `thousands of rows by COPY are the same rows`() throws {
        let (path, database) = try scratch()
        defer { TestStores.remove(path) }
        try database.writeAndWait { connection in
            for id in 0..<25_000 { try connection.run("INSERT INTO t (id, name, body) VALUES (\(id), \(id % 3 == 0 ? nil : "tên \(id)"), \([UInt8(id & 255)]))") }
        }
        #expect(try count(database) == 25_000)
        var seen = 0
        try database.read { connection in
            try connection.each("SELECT id, name, body FROM t ORDER BY id") { row in
                // Other questions may be asked between the rows of a long walk.
                if seen % 5000 == 0 {
                    let other = try connection.first("SELECT name FROM t WHERE id = 1") { $0.text(0) }
                    #expect(other == "tên 1")
                }
                #expect(row.integer(0) == Int64(seen) && row.isNull(1) == (seen % 3 == 0) && row.blob(2) == [UInt8(seen & 255)])
                seen += 1
                return true
            }
        }
        #expect(seen == 25_000)
    }

    @Test func `a refused command takes back what it kept, and nothing of its neighbours`() async throws {
        let (path, database) = try scratch()
        defer { TestStores.remove(path) }
        struct Refused: Error {}
        let answers = await withTaskGroup(of: Bool.self) { group in
            for id in 0..<300 {
                group.addTask {
                    do {
                        try await database.write { connection in
                            try connection.run("INSERT INTO t (id, name, body) VALUES (\(id), \("x"), \(Cell.null))")
                            if id % 3 == 0 { throw Refused() }
                            if id % 3 == 2 { return }
                            let own = try connection.first("SELECT name FROM t WHERE id = \(id)") { $0.text(0) }
                            #expect(own == "x")
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 200)
        #expect(try count(database) == 200)
    }

    @Test func `two processes write in turns and lose nothing`() async throws {
        let (path, one) = try scratch()
        defer { TestStores.remove(path) }
        let two = try Database(path: path)
        await withTaskGroup(of: Void.self) { group in
            for id in 0..<400 {
                group.addTask {
                    // Each takes the next number: only one at a time may.
                    try? await (id % 2 == 0 ? one : two).write { connection in
                        let next = try connection.first("SELECT coalesce(max(id) + 1, 0) FROM t") { $0.integer(0) }!
                        try connection.run("INSERT INTO t (id, name, body) VALUES (\(next), 'x', \(Cell.null))")
                    }
                }
            }
        }
        #expect(try count(one) == 400)
        #expect(try one.read { try $0.first("SELECT max(id) FROM t") { $0.integer(0) } } == 399)
    }

    /// A database reached through a proxy that breaks connections, and directly.
    private func proxied() throws -> (ChaosProxy, direct: (path: String, database: Database), Database) {
        let host = TestStores.postgres!.split(separator: "host=")[1].split(separator: "&")[0]
        let proxy = try ChaosProxy(server: String(host))
        let direct = try scratch()
        return (proxy, direct, try Database(path: direct.path.replacing(host, with: proxy.folder)))
    }

    @Test(arguments: ["before COMMIT", "after COMMIT", "at BEGIN", "in the middle", "while rows are copied"])
    func `a connection that breaks loses and doubles nothing`(moment: String) throws {
        let (proxy, direct, database) = try proxied()
        defer {
            proxy.stop()
            TestStores.remove(direct.path)
        }
        try database.writeAndWait { try $0.run("INSERT INTO t (id, name, body) VALUES (0, 'first', \(Cell.null))") }
        let cut: ChaosProxy.Cut =
            switch moment {
            case "before COMMIT": .beforeCommit
            case "after COMMIT": .afterCommit
            case "at BEGIN": .at("BEGIN")
            case "in the middle": .at("seen")
            default: .at("COPY t")
            }
        let rounds = 5
        for round in 1...rounds {
            proxy.next(cut)
            let number = try database.writeAndWait { connection in
                let next = try connection.first("SELECT max(id) + 1 FROM t") { $0.integer(0) }!
                try connection.run("UPDATE t SET name = \("seen") WHERE id = \(next - 1)")
                for extra in 0..<100 { try connection.run("INSERT INTO t (id, name, body) VALUES (\(next + Int64(extra)), \("x"), \(Cell.null))") }
                return next
            }
            #expect(number == Int64((round - 1) * 100 + 1))
        }
        #expect(proxy.count == rounds)
        #expect(try count(direct.database) == Int64(rounds * 100 + 1))
    }

    @Test func `a command that must not run twice says that the connection broke`() throws {
        let (proxy, direct, database) = try proxied()
        defer {
            proxy.stop()
            TestStores.remove(direct.path)
        }
        proxy.next(.beforeCommit)
        #expect(throws: StoreError.self) {
            try database.writeAndWait(isRepeatable: false) { try $0.run("INSERT INTO t (id, name, body) VALUES (1, 'x', \(Cell.null))") }
        }
        #expect(try count(direct.database) == 0)
        try database.writeAndWait(isRepeatable: false) { try $0.run("INSERT INTO t (id, name, body) VALUES (1, 'x', \(Cell.null))") }
        #expect(try count(direct.database) == 1)
    }

    @Test func `readers find the server again`() throws {
        let (proxy, direct, database) = try proxied()
        defer {
            proxy.stop()
            TestStores.remove(direct.path)
        }
        #expect(try count(database) == 0)
        proxy.hangUpAll()
        Thread.sleep(forTimeInterval: 0.1)
        #expect(try count(database) == 0)
        try database.writeAndWait { try $0.run("INSERT INTO t (id, name, body) VALUES (1, 'x', \(Cell.null))") }
        #expect(try count(database) == 1)
    }

    @Test func `a database that cannot hold a city says why`() throws {
        #expect(throws: StoreError.self) { try Database(path: "postgresql:///thanglong?host=/nowhere") }
    }
}
