// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A signed tree head: C2SP tlog-checkpoint as a C2SP signed note.
public struct Checkpoint: Sendable, Equatable {
    public let origin: String
    public let size: Int64
    public let root: Hash

    public init(origin: String, size: Int64, root: Hash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    public var body: String { "\(origin)\n\(size)\n\(root.base64)\n" }

    /// The note that anyone can verify; the key's name is the origin.
    public func signed(by key: SigningKey) -> String {
        let signature = key.sign(Array(body.utf8))
        let keyed = NoteKey(name: origin, publicKey: key.publicKey).hash + signature
        return "\(body)\n— \(origin) \(Encoding.base64(keyed))\n"
    }

    /// The checkpoint in a note, if one of the keys signed it.
    public init?(note: String, keys: [NoteKey]) {
        guard let gap = note.range(of: "\n\n") else { return nil }
        let text = String(note[..<gap.lowerBound]) + "\n"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let size = Int64(lines[1]), size >= 0, let bytes = Encoding.bytes(base64: lines[2]), let root = Hash(bytes) else {
            return nil
        }
        let isSigned = note[gap.upperBound...].split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "—", let signature = Encoding.bytes(base64: words[2]), signature.count == 68 else { return false }
            return keys.contains {
                $0.name == words[1] && Array(signature.prefix(4)) == $0.hash
                    && SigningKey.isValid(Array(signature.dropFirst(4)), of: Array(text.utf8), by: $0.publicKey)
            }
        }
        guard isSigned else { return nil }
        self.init(origin: String(lines[0]), size: size, root: root)
    }
}

/// A C2SP note verifier key: `name+hash+base64(1 || public key)`.
public struct NoteKey: Sendable, Equatable {
    public let name: String
    public let publicKey: [UInt8]

    public init(name: String, publicKey: [UInt8]) {
        self.name = name
        self.publicKey = publicKey
    }

    /// Reads a line of `/log/keys`; nil when it is none, or its hash is not that of its key.
    public init?(line: String) {
        let parts = line.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let bytes = Encoding.bytes(base64: parts[2]), bytes.count == 33, bytes[0] == 1 else { return nil }
        self.init(name: parts[0], publicKey: Array(bytes.dropFirst()))
        guard Encoding.hex(hash) == parts[1] else { return nil }
    }

    /// The first four bytes of SHA-256(name || newline || 1 || public key).
    public var hash: [UInt8] { Array(Hash.of(Array(name.utf8) + [0x0A, 0x01] + publicKey).array.prefix(4)) }
    public var line: String { "\(name)+\(Encoding.hex(hash))+\(Encoding.base64([1] + publicKey))" }
}

extension String {
    /// The first place where `part` stands, without Foundation.
    func range(of part: String) -> Range<String.Index>? { self.firstRange(of: part) }
}

/// Paths of C2SP tlog-tiles: `tile/0/x001/067.p/12`.
public enum TilePath {
    /// The number as groups of three digits, all but the last with an x.
    public static func encode(_ index: Int64, width: Int) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.insert(String(repeating: "0", count: 3 - digits.utf8.count) + digits, at: 0)
            rest /= 1000
        } while rest > 0
        let path = groups.dropLast().map { "x" + $0 }.joined(separator: "/") + (groups.count > 1 ? "/" : "") + groups.last!
        return width == 256 ? path : path + ".p/\(width)"
    }

    /// Reads `x001/067.p/12` split at its slashes.
    public static func decode(_ parts: [Substring]) -> (index: Int64, width: Int)? {
        var parts = parts
        var width = 256
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Int(parts.last!), (1...255).contains(partial), String(partial) == parts.last! else { return nil }
            width = partial
            parts.removeLast()
            parts[parts.count - 1] = parts[parts.count - 1].dropLast(2)
        }
        guard let last = parts.last, parts.count <= 6 else { return nil }
        var index: Int64 = 0
        for (position, part) in parts.enumerated() {
            let isLast = position == parts.count - 1
            guard isLast || part.hasPrefix("x") else { return nil }
            let digits = isLast ? last : part.dropFirst()
            guard digits.utf8.count == 3, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int64(digits) else { return nil }
            index = index * 1000 + number
        }
        guard encode(index, width: 256).split(separator: "/").count == parts.count else { return nil }
        return (index, width)
    }
}
