// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// A declared question with its answer on a day, in words.
public struct ExplainedQuestion: Sendable {
    public let question: Question
    public let explanation: Explanation
}

/// The registers as they were on a day, without what a reasoning does not name: what is not declared cannot be told. Of what was entered only for a
/// later day the state that stands is read: its own days say what it was.
private struct NamedRecords: Records {
    let registry: Registry
    let connection: Connection
    let fields: [String: [String]]
    let day: Day
    let known: Instant?

    func find(_ register: String, _ key: String) throws -> Found? {
        let plan = try registry.plan(register)
        guard let current = try registry.current(plan, key: key, on: connection) else { return nil }
        return try found(plan, row: current.row, key: key)
    }

    func all(_ register: String, where field: String, is value: String) throws -> [Found] {
        let plan = try registry.plan(register)
        guard fields[register]?.contains(field) == true, let column = plan.column(field) else {
            preconditionFailure("A reasoning asks \(register) by \(field), which it does not name, or which is neither a reference nor filtered.")
        }
        let rows = try connection.all(
            """
            SELECT row, key FROM record_\(name: plan.table) WHERE \(name: column.name) = \(value) \
            UNION SELECT row, key FROM version_\(name: plan.table) WHERE \(name: column.name) = \(value) ORDER BY 1 LIMIT \(registry.limits.actMax)
            """
        ) { (row: $0.integer(0), key: $0.text(1)) }
        return try rows.compactMap { try found(plan, row: $0.row, key: $0.key) }.filter { $0[field].string == value }
    }

    func newKey(_ register: String) throws -> String { preconditionFailure("A reasoning makes no record.") }

    func state(_ plan: Plan, row: Int64) throws -> Current? {
        let size = try registry.point(plan, day, known, connection).size ?? .max
        let state =
            try registry.state(plan, row: row, on: day, size: size, on: connection)
            ?? registry.state(plan, row: row, on: registry.world.today, size: size, on: connection)
        return state.flatMap { $0.isRetired ? nil : $0 }
    }

    /// The record on the day, with the named fields alone.
    func found(_ plan: Plan, row: Int64, key: String) throws -> Found? {
        guard let names = fields[plan.register.name], let state = try self.state(plan, row: row),
            let item = try registry.journals.entry(state.entry, in: plan.register.name, on: connection).flatMap({ plan.item($0) })
        else { return nil }
        let values = zip(plan.register.fields, item.values).map { field, value in names.contains(field.name) ? value : Value.null }
        return Found(key: key, fields: Item.Fields(item: Item(key: key, values: values), register: plan.register), since: state.since)
    }
}

extension Registry {
    /// Every question about a record that explains its answer, answered for a day from what was known at a moment; without those whose words may
    /// tell of a field that the reader may not see. The look is entered where personal data is told.
    public func explanations(
        of id: String, in register: String, on day: Day, known: Instant? = nil, for authority: Authority, door: String
    ) async throws -> [ExplainedQuestion] {
        let plan = try plan(register)
        try mayLook(plan, authority)
        let asked = plan.register.questions.filter { $0.reasoning != nil }
        guard !asked.isEmpty else { return [] }
        let (row, told) = try await database.reading { connection -> (Int64, [ExplainedQuestion]) in
            guard let current = try self.locate(plan, id, authority, on: connection) else { throw RegisterError.noSuchRecord }
            let dated = NamedRecords(registry: self, connection: connection, fields: [:], day: day, known: known)
            guard let state = try dated.state(plan, row: current.row),
                let entry = try self.journals.entry(state.entry, in: register, on: connection), let item = plan.item(entry)
            else { return (current.row, []) }
            let view = self.view(plan, row: current.row, entry: entry, on: day, for: authority)
            guard self.isInScope(plan, view.unit, state.cells, authority) else { throw RegisterError.noSuchRecord }
            let sight = self.sight(plan, unit: view.place, authority)
            let reading = self.reading(effective: day)
            var told: [ExplainedQuestion] = []
            for question in asked {
                guard let reasoning = question.reasoning, try self.mayTell(question, reasoning, plan, sight, authority) else { continue }
                let own = NamedRecords(registry: self, connection: connection, fields: [register: Registry.fields(question, plan)], day: day, known: known)
                let records = NamedRecords(registry: self, connection: connection, fields: reasoning.beside, day: day, known: known)
                guard let found = try own.found(plan, row: current.row, key: item.key) else { continue }
                told.append(ExplainedQuestion(question: question, explanation: try reasoning.explain(found, records, reading)))
            }
            return (current.row, told)
        }
        let tellsPersons = told.contains { one in Registry.fields(one.question, plan).contains { plan.register.field($0)?.privacy == .personal } }
        if tellsPersons { try await enterRead(register, rows: [row], authority: authority, door: door, asked: "explanation") }
        return told
    }

    /// The fields of the record itself that a question reads.
    private static func fields(_ question: Question, _ plan: Plan) -> [String] { question.reads ?? plan.register.allFields.map(\.name) }

    private func mayTell(_ question: Question, _ reasoning: Question.Reasoning, _ plan: Plan, _ sight: Privacy, _ authority: Authority) throws -> Bool {
        func areSeen(_ names: [String], of register: Register, _ sight: Privacy) -> Bool { names.allSatisfy { register.field($0).map { $0.privacy <= sight } ?? false } }
        guard plan.register.key.privacy <= sight, areSeen(Registry.fields(question, plan), of: plan.register, sight) else { return false }
        // Looks at other records are not entered here: what is personal there is told to nobody.
        return try reasoning.beside.allSatisfy { name, names in
            let other = try self.plan(name)
            return areSeen(names, of: other.register, min(wideSight(other, authority), .official))
        }
    }
}
