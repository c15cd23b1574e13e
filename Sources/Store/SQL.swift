// SPDX-License-Identifier: Apache-2.0
public import Civic

/// A value that goes into or comes out of the database.
public enum Cell: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// A statement with its parameters. Values enter by interpolation and become parameters, never text:
/// `"SELECT name FROM account WHERE id = \(id)"`. Names of tables and columns enter by `\(name: …)`.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    public private(set) var text: String
    public private(set) var cells: [Cell]

    /// A text with its values, for statements that are prepared by their text.
    public init(_ text: String, _ cells: [Cell]) {
        self.text = text
        self.cells = cells
    }

    public init(stringLiteral value: String) {
        text = value
        cells = []
    }

    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        cells = stringInterpolation.cells
    }

    public static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.text += right.text
        sum.cells += right.cells
        return sum
    }

    public static func joined(_ parts: [SQL], by separator: String) -> SQL {
        var sum = SQL(stringLiteral: "")
        for (index, part) in parts.enumerated() {
            if index > 0 { sum.text += separator }
            sum = sum + part
        }
        return sum
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var cells: [Cell] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 2)
            cells.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        private mutating func append(_ cell: Cell) {
            text += "?"
            cells.append(cell)
        }

        public mutating func appendInterpolation(_ cell: Cell) { append(cell) }
        public mutating func appendInterpolation(_ value: String) { append(.text(value)) }
        public mutating func appendInterpolation(_ value: String?) { append(value.map(Cell.text) ?? .null) }
        public mutating func appendInterpolation(_ value: some FixedWidthInteger) { append(.integer(Int64(value))) }
        public mutating func appendInterpolation(_ value: Int64?) { append(value.map(Cell.integer) ?? .null) }
        public mutating func appendInterpolation(_ value: [UInt8]) { append(.blob(value)) }
        public mutating func appendInterpolation(_ value: Bool) { append(.integer(value ? 1 : 0)) }
        public mutating func appendInterpolation(_ day: Day) { append(.integer(Int64(day.number))) }
        public mutating func appendInterpolation(_ instant: Instant) { append(.integer(instant.milliseconds)) }
        public mutating func appendInterpolation(_ part: SQL) {
            text += part.text
            cells += part.cells
        }

        /// A table's or column's name: lower-case letters, digits and underscores only.
        public mutating func appendInterpolation(name: String) {
            precondition(
                !name.isEmpty && name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F },
                "A name in SQL has only a-z, 0-9 and _.")
            text += name
        }
    }
}

/// Why the database did not do what it was asked.
public enum StoreError: Error, Sendable, Equatable {
    /// No room left, or the disk refuses: nothing of the transaction is kept.
    case diskFull(String)
    /// A unique or other constraint of the schema.
    case constraint(String)
    /// Another process holds the database.
    case busy(String)
    case notADatabase(String)
    case failed(code: Int, String)
    /// The server of the database does not answer, or is no longer the one that writes.
    case disconnected(String)
    /// A command that had been accepted failed at the end of its group; nothing of the group is kept.
    case groupFailed
    /// The queue of writers is full; try again soon.
    case overloaded
    case closed
}
