// SPDX-License-Identifier: Apache-2.0
import Civic
import Registers
import Store
import Testing

@Suite("People without their ID")
struct RecognisingTests {
    @Test(arguments: [
        ("Nguyễn Văn An", "NGUYỄN VĂN AN", 0), ("Nguyen Van An", "Nguyễn Văn An", 1), ("Nguyễn Vănn An", "Nguyễn Văn An", 2), ("Nguyễn Vna An", "Nguyễn Văn An", 2),
        ("Văn An Nguyễn", "Nguyễn Văn An", 2), ("Nguyễn An", "Nguyễn Văn An", 3), ("Nguyễn Thị An", "Nguyễn Văn An", 3), ("Lê Văn Bình", "Nguyễn Văn An", 4),
    ]) func `names agree so well`(left: String, right: String, level: Int) {
        #expect(Matching.nameLevel(left.lowercased(), right.lowercased(), foldedLeft: left.folded, foldedRight: right.folded) == level)
    }

    @Test(arguments: [
        ("1990-02-03", "1990-02-03", 0), ("1990-02-03", "1990-03-02", 1), ("1990-02-03", "1990-02-23", 2), ("1991-02-03", "1990-02-03", 2), ("1990", "1990-02-03", 3),
        ("1990-05-06", "1990-02-03", 3), ("1990", "1990", 2), ("1991-05-06", "1990-02-03", 4),
    ]) func `days agree so well`(left: String, right: String, level: Int) {
        #expect(Matching.dayLevel(PartialDay(left)!, PartialDay(right)!) == level)
    }

    @Test func `addresses agree by their words and numbers`() {
        func level(_ left: String, _ right: String) -> Int { Matching.addressLevel(Matching.addressWords(left), Matching.addressWords(right)) }
        #expect(level("Số 12, phố Kim Mã, tổ dân phố 5", "12 P. Kim Mã, tổ 5") == 0)
        #expect(level("Số 12, phố Kim Mã, tổ dân phố 5", "12 Kim Ma") == 1)
        #expect(level("Số 12, phố Kim Mã", "Số 3, ngõ 5, đường Đội Cấn") == 2)
    }

    private func lines(_ values: [[String: String]]) -> [Unrecognised] { values.enumerated().map { Unrecognised(line: $0.offset + 2, values: $0.element) } }

    @Test func `the same person is recognised through slips, a stranger is not, and whoever is shown sees the look`() async throws {
        let city = try ScratchCity.full()
        let found = try city.registry.recognise(
            "population",
            lines([
                ["name": "NGUYEN VAN AN", "birth": "02/01/1990", "sex": "male", "commune": "00004"],
                ["name": "Đặng Thị Hoà", "birth": "1992-06-05", "sex": "female", "phone": "0912345678"],
                ["name": "Trần Quang Khải", "birth": "1975-12-12", "sex": "male", "commune": "00004"],
                ["name": "", "birth": ""],
            ]), by: ScratchCity.operator_, door: "test")
        #expect(found.map(\.decision) == [.same, .same, .none, .none])
        #expect(found[0].candidates[0].key == "001090000001" && found[1].candidates[0].key == "001192000002")
        let row = found[0].candidates[0].row
        #expect(try city.database.read { try city.registry.reads(of: row, in: "population", limit: 9, on: $0) }.contains { $0.asked == "match" })
    }

    @Test func `twins, and two lines for one person, are for somebody to look at`() async throws {
        let city = try ScratchCity.full()
        for key in ["001205000011", "001205000012"] {
            try city.put(
                "population", key,
                ["name": "Lê Gia Bảo", "birth": "2005-05-05", "sex": "male", "ethnicity": "01", "household": "1000000002", "relation": "child", "commune": "00008"])
        }
        let an = ["name": "Nguyễn Văn An", "birth": "1990-01-02", "sex": "male", "commune": "00004"]
        let found = try city.registry.recognise(
            "population", lines([["name": "Lê Gia Bảo", "birth": "05/05/2005", "sex": "male", "commune": "00008"], an, an]), by: ScratchCity.operator_, door: "test")
        #expect(found.map(\.decision) == [.review, .review, .review])
        #expect(Set(found[0].candidates.prefix(2).map(\.key)) == ["001205000011", "001205000012"])
    }

    @Test func `it is for those who may see the whole register's persons, and a register must say how`() throws {
        let city = try ScratchCity.full()
        let ward = Authority(.officer, id: "officer:x", name: "", grants: [Grant("population", [.read, .personal], unit: "00004")], purpose: Purpose.find("correction"))
        #expect(throws: RegisterError.self) { try city.registry.recognise("population", lines([["name": "An"]]), by: ward, door: "test") }
        #expect(throws: RegisterError.self) { try city.registry.recognise("household", lines([["name": "An"]]), by: ScratchCity.operator_, door: "test") }
    }
}
