// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Journal
internal import Papers
internal import Store

/// How a file's columns become a register's fields.
public struct FileMapping: Sendable, Equatable {
    /// The sheet of a workbook, from 0.
    public var sheet = 0
    /// The first and last row of the head, from 0; rows above are a title.
    public var head = 0...0
    /// The texts are in the old office letters.
    public var isTCVN3 = false
    /// For each column the field's name; nil leaves it out.
    public var columns: [String?] = []
    /// For a field with a list: what the file writes, and the list's code.
    public var codes: [String: [String: String]] = [:]

    public init() {}

    var json: JSON {
        .object([
            "sheet": .integer(Int64(sheet)), "first": .integer(Int64(head.lowerBound)), "last": .integer(Int64(head.upperBound)), "tcvn3": .boolean(isTCVN3),
            "columns": .array(columns.map { $0.map(JSON.string) ?? .null }),
            "codes": .object(
                codes.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .object($0.value.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })) }),
        ])
    }

    init?(_ json: JSON) {
        guard case .array(let list)? = json["columns"], let first = json["first"]?.integer, let last = json["last"]?.integer, first >= 0, first <= last else { return nil }
        sheet = Int(json["sheet"]?.integer ?? 0)
        head = Int(first)...Int(last)
        isTCVN3 = json["tcvn3"] == .boolean(true)
        columns = list.map(\.string)
        if case .object(let members)? = json["codes"] {
            for member in members {
                guard case .object(let pairs) = member.value else { continue }
                codes[member.name] = Dictionary(pairs.compactMap { pair in pair.value.string.map { (pair.name, $0) } }, uniquingKeysWith: { $1 })
            }
        }
    }
}

/// The beginning of a file, for choosing what its columns mean.
public struct FilePreview: Sendable {
    public let sheets: [String]
    /// Rows from the sheet's first, merged cells repeated.
    public let rows: [[String]]
    public var mapping: FileMapping
    /// The mapping was kept from an earlier file with the same head.
    public let isKept: Bool
    /// Another register whose fields the head names better.
    public let likelierRegister: String?

    public var width: Int { rows.map(\.count).max() ?? 0 }

    /// A column's name: the texts of the head, from above, each once.
    public func title(_ column: Int) -> String { FilePreview.title(rows, mapping, column) }

    static func title(_ rows: [[String]], _ mapping: FileMapping, _ column: Int) -> String {
        var parts: [String] = []
        for row in mapping.head where rows.indices.contains(row) && rows[row].indices.contains(column) {
            let text = (mapping.isTCVN3 ? TCVN3.unicode(rows[row][column]) : rows[row][column]).tidied
            if !text.isEmpty, parts.last != text { parts.append(text) }
        }
        return parts.joined(separator: " – ")
    }

    /// The first values of a column below the head, as they will be read.
    public func samples(_ column: Int, _ count: Int = 4) -> [String] { FilePreview.samples(rows, mapping, column, count) }

    static func samples(_ rows: [[String]], _ mapping: FileMapping, _ column: Int, _ count: Int) -> [String] {
        var samples: [String] = []
        for row in rows.dropFirst(mapping.head.upperBound + 1) where samples.count < count {
            guard row.indices.contains(column), !row[column].isEmpty, !MappedFile.isNumbering(row) else { continue }
            samples.append((mapping.isTCVN3 ? TCVN3.unicode(row[column]) : row[column]).shortened)
        }
        return samples
    }

    /// The heads of the columns that no field takes, so that nothing is left out unseen; a column without a head by its letter. Row numbers are no loss.
    public var unread: [String] {
        let skipped = MappedFile.reasonColumns(rows, mapping)
        return (0..<width).compactMap { column in
            let isTaken = mapping.columns.indices.contains(column) && mapping.columns[column] != nil
            guard column >= skipped, !isTaken else { return nil }
            let title = self.title(column)
            if title.isEmpty { return samples(column, 1).isEmpty ? nil : MappedFile.letters(column) }
            return MappedFile.rowNumberHeads.contains(title.folded) ? nil : title.shortened
        }
    }
}

extension Registry {
    /// Reads a file's beginning and proposes what its columns mean: as it was kept for the same head, or else by the names of the fields.
    public func preview(_ register: String, file: String, mapping chosen: FileMapping? = nil) throws -> FilePreview {
        let plan = try plan(register)
        let source = try MappedFile(path: file)
        let sheet = min(chosen?.sheet ?? 0, source.sheets.count - 1)
        var rows: [[String]] = []
        try source.rows(sheet: sheet) { _, cells in
            rows.append(cells)
            return rows.count < MappedFile.previewRows
        }
        guard rows.contains(where: { !$0.isEmpty }) else { throw RegisterError.file(["vi": "Trang tính này không có dòng nào.", "en": "This sheet has no rows."]) }
        var mapping = chosen ?? FileMapping()
        mapping.sheet = sheet
        if chosen == nil {
            mapping.isTCVN3 = TCVN3.isLikely(rows.joined())
            mapping.head = try source.head(sheet: sheet, rows)
        }
        let signature = MappedFile.signature(rows, mapping)
        var isKept = false
        if chosen == nil || chosen!.columns.isEmpty {
            if let kept = try keptMapping(register, signature) {
                isKept = true
                mapping.columns = kept.columns
                mapping.codes = kept.codes
            } else {
                mapping.columns = MappedFile.suggestion(rows, mapping, plan.register)
            }
        }
        let matched = mapping.columns.compactMap { $0 }.count
        var likelier: (name: String, count: Int)?
        for other in registers where other.name != plan.register.name {
            let count = MappedFile.suggestion(rows, mapping, other).compactMap { $0 }.count
            if count > max(matched + 1, likelier?.count ?? 0) { likelier = (other.name, count) }
        }
        return FilePreview(sheets: source.sheets, rows: rows, mapping: mapping, isKept: isKept, likelierRegister: likelier?.name)
    }

    private func keptMapping(_ register: String, _ signature: String) throws -> FileMapping? {
        let name = journalName(register)
        let text = try database.look { try $0.first("SELECT mapping FROM mapping WHERE register = \(name) AND signature = \(signature)") { $0.text(0) } }
        guard let text, let json = try? JSON(parsing: Array(text.utf8)) else { return nil }
        // A field may have gone since.
        guard var mapping = FileMapping(json) else { return nil }
        let declared = try self.register(register)
        func isKnown(_ name: String) -> Bool { name == "_effective" || declared.field(name) != nil || declared.comparison(name) != nil }
        mapping.columns = mapping.columns.map { name in name.flatMap { isKnown($0) ? $0 : nil } }
        return mapping
    }

    /// Keeps a mapping for the next file with the same head.
    func keep(_ mapping: FileMapping, for register: String, rows: [[String]], by author: String) throws {
        let name = journalName(register)
        let signature = MappedFile.signature(rows, mapping)
        let text = mapping.json.text
        let now = world.now()
        try database.writeAndWait { connection in
            try connection.run(
                """
                INSERT INTO mapping (register, signature, mapping, author, recorded) VALUES (\(name), \(signature), \(text), \(author), \(now)) \
                ON CONFLICT (register, signature) DO UPDATE SET mapping = excluded.mapping, author = excluded.author, recorded = excluded.recorded
                """)
        }
    }

    /// What is wrong with a mapping, before any line is read.
    public func objections(to mapping: FileMapping, of register: String, filling: [String: String] = [:]) throws -> [Objection] {
        let declared = try self.register(register)
        // What is compared may stand in several columns: family name and given name.
        let named = mapping.columns.compactMap { $0 }.filter { declared.comparison($0) == nil }
        guard !named.isEmpty else {
            return [Objection(field: "", code: "nothing", ["vi": "Chưa cột nào được nối với trường của sổ.", "en": "No column is matched with a field of the register."])]
        }
        var objections: [Objection] = []
        do {
            _ = try Scope(filling, try plan(register), reading())
        } catch RegisterError.objections(let wrong) {
            objections += wrong
        }
        for name in Set(named) where named.count(where: { $0 == name }) > 1 {
            objections.append(
                Objection(
                    field: name, code: "twice",
                    Text(
                        vi: "Hai cột cùng nối với “\(declared.field(name)?.title.vi ?? name)”.", en: "Two columns are matched with “\(declared.field(name)?.title.en ?? name)”.")))
        }
        for field in declared.allFields where field.isRequired && field.condition == nil && !named.contains(field.name) {
            if field.name == declared.key.name, declared.keyForm != nil { continue }
            if filling[field.name] != nil || declared.completions.contains(where: { $0.field == field.name }) { continue }
            objections.append(
                Objection(
                    field: field.name, code: "unmatched",
                    Text(vi: "Chưa cột nào nối với “\(field.title.vi)”, là trường bắt buộc.", en: "No column is matched with “\(field.title.en)”, which is required.")))
        }
        return objections
    }

    /// Writes a file in the register's own columns, so that it loads like any other: what it leaves out is filled in. Gives how many rows it has and which it read over.
    public func convert(_ register: String, file: String, mapping: FileMapping, filling: [String: String] = [:], to path: String) throws -> ReadOver {
        let plan = try plan(register)
        let objections = try objections(to: mapping, of: register, filling: filling)
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
        let source = try MappedFile(path: file)
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]), let handle = FileHandle(forWritingAtPath: path) else {
            throw RegisterError.file(Text(vi: "Không ghi được tệp \(path).", en: "The file \(path) cannot be written."))
        }
        let fields: [(Int, String)] = mapping.columns.enumerated().compactMap { column, name in
            guard let name, plan.register.comparison(name) == nil else { return nil }
            return (column, name)
        }
        let flags = fields.filter { plan.register.field($0.1)?.kind == .boolean }.map(\.0)
        let isMarked = try source.hasMarks(sheet: mapping.sheet, below: mapping.head.upperBound, in: flags)
        let readers = fields.map { pair in
            let field = plan.register.field(pair.1)
            let target = field?.kind.referencedRegister.flatMap { try? self.register($0).key.kind }
            return CellReader(field, mapping.codes[pair.1] ?? [:], reading(), target: target, isMarked: isMarked)
        }
        let compared = try comparedColumns(mapping, plan)
        let completer = Completer(self, plan, mapped: fields.map(\.1), filling: filling, reading())
        let makesKeys = plan.register.keyForm != nil && !fields.contains { $0.1 == plan.register.key.name }
        let heads = fields.map { plan.register.comparedHead($0.1, among: mapping.columns) }
        var header = [LineParser.lineColumnName]
        if makesKeys { header.append(plan.register.key.name) }
        header += heads
        header += completer.header
        header += compared.map(\.name)
        var buffer = CSV.line(header)
        // The same file gives the same numbers, so that loading it again enters nothing twice.
        let seed = makesKeys ? Hash.of(FileManager.default.contents(atPath: file) ?? Data()).hex : ""
        let keyName = plan.register.key.name
        let numbered = zip(fields, readers).filter { field, reader in reader.isNumbering || field.1 == keyName }.map { $0.0.0 }
        var remarks = Remarks(width: mapping.columns.count, read: fields.map(\.0) + compared.flatMap(\.columns), numbered: numbered)
        try source.rows(sheet: mapping.sheet) { row, raw in
            guard row > mapping.head.upperBound, raw.contains(where: { !$0.isEmpty }), !MappedFile.isNumbering(raw) else { return true }
            let cells = mapping.isTCVN3 ? raw.map { TCVN3.unicode($0) } : raw
            if remarks.isRemark(cells, line: row + 1) { return true }
            var line = [String(row + 1)]
            if makesKeys { line.append(MappedFile.key(plan.register.keyForm!, seed: seed, row: row)) }
            let read = fields.enumerated().map { index, field in readers[index].read(cells.indices.contains(field.0) ? cells[field.0] : "") }
            line += try completer.complete(read)
            line += compared.map { $0.read(cells) }
            buffer += CSV.line(line)
            if buffer.count > 1 << 18 {
                try handle.write(contentsOf: Data(buffer))
                buffer.removeAll(keepingCapacity: true)
            }
            return true
        }
        try handle.write(contentsOf: Data(buffer))
        try handle.close()
        return remarks.readOver
    }
}

/// A file of rows, whatever its format.
struct MappedFile {
    private enum Source {
        case workbook(Spreadsheet)
        case csv([[String]])
    }

    private let source: Source
    let sheets: [String]
    static let previewRows = 60
    /// A table as text is small enough to be held whole; larger files are loaded with their fields' own names.
    static let csvBytesMax = 64 << 20
    static let columnsMax = 500

    /// A number for a row of a file that has none: always the same for the same file.
    static func key(_ form: KeyForm, seed: String, row: Int) -> String {
        var number: UInt64 = 0
        for byte in Hash.of("\(seed):\(row)".utf8).array.prefix(8) { number = number << 8 | UInt64(byte) }
        var bound: UInt64 = 1
        for _ in 0..<form.digits { bound *= 10 }
        let digits = String(number % bound)
        return form.prefix + String(repeating: "0", count: form.digits - digits.utf8.count) + digits
    }

    init(path: String) throws {
        if path.lowercased().hasSuffix(".xlsx") {
            do {
                let book = try Spreadsheet(path: path)
                source = .workbook(book)
                sheets = book.sheets.map(\.name)
            } catch {
                throw MappedFile.refusal(error)
            }
            return
        }
        guard let data = FileManager.default.contents(atPath: path) else { throw RegisterError.file(["vi": "Không mở được tệp.", "en": "The file cannot be opened."]) }
        guard data.count <= Self.csvBytesMax else {
            throw RegisterError.file([
                "vi": "Tệp quá lớn để nối cột trên trang; hãy nạp bằng dòng lệnh.", "en": "The file is too large to be mapped on a page; load it by the command line.",
            ])
        }
        var bytes = [UInt8](data)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        // Old files are in one byte a letter: as Latin letters they can be told and converted.
        if String(validating: bytes, as: UTF8.self) == nil { bytes = Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8) }
        // The head says how cells are parted; what stands in quotes says nothing.
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes.prefix(1 << 16) {
            if byte == 0x22 { isQuoted.toggle() }
            if byte == 0x0A, !isQuoted, !counts.isEmpty { break }
            if !isQuoted, byte == 0x2C || byte == 0x3B || byte == 0x09 { counts[byte, default: 0] += 1 }
        }
        let separator = counts.max { $0.value < $1.value }?.key ?? 0x2C
        let table = MappedFile.table(bytes, separator: separator)
        guard table.prefix(MappedFile.previewRows).allSatisfy({ $0.count <= Self.columnsMax }) else {
            throw RegisterError.file(Text(vi: "Tệp có quá \(Self.columnsMax) cột.", en: "The file has more than \(Self.columnsMax) columns."))
        }
        source = .csv(table)
        sheets = [""]
    }

    /// Rows of a text whose cells are parted by commas, semicolons or tabs; quotes as in RFC 4180.
    private static func table(_ bytes: [UInt8], separator: UInt8) -> [[String]] {
        if separator == 0x2C { return CSV.rows(bytes) }
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var index = 0
        func closeCell() {
            row.append(String(decoding: cell, as: UTF8.self))
            cell.removeAll(keepingCapacity: true)
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != 0x22 {
                    cell.append(byte)
                } else if index < bytes.count, bytes[index] == 0x22 {
                    cell.append(0x22)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22, cell.isEmpty {
                isQuoted = true
            } else if byte == separator {
                closeCell()
            } else if byte == 0x0A {
                closeCell()
                rows.append(row)
                row = []
            } else if byte != 0x0D {
                cell.append(byte)
            }
        }
        if !cell.isEmpty || !row.isEmpty {
            closeCell()
            rows.append(row)
        }
        return rows
    }

    static func refusal(_ error: PaperError) -> RegisterError {
        switch error {
        case .notAZip, .missing:
            .file(["vi": "Đây không phải bảng tính .xlsx. Nếu là .xls, hãy lưu lại thành .xlsx.", "en": "This is no .xlsx workbook. If it is an .xls, save it as .xlsx."])
        case .tooLarge: .file(["vi": "Bảng tính nở ra quá lớn; không nạp.", "en": "The workbook unpacks to too much; refused."])
        case .damaged, .xml: .file(["vi": "Bảng tính bị hỏng hoặc có nội dung không cho phép.", "en": "The workbook is damaged or holds what is not allowed."])
        }
    }

    func rows(sheet: Int, _ body: (Int, [String]) throws -> Bool) throws {
        switch source {
        case .csv(let rows): for (index, row) in rows.enumerated() { if try !body(index, row) { return } }
        case .workbook(let book):
            guard book.sheets.indices.contains(sheet) else { throw RegisterError.file(["vi": "Không có trang tính này.", "en": "There is no such sheet."]) }
            var failure: (any Error)?
            do {
                try book.rows(of: book.sheets[sheet]) { (row, cells) throws(PaperError) in
                    do {
                        return try body(row, cells)
                    } catch {
                        failure = error
                        return false
                    }
                }
            } catch {
                throw MappedFile.refusal(error)
            }
            if let failure { throw failure }
        }
    }

    /// The head: the first row that is filled like a table, down to where its merged cells reach.
    func head(sheet: Int, _ rows: [[String]]) throws -> ClosedRange<Int> {
        let width = rows.map { row in row.count(where: { !$0.isEmpty }) }.max() ?? 0
        // A title merged over the whole width repeats one text; a head names different things.
        let first = rows.firstIndex { row in Set(row.filter { !$0.isEmpty }).count * 2 > width } ?? rows.firstIndex { $0.contains { !$0.isEmpty } } ?? 0
        var start = first
        // Two rows of a head that nobody merged.
        let isDouble = first + 1 < rows.count && MappedFile.isGroupRow(rows[first], above: rows[first + 1])
        guard case .workbook(let book) = source else {
            if !isDouble, first > 0, MappedFile.isGroupRow(rows[first - 1], above: rows[first]) { start -= 1 }
            return start...(isDouble ? first + 1 : first)
        }
        // A row of groups above names fewer things: it belongs to the head when its merged cells reach beside it.
        if start > 0, Set(rows[start - 1].filter { !$0.isEmpty }).count > 1 { start -= 1 }
        let bottom: Int
        do { bottom = try book.bottom(of: start, in: book.sheets[sheet]) } catch { throw MappedFile.refusal(error) }
        return start...max(min(max(first, bottom), start + 4), isDouble ? first + 1 : first)
    }

    /// Whether a row names groups whose parts the next one names: every cell of the next stands in a gap or under the group's first cell, and none has a number.
    private static func isGroupRow(_ upper: [String], above lower: [String]) -> Bool {
        let names = lower.enumerated().filter { !$0.element.isEmpty }
        guard names.count >= 2, names.count < lower.count || upper.contains(where: \.isEmpty), Set(upper.filter { !$0.isEmpty }).count > 1,
            names.allSatisfy({ $0.element.count <= 60 && !$0.element.contains { $0.isNumber } })
        else { return false }
        func isGap(_ column: Int) -> Bool { !upper.indices.contains(column) || upper[column].isEmpty }
        return names.contains { isGap($0.offset) } && names.allSatisfy { isGap($0.offset) || isGap($0.offset + 1) }
    }

    /// The row `(1) (2) (3)` that official forms have under their heads.
    static func isNumbering(_ row: [String]) -> Bool {
        let cells = row.filter { !$0.isEmpty }
        guard cells.count >= 2 else { return false }
        return cells.enumerated().allSatisfy { index, cell in cell.filter { $0 != "(" && $0 != ")" && $0 != " " } == String(index + 1) }
    }

    /// Whether one of the columns has a cross or tick for yes.
    func hasMarks(sheet: Int, below head: Int, in columns: [Int]) throws -> Bool {
        guard !columns.isEmpty else { return false }
        var isMarked = false
        try rows(sheet: sheet) { row, cells in
            if row > head, columns.contains(where: { cells.indices.contains($0) && CellReader.isMark(cells[$0].tidied) }) { isMarked = true }
            return !isMarked
        }
        return isMarked
    }

    /// Heads of columns that only number the rows.
    static let rowNumberHeads: Set<String> = ["stt", "tt", "so tt", "so thu tu", "no"]

    /// A column's letters in a spreadsheet: A, Z, AA.
    static func letters(_ column: Int) -> String {
        var letters = ""
        var rest = column
        while rest >= 0 {
            letters = String(Unicode.Scalar(UInt8(0x41 + rest % 26))) + letters
            rest = rest / 26 - 1
        }
        return letters
    }

    /// How many columns at the left of a file of rejected lines only say why.
    static func reasonColumns(_ rows: [[String]], _ mapping: FileMapping) -> Int {
        let heads = LineParser.rejectColumns.indices.map { FilePreview.title(rows, mapping, $0) }
        return heads == LineParser.rejectColumns ? heads.count : 0
    }

    /// Words where a number or code belongs: a column of people's names is not the one of their numbers, whatever it is called.
    private static func holdsWords(_ samples: [String]) -> Bool {
        !samples.isEmpty && samples.allSatisfy { $0.contains(" ") && !$0.contains { $0.isNumber } }
    }

    private static func isNumber(_ kind: Kind) -> Bool {
        switch kind {
        case .reference, .code, .citizenID, .oldID: true
        default: false
        }
    }

    static func signature(_ rows: [[String]], _ mapping: FileMapping) -> String {
        let width = mapping.head.compactMap { rows.indices.contains($0) ? rows[$0].count : nil }.max() ?? 0
        let titles = (0..<width).map { FilePreview.title(rows, mapping, $0).folded }
        return Hash.of(titles.joined(separator: "\u{1F}").utf8).hex
    }

    /// Fields by their names, their titles in both languages, and what offices call them.
    static func suggestion(_ rows: [[String]], _ mapping: FileMapping, _ register: Register) -> [String?] {
        let width = rows.map(\.count).max() ?? 0
        var taken: Set<String> = []
        let titles = (0..<width).map { column -> [String] in
            let whole = FilePreview.title(rows, mapping, column)
            let last = whole.split(separator: "–").last.map { String($0).tidied } ?? whole
            return [plain(last), plain(whole)].filter { !$0.isEmpty }
        }
        var columns: [String?] = Array(repeating: nil, count: width)
        // The reasons in a file of rejected lines are read over.
        let skipped = reasonColumns(rows, mapping)
        let areWords = (0..<width).map { holdsWords(FilePreview.samples(rows, mapping, $0, 4)) }
        func match(_ isMatch: (Field, [String]) -> Bool) {
            for (column, names) in titles.enumerated() where column >= skipped && columns[column] == nil && !names.isEmpty {
                let fields = register.allFields.filter { !taken.contains($0.name) && !(areWords[column] && isNumber($0.kind)) }
                guard let field = fields.first(where: { isMatch($0, names) }) else { continue }
                columns[column] = field.name
                taken.insert(field.name)
            }
        }
        match { field, names in names.contains(plain(field.name)) || names.contains(plain(field.title.vi)) || names.contains(plain(field.title.en)) }
        match { field, names in field.alsoCalled.contains { names.contains(plain($0)) } }
        // One word, such as “Trường”, begins and ends names of other things.
        match { field, names in
            names.contains { name in
                ([field.title.vi] + field.alsoCalled).map(plain).contains { $0.contains(" ") && (name.hasPrefix($0 + " ") || name.hasSuffix(" " + $0)) }
            }
        }
        compare(rows, mapping, titles, register, skipped, &columns)
        for (column, names) in titles.enumerated() where columns[column] == nil && names.contains("hieu luc tu") { columns[column] = "_effective" }
        return columns
    }

    /// A head as heads are compared.
    static func plain(_ text: String) -> String {
        text.folded.map { $0.isLetter || $0.isNumber ? $0 : " " }.split(separator: " ").map { String($0) }.joined(separator: " ")
    }

    /// A day as people and programs write it: 5/3/1990, 05.03.1990, 5-3-1990, “ngày 5 tháng 3 năm 1990”, 19900305, or a spreadsheet's count of days.
    static func day(_ text: String) -> Day? {
        if let day = Day(text) { return day }
        let numbers = text.split(whereSeparator: { !($0 >= "0" && $0 <= "9") }).map(String.init)
        if numbers.count >= 3, let a = Int(numbers[0]), let b = Int(numbers[1]), let c = Int(numbers[2]) {
            // A time of day may follow.
            guard numbers.count == 3 || text.contains(":") else { return nil }
            if numbers[0].utf8.count == 4 { return Day(year: a, month: b, day: c) }
            if numbers[2].utf8.count == 4 { return Day(year: c, month: b, day: a) }
            return nil
        }
        guard numbers.count == 1, numbers[0] == text, let number = Int(text) else { return nil }
        if text.utf8.count == 8 {
            return Day(year: number / 10_000, month: number / 100 % 100, day: number % 100) ?? Day(year: number % 10_000, month: number / 10_000 % 100, day: number / 1_000_000)
        }
        // From 1 January 1927 on; smaller numbers are years.
        if text.utf8.count == 5, number >= 10_000, number < 80_000 { return Day(year: 1899, month: 12, day: 30)! + number }
        return nil
    }
}
