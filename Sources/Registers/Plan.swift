// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// A register made ready for work: its tables, its columns, its statements.
///
/// Tables of a register: `entry_…` (the journal's), `record_…` (one row a record: its latest state along effective time),
/// `version_…` (all older states), `pending_…` (records whose latest state is not yet in force), `text_…` (distinct folded texts),
/// `count_…` (declared counts).
final class Plan: Sendable {
    struct Column: Sendable {
        let name: String
        let field: Field
        let position: Int
        let isIndexed: Bool
    }

    let register: Register
    let table: String
    let columns: [Column]
    /// Positions of the counted fields that are not days, and of the one that is.
    let countedPositions: [Int]
    let countedDay: Int?
    /// The same as indexes into `columns`.
    let countedColumns: [Int]
    let countedDayColumn: Int?
    let searchedPositions: [Int]
    let names: [String]
    let texts: TextIndex
    let columnList: String
    let jurisdictionPosition: Int?
    let jurisdictionColumn: Int?
    /// The column with the last day on which a state holds.
    let termColumn: Int?
    let termPosition: Int?
    let hasDoubts: Bool
    static let null = Array("null".utf8)
    let findByKey: String
    var findText: String { "SELECT id FROM \(texts.table) WHERE words = ?" }

    init(_ register: Register) {
        if let fault = register.dutyFault { preconditionFailure(fault) }
        self.register = register
        table = register.table
        let group = register.groupRule
        columns = register.fields.enumerated().compactMap { position, field in
            let isReference: Bool
            switch field.kind {
            case .reference, .unit, .code, .citizenID: isReference = true
            default: isReference = false
            }
            let isNeeded = field.name == group?.field || field.name == group?.group || field.name == register.term || register.twins?.contains(field.name) == true
            guard field.isFiltered || isReference || isNeeded || field.name == group?.share else { return nil }
            return Column(
                name: "c_" + field.name, field: field, position: position,
                isIndexed: isReference && (field.isFiltered || field.kind.isReference))
        }
        var counted: [Int] = []
        var day: Int?
        for (position, field) in register.fields.enumerated() where field.isCounted {
            switch field.kind {
            case .day, .partialDay:
                precondition(day == nil, "A register counts by one day only.")
                day = position
            default: counted.append(position)
            }
        }
        countedPositions = counted
        countedDay = day
        let columns = columns
        countedColumns = counted.map { position in columns.firstIndex { $0.position == position }! }
        countedDayColumn = day.flatMap { position in columns.firstIndex { $0.position == position } }
        searchedPositions = ([register.key] + register.fields).enumerated().filter { $0.element.isSearched }.map { $0.offset - 1 }
        names = register.allFields.map(\.name) + ["_author", "_cause"]
        texts = TextIndex(table: "text_" + table)
        hasDoubts = register.rules.contains { $0.severity == .doubt }
        termPosition = register.term.flatMap { register.position(of: $0) }
        termColumn = register.term.flatMap { term in columns.firstIndex { $0.field.name == term } }
        jurisdictionColumn = columns.firstIndex { $0.field.isJurisdiction }
        jurisdictionPosition = register.fields.firstIndex(where: \.isJurisdiction)
        columnList = columns.map { ", " + $0.name }.joined()
        findByKey = "SELECT row, entry, last, since, retired, text\(columnList) FROM record_\(table) WHERE key = ?"
    }

    var isCounted: Bool { !countedPositions.isEmpty || countedDay != nil }
    var isSearched: Bool { !searchedPositions.isEmpty }

    func column(_ field: String) -> Column? { columns.first { $0.field.name == field } }

    /// The words a record is found by.
    func words(_ item: Item) -> String {
        searchedPositions.map { $0 < 0 ? item.key.folded : (item.values[$0].string ?? "").folded }.joined(separator: " ")
    }

    static func cell(_ value: Value, _ kind: Kind) -> Cell {
        switch value {
        case .null: return .null
        case .integer(let number): return .integer(number)
        case .boolean(let flag): return .integer(flag ? 1 : 0)
        case .string(let text):
            switch kind {
            case .day: return Day(text).map { .integer(Int64($0.number)) } ?? .null
            case .partialDay: return PartialDay(text).map { .integer(Int64($0.first.number)) } ?? .null
            default: return .text(text)
            }
        }
    }

    // MARK: Tables

    func createTables(_ connection: Connection) throws {
        try createFindings(connection)
        let columns = SQL(
            stringLiteral: self.columns.map { column in
                switch column.field.kind {
                case .day, .partialDay, .integer, .money, .boolean: ", \(column.name) INTEGER"
                default: ", \(column.name) TEXT"
                }
            }.joined())
        // Spread by their key, rows have no other that is unique; SQLite keeps them in the order of their numbers.
        let row: SQL = connection.isSpread ? "row INTEGER NOT NULL" : "row INTEGER PRIMARY KEY"
        try connection.createTable(
            "record_" + table,
            """
            \(row), key TEXT NOT NULL, entry INTEGER NOT NULL, last INTEGER NOT NULL, since INTEGER NOT NULL, retired INTEGER NOT NULL, \
            text INTEGER\(columns)
            """, spreadBy: "key")
        try connection.createTable(
            "version_" + table,
            """
            entry INTEGER PRIMARY KEY, row INTEGER NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL, retired INTEGER NOT NULL, \
            text INTEGER\(columns)
            """, spreadBy: "entry")
        try connection.run("CREATE INDEX IF NOT EXISTS version_\(name: table)_row ON version_\(name: table) (row)")
        for column in self.columns where column.field.kind.isReference {
            try connection.run("CREATE INDEX IF NOT EXISTS version_\(name: table)_\(name: column.name) ON version_\(name: table) (\(name: column.name))")
        }
        if isSearched {
            try texts.create(on: connection)
            try connection.run("CREATE INDEX IF NOT EXISTS version_\(name: table)_text ON version_\(name: table) (text)")
        }
        try connection.run("CREATE TABLE IF NOT EXISTS pending_\(name: table) (row INTEGER PRIMARY KEY, since INTEGER NOT NULL)")
        guard isCounted else { return }
        let keys = countedPositions.map { "c_" + register.fields[$0].name }
        let declared = SQL(stringLiteral: keys.map { "\($0) TEXT NOT NULL, " }.joined())
        let list = SQL(stringLiteral: (keys + ["year"]).joined(separator: ", "))
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS count_\(name: table) (\(declared)year INTEGER NOT NULL, n INTEGER NOT NULL, \
            PRIMARY KEY (\(list)))\(TableStyle.clustered)
            """)
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS count_days_\(name: table) (\(declared)year INTEGER NOT NULL, days BLOB NOT NULL, \
            PRIMARY KEY (year\(SQL(stringLiteral: keys.map { ", " + $0 }.joined()))))\(TableStyle.clustered)
            """)
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS count_change_\(name: table) (effective INTEGER NOT NULL, \(declared)year INTEGER NOT NULL, \
            n INTEGER NOT NULL, days BLOB NOT NULL, PRIMARY KEY (effective, \(list)))\(TableStyle.clustered)
            """)
    }

    /// The indexes that a load into an empty register makes last, when sorting beats inserting.
    private func lateIndexes(_ connection: Connection) -> [(name: String, sql: SQL)] {
        var indexes: [(String, SQL)] = [
            ("record_\(table)_key", "CREATE UNIQUE INDEX IF NOT EXISTS record_\(name: table)_key ON record_\(name: table) (key)")
        ]
        if connection.isSpread {
            indexes.append(("record_\(table)_row", "CREATE INDEX IF NOT EXISTS record_\(name: table)_row ON record_\(name: table) (row)"))
        }
        if isSearched {
            indexes.append(("record_\(table)_text", "CREATE INDEX IF NOT EXISTS record_\(name: table)_text ON record_\(name: table) (text)"))
        }
        for column in columns where column.isIndexed {
            indexes.append(
                (
                    "record_\(table)_\(column.name)",
                    "CREATE INDEX IF NOT EXISTS record_\(name: table)_\(name: column.name) ON record_\(name: table) (\(name: column.name))"
                ))
        }
        return indexes
    }

    func createIndexes(_ connection: Connection) throws {
        for index in lateIndexes(connection) { try connection.run(index.sql) }
    }

    func dropIndexes(_ connection: Connection) throws {
        for index in lateIndexes(connection) { try connection.run("DROP INDEX IF EXISTS \(name: index.name)") }
    }

    // MARK: Reading values

    /// Reads an item that came as JSON. Unknown fields are objected to, so that a slip of spelling loses nothing.
    func item(key: String, json: JSON, reading: Reading, objections: inout [Objection]) -> Item {
        guard case .object(let members) = json else {
            objections.append(
                Objection(
                    field: "", code: "type",
                    ["vi": "Nội dung hồ sơ phải là một đối tượng JSON.", "en": "The record's content must be a JSON object."]))
            return Item(key: key, values: [])
        }
        var item = Item(key: key, values: Array(repeating: .null, count: register.fields.count))
        item.key = parsedKey(key, reading, &objections)
        for member in members {
            guard let position = register.position(of: member.name) else {
                objections.append(
                    Objection(
                        field: member.name.shortened, code: "unknown-field",
                        Text(
                            vi: "Sổ này không có trường “\(member.name.shortened)”.", en: "This register has no field “\(member.name.shortened)”.")))
                continue
            }
            if position < 0 {
                if member.value.string != item.key, member.value.string.map({ parsedKey($0, reading, &objections) }) != item.key {
                    objections.append(
                        Objection(
                            field: member.name, code: "key",
                            ["vi": "Mã trong nội dung khác mã trên địa chỉ.", "en": "The key in the content differs from the key in the address."]))
                }
                continue
            }
            do {
                item.values[position] = try register.fields[position].kind.parse(member.value, reading)
            } catch {
                objections.append(error.at(member.name))
            }
        }
        check(item, reading, &objections)
        return item
    }

    func parsedKey(_ key: String, _ reading: Reading, _ objections: inout [Objection]) -> String {
        do {
            if let value = try register.key.kind.parse(key, reading).string { return value }
            objections.append(Objection(field: register.key.name, code: "required", Plan.requiredText(register.key)))
        } catch {
            objections.append(error.at(register.key.name))
        }
        return key
    }

    /// Required fields and rules. Rules are asked only when every field is in order, so that one slip is told once.
    func check(_ item: Item, _ reading: Reading, _ objections: inout [Objection]) {
        let fields = Item.Fields(item: item, register: register)
        for (position, field) in register.fields.enumerated() {
            if objections.contains(where: { $0.field == field.name }) { continue }
            if let condition = field.condition, !condition.values.contains(fields[condition.field].plain) {
                if !item.values[position].isNull { objections.append(Objection(field: field.name, code: "not-here", notHere(field, condition))) }
            } else if field.isRequired, item.values[position].isNull {
                objections.append(Objection(field: field.name, code: "required", Plan.requiredText(field)))
            }
        }
        guard objections.isEmpty else { return }
        for rule in register.rules where rule.severity == .refuse && !rule.holds(fields, reading) {
            objections.append(Objection(field: rule.field, code: rule.code, rule.text))
        }
    }

    /// Doubts that do not stop an entry.
    func doubts(_ item: Item, _ reading: Reading) -> [Objection] {
        let fields = Item.Fields(item: item, register: register)
        return register.rules.filter { $0.severity == .doubt && !$0.holds(fields, reading) }.map {
            Objection(field: $0.field, code: $0.code, $0.text)
        }
    }

    private func notHere(_ field: Field, _ condition: Field.Condition) -> Text {
        let other = register.field(condition.field)!
        func names(_ language: Language) -> String {
            guard case .choice(let choices) = other.kind else { return condition.values.joined(separator: ", ") }
            return choices.filter { condition.values.contains($0.code) }.map { $0.title[language] }.joined(separator: ", ")
        }
        return Text(
            vi: "“\(field.title.vi)” chỉ ghi khi “\(other.title.vi)” là: \(names(.vietnamese)).",
            en: "“\(field.title.en)” is filled in only when “\(other.title.en)” is: \(names(.english)).")
    }

    static func requiredText(_ field: Field) -> Text {
        Text(vi: "Chưa có “\(field.title.vi)”.", en: "“\(field.title.en)” is missing.")
    }

    /// The content's bytes: key, values, author and cause as a JSON array.
    func content(_ item: Item, author: String, cause: String) -> [UInt8] {
        var output = contentStart(item)
        JSON.write(author, to: &output)
        output.append(0x2C)
        JSON.write(cause, to: &output)
        output.append(0x5D)
        return output
    }

    /// The content up to the author: equal starts mean equal records.
    func contentStart(_ item: Item) -> [UInt8] {
        var output = [UInt8]()
        output.reserveCapacity(300)
        output.append(0x5B)
        JSON.write(item.key, to: &output)
        for value in item.values {
            output.append(0x2C)
            value.write(to: &output)
        }
        output.append(0x2C)
        return output
    }

    /// The item an entry of any form holds, brought to today's fields by their names.
    func item(_ entry: Entry) -> Item? {
        guard !entry.isErased else { return nil }
        let values = entry.values
        // Damaged content is no item; verify names it.
        guard values.count == entry.form.names.count else { return nil }
        if entry.form.names == names { return Item(key: values[0].string ?? "", values: Array(values[1...register.fields.count])) }
        var item = Item(key: "", values: Array(repeating: .null, count: register.fields.count))
        for (name, value) in zip(entry.form.names, values) {
            guard let position = register.position(inEntry: name) else { continue }
            if position < 0 { item.key = value.string ?? "" } else { item.values[position] = value }
        }
        return item
    }
}

extension Kind {
    var isReference: Bool { if case .reference = self { true } else { false } }
    var referencedRegister: String? { if case .reference(let register) = self { register } else { nil } }
    var listedRegister: String? { if case .references(let register) = self { register } else { nil } }
}

extension GroupRule {
    /// The field with the shares that make a whole.
    var share: String? { if case .wholeOf(let share) = sort { share } else { nil } }
}
