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

/// What must hold when an act is complete.
struct Obligations {
    struct Group: Hashable {
        let register: String
        let value: String
    }
    struct Reference {
        let register: String
        let field: Field
        let key: String
        let change: Int
    }
    struct Retired: Hashable {
        let register: String
        let key: String
    }

    var groups: Set<Group> = []
    var references: [Reference] = []
    var retired: Set<Retired> = []
    var agreements: [(register: String, row: Int64)] = []
    var unitMoves: Set<Retired> = []
}

extension Registry {
    // MARK: Acts

    /// Enters changes that belong together: all of them or none. What must hold across records is judged on the whole act.
    public func enter(_ changes: [Change], cause: String, by authority: Authority) async throws -> [Outcome] {
        try await database.write { connection in try self.enter(changes, cause: cause, by: authority, load: nil, on: connection) }
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
        for (index, change) in changes.enumerated() {
            outcomes.append(
                try enter(change, index: index, cause: cause, by: authority, load: load, obligations: &obligations, on: connection))
        }
        let objections = try unmet(obligations, on: connection)
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
        return outcomes
    }

    private func enter(
        _ change: Change, index: Int, cause: String, by authority: Authority, load: Int64?, obligations: inout Obligations, on connection: Connection
    ) throws -> Outcome {
        let plan = try plan(change.register)
        let effective = change.effective ?? world.today
        let current = try current(plan, key: change.key, on: connection)
        try check(change.expectation, current)
        let oldUnit = current.flatMap { $0.isRetired ? nil : unit(plan, $0.cells) }
        switch change.content {
        case .put(let item):
            var objections: [Objection] = []
            let reading = reading(effective: effective)
            plan.check(item, reading, &objections)
            guard objections.isEmpty else { throw RegisterError.objections(objections) }
            let cells = plan.columns.map { Plan.cell(item.values[$0.position], $0.field.kind) }
            let newUnit = unit(plan, cells) ?? authority.unit(for: change.register) ?? cityUnit
            try mayWrite(change.register, newUnit, authority, effective)
            if let current, !current.isRetired,
                let stored = try journals.entry(current.entry, in: change.register, on: connection)?.content,
                stored.starts(with: plan.contentStart(item)), change.effective.map({ $0 == current.since }) ?? true
            {
                return Outcome(
                    what: .unchanged, register: change.register, key: item.key, row: current.row, entry: current.entry, effective: current.since,
                    recorded: world.now(), doubts: [])
            }
            let place = try apply(
                plan, item, current: current, cells: cells, effective: effective, unit: newUnit, oldUnit: oldUnit, cause: cause,
                author: authority.id, load: load, on: connection)
            oblige(plan, index: index, row: current?.row ?? place.number, current: current, item: item, cells: cells, &obligations)
            return Outcome(
                what: current == nil || current!.isRetired ? .added : .changed, register: change.register, key: item.key,
                row: current?.row ?? place.number, entry: place.number, effective: effective, recorded: place.recorded,
                doubts: plan.doubts(item, reading))
        case .retire:
            guard let current, !current.isRetired else { throw RegisterError.noSuchRecord }
            let unit = oldUnit ?? authority.unit(for: change.register) ?? cityUnit
            try mayWrite(change.register, unit, authority, effective)
            let place = try retire(
                plan, key: change.key, current: current, effective: effective, unit: unit, cause: cause, author: authority.id, load: load,
                on: connection)
            oblige(plan, index: index, row: current.row, current: current, item: nil, cells: current.cells, &obligations)
            obligations.retired.insert(.init(register: change.register, key: change.key))
            return Outcome(
                what: .retired, register: change.register, key: change.key, row: current.row, entry: place.number, effective: effective,
                recorded: place.recorded, doubts: [])
        }
    }

    private func check(_ expectation: Expectation, _ current: Current?) throws {
        let standing = current.flatMap { $0.isRetired ? nil : $0 }
        switch expectation {
        case .anything: return
        case .absent: if let standing { throw RegisterError.exists(current: standing.entry) }
        case .present: if standing == nil { throw RegisterError.precondition(current: nil) }
        case .state(let entry):
            guard let current else { throw RegisterError.precondition(current: nil) }
            guard current.entry == entry else { throw RegisterError.precondition(current: current.entry) }
        }
    }

    func mayWrite(_ register: String, _ unit: String, _ authority: Authority, _ day: Day) throws {
        guard authority.may(.write, register, unit: unit, units: units, on: day) else {
            throw RegisterError.forbidden(
                Text(
                    vi: "Bạn không có quyền cập nhật sổ này cho đơn vị \(unit).", en: "You may not enter into this register for unit \(unit)."))
        }
    }

    /// The code of the whole city.
    var cityUnit: String { "01" }

    func unit(_ plan: Plan, _ cells: [Cell]) -> String? {
        guard let index = plan.columns.firstIndex(where: { $0.field.isJurisdiction }), case .text(let code) = cells[index] else { return nil }
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
        let new = try PlanStatements(plan, connection)
        statements[plan.table] = new
        return new
    }

    func current(_ row: Row, _ plan: Plan) -> Current {
        Current(
            row: row.integer(0), entry: row.integer(1), last: row.integer(2), since: Day(number: Int32(truncatingIfNeeded: row.integer(3))),
            isRetired: row.integer(4) != 0, text: row.optionalInteger(5), cells: plan.columns.indices.map { row.cell(6 + $0) })
    }

    /// Enters a state. A change of the unit in charge makes two entries in one commit: the old unit's departure and the new one's arrival.
    func apply(
        _ plan: Plan, _ item: Item, current: Current?, cells: [Cell], effective: Day, unit: String, oldUnit: String?, cause: String, author: String,
        load: Int64?, on connection: Connection
    ) throws -> Journals.Place {
        let form = try journals.form(of: plan.register.name, names: plan.names)
        let sealer = journals.sealer(for: form)
        var current = current
        var arrivalCause = cause
        if let oldUnit, oldUnit != unit, let standing = current,
            let stored = try journals.entry(standing.entry, in: plan.register.name, on: connection).flatMap({ plan.item($0) })
        {
            let departure = sealer.seal(content: plan.content(stored, author: author, cause: "departs:\(unit):\(cause)"), effective: effective)
            let place = try journals.append(
                departure, form: form, to: plan.register.name, record: standing.row, previous: standing.last, effective: effective, unit: oldUnit,
                load: load, on: connection)
            try keep(plan, standing, number: place.number, effective: effective, isRetirement: false, text: standing.text, cells: standing.cells, key: item.key, on: connection)
            current = Current(
                row: standing.row, entry: effective >= standing.since ? place.number : standing.entry, last: place.number,
                since: max(effective, standing.since), isRetired: standing.isRetired, text: standing.text, cells: standing.cells)
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
        let text = try words.map { try textID($0, plan, on: connection) }
        if let current {
            try keep(plan, current, number: place.number, effective: effective, isRetirement: form.isRetirement, text: text, cells: cells, key: key, on: connection)
        } else {
            let insert = try statements(plan, connection).insertRecord
            insert.bind(1, place.number)
            insert.bind(2, key)
            insert.bind(3, place.number)
            insert.bind(4, place.number)
            insert.bind(5, Int64(effective.number))
            if let text { insert.bind(6, text) } else { insert.bindNull(6) }
            for (index, cell) in cells.enumerated() { insert.bind(7 + index, cell) }
            try insert.done()
            count(plan, cells, effective: effective, delta: 1, isInTotal: true)
        }
        if effective > world.today { try addPending(plan, row: current?.row ?? place.number, since: effective, on: connection) }
        touchUnits(plan.register.name)
        return place
    }

    func retire(
        _ plan: Plan, key: String, current: Current, effective: Day, unit: String, cause: String, author: String, load: Int64?,
        on connection: Connection
    ) throws -> Journals.Place {
        let form = try journals.retirementForm(of: plan.register.name, key: plan.register.key.name)
        let sealer = journals.sealer(for: form)
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
            if !current.isRetired { count(plan, current.cells, effective: effective, delta: -1, isInTotal: true) }
            if !isRetirement { count(plan, cells, effective: effective, delta: 1, isInTotal: true) }
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
        for (day, sign) in [(effective, 1), (next, -1)] {
            if let before, !before.isRetired { count(plan, before.cells, effective: day, delta: -sign, isInTotal: false) }
            if !isRetirement { count(plan, cells, effective: day, delta: sign, isInTotal: false) }
        }
    }

    private func count(_ plan: Plan, _ cells: [Cell], effective: Day, delta: Int, isInTotal: Bool) {
        guard plan.isCounted, !late.contains(plan.register.name) else { return }
        let (cell, ordinal) = plan.cell(cells)
        counts[plan.register.name, default: CountChanges()].add(cell, ordinal: ordinal, effective: effective, delta: delta, isInTotal: isInTotal)
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
        if let known = textIDs[table]?[words] { return known }
        let find = try statements(plan, connection).findText
        find.bind(1, words)
        var id: Int64? = try find.step() ? find.row.integer(0) : nil
        find.reset()
        if id == nil {
            let next = try takeTextID(table, on: connection)
            if late.contains(plan.register.name) {
                try plan.texts.addUnindexed(words, id: next, on: connection)
            } else {
                try plan.texts.add(words, id: next, on: connection)
            }
            textsAdded.append((table, words))
            id = next
        }
        if textIDs[table, default: [:]].count >= 300_000 { textIDs[table] = [:] }
        textIDs[table, default: [:]][words] = id
        return id!
    }

    // MARK: What must hold

    func oblige(_ plan: Plan, index: Int, row: Int64, current: Current?, item: Item?, cells: [Cell], _ obligations: inout Obligations) {
        let name = plan.register.name
        if let rule = plan.register.groupRule, let column = plan.columns.firstIndex(where: { $0.field.name == rule.group }) {
            if let current, !current.isRetired, case .text(let value) = current.cells[column] {
                obligations.groups.insert(.init(register: name, value: value))
            }
            if item != nil, case .text(let value) = cells[column] { obligations.groups.insert(.init(register: name, value: value)) }
        }
        guard let item else { return }
        for (position, field) in plan.register.fields.enumerated() {
            guard field.kind.isReference, let key = item.values[position].string else { continue }
            obligations.references.append(.init(register: name, field: field, key: key, change: index))
        }
        if !plan.register.agreements.isEmpty { obligations.agreements.append((name, row)) }
        if plans.values.contains(where: { $0.register.agreements.contains { refers($0, to: name) } }), current != nil {
            obligations.unitMoves.insert(.init(register: name, key: item.key))
        }
    }

    private func refers(_ agreement: Agreement, to register: String) -> Bool {
        plans.values.contains { $0.register.field(agreement.reference)?.kind.referencedRegister == register }
    }

    /// Everything an act leaves undone: all of it at once.
    func unmet(_ obligations: Obligations, on connection: Connection) throws -> [Objection] {
        var objections: [Objection] = []
        for reference in obligations.references {
            let target = reference.field.kind.referencedRegister!
            guard try !isStanding(target, key: reference.key, on: connection) else { continue }
            objections.append(
                Objection(
                    field: reference.field.name, code: "reference",
                    Text(
                        vi: "Không có hồ sơ “\(reference.key.shortened)” trong \((try plan(target)).register.title.vi.lowercased()).",
                        en: "There is no record “\(reference.key.shortened)” in \((try plan(target)).register.title.en.lowercased()).")))
        }
        for group in obligations.groups { if let objection = try unmet(group, on: connection) { objections.append(objection) } }
        for (register, row) in obligations.agreements { objections += try disagreements(plan(register), row: row, on: connection) }
        for moved in obligations.unitMoves { objections += try leftBehind(moved, on: connection) }
        for retired in obligations.retired { if let objection = try stillNeeded(retired, on: connection) { objections.append(objection) } }
        return objections
    }

    func isStanding(_ register: String, key: String, on connection: Connection) throws -> Bool {
        let statement = try connection.statement("SELECT 1 FROM record_\(try plan(register).table) WHERE key = ? AND retired = 0")
        defer { statement.reset() }
        statement.bind(1, key)
        return try statement.step()
    }

    /// How many members a group has, and how many of them have the one value.
    func members(of value: String, _ plan: Plan, on connection: Connection) throws -> (heads: Int64, members: Int64) {
        let rule = plan.register.groupRule!
        let statement = try connection.statement(
            """
            SELECT coalesce(sum(CASE WHEN c_\(rule.field) = ? THEN 1 ELSE 0 END), 0), count(*) FROM record_\(plan.table) \
            WHERE c_\(rule.group) = ? AND retired = 0
            """)
        defer { statement.reset() }
        statement.bind(1, rule.value)
        statement.bind(2, value)
        guard try statement.step() else { return (0, 0) }
        return (statement.row.integer(0), statement.row.integer(1))
    }

    private func unmet(_ group: Obligations.Group, on connection: Connection) throws -> Objection? {
        let plan = try plan(group.register)
        let rule = plan.register.groupRule!
        let (heads, members) = try members(of: group.value, plan, on: connection)
        if members == 0 || heads == 1 { return nil }
        let text = heads == 0 ? rule.missing : rule.several
        return Objection(
            field: rule.field, code: heads == 0 ? "group-missing" : "group-several",
            Text(vi: "\(text.vi) (\(group.value))", en: "\(text.en) (\(group.value))"))
    }

    private func disagreements(_ plan: Plan, row: Int64, on connection: Connection) throws -> [Objection] {
        var objections: [Objection] = []
        for agreement in plan.register.agreements {
            guard let target = plan.register.field(agreement.reference)?.kind.referencedRegister else { continue }
            let other = try self.plan(target)
            let differs = try connection.first(
                """
                SELECT 1 FROM record_\(name: plan.table) r JOIN record_\(name: other.table) o ON o.key = r.c_\(name: agreement.reference) \
                WHERE r.row = \(row) AND r.retired = 0 AND o.retired = 0 AND o.c_\(name: agreement.other) <> r.c_\(name: agreement.field)
                """
            ) { _ in true }
            if differs != nil { objections.append(Objection(field: agreement.field, code: "agreement", agreement.text)) }
        }
        return objections
    }

    /// A household that moves takes its members along.
    private func leftBehind(_ moved: Obligations.Retired, on connection: Connection) throws -> [Objection] {
        var objections: [Objection] = []
        let target = try plan(moved.register)
        for plan in plans.values {
            for agreement in plan.register.agreements where plan.register.field(agreement.reference)?.kind.referencedRegister == moved.register {
                let left =
                    try connection.first(
                        """
                        SELECT count(*) FROM record_\(name: plan.table) r JOIN record_\(name: target.table) o ON o.key = r.c_\(name: agreement.reference) \
                        WHERE r.c_\(name: agreement.reference) = \(moved.key) AND r.retired = 0 AND o.retired = 0 \
                        AND o.c_\(name: agreement.other) <> r.c_\(name: agreement.field)
                        """
                    ) { $0.integer(0) } ?? 0
                if left > 0 { objections.append(Objection(field: agreement.other, code: "agreement", agreement.text)) }
            }
        }
        return objections
    }

    /// What others still refer to cannot be retired.
    private func stillNeeded(_ retired: Obligations.Retired, on connection: Connection) throws -> Objection? {
        guard try !isStanding(retired.register, key: retired.key, on: connection) else { return nil }
        for plan in plans.values.sorted(by: { $0.register.name < $1.register.name }) {
            for column in plan.columns where column.field.kind.referencedRegister == retired.register {
                let users =
                    try connection.first(
                        "SELECT count(*) FROM record_\(name: plan.table) WHERE \(name: column.name) = \(retired.key) AND retired = 0"
                    ) { $0.integer(0) } ?? 0
                if users > 0 {
                    return Objection(
                        field: "", code: "still-referenced",
                        Text(
                            vi: "Còn \(users) hồ sơ trong \(plan.register.title.vi.lowercased()) dẫn tới hồ sơ này; chưa thể xóa đăng ký.",
                            en: "\(users) records in \(plan.register.title.en.lowercased()) still refer to this one; it cannot be retired yet."))
                }
            }
        }
        return nil
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

    init(_ plan: Plan, _ connection: Connection) throws {
        insertRecord = try connection.statement(
            """
            INSERT INTO record_\(plan.table) (row, key, entry, last, since, retired, text\(plan.columnList)) \
            VALUES (?, ?, ?, ?, ?, 0, ?\(String(repeating: ", ?", count: plan.columns.count)))
            """)
        findText = try connection.statement(plan.isSearched ? "SELECT id FROM \(plan.texts.table) WHERE words = ?" : "SELECT 1")
    }
}
