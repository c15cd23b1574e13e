// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// What SQLite says in its own way. The other store will have a file like this one, and nothing else will differ.
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

/// Folded words in a table of distinct texts, found by the beginnings of words. SQLite keeps them in FTS5.
public struct TextIndex: Sendable {
    /// The table with `id` and `words`.
    public let table: String
    public init(table: String) { self.table = table }
    private var index: String { table + "_index" }
    private var vocabulary: String { table + "_words" }

    public func create(on connection: Connection) throws {
        try connection.run("CREATE TABLE IF NOT EXISTS \(name: table) (id INTEGER PRIMARY KEY, words TEXT NOT NULL UNIQUE)")
        try connection.run(
            """
            CREATE VIRTUAL TABLE IF NOT EXISTS \(name: index) USING fts5(words, content='\(name: table)', content_rowid='id', \
            tokenize="unicode61 remove_diacritics 0", detail='none', columnsize=0)
            """)
        try connection.run("CREATE VIRTUAL TABLE IF NOT EXISTS \(name: vocabulary) USING fts5vocab('\(name: index)', 'row')")
    }

    public func drop(on connection: Connection) throws {
        for name in [vocabulary, index, table] { try connection.run("DROP TABLE IF EXISTS \(name: name)") }
    }

    public func add(_ words: String, id: Int64, on connection: Connection) throws {
        try connection.run("INSERT INTO \(name: table) (id, words) VALUES (\(id), \(words))")
        try connection.run("INSERT INTO \(name: index) (rowid, words) VALUES (\(id), \(words))")
    }

    public func remove(id: Int64, words: String, on connection: Connection) throws {
        try connection.run("INSERT INTO \(name: index) (\(name: index), rowid, words) VALUES ('delete', \(id), \(words))")
        try connection.run("DELETE FROM \(name: table) WHERE id = \(id)")
    }

    /// Adds a text whose words are indexed later, all at once, by `rebuild`.
    public func addUnindexed(_ words: String, id: Int64, on connection: Connection) throws {
        try connection.run("INSERT INTO \(name: table) (id, words) VALUES (\(id), \(words))")
    }

    public func rebuild(on connection: Connection) throws {
        try connection.run("INSERT INTO \(name: index) (\(name: index)) VALUES ('rebuild')")
    }

    /// A query of the ids of texts that have a word beginning with each of `words`, in the order of the ids.
    public func matching(_ words: [String], after id: Int64?, on connection: Connection) throws -> SQL {
        // What is no word stands in no text.
        guard words.allSatisfy({ $0.unicodeScalars.allSatisfy(\.isWordScalar) && !$0.isEmpty }) else { return "SELECT id FROM \(name: table) WHERE id < 0" }
        // The words that begin so are few, and asking for them by name is four times faster than asking for a beginning.
        let query = try words.map { word in
            let meant = try connection.all(
                "SELECT term FROM \(name: vocabulary) WHERE term >= \(word) AND term < \(word + "\u{10FFFF}") LIMIT \(TextIndex.expansionMax + 1)"
            ) { $0.text(0) }
            if meant.isEmpty || meant.count > TextIndex.expansionMax { return "\"\(word)\"*" }
            return "(" + meant.map { "\"\($0)\"" }.joined(separator: " OR ") + ")"
        }.joined(separator: " AND ")
        if let id { return "SELECT rowid AS id FROM \(name: index) WHERE \(name: index) MATCH \(query) AND rowid >= \(id) ORDER BY rowid" }
        return "SELECT rowid AS id FROM \(name: index) WHERE \(name: index) MATCH \(query) ORDER BY rowid"
    }

    static let expansionMax = 100

    /// Throws when the index does not say what the table says.
    public func check(on connection: Connection) throws {
        try connection.run("INSERT INTO \(name: index) (\(name: index), rank) VALUES ('integrity-check', 1)")
    }
}

extension Connection {
    public func hasTable(_ name: String) throws -> Bool {
        try first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = \(name)") { _ in true } != nil
    }
}

/// Ways of making tables that differ between stores.
public enum TableStyle {
    /// A table that lies in the order of its primary key.
    public static let clustered = SQL(stringLiteral: " WITHOUT ROWID")
}
