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
        guard let first = load.firstEntry, let last = load.lastEntry else { return result }
        let rows = try database.read { connection in
            try connection.all(
                "SELECT DISTINCT record FROM entry_\(name: plan.table) WHERE number >= \(first) AND number <= \(last) AND load = \(id) ORDER BY record DESC"
            ) { $0.integer(0) }
        }
        let now = world.now()
        let undoID: Int64 =
            isDryRun
            ? 0
            : try database.writeAndWait { connection in
                let next = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM load") { $0.integer(0) }!
                try connection.run(
                    """
                    INSERT INTO load (id, register, file, author, started, added, changed, unchanged, rejected, retired, undoes) \
                    VALUES (\(next), \(load.register), \(load.file), \(authority.id), \(now), 0, 0, 0, 0, 0, \(id))
                    """)
                return next
            }
        result.load = undoID
        var waiting: [Int64] = []
        // Households stand together in a load, so their members fall into one family of rows here.
        for family in try families(plan, rows) {
            switch try undo(family, load: id, as: undoID, plan, isDryRun: isDryRun, by: authority, &result) {
            case true: continue
            case false: waiting += family
            }
        }
        // Families that depend on each other: once more, all together.
        if !waiting.isEmpty, try !undo(waiting, load: id, as: undoID, plan, isDryRun: isDryRun, by: authority, &result) {
            result.refused += waiting.count
        }
        let done = result
        if !isDryRun {
            let end = world.now()
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

    /// Rows of one group together, in runs as the load entered them.
    private func families(_ plan: Plan, _ rows: [Int64]) throws -> [[Int64]] {
        guard let rule = plan.register.groupRule else { return rows.map { [$0] } }
        var families: [String: [Int64]] = [:]
        var order: [String] = []
        try database.read { connection in
            for row in rows {
                let group = try connection.first("SELECT c_\(name: rule.group) FROM record_\(name: plan.table) WHERE row = \(row)") { $0.text(0) } ?? ""
                if families[group] == nil { order.append(group) }
                families[group, default: []].append(row)
            }
        }
        return order.map { families[$0]! }
    }

    private struct Rehearsal: Error { let result: UndoResult }

    /// False when what must hold would not hold.
    private func undo(
        _ rows: [Int64], load: Int64, as undoID: Int64, _ plan: Plan, isDryRun: Bool, by authority: Authority, _ result: inout UndoResult
    ) throws -> Bool {
        let before = result
        do {
            result = try database.writeAndWait { connection in
                var result = before
                var obligations = Obligations()
                for row in rows { try self.undo(row, load: load, as: undoID, plan, by: authority, &obligations, &result, on: connection) }
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
        }
    }

    private func undo(
        _ row: Int64, load: Int64, as undoID: Int64, _ plan: Plan, by authority: Authority, _ obligations: inout Obligations,
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
        let cause = "undo:\(load)"
        let oldUnit = now.flatMap { $0.isRetired ? nil : unit(plan, $0.cells) }
        if let before, !before.isRetired, let entry = try journals.entry(before.entry, in: name, on: connection) {
            // What was erased since cannot come back.
            guard let item = plan.item(entry) else {
                result.refused += 1
                return
            }
            let cells = plan.columns.map { Plan.cell(item.values[$0.position], $0.field.kind) }
            let unit = unit(plan, cells) ?? entry.unit
            try mayWrite(name, unit, authority, latest.effective)
            _ = try apply(
                plan, item, current: current, base: now, cells: cells, effective: latest.effective, unit: unit, oldUnit: oldUnit, cause: cause,
                author: authority.id, load: undoID, on: connection)
            oblige(plan, index: 0, row: row, current: current, item: item, cells: cells, &obligations)
        } else if let now, !now.isRetired {
            let unit = oldUnit ?? latest.unit
            try mayWrite(name, unit, authority, latest.effective)
            _ = try retire(
                plan, key: key, current: current, effective: latest.effective, unit: unit, cause: cause, author: authority.id, load: undoID,
                on: connection)
            oblige(plan, index: 0, row: row, current: current, item: nil, cells: current.cells, &obligations)
            if latest.effective >= current.since { obligations.retired.insert(.init(register: name, key: key)) }
        }
        result.undone += 1
    }
}
