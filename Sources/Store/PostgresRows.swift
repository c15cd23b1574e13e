// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// An insert of one row of values and nothing else: rows of it may wait and go together.
struct PlainInsert {
    let table: String
    let columns: String

    init?(_ text: String) {
        guard text.hasPrefix("INSERT INTO "), let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")") else { return nil }
        table = text[text.index(text.startIndex, offsetBy: 12)..<open].trimmingCharacters(in: .whitespaces)
        columns = String(text[text.index(after: open)..<close])
        let marks = columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")
        guard text[text.index(after: close)...].trimmingCharacters(in: .whitespaces) == "VALUES (\(marks))" else { return nil }
    }
}

/// Values of one execution, in PostgreSQL's binary form.
struct ParameterList: Hashable {
    static func == (left: ParameterList, right: ParameterList) -> Bool { left.kinds == right.kinds && left.bytes == right.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    enum Kind: UInt8 { case null, integer, text, blob }

    private(set) var kinds: [Kind] = []
    private var bytes: [UInt8] = []
    private var places: [(start: Int, count: Int)] = []

    var count: Int { kinds.count }

    /// The types' numbers in PostgreSQL's catalogue: int8, text, bytea; 0 where there is no value to tell.
    var types: [UInt32] { kinds.map { [0, 20, 25, 17][Int($0.rawValue)] } }

    func fits(_ types: [UInt32]) -> Bool {
        for (index, kind) in kinds.enumerated() where kind != .null && types[index] != ParameterList.type(kind) { return false }
        return true
    }

    private static func type(_ kind: Kind) -> UInt32 {
        switch kind {
        case .null: 0
        case .integer: 20
        case .text: 25
        case .blob: 17
        }
    }

    mutating func removeAll() {
        kinds.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    mutating func appendNull() {
        kinds.append(.null)
        places.append((bytes.count, -1))
    }

    mutating func append(_ value: Int64) {
        kinds.append(.integer)
        places.append((bytes.count, 8))
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: UnsafeRawBufferPointer, _ kind: Kind) {
        kinds.append(kind)
        places.append((bytes.count, value.count))
        bytes.append(contentsOf: value)
        // An empty value still needs an address of its own: no address means no value.
        bytes.append(0)
    }

    func withPointers(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<UInt32>?, Int32) -> Int32
    ) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = places.map { place -> UnsafePointer<CChar>? in place.count < 0 ? nil : base.map { $0 + place.start } }
            let lengths = places.map { Int32(max(0, $0.count)) }
            let formats = [Int32](repeating: 1, count: places.count)
            let types = types
            return body(pointers, lengths, formats, types, Int32(places.count))
        }
    }

    /// The row as COPY's binary form has it.
    func appendRow(to output: inout [UInt8]) {
        withUnsafeBytes(of: Int16(count).bigEndian) { output.append(contentsOf: $0) }
        bytes.withUnsafeBytes { bytes in
            for place in places {
                withUnsafeBytes(of: Int32(place.count).bigEndian) { output.append(contentsOf: $0) }
                if place.count > 0 { output.append(contentsOf: bytes[place.start..<place.start + place.count]) }
            }
        }
    }
}

/// Rows of one plain insert that have not been sent.
final class KeptRows {
    let statement: PostgresStatement
    let insert: PlainInsert
    var types: [UInt32] = []
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private(set) var firstCommand: Int
    private var markedRows = 0

    static let head: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    init(_ statement: PostgresStatement, _ insert: PlainInsert, _ command: Int) {
        self.statement = statement
        self.insert = insert
        firstCommand = command
    }

    var count: Int { ends.count }
    var byteCount: Int { bytes.count }
    var isEmpty: Bool { ends.isEmpty }

    func append(_ parameters: ParameterList, command: Int) {
        if ends.isEmpty { firstCommand = command }
        parameters.appendRow(to: &bytes)
        ends.append(bytes.count)
    }

    func mark() { markedRows = ends.count }

    func returnToMark() {
        guard markedRows < ends.count else { return }
        ends.removeLast(ends.count - markedRows)
        bytes.removeLast(bytes.count - (ends.last ?? 0))
    }

    func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        markedRows = 0
    }

    func withBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T { try bytes.withUnsafeBytes(body) }

    /// Every row as parameters again.
    func each(_ body: (ParameterList) throws -> Void) throws {
        try bytes.withUnsafeBytes { bytes in
            var at = 0
            var parameters = ParameterList()
            for _ in ends {
                parameters.removeAll()
                let count = Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int16.self)))
                at += 2
                for index in 0..<count {
                    let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)))
                    at += 4
                    if length < 0 {
                        parameters.appendNull()
                        continue
                    }
                    switch types[index] {
                    case 25: parameters.append(UnsafeRawBufferPointer(rebasing: bytes[at..<at + length]), .text)
                    case 17: parameters.append(UnsafeRawBufferPointer(rebasing: bytes[at..<at + length]), .blob)
                    default: parameters.append(Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int64.self)))
                    }
                    at += length
                }
                try body(parameters)
            }
        }
    }
}
