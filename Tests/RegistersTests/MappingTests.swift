// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Store
import TestStores
import Testing

@testable import Papers
@testable import Registers

/// A list of people as an office sends it: a title, a head of two rows with merged cells, the row of numbers, old letters, real dates,
/// numbers without their zeros, the office's own codes.
private func officeList(_ city: ScratchCity) throws -> String {
    let strings = [
        "DANH S\u{B8}CH NH\u{A9}N KHÈU", "STT", "Ng\u{AD}êi", "Hä vµ t\u{AA}n", "Ngµy sinh", "GT", "Sè \u{AE}Þnh danh c\u{B8} nh\u{A9}n", "M\u{B7} hé", "Quan hÖ", "D\u{A9}n téc",
        "Ph\u{AD}êng x\u{B7}",
        "NguyÔn V\u{A8}n B\u{D7}nh", "Chñ hé", "Kinh", "TrÇn ThÞ Hoµ", "Vî, chång", "5/3/1992", "Hµng B\u{B9}c",
    ]
    func cell(_ place: String, _ index: Int) -> String { "<c r=\"\(place)\" t=\"s\"><v>\(index)</v></c>" }
    let head = """
        <row r="1">\(cell("A1", 0))</row>
        <row r="3">\(cell("A3", 1))\(cell("B3", 2))\(cell("E3", 5))\(cell("F3", 6))\(cell("G3", 7))\(cell("H3", 8))\(cell("I3", 9))\(cell("J3", 10))</row>
        <row r="4">\(cell("B4", 3))\(cell("C4", 4))</row>
        <row r="5">\((0..<10).map { "<c r=\"\(["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"][$0])5\" t=\"str\"><v>(\($0 + 1))</v></c>" }.joined())</row>
        """
    let rows = """
        <row r="6"><c r="A6"><v>1</v></c>\(cell("B6", 11))<c r="C6" s="2"><v>32997</v></c><c r="E6"><v>1</v></c><c r="F6"><v>1090000021</v></c><c r="G6"><v>1000000003</v></c>\(cell("H6", 12))\(cell("I6", 13))<c r="J6"><v>4</v></c></row>
        <row r="7"><c r="A7"><v>2</v></c>\(cell("B7", 14))\(cell("C7", 16))<c r="E7"><v>2</v></c><c r="F7"><v>1192000022</v></c><c r="G7"><v>1000000003</v></c>\(cell("H7", 15))\(cell("I7", 13))<c r="J7"><v>4</v></c></row>
        <row r="8"><c r="A8"><v>3</v></c>\(cell("B8", 14))\(cell("C8", 16))<c r="E8"><v>3</v></c><c r="F8"><v>1192000023</v></c><c r="G8"><v>1000000003</v></c>\(cell("H8", 15))\(cell("I8", 13))<c r="J8"><v>4</v></c></row>
        """
    let merges = ["A1:J1", "A3:A4", "B3:C3", "E3:E4", "F3:F4", "G3:G4", "H3:H4", "I3:I4", "J3:J4"]
    let path = TestStores.folder(of: city.path) + "-office.xlsx"
    try Data(try office(head + rows, strings: strings, merges: merges)).write(to: URL(fileURLWithPath: path))
    return path
}

private func office(_ sheet: String, strings: [String], merges: [String]) throws -> [UInt8] {
    var zip = ZipWriter()
    try zip.file("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Danh sách\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")
    try zip.file("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>")
    try zip.file(
        "xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
    )
    try zip.file("xl/sharedStrings.xml", "<sst>\(strings.map { "<si><t>\($0)</t></si>" }.joined())</sst>")
    try zip.file(
        "xl/worksheets/sheet1.xml",
        "<worksheet><sheetData>\(sheet)</sheetData><mergeCells>\(merges.map { "<mergeCell ref=\"\($0)\"/>" }.joined())</mergeCells></worksheet>")
    zip.close()
    return zip.take()
}

private func wait(_ uploads: Uploads, _ id: String, for authority: Authority) async throws -> Upload {
    for _ in 0..<500 {
        let upload = try uploads.find(id, for: authority)
        switch upload.state {
        case .judging, .entering: try await Task.sleep(for: .milliseconds(10))
        default: return upload
        }
    }
    throw CancellationError()
}

struct `Files as they come in life` {
    @Test func `a merged head, old letters, dates, lost zeros and codes become records; the mapping is kept`() async throws {
        let city = try ScratchCity.full()
        try city.put("household", "1000000003", ["commune": "00004", "address": "Số 7", "kind": "family"])
        let path = try officeList(city)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let uploads = Uploads(registry: city.registry)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let upload = try uploads.receive(bytes, name: "dân cư T11.xlsx", for: "population", by: ScratchCity.operator_)
        var preview = try uploads.preview(upload)
        #expect(preview.mapping.isTCVN3)
        #expect(preview.mapping.head == 2...3)
        #expect(preview.title(1) == "Người – Họ và tên")
        #expect(preview.mapping.columns == [nil, "name", "birth", nil, "sex", "id", "household", "relation", "ethnicity", "commune"])
        #expect(preview.samples(1) == ["Nguyễn Văn Bình", "Trần Thị Hoà", "Trần Thị Hoà"])
        #expect(!preview.isKept)
        // The office writes 1 and 2 for the sexes.
        preview.mapping.codes["sex"] = ["1": "male", "2": "female"]
        try uploads.judge(upload, mapping: preview.mapping, by: ScratchCity.operator_)
        let judged = try await wait(uploads, upload.id, for: ScratchCity.operator_)
        guard case .judged(let dry) = judged.state else {
            Issue.record("\(judged.state)")
            return
        }
        #expect((dry.added, dry.changed, dry.rejected) == (2, 0, 1))
        #expect(dry.samples.map { "\($0.line) \($0.objection.field) \($0.objection.code)" } == ["8 sex choice"])
        #expect(dry.examples.first?.changes.contains { $0.field == "name" && $0.after == .string("Nguyễn Văn Bình") } == true)
        #expect(try city.found("population", "001090000021") == nil)
        try uploads.enter(judged, by: ScratchCity.operator_)
        let entered = try await wait(uploads, upload.id, for: ScratchCity.operator_)
        guard case .entered(let result) = entered.state else {
            Issue.record("\(entered.state)")
            return
        }
        #expect((result.added, result.rejected) == (2, 1))
        #expect(try city.found("population", "001090000021")?["birth"].string == "1990-05-04")
        #expect(try city.found("population", "001192000022")?["birth"].string == "1992-03-05")
        #expect(try city.found("population", "001192000022")?["commune"].string == "00004")
        // The rejected line is mended in its own file and loaded again as it is.
        let rejects = try String(contentsOfFile: entered.rejects, encoding: .utf8)
        #expect(rejects.hasPrefix("line,field,code,reason,reason_en,name,birth"))
        let mended = rejects.replacing(",3,001192000023", with: ",female,001192000023")
        #expect(mended != rejects)
        let again = try city.load("population", mended)
        #expect((again.added, again.rejected) == (1, 0))
        // The next file with the same head is matched as this one was.
        let next = try uploads.receive(bytes, name: "dân cư T12.xlsx", for: "population", by: ScratchCity.operator_)
        let known = try uploads.preview(next)
        #expect(known.isKept && known.mapping.codes == preview.mapping.codes)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a file of another register, a mapping of nothing and of everything twice are told before anything is entered`() throws {
        let city = try ScratchCity.full()
        let uploads = Uploads(registry: city.registry)
        let file = Array("Mã hộ;Địa chỉ;Phường, xã;Loại hộ;Ngày đăng ký\n1000000009;Số 5;00004;Hộ gia đình;1/2/2020\n".utf8)
        let upload = try uploads.receive(file, name: "hộ.csv", for: "population", by: ScratchCity.operator_)
        let preview = try uploads.preview(upload)
        #expect(preview.likelierRegister == "household")
        var mapping = preview.mapping
        mapping.columns = [nil, nil, nil, nil, nil]
        #expect(try city.refusal { try uploads.judge(upload, mapping: mapping, by: ScratchCity.operator_) } == [":nothing"])
        mapping.columns = ["household", "name", "name", nil, nil]
        #expect(try city.refusal { try uploads.judge(upload, mapping: mapping, by: ScratchCity.operator_) }.contains("name:twice"))
        #expect(try city.refusal { try uploads.judge(upload, mapping: mapping, by: ScratchCity.operator_) }.contains("id:unmatched"))
        #expect(throws: RegisterError.self) {
            try uploads.receive(Array("\u{D0}\u{CF}".unicodeScalars.map { UInt8($0.value) }) + [0x11, 0xE0], name: "x.xls", for: "population", by: ScratchCity.operator_)
        }
        #expect(throws: RegisterError.self) { try uploads.receive([], name: "x.csv", for: "population", by: ScratchCity.operator_) }
        #expect(throws: RegisterError.self) { try uploads.receive(file, name: "x.csv", for: "population", by: .visitor) }
        let other = Authority(.officer, id: "officer:other", name: "", grants: [Grant("*", [.write])])
        #expect(throws: RegisterError.self) { try uploads.find(upload.id, for: other) }
    }

    @Test(arguments: [
        ("27/03/2025", "2025-03-27"), ("5/3/1990", "1990-03-05"), ("05.03.1990", "1990-03-05"), ("5-3-1990", "1990-03-05"), ("ngày 5 tháng 3 năm 1990", "1990-03-05"),
        ("1990-03-05", "1990-03-05"), ("19900305", "1990-03-05"), ("05031990", "1990-03-05"), ("32937", "1990-03-05"), ("1990-03-05 00:00:00", "1990-03-05"),
    ])
    func `days as offices write them`(text: String, day: String) { #expect(MappedFile.day(text)?.description == day) }

    @Test(arguments: ["1958", "31/02/1990", "5/3/90", "abc", "13/13/2020", "12345678"]) func `what is no day stays as it is`(text: String) { #expect(MappedFile.day(text) == nil) }

    @Test func `a population's own export as a workbook loads again and enters nothing`() throws {
        let city = try ScratchCity.full()
        var bytes: [UInt8] = []
        try city.registry.export("population", format: .xlsx, for: ScratchCity.operator_, door: "test") { bytes += $0 }
        let path = TestStores.folder(of: city.path) + "-export.xlsx"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try city.registry.load("population", file: path, by: ScratchCity.operator_)
        #expect((result.added, result.changed, result.unchanged, result.rejected) == (0, 0, 4, 0))
    }
}
