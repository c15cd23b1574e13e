// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Papers
import Registers
import TestStores
import Testing

/// A workbook as an office keeps it, row by row.
private func workbook(_ city: ScratchCity, _ name: String, _ rows: [[String]]) throws -> String {
    var writer = try SpreadsheetWriter(title: name, header: rows[0])
    for row in rows.dropFirst() { try writer.add(row) }
    try writer.close()
    let path = TestStores.folder(of: city.path) + "-\(name).xlsx"
    try Data(writer.take()).write(to: URL(fileURLWithPath: path))
    return path
}

private func loaded(_ city: ScratchCity, _ register: String, _ path: String, _ change: (inout LoadOptions) -> Void = { _ in }) throws -> LoadResult {
    defer { try? FileManager.default.removeItem(atPath: path) }
    var options = LoadOptions()
    change(&options)
    return try city.registry.load(register, file: path, options: options, by: ScratchCity.operator_)
}

private func said(_ result: LoadResult) -> [String] { result.samples.map { "\($0.line) \($0.objection.field) \($0.objection.code)" } }

/// Two schools, three pupils; the third and a pupil of the other school are enrolled already.
private func school() throws -> ScratchCity {
    let city = try ScratchCity.full()
    for code in ["01000042", "01000043"] {
        try city.put(
            "school", code,
            ["name": "Trường \(code)", "level": "primary", "public": "true", "commune": "00004", "address": "Số 3", "classes": "30", "places": "1000"])
    }
    for (code, person) in [("0126000001", "001090000001"), ("0126000002", "001192000002"), ("0126000003", "001320000003"), ("0126000004", "001058000004")] {
        try city.put("student", code, ["person": person, "commune": "00004", "entered": "2026-09-01"])
    }
    for (student, school) in [("0126000003", "01000042"), ("0126000004", "01000043")] {
        try city.put(
            "enrolment", student + "-2026",
            [
                "student": student, "school": school, "commune": "00004", "school_year": "2026-2027", "grade": "5", "class": "5A1", "from": "2026-10-01", "until": "2027-05-31",
                "state": "studying",
            ])
    }
    return city
}

private func ours(_ options: inout LoadOptions) {
    options.scope = ["school": "01000042", "school_year": "2026-2027"]
    options.mode = .snapshot
    options.isRetiringMissing = true
}

private let head = "Mã HS;Họ và tên;Ngày sinh;Lớp\n"
private let two = head + "0126000001;Nguyễn Văn An;;5A2\n0126000002;Đặng Thị Hoà;;5A2\n"

struct `Lists of one school, clinic or police office` {
    @Test func `a class list with titles, a head of two rows, lost zeros and a sum becomes enrolments; each bad line says what to mend`() async throws {
        let city = try school()
        let rows = [
            ["TRƯỜNG TIỂU HỌC VÍ DỤ"], ["DANH SÁCH HỌC SINH LỚP 5A2"], ["STT", "Mã HS", "Học sinh", "", "", "Lớp"], ["", "", "Họ và tên", "Ngày sinh", "Giới tính", ""],
            ["1", "0126000001", "Nguyễn Văn An", "02/01/1990", "Nam", "5A2"],
            ["2", "126000002", "Đặng Thị Hoà".decomposedStringWithCanonicalMapping, "06/05/1992", "Nữ", "5A2"], ["3", "0126000001", "Nguyễn Văn An", "02/01/1990", "Nam", "5A2"],
            ["4", "", "Trần Không Mã", "01/01/2016", "Nam", "5A2"], ["Tổng số: 4 học sinh"], ["", "GIÁO VIÊN CHỦ NHIỆM", "", "", "HIỆU TRƯỞNG"],
        ]
        let result = try loaded(city, "enrolment", workbook(city, "5A2", rows), ours)
        #expect((result.added, result.rejected) == (2, 2))
        #expect(said(result).contains("7 number repeated") && said(result).contains("8 student required"))
        #expect(Set(result.samples.map(\.line)) == [7, 8])
        let item = try city.registry.records("enrolment", keysFrom: "0126000002", limit: 1, for: ScratchCity.operator_)
        let register = try city.registry.register("enrolment")
        #expect(item.first?.value("commune", in: register) == .string("00004") && item.first?.value("grade", in: register) == .string("5"))
        #expect(item.first?.value("from", in: register) == .string("2026-09-05") && item.first?.value("school", in: register) == .string("01000042"))
        // A line without its pupil's code: nobody knows whom the file lacks.
        #expect(result.missing == 1 && result.retired == 0 && result.heldBack?.en.contains("no readable key") == true)
        #expect(try city.damages().isEmpty)
    }

    @Test func `what a school's list lacks ends only after a second look, and only of that school and year`() async throws {
        let city = try school()
        let held = try city.load("enrolment", two, ours)
        #expect((held.added, held.missing, held.scopeSize, held.retired) == (2, 1, 3, 0))
        #expect(held.isConfirmable && held.missingKeys == ["0126000003-2026"] && held.heldBack != nil)
        let again = try city.load("enrolment", two) {
            ours(&$0)
            $0.confirmedMissing = 1
        }
        #expect((again.unchanged, again.retired) == (2, 1) && again.heldBack == nil)
        #expect(try await city.value("enrolment", "0126000003-2026", "state") == nil)
        #expect(try await city.value("enrolment", "0126000004-2026", "state") == "studying")
        // Who stands keeps what the list does not say.
        try city.put(
            "enrolment", "0126000001-2026",
            [
                "student": "0126000001", "school": "01000042", "commune": "00004", "school_year": "2026-2027", "grade": "5", "class": "5A2", "from": "2026-11-02",
                "until": "2027-05-31", "state": "studying",
            ])
        #expect(try city.load("enrolment", two, ours).unchanged == 2)
        #expect(try await city.value("enrolment", "0126000001-2026", "from") == "2026-11-02")
        #expect(try city.damages().isEmpty)
    }

    @Test func `an empty list, a bare head and a list of refused lines retire nobody`() throws {
        let city = try school()
        #expect(throws: RegisterError.self) { try city.load("enrolment", "", ours) }
        for isForced in [false, true] {
            let bare = try city.load("enrolment", head) {
                ours(&$0)
                $0.isForced = isForced
                $0.confirmedMissing = 100
            }
            #expect(bare.lines == 0 && bare.retired == 0 && bare.heldBack != nil && !bare.isConfirmable)
        }
        let refused = try city.load("enrolment", head + "0126009999;Ai Đó;;5A2\n", ours)
        #expect(refused.rejected == 1 && refused.retired == 0 && refused.heldBack != nil)
    }

    @Test func `a line of another school is refused, an unknown scope is told at once`() throws {
        let city = try school()
        let result = try city.load("enrolment", "Mã HS;Mã trường;Lớp\n0126000001;01000042;5A2\n0126000002;01000043;5A2\n".replacing("Mã trường", with: "school"), ours)
        #expect(result.added == 1 && said(result) == ["3 school scope"])
        #expect(throws: RegisterError.self) { try city.load("enrolment", two) { $0.scope = ["colour": "red"] } }
        #expect(throws: RegisterError.self) { try city.load("enrolment", two) { $0.scope = ["school_year": "2026"] } }
    }

    @Test func `pupils' codes: the commune follows from the person, a missing ID is told`() async throws {
        let city = try ScratchCity.full()
        let rows = [
            ["STT", "Mã học sinh", "Họ và tên", "Số định danh cá nhân"], ["1", "0126000011", "Nguyễn Thị Mai", "1320000003"], ["2", "0126000012", "Chưa Có Số", ""],
            ["3", "0126000013", "Sai Số", "001320009999"],
        ]
        let result = try loaded(city, "student", workbook(city, "students", rows))
        #expect((result.added, result.rejected) == (1, 2))
        #expect(said(result).contains("3 person required") && said(result).contains { $0.hasPrefix("4 ") })
        #expect(try await city.value("student", "0126000011", "commune") == "00004")
    }

    @Test func `a clinic's list: a swapped day says what it may have been, the rest is taken`() throws {
        let city = try ScratchCity.full()
        let rows = [
            ["Số chứng chỉ, giấy phép", "Họ và tên ghi trên giấy phép", "Chức danh hành nghề", "Phạm vi hành nghề", "Ngày cấp"],
            ["001234/HNO-CCHN", "Nguyễn Văn Thử", "Bác sĩ", "Nhi", "05/06/2020"], ["001235/HNO-CCHN", "Trần Thị Thử", "Bác sĩ", "Nội", "09/25/2020"],
            ["", "Lê Thị Thử", "Điều dưỡng", "Chăm sóc", "05/06/2020"],
        ]
        let result = try loaded(city, "health-worker", workbook(city, "clinic", rows))
        #expect((result.added, result.rejected) == (1, 2))
        #expect(result.samples.first { $0.line == 3 }?.objection.text.vi.contains("25/09/2020") == true)
        #expect(said(result).contains("4 licence required"))
    }

    @Test func `a police list: composed letters, a repeated person and a missing ID`() async throws {
        let city = try ScratchCity.full()
        let name = "Nguyễn Văn Bình"
        let rows = [
            ["DANH SÁCH NHÂN KHẨU"], ["TT", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh cá nhân", "Mã hộ", "Quan hệ với chủ hộ", "Dân tộc", "Phường, xã"],
            ["1", name.decomposedStringWithCanonicalMapping, "05/03/2015", "Nam", "1215000021", "1000000001", "Con", "Kinh", "4"],
            ["2", name, "05/03/2015", "Nam", "001215000021", "1000000001", "Con", "Kinh", "4"], ["3", "Không Số", "05/03/2015", "Nam", "", "1000000001", "Con", "Kinh", "4"],
        ]
        let result = try loaded(city, "population", workbook(city, "police", rows))
        #expect((result.added, result.rejected) == (1, 2))
        #expect(said(result).contains("4 id repeated") && said(result).contains("5 id required"))
        #expect(try await city.value("population", "001215000021", "name")?.utf8.count == name.precomposedStringWithCanonicalMapping.utf8.count)
    }
}
