// SPDX-License-Identifier: Apache-2.0
internal import CPostgres

/// A statement's text and what its values are; made for one session.
final class PostgresStatement {
    let session: PostgresSession
    /// In PostgreSQL's words, with `$1` for `?`.
    let text: String
    let isNamed: Bool
    let insert: PlainInsert?
    var name = ""
    var types: [UInt32] = []
    private var values: [Value] = []
    private var parameters = ParameterList()
    private var result: OpaquePointer?
    private var line: Int32 = -1
    private var mentioned: [String: Bool] = [:]

    private struct Value {
        var kind = ParameterList.Kind.null
        var integer: Int64 = 0
        var bytes: [UInt8] = []
    }

    init(_ original: String, on session: PostgresSession) {
        self.session = session
        text = PostgresDialect.translate(original)
        isNamed = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { original.hasPrefix($0) }
        insert = PlainInsert(original)
    }

    deinit { if let result { PQclear(result) } }

    func mentions(_ table: String) -> Bool {
        if let known = mentioned[table] { return known }
        let answer = text.contains(table)
        mentioned[table] = answer
        return answer
    }

    private func place(_ index: Int) {
        while values.count < index { values.append(Value()) }
    }

    func bindNull(_ index: Int) {
        place(index)
        values[index - 1].kind = .null
    }

    func bind(_ index: Int, _ value: Int64) {
        place(index)
        values[index - 1].kind = .integer
        values[index - 1].integer = value
    }

    func bind(_ index: Int, _ bytes: UnsafeRawBufferPointer, _ kind: ParameterList.Kind) {
        place(index)
        values[index - 1].kind = kind
        values[index - 1].bytes.removeAll(keepingCapacity: true)
        values[index - 1].bytes.append(contentsOf: bytes)
    }

    private func collect() {
        parameters.removeAll()
        for value in values {
            switch value.kind {
            case .null: parameters.appendNull()
            case .integer: parameters.append(value.integer)
            case .text, .blob: value.bytes.withUnsafeBytes { parameters.append($0, value.kind) }
            }
        }
    }

    func step() throws -> Bool {
        if result == nil {
            collect()
            result = try session.takeForeseen(self, parameters) ?? session.ask(self, parameters)
            line = -1
        }
        line += 1
        if line < PQntuples(result) { return true }
        reset()
        return false
    }

    /// The values bound now.
    var bound: ParameterList {
        collect()
        return parameters
    }

    /// Sends a question whose answer the session hears together with others.
    func ask() throws {
        reset()
        collect()
        try session.flush(mentionedIn: self)
        try session.send(self, parameters, isAsked: true)
    }

    /// Runs a statement whose rows nobody reads; its answer is heard later.
    func done() throws {
        reset()
        collect()
        if let insert, session.isInTransaction { return try session.keep(self, insert, parameters) }
        try session.flush(mentionedIn: self)
        try session.send(self, parameters)
        if !session.isInTransaction { try session.sync() }
    }

    func reset() {
        if let result { PQclear(result) }
        result = nil
        line = -1
    }

    var row: PostgresRow { PostgresRow(result: result!, line: line) }

    /// Rows piece by piece, so that a long walk needs little memory and other statements may run between its rows.
    func each(_ body: (PostgresRow) throws -> Bool) throws {
        if !text.hasPrefix("SELECT") || text.contains(" LIMIT ") {
            while try step() { if try !body(row) { break } }
            return reset()
        }
        collect()
        let isAlone = !session.isInTransaction
        if isAlone { try session.begin("BEGIN READ ONLY") }
        let cursor = session.newCursor()
        let declaration = PostgresStatement("", declaring: "DECLARE \(cursor) NO SCROLL CURSOR FOR \(text)", on: session)
        try session.flush(mentionedIn: self)
        try session.send(declaration, parameters)
        var size = 64
        defer {
            if !session.isLost {
                try? session.send(text: "CLOSE \(cursor)")
                if isAlone { session.rollback() }
            }
        }
        while true {
            let piece = try session.ask(text: "FETCH \(size) FROM \(cursor)")
            defer { PQclear(piece) }
            let count = PQntuples(piece)
            for line in 0..<count where try !body(PostgresRow(result: piece, line: line)) { return }
            if count < size { return }
            size = min(2000, size * 4)
        }
    }

    private init(_ nothing: String, declaring text: String, on session: PostgresSession) {
        self.session = session
        self.text = text
        isNamed = false
        insert = nil
    }
}

/// A row of an answer, read in place.
struct PostgresRow {
    let result: OpaquePointer
    let line: Int32

    var columnCount: Int { Int(PQnfields(result)) }

    static func clear(_ result: OpaquePointer) { PQclear(result) }
    static func first(_ result: OpaquePointer) -> PostgresRow? { PQntuples(result) > 0 ? PostgresRow(result: result, line: 0) : nil }

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, line, Int32(column)) == 1 }

    func withBytes<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try body(UnsafeRawBufferPointer(start: PQgetvalue(result, line, Int32(column)), count: Int(PQgetlength(result, line, Int32(column)))))
    }

    func integer(_ column: Int) -> Int64 {
        guard !isNull(column) else { return 0 }
        let type = PQftype(result, Int32(column))
        return withBytes(column) { bytes in
            switch (type, bytes.count) {
            case (1700, _): PostgresRow.numeric(bytes)
            case (25, _), (1043, _): Int64(String(decoding: bytes, as: UTF8.self)) ?? 0
            case (_, 8): Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
            case (_, 4): Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
            case (_, 2): Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
            case (_, 1): Int64(bytes[0])
            default: 0
            }
        }
    }

    /// A whole number as sums have it: groups of four decimal digits, the first with the given weight.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        func part(_ index: Int) -> Int { Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))) }
        let count = part(0)
        let weight = part(1)
        var value: Int64 = 0
        for index in 0..<max(0, weight + 1) { value = value &* 10_000 &+ Int64(index < count ? part(4 + index) : 0) }
        return part(2) == 0x4000 ? -value : value
    }

    func text(_ column: Int) -> String {
        switch cell(column) {
        case .null: ""
        case .integer(let value): String(value)
        case .text(let value): value
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    func cell(_ column: Int) -> Cell {
        if isNull(column) { return .null }
        switch PQftype(result, Int32(column)) {
        case 25, 1043, 19: return .text(withBytes(column) { String(decoding: $0, as: UTF8.self) })
        case 17: return .blob(withBytes(column) { Array($0) })
        default: return .integer(integer(column))
        }
    }
}
