// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation

/// The growing edge of a tree whose tiles are not kept: enough to append, and to know the root.
public struct MerkleEdge: Sendable, Equatable {
    public private(set) var size: Int64 = 0
    /// The roots of perfect subtrees, largest first.
    private var roots: [Hash] = []

    public init() {}

    /// Reads an edge from its bytes; nil when they do not belong to a tree of that size.
    public init?(size: Int64, bytes: [UInt8]) {
        guard size >= 0, bytes.count == size.nonzeroBitCount * 32 else { return nil }
        self.size = size
        roots = stride(from: 0, to: bytes.count, by: 32).map { Hash(bytes[$0..<$0 + 32])! }
    }

    public var bytes: [UInt8] { roots.flatMap(\.array) }

    public mutating func append(_ leaf: Hash) {
        var carry = leaf
        var rest = size
        while rest & 1 == 1 {
            carry = nodeHash(roots.removeLast(), carry)
            rest >>= 1
        }
        roots.append(carry)
        size += 1
    }

    public var root: Hash {
        guard var root = roots.last else { return Hash.of([]) }
        for subtree in roots.dropLast().reversed() { root = nodeHash(subtree, root) }
        return root
    }
}

/// One entry as another instance sends it: what it discloses, and digests of the rest.
public struct FeedEntry: Sendable {
    public let number: Int64
    public let effective: Day
    public let recorded: Instant
    public let unit: String
    /// The pairs that are disclosed, in the order in which they came.
    public let names: [String]
    public let values: [Value]
    /// The salts of these pairs, 16 bytes each.
    public let salts: [UInt8]
    /// The digests of what is not disclosed, 32 bytes each.
    public let hidden: [UInt8]
    public let leafHash: Hash

    public var isRetirement: Bool { names.contains("_retired") }

    /// Reads a line of a feed of that journal. Nil when it is not one, or does not say its values in their one canonical form: what is kept
    /// must give the same bytes again, or the leaf could not be proven later.
    public init?(line: UnsafeBufferPointer<UInt8>, journal: String) {
        var scanner = FeedScanner(line)
        var number: Int64?
        var effectiveText: String?
        var recordedText: String?
        var unit: String?
        var names: [String] = []
        var values: [Value] = []
        var salts: [UInt8] = []
        var hidden: [UInt8] = []
        var digests: [UInt8] = []
        var seen: Set<String> = []
        guard scanner.take(0x7B) else { return nil }
        repeat {
            guard let name = scanner.string(), scanner.take(0x3A), let text = String(validating: name, as: UTF8.self), seen.insert(text).inserted else { return nil }
            switch text {
            case "number": number = scanner.integer()
            case "effective": effectiveText = scanner.string().flatMap { String(validating: $0, as: UTF8.self) }
            case "recorded": recordedText = scanner.string().flatMap { String(validating: $0, as: UTF8.self) }
            case "unit": unit = scanner.string().flatMap { String(validating: $0, as: UTF8.self) }
            case "disclosures":
                let isRead = scanner.strings { text in
                    guard let pair = DisclosedPair(text), !names.contains(pair.name), !pair.name.contains(" "), pair.name != "_retired" || pair.value == .boolean(true) else {
                        return false
                    }
                    names.append(pair.name)
                    values.append(pair.value)
                    salts += pair.salt
                    FeedEntry.append(sha256(UnsafeRawBufferPointer(text)), to: &digests)
                    return true
                }
                guard isRead else { return nil }
            case "digests":
                let isRead = scanner.strings { text in
                    // 32 bytes leave two bits in the last character, which are nought.
                    guard text.count == 43, let bytes = Encoding.bytes(base64: text), FeedEntry.lastDigits.contains(text[42]), !text.contains(where: { $0 == 0x2B || $0 == 0x2F })
                    else { return false }
                    hidden += bytes
                    digests += text
                    return true
                }
                guard isRead else { return nil }
            default: return nil
            }
        } while scanner.take(0x2C)
        guard scanner.take(0x7D), scanner.isAtEnd, seen.count == 6, let number, let unit, let effectiveText, let recordedText, let effective = Day(effectiveText),
            effective.description == effectiveText, let recorded = Instant(recordedText), recorded.description == recordedText
        else { return nil }
        self.init(
            number: number, effective: effective, recorded: recorded, unit: unit, names: names, values: values, salts: salts, hidden: hidden, digests: digests, journal: journal)
    }

    /// An entry made again from what was kept of it.
    public init(
        number: Int64, effective: Day, recorded: Instant, unit: String, names: [String], values: [Value], salts: [UInt8], hidden: [UInt8], journal: String
    ) {
        var digests: [UInt8] = []
        for (index, (name, value)) in zip(names, values).enumerated() {
            let disclosure = DisclosedPair(name: name, value: value, salt: Array(salts[index * 16..<index * 16 + 16])).disclosure
            disclosure.withUnsafeBytes { FeedEntry.append(sha256($0), to: &digests) }
        }
        for start in stride(from: 0, to: hidden.count - hidden.count % 32, by: 32) { digests += Array(Encoding.base64URL(Array(hidden[start..<start + 32])).utf8) }
        self.init(
            number: number, effective: effective, recorded: recorded, unit: unit, names: names, values: values, salts: salts, hidden: hidden, digests: digests, journal: journal)
    }

    private static let lastDigits = Set("AEIMQUYcgkosw048".utf8)

    private static func append(_ digest: Hash, to digests: inout [UInt8]) {
        let start = digests.count
        digests.append(contentsOf: repeatElement(0, count: 43))
        digests.withUnsafeMutableBufferPointer { buffer in
            _ = withUnsafeBytes(of: digest.bytes) { Encoding.writeBase64URL($0.baseAddress!, 32, to: buffer.baseAddress! + start) }
        }
    }

    /// `digests` are 43 characters each.
    private init(
        number: Int64, effective: Day, recorded: Instant, unit: String, names: [String], values: [Value], salts: [UInt8], hidden: [UInt8], digests: [UInt8], journal: String
    ) {
        self.number = number
        self.effective = effective
        self.recorded = recorded
        self.unit = unit
        self.names = names
        self.values = values
        self.salts = salts
        self.hidden = hidden
        var leaf = Array("{\"_sd\":[".utf8)
        leaf.reserveCapacity(digests.count / 43 * 46 + 200)
        digests.withUnsafeBufferPointer { all in
            var order = Array(stride(from: 0, to: all.count, by: 43))
            order.sort { memcmp(all.baseAddress! + $0, all.baseAddress! + $1, 43) < 0 }
            for (index, start) in order.enumerated() {
                if index > 0 { leaf.append(0x2C) }
                leaf.append(0x22)
                leaf.append(contentsOf: all[start..<start + 43])
                leaf.append(0x22)
            }
        }
        leaf += Array("],\"effective\":\"\(effective)\",\"number\":\(number)".utf8)
        leaf += Leaf.end(recorded: recorded, register: journal, unit: unit)
        leafHash = leaf.withUnsafeBytes { Journal.leafHash($0) }
    }
}

/// One disclosed pair: `["salt","name",value]` without spaces, as base64url.
struct DisclosedPair {
    let name: String
    let value: Value
    let salt: [UInt8]

    init(name: String, value: Value, salt: [UInt8]) {
        self.name = name
        self.value = value
        self.salt = salt
    }

    /// Nil when the text is not the one that this pair is written as.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard let json = Encoding.bytes(base64: text) else { return nil }
        let read = json.withUnsafeBufferPointer { bytes -> (String, Value, [UInt8])? in
            // Salts have 22 characters.
            guard bytes.count > 30, bytes[0] == 0x5B, bytes[1] == 0x22, bytes[24] == 0x22, bytes[25] == 0x2C, bytes[26] == 0x22, bytes[bytes.count - 1] == 0x5D,
                let salt = Encoding.bytes(base64: UnsafeBufferPointer(rebasing: bytes[2..<24])), salt.count == 16,
                let end = bytes[27...].firstIndex(where: { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }), bytes[end] == 0x22, end + 1 < bytes.count, bytes[end + 1] == 0x2C,
                let name = String(validating: bytes[27..<end], as: UTF8.self)
            else { return nil }
            let raw = bytes[(end + 2)..<(bytes.count - 1)]
            guard let first = raw.first else { return nil }
            if first == 0x22, raw.count >= 2, raw.last == 0x22, !raw.dropFirst().dropLast().contains(where: { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }) {
                guard let text = String(validating: raw.dropFirst().dropLast(), as: UTF8.self) else { return nil }
                return (name, .string(text), salt)
            }
            guard let value = (try? JSON(parsing: raw)).flatMap({ Value($0) }) else { return nil }
            return (name, value, salt)
        }
        guard let read else { return nil }
        self.init(name: read.0, value: read.1, salt: read.2)
        let again = disclosure
        guard again.count == text.count, memcmp(again, text.baseAddress!, again.count) == 0 else { return nil }
    }

    var disclosure: [UInt8] {
        var json = [UInt8]()
        json.reserveCapacity(96)
        json.append(contentsOf: [0x5B, 0x22])
        json.append(contentsOf: repeatElement(0, count: 22))
        json.withUnsafeMutableBufferPointer { buffer in salt.withUnsafeBytes { _ = Encoding.writeBase64URL($0.baseAddress!, 16, to: buffer.baseAddress! + 2) } }
        json.append(contentsOf: [0x22, 0x2C])
        JSON.write(name, to: &json)
        json.append(0x2C)
        value.write(to: &json)
        json.append(0x5D)
        return [UInt8](unsafeUninitializedCapacity: json.count * 4 / 3 + 4) { buffer, count in
            count = json.withUnsafeBytes { Encoding.writeBase64URL($0.baseAddress!, $0.count, to: buffer.baseAddress!) }
        }
    }
}

/// Walks a line of a feed: an object of numbers, strings without escapes and lists of such strings.
private struct FeedScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func string() -> UnsafeBufferPointer<UInt8>? {
        guard take(0x22) else { return nil }
        let start = at
        while at < bytes.count, bytes[at] != 0x22 {
            guard bytes[at] != 0x5C, bytes[at] >= 0x20 else { return nil }
            at += 1
        }
        guard at < bytes.count else { return nil }
        at += 1
        return UnsafeBufferPointer(rebasing: bytes[start..<at - 1])
    }

    mutating func integer() -> Int64? {
        var value: Int64 = 0
        let start = at
        while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39, at - start < 16 {
            value = value * 10 + Int64(bytes[at] - 0x30)
            at += 1
        }
        return at > start && (bytes[start] != 0x30 || at == start + 1) ? value : nil
    }

    mutating func strings(_ body: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
        guard take(0x5B) else { return false }
        if take(0x5D) { return true }
        repeat { guard let text = string(), body(text) else { return false } } while take(0x2C)
        return take(0x5D)
    }
}

extension Entry {
    /// Writes the entry as a line of a feed that discloses the pairs whose names are allowed.
    public func writeFeedLine(disclosing isAllowed: (String) -> Bool, to output: inout [UInt8]) {
        output += Array("{\"number\":\(number),\"effective\":\"\(effective)\",\"recorded\":\"\(recorded)\",\"unit\":".utf8)
        JSON.write(unit, to: &output)
        output += Array(",\"disclosures\":[".utf8)
        var digests: [UInt8] = []
        if let secret, let content {
            var isFirst = true
            for (name, value) in zip(form.names, RawArray.split(content)) {
                let disclosure = Disclosure.encode(secret: secret, name: name, rawValue: value)
                if isAllowed(name) {
                    if !isFirst { output.append(0x2C) }
                    isFirst = false
                    output.append(0x22)
                    output.append(contentsOf: disclosure.utf8)
                    output.append(0x22)
                } else {
                    if !digests.isEmpty { digests.append(0x2C) }
                    digests.append(0x22)
                    digests.append(contentsOf: Disclosure.digest(disclosure).utf8)
                    digests.append(0x22)
                }
            }
        } else {
            digests = Array((keptDigests ?? "").utf8)
        }
        output += Array("],\"digests\":[".utf8)
        output += digests
        output += Array("]}\n".utf8)
    }
}
