// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// What a change expects of the record it meets.
public enum Expectation: Sendable, Equatable {
    /// The record must not exist, or have been retired: a PUT without If-Match.
    case absent
    /// The record's state is that of this entry: If-Match.
    case state(Int64)
    /// The record exists in any state: If-Match: *.
    case present
    /// Whatever is there: loads.
    case anything
}

/// One change of one record.
public struct Change: Sendable {
    public enum Content: Sendable {
        case put(Item)
        case retire
    }

    public let register: String
    public let key: String
    public let content: Content
    public let expectation: Expectation
    public let effective: Day?

    public init(_ register: String, key: String, _ content: Content, expecting expectation: Expectation, effective: Day? = nil) {
        self.register = register
        self.key = key
        self.content = content
        self.expectation = expectation
        self.effective = effective
    }
}

/// What became of a change.
public struct Outcome: Sendable {
    public enum What: String, Sendable { case added, changed, unchanged, retired }
    public let what: What
    public let register: String
    public let key: String
    public let row: Int64
    public let entry: Int64
    public let effective: Day
    public let recorded: Instant
    public let doubts: [Objection]
}

/// A record as its row shows it.
struct Current {
    let row: Int64
    let entry: Int64
    let last: Int64
    let since: Day
    let isRetired: Bool
    let text: Int64?
    let cells: [Cell]
}

extension Registry {
    // MARK: Acts

    /// Enters changes that belong together: all of them or none. What must hold across records is judged on the whole act.
    public func enter(_ changes: [Change], cause: String, by authority: Authority) async throws -> [Outcome] {
        try await prepare(changes, by: authority)
        return try await database.write { connection in try self.enter(changes, cause: cause, by: authority, load: nil, on: connection) }
    }

    /// The same for the command line and start-up.
    public func enterAndWait(_ changes: [Change], cause: String, by authority: Authority) throws -> [Outcome] {
        try database.writeAndWait { connection in try self.enter(changes, cause: cause, by: authority, load: nil, on: connection) }
    }

    func enter(_ changes: [Change], cause: String, by authority: Authority, load: Int64?, on connection: Connection) throws -> [Outcome] {
        guard changes.count <= limits.actMax else {
            throw RegisterError.badRequest(
                Text(vi: "Một việc gồm nhiều nhất \(limits.actMax) thay đổi.", en: "One act has at most \(limits.actMax) changes."))
        }
        var obligations = Obligations()
        var outcomes: [Outcome] = []
        var happenings: [Happened] = []
        for (index, change) in changes.enumerated() {
            outcomes.append(
                try enter(change, index: index, cause: cause, by: authority, load: load, obligations: &obligations, happenings: &happenings, on: connection))
        }
        try follow(happenings, by: authority, load: load, obligations: &obligations, on: connection)
        let objections = try unmet(obligations, on: connection)
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
        return outcomes
    }

    /// One change of an act. What the law attaches to another change needs no right of its own.
    func enter(
        _ change: Change, index: Int, cause: String, by authority: Authority, isLaw: Bool = false, load: Int64?, obligations: inout Obligations,
        happenings: inout [Happened], on connection: Connection
    ) throws -> Outcome {
        let plan = try plan(change.register)
        let effective = change.effective ?? world.today
        if connection.isRemote { try foresee(plan, change, on: connection) }
        let current = try current(plan, key: change.key, on: connection)
        // What holds on the day from which the change holds: its latest state, or an earlier one.
        let base = try current.flatMap { effective >= $0.since ? $0 : try state(plan, row: $0.row, on: effective, size: .max, on: connection) }
        if let objection = try followedObjection(plan, current, on: connection) { throw RegisterError.objections([objection]) }
        try check(change.expectation, current, standing: base.flatMap { $0.isRetired ? nil : $0 } ?? current.flatMap { $0.isRetired ? nil : $0 })
        let oldUnit = base.flatMap { $0.isRetired ? nil : unit(plan, $0.cells) }
        try noteTime(plan, effective, current, &obligations, on: connection)
        switch change.content {
        case .put(let item):
            var objections: [Objection] = []
            let reading = reading(effective: effective)
            plan.check(item, reading, &objections)
            guard objections.isEmpty else { throw RegisterError.objections(objections) }
            let cells = plan.columns.map { Plan.cell(item.values[$0.position], $0.field.kind) }
            let newUnit = place(plan, cells, authority)
            if !isLaw {
                try mayWrite(change.register, newUnit, authority, effective)
                // Nobody takes another unit's record by writing its own name into it.
                if let base, !base.isRetired, !plan.register.admitsArrivals { try mayWrite(change.register, place(plan, base.cells, authority), authority, effective) }
            }
            if let current, !current.isRetired,
                let stored = try journals.entry(current.entry, in: change.register, on: connection)?.content,
                stored.starts(with: plan.contentStart(item)), change.effective.map({ $0 == current.since }) ?? true
            {
                return Outcome(
                    what: .unchanged, register: change.register, key: item.key, row: current.row, entry: current.last, effective: current.since,
                    recorded: world.now(), doubts: [])
            }
            let place = try apply(
                plan, item, current: current, base: base, cells: cells, effective: effective, unit: newUnit, oldUnit: oldUnit, cause: cause,
                author: authority.id, load: load, on: connection)
            if current == nil { obligations.touched.append((change.register, place.number)) }
            try note(plan, key: item.key, before: base, after: item, effective, by: authority.author, &happenings, on: connection)
            oblige(plan, index: index, row: current?.row ?? place.number, current: current, item: item, cells: cells, &obligations)
            return Outcome(
                what: base == nil || base!.isRetired ? .added : .changed, register: change.register, key: item.key,
                row: current?.row ?? place.number, entry: place.number, effective: effective, recorded: place.recorded,
                doubts: plan.doubts(item, reading))
        case .retire:
            guard let current, let base, !base.isRetired else { throw RegisterError.noSuchRecord }
            guard effective >= current.since else {
                // A retirement under a later state would say that the record ended while it stands.
                throw RegisterError.objections([
                    Objection(
                        field: "", code: "later-state",
                        Text(
                            vi: "Hồ sơ có thay đổi từ \(current.since.written(.vietnamese)); chỉ xóa đăng ký được từ ngày ấy trở đi.",
                            en: "The record has a change from \(current.since.written(.english)); it can be retired from that day on only."))
                ])
            }
            let unit = place(plan, base.cells, authority)
            if !isLaw { try mayWrite(change.register, unit, authority, effective) }
            let place = try retire(
                plan, key: change.key, current: current, effective: effective, unit: unit, cause: cause, author: authority.id, load: load,
                on: connection)
            oblige(plan, index: index, row: current.row, current: current, item: nil, cells: current.cells, &obligations)
            obligations.retired.insert(.init(register: change.register, key: change.key))
            try note(plan, key: change.key, before: base, after: nil, effective, by: authority.author, &happenings, on: connection)
            return Outcome(
                what: .retired, register: change.register, key: change.key, row: current.row, entry: place.number, effective: effective,
                recorded: place.recorded, doubts: [])
        }
    }

    /// The record and its words, asked for together.
    private func foresee(_ plan: Plan, _ change: Change, on connection: Connection) throws {
        guard case .put(let item) = change.content, plan.isSearched else { return }
        let words = plan.words(item)
        let statements = try statements(plan, connection)
        statements.newText = nil
        guard statements.textIDs[words] == nil else { return }
        let find = SQL(plan.findText, [.text(words)])
        try connection.foresee([SQL(plan.findByKey, [.text(change.key)]), find])
        if let id = try connection.first(find, { $0.integer(0) }) { statements.textIDs[words] = id } else { statements.newText = words }
    }

    private func check(_ expectation: Expectation, _ current: Current?, standing: Current?) throws {
        switch expectation {
        case .anything: return
        case .absent: if standing != nil { throw RegisterError.exists(current: current!.last) }
        case .present: if standing == nil { throw RegisterError.precondition(current: nil) }
        case .state(let entry):
            guard let current else { throw RegisterError.precondition(current: nil) }
            guard current.last == entry else { throw RegisterError.precondition(current: current.last) }
        }
    }

    func mayWrite(_ register: String, _ unit: String, _ authority: Authority, _ day: Day) throws {
        // What belongs to no unit belongs to the city, whoever enters it.
        let place = plans[register]?.register.jurisdiction == nil ? cityUnit : unit
        guard authority.may(.write, register, unit: place, units: units, on: day) else {
            throw RegisterError.forbidden(
                Text(
                    vi: "Bạn không có quyền cập nhật sổ này cho đơn vị \(unit).", en: "You may not enter into this register for unit \(unit)."))
        }
    }

    /// Whose record it is: the unit it names; the city where it could name one and does not; else the unit that enters.
    func place(_ plan: Plan, _ cells: [Cell], _ authority: Authority) -> String {
        unit(plan, cells) ?? (plan.register.jurisdiction != nil ? cityUnit : authority.unit(for: plan.register.name) ?? cityUnit)
    }

    /// The code of the whole city.
    var cityUnit: String { "01" }

    func unit(_ plan: Plan, _ cells: [Cell]) -> String? {
        guard let index = plan.jurisdictionColumn, case .text(let code) = cells[index] else { return nil }
        return code
    }

    // MARK: One record

    func current(_ plan: Plan, key: String, on connection: Connection) throws -> Current? {
        let statement = try connection.statement(plan.findByKey)
        defer { statement.reset() }
        statement.bind(1, key)
        guard try statement.step() else { return nil }
        return current(statement.row, plan)
    }

    /// The writer's own statements, prepared once.
    private func statements(_ plan: Plan, _ connection: Connection) throws -> PlanStatements {
        if let known = statements[plan.table] { return known }
        let new = try PlanStatements(plan, journals, connection)
        statements[plan.table] = new
        return new
    }

    func current(_ row: Row, _ plan: Plan) -> Current {
        Current(
            row: row.integer(0), entry: row.integer(1), last: row.integer(2), since: Day(number: Int32(truncatingIfNeeded: row.integer(3))),
            isRetired: row.integer(4) != 0, text: row.optionalInteger(5), cells: plan.columns.indices.map { row.cell(6 + $0) })
    }

    /// Before the first record of a register: its texts are all known, for there are none.
    func startTexts(_ plan: Plan, on connection: Connection) throws {
        guard plan.isSearched, connection.isRemote else { return }
        let isEmpty = try connection.first("SELECT 1 FROM \(name: plan.texts.table) LIMIT 1") { _ in true } == nil
        let statements = try statements(plan, connection)
        statements.textIDs.removeAll()
        statements.knowsAllTexts = isEmpty
    }

    /// Enters a state. A change of the unit in charge makes two entries in one commit: the old unit's departure and the new one's arrival.
    func apply(
        _ plan: Plan, _ item: Item, current: Current?, base: Current?, cells: [Cell], effective: Day, unit: String, oldUnit: String?, cause: String, author: String,
        load: Int64?, on connection: Connection
    ) throws -> Journals.Place {
        let writing = try statements(plan, connection)
        let form = writing.form
        let sealer = writing.sealer
        var current = current
        var arrivalCause = cause
        if let oldUnit, oldUnit != unit, let standing = current, let base,
            let stored = try journals.entry(base.entry, in: plan.register.name, on: connection).flatMap({ plan.item($0) })
        {
            let departure = sealer.seal(content: plan.content(stored, author: author, cause: "departs:\(unit):\(cause)"), effective: effective)
            let place = try journals.append(
                departure, form: form, to: plan.register.name, record: standing.row, previous: standing.last, effective: effective, unit: oldUnit,
                load: load, on: connection)
            try keep(plan, standing, number: place.number, effective: effective, isRetirement: false, text: base.text, cells: base.cells, key: item.key, on: connection)
            let isLatest = effective >= standing.since
            current = Current(
                row: standing.row, entry: isLatest ? place.number : standing.entry, last: place.number, since: max(effective, standing.since),
                isRetired: isLatest ? false : standing.isRetired, text: isLatest ? base.text : standing.text, cells: isLatest ? base.cells : standing.cells)
            arrivalCause = "arrives:\(oldUnit):\(cause)"
        }
        let sealed = sealer.seal(content: plan.content(item, author: author, cause: arrivalCause), effective: effective)
        return try enter(
            sealed, form, plan, key: item.key, words: plan.isSearched ? plan.words(item) : nil, current: current, cells: cells, effective: effective,
            unit: unit, load: load, on: connection)
    }

    /// Appends a sealed state and brings the record's row, its older states, words and counts along.
    func enter(
        _ sealed: SealedEntry, _ form: Form, _ plan: Plan, key: String, words: String?, current: Current?, cells: [Cell], effective: Day, unit: String,
        load: Int64?, on connection: Connection
    ) throws -> Journals.Place {
        let place = try journals.append(
            sealed, form: form, to: plan.register.name, record: current?.row, previous: current?.last, effective: effective, unit: unit, load: load,
            on: connection)
        try settle(
            plan, key: key, words: words, current: current, cells: cells, effective: effective, number: place.number, isRetirement: form.isRetirement, on: connection)
        return place
    }

    /// Brings a record's row, older states, words and counts to what the entry says.
    func settle(
        _ plan: Plan, key: String, words: String?, current: Current?, cells: [Cell], effective: Day, number: Int64, isRetirement: Bool, on connection: Connection
    ) throws {
        let text = try words.map { try textID($0, plan, on: connection) }
        if let current {
            try keep(plan, current, number: number, effective: effective, isRetirement: isRetirement, text: text, cells: cells, key: key, on: connection)
        } else {
            let insert = try statements(plan, connection).insertRecord
            insert.bind(1, number)
            insert.bind(2, key)
            insert.bind(3, number)
            insert.bind(4, number)
            insert.bind(5, Int64(effective.number))
            insert.bind(6, Int64(0))
            if let text { insert.bind(7, text) } else { insert.bindNull(7) }
            for (index, cell) in cells.enumerated() { insert.bind(8 + index, cell) }
            try insert.done()
            count(plan, cells, from: effective, delta: 1, isInTotal: true)
        }
        if effective > world.today { try addPending(plan, row: current?.row ?? number, since: effective, on: connection) }
        touchUnits(plan.register.name)
    }

    func retire(
        _ plan: Plan, key: String, current: Current, effective: Day, unit: String, cause: String, author: String, load: Int64?,
        on connection: Connection
    ) throws -> Journals.Place {
        let writing = try statements(plan, connection)
        let form = writing.retirementForm
        let sealer = writing.retirementSealer
        var content: [UInt8] = [0x5B]
        for text in [key, author, cause] {
            JSON.write(text, to: &content)
            content.append(0x2C)
        }
        content += Array("true]".utf8)
        return try enter(
            sealer.seal(content: content, effective: effective), form, plan, key: key, words: nil, current: current, cells: current.cells,
            effective: effective, unit: unit, load: load, on: connection)
    }

    /// Puts a new state beside the ones the record had.
    private func keep(
        _ plan: Plan, _ current: Current, number: Int64, effective: Day, isRetirement: Bool, text: Int64?, cells: [Cell], key: String,
        on connection: Connection
    ) throws {
        let columns = plan.columnList
        if effective >= current.since {
            let move = try connection.statement(
                """
                INSERT INTO version_\(plan.table) (entry, row, key, since, retired, text\(columns)) \
                SELECT entry, row, key, since, retired, text\(columns) FROM record_\(plan.table) WHERE row = ?
                """)
            move.bind(1, current.row)
            try move.done()
            let update = try connection.statement(
                """
                UPDATE record_\(plan.table) SET entry = ?, last = ?, since = ?, retired = ?, text = ?\
                \(plan.columns.map { ", \($0.name) = ?" }.joined()) WHERE row = ?
                """)
            update.bind(1, number)
            update.bind(2, number)
            update.bind(3, Int64(effective.number))
            update.bind(4, isRetirement ? 1 : 0)
            if let text { update.bind(5, text) } else { update.bindNull(5) }
            for (index, cell) in cells.enumerated() { update.bind(6 + index, cell) }
            update.bind(6 + cells.count, current.row)
            try update.done()
            // Nothing counted changed: nothing to count, and no day on which a count changed.
            if plan.isCounted, !current.isRetired, !isRetirement, plan.cell(current.cells) == plan.cell(cells), plan.ending(current.cells) == plan.ending(cells) { return }
            if !current.isRetired { count(plan, current.cells, from: effective, delta: -1, isInTotal: true) }
            if !isRetirement { count(plan, cells, from: effective, delta: 1, isInTotal: true) }
            return
        }
        // Known late, true earlier: the latest state stays, and what holds between this day and the next state changes.
        let before = try state(plan, row: current.row, on: effective, size: number, on: connection)
        let next = try nextSince(plan, row: current.row, after: effective, on: connection) ?? current.since
        let insert = try connection.statement(
            """
            INSERT INTO version_\(plan.table) (entry, row, key, since, retired, text\(columns)) \
            VALUES (?, ?, ?, ?, ?, ?\(String(repeating: ", ?", count: cells.count)))
            """)
        insert.bind(1, number)
        insert.bind(2, current.row)
        insert.bind(3, key)
        insert.bind(4, Int64(effective.number))
        insert.bind(5, isRetirement ? 1 : 0)
        if let text { insert.bind(6, text) } else { insert.bindNull(6) }
        for (index, cell) in cells.enumerated() { insert.bind(7 + index, cell) }
        try insert.done()
        try connection.run("UPDATE record_\(name: plan.table) SET last = \(number) WHERE row = \(current.row)")
        if let before, !before.isRetired { count(plan, before.cells, from: effective, until: next, delta: -1, isInTotal: false) }
        if !isRetirement { count(plan, cells, from: effective, until: next, delta: 1, isInTotal: false) }
    }

    /// Counts a state from a day on, until another or until its own end.
    private func count(_ plan: Plan, _ cells: [Cell], from first: Day, until next: Day? = nil, delta: Int, isInTotal: Bool) {
        guard plan.isCounted, !late.contains(plan.register.name) else { return }
        let ending = plan.ending(cells)
        if let ending, ending <= first { return }
        let (cell, ordinal) = plan.cell(cells)
        func add(_ day: Day, _ delta: Int) {
            counts[plan.register.name, default: CountChanges()].add(cell, ordinal: ordinal, effective: day, delta: delta, isInTotal: isInTotal)
        }
        add(first, delta)
        if let end = [next, ending].compactMap({ $0 }).min() { add(end, -delta) }
    }

    private func addPending(_ plan: Plan, row: Int64, since: Day, on connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO pending_\(name: plan.table) (row, since) VALUES (\(row), \(since)) \
            ON CONFLICT (row) DO UPDATE SET since = CASE WHEN excluded.since > pending_\(name: plan.table).since THEN excluded.since \
            ELSE pending_\(name: plan.table).since END
            """)
    }

    func textID(_ words: String, _ plan: Plan, on connection: Connection) throws -> Int64 {
        let table = plan.texts.table
        let statements = try statements(plan, connection)
        if let known = statements.textIDs[words] { return known }
        var id: Int64?
        if !statements.knowsAllTexts, statements.newText != words {
            let find = statements.findText
            find.bind(1, words)
            id = try find.step() ? find.row.integer(0) : nil
            find.reset()
        }
        if id == nil {
            let next = try takeTextID(table, on: connection)
            if late.contains(plan.register.name) {
                try plan.texts.addUnindexed(words, id: next, on: connection)
            } else {
                try plan.texts.add(words, id: next, on: connection)
            }
            statements.newText = nil
            textsAdded.append((plan.table, words))
            id = next
        }
        if statements.textIDs.count >= (statements.knowsAllTexts ? 1_000_000 : 200_000) {
            statements.textIDs.removeAll()
            statements.knowsAllTexts = false
        }
        statements.textIDs[words] = id
        return id!
    }

    // MARK: States along time

    /// The state that holds on a day, as the first `size` entries tell it.
    func state(_ plan: Plan, row: Int64, on day: Day, size: Int64, on connection: Connection) throws -> Current? {
        let statement = try connection.statement(
            """
            SELECT row, entry, entry, since, retired, text\(plan.columnList) FROM record_\(plan.table) WHERE row = ? AND since <= ? AND entry < ? \
            UNION ALL SELECT row, entry, entry, since, retired, text\(plan.columnList) FROM version_\(plan.table) \
            WHERE row = ? AND since <= ? AND entry < ? ORDER BY 4 DESC, 2 DESC LIMIT 1
            """)
        defer { statement.reset() }
        for (index, value) in [row, Int64(day.number), size, row, Int64(day.number), size].enumerated() { statement.bind(index + 1, value) }
        return try statement.step() ? current(statement.row, plan) : nil
    }

    private func nextSince(_ plan: Plan, row: Int64, after day: Day, on connection: Connection) throws -> Day? {
        try connection.first(
            """
            SELECT min(since) FROM (SELECT since FROM record_\(name: plan.table) WHERE row = \(row) AND since > \(day) \
            UNION ALL SELECT since FROM version_\(name: plan.table) WHERE row = \(row) AND since > \(day)) AS later
            """
        ) { $0.optionalInteger(0).map { Day(number: Int32(truncatingIfNeeded: $0)) } } ?? nil
    }
}

/// The statements that every new record needs.
final class PlanStatements {
    let insertRecord: Statement
    let findText: Statement
    /// Texts met lately.
    var textIDs: [String: Int64] = [:]
    /// While the first records of a register come, and nothing met was forgotten: then what is not known is new.
    var knowsAllTexts = false
    /// Words that were just looked for and are not there.
    var newText: String?

    let form: Form
    let sealer: Sealer
    let retirementForm: Form
    let retirementSealer: Sealer

    init(_ plan: Plan, _ journals: Journals, _ connection: Connection) throws {
        form = try journals.form(of: plan.register.name, names: plan.names)
        sealer = journals.sealer(for: form)
        retirementForm = try journals.retirementForm(of: plan.register.name, key: plan.register.key.name)
        retirementSealer = journals.sealer(for: retirementForm)
        insertRecord = try connection.statement(
            """
            INSERT INTO record_\(plan.table) (row, key, entry, last, since, retired, text\(plan.columnList)) \
            VALUES (?, ?, ?, ?, ?, ?, ?\(String(repeating: ", ?", count: plan.columns.count)))
            """)
        findText = try connection.statement(plan.isSearched ? plan.findText : "SELECT 1")
    }
}
