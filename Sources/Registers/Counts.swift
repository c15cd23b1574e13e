// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Store

/// Changes of the declared counts, gathered during a transaction and written once at its end.
///
/// A cell is one combination of the counted values and a birth year. Beside its total it keeps the days of that year,
/// so that an age on any date is exact; and for each effective day what changed, so that any past date can be answered.
struct CountChanges {
    private struct Event {
        let cell: Int32
        let effective: Int32
        let ordinal: Int16
        let delta: Int8
        let isInTotal: Bool
    }

    struct Cell: Hashable {
        let values: [String]
        let year: Int
    }

    private var numbers: [Cell: Int32] = [:]
    private var cells: [Cell] = []
    private var events: [Event] = []

    var isEmpty: Bool { events.isEmpty }
    var count: Int { events.count }

    mutating func add(_ cell: Cell, ordinal: Int, effective: Day, delta: Int, isInTotal: Bool) {
        let number: Int32
        if let known = numbers[cell] {
            number = known
        } else {
            number = Int32(cells.count)
            numbers[cell] = number
            cells.append(cell)
        }
        events.append(
            Event(cell: number, effective: effective.number, ordinal: Int16(ordinal), delta: Int8(delta), isInTotal: isInTotal))
    }

    /// Forgets what came after `count` events: the command failed.
    mutating func shorten(to count: Int) { events.removeSubrange(count...) }

    mutating func removeAll() {
        numbers.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
    }

    /// Writes everything gathered.
    mutating func flush(_ plan: Plan, _ connection: Connection) throws {
        guard !events.isEmpty else { return }
        defer { removeAll() }
        events.sort { ($0.cell, $0.effective, $0.ordinal) < ($1.cell, $1.effective, $1.ordinal) }
        let statements = try CountStatements(plan, connection)
        if connection.isRemote { try prefetch(statements, connection) }
        var index = 0
        while index < events.count {
            let cell = events[index].cell
            var total = 0
            var totalDays = DayHistogram()
            while index < events.count, events[index].cell == cell {
                let effective = events[index].effective
                var change = 0
                var changeDays = DayHistogram()
                while index < events.count, events[index].cell == cell, events[index].effective == effective {
                    let event = events[index]
                    change += Int(event.delta)
                    changeDays.add(Int(event.ordinal), Int32(event.delta))
                    if event.isInTotal {
                        total += Int(event.delta)
                        totalDays.add(Int(event.ordinal), Int32(event.delta))
                    }
                    index += 1
                }
                try statements.addChange(cells[Int(cell)], effective: effective, n: change, days: changeDays)
            }
            try statements.addTotal(cells[Int(cell)], n: total, days: totalDays)
        }
    }
}

extension CountChanges {
    /// Asks for all that stands in the touched cells at once.
    fileprivate func prefetch(_ statements: CountStatements, _ connection: Connection) throws {
        var asked: [(cell: Cell, effective: Int32?)] = []
        for (index, event) in events.enumerated() {
            let isNewCell = index == 0 || events[index - 1].cell != event.cell
            if isNewCell { asked.append((cells[Int(event.cell)], nil)) }
            if isNewCell || events[index - 1].effective != event.effective { asked.append((cells[Int(event.cell)], event.effective)) }
        }
        try statements.prefetch(asked, connection)
    }
}

/// How many were born on each day of a year, by the day's place in it. Stored as pairs of ordinal and count,
/// sorted, little-endian, six bytes each.
struct DayHistogram: Hashable {
    private var pairs: [Pair] = []

    private struct Pair: Hashable {
        let ordinal: UInt16
        var count: Int32
    }

    init() {}

    init(_ bytes: [UInt8]) {
        pairs.reserveCapacity(bytes.count / 6)
        bytes.withUnsafeBytes { bytes in
            var at = 0
            while at + 6 <= bytes.count {
                pairs.append(
                    Pair(
                        ordinal: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self)),
                        count: Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 2, as: Int32.self))))
                at += 6
            }
        }
    }

    /// From counts by ordinal, for building many at once.
    init(counts: [Int32]) { pairs = counts.enumerated().filter { $0.element != 0 }.map { Pair(ordinal: UInt16($0.offset), count: $0.element) } }

    var isEmpty: Bool { pairs.isEmpty }

    mutating func add(_ ordinal: Int, _ delta: Int32) {
        let ordinal = UInt16(ordinal)
        var place = pairs.count
        while place > 0, pairs[place - 1].ordinal > ordinal { place -= 1 }
        if place > 0, pairs[place - 1].ordinal == ordinal {
            pairs[place - 1].count += delta
            if pairs[place - 1].count == 0 { pairs.remove(at: place - 1) }
        } else if delta != 0 {
            pairs.insert(Pair(ordinal: ordinal, count: delta), at: place)
        }
    }

    mutating func add(_ other: DayHistogram) { for pair in other.pairs { add(Int(pair.ordinal), pair.count) } }

    /// All on or before the ordinal.
    func sum(through ordinal: Int) -> Int { pairs.reduce(0) { $0 + (Int($1.ordinal) <= ordinal ? Int($1.count) : 0) } }

    var negated: DayHistogram {
        var result = self
        for index in result.pairs.indices { result.pairs[index].count.negate() }
        return result
    }

    var bytes: [UInt8] {
        var bytes = [UInt8]()
        bytes.reserveCapacity(pairs.count * 6)
        for pair in pairs {
            withUnsafeBytes(of: pair.ordinal.littleEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: pair.count.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

extension CountChanges.Cell {
    /// Binds the cell's values first; gives the place of what comes after them.
    func bind(to statement: Statement) -> Int {
        for (index, value) in values.enumerated() { statement.bind(index + 1, value) }
        statement.bind(values.count + 1, Int64(year))
        return values.count + 2
    }
}

/// The statements that write counts.
final class CountStatements {
    /// What was asked for ahead.
    private var ahead: [Ahead: (n: Int64, days: [UInt8])] = [:]
    private var isAhead = false
    private let keys: [String]
    private let table: String

    private struct Ahead: Hashable {
        let cell: CountChanges.Cell
        let effective: Int32?
    }

    let readTotal: Statement
    let writeTotal: Statement
    let removeTotal: Statement
    let readDays: Statement
    let writeDays: Statement
    let removeDays: Statement
    let readChange: Statement
    let writeChange: Statement
    let removeChange: Statement
    let hasDays: Bool

    init(_ plan: Plan, _ connection: Connection) throws {
        let keys = plan.countedPositions.map { "c_" + plan.register.fields[$0].name } + ["year"]
        let match = keys.map { $0 + " = ?" }.joined(separator: " AND ")
        let list = keys.joined(separator: ", ")
        let marks = keys.map { _ in "?" }.joined(separator: ", ")
        let t = plan.table
        self.keys = keys
        table = t
        hasDays = plan.countedDay != nil
        readTotal = try connection.statement("SELECT n FROM count_\(t) WHERE \(match)")
        writeTotal = try connection.statement("INSERT INTO count_\(t) (\(list), n) VALUES (\(marks), ?) ON CONFLICT (\(list)) DO UPDATE SET n = excluded.n")
        removeTotal = try connection.statement("DELETE FROM count_\(t) WHERE \(match)")
        readDays = try connection.statement("SELECT days FROM count_days_\(t) WHERE \(match)")
        writeDays = try connection.statement(
            "INSERT INTO count_days_\(t) (\(list), days) VALUES (\(marks), ?) ON CONFLICT (year\(keys.dropLast().map { ", " + $0 }.joined())) DO UPDATE SET days = excluded.days")
        removeDays = try connection.statement("DELETE FROM count_days_\(t) WHERE \(match)")
        readChange = try connection.statement("SELECT n, days FROM count_change_\(t) WHERE \(match) AND effective = ?")
        writeChange = try connection.statement(
            """
            INSERT INTO count_change_\(t) (\(list), effective, n, days) VALUES (\(marks), ?, ?, ?) \
            ON CONFLICT (effective, \(list)) DO UPDATE SET n = excluded.n, days = excluded.days
            """)
        removeChange = try connection.statement("DELETE FROM count_change_\(t) WHERE \(match) AND effective = ?")
    }

    /// Reads the cells' totals, and their changes on the days asked for, in one go.
    func prefetch(_ asked: [(cell: CountChanges.Cell, effective: Int32?)], _ connection: Connection) throws {
        func match(_ cell: CountChanges.Cell) -> SQL {
            SQL.joined(zip(keys, cell.values).map { "\(name: $0) = \($1)" } + ["year = \(cell.year)"], by: " AND ")
        }
        let questions: [SQL] = asked.flatMap { cell, effective -> [SQL] in
            if let effective { return ["SELECT n, days FROM count_change_\(name: table) WHERE \(match(cell)) AND effective = \(effective)"] }
            let total: SQL = "SELECT n FROM count_\(name: table) WHERE \(match(cell))"
            return hasDays ? [total, "SELECT days FROM count_days_\(name: table) WHERE \(match(cell))"] : [total]
        }
        var answers = try connection.firstOfEach(questions) { row in [row.cell(0), row.isLast(0) ? .null : row.cell(1)] }[...]
        func number(_ cells: [Cell]?) -> Int64 { if case .integer(let n)? = cells?[0] { n } else { 0 } }
        func blob(_ cell: Cell?) -> [UInt8] { if case .blob(let bytes)? = cell { bytes } else { [] } }
        for (cell, effective) in asked {
            let first = answers.removeFirst()
            if effective != nil {
                ahead[Ahead(cell: cell, effective: effective)] = (number(first), blob(first?[1]))
            } else {
                ahead[Ahead(cell: cell, effective: nil)] = (number(first), hasDays ? blob(answers.removeFirst()?[0]) : [])
            }
        }
        isAhead = true
    }

    private func total(_ cell: CountChanges.Cell) throws -> Int64 {
        if isAhead { return ahead[Ahead(cell: cell, effective: nil)]?.n ?? 0 }
        _ = cell.bind(to: readTotal)
        defer { readTotal.reset() }
        return try readTotal.step() ? readTotal.row.integer(0) : 0
    }

    private func days(_ cell: CountChanges.Cell) throws -> [UInt8] {
        if isAhead { return ahead[Ahead(cell: cell, effective: nil)]?.days ?? [] }
        _ = cell.bind(to: readDays)
        defer { readDays.reset() }
        return try readDays.step() ? readDays.row.blob(0) : []
    }

    private func change(_ cell: CountChanges.Cell, _ effective: Int32) throws -> (n: Int64, days: [UInt8]) {
        if isAhead { return ahead[Ahead(cell: cell, effective: effective)] ?? (0, []) }
        let last = cell.bind(to: readChange)
        readChange.bind(last, Int64(effective))
        defer { readChange.reset() }
        return try readChange.step() ? (readChange.row.integer(0), readChange.row.blob(1)) : (0, [])
    }

    func addTotal(_ cell: CountChanges.Cell, n: Int, days: DayHistogram) throws {
        let sum = try self.total(cell) + Int64(n)
        let total = sum == 0 ? removeTotal : writeTotal
        let next = cell.bind(to: total)
        if sum != 0 { total.bind(next, sum) }
        try total.done()
        guard hasDays else { return }
        var sumDays = DayHistogram(try self.days(cell))
        sumDays.add(days)
        let write = sumDays.isEmpty ? removeDays : writeDays
        let place = cell.bind(to: write)
        if !sumDays.isEmpty { write.bind(place, sumDays.bytes) }
        try write.done()
    }

    func addChange(_ cell: CountChanges.Cell, effective: Int32, n: Int, days: DayHistogram) throws {
        let (old, oldDays) = try change(cell, effective)
        let sum = old + Int64(n)
        var sumDays = DayHistogram(oldDays)
        sumDays.add(days)
        let isNothing = sum == 0 && sumDays.isEmpty
        let write = isNothing ? removeChange : writeChange
        let place = cell.bind(to: write)
        write.bind(place, Int64(effective))
        if !isNothing {
            write.bind(place + 1, sum)
            write.bind(place + 2, sumDays.bytes)
        }
        try write.done()
    }
}

extension Plan {
    /// The day from which a state no longer holds by itself.
    func ending(_ cells: [Cell]) -> Day? {
        guard let termColumn, case .integer(let number) = cells[termColumn] else { return nil }
        return Day(number: Int32(truncatingIfNeeded: number)) + 1
    }

    /// The cell of a record's counted values, from its columns.
    func cell(_ cells: [Cell]) -> (cell: CountChanges.Cell, ordinal: Int) {
        let values = countedColumns.map { index in
            switch cells[index] {
            case .text(let text): text
            case .integer(let number): String(number)
            case .null, .blob: ""
            }
        }
        guard let countedDayColumn, case .integer(let number) = cells[countedDayColumn] else {
            return (CountChanges.Cell(values: values, year: 0), 0)
        }
        let day = Day(number: Int32(truncatingIfNeeded: number))
        let year = day.year
        return (CountChanges.Cell(values: values, year: year), day - Day(year: year, month: 1, day: 1)!)
    }
}
