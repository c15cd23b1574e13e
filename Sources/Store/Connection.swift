// SPDX-License-Identifier: Apache-2.0
internal import CSQLite

private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// One connection to the database, used by one thread at a time. Prepared statements are kept by their text.
public final class Connection {
    let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    static let statementsMax = 1000

    init(path: String, readOnly: Bool) throws {
        var handle: OpaquePointer?
        let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw StoreError.failed(code: Int(code), message)
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 10_000)
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
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
        while try statement.step() {}
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

    /// Rows one by one until the closure answers false. The closure must not run the same statement again.
    public func each(_ sql: SQL, _ row: (Row) throws -> Bool) throws {
        // A statement of its own: long walks often run other statements between their rows.
        let statement = try Statement(sql.text, on: self)
        try statement.bind(sql.cells)
        while try statement.step() { if try !row(statement.row) { return } }
    }

    /// Rows changed by the last statement.
    public var changes: Int { Int(sqlite3_changes64(handle)) }

    func error(_ code: Int32) -> StoreError {
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

/// A prepared statement: bind, step, read, reset.
public final class Statement {
    private let pointer: OpaquePointer
    private unowned let connection: Connection

    init(_ text: String, on connection: Connection) throws {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(connection.handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw connection.error(code) }
        self.pointer = pointer
        self.connection = connection
    }

    deinit { sqlite3_finalize(pointer) }

    public func bind(_ cells: [Cell]) throws {
        for (index, cell) in cells.enumerated() { bind(index + 1, cell) }
    }

    /// Binds the parameter at `index`, counted from 1.
    public func bind(_ index: Int, _ cell: Cell) {
        switch cell {
        case .null: sqlite3_bind_null(pointer, Int32(index))
        case .integer(let value): bind(index, value)
        case .text(let value): bind(index, value)
        case .blob(let value): bind(index, value)
        }
    }

    public func bind(_ index: Int, _ value: Int64) { sqlite3_bind_int64(pointer, Int32(index), value) }
    public func bindNull(_ index: Int) { sqlite3_bind_null(pointer, Int32(index)) }
    public func bind(_ index: Int, _ value: String) {
        var copy = value
        copy.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(pointer, Int32(index), $0.baseAddress ?? Statement.nothing, Int32(bytes.count), transient)
            }
        }
    }
    public func bind(_ index: Int, _ value: [UInt8]) { value.withUnsafeBytes { bind(index, blob: $0) } }
    public func bind(_ index: Int, blob: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(pointer, Int32(index), blob.baseAddress ?? UnsafeRawPointer(Statement.nothing), Int32(blob.count), transient)
    }
    /// UTF-8 bytes as text.
    public func bind(_ index: Int, text: UnsafeRawBufferPointer) {
        sqlite3_bind_text(
            pointer, Int32(index), text.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Statement.nothing, Int32(text.count), transient)
    }

    /// Bytes that stay where they are until `done()`; follow it with `clear()`.
    public func bind(_ index: Int, borrowedBlob bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(pointer, Int32(index), bytes.baseAddress ?? UnsafeRawPointer(Statement.nothing), Int32(bytes.count), nil)
    }
    public func bind(_ index: Int, borrowedText bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_text(
            pointer, Int32(index), bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Statement.nothing, Int32(bytes.count), nil)
    }
    public func clear() { sqlite3_clear_bindings(pointer) }

    private nonisolated(unsafe) static let nothing: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.pointee = 0
        return UnsafePointer(pointer)
    }()

    /// True while there is a row to read.
    public func step() throws -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let error = connection.error(code)
        sqlite3_reset(pointer)
        throw error
    }

    /// Steps a statement without rows and makes it ready for the next use.
    public func done() throws {
        _ = try step()
        sqlite3_reset(pointer)
    }

    public func reset() { sqlite3_reset(pointer) }
    public var row: Row { Row(pointer: pointer) }
}

/// The row a statement stands on; valid until the next step. Columns are counted from 0.
public struct Row {
    let pointer: OpaquePointer

    public func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }
    public func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    public func text(_ column: Int) -> String {
        guard let bytes = sqlite3_column_text(pointer, Int32(column)) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, Int32(column)))), as: UTF8.self)
    }
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    public func blob(_ column: Int) -> [UInt8] { withBytes(column) { Array($0) } }

    /// The bytes of a text or blob in place.
    public func withBytes<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        let bytes = sqlite3_column_blob(pointer, Int32(column))
        return try body(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(sqlite3_column_bytes(pointer, Int32(column)))))
    }

    public func cell(_ column: Int) -> Cell {
        switch sqlite3_column_type(pointer, Int32(column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }
}
