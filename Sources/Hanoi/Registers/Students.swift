// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Everyone who learns at a school of the city, from kindergarten to class 12; which school stands with each enrolment.
public enum Students: RegisterDeclaration {
    public static let register = Register(
        "student", ["vi": "Học sinh", "en": "Students"],
        [
            "vi": "Trẻ mầm non và học sinh phổ thông với mã học sinh dùng suốt các cấp học; trường, lớp ghi ở sổ nhập học.",
            "en": "Children in kindergartens and schools, each with one student code for all levels; school and class stand with the enrolments.",
        ],
        keptBy: Keepers.education,
        under: ["vi": "Luật Giáo dục 43/2019/QH14; Thông tư 42/2021/TT-BGDĐT", "en": "Law on Education 43/2019/QH14; Circular 42/2021/TT-BGDĐT"], updated: .monthly,
        key: Field(
            "code", .code(code), ["vi": "Mã học sinh", "en": "Student code"], .official,
            alsoCalled: ["Mã định danh học sinh", "Mã HS", "Mã định danh Bộ GDĐT", "Mã định danh Bộ GD&ĐT", "Mã học sinh trên CSDL ngành"],
            hint: ["vi": "10 chữ số, bắt đầu bằng 01.", "en": "10 digits that begin with 01."]),
        fields: [
            Field(
                "person", .reference("population"), ["vi": "Số định danh của học sinh", "en": "The student's personal ID"], .personal, filtered: true, lasting: true,
                alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Số định danh học sinh"),
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã nơi ở", "en": "Ward or commune of residence"], .official, counted: true, jurisdiction: true,
                alsoCalled: ["Phường, xã", "Nơi ở", "Phường, xã thường trú", "Phường", "Xã", "Mã xã"]),
            Field("entered", .day, ["vi": "Ngày cấp mã", "en": "Code given on"], .official, alsoCalled: ["Ngày cấp mã học sinh", "Ngày cấp mã định danh"]),
        ],
        rules: [
            Rule("entered", at: "entered", ["vi": "Ngày cấp mã không thể ở tương lai.", "en": "The code cannot be given in the future."]) { item, reading in
                item["entered"].day.map { $0 <= reading.today } ?? true
            }
        ],
        questions: [Question("student", ["vi": "Có mã học sinh của thành phố không?", "en": "Is there a student with this code?"], withoutRecord: false) { _, _ in true }],
        checks: [
            Check("twice", .duplicate, ["vi": "Một người có hai mã học sinh", "en": "One person with two student codes"], through: ["person"]) { found, records, _ in
                try records.all("student", where: "person", is: found["person"].plain).count < 2
            },
            Check("person-gone", .contradictory, ["vi": "Người này không còn trong sổ dân cư", "en": "This person is no longer in the population register"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain) != nil
            },
            Check("moved", .contradictory, ["vi": "Sổ dân cư ghi phường, xã khác", "en": "The population register names another commune"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain).map { $0["commune"] == found["commune"] } ?? true
            },
            Check(
                "no-school", .contradictory,
                ["vi": "Ở tuổi phổ cập (6 đến 14) mà chưa nhập học trường nào", "en": "Of compulsory school age (6 to 14) and at no school"], through: ["person"]
            ) { found, records, reading in
                // In August the next school year's enrolments are still being entered.
                guard reading.today.parts.month != 8, let person = try records.find("population", found["person"].plain), let age = age(person, reading), (6...14).contains(age)
                else { return true }
                return try records.all("enrolment", where: "student", is: found.key).contains { enrolment in
                    enrolment["state"].string == "studying" && (enrolment["until"].day.map { reading.today <= $0 } ?? false)
                }
            },
            Check("grown-up", .outdated, ["vi": "Đã quá 22 tuổi: xem lại còn học hay không", "en": "Older than 22: still a student?"], through: ["person"]) {
                found, records, reading in
                guard let person = try records.find("population", found["person"].plain), let age = age(person, reading) else { return true }
                return age <= 22
            },
        ],
        arrivals: true, completions: [Completion("commune", through: "person", "commune"), Completion("entered") { _, reading in reading.today.description }],
        comparisons: Heads.person("person", names: ["Họ và tên học sinh", "Họ tên học sinh", "Tên học sinh"]),
        label: ["person"],
        example: ["code": .string("0126000001"), "person": .string("001316123456"), "commune": .string("00004"), "entered": .string("2022-09-05")])

    static let code = CodePattern([.text("01"), .digits(8...8)])

    /// By the year of birth, as school years go.
    private static func age(_ person: Found, _ reading: Reading) -> Int? { PartialDay(person["birth"].plain).map { reading.today.year - $0.first.year } }
}
