// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
public import Journal
internal import Store
internal import Synchronization

/// A register of another instance that this one follows.
public struct Followed: Sendable {
    public enum State: String, Sendable { case running, paused, stopped }

    public let id: Int64
    /// Where it is: an address, or a file's name for bundles carried by hand.
    public let source: String
    public let register: String
    public let origin: String
    public let publicKey: [UInt8]
    /// How many of its entries are here, all of them verified.
    public let size: Int64
    /// How long the source's journal was when last seen.
    public let seen: Int64
    public let note: String
    public let purpose: String?
    public let fields: [String]
    public let agreement: String?
    public let until: Day?
    public let state: State
    /// Why it stands still.
    public let problem: Text?
    /// The last time the source answered.
    public let contacted: Instant?
    public let added: Instant
    /// Entries that were proven and not entered into the register: of a record that is kept here or by another, or with values that it cannot hold.
    public let skipped: Int
}

extension Followed {
    /// Another instance's address without a slash at its end; nil when the text is none.
    public static func address(_ text: String) -> String? {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains(where: \.isWhitespace) else { return nil }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }
}

/// Why a step of a feed was not taken. Nothing of it was entered.
public enum FollowError: Error, Sendable {
    /// The bytes are not what the source's signed journal says: cut off, changed, out of order, of another register. It may be asked again.
    case unproven(Text)
    /// The source signs a history that does not contain what it signed before. Both heads are kept, and following stops.
    case otherHistory(Text)
    /// Somebody else took this step meanwhile.
    case moved
}

extension Registry {
    static let followedTables: [SQL] = [
        """
        CREATE TABLE followed (id INTEGER PRIMARY KEY, source TEXT NOT NULL, register TEXT NOT NULL, origin TEXT NOT NULL, public_key BLOB NOT NULL, \
        token BLOB, purpose TEXT, size INTEGER NOT NULL, edge BLOB NOT NULL, seen INTEGER NOT NULL, seen_root BLOB NOT NULL, note TEXT NOT NULL, \
        fields TEXT NOT NULL, agreement TEXT, until INTEGER, state TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0, \
        skipped INTEGER NOT NULL DEFAULT 0, problem_vi TEXT, problem_en TEXT, evidence TEXT, contacted INTEGER, \
        added INTEGER NOT NULL, UNIQUE (origin))
        """,
        "CREATE TABLE mirror_form (id INTEGER PRIMARY KEY, followed INTEGER NOT NULL, names TEXT NOT NULL, UNIQUE (followed, names))",
    ]

    /// What stands for an address where the steps are carried by hand.
    public static let bundleSource = "bundle"

    private static let followedColumns: SQL =
        "id, source, register, origin, public_key, size, seen, note, purpose, fields, agreement, until, state, problem_vi, problem_en, contacted, added, skipped"

    private func followed(_ row: Row) -> Followed {
        Followed(
            id: row.integer(0), source: row.text(1), register: row.text(2), origin: row.text(3), publicKey: row.blob(4), size: row.integer(5), seen: row.integer(6),
            note: row.text(7), purpose: row.optionalText(8), fields: row.text(9).split(separator: " ").map(String.init), agreement: row.optionalText(10),
            until: row.optionalInteger(11).map { Day(number: Int32(truncatingIfNeeded: $0)) }, state: Followed.State(rawValue: row.text(12)) ?? .stopped,
            problem: row.optionalText(13).map { Text(vi: $0, en: row.optionalText(14) ?? $0) }, contacted: row.optionalInteger(15).map { Instant(milliseconds: $0) },
            added: Instant(milliseconds: row.integer(16)), skipped: Int(row.integer(17)))
    }

    // MARK: What is followed

    /// All of them. What was read stays known for judging changes; when it cannot be read, what was known before does.
    public func followedRegisters() throws -> [Followed] {
        let all = try database.look { try $0.all("SELECT \(Registry.followedColumns) FROM followed ORDER BY id", self.followed) }
        followedIDs.withLock { $0 = Dictionary(grouping: all, by: \.register).mapValues { $0.map(\.id) } }
        return all
    }

    public func followedRegister(_ id: Int64) throws -> Followed? {
        try database.look { try $0.first("SELECT \(Registry.followedColumns) FROM followed WHERE id = \(id)", self.followed) }
    }

    /// The token that the source asks for.
    public func followToken(_ id: Int64) throws -> String? {
        try database.look { try $0.first("SELECT token FROM followed WHERE id = \(id)") { $0.isNull(0) ? nil : $0.blob(0) } ?? nil }.flatMap { journals.open(secret: $0) }
    }

    /// Begins to follow a register whose journal that key signs, or goes on with it under another address or token.
    public func follow(_ source: String, register: String, key: NoteKey, token: String?, purpose: String?) throws -> Followed {
        let plan = try plan(register)
        guard key.name.split(separator: "/").last.map(String.init) == plan.register.journal else {
            throw RegisterError.badRequest(
                Text(vi: "Nhật ký “\(key.name)” không phải của sổ \(register).", en: "The journal “\(key.name)” is not one of the register \(register)."))
        }
        guard key.name != journals.origin(of: register) else {
            throw RegisterError.badRequest([
                "vi": "Nơi này mang tên của chính hệ thống này. Mỗi hệ thống cần một tên riêng (--instance).",
                "en": "The other side has this instance's own name. Each instance needs a name of its own (--instance).",
            ])
        }
        let sealed = token.map { Cell.blob(journals.seal(secret: $0)) } ?? .null
        let now = world.now()
        let empty = MerkleEdge()
        let id = try database.writeAndWait { connection -> Int64 in
            if let known = try connection.first("SELECT id, public_key FROM followed WHERE origin = \(key.name)", { ($0.integer(0), $0.blob(1)) }) {
                guard known.1 == key.publicKey else {
                    throw RegisterError.badRequest(
                        Text(vi: "Khóa ký của “\(key.name)” khác với khóa đã biết.", en: "The signing key of “\(key.name)” is another than the one known."))
                }
                // A bundle adds to what comes over the network and changes nothing about how that comes.
                if source == Registry.bundleSource { return known.0 }
                try connection.run(
                    "UPDATE followed SET source = \(source), token = coalesce(\(sealed), token), purpose = coalesce(\(purpose), purpose), state = CASE WHEN evidence IS NULL THEN 'running' ELSE state END WHERE id = \(known.0)"
                )
                return known.0
            }
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM followed") { $0.integer(0) }!
            try connection.run(
                """
                INSERT INTO followed (id, source, register, origin, public_key, token, purpose, size, edge, seen, seen_root, note, fields, state, added) \
                VALUES (\(id), \(source), \(register), \(key.name), \(key.publicKey), \(sealed), \(purpose), 0, \(empty.bytes), 0, \(empty.root.array), '', '', 'running', \(now))
                """)
            try Registry.makeMirror(id, on: connection)
            return id
        }
        return try followedRegisters().first { $0.id == id }!
    }

    private static func makeMirror(_ id: Int64, on connection: Connection) throws {
        let table = "mirror_\(id)"
        try connection.createTable(
            table,
            """
            number INTEGER PRIMARY KEY, entry INTEGER, record INTEGER, form INTEGER NOT NULL, effective INTEGER NOT NULL, recorded INTEGER NOT NULL, \
            unit TEXT NOT NULL, salts BLOB NOT NULL, hidden BLOB NOT NULL, leaf BLOB NOT NULL
            """, spreadBy: "number")
        try connection.run("CREATE INDEX IF NOT EXISTS \(name: table + "_record") ON \(name: table) (record)")
    }

    /// Makes the tables that another database has for what it follows, before its rows are copied here.
    public func makeMirrors(of others: [Followed]) throws {
        let ids = others.map(\.id)
        try database.writeAndWait { connection in for id in ids { try Registry.makeMirror(id, on: connection) } }
    }

    /// Pauses, or goes on. One that was stopped because its source showed another history does not go on.
    public func setFollowing(_ id: Int64, running isRunning: Bool) throws {
        let state = isRunning ? "running" : "paused"
        try database.writeAndWait {
            try $0.run("UPDATE followed SET state = \(state), problem_vi = NULL, problem_en = NULL WHERE id = \(id) AND evidence IS NULL")
        }
    }

    /// Says why nothing comes, without changing what is here.
    public func noteFollowing(_ id: Int64, problem: Text?, answered: Bool) throws {
        let now = world.now()
        try database.writeAndWait {
            try $0.run("UPDATE followed SET problem_vi = \(problem?.vi), problem_en = \(problem?.en) WHERE id = \(id) AND evidence IS NULL")
            if answered { try $0.run("UPDATE followed SET contacted = \(now) WHERE id = \(id)") }
        }
    }

    /// A record that came from elsewhere is changed there.
    func followedObjection(_ plan: Plan, _ current: Current?, on connection: Connection) throws -> Objection? {
        guard let current, let ids = followedIDs.withLock({ $0.isEmpty ? nil : $0[plan.register.name] }) else { return nil }
        for id in ids {
            let statement = try connection.statement("SELECT 1 FROM mirror_\(id) WHERE record = ? LIMIT 1")
            defer { statement.reset() }
            statement.bind(1, current.row)
            guard try statement.step() else { continue }
            let origin = try connection.first("SELECT origin FROM followed WHERE id = \(id)") { $0.text(0) } ?? ""
            return Objection(
                field: "", code: "followed",
                Text(
                    vi: "Hồ sơ này do \(origin) giữ và được cập nhật từ đó; hãy sửa ở nơi ấy.",
                    en: "This record is kept by \(origin) and comes from there; change it there."))
        }
        return nil
    }

    // MARK: Taking a step

    /// Checks a step against the signed journal and enters it, all or nothing. Gives how many entries came and how long the journal is.
    /// A proof that fails may have been garbled on its way, so it may be sent again; the third time following stops.
    public func take(_ bytes: [UInt8], of id: Int64) throws -> (entries: Int, size: Int64) {
        guard
            let state = try database.look({ connection in
                try connection.first("SELECT \(Registry.followedColumns), edge, seen_root FROM followed WHERE id = \(id)") { row in
                    (followed: self.followed(row), edge: MerkleEdge(size: row.integer(5), bytes: row.blob(18)), seenRoot: Hash(row.blob(19)))
                }
            }), let edge = state.edge, let seenRoot = state.seenRoot
        else { throw RegisterError.noSuchRecord }
        guard state.followed.state == .running else {
            throw FollowError.unproven(state.followed.problem ?? ["vi": "Việc theo sổ này đang tạm ngừng.", "en": "Following this register is paused."])
        }
        let step: CheckedStep
        do {
            step = try CheckedStep(bytes, follower: state.followed, edge: edge, seenRoot: seenRoot)
        } catch let other as OtherHistory {
            try noteOtherHistory(id, other.text, evidence: state.followed.note + "\n" + other.note, isCertain: other.isCertain)
            throw FollowError.otherHistory(other.text)
        }
        let isNew = step.fields.joined(separator: " ") != state.followed.fields.joined(separator: " ") || step.agreement != state.followed.agreement
        if step.entries.isEmpty, step.size == state.followed.seen, !isNew, state.followed.problem == nil {
            try noteFollowing(id, problem: nil, answered: true)
        } else {
            try database.writeAndWait { try self.enter(step, of: state.followed, on: $0) }
        }
        return (step.entries.count, step.size)
    }

    private static let failuresMax: Int64 = 3

    private func noteOtherHistory(_ id: Int64, _ text: Text, evidence: String, isCertain: Bool) throws {
        try database.writeAndWait { connection in
            try connection.run("UPDATE followed SET failures = failures + 1, problem_vi = \(text.vi), problem_en = \(text.en) WHERE id = \(id)")
            try connection.run(
                """
                UPDATE followed SET state = 'stopped', evidence = coalesce(evidence, \(evidence)) \
                WHERE id = \(id) AND (failures >= \(Registry.failuresMax) OR \(isCertain ? Int64(1) : 0) = 1)
                """)
        }
    }

    private func enter(_ step: CheckedStep, of followed: Followed, on connection: Connection) throws {
        let id = followed.id
        guard try connection.first("SELECT size FROM followed WHERE id = \(id) AND state = 'running'", { $0.integer(0) }) == followed.size else { throw FollowError.moved }
        let plan = try plan(followed.register)
        let form = try journals.form(of: plan.register.name, names: plan.names)
        let sealer = journals.sealer(for: form)
        let insert = try connection.statement(
            "INSERT INTO mirror_\(id) (number, entry, record, form, effective, recorded, unit, salts, hidden, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        let author = "node:" + followed.origin.split(separator: "/").dropFirst().dropLast().joined(separator: "/")
        var forms: [String: Int64] = [:]
        var skipped: Int64 = 0
        for entry in step.entries {
            let place = try enter(entry, plan, of: id, author: author, form: form, sealer: sealer, on: connection)
            let names = entry.names.joined(separator: " ")
            let formID = try forms[names] ?? mirrorForm(names, of: id, on: connection)
            forms[names] = formID
            insert.bind(1, entry.number)
            if let place {
                insert.bind(2, place.entry)
                insert.bind(3, place.record)
            } else {
                skipped += 1
                insert.bindNull(2)
                insert.bindNull(3)
            }
            insert.bind(4, formID)
            insert.bind(5, Int64(entry.effective.number))
            insert.bind(6, entry.recorded.milliseconds)
            insert.bind(7, entry.unit)
            insert.bind(8, .blob(entry.salts))
            insert.bind(9, .blob(entry.hidden))
            insert.bind(10, .blob(entry.leafHash.array))
            try insert.done()
        }
        let fields = step.fields.joined(separator: " ")
        let now = world.now()
        try connection.run(
            """
            UPDATE followed SET size = \(step.edge.size), edge = \(step.edge.bytes), seen = \(step.size), seen_root = \(step.root.array), note = \(step.note), \
            fields = \(fields), agreement = \(step.agreement), until = \(step.until.map { Int64($0.number) }), problem_vi = NULL, problem_en = NULL, contacted = \(now), \
            failures = 0, skipped = skipped + \(skipped) WHERE id = \(id)
            """)
    }

    private func mirrorForm(_ names: String, of id: Int64, on connection: Connection) throws -> Int64 {
        if let known = try connection.first("SELECT id FROM mirror_form WHERE followed = \(id) AND names = \(names)", { $0.integer(0) }) { return known }
        let next = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM mirror_form") { $0.integer(0) }!
        try connection.run("INSERT INTO mirror_form (id, followed, names) VALUES (\(next), \(id), \(names))")
        return next
    }

    /// One entry as an entry of our own. Nil when it discloses no record, when its record is kept here or by somebody else, when it ends one
    /// that does not stand here, or says what the register cannot hold: a source answers for its own records, and for nothing else.
    private func enter(
        _ entry: FeedEntry, _ plan: Plan, of id: Int64, author: String, form: Form, sealer: Sealer, on connection: Connection
    ) throws -> (entry: Int64, record: Int64)? {
        let reading = reading(effective: entry.effective)
        var sent: [Int: Value] = [:]
        for (name, value) in zip(entry.names, entry.values) {
            guard let position = plan.register.position(inEntry: name) else { continue }
            let kind = (position < 0 ? plan.register.key : plan.register.fields[position]).kind
            guard value.isNull || (try? kind.parse(value.json, reading)) == value, sent.updateValue(value, forKey: position) == nil else { return nil }
        }
        guard let key = sent[-1]?.string else { return nil }
        let current = try current(plan, key: key, on: connection)
        if let current, !current.isRetired {
            let isOurs = try connection.statement("SELECT 1 FROM mirror_\(id) WHERE record = ? LIMIT 1")
            defer { isOurs.reset() }
            isOurs.bind(1, current.row)
            guard try isOurs.step() else { return nil }
        }
        let cause = "follow:\(entry.number)"
        if entry.isRetirement {
            guard let current, !current.isRetired else { return nil }
            let place = try retire(
                plan, key: key, current: current, effective: entry.effective, unit: entry.unit, cause: cause, author: author, load: nil, on: connection)
            return (place.number, current.row)
        }
        var item = Item(key: key, values: Array(repeating: .null, count: plan.register.fields.count))
        // Fields that are not sent stay as they are here.
        if sent.count <= plan.register.fields.count, let current,
            let stored = try journals.entry(current.entry, in: plan.register.name, on: connection).flatMap({ plan.item($0) })
        {
            item = stored
        }
        for (position, value) in sent where position >= 0 { item.values[position] = value }
        let place = try enter(
            sealer.seal(content: plan.content(item, author: author, cause: cause), effective: entry.effective), form, plan, key: key,
            words: plan.isSearched ? plan.words(item) : nil, current: current, cells: plan.columns.map { Plan.cell(item.values[$0.position], $0.field.kind) },
            effective: entry.effective, unit: entry.unit, load: nil, on: connection)
        return (place.number, current?.row ?? place.number)
    }
}

/// A signed head that what is known here does not lead to.
private struct OtherHistory: Error {
    let text: Text
    let note: String
    /// Two signed heads of one size with different roots need no proof to contradict each other.
    let isCertain: Bool

    init(_ known: Int64, _ size: Int64, note: String, isCertain: Bool) {
        text = Text(
            vi: "Nhật ký đã ký có \(size) mục không chứa \(known) mục đã nhận trước đây: nơi gửi đang cho thấy một lịch sử khác. Đã dừng.",
            en: "The signed journal of \(size) entries does not begin with the \(known) known here: the source shows another history than before. Stopped.")
        self.note = note
        self.isCertain = isCertain
    }
}

/// A step whose every entry was recomputed and whose root the source has signed.
private struct CheckedStep: Sendable {
    let entries: [FeedEntry]
    let edge: MerkleEdge
    let size: Int64
    let root: Hash
    let note: String
    let fields: [String]
    let agreement: String?
    let until: Day?

    init(_ bytes: [UInt8], follower: Followed, edge: MerkleEdge, seenRoot: Hash) throws {
        func unproven(_ vi: String, _ en: String) -> FollowError { .unproven(Text(vi: vi, en: en)) }
        var lines: [Range<Int>] = []
        bytes.withUnsafeBufferPointer { all in
            var start = 0
            while start < all.count, let end = memchr(all.baseAddress! + start, 0x0A, all.count - start) {
                let next = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - all.baseAddress!
                lines.append(start..<next)
                start = next + 1
            }
        }
        guard bytes.last == 0x0A, let first = lines.first, let header = try? JSON(parsing: bytes[first]), let origin = header["origin"]?.string, let from = header["from"]?.integer,
            let to = header["to"]?.integer, let size = header["size"]?.integer, let note = header["checkpoint"]?.string, let start = CheckedStep.hashes(header["start"]),
            let end = CheckedStep.hashes(header["end"]), case .array(let names)? = header["fields"]
        else { throw unproven("Dữ liệu nhận được không phải là một phần nhật ký.", "What came is not a step of a feed.") }
        guard origin == follower.origin else { throw unproven("Dữ liệu của nhật ký khác: \(origin.shortened).", "It belongs to another journal: \(origin.shortened).") }
        guard let checkpoint = Checkpoint(note: note, keys: [NoteKey(name: follower.origin, publicKey: follower.publicKey)]), checkpoint.origin == origin,
            checkpoint.size == size
        else { throw unproven("Chữ ký của đầu cây không đúng.", "The signature of the tree's head does not hold.") }
        guard from == edge.size, to >= from, to <= size else {
            throw unproven("Phần này bắt đầu ở mục \(from); ở đây cần mục \(edge.size).", "It begins with entry \(from); entry \(edge.size) is needed here.")
        }
        let isOldHead = checkpoint.size < follower.seen
        // The head that was seen before, and what is here already, must be the beginning of what is signed now.
        if !isOldHead {
            // A bundle does not know what was seen; where all of that is here, the proof from what is here says the same.
            let isSame = follower.seen == edge.size && (header["seen"] == nil || header["seen"] == .null)
            guard let seen = follower.seen == size ? [] : isSame ? start : CheckedStep.hashes(header["seen"]) else {
                throw unproven("Thiếu bằng chứng từ đầu cây đã thấy.", "The proof from the head that was seen is missing.")
            }
            guard
                MerkleProof.verifies(consistencyFrom: follower.seen, root: seenRoot, to: size, root: checkpoint.root, path: seen)
            else { throw OtherHistory(follower.seen, size, note: note, isCertain: follower.seen == size && size > 0) }
        }
        guard MerkleProof.verifies(consistencyFrom: edge.size, root: edge.root, to: size, root: checkpoint.root, path: edge.size == size ? [] : start) else {
            throw OtherHistory(edge.size, size, note: note, isCertain: edge.size == size && size > 0)
        }
        if isOldHead { throw unproven("Đầu cây này cũ hơn đầu cây đã thấy.", "This head is older than one that was seen.") }
        guard lines.count == Int(to - from) + 1 else {
            throw unproven("Thiếu hoặc thừa dòng: cần \(to - from), có \(lines.count - 1).", "There are \(lines.count - 1) lines where \(to - from) are announced.")
        }
        var grown = edge
        var entries: [FeedEntry] = []
        entries.reserveCapacity(lines.count)
        for read in CheckedStep.read(bytes, lines.dropFirst(), journal: String(origin.split(separator: "/").last!)) {
            guard let entry = read else { throw unproven("Mục \(grown.size) không đọc được.", "Entry \(grown.size) cannot be read.") }
            guard entry.number == grown.size else { throw unproven("Mục \(entry.number) không đúng thứ tự.", "Entry \(entry.number) is out of order.") }
            grown.append(entry.leafHash)
            entries.append(entry)
        }
        guard MerkleProof.verifies(consistencyFrom: to, root: grown.root, to: size, root: checkpoint.root, path: to == size ? [] : end) else {
            throw unproven("Các mục \(from)–\(to - 1) không khớp đầu cây đã ký.", "Entries \(from) to \(to - 1) do not match the signed head.")
        }
        self.entries = entries
        self.edge = grown
        self.size = size
        root = checkpoint.root
        self.note = note
        fields = names.compactMap(\.string)
        agreement = header["agreement"]?.string
        until = header["until"]?.string.flatMap { Day($0) }
    }

    /// Entries do not depend on each other until they are put in order: two threads read them.
    private static func read(_ bytes: [UInt8], _ lines: ArraySlice<Range<Int>>, journal: String) -> [FeedEntry?] {
        let lines = Array(lines)
        let half = lines.count / 2
        let parts = Mutex<[Int: [FeedEntry?]]>([:])
        DispatchQueue.concurrentPerform(iterations: lines.count < 64 ? 1 : 2) { part in
            let mine = lines.count < 64 ? lines[...] : part == 0 ? lines[..<half] : lines[half...]
            let entries = bytes.withUnsafeBufferPointer { all in mine.map { FeedEntry(line: UnsafeBufferPointer(rebasing: all[$0]), journal: journal) } }
            parts.withLock { $0[part] = entries }
        }
        return parts.withLock { ($0[0] ?? []) + ($0[1] ?? []) }
    }

    private static func hashes(_ json: JSON?) -> [Hash]? {
        guard case .array(let list)? = json else { return nil }
        let hashes = list.compactMap { $0.string.flatMap { Encoding.bytes(base64: $0) }.flatMap { Hash($0) } }
        return hashes.count == list.count ? hashes : nil
    }
}
