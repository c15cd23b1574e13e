// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// Somebody on a list of those who miss something or get it wrongly, judged again at the moment of reading.
public struct EntitlementCase: Sendable {
    public let person: RecordView
    /// The enrolment's key, of those who have one; of the missing, the record that says who is meant and lacks the first day of payment.
    public let enrolment: String?
    public let unit: String
    /// The day on which a walk found it first.
    public let since: Day
    public let explanation: Explanation
}

/// A rule about which somebody is told nothing, because its reasons come from registers in which they may not see this person.
public struct WithheldEntitlement: Sendable {
    public let rule: EntitlementRule
    public let registers: [String]
}

/// Remembers which records a rule was told, so that the look at each can be entered.
private final class NotedRecords: Records {
    private let standing: StandingRecords
    private var keys: [String: Set<String>] = [:]

    init(_ standing: StandingRecords) { self.standing = standing }

    func find(_ register: String, _ key: String) throws -> Found? {
        let found = try standing.find(register, key)
        if found != nil { keys[register, default: []].insert(key) }
        return found
    }

    func all(_ register: String, where field: String, is value: String) throws -> [Found] {
        let found = try standing.all(register, where: field, is: value)
        if !found.isEmpty { keys[register, default: []].formUnion(found.map(\.key)) }
        return found
    }

    func newKey(_ register: String) throws -> String { try standing.newKey(register) }

    /// By register, what was read of those that tell of persons.
    func rows() throws -> [String: Set<Int64>] {
        var rows: [String: Set<Int64>] = [:]
        for (register, keys) in keys {
            let plan = try standing.registry.plan(register)
            guard plan.register.allFields.contains(where: { $0.privacy == .personal }) else { continue }
            let read: [Int64] = try keys.compactMap { try standing.registry.current(plan, key: $0, on: standing.connection)?.row }
            rows[register] = Set(read)
        }
        return rows
    }
}

extension Registry {
    static let casesMax = 1000

    // MARK: Lists

    /// Whether somebody may see who is on a rule's lists, in some unit; without a purpose nobody may.
    public func mayListEntitled(_ rule: EntitlementRule, _ authority: Authority) -> Bool {
        guard rule.enrolment != nil else { return false }
        return authority.may(.personal, rule.people) && registersTold(rule).allSatisfy { authority.may(.personal, $0) }
    }

    /// Registers of whose records a rule's answer tells, beside the people's own.
    private func registersTold(_ rule: EntitlementRule) -> [String] {
        let all = [rule.enrolment?.register].compactMap { $0 } + rule.tells
        return Set(all).subtracting([rule.people]).sorted()
    }

    /// A page of those who miss it or get it wrongly, in the units in which the reader may see persons. Who has been settled since is left out.
    /// The looks are entered before this returns.
    public func entitlementCases(
        _ rule: EntitlementRule, _ sort: EntitlementFinding.Sort, unit: String? = nil, after: String? = nil, limit: Int, for authority: Authority, door: String
    ) async throws -> (cases: [EntitlementCase], next: String?) {
        guard let enrolment = rule.enrolment, mayListEntitled(rule, authority) else { throw RegisterError.forbidden(Self.notForYou) }
        guard authority.purpose != nil else { throw RegisterError.purposeNeeded }
        let limit = min(max(1, limit), Self.casesMax)
        let people = try plan(rule.people)
        // Who pays somebody may see whom, wherever that person lives now.
        let home = sort == .wrong ? nil : scope(people, authority, asking: .personal)
        let told: [[String]?] = try registersTold(rule).map { try scope(plan($0), authority, asking: .personal) }
        let scopes: [Set<String>] = ([home, unit.map { [$0] }] + told).compactMap { $0.map { Set($0) } }
        let reader =
            sort != .wrong
            ? authority
            : Authority(authority.sort, id: authority.id, name: authority.name, grants: [Grant(rule.people, [.read, .personal])], purpose: authority.purpose)
        let units: Set<String>? = scopes.dropFirst().reduce(scopes.first) { $0?.intersection($1) }
        if let units, units.isEmpty { return ([], nil) }
        let day = world.today
        // A page ends with a person, who is named by the ref in addresses.
        let last = after.flatMap { cipher.record(of: $0, in: people.register.journal) } ?? -1
        let (cases, next, rows) = try await database.reading { connection -> ([EntitlementCase], Int64?, [String: Set<Int64>]) in
            var rows: [String: Set<Int64>] = [:]
            let within: SQL = units.map { " AND unit IN (\(SQL.joined($0.sorted().map { "\($0)" }, by: ", ")))" } ?? ""
            let found = try connection.all(
                """
                SELECT row, unit, enrolment, since FROM entitlement_finding WHERE rule = \(rule.name) AND sort = \(sort.rawValue) AND row > \(last)\(within) \
                ORDER BY row LIMIT \(limit + 1)
                """
            ) { (row: $0.integer(0), unit: $0.text(1), enrolment: $0.optionalInteger(2), since: Day(number: Int32(truncatingIfNeeded: $0.integer(3)))) }
            let cases = try found.prefix(limit).compactMap { one -> EntitlementCase? in
                guard let view = try self.person(people, row: one.row, reader, connection), let key = view.key else { return nil }
                let records = NotedRecords(StandingRecords(registry: self, connection: connection))
                let explanation = try self.explanation(rule, key, day, records)
                let isSettled: Bool
                switch sort {
                case .missing: isSettled = try explanation.verdict != .entitled || explanation.isReplaced || self.isEnrolled(key, enrolment, day, connection)
                case .possible: isSettled = try explanation.verdict != .possible || explanation.isReplaced || self.isEnrolled(key, enrolment, day, connection)
                case .wrong: isSettled = try explanation.verdict != .notEntitled || !self.goesOn(one.enrolment, enrolment, day, connection)
                }
                if isSettled { return nil }
                let row = try one.enrolment ?? self.unpaid(key, enrolment, connection)
                let standing = try row.flatMap { try self.key(ofRow: $0, in: enrolment.register, on: connection) }
                let read = try records.rows()
                rows.merge(read) { $0.union($1) }
                rows[rule.people, default: []].insert(view.row)
                if let row { rows[enrolment.register, default: []].insert(row) }
                return EntitlementCase(person: view, enrolment: standing, unit: one.unit, since: one.since, explanation: explanation)
            }
            return (cases, found.count > limit ? found[limit - 1].row : nil, rows)
        }
        if !cases.isEmpty { try await enterReads(rows, authority: authority, door: door, asked: "entitlements: \(rule.name)") }
        return (cases, next.map { ref(of: $0, in: rule.people) })
    }

    /// The looks at all records that answers were made from, in one act.
    private func enterReads(_ rows: [String: Set<Int64>], authority: Authority, door: String, asked: String) async throws {
        guard let purpose = authority.purpose else { throw RegisterError.purposeNeeded }
        try await database.write { connection in
            for (register, rows) in rows.sorted(by: { $0.key < $1.key }) where !rows.isEmpty {
                try self.appendRead(register, rows: rows.sorted(), authority: authority, purpose: purpose, door: door, asked: asked, on: connection)
            }
        }
    }

    private func isEnrolled(_ key: String, _ enrolment: EntitlementRule.Enrolment, _ day: Day, _ connection: Connection) throws -> Bool {
        let groups = Set(enrolment.groups + enrolment.instead)
        return try StandingRecords(registry: self, connection: connection).all(enrolment.register, where: enrolment.person, is: key).contains { one in
            groups.contains(one[enrolment.group].plain) && (!one[enrolment.from].isNull || !enrolment.needsFirstDay) && (one[enrolment.until].day.map { day <= $0 } ?? true)
        }
    }

    /// The record in which only the first day of payment is missing; nil where enrolment is a record of its own.
    private func unpaid(_ key: String, _ enrolment: EntitlementRule.Enrolment, _ connection: Connection) throws -> Int64? {
        guard enrolment.needsFirstDay else { return nil }
        let records = try StandingRecords(registry: self, connection: connection).all(enrolment.register, where: enrolment.person, is: key)
        guard let open = records.first(where: { enrolment.groups.contains($0[enrolment.group].plain) && $0[enrolment.from].isNull }) else { return nil }
        return try current(plan(enrolment.register), key: open.key, on: connection)?.row
    }

    private func goesOn(_ row: Int64?, _ enrolment: EntitlementRule.Enrolment, _ day: Day, _ connection: Connection) throws -> Bool {
        guard let row, let key = try self.key(ofRow: row, in: enrolment.register, on: connection),
            let one = try StandingRecords(registry: self, connection: connection).find(enrolment.register, key)
        else { return false }
        if enrolment.needsFirstDay, one[enrolment.from].isNull { return false }
        return one[enrolment.until].day.map { day < $0 } ?? true
    }

    /// A person as the reader may see them; of who is gone the last state tells who it was.
    private func person(_ plan: Plan, row: Int64, _ authority: Authority, _ connection: Connection) throws -> RecordView? {
        guard let key = try self.key(ofRow: row, in: plan.register.name, on: connection), let current = try self.current(plan, key: key, on: connection) else { return nil }
        let state = current.since <= world.today ? current : try self.state(plan, row: row, on: world.today, size: .max, on: connection) ?? current
        guard var entry = try journals.entry(state.entry, in: plan.register.name, on: connection) else { return nil }
        if entry.isRetirement, let number = entry.previous, let before = try journals.entry(number, in: plan.register.name, on: connection) { entry = before }
        return view(plan, row: row, entry: entry, last: current.last, for: authority)
    }

    // MARK: One person

    /// Whether somebody may have a person's entitlements explained: who may see persons where they live and in a register of enrolment.
    public func mayExplainEntitled(_ authority: Authority) -> Bool {
        entitlements.contains { rule in rule.enrolment.map { authority.may(.personal, $0.register) && authority.may(.personal, rule.people) } ?? false }
    }

    /// Every rule that was in force on the day, explained for one person, who is named by the personal number or the ref. Of those for which the
    /// reader may not see this person in every register that the answer tells of, nothing is told but which registers these are. The look at each
    /// record that an answer was made from is entered before this returns.
    public func explainEntitlements(
        of id: String, on day: Day? = nil, for authority: Authority, door: String
    ) async throws -> (person: RecordView, answers: [Explanation], withheld: [WithheldEntitlement]) {
        let day = day ?? world.today
        guard let name = entitlements.first?.people else { throw RegisterError.noSuchRecord }
        guard mayExplainEntitled(authority) else { throw RegisterError.forbidden(Self.notForYou) }
        guard authority.purpose != nil else { throw RegisterError.purposeNeeded }
        let plan = try plan(name)
        let (person, answers, withheld, read) = try await database.reading { connection -> (RecordView, [Explanation], [WithheldEntitlement], [String: Set<Int64>]) in
            guard let current = try self.locate(plan, id, authority, on: connection), let view = try self.person(plan, row: current.row, authority, connection),
                self.isInScope(plan, view.unit, current.cells, authority), let key = view.key
            else { throw RegisterError.noSuchRecord }
            let place = self.unit(plan, current.cells) ?? view.unit
            var answers: [Explanation] = []
            var withheld: [WithheldEntitlement] = []
            let records = NotedRecords(StandingRecords(registry: self, connection: connection))
            for rule in self.entitlements where rule.isInForce(on: day) {
                let lacking = self.registersTold(rule).filter { !authority.may(.personal, $0, unit: place, units: self.units, on: self.world.today) }
                if lacking.isEmpty {
                    answers.append(try self.explanation(rule, key, day, records))
                } else {
                    withheld.append(WithheldEntitlement(rule: rule, registers: lacking))
                }
            }
            return (view, answers, withheld, try records.rows())
        }
        var rows = read
        rows[name, default: []].insert(person.row)
        try await enterReads(rows, authority: authority, door: door, asked: "entitlements")
        return (person, answers, withheld)
    }

    /// The same for oneself: no purpose is asked and no look entered.
    public func ownEntitlements(row: Int64, on day: Day? = nil) async throws -> [Explanation] {
        let day = day ?? world.today
        guard let name = entitlements.first?.people else { return [] }
        return try await database.reading { connection in
            guard let key = try self.key(ofRow: row, in: name, on: connection) else { throw RegisterError.noSuchRecord }
            let records = StandingRecords(registry: self, connection: connection)
            return try self.entitlements.filter { $0.isInForce(on: day) }.map { try self.explanation($0, key, day, records) }
        }
    }

    /// By the law and the age of the day; the records are those that stand, whose own terms say what they were on the day.
    private func explanation(_ rule: EntitlementRule, _ key: String, _ day: Day, _ records: any Records) throws -> Explanation {
        guard let person = try records.find(rule.people, key) else { return try rule.judgeGone(key, records, day) }
        return try rule.judge(person, records, day)
    }
}

extension Registry {
    /// The ref of somebody who stands or stood in the register, for those who then ask about them; nothing is shown of them here.
    public func entitlementRef(of key: String, in register: String) throws -> String? {
        let plan = try plan(register)
        return try database.look { connection in try self.current(plan, key: key, on: connection).map { self.ref(of: $0.row, in: register) } }
    }
}
