// SPDX-License-Identifier: Apache-2.0

/// What PostgreSQL says in its own way.
enum PostgresDialect {
    /// Set on each new connection. A commit is answered when it is on the server's disk, and on its standby's where the server asks for one.
    static func opening(readOnly: Bool) -> [String] {
        var settings = [
            "SET client_min_messages = error", "SET timezone = 'UTC'", "SET jit = off", "SET cursor_tuple_fraction = 1", "SET idle_in_transaction_session_timeout = 0",
            "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' WHEN 'local' THEN 'on' ELSE current_setting('synchronous_commit') END, false)",
        ]
        if readOnly { settings.append("SET default_transaction_read_only = on") }
        return settings
    }

    static let begin = "BEGIN"
    static let beginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    /// One row, which every transaction that writes changes first: whoever holds it is the writer, and its number tells the others that something changed.
    static let turns = [
        "CREATE TABLE IF NOT EXISTS store_turn (id BIGINT PRIMARY KEY, number BIGINT NOT NULL)", "INSERT INTO store_turn (id, number) VALUES (1, 0) ON CONFLICT (id) DO NOTHING",
    ]
    static let takeTurn = "UPDATE store_turn SET number = number + 1 WHERE id = 1 RETURNING number, pg_current_xact_id()::text"

    /// The common subset in PostgreSQL's words: numbered parameters, its types, and texts in the order of their bytes.
    static func translate(_ text: String) -> String {
        var words = text
        if words.hasPrefix("CREATE TABLE") || words.hasPrefix("ALTER TABLE") {
            words = words.replacing(" WITHOUT ROWID", with: "").replacing(" INTEGER", with: " BIGINT").replacing(" BLOB", with: " BYTEA")
                .replacing(" TEXT", with: " TEXT COLLATE \"C\"")
        }
        guard words.utf8.contains(0x3F) else { return words }
        var result = ""
        result.reserveCapacity(words.utf8.count + 32)
        var number = 0
        var isQuoted = false
        for character in words.unicodeScalars {
            if character == "'" { isQuoted.toggle() }
            if character == "?", !isQuoted {
                number += 1
                result += "$\(number)"
            } else {
                result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
