// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Testing

@testable import Papers

struct Spreadsheets {
    private func temporary(_ name: String = "x.xlsx") -> String { FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)").path }

    private func read(_ path: String) throws -> [[String]] {
        let book = try Spreadsheet(path: path)
        var rows: [[String]] = []
        try book.rows(of: book.sheets[0]) { (_, cells) throws(PaperError) in
            rows.append(cells)
            return true
        }
        return rows
    }

    @Test func `what is written is read again, signs and marks and all`() throws {
        let path = temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        var writer = try SpreadsheetWriter(title: "Dân cư [1]", header: ["Số", "Họ và tên"])
        try writer.add(["001090123456", "Nguyễn <Văn> & \"Thử\""])
        try writer.add(["", "=HYPERLINK(\"x\")"])
        try writer.add(["  hai  ", "Đặng\nThị"])
        try writer.close()
        try Data(writer.take()).write(to: URL(fileURLWithPath: path))
        #expect(try read(path) == [["Số", "Họ và tên"], ["001090123456", "Nguyễn <Văn> & \"Thử\""], ["", "=HYPERLINK(\"x\")"], ["  hai  ", "Đặng\nThị"]])
    }

    /// A workbook with shared strings, dates, merged heads and a gap, as office programs write them.
    static func office(_ sheet: String, strings: [String] = [], merges: [String] = [], workbook: String = "") throws -> [UInt8] {
        var zip = ZipWriter()
        try zip.file("xl/workbook.xml", "<workbook xmlns:r=\"r\">\(workbook)<sheets><sheet name=\"Danh sách\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")
        try zip.file("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>")
        try zip.file(
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/><numFmt numFmtId=\"165\" formatCode=\"#,##0 &quot;đồng&quot;\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>"
        )
        try zip.file("xl/sharedStrings.xml", "<sst>\(strings.map { "<si><r><t>\($0)</t></r></si>" }.joined())</sst>")
        try zip.file(
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData>\(sheet)</sheetData><mergeCells>\(merges.map { "<mergeCell ref=\"\($0)\"/>" }.joined())</mergeCells></worksheet>")
        zip.close()
        return zip.take()
    }

    @Test func `dates, numbers, shared texts, gaps and merged heads come as people see them`() throws {
        let path = temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sheet = """
            <row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row>
            <row r="3"><c r="B3" t="s"><v>2</v></c><c r="C3" t="s"><v>3</v></c></row>
            <row r="5"><c r="A5"><v>1090123456</v></c><c r="B5" s="2"><v>32997</v></c><c r="C5" s="3"><v>1500000</v></c><c r="D5"><v>2.5</v></c><c r="E5" t="b"><v>1</v></c><c r="F5" t="e"><v>#REF!</v></c></row>
            <row r="6"><c r="B6" s="1"><v>59</v></c><c r="C6"><v>1.2E+3</v></c></row>
            """
        try Data(try Self.office(sheet, strings: ["Số", "Người", "Họ tên", "Ngày sinh &amp; nơi"], merges: ["A2:A3", "B2:C2"])).write(to: URL(fileURLWithPath: path))
        #expect(
            try read(path) == [
                [], ["Số", "Người", "Người"], ["Số", "Họ tên", "Ngày sinh & nơi"], [], ["1090123456", "1990-05-04", "1500000", "2.5", "true", ""], ["", "1900-02-28", "1200"],
            ])
    }

    @Test func `days from 1904`() throws {
        let path = temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(try Self.office("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>0.5</v></c><c r=\"B1\" s=\"1\"><v>31535</v></c></row>", workbook: "<workbookPr date1904=\"1\"/>")).write(
            to: URL(fileURLWithPath: path))
        #expect(try read(path) == [["0.5", "1990-05-04"]])
    }

    @Test func `what is no workbook, is cut or hides an entity is refused`() throws {
        let path = temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let good = try Self.office("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")
        for (bytes, name) in [(Array("id,name\n".utf8), "csv"), (Array(good.dropLast(40)), "cut"), (Array(good.dropFirst(30)), "shifted"), ([], "empty")] {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(throws: PaperError.self, "\(name)") { _ = try read(path) }
        }
        try Data(try Self.office("<!DOCTYPE x [<!ENTITY a \"b\">]><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")).write(to: URL(fileURLWithPath: path))
        #expect(throws: PaperError.self) { _ = try read(path) }
        var limits = Spreadsheet.Limits()
        limits.unpackedMax = 1000
        try Data(try Self.office("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\(String(repeating: "a", count: 5000))</v></c></row>")).write(to: URL(fileURLWithPath: path))
        #expect(throws: PaperError.tooLarge) {
            let book = try Spreadsheet(path: path, limits: limits)
            try book.rows(of: book.sheets[0]) { (_, _) throws(PaperError) in true }
        }
    }
}

struct `Old office letters` {
    @Test(arguments: [
        ("NguyÔn V¨n An", "Nguyễn Văn An"), ("§Æng ThÞ Hoµ", "Đặng Thị Hoà"), ("TrÇn §øc Th¾ng", "Trần Đức Thắng"), ("Hµ Néi", "Hà Nội"),
        ("ph\u{AD}êng Tróc B¹ch", "phường Trúc Bạch"),
        ("L£ QUý §¤N", "LÊ QUÝ ĐÔN"), ("VIÖT NAM", "VIỆT NAM"), ("12/5/1990", "12/5/1990"),
    ])
    func `become Unicode`(old: String, new: String) { #expect(TCVN3.unicode(old) == new) }

    @Test func `are told from Unicode`() {
        #expect(TCVN3.isLikely(["NguyÔn V¨n An", "Hµ Néi"]))
        #expect(!TCVN3.isLikely(["Nguyễn Văn An", "Hà Nội"]))
        #expect(!TCVN3.isLikely(["Nguyen Van An", "001090123456"]))
        #expect(!TCVN3.isLikely(["Lê Hà", "Hoàng Tú"]))
    }
}
