// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// How many records need a look for one reason.
public struct FindingCount: Sendable {
    public let code: String
    public let sort: Check.Sort
    public let text: Text
    public let count: Int
    /// By unit, for registers whose records belong to units.
    public let byUnit: [String: Int]
}

/// The state of a register's quality: what was found, and how far the looking has come.
public struct QualityReport: Sendable {
    public let findings: [FindingCount]
    public let records: Int
    /// From 0 to 1 while the whole register is looked at; nil when that is done.
    public let progress: Double?
    public let checked: Instant?
}

extension Registry {
    /// A person's page waits for so many new entries at most; more are looked at by and by.
    static let inspectedAtOnce: Int64 = 500

    // MARK: What was found

    public func quality(_ register: String, for authority: Authority) throws -> QualityReport {
        let plan = try plan(register)
        try mayInspect(plan, authority)
        try catchUp(plan)
        let scope = scope(plan, authority).map(Set.init)
        // Who may not see persons is not told of so few that they could be recognised.
        let isGuarded = plan.register.allFields.contains { $0.privacy == .personal } && wideSight(plan, authority) < .personal && !authority.may(.personal, register)
        return try database.read { connection in
            let state = try connection.first("SELECT cursor, checked FROM quality WHERE register = \(plan.register.journal)") { ($0.optionalInteger(0), $0.optionalInteger(1)) }
            var sums: [String: [String: Int]] = [:]
            let today = self.world.today
            try connection.each("SELECT code, unit, sum(n) FROM finding_count_\(name: plan.table) WHERE since <= \(today) GROUP BY code, unit") { row in
                let unit = row.text(1)
                let count = Int(row.integer(2))
                if scope?.contains(unit) ?? true, !isGuarded || count >= self.limits.smallGroup { sums[row.text(0), default: [:]][unit] = count }
                return true
            }
            let findings = plan.reasons.map { reason in
                let units = sums[reason.code] ?? [:]
                return FindingCount(code: reason.code, sort: reason.sort, text: reason.text, count: units.values.reduce(0, +), byUnit: units)
            }
            let last = try connection.first("SELECT coalesce(max(row), 0) FROM record_\(name: plan.table)") { $0.integer(0) }!
            let progress: Double? = state == nil ? 0 : state!.1 != nil ? nil : state!.0.map { max(0, Double($0)) / Double(max(1, last)) }
            return QualityReport(
                findings: findings, records: try self.size(of: register, on: connection), progress: progress.map { min(1, $0) },
                checked: state.flatMap { $0.1 }.map { Instant(milliseconds: $0) })
        }
    }

    /// What a finding's code says.
    public func reason(_ code: String, of register: String) throws -> Text? { try plan(register).reasons.first { $0.code == code }?.text }

    func mayInspect(_ plan: Plan, _ authority: Authority) throws {
        guard authority.may(.read, plan.register.name) || authority.may(.personal, plan.register.name) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho cán bộ được phân quyền ở sổ này.", "en": "This page is for officers with a right to this register."])
        }
    }

    /// Looks at what was entered since, when it is little, or begins to look at the whole register.
    func catchUp(_ plan: Plan) throws { try catchUp([plan]) }

    /// The same for several registers, asking once how far each has been looked at.
    func catchUp(_ plans: [Plan]) throws {
        let near = registers.filter { register in plans.contains { $0.register.name == register.name || concerns(register, $0.register) } }
        let behind = try database.read { connection in
            let done = Dictionary(
                uniqueKeysWithValues: try connection.all("SELECT register, processed FROM quality WHERE cursor IS NULL") { ($0.text(0), $0.integer(1)) })
            return try near.filter { register in
                guard let looked = done[register.journal] else { return false }
                let waiting = try self.journals.committedSize(of: register.name, on: connection) - looked
                return waiting > 0 && waiting <= Registry.inspectedAtOnce
            }
        }
        for register in behind { try inspectNew(try self.plan(register.name), entriesMax: Registry.inspectedAtOnce) }
    }

    /// Whether a change in one register can change what is found in the other.
    private func concerns(_ changed: Register, _ found: Register) -> Bool {
        found.fields.contains { $0.kind.referencedRegister == changed.name } || changed.fields.contains { $0.kind.referencedRegister == found.name }
    }

    // MARK: Looking

    /// Looks at everything that waits, register by register, a piece at a time. True when something was left to do.
    /// Runs beside the server, or from the command line.
    public func inspect(_ only: String? = nil, until isStopped: () -> Bool = { false }, progress: (String, Double) -> Void = { _, _ in }) throws -> Bool {
        var worked = false
        for register in registers where (only == nil || register.name == only) && !isStopped() {
            let plan = try plan(register.name)
            while !isStopped() {
                guard let step = try inspectPiece(plan) else { break }
                worked = true
                progress(register.name, step)
            }
        }
        return worked
    }

    /// One piece of work on a register: a share of the first look at everything, or entries that came since. Nil when there is nothing to do.
    private func inspectPiece(_ plan: Plan) throws -> Double? {
        let name = plan.register.journal
        let (state, declared, size, last) = try database.read { connection in
            (
                try connection.first("SELECT processed, cursor, declared, day FROM quality WHERE register = \(name)") {
                    ($0.integer(0), $0.optionalInteger(1), $0.text(2), $0.integer(3))
                },
                try connection.first("SELECT hash FROM declaration WHERE register = \(name)") { $0.text(0) } ?? "",
                try self.journals.committedSize(of: plan.register.name, on: connection),
                try connection.first("SELECT coalesce(max(row), -1) FROM record_\(name: plan.table)") { $0.integer(0) }!
            )
        }
        // While a load into an empty register runs its indexes are not there.
        let isLoading = try database.read { try $0.first("SELECT 1 FROM load WHERE register = \(plan.register.name) AND late = 1") { _ in true } != nil }
        if isLoading { return nil }
        // Ages and terms pass without an entry: once a day everything is looked at again, keeping what is there meanwhile.
        if let state, state.2 == declared, state.1 == nil, state.3 < Int64(world.today.number) {
            let today = world.today
            try database.writeAndWait { try $0.run("UPDATE quality SET cursor = -1, day = \(today) WHERE register = \(name)") }
            return 0
        }
        guard let state, state.2 == declared else {
            let today = world.today
            try database.writeAndWait { connection in
                for table in ["finding_", "finding_count_"] { try connection.run("DELETE FROM \(name: table + plan.table)") }
                try connection.run(
                    """
                    INSERT INTO quality (register, processed, cursor, declared, checked, day) VALUES (\(name), \(size), -1, \(declared), NULL, \(today)) \
                    ON CONFLICT (register) DO UPDATE SET processed = excluded.processed, cursor = -1, declared = excluded.declared, checked = NULL, day = excluded.day
                    """)
            }
            return 0
        }
        if let cursor = state.1 { return try inspectWhole(plan, after: cursor, last: last) }
        guard size > state.0 else { return nil }
        try inspectNew(plan, entriesMax: Registry.inspectedAtOnce)
        return 1
    }

    private static let rowsAtOnce = 2000

    private func inspectWhole(_ plan: Plan, after cursor: Int64, last: Int64) throws -> Double {
        let name = plan.register.journal
        let found = try database.read { connection in
            let rows = try connection.all("SELECT row FROM record_\(name: plan.table) WHERE row > \(cursor) ORDER BY row LIMIT \(Self.rowsAtOnce)") { $0.integer(0) }
            let findings = try rows.flatMap { try self.findings(plan, row: $0, withTwins: false, on: connection) }
            let isAgain = try connection.first("SELECT checked FROM quality WHERE register = \(name)") { $0.optionalInteger(0) } ?? nil
            return (
                rows: isAgain == nil ? [] : rows, findings: findings, next: rows.last, isDone: rows.count < Self.rowsAtOnce,
                twins: rows.count < Self.rowsAtOnce ? try self.allTwins(plan, on: connection) : []
            )
        }
        let now = world.now()
        try database.writeAndWait { connection in
            for row in found.rows { try self.forget(row, of: plan, keepingTwins: true, on: connection) }
            try self.keep(found.findings + found.twins, of: plan, on: connection)
            let next: Int64? = found.isDone ? nil : found.next
            try connection.run("UPDATE quality SET cursor = \(next) WHERE register = \(name)")
            if found.isDone { try connection.run("UPDATE quality SET checked = \(now) WHERE register = \(name)") }
        }
        return found.isDone ? 1 : Double(found.next ?? 0) / Double(max(1, last))
    }

    /// Looks again at every record that new entries touched, and at those beside it. The looking is done in a read, so that the writer is
    /// kept only for what was found; whatever is entered meanwhile is looked at by the next piece.
    private func inspectNew(_ plan: Plan, entriesMax: Int64) throws {
        let name = plan.register.journal
        while true {
            let touched = try database.read { connection in
                let first = try connection.first("SELECT processed FROM quality WHERE register = \(name)") { $0.integer(0) } ?? 0
                let rows = try connection.all(
                    "SELECT number, record FROM entry_\(name: plan.table) WHERE number >= \(first) AND number < \(first + entriesMax) ORDER BY number"
                ) { ($0.integer(0), $0.integer(1)) }
                var dirty: [String: Set<Int64>] = [:]
                for row in Set(rows.map(\.1)) { try self.beside(plan, row: row, into: &dirty, on: connection) }
                let found = try dirty.map { register, rows in
                    let other = try self.plan(register)
                    return (plan: other, rows: rows.sorted(), findings: try rows.sorted().flatMap { try self.findings(other, row: $0, withTwins: true, on: connection) })
                }
                return (end: (rows.last?.0 ?? first - 1) + 1, found: found, progress: try self.inspectedSum(connection))
            }
            let now = world.now()
            let isKept = try database.writeAndWait { connection in
                // Somebody else looked meanwhile, perhaps at newer states of the same records.
                guard try self.inspectedSum(connection) == touched.progress else { return false }
                for (other, rows, findings) in touched.found {
                    for row in rows { try self.forget(row, of: other, on: connection) }
                    try self.keep(findings, of: other, on: connection)
                }
                try connection.run("UPDATE quality SET processed = \(touched.end), checked = \(now) WHERE register = \(name)")
                return true
            }
            if isKept { return }
        }
    }

    /// Grows with every piece that anyone has looked at.
    private func inspectedSum(_ connection: Connection) throws -> Int64 {
        try connection.first("SELECT coalesce(sum(processed + coalesce(cursor, 0)), 0) FROM quality") { $0.integer(0) }!
    }

    private static let besideMax = 500

    /// The record itself, those it refers or referred to, those that refer to it, and those that were or are its twins.
    private func beside(_ plan: Plan, row: Int64, into dirty: inout [String: Set<Int64>], on connection: Connection) throws {
        dirty[plan.register.name, default: []].insert(row)
        guard let key = try connection.first("SELECT key FROM record_\(name: plan.table) WHERE row = \(row)", { $0.text(0) }) else { return }
        func refer(_ other: Plan, _ key: String) throws {
            if other.isInspected, let row = try current(other, key: key, on: connection)?.row { dirty[other.register.name, default: []].insert(row) }
            for third in plans.values where third.isInspected {
                for check in third.register.checks.flatMap(\.through) where third.register.field(check)?.kind.referencedRegister == other.register.name {
                    let rows = try connection.all(
                        "SELECT row FROM record_\(name: third.table) WHERE c_\(name: check) = \(key) AND retired = 0 LIMIT \(Self.besideMax)"
                    ) { $0.integer(0) }
                    dirty[third.register.name, default: []].formUnion(rows)
                }
            }
        }
        try refer(plan, key)
        for column in plan.columns {
            guard let target = column.field.kind.referencedRegister else { continue }
            let keys = try connection.all(
                """
                SELECT \(name: column.name) FROM record_\(name: plan.table) WHERE row = \(row) AND \(name: column.name) IS NOT NULL \
                UNION SELECT \(name: column.name) FROM version_\(name: plan.table) WHERE row = \(row) AND \(name: column.name) IS NOT NULL
                """
            ) { $0.text(0) }
            for key in keys { try refer(self.plan(target), key) }
        }
        guard plan.register.twins != nil else { return }
        let texts = try connection.all(
            """
            SELECT text FROM record_\(name: plan.table) WHERE row = \(row) AND text IS NOT NULL \
            UNION SELECT text FROM version_\(name: plan.table) WHERE row = \(row) AND text IS NOT NULL
            """
        ) { $0.integer(0) }
        for text in texts {
            let rows = try connection.all(
                "SELECT row FROM record_\(name: plan.table) WHERE text = \(text) AND retired = 0 LIMIT \(Self.besideMax)"
            ) { $0.integer(0) }
            dirty[plan.register.name, default: []].formUnion(rows)
        }
    }

    // MARK: One record

    private struct Finding {
        let row: Int64
        let code: String
        let unit: String
        let since: Day
    }

    /// What holds already is kept as of the beginning of time, so that counts have few lines; only what is still to come has its day.
    private static let now = Day(number: 0)

    private func findings(_ plan: Plan, row: Int64, withTwins: Bool, on connection: Connection) throws -> [Finding] {
        let statement = try connection.statement("SELECT row, entry, last, since, retired, text\(plan.columnList) FROM record_\(plan.table) WHERE row = ?")
        statement.bind(1, row)
        let current = try statement.step() ? self.current(statement.row, plan) : nil
        statement.reset()
        guard let current, !current.isRetired, let entry = try journals.entry(current.entry, in: plan.register.name, on: connection), let item = plan.item(entry) else { return [] }
        let today = world.today
        if let ending = plan.ending(current.cells), ending <= today { return [] }
        let reading = reading()
        let found = Found(key: item.key, fields: Item.Fields(item: item, register: plan.register), since: current.since)
        let records = StandingRecords(registry: self, connection: connection)
        let unit = unit(plan, current.cells) ?? ""
        var findings: [Finding] = []
        func add(_ code: String, _ since: Day = Registry.now) { findings.append(Finding(row: row, code: code, unit: unit, since: since <= today ? Registry.now : since)) }
        for check in plan.register.checks { if let day = try check.needsLook(found, records, reading) { add(check.code, day) } }
        var objections: [Objection] = []
        plan.check(item, reading, &objections)
        for objection in objections { add(Plan.reason(objection)) }
        // A doubt is about the day on which it was entered.
        for doubt in plan.doubts(item, Reading(day: current.since, today: entry.recorded.day, units: reading.units)) { add("rule:" + doubt.code) }
        for (position, field) in plan.register.fields.enumerated() {
            guard case .unit = field.kind, let code = item.values[position].string, reading.units.find(code, on: today) == nil else { continue }
            add("unit-ended:" + field.name)
        }
        if withTwins, let twins = plan.register.twins, let text = current.text {
            let same = SQL.joined(
                twins.map { name in
                    let index = plan.columns.firstIndex { $0.field.name == name }!
                    return " AND \(name: plan.columns[index].name) = \(current.cells[index])"
                }, by: "")
            // Among many who bear a common name only the first are compared here; the daily look at everybody compares all.
            let other = try connection.first(
                """
                SELECT 1 FROM (SELECT * FROM record_\(name: plan.table) WHERE text = \(text) AND retired = 0 LIMIT \(Self.besideMax)) AS named \
                WHERE row <> \(row)\(same) LIMIT 1
                """
            ) { _ in true }
            if other != nil { add("duplicate") }
        }
        return findings
    }

    /// All twins of a register at once, in the order of their words.
    private func allTwins(_ plan: Plan, on connection: Connection) throws -> [Finding] {
        guard let twins = plan.register.twins else { return [] }
        let columns = twins.map { name in plan.columns.first { $0.field.name == name }!.name }
        let list = SQL(stringLiteral: columns.map { ", " + $0 }.joined())
        let place = SQL(stringLiteral: plan.jurisdictionColumn.map { plan.columns[$0].name } ?? "''")
        var findings: [Finding] = []
        var text: Int64 = -1
        var group: [[Cell]: [(row: Int64, unit: String)]] = [:]
        func close() {
            for twins in group.values where twins.count > 1 {
                for twin in twins { findings.append(Finding(row: twin.row, code: "duplicate", unit: twin.unit, since: Registry.now)) }
            }
            group.removeAll(keepingCapacity: true)
        }
        try connection.each("SELECT row, text, \(place)\(list) FROM record_\(name: plan.table) WHERE retired = 0 AND text IS NOT NULL ORDER BY text") { row in
            if row.integer(1) != text {
                close()
                text = row.integer(1)
            }
            let cells = columns.indices.map { row.cell(3 + $0) }
            if !cells.contains(.null) { group[cells, default: []].append((row.integer(0), row.text(2))) }
            return true
        }
        close()
        return findings
    }

    private func keep(_ findings: [Finding], of plan: Plan, on connection: Connection) throws {
        guard !findings.isEmpty else { return }
        let insert = try connection.statement("INSERT INTO finding_\(plan.table) (code, unit, since, row) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        var counts: [String: (Finding, Int)] = [:]
        for finding in findings {
            insert.bind(1, finding.code)
            insert.bind(2, finding.unit)
            insert.bind(3, Int64(finding.since.number))
            insert.bind(4, finding.row)
            try insert.done()
            if connection.changes == 1 { counts["\(finding.code) \(finding.unit) \(finding.since.number)", default: (finding, 0)].1 += 1 }
        }
        for (finding, n) in counts.values {
            try connection.run(
                """
                INSERT INTO finding_count_\(name: plan.table) (code, unit, since, n) VALUES (\(finding.code), \(finding.unit), \(finding.since), \(n)) \
                ON CONFLICT (code, unit, since) DO UPDATE SET n = finding_count_\(name: plan.table).n + \(n)
                """)
        }
    }

    private func forget(_ row: Int64, of plan: Plan, keepingTwins: Bool = false, on connection: Connection) throws {
        let condition: SQL = keepingTwins ? " AND code <> 'duplicate'" : ""
        let known = try connection.all("SELECT code, unit, since FROM finding_\(name: plan.table) WHERE row = \(row)\(condition)") { ($0.text(0), $0.text(1), $0.integer(2)) }
        guard !known.isEmpty else { return }
        try connection.run("DELETE FROM finding_\(name: plan.table) WHERE row = \(row)\(condition)")
        for (code, unit, since) in known {
            try connection.run("UPDATE finding_count_\(name: plan.table) SET n = n - 1 WHERE code = \(code) AND unit = \(unit) AND since = \(since)")
            try connection.run("DELETE FROM finding_count_\(name: plan.table) WHERE code = \(code) AND unit = \(unit) AND since = \(since) AND n = 0")
        }
    }
}

extension Plan {
    /// Whether records of the register are looked at at all.
    var isInspected: Bool { !register.checks.isEmpty || !register.rules.isEmpty || register.twins != nil }

    /// Every reason for which a record may need a look.
    var reasons: [(code: String, sort: Check.Sort, text: Text)] {
        var reasons = register.checks.map { (code: $0.code, sort: $0.sort, text: $0.text) }
        reasons += register.rules.filter { $0.severity == .doubt }.map { rule in
            // A doubt about a day is that something came late.
            ("rule:" + rule.code, register.field(rule.field)?.kind == .day ? .outdated : .contradictory, rule.text)
        }
        if register.twins != nil {
            let names = (register.searchedFields + register.twins!.compactMap { register.field($0) }).map(\.title)
            reasons.append(
                (
                    "duplicate", .duplicate,
                    Text(
                        vi: "Trùng: " + names.map { $0.vi.lowercased() }.joined(separator: ", "), en: "The same: " + names.map { $0.en.lowercased() }.joined(separator: ", "))
                ))
        }
        for field in register.fields {
            if case .unit = field.kind {
                reasons.append(
                    ("unit-ended:" + field.name, .outdated, Text(vi: "“\(field.title.vi)” là đơn vị đã hết hiệu lực", en: "“\(field.title.en)” is a unit that has ended")))
            }
            if field.isRequired { reasons.append(("required:" + field.name, .unfit, Plan.requiredText(field))) }
            if field.condition != nil {
                reasons.append(
                    ("not-here:" + field.name, .unfit, Text(vi: "“\(field.title.vi)” không thuộc trường hợp này", en: "“\(field.title.en)” does not belong here")))
            }
        }
        reasons += register.rules.filter { $0.severity == .refuse }.map { ("rule:" + $0.code, .unfit, $0.text) }
        return reasons
    }

    static func reason(_ objection: Objection) -> String {
        switch objection.code {
        case "required", "not-here": objection.code + ":" + objection.field
        default: "rule:" + objection.code
        }
    }

    func createFindings(_ connection: Connection) throws {
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS finding_\(name: table) (code TEXT NOT NULL, unit TEXT NOT NULL, since INTEGER NOT NULL, row INTEGER NOT NULL, \
            PRIMARY KEY (code, unit, since, row))\(TableStyle.clustered)
            """)
        try connection.run("CREATE INDEX IF NOT EXISTS finding_\(name: table)_row ON finding_\(name: table) (row)")
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS finding_count_\(name: table) (code TEXT NOT NULL, unit TEXT NOT NULL, since INTEGER NOT NULL, n INTEGER NOT NULL, \
            PRIMARY KEY (code, unit, since))\(TableStyle.clustered)
            """)
    }
}
