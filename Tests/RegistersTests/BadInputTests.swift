// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import TestStores
import Testing

@testable import Registers

/// A file with every fault that offices' files have, and what its lines are told. Heads of two rows, merged cells and decomposed letters are in all of them.
struct BadFile: Sendable, CustomTestStringConvertible {
    let register: String
    let heads: [(name: String, parts: [String])]
    let lines: [[String]]
    /// Cells merged over lines.
    let merged: [String]
    let scope: [String: String]
    let added: Int
    /// “line field code”.
    let told: Set<String>
    /// A record of the file, with what stands in merged and in decomposed cells.
    let key: String
    let values: [String: String]

    var testDescription: String { register }

    private static func head(_ name: String, _ parts: String...) -> (name: String, parts: [String]) { (name, parts) }

    static let population = BadFile(
        register: "population",
        heads: [
            head("TT"), head("Họ tên"), head("Ngày, tháng, năm sinh"), head("Giới tính"), head("Giấy tờ", "Số ĐDCN", "Số CMND 9 số"), head("Dân tộc"), head("Mã hộ"),
            head("Quan hệ"), head("Phường"),
        ],
        lines: [
            ["1", "Nguyễn Hữu Đạt", "05/03/2015", "Nam", "1215000021", "", "Kinh", "1000000001", "Con", "4"],
            ["2", "Nguyễn Hữu Đạt", "05/03/2015", "Nam", "001215000021", "", "Kinh", "", "Con", "4"],
            ["3", "Tháng Trước Ngày", "12/31/2016", "Nam", "001216000022", "", "Kinh", "", "Con", "4"],
            ["4", "Không Có Số", "05/03/2015", "Nam", "", "", "Kinh", "", "Con", "4"],
            ["5", "Lê Thị Già", "1935", "Nữ", "001135000031", "", "Kinh", "", "Mẹ đẻ", "4"],
        ],
        merged: ["H6:H10"], scope: [:], added: 2, told: ["7 id repeated", "8 birth date", "9 id required"], key: "001135000031",
        values: ["household": "1000000001", "name": "Lê Thị Già"])

    static let student = BadFile(
        register: "student",
        heads: [head("STT"), head("Mã HS"), head("Học sinh", "Họ và tên", "Ngày sinh"), head("Giấy tờ", "Số ĐDCN/CCCD", "Nơi cấp"), head("Phường"), head("Ngày cấp mã")],
        lines: [
            ["1", "0126000011", "Nguyễn Thị Mai", "08/07/2020", "1320000003", "", "4", "05/09/2025"],
            ["2", "0126000011", "Nguyễn Thị Mai", "08/07/2020", "001320000003", "", "", "05/09/2025"],
            ["3", "0126000012", "Nguyễn Văn An", "02/01/1990", "001090000001", "", "", "09/25/2025"],
            ["4", "0126000013", "Không Có Số", "02/01/2018", "", "", "", "05/09/2025"],
            // Day and month of the birth changed places, and each is a day.
            ["5", "0126000014", "Đặng Thị Hoà", "05/06/1992", "001192000002", "", "", "05/09/2025"],
            ["6", "0126000015", "ĐẶNG THỊ HÒA", "1992", "001192000002", "", "", "05/09/2025"],
        ],
        merged: ["G6:G11"], scope: [:], added: 2, told: ["7 code repeated", "8 entered date", "9 person required", "10 person differs"], key: "0126000015",
        values: ["commune": "00004", "person": "001192000002"])

    static let enrolment = BadFile(
        register: "enrolment",
        heads: [head("STT"), head("Mã HS"), head("Học sinh", "Họ và tên", "Ngày sinh"), head("Lớp"), head("Thời gian", "Từ ngày", "Đến ngày")],
        lines: [
            ["1", "0126000001", "Nguyễn Văn An", "02/01/1990", "Lớp 5 Đ", "07/09/2026", "28/05/2027"],
            ["2", "126000002", "Đặng Thị Hoà", "06/05/1992", "", "07/09/2026", "28/05/2027"],
            ["3", "0126000001", "Nguyễn Văn An", "02/01/1990", "", "07/09/2026", "28/05/2027"],
            ["4", "0126000003", "Nguyễn Thị Mai", "08/07/2020", "", "09/25/2026", "28/05/2027"],
            ["5", "", "Không Có Mã", "08/07/2020", "", "07/09/2026", "28/05/2027"],
            // The code of the next row.
            ["6", "0126000004", "Nguyễn Thị Mai", "08/07/2020", "", "07/09/2026", "28/05/2027"],
        ],
        merged: ["E6:E11"], scope: ["school": "01000042", "school_year": "2026-2027"], added: 2,
        told: ["8 number repeated", "9 from date", "10 number required", "10 student required", "11 student differs"], key: "0126000002-2026",
        values: ["class": "Lớp 5 Đ", "grade": "5", "from": "2026-09-07"])

    static let facility = BadFile(
        register: "health-facility",
        heads: [
            head("STT"), head("Số GPHĐ"), head("Tên cơ sở KCB"), head("Loại hình", "Hình thức tổ chức", "Hình thức sở hữu"), head("Địa điểm", "Phường", "Địa chỉ"),
            head("Phạm vi hoạt động chuyên môn"), head("Giấy phép", "Ngày cấp", "Có giá trị đến"), head("Tình trạng hoạt động"),
        ],
        lines: [
            ["1", "123/HNO-GPHĐ", "Phòng khám Ví Dụ", "PKCK", "Tư nhân", "Phường Ba Đình", "Số 1, phố Kim Mã", "Nội", "01/02/2024", "", "Hoạt động"],
            ["2", "123/HNO-GPHĐ", "Phòng khám Ví Dụ", "PKCK", "Tư nhân", "", "Số 1, phố Kim Mã", "Nội", "01/02/2024", "", "Hoạt động"],
            ["3", "124/HNO-GPHĐ", "Phòng khám Tháng Trước Ngày", "PKCK", "Tư nhân", "", "Số 2, phố Kim Mã", "Nội", "01/31/2024", "", "Hoạt động"],
            ["4", "", "Phòng khám Không Số", "PKCK", "Tư nhân", "", "Số 3, phố Kim Mã", "Nội", "01/02/2024", "", "Hoạt động"],
            ["5", "125/HNO-GPHĐ", "Phòng khám Cùng Phường", "PKCK", "Tư nhân", "", "Số 4, phố Kim Mã", "Nội", "01/02/2024", "", "Hoạt động"],
        ],
        merged: ["F6:F10"], scope: [:], added: 2, told: ["7 code repeated", "8 opened date", "9 code required"], key: "125/HNO-GPHĐ",
        values: ["commune": "00004", "name": "Phòng khám Cùng Phường"])

    static let worker = BadFile(
        register: "health-worker",
        heads: [
            head("STT"), head("Họ và tên"), head("Ngày sinh"), head("Số định danh cá nhân"), head("Số giấy phép hành nghề"), head("Chức danh"), head("Phạm vi hành nghề"),
            head("Thời hạn", "Ngày cấp", "Ngày hết hạn"), head("Trình độ"),
        ],
        lines: [
            ["1", "Nguyễn Văn An", "02/01/1990", "1090000001", "001234/HNO-GPHN", "Bác sỹ", "Nhi", "05/06/2024", "05/06/2029", "BSCKI"],
            ["2", "Nguyễn Văn An", "02/01/1990", "1090000001", "001234/HNO-GPHN", "Bác sỹ", "Nhi", "05/06/2024", "05/06/2029", "BSCKI"],
            ["3", "Tháng Trước Ngày", "", "", "001235/HNO-CCHN", "Bác sĩ", "Nội", "12/31/2015", "", "ĐH"],
            ["4", "Không Có Số", "", "", "", "Bác sĩ", "Nội", "05/06/2015", "", "ĐH"],
            // The number of another person: by the name on the licence, and by the birth.
            ["5", "Trần Văn Khác", "", "001192000002", "001236/HNO-CCHN", "Bác sĩ", "", "05/06/2015", "", "ĐH"],
            ["6", "Đặng Thị Hoà", "05/06/1992", "001192000002", "001237/HNO-CCHN", "Bác sĩ", "", "05/06/2015", "", "ĐH"],
            ["7", "Đặng Thị Hoà", "06/05/1992", "001192000002", "001238/HNO-CCHN", "Bác sĩ", "", "05/06/2015", "", "ĐH"],
        ],
        merged: ["G9:G12"], scope: [:], added: 2,
        told: ["7 licence repeated", "8 issued date", "9 licence required", "10 person differs", "11 person differs"], key: "001238/HNO-CCHN",
        values: ["scope": "Nội", "name": "Đặng Thị Hoà"])

    static let all = [population, student, enrolment, facility, worker]
}

struct `Bad files of five registers` {
    @Test(arguments: BadFile.all)
    func `merged cells, heads of two rows, decomposed letters, swapped days, repeated records and missing numbers: each line is told, the rest is entered`(
        file: BadFile
    ) async throws {
        let city = try ScratchCity.full()
        if file.register == "enrolment" {
            try city.put(
                "school", "01000042",
                ["name": "Trường Ví Dụ", "level": "primary", "public": "true", "commune": "00004", "address": "Số 3", "classes": "30", "places": "1000"])
            for (code, person) in [("0126000001", "001090000001"), ("0126000002", "001192000002"), ("0126000003", "001320000003"), ("0126000004", "001058000004")] {
                try city.put("student", code, ["person": person, "commune": "00004", "entered": "2026-09-01"])
            }
        }
        let written = OfficeFile(title: "DANH SÁCH", heads: file.heads, lines: file.lines + [["Tổng số: \(file.lines.count)"]], merged: file.merged)
        let result = try written.load(city, file.register, scope: file.scope)
        let told = Set(result.samples.map { "\($0.line) \($0.objection.field) \($0.objection.code)" })
        #expect(told == file.told)
        #expect(result.added == file.added && result.rejected == file.lines.count - file.added)
        #expect(result.skipped == [file.lines.count + 6] && result.unclear.isEmpty)
        for (field, value) in file.values {
            let stored = try await city.value(file.register, file.key, field)
            // Equal letter by letter, not only in meaning: what is stored is composed.
            #expect(stored.map { Array($0.unicodeScalars) } == Array(value.precomposedStringWithCanonicalMapping.unicodeScalars), "\(field)")
        }
        #expect(try city.damages().isEmpty)
    }

    @Test func `a person with two students' codes is entered, for nobody knows which one is right, and shown as in need of a look`() async throws {
        let city = try ScratchCity.full()
        let header = "code,person,person.name,commune,entered\n"
        let result = try city.load(
            "student", header + "0126000011,001320000003,Nguyễn Thị Mai,00004,2026-09-01\n0126000012,001320000003,NGUYỄN THỊ MAI,00004,2026-09-01\n")
        #expect((result.added, result.rejected) == (2, 0))
        _ = try city.registry.inspect()
        let report = try city.registry.quality("student", for: ScratchCity.operator_)
        #expect(report.findings.first { $0.code == "twice" }?.count == 2)
    }
}
