// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// One line of a load, read and judged by itself.
struct LoadLine: Sendable {
    let line: Int
    let item: Item
    let effective: Day
    let cells: [Cell]
    let words: String?
    let start: [UInt8]
    let sealed: SealedEntry?
    let objections: [Objection]
    let doubts: Int
    /// As it stood in the file, for the file of rejects; kept for bad lines only.
    let kept: [String]
    /// What the file says beside its codes, one text a comparison.
    var compared: [String] = []
}

/// Turns pieces of a file into lines. Pure: several work at once.
struct LineParser: Sendable {
    let plan: Plan
    let reading: Reading
    let form: Form
    let journals: Journals
    let author: String
    let cause: String
    let format: LineReader.Format
    /// For each column of the file the field's place; -1 the key, -2 the effective day.
    let columns: [Int]
    /// Fields the file does not have keep the record's present value.
    let absent: [Int]
    /// Seal while parsing: right when nearly every line will be entered.
    let isSealing: Bool
    let today: Day
    /// By field, what to do where nothing stands.
    var advice: [String: Text] = [:]
    /// The columns that say what must fit the record that a line names.
    var compared: [(column: Int, comparison: Comparison)] = []

    static let effectiveColumn = -2
    /// The line of the file from which this one was converted.
    static let lineColumn = -3
    static let lineColumnName = "_line"
    /// A column that is read over: the reasons in a file of rejected lines.
    static let ignoredColumn = -4
    /// A column that is no field: what it says is compared.
    static let comparedColumn = -5
    /// Between a field's name and a comparison's, in the head of a column that is both.
    static let comparedMark: Character = "="
    /// Ends the name of a column that only new records take: what stands keeps its own value.
    static let suppliedMark = "?"
    static let rejectColumns = ["line", "field", "code", "reason", "reason_en"]

    /// Reads a header line.
    static func columns(_ header: [String], _ plan: Plan) throws -> [Int] {
        var columns: [Int] = []
        // A file of rejected lines that was mended loads as it is.
        let isMended = header.count > rejectColumns.count && Array(header.prefix(rejectColumns.count)) == rejectColumns
        for (index, name) in header.enumerated() {
            let name = name.tidied
            if isMended, index < rejectColumns.count {
                columns.append(ignoredColumn)
            } else if name == lineColumnName {
                columns.append(lineColumn)
            } else if name == "_effective" {
                columns.append(effectiveColumn)
            } else if plan.register.comparison(name) != nil {
                columns.append(comparedColumn)
            } else if let position = plan.register.position(of: fieldName(name)) {
                guard !columns.contains(position) else {
                    throw RegisterError.file(Text(vi: "Dòng 1: cột “\(name)” có hai lần.", en: "Line 1: the column “\(name)” stands twice."))
                }
                columns.append(position)
            } else {
                let names = plan.register.allFields.map(\.name).joined(separator: ", ")
                throw RegisterError.file(
                    Text(
                        vi: "Dòng 1: sổ \(plan.register.name) không có cột “\(name.shortened)”. Các cột của sổ: \(names).",
                        en: "Line 1: the register \(plan.register.name) has no column “\(name.shortened)”. Its columns: \(names)."))
            }
        }
        guard columns.contains(-1) else {
            throw RegisterError.file(
                Text(vi: "Dòng 1: thiếu cột khóa “\(plan.register.key.name)”.", en: "Line 1: the key column “\(plan.register.key.name)” is missing."))
        }
        let missing = plan.register.fields.enumerated().filter { $0.element.isRequired && $0.element.condition == nil && !columns.contains($0.offset) }.map(\.element.name)
        guard missing.isEmpty else {
            throw RegisterError.file(
                Text(
                    vi: "Dòng 1: thiếu cột bắt buộc: \(missing.joined(separator: ", ")).",
                    en: "Line 1: required columns are missing: \(missing.joined(separator: ", "))."))
        }
        return columns
    }

    /// The field of a column, without the marks of what else it is.
    private static func fieldName(_ name: String) -> String {
        if name.hasSuffix(suppliedMark) { return String(name.dropLast()) }
        return String(name.prefix { $0 != comparedMark })
    }

    /// The columns of a header that are compared with other records.
    static func compared(_ header: [String], _ plan: Plan) -> [(column: Int, comparison: Comparison)] {
        guard !plan.register.comparisons.isEmpty else { return [] }
        var compared: [(column: Int, comparison: Comparison)] = []
        for (index, raw) in header.enumerated() {
            let name = raw.tidied
            let path = name.firstIndex(of: comparedMark).map { String(name[name.index(after: $0)...]) } ?? name
            if let comparison = plan.register.comparison(path) { compared.append((index, comparison)) }
        }
        return compared
    }

    func parse(_ piece: Piece) -> [LoadLine] {
        let sealer = journals.sealer(for: form)
        var lines: [LoadLine] = []
        lines.reserveCapacity(piece.bytes.count / 80)
        for line in piece.overlong {
            lines.append(
                refused(
                    line, [],
                    Objection(field: "", code: "too-long", ["vi": "Dòng quá dài; có thể thiếu dấu ngoặc kép đóng.", "en": "The line is too long; a closing quote may be missing."]))
            )
        }
        piece.bytes.withUnsafeBufferPointer { bytes in
            if format == .csv { parseCSV(bytes, piece, sealer, &lines) } else { parseJSONLines(bytes, piece, sealer, &lines) }
        }
        return lines
    }

    private func parseCSV(_ bytes: UnsafeBufferPointer<UInt8>, _ piece: Piece, _ sealer: Sealer, _ lines: inout [LoadLine]) {
        var at = 0
        var line = piece.firstLine + piece.overlong.count
        var texts: [String] = []
        while at < bytes.count {
            let start = at
            texts.removeAll(keepingCapacity: true)
            var isEncoded = true
            let end = CSV.readRow(bytes, from: &at, isLast: true) { cell in
                if let text = String(validating: cell, as: UTF8.self) {
                    texts.append(text)
                } else {
                    isEncoded = false
                    texts.append(String(decoding: cell, as: UTF8.self))
                }
            }
            guard end == .complete else { break }
            let number = line
            line += LineReader.lines(Array(bytes[start..<at])[...])
            if texts.count == 1, texts[0].isEmpty { continue }
            guard isEncoded else {
                lines.append(refused(number, texts, Self.notUTF8))
                continue
            }
            guard texts.count == columns.count else {
                // A quote that is not closed must cost its own line only.
                if let lineFeed = bytes[start..<at].firstIndex(of: 0x0A), lineFeed + 1 < at {
                    at = lineFeed + 1
                    line = number + 1
                }
                lines.append(
                    refused(
                        number, texts,
                        Objection(
                            field: "", code: "columns",
                            Text(
                                vi: "Dòng có \(texts.count) ô, tiêu đề có \(columns.count).",
                                en: "The line has \(texts.count) cells, the header \(columns.count)."))))
                continue
            }
            lines.append(parseCells(texts, number, sealer))
        }
    }

    /// A refused line as it goes into the file of rejected lines: in the columns of its own file, so that it can be loaded again.
    func original(_ line: LoadLine) -> [String] {
        guard format == .csv else { return line.kept.isEmpty ? [line.item.key] : line.kept }
        if line.kept.isEmpty, line.item.values.isEmpty { return [] }
        let cells =
            line.kept.count == columns.count
            ? line.kept
            : !line.kept.isEmpty
                ? line.kept
                : columns.enumerated().map { place, column in
                    switch column {
                    case -1: line.item.key
                    case Self.comparedColumn: comparedText(line, at: place)
                    case Self.effectiveColumn: line.effective.description
                    case 0...: line.item.values[column].plain
                    default: ""
                    }
                }
        guard cells.count == columns.count else { return cells }
        return zip(cells, columns).filter { $0.1 != Self.ignoredColumn && $0.1 != Self.lineColumn }.map(\.0)
    }

    private func comparedText(_ line: LoadLine, at place: Int) -> String {
        guard let index = compared.firstIndex(where: { $0.column == place }), line.compared.indices.contains(index) else { return "" }
        return line.compared[index]
    }

    static let notUTF8 = Objection(
        field: "", code: "encoding", ["vi": "Dòng không phải UTF-8.", "en": "The line is not UTF-8."])

    private func parseCells(_ texts: [String], _ line: Int, _ sealer: Sealer) -> LoadLine {
        var item = Item(key: "", values: Array(repeating: .null, count: plan.register.fields.count))
        var objections: [Objection] = []
        var effective = reading.day
        var reading = reading
        let line = columns.firstIndex(of: Self.lineColumn).flatMap { Int(texts[$0]) } ?? line
        // The line's own day decides which units and rules hold.
        if let place = columns.firstIndex(of: Self.effectiveColumn), !texts[place].isEmpty {
            if let day = Day(texts[place]) {
                effective = day
                reading = Reading(day: day, today: reading.today, units: reading.units)
            } else {
                objections.append(Objection(field: "_effective", code: "date", ["vi": "Ngày hiệu lực không đúng.", "en": "This is no date."]))
            }
        }
        for (text, column) in zip(texts, columns) {
            do {
                if column >= 0 {
                    item.values[column] = try plan.register.fields[column].kind.parse(text, reading)
                } else if column == -1 {
                    item.key = try plan.register.key.kind.parse(text, reading).string ?? ""
                }
            } catch {
                let name = column >= 0 ? plan.register.fields[column].name : plan.register.key.name
                objections.append(error.code == "date" && Kind.swappedDay(text) != nil ? Self.looking(at: error.at(name)) : error.at(name))
            }
        }
        var judged = finish(item, effective, line, objections, texts, reading, sealer)
        judged.compared = compared.map { texts[$0.column] }
        return judged
    }

    /// Where one line has its month first, others may that can be read both ways.
    private static func looking(at one: Objection) -> Objection {
        Objection(
            field: one.field, code: one.code,
            Text(
                vi: "\(one.text.vi) Xem cả các dòng khác của cột này: 05/06 được đọc là ngày 5 tháng 6.",
                en: "\(one.text.en) Look at this column's other lines too: 05/06 is read as 5 June."))
    }

    private func parseJSONLines(_ bytes: UnsafeBufferPointer<UInt8>, _ piece: Piece, _ sealer: Sealer, _ lines: inout [LoadLine]) {
        var at = 0
        var line = piece.firstLine + piece.overlong.count - 1
        while at < bytes.count {
            let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.count
            let slice = Array(bytes[at..<end])
            at = end + 1
            line += 1
            if slice.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            lines.append(parse(jsonLine: slice, line: line, sealer))
        }
    }

    /// `{"key":…,"item":{…},"effective":…}`, as lists give them, or the item alone with its key.
    func parse(jsonLine bytes: [UInt8], line: Int, _ sealer: Sealer) -> LoadLine {
        let original = [String(decoding: bytes, as: UTF8.self)]
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            return refused(
                line, original,
                Objection(
                    field: "", code: "json",
                    Text(vi: "Không phải JSON hợp lệ ở ký tự \(error.offset).", en: "Not valid JSON at character \(error.offset): \(error.reason).")))
        }
        let inner = json["item"] ?? json
        var objections: [Objection] = []
        guard let key = json["key"]?.string ?? inner[plan.register.key.name]?.string else {
            return refused(
                line, original, Objection(field: plan.register.key.name, code: "required", Plan.requiredText(plan.register.key)))
        }
        var effective = reading.day
        if let text = json["effective"]?.string, json["item"] != nil {
            if let day = Day(text) {
                effective = day
            } else {
                objections.append(Objection(field: "effective", code: "date", ["vi": "Ngày hiệu lực không đúng.", "en": "This is no date."]))
            }
        }
        let item = plan.item(key: key, json: inner, reading: Reading(day: effective, today: reading.today, units: reading.units), objections: &objections)
        return finish(item, effective, line, objections, original, reading, sealer)
    }

    private func finish(
        _ item: Item, _ effective: Day, _ line: Int, _ objections: [Objection], _ original: [String], _ reading: Reading, _ sealer: Sealer
    ) -> LoadLine {
        var objections = objections
        if item.key.isEmpty, !objections.contains(where: { $0.field == plan.register.key.name }) {
            objections.append(Objection(field: plan.register.key.name, code: "required", Plan.requiredText(plan.register.key)))
        }
        if format == .csv { plan.check(item, reading, &objections) }
        for (index, one) in objections.enumerated() where one.code == "required" {
            guard let more = advice[one.field] else { continue }
            objections[index] = Objection(field: one.field, code: one.code, Text(vi: "\(one.text.vi) \(more.vi)", en: "\(one.text.en) \(more.en)"))
        }
        guard objections.isEmpty, item.values.count == plan.register.fields.count else {
            return LoadLine(
                line: line, item: item, effective: effective, cells: [], words: nil, start: [], sealed: nil, objections: objections, doubts: 0,
                kept: original)
        }
        let start = plan.contentStart(item)
        var sealed: SealedEntry?
        if isSealing, absent.isEmpty {
            var content = start
            JSON.write(author, to: &content)
            content.append(0x2C)
            JSON.write(cause, to: &content)
            content.append(0x5D)
            sealed = sealer.seal(content: content, effective: effective)
        }
        return LoadLine(
            line: line, item: item, effective: effective, cells: plan.columns.map { Plan.cell(item.values[$0.position], $0.field.kind) },
            words: plan.isSearched ? plan.words(item) : nil, start: start, sealed: sealed, objections: [],
            doubts: plan.hasDoubts ? plan.doubts(item, reading).count : 0, kept: [])
    }

    private func refused(_ line: Int, _ original: [String], _ objection: Objection) -> LoadLine {
        LoadLine(
            line: line, item: Item(key: "", values: []), effective: reading.day, cells: [], words: nil, start: [], sealed: nil,
            objections: [objection], doubts: 0, kept: original)
    }
}
