// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// Counts of whole registers for boards and reports: sums over many, never a person.
extension Registry {
    /// How many records stand today with these values in filtered fields.
    public func count(_ register: String, where values: [String: String] = [:]) throws -> Int {
        let plan = try plan(register)
        return try database.read { connection in
            if values.isEmpty { return try self.size(of: register, on: connection) }
            return try connection.first("SELECT count(*) FROM record_\(name: plan.table) WHERE retired = 0\(try self.conditions(plan, values))") { Int($0.integer(0)) }!
        }
    }

    /// The same of those that the register's own rule counts; of all where it has none.
    public func counted(_ register: String, where values: [String: String] = [:]) throws -> Int {
        let plan = try plan(register)
        guard let counting = plan.register.counting else { return try count(register, where: values) }
        return try database.read { try self.counted(plan, counting, values, on: $0).count }
    }

    /// The keys of the records that stand today and that the register's own rule counts; nil where it has none. Only of registers whose keys are nobody's.
    public func countedKeys(_ register: String) throws -> Set<String>? {
        let plan = try plan(register)
        guard let counting = plan.register.counting, !plan.register.hasPersonalKey else { return nil }
        return try database.read { connection in Set(try self.counted(plan, counting, [:], on: connection).map(\.key)) }
    }

    private func counted(_ plan: Plan, _ counting: Counting, _ values: [String: String], on connection: Connection) throws -> [Found] {
        let records = StandingRecords(registry: self, connection: connection)
        let reading = reading()
        return try connection.all("SELECT key FROM record_\(name: plan.table) WHERE retired = 0\(try conditions(plan, values)) ORDER BY row") { $0.text(0) }
            .compactMap { key -> Found? in
                guard let found = try records.find(plan.register.name, key), try counting.holds(found, records, reading) else { return nil }
                return found
            }
    }

    /// The sum of a whole number over the records that stand today and that the register's own rule counts.
    public func sum(_ register: String, field: String) throws -> Int64 {
        let plan = try plan(register)
        return try database.read { connection in
            var sum: Int64 = 0
            func add(_ value: Int64) -> Bool {
                let (next, isOver) = sum.addingReportingOverflow(value)
                sum = isOver ? (value > 0 ? .max : .min) : next
                return !isOver
            }
            if let counting = plan.register.counting {
                for one in try self.counted(plan, counting, [:], on: connection) {
                    guard add(one[field].integer ?? 0) else { break }
                }
                return sum
            }
            try connection.each("SELECT entry FROM record_\(name: plan.table) WHERE retired = 0\(try self.conditions(plan, [:]))") { row in
                add(try self.journals.entry(row.integer(0), in: register, on: connection)?.value(field)?.integer ?? 0)
            }
            return sum
        }
    }

    /// How many standing records a reference field names in at least one record whose day is not before, and how many stand at all. One probe of an index each.
    public func named(by field: String, of register: String, day: String, since: Day) throws -> (named: Int, of: Int) {
        let plan = try plan(register)
        guard let column = plan.column(field), let dayColumn = plan.column(day), let other = column.field.kind.referencedRegister else {
            throw RegisterError.badRequest(["vi": "Thiếu cột.", "en": "A column is missing."])
        }
        let target = try self.plan(other)
        return try database.read { connection in
            let conditions = try self.conditions(target, [:])
            let standing: SQL = "FROM record_\(name: target.table) s WHERE retired = 0\(conditions)"
            let all = try connection.first("SELECT count(*) \(standing)") { Int($0.integer(0)) }!
            let named = try connection.first(
                """
                SELECT count(*) \(standing) AND EXISTS (SELECT 1 FROM record_\(name: plan.table) l WHERE l.\(name: column.name) = s.key AND l.retired = 0 \
                AND l.\(name: dayColumn.name) >= \(since))
                """
            ) { Int($0.integer(0)) }!
            return (named, all)
        }
    }

    private func conditions(_ plan: Plan, _ values: [String: String]) throws -> SQL {
        var conditions: SQL = ""
        let today = world.today
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let column = plan.column(name) else { throw RegisterError.badRequest(Text(vi: "Không đếm được theo “\(name)”.", en: "“\(name)” cannot be counted by.")) }
            conditions = conditions + " AND \(name: column.name) = \(try filterCell(column.field, value, today))"
        }
        if let term = plan.termColumn.map({ plan.columns[$0].name }) { conditions = conditions + " AND (\(name: term) IS NULL OR \(name: term) >= \(today))" }
        return conditions
    }

    /// How many records a check wants looked at – of one check or of all – by unit; under an empty name where records belong to none.
    public func findings(_ register: String, check: String? = nil) throws -> [String: Int] {
        let plan = try plan(register)
        let today = world.today
        let only: SQL = check.map { check -> SQL in " AND code = \(check)" } ?? ""
        return try database.read { connection in
            Dictionary(
                try connection.all("SELECT unit, CAST(sum(n) AS BIGINT) FROM finding_count_\(name: plan.table) WHERE since <= \(today)\(only) GROUP BY unit") {
                    ($0.text(0), Int($0.integer(1)))
                }, uniquingKeysWith: +)
        }
    }

    /// How many records a check wants looked at, by the values of a filtered field; under an empty one where it is empty.
    public func findings(_ register: String, check: String, by field: String) throws -> [String: Int] {
        let plan = try plan(register)
        guard let column = plan.column(field) else { throw RegisterError.badRequest(Text(vi: "Không đếm được theo “\(field)”.", en: "“\(field)” cannot be counted by.")) }
        let today = world.today
        return try database.read { connection in
            Dictionary(
                try connection.all(
                    """
                    SELECT r.\(name: column.name), count(*) FROM finding_\(name: plan.table) f JOIN record_\(name: plan.table) r ON r.row = f.row \
                    WHERE f.since <= \(today) AND f.code = \(check) AND r.retired = 0 GROUP BY r.\(name: column.name)
                    """
                ) { ($0.optionalText(0) ?? "", Int($0.integer(1))) }, uniquingKeysWith: +)
        }
    }

    /// Records that a check – or any – wants looked at, of a unit or of all, in the order in which they were registered, as a letter may name them: by
    /// their keys, or by their refs where keys are somebody's. Since when a finding holds is not kept.
    public func foundNames(_ register: String, check: String?, unit: String?, limit: Int) throws -> [String] {
        let plan = try plan(register)
        try catchUp(plan)
        let conditions = finding(check, unit)
        let rows = try database.read {
            try $0.all(
                """
                SELECT r.row, r.key FROM (SELECT DISTINCT row FROM finding_\(name: plan.table) WHERE \(conditions) ORDER BY row LIMIT \(limit)) f \
                JOIN record_\(name: plan.table) r ON r.row = f.row WHERE r.retired = 0 ORDER BY r.row
                """
            ) { (row: $0.integer(0), key: $0.text(1)) }
        }
        return plan.register.hasPersonalKey ? rows.map { ref(of: $0.row, in: register) } : rows.map(\.key)
    }

    /// How many records a check – or any – wants looked at, of a unit or of all; each counts once.
    public func foundCount(_ register: String, check: String?, unit: String?) throws -> Int {
        let plan = try plan(register)
        try catchUp(plan)
        let conditions = finding(check, unit)
        return try database.read { connection in
            if check == nil { return try connection.first("SELECT count(DISTINCT row) FROM finding_\(name: plan.table) WHERE \(conditions)") { Int($0.integer(0)) }! }
            return try connection.first("SELECT coalesce(CAST(sum(n) AS BIGINT), 0) FROM finding_count_\(name: plan.table) WHERE \(conditions)") { Int($0.integer(0)) }!
        }
    }

    /// How many of the records with these keys or refs a check – or any – still wants looked at.
    public func stillFound(_ register: String, check: String?, among names: [String]) throws -> Int {
        let plan = try plan(register)
        try catchUp(plan)
        let conditions = finding(check, nil)
        let questions = names.map { name -> SQL in
            let row = cipher.record(of: name, in: plan.register.journal).flatMap { plan.register.hasPersonalKey ? $0 : nil }
            if let row { return "SELECT 1 FROM finding_\(name: plan.table) WHERE \(conditions) AND row = \(row) LIMIT 1" }
            return """
                SELECT 1 FROM finding_\(name: plan.table) WHERE \(conditions) AND row IN (SELECT row FROM record_\(name: plan.table) WHERE key = \(name) AND retired = 0) LIMIT 1
                """
        }
        return try database.read { connection in try connection.firstOfEach(questions) { _ in true }.count { $0 != nil } }
    }

    /// What holds of findings of one check or of all, in one unit or anywhere, that are due today.
    private func finding(_ check: String?, _ unit: String?) -> SQL {
        let today = world.today
        let only: SQL = check.map { check -> SQL in " AND code = \(check)" } ?? ""
        let place: SQL = unit.map { unit -> SQL in " AND unit = \(unit)" } ?? ""
        return "since <= \(today)\(only)\(place)"
    }

    /// A unit and a day in filtered fields, with the entry that tells them and its moment, of records with these values whose day is not before:
    /// what a calendar shows.
    public func days(
        _ register: String, unit: String, day: String, since: Day, where values: [String: String]
    ) throws -> [(unit: String, day: Day, entry: Int64, entered: Instant)] {
        let plan = try plan(register)
        guard let unitColumn = plan.column(unit), let dayColumn = plan.column(day) else { throw RegisterError.badRequest(["vi": "Thiếu cột.", "en": "A column is missing."]) }
        return try database.read { connection in
            try connection.all(
                """
                SELECT \(name: unitColumn.name), \(name: dayColumn.name), entry, recorded FROM record_\(name: plan.table) \
                JOIN entry_\(name: plan.table) ON number = entry WHERE retired = 0 AND \(name: dayColumn.name) >= \(since)\(try self.conditions(plan, values))
                """
            ) { row in
                (row.text(0), Day(number: Int32(truncatingIfNeeded: row.integer(1))), row.integer(2), Instant(milliseconds: row.integer(3)))
            }
        }
    }

    /// The first day in a filtered field, of records with these values.
    public func firstDay(_ register: String, day: String, where values: [String: String]) throws -> Day? {
        let plan = try plan(register)
        guard let column = plan.column(day) else { throw RegisterError.badRequest(["vi": "Thiếu cột.", "en": "A column is missing."]) }
        return try database.read { connection in
            try connection.first("SELECT min(\(name: column.name)) FROM record_\(name: plan.table) WHERE retired = 0\(try self.conditions(plan, values))") { $0.optionalInteger(0) }
        }.flatMap { $0 }.map { Day(number: Int32(truncatingIfNeeded: $0)) }
    }

    /// The whole number that an entry tells in a field.
    public func number(_ field: String, of entry: Int64, in register: String) throws -> Int64? {
        try database.look { try self.journals.entry(entry, in: register, on: $0)?.value(field)?.integer }
    }

    /// How many entries of a day each unit has in these registers' journals together; nil on a day with more entries than a day's work has.
    public func entries(_ registers: [String], on day: Day) throws -> [String: Int]? { try database.read { try self.entries(registers, on: day, unit: nil, on: $0) } }

    /// The same of one unit, or of all.
    func entries(_ registers: [String], on day: Day, unit: String?, on connection: Connection) throws -> [String: Int]? {
        func midnight(_ day: Day) -> Instant { Instant(milliseconds: day.at(minute: 0).milliseconds - 1) }
        let only: SQL = unit.map { unit -> SQL in " AND unit = \(unit)" } ?? ""
        var counts: [String: Int] = [:]
        for register in registers {
            let plan = try plan(register)
            let first = try journals.size(of: register, at: midnight(day), on: connection)
            let next = try journals.size(of: register, at: midnight(day + 1), on: connection)
            guard next - first <= limits.dayEntriesMax else { return nil }
            try connection.each("SELECT unit, count(*) FROM entry_\(name: plan.table) WHERE number >= \(first) AND number < \(next)\(only) GROUP BY unit") { row in
                counts[row.text(0), default: 0] += Int(row.integer(1))
                return true
            }
        }
        return counts
    }

    /// When the register's first entry was made.
    public func begun(_ register: String) throws -> Instant? {
        let plan = try plan(register)
        return try database.read { connection in
            try connection.first("SELECT recorded FROM entry_\(name: plan.table) ORDER BY number LIMIT 1") { Instant(milliseconds: $0.integer(0)) }
        }
    }
}
