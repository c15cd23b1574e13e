// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import TestStores
import Testing

@testable import Papers
@testable import Registers

/// A workbook as an office sends it: a title merged over the whole width, an empty row, a head of two rows in which cells are merged, the row of
/// numbers, then the lines; the first of them stands in line 6. Every text is in decomposed letters.
struct OfficeFile {
    let title: String
    /// A head, or a group of heads: “Thời gian: Từ ngày, Đến ngày”.
    let heads: [(name: String, parts: [String])]
    let lines: [[String]]
    /// Cells that are merged over lines, such as one class for several pupils: `E6:E9`.
    var merged: [String] = []

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ").map { String($0) }

    private func row(_ number: Int, _ cells: [String]) -> String {
        let texts = cells.enumerated().map { column, text -> String in
            let safe = text.decomposedStringWithCanonicalMapping.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return text.isEmpty ? "" : "<c r=\"\(Self.letters[column])\(number)\" t=\"str\"><v>\(safe)</v></c>"
        }
        return "<row r=\"\(number)\">\(texts.joined())</row>"
    }

    func write(_ city: ScratchCity) throws -> String {
        var upper: [String] = []
        var lower: [String] = []
        var merges: [String] = []
        for head in heads {
            let first = upper.count
            if head.parts.isEmpty {
                merges.append("\(Self.letters[first])3:\(Self.letters[first])4")
                upper.append(head.name)
                lower.append("")
            } else {
                merges.append("\(Self.letters[first])3:\(Self.letters[first + head.parts.count - 1])3")
                upper += [head.name] + head.parts.dropFirst().map { _ in "" }
                lower += head.parts
            }
        }
        merges.append("A1:\(Self.letters[upper.count - 1])1")
        let numbering = upper.indices.map { "(\($0 + 1))" }
        let above = [row(1, [title]), row(3, upper), row(4, lower), row(5, numbering)]
        let below = lines.enumerated().map { index, cells in row(index + 6, cells) }
        var zip = ZipWriter()
        try zip.file("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Danh sách\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")
        try zip.file("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>")
        let cells = (above + below).joined()
        let merged = (merges + self.merged).map { "<mergeCell ref=\"\($0)\"/>" }.joined()
        try zip.file("xl/worksheets/sheet1.xml", "<worksheet><sheetData>\(cells)</sheetData><mergeCells>\(merged)</mergeCells></worksheet>")
        zip.close()
        let path = TestStores.folder(of: city.path) + "-office-file.xlsx"
        try Data(zip.take()).write(to: URL(fileURLWithPath: path))
        return path
    }

    func load(_ city: ScratchCity, _ register: String, scope: [String: String] = [:]) throws -> LoadResult {
        let path = try write(city)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var options = LoadOptions()
        options.scope = scope
        return try city.registry.load(register, file: path, options: options, by: ScratchCity.operator_)
    }
}

private func head(_ name: String, _ parts: String...) -> (name: String, parts: [String]) { (name, parts) }

/// “line field code”, each line once a fault.
private func said(_ result: LoadResult) -> Set<String> { Set(result.samples.map { "\($0.line) \($0.objection.field) \($0.objection.code)" }) }

private func reason(_ result: LoadResult, _ line: Int) -> Text? { result.samples.first { $0.line == line }?.objection.text }

struct `Files of offices, line by line` {
    // MARK: Clinics

    @Test func `a clinic's list of who practises there: two of eight lines are in order, six say what to mend`() async throws {
        let city = try ScratchCity.full()
        try city.put(
            "health-facility", "TYT-00004",
            [
                "name": "Trạm Y tế Ví Dụ", "type": "station", "ownership": "public", "commune": "00004", "address": "Số 1", "services": "Khám ban đầu", "opened": "2025-07-01",
                "state": "active",
            ])
        let file = OfficeFile(
            title: "DANH SÁCH NGƯỜI HÀNH NGHỀ",
            heads: [
                head("STT"), head("Họ và tên"), head("Số định danh cá nhân"), head("Số giấy phép hành nghề"), head("Chức danh"), head("Phạm vi hành nghề"), head("Trình độ"),
                head("Thời hạn", "Ngày cấp", "Ngày hết hạn"), head("Nơi hành nghề"), head("Ghi chú"),
            ],
            lines: [
                // The ID without the zeros that the spreadsheet dropped.
                ["1", "Nguyễn Văn An", "1090000001", "001234/HNO-GPHN", "Bác sỹ", "Chuyên khoa Nhi", "BSCKI", "05/06/2024", "05/06/2029", "Trạm Y tế Ví Dụ"],
                ["2", "Đặng Thị Hoà", "", "001235/HNO-CCHN", "ĐD", "Điều dưỡng", "CĐ", "05/06/2015", "", "Trạm Y tế Ví Dụ"],
                ["3", "Ngày Bị Đổi Chỗ", "", "001236/HNO-GPHN", "Bác sĩ", "Nội", "ĐH", "05/06/2025", "05/06/2020", "Trạm Y tế Ví Dụ"],
                ["4", "Tháng Trước Ngày", "", "001237/HNO-CCHN", "Bác sĩ", "Nội", "ĐH", "12/31/2015", "", "Trạm Y tế Ví Dụ"],
                ["5", "Số Chứng Minh Cũ", "012345678", "001238/HNO-CCHN", "Y sỹ", "Y học cổ truyền", "TC", "05/06/2015", "", "Trạm Y tế Ví Dụ"],
                ["6", "Sai Số Giấy Phép", "", "1239-GPHN", "Bác sĩ", "Nội", "ĐH", "05/06/2015", "", "Trạm Y tế Ví Dụ"],
                ["7", "Nguyễn Văn An", "1090000001", "001234/HNO-GPHN", "Bác sĩ", "Chuyên khoa Nhi", "CKI", "05/06/2024", "05/06/2029", "Trạm Y tế Ví Dụ"],
                ["8", "Chức Danh Lạ", "", "001240/HNO-CCHN", "Thầy lang", "Nội", "ĐH", "05/06/2015", "", "Trạm Y tế Ví Dụ"],
                ["Tổng số: 8 người"],
            ])
        let result = try file.load(city, "health-worker", scope: ["facility": "TYT-00004"])
        #expect((result.added, result.rejected) == (2, 6))
        #expect(
            said(result) == [
                "8 expires expires", "9 issued date", "10 person reference", "11 licence pattern", "12 licence repeated", "13 profession choice",
            ])
        #expect(reason(result, 9)?.vi.contains("ngày/tháng/năm") == true && reason(result, 9)?.vi.contains("31/12/2015") == true)
        #expect(reason(result, 10)?.vi.contains("CMND cũ 9 số") == true && reason(result, 10)?.en.contains("012345678") == true)
        #expect(reason(result, 13)?.vi.contains("Bác sĩ (doctor)") == true)
        // The clinic's name is no number of a clinic: whose list it is was said beside the file.
        #expect(result.unread == ["Nơi hành nghề", "Ghi chú"])
        #expect(try await city.value("health-worker", "001234/HNO-GPHN", "person") == "001090000001")
        #expect(try await city.value("health-worker", "001234/HNO-GPHN", "qualification") == "specialist-1")
        #expect(try await city.value("health-worker", "001235/HNO-CCHN", "profession") == "nurse")
        #expect(try await city.value("health-worker", "001235/HNO-CCHN", "facility") == "TYT-00004")
        #expect(try city.damages().isEmpty)
    }

    @Test func `the published list of clinics`() async throws {
        let city = try ScratchCity.full()
        let file = OfficeFile(
            title: "DANH SÁCH CƠ SỞ KHÁM BỆNH, CHỮA BỆNH",
            heads: [
                head("STT"), head("Số GPHĐ"), head("Tên cơ sở KCB"), head("Loại hình", "Hình thức tổ chức", "Hình thức sở hữu"), head("Địa điểm", "Phường", "Địa chỉ"),
                head("Phạm vi hoạt động chuyên môn"), head("Giấy phép", "Ngày cấp", "Có giá trị đến"), head("Tình trạng hoạt động"),
            ],
            lines: [
                ["1", "123/HNO-GPHĐ", "Phòng khám Ví Dụ", "PKCK", "Tư nhân", "Phường Ba Đình", "Số 1, phố Kim Mã", "Nội", "01/02/2024", "", "Hoạt động"],
                ["2", "124-GPHĐ", "Phòng khám Sai Số", "PKCK", "Tư nhân", "Phường Ba Đình", "Số 2, phố Kim Mã", "Nội", "01/02/2024", "", "Hoạt động"],
                ["3", "125/HNO-GPHĐ", "Phòng khám Đổi Ngày", "PKCK", "Tư nhân", "Phường Ba Đình", "Số 3, phố Kim Mã", "Nội", "01/02/2025", "01/02/2020", "Hoạt động"],
                ["4", "126/HNO-GPHĐ", "Bệnh viện Thiếu Giường", "Bệnh viện hạng 2", "Công lập", "Phường Ba Đình", "Số 4", "Nội", "01/02/2024", "", "Hoạt động"],
                ["5", "123/HNO-GPHĐ", "Phòng khám Ví Dụ", "PKCK", "Tư nhân", "Phường Ba Đình", "Số 1, phố Kim Mã", "Nội", "01/02/2024", "", "Hoạt động"],
                ["6", "127/HNO-GPHĐ", "Phòng khám Thiếu Phường", "PKCK", "Tư nhân", "", "Số 6", "Nội", "01/02/2024", "", "Hoạt động"],
            ])
        let result = try file.load(city, "health-facility")
        #expect((result.added, result.rejected) == (1, 5))
        #expect(said(result) == ["7 code form", "8 expires order", "9 beds beds", "10 code repeated", "11 commune required"])
        #expect(result.unread.isEmpty)
        #expect(try await city.value("health-facility", "123/HNO-GPHĐ", "commune") == "00004")
    }

    // MARK: Schools

    @Test func `a school's list of one year: the days under a merged head are read`() async throws {
        let city = try ScratchCity.full()
        try city.put(
            "school", "01000042",
            ["name": "Trường Ví Dụ", "level": "primary", "public": "true", "commune": "00004", "address": "Số 3", "classes": "30", "places": "1000"])
        for (code, person) in [("0126000001", "001090000001"), ("0126000002", "001192000002"), ("0126000003", "001320000003"), ("0126000004", "001058000004")] {
            try city.put("student", code, ["person": person, "commune": "00004", "entered": "2026-09-01"])
        }
        let file = OfficeFile(
            title: "DANH SÁCH HỌC SINH NĂM HỌC 2026–2027",
            heads: [head("STT"), head("Mã HS"), head("Học sinh", "Họ và tên", "Ngày sinh"), head("Lớp"), head("Thời gian", "Từ ngày", "Đến ngày"), head("Trạng thái")],
            lines: [
                ["1", "0126000001", "Nguyễn Văn An", "02/01/1990", "5A2", "07/09/2026", "28/05/2027", "Đang học"],
                ["2", "126000002", "Đặng Thị Hoà", "06/05/1992", "5A2", "", "", "Đang theo học"],
                ["3", "0126000003", "Ngày Bị Đổi Chỗ", "", "5A2", "28/05/2027", "07/09/2026", "Đang học"],
                ["4", "0126000004", "Tháng Trước Ngày", "", "5A2", "09/25/2026", "28/05/2027", "Đang học"],
                ["5", "0126000001", "Nguyễn Văn An", "02/01/1990", "5A2", "07/09/2026", "28/05/2027", "Đang học"],
                ["6", "0126999999", "Không Có Trong Sổ", "", "5A2", "07/09/2026", "28/05/2027", "Đang học"],
                ["7", "0126000003", "Trạng Thái Lạ", "", "5A2", "07/09/2026", "28/05/2027", "Bảo lưu"],
            ])
        let result = try file.load(city, "enrolment", scope: ["school": "01000042", "school_year": "2026-2027"])
        #expect((result.added, result.rejected) == (2, 5))
        #expect(said(result) == ["8 until order", "9 from date", "10 number repeated", "11 student reference", "12 state choice"])
        #expect(reason(result, 11)?.vi.contains("Mã học sinh") == true)
        // Name and birth are compared with the person's.
        #expect(result.unread.isEmpty)
        #expect(try await city.value("enrolment", "0126000001-2026", "until") == "2027-05-28")
        #expect(try await city.value("enrolment", "0126000002-2026", "until") == "2027-05-31")
    }

    @Test func `pupils' codes with identity cards as offices write them`() throws {
        let city = try ScratchCity.full()
        let file = OfficeFile(
            title: "DANH SÁCH HỌC SINH", heads: [head("STT"), head("Mã định danh Bộ GD&ĐT"), head("Họ tên"), head("Giấy tờ", "Số ĐDCN/CCCD", "Nơi cấp")],
            lines: [
                ["1", "0126000011", "Nguyễn Thị Mai", "1320000003", "Cục CSQLHC"], ["2", "0126000012", "Chưa Có Số", "", ""],
                ["3", "0126000013", "Số Cũ", "12345678", "Công an Hà Nội"], ["4", "0126000014", "Nhầm Một Số", "001320000004", ""],
            ])
        let result = try file.load(city, "student")
        #expect((result.added, result.rejected) == (1, 3))
        // The commune follows from the person: where the number is wrong, the number is told and nothing else.
        #expect(said(result) == ["7 person required", "8 person reference", "9 person reference"])
        #expect(reason(result, 7)?.vi.contains("VNeID") == true)
        #expect(reason(result, 8)?.vi.contains("CMND cũ 9 số") == true)
        #expect(result.unread == ["Giấy tờ – Nơi cấp"])
    }

    // MARK: Police

    @Test func `a list of people: each person once, each with twelve digits`() async throws {
        let city = try ScratchCity.full()
        let file = OfficeFile(
            title: "DANH SÁCH NHÂN KHẨU",
            heads: [
                head("TT"), head("Họ, chữ đệm và tên"), head("Ngày, tháng, năm sinh"), head("Nam/Nữ"), head("Giấy tờ", "Số ĐDCN", "Số CMND 9 số"), head("Dân tộc"), head("Mã hộ"),
                head("Quan hệ"), head("Phường"), head("Ghi chú"),
            ],
            lines: [
                ["1", "Nguyễn Văn Bình", "05/03/2015", "Nam", "1215000021", "", "Kinh", "1000000001", "Con trai", "4"],
                ["2", "Nguyễn Văn Bình", "05/03/2015", "Nam", "001215000021", "", "Kinh", "1000000001", "Con", "4"],
                ["3", "Không Có Số", "05/03/2015", "Nam", "", "", "Kinh", "1000000001", "Con", "4"],
                ["4", "Số Chứng Minh Cũ", "05/03/1950", "Nam", "012345679", "", "Kinh", "1000000001", "Bố đẻ", "4"],
                ["5", "Tháng Trước Ngày", "12/31/2016", "Nam", "001216000022", "", "Kinh", "1000000001", "Con", "4"],
                ["6", "Hộ Không Có", "05/03/2015", "Nam", "001215000023", "", "Kinh", "1000000099", "Con", "4"],
                ["7", "Lê Thị Già", "1935", "Nữ", "001135000031", "012345670", "Kinh", "1000000002", "Mẹ đẻ", "Phường Ngọc Hà"],
                ["8", "Khác Phường", "05/03/2015", "Nam", "001215000024", "", "Kinh", "1000000001", "Con", "8"],
            ])
        let result = try file.load(city, "population")
        #expect((result.added, result.rejected) == (2, 6))
        #expect(said(result) == ["7 id repeated", "8 id required", "9 id pattern", "10 birth date", "11 household reference", "13 commune agreement"])
        #expect(reason(result, 8)?.vi.contains("VNeID") == true)
        #expect(reason(result, 9)?.vi.contains("CMND cũ 9 số") == true)
        #expect(result.unread == ["Ghi chú"])
        #expect(try await city.value("population", "001215000021", "relation") == "child")
        #expect(try await city.value("population", "001135000031", "commune") == "00008")
        #expect(try city.damages().isEmpty)
    }

    @Test func `a list of who lives here for a time`() throws {
        let city = try ScratchCity.full()
        let file = OfficeFile(
            title: "DANH SÁCH ĐĂNG KÝ TẠM TRÚ",
            heads: [
                head("STT"), head("Họ và tên"), head("Số CCCD"), head("Hình thức cư trú"), head("Phường"), head("Nơi cư trú"), head("Thời gian", "Từ ngày", "Đến ngày"),
                head("Lý do"),
            ],
            lines: [
                ["1", "Nguyễn Văn An", "001090000001", "Tạm trú", "8", "Số 9, phố Đội Cấn", "01/03/2026", "28/02/2027", "Đi làm"],
                ["2", "Ngày Bị Đổi Chỗ", "001192000002", "Tạm trú", "8", "Số 9, phố Đội Cấn", "28/02/2027", "01/03/2026", "Đi làm"],
                ["3", "Không Có Hạn", "001192000002", "Tạm trú", "8", "Số 9, phố Đội Cấn", "01/03/2026", "", "Đi làm"],
                ["4", "Không Có Số", "", "Tạm trú", "8", "Số 9, phố Đội Cấn", "01/03/2026", "28/02/2027", "Đi làm"],
                ["5", "Nhầm Một Số", "001192000003", "Tạm trú", "8", "Số 9, phố Đội Cấn", "01/03/2026", "28/02/2027", "Đi làm"],
                ["6", "Số Chứng Minh Cũ", "012345678", "Tạm trú", "8", "Số 9, phố Đội Cấn", "01/03/2026", "28/02/2027", "Đi làm"],
                ["7", "Tháng Trước Ngày", "001192000002", "Tạm trú", "8", "Số 9, phố Đội Cấn", "03/14/2026", "28/02/2027", "Đi làm"],
            ])
        let result = try file.load(city, "residence")
        #expect((result.added, result.rejected) == (1, 6))
        #expect(said(result) == ["7 until order", "8 until until-needed", "9 person required", "10 person reference", "11 person reference", "12 from date"])
        #expect(reason(result, 9)?.vi.contains("12 chữ số") == true)
        #expect(reason(result, 10)?.en.contains("001192000003") == true)
        #expect(reason(result, 11)?.vi.contains("CMND cũ 9 số") == true)
        #expect(result.unread == ["Họ và tên"])
    }

    // MARK: Communes

    @Test func `a commune's list of poor households says yes by a cross; number, commune and last day follow`() async throws {
        let city = try ScratchCity.full()
        let lacks = [
            "Việc làm", "Người phụ thuộc", "Dinh dưỡng", "Bảo hiểm y tế", "Trình độ giáo dục của người lớn", "Tình trạng đi học của trẻ em", "Chất lượng nhà ở",
            "Diện tích nhà ở bình quân đầu người", "Nguồn nước sinh hoạt", "Nhà tiêu hợp vệ sinh", "Dịch vụ viễn thông", "Phương tiện tiếp cận thông tin",
        ]
        let crosses = ["x", "X", "", "", "", "", "", "✓", "", "", "", ""]
        func line(_ cells: String...) -> [String] { cells + ["Thành thị", "1.800.000"] + crosses + ["135", "30", "125/QĐ-UBND", "12/12/2025"] }
        let file = OfficeFile(
            title: "DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO",
            heads: [
                head("STT"), head("Họ và tên chủ hộ"), head("Mã hộ"), head("Năm"), head("Phân loại hộ"), head("Khu vực"), head("Thu nhập bình quân đầu người"),
                (name: "Chỉ số thiếu hụt", parts: lacks), head("Điểm A"), head("Điểm B"), head("Quyết định", "Số QĐ", "Ngày QĐ"),
            ],
            lines: [
                line("1", "Nguyễn Văn An", "1000000001", "2026", "HN"), line("2", "Lê Văn Đức", "1000000002", "2026", "Khá"),
                line("3", "Không Có Hộ", "1000000099", "2026", "Hộ nghèo"),
            ])
        let result = try file.load(city, "poor-household")
        #expect((result.added, result.rejected) == (1, 2))
        #expect(said(result) == ["7 class choice", "8 household reference"])
        #expect(result.unread.isEmpty)
        // The head named is another household's.
        let slipped = OfficeFile(title: file.title, heads: file.heads, lines: [line("1", "Nguyễn Văn An", "1000000002", "2026", "HN")])
        #expect(try said(slipped.load(city, "poor-household")) == ["6 household differs"])
        #expect(try await city.value("poor-household", "1000000001-2026", "lacks_work") == "true")
        #expect(try await city.value("poor-household", "1000000001-2026", "lacks_water") == "false")
        #expect(try await city.value("poor-household", "1000000001-2026", "until") == "2026-12-31")
        #expect(try await city.value("poor-household", "1000000001-2026", "commune") == "00004")
    }

    // MARK: What is left out

    @Test func `a sent file and a source's first file say which columns nobody reads, before anything is entered`() throws {
        let city = try ScratchCity.full()
        let text = "STT;Mã hộ;Chủ hộ;Địa chỉ;Phường, xã;Loại hộ;;Ghi chú\n1;1000000071;Nguyễn Văn An;Số 7;4;Hộ gia đình;thửa 5;mới\n"
        let uploads = Uploads(registry: city.registry)
        let upload = try uploads.receive(Array(text.utf8), name: "hộ.csv", for: "household", by: ScratchCity.operator_)
        #expect(try uploads.preview(upload).unread == ["Chủ hộ", "G", "Ghi chú"])
        let source = try city.registry.addSource("ward", register: "household", unit: nil, folder: nil, hours: nil, isMatching: false)
        let file = try city.registry.receive(Array(text.utf8), name: "hộ.csv", of: source)
        #expect(try city.registry.takeFiles(of: source))
        #expect(try city.registry.unreadColumns(of: city.registry.file(file.id, of: source), from: source) == ["Chủ hộ", "G", "Ghi chú"])
    }
}

struct `Names that offices use` {
    @Test(arguments: City.registers.map(\.name)) func `name one field of a register, and one value of a list`(name: String) throws {
        let register = try #require(City.registers.first { $0.name == name })
        var owners: [String: String] = [:]
        for field in register.allFields {
            for called in [field.title.vi] + field.alsoCalled {
                let plain = MappedFile.plain(called)
                #expect(!plain.isEmpty && (owners[plain] ?? field.name) == field.name, "“\(called)” names \(owners[plain] ?? "") and \(field.name)")
                owners[plain] = field.name
            }
            guard case .choice(let choices) = field.kind else { continue }
            for called in choices.flatMap(\.alsoCalled) {
                let meant = choices.filter { $0.isCalled(called.folded) }.map(\.code)
                #expect(meant.count == 1, "“\(called)” in \(field.name) is \(meant)")
            }
        }
    }

    @Test func `what is compared is a field of the record that it goes to, and no name of a field of its own`() throws {
        let city = try ScratchCity()
        for register in city.registry.registers {
            for comparison in register.comparisons {
                let target = try city.registry.target(of: comparison, in: register).register
                #expect(target.field(comparison.field) != nil, "\(register.name) \(comparison.column)")
                #expect(comparison.own.map { register.field($0) != nil } ?? true)
                #expect(comparison.oneOf == nil || target.groupRule != nil)
                guard comparison.own == nil else { continue }
                let called = Set(([comparison.title.vi] + comparison.alsoCalled).map { MappedFile.plain($0) })
                for field in register.allFields {
                    let names = ([field.title.vi] + field.alsoCalled).map { MappedFile.plain($0) }
                    #expect(called.isDisjoint(with: names), "\(register.name) \(field.name)")
                }
            }
        }
    }

    @Test func `lists are read as people write them, in files and in forms`() throws {
        let city = try ScratchCity()
        let reading = city.registry.reading()
        func read(_ register: String, _ field: String, _ text: String) throws -> String? {
            try city.registry.register(register).field(field)?.kind.parse(text, reading).string
        }
        #expect(try read("health-worker", "profession", "BÁC SỸ") == "doctor")
        #expect(try read("health-worker", "qualification", "ThS.BS") == "master")
        #expect(try read("poor-household", "class", "Nghèo") == "poor")
        #expect(try read("population", "relation", "Vợ") == "spouse")
        #expect(try read("contributor", "group", "Thương binh") == "war-invalid")
        #expect(try read("school", "level", "THCS") == "lower-secondary")
        #expect(throws: Objection.self) { try read("health-worker", "profession", "Thầy lang") }
    }

    /// Whoever fills two columns the wrong way round is told at the second.
    @Test(arguments: [
        ("residence", "from", "until"), ("enrolment", "from", "until"), ("school", "opened", "closed"), ("health-worker", "issued", "expires"),
        ("health-worker", "issued", "renewed"), ("health-worker", "suspended_from", "suspended_until"), ("health-facility", "opened", "expires"),
        ("pharmacy", "gpp_issued", "gpp_expires"), ("medicine-provider", "issued", "gmp_expires"), ("medicine-provider", "issued", "gsp_expires"),
        ("medicine-provider", "issued", "gdp_expires"), ("contributor", "allowance_from", "allowance_until"), ("poor-household", "decided", "until"),
        ("beneficiary", "from", "until"), ("enterprise", "founded", "paused_until"), ("household-business", "registered", "paused_until"), ("business-event", "from", "until"),
        ("land-right", "from", "until"), ("delegation", "from", "until"), ("it-contract", "from", "until"), ("it-contract", "from", "settled"),
        ("startup-offer", "from", "until"), ("incubator", "opened", "closed"), ("task", "opened", "due"), ("urging", "sent", "answered"),
    ])
    func `days in the wrong order are refused`(name: String, first: String, last: String) throws {
        let city = try ScratchCity()
        let register = try city.registry.register(name)
        var values = register.example
        values[first] = .string("2026-05-02")
        values[last] = .string("2026-05-01")
        let item = Item(key: values[register.key.name]?.plain ?? "", values: register.fields.map { values[$0.name] ?? .null })
        let fields = Item.Fields(item: item, register: register)
        let broken = register.rules.filter { $0.severity == .refuse && !$0.holds(fields, city.registry.reading()) }.map(\.field)
        let places = name == "poor-household" ? ["decided", last] : [last]
        #expect(!Set(places).isDisjoint(with: broken), "\(name): \(broken)")
    }
}
