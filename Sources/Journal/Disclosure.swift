// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Journal format 1, section "Disclosures": each pair of name and value is salted and hashed by itself,
/// so that one can be shown and proven without the others.
public enum Disclosure {
    /// The first 16 bytes of SHA-256(secret || name).
    public static func salt(secret: [UInt8], name: String) -> [UInt8] { Array(Hash.of(secret + Array(name.utf8)).array.prefix(16)) }

    /// The base64url of `["salt","name",value]`.
    public static func encode(secret: [UInt8], name: String, rawValue: [UInt8]) -> String {
        var json = Array("[\"".utf8)
        json += Array(Encoding.base64URL(salt(secret: secret, name: name)).utf8)
        json += Array("\",".utf8)
        JSON.write(name, to: &json)
        json.append(0x2C)
        json += rawValue
        json.append(0x5D)
        return Encoding.base64URL(json)
    }

    public static func digest(_ disclosure: String) -> String { Encoding.base64URL(Hash.of(disclosure.utf8).array) }
}

/// An entry ready to be numbered: everything that does not depend on its place in the journal.
public struct SealedEntry: Sendable {
    /// 32 bytes; with the names and values it gives the digests again.
    public let secret: [UInt8]
    /// The values as a JSON array, in the order of the schema's names.
    public let content: [UInt8]
    /// The leaf's bytes up to the number.
    let leafStart: [UInt8]
}

/// Makes sealed entries of one journal. Not shared between threads: each worker has its own.
public final class Sealer {
    private let names: [[UInt8]]
    private let namesQuoted: [[UInt8]]
    private let random: @Sendable (Int) -> [UInt8]
    private var pool: [UInt8] = []
    private var poolAt = 0
    private var scratch = Scratch(capacity: 4096)
    /// 43 characters a digest, in the order of the names.
    private let digests: UnsafeMutablePointer<UInt8>
    private let order: UnsafeMutablePointer<Int>

    /// The names of the pairs in the order in which values are given.
    public init(names: [String], random: @escaping @Sendable (Int) -> [UInt8]) {
        self.names = names.map { Array($0.utf8) }
        namesQuoted = names.map { name in
            var quoted: [UInt8] = []
            JSON.write(name, to: &quoted)
            return quoted
        }
        self.random = random
        digests = .allocate(capacity: names.count * 43)
        order = .allocate(capacity: names.count)
    }

    deinit {
        digests.deallocate()
        order.deallocate()
    }

    /// Memory for one disclosure and its base64, kept from entry to entry.
    private final class Scratch {
        let json: UnsafeMutablePointer<UInt8>
        let encoded: UnsafeMutablePointer<UInt8>
        let capacity: Int
        init(capacity: Int) {
            self.capacity = capacity
            json = .allocate(capacity: capacity)
            encoded = .allocate(capacity: capacity * 4 / 3 + 8)
        }
        deinit {
            json.deallocate()
            encoded.deallocate()
        }
    }

    /// Seals values given as raw JSON, one a name.
    public func seal(content: [UInt8], effective: Day) -> SealedEntry {
        if poolAt + 32 > pool.count {
            pool = random(8192)
            poolAt = 0
        }
        let secret = Array(pool[poolAt..<poolAt + 32])
        poolAt += 32
        var start = [UInt8]()
        start.reserveCapacity(80 + names.count * 46)
        start.append(contentsOf: Sealer.leafOpening)
        appendDigests(secret: secret, content: content, to: &start)
        start.append(contentsOf: Sealer.leafMiddle)
        start.append(contentsOf: effective.description.utf8)
        start.append(contentsOf: Sealer.leafNumber)
        return SealedEntry(secret: secret, content: content, leafStart: start)
    }

    private static let leafOpening = Array("{\"_sd\":[".utf8)
    private static let leafMiddle = Array("],\"effective\":\"".utf8)
    private static let leafNumber = Array("\",\"number\":".utf8)

    /// The digests of all pairs, sorted, quoted and separated by commas.
    func appendDigests(secret: [UInt8], content: [UInt8], to output: inout [UInt8]) {
        if scratch.capacity < content.count + 512 { scratch = Scratch(capacity: content.count * 2 + 512) }
        let json = scratch.json
        let encoded = scratch.encoded
        var index = 0
        content.withUnsafeBufferPointer { content in
            secret.withUnsafeBufferPointer { secret in
                RawArray.each(content) { value in
                    let salt = names[index].withUnsafeBufferPointer { sha256(UnsafeRawBufferPointer(secret), UnsafeRawBufferPointer($0)) }
                    json[0] = 0x5B
                    json[1] = 0x22
                    var at = 2
                    at += withUnsafeBytes(of: salt.bytes) { Encoding.writeBase64URL($0.baseAddress!, 16, to: json + at) }
                    json[at] = 0x22
                    json[at + 1] = 0x2C
                    at += 2
                    namesQuoted[index].withUnsafeBufferPointer { (json + at).update(from: $0.baseAddress!, count: $0.count) }
                    at += namesQuoted[index].count
                    json[at] = 0x2C
                    at += 1
                    (json + at).update(from: value.baseAddress!, count: value.count)
                    at += value.count
                    json[at] = 0x5D
                    let length = Encoding.writeBase64URL(json, at + 1, to: encoded)
                    let digest = sha256(UnsafeRawBufferPointer(start: encoded, count: length))
                    _ = withUnsafeBytes(of: digest.bytes) { Encoding.writeBase64URL($0.baseAddress!, 32, to: digests + index * 43) }
                    index += 1
                }
            }
        }
        precondition(index == names.count, "An entry has one value a name.")
        sortDigests(count: index)
        for position in 0..<index {
            if position > 0 { output.append(0x2C) }
            output.append(0x22)
            output.append(contentsOf: UnsafeBufferPointer(start: digests + order[position] * 43, count: 43))
            output.append(0x22)
        }
    }

    private func sortDigests(count: Int) {
        for index in 0..<count {
            var place = index
            while place > 0, precedes(index, order[place - 1]) {
                order[place] = order[place - 1]
                place -= 1
            }
            order[place] = index
        }
    }

    @inline(__always)
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let a = digests + left * 43
        let b = digests + right * 43
        for offset in 0..<43 where a[offset] != b[offset] { return a[offset] < b[offset] }
        return false
    }
}

/// A JSON array of plain values, walked without decoding it.
public enum RawArray {
    /// Gives the bytes of each element.
    @inline(__always)
    public static func each(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var at = 1
        let end = bytes.count - 1
        while at < end {
            let start = at
            if bytes[at] == 0x22 {
                at += 1
                while at < end, bytes[at] != 0x22 { at += bytes[at] == 0x5C ? 2 : 1 }
                at = min(at + 1, end)
            } else {
                while at < end, bytes[at] != 0x2C { at += 1 }
            }
            body(UnsafeBufferPointer(rebasing: bytes[start..<at]))
            at += 1
        }
    }

    /// The elements as slices of the bytes.
    public static func slices(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        parts.reserveCapacity(16)
        bytes.withUnsafeBufferPointer { whole in
            each(whole) { part in
                let start = part.baseAddress! - whole.baseAddress!
                parts.append(bytes[start..<start + part.count])
            }
        }
        return parts
    }

    /// The elements as raw JSON; nil when the bytes are not an array of so many plain values.
    public static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        bytes.withUnsafeBufferPointer { each($0) { parts.append(Array($0)) } }
        return parts
    }

    /// True for bytes that `each` can walk: they may come from a damaged file.
    public static func isWellFormed(_ bytes: [UInt8], count: Int) -> Bool {
        guard let json = try? JSON(parsing: bytes), case .array(let values) = json, values.count == count else { return false }
        // The stored text must be the canonical one, or the digests could not be made again from the values.
        return values.allSatisfy { Value($0) != nil } && Array(json.text.utf8) == bytes
    }
}

/// The leaf: what the tree commits to. It holds no personal data.
public struct Leaf: Sendable, Equatable {
    public let digests: [String]
    public let effective: Day
    public let number: Int64
    public let recorded: Instant
    public let register: String
    public let unit: String

    public init(digests: [String], effective: Day, number: Int64, recorded: Instant, register: String, unit: String) {
        self.digests = digests
        self.effective = effective
        self.number = number
        self.recorded = recorded
        self.register = register
        self.unit = unit
    }

    public var json: JSON {
        .object([
            "_sd": .array(digests.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.map(JSON.string)),
            "effective": .string(effective.description), "number": .integer(number), "recorded": .string(recorded.description),
            "register": .string(register), "unit": .string(unit),
        ])
    }

    /// The RFC 8785 form; the members above stand in its order.
    public var bytes: [UInt8] { Array(json.text.utf8) }

    /// The end of a leaf's bytes, after the number.
    static func end(recorded: Instant, register: String, unit: String) -> [UInt8] {
        var end = Array(",\"recorded\":\"\(recorded)\",\"register\":".utf8)
        JSON.write(register, to: &end)
        end += Array(",\"unit\":".utf8)
        JSON.write(unit, to: &end)
        end.append(0x7D)
        return end
    }
}
