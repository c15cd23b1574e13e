// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store
internal import Synchronization

/// Counts of people or things, by the fields asked for.
public struct Statistics: Sendable {
    public struct Group: Sendable, Hashable {
        public let values: [String]
        /// Nil when the group is too small to be shown to this reader.
        public let count: Int?
    }

    public let by: [String]
    public let on: Day
    public let groups: [Group]
    public let total: Int
}

/// The declared counts of a register in memory: as they stand in their table at one size of the journal.
struct CountTable: Sendable {
    struct Line: Sendable {
        let values: [String]
        let year: Int
        let count: Int
    }
    let lines: [Line]
}

extension Registry {
    /// Age groups of five years; the last is open.
    public static func ageBand(_ age: Int) -> String {
        let start = max(0, age) / 5 * 5
        return start >= 100 ? "100+" : "\(start)-\(start + 4)"
    }

    /// Counts kept with every entry, grouped by declared fields, by `age` (five-year groups on that day) or by the birth year.
    public func statistics(_ register: String, by fields: [String], on day: Day?, for authority: Authority) throws -> Statistics {
        let plan = try plan(register)
        let on = day ?? world.today
        let isFree = fields.contains { name in freePosition(name, plan) != nil && !plan.countedPositions.contains { plan.register.fields[$0].name == name } }
        let positions = isFree ? [] : try fields.map { try part($0, plan) }
        guard isFree || plan.isCounted else {
            throw RegisterError.badRequest(["vi": "Sổ này không khai báo thống kê nào.", "en": "This register declares no counts."])
        }
        // Only who may see every person of the register, and says why, sees groups in which somebody could be recognised.
        let mayCountPersons = wideSight(plan, authority) == .personal && scope(plan, authority) == nil
        let result: [([String], Int)] = try database.read { connection in
            var sums: [[String]: Int] = [:]
            if isFree {
                sums = try self.freeCounts(plan, fields, on: on, for: authority, connection)
            } else {
                try self.addCounts(plan, positions, on: on, into: &sums, connection)
            }
            return sums.filter { $0.value != 0 }.sorted { $0.key.lexicographicallyPrecedes($1.key, by: Registry.naturalOrder) }
        }
        let isOfPersons = plan.register.hasPersonalKey || plan.register.countedFields.contains { $0.privacy == .personal }
        return Statistics(
            by: fields, on: on,
            groups: result.map { values, count in
                Statistics.Group(values: values, count: isOfPersons && !mayCountPersons && count < limits.smallGroup ? nil : count)
            }, total: result.reduce(0) { $0 + $1.1 })
    }

    /// Numbers by size, everything else by letters: `5-9` comes before `10-14`.
    static func naturalOrder(_ left: String, _ right: String) -> Bool {
        let a = Int(left.prefix { $0.isNumber }) ?? -1
        let b = Int(right.prefix { $0.isNumber }) ?? -1
        return a != b && !left.hasPrefix("0") && !right.hasPrefix("0") ? a < b : left < right
    }

    // MARK: Free questions

    /// The place of a field that can be counted although no count is kept: one of few values.
    private func freePosition(_ name: String, _ plan: Plan) -> Int? {
        guard let position = plan.register.position(of: name), position >= 0 else { return nil }
        switch plan.register.fields[position].kind {
        case .choice, .unit, .boolean: return position
        default: return nil
        }
    }

    /// A question that nobody declared a count for, answered from columns in memory: for those at work, about today.
    private func freeCounts(
        _ plan: Plan, _ fields: [String], on day: Day, for authority: Authority, _ connection: Connection
    ) throws -> [[String]: Int] {
        guard authority.may(.read, plan.register.name) || authority.may(.personal, plan.register.name) else {
            throw RegisterError.forbidden([
                "vi": "Câu hỏi này chỉ dành cho người được phân quyền; số đếm có sẵn thì ai cũng xem được.",
                "en": "This question is for those with a right to the register; the counts that are kept are open to everyone.",
            ])
        }
        guard day == world.today, try connection.first("SELECT 1 FROM pending_\(name: plan.table) WHERE since > \(day) LIMIT 1", { _ in true }) == nil else {
            throw RegisterError.badRequest([
                "vi": "Theo trường này chỉ thống kê được cho hôm nay, khi không có thay đổi nào chờ hiệu lực.",
                "en": "By this field, counts are for today only, while no change waits for its day.",
            ])
        }
        var parts: [Part] = []
        var positions: [Int] = []
        for name in fields {
            if name == "age", let birth = plan.countedDay, plan.register.fields[birth].name == "birth" {
                parts.append(.age)
            } else if let position = freePosition(name, plan) {
                parts.append(.field(position))
                positions.append(position)
            } else {
                throw notCounted(name, plan)
            }
        }
        let now = world.now().milliseconds
        return try columnBoxes.withLock { boxes in
            // What nobody has asked about for ten minutes gives its memory back.
            boxes = boxes.filter { $0.value.lastAsked > now - 600_000 }
            let columns = boxes[plan.table] ?? RegisterColumns()
            columns.lastAsked = now
            boxes[plan.table] = columns
            let ages = parts.contains { if case .age = $0 { true } else { false } }
            try columns.prepare(positions, birth: ages ? plan.countedDay : nil, plan, self, connection)
            return columns.count(parts, fields: positions, on: day)
        }
    }

    private func notCounted(_ name: String, _ plan: Plan) -> RegisterError {
        let names =
            plan.register.fields.filter { freePosition($0.name, plan) != nil }.map(\.name)
            + (plan.countedDay.map { [plan.register.fields[$0].name, "age"] } ?? [])
        return .badRequest(
            Text(
                vi: "Không thống kê được theo “\(name.shortened)”. Có thể: \(names.joined(separator: ", ")).",
                en: "There are no counts by “\(name.shortened)”. Possible: \(names.joined(separator: ", "))."))
    }

    enum Part {
        case field(Int)
        case age
        case year
    }

    private func part(_ name: String, _ plan: Plan) throws -> Part {
        if let index = plan.countedPositions.firstIndex(where: { plan.register.fields[$0].name == name }) { return .field(index) }
        if let day = plan.countedDay {
            if name == "age", plan.register.fields[day].name == "birth" { return .age }
            if name == plan.register.fields[day].name { return .year }
        }
        throw notCounted(name, plan)
    }

    private func addCounts(_ plan: Plan, _ parts: [Part], on day: Day, into sums: inout [[String]: Int], _ connection: Connection) throws {
        let needsAge = parts.contains { if case .age = $0 { true } else { false } }
        let table = try countTable(plan, connection)
        let onYear = day.year
        func add(_ values: [String], _ year: Int, _ count: Int, _ days: () throws -> DayHistogram) rethrows {
            var key: [String] = []
            key.reserveCapacity(parts.count)
            var agePlace: Int?
            for (place, part) in parts.enumerated() {
                switch part {
                case .field(let index): key.append(values[index])
                case .year: key.append(year == 0 ? "" : String(year))
                case .age:
                    key.append("")
                    agePlace = place
                }
            }
            guard needsAge, let agePlace else {
                sums[key, default: 0] += count
                return
            }
            // All born in one year share an age group, unless their birthdays this year lead from one group into the next.
            let older = onYear - year
            if older % 5 != 0 || older <= 0 {
                key[agePlace] = Registry.ageBand(older <= 0 ? 0 : older - (older % 5 == 0 ? 1 : 0))
                sums[key, default: 0] += count
                return
            }
            let birthday = day.birthday(ofAge: older)
            let had = try days().sum(through: birthday.ordinal)
            key[agePlace] = Registry.ageBand(older)
            sums[key, default: 0] += had
            key[agePlace] = Registry.ageBand(older - 1)
            sums[key, default: 0] += count - had
        }
        let boundary = needsAge ? try boundaryDays(plan, years: Set(table.lines.map(\.year)).filter { ($0 - onYear) % 5 == 0 && $0 < onYear }, connection) : [:]
        for line in table.lines {
            add(line.values, line.year, line.count) { boundary[CountChanges.Cell(values: line.values, year: line.year)] ?? DayHistogram() }
        }
        // What comes into force later is taken back.
        let keys = SQL(stringLiteral: plan.countedPositions.map { "c_\(plan.register.fields[$0].name), " }.joined())
        let width = plan.countedPositions.count
        try connection.each("SELECT \(keys)year, n, days FROM count_change_\(name: plan.table) WHERE effective > \(day)") { row in
            add((0..<width).map { row.text($0) }, Int(row.integer(width)), -Int(row.integer(width + 1))) {
                DayHistogram(row.blob(width + 2)).negated
            }
            return true
        }
    }

    private func boundaryDays(_ plan: Plan, years: Set<Int>, _ connection: Connection) throws -> [CountChanges.Cell: DayHistogram] {
        guard !years.isEmpty else { return [:] }
        let keys = SQL(stringLiteral: plan.countedPositions.map { "c_\(plan.register.fields[$0].name), " }.joined())
        let width = plan.countedPositions.count
        var result: [CountChanges.Cell: DayHistogram] = [:]
        for year in years.sorted() {
            try connection.each("SELECT \(keys)days FROM count_days_\(name: plan.table) WHERE year = \(year)") { row in
                result[CountChanges.Cell(values: (0..<width).map { row.text($0) }, year: year)] = DayHistogram(row.blob(width))
                return true
            }
        }
        return result
    }

    /// The table of totals, read again only when the journal has grown.
    private func countTable(_ plan: Plan, _ connection: Connection) throws -> CountTable {
        let size = try journals.committedSize(of: plan.register.name, on: connection)
        if let known = statisticsCache.withLock({ $0[plan.register.name] }), known.size == size { return known.table }
        let keys = SQL(stringLiteral: plan.countedPositions.map { "c_\(plan.register.fields[$0].name), " }.joined())
        let width = plan.countedPositions.count
        let table = CountTable(
            lines: try connection.all("SELECT \(keys)year, n FROM count_\(name: plan.table)") { row in
                CountTable.Line(values: (0..<width).map { row.text($0) }, year: Int(row.integer(width)), count: Int(row.integer(width + 1)))
            })
        // While a load into an empty register runs, its counts are still to come.
        if try connection.first("SELECT 1 FROM load WHERE register = \(plan.register.name) AND late = 1", { _ in true }) == nil {
            statisticsCache.withLock { $0[plan.register.name] = (size, table) }
        }
        return table
    }

    /// How many records stand in the register now.
    func size(of register: String, on connection: Connection) throws -> Int {
        let plan = try plan(register)
        if plan.isCounted { return try countTable(plan, connection).lines.reduce(0) { $0 + $1.count } }
        return Int(try connection.first("SELECT count(*) FROM record_\(name: plan.table) WHERE retired = 0") { $0.integer(0) }!)
    }

    /// What pages and the API say of a register's state.
    public func summary(of register: String) throws -> (size: Int, updated: Instant?, entries: Int64, today: Int64) {
        try database.read { connection in
            let entries = try self.journals.committedSize(of: register, on: connection)
            let midnight = Instant(milliseconds: Int64(self.world.today.number) * 86_400_000 - 25_200_000 - 1)
            let before = try self.journals.size(of: register, at: midnight, on: connection)
            return (
                try self.size(of: register, on: connection), try self.journals.head(of: register, on: connection)?.recorded, entries, entries - before
            )
        }
    }
}
