// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Store

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
    /// Records that the act touched, and the days on which what must hold is judged.
    var touched: [(register: String, row: Int64)] = []
    var days: Set<Day> = []
    /// True when something holds from another day than everything else: then every such day is judged.
    var reachesThroughTime = false
}

extension Registry {
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
            guard let value = item.values[position].string else { continue }
            if field.kind.isReference { obligations.references.append(.init(register: name, field: field, key: value, change: index)) }
            guard field.kind.listedRegister != nil else { continue }
            for key in value.split(separator: ";") { obligations.references.append(.init(register: name, field: field, key: String(key).tidied, change: index)) }
        }
        if !plan.register.agreements.isEmpty { obligations.agreements.append((name, row)) }
        if plans.values.contains(where: { $0.register.agreements.contains { refers($0, to: name) } }), current != nil {
            obligations.unitMoves.insert(.init(register: name, key: item.key))
        }
    }

    private func refers(_ agreement: Agreement, to register: String) -> Bool {
        plans.values.contains { $0.register.field(agreement.reference)?.kind.referencedRegister == register }
    }

    /// Notes from when a change holds, and on which days what must hold has to be judged.
    func noteTime(_ plan: Plan, _ effective: Day, _ current: Current?, _ obligations: inout Obligations, on connection: Connection) throws {
        obligations.days.insert(effective)
        if effective != world.today || obligations.days.count > 1 { obligations.reachesThroughTime = true }
        guard let current else { return }
        obligations.touched.append((plan.register.name, current.row))
        guard effective < current.since else { return }
        obligations.reachesThroughTime = true
        for table in ["record_", "version_"] {
            for since in try connection.all(
                "SELECT since FROM \(name: table + plan.table) WHERE row = \(current.row) AND since > \(effective)", { Day(number: Int32(truncatingIfNeeded: $0.integer(0))) })
            { obligations.days.insert(since) }
        }
    }

    /// Everything an act leaves undone: all of it at once, on every day on which it changes something.
    func unmet(_ obligations: Obligations, on connection: Connection) throws -> [Objection] {
        var objections = try unmetNow(obligations, on: connection)
        guard obligations.reachesThroughTime, objections.isEmpty else { return objections }
        for day in obligations.days.sorted() {
            for group in obligations.groups { if let objection = try unmet(group, day: day, on: connection) { objections.append(objection) } }
            for (register, row) in obligations.touched + obligations.agreements {
                objections += try unmet(plan(register), row: row, day: day, on: connection)
            }
            if !objections.isEmpty { return Array(Set(objections)).sorted { $0.field < $1.field } }
        }
        return objections
    }

    /// A group as it is on a day.
    private func unmet(_ group: Obligations.Group, day: Day, on connection: Connection) throws -> Objection? {
        let plan = try plan(group.register)
        let rule = plan.register.groupRule!
        let groupColumn = plan.columns.firstIndex { $0.field.name == rule.group }!
        let roleColumn = plan.columns.firstIndex { $0.field.name == rule.field }!
        let rows = try connection.all(
            """
            SELECT row FROM record_\(name: plan.table) WHERE c_\(name: rule.group) = \(group.value) \
            UNION SELECT row FROM version_\(name: plan.table) WHERE c_\(name: rule.group) = \(group.value)
            """
        ) { $0.integer(0) }
        var members = 0
        var heads = 0
        var shares: [Share] = []
        let shareColumn = rule.share.flatMap { share in plan.columns.firstIndex { $0.field.name == share } }
        for row in rows {
            guard let state = try state(plan, row: row, on: day, size: .max, on: connection), !state.isRetired, state.cells[groupColumn] == .text(group.value) else { continue }
            if let ending = plan.ending(state.cells), ending <= day { continue }
            members += 1
            guard state.cells[roleColumn] == .text(rule.value) else { continue }
            heads += 1
            if let shareColumn, case .text(let text) = state.cells[shareColumn], let share = Share(text) { shares.append(share) }
        }
        if shareColumn != nil { return Registry.objection(to: shares, of: rule, group.value) }
        guard members > 0, heads != 1 else { return nil }
        if heads == 0, try isAsked(rule, group.value, on: connection) { return nil }
        let text = heads == 0 ? rule.missing : rule.several
        return Objection(
            field: rule.field, code: heads == 0 ? "group-missing" : "group-several",
            Text(vi: "\(text.vi) (\(group.value), \(day.written(.vietnamese)))", en: "\(text.en) (\(group.value), \(day.written(.english)))"))
    }

    /// What a record refers to, and who refers to it, on a day.
    private func unmet(_ plan: Plan, row: Int64, day: Day, on connection: Connection) throws -> [Objection] {
        guard let state = try state(plan, row: row, on: day, size: .max, on: connection) else { return [] }
        var objections: [Objection] = []
        if !state.isRetired {
            for (index, column) in plan.columns.enumerated() {
                guard let target = column.field.kind.referencedRegister, case .text(let key) = state.cells[index] else { continue }
                let other = try self.plan(target)
                let found = try current(other, key: key, on: connection).flatMap { try self.state(other, row: $0.row, on: day, size: .max, on: connection) }
                // Who owned it when they died owns it on the register until it is inherited.
                if column.field.isLasting { continue }
                guard let found, !found.isRetired else {
                    objections.append(
                        Objection(
                            field: column.field.name, code: "reference",
                            Text(
                                vi: "Vào \(day.written(.vietnamese)) không có hồ sơ “\(key.shortened)” trong \(other.register.title.vi.lowercased()).",
                                en: "On \(day.written(.english)) there is no record “\(key.shortened)” in \(other.register.title.en.lowercased()).")))
                    continue
                }
                for agreement in plan.register.agreements where agreement.reference == column.field.name {
                    guard let mine = plan.columns.firstIndex(where: { $0.field.name == agreement.field }),
                        let theirs = other.columns.firstIndex(where: { $0.field.name == agreement.other }), state.cells[mine] != found.cells[theirs]
                    else { continue }
                    objections.append(Objection(field: agreement.field, code: "agreement", agreement.text))
                }
            }
        }
        guard let key = try connection.first("SELECT key FROM record_\(name: plan.table) WHERE row = \(row)", { $0.text(0) }) else { return objections }
        for other in plans.values {
            for (index, column) in other.columns.enumerated() where column.field.kind.referencedRegister == plan.register.name && !column.field.isLasting {
                let rows = try connection.all(
                    """
                    SELECT row FROM record_\(name: other.table) WHERE \(name: column.name) = \(key) \
                    UNION SELECT row FROM version_\(name: other.table) WHERE \(name: column.name) = \(key)
                    """
                ) { $0.integer(0) }
                for referring in rows {
                    guard let theirs = try self.state(other, row: referring, on: day, size: .max, on: connection), !theirs.isRetired, theirs.cells[index] == .text(key) else {
                        continue
                    }
                    if state.isRetired {
                        objections.append(
                            Objection(
                                field: "", code: "still-referenced",
                                Text(
                                    vi: "Vào \(day.written(.vietnamese)) còn hồ sơ trong \(other.register.title.vi.lowercased()) dẫn tới hồ sơ này.",
                                    en: "On \(day.written(.english)) a record in \(other.register.title.en.lowercased()) still refers to this one.")))
                        break
                    }
                    for agreement in other.register.agreements where agreement.reference == column.field.name {
                        guard let mine = plan.columns.firstIndex(where: { $0.field.name == agreement.other }),
                            let field = other.columns.firstIndex(where: { $0.field.name == agreement.field }), theirs.cells[field] != state.cells[mine]
                        else { continue }
                        objections.append(Objection(field: agreement.other, code: "agreement", agreement.text))
                    }
                }
            }
        }
        return objections
    }

    private func unmetNow(_ obligations: Obligations, on connection: Connection) throws -> [Objection] {
        var objections: [Objection] = []
        let latest = obligations.days.max() ?? world.today
        if connection.isRemote { try connection.foresee(questions(obligations, by: latest)) }
        for reference in obligations.references {
            let target = reference.field.kind.referencedRegister ?? reference.field.kind.listedRegister!
            if reference.field.isLasting || reference.field.kind.listedRegister != nil {
                if try current(plan(target), key: reference.key, on: connection) != nil { continue }
            } else if try isStanding(target, key: reference.key, by: latest, on: connection) {
                continue
            }
            let text = try plan(target).register.absence(of: reference.key)
            objections.append(Objection(field: reference.field.name, code: "reference", text))
        }
        for group in obligations.groups { if let objection = try unmet(group, on: connection) { objections.append(objection) } }
        for (register, row) in obligations.agreements { objections += try disagreements(plan(register), row: row, on: connection) }
        for moved in obligations.unitMoves { objections += try leftBehind(moved, on: connection) }
        for retired in obligations.retired { if let objection = try stillNeeded(retired, on: connection) { objections.append(objection) } }
        return objections
    }

    /// What `unmetNow` asks in any case.
    private func questions(_ obligations: Obligations, by latest: Day) throws -> [SQL] {
        var questions: [SQL] = []
        for reference in obligations.references {
            guard let target = reference.field.kind.referencedRegister, !reference.field.isLasting else { continue }
            questions.append(SQL(try standingText(target), [.text(reference.key), .integer(Int64(latest.number))]))
        }
        for group in obligations.groups {
            let plan = try plan(group.register)
            let rule = plan.register.groupRule!
            if rule.share == nil { questions.append(SQL(membersText(plan, rule), [.text(rule.value), .text(group.value)])) }
        }
        for (register, row) in obligations.agreements { questions += try disagreementQuestions(plan(register), row: row).map(\.sql) }
        return questions
    }

    private func standingText(_ register: String) throws -> String {
        "SELECT 1 FROM record_\(try plan(register).table) WHERE key = ? AND retired = 0 AND since <= ?"
    }

    private func membersText(_ plan: Plan, _ rule: GroupRule) -> String {
        """
        SELECT coalesce(sum(CASE WHEN c_\(rule.field) = ? THEN 1 ELSE 0 END), 0), count(*) FROM record_\(plan.table) \
        WHERE c_\(rule.group) = ? AND retired = 0
        """
    }

    private func disagreementQuestions(_ plan: Plan, row: Int64) throws -> [(agreement: Agreement, sql: SQL)] {
        try plan.register.agreements.compactMap { agreement in
            guard let target = plan.register.field(agreement.reference)?.kind.referencedRegister else { return nil }
            let other = try self.plan(target)
            return (
                agreement,
                """
                SELECT 1 FROM record_\(name: plan.table) r JOIN record_\(name: other.table) o ON o.key = r.c_\(name: agreement.reference) \
                WHERE r.row = \(row) AND r.retired = 0 AND o.retired = 0 AND o.c_\(name: agreement.other) <> r.c_\(name: agreement.field)
                """
            )
        }
    }

    /// Whether the record's latest state stands and holds by that day.
    func isStanding(_ register: String, key: String, by day: Day, on connection: Connection) throws -> Bool {
        let statement = try connection.statement(standingText(register))
        defer { statement.reset() }
        statement.bind(1, key)
        statement.bind(2, Int64(day.number))
        return try statement.step()
    }

    /// How many members a group has, and how many of them have the one value.
    func members(of value: String, _ plan: Plan, on connection: Connection) throws -> (heads: Int64, members: Int64) {
        let rule = plan.register.groupRule!
        let statement = try connection.statement(membersText(plan, rule))
        defer { statement.reset() }
        statement.bind(1, rule.value)
        statement.bind(2, value)
        guard try statement.step() else { return (0, 0) }
        return (statement.row.integer(0), statement.row.integer(1))
    }

    private func unmet(_ group: Obligations.Group, on connection: Connection) throws -> Objection? {
        let plan = try plan(group.register)
        let rule = plan.register.groupRule!
        if rule.share != nil { return Registry.objection(to: try shares(of: group.value, plan, on: connection), of: rule, group.value) }
        let (heads, members) = try members(of: group.value, plan, on: connection)
        if members == 0 || heads == 1 { return nil }
        if heads == 0, try isAsked(rule, group.value, on: connection) { return nil }
        let text = heads == 0 ? rule.missing : rule.several
        return Objection(
            field: rule.field, code: heads == 0 ? "group-missing" : "group-several",
            Text(vi: "\(text.vi) (\(group.value))", en: "\(text.en) (\(group.value))"))
    }

    /// The shares that make up a group.
    func shares(of value: String, _ plan: Plan, on connection: Connection) throws -> [Share] {
        let rule = plan.register.groupRule!
        return try connection.all(
            """
            SELECT c_\(name: rule.share!) FROM record_\(name: plan.table) WHERE c_\(name: rule.group) = \(value) AND c_\(name: rule.field) = \(rule.value) \
            AND retired = 0
            """
        ) { Share($0.text(0)) }.compactMap { $0 }
    }

    static func objection(to shares: [Share], of rule: GroupRule, _ group: String) -> Objection? {
        if shares.isEmpty { return nil }
        let sum = Share.sum(shares)
        if let sum, sum.numerator == sum.denominator { return nil }
        let told = sum.map { "\($0.numerator)/\($0.denominator)" } ?? "?"
        return Objection(
            field: rule.share!, code: "share-sum",
            Text(vi: "\(rule.missing.vi) (\(group): \(told))", en: "\(rule.missing.en) (\(group): \(told))"))
    }

    /// Whether somebody has been asked who the group's one member will be.
    private func isAsked(_ rule: GroupRule, _ group: String, on connection: Connection) throws -> Bool {
        guard let question = rule.openQuestion else { return false }
        let asking = try plan(question.register)
        return try connection.first(
            "SELECT 1 FROM record_\(name: asking.table) WHERE c_\(name: question.field) = \(group) AND c_kind = \(question.kind) AND retired = 0 LIMIT 1"
        ) { _ in true } != nil
    }

    private func disagreements(_ plan: Plan, row: Int64, on connection: Connection) throws -> [Objection] {
        try disagreementQuestions(plan, row: row).compactMap { agreement, sql in
            try connection.first(sql) { _ in true } == nil ? nil : Objection(field: agreement.field, code: "agreement", agreement.text)
        }
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

    /// For each agreement of another register with a column of this one: where to look.
    func dependents(of plan: Plan) -> [(table: String, reference: String, field: String, column: Int, text: Text)] {
        plans.values.flatMap { other in
            other.register.agreements.compactMap { agreement in
                guard other.register.field(agreement.reference)?.kind.referencedRegister == plan.register.name,
                    let column = plan.columns.firstIndex(where: { $0.field.name == agreement.other })
                else { return nil }
                return (other.table, "c_" + agreement.reference, "c_" + agreement.field, column, agreement.text)
            }
        }
    }

    /// What others still refer to cannot be retired.
    private func stillNeeded(_ retired: Obligations.Retired, on connection: Connection) throws -> Objection? {
        guard try !isStanding(retired.register, key: retired.key, by: Day(number: .max), on: connection) else { return nil }
        for plan in plans.values.sorted(by: { $0.register.name < $1.register.name }) {
            for column in plan.columns where column.field.kind.referencedRegister == retired.register && !column.field.isLasting {
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
}
