// SPDX-License-Identifier: Apache-2.0
internal import CSQLite

/// One connection to the database, used by one thread at a time. Prepared statements are kept by their text.
public final class Connection {
    /// Which database stands behind it.
    enum Engine {
        case sqlite(OpaquePointer)
        case postgres(PostgresSession)
    }

    let engine: Engine
    var isPostgres: Bool { if case .postgres = engine { true } else { false } }
    /// Whether rows of large tables may lie apart, each where the hash of its key says: then nothing but that key can be unique.
    public var isSpread: Bool { isPostgres }
    /// On PostgreSQL: into how many parts a new large table is cut.
    var parts = 0

    /// Makes a large table unless it is there. Its rows may lie apart by the hash of `column`, which every unique index of it must hold.
    public func createTable(_ name: String, _ columns: SQL, spreadBy column: String) throws {
        guard isPostgres, parts > 1 else { return try run("CREATE TABLE IF NOT EXISTS \(name: name) (\(columns))") }
        if try hasTable(name) { return }
        try run("CREATE TABLE \(name: name) (\(columns)) PARTITION BY HASH (\(name: column))")
        let count = SQL(stringLiteral: String(parts))
        for part in 0..<parts {
            try run("CREATE TABLE \(name: "\(name)_p\(part)") PARTITION OF \(name: name) FOR VALUES WITH (MODULUS \(count), REMAINDER \(SQL(stringLiteral: String(part))))")
        }
    }

    /// Whether every question travels to a server and back, so that asking many things at once is worth while.
    public var isRemote: Bool { isPostgres }
    private var statements: [String: Statement] = [:]
    static let statementsMax = 1000

    /// Opens a database file of SQLite.
    init(path: String, readOnly: Bool) throws {
        var handle: OpaquePointer?
        let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw StoreError.failed(code: Int(code), message)
        }
        engine = .sqlite(handle)
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 10_000)
    }

    /// Connects to PostgreSQL.
    init(address: String, readOnly: Bool) throws {
        let session = try PostgresSession.open(address, readOnly: readOnly, settings: PostgresDialect.opening(readOnly: readOnly))
        engine = .postgres(session)
    }

    deinit {
        statements.removeAll()
        if case .sqlite(let handle) = engine { sqlite3_close_v2(handle) }
    }

    /// The prepared statement of this text; the same object for the same text, so finish one use before the next.
    public func statement(_ text: String) throws -> Statement {
        if let known = statements[text] { return known }
        if statements.count >= Self.statementsMax { statements.removeAll() }
        let statement = try Statement(text, on: self)
        statements[text] = statement
        return statement
    }

    /// Runs a statement that gives no rows.
    public func run(_ sql: SQL) throws {
        let statement = try statement(sql.text)
        defer { statement.reset() }
        try statement.bind(sql.cells)
        try statement.finish()
    }

    /// Every row, each turned into a value.
    public func all<T>(_ sql: SQL, _ row: (Row) throws -> T) throws -> [T] {
        var result: [T] = []
        try each(sql) {
            result.append(try row($0))
            return true
        }
        return result
    }

    /// The first row, if there is one.
    public func first<T>(_ sql: SQL, _ row: (Row) throws -> T) throws -> T? {
        let statement = try statement(sql.text)
        defer { statement.reset() }
        try statement.bind(sql.cells)
        return try statement.step() ? try row(statement.row) : nil
    }

    /// The first row of each question, all asked at once where asking travels to a server and back.
    public func firstOfEach<T>(_ questions: [SQL], _ row: (Row) throws -> T) throws -> [T?] {
        guard case .postgres(let session) = engine else { return try questions.map { try first($0, row) } }
        var found: [T?] = []
        found.reserveCapacity(questions.count)
        // Few enough that the server's answers do not wait for room.
        for start in stride(from: 0, to: questions.count, by: 500) {
            for question in questions[start..<min(start + 500, questions.count)] {
                let statement = try statement(question.text)
                try statement.bind(question.cells)
                try statement.ask()
            }
            let answers = try session.sync()
            defer { answers.forEach { PostgresRow.clear($0) } }
            for answer in answers { found.append(try PostgresRow.first(answer).map { try row(Row(pointer: nil, postgres: $0)) }) }
        }
        return found
    }

    /// Says what will be asked next, so that a server far away is asked all of it at once. It changes no answer: whatever is written
    /// in between makes these answers be forgotten.
    public func foresee(_ questions: [SQL]) throws {
        guard case .postgres(let session) = engine, questions.count > 1 else { return }
        try session.foresee(
            questions.compactMap { question in
                let statement = try statement(question.text)
                try statement.bind(question.cells)
                return statement.question
            })
    }

    /// Rows one by one until the closure answers false. The closure must not run the same statement again.
    public func each(_ sql: SQL, _ row: (Row) throws -> Bool) throws {
        // A statement of its own: long walks often run other statements between their rows.
        let statement = try Statement(sql.text, on: self)
        try statement.bind(sql.cells)
        try statement.each(row)
    }

    /// Rows changed by the last statement.
    public var changes: Int {
        switch engine {
        case .sqlite(let handle): Int(sqlite3_changes64(handle))
        case .postgres(let session): session.changes
        }
    }

    // MARK: Transactions

    func begin() throws {
        switch engine {
        case .sqlite: try execute(Dialect.begin)
        case .postgres(let session): try session.begin(PostgresDialect.begin)
        }
    }

    func beginRead() throws {
        switch engine {
        case .sqlite: try execute(Dialect.beginRead)
        case .postgres(let session): try session.begin(PostgresDialect.beginRead)
        }
    }

    func savepoint() throws {
        switch engine {
        case .sqlite: try execute(Dialect.savepoint)
        case .postgres(let session): try session.savepoint()
        }
    }

    func release() throws {
        switch engine {
        case .sqlite: try execute(Dialect.release)
        case .postgres(let session): try session.release()
        }
    }

    func rollBackToSavepoint() throws {
        switch engine {
        case .sqlite:
            try execute(Dialect.rollbackToSavepoint)
            try execute(Dialect.release)
        case .postgres(let session):
            try session.rollBackToSavepoint()
            try session.release()
        }
    }

    func commit() throws {
        switch engine {
        case .sqlite: try execute(Dialect.commit)
        case .postgres(let session): try session.commit()
        }
    }

    /// Forgets the transaction, whatever state it is in.
    func rollback() {
        switch engine {
        case .sqlite: _ = try? execute(Dialect.rollback)
        case .postgres(let session): session.rollback()
        }
    }

    /// Ends a reader's transaction.
    func endRead() {
        switch engine {
        case .sqlite: _ = try? execute(Dialect.commit)
        case .postgres(let session): session.rollback()
        }
    }

    private func execute(_ text: String) throws { try statement(text).done() }

    /// Whether it may be used again: the other end still answers, as far as can be known without asking, and is no stopgap.
    var isAlive: Bool {
        switch engine {
        case .sqlite: true
        case .postgres(let session): session.isAlive && !session.isStandby
        }
    }

    func error(_ code: Int32) -> StoreError {
        guard case .sqlite(let handle) = engine else { return .failed(code: Int(code), "") }
        let message = String(cString: sqlite3_errmsg(handle))
        switch code & 0xFF {
        case SQLITE_FULL, SQLITE_IOERR: return .diskFull(message)
        case SQLITE_CONSTRAINT: return .constraint(message)
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy(message)
        case SQLITE_NOTADB, SQLITE_CORRUPT: return .notADatabase(message)
        default: return .failed(code: Int(code), message)
        }
    }
}
