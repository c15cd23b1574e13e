// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

extension Registry {
    /// Whether a declared question holds of a record's content, the record that it names included, on the reading's day.
    /// Only the answer leaves, so that no look is entered; whoever asks by it for a person has asked before whether the reader may.
    public func holds(_ code: String, of asked: Item.Fields, in register: String, _ reading: Reading) throws -> Bool {
        let plan = try plan(register)
        guard let question = plan.register.questions.first(where: { $0.code == code }) else { preconditionFailure("\(register) answers no question \(code).") }
        guard question.named != nil else { return question.holds(asked, reading) }
        return try database.read { connection in try self.holds(question, of: asked, plan, reading, on: connection) }
    }

    func holds(_ question: Question, of asked: Item.Fields, _ plan: Plan, _ reading: Reading, on connection: Connection) throws -> Bool {
        guard question.holds(asked, reading) else { return false }
        guard let named = question.named, let key = asked[named.field].string else { return true }
        guard let field = plan.register.field(named.field), case .reference(let name) = field.kind else {
            preconditionFailure("\(plan.register.name).\(named.field) names no record.")
        }
        let other = try self.plan(name)
        guard let current = try self.current(other, key: key, on: connection),
            let state = try self.state(other, row: current.row, on: reading.day, size: .max, on: connection), !state.isRetired,
            let item = try journals.entry(state.entry, in: name, on: connection).flatMap({ other.item($0) })
        else { return false }
        return named.holds(Item.Fields(item: item, register: other.register), reading)
    }
}
