// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// A load as it is remembered.
public struct LoadRecord: Sendable {
    public let id: Int64
    public let register: String
    public let file: String
    public let author: String
    public let started: Instant
    public let ended: Instant?
    public let added: Int
    public let changed: Int
    public let unchanged: Int
    public let rejected: Int
    public let retired: Int
    let firstEntry: Int64?
    let lastEntry: Int64?
    /// The load that this one took back.
    public let undoes: Int64?
}

public struct UndoResult: Sendable {
    public var load: Int64 = 0
    /// Records brought back to what they were before the load.
    public var undone = 0
    /// Records that later entries have changed; they stay.
    public var touchedSince = 0
    /// Records that others now depend on; they stay.
    public var refused = 0
    /// The first of the records that later entries have changed: register, and key or ref.
    public var touched: [(register: String, id: String)] = []
}

extension Registry {
    public func loads(limit: Int = 100) throws -> [LoadRecord] {
        try database.look { connection in
            try connection.all(
                """
                SELECT id, register, file, author, started, ended, added, changed, unchanged, rejected, retired, first_entry, last_entry, undoes \
                FROM load ORDER BY id DESC LIMIT \(limit)
                """
            ) { row in
                LoadRecord(
                    id: row.integer(0), register: row.text(1), file: row.text(2), author: row.text(3), started: Instant(milliseconds: row.integer(4)),
                    ended: row.optionalInteger(5).map { Instant(milliseconds: $0) }, added: Int(row.integer(6)), changed: Int(row.integer(7)),
                    unchanged: Int(row.integer(8)), rejected: Int(row.integer(9)), retired: Int(row.integer(10)), firstEntry: row.optionalInteger(11),
                    lastEntry: row.optionalInteger(12), undoes: row.optionalInteger(13))
            }
        }
    }

    /// Takes a load back by new entries: what it added is retired, what it changed is as before. Records that were touched since stay.
    /// With `isDryRun` nothing is entered and the numbers tell what would be.
    public func undo(load id: Int64, isDryRun: Bool = false, by authority: Authority) throws -> UndoResult {
        guard let load = try loads(limit: .max).first(where: { $0.id == id }) else { throw RegisterError.noSuchRecord }
        let plan = try plan(load.register)
        guard authority.may(.write, load.register) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền cập nhật sổ này.", "en": "You may not enter into this register."])
        }
        var result = UndoResult()
        guard load.firstEntry != nil else { return result }
        let families = try families(plan, load)
        let undoID = isDryRun ? 0 : try beginLoad(load.register, named: load.file, by: authority, undoing: id)
        result.load = undoID
        var waiting: [Touched] = []
        // Households stand together in a load, so their members fall into one family of records here.
        for family in families {
            if try !undo(family, load: id, as: undoID, isDryRun: isDryRun, by: authority, &result) { waiting += family }
        }
        // Families that depend on each other: once more, all together.
        if !waiting.isEmpty, try !undo(waiting, load: id, as: undoID, isDryRun: isDryRun, by: authority, &result) { result.refused += waiting.count }
        let done = result
        if !isDryRun {
            let end = world.now()
            let last = load.lastEntry!
            try database.writeAndWait { connection in
                let range = try connection.first(
                    "SELECT min(number), max(number) FROM entry_\(name: plan.table) WHERE load = \(undoID) AND number > \(last)"
                ) { ($0.optionalInteger(0), $0.optionalInteger(1)) }
                try connection.run(
                    """
                    UPDATE load SET ended = \(end), changed = \(done.undone), rejected = \(done.refused + done.touchedSince), \
                    first_entry = \(range?.0), last_entry = \(range?.1) WHERE id = \(undoID)
                    """)
            }
        }
        return result
    }

    /// A record that a load touched.
    private struct Touched {
        let plan: Plan
        let row: Int64
        /// It followed by law from another line.
        let isLaw: Bool
    }

    /// What a load touched, in acts as it was entered: a household's members together, an event with all that followed from it.
    private func families(_ plan: Plan, _ load: LoadRecord) throws -> [[Touched]] {
        var families: [String: [Touched]] = [:]
        var order: [String] = []
        func add(_ touched: Touched, to family: String) {
            if families[family] == nil { order.append(family) }
            guard !families[family, default: []].contains(where: { $0.plan === touched.plan && $0.row == touched.row }) else { return }
            families[family, default: []].append(touched)
        }
        try database.read { connection in
            let rule = plan.register.groupRule
            let group = SQL(stringLiteral: rule.map { "r.c_" + $0.group } ?? "r.key")
            let rows = try connection.all(
                """
                SELECT e.record, r.key, \(group), max(e.number) FROM entry_\(name: plan.table) e JOIN record_\(name: plan.table) r ON r.row = e.record \
                WHERE e.number >= \(load.firstEntry) AND e.number <= \(load.lastEntry) AND e.load = \(load.id) GROUP BY e.record, r.key, \(group) ORDER BY e.record DESC
                """
            ) { (row: $0.integer(0), key: $0.text(1), group: $0.optionalText(2) ?? "", number: $0.integer(3)) }
            let hasLaw = plan.register.consequences != nil || plan.register.lineage != nil
            var byCause: [String: String] = [:]
            var followed: [(plan: Plan, row: Int64, cause: String)] = []
            for (row, key, group, number) in rows {
                if hasLaw, let cause = try journals.entry(number, in: plan.register.name, on: connection)?.cause, let origin = lawfulOrigin(cause) {
                    followed.append((plan, row, origin))
                    continue
                }
                let family = rule == nil ? key : group
                add(Touched(plan: plan, row: row, isLaw: false), to: family)
                if hasLaw { byCause[causeName(plan, key, on: connection)] = family }
            }
            guard hasLaw else { return }
            // Consequences stand in other journals, between the moments of the load.
            let until = load.ended ?? world.now()
            for other in registers where other.name != plan.register.name {
                let otherPlan = try self.plan(other.name)
                let first = try journals.size(of: other.name, at: Instant(milliseconds: load.started.milliseconds - 1), on: connection)
                let last = try journals.size(of: other.name, at: until, on: connection)
                let numbers = try connection.all(
                    "SELECT number, record FROM entry_\(name: otherPlan.table) WHERE number >= \(first) AND number < \(last) AND load = \(load.id) ORDER BY number DESC"
                ) { ($0.integer(0), $0.integer(1)) }
                for (number, record) in numbers {
                    guard let cause = try journals.entry(number, in: other.name, on: connection)?.cause, let origin = lawfulOrigin(cause) else { continue }
                    followed.append((otherPlan, record, origin))
                }
            }
            // What follows from a consequence belongs to the act of its first cause: again and again, until all are placed.
            var isPlacing = true
            while isPlacing, !followed.isEmpty {
                isPlacing = false
                var left: [(plan: Plan, row: Int64, cause: String)] = []
                for one in followed {
                    guard let family = byCause[one.cause] else {
                        left.append(one)
                        continue
                    }
                    isPlacing = true
                    add(Touched(plan: one.plan, row: one.row, isLaw: true), to: family)
                    let name = causeNameOf(one.row, one.plan, connection)
                    if byCause[name] == nil { byCause[name] = family }
                }
                followed = left
            }
        }
        return order.map { families[$0]! }
    }

    /// The register and key that an entry by law names as its cause, also after a move or an undo; nil for an entry of its own right.
    private func lawfulOrigin(_ cause: String) -> String? {
        let name = cause.split(separator: ":").last.map(String.init) ?? cause
        let parts = name.split(separator: " ", maxSplits: 1)
        return parts.count == 2 && plans[String(parts[0])] != nil ? name : nil
    }

    private func causeNameOf(_ row: Int64, _ plan: Plan, _ connection: Connection) -> String {
        if plan.register.hasPersonalKey { return "\(plan.register.name) \(ref(of: row, in: plan.register.name))" }
        let key = try? connection.first("SELECT key FROM record_\(name: plan.table) WHERE row = \(row)") { $0.text(0) }
        return "\(plan.register.name) \(key.flatMap { $0 } ?? "")"
    }

    private struct Rehearsal: Error { let result: UndoResult }

    /// False when what must hold would not hold.
    private func undo(
        _ family: [Touched], load: Int64, as undoID: Int64, isDryRun: Bool, by authority: Authority, _ result: inout UndoResult
    ) throws -> Bool {
        // What followed by law is taken back with its cause, without a right of its own.
        let before = result
        do {
            result = try database.writeAndWait { connection in
                var result = before
                var obligations = Obligations()
                let origin = family.first { !$0.isLaw }.map { ":" + self.causeNameOf($0.row, $0.plan, connection) } ?? ""
                for touched in family {
                    let isLaw = touched.isLaw
                    try self.undo(
                        touched.row, load: load, as: undoID, touched.plan, because: isLaw ? origin : "", by: authority, isLaw: isLaw, &obligations, &result, on: connection)
                }
                guard try self.unmet(obligations, on: connection).isEmpty else { throw RegisterError.objections([]) }
                if isDryRun { throw Rehearsal(result: result) }
                return result
            }
            return true
        } catch let rehearsal as Rehearsal {
            result = rehearsal.result
            return true
        } catch RegisterError.objections {
            return false
        } catch RegisterError.forbidden {
            // A record of another unit: it stays, and is counted.
            return false
        }
    }

    private func undo(
        _ row: Int64, load: Int64, as undoID: Int64, _ plan: Plan, because origin: String, by authority: Authority, isLaw: Bool, _ obligations: inout Obligations,
        _ result: inout UndoResult, on connection: Connection
    ) throws {
        let name = plan.register.name
        let statement = try connection.statement(
            "SELECT row, entry, last, since, retired, text\(plan.columnList) FROM record_\(plan.table) WHERE row = ?")
        statement.bind(1, row)
        guard try statement.step() else { return statement.reset() }
        let current = current(statement.row, plan)
        statement.reset()
        guard let latest = try journals.entry(current.last, in: name, on: connection), latest.load == load else {
            result.touchedSince += 1
            if result.touched.count < 20 {
                let key = try connection.first("SELECT key FROM record_\(name: plan.table) WHERE row = \(row)") { $0.text(0) }
                result.touched.append((name, plan.register.hasPersonalKey ? ref(of: row, in: name) : key ?? ""))
            }
            return
        }
        // What held on that day before the load's first entry of this record.
        var firstOfLoad = latest.number
        var earlier = latest.previous
        while let number = earlier, let entry = try journals.entry(number, in: name, on: connection), entry.load == load {
            firstOfLoad = number
            earlier = entry.previous
        }
        let before = try state(plan, row: row, on: latest.effective, size: firstOfLoad, on: connection)
        let now = try state(plan, row: row, on: latest.effective, size: .max, on: connection)
        try noteTime(plan, latest.effective, current, &obligations, on: connection)
        let key = try connection.first("SELECT key FROM record_\(name: plan.table) WHERE row = \(row)") { $0.text(0) }!
        let cause = "undo:\(load)\(origin)"
        let oldUnit = now.flatMap { $0.isRetired ? nil : unit(plan, $0.cells) }
        if let before, !before.isRetired, let entry = try journals.entry(before.entry, in: name, on: connection) {
            // What was erased since cannot come back.
            guard let item = plan.item(entry) else {
                result.refused += 1
                return
            }
            let cells = plan.columns.map { Plan.cell(item.values[$0.position], $0.field.kind) }
            let unit = unit(plan, cells) ?? entry.unit
            if !isLaw { try mayWrite(name, unit, authority, latest.effective) }
            _ = try apply(
                plan, item, current: current, base: now, cells: cells, effective: latest.effective, unit: unit, oldUnit: oldUnit, cause: cause,
                author: authority.id, load: undoID, on: connection)
            oblige(plan, index: 0, row: row, current: current, item: item, cells: cells, &obligations)
        } else if let now, !now.isRetired {
            let unit = oldUnit ?? latest.unit
            if !isLaw { try mayWrite(name, unit, authority, latest.effective) }
            _ = try retire(
                plan, key: key, current: current, effective: latest.effective, unit: unit, cause: cause, author: authority.id, load: undoID,
                on: connection)
            oblige(plan, index: 0, row: row, current: current, item: nil, cells: current.cells, &obligations)
            if latest.effective >= current.since { obligations.retired.insert(.init(register: name, key: key)) }
        }
        result.undone += 1
    }
}
