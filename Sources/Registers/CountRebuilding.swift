// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Foundation
internal import Journal
internal import Store
internal import Synchronization

/// What the declared counts must be, from every record's states along time.
struct ExpectedCounts: Sendable {
    private struct Change: Hashable {
        let cell: CountChanges.Cell
        let effective: Int32
    }

    private struct Sum {
        var n = 0
        var days: [Int32] = []

        mutating func add(_ ordinal: Int, _ delta: Int32, hasDays: Bool) {
            n += Int(delta)
            guard hasDays else {
                if days.isEmpty { days = [0] }
                days[0] += delta
                return
            }
            if days.isEmpty { days = [Int32](repeating: 0, count: 366) }
            days[ordinal] += delta
        }
    }

    private let plan: Plan
    private var numbers: [CountChanges.Cell: Int] = [:]
    private var totals: [Sum] = []
    private var changes: [Change: Sum] = [:]

    init(_ plan: Plan) { self.plan = plan }

    /// States sorted by effective day and entry: for each day the last entry holds.
    mutating func add(_ timeline: [(since: Day, entry: Int64, isRetired: Bool, cells: [Cell])]) {
        guard plan.isCounted else { return }
        var previous: [Cell]?
        for (index, state) in timeline.enumerated() {
            if index + 1 < timeline.count, timeline[index + 1].since == state.since { continue }
            if let previous { add(previous, from: state.since, -1) }
            let now = state.isRetired ? nil : state.cells
            if let now { add(now, from: state.since, 1) }
            previous = now
        }
    }

    /// A state from a day on, unless it has ended by itself.
    private mutating func add(_ cells: [Cell], from day: Day, _ delta: Int32) {
        let ending = plan.ending(cells)
        if let ending, ending <= day { return }
        let place = plan.cell(cells)
        change(place, day, delta)
        total(place, delta)
        guard let ending else { return }
        change(place, ending, -delta)
        total(place, -delta)
    }

    private mutating func total(_ place: (cell: CountChanges.Cell, ordinal: Int), _ delta: Int32) {
        let number: Int
        if let known = numbers[place.cell] {
            number = known
        } else {
            number = totals.count
            numbers[place.cell] = number
            totals.append(Sum())
        }
        totals[number].add(place.ordinal, delta, hasDays: plan.countedDay != nil)
    }

    private mutating func change(_ place: (cell: CountChanges.Cell, ordinal: Int), _ day: Day, _ delta: Int32) {
        changes[Change(cell: place.cell, effective: day.number), default: Sum()].add(place.ordinal, delta, hasDays: plan.countedDay != nil)
    }

    /// Replaces whatever the tables of counts hold.
    func write(_ connection: Connection) throws {
        for table in ["count_", "count_days_", "count_change_"] { try connection.run("DELETE FROM \(name: table + plan.table)") }
        let statements = try CountInserts(plan, connection)
        for (cell, number) in numbers.sorted(by: { $0.value < $1.value }) where totals[number].n != 0 {
            try statements.insertTotal(cell, n: totals[number].n, days: DayHistogram(counts: totals[number].days))
        }
        for (change, sum) in changes where sum.n != 0 || sum.days.contains(where: { $0 != 0 }) {
            try statements.insertChange(change.cell, effective: change.effective, n: sum.n, days: DayHistogram(counts: sum.days))
        }
    }

    /// Throws the damage of the first count that is not what the records say.
    func compare(_ connection: Connection, _ damage: (Int64?, String, String) -> Damage) throws {
        guard plan.isCounted else { return }
        let keys = SQL(stringLiteral: plan.countedPositions.map { "c_\(plan.register.fields[$0].name), " }.joined())
        let width = plan.countedPositions.count
        func cell(_ row: Row) -> CountChanges.Cell {
            CountChanges.Cell(values: (0..<width).map { row.text($0) }, year: Int(row.integer(width)))
        }
        func wrong(_ cell: CountChanges.Cell) -> Damage {
            let name = (cell.values + [String(cell.year)]).joined(separator: ", ")
            return damage(nil, "số đếm (\(name)) không khớp hồ sơ", "the count (\(name)) does not match the records")
        }
        let standing = numbers.filter { totals[$0.value].n != 0 || totals[$0.value].days.contains { $0 != 0 } }
        var left = Set(standing.keys)
        try connection.each("SELECT \(keys)year, n FROM count_\(name: plan.table)") { row in
            guard let number = numbers[cell(row)], left.remove(cell(row)) != nil, totals[number].n == Int(row.integer(width + 1)) else { throw wrong(cell(row)) }
            return true
        }
        if let missing = left.first { throw wrong(missing) }
        if plan.countedDay != nil {
            var leftDays = Set(standing.keys)
            try connection.each("SELECT \(keys)year, days FROM count_days_\(name: plan.table)") { row in
                guard let number = numbers[cell(row)], leftDays.remove(cell(row)) != nil,
                    DayHistogram(counts: totals[number].days).bytes == row.blob(width + 1)
                else { throw wrong(cell(row)) }
                return true
            }
            if let missing = leftDays.first { throw wrong(missing) }
        }
        var leftChanges = changes.filter { $0.value.n != 0 || $0.value.days.contains { $0 != 0 } }
        try connection.each("SELECT \(keys)year, effective, n, days FROM count_change_\(name: plan.table)") { row in
            let key = Change(cell: cell(row), effective: Int32(truncatingIfNeeded: row.integer(width + 1)))
            guard let change = leftChanges.removeValue(forKey: key), change.n == Int(row.integer(width + 2)),
                DayHistogram(counts: change.days).bytes == row.blob(width + 3)
            else { throw wrong(key.cell) }
            return true
        }
        if let missing = leftChanges.first { throw wrong(missing.key.cell) }
    }
}

/// Writes counts into empty tables.
private struct CountInserts {
    private let total: Statement
    private let days: Statement
    private let change: Statement
    private let hasDays: Bool

    init(_ plan: Plan, _ connection: Connection) throws {
        let keys = plan.countedPositions.map { "c_" + plan.register.fields[$0].name } + ["year"]
        func insert(_ table: String, _ more: [String]) throws -> Statement {
            let columns = keys + more
            return try connection.statement(
                "INSERT INTO \(table)\(plan.table) (\(columns.joined(separator: ", "))) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))")
        }
        total = try insert("count_", ["n"])
        days = try insert("count_days_", ["days"])
        change = try insert("count_change_", ["effective", "n", "days"])
        hasDays = plan.countedDay != nil
    }

    func insertTotal(_ cell: CountChanges.Cell, n: Int, days histogram: DayHistogram) throws {
        let next = cell.bind(to: total)
        total.bind(next, Int64(n))
        try total.done()
        guard hasDays, !histogram.isEmpty else { return }
        days.bind(cell.bind(to: days), histogram.bytes)
        try days.done()
    }

    func insertChange(_ cell: CountChanges.Cell, effective: Int32, n: Int, days histogram: DayHistogram) throws {
        let next = cell.bind(to: change)
        change.bind(next, Int64(effective))
        change.bind(next + 1, Int64(n))
        change.bind(next + 2, histogram.bytes)
        try change.done()
    }
}

extension Registry {
    /// After a load into an empty register: what such a load leaves for its end, when doing it once is cheaper than with every line.
    /// `isAlone` says that this transaction has entered nothing itself: then the counts are made beside the indexes, from what is committed.
    func finishLate(_ plan: Plan, isAlone: Bool = false, on connection: Connection) throws {
        guard plan.isCounted else {
            try plan.createIndexes(connection)
            if plan.isSearched { try plan.texts.rebuild(on: connection) }
            return
        }
        let counting = isAlone ? Counting(self, plan) : nil
        try plan.createIndexes(connection)
        if plan.isSearched { try plan.texts.rebuild(on: connection) }
        let size = try journals.size(of: plan.register.name, on: connection)
        let counted = try counting?.wait()
        // Somebody else's entries of this very transaction are not committed yet: then count what this transaction sees.
        try (counted?.size == size ? counted!.counts : expectedCounts(plan, on: connection)).write(connection)
    }

    fileprivate func expectedCounts(_ plan: Plan, on connection: Connection) throws -> ExpectedCounts {
        var expected = ExpectedCounts(plan)
        let columns = SQL(stringLiteral: plan.columnList)
        let versions = try connection.statement(
            "SELECT entry, since, retired\(plan.columnList) FROM version_\(plan.table) WHERE row = ? ORDER BY since, entry")
        let hasVersions = try connection.first("SELECT 1 FROM version_\(name: plan.table) LIMIT 1") { _ in true } != nil
        try connection.each("SELECT entry, since, retired, row\(columns) FROM record_\(name: plan.table) ORDER BY row") { row in
            func state(_ row: Row, _ first: Int) -> (since: Day, entry: Int64, isRetired: Bool, cells: [Cell]) {
                (
                    Day(number: Int32(truncatingIfNeeded: row.integer(1))), row.integer(0), row.integer(2) != 0,
                    plan.columns.indices.map { row.cell(first + $0) }
                )
            }
            var timeline: [(since: Day, entry: Int64, isRetired: Bool, cells: [Cell])] = []
            if hasVersions {
                versions.bind(1, row.integer(3))
                while try versions.step() { timeline.append(state(versions.row, 3)) }
                versions.reset()
            }
            timeline.append(state(row, 4))
            expected.add(timeline)
            return true
        }
        return expected
    }
}

/// Counts made on another thread while the writer makes indexes. The writer holds the only right to write, so what is committed stays.
private final class Counting: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<(counts: ExpectedCounts, size: Int64), any Error>?>(nil)

    init(_ registry: Registry, _ plan: Plan) {
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            let counts = Result {
                try registry.database.read { connection in
                    (counts: try registry.expectedCounts(plan, on: connection), size: try registry.journals.committedSize(of: plan.register.name, on: connection))
                }
            }
            result.withLock { $0 = counts }
            done.signal()
        }
    }

    func wait() throws -> (counts: ExpectedCounts, size: Int64) {
        done.wait()
        return try result.withLock { $0! }.get()
    }
}
