// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

extension Registry {
    /// A change with all that must go along with it, as one act: a household that moves takes its members, a head who leaves
    /// hands over to `successor`, and a household whose last member leaves ends.
    public func withCompanions(_ change: Change, successor: String? = nil) throws -> [Change] {
        try database.read { connection in
            let plan = try self.plan(change.register)
            guard let current = try self.current(plan, key: change.key, on: connection), !current.isRetired,
                let before = try self.journals.entry(current.entry, in: change.register, on: connection).flatMap({ plan.item($0) })
            else { return [change] }
            var changes = [change]
            if case .put(let after) = change.content { changes += try self.dependents(plan, change, before: before, after: after, connection) }
            changes += try self.groupCompanions(plan, change, before: before, successor: successor, connection)
            return changes
        }
    }

    /// Records whose copied values must follow.
    private func dependents(_ plan: Plan, _ change: Change, before: Item, after: Item, _ connection: Connection) throws -> [Change] {
        var changes: [Change] = []
        for other in plans.values.sorted(by: { $0.register.name < $1.register.name }) {
            for agreement in other.register.agreements
            where other.register.field(agreement.reference)?.kind.referencedRegister == plan.register.name {
                let value = after.value(agreement.other, in: plan.register)
                guard value != before.value(agreement.other, in: plan.register), let position = other.register.position(of: agreement.field) else { continue }
                for (key, item) in try items(other, "c_\(name: agreement.reference) = \(change.key)", connection) {
                    var moved = item
                    moved.values[position] = value
                    changes.append(Change(other.register.name, key: key, .put(moved), expecting: .anything, effective: change.effective))
                }
            }
        }
        return changes
    }

    private func groupCompanions(
        _ plan: Plan, _ change: Change, before: Item, successor: String?, _ connection: Connection
    ) throws -> [Change] {
        guard let rule = plan.register.groupRule, let group = before.value(rule.group, in: plan.register).string,
            let headPosition = plan.register.position(of: rule.field)
        else { return [] }
        let leaves: Bool
        if case .put(let after) = change.content { leaves = after.value(rule.group, in: plan.register).string != group } else { leaves = true }
        var changes: [Change] = []
        let others = try items(plan, "c_\(name: rule.group) = \(group)", connection).filter { $0.key != change.key }
        if let successor, var item = others.first(where: { $0.key == successor })?.item {
            item.values[headPosition] = .string(rule.value)
            changes.append(Change(plan.register.name, key: successor, .put(item), expecting: .anything, effective: change.effective))
        }
        if leaves, others.isEmpty, let register = plan.register.field(rule.group)?.kind.referencedRegister {
            changes.append(Change(register, key: group, .retire, expecting: .anything, effective: change.effective))
        }
        return changes
    }

    private func items(_ plan: Plan, _ condition: SQL, _ connection: Connection) throws -> [(key: String, item: Item)] {
        try connection.all("SELECT key, entry FROM record_\(name: plan.table) WHERE retired = 0 AND \(condition) ORDER BY row LIMIT \(limits.actMax)") {
            ($0.text(0), $0.integer(1))
        }.compactMap { key, entry in
            try journals.entry(entry, in: plan.register.name, on: connection).flatMap { plan.item($0) }.map { (key, $0) }
        }
    }

    /// A key for a new record whose form left it open.
    public func freshKey(_ register: String) throws -> String { try database.read { try self.newKey(self.plan(register), on: $0) } }

    /// The item of JSON or of a form, with every objection to it.
    public func item(_ register: String, key: String, json: JSON, effective: Day?) throws -> Item {
        let plan = try plan(register)
        var objections: [Objection] = []
        let item = plan.item(key: key, json: json, reading: reading(effective: effective), objections: &objections)
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
        return item
    }

    /// The item of a form's texts. All objections come with the texts as they were typed.
    public func item(_ register: String, texts: [String: String], effective: Day?) throws -> Item {
        let plan = try plan(register)
        let reading = reading(effective: effective)
        var objections: [Objection] = []
        var item = Item(key: "", values: [])
        item.key = plan.parsedKey(texts[plan.register.key.name] ?? "", reading, &objections)
        for field in plan.register.fields {
            do {
                item.values.append(try field.kind.parse(texts[field.name] ?? "", reading))
            } catch {
                item.values.append(.null)
                objections.append(error.at(field.name))
            }
        }
        plan.check(item, reading, &objections)
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
        return item
    }

    /// Doubts about a record as it stands, for its page.
    public func doubts(_ view: RecordView) throws -> [Objection] {
        let plan = try plan(view.register)
        guard let key = view.key, !view.values.contains(where: { $0 == nil }), !view.isRetired else { return [] }
        return plan.doubts(Item(key: key, values: view.values.map { $0! }), reading())
    }

    // MARK: Once only

    /// An answer kept for a caller's idempotency key.
    public struct KeptAnswer: Sendable {
        public let request: [UInt8]
        public let status: Int
        public let answer: [UInt8]
    }

    public func keptAnswer(caller: String, key: String) throws -> KeptAnswer? {
        try database.look { connection in
            try connection.first("SELECT request, status, answer FROM idempotency WHERE caller = \(caller) AND key = \(key)") {
                KeptAnswer(request: $0.blob(0), status: Int($0.integer(1)), answer: $0.blob(2))
            }
        }
    }

    /// Keeps an answer; gives the one that counts when another request with the same key was faster.
    public func keepAnswer(caller: String, key: String, request: [UInt8], status: Int, answer: [UInt8]) async throws -> KeptAnswer {
        let now = world.now()
        return try await database.write { connection in
            try connection.run("DELETE FROM idempotency WHERE recorded < \(now.milliseconds - 7 * 86_400_000)")
            try connection.run(
                """
                INSERT INTO idempotency (caller, key, request, status, answer, recorded) VALUES (\(caller), \(key), \(request), \(status), \(answer), \(now)) \
                ON CONFLICT (caller, key) DO NOTHING
                """)
            return try connection.first("SELECT request, status, answer FROM idempotency WHERE caller = \(caller) AND key = \(key)") {
                KeptAnswer(request: $0.blob(0), status: Int($0.integer(1)), answer: $0.blob(2))
            }!
        }
    }
}
