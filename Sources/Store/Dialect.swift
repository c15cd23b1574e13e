// SPDX-License-Identifier: Apache-2.0

/// What SQLite says in its own way; `PostgresDialect` is the other.
enum Dialect {
    /// Set on each new connection, before anything else. `synchronous=FULL`: a commit is answered when it is on the disk.
    static func opening(readOnly: Bool, limits: StoreLimits) -> [String] {
        var settings = [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = OFF", "PRAGMA temp_store = \(readOnly ? "MEMORY" : "FILE")",
            "PRAGMA cache_size = -\(readOnly ? limits.readerCacheKiB : limits.writerCacheKiB)", "PRAGMA mmap_size = \(readOnly ? limits.mappedBytes : 0)", "PRAGMA threads = 2",
            "PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON",
        ]
        if readOnly { settings[0] = "PRAGMA query_only = ON" }
        return settings
    }

    static let begin = "BEGIN IMMEDIATE"
    static let beginRead = "BEGIN DEFERRED"
    static let commit = "COMMIT"
    static let rollback = "ROLLBACK"
    static let savepoint = "SAVEPOINT command"
    static let release = "RELEASE command"
    static let rollbackToSavepoint = "ROLLBACK TO command"
    static func checkpointPages(_ pages: Int) -> String { "PRAGMA wal_autocheckpoint = \(pages)" }
    /// Changes when another connection has committed.
    static let othersVersion = "PRAGMA data_version"
    static let truncateLog = "PRAGMA wal_checkpoint(TRUNCATE)"
}

extension Connection {
    public func hasTable(_ name: String) throws -> Bool {
        switch engine {
        case .sqlite: try first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = \(name)") { _ in true } != nil
        case .postgres:
            try first("SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname = \(name)") { _ in true } != nil
        }
    }
}

/// Ways of making tables that differ between stores.
public enum TableStyle {
    /// A table that lies in the order of its primary key, where the store has such.
    public static let clustered = SQL(stringLiteral: " WITHOUT ROWID")
}
