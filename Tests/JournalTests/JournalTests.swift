// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Store
import TestStores
import Testing

@testable import Journal

/// The vectors that the independent script made.
struct Vectors: Decodable {
    struct Pair: Decodable {
        let secret, name, salt, disclosure, digest: String
        let value: Scalar
    }
    struct LeafVector: Decodable {
        let digests: [String]
        let effective, recorded, register, unit, bytes, hash: String
        let number: Int64
    }
    struct Tree: Decodable {
        struct Root: Decodable {
            let size: Int64
            let root: String
        }
        struct Inclusion: Decodable {
            let index, size: Int64
            let path: [String]
        }
        struct Consistency: Decodable {
            let from, to: Int64
            let path: [String]
        }
        let leaves: [String]
        let roots: [Root]
        let inclusion: [Inclusion]
        let consistency: [Consistency]
    }
    struct Head: Decodable {
        let seed, origin, root, key, note: String
        let size: Int64
    }
    struct TileVector: Decodable {
        let level, width: Int
        let index: Int64
        let path: String
    }
    enum Scalar: Decodable {
        case value(Value)
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .value(.null)
            } else if let flag = try? container.decode(Bool.self) {
                self = .value(.boolean(flag))
            } else if let number = try? container.decode(Int64.self) {
                self = .value(.integer(number))
            } else {
                self = .value(.string(try container.decode(String.self)))
            }
        }
    }
    let disclosures: [Pair]
    let leaves: [LeafVector]
    let tree: Tree
    let checkpoints: [Head]
    let tiles: [TileVector]

    static let all: Vectors = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Docs/Vectors/journal-format-1.json")
        return try! JSONDecoder().decode(Vectors.self, from: Data(contentsOf: path))
    }()
}

struct `Journal format 1, against independent vectors` {
    @Test func `disclosures, salts and digests`() {
        for vector in Vectors.all.disclosures {
            let secret = Encoding.bytes(hex: vector.secret)!
            guard case .value(let value) = vector.value else { continue }
            var raw: [UInt8] = []
            value.write(to: &raw)
            #expect(Encoding.base64URL(Disclosure.salt(secret: secret, name: vector.name)) == vector.salt)
            let disclosure = Disclosure.encode(secret: secret, name: vector.name, rawValue: raw)
            #expect(disclosure == vector.disclosure, "\(vector.name)")
            #expect(Disclosure.digest(disclosure) == vector.digest)
        }
    }

    @Test func `leaves are canonical bytes`() {
        for vector in Vectors.all.leaves {
            let leaf = Leaf(
                digests: vector.digests, effective: Day(vector.effective)!, number: vector.number, recorded: Instant(vector.recorded)!, register: vector.register, unit: vector.unit
            )
            #expect(String(decoding: leaf.bytes, as: UTF8.self) == vector.bytes)
            #expect(leaf.bytes.withUnsafeBytes { leafHash($0) }.hex == vector.hash)
        }
    }

    @Test func `the tree's roots at every size`() {
        var tree = MerkleTree()
        #expect(tree.root.hex == Vectors.all.tree.roots[0].root)
        for (index, leaf) in Vectors.all.tree.leaves.enumerated() {
            tree.append(Encoding.bytes(hex: leaf)!.withUnsafeBytes { leafHash($0) })
            #expect(tree.root.hex == Vectors.all.tree.roots[index + 1].root)
            #expect(MerkleTree(size: tree.size, growing: tree.growing).root == tree.root, "rebuilt at \(tree.size)")
        }
    }

    @Test func `inclusion and consistency proofs, made and verified`() throws {
        let hashes = Vectors.all.tree.leaves.map { Encoding.bytes(hex: $0)!.withUnsafeBytes { leafHash($0) } }
        let roots = Dictionary(uniqueKeysWithValues: Vectors.all.tree.roots.map { ($0.size, Hash(Encoding.bytes(hex: $0.root)!)!) })
        let proofs = MerkleProof { height, index in MerkleTree.perfectRoot(hashes[Int(index) << height..<(Int(index) + 1) << height]) }
        for vector in Vectors.all.tree.inclusion {
            let path = try proofs.inclusion(vector.index, in: vector.size)
            #expect(path.map(\.hex) == vector.path)
            let leaf = hashes[Int(vector.index)]
            #expect(MerkleProof.verifies(inclusionOf: leaf, at: vector.index, size: vector.size, path: path, root: roots[vector.size]!))
            #expect(!MerkleProof.verifies(inclusionOf: roots[0]!, at: vector.index, size: vector.size, path: path, root: roots[vector.size]!))
        }
        for vector in Vectors.all.tree.consistency {
            let path = try proofs.consistency(from: vector.from, to: vector.to)
            #expect(path.map(\.hex) == vector.path)
            #expect(MerkleProof.verifies(consistencyFrom: vector.from, root: roots[vector.from]!, to: vector.to, root: roots[vector.to]!, path: path))
            if vector.from > 0, vector.from < vector.to {
                #expect(!MerkleProof.verifies(consistencyFrom: vector.from, root: roots[0]!, to: vector.to, root: roots[vector.to]!, path: path))
            }
        }
    }

    @Test func `checkpoints are signed notes`() {
        for vector in Vectors.all.checkpoints {
            let key = SigningKey(seed: Encoding.bytes(hex: vector.seed)!)
            let noteKey = NoteKey(name: vector.origin, publicKey: key.publicKey)
            #expect(noteKey.line == vector.key)
            let checkpoint = Checkpoint(origin: vector.origin, size: vector.size, root: Hash(Encoding.bytes(hex: vector.root)!)!)
            #expect(checkpoint.signed(by: key) == vector.note)
            #expect(Checkpoint(note: vector.note, keys: [noteKey]) == checkpoint)
            #expect(Checkpoint(note: vector.note.replacing("\n\(vector.size)\n", with: "\n\(vector.size + 1)\n"), keys: [noteKey]) == nil)
        }
    }

    @Test func `tile paths`() {
        for vector in Vectors.all.tiles {
            let encoded = "tile/\(vector.level)/" + TilePath.encode(vector.index, width: vector.width)
            #expect(encoded == vector.path)
            let decoded = TilePath.decode(vector.path.split(separator: "/").dropFirst(2).map { $0 })
            #expect(decoded?.index == vector.index && decoded?.width == vector.width)
        }
        for bad in ["1", "x001", "001.p/0", "001.p/256", "0001", "x000/001/x"] { #expect(TilePath.decode(bad.split(separator: "/")) == nil, "\(bad)") }
    }
}

struct `A journal in a database` {
    @Test func `tiles, proofs and heads hold at every size up to two tiles of tiles`() throws {
        let scratch = try ScratchJournal()
        for count in [1, 1, 2, 3, 249, 1, 255, 600] {
            try scratch.append(count)
            let size = scratch.size
            try scratch.database.read { connection in
                let head = try #require(try scratch.journals.head(of: "test", on: connection))
                let checkpoint = try #require(Checkpoint(note: head.note, keys: scratch.journals.noteKeys()))
                #expect(checkpoint.size == size)
                for number in Set([0, size / 2, size - 1]) {
                    let proof = try scratch.journals.proof(of: number, in: "test", on: connection)
                    let leaf = proof.entry.leafBytes().withUnsafeBytes { leafHash($0) }
                    #expect(MerkleProof.verifies(inclusionOf: leaf, at: number, size: size, path: proof.path, root: checkpoint.root))
                }
                #expect(try scratch.journals.verify("test", on: connection) == size)
            }
        }
    }

    @Test func `erased content keeps every proof`() throws {
        let scratch = try ScratchJournal()
        try scratch.append(20)
        let before = try scratch.database.read { try scratch.journals.proof(of: 7, in: "test", on: $0).entry.leafBytes() }
        try scratch.database.writeAndWait { try scratch.journals.erase(7, in: "test", on: $0) }
        try scratch.database.read { connection in
            let entry = try #require(try scratch.journals.entry(7, in: "test", on: connection))
            #expect(entry.isErased && entry.leafBytes() == before && entry.disclosures(of: { _ in true }).isEmpty)
            try scratch.journals.verify("test", on: connection)
        }
    }

    @Test func `a failed command leaves no trace in the tree`() throws {
        let scratch = try ScratchJournal()
        try scratch.append(3)
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try scratch.database.writeAndWait { connection in
                try scratch.appendOne(on: connection)
                throw Refused()
            }
        }
        try scratch.append(2)
        #expect(scratch.size == 5)
        _ = try scratch.database.read { try scratch.journals.verify("test", on: $0) }
    }

    @Test func `another process that writes is noticed`() throws {
        let scratch = try ScratchJournal()
        try scratch.append(3)
        let other = try ScratchJournal(path: scratch.path)
        try other.append(4)
        try scratch.append(5)
        try other.append(1)
        #expect(scratch.size == 13)
        _ = try scratch.database.read { try scratch.journals.verify("test", on: $0) }
    }

    @Test func `a foreign key is refused`() throws {
        let scratch = try ScratchJournal()
        try scratch.append(1)
        #expect(throws: JournalError.foreignKey) { try ScratchJournal(path: scratch.path, seed: 9) }
    }
}

/// A journal in a temporary file.
final class ScratchJournal: @unchecked Sendable {
    let path: String
    let database: Database
    let journals: Journals
    private let form: Form

    init(path: String? = nil, seed: UInt8 = 1) throws {
        self.path = try path ?? TestStores.fresh("journal")
        database = try Database(path: self.path)
        let world = World(now: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }, random: SystemRandomness.bytes)
        journals = try Journals(database: database, world: world, instance: "test", key: SigningKey(seed: [UInt8](repeating: seed, count: 32)))
        try journals.open("test", names: ["key", "name", "_author", "_cause"])
        form = try journals.form(of: "test", names: ["key", "name", "_author", "_cause"])
    }

    deinit { TestStores.remove(path) }

    var size: Int64 { (try? database.read { try journals.committedSize(of: "test", on: $0) }) ?? -1 }

    func append(_ count: Int) throws {
        try database.writeAndWait { connection in for _ in 0..<count { try self.appendOne(on: connection) } }
    }

    func appendOne(on connection: Connection) throws {
        let sealed = journals.sealer(for: form).seal(content: Array(#"["k","Đặng \"A\"","t","c"]"#.utf8), effective: Day("2026-01-01")!)
        _ = try journals.append(sealed, form: form, to: "test", record: nil, previous: nil, effective: Day("2026-01-01")!, unit: "01", load: nil, on: connection)
    }
}
