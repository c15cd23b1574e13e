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
final class CountTable: Sendable {
    struct Line: Sendable {
        /// For each counted field the place of its value in `values`.
        let codes: [Int32]
        let year: Int32
        let count: Int32
    }

    /// The values of each counted field, in the order of their texts.
    let values: [[String]]
    let lines: [Line]
    /// For one day: how many of each line's people had their birthday by then, where that parts two age groups.
    private let birthdays = Mutex<(day: Day, had: [Int32])?>(nil)

    init(values: [[String]], lines: [Line]) {
        self.values = values
        self.lines = lines
    }

    func birthdays(on day: Day, _ count: () throws -> [Int32]) rethrows -> [Int32] {
        if let known = birthdays.withLock({ $0 }), known.day == day { return known.had }
        let had = try count()
        birthdays.withLock { $0 = (day, had) }
        return had
    }
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
        guard fields.count <= Self.groupingMax, Set(fields).count == fields.count else {
            throw RegisterError.badRequest(
                Text(vi: "Thống kê theo nhiều nhất \(Self.groupingMax) trường khác nhau.", en: "Counts are by at most \(Self.groupingMax) different fields."))
        }
        let isFree = fields.contains { name in freePosition(name, plan) != nil && !plan.countedPositions.contains { plan.register.fields[$0].name == name } }
        let positions = isFree ? [] : try fields.map { try part($0, plan) }
        guard isFree || plan.isCounted else {
            throw RegisterError.badRequest(["vi": "Sổ này không khai báo thống kê nào.", "en": "This register declares no counts."])
        }
        // Only who may see every person of the register, and says why, sees groups in which somebody could be recognised.
        let mayCountPersons = wideSight(plan, authority) == .personal && scope(plan, authority) == nil
        let result: [([String], Int)] = try database.read { connection in
            guard isFree else { return try self.keptCounts(plan, positions, on: on, connection) }
            return try self.freeCounts(plan, fields, on: on, for: authority, connection)
        }
        // Where anything personal is kept, a small group tells of somebody.
        let isOfPersons = plan.register.allFields.contains { $0.privacy == .personal }
        let small = isOfPersons && !mayCountPersons && !fields.isEmpty ? try smallGroups(plan, fields, isFree ? result : nil, on: on) : nil
        return Statistics(
            by: fields, on: on,
            groups: result.map { values, count in
                let isHidden = small.map { count < limits.smallGroup || $0.groups.hides($0.places.map { $0.map { values[$0] } }) } ?? false
                return Statistics.Group(values: values, count: isHidden ? nil : count)
            }, total: result.reduce(0) { $0 + $1.1 })
    }

    /// What is hidden from those who may not see persons, and for each field that was judged its place in the question. Kept counts are judged
    /// by all fields together, since one question's answer can be subtracted from another's; anew after some seconds of change, while what is
    /// small is judged each time.
    private func smallGroups(_ plan: Plan, _ fields: [String], _ asked: [([String], Int)]?, on day: Day) throws -> (groups: SmallGroups, places: [Int?]) {
        if let asked { return (SmallGroups(asked.map(\.0), asked.map(\.1), smallest: limits.smallGroup), fields.indices.map { $0 }) }
        let birth = plan.countedDay.map { plan.register.fields[$0].name }
        let last = birth.map { !fields.contains($0) && $0 == "birth" ? "age" : $0 }
        let all = plan.countedPositions.map { plan.register.fields[$0].name } + (last.map { [$0] } ?? [])
        let places = all.map { fields.firstIndex(of: $0) }
        let size = try database.read { try self.journals.committedSize(of: plan.register.name, on: $0) }
        let now = world.now().milliseconds
        let key = "\(plan.register.name) \(day) \(last ?? "")"
        if let known = smallGroupsCache.withLock({ $0[key] }), known.size == size || known.until > now { return (known.groups, places) }
        let parts = try all.map { try part($0, plan) }
        let counts = try database.read { try self.keptCounts(plan, parts, on: day, $0) }
        let groups = SmallGroups(counts.map(\.0), counts.map(\.1), smallest: limits.smallGroup)
        smallGroupsCache.withLock { cache in
            if cache.count >= Self.smallGroupsKept { cache.removeAll() }
            cache[key] = (size, now + Self.smallGroupsMilliseconds, groups)
        }
        return (groups, places)
    }

    private static let smallGroupsKept = 64
    private static let smallGroupsMilliseconds: Int64 = 10_000

    /// Numbers by size, everything else by letters: `5-9` comes before `10-14`.
    static func naturalOrder(_ left: String, _ right: String) -> Bool {
        let a = Int(left.prefix { $0.isNumber }) ?? -1
        let b = Int(right.prefix { $0.isNumber }) ?? -1
        return a != b && !left.hasPrefix("0") && !right.hasPrefix("0") ? a < b : left < right
    }

    /// Fields of one question.
    static let groupingMax = 4
    /// Groups of one answer, those of nobody included.
    static let groupsMax = 5_000_000

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
    ) throws -> [([String], Int)] {
        guard authority.may(.read, plan.register.name) || authority.may(.personal, plan.register.name) else {
            throw RegisterError.forbidden([
                "vi": "Câu hỏi này chỉ dành cho người được phân quyền; số đếm có sẵn thì ai cũng xem được.",
                "en": "This question is for those with a right to the register; the counts that are kept are open to everyone.",
            ])
        }
        let isAboutPersons = fields.contains { plan.register.field($0)?.privacy == .personal }
        guard !isAboutPersons || authority.may(.personal, plan.register.name), scope(plan, authority, asking: .official) == nil else {
            throw RegisterError.forbidden([
                "vi": "Câu hỏi này chỉ dành cho người được xem toàn thành phố.", "en": "This question is for those with a right to the whole city.",
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
            guard columns.groups(positions) * (ages ? 21 : 1) <= Self.groupsMax else {
                throw RegisterError.badRequest(["vi": "Câu hỏi này chia thành quá nhiều nhóm.", "en": "This question makes too many groups."])
            }
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

    /// Kept counts, grouped, in the order of the groups' values.
    private func keptCounts(_ plan: Plan, _ parts: [Part], on day: Day, _ connection: Connection) throws -> [([String], Int)] {
        let table = try countTable(plan, connection)
        let needsAge = parts.contains { if case .age = $0 { true } else { false } }
        let had = needsAge ? try table.birthdays(on: day) { try birthdaysBy(day, table, plan, connection) } : []
        let years = table.lines.reduce(into: (min: Int32.max, max: Int32.min)) { $0 = (min($0.min, $1.year), max($0.max, $1.year)) }
        let sizes = parts.map { part in
            switch part {
            case .field(let index): table.values[index].count
            case .age: 21
            case .year: table.lines.isEmpty ? 0 : Int(years.max - years.min) + 1
            }
        }
        var sums = [Int](repeating: 0, count: sizes.reduce(1, *))
        for (number, line) in table.lines.enumerated() {
            var place = 0
            var stride = 0
            for (part, size) in zip(parts, sizes) {
                place *= size
                stride *= size
                switch part {
                case .field(let index): place += Int(line.codes[index])
                case .year: place += Int(line.year - years.min)
                case .age: stride = 1
                }
            }
            guard needsAge else {
                sums[place] += Int(line.count)
                continue
            }
            // All born in one year share an age group, unless their birthdays this year lead from one group into the next.
            let older = day.year - Int(line.year)
            let birthdaysHad = older > 0 && older % 5 == 0 ? Int(had[number]) : 0
            let younger = max(0, older - (older > 0 && older % 5 == 0 ? 1 : 0))
            sums[place + stride * min(20, younger / 5)] += Int(line.count) - birthdaysHad
            if birthdaysHad != 0 { sums[place + stride * min(20, older / 5)] += birthdaysHad }
        }
        var result: [([String], Int)] = []
        for (place, count) in sums.enumerated() where count != 0 {
            var rest = place
            var key = [String](repeating: "", count: parts.count)
            for index in parts.indices.reversed() {
                let code = rest % sizes[index]
                rest /= sizes[index]
                switch parts[index] {
                case .field(let field): key[index] = table.values[field][code]
                case .age: key[index] = Registry.ageBand(code * 5)
                case .year: key[index] = years.min + Int32(code) == 0 ? "" : String(years.min + Int32(code))
                }
            }
            result.append((key, count))
        }
        return try withoutLater(result, plan, parts, on: day, connection)
    }

    /// Of each line whose year parts two age groups: how many had their birthday.
    private func birthdaysBy(_ day: Day, _ table: CountTable, _ plan: Plan, _ connection: Connection) throws -> [Int32] {
        var had = [Int32](repeating: 0, count: table.lines.count)
        let years = Set(table.lines.map(\.year)).filter { (day.year - Int($0)) % 5 == 0 && Int($0) < day.year }
        let boundary = try boundaryDays(plan, years: Set(years.map(Int.init)), connection)
        for (number, line) in table.lines.enumerated() where years.contains(line.year) {
            let cell = CountChanges.Cell(values: line.codes.enumerated().map { table.values[$0.offset][Int($0.element)] }, year: Int(line.year))
            had[number] = Int32(boundary[cell]?.sum(through: day.birthday(ofAge: day.year - Int(line.year)).ordinal) ?? 0)
        }
        return had
    }

    /// Takes back what comes into force after the day.
    private func withoutLater(_ counts: [([String], Int)], _ plan: Plan, _ parts: [Part], on day: Day, _ connection: Connection) throws -> [([String], Int)] {
        let keys = SQL(stringLiteral: plan.countedPositions.map { "c_\(plan.register.fields[$0].name), " }.joined())
        let width = plan.countedPositions.count
        var later: [[String]: Int] = [:]
        try connection.each("SELECT \(keys)year, n, days FROM count_change_\(name: plan.table) WHERE effective > \(day)") { row in
            let year = Int(row.integer(width))
            func key(_ age: Int) -> [String] {
                parts.map { part in
                    switch part {
                    case .field(let index): row.text(index)
                    case .year: year == 0 ? "" : String(year)
                    case .age: Registry.ageBand(age)
                    }
                }
            }
            let older = day.year - year
            let count = Int(row.integer(width + 1))
            let had = older > 0 && older % 5 == 0 ? DayHistogram(row.blob(width + 2)).sum(through: day.birthday(ofAge: older).ordinal) : 0
            later[key(max(0, older - (older > 0 && older % 5 == 0 ? 1 : 0))), default: 0] -= count - had
            if had != 0 { later[key(older), default: 0] -= had }
            return true
        }
        if later.isEmpty { return counts }
        for (key, count) in counts { later[key, default: 0] += count }
        return later.filter { $0.value != 0 }.sorted { $0.key.lexicographicallyPrecedes($1.key, by: Registry.naturalOrder) }
    }

    func boundaryDays(_ plan: Plan, years: Set<Int>, _ connection: Connection) throws -> [CountChanges.Cell: DayHistogram] {
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
    func countTable(_ plan: Plan, _ connection: Connection) throws -> CountTable {
        let size = try journals.committedSize(of: plan.register.name, on: connection)
        if let known = statisticsCache.withLock({ $0[plan.register.name] }), known.size == size { return known.table }
        let keys = SQL(stringLiteral: plan.countedPositions.map { "c_\(plan.register.fields[$0].name), " }.joined())
        let width = plan.countedPositions.count
        let raw = try connection.all("SELECT \(keys)year, n FROM count_\(name: plan.table)") { row in
            ((0..<width).map { row.text($0) }, Int32(row.integer(width)), Int32(row.integer(width + 1)))
        }
        let values = (0..<width).map { field in Set(raw.map { $0.0[field] }).sorted() }
        let codes = values.map { Dictionary(uniqueKeysWithValues: $0.enumerated().map { ($0.element, Int32($0.offset)) }) }
        let table = CountTable(
            values: values,
            lines: raw.map { line in CountTable.Line(codes: (0..<width).map { codes[$0][line.0[$0]]! }, year: line.1, count: line.2) })
        // While a load into an empty register runs, its counts are still to come.
        if try connection.first("SELECT 1 FROM load WHERE register = \(plan.register.name) AND late = 1", { _ in true }) == nil {
            statisticsCache.withLock { $0[plan.register.name] = (size, table) }
        }
        return table
    }

    /// How many records stand in the register now.
    func size(of register: String, on connection: Connection) throws -> Int {
        let plan = try plan(register)
        if plan.isCounted {
            let later = try connection.first("SELECT coalesce(sum(n), 0) FROM count_change_\(name: plan.table) WHERE effective > \(world.today)") { Int($0.integer(0)) }!
            return try countTable(plan, connection).lines.reduce(-later) { $0 + Int($1.count) }
        }
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
