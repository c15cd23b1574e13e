// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// A register's declaration as it was when it changed.
public struct DeclarationVersion: Sendable {
    public let version: Int64
    public let recorded: Instant
    /// Fields, rules, checks and duties as JSON.
    public let declaration: JSON
}

extension Register {
    /// What of a declaration decides how entries are read and judged.
    var outline: JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("law", .string(law.vi)), .init("keeper", .string(keeper.code)), .init("key", .string(key.name)),
            .init(
                "fields",
                .array(
                    allFields.map { field in
                        .object([
                            "name": .string(field.name), "kind": .string(field.kind.outline), "privacy": .string(field.privacy.rawValue), "required": .boolean(field.isRequired),
                            "formerly": .array(field.formerly.map(JSON.string)),
                        ])
                    })),
            .init("rules", .array(rules.map { .object(["code": .string($0.code), "refuses": .boolean($0.severity == .refuse), "text": .string($0.text.vi)]) })),
            .init("checks", .array(checks.map { .object(["code": .string($0.code), "sort": .string($0.sort.rawValue), "text": .string($0.text.vi)]) })),
        ]
        // A register without duties reads as it did before there were any: it is no new version.
        if !duties.isEmpty { members.append(.init("duties", .array(duties.map(\.outline)))) }
        return .object(members)
    }
}

extension FieldDuty {
    fileprivate var outline: JSON {
        let restriction = among.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.joined(separator: ","))" }.joined(separator: ";")
        return .object([
            "field": .string(field), "sort": .string("\(sort)"), "goal": .integer(Int64(goal)), "among": .string(restriction), "age": .integer(Int64(age ?? 0)),
            "check": .string(check),
        ])
    }
}

extension Kind {
    fileprivate var outline: String {
        switch self {
        case .choice(let choices): "choice:" + choices.map(\.code).joined(separator: ",")
        case .code(let pattern): "code:" + pattern.regularExpression
        default: "\(self)"
        }
    }
}

extension Registry {
    /// The journal in which every change of a declaration is an entry.
    public static let declarationsJournal = "declarations"
    static let declarationNames = ["register", "version", "declaration", "_author", "_cause"]

    /// Enters the declaration when it is another one than before. True when it is.
    func declare(_ register: Register, on connection: Connection) throws -> Bool {
        let text = register.outline.text
        let hash = Hash.of(text.utf8).hex
        let known = try connection.first("SELECT hash, version FROM declaration WHERE register = \(register.journal)") { ($0.text(0), $0.integer(1)) }
        guard known?.0 != hash else { return false }
        let version = (known?.1 ?? 0) + 1
        let form = try journals.form(of: Registry.declarationsJournal, names: Registry.declarationNames)
        var content: [UInt8] = [0x5B]
        JSON.write(register.journal, to: &content)
        content += Array(",\(version),".utf8)
        for word in [text, "program", "declared"] {
            JSON.write(word, to: &content)
            content.append(word == "declared" ? 0x5D : 0x2C)
        }
        let place = try journals.append(
            journals.sealer(for: form).seal(content: content, effective: world.today), form: form, to: Registry.declarationsJournal, record: nil, previous: nil,
            effective: world.today, unit: cityUnit, load: nil, on: connection)
        try connection.run(
            """
            INSERT INTO declaration (register, hash, version, entry) VALUES (\(register.journal), \(hash), \(version), \(place.number)) \
            ON CONFLICT (register) DO UPDATE SET hash = excluded.hash, version = excluded.version, entry = excluded.entry
            """)
        return true
    }

    /// Every version of a register's declaration, oldest first.
    public func versions(of register: String) throws -> [DeclarationVersion] {
        let name = try plan(register).register.journal
        return try database.read { connection in
            var versions: [DeclarationVersion] = []
            try self.journals.eachEntry(from: 0, in: Registry.declarationsJournal, on: connection) { entry in
                guard entry.value("register")?.string == name, let text = entry.value("declaration")?.string, let json = try? JSON(parsing: Array(text.utf8)) else { return true }
                versions.append(DeclarationVersion(version: entry.value("version")?.integer ?? 0, recorded: entry.recorded, declaration: json))
                return true
            }
            return versions
        }
    }

    // MARK: Tables of another version

    /// Makes a register's tables what its declaration of today needs. Entries stay as they are; what stands beside them is made again from them.
    /// True when it was made again.
    func bringUpToDate(_ plan: Plan, on connection: Connection) throws -> Bool {
        let register = plan.register
        let known = try connection.first("SELECT shape FROM shape WHERE register = \(register.journal)") { $0.text(0) }
        let isOther: Bool
        if let known {
            isOther = known != plan.shape
        } else {
            // A database from before shapes were noted: its columns tell.
            isOther = try connection.hasTable("record_" + plan.table) && !plan.fits(connection)
        }
        if isOther { try rebuild(plan, on: connection) }
        let shape = plan.shape
        try connection.run(
            "INSERT INTO shape (register, shape) VALUES (\(register.journal), \(shape)) ON CONFLICT (register) DO UPDATE SET shape = excluded.shape")
        return isOther
    }

    /// Makes records, older states, words and counts again from the journal.
    private func rebuild(_ plan: Plan, on connection: Connection) throws {
        let name = plan.register.name
        try plan.dropTables(connection)
        try plan.createTables(connection)
        statements[plan.table] = nil
        late.insert(name)
        defer { late.remove(name) }
        let find = try connection.statement("SELECT row, entry, last, since, retired, text\(plan.columnList) FROM record_\(plan.table) WHERE row = ?")
        try journals.eachEntry(from: 0, in: name, on: connection) { entry in
            var current: Current?
            if entry.previous != nil {
                find.bind(1, entry.record)
                current = try find.step() ? self.current(find.row, plan) : nil
                find.reset()
            }
            let item = entry.isRetirement ? nil : plan.item(entry)
            let cells = item.map { item in plan.columns.map { Plan.cell(item.values[$0.position], $0.field.kind) } }
            try self.settle(
                plan, key: entry.isErased ? Registry.erasedKey(entry.record) : entry.values.first?.string ?? "", words: item.flatMap { plan.isSearched ? plan.words($0) : nil },
                current: current, cells: cells ?? (entry.isErased ? nil : current?.cells) ?? plan.columns.map { _ in .null }, effective: entry.effective, number: entry.number,
                isRetirement: entry.isRetirement, on: connection)
            return true
        }
        try finishLate(plan, on: connection)
    }
}

extension Plan {
    /// What the tables beside the journal hold.
    var shape: String {
        let columns = columns.map { $0.name + ($0.isIndexed ? "*" : "") }.joined(separator: ",")
        let searched = searchedPositions.map(String.init).joined(separator: ",")
        let counted = (countedPositions + (countedDay.map { [$0] } ?? [])).map { register.fields[$0].name }.joined(separator: ",")
        return "columns=\(columns);searched=\(searched);counted=\(counted);term=\(register.term ?? "")"
    }

    /// Whether the tables have every column of today.
    func fits(_ connection: Connection) -> Bool {
        (try? connection.statement("SELECT row\(columnList) FROM record_\(table) LIMIT 1")) != nil
    }

    func dropTables(_ connection: Connection) throws {
        try texts.drop(on: connection)
        for prefix in ["record_", "version_", "pending_", "count_", "count_days_", "count_change_"] { try connection.run("DROP TABLE IF EXISTS \(name: prefix + table)") }
    }
}
