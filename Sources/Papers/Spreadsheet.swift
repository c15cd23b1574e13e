// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A workbook (.xlsx) read sheet by sheet: cells as texts, dates as days, merged cells repeated where they reach.
public struct Spreadsheet {
    public struct Sheet: Sendable {
        public let name: String
        let file: String
    }

    /// A range of merged cells, rows and columns from 0.
    struct Merge: Sendable {
        let rows: ClosedRange<Int>
        let columns: ClosedRange<Int>
    }

    public struct Limits: Sendable {
        public var unpackedMax = 1 << 30
        public var columnsMax = 500
        public var rowsMax = 1_048_576
        public var mergesMax = 20_000
        /// Bytes of the list of shared texts in memory.
        public var stringsMax = 512 << 20
        public init() {}
    }

    public let sheets: [Sheet]
    private let zip: ZipReader
    private let strings: [String]
    private let dateStyles: Set<Int>
    private let isFrom1904: Bool
    private let limits: Limits

    public init(path: String, limits: Limits = Limits()) throws(PaperError) {
        zip = try ZipReader(path: path)
        self.limits = limits
        var sheets: [(name: String, id: String)] = []
        var is1904 = false
        try Spreadsheet.scan(zip, "xl/workbook.xml", limits) { (event) throws(PaperError) in
            guard case .start(let name, let attributes) = event else { return }
            if name == "sheet" { sheets.append((attributes["name"] ?? "", attributes["r:id"] ?? attributes["id"] ?? "")) }
            if name == "workbookPr" { is1904 = attributes["date1904"] == "1" || attributes["date1904"] == "true" }
        }
        isFrom1904 = is1904
        var targets: [String: String] = [:]
        try Spreadsheet.scan(zip, "xl/_rels/workbook.xml.rels", limits) { (event) throws(PaperError) in
            guard case .start("Relationship", let attributes) = event, let id = attributes["Id"], let target = attributes["Target"] else { return }
            targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
        }
        self.sheets = sheets.compactMap { sheet in targets[sheet.id].map { Sheet(name: sheet.name, file: $0) } }
        guard !self.sheets.isEmpty else { throw .missing("sheet") }
        strings = try Spreadsheet.sharedStrings(zip, limits)
        dateStyles = try Spreadsheet.dateStyles(zip, limits)
    }

    private static func scan(_ zip: ZipReader, _ file: String, _ limits: Limits, _ body: (XMLScanner.Event) throws(PaperError) -> Void) throws(PaperError) {
        var scanner = XMLScanner()
        try zip.read(file, max: limits.unpackedMax) { (piece) throws(PaperError) in try scanner.take(piece, body) }
        try scanner.take([], isLast: true, body)
    }

    private static func sharedStrings(_ zip: ZipReader, _ limits: Limits) throws(PaperError) -> [String] {
        guard zip.names.contains("xl/sharedStrings.xml") else { return [] }
        var strings: [String] = []
        var bytes = 0
        var current = ""
        var isText = false
        var isPhonetic = false
        try scan(zip, "xl/sharedStrings.xml", limits) { (event) throws(PaperError) in
            switch event {
            case .start("si", _): current = ""
            case .start("rPh", _): isPhonetic = true
            case .end("rPh"): isPhonetic = false
            case .start("t", _): isText = !isPhonetic
            case .end("t"): isText = false
            case .text(let text): if isText { current += text }
            case .end("si"):
                strings.append(current)
                bytes += current.utf8.count + 32
                guard bytes <= limits.stringsMax else { throw .tooLarge }
            default: break
            }
        }
        return strings
    }

    /// Styles whose numbers are days: the built-in formats 14 to 22 and 45 to 47, and those whose pattern has a day or a year.
    private static func dateStyles(_ zip: ZipReader, _ limits: Limits) throws(PaperError) -> Set<Int> {
        guard zip.names.contains("xl/styles.xml") else { return [] }
        var custom: Set<Int> = []
        var isInCells = false
        var index = 0
        var dates: Set<Int> = []
        try scan(zip, "xl/styles.xml", limits) { (event) throws(PaperError) in
            switch event {
            case .start("numFmt", let attributes):
                guard let id = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] else { return }
                if isDay(code) { custom.insert(id) }
            case .start("cellXfs", _): isInCells = true
            case .end("cellXfs"): isInCells = false
            case .start("xf", let attributes):
                guard isInCells else { return }
                let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
                if (14...22).contains(id) || (27...36).contains(id) || custom.contains(id) { dates.insert(index) }
                index += 1
            default: break
            }
        }
        return dates
    }

    private static func isDay(_ code: String) -> Bool {
        var isQuoted = false
        var isBracketed = false
        for character in code.lowercased() {
            if character == "\"" { isQuoted.toggle() }
            if character == "[" { isBracketed = true }
            if !isQuoted, !isBracketed, character == "d" || character == "y" { return true }
            if character == "]" { isBracketed = false }
        }
        return false
    }

    // MARK: Rows

    /// Gives a sheet's rows in order, empty ones too, until the closure answers false.
    public func rows(of sheet: Sheet, _ body: (Int, [String]) throws(PaperError) -> Bool) throws(PaperError) {
        let merges = try merges(of: sheet)
        // What a merge repeats below its first row, by row.
        var filling: [Int: [(columns: ClosedRange<Int>, merge: Int)]] = [:]
        for (index, merge) in merges.enumerated() { for row in merge.rows { filling[row, default: []].append((merge.columns, index)) } }
        var values: [Int: String] = [:]
        var next = 0
        var cells: [String] = []
        var state = CellState()
        var isStopped = false
        func give(_ row: Int, _ cells: [String]) throws(PaperError) {
            while next <= row, !isStopped {
                var out = next == row ? cells : []
                for fill in filling[next] ?? [] {
                    let merge = merges[fill.merge]
                    if next == merge.rows.lowerBound { values[fill.merge] = merge.columns.lowerBound < out.count ? out[merge.columns.lowerBound] : "" }
                    let value = values[fill.merge] ?? ""
                    guard !value.isEmpty else { continue }
                    while out.count <= fill.columns.upperBound { out.append("") }
                    for column in fill.columns { out[column] = value }
                }
                isStopped = try !body(next, out)
                next += 1
            }
        }
        var row = -1
        try Spreadsheet.scan(zip, sheet.file, limits) { (event) throws(PaperError) in
            if isStopped { return }
            switch event {
            case .start("row", let attributes):
                row = attributes["r"].flatMap { Int($0) }.map { max(0, $0) - 1 } ?? row + 1
                guard row >= next, row < limits.rowsMax else { throw .xml("a row out of order") }
                cells = []
            case .start("c", let attributes):
                state.begin(attributes, column: attributes["r"].flatMap { Spreadsheet.column($0) } ?? cells.count)
                guard state.column < limits.columnsMax else { throw .tooLarge }
            case .start("v", _), .start("t", _): state.isValue = true
            case .end("v"), .end("t"): state.isValue = false
            case .text(let text): if state.isValue { state.text += text }
            case .end("c"):
                while cells.count <= state.column { cells.append("") }
                cells[state.column] = text(state)
            case .end("row"): try give(row, cells)
            default: break
            }
        }
    }

    private struct CellState {
        var column = 0
        var type = ""
        var style = 0
        var text = ""
        var isValue = false

        mutating func begin(_ attributes: [String: String], column: Int) {
            self.column = column
            type = attributes["t"] ?? "n"
            style = attributes["s"].flatMap { Int($0) } ?? 0
            text = ""
            isValue = false
        }
    }

    private func text(_ cell: CellState) -> String {
        switch cell.type {
        case "s": return Int(cell.text).flatMap { strings.indices.contains($0) ? strings[$0] : nil } ?? ""
        case "b": return cell.text == "1" ? "true" : "false"
        case "str", "inlineStr", "d": return cell.text
        case "e": return ""
        default:
            guard let number = Double(cell.text), number.isFinite else { return cell.text }
            if dateStyles.contains(cell.style), let day = day(number) { return day.description }
            // Whole numbers without the “.0” or exponent of the file; others in their shortest form.
            if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
            return "\(number)"
        }
    }

    /// Days since 30 December 1899, with the 29 February 1900 that spreadsheets believe in.
    private func day(_ number: Double) -> Day? {
        guard number >= 1, number < 2_958_466 else { return nil }
        let whole = Int(number.rounded(.down))
        if isFrom1904 { return Day(year: 1904, month: 1, day: 1)! + whole }
        return Day(year: 1899, month: 12, day: whole < 60 ? 31 : 30)! + whole
    }

    private func merges(of sheet: Sheet) throws(PaperError) -> [Merge] {
        var merges: [Merge] = []
        try Spreadsheet.scan(zip, sheet.file, limits) { (event) throws(PaperError) in
            guard case .start("mergeCell", let attributes) = event, let reference = attributes["ref"] else { return }
            let ends = reference.split(separator: ":").map(String.init)
            guard ends.count == 2, let first = Spreadsheet.place(ends[0]), let last = Spreadsheet.place(ends[1]), first.row <= last.row, first.column <= last.column else { return }
            // A merge over a whole column is decoration.
            guard last.row - first.row < 100, last.column < limits.columnsMax else { return }
            merges.append(Merge(rows: first.row...last.row, columns: first.column...last.column))
            guard merges.count <= limits.mergesMax else { throw .tooLarge }
        }
        return merges
    }

    /// The rows that a merge starting in a row reaches down to.
    public func bottom(of row: Int, in sheet: Sheet) throws(PaperError) -> Int { try merges(of: sheet).filter { $0.rows.lowerBound == row }.map(\.rows.upperBound).max() ?? row }

    private static func column(_ reference: String) -> Int? { place(reference)?.column }

    private static func place(_ reference: String) -> (row: Int, column: Int)? {
        var column = 0
        var row = 0
        for byte in reference.utf8 {
            switch byte {
            case 0x41...0x5A: column = column * 26 + Int(byte - 0x40)
            case 0x61...0x7A: column = column * 26 + Int(byte - 0x60)
            case 0x30...0x39: row = row * 10 + Int(byte - 0x30)
            case 0x24: continue
            default: return nil
            }
            guard column <= 20_000, row <= 2_000_000 else { return nil }
        }
        return column > 0 ? (max(0, row - 1), column - 1) : nil
    }
}
