// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Journal
public import Store
internal import Synchronization

/// The bounds of the registers, in one place.
public struct RegisterLimits: Sendable {
    public var pageMax = 1000
    public var pageDefault = 100
    /// Lines of one POST of entries.
    public var batchMax = 10_000
    /// Changes of one act.
    public var actMax = 1000
    /// How many times consequences may have consequences.
    public var consequenceDepthMax = 6
    /// Bytes of one line of a file.
    public var lineMax = 1 << 20
    /// How many times larger than itself a compressed file may become.
    public var expansionMax = 100
    /// Rows whose household's head has not come yet, kept until the file's end.
    public var deferredMax = 200_000
    /// A snapshot may retire this share of a register without being forced.
    public var retireShareMax = 0.05
    /// People in a group below which counts are not shown to those who may not see persons.
    public var smallGroup = 5
    /// Words of a search.
    public var wordsMax = 8
    /// Records of one sample.
    public var sampleMax = 200
    /// Entries of a day in one journal. More are a load and no day's work.
    public var dayEntriesMax: Int64 = 200_000
    /// Places that are counted at once for a sample: one such block is read for each record of it.
    public var sampleBlock: Int64 = 4096

    public init() {}
}

/// Why a register did not do what it was asked: the situation's fault, told in one place to HTTP and the command line.
public enum RegisterError: Error, Sendable {
    case unknownRegister(String)
    case noSuchRecord
    /// Nobody without that right may; nothing is said about what is there.
    case forbidden(Text)
    /// A purpose must be named before personal data is shown.
    case purposeNeeded
    case objections([Objection])
    /// If-Match names another state than the record has.
    case precondition(current: Int64?)
    /// The record exists and no If-Match was given.
    case exists(current: Int64)
    case badRequest(Text)
    case file(Text)
}

/// The registers of a city over one database: entries, records, search, statistics, import and export.
public final class Registry: WriteParticipant, @unchecked Sendable {
    /// Which registers hold the administrative units themselves.
    public struct UnitRegisters: Sendable {
        public let units: String
        public let changes: String
        public init(units: String, changes: String) {
            self.units = units
            self.changes = changes
        }
    }

    public let database: Database
    public let journals: Journals
    public let world: World
    public let limits: RegisterLimits
    public let registers: [Register]
    /// What the law grants, as the city declares it.
    public let entitlements: [EntitlementRule]
    let plans: [String: Plan]
    let cipher: ReferenceCipher
    let unitRegisters: UnitRegisters
    /// Whether a civil servant has an account, asked inside an act's transaction.
    let holdsAccount: @Sendable (_ servant: String, _ connection: Connection) throws -> Bool
    /// Names that registers had first, and the names they have now.
    private let firstNames: [String: String]
    private let unitTable = Mutex(UnitTable())
    private let generationBox = Mutex(0)
    /// Columns for free questions, used by one asker at a time.
    private let seenTurn = Mutex<Int64>(-1)
    private let seenUnits = Mutex<[Int64]>([])
    let columnBoxes = Mutex<[String: RegisterColumns]>([:])
    /// What of each register comes from elsewhere.
    let followedIDs = Mutex<[String: [Int64]]>([:])
    let smallGroupsCache = Mutex<[String: (size: Int64, until: Int64, groups: SmallGroups)]>([:])
    /// What draws gave, with how many records they chose among, and how many entries of the register they knew.
    let draws = Mutex<[Draw: (states: [(row: Int64, entry: Int64)], of: Int, size: Int64)]>([:])
    /// Lists as they were counted last.
    let lists = Mutex<[WholeList: CountedList]>([:])
    let statisticsCache = Mutex<[String: (size: Int64, table: CountTable)]>([:])

    // What follows belongs to the writer's thread.
    var counts: [String: CountChanges] = [:]
    private var countMarks: [String: Int] = [:]
    var textsAdded: [(table: String, words: String)] = []
    private var unitsTouched = false
    /// Registers whose counts and search index are made when a load into them ends.
    var late: Set<String> = []
    var statements: [String: PlanStatements] = [:]
    private var nextTextIDs: [String: Int64] = [:]

    /// Opens every declared register in the database and makes what is missing.
    public init(
        database: Database, journals: Journals, world: World, registers: [Register], unitRegisters: UnitRegisters,
        entitlements: [EntitlementRule] = [], limits: RegisterLimits = RegisterLimits(),
        holdsAccount: @escaping @Sendable (_ servant: String, _ connection: Connection) throws -> Bool = { _, _ in false },
        rebuilding: @escaping @Sendable (Register) -> Void = { _ in }
    ) throws {
        self.database = database
        self.journals = journals
        self.world = world
        self.registers = registers
        self.entitlements = entitlements
        self.unitRegisters = unitRegisters
        self.limits = limits
        self.holdsAccount = holdsAccount
        let plans = Dictionary(uniqueKeysWithValues: registers.map { ($0.name, Plan($0)) })
        self.plans = plans
        firstNames = Dictionary(uniqueKeysWithValues: registers.filter { $0.journal != $0.name }.map { ($0.journal, $0.name) })
        for register in registers where register.journal != register.name { journals.rename(register.journal, to: register.name) }
        try database.migrate(Registry.migration)
        let fresh = world.random(16)
        cipher = ReferenceCipher(
            key: try database.writeAndWait { connection in
                try connection.run("INSERT INTO reference_key (id, key) VALUES (1, \(fresh)) ON CONFLICT (id) DO NOTHING")
                return try connection.first("SELECT key FROM reference_key") { $0.blob(0) }!
            })
        try journals.open(Registry.declarationsJournal, names: Registry.declarationNames)
        for register in registers {
            let plan = plans[register.name]!
            try journals.open(register.name, names: plan.names)
            try database.writeAndWait { connection in
                _ = try self.declare(register, on: connection)
                if try self.bringUpToDate(plan, on: connection) { rebuilding(register) }
                try plan.createTables(connection)
                // A load into an empty register may have been cut off before its end.
                let cutOff = try connection.first("SELECT 1 FROM load WHERE register = \(register.name) AND late = 1") { _ in true } != nil
                guard cutOff else { return try plan.createIndexes(connection) }
                // While its process still runs, that load ends what it began.
                guard let lock = self.database.exclusive("load-" + plan.table) else { return }
                defer { withExtendedLifetime(lock) {} }
                try self.finishLate(plan, on: connection)
                try connection.run("UPDATE load SET late = 0 WHERE register = \(register.name)")
            }
        }
        try journals.open(Registry.readsJournal, names: Registry.readNames)
        _ = try followedRegisters()
        database.join(self)
        try reloadUnits()
    }

    static let migration = Migration(
        "registers",
        steps: [
            [
                "CREATE TABLE reference_key (id INTEGER PRIMARY KEY, key BLOB NOT NULL)",
                """
                CREATE TABLE load (id INTEGER PRIMARY KEY, register TEXT NOT NULL, file TEXT NOT NULL, author TEXT NOT NULL, \
                started INTEGER NOT NULL, ended INTEGER, added INTEGER NOT NULL, changed INTEGER NOT NULL, unchanged INTEGER NOT NULL, \
                rejected INTEGER NOT NULL, retired INTEGER NOT NULL, first_entry INTEGER, last_entry INTEGER, undoes INTEGER, \
                late INTEGER NOT NULL DEFAULT 0)
                """,
                """
                CREATE TABLE read_subject (register TEXT NOT NULL, record INTEGER NOT NULL, number INTEGER NOT NULL, \
                PRIMARY KEY (register, record, number))\(TableStyle.clustered)
                """,
                """
                CREATE TABLE idempotency (caller TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, status INTEGER NOT NULL, \
                answer BLOB NOT NULL, recorded INTEGER NOT NULL, PRIMARY KEY (caller, key))\(TableStyle.clustered)
                """,
            ],
            [
                "CREATE TABLE declaration (register TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL, version INTEGER NOT NULL, entry INTEGER NOT NULL)",
                "CREATE TABLE shape (register TEXT NOT NULL PRIMARY KEY, shape TEXT NOT NULL)",
                """
                CREATE TABLE mapping (register TEXT NOT NULL, signature TEXT NOT NULL, mapping TEXT NOT NULL, author TEXT NOT NULL, \
                recorded INTEGER NOT NULL, PRIMARY KEY (register, signature))
                """,
                """
                CREATE TABLE quality (register TEXT NOT NULL PRIMARY KEY, processed INTEGER NOT NULL, cursor INTEGER, declared TEXT NOT NULL, checked INTEGER, day INTEGER NOT NULL)
                """,
            ],
            Registry.followedTables, Registry.sourceTables, Registry.entitlementTables, Registry.possibleEntitlements,
        ])

    public var units: UnitTable { unitTable.withLock { $0 } }

    public func register(_ name: String) throws -> Register { try plan(name).register }

    func plan(_ name: String) throws -> Plan {
        if let plan = plans[name] { return plan }
        guard let now = firstNames[name], let plan = plans[now] else { throw RegisterError.unknownRegister(name) }
        return plan
    }

    /// The name under which a register's records are referred to for ever.
    func journalName(_ register: String) -> String { plans[register]?.register.journal ?? register }

    public func reading(effective: Day? = nil) -> Reading {
        let today = world.today
        return Reading(day: effective ?? today, today: today, units: units)
    }

    /// Reads the unit table again from its registers.
    public func reloadUnits() throws {
        guard let plan = plans[unitRegisters.units], let changes = plans[unitRegisters.changes] else { return }
        let table = try database.read { connection in
            UnitTable(
                units: try self.currentItems(plan, connection).compactMap { UnitTable.unit($0) },
                changes: try self.currentItems(changes, connection).compactMap { UnitTable.change($0) })
        }
        unitTable.withLock { $0 = table }
    }

    /// Every record's last content, ended or not: units live on as answers about the past.
    private func currentItems(_ plan: Plan, _ connection: Connection) throws -> [Item.Fields] {
        var last: [Int64: (since: Int64, entry: Int64)] = [:]
        for table in ["record_", "version_"] {
            try connection.each("SELECT row, since, entry FROM \(name: table + plan.table) WHERE retired = 0") { row in
                let state = (since: row.integer(1), entry: row.integer(2))
                if let known = last[row.integer(0)], known > state { return true }
                last[row.integer(0)] = state
                return true
            }
        }
        return try last.sorted { $0.key < $1.key }.compactMap { _, state in
            try journals.entry(state.entry, in: plan.register.name, on: connection).flatMap { plan.item($0) }.map {
                Item.Fields(item: $0, register: plan.register)
            }
        }
    }

    public func ref(of row: Int64, in register: String) -> String { cipher.reference(of: row, in: journalName(register)) }

    // MARK: Following the transaction

    public func mark() {
        for (name, changes) in counts { countMarks[name] = changes.count }
        textsAdded.removeAll(keepingCapacity: true)
    }

    public func returnToMark() {
        for name in counts.keys { counts[name]!.shorten(to: countMarks[name] ?? 0) }
        for added in textsAdded { statements[added.table]?.textIDs[added.words] = nil }
        if !textsAdded.isEmpty { nextTextIDs.removeAll() }
        textsAdded.removeAll()
    }

    public func willCommit(_ connection: Connection) throws {
        for name in counts.keys where !counts[name]!.isEmpty { try counts[name]!.flush(plans[name]!, connection) }
    }

    /// Grows with every commit of this process: what was made before may be stale.
    public var generation: Int { generationBox.withLock { $0 } }

    public func didCommit() {
        generationBox.withLock { $0 += 1 }
        countMarks.removeAll(keepingCapacity: true)
        if unitsTouched {
            unitsTouched = false
            // What was just committed is there to be read; a failure leaves the table as it was until the next change.
            do { try reloadUnits() } catch { unitsTouched = true }
        }
    }

    public func didRollBack() {
        counts.removeAll()
        countMarks.removeAll()
        statements.removeAll()
        nextTextIDs.removeAll()
        textsAdded.removeAll()
        // Another process may have changed units. On PostgreSQL that is noticed by asking now and then, for two servers take turns all the time.
        unitsTouched = !database.isPostgres
    }

    /// The tables of words, whose indexes each store makes in its own way.
    public var texts: [TextIndex] { plans.values.filter(\.isSearched).map(\.texts).sorted { $0.table < $1.table } }

    /// What state the city is in: every journal's size, as one text.
    public func mark(_ connection: Connection) throws -> String {
        try journals.names.map { "\($0)=\(try journals.committedSize(of: $0, on: connection))" }.joined(separator: " ")
    }

    /// Makes what is kept in memory follow other processes on the same database; asked now and then by who serves.
    public func noticeOthers() throws {
        guard let turn = try database.turn(),
            seenTurn.withLock({ seen in
                defer { seen = turn }
                return seen != turn
            })
        else { return }
        generationBox.withLock { $0 += 1 }
        let sizes = try database.read { connection in
            try [self.unitRegisters.units, self.unitRegisters.changes].map { try self.journals.committedSize(of: $0, on: connection) }
        }
        guard
            seenUnits.withLock({ seen in
                defer { seen = sizes }
                return seen != sizes
            })
        else { return }
        try journals.reloadForms()
        try reloadUnits()
    }

    /// The id of the next new text of a table.
    func takeTextID(_ table: String, on connection: Connection) throws -> Int64 {
        let next = try nextTextIDs[table] ?? connection.first("SELECT coalesce(max(id) + 1, 0) FROM \(name: table)") { $0.integer(0) }!
        nextTextIDs[table] = next + 1
        return next
    }

    func touchUnits(_ register: String) {
        if register == unitRegisters.units || register == unitRegisters.changes { unitsTouched = true }
    }
}

extension UnitTable {
    static func unit(_ fields: Item.Fields) -> Unit? {
        guard let code = fields["code"].string, let first = fields["valid_from"].day, let name = fields["name"].string,
            let level = fields["level"].string.flatMap({ Unit.Level(rawValue: $0) }), let type = fields["type"].string
        else { return nil }
        return Unit(
            code: code, firstDay: first, lastDay: fields["valid_to"].day, name: name, level: level, type: type, parent: fields["parent"].string)
    }

    static func change(_ fields: Item.Fields) -> UnitChange? {
        func id(_ text: String?) -> Unit.ID? {
            guard let text, text.utf8.count > 11, let day = Day(text.suffix(10)) else { return nil }
            return Unit.ID(code: String(text.dropLast(11)), firstDay: day)
        }
        guard let from = id(fields["old"].string), let to = id(fields["new"].string),
            let part = fields["part"].string.flatMap({ UnitChange.Part(rawValue: $0) })
        else { return nil }
        return UnitChange(
            from: from, to: to, part: part, clause: fields["clause"].integer.map(String.init) ?? "", isDefault: fields["proposed"].boolean ?? false)
    }
}
