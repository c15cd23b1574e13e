// SPDX-License-Identifier: Apache-2.0

/// A field's value as the journal keeps it. Days and decimals are strings in their one normal form.
public enum Value: Sendable, Hashable {
    case null
    case string(String)
    case integer(Int64)
    case boolean(Bool)

    public var isNull: Bool { self == .null }
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    public var day: Day? { string.flatMap { Day($0) } }

    public var json: JSON {
        switch self {
        case .null: .null
        case .string(let value): .string(value)
        case .integer(let value): .integer(value)
        case .boolean(let value): .boolean(value)
        }
    }

    /// Nil for lists and objects: a value is one thing.
    public init?(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .string(let value): self = .string(value)
        case .array, .object: return nil
        }
    }

    /// As a cell of a CSV file; empty for null.
    public var plain: String {
        switch self {
        case .null: ""
        case .string(let value): value
        case .integer(let value): String(value)
        case .boolean(let value): value ? "true" : "false"
        }
    }

    @inline(__always)
    public func write(to output: inout [UInt8]) {
        if case .string(let value) = self { JSON.write(value, to: &output) } else { json.write(to: &output) }
    }
}
