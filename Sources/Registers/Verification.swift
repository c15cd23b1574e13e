// SPDX-License-Identifier: Apache-2.0
internal import Civic
public import Journal
internal import Foundation
internal import Store
internal import Synchronization

public struct VerificationResult: Sendable {
    public let journal: String
    public let entries: Int64
    public let records: Int
    public let damage: Damage?

    public init(journal: String, entries: Int64, records: Int, damage: Damage?) {
        self.journal = journal
        self.entries = entries
        self.records = records
        self.damage = damage
    }
}

extension Registry {
    /// Recomputes journals from their entries and compares everything derived from them: records, older states, words, counts, the journal
    /// of reads. Gives the first damage of each journal.
    public func verify(_ only: String? = nil, progress: ((String, Int64) -> Void)? = nil) throws -> [VerificationResult] {
        if let only, plans[only] == nil, only != Registry.readsJournal, only != Registry.declarationsJournal { throw RegisterError.unknownRegister(only) }
        let own = try (registers.map(\.name) + [Registry.declarationsJournal, Registry.readsJournal]).filter { only == nil || $0 == only }.map { name in
            try verifyOne(name) { progress?(name, $0) }
        }
        return try own
            + followedRegisters().filter { only == nil || $0.register == only }.map { followed in
                try verifyFollowed(followed) { progress?(followed.origin, $0) }
            }
    }

    private func verifyOne(_ name: String, progress: @escaping (Int64) -> Void) throws -> VerificationResult {
        // Two views of the same state: the journal by itself, and what stands beside it. They are checked side by side.
        let journalResult = Mutex<Result<Int64, any Error>>(.success(0))
        let done = DispatchSemaphore(value: 0)
        let progressBox = UncheckedSendable(progress)
        let thread = Thread { [self] in
            let result = Result { try database.read { try journals.verify(name, on: $0) { progressBox.value($0) } } }
            journalResult.withLock { $0 = result }
            done.signal()
        }
        thread.stackSize = 4 << 20
        thread.start()
        var recordDamage: Damage?
        var records = 0
        do {
            records = try database.read { connection in
                if let plan = plans[name] { return try verifyRecords(plan, connection) }
                if name == Registry.declarationsJournal { return try connection.first("SELECT count(*) FROM declaration") { Int($0.integer(0)) }! }
                return try verifyReads(connection)
            }
        } catch let damage as Damage {
            recordDamage = damage
        } catch {
            done.wait()
            throw error
        }
        done.wait()
        switch journalResult.withLock({ $0 }) {
        case .success(let entries): return VerificationResult(journal: name, entries: entries, records: records, damage: recordDamage)
        case .failure(let damage as Damage):
            // The earlier entry is the first damaged one; a damaged entry usually disturbs its record too.
            let first = recordDamage.flatMap { other in (other.number ?? .max) < (damage.number ?? .max) ? other : nil } ?? damage
            return VerificationResult(journal: name, entries: 0, records: records, damage: first)
        case .failure(let error): throw error
        }
    }

    private func verifyRecords(_ plan: Plan, _ connection: Connection) throws -> Int {
        let name = plan.register.name
        func damage(_ number: Int64?, _ vi: String, _ en: String) -> Damage { Damage(journal: name, number: number, Text(vi: vi, en: en)) }
        var expected = ExpectedCounts(plan)
        var states = 0
        var records = 0
        let columns = SQL(stringLiteral: plan.columnList)
        let versions = try connection.statement(
            "SELECT entry, since, retired, text, key\(plan.columnList) FROM version_\(plan.table) WHERE row = ? ORDER BY since, entry")
        try connection.each("SELECT row, entry, last, since, retired, text\(columns), key FROM record_\(name: plan.table) ORDER BY row") { row in
            let current = self.current(row, plan)
            let key = row.text(6 + plan.columns.count)
            records += 1
            states += 1
            var chain = [try self.verify(plan, current, key: key, damage, on: connection)]
            var timeline: [(since: Day, entry: Int64, isRetired: Bool, cells: [Cell])] = []
            var last = current.entry
            var first = current.entry
            versions.bind(1, current.row)
            defer { versions.reset() }
            while try versions.step() {
                let version = versions.row
                let older = Current(
                    row: current.row, entry: version.integer(0), last: 0, since: Day(number: Int32(truncatingIfNeeded: version.integer(1))),
                    isRetired: version.integer(2) != 0, text: version.optionalInteger(3), cells: plan.columns.indices.map { version.cell(5 + $0) })
                states += 1
                last = max(last, older.entry)
                first = min(first, older.entry)
                chain.append(try self.verify(plan, older, key: version.text(4), damage, on: connection))
                guard (older.since, older.entry) < (current.since, current.entry) else {
                    throw damage(older.entry, "trạng thái này mới hơn trạng thái đang ghi", "this state is later than the one on record")
                }
                timeline.append((older.since, older.entry, older.isRetired, older.cells))
            }
            guard last == current.last else { throw damage(last, "hồ sơ không dẫn tới mục cuối của nó", "the record does not point to its last entry") }
            var before: Int64?
            for link in chain.sorted(by: { $0.number < $1.number }) {
                guard link.previous == before else { throw damage(link.number, "mục không nối với mục trước của hồ sơ", "the entry does not follow the record's entry before it") }
                before = link.number
            }
            guard first == current.row else { throw damage(current.row, "mục tạo hồ sơ không khớp", "the record does not begin with its first entry") }
            if current.since > self.world.today {
                let waits = try connection.first("SELECT since FROM pending_\(name: plan.table) WHERE row = \(current.row)") { $0.integer(0) }
                guard waits == Int64(current.since.number) else {
                    throw damage(current.entry, "trạng thái chờ hiệu lực không được ghi nhớ", "a state that waits for its day is not kept in mind")
                }
            }
            timeline.append((current.since, current.entry, current.isRetired, current.cells))
            expected.add(timeline)
            return true
        }
        let entries = try connection.first("SELECT count(*) FROM entry_\(name: plan.table)") { Int($0.integer(0)) }!
        let versionCount = try connection.first("SELECT count(*) FROM version_\(name: plan.table)") { Int($0.integer(0)) }!
        guard entries == states, states == records + versionCount else {
            let missing =
                try connection.first(
                    """
                    SELECT min(number) FROM entry_\(name: plan.table) WHERE number NOT IN (SELECT entry FROM record_\(name: plan.table)) \
                    AND number NOT IN (SELECT entry FROM version_\(name: plan.table))
                    """
                ) { $0.optionalInteger(0) } ?? nil
            throw damage(missing, "mục này không có trong hồ sơ nào", "this entry stands in no record")
        }
        // Counts of days before an erasure can no longer be made again from what was erased.
        let hasErased = try connection.first("SELECT 1 FROM entry_\(name: plan.table) WHERE digests IS NOT NULL LIMIT 1") { _ in true } != nil
        if !hasErased { try expected.compare(connection, damage) }
        if plan.isSearched { try verifyIndex(plan, damage) }
        return records
    }

    /// One state against its entry.
    private func verify(
        _ plan: Plan, _ state: Current, key: String, _ damage: (Int64?, String, String) -> Damage, on connection: Connection
    ) throws -> (number: Int64, previous: Int64?) {
        guard let entry = try journals.entry(state.entry, in: plan.register.name, on: connection) else {
            throw damage(state.entry, "hồ sơ dẫn tới một mục không có", "a record points to an entry that is not there")
        }
        guard entry.record == state.row, entry.effective == state.since, entry.isRetirement == state.isRetired else {
            throw damage(entry.number, "dòng hồ sơ không khớp mục", "the record's row does not match the entry")
        }
        let link = (number: entry.number, previous: entry.previous)
        guard !entry.isErased else {
            // An erased record shows nothing anywhere.
            guard key == Registry.erasedKey(state.row), state.text == nil, state.cells.allSatisfy({ $0 == .null }) else {
                throw damage(entry.number, "nội dung đã xóa nhưng dòng hồ sơ còn dữ liệu", "its content was erased, but its record's row still holds data")
            }
            return link
        }
        guard entry.values.first?.string == key else { throw damage(entry.number, "mã hồ sơ không khớp mục", "the record's key does not match the entry") }
        guard !entry.isRetirement else { return link }
        guard let item = plan.item(entry) else { throw damage(entry.number, "nội dung không đọc được", "its content cannot be read") }
        for (column, cell) in zip(plan.columns, state.cells) where Plan.cell(item.values[column.position], column.field.kind) != cell {
            throw damage(
                entry.number, "cột \(column.field.name) của hồ sơ không khớp mục", "the record's column \(column.field.name) does not match the entry")
        }
        guard plan.isSearched else { return link }
        let find = try connection.statement("SELECT words FROM \(plan.texts.table) WHERE id = ?")
        defer { find.reset() }
        if let text = state.text { find.bind(1, text) } else { find.bindNull(1) }
        guard try find.step(), find.row.text(0) == plan.words(item) else {
            throw damage(entry.number, "chữ để tìm kiếm không khớp mục", "the words to search by do not match the entry")
        }
        return link
    }

    /// The index of words against its table; the check itself needs a writer's connection.
    private func verifyIndex(_ plan: Plan, _ damage: (Int64?, String, String) -> Damage) throws {
        do {
            try database.writeAndWait { try plan.texts.check(on: $0) }
        } catch is StoreError {
            throw damage(nil, "chỉ mục tìm kiếm không khớp bảng chữ", "the search index does not match its table of words")
        }
    }

    private func verifyReads(_ connection: Connection) throws -> Int {
        var subjects = 0
        func damage(_ number: Int64?, _ vi: String, _ en: String) -> Damage {
            Damage(journal: Registry.readsJournal, number: number, Text(vi: vi, en: en))
        }
        try journals.eachEntry(from: 0, in: Registry.readsJournal, on: connection) { entry in
            guard let register = entry.value("register")?.string, let list = entry.value("subjects")?.string else { return true }
            for ref in list.split(separator: ",") {
                guard let row = cipher.record(of: String(ref), in: register) else { throw damage(entry.number, "mã người được xem không đọc được", "a subject cannot be read") }
                let stands = try connection.first(
                    "SELECT 1 FROM read_subject WHERE register = \(register) AND record = \(row) AND number = \(entry.number)"
                ) { _ in true }
                guard stands != nil else { throw damage(entry.number, "người được xem không thấy lượt xem này", "a person concerned cannot see this look") }
                subjects += 1
            }
            return true
        }
        let stored = try connection.first("SELECT count(*) FROM read_subject") { Int($0.integer(0)) }!
        guard stored == subjects else { throw damage(nil, "có lượt xem không có trong sổ", "there are looks that no entry tells of") }
        return subjects
    }
}

private struct UncheckedSendable<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
