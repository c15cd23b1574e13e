// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// Records that belong with one: those that refer to it by a field, or that share its group.
public struct Relation: Sendable {
    public let register: Register
    public let field: Field
    public let records: [RecordView]
    public let hasMore: Bool
    /// They are members of the same group, such as a household.
    public let isGroup: Bool
}

/// What one search over all registers found in one of them.
public struct SearchHit: Sendable {
    public let register: Register
    public let records: [RecordView]
    public let hasMore: Bool
}

extension Registry {
    static let relatedMax = 50

    /// All that belongs with a record, in one read; looks at personal data are entered together before this returns.
    public func relations(of view: RecordView, for authority: Authority, door: String) async throws -> [Relation] {
        let own = try plan(view.register).register
        let relations = try await database.reading { connection in
            var relations: [Relation] = []
            for other in self.registers {
                let plan = try self.plan(other.name)
                for field in other.fields {
                    guard case .reference(let target) = field.kind else { continue }
                    let isGroup = other.groupRule?.group == field.name && other.groupRule?.share == nil
                    let value: String?
                    if target == own.name {
                        value = view.key
                    } else if other.name == own.name, isGroup {
                        value = view.value(field.name, in: own)?.string
                    } else {
                        value = nil
                    }
                    guard let value, self.maySearch(plan, field, authority) else { continue }
                    var query = RecordQuery()
                    query.filters = [(field.name, value)]
                    query.limit = Self.relatedMax
                    let page = try self.page(plan, query, authority, connection)
                    if !page.records.isEmpty {
                        relations.append(Relation(register: other, field: field, records: page.records, hasMore: page.next != nil, isGroup: isGroup))
                    }
                }
            }
            return relations
        }
        try await enterReads(relations.map { ($0.register.name, $0.records) }, authority: authority, door: door, asked: "related")
        return relations
    }

    private func maySearch(_ plan: Plan, _ field: Field, _ authority: Authority) -> Bool {
        guard plan.register.isOpen || authority.may(.read, plan.register.name) || authority.may(.personal, plan.register.name) else { return false }
        return field.privacy <= wideSight(plan, authority)
    }

    /// Several looks as one piece of writing.
    private func enterReads(_ looks: [(register: String, records: [RecordView])], authority: Authority, door: String, asked: String) async throws {
        let seen = looks.map { (register: $0.register, rows: $0.records.filter(\.showsPersonalData).map(\.row)) }.filter { !$0.rows.isEmpty }
        guard !seen.isEmpty else { return }
        guard let purpose = authority.purpose else { throw RegisterError.purposeNeeded }
        try await database.write { connection in
            for look in seen {
                try self.appendRead(look.register, rows: look.rows, authority: authority, purpose: purpose, door: door, asked: asked, on: connection)
            }
        }
    }

    // MARK: One box for everything

    static let hitsMax = 6

    /// Searches every register that the reader may search, by key and by words.
    public func searchAll(_ text: String, for authority: Authority, door: String) async throws -> [SearchHit] {
        let text = text.tidied
        guard !text.isEmpty, text.unicodeScalars.count <= 200 else { return [] }
        let reading = reading()
        let hits = try await database.reading { connection in
            var hits: [SearchHit] = []
            for register in self.registers {
                let plan = try self.plan(register.name)
                guard register.isOpen || authority.may(.read, register.name) || authority.may(.personal, register.name) else { continue }
                let sight = self.wideSight(plan, authority)
                var records: [RecordView] = []
                var hasMore = false
                // A key that somebody copied from a paper.
                if register.key.privacy <= sight, let parsed = try? register.key.kind.parse(text.uppercased(), reading), let key = parsed.string,
                    let current = try self.current(plan, key: key, on: connection), self.isInScope(plan, "", current.cells, authority),
                    let entry = try self.journals.entry(current.entry, in: register.name, on: connection)
                {
                    records.append(self.view(plan, row: current.row, entry: entry, last: current.last, for: authority))
                }
                let needed = register.searchedFields.map(\.privacy).max() ?? .personal
                let hasLetters = text.unicodeScalars.contains(where: \.properties.isAlphabetic)
                if plan.isSearched, needed <= sight, hasLetters || records.isEmpty, !text.folded.isEmpty, text.folded.split(separator: " ").count <= self.limits.wordsMax {
                    var query = RecordQuery()
                    query.text = text
                    query.limit = Self.hitsMax
                    let page = try self.page(plan, query, authority, connection)
                    records += page.records.filter { found in !records.contains { $0.row == found.row } }
                    hasMore = page.next != nil
                }
                if !records.isEmpty { hits.append(SearchHit(register: register, records: records, hasMore: hasMore)) }
            }
            return hits
        }
        try await enterReads(hits.map { ($0.register.name, $0.records) }, authority: authority, door: door, asked: "search")
        return hits
    }

    /// Records whose keys begin so, for those who may see the keys: the parcels of a map sheet.
    public func records(_ register: String, keysFrom prefix: String, limit: Int, for authority: Authority) throws -> [RecordView] {
        let plan = try plan(register)
        try mayLook(plan, authority)
        guard plan.register.key.privacy <= wideSight(plan, authority), !plan.register.hasPersonalKey else { return [] }
        return try database.read { connection in
            try connection.all(
                """
                SELECT row, entry FROM record_\(name: plan.table) WHERE key >= \(prefix) AND key < \(prefix + "\u{10FFFF}") AND retired = 0 LIMIT \(limit)
                """
            ) { ($0.integer(0), $0.integer(1)) }
            .compactMap { row, entry in try self.journals.entry(entry, in: register, on: connection).map { self.view(plan, row: row, entry: $0, for: authority) } }
            .filter { !$0.showsPersonalData }
        }
    }

    /// How many entries of today a unit has made, register by register; registers with a large load today are left out.
    public func today(of unit: String?) throws -> [(register: Register, entries: Int)] {
        let midnight = Instant(milliseconds: Int64(world.today.number) * 86_400_000 - 25_200_000 - 1)
        return try database.read { connection in
            try self.registers.compactMap { register in
                let plan = try self.plan(register.name)
                let first = try self.journals.size(of: register.name, at: midnight, on: connection)
                let size = try self.journals.committedSize(of: register.name, on: connection)
                guard size > first, size - first <= 20_000 else { return nil }
                let condition: SQL = unit.map { " AND unit = \($0)" } ?? ""
                let count = try connection.first("SELECT count(*) FROM entry_\(name: plan.table) WHERE number >= \(first)\(condition)") { Int($0.integer(0)) }!
                return count > 0 ? (register, count) : nil
            }
        }
    }

    /// The state of a record today for rights that follow it: its value of a field; nil when the record does not stand.
    public func standing(_ register: String, _ key: String, field: String) throws -> (stands: Bool, value: String?) {
        let plan = try plan(register)
        return try database.look { connection in
            guard let current = try self.current(plan, key: key, on: connection) else { return (false, nil) }
            let today = self.world.today
            let state = current.since <= today ? current : try self.state(plan, row: current.row, on: today, size: .max, on: connection)
            guard let state, !state.isRetired, let column = plan.columns.firstIndex(where: { $0.field.name == field }) else { return (false, nil) }
            if case .text(let value) = state.cells[column] { return (true, value) }
            return (true, nil)
        }
    }
}

extension Registry {
    /// Enters something about a record into the journal of reads that is no look at its fields: a code issued, a page opened.
    public func note(_ what: String, register: String, row: Int64, by authority: Authority) async throws {
        try await enterRead(register, rows: [row], authority: authority, door: "page", asked: what)
    }

    /// The row of a standing record by its key, for those who prove that it is their own.
    public func row(of key: String, in register: String) throws -> Int64? {
        let plan = try plan(register)
        return try database.look { connection in try self.current(plan, key: key, on: connection).flatMap { $0.isRetired ? nil : $0.row } }
    }

    /// Whether a record is one that has not ended.
    public func stands(row: Int64, in register: String) throws -> Bool {
        let key = try database.look { try self.key(ofRow: row, in: register, on: $0) }
        return try key.flatMap { try self.row(of: $0, in: register) } == row
    }

    private static let oneself = Authority(.operator_, id: "self", name: "self", grants: [Grant("*", [.read, .personal])], purpose: Purpose("self", .same("self")))

    /// A person's own records, with all fields, and every look at them. It is their own data: no purpose is asked, and no look entered.
    public func own(_ register: String, row: Int64) async throws -> (key: String, records: [(register: Register, view: RecordView)], reads: [ReadEntry]) {
        let own = try plan(register)
        return try await database.reading { connection in
            guard let key = try connection.first("SELECT key FROM record_\(name: own.table) WHERE row = \(row)", { $0.text(0) }) else { throw RegisterError.noSuchRecord }
            var records: [(register: Register, view: RecordView)] = []
            func add(_ plan: Plan, _ row: Int64, _ entry: Int64) throws {
                guard !records.contains(where: { $0.register.name == plan.register.name && $0.view.row == row }) else { return }
                guard let entry = try self.journals.entry(entry, in: plan.register.name, on: connection) else { return }
                records.append((plan.register, self.view(plan, row: row, entry: entry, for: Self.oneself)))
            }
            if let entry = try connection.first("SELECT entry FROM record_\(name: own.table) WHERE row = \(row)", { $0.integer(0) }) { try add(own, row, entry) }
            for other in self.registers {
                let plan = try self.plan(other.name)
                for column in plan.columns where column.field.kind.referencedRegister == register {
                    let found = try connection.all(
                        "SELECT row, entry FROM record_\(name: plan.table) WHERE \(name: column.name) = \(key) AND retired = 0 LIMIT \(Self.relatedMax)"
                    ) { ($0.integer(0), $0.integer(1)) }
                    for (row, entry) in found { try add(plan, row, entry) }
                }
            }
            var reads: [ReadEntry] = []
            for (register, view) in records { reads += try self.reads(of: view.row, in: register.name, limit: 200, on: connection) }
            var seen: Set<Int64> = []
            return (key, records, reads.sorted { $0.number > $1.number }.filter { seen.insert($0.number).inserted })
        }
    }
}
