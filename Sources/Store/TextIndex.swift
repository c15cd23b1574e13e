// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Folded words in a table of distinct texts, found by the beginnings of words. SQLite keeps them in FTS5, PostgreSQL in a GIN index.
public struct TextIndex: Sendable {
    /// The table with `id` and `words`.
    public let table: String
    public init(table: String) { self.table = table }
    private var index: String { table + "_index" }
    private var vocabulary: String { table + "_words" }

    public func create(on connection: Connection) throws {
        try connection.run("CREATE TABLE IF NOT EXISTS \(name: table) (id INTEGER PRIMARY KEY, words TEXT NOT NULL UNIQUE)")
        if connection.isPostgres { return try createIndex(on: connection) }
        try connection.run(
            """
            CREATE VIRTUAL TABLE IF NOT EXISTS \(name: index) USING fts5(words, content='\(name: table)', content_rowid='id', \
            tokenize="unicode61 remove_diacritics 0", detail='none', columnsize=0)
            """)
        try connection.run("CREATE VIRTUAL TABLE IF NOT EXISTS \(name: vocabulary) USING fts5vocab('\(name: index)', 'row')")
    }

    /// Words as PostgreSQL's search takes them: what they are, without its parser.
    private func createIndex(on connection: Connection) throws {
        try connection.run(
            "CREATE INDEX IF NOT EXISTS \(name: index) ON \(name: table) USING gin (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) WITH (fastupdate = off)")
    }

    /// Before many texts are added whose words are indexed at the end.
    public func startLate(on connection: Connection) throws {
        if connection.isPostgres { try connection.run("DROP INDEX IF EXISTS \(name: index)") }
    }

    public func drop(on connection: Connection) throws {
        if connection.isPostgres { return try connection.run("DROP TABLE IF EXISTS \(name: table)") }
        for name in [vocabulary, index, table] { try connection.run("DROP TABLE IF EXISTS \(name: name)") }
    }

    public func add(_ words: String, id: Int64, on connection: Connection) throws {
        try connection.run("INSERT INTO \(name: table) (id, words) VALUES (\(id), \(words))")
        if connection.isPostgres { return }
        try connection.run("INSERT INTO \(name: index) (rowid, words) VALUES (\(id), \(words))")
    }

    public func remove(id: Int64, words: String, on connection: Connection) throws {
        if !connection.isPostgres { try connection.run("INSERT INTO \(name: index) (\(name: index), rowid, words) VALUES ('delete', \(id), \(words))") }
        try connection.run("DELETE FROM \(name: table) WHERE id = \(id)")
    }

    /// Adds a text whose words are indexed later, all at once, by `rebuild`.
    public func addUnindexed(_ words: String, id: Int64, on connection: Connection) throws {
        try connection.run("INSERT INTO \(name: table) (id, words) VALUES (\(id), \(words))")
    }

    public func rebuild(on connection: Connection) throws {
        if connection.isPostgres { return try createIndex(on: connection) }
        try connection.run("INSERT INTO \(name: index) (\(name: index)) VALUES ('rebuild')")
    }

    /// A query of the ids of texts that have a word beginning with each of `words`, in the order of the ids.
    public func matching(_ words: [String], after id: Int64?, on connection: Connection) throws -> SQL {
        // What is no word stands in no text.
        guard words.allSatisfy({ $0.unicodeScalars.allSatisfy(\.isWordScalar) && !$0.isEmpty }) else { return "SELECT id FROM \(name: table) WHERE id < 0" }
        if connection.isPostgres {
            // Letters and digits only, so nothing in them is a sign of the query's.
            let query = words.map { "\($0):*" }.joined(separator: " & ")
            let from: SQL = id.map { " AND id >= \($0)" } ?? ""
            return "SELECT id FROM \(name: table) WHERE array_to_tsvector(array_remove(string_to_array(words, ' '), '')) @@ \(query)::tsquery\(from) ORDER BY id"
        }
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
        if connection.isPostgres { return try checkIndex(on: connection) }
        try connection.run("INSERT INTO \(name: index) (\(name: index), rank) VALUES ('integrity-check', 1)")
    }

    /// Every text is found by its own words, through the index.
    private func checkIndex(on connection: Connection) throws {
        let isThere = try connection.first("SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = \(index)") { _ in true } != nil
        guard isThere else { throw StoreError.failed(code: 0, "the index \(index) is missing") }
    }
}
