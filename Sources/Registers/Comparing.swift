// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// Whether what an office's list says beside its codes fits the records that the codes name.
///
/// A yes is as much an answer about somebody as a no, so each is entered in the journal of reads. What the register says instead is told only to those who may see it.
final class Comparer {
    private struct Record {
        let key: String
        let row: Int64
        let item: Item
    }

    /// The way from a line to the record that it means.
    private struct Way {
        let through: [String]
        let oneOf: String?
        let position: Int
        let target: Plan
        /// By the code that the line gives.
        var records: [String: Record] = [:]
    }

    private struct Asked {
        let comparison: Comparison
        let way: Int
        let field: Field
    }

    private let registry: Registry
    private let plan: Plan
    private let authority: Authority
    private let reading: Reading
    private var ways: [Way] = []
    private var asked: [Asked] = []
    /// Records that were answered about, by their register.
    private var looks: [String: Set<Int64>] = [:]
    private static let keysAtOnce = 500
    private static let looksAtOnce = 1000

    init(_ registry: Registry, _ plan: Plan, _ comparisons: [Comparison], _ authority: Authority) throws {
        self.registry = registry
        self.plan = plan
        self.authority = authority
        reading = registry.reading()
        for comparison in comparisons {
            let way: Int
            if let known = ways.firstIndex(where: { $0.through == comparison.through && $0.oneOf == comparison.oneOf }) {
                way = known
            } else {
                way = ways.count
                let position = plan.register.position(of: comparison.through[0])!
                let target = try registry.target(of: comparison, in: plan.register)
                ways.append(Way(through: comparison.through, oneOf: comparison.oneOf, position: position, target: target))
            }
            asked.append(Asked(comparison: comparison, way: way, field: ways[way].target.register.field(comparison.field)!))
        }
    }

    /// Finds what these lines mean, all at once.
    func prepare(_ lines: [LoadLine], on connection: Connection) throws {
        for index in ways.indices {
            let position = ways[index].position
            var keys: Set<String> = []
            for line in lines where line.objections.isEmpty && line.compared.contains(where: { !$0.isEmpty }) {
                if let key = line.item.values[position].string { keys.insert(key) }
            }
            ways[index].records = keys.isEmpty ? [:] : try records(ways[index], keys, on: connection)
        }
    }

    private func records(_ way: Way, _ keys: Set<String>, on connection: Connection) throws -> [String: Record] {
        // By the line's code, the key in the register reached so far.
        var reached = Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) })
        var at = plan
        for (step, reference) in way.through.enumerated() {
            if step > 0 {
                let next = try find(at, by: "key", Set(reached.values), taking: "c_" + reference, on: connection)
                reached = reached.compactMapValues { next[$0]?.other }
            }
            at = try registry.plan(at.register.field(reference)!.kind.referencedRegister!)
        }
        let found: [String: (key: String, row: Int64, entry: Int64, other: String?)]
        if way.oneOf == nil {
            found = try find(at, by: "key", Set(reached.values), taking: "key", on: connection)
        } else {
            let rule = way.target.register.groupRule!
            let standsFor: SQL = " AND \(name: "c_" + rule.field) = \(rule.value)"
            found = try find(way.target, by: "c_" + rule.group, Set(reached.values), and: standsFor, taking: "key", on: connection)
        }
        var records: [String: Record] = [:]
        for (code, key) in reached {
            guard let one = found[key],
                let item = try registry.journals.entry(one.entry, in: way.target.register.name, on: connection).flatMap({ way.target.item($0) })
            else { continue }
            records[code] = Record(key: one.key, row: one.row, item: item)
        }
        return records
    }

    /// Standing records by the value of a column, in as few questions as may be.
    private func find(
        _ plan: Plan, by column: String, _ values: Set<String>, and condition: SQL = "", taking other: String, on connection: Connection
    ) throws -> [String: (key: String, row: Int64, entry: Int64, other: String?)] {
        var found: [String: (key: String, row: Int64, entry: Int64, other: String?)] = [:]
        let values = values.sorted()
        for start in stride(from: 0, to: values.count, by: Self.keysAtOnce) {
            let some = values[start..<min(start + Self.keysAtOnce, values.count)]
            // The list is filled up with its last value, so that one statement serves every length.
            let list = SQL.joined((0..<Self.keysAtOnce).map { "\(some[min(some.startIndex + $0, some.endIndex - 1)])" }, by: ", ")
            let question: SQL = """
                SELECT \(name: column), key, row, entry, \(name: other) FROM record_\(name: plan.table) \
                WHERE \(name: column) IN (\(list)) AND retired = 0\(condition) LIMIT \(Self.keysAtOnce)
                """
            try connection.each(question) { row in
                found[row.text(0)] = (key: row.text(1), row: row.integer(2), entry: row.integer(3), other: row.optionalText(4))
                return true
            }
        }
        return found
    }

    /// What in a line does not fit. A record that is not there, or does not say it, objects to nothing.
    func objections(to line: LoadLine, on connection: Connection) throws -> [Objection] {
        var objections: [Objection] = []
        for (one, text) in zip(asked, line.compared) where !text.isEmpty {
            let way = ways[one.way]
            guard let key = line.item.values[way.position].string, let record = way.records[key] else { continue }
            let known = record.item.value(one.comparison.field, in: way.target.register).plain
            guard !known.isEmpty else { continue }
            looks[way.target.register.name, default: []].insert(record.row)
            let value: String
            do {
                value = try one.field.kind.parse(text, reading).plain
            } catch {
                let title = one.comparison.title
                objections.append(Objection(field: way.through[0], code: error.code, Text(vi: "\(title.vi): \(error.text.vi)", en: "\(title.en): \(error.text.en)")))
                continue
            }
            guard !Self.isSame(value, known, one.field.kind) else { continue }
            objections.append(try difference(one, text, known, record, on: connection))
        }
        return objections
    }

    /// Names by their letters without marks; days as far as both are known.
    static func isSame(_ left: String, _ right: String, _ kind: Kind) -> Bool {
        switch kind {
        case .partialDay, .day:
            guard let one = PartialDay(left), let other = PartialDay(right) else { return left == right }
            guard one.first.year == other.first.year else { return false }
            if one.precision == .year || other.precision == .year { return true }
            guard one.first.parts.month == other.first.parts.month else { return false }
            return one.precision == .month || other.precision == .month || one.first == other.first
        case .name, .text, .address: return left.folded == right.folded
        default: return left == right
        }
    }

    private func difference(_ one: Asked, _ text: String, _ known: String, _ record: Record, on connection: Connection) throws -> Objection {
        let target = ways[one.way].target
        let title = one.comparison.title
        let cells = try registry.current(target, key: record.key, on: connection)?.cells ?? []
        let unit = cells.isEmpty ? registry.cityUnit : registry.place(target, cells, authority)
        let isTold = registry.sight(target, unit: unit, authority) >= one.field.privacy
        func shown(_ value: String, _ language: Language) -> String { PartialDay(value).map { $0.written(language) } ?? value.shortened }
        let register = target.register.title
        let toldVi = isTold ? ", sổ ghi “\(shown(known, .vietnamese))”" : ""
        let toldEn = isTold ? ", which says “\(shown(known, .english))”" : ""
        let vi = "\(title.vi) “\(shown(text, .vietnamese))” không khớp với sổ “\(register.vi)”\(toldVi)."
        let en = "\(title.en) “\(shown(text, .english))” does not fit the register “\(register.en)”\(toldEn)."
        return Objection(
            field: one.comparison.through[0], code: "differs",
            Text(
                vi: "\(vi) Xem mã hay số ở dòng này có phải của người này không; có thể bị lệch dòng.",
                en: "\(en) See whether the code or number in this line is this person's; it may have slipped into another row."))
    }

    /// Enters whom the load has been answered about. A dry run answers as a real one does.
    func enterLooks() throws {
        let looks = looks
        self.looks = [:]
        let purpose = authority.purpose ?? .comparison
        let registry = registry
        let authority = authority
        for (register, rows) in looks.sorted(by: { $0.key < $1.key }) {
            let rows = rows.sorted()
            for start in stride(from: 0, to: rows.count, by: Self.looksAtOnce) {
                let some = Array(rows[start..<min(start + Self.looksAtOnce, rows.count)])
                try registry.database.writeAndWait { connection in
                    try registry.appendRead(register, rows: some, authority: authority, purpose: purpose, door: "load", asked: "comparison", on: connection)
                }
            }
        }
    }
}

/// A column, or several that belong together, that is compared and kept nowhere.
struct ComparedColumn {
    let name: String
    let columns: [Int]
    private let reader: CellReader

    init(name: String, columns: [Int], reader: CellReader) {
        self.name = name
        self.columns = columns
        self.reader = reader
    }

    /// Family name and given name may stand apart; a cell merged over both says it twice.
    func read(_ cells: [String]) -> String {
        var parts: [String] = []
        for column in columns where cells.indices.contains(column) {
            let text = cells[column].tidied
            if !text.isEmpty, parts.last != text { parts.append(text) }
        }
        return reader.read(parts.joined(separator: " "))
    }
}

extension Registry {
    /// The register of the record that a comparison means.
    func target(of comparison: Comparison, in register: Register) throws -> Plan {
        if let other = comparison.oneOf { return try plan(other) }
        var at = register
        for reference in comparison.through {
            guard let name = at.field(reference)?.kind.referencedRegister else { preconditionFailure("\(comparison.column) in \(register.name) goes through no reference.") }
            at = try self.register(name)
        }
        return try plan(at.name)
    }

    func comparedColumns(_ mapping: FileMapping, _ plan: Plan) throws -> [ComparedColumn] {
        try plan.register.comparisons.compactMap { comparison in
            let columns = mapping.columns.indices.filter { mapping.columns[$0] == comparison.column }
            guard !columns.isEmpty else { return nil }
            let field = try target(of: comparison, in: plan.register).register.field(comparison.field)
            return ComparedColumn(name: comparison.column, columns: columns, reader: CellReader(field, [:], reading()))
        }
    }
}

extension Register {
    /// The head of a field's column in a matched file: with the comparison's that the field itself must fit, unless a column of its own says that.
    func comparedHead(_ field: String, among columns: [String?]) -> String {
        guard let comparison = comparisons.first(where: { $0.own == field }), !columns.contains(comparison.column) else { return field }
        return "\(field)\(LineParser.comparedMark)\(comparison.column)"
    }
}

extension MappedFile {
    /// Columns that no field took and that say what can be compared. Only heads that say just that: family names alone are no names.
    static func compare(_ rows: [[String]], _ mapping: FileMapping, _ titles: [[String]], _ register: Register, _ skipped: Int, _ columns: inout [String?]) {
        for comparison in register.comparisons {
            // Without the code there is nothing to compare with.
            guard columns.contains(comparison.through[0]) else { continue }
            let names = ([comparison.title.vi, comparison.title.en] + comparison.alsoCalled).map(plain)
            let isMeant: (Int) -> Bool = { column in titles[column].contains { names.contains($0) } }
            guard let first = titles.indices.first(where: { $0 >= skipped && columns[$0] == nil && isMeant($0) }) else { continue }
            columns[first] = comparison.column
            // A head over two columns: family name and given name.
            var next = first + 1
            while titles.indices.contains(next), columns[next] == nil, titles[next] == titles[first] || isGivenName(rows, mapping, titles[next], first, next) {
                columns[next] = comparison.column
                next += 1
            }
        }
    }

    /// Where a merged head was saved as text, the column of given names has no head.
    private static func isGivenName(_ rows: [[String]], _ mapping: FileMapping, _ titles: [String], _ first: Int, _ next: Int) -> Bool {
        guard titles.isEmpty, next == first + 1 else { return false }
        let family = FilePreview.samples(rows, mapping, first, 8)
        let given = FilePreview.samples(rows, mapping, next, 8)
        guard !given.isEmpty, family.count == given.count else { return false }
        let areWords = family.allSatisfy { text in !text.contains { $0.isNumber } }
        return areWords && given.allSatisfy { text in text.count >= 2 && text.allSatisfy(\.isLetter) }
    }
}
