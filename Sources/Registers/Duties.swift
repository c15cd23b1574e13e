// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// Of a unit's records for which a duty counts: how many there are, and how many do not keep it.
public struct DutyCount: Sendable {
    /// Empty where records belong to no unit.
    public let unit: String
    public let records: Int
    public let failing: Int
}

/// What is kept of a duty at this moment.
public struct DutyFigures: Sendable {
    public let register: Register
    public let duty: FieldDuty
    /// Every record has been looked at with the checks of today's declaration. Until then the figures are too good.
    public let isLooked: Bool
    /// Units that have such records, by their codes.
    public let counts: [DutyCount]
}

/// The duties of single fields, reckoned from the counts that entries keep: no record is looked at for it.
extension Registry {
    /// Every field that must be kept, of all registers in their order or of one, with its figures of this moment.
    public func duties(of only: String? = nil) throws -> [DutyFigures] {
        let plans = try registers.filter { !$0.duties.isEmpty && (only == nil || only == $0.name) }.map { try plan($0.name) }
        try catchUp(plans)
        let today = world.today
        return try database.read { connection in
            let looked = Set(
                try connection.all(
                    "SELECT q.register FROM quality q JOIN declaration d ON d.register = q.register WHERE d.hash = q.declared AND q.checked IS NOT NULL"
                ) { $0.text(0) })
            return try plans.flatMap { plan -> [DutyFigures] in
                let failing = try self.failing(plan, on: today, connection)
                let isLooked = looked.contains(plan.register.journal)
                return try plan.register.duties.map { duty -> DutyFigures in
                    let records = try self.records(under: duty, plan, on: today, connection)
                    let found: [String: Int] = failing[duty.check] ?? [:]
                    let counts = records.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { unit, count in
                        // A record whose term passed since the last look is no longer counted, and still found.
                        DutyCount(unit: unit, records: count, failing: min(count, found[unit] ?? 0))
                    }
                    return DutyFigures(register: plan.register, duty: duty, isLooked: isLooked, counts: counts)
                }
            }
        }
    }

    /// When each register, or each of these, was last entered into; a register without entries is not there.
    public func lastEntries(of names: [String]? = nil) throws -> [String: Instant] {
        try database.read { connection in
            var last: [String: Instant] = [:]
            for name in names ?? self.registers.map(\.name) { last[name] = try self.journals.head(of: name, on: connection)?.recorded }
            return last
        }
    }

    /// Kept findings of the duties' checks, by check and unit.
    private func failing(_ plan: Plan, on day: Day, _ connection: Connection) throws -> [String: [String: Int]] {
        let codes = SQL.joined(plan.register.duties.map { duty -> SQL in "\(duty.check)" }, by: ", ")
        var failing: [String: [String: Int]] = [:]
        try connection.each(
            "SELECT code, unit, CAST(sum(n) AS BIGINT) FROM finding_count_\(name: plan.table) WHERE code IN (\(codes)) AND since <= \(day) GROUP BY code, unit"
        ) { row in
            failing[row.text(0), default: [:]][row.text(1)] = Int(row.integer(2))
            return true
        }
        return failing
    }

    /// The records for which a duty counts, by unit, from kept counts; under an empty name where records belong to none.
    private func records(under duty: FieldDuty, _ plan: Plan, on day: Day, _ connection: Connection) throws -> [String: Int] {
        guard plan.isCounted else { return ["": try size(of: plan.register.name, on: connection)] }
        let table = try countTable(plan, connection)
        let names = plan.countedPositions.map { plan.register.fields[$0].name }
        let place = plan.jurisdictionPosition.flatMap { plan.countedPositions.firstIndex(of: $0) }
        let among: [(index: Int, values: [String])] = duty.among.map { name, values in (names.firstIndex(of: name)!, values) }
        let codes: [(index: Int, codes: Set<Int32>)] = among.map { index, values in
            let all = table.values[index]
            return (index, Set(all.indices.filter { values.contains(all[$0]) }.map { Int32($0) }))
        }
        // Who was born before that year is old enough, of that year those until a birthday.
        let born = duty.age.map { day.year - $0 }
        let lastBirthday = duty.age.map { day.birthday(ofAge: $0).ordinal } ?? 0
        let birthdays = try born.map { try boundaryDays(plan, years: [$0], connection) } ?? [:]
        var sums: [String: Int] = [:]
        var sumsByCode = [Int](repeating: 0, count: place.map { table.values[$0].count } ?? 1)
        for line in table.lines where codes.allSatisfy({ $0.codes.contains(line.codes[$0.index]) }) {
            let unit = place.map { Int(line.codes[$0]) } ?? 0
            let year = Int(line.year)
            guard let born, year >= born || year <= 0 else {
                sumsByCode[unit] += Int(line.count)
                continue
            }
            guard year == born else { continue }
            let cell = CountChanges.Cell(values: names.indices.map { table.values[$0][Int(line.codes[$0])] }, year: year)
            sumsByCode[unit] += birthdays[cell]?.sum(through: lastBirthday) ?? 0
        }
        for (code, sum) in sumsByCode.enumerated() { sums[place.map { table.values[$0][code] } ?? ""] = sum }
        // What comes into force after the day stands in the totals already.
        let keys = SQL(stringLiteral: names.map { "c_\($0), " }.joined())
        let width = names.count
        try connection.each("SELECT \(keys)year, n, days FROM count_change_\(name: plan.table) WHERE effective > \(day)") { row in
            guard among.allSatisfy({ $0.values.contains(row.text($0.index)) }) else { return true }
            let year = Int(row.integer(width))
            let unit = place.map { row.text($0) } ?? ""
            guard let born, year >= born || year <= 0 else {
                sums[unit, default: 0] -= Int(row.integer(width + 1))
                return true
            }
            if year == born { sums[unit, default: 0] -= DayHistogram(row.blob(width + 2)).sum(through: lastBirthday) }
            return true
        }
        return sums
    }
}
