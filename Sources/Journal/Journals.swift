// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Store
internal import Synchronization

/// What went wrong with a journal itself.
public enum JournalError: Error, Sendable, Equatable {
    case unknownJournal(String)
    /// The key beside the database is not the one that signed its heads.
    case foreignKey
    case noSuchEntry(Int64)
    /// The tree is smaller than what was asked about.
    case beyondSize(Int64)
}

/// All journals of one database: append-only, numbered, each with its tree and signed heads.
///
/// State of the trees belongs to the writer's thread; everything else reads the tables.
public final class Journals: WriteParticipant, @unchecked Sendable {
    final class State {
        let name: String
        let table: String
        /// Prepared once; the writer has one connection.
        var insert: Statement?
        var leaf: [UInt8] = []
        var leafEnd: (recorded: Instant, unit: String, bytes: [UInt8])?
        var tree = MerkleTree()
        var lastRecorded = Instant(milliseconds: 0)
        var markedTree = MerkleTree()
        var markedRecorded = Instant(milliseconds: 0)
        var sizeAtStart: Int64 = 0
        var isLoaded = false
        var isTouched = false
        init(_ name: String) {
            self.name = name
            table = Journals.table(name)
        }
    }

    public let instance: String
    public let database: Database
    private let world: World
    private let key: SigningKey
    /// Touched on the writer's thread only.
    private var states: [String: State] = [:]
    private let forms = Mutex<[String: [Form]]>([:])
    /// Later names of journals; leaves and heads keep the first.
    private let firstNames = Mutex<[String: String]>([:])

    public init(database: Database, world: World, instance: String, key: SigningKey) throws {
        self.database = database
        self.world = world
        self.key = key
        try database.migrate(Journals.migration)
        let keyBytes = key.publicKey
        let now = world.now()
        self.instance = try database.writeAndWait { connection in
            let known = try connection.all("SELECT public_key FROM signing_key") { $0.blob(0) }
            if known.isEmpty {
                try connection.run("INSERT INTO signing_key (public_key, since) VALUES (\(keyBytes), \(now))")
                try connection.run("INSERT INTO instance (name) VALUES (\(instance))")
            } else if !known.contains(keyBytes) {
                throw JournalError.foreignKey
            }
            return try connection.first("SELECT name FROM instance") { $0.text(0) } ?? instance
        }
        database.join(self)
    }

    static let migration = Migration(
        "journal",
        steps: [
            [
                "CREATE TABLE instance (name TEXT NOT NULL PRIMARY KEY)",
                "CREATE TABLE signing_key (public_key BLOB NOT NULL PRIMARY KEY, since INTEGER NOT NULL)",
                "CREATE TABLE form (id INTEGER PRIMARY KEY, journal TEXT NOT NULL, names TEXT NOT NULL, UNIQUE (journal, names))",
            ], ["CREATE TABLE paper_seal (certificate BLOB NOT NULL PRIMARY KEY)"],
        ])

    static func table(_ journal: String) -> String { journal.replacing("-", with: "_") }

    /// Lets a register that was renamed go on in its journal.
    public func rename(_ journal: String, to name: String) { firstNames.withLock { $0[name] = journal } }

    /// The name that the journal's leaves and heads have.
    func canonical(_ name: String) -> String { firstNames.withLock { $0.isEmpty ? name : $0[name] ?? name } }

    // MARK: Opening

    /// Makes the journal's tables and makes sure of its forms: the names that entries of today have, and those of a retirement.
    public func open(_ journal: String, names: [String]) throws {
        let journal = canonical(journal)
        let table = Journals.table(journal)
        let all = try database.writeAndWait { connection in
            try connection.createTable(
                "entry_" + table,
                """
                number INTEGER PRIMARY KEY, record INTEGER NOT NULL, previous INTEGER, effective INTEGER NOT NULL, recorded INTEGER NOT NULL, \
                unit TEXT NOT NULL, form INTEGER NOT NULL, load INTEGER, secret BLOB, content TEXT, leaf BLOB NOT NULL, digests TEXT
                """, spreadBy: "number")
            try connection.run("CREATE TABLE IF NOT EXISTS tile_\(name: table) (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL)")
            try connection.run(
                """
                CREATE TABLE IF NOT EXISTS head_\(name: table) (size INTEGER PRIMARY KEY, recorded INTEGER NOT NULL, root BLOB NOT NULL, \
                note TEXT NOT NULL)
                """)
            for names in [names, Journals.retirementNames(key: names[0])] {
                let text = JSON.array(names.map(JSON.string)).text
                guard try connection.first("SELECT 1 FROM form WHERE journal = \(journal) AND names = \(text)", { _ in true }) == nil else { continue }
                let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM form") { $0.integer(0) }!
                try connection.run("INSERT INTO form (id, journal, names) VALUES (\(id), \(journal), \(text))")
            }
            // The form of today comes last, so that it is found as the newest.
            return try connection.all("SELECT id, names FROM form WHERE journal = \(journal) ORDER BY id") { row in
                Form(id: row.integer(0), names: Journals.names(row.text(1)))
            }
        }
        forms.withLock { $0[journal] = all }
    }

    /// Reads the forms again that another process may have added.
    public func reloadForms() throws {
        let all = try database.look { connection in
            try connection.all("SELECT id, names, journal FROM form ORDER BY id") { row in (row.text(2), Form(id: row.integer(0), names: Journals.names(row.text(1)))) }
        }
        let known = Dictionary(grouping: all, by: \.0).mapValues { $0.map(\.1) }
        forms.withLock { forms in for journal in forms.keys { forms[journal] = known[journal] ?? forms[journal] } }
    }

    static func names(_ text: String) -> [String] {
        guard let json = try? JSON(parsing: Array(text.utf8)), case .array(let names) = json else { return [] }
        return names.compactMap(\.string)
    }

    static func retirementNames(key: String) -> [String] { [key, "_author", "_cause", "_retired"] }

    public func forms(of journal: String) throws -> [Form] {
        guard let known = forms.withLock({ $0[canonical(journal)] }) else { throw JournalError.unknownJournal(journal) }
        return known
    }

    public func form(of journal: String, names: [String]) throws -> Form {
        guard let form = try forms(of: journal).first(where: { $0.names == names }) else { throw JournalError.unknownJournal(journal) }
        return form
    }

    public func retirementForm(of journal: String, key: String) throws -> Form {
        try form(of: journal, names: Journals.retirementNames(key: key))
    }

    public func sealer(for form: Form) -> Sealer { Sealer(names: form.names, random: world.random) }

    public var names: [String] { forms.withLock { $0.keys.sorted() } }

    // MARK: Writing

    /// The place of a new entry.
    public struct Place: Sendable {
        public let number: Int64
        public let recorded: Instant
    }

    /// Appends an entry inside the writer's transaction. With no `record` the entry creates one and gives it its number.
    public func append(
        _ sealed: SealedEntry, form: Form, to journal: String, record: Int64?, previous: Int64?, effective: Day, unit: String, load: Int64?,
        on connection: Connection
    ) throws -> Place {
        let journal = canonical(journal)
        let state = try loadedState(journal, connection)
        state.isTouched = true
        let number = state.tree.size
        // Order comes from the numbers; the clock may only stand still, never run backwards, within a journal.
        let recorded = max(world.now(), state.lastRecorded)
        if state.leafEnd?.recorded != recorded || state.leafEnd?.unit != unit {
            state.leafEnd = (recorded, unit, Leaf.end(recorded: recorded, register: journal, unit: unit))
        }
        state.leaf.removeAll(keepingCapacity: true)
        state.leaf.append(contentsOf: sealed.leafStart)
        state.leaf.append(contentsOf: String(number).utf8)
        state.leaf.append(contentsOf: state.leafEnd!.bytes)
        let hash = state.leaf.withUnsafeBytes { leafHash($0) }
        let statement: Statement
        if let known = state.insert {
            statement = known
        } else {
            statement = try connection.statement(
                """
                INSERT INTO entry_\(state.table) (number, record, previous, effective, recorded, unit, form, load, secret, content, leaf) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
            state.insert = statement
        }
        statement.bind(1, number)
        statement.bind(2, record ?? number)
        if let previous { statement.bind(3, previous) } else { statement.bindNull(3) }
        statement.bind(4, Int64(effective.number))
        statement.bind(5, recorded.milliseconds)
        statement.bind(6, unit)
        statement.bind(7, form.id)
        if let load { statement.bind(8, load) } else { statement.bindNull(8) }
        try sealed.secret.withUnsafeBytes { secret in
            try sealed.content.withUnsafeBytes { content in
                try withUnsafeBytes(of: hash.bytes) { hash in
                    statement.bind(9, borrowedBlob: secret)
                    statement.bind(10, borrowedText: content)
                    statement.bind(11, borrowedBlob: hash)
                    try statement.done()
                    statement.clear()
                }
            }
        }
        state.tree.append(hash)
        state.lastRecorded = recorded
        return Place(number: number, recorded: recorded)
    }

    /// How many entries the journal will have after the running transaction.
    public func size(of journal: String, on connection: Connection) throws -> Int64 { try loadedState(journal, connection).tree.size }

    private func loadedState(_ journal: String, _ connection: Connection) throws -> State {
        let journal = canonical(journal)
        let state = states[journal] ?? State(journal)
        states[journal] = state
        guard !state.isLoaded else { return state }
        let table = Journals.table(journal)
        let size =
            try connection.first("SELECT number + 1, recorded FROM entry_\(name: table) ORDER BY number DESC LIMIT 1") { row -> Int64 in
                state.lastRecorded = Instant(milliseconds: row.integer(1))
                return row.integer(0)
            } ?? 0
        var growing: [[Hash]] = []
        growing.append(
            try connection.all("SELECT leaf FROM entry_\(name: table) WHERE number >= \(size & ~255) ORDER BY number") { row in
                row.withBytes(0) { Hash($0.baseAddress!) }
            })
        var level = 1
        while size >> Int64(8 * level) > 0 {
            let index = size >> Int64(8 * (level + 1))
            let count = Int(size >> Int64(8 * level) & 255)
            let hashes = try connection.first("SELECT hashes FROM tile_\(name: table) WHERE id = \(TileID.id(level, index))") { $0.blob(0) } ?? []
            growing.append(stride(from: 0, to: min(count * 32, hashes.count), by: 32).map { Hash(hashes[$0..<$0 + 32])! })
            level += 1
        }
        state.tree = MerkleTree(size: size, growing: growing)
        state.sizeAtStart = size
        state.isLoaded = true
        // The mark of the running command was set before the tree was known.
        state.markedTree = state.tree
        state.markedRecorded = state.lastRecorded
        return state
    }

    // MARK: Following the transaction

    public func mark() {
        for state in states.values where state.isLoaded {
            state.markedTree = state.tree
            state.markedRecorded = state.lastRecorded
        }
    }

    public func returnToMark() {
        for state in states.values where state.isLoaded {
            state.tree = state.markedTree
            state.lastRecorded = state.markedRecorded
        }
    }

    public func willCommit(_ connection: Connection) throws {
        for state in states.values where state.isTouched && state.tree.size > state.sizeAtStart {
            let table = Journals.table(state.name)
            let insert = try connection.statement("INSERT INTO tile_\(table) (id, hashes) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes")
            for tile in state.tree.takeFilled() {
                insert.bind(1, TileID.id(tile.level, tile.index))
                insert.bind(2, TileBlob.full(tile.hashes))
                try insert.done()
            }
            for level in state.tree.growing.indices.dropFirst() where !state.tree.growing[level].isEmpty {
                // A growing tile changes only when a tile below it filled.
                guard state.tree.size >> Int64(8 * level) != state.sizeAtStart >> Int64(8 * level) else { continue }
                insert.bind(1, TileID.id(level, state.tree.size >> Int64(8 * (level + 1))))
                insert.bind(2, TileBlob.partial(state.tree.growing[level]))
                try insert.done()
            }
            try sign(state, connection)
        }
    }

    private func sign(_ state: State, _ connection: Connection) throws {
        let table = Journals.table(state.name)
        let root = state.tree.root
        let note = Checkpoint(origin: origin(of: state.name), size: state.tree.size, root: root).signed(by: key)
        let now = state.lastRecorded
        // One head a second stays; the others of that second were only steps towards it.
        try connection.run(
            "DELETE FROM head_\(name: table) WHERE size = \(state.sizeAtStart) AND recorded / 1000 = \(now.milliseconds / 1000)")
        try connection.run(
            "INSERT INTO head_\(name: table) (size, recorded, root, note) VALUES (\(state.tree.size), \(now), \(root.array), \(note))")
    }

    public func didCommit() {
        for state in states.values where state.isTouched {
            state.isTouched = false
            state.sizeAtStart = state.tree.size
        }
    }

    public func didRollBack() { states.removeAll() }

    // MARK: Names and keys

    public func origin(of journal: String) -> String { "thanglong/\(instance)/\(canonical(journal))" }

    /// A verifier key for each journal.
    public func noteKeys() -> [NoteKey] {
        names.map { NoteKey(name: origin(of: $0), publicKey: key.publicKey) }
    }

    /// Signs a statement in the instance's name: an answer to a question.
    public func sign(_ message: [UInt8]) -> [UInt8] { key.sign(message) }
    public var publicKey: [UInt8] { key.publicKey }
    /// The key's name in credentials: the beginning of its hash.
    public var keyID: String { Encoding.hex(Array(Hash.of(key.publicKey).array.prefix(8))) }

    /// The seal under papers that the instance made for itself; its certificate is made once and kept.
    public func paperSeal(name: String) throws -> PaperSeal {
        let now = world.now()
        return try database.writeAndWait { connection in
            if let kept = try connection.first("SELECT certificate FROM paper_seal", { $0.blob(0) }) { return PaperSeal(seed: self.key.seed, certificate: kept) }
            let until = Instant(milliseconds: now.milliseconds + 10 * 365 * 86_400_000)
            let seal = PaperSeal(seed: self.key.seed, name: name, from: now, until: until)
            try connection.run("INSERT INTO paper_seal (certificate) VALUES (\(seal.certificates[0]))")
            return seal
        }
    }

    /// Seals what must be kept and read again, under a key made of the signing key, which lies outside the database.
    public func seal(secret: String) -> [UInt8] { SecretBox.seal(Array(secret.utf8), key: secretsKey, nonce: world.random(12)) }
    public func open(secret: [UInt8]) -> String? { SecretBox.open(secret, key: secretsKey).map { String(decoding: $0, as: UTF8.self) } }
    /// A code that only this city's servers can make, for what they hand out and take back.
    public func mac(_ message: String) -> [UInt8] { MAC.sha256(Array(message.utf8), key: secretsKey) }
    private var secretsKey: [UInt8] { Hash.of(Array("thanglong secrets".utf8) + key.seed).array }

    // MARK: Erasing

    /// Deletes an entry's secret and values and keeps its digests, so that every proof still holds.
    public func erase(_ number: Int64, in journal: String, on connection: Connection) throws {
        guard let entry = try entry(number, in: journal, on: connection) else { throw JournalError.noSuchEntry(number) }
        guard let secret = entry.secret, let content = entry.content else { return }
        var digests: [UInt8] = []
        let sealer = Sealer(names: entry.form.names, random: { _ in [] })
        sealer.appendDigests(secret: secret, content: content, to: &digests)
        let text = String(decoding: digests, as: UTF8.self)
        try connection.run(
            "UPDATE entry_\(name: Journals.table(canonical(journal))) SET secret = NULL, content = NULL, digests = \(text) WHERE number = \(number)")
    }
}

enum TileID {
    static func id(_ level: Int, _ index: Int64) -> Int64 { Int64(level) << 56 | index }
}

/// A tile as it is stored: its hashes, and for a full one also the roots of its groups of 16, which make proofs shorter to compute.
enum TileBlob {
    static func partial(_ hashes: [Hash]) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.reserveCapacity(hashes.count * 32)
        for hash in hashes { withUnsafeBytes(of: hash.bytes) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    static func full(_ hashes: [Hash]) -> [UInt8] {
        partial(hashes) + partial(stride(from: 0, to: 256, by: 16).map { MerkleTree.perfectRoot(hashes[$0..<$0 + 16]) })
    }
}
