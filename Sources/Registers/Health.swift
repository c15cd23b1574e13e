// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Journal
internal import Store

/// How the node stands: sizes, room, work under way.
public struct NodeHealth: Sendable {
    public let databaseBytes: Int64
    /// Nil where the store keeps its own.
    public let logBytes: Int64?
    /// Nil when the system does not tell.
    public let freeBytes: Int64?
    public let runningLoads: Int
}

/// A journal's newest signed head.
public struct JournalHead: Sendable {
    public let name: String
    public let title: Text
    public let size: Int64
    public let recorded: Instant?
    /// The root of its tree, base64.
    public let root: String?
}

extension Registry {
    public func health() -> NodeHealth {
        func size(_ path: String) -> Int64 { ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.int64Value ?? 0 }
        // The server of a PostgreSQL database knows its own disk; here it is told only how large the database is.
        if database.isPostgres {
            let bytes = try? database.look { try $0.first("SELECT pg_database_size(current_database())") { $0.integer(0) } }
            return NodeHealth(databaseBytes: bytes.flatMap { $0 } ?? 0, logBytes: nil, freeBytes: nil, runningLoads: runningLoads)
        }
        let free = ((try? FileManager.default.attributesOfFileSystem(forPath: database.path))?[.systemFreeSize] as? NSNumber)?.int64Value
        return NodeHealth(databaseBytes: size(database.path), logBytes: size(database.path + "-wal"), freeBytes: free, runningLoads: runningLoads)
    }

    private var runningLoads: Int {
        let since = world.now().milliseconds - 86_400_000
        let loads = try? database.look { try $0.first("SELECT count(*) FROM load WHERE ended IS NULL AND started > \(since)") { Int($0.integer(0)) } }
        return loads.flatMap { $0 } ?? 0
    }

    public func journalHeads() throws -> [JournalHead] {
        let system: [(String, Text)] = [
            (Registry.readsJournal, ["vi": "Lượt xem dữ liệu cá nhân", "en": "Looks at personal data"]),
            (Registry.declarationsJournal, ["vi": "Khai báo các sổ", "en": "Declarations of registers"]),
        ]
        return try database.read { connection in
            try (self.registers.map { ($0.name, $0.title) } + system).map { name, title in
                let head = try self.journals.head(of: name, on: connection)
                let lines = head?.note.split(separator: "\n") ?? []
                return JournalHead(name: name, title: title, size: head?.size ?? 0, recorded: head?.recorded, root: lines.count > 2 ? String(lines[2]) : nil)
            }
        }
    }
}
