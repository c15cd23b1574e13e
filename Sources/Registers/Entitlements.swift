// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// Somebody who is entitled and not enrolled, or may be, or is enrolled and no longer entitled.
public struct EntitlementFinding: Sendable {
    public enum Sort: String, Sendable, CaseIterable {
        case missing
        /// Nothing known speaks against it, not all is known, and nothing is paid.
        case possible
        case wrong
    }

    public let sort: Sort
    /// The person's row and key in the register of people.
    public let row: Int64
    public let key: String
    /// Where the person lives; for the wrong ones, the unit that pays.
    public let unit: String
    /// The enrolment's row, of those who have one.
    public let enrolment: Int64?
    public let explanation: Explanation
}

/// How many there are in a unit, or in all.
public struct EntitlementTally: Sendable, Equatable {
    /// For certain, or by a decision where the registers leave it open.
    public var entitled = 0
    public var enrolled = 0
    public var missing = 0
    /// Maybe entitled, and not enrolled.
    public var possible = 0
    public var wrong = 0

    static func + (left: EntitlementTally, right: EntitlementTally) -> EntitlementTally {
        EntitlementTally(
            entitled: left.entitled + right.entitled, enrolled: left.enrolled + right.enrolled, missing: left.missing + right.missing,
            possible: left.possible + right.possible, wrong: left.wrong + right.wrong)
    }
}

/// One walk over the people by one rule.
public struct EntitlementRun: Sendable {
    public let rule: EntitlementRule
    public let day: Day
    /// How many people there are, and how many of them had to be judged.
    public let people: Int
    public let judged: Int
    public let byUnit: [String: EntitlementTally]

    public var total: EntitlementTally { byUnit.values.reduce(EntitlementTally(), +) }
}

extension Registry {
    /// The rule of that name on a day; nil when the law has none then.
    public func entitlement(_ name: String, on day: Day? = nil) -> EntitlementRule? {
        let day = day ?? world.today
        return entitlements.first { $0.name == name && $0.isInForce(on: day) }
    }

    /// The rules in force on a day under which people are enrolled.
    public func enrolling(on day: Day? = nil) -> [EntitlementRule] {
        let day = day ?? world.today
        return entitlements.filter { $0.enrolment != nil && $0.isInForce(on: day) }
    }

    /// Judges everybody whom the rule can mean, and everybody who is enrolled, by the law and the ages of the day over the registers as they
    /// stand; gives what is found as it comes. Who wants to stop throws from `progress`. Memory grows with the enrolments, not with the people.
    public func walk(
        _ rule: EntitlementRule, on day: Day, progress: (Double) throws -> Void = { _ in }, found: (EntitlementFinding) throws -> Void
    ) throws -> EntitlementRun {
        guard let enrolment = rule.enrolment else { return EntitlementRun(rule: rule, day: day, people: 0, judged: 0, byUnit: [:]) }
        return try database.read { connection in
            let walk = try EntitlementWalk(self, rule, enrolment, day, connection)
            return try walk.run(progress: progress, found: found)
        }
    }
}

/// Answers from memory that there is nothing; what is there is read as ever. A walk over many people asks the same few registers again and again.
private final class WalkingRecords: Records {
    private let standing: StandingRecords
    /// Keys and values that some record has, by register and field; nil where there are too many to remember.
    private var known: [String: Set<String>?] = [:]
    private static let rememberedMax: Int64 = 3_000_000

    init(_ standing: StandingRecords) { self.standing = standing }

    private func isThere(_ register: String, _ column: String, _ value: String) throws -> Bool {
        let place = register + "." + column
        if let remembered = known[place] { return remembered?.contains(value) ?? true }
        let table = try standing.registry.plan(register).table
        let last = try standing.connection.first("SELECT coalesce(max(row), 0) FROM record_\(name: table)") { $0.integer(0) }!
        var values: Set<String>?
        if last <= Self.rememberedMax {
            var all: Set<String> = []
            try standing.connection.each("SELECT \(name: column) FROM record_\(name: table) WHERE \(name: column) IS NOT NULL") { row in
                all.insert(row.text(0))
                return true
            }
            values = all
        }
        known[place] = .some(values)
        return values?.contains(value) ?? true
    }

    func find(_ register: String, _ key: String) throws -> Found? { try isThere(register, "key", key) ? standing.find(register, key) : nil }

    func all(_ register: String, where field: String, is value: String) throws -> [Found] {
        guard let column = try standing.registry.plan(register).column(field) else {
            preconditionFailure("A rule asks \(register) by \(field), which is neither a reference nor filtered.")
        }
        return try isThere(register, column.name, value) ? standing.all(register, where: field, is: value) : []
    }

    func newKey(_ register: String) throws -> String { try standing.newKey(register) }
}

/// One rule, one day, one state of the registers.
private final class EntitlementWalk {
    /// What is known of somebody who is enrolled.
    private struct Standing {
        var row: Int64
        var unit: String
        /// In one of the rule's own groups, not in one that stands in its place.
        var isOwn: Bool
        /// It has begun and no last day is set.
        var goesOn: Bool
        var isJudged = false
    }

    private static let windowRows: Int64 = 250_000

    private let registry: Registry
    private let rule: EntitlementRule
    private let enrolment: EntitlementRule.Enrolment
    private let day: Day
    private let today: Day
    private let connection: Connection
    private let people: Plan
    private let enrolled: Plan
    private let standing: StandingRecords
    private let records: WalkingRecords
    private var standings: [String: Standing] = [:]
    private var byUnit: [String: EntitlementTally] = [:]
    private var judged = 0
    /// Columns from which a person can be judged without reading the record; nil where the rule looks at more.
    private let columns: [Plan.Column]?
    private let unitColumn: String?

    init(_ registry: Registry, _ rule: EntitlementRule, _ enrolment: EntitlementRule.Enrolment, _ day: Day, _ connection: Connection) throws {
        self.registry = registry
        self.rule = rule
        self.enrolment = enrolment
        self.day = day
        self.connection = connection
        today = registry.world.today
        let people = try registry.plan(rule.people)
        self.people = people
        enrolled = try registry.plan(enrolment.register)
        let standing = StandingRecords(registry: registry, connection: connection)
        self.standing = standing
        records = WalkingRecords(standing)
        let columns = rule.looksAt.map { people.column($0) }
        self.columns = columns.contains { $0 == nil } ? nil : columns.compactMap { $0 }
        unitColumn = people.jurisdictionColumn.map { people.columns[$0].name }
    }

    func run(progress: (Double) throws -> Void, found: (EntitlementFinding) throws -> Void) throws -> EntitlementRun {
        try readEnrolments()
        switch rule.candidates {
        case .enrolled: break
        case .aged(let years, let field): try walk(bornBy: day.birthday(ofAge: years), field, progress, found)
        case .named(let register, let field):
            for key in try named(in: register, by: field, where: [:]) {
                if let person = try standing.find(people.register.name, key) { try judge(person, row: nil, unit: unit(person), found) }
            }
        case .sharing(let own, let register, let field, let values):
            for key in try named(in: register, by: field, where: values) {
                for person in try standing.all(people.register.name, where: own, is: key) { try judge(person, row: nil, unit: unit(person), found) }
            }
        }
        // Whoever is left is enrolled and not among those whom the law can mean: gone, or too young.
        for (key, one) in standings.filter({ !$0.value.isJudged && $0.value.isOwn }) {
            if let person = try standing.find(people.register.name, key) {
                try judge(person, row: nil, unit: unit(person), found)
            } else {
                try judgeGone(key, one, found)
            }
        }
        try progress(1)
        return EntitlementRun(rule: rule, day: day, people: try registry.size(of: people.register.name, on: connection), judged: judged, byUnit: byUnit)
    }

    // MARK: Who is enrolled

    private func readEnrolments() throws {
        let table = enrolled.table
        let groups = SQL.joined((enrolment.groups + enrolment.instead).map { "\($0)" }, by: ", ")
        let form = try registry.journals.form(of: enrolled.register.name, names: enrolled.names).id
        let positions = [enrolment.person, enrolment.group, enrolment.from, enrolment.until].map { enrolled.register.position(of: $0)! }
        let unit = enrolled.jurisdictionPosition
        var others: [String] = []
        try connection.each(
            """
            SELECT r.row, r.key, r.since, e.form, e.content FROM record_\(name: table) r JOIN entry_\(name: table) e ON e.number = r.entry \
            WHERE (r.retired = 0 OR r.since > \(today)) AND r.\(name: enrolled.column(enrolment.group)!.name) IN (\(groups))
            """
        ) { row in
            // What waits for its day, and what is written in an older form, is read one by one.
            guard row.integer(2) <= Int64(today.number), row.integer(3) == form, !row.isNull(4) else {
                others.append(row.text(1))
                return true
            }
            let values = RawArray.slices(row.blob(4))
            func text(_ position: Int) -> String? { RecordView.plain(values[position + 1]) }
            note(
                row.integer(0), person: text(positions[0]), group: text(positions[1]), from: text(positions[2]).flatMap { Day($0) }, until: text(positions[3]).flatMap { Day($0) },
                unit: unit.flatMap(text))
            return true
        }
        for key in others {
            guard let found = try standing.find(enrolled.register.name, key), let row = try registry.current(enrolled, key: key, on: connection)?.row else { continue }
            note(
                row, person: found[enrolment.person].string, group: found[enrolment.group].string, from: found[enrolment.from].day, until: found[enrolment.until].day,
                unit: enrolled.register.jurisdiction.flatMap { found[$0.name].string })
        }
    }

    private func note(_ row: Int64, person: String?, group: String?, from: Day?, until: Day?, unit: String?) {
        guard let person, let group, until.map({ day <= $0 }) ?? true, from != nil || !enrolment.needsFirstDay else { return }
        let hasBegun = from.map { $0 <= day } ?? true
        // Decided already, though it begins later: nobody is missing there.
        guard hasBegun || day >= today else { return }
        let isOwn = enrolment.groups.contains(group)
        let new = Standing(row: row, unit: unit ?? "", isOwn: isOwn, goesOn: isOwn && hasBegun && (until.map { $0 > day } ?? true))
        let known = standings[person]
        if isOwn, known?.isOwn != true { byUnit[new.unit, default: EntitlementTally()].enrolled += 1 }
        // Of several the one that goes on counts, then one of the rule's own.
        if known.map({ !$0.goesOn && (new.goesOn || isOwn) }) ?? true { standings[person] = new }
    }

    // MARK: Whom the law can mean

    private func walk(bornBy latest: Day, _ field: String, _ progress: (Double) throws -> Void, _ found: (EntitlementFinding) throws -> Void) throws {
        let table = people.table
        let birth = people.column(field)!.name
        let place: SQL = unitColumn.map { "\(name: $0)" } ?? "NULL"
        let list = SQL(stringLiteral: (columns ?? []).map { ", " + $0.name }.joined())
        let last = try connection.first("SELECT coalesce(max(row), -1) FROM record_\(name: table)") { $0.integer(0) }!
        for start in stride(from: 0, through: last, by: Int(Self.windowRows)) {
            let window = try connection.all(
                """
                SELECT row, key, since, \(place)\(list) FROM record_\(name: table) WHERE row >= \(start) AND row < \(start + Self.windowRows) \
                AND (retired = 0 OR since > \(today)) AND (\(name: birth) <= \(latest) OR since > \(today)) ORDER BY row
                """
            ) { row in
                (
                    row: row.integer(0), key: row.text(1), since: Day(number: Int32(truncatingIfNeeded: row.integer(2))), unit: row.text(3),
                    cells: (columns ?? []).indices.map { row.cell(4 + $0) }
                )
            }
            for one in window {
                if let columns, one.since <= today {
                    var item = Item(key: one.key, values: Array(repeating: .null, count: people.register.fields.count))
                    for (column, cell) in zip(columns, one.cells) { item.values[column.position] = column.value(cell) }
                    try judge(Found(key: one.key, fields: Item.Fields(item: item, register: people.register), since: one.since), row: one.row, unit: one.unit, found)
                } else if let person = try standing.find(people.register.name, one.key) {
                    try judge(person, row: one.row, unit: unit(person), found)
                }
            }
            try progress(min(1, Double(start + Self.windowRows) / Double(max(1, last))))
        }
    }

    /// What a field of another register names, of records that have not ended and have these values.
    private func named(in register: String, by field: String, where values: [String: String]) throws -> [String] {
        let plan = try registry.plan(register)
        let column = plan.column(field)!.name
        var condition: SQL = ""
        if let term = plan.termColumn.map({ plan.columns[$0].name }) { condition = " AND (\(name: term) IS NULL OR \(name: term) >= \(day))" }
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { condition = condition + " AND \(name: plan.column(name)!.name) = \(value)" }
        return try connection.all(
            "SELECT DISTINCT \(name: column) FROM record_\(name: plan.table) WHERE (retired = 0 OR since > \(today)) AND \(name: column) IS NOT NULL\(condition)"
        ) { $0.text(0) }
    }

    private func unit(_ person: Found) -> String { people.register.jurisdiction.flatMap { person[$0.name].string } ?? "" }

    // MARK: Judging

    private func row(_ key: String) throws -> Int64? { try registry.current(people, key: key, on: connection)?.row }

    private func judge(_ person: Found, row known: Int64?, unit: String, _ found: (EntitlementFinding) throws -> Void) throws {
        judged += 1
        let explanation = try rule.judge(person, records, day)
        let one = standings[person.key]
        if one != nil { standings[person.key]!.isJudged = true }
        if explanation.isEntitled {
            let isCertain = explanation.verdict == .entitled
            if isCertain || one != nil { byUnit[unit, default: EntitlementTally()].entitled += 1 }
            guard one == nil, !explanation.isReplaced, let row = try known ?? self.row(person.key) else { return }
            byUnit[unit, default: EntitlementTally()].missing += isCertain ? 1 : 0
            byUnit[unit, default: EntitlementTally()].possible += isCertain ? 0 : 1
            try found(EntitlementFinding(sort: isCertain ? .missing : .possible, row: row, key: person.key, unit: unit, enrolment: nil, explanation: explanation))
        } else if let one, one.goesOn, explanation.verdict == .notEntitled {
            try tellWrong(person.key, one, row: known, explanation, found)
        }
    }

    private func judgeGone(_ key: String, _ one: Standing, _ found: (EntitlementFinding) throws -> Void) throws {
        judged += 1
        guard one.goesOn else { return }
        try tellWrong(key, one, row: nil, try rule.judgeGone(key, standing, day), found)
    }

    private func tellWrong(_ key: String, _ one: Standing, row known: Int64?, _ explanation: Explanation, _ found: (EntitlementFinding) throws -> Void) throws {
        // Whoever is enrolled was in the register once, so there is a row.
        guard let row = try known ?? self.row(key) else { return }
        byUnit[one.unit, default: EntitlementTally()].wrong += 1
        try found(EntitlementFinding(sort: .wrong, row: row, key: key, unit: one.unit, enrolment: one.row, explanation: explanation))
    }
}

extension Plan.Column {
    /// A value as its column keeps it; of a day known in part, the first that it can mean.
    fileprivate func value(_ cell: Cell) -> Value {
        switch cell {
        case .null, .blob: return .null
        case .text(let text): return .string(text)
        case .integer(let number):
            switch field.kind {
            case .day, .partialDay: return .string(Day(number: Int32(truncatingIfNeeded: number)).description)
            case .boolean: return .boolean(number != 0)
            default: return .integer(number)
            }
        }
    }
}

extension RecordView {
    /// A value of an entry as it lies there, without marks; nil where there is none.
    static func plain(_ raw: ArraySlice<UInt8>) -> String? {
        guard raw.first == 0x22 else { return raw.elementsEqual("null".utf8) ? nil : String(decoding: raw, as: UTF8.self) }
        if !raw.contains(0x5C) { return String(decoding: raw.dropFirst().dropLast(), as: UTF8.self) }
        return (try? JSON(parsing: raw))?.string
    }
}
