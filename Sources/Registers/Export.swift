// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Journal
internal import Papers
internal import Store

/// The file formats of an export.
public enum ExportFormat: String, Sendable, CaseIterable {
    case csv, jsonl, xlsx
}

extension Registry {
    /// Who may have a whole register, and with which fields. A look at personal data of everybody is entered once, for everybody.
    private func mayExport(_ plan: Plan, _ query: RecordQuery, _ authority: Authority) throws -> Privacy {
        try mayLook(plan, authority)
        try mayAsk(plan, query, authority)
        return wideSight(plan, authority)
    }

    /// Enters the look that an export is. Call before writing its first byte.
    public func beginExport(_ register: String, _ query: RecordQuery, for authority: Authority, door: String) async throws {
        let plan = try plan(register)
        guard try mayExport(plan, query, authority) == .personal, plan.register.allFields.contains(where: { $0.privacy == .personal }) else { return }
        var rows = [Registry.everybody]
        if query.text != nil || query.finding != nil || query.days != nil || !query.filters.isEmpty {
            // Those whom a question means are named one by one, as on a page; a whole register is named as such.
            let meant = try await database.reading { connection -> [Int64] in
                var rows: [Int64] = []
                let point = try self.point(plan, query.on, query.known, connection)
                try self.candidates(
                    plan, query, point: point, scope: self.scope(plan, authority, asking: self.needed(plan, query, self.wideSight(plan, authority))), after: nil,
                    limit: Self.namedMax + 1, connection
                ) { rows.append($0.row) }
                return rows
            }
            if meant.isEmpty { return }
            if meant.count <= Self.namedMax { rows = meant }
        }
        try await enterRead(register, rows: rows, authority: authority, door: door, asked: "export: " + query.summary)
    }

    /// So many people at most are named one by one in the entry of an export.
    static let namedMax = 5000

    /// In the journal of reads: a look at the whole register.
    static let everybody: Int64 = -1

    /// Writes every record that the query means, in the order of their first entries. `limit` and `after` do not count here.
    public func export(
        _ register: String, _ query: RecordQuery = RecordQuery(), format: ExportFormat, readableIn language: Language? = nil, for authority: Authority,
        door: String, write: ([UInt8]) throws -> Void
    ) throws {
        let plan = try plan(register)
        let sight = try mayExport(plan, query, authority)
        if sight == .personal, door == "command-line", plan.register.allFields.contains(where: { $0.privacy == .personal }) {
            try enterReadAndWait(
                register, rows: [Registry.everybody], authority: authority, door: door, asked: "export: " + query.summary)
        }
        let fields = plan.register.allFields.filter { $0.privacy <= sight }
        if format == .csv { try write(CSV.line(fields.map(\.name))) }
        // For people: the fields' titles and the words of lists. For programs: names and codes.
        var book =
            try format == .xlsx
            ? SpreadsheetWriter(title: plan.register.title[language ?? .vietnamese], header: fields.map { field in language.map { field.title[$0] } ?? field.name }) : nil
        // One state for the whole file, in pieces: no connection is held while a slow reader takes its time.
        var query = query
        var cursor: Cursor?
        var pinned: Int64?
        while true {
            let (output, last, size) = try database.read { connection -> ([UInt8], Cursor?, Int64) in
                let size = try self.journals.committedSize(of: register, on: connection)
                let limit = Self.exportBatch
                var point = try self.point(plan, query.on, query.known, connection)
                if let pinned, pinned != size, point.size == nil { point = Point(day: point.day, size: pinned, isToday: false) }
                var output = [UInt8]()
                var count = 0
                var last: Cursor?
                try self.candidates(
                    plan, query, point: point, scope: self.scope(plan, authority, asking: self.needed(plan, query, self.wideSight(plan, authority))), after: cursor, limit: limit,
                    connection
                ) { candidate in
                    count += 1
                    last = Cursor(text: candidate.text, row: candidate.row)
                    guard let entry = try self.journals.entry(candidate.entry, in: register, on: connection) else { return }
                    let view = self.view(plan, row: candidate.row, entry: entry, for: authority)
                    if format == .csv {
                        self.writeCSV(view, plan, fields, &output)
                    } else if format == .xlsx {
                        try book!.add(
                            fields.map { field in
                                let value = view.value(field.name, in: plan.register) ?? .null
                                return language.map { self.readable(value, field, $0) } ?? value.plain
                            })
                        output += book!.take()
                    } else {
                        view.write(plan.register, to: &output)
                        output.append(0x0A)
                    }
                }
                return (output, count < limit ? nil : last, size)
            }
            try write(output)
            guard let last else {
                try book?.close()
                if let rest = book?.take() { try write(rest) }
                return
            }
            cursor = last
            if pinned == nil { pinned = size }
            query.after = nil
        }
    }

    static let exportBatch = 2000

    /// A value as offices write it, and as a load reads it again.
    private func readable(_ value: Value, _ field: Field, _ language: Language) -> String {
        switch (value, field.kind) {
        case (.string(let code), .choice(let choices)): choices.first { $0.code == code }?.title[language] ?? code
        case (.string(let code), .unit): units.find(code, on: world.today)?.name ?? code
        case (.string(let text), .day): Day(text)?.written(.vietnamese) ?? text
        case (.boolean(let flag), _): flag ? (["vi": "Có", "en": "Yes"] as Text)[language] : (["vi": "Không", "en": "No"] as Text)[language]
        default: value.plain
        }
    }

    private func writeCSV(_ view: RecordView, _ plan: Plan, _ fields: [Field], _ output: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { output.append(0x2C) }
            let position = plan.register.position(of: field.name)!
            CSV.write(position < 0 ? view.key ?? "" : view.values[position]?.plain ?? "", to: &output)
        }
        output.append(0x0A)
    }

    // MARK: The change feed

    /// Entries by number as JSON lines, with what the reader may see of each.
    public func changes(
        _ register: String, after number: Int64?, limit: Int, for authority: Authority, door: String
    ) async throws -> (lines: [UInt8], next: Int64?) {
        let plan = try plan(register)
        try mayLook(plan, authority)
        guard (1...limits.pageMax).contains(limit) else {
            throw RegisterError.badRequest(Text(vi: "limit từ 1 đến \(limits.pageMax).", en: "limit is from 1 to \(limits.pageMax)."))
        }
        let (lines, rows, last) = try await database.reading { connection in
            var output = [UInt8]()
            var rows: Set<Int64> = []
            var last: Int64?
            var count = 0
            try self.journals.eachEntry(from: (number ?? -1) + 1, in: register, on: connection) { entry in
                guard count < limit else { return false }
                let view = self.view(plan, row: entry.record, entry: entry, for: authority)
                last = entry.number
                count += 1
                guard self.isInScope(plan, view.place, [], authority) else { return true }
                if view.showsPersonalData { rows.insert(entry.record) }
                self.write(entry, view, plan, authority, to: &output)
                output.append(0x0A)
                return true
            }
            return (output, rows, count == limit ? last : nil)
        }
        if !rows.isEmpty { try await enterRead(register, rows: rows.sorted(), authority: authority, door: door, asked: "feed") }
        return (lines, last)
    }

    /// An entry as feeds and histories give it.
    public func write(_ entry: Entry, _ view: RecordView, for authority: Authority, to output: inout [UInt8]) throws {
        write(entry, view, try plan(view.register), authority, to: &output)
    }

    private func write(_ entry: Entry, _ view: RecordView, _ plan: Plan, _ authority: Authority, to output: inout [UInt8]) {
        output.append(contentsOf: "{\"number\":\(entry.number),\"unit\":".utf8)
        JSON.write(entry.unit, to: &output)
        if mayDisclose("_author", plan, sight(plan, unit: entry.unit, authority)), !entry.isErased {
            output.append(contentsOf: ",\"author\":".utf8)
            JSON.write(entry.author, to: &output)
            output.append(contentsOf: ",\"cause\":".utf8)
            JSON.write(entry.cause, to: &output)
        }
        if entry.isErased { output.append(contentsOf: ",\"erased\":true".utf8) }
        var record = [UInt8]()
        view.write(plan.register, to: &record)
        output.append(0x2C)
        output.append(contentsOf: record.dropFirst())
    }
}
