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

extension Registry {
    static let casesMax = 1000

    // MARK: Lists

    /// Whether somebody may see who is on a rule's lists; without a purpose nobody may.
    public func mayListEntitled(_ rule: EntitlementRule, _ authority: Authority) -> Bool {
        guard let register = rule.enrolment?.register else { return false }
        return authority.may(.personal, register) && authority.may(.personal, rule.people) && mayBeTold(rule, authority)
    }

    private func mayBeTold(_ rule: EntitlementRule, _ authority: Authority) -> Bool { rule.tells.allSatisfy { authority.may(.personal, $0) } }

    /// A page of those who miss it or get it wrongly, in the units in which the reader may see persons. Who has been settled since is left out.
    /// The looks are entered before this returns.
    public func entitlementCases(
        _ rule: EntitlementRule, _ sort: EntitlementFinding.Sort, unit: String? = nil, after: String? = nil, limit: Int, for authority: Authority, door: String
    ) async throws -> (cases: [EntitlementCase], next: String?) {
        guard let enrolment = rule.enrolment, mayListEntitled(rule, authority) else { throw RegisterError.forbidden(Self.notForYou) }
        guard authority.purpose != nil else { throw RegisterError.purposeNeeded }
        let limit = min(max(1, limit), Self.casesMax)
        let people = try plan(rule.people)
        let enrolled = try plan(enrolment.register)
        // Who pays somebody may see whom, wherever that person lives now.
        let home = sort == .missing ? scope(people, authority, asking: .personal) : nil
        let scopes: [Set<String>] = [home, scope(enrolled, authority, asking: .personal), unit.map { [$0] }].compactMap { $0.map { Set($0) } }
        let reader =
            sort == .missing
            ? authority
            : Authority(authority.sort, id: authority.id, name: authority.name, grants: [Grant(rule.people, [.read, .personal])], purpose: authority.purpose)
        let units: Set<String>? = scopes.dropFirst().reduce(scopes.first) { $0?.intersection($1) }
        if let units, units.isEmpty { return ([], nil) }
        let day = world.today
        // A page ends with a person, who is named by the ref in addresses.
        let last = after.flatMap { cipher.record(of: $0, in: people.register.journal) } ?? -1
        let (cases, next) = try await database.reading { connection -> ([(found: EntitlementCase, enrolment: Int64?)], Int64?) in
            let within: SQL = units.map { " AND unit IN (\(SQL.joined($0.sorted().map { "\($0)" }, by: ", ")))" } ?? ""
            let found = try connection.all(
                """
                SELECT row, unit, enrolment, since FROM entitlement_finding WHERE rule = \(rule.name) AND sort = \(sort.rawValue) AND row > \(last)\(within) \
                ORDER BY row LIMIT \(limit + 1)
                """
            ) { (row: $0.integer(0), unit: $0.text(1), enrolment: $0.optionalInteger(2), since: Day(number: Int32(truncatingIfNeeded: $0.integer(3)))) }
            let cases = try found.prefix(limit).compactMap { one -> (found: EntitlementCase, enrolment: Int64?)? in
                guard let view = try self.person(people, row: one.row, reader, connection), let key = view.key else { return nil }
                let explanation = try self.explanation(rule, key, day, connection)
                let isSettled: Bool
                switch sort {
                case .missing: isSettled = try !explanation.isEntitled || explanation.isReplaced || self.isEnrolled(key, enrolment, day, connection)
                case .wrong: isSettled = try explanation.verdict != .notEntitled || !self.goesOn(one.enrolment, enrolment, day, connection)
                }
                if isSettled { return nil }
                let row = try one.enrolment ?? self.unpaid(key, enrolment, connection)
                let standing = try row.flatMap { try self.key(ofRow: $0, in: enrolment.register, on: connection) }
                return (EntitlementCase(person: view, enrolment: standing, unit: one.unit, since: one.since, explanation: explanation), row)
            }
            return (cases, found.count > limit ? found[limit - 1].row : nil)
        }
        if !cases.isEmpty {
            try await enterRead(rule.people, rows: cases.map { $0.found.person.row }, authority: authority, door: door, asked: "entitlements: \(rule.name)")
            let rows = cases.compactMap { $0.enrolment }
            if !rows.isEmpty { try await enterRead(enrolment.register, rows: rows, authority: authority, door: door, asked: "entitlements: \(rule.name)") }
        }
        return (cases.map { $0.found }, next.map { ref(of: $0, in: rule.people) })
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
    public func mayExplainEntitled(_ authority: Authority) -> Bool { entitlements.contains { mayListEntitled($0, authority) } }

    /// Every rule that was in force on the day, explained for one person, who is named by the personal number or the ref; without those whose
    /// enrolment or reasons the reader may not see. The look is entered before this returns.
    public func explainEntitlements(of id: String, on day: Day? = nil, for authority: Authority, door: String) async throws -> (person: RecordView, answers: [Explanation]) {
        let day = day ?? world.today
        guard let name = entitlements.first?.people else { throw RegisterError.noSuchRecord }
        guard mayExplainEntitled(authority) else { throw RegisterError.forbidden(Self.notForYou) }
        guard authority.purpose != nil else { throw RegisterError.purposeNeeded }
        let plan = try plan(name)
        let (person, answers) = try await database.reading { connection -> (RecordView, [Explanation]) in
            guard let current = try self.locate(plan, id, authority, on: connection), let view = try self.person(plan, row: current.row, authority, connection),
                self.isInScope(plan, view.unit, current.cells, authority), let key = view.key
            else { throw RegisterError.noSuchRecord }
            return (view, try self.explanations(key, day, connection) { $0.enrolment == nil ? self.mayBeTold($0, authority) : self.mayListEntitled($0, authority) })
        }
        try await enterRead(name, rows: [person.row], authority: authority, door: door, asked: "entitlements")
        return (person, answers)
    }

    /// The same for oneself: no purpose is asked and no look entered.
    public func ownEntitlements(row: Int64, on day: Day? = nil) async throws -> [Explanation] {
        let day = day ?? world.today
        guard let name = entitlements.first?.people else { return [] }
        return try await database.reading { connection in
            guard let key = try self.key(ofRow: row, in: name, on: connection) else { throw RegisterError.noSuchRecord }
            return try self.explanations(key, day, connection)
        }
    }

    private func explanations(
        _ key: String, _ day: Day, _ connection: Connection, where isShown: (EntitlementRule) -> Bool = { _ in true }
    ) throws -> [Explanation] {
        try entitlements.filter { $0.isInForce(on: day) && isShown($0) }.map { try explanation($0, key, day, connection) }
    }

    /// By the law and the age of the day; the records are those that stand, whose own terms say what they were on the day.
    private func explanation(_ rule: EntitlementRule, _ key: String, _ day: Day, _ connection: Connection) throws -> Explanation {
        let records = StandingRecords(registry: self, connection: connection)
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
