// SPDX-License-Identifier: Apache-2.0
internal import CSQLite

private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// A prepared statement: bind, step, read, reset.
public final class Statement {
    /// SQLite's statement; nil on PostgreSQL.
    private let pointer: OpaquePointer?
    private let postgres: PostgresStatement?
    private unowned let connection: Connection

    init(_ text: String, on connection: Connection) throws {
        self.connection = connection
        switch connection.engine {
        case .sqlite(let handle):
            var pointer: OpaquePointer?
            let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
            guard code == SQLITE_OK, let pointer else { throw connection.error(code) }
            self.pointer = pointer
            postgres = nil
        case .postgres(let session):
            pointer = nil
            postgres = PostgresStatement(text, on: session)
        }
    }

    deinit { if let pointer { sqlite3_finalize(pointer) } }

    public func bind(_ cells: [Cell]) throws {
        for (index, cell) in cells.enumerated() { bind(index + 1, cell) }
    }

    /// Binds the parameter at `index`, counted from 1.
    public func bind(_ index: Int, _ cell: Cell) {
        switch cell {
        case .null: bindNull(index)
        case .integer(let value): bind(index, value)
        case .text(let value): bind(index, value)
        case .blob(let value): bind(index, value)
        }
    }

    public func bind(_ index: Int, _ value: Int64) {
        guard let pointer else { return postgres!.bind(index, value) }
        sqlite3_bind_int64(pointer, Int32(index), value)
    }
    public func bindNull(_ index: Int) {
        guard let pointer else { return postgres!.bindNull(index) }
        sqlite3_bind_null(pointer, Int32(index))
    }
    public func bind(_ index: Int, _ value: String) {
        var copy = value
        copy.withUTF8 { bind(index, text: UnsafeRawBufferPointer($0)) }
    }
    public func bind(_ index: Int, _ value: [UInt8]) { value.withUnsafeBytes { bind(index, blob: $0) } }
    public func bind(_ index: Int, blob: UnsafeRawBufferPointer) {
        guard let pointer else { return postgres!.bind(index, blob, .blob) }
        sqlite3_bind_blob(pointer, Int32(index), blob.baseAddress ?? UnsafeRawPointer(Statement.nothing), Int32(blob.count), transient)
    }
    /// UTF-8 bytes as text.
    public func bind(_ index: Int, text: UnsafeRawBufferPointer) {
        guard let pointer else { return postgres!.bind(index, text, .text) }
        sqlite3_bind_text(
            pointer, Int32(index), text.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Statement.nothing, Int32(text.count), transient)
    }

    /// Bytes that stay where they are until `done()`; follow it with `clear()`.
    public func bind(_ index: Int, borrowedBlob bytes: UnsafeRawBufferPointer) {
        guard let pointer else { return postgres!.bind(index, bytes, .blob) }
        sqlite3_bind_blob(pointer, Int32(index), bytes.baseAddress ?? UnsafeRawPointer(Statement.nothing), Int32(bytes.count), nil)
    }
    public func bind(_ index: Int, borrowedText bytes: UnsafeRawBufferPointer) {
        guard let pointer else { return postgres!.bind(index, bytes, .text) }
        sqlite3_bind_text(
            pointer, Int32(index), bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Statement.nothing, Int32(bytes.count), nil)
    }
    public func clear() { if let pointer { sqlite3_clear_bindings(pointer) } }

    private nonisolated(unsafe) static let nothing: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.pointee = 0
        return UnsafePointer(pointer)
    }()

    /// True while there is a row to read.
    public func step() throws -> Bool {
        guard let pointer else { return try postgres!.step() }
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let error = connection.error(code)
        sqlite3_reset(pointer)
        throw error
    }

    /// Runs a statement without rows and makes it ready for the next use.
    public func done() throws {
        guard let pointer else { return try postgres!.done() }
        _ = try step()
        sqlite3_reset(pointer)
    }

    /// On PostgreSQL: this question as it is bound now.
    var question: (PostgresStatement, ParameterList)? { postgres.map { ($0, $0.bound) } }

    /// On PostgreSQL: sends a question whose answer is heard with others.
    func ask() throws { try postgres!.ask() }

    /// Runs a statement to its end, whatever rows it gives.
    func finish() throws {
        guard pointer != nil else { return try postgres!.done() }
        while try step() {}
    }

    func each(_ row: (Row) throws -> Bool) throws {
        if let postgres { return try postgres.each { try row(Row(pointer: nil, postgres: $0)) } }
        while try step() { if try !row(self.row) { return } }
    }

    public func reset() {
        guard let pointer else { return postgres!.reset() }
        sqlite3_reset(pointer)
    }
    public var row: Row { Row(pointer: pointer, postgres: pointer == nil ? postgres!.row : nil) }
}

/// The row a statement stands on; valid until the next step. Columns are counted from 0.
public struct Row {
    let pointer: OpaquePointer?
    let postgres: PostgresRow?

    /// Whether the column is the row's last.
    public func isLast(_ column: Int) -> Bool {
        guard let pointer else { return postgres!.columnCount == column + 1 }
        return sqlite3_column_count(pointer) == column + 1
    }

    public func isNull(_ column: Int) -> Bool {
        guard let pointer else { return postgres!.isNull(column) }
        return sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL
    }
    public func integer(_ column: Int) -> Int64 {
        guard let pointer else { return postgres!.integer(column) }
        return sqlite3_column_int64(pointer, Int32(column))
    }
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    public func text(_ column: Int) -> String {
        guard let pointer else { return postgres!.text(column) }
        guard let bytes = sqlite3_column_text(pointer, Int32(column)) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, Int32(column)))), as: UTF8.self)
    }
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    public func blob(_ column: Int) -> [UInt8] { withBytes(column) { Array($0) } }

    /// The bytes of a text or blob in place.
    public func withBytes<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        guard let pointer else { return try postgres!.withBytes(column, body) }
        let bytes = sqlite3_column_blob(pointer, Int32(column))
        return try body(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(sqlite3_column_bytes(pointer, Int32(column)))))
    }

    public func cell(_ column: Int) -> Cell {
        guard let pointer else { return postgres!.cell(column) }
        return switch sqlite3_column_type(pointer, Int32(column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }
}
