// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Store

/// Something that is not as it was entered.
public struct Damage: Error, Sendable, Equatable, CustomStringConvertible {
    public let journal: String
    /// The first entry concerned; nil when it is not an entry's fault.
    public let number: Int64?
    public let what: Text

    public init(journal: String, number: Int64?, _ what: Text) {
        self.journal = journal
        self.number = number
        self.what = what
    }

    public var description: String { "\(journal)\(number.map { ", entry \($0)" } ?? ""): \(what.en)" }
}

extension Journals {
    /// Recomputes a journal from its entries: leaves, tree, tiles, heads and signatures. Throws the first `Damage`.
    /// Returns how many entries were checked.
    @discardableResult
    public func verify(_ journal: String, on connection: Connection, progress: ((Int64) -> Void)? = nil) throws -> Int64 {
        let table = Journals.table(canonical(journal))
        var tree = MerkleTree()
        var expected: Int64 = 0
        var lastRecorded = Int64.min
        // Only the key that lies outside the database counts: a row of it can be written by whoever can write rows.
        let keys = [NoteKey(name: origin(of: journal), publicKey: publicKey)]
        var heads = try connection.all("SELECT size, root, note, recorded FROM head_\(name: table) ORDER BY size") {
            (size: $0.integer(0), root: $0.blob(1), note: $0.text(2), recorded: $0.integer(3))
        }[...]
        func damage(_ number: Int64?, _ vi: String, _ en: String) -> Damage { Damage(journal: journal, number: number, Text(vi: vi, en: en)) }
        func checkHeads() throws {
            while let head = heads.first, head.size <= tree.size {
                heads.removeFirst()
                guard head.size == tree.size else { throw damage(head.size - 1, "có một đầu cây sai kích thước", "a head has a size no commit had") }
                guard head.root == tree.root.array else {
                    throw damage(head.size - 1, "gốc cây ở kích thước \(head.size) không khớp", "the head at size \(head.size) has another root")
                }
                guard let checkpoint = Checkpoint(note: head.note, keys: keys), checkpoint.size == head.size,
                    checkpoint.root.array == head.root, checkpoint.origin == origin(of: journal)
                else {
                    throw damage(
                        head.size - 1, "chữ ký của đầu cây ở kích thước \(head.size) không đúng", "the signature of the head at size \(head.size) does not hold")
                }
                guard head.recorded == lastRecorded else {
                    throw damage(head.size - 1, "thời điểm của đầu cây không khớp", "the head at size \(head.size) has another time than its entry")
                }
            }
        }
        func checkTiles() throws {
            for tile in tree.takeFilled() {
                let stored = try connection.first("SELECT hashes FROM tile_\(name: table) WHERE id = \(TileID.id(tile.level, tile.index))") { $0.blob(0) }
                guard stored == TileBlob.full(tile.hashes) else {
                    throw damage(
                        tile.index << Int64(8 * (tile.level + 1)), "mảnh băm \(tile.level)/\(tile.index) không khớp",
                        "hash tile \(tile.level)/\(tile.index) does not match its entries")
                }
            }
        }
        try eachEntry(from: 0, in: journal, on: connection) { entry in
            guard entry.number == expected else { throw damage(expected, "thiếu mục này", "this entry is missing") }
            expected += 1
            guard !entry.form.names.isEmpty, entry.isErased || entry.secret?.count == 32,
                entry.isErased || RawArray.isWellFormed(entry.content!, count: entry.form.names.count)
            else { throw damage(entry.number, "nội dung không đọc được", "its content cannot be read") }
            let bytes = entry.leafBytes()
            let hash = bytes.withUnsafeBytes { leafHash($0) }
            guard hash.array == entry.leafHash else {
                throw damage(entry.number, "nội dung không khớp giá trị băm của nó", "its content does not match its leaf hash")
            }
            guard entry.recorded.milliseconds >= lastRecorded else { throw damage(entry.number, "thời điểm đi lùi", "its time runs backwards") }
            lastRecorded = entry.recorded.milliseconds
            tree.append(hash)
            try checkTiles()
            try checkHeads()
            if expected % 65_536 == 0 { progress?(expected) }
            return true
        }
        guard heads.isEmpty else {
            throw damage(tree.size, "các mục cuối đã bị mất so với đầu cây đã ký", "entries that a signed head covers are missing")
        }
        let last = try connection.first("SELECT max(size) FROM head_\(name: table)") { $0.optionalInteger(0) } ?? nil
        guard (last ?? 0) == tree.size else { throw damage(last, "có mục chưa có đầu cây ký", "the last entries have no signed head") }
        try checkGrowing(tree, table: table, damage: damage, on: connection)
        progress?(tree.size)
        return tree.size
    }

    private func checkGrowing(
        _ tree: MerkleTree, table: String, damage: (Int64?, String, String) -> Damage, on connection: Connection
    ) throws {
        var tiles = 0
        for level in tree.growing.indices {
            tiles += Int(tree.size >> Int64(8 * (level + 1)))
            guard level > 0, !tree.growing[level].isEmpty else { continue }
            tiles += 1
            let index = tree.size >> Int64(8 * (level + 1))
            let stored = try connection.first("SELECT hashes FROM tile_\(name: table) WHERE id = \(TileID.id(level, index))") { $0.blob(0) }
            guard stored == TileBlob.partial(tree.growing[level]) else {
                throw damage(nil, "mảnh băm \(level)/\(index) không khớp", "hash tile \(level)/\(index) does not match its entries")
            }
        }
        let stored = try connection.first("SELECT count(*) FROM tile_\(name: table)") { Int($0.integer(0)) }!
        guard stored == tiles else { throw damage(nil, "thừa hoặc thiếu mảnh băm", "there are hash tiles that no entries made") }
    }
}
