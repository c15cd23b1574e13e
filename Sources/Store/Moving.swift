// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// What a database is to a copy into it.
public enum MoveTarget: Sendable, Equatable { case empty, begun, taken }

/// Why a city was not moved from one database to another.
public enum MoveError: Error, Sendable, Equatable {
    /// The source changed since this copy began; the target has no whole state of it.
    case sourceChanged
    /// The two databases were made by different versions of this program.
    case otherTables([String])
}

/// How far a copy is.
public struct MoveProgress: Sendable {
    public let table: String
    public let rows: Int
    /// Of all rows of the source, from 0 to 1.
    public let share: Double
}

/// A table as its database describes it.
struct TableDescription {
    let name: String
    let columns: [String]
    /// The columns of the primary key, or of another unique index, in its order.
    let key: [String]
}

extension Connection {
    /// Every table with values of its own: not the store's notes, nor the tables behind a full-text index.
    func tables(except words: [String]) throws -> [TableDescription] {
        let names: [String]
        switch engine {
        case .sqlite:
            names = try all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") { $0.text(0) }
        case .postgres:
            names = try all("SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1") {
                $0.text(0)
            }
        }
        let hidden = words.flatMap { word in ["_index", "_words"].map { word + $0 } }
        return try names.filter { name in
            !name.hasPrefix("store_") && !name.hasPrefix("sqlite_") && !hidden.contains { name == $0 || name.hasPrefix($0 + "_") }
        }.map(description)
    }

    private func description(_ name: String) throws -> TableDescription {
        switch engine {
        case .sqlite:
            let columns = try all("SELECT name, pk FROM pragma_table_info(\(name)) ORDER BY cid") { ($0.text(0), $0.integer(1)) }
            return TableDescription(name: name, columns: columns.map(\.0).sorted(), key: columns.filter { $0.1 > 0 }.sorted { $0.1 < $1.1 }.map(\.0))
        case .postgres:
            let columns = try all("SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = \(name)") { $0.text(0) }
            let key = try all(
                """
                SELECT a.attname::text FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place) \
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE i.indrelid = \(name)::regclass AND i.indexrelid = \
                (SELECT u.indexrelid FROM pg_index u WHERE u.indrelid = \(name)::regclass AND u.indisunique ORDER BY u.indisprimary DESC LIMIT 1) ORDER BY k.place
                """
            ) { $0.text(0) }
            return TableDescription(name: name, columns: columns.sorted(), key: key)
        }
    }
}

extension Database {
    /// Copies everything into another database whose tables are there already and hold no city: from SQLite to PostgreSQL, or back.
    /// `texts` are the tables of words, whose indexes are made at the end. `mark` says what state the source is in. A copy that was broken
    /// off goes on where it was, as long as the source is in the same state.
    public func copyAll(
        to target: Database, texts: [TextIndex], mark: @Sendable (Connection) throws -> String, progress: (MoveProgress) -> Void = { _ in }
    ) throws {
        let words = texts.map(\.table)
        let (tables, state, total) = try read { connection in
            let tables = try connection.tables(except: words)
            let rows = try tables.map { try connection.first("SELECT count(*) FROM \(name: $0.name)") { Int($0.integer(0)) }! }
            return (tables, try mark(connection), rows.reduce(0, +))
        }
        let there = try target.read { try $0.tables(except: words) }
        let others = Set(tables.map { "\($0.name) (\($0.columns.joined(separator: ", ")))" })
            .symmetricDifference(there.map { "\($0.name) (\($0.columns.joined(separator: ", ")))" })
        guard others.isEmpty else { throw MoveError.otherTables(others.sorted()) }
        try target.startMove(from: state, tables: tables, texts: texts)
        var done = 0
        for table in tables {
            try copy(table, to: target) { rows in
                done += rows
                progress(MoveProgress(table: table.name, rows: done, share: total == 0 ? 1 : Double(done) / Double(total)))
            }
        }
        guard try read(mark) == state else { throw MoveError.sourceChanged }
        try target.writeAndWait { connection in
            for text in texts { try text.rebuild(on: connection) }
            try connection.run("DROP TABLE store_move")
        }
    }

    /// What a copy would find here: nothing, a copy that was broken off, or something else that it must not touch.
    public func moveTarget() throws -> MoveTarget {
        try look { connection in
            if try connection.hasTable("store_move") { return .begun }
            guard try connection.hasTable("signing_key") else { return .empty }
            return try connection.first("SELECT 1 FROM signing_key LIMIT 1") { _ in true } == nil ? .empty : .taken
        }
    }

    /// Empties the tables, or finds an earlier copy of the same state.
    private func startMove(from state: String, tables: [TableDescription], texts: [TextIndex]) throws {
        try writeAndWait { connection in
            if try connection.hasTable("store_move") {
                let known = try connection.first("SELECT cursor FROM store_move WHERE name = ''") { $0.text(0) }
                if known == state { return }
                try connection.run("DROP TABLE store_move")
            }
            for text in texts { try text.startLate(on: connection) }
            for table in tables { try connection.run("DELETE FROM \(name: table.name)") }
            try connection.run("CREATE TABLE store_move (name TEXT NOT NULL PRIMARY KEY, cursor TEXT NOT NULL, ended INTEGER NOT NULL)")
            try connection.run("INSERT INTO store_move (name, cursor, ended) VALUES ('', \(state), 0)")
        }
    }

    private static let rowsAtOnce = 5000

    private func copy(_ table: TableDescription, to target: Database, done: (Int) -> Void) throws {
        let known = try target.look { connection in
            try connection.first("SELECT cursor, ended FROM store_move WHERE name = \(table.name)") { ($0.text(0), $0.integer(1) == 1) }
        }
        if known?.1 == true { return done(try look { try $0.first("SELECT count(*) FROM \(name: table.name)") { Int($0.integer(0)) }! }) }
        var last = known.flatMap { Cell.list($0.0) }
        let columns = table.columns
        let list = SQL(stringLiteral: columns.joined(separator: ", "))
        let insert = "INSERT INTO \(table.name) (\(columns.joined(separator: ", "))) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        let keyList = SQL(stringLiteral: table.key.joined(separator: ", "))
        let places = table.key.map { columns.firstIndex(of: $0)! }
        while true {
            let from = last
            let rows: [[Cell]] = try read { connection in
                let after: SQL = from.map { " WHERE (\(keyList)) > (\(SQL.joined($0.map { "\($0)" }, by: ", ")))" } ?? ""
                return try connection.all("SELECT \(list) FROM \(name: table.name)\(after) ORDER BY \(keyList) LIMIT \(Self.rowsAtOnce)") { row in
                    columns.indices.map { row.cell($0) }
                }
            }
            if let end = rows.last { last = places.map { end[$0] } }
            let isEnd = rows.count < Self.rowsAtOnce
            let cursor = (last ?? []).map(\.encoded).joined(separator: " ")
            try target.writeAndWait { connection in
                let statement = try connection.statement(insert)
                for row in rows {
                    try statement.bind(row)
                    try statement.done()
                }
                try connection.run(
                    """
                    INSERT INTO store_move (name, cursor, ended) VALUES (\(table.name), \(cursor), \(isEnd ? 1 : 0)) \
                    ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, ended = excluded.ended
                    """)
            }
            done(rows.count)
            if isEnd { return }
        }
    }
}

extension Cell {
    /// A value as a word that `list` reads again.
    fileprivate var encoded: String {
        switch self {
        case .null: "n"
        case .integer(let value): "i\(value)"
        case .text(let text): "t" + Encoding.base64URL(Array(text.utf8))
        case .blob(let bytes): "b" + Encoding.base64URL(bytes)
        }
    }

    /// Nil when there is none: a copy that has not begun.
    fileprivate static func list(_ text: String) -> [Cell]? {
        text.isEmpty
            ? nil
            : text.split(separator: " ").map { word in
                let rest = String(word.dropFirst())
                return switch word.first {
                case "i": .integer(Int64(rest) ?? 0)
                case "t": .text(String(decoding: Encoding.bytes(base64: rest) ?? [], as: UTF8.self))
                case "b": .blob(Encoding.bytes(base64: rest) ?? [])
                default: .null
                }
            }
    }
}
