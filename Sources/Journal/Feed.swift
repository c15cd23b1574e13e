// SPDX-License-Identifier: Apache-2.0
public import Civic

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
    public let pairs: [Pair]
    /// The digests of what is not disclosed, 32 bytes each, sorted.
    public let hidden: [UInt8]
    public let leafHash: Hash

    public struct Pair: Sendable {
        public let name: String
        public let value: Value
        public let salt: [UInt8]
    }

    public var isRetirement: Bool { pairs.contains { $0.name == "_retired" } }

    /// Reads a line of a feed of that journal. Nil when it is not one, or does not say its values in their one canonical form.
    public init?(line: [UInt8], journal: String) {
        guard let json = try? JSON(parsing: line), let number = json["number"]?.integer, let effective = json["effective"]?.string.flatMap({ Day($0) }),
            let recorded = json["recorded"]?.string.flatMap({ Instant($0) }), let unit = json["unit"]?.string,
            case .array(let disclosures)? = json["disclosures"], case .array(let digests)? = json["digests"]
        else { return nil }
        var all: [[UInt8]] = []
        all.reserveCapacity(disclosures.count + digests.count)
        var pairs: [Pair] = []
        pairs.reserveCapacity(disclosures.count)
        for disclosure in disclosures {
            guard let text = disclosure.string, let bytes = Encoding.bytes(base64: text), case .array(let parts)? = try? JSON(parsing: bytes), parts.count == 3,
                let salt = parts[0].string.flatMap({ Encoding.bytes(base64: $0) }), salt.count == 16, let name = parts[1].string, let value = Value(parts[2])
            else { return nil }
            let pair = Pair(name: name, value: value, salt: salt)
            // What is kept must give the same bytes again, or the leaf could not be proven later.
            guard pair.disclosure == text, !pairs.contains(where: { $0.name == name }) else { return nil }
            pairs.append(pair)
            all.append(Array(Disclosure.digest(text).utf8))
        }
        var hidden: [[UInt8]] = []
        for digest in digests {
            guard let text = digest.string, text.utf8.count == 43, let bytes = Encoding.bytes(base64: text), bytes.count == 32, Encoding.base64URL(bytes) == text else {
                return nil
            }
            hidden.append(bytes)
            all.append(Array(text.utf8))
        }
        guard recorded.description == json["recorded"]?.string, effective.description == json["effective"]?.string else { return nil }
        self.init(number: number, effective: effective, recorded: recorded, unit: unit, pairs: pairs, hidden: hidden, digests: all, journal: journal)
    }

    /// An entry made again from what was kept of it.
    public init(number: Int64, effective: Day, recorded: Instant, unit: String, pairs: [Pair], hidden: [UInt8], journal: String) {
        let hidden = stride(from: 0, to: hidden.count - hidden.count % 32, by: 32).map { Array(hidden[$0..<$0 + 32]) }
        let digests = pairs.map { Array(Disclosure.digest($0.disclosure).utf8) } + hidden.map { Array(Encoding.base64URL($0).utf8) }
        self.init(number: number, effective: effective, recorded: recorded, unit: unit, pairs: pairs, hidden: hidden, digests: digests, journal: journal)
    }

    private init(
        number: Int64, effective: Day, recorded: Instant, unit: String, pairs: [Pair], hidden: [[UInt8]], digests: [[UInt8]], journal: String
    ) {
        self.number = number
        self.effective = effective
        self.recorded = recorded
        self.unit = unit
        self.pairs = pairs
        self.hidden = hidden.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
        var leaf = Array("{\"_sd\":[".utf8)
        leaf.reserveCapacity(digests.count * 46 + 160)
        for (index, digest) in digests.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
            if index > 0 { leaf.append(0x2C) }
            leaf.append(0x22)
            leaf.append(contentsOf: digest)
            leaf.append(0x22)
        }
        leaf += Array("],\"effective\":\"\(effective)\",\"number\":\(number)".utf8)
        leaf += Leaf.end(recorded: recorded, register: journal, unit: unit)
        leafHash = leaf.withUnsafeBytes { Journal.leafHash($0) }
    }
}

extension FeedEntry.Pair {
    public init(name: String, value: Value, kept salt: [UInt8]) { self.init(name: name, value: value, salt: salt) }

    var disclosure: String {
        var json = Array("[\"".utf8)
        json += Array(Encoding.base64URL(salt).utf8)
        json += Array("\",".utf8)
        JSON.write(name, to: &json)
        json.append(0x2C)
        value.write(to: &json)
        json.append(0x5D)
        return Encoding.base64URL(json)
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
