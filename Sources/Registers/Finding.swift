// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Journal
internal import Store

/// A record as one reader may see it.
public struct RecordView: Sendable {
    public let register: String
    public let row: Int64
    public let ref: String
    /// Nil when the key is personal and the reader may not see persons.
    public let key: String?
    public let entry: Int64
    /// The record's last entry, in the order of the journal: what a change must name as the state it saw.
    public let last: Int64
    public let effective: Day
    public let recorded: Instant
    public let unit: String
    /// The unit whose record it is: by its field, or else the one that entered it.
    let place: String
    public let isRetired: Bool
    public let isErased: Bool
    /// Its last day has passed.
    public let isEnded: Bool
    /// The visible values as JSON, by the fields' order; nil where the reader may not look.
    let raw: [ArraySlice<UInt8>?]
    public let showsPersonalData: Bool

    /// The visible values by the fields' order; nil where the reader may not look.
    public var values: [Value?] { raw.map { RecordView.value($0) } }

    public func value(_ field: String, in register: Register) -> Value? {
        guard let position = register.position(of: field) else { return nil }
        return position < 0 ? key.map(Value.string) : RecordView.value(raw[position])
    }

    static func value(_ raw: ArraySlice<UInt8>?) -> Value? {
        guard let raw else { return nil }
        return (try? JSON(parsing: raw)).flatMap { Value($0) }
    }

    /// The contract's shape of a record.
    public func write(_ register: Register, to output: inout [UInt8]) {
        output.append(contentsOf: "{\"key\":".utf8)
        if let key { JSON.write(key, to: &output) } else { output.append(contentsOf: "null".utf8) }
        output.append(contentsOf: ",\"ref\":\"".utf8)
        output.append(contentsOf: ref.utf8)
        output.append(contentsOf: "\",\"entry\":".utf8)
        output.append(contentsOf: String(entry).utf8)
        output.append(contentsOf: ",\"effective\":\"".utf8)
        output.append(contentsOf: effective.description.utf8)
        output.append(contentsOf: "\",\"recorded\":\"".utf8)
        output.append(contentsOf: recorded.description.utf8)
        output.append(contentsOf: isRetired ? "\",\"retired\":true,\"item\":{".utf8 : isEnded ? "\",\"ended\":true,\"item\":{".utf8 : "\",\"item\":{".utf8)
        var isFirst = true
        if let key {
            JSON.write(register.key.name, to: &output)
            output.append(0x3A)
            JSON.write(key, to: &output)
            isFirst = false
        }
        for (field, value) in zip(register.fields, raw) {
            guard let value else { continue }
            if !isFirst { output.append(0x2C) }
            isFirst = false
            output.append(0x22)
            output.append(contentsOf: field.name.utf8)
            output.append(0x22)
            output.append(0x3A)
            output.append(contentsOf: value)
        }
        output.append(contentsOf: "}}".utf8)
    }
}

/// What a reader asks of a register.
public struct RecordQuery: Sendable {
    public var text: String?
    public var filters: [(field: String, value: String)] = []
    /// Only records whose day in a filtered field is one of these.
    public var days: (field: String, from: Day, until: Day)?
    public var on: Day?
    public var known: Instant?
    public var limit: Int?
    public var after: String?
    /// What was registered last comes first; with text, among what bears the same text.
    public var isNewestFirst = false
    /// Only records that need a look for this reason.
    public var finding: String?

    public init() {}

    /// What was asked, for the journal of reads: the fields, never a person's values.
    var summary: String {
        var words = filters.map(\.field)
        if let days { words.append(days.field) }
        if finding != nil { words.append("finding") }
        if text != nil { words.append("q") }
        if let on { words.append("on=\(on)") }
        if let known { words.append("known=\(known)") }
        return words.isEmpty ? "list" : "list by " + words.joined(separator: ",")
    }
}

public struct RecordPage: Sendable {
    public let records: [RecordView]
    public let next: String?
}

/// A point in both times: the day on which it holds, and how many entries are known.
struct Point: Sendable {
    let day: Day
    /// Nil when everything known now counts.
    let size: Int64?
    let isToday: Bool
}

extension Registry {
    // MARK: One record

    /// A record by its key or its ref. A look at personal data is entered before this returns.
    public func record(
        _ register: String, _ id: String, on day: Day? = nil, known: Instant? = nil, for authority: Authority, door: String
    ) async throws -> RecordView {
        let view = try look(register, id, on: day, known: known, for: authority)
        if view.showsPersonalData {
            try await enterRead(register, rows: [view.row], authority: authority, door: door, asked: day == nil ? "record" : "record on \(day!)")
        }
        return view
    }

    /// The same at once, for a reader to whom no personal data is shown; nil when the look must be entered first.
    public func recordAtOnce(_ register: String, _ id: String, for authority: Authority) throws -> RecordView? {
        let view = try look(register, id, on: nil, known: nil, for: authority)
        return view.showsPersonalData ? nil : view
    }

    private func look(_ register: String, _ id: String, on day: Day?, known: Instant?, for authority: Authority) throws -> RecordView {
        let plan = try plan(register)
        try mayLook(plan, authority)
        let isSimple = day == nil && known == nil
        return try isSimple ? database.look { try find(plan, id, nil, nil, authority, $0) } : database.read { try find(plan, id, day, known, authority, $0) }
    }

    private func find(
        _ plan: Plan, _ id: String, _ day: Day?, _ known: Instant?, _ authority: Authority, _ connection: Connection
    ) throws -> RecordView {
        guard let current = try locate(plan, id, authority, on: connection) else { throw RegisterError.noSuchRecord }
        let point = try point(plan, day, known, connection)
        let state =
            point.isToday && current.since <= point.day
            ? current : try self.state(plan, row: current.row, on: point.day, size: point.size ?? .max, on: connection)
        guard let state, let entry = try journals.entry(state.entry, in: plan.register.name, on: connection) else { throw RegisterError.noSuchRecord }
        let view = view(plan, row: current.row, entry: entry, last: current.last, on: point.day, for: authority)
        guard isInScope(plan, view.unit, state.cells, authority) else { throw RegisterError.noSuchRecord }
        return view
    }

    /// The row that a key or a ref names. Who may not see a personal key cannot find by it either.
    func locate(_ plan: Plan, _ id: String, _ authority: Authority, on connection: Connection) throws -> Current? {
        if plan.register.hasPersonalKey, let row = cipher.record(of: id, in: plan.register.journal) {
            let statement = try connection.statement(
                "SELECT row, entry, last, since, retired, text\(plan.columnList) FROM record_\(plan.table) WHERE row = ?")
            defer { statement.reset() }
            statement.bind(1, row)
            return try statement.step() ? current(statement.row, plan) : nil
        }
        // Who may not see a personal key cannot ask with it either: that would tell whether somebody is there.
        if plan.register.hasPersonalKey, wideSight(plan, authority) < .personal {
            if authority.may(.personal, plan.register.name) { throw RegisterError.purposeNeeded }
            return nil
        }
        return try current(plan, key: id, on: connection)
    }

    /// The key behind a ref, for those who then act on it; nothing is shown of it here.
    public func key(of ref: String, in register: String) throws -> String? {
        let plan = try plan(register)
        guard let row = cipher.record(of: ref, in: plan.register.journal) else { return nil }
        return try database.look { try $0.first("SELECT key FROM record_\(name: plan.table) WHERE row = \(row)") { $0.text(0) } }
    }

    func point(_ plan: Plan, _ day: Day?, _ known: Instant?, _ connection: Connection) throws -> Point {
        let today = world.today
        let size = try known.map { try journals.size(of: plan.register.name, at: $0, on: connection) }
        return Point(day: day ?? today, size: size, isToday: size == nil && (day ?? today) >= today)
    }

    // MARK: Who may see what

    /// Deny by default: a register without open fields is for those with a right to it.
    func mayLook(_ plan: Plan, _ authority: Authority) throws {
        if plan.register.isOpen || authority.may(.read, plan.register.name) || authority.may(.personal, plan.register.name) { return }
        if authority.sort == .visitor {
            throw RegisterError.forbidden([
                "vi": "Sổ này chỉ dành cho cán bộ được phân quyền. Hãy đăng nhập.", "en": "This register is for authorised officers. Please sign in.",
            ])
        }
        throw RegisterError.forbidden(["vi": "Bạn không được phân quyền ở sổ này.", "en": "You have no right to this register."])
    }

    /// The highest class of fields this authority sees of a record in that unit. This is the one place that decides it.
    func sight(_ plan: Plan, unit: String, _ authority: Authority) -> Privacy {
        let name = plan.register.name
        let day = world.today
        let place = plan.register.jurisdiction == nil ? nil : unit
        func may(_ act: Act) -> Bool {
            place == nil ? authority.may(act, name) : authority.may(act, name, unit: place, units: units, on: day)
        }
        if authority.purpose != nil, may(.personal) { return .personal }
        return may(.read) || may(.personal) ? .official : .open
    }

    /// The highest class over the whole register: what searches, filters and counts may use.
    func wideSight(_ plan: Plan, _ authority: Authority) -> Privacy {
        if authority.purpose != nil, authority.may(.personal, plan.register.name) { return .personal }
        return authority.may(.read, plan.register.name) || authority.may(.personal, plan.register.name) ? .official : .open
    }

    func isInScope(_ plan: Plan, _ unit: String, _ cells: [Cell], _ authority: Authority) -> Bool {
        if plan.register.isOpen || plan.register.jurisdiction == nil { return true }
        let place = cells.isEmpty ? unit : self.unit(plan, cells) ?? unit
        return authority.may(.read, plan.register.name, unit: place, units: units, on: world.today)
            || authority.may(.personal, plan.register.name, unit: place, units: units, on: world.today)
    }

    /// The communes an authority is bound to in this register; nil when it is bound to none.
    /// A question by what is not open is bound to them in open registers too.
    func scope(_ plan: Plan, _ authority: Authority, asking needed: Privacy = .open) -> [String]? {
        guard plan.register.jurisdiction != nil, !plan.register.isOpen || needed > .open else { return nil }
        let grants = authority.grants.filter {
            ($0.register == plan.register.name || $0.register == "*")
                && (needed == .personal ? $0.acts.contains(.personal) : $0.acts.contains(.read) || $0.acts.contains(.personal))
        }
        if grants.contains(where: { $0.unit == nil || $0.unit == cityUnit }) { return nil }
        let units = units
        let day = world.today
        let codes = Set(units.units.filter { $0.level == .commune }.map(\.code))
        return codes.filter { code in grants.contains { units.covers(scope: $0.unit!, code, on: day) } }.sorted()
    }

    func view(_ plan: Plan, row: Int64, entry: Entry, last: Int64? = nil, on day: Day? = nil, for authority: Authority) -> RecordView {
        let day = day ?? world.today
        let unit = entry.unit
        var key: String?
        var raw: [ArraySlice<UInt8>?] = []
        var showsPersonal = false
        // Today's form is walked as it lies there; older forms are brought to today's fields first.
        let parts: [ArraySlice<UInt8>]
        if entry.isRetirement {
            // A retired record shows its key only; its last state stands in the history.
            parts = (entry.content.map { RawArray.slices($0).prefix(1) } ?? []) + plan.register.fields.map { _ in Plan.null[...] }
        } else if entry.form.names == plan.names {
            parts = entry.content.map { RawArray.slices($0) } ?? []
        } else {
            parts = plan.item(entry).map { RawArray.slices(plan.contentStart($0).dropLast() + [0x5D]) } ?? []
        }
        let isReadable = parts.count > plan.register.fields.count
        let place = plan.jurisdictionPosition.flatMap { !isReadable ? nil : RecordView.value(parts[$0 + 1])?.string } ?? unit
        let sight = sight(plan, unit: place, authority)
        let ending = plan.termPosition.flatMap { !isReadable ? nil : RecordView.value(parts[$0 + 1])?.day }
        if !isReadable {
            raw = plan.register.fields.map { _ in nil }
        } else {
            if plan.register.key.privacy <= sight {
                key = RecordView.value(parts[0])?.string
                if plan.register.key.privacy == .personal { showsPersonal = true }
            }
            raw.reserveCapacity(plan.register.fields.count)
            for (position, field) in plan.register.fields.enumerated() {
                guard field.privacy <= sight else {
                    raw.append(nil)
                    continue
                }
                if field.privacy == .personal, parts[position + 1].first != 0x6E { showsPersonal = true }
                raw.append(parts[position + 1])
            }
        }
        return RecordView(
            register: plan.register.name, row: row, ref: ref(of: row, in: plan.register.name), key: key, entry: entry.number, last: last ?? entry.number,
            effective: entry.effective, recorded: entry.recorded, unit: unit, place: place, isRetired: entry.isRetirement, isErased: entry.isErased,
            isEnded: ending.map { $0 < day } ?? false, raw: raw, showsPersonalData: showsPersonal)
    }

    // MARK: Lists

    /// A page of records. Looks at personal data are entered before this returns.
    public func records(_ register: String, _ query: RecordQuery, for authority: Authority, door: String) async throws -> RecordPage {
        let plan = try plan(register)
        try mayLook(plan, authority)
        try mayAsk(plan, query, authority)
        if query.finding != nil { try catchUp(plan) }
        let page = try await database.reading { connection in try self.page(plan, query, authority, connection) }
        let seen = page.records.filter(\.showsPersonalData).map(\.row)
        if !seen.isEmpty { try await enterRead(register, rows: seen, authority: authority, door: door, asked: query.summary) }
        return page
    }

    /// Searching and filtering by a field tells of it as surely as showing it.
    func mayAsk(_ plan: Plan, _ query: RecordQuery, _ authority: Authority) throws {
        let sight = wideSight(plan, authority)
        let needed = try needed(plan, query, sight)
        guard needed > sight else { return }
        if needed == .personal, authority.may(.personal, plan.register.name) { throw RegisterError.purposeNeeded }
        throw RegisterError.forbidden([
            "vi": "Bạn không có quyền tìm hoặc lọc theo thông tin này.", "en": "You may not search or filter by this information.",
        ])
    }

    /// The class of what a question tells of.
    func needed(_ plan: Plan, _ query: RecordQuery, _ sight: Privacy) throws -> Privacy {
        var needed = Privacy.open
        if let finding = query.finding {
            guard plan.reasons.contains(where: { $0.code == finding }) else {
                throw RegisterError.badRequest(
                    Text(vi: "Sổ này không có mục kiểm tra “\(finding.shortened)”.", en: "This register has no check “\(finding.shortened)”."))
            }
            // A reason may tell of what is personal.
            needed = plan.register.allFields.contains { $0.privacy == .personal } ? .personal : .official
        }
        if query.text != nil {
            guard plan.isSearched || plan.register.key.privacy <= sight else { throw notSearchable() }
            needed = max(needed, plan.register.searchedFields.map(\.privacy).max() ?? plan.register.key.privacy)
        }
        for name in query.filters.map(\.field) + (query.days.map { [$0.field] } ?? []) {
            guard let field = plan.register.field(name), let column = plan.column(name), column.isIndexed || field.isFiltered else {
                let names = plan.columns.filter { $0.isIndexed || $0.field.isFiltered }.map { $0.field.name }.joined(separator: ", ")
                throw RegisterError.badRequest(
                    Text(
                        vi: "Không lọc được theo “\(name.shortened)”. Có thể lọc theo: \(names).",
                        en: "This register cannot be filtered by “\(name.shortened)”. Possible: \(names)."))
            }
            needed = max(needed, field.privacy)
        }
        return needed
    }

    private func notSearchable() -> RegisterError {
        .badRequest(["vi": "Sổ này không tìm theo chữ được.", "en": "This register has no text search."])
    }

    func page(_ plan: Plan, _ query: RecordQuery, _ authority: Authority, _ connection: Connection) throws -> RecordPage {
        let limit = query.limit ?? limits.pageDefault
        guard (1...limits.pageMax).contains(limit) else {
            throw RegisterError.badRequest(Text(vi: "limit từ 1 đến \(limits.pageMax).", en: "limit is from 1 to \(limits.pageMax)."))
        }
        let cursor = try query.after.map { try Cursor($0) }
        let point = try point(plan, query.on, query.known, connection)
        var found: [(row: Int64, entry: Int64, text: Int64)] = []
        try candidates(
            plan, query, point: point, scope: scope(plan, authority, asking: needed(plan, query, wideSight(plan, authority))), after: cursor, limit: limit + 1, connection
        ) { found.append($0) }
        let hasMore = found.count > limit
        let shown = found.prefix(limit)
        let records = try shown.compactMap { candidate in
            try journals.entry(candidate.entry, in: plan.register.name, on: connection).map { view(plan, row: candidate.row, entry: $0, for: authority) }
        }
        return RecordPage(records: records, next: hasMore ? shown.last.map { Cursor(text: $0.text, row: $0.row).encoded } : nil)
    }

    /// The states that a query means, in the order of pages, at most `limit` of them.
    func candidates(
        _ plan: Plan, _ query: RecordQuery, point: Point, scope: [String]?, after cursor: Cursor?, limit: Int, _ connection: Connection,
        _ found: ((row: Int64, entry: Int64, text: Int64)) throws -> Void
    ) throws {
        let words = query.text.map { $0.folded.split(separator: " ").map(String.init) } ?? []
        if query.text != nil, words.isEmpty { return }
        guard words.count <= limits.wordsMax else {
            throw RegisterError.badRequest(Text(vi: "Tìm nhiều nhất \(limits.wordsMax) từ.", en: "Search for at most \(limits.wordsMax) words."))
        }
        if words.count == 1, Self.looksLikeKey(words[0], plan) || !plan.isSearched {
            let range: SQL = " AND s.key >= \(query.text!.tidied) AND s.key < \(query.text!.tidied + "\u{10FFFF}")"
            try rows(plan, query, point, scope, cursor, limit, range, connection, found)
            return
        }
        guard !words.isEmpty else {
            try rows(plan, query, point, scope, cursor, limit, "", connection, found)
            return
        }
        // Who typed a whole name finds those who bear exactly it first; the others follow in the order of their texts.
        let whole = words.joined(separator: " ")
        let exact = try connection.first("SELECT id FROM \(name: plan.texts.table) WHERE words = \(whole)") { $0.integer(0) }
        var left = limit
        func take(_ id: Int64) throws {
            let inner = cursor.flatMap { $0.text == id ? $0 : nil }
            try rows(plan, query, point, scope, inner, left, " AND s.text = \(id)", isOfOneText: true, connection) {
                left -= 1
                try found($0)
            }
        }
        let isAfterExact = cursor.map { $0.text != exact } ?? false
        if let exact, !isAfterExact {
            try take(exact)
            if left <= 0 { return }
        }
        let matching = try plan.texts.matching(words, after: isAfterExact ? cursor?.text : nil, on: connection)
        var others: [Int64] = []
        // Enough texts for this page, and for what scope and filters may leave out of it; more only when they did.
        var isWhole = false
        try connection.each(matching) { row in
            others.append(row.integer(0))
            return others.count < Self.textsAtOnce
        }
        isWhole = others.count < Self.textsAtOnce
        for id in others where id != exact {
            try take(id)
            if left <= 0 { return }
        }
        guard !isWhole, let last = others.last else { return }
        for id in try connection.all(try plan.texts.matching(words, after: last + 1, on: connection), { $0.integer(0) }) where id != exact {
            try take(id)
            if left <= 0 { return }
        }
    }

    static let textsAtOnce = 256

    static func looksLikeKey(_ word: String, _ plan: Plan) -> Bool {
        guard word.utf8.count >= 4, word.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        switch plan.register.key.kind {
        case .citizenID, .code: return true
        default: return false
        }
    }

    private func rows(
        _ plan: Plan, _ query: RecordQuery, _ point: Point, _ scope: [String]?, _ cursor: Cursor?, _ limit: Int, _ condition: SQL,
        isOfOneText: Bool = false, _ connection: Connection, _ found: ((row: Int64, entry: Int64, text: Int64)) throws -> Void
    ) throws {
        var conditions = try condition + narrowing(plan, query, point.day, scope)
        if let cursor {
            let rest: SQL = query.isNewestFirst ? " AND s.row < \(cursor.row)" : " AND s.row > \(cursor.row)"
            conditions = conditions + rest
        }
        let direction: SQL = query.isNewestFirst ? " DESC" : ""
        let sql: SQL
        if try isPlain(plan, point, connection) {
            // A planner that knows nothing of the texts yet would walk all records in their order to find those of one.
            let order: SQL = isOfOneText && connection.isRemote ? "s.row + 0" : "s.row"
            sql = """
                SELECT s.row, s.entry, coalesce(s.text, 0) FROM record_\(name: plan.table) s WHERE s.retired = 0\(conditions) \
                ORDER BY \(order)\(direction) LIMIT \(limit)
                """
        } else {
            let columns = SQL(stringLiteral: "row, key, entry, since, retired, text" + plan.columnList)
            let size = point.size ?? .max
            let better: (String) -> SQL = { table in
                """
                NOT EXISTS (SELECT 1 FROM \(name: table) b WHERE b.row = s.row AND b.since <= \(point.day) AND b.entry < \(size) \
                AND (b.since > s.since OR (b.since = s.since AND b.entry > s.entry)))
                """
            }
            sql = """
                SELECT s.row, s.entry, coalesce(s.text, 0) FROM (SELECT \(columns) FROM record_\(name: plan.table) UNION ALL \
                SELECT \(columns) FROM version_\(name: plan.table)) AS s WHERE s.since <= \(point.day) AND s.entry < \(size) AND s.retired = 0\
                \(conditions) AND \(better("record_" + plan.table)) AND \(better("version_" + plan.table)) ORDER BY s.row\(direction) LIMIT \(limit)
                """
        }
        try connection.each(sql) { row in
            try found((row.integer(0), row.integer(1), row.integer(2)))
            return true
        }
    }

    func filterCell(_ field: Field, _ value: String, _ day: Day) throws -> Cell {
        switch field.kind {
        case .reference(let target):
            // A person is named by the ref in addresses.
            if let other = plans[target], other.register.hasPersonalKey, let row = cipher.record(of: value, in: other.register.journal),
                let key = try database.look({ try $0.first("SELECT key FROM record_\(name: other.table) WHERE row = \(row)") { $0.text(0) } })
            {
                return .text(key)
            }
            return .text(value.tidied)
        case .unit, .citizenID: return .text(value.tidied)
        default:
            do {
                return Plan.cell(try field.kind.parse(value, reading(effective: day)), field.kind)
            } catch {
                throw RegisterError.objections([error.at(field.name)])
            }
        }
    }

    // MARK: History and proofs

    /// A record's entries, oldest first, with what each changed.
    public func history(
        _ register: String, _ id: String, for authority: Authority, door: String
    ) async throws -> (record: RecordView, entries: [(entry: Entry, view: RecordView)]) {
        let plan = try plan(register)
        try mayLook(plan, authority)
        let (record, entries) = try await database.reading { connection in
            guard let current = try self.locate(plan, id, authority, on: connection), self.isInScope(plan, "", current.cells, authority) else {
                throw RegisterError.noSuchRecord
            }
            // A change that waits for its day does not hold yet.
            let inForce = current.since <= self.world.today ? current : try self.state(plan, row: current.row, on: self.world.today, size: .max, on: connection) ?? current
            guard let last = try self.journals.entry(inForce.entry, in: register, on: connection) else { throw RegisterError.noSuchRecord }
            let entries = try self.journals.history(from: current.last, in: register, on: connection)
            return (
                self.view(plan, row: current.row, entry: last, last: current.last, for: authority),
                entries.map { ($0, self.view(plan, row: current.row, entry: $0, for: authority)) }
            )
        }
        if record.showsPersonalData || entries.contains(where: { $0.1.showsPersonalData }) {
            try await enterRead(register, rows: [record.row], authority: authority, door: door, asked: "history")
        }
        return (record, entries.map { (entry: $0.0, view: $0.1) })
    }

    /// The proof of a record's state in force, disclosing what the reader may see: the contract's JSON.
    public func proof(_ register: String, _ id: String, for authority: Authority, door: String) async throws -> [UInt8] {
        let (proof, row) = try proven(register, id, for: authority)
        if let row { try await enterRead(register, rows: [row], authority: authority, door: door, asked: "proof") }
        return proof
    }

    /// The same at once, for a reader to whom nothing personal is disclosed; nil when the look must be entered first.
    public func proofAtOnce(_ register: String, _ id: String, for authority: Authority) throws -> [UInt8]? {
        let (proof, row) = try proven(register, id, for: authority)
        return row == nil ? proof : nil
    }

    /// The proof, and the row when it discloses something personal.
    private func proven(_ register: String, _ id: String, for authority: Authority) throws -> ([UInt8], Int64?) {
        let plan = try plan(register)
        try mayLook(plan, authority)
        let (proof, view) = try database.read { connection in
            guard let current = try self.locate(plan, id, authority, on: connection), self.isInScope(plan, "", current.cells, authority) else {
                throw RegisterError.noSuchRecord
            }
            let state = current.since <= self.world.today ? current : try self.state(plan, row: current.row, on: self.world.today, size: .max, on: connection) ?? current
            let proof = try self.journals.proof(of: state.entry, in: register, on: connection)
            return (proof, self.view(plan, row: current.row, entry: proof.entry, for: authority))
        }
        let sight = sight(plan, unit: view.place, authority)
        return (proof.json { mayDisclose($0, plan, sight) }, view.showsPersonalData ? view.row : nil)
    }

    /// A declared question about one record, answered without showing any field. The look is entered like any other.
    public func answer(_ code: String, about id: String, at place: String? = nil, in register: String, for authority: Authority, door: String) async throws -> Bool {
        let plan = try plan(register)
        try mayLook(plan, authority)
        guard let question = plan.register.questions.first(where: { $0.code == code }) else {
            let codes = plan.register.questions.map(\.code).joined(separator: ", ")
            throw RegisterError.badRequest(
                Text(
                    vi: "Sổ này không trả lời câu hỏi “\(code.shortened)”. Có thể hỏi: \(codes).",
                    en: "This register does not answer “\(code.shortened)”. Questions: \(codes)."))
        }
        guard place == nil || question.place != nil else {
            throw RegisterError.badRequest(["vi": "Câu hỏi này không hỏi kèm nơi khác.", "en": "This question is not asked together with another record."])
        }
        let asksOpenly = question.reads.map { names in names.allSatisfy { plan.register.field($0)?.privacy == .open } && plan.register.key.privacy == .open } ?? false
        let isPersonal = !asksOpenly && plan.register.allFields.contains { $0.privacy == .personal }
        if isPersonal {
            guard authority.may(.personal, register) else {
                throw RegisterError.forbidden(["vi": "Bạn không có quyền hỏi về người trong sổ này.", "en": "You may not ask about persons of this register."])
            }
            if authority.purpose == nil { throw RegisterError.purposeNeeded }
        }
        let found = try database.read { connection -> (row: Int64, holds: Bool)? in
            guard let current = try self.locate(plan, id, authority, on: connection), self.isInScope(plan, "", current.cells, authority),
                let state = try self.state(plan, row: current.row, on: self.world.today, size: .max, on: connection), !state.isRetired,
                let item = try self.journals.entry(state.entry, in: register, on: connection).flatMap({ plan.item($0) })
            else { return nil }
            let asked = Item.Fields(item: item, register: plan.register)
            guard try self.holds(question, of: asked, plan, self.reading(), on: connection) else { return (current.row, false) }
            guard let place, let other = question.place else { return (current.row, true) }
            guard let beside = try self.records(on: connection).find(other.register, place) else { return (current.row, false) }
            return (current.row, other.holds(asked, beside.fields, self.reading()))
        }
        guard let found else {
            guard let answer = question.withoutRecord else { throw RegisterError.noSuchRecord }
            return answer
        }
        if isPersonal { try await enterRead(register, rows: [found.row], authority: authority, door: door, asked: "question: \(code)") }
        return found.holds
    }

    /// Which pairs of an entry a reader may have disclosed.
    func mayDisclose(_ name: String, _ plan: Plan, _ sight: Privacy) -> Bool {
        if let position = plan.register.position(inEntry: name) {
            return (position < 0 ? plan.register.key : plan.register.fields[position]).privacy <= sight
        }
        switch name {
        case "_retired": return true
        // Who entered it and why is for those at work.
        case "_author", "_cause": return sight >= .official
        // A field that is declared no more.
        default: return sight >= .personal
        }
    }
}
