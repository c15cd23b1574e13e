// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
public import Store

/// What happened to a record of a register, kept until the act's consequences are known.
struct Happened {
    let register: String
    let happening: Happening
}

/// The registers as rules read them inside one transaction.
struct StandingRecords: Records {
    let registry: Registry
    let connection: Connection

    func find(_ register: String, _ key: String) throws -> Found? {
        let plan = try registry.plan(register)
        guard var current = try registry.current(plan, key: key, on: connection) else { return nil }
        // A change that waits for its day does not hold yet.
        if current.since > registry.world.today, let now = try registry.state(plan, row: current.row, on: registry.world.today, size: .max, on: connection) { current = now }
        guard !current.isRetired else { return nil }
        return try found(plan, key: key, entry: current.entry, since: current.since)
    }

    func all(_ register: String, where field: String, is value: String) throws -> [Found] {
        let plan = try registry.plan(register)
        guard let column = plan.column(field) else { preconditionFailure("A rule asks \(register) by \(field), which is neither a reference nor filtered.") }
        return try connection.all(
            """
            SELECT key, entry, since FROM record_\(name: plan.table) WHERE \(name: column.name) = \(value) AND retired = 0 ORDER BY row \
            LIMIT \(registry.limits.actMax)
            """
        ) { ($0.text(0), $0.integer(1), Day(number: Int32(truncatingIfNeeded: $0.integer(2)))) }
        .compactMap { try found(plan, key: $0.0, entry: $0.1, since: $0.2) }
    }

    func all(_ register: String, where field: String, is value: String, and other: (field: String, value: String)) throws -> [Found] {
        let plan = try registry.plan(register)
        guard let first = plan.column(field), let second = plan.column(other.field) else {
            preconditionFailure("A rule asks \(register) by \(field) and \(other.field), of which one is neither a reference nor filtered.")
        }
        return try connection.all(
            """
            SELECT key, entry, since FROM record_\(name: plan.table) WHERE \(name: first.name) = \(value) AND \(name: second.name) = \(other.value) AND retired = 0 \
            ORDER BY row LIMIT \(registry.limits.actMax)
            """
        ) { ($0.text(0), $0.integer(1), Day(number: Int32(truncatingIfNeeded: $0.integer(2)))) }
        .compactMap { try found(plan, key: $0.0, entry: $0.1, since: $0.2) }
    }

    func holdsAccount(servant: String) throws -> Bool { try registry.holdsAccount(servant, connection) }

    func newKey(_ register: String) throws -> String { try registry.newKey(registry.plan(register), on: connection) }

    func entries(of registers: [String], in unit: String, on day: Day) throws -> Int? {
        try registry.entries(registers, on: day, unit: unit, on: connection).map { $0[unit] ?? 0 }
    }

    func origin(of register: String, _ key: String) throws -> Origin? {
        let plan = try registry.plan(register)
        guard let current = try registry.current(plan, key: key, on: connection),
            let entry = try registry.journals.entry(current.row, in: plan.register.name, on: connection)
        else { return nil }
        return Origin(author: entry.author, recorded: entry.recorded, leaf: entry.leafHash, isAll: current.last == current.row)
    }

    func counted(_ list: WholeList, before moment: Instant) throws -> (known: Instant, of: Int) { try registry.counted(list, before: moment, on: connection) }

    func drawn(_ draw: Draw) throws -> Drawn { try registry.drawn(draw, on: connection) }

    private func found(_ plan: Plan, key: String, entry: Int64, since: Day) throws -> Found? {
        guard let item = try registry.journals.entry(entry, in: plan.register.name, on: connection).flatMap({ plan.item($0) }) else { return nil }
        return Found(key: key, fields: Item.Fields(item: item, register: plan.register), since: since)
    }
}

extension Registry {
    /// Notes a change for what follows from it, where the register says that something may.
    func note(
        _ plan: Plan, key: String, before: Current?, after: Item?, _ effective: Day, by author: Author, _ happenings: inout [Happened], on connection: Connection
    ) throws {
        guard plan.register.consequences != nil || plan.register.lineage != nil else { return }
        if let after, plan.register.lineage == nil {
            guard plan.register.isConsequential(Item.Fields(item: after, register: plan.register), before == nil || before!.isRetired) else { return }
        }
        let stood = try before.flatMap { $0.isRetired ? nil : try journals.entry($0.entry, in: plan.register.name, on: connection).flatMap { plan.item($0) } }
        happenings.append(
            Happened(
                register: plan.register.name,
                happening: Happening(
                    key: key, before: stood.map { Item.Fields(item: $0, register: plan.register) },
                    after: after.map { Item.Fields(item: $0, register: plan.register) }, effective: effective, author: author)))
    }

    /// Enters all that the law attaches to an act, and what follows from that, in the same transaction.
    func follow(_ happened: [Happened], by authority: Authority, load: Int64?, obligations: inout Obligations, on connection: Connection) throws {
        var waiting = happened
        var count = 0
        for _ in 0..<limits.consequenceDepthMax where !waiting.isEmpty {
            var next: [Happened] = []
            // What came from the same parents is judged together; everything else by itself, with its own day and cause.
            var groups: [(register: String, list: [Happening])] = []
            for one in waiting {
                let isJoint = try plan(one.register).register.lineage != nil
                if isJoint, let index = groups.firstIndex(where: { $0.register == one.register && $0.list[0].effective == one.happening.effective }) {
                    groups[index].list.append(one.happening)
                } else {
                    groups.append((one.register, [one.happening]))
                }
            }
            for (register, list) in groups {
                let plan = try plan(register)
                let records = StandingRecords(registry: self, connection: connection)
                let consequences: [Consequence]
                do {
                    let inherited = try lineage(plan, list, records)
                    consequences = try (plan.register.consequences?(list, records, reading(effective: list[0].effective)) ?? []) + inherited
                } catch let objection as Objection {
                    throw RegisterError.objections([objection])
                }
                let cause = causeName(plan, list[0].key, on: connection)
                for consequence in consequences {
                    count += 1
                    guard count <= limits.actMax else {
                        throw RegisterError.badRequest(
                            Text(vi: "Một việc kéo theo quá \(limits.actMax) thay đổi.", en: "One act has more than \(limits.actMax) consequences."))
                    }
                    guard let change = try change(consequence, from: list[0].effective, on: connection) else { continue }
                    _ = try enter(
                        change, index: 0, cause: cause, by: authority, isLaw: true, load: load, obligations: &obligations, happenings: &next, on: connection)
                }
            }
            waiting = next
        }
        precondition(waiting.isEmpty, "Consequences follow from each other without end.")
    }

    /// What an entry by law names as its cause; a person is named by the record's ref.
    func causeName(_ plan: Plan, _ key: String, on connection: Connection) -> String {
        guard plan.register.hasPersonalKey else { return "\(plan.register.name) \(key)" }
        let row = try? current(plan, key: key, on: connection)?.row
        return plan.register.name + (row.flatMap { $0 }.map { " " + ref(of: $0, in: plan.register.name) } ?? "")
    }

    /// A consequence as a change of the record as it stands; nil when it is so already.
    private func change(_ consequence: Consequence, from day: Day, on connection: Connection) throws -> Change? {
        let plan = try plan(consequence.register)
        let current = try current(plan, key: consequence.key, on: connection)
        let wanted = consequence.effective ?? day
        let standing = current.flatMap { $0.isRetired ? nil : $0 }
        switch consequence.content {
        case .retire:
            guard let standing else { return nil }
            if standing.since > wanted, standing.since > world.today {
                throw RegisterError.objections([
                    Objection(
                        field: "", code: "later-state",
                        Text(
                            vi: "\(plan.register.title.vi): hồ sơ có thay đổi đã định từ \(standing.since.written(.vietnamese)). Sửa hoặc bỏ thay đổi ấy trước.",
                            en: "\(plan.register.title.en): the record has a change planned from \(standing.since.written(.english)). Settle that first."))
                ])
            }
            return Change(consequence.register, key: consequence.key, .retire, expecting: .anything, effective: max(wanted, standing.since))
        case .put(let values):
            var item = Item(key: consequence.key, values: Array(repeating: .null, count: plan.register.fields.count))
            var effective = wanted
            if let current, let standing {
                // What holds on that day is what changes; where the record begins later, its beginning.
                let base = standing.since <= wanted ? standing : try state(plan, row: current.row, on: wanted, size: .max, on: connection)
                let holds = base.flatMap { $0.isRetired ? nil : $0 }
                if holds == nil { effective = standing.since }
                if let stored = try journals.entry((holds ?? standing).entry, in: plan.register.name, on: connection).flatMap({ plan.item($0) }) { item = stored }
            }
            for (name, value) in values {
                guard let position = plan.register.position(of: name), position >= 0 else { preconditionFailure("\(plan.register.name) has no field \(name).") }
                item.values[position] = value
            }
            return Change(consequence.register, key: consequence.key, .put(item), expecting: .anything, effective: effective)
        }
    }

    /// A key that nobody has, made of chance.
    func newKey(_ plan: Plan, on connection: Connection) throws -> String {
        guard let form = plan.register.keyForm else { preconditionFailure("\(plan.register.name) does not make keys.") }
        while true {
            var number: UInt64 = 0
            for byte in world.random(8) { number = number << 8 | UInt64(byte) }
            var bound: UInt64 = 1
            for _ in 0..<form.digits { bound *= 10 }
            let digits = String(number % bound)
            let key = form.prefix + String(repeating: "0", count: form.digits - digits.utf8.count) + digits
            if try current(plan, key: key, on: connection) == nil { return key }
        }
    }

    // MARK: Lineage

    /// Records that come from others keep their sum, and end those they come from.
    private func lineage(_ plan: Plan, _ list: [Happening], _ records: StandingRecords) throws -> [Consequence] {
        guard let rule = plan.register.lineage else { return [] }
        var families: [String: [Happening]] = [:]
        for one in list where one.isNew { if let parents = one.after?[rule.parents].string { families[parents, default: []].append(one) } }
        var consequences: [Consequence] = []
        for (parents, children) in families.sorted(by: { $0.key < $1.key }) {
            var before = 0.0
            let title = plan.register.field(rule.sum)!.title
            for key in parents.split(separator: ";").map({ String($0).tidied }) {
                let ended = list.first { $0.key == key && $0.after == nil }?.before
                guard let parent = try records.find(plan.register.name, key)?.fields ?? ended else {
                    throw Objection(
                        field: rule.parents, code: "parent",
                        Text(vi: "“\(key.shortened)” không còn hiệu lực nên không thể tách, hợp.", en: "“\(key.shortened)” is not in force, so nothing can come from it."))
                }
                before += Double(parent[rule.sum].plain) ?? 0
                if ended == nil { consequences.append(.retire(plan.register.name, key, from: children[0].effective)) }
            }
            let after = children.reduce(0.0) { $0 + (Double($1.after![rule.sum].plain) ?? 0) }
            let tolerance = max(before * rule.share, rule.each * Double(children.count))
            guard abs(after - before) <= tolerance + 1e-9 else {
                func number(_ value: Double, _ language: Language) -> String {
                    let tenths = Int64((value * 10).rounded())
                    return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : (language == .vietnamese ? "," : ".") + "\(abs(tenths % 10))")
                }
                throw Objection(
                    field: rule.sum, code: "sum",
                    Text(
                        vi: "\(title.vi) trước là \(number(before, .vietnamese)), sau là \(number(after, .vietnamese)); chênh lệch được phép \(number(tolerance, .vietnamese)).",
                        en: "\(title.en) was \(number(before, .english)) and would be \(number(after, .english)); the allowed difference is \(number(tolerance, .english))."))
            }
        }
        return consequences
    }
}

extension Registry {
    /// The registers as rules read them, inside the caller's transaction.
    public func records(on connection: Connection) -> any Records { StandingRecords(registry: self, connection: connection) }

    /// Enters what a decision by law changes, with all that follows from it, inside the caller's transaction: all or nothing.
    public func enter(_ decided: [Consequence], from day: Day, cause: String, by authority: Authority, on connection: Connection) throws -> [Outcome] {
        try enter(decided.compactMap { try change($0, from: day, on: connection) }, cause: cause, by: authority, load: nil, on: connection)
    }

    /// Enters changes that belong together inside the caller's transaction, with what the caller enters beside them: all or nothing.
    public func enter(_ changes: [Change], cause: String, by authority: Authority, on connection: Connection) throws -> [Outcome] {
        try enter(changes, cause: cause, by: authority, load: nil, on: connection)
    }

    /// The key of a record by its row.
    public func key(ofRow row: Int64, in register: String, on connection: Connection) throws -> String? {
        try connection.first("SELECT key FROM record_\(name: plan(register).table) WHERE row = \(row)") { $0.text(0) }
    }

    /// Records in the order of their rows, by row and key, for whoever walks through a register.
    public func rows(of register: String, after row: Int64, limit: Int, on connection: Connection) throws -> [(row: Int64, key: String)] {
        try connection.all("SELECT row, key FROM \(name: "record_" + plan(register).table) WHERE row > \(row) ORDER BY row LIMIT \(limit)") { ($0.integer(0), $0.text(1)) }
    }

    /// The row of a record by its key, ended ones too.
    public func row(ofKey key: String, in register: String, on connection: Connection) throws -> Int64? { try current(plan(register), key: key, on: connection)?.row }
}

extension Registry {
    /// What a record said last before it was retired; nil for one that stands, or never stood.
    public func beforeRetirement(_ register: String, _ key: String, on connection: Connection) throws -> Found? {
        let plan = try plan(register)
        guard let current = try current(plan, key: key, on: connection), current.isRetired,
            let before = try state(plan, row: current.row, on: current.since + -1, size: .max, on: connection), !before.isRetired,
            let item = try journals.entry(before.entry, in: register, on: connection).flatMap({ plan.item($0) })
        else { return nil }
        return Found(key: key, fields: Item.Fields(item: item, register: plan.register), since: before.since)
    }
}
