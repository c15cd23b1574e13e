// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Store

/// What an auditor needs to check one entry against a signed head.
public struct EntryProof: Sendable {
    public let entry: Entry
    public let index: Int64
    public let size: Int64
    public let path: [Hash]
    public let checkpoint: String

    /// The contract's JSON, with only those disclosures whose names are allowed.
    public func json(disclosing isAllowed: (String) -> Bool) -> [UInt8] {
        var output = Array("{\"leaf\":".utf8)
        output += entry.leafBytes()
        output += Array(",\"disclosures\":".utf8)
        JSON.array(entry.disclosures(of: isAllowed).map(JSON.string)).write(to: &output)
        output += Array(",\"index\":\(index),\"size\":\(size),\"path\":".utf8)
        JSON.array(path.map { .string($0.base64) }).write(to: &output)
        output += Array(",\"checkpoint\":".utf8)
        JSON.write(checkpoint, to: &output)
        output.append(0x7D)
        return output
    }
}

extension Journals {
    static let entryColumns = "number, record, previous, effective, recorded, unit, form, load, secret, content, leaf, digests"

    func entry(_ row: Row, _ journal: String, _ forms: [Form]) -> Entry {
        let formID = row.integer(6)
        return Entry(
            number: row.integer(0), record: row.integer(1), previous: row.optionalInteger(2), effective: Day(number: Int32(truncatingIfNeeded: row.integer(3))),
            recorded: Instant(milliseconds: row.integer(4)), unit: row.text(5), form: forms.first { $0.id == formID } ?? Form(id: formID, names: []),
            load: row.optionalInteger(7), secret: row.isNull(8) ? nil : row.blob(8), content: row.isNull(9) ? nil : row.blob(9),
            leafHash: row.blob(10), keptDigests: row.optionalText(11), journal: canonical(journal))
    }

    public func entry(_ number: Int64, in journal: String, on connection: Connection) throws -> Entry? {
        let forms = try forms(of: journal)
        let statement = try connection.statement(
            "SELECT \(Journals.entryColumns) FROM entry_\(Journals.table(canonical(journal))) WHERE number = ?")
        defer { statement.reset() }
        statement.bind(1, number)
        return try statement.step() ? entry(statement.row, journal, forms) : nil
    }

    /// Entries in number order, from `first` on, until the closure answers false.
    public func eachEntry(from first: Int64, in journal: String, on connection: Connection, _ body: (Entry) throws -> Bool) throws {
        let forms = try forms(of: journal)
        let columns = SQL(stringLiteral: Journals.entryColumns)
        try connection.each("SELECT \(columns) FROM entry_\(name: Journals.table(canonical(journal))) WHERE number >= \(first) ORDER BY number") {
            try body(entry($0, journal, forms))
        }
    }

    /// The entries of one record, oldest first, following the chain from its last one.
    public func history(from last: Int64, in journal: String, on connection: Connection) throws -> [Entry] {
        var entries: [Entry] = []
        var next: Int64? = last
        while let number = next, let entry = try entry(number, in: journal, on: connection) {
            entries.append(entry)
            // A damaged chain must not lead in circles.
            next = entry.previous.flatMap { $0 < number ? $0 : nil }
        }
        return entries.reversed()
    }

    public func committedSize(of journal: String, on connection: Connection) throws -> Int64 {
        try connection.first("SELECT coalesce(max(number) + 1, 0) FROM entry_\(name: Journals.table(canonical(journal)))") { $0.integer(0) }!
    }

    /// How many entries were recorded at that moment or before.
    public func size(of journal: String, at instant: Instant, on connection: Connection) throws -> Int64 {
        let table = Journals.table(canonical(journal))
        var low: Int64 = 0
        var high = try committedSize(of: journal, on: connection)
        while low < high {
            let middle = (low + high) / 2
            let recorded = try connection.first("SELECT recorded FROM entry_\(name: table) WHERE number = \(middle)") { $0.integer(0) } ?? 0
            if recorded <= instant.milliseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The newest signed head.
    public func head(of journal: String, on connection: Connection) throws -> (size: Int64, recorded: Instant, note: String)? {
        let statement = try connection.statement(
            "SELECT size, recorded, note FROM head_\(Journals.table(canonical(journal))) ORDER BY size DESC LIMIT 1")
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        let row = statement.row
        return (row.integer(0), Instant(milliseconds: row.integer(1)), row.text(2))
    }

    /// The head's note; for a journal without entries one is signed on the spot.
    public func checkpoint(of journal: String, on connection: Connection) throws -> String {
        _ = try forms(of: journal)
        return try head(of: journal, on: connection)?.note ?? emptyCheckpoint(journal)
    }

    private func emptyCheckpoint(_ journal: String) -> String {
        let checkpoint = Checkpoint(origin: origin(of: journal), size: 0, root: MerkleTree().root)
        let signature = sign(Array(checkpoint.body.utf8))
        let keyed = NoteKey(name: checkpoint.origin, publicKey: publicKey).hash + signature
        return "\(checkpoint.body)\n— \(checkpoint.origin) \(Encoding.base64(keyed))\n"
    }

    public func proof(of number: Int64, in journal: String, on connection: Connection) throws -> EntryProof {
        guard let entry = try entry(number, in: journal, on: connection) else { throw JournalError.noSuchEntry(number) }
        guard let head = try head(of: journal, on: connection), head.size > number else { throw JournalError.beyondSize(number) }
        let path = try proofs(journal, on: connection).inclusion(number, in: head.size)
        return EntryProof(entry: entry, index: number, size: head.size, path: path, checkpoint: head.note)
    }

    /// Proofs over the tree as it is stored.
    public func proofs(_ journal: String, on connection: Connection) -> MerkleProof {
        let tiles = TileReader(table: Journals.table(canonical(journal)), connection: connection)
        return MerkleProof { height, index in try tiles.perfect(height, index) }
    }

    /// The hashes of a tile; nil when the tree does not reach so far.
    public func tile(level: Int, index: Int64, width: Int, in journal: String, on connection: Connection) throws -> [UInt8]? {
        _ = try forms(of: journal)
        guard (0...6).contains(level), index >= 0, index < 1 << 40 else { return nil }
        guard let size = try head(of: journal, on: connection)?.size else { return nil }
        let first = index << 8
        guard first + Int64(width) <= size >> Int64(8 * level) else { return nil }
        return try TileReader(table: Journals.table(canonical(journal)), connection: connection).hashes(level, index, count: width)
    }

    /// An entry bundle: each leaf after its length in two bytes.
    public func entryBundle(index: Int64, width: Int, in journal: String, on connection: Connection) throws -> [UInt8]? {
        guard index >= 0, index < 1 << 40, let size = try head(of: journal, on: connection)?.size, index << 8 + Int64(width) <= size else {
            return nil
        }
        var bytes: [UInt8] = []
        let end = index << 8 + Int64(width)
        try eachEntry(from: index << 8, in: journal, on: connection) { entry in
            guard entry.number < end else { return false }
            let leaf = entry.leafBytes()
            bytes.append(UInt8(leaf.count >> 8))
            bytes.append(UInt8(leaf.count & 255))
            bytes += leaf
            return true
        }
        return bytes
    }
}

/// Reads tiles for one proof; the few it needs are kept while it lives.
final class TileReader {
    private let table: String
    private let connection: Connection
    private var known: [Int64: [UInt8]] = [:]

    init(table: String, connection: Connection) {
        self.table = table
        self.connection = connection
    }

    /// The first `count` hashes of a tile, as bytes.
    func hashes(_ level: Int, _ index: Int64, count: Int) throws -> [UInt8] {
        let blob = try blob(level, index)
        guard blob.count >= count * 32 else { throw JournalError.beyondSize(index) }
        return Array(blob.prefix(count * 32))
    }

    private func blob(_ level: Int, _ index: Int64) throws -> [UInt8] {
        let id = TileID.id(level, index)
        if let blob = known[id] { return blob }
        let statement = try connection.statement("SELECT hashes FROM tile_\(table) WHERE id = ?")
        statement.bind(1, id)
        var blob: [UInt8] = try statement.step() ? statement.row.blob(0) : []
        statement.reset()
        if blob.isEmpty, level == 0 {
            // The last leaves stand only with their entries until they fill a tile.
            let leaves = try connection.statement("SELECT leaf FROM entry_\(table) WHERE number >= ? AND number < ? ORDER BY number")
            leaves.bind(1, index << 8)
            leaves.bind(2, index << 8 + 256)
            while try leaves.step() { leaves.row.withBytes(0) { blob.append(contentsOf: $0) } }
            leaves.reset()
        }
        known[id] = blob
        return blob
    }

    func perfect(_ height: Int, _ index: Int64) throws -> Hash {
        let level = height / 8
        let inner = height % 8
        let first = index << Int64(inner)
        let blob = try blob(level, first >> 8)
        let position = Int(first & 255)
        let count = 1 << inner
        return try blob.withUnsafeBytes { bytes in
            if inner >= 4, bytes.count == 256 * 32 + 16 * 32 {
                return Self.root(bytes, at: 8192 + position / 16 * 32, count: count / 16)
            }
            guard bytes.count >= (position + count) * 32 else { throw JournalError.beyondSize(index) }
            return Self.root(bytes, at: position * 32, count: count)
        }
    }

    private static func root(_ bytes: UnsafeRawBufferPointer, at offset: Int, count: Int) -> Hash {
        if count == 1 { return Hash(bytes.baseAddress! + offset) }
        let half = count / 2
        return nodeHash(root(bytes, at: offset, count: half), root(bytes, at: offset + half * 32, count: half))
    }
}
