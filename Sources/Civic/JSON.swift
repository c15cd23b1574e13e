// SPDX-License-Identifier: Apache-2.0

/// A JSON value. Numbers are whole; the contract has no others.
public enum JSON: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case string(String)
    case array([JSON])
    case object([Member])

    public struct Member: Sendable, Equatable {
        public let name: String
        public let value: JSON
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    public static func object(_ members: KeyValuePairs<String, JSON>) -> JSON { .object(members.map { Member($0.key, $0.value) }) }

    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// Where and why a text is not JSON.
    public struct Fault: Error, Sendable, Equatable {
        public let offset: Int
        public let reason: String
    }

    /// Reads strict JSON: UTF-8, no repeated member, no number but a whole one, at most 64 levels.
    public init(parsing bytes: some Collection<UInt8>) throws(Fault) {
        var parser = JSONParser(Array(bytes))
        self = try parser.whole()
    }

    public var text: String {
        var output = [UInt8]()
        write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    public func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .boolean(let value): output.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .string(let value): JSON.write(value, to: &output)
        case .array(let values):
            output.append(0x5B)
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(0x2C) }
                value.write(to: &output)
            }
            output.append(0x5D)
        case .object(let members):
            output.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(0x2C) }
                JSON.write(member.name, to: &output)
                output.append(0x3A)
                member.value.write(to: &output)
            }
            output.append(0x7D)
        }
    }

    /// A string as RFC 8785 writes it: the shortest escapes, everything above U+001F as itself.
    @inline(__always)
    public static func write(_ string: String, to output: inout [UInt8]) {
        output.append(0x22)
        var copy = string
        copy.withUTF8 { bytes in
            var needsEscape = false
            for byte in bytes where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                needsEscape = true
                break
            }
            if !needsEscape {
                output.append(contentsOf: bytes)
            } else {
                for byte in bytes { escape(byte, to: &output) }
            }
        }
        output.append(0x22)
    }

    private static func escape(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case 0x22: output.append(contentsOf: [0x5C, 0x22])
        case 0x5C: output.append(contentsOf: [0x5C, 0x5C])
        case 0x08: output.append(contentsOf: "\\b".utf8)
        case 0x09: output.append(contentsOf: "\\t".utf8)
        case 0x0A: output.append(contentsOf: "\\n".utf8)
        case 0x0C: output.append(contentsOf: "\\f".utf8)
        case 0x0D: output.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            output.append(contentsOf: "\\u00".utf8)
            output.append(Encoding.hexDigits[Int(byte >> 4)])
            output.append(Encoding.hexDigits[Int(byte & 15)])
        default: output.append(byte)
        }
    }
}

private struct JSONParser {
    static let depthMax = 64
    let bytes: [UInt8]
    var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func whole() throws(JSON.Fault) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw fault("something follows the value") }
        return value
    }

    func fault(_ reason: String) -> JSON.Fault { JSON.Fault(offset: at, reason: reason) }

    mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    mutating func value(depth: Int) throws(JSON.Fault) -> JSON {
        guard depth <= Self.depthMax else { throw fault("it is nested more than \(Self.depthMax) levels deep") }
        skipSpace()
        guard at < bytes.count else { throw fault("it ends too early") }
        switch bytes[at] {
        case 0x7B: return try object(depth: depth)
        case 0x5B: return try array(depth: depth)
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .boolean(true))
        case 0x66: return try word("false", .boolean(false))
        case 0x6E: return try word("null", .null)
        case 0x2D, 0x30...0x39: return try number()
        default: throw fault("this character starts no value")
        }
    }

    mutating func word(_ word: String, _ value: JSON) throws(JSON.Fault) -> JSON {
        guard bytes[at...].starts(with: word.utf8) else { throw fault("this character starts no value") }
        at += word.utf8.count
        return value
    }

    mutating func number() throws(JSON.Fault) -> JSON {
        let start = at
        if bytes[at] == 0x2D { at += 1 }
        let digits = at
        while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
        guard at > digits, bytes[digits] != 0x30 || at == digits + 1 else { throw fault("this is not a number") }
        if at < bytes.count, bytes[at] == 0x2E || bytes[at] == 0x65 || bytes[at] == 0x45 { return try wholeFraction(from: start) }
        guard let value = Int64(String(decoding: bytes[start..<at], as: UTF8.self)), value.magnitude <= 1 << 53 - 1 else {
            throw fault("this number is too large")
        }
        return .integer(value)
    }

    /// `1.0` and `1e3` are whole numbers to JSON Schema; every other fraction is refused.
    private mutating func wholeFraction(from start: Int) throws(JSON.Fault) -> JSON {
        func digits() -> Bool {
            let first = at
            while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
            return at > first
        }
        if bytes[at] == 0x2E {
            at += 1
            guard digits() else { throw fault("this is not a number") }
        }
        if at < bytes.count, bytes[at] == 0x65 || bytes[at] == 0x45 {
            at += 1
            if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
            guard digits() else { throw fault("this is not a number") }
        }
        guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.magnitude <= 9_007_199_254_740_991, value == value.rounded() else {
            throw fault("numbers are whole here")
        }
        return .integer(Int64(value))
    }

    mutating func string() throws(JSON.Fault) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5C, bytes[at] >= 0x20 { at += 1 }
        guard at < bytes.count else { throw fault("a string has no end") }
        if bytes[at] == 0x22 {
            defer { at += 1 }
            return try decoded(bytes[start..<at])
        }
        var result = Array(bytes[start..<at])
        while true {
            guard at < bytes.count else { throw fault("a string has no end") }
            switch bytes[at] {
            case 0x22:
                at += 1
                return try decoded(result[...])
            case 0x5C: try escape(into: &result)
            case 0..<0x20: throw fault("a control character stands in a string")
            default:
                result.append(bytes[at])
                at += 1
            }
        }
    }

    func decoded(_ slice: ArraySlice<UInt8>) throws(JSON.Fault) -> String {
        guard let string = String(validating: slice, as: UTF8.self) else { throw fault("the text is not UTF-8") }
        return string
    }

    mutating func escape(into result: inout [UInt8]) throws(JSON.Fault) {
        guard at + 1 < bytes.count else { throw fault("a string has no end") }
        let kind = bytes[at + 1]
        at += 2
        switch kind {
        case 0x22, 0x5C, 0x2F: result.append(kind)
        case 0x62: result.append(0x08)
        case 0x66: result.append(0x0C)
        case 0x6E: result.append(0x0A)
        case 0x72: result.append(0x0D)
        case 0x74: result.append(0x09)
        case 0x75:
            var unit = try fourHex()
            if (0xD800..<0xDC00).contains(unit) {
                guard at + 1 < bytes.count, bytes[at] == 0x5C, bytes[at + 1] == 0x75 else { throw fault("half a surrogate pair") }
                at += 2
                let low = try fourHex()
                guard (0xDC00..<0xE000).contains(low) else { throw fault("half a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw fault("half a surrogate pair") }
            result.append(contentsOf: String(scalar).utf8)
        default: throw fault("an unknown escape")
        }
    }

    mutating func fourHex() throws(JSON.Fault) -> UInt32 {
        guard at + 4 <= bytes.count, let pair = Encoding.bytes(hex: String(decoding: bytes[at..<at + 4], as: UTF8.self)) else {
            throw fault("four hexadecimal digits are expected")
        }
        at += 4
        return UInt32(pair[0]) << 8 | UInt32(pair[1])
    }

    mutating func array(depth: Int) throws(JSON.Fault) -> JSON {
        at += 1
        var values: [JSON] = []
        skipSpace()
        if at < bytes.count, bytes[at] == 0x5D {
            at += 1
            return .array([])
        }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            guard at < bytes.count else { throw fault("a list has no end") }
            at += 1
            if bytes[at - 1] == 0x5D { return .array(values) }
            guard bytes[at - 1] == 0x2C else { throw fault("a comma or ] is expected") }
        }
    }

    mutating func object(depth: Int) throws(JSON.Fault) -> JSON {
        at += 1
        var members: [JSON.Member] = []
        var names: Set<String> = []
        skipSpace()
        if at < bytes.count, bytes[at] == 0x7D {
            at += 1
            return .object([JSON.Member]())
        }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == 0x22 else { throw fault("a member's name is expected") }
            let name = try string()
            guard names.insert(name).inserted else { throw fault("the member \(name.prefix(40)) stands twice") }
            skipSpace()
            guard at < bytes.count, bytes[at] == 0x3A else { throw fault("a colon is expected") }
            at += 1
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
            guard at < bytes.count else { throw fault("an object has no end") }
            at += 1
            if bytes[at - 1] == 0x7D { return .object(members) }
            guard bytes[at - 1] == 0x2C else { throw fault("a comma or } is expected") }
        }
    }
}
