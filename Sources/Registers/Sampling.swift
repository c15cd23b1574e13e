// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store
internal import Synchronization

/// Random samples, of one unit or of the whole city: places in a list that nobody has to hold.
extension Registry {
    /// A random sample of records as they were known at a moment: the same seed draws the same, whoever draws. A look at persons is entered first.
    public func sample(_ draw: Draw, asked: String, for authority: Authority) async throws -> (records: [RecordView], of: Int) {
        let plan = try plan(draw.register)
        try mayLook(plan, authority)
        if let unit = draw.unit {
            var query = RecordQuery()
            if let field = plan.register.jurisdiction { query.filters = [(field.name, unit)] }
            try mayAsk(plan, query, authority)
        }
        let (views, count) = try await database.reading { connection -> ([RecordView], Int) in
            let (chosen, count) = try self.chosen(draw, plan, on: connection)
            let views = try chosen.compactMap { one -> RecordView? in
                try self.journals.entry(one.entry, in: draw.register, on: connection).map { self.view(plan, row: one.row, entry: $0, for: authority) }
            }
            // The sample is the same for everybody; who is bound to a unit sees what of it is theirs.
            return (views.filter { self.isInScope(plan, $0.place, [], authority) }, count)
        }
        let seen = views.filter(\.showsPersonalData).map(\.row)
        if !seen.isEmpty { try await enterRead(draw.register, rows: seen, authority: authority, door: "inspection", asked: asked) }
        return (views, count)
    }

    /// What a sample consists of, for rules: only names and units.
    func drawn(_ draw: Draw, on connection: Connection) throws -> Drawn {
        let plan = try plan(draw.register)
        let (chosen, count) = try self.chosen(draw, plan, on: connection)
        var units: [String: String] = [:]
        for one in chosen {
            guard let entry = try journals.entry(one.entry, in: draw.register, on: connection) else { continue }
            let view = view(plan, row: one.row, entry: entry, for: .visitor)
            let key = try plan.register.hasPersonalKey ? nil : self.key(ofRow: one.row, in: draw.register, on: connection)
            units[key ?? view.ref] = view.place
        }
        return Drawn(units: units, of: count)
    }

    /// What a draw gives, remembered: whoever opens its page again or enters a finding counts no list.
    private func chosen(_ draw: Draw, _ plan: Plan, on connection: Connection) throws -> (states: [(row: Int64, entry: Int64)], of: Int) {
        if let known = draws.withLock({ $0[draw] }), try isWhole(plan, known.size, at: draw.known, connection) { return (known.states, known.of) }
        guard (1...limits.sampleMax).contains(draw.size) else {
            throw RegisterError.badRequest(Text(vi: "Mẫu từ 1 đến \(limits.sampleMax) hồ sơ.", en: "A sample has 1 to \(limits.sampleMax) records."))
        }
        let whole = WholeList(of: draw.register, in: draw.unit)
        let (list, size) = try standing(whole, plan, at: draw.known, connection)
        let last = lists.withLock { $0[whole] }
        let counted = last.flatMap { $0.known == draw.known && $0.size == size ? $0.blocks : nil }
        let blocks = try counted ?? list.counted(connection)
        let count = blocks.reduce(0, +)
        let states = try list.states(at: Registry.draw(draw.size, of: count, seed: draw.seed), blocks, connection)
        draws.withLock { kept in
            if kept.count >= Self.drawsKept { kept = [:] }
            kept[draw] = (states, count, size)
        }
        return (states, count)
    }

    private static let drawsKept = 50
    /// So long a list that was counted before a commit serves for it.
    private static let listMilliseconds: Int64 = 60_000
    /// So often a list is counted, where entries of its moment came meanwhile.
    private static let countsMax = 3

    /// The states of a list at a moment, and how many entries of the register were known then.
    private func standing(_ whole: WholeList, _ plan: Plan, at known: Instant, _ connection: Connection) throws -> (list: StandingList, size: Int64) {
        var query = RecordQuery()
        query.known = known
        query.on = known.day
        if let unit = whole.unit {
            guard let field = plan.register.jurisdiction else {
                throw RegisterError.badRequest([
                    "vi": "Sổ này không chia theo phường, xã; hãy chọn toàn thành phố.", "en": "This register is not kept by communes; choose the whole city.",
                ])
            }
            query.filters = [(field.name, unit)]
        }
        let point = try point(plan, query.on, query.known, connection)
        let size = point.size ?? .max
        let conditions = try narrowing(plan, query, point.day, nil)
        return (StandingList(table: plan.table, conditions: conditions, point: (day: point.day, size: size), blockRows: limits.sampleBlock), size)
    }

    /// Whether so many entries are still all that were recorded at that moment or before. One that is being entered may still be of it.
    private func isWhole(_ plan: Plan, _ size: Int64, at known: Instant, _ connection: Connection) throws -> Bool {
        let next = try connection.first("SELECT recorded FROM entry_\(name: plan.table) WHERE number = \(size)") { $0.integer(0) }
        return next.map { $0 > known.milliseconds } ?? true
    }

    private func count(_ whole: WholeList, _ plan: Plan, at known: Instant, _ connection: Connection) throws -> CountedList {
        let (list, size) = try standing(whole, plan, at: known, connection)
        return CountedList(known: known, size: size, blocks: try list.counted(connection))
    }

    // MARK: Before a commit

    /// Makes ready what an act's consequences will ask for that takes a walk over a register: done in the commit, every writer would wait for it.
    func prepare(_ changes: [Change], by authority: Authority) async throws {
        var done: Set<WholeList> = []
        for change in changes {
            guard case .put(let item) = change.content, let register = plans[change.register]?.register, let foresight = register.foresight,
                item.values.count == register.fields.count, authority.may(.write, register.name)
            else { continue }
            let foreseen = try await database.reading { connection -> Foreseen? in
                try foresight(Item.Fields(item: item, register: register), StandingRecords(registry: self, connection: connection))
            }
            switch foreseen {
            case .list(let whole)?: if done.insert(whole).inserted { try await prepare(whole) }
            case .draw(let draw)?:
                guard let plan = plans[draw.register], (1...limits.sampleMax).contains(draw.size), draw.unit == nil || plan.register.jurisdiction != nil else { continue }
                _ = try await database.reading { connection -> Int in try self.chosen(draw, plan, on: connection).of }
            case nil: continue
            }
        }
    }

    private func prepare(_ whole: WholeList) async throws {
        guard let plan = plans[whole.register], whole.unit == nil || plan.register.jurisdiction != nil else { return }
        let known = world.now()
        for _ in 0..<Self.countsMax {
            let list = try await database.reading { connection -> CountedList in try self.count(whole, plan, at: known, connection) }
            // What was being entered at that moment is there now.
            guard try await database.reading({ connection -> Bool in try self.isWhole(plan, list.size, at: known, connection) }) else { continue }
            lists.withLock { kept in
                if kept.count >= Self.drawsKept { kept = [:] }
                kept[whole] = list
            }
            return
        }
    }

    /// How many records a list has, and the moment at which: that of the count before the commit where it still holds, else the act's own.
    func counted(_ whole: WholeList, before moment: Instant, on connection: Connection) throws -> (known: Instant, of: Int) {
        let plan = try plan(whole.register)
        if let list = lists.withLock({ $0[whole] }), list.known <= moment, moment.milliseconds - list.known.milliseconds <= Self.listMilliseconds,
            try isWhole(plan, list.size, at: list.known, connection)
        {
            return (list.known, list.count)
        }
        return (moment, try count(whole, plan, at: moment, connection).count)
    }

    /// Places of a sample among `count`, ascending: the first so many distinct of SHA-256(`seed:0`), SHA-256(`seed:1`), …, each as its first
    /// eight bytes modulo the count.
    public static func draw(_ size: Int, of count: Int, seed: String) -> [Int] {
        guard count > size else { return Array(0..<count) }
        var chosen: Set<Int> = []
        var turn = 0
        while chosen.count < size {
            let digest = Hash.of("\(seed):\(turn)".utf8).array
            let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            chosen.insert(Int(number % UInt64(count)))
            turn += 1
        }
        return chosen.sorted()
    }

    /// What a question leaves of the states `s`, beside texts and pages.
    func narrowing(_ plan: Plan, _ query: RecordQuery, _ day: Day, _ scope: [String]?) throws -> SQL {
        var conditions: SQL = ""
        for filter in query.filters {
            let column = plan.column(filter.field)!
            conditions = conditions + " AND s.\(name: column.name) = \(try filterCell(column.field, filter.value, day))"
        }
        if let days = query.days {
            let column: SQL = "s.\(name: plan.column(days.field)!.name)"
            conditions = conditions + " AND \(column) >= \(days.from) AND \(column) <= \(days.until)"
        }
        if let scope, let column = plan.columns.first(where: { $0.field.isJurisdiction }) {
            conditions = conditions + " AND s.\(name: column.name) IN (\(SQL.joined(scope.map { "\($0)" }, by: ", ")))"
        }
        if let term = plan.termColumn.map({ plan.columns[$0].name }) {
            conditions = conditions + " AND (s.\(name: term) IS NULL OR s.\(name: term) >= \(day))"
        }
        if let finding = query.finding {
            conditions = conditions + " AND s.row IN (SELECT row FROM finding_\(name: plan.table) WHERE code = \(finding) AND since <= \(day))"
        }
        return conditions
    }

    /// True when each record's latest state is the one in force: nothing waits for its day.
    func isPlain(_ plan: Plan, _ point: Point, _ connection: Connection) throws -> Bool {
        guard point.isToday else { return false }
        return try connection.first("SELECT 1 FROM pending_\(name: plan.table) WHERE since > \(point.day) LIMIT 1") { _ in true } == nil
    }
}

/// How many states each block of a list has that was counted, at a moment and one size of the register's journal.
struct CountedList: Sendable {
    let known: Instant
    let size: Int64
    let blocks: [Int]

    var count: Int { blocks.reduce(0, +) }
}

/// The states in force that a question means, in the order of their records' first entries. They are counted block by block and then fetched
/// by their places, so that millions cost one walk over the records and no memory.
private struct StandingList {
    let table: String
    /// What else a state `s` must fulfil.
    let conditions: SQL
    /// The day and how many entries are known.
    let point: (day: Day, size: Int64)
    let blockRows: Int64

    /// Where the states come from. A record's latest state is behind no other of its states; only where it is not yet known, or not yet in force,
    /// its former ones are asked: so many records are few, however many have a past.
    private func sources(_ rows: Range<Int64>?) -> [SQL] {
        func within(_ column: SQL) -> SQL {
            guard let rows else { return "" }
            return " AND \(column) >= \(rows.lowerBound) AND \(column) < \(rows.upperBound)"
        }
        let known: SQL = " AND s.since <= \(point.day) AND s.entry < \(point.size)"
        // A cross join, for a planner that knows nothing of the figures would walk all former states first.
        return [
            "FROM record_\(name: table) s WHERE s.retired = 0\(within("s.row"))\(known)\(conditions)",
            """
            FROM record_\(name: table) r CROSS JOIN version_\(name: table) s WHERE s.row = r.row\(within("r.row")) \
            AND (r.since > \(point.day) OR r.entry >= \(point.size)) AND s.retired = 0\(known)\(conditions) \
            AND NOT EXISTS (SELECT 1 FROM version_\(name: table) b WHERE b.row = s.row AND b.since <= \(point.day) AND b.entry < \(point.size) \
            AND (b.since > s.since OR (b.since = s.since AND b.entry > s.entry)))
            """,
        ]
    }

    private func rows(ofBlock index: Int) -> Range<Int64> {
        let start = Int64(index) * blockRows
        return start..<start + blockRows
    }

    /// How many states each block of records has.
    func counted(_ connection: Connection) throws -> [Int] {
        let last = try connection.first("SELECT coalesce(max(row), -1) FROM record_\(name: table)") { $0.integer(0) }!
        var blocks = [Int](repeating: 0, count: last < 0 ? 0 : Int(last / blockRows) + 1)
        if connection.isRemote {
            // A server far away groups in one walk; SQLite would sort for it, and is quicker block by block.
            let block = SQL(stringLiteral: "s.row / \(blockRows)")
            for source in sources(nil) {
                try connection.each("SELECT \(block), count(*) \(source) GROUP BY \(block)") { row in
                    blocks[Int(row.integer(0))] += Int(row.integer(1))
                    return true
                }
            }
            return blocks
        }
        for index in blocks.indices {
            for source in sources(rows(ofBlock: index)) {
                let count = try connection.first("SELECT count(*) \(source)") { Int($0.integer(0)) }!
                blocks[index] += count
            }
        }
        return blocks
    }

    /// The states at these places, which ascend.
    func states(at places: [Int], _ blocks: [Int], _ connection: Connection) throws -> [(row: Int64, entry: Int64)] {
        var found: [(row: Int64, entry: Int64)] = []
        var left = places[...]
        var before = 0
        for (index, count) in blocks.enumerated() {
            guard let next = left.first else { break }
            if next < before + count {
                let parts = sources(rows(ofBlock: index)).map { source -> SQL in "SELECT s.row, s.entry \(source)" }
                let states = try connection.all("\(SQL.joined(parts, by: " UNION ALL ")) ORDER BY 1") { (row: $0.integer(0), entry: $0.integer(1)) }
                while let place = left.first, place < before + count {
                    found.append(states[place - before])
                    left.removeFirst()
                }
            }
            before += count
        }
        return found
    }
}
