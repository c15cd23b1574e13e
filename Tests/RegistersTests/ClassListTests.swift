// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Store
import TestStores
import Testing

@testable import Hanoi
@testable import Registers

/// A school of a level, with four pupils' codes; by code, in the order of `ScratchCity.people`.
private func school(_ level: String) throws -> ScratchCity {
    let city = try ScratchCity.full()
    try city.put(
        "school", "01000042",
        ["name": "Trường Ví Dụ", "level": level, "public": "true", "commune": "00004", "address": "Số 3", "classes": "30", "places": "1000"])
    for (code, person) in [("0126000001", "001090000001"), ("0126000002", "001192000002"), ("0126000003", "001320000003"), ("0126000004", "001058000004")] {
        try city.put("student", code, ["person": person, "commune": "00004", "entered": "2026-09-01"])
    }
    return city
}

private func ours(_ options: inout LoadOptions) {
    options.scope = ["school": "01000042", "school_year": "2026-2027"]
    options.mode = .snapshot
    options.isRetiringMissing = true
    // Everything may end that nothing else holds back.
    options.confirmedMissing = 100
}

private func enrol(_ city: ScratchCity, _ student: String) throws {
    try city.put(
        "enrolment", student + "-2026",
        [
            "student": student, "school": "01000042", "commune": "00004", "school_year": "2026-2027", "grade": "5", "class": "5A1", "from": "2026-10-01",
            "until": "2027-05-31", "state": "studying",
        ])
}

private func said(_ result: LoadResult) -> [String] { result.samples.map { "\($0.line) \($0.objection.field) \($0.objection.code)" } }

struct `Class lists` {
    // MARK: Grades

    @Test(
        arguments: [
            ("5A2", "5"), ("Lớp 5A2", "5"), ("LỚP 10 Chuyên Toán", "10"), ("lop12D", "12"), ("9", "9"), ("05A", "5"), ("Lá 1", nil), ("Mẫu giáo lớn A2", nil), ("Nhà trẻ D12", nil),
            ("A5", nil), ("35", nil), ("", nil),
        ] as [(String, String?)])
    func `the grade stands at the beginning of a class's name`(name: String, grade: String?) { #expect(Enrolments.grade(ofClass: name) == grade) }

    @Test func `a kindergarten's classes are nursery whatever their numbers are`() async throws {
        let city = try school("kindergarten")
        let result = try city.load(
            "enrolment", "Mã HS;Lớp\n0126000001;Lá 1\n0126000002;Mẫu giáo lớn A2\n0126000003;Nhà trẻ D12\n0126000004;5 tuổi A\n", ours)
        #expect((result.added, result.rejected) == (4, 0))
        for code in 1...4 { #expect(try await city.value("enrolment", "012600000\(code)-2026", "grade") == "nursery") }
    }

    @Test func `elsewhere a class that does not begin with its grade must say it`() async throws {
        let city = try school("several")
        let list = "Mã HS;Lớp\n0126000001;Lớp 3B\n0126000002;Lá 1\n"
        let result = try city.load("enrolment", list, ours)
        #expect(result.added == 1 && said(result) == ["3 grade required"])
        #expect(try await city.value("enrolment", "0126000001-2026", "grade") == "3")
        let mended = try city.load("enrolment", "Mã HS;Lớp;Khối\n0126000001;Lớp 3B;3\n0126000002;Lá 1;Mầm non\n", ours)
        #expect((mended.added, mended.unchanged, mended.rejected) == (1, 1, 0))
    }

    // MARK: Whose code it is

    @Test func `a code that slipped into another row enrols nobody; what the register says is told only to those who may see it`() async throws {
        let city = try school("primary")
        // Everybody's code stands one row too low.
        let list = "Mã HS;Họ và tên;Ngày sinh;Lớp\n0126000002;Nguyễn Văn An;02/01/1990;5A2\n0126000003;Đặng Thị Hoà;06/05/1992;5A2\n0126000001;Nguyễn Thị Mai;08/07/2020;5A2\n"
        let result = try city.load("enrolment", list, ours)
        #expect((result.added, result.rejected) == (0, 3))
        #expect(Set(said(result)) == ["2 student differs", "3 student differs", "4 student differs"])
        let seen = result.samples.first { $0.line == 2 }?.objection.text
        #expect(seen?.vi.contains("“Nguyễn Văn An”") == true && seen?.vi.contains("“Đặng Thị Hoà”") == true)
        let officer = Authority(.officer, id: "officer:school", name: "", grants: [Grant("enrolment", [.read, .write], unit: "00004")])
        var options = LoadOptions()
        ours(&options)
        let file = try city.file("5A2.csv", list)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let blind = try city.registry.load("enrolment", file: file, options: options, by: officer)
        let told = blind.samples.first { $0.line == 2 }?.objection.text
        #expect(blind.rejected == 3 && told?.vi.contains("“Nguyễn Văn An” không khớp với sổ “Dân cư”.") == true)
        #expect(told?.vi.contains("Hoà") == false && told?.en.contains("Hoà") == false)
        #expect(try city.registry.row(of: "0126000002-2026", in: "enrolment") == nil)
    }

    @Test func `each answer about a person is entered for them, of a trial too, and nobody is answered who may not enter the line`() throws {
        let city = try school("primary")
        func looks() throws -> [String] {
            try city.database.read { connection in
                let row = try connection.first("SELECT row FROM record_population WHERE key = '001090000001'") { $0.integer(0) }!
                return try city.registry.reads(of: row, in: "population", limit: 10, on: connection).map { "\($0.reader) \($0.purpose) \($0.asked)" }
            }
        }
        func load(_ unit: String) throws -> LoadResult {
            let officer = Authority(.officer, id: "officer:\(unit)", name: "", grants: [Grant("enrolment", [.read, .write], unit: unit)])
            var options = LoadOptions()
            ours(&options)
            options.isDryRun = true
            let file = try city.file("5A2.csv", "Mã HS;Họ và tên;Lớp\n0126000001;Nguyễn Văn An;5A2\n")
            defer { try? FileManager.default.removeItem(atPath: file) }
            return try city.registry.load("enrolment", file: file, options: options, by: officer)
        }
        #expect(try said(load("00008")) == ["2 commune unit-forbidden"])
        #expect(try looks() == [])
        #expect(try load("00004").added == 1)
        #expect(try looks() == ["officer:00004 comparison comparison"])
    }

    @Test func `a pupil who stands already is compared too, and ends neither by a swapped birth nor by a wrong name`() async throws {
        let city = try school("primary")
        for code in ["0126000001", "0126000002"] { try enrol(city, code) }
        let list = "Mã HS;Họ và tên;Ngày sinh;Lớp\n0126000001;NGUYỄN VĂN AN;01/02/1990;5A1\n0126000002;Dang Thi Hoa;1992;5A1\n"
        let result = try city.load("enrolment", list, ours)
        #expect((result.unchanged, result.rejected, result.missing, result.retired) == (1, 1, 0, 0))
        #expect(said(result) == ["2 student differs"])
        #expect(try await city.value("enrolment", "0126000001-2026", "state") == "studying")
    }

    @Test func `family name and given name in two columns are one name`() throws {
        let city = try school("primary")
        let head = "STT;Mã HS;Họ và tên;;Lớp\n"
        let result = try city.load("enrolment", head + "1;0126000001;Nguyễn Văn;An;5A2\n2;0126000002;Đặng Thị;Hoà;5A2\n3;0126000003;Nguyễn Văn;Mai;5A2\n", ours)
        #expect(result.added == 2 && said(result) == ["4 student differs"])
        #expect(result.unread.isEmpty)
    }

    @Test func `the file of rejected lines keeps what is compared, and loads when it is mended`() throws {
        let city = try school("primary")
        let rejects = TestStores.folder(of: city.path) + "-rejects.csv"
        defer { try? FileManager.default.removeItem(atPath: rejects) }
        let result = try city.load("enrolment", "Mã HS;Họ và tên;Ngày sinh;Lớp\n0126000001;Đặng Thị Hoà;06/05/1992;5A2\n") {
            ours(&$0)
            $0.rejectsPath = rejects
        }
        #expect(result.rejected == 1)
        let text = try String(contentsOfFile: rejects, encoding: .utf8)
        #expect(text.contains("student.person.name") && text.contains("Đặng Thị Hoà,1992-05-06"))
        let mended = try city.load("enrolment", text.replacing("0126000001", with: "0126000002"))
        #expect((mended.added, mended.rejected) == (1, 0))
    }

    // MARK: Rows without a code

    @Test func `a pupil without a code is told, not read over, and nobody ends`() throws {
        let city = try school("primary")
        try enrol(city, "0126000003")
        let result = try city.load("enrolment", "Mã HS;Họ và tên;Ngày sinh;Lớp\n0126000001;Nguyễn Văn An;;5A2\n;Trần Không Mã;;5A2\n", ours)
        #expect(result.added == 1 && result.rejected == 1 && result.skipped.isEmpty)
        #expect(said(result).contains("3 student required"))
        #expect(result.missing == 1 && result.retired == 0 && result.heldBack != nil)
    }

    @Test func `a row with a name alone may be a pupil: it is named, and nobody ends until somebody has looked`() throws {
        let city = try school("primary")
        try enrol(city, "0126000003")
        let result = try city.load("enrolment", "STT;Mã HS;Họ và tên;Lớp\n1;0126000001;Nguyễn Văn An;5A2\n;;Trần Không Mã;\n", ours)
        #expect((result.added, result.rejected, result.skipped, result.unclear) == (1, 0, [3], [3]))
        #expect(result.missing == 1 && result.retired == 0 && result.heldBack?.vi.contains("dòng 3") == true)
    }

    @Test func `titles, sums and signatures are told by their lines and hold nothing back`() throws {
        let city = try school("primary")
        try enrol(city, "0126000003")
        let rows = [
            "STT;Mã HS;Họ và tên;Lớp", "Tổ 1;;;", "1;0126000001;Nguyễn Văn An;5A2", "Tổ 2;;;", "2;0126000002;Đặng Thị Hoà;5A2", "Tổng cộng: 2 học sinh;;;",
            ";;;Hà Nội, ngày 5 tháng 9 năm 2026", ";GIÁO VIÊN CHỦ NHIỆM;;HIỆU TRƯỞNG", ";(Ký, ghi rõ họ tên);;(Ký, ghi rõ họ tên)", ";Nguyễn Thị Lan;;Trần Văn Bình",
        ]
        let result = try city.load("enrolment", rows.joined(separator: "\n"), ours)
        #expect((result.added, result.rejected, result.unclear) == (2, 0, []))
        #expect(result.skipped == [2, 4, 6, 7, 8, 9, 10])
        #expect(result.missing == 1 && result.retired == 1 && result.heldBack == nil)
    }

    @Test func `names under signatures in the middle of a list may be pupils`() {
        var remarks = Remarks(width: 4, read: [1, 2, 3], numbered: [1])
        let rows = [
            ["1", "0126000001", "Nguyễn Văn An", "5A2"], ["", "GIÁO VIÊN CHỦ NHIỆM", "", "HIỆU TRƯỞNG"], ["", "", "Trần Thị Lan", "Lê Văn Bình"],
            ["1", "0126000002", "Đặng Thị Hoà", "5A3"],
        ]
        let judged = rows.enumerated().map { remarks.isRemark($0.element, line: $0.offset + 2) }
        #expect(judged == [false, true, true, false])
        #expect((remarks.readOver.rows, remarks.readOver.lines, remarks.readOver.unclear) == (2, [3, 4], [4]))
        // Tống is a family name, and a sum's row begins with its word.
        let pupil = remarks.isRemark(["", "", "Tống Văn Cộng", "5A3"], line: 6)
        let teacher = remarks.isRemark(["", "", "Trần Không Mã", "Tổng phụ trách"], line: 7)
        #expect(!pupil && !teacher)
    }
}
