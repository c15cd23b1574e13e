// SPDX-License-Identifier: Apache-2.0

/// As much of CBOR (RFC 8949) as authenticators speak: integers, strings, arrays, maps, simple values; definite lengths only.
public indirect enum CBOR: Sendable, Equatable {
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([(CBOR, CBOR)])
    case simple(UInt8)

    public static func == (left: CBOR, right: CBOR) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a == b
        case (.bytes(let a), .bytes(let b)): a == b
        case (.text(let a), .text(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.map(let a), .map(let b)): a.elementsEqual(b) { $0.0 == $1.0 && $0.1 == $1.1 }
        case (.simple(let a), .simple(let b)): a == b
        default: false
        }
    }

    public subscript(key: CBOR) -> CBOR? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.first { $0.0 == key }?.1
    }
    public var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// Reads one value from the beginning; gives it and how many bytes it took. Nil when it is not well-formed.
    public static func read(_ bytes: ArraySlice<UInt8>) -> (value: CBOR, length: Int)? {
        var at = bytes.startIndex
        guard let value = read(bytes, &at, depth: 0) else { return nil }
        return (value, at - bytes.startIndex)
    }

    private static func read(_ bytes: ArraySlice<UInt8>, _ at: inout Int, depth: Int) -> CBOR? {
        guard depth < 8, at < bytes.endIndex else { return nil }
        let first = bytes[at]
        at += 1
        var argument = UInt64(first & 0x1F)
        if argument >= 24 {
            guard argument <= 27 else { return nil }
            let width = 1 << Int(argument - 24)
            guard at + width <= bytes.endIndex else { return nil }
            argument = bytes[at..<at + width].reduce(0) { $0 << 8 | UInt64($1) }
            at += width
        }
        switch first >> 5 {
        case 0: return Int64(exactly: argument).map { .integer($0) }
        case 1: return Int64(exactly: argument).map { .integer(-1 - $0) }
        case 2, 3:
            guard argument <= UInt64(bytes.endIndex - at) else { return nil }
            let content = bytes[at..<at + Int(argument)]
            at += Int(argument)
            if first >> 5 == 2 { return .bytes(Array(content)) }
            return String(validating: content, as: UTF8.self).map { .text($0) }
        case 4:
            guard argument <= UInt64(bytes.endIndex - at) else { return nil }
            var values: [CBOR] = []
            for _ in 0..<argument {
                guard let value = read(bytes, &at, depth: depth + 1) else { return nil }
                values.append(value)
            }
            return .array(values)
        case 5:
            guard argument <= UInt64(bytes.endIndex - at) else { return nil }
            var pairs: [(CBOR, CBOR)] = []
            for _ in 0..<argument {
                guard let key = read(bytes, &at, depth: depth + 1), let value = read(bytes, &at, depth: depth + 1) else { return nil }
                pairs.append((key, value))
            }
            return .map(pairs)
        case 7: return first & 0x1F < 24 ? .simple(first & 0x1F) : nil
        default: return nil
        }
    }
}
