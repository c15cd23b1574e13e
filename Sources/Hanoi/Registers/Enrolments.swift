// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who learns where in a school year, in which class, and how the year ended.
///
/// The key is the student's code and the year, and a record lies within its year: so nobody is at two schools at once, by construction and at any size of file.
/// Who changes schools within the year changes this record; its history keeps the school before.
public enum Enrolments: RegisterDeclaration {
    public static let register = Register(
        "enrolment", ["vi": "Nhập học", "en": "Enrolments"],
        [
            "vi": "Mỗi học sinh mỗi năm học một hồ sơ: trường, lớp, tình trạng, kết quả. Chuyển trường thì đổi trường trong hồ sơ.",
            "en": "One record a student and school year: school, class, state and result. A transfer changes the school in it.",
        ],
        keptBy: Keepers.education,
        under: [
            "vi": "Luật Giáo dục 43/2019/QH14; Thông tư 22/2021 và 27/2020/TT-BGDĐT về đánh giá học sinh",
            "en": "Law on Education 43/2019/QH14; Circulars 22/2021 and 27/2020/TT-BGDĐT on assessment",
        ], updated: .weekly,
        key: Field(
            "number", .code(CodePattern(Students.code.parts + [.text("-"), .digits(4...4)])), ["vi": "Số nhập học", "en": "Enrolment number"], .official,
            alsoCalled: ["Mã nhập học"],
            hint: ["vi": "Mã học sinh, gạch nối, năm đầu của năm học: 0126000001-2026.", "en": "Student code, hyphen, the school year's first year: 0126000001-2026."]),
        fields: [
            Field(
                "student", .reference("student"), ["vi": "Mã học sinh", "en": "Student"], .official, filtered: true, lasting: true,
                alsoCalled: ["Mã HS", "Mã định danh học sinh", "Mã định danh Bộ GDĐT", "Mã định danh Bộ GD&ĐT", "Mã học sinh trên CSDL ngành"]),
            Field(
                "school", .reference("school"), ["vi": "Trường", "en": "School"], .official, filtered: true, lasting: true,
                alsoCalled: ["Mã trường", "Trường học", "Mã cơ sở giáo dục", "Mã CSGD", "Mã trường học"], hint: ["vi": "Mã trường.", "en": "The school's code."]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã của trường", "en": "The school's commune"], .official, counted: true, jurisdiction: true,
                alsoCalled: ["Phường, xã", "Mã xã"]),
            Field(
                "school_year", .code(CodePattern([.digits(4...4), .text("-"), .digits(4...4)])), ["vi": "Năm học", "en": "School year"], .official, alsoCalled: ["Niên khóa"],
                hint: ["vi": "Ví dụ 2026-2027.", "en": "Such as 2026-2027."]),
            Field("grade", .choice(grades), ["vi": "Khối", "en": "Grade"], .official, counted: true, alsoCalled: ["Khối lớp", "Khối học"]),
            Field(
                "class", .text(max: 30), ["vi": "Lớp", "en": "Class"], .official, alsoCalled: ["Lớp học", "Tên lớp", "Lớp đang học"],
                hint: ["vi": "Ví dụ 5A2.", "en": "Such as 5A2."]),
            Field("from", .day, ["vi": "Học từ ngày", "en": "From"], .official, alsoCalled: ["Từ ngày", "Ngày nhập học", "Ngày vào học", "Ngày vào trường", "Ngày bắt đầu"]),
            Field(
                "until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .official, alsoCalled: ["Đến ngày", "Ngày kết thúc", "Học đến ngày"],
                hint: ["vi": "Năm học tính từ 1/8 đến 31/7.", "en": "School years run from 1 August to 31 July."]),
            Field(
                "state", .choice(states), ["vi": "Tình trạng", "en": "State"], .official, counted: true,
                alsoCalled: ["Trạng thái", "Trạng thái học sinh", "Tình trạng học sinh", "Trạng thái học tập"]),
            Field(
                "result", .choice(results), ["vi": "Kết quả năm học", "en": "Result of the year"], .personal, when: .init("state", "completed"),
                alsoCalled: ["Kết quả", "Kết quả cuối năm", "Kết quả xét lên lớp"]),
        ],
        rules: [
            Rule(
                "number", at: "number", ["vi": "Số nhập học phải là mã học sinh và năm đầu của năm học.", "en": "The number must be the student's code and the year's first year."]
            ) { item, _ in
                item["number"].plain == "\(item["student"].plain)-\(item["school_year"].plain.prefix(4))"
            },
            Rule("year", at: "school_year", ["vi": "Năm học gồm hai năm liền nhau.", "en": "A school year spans two consecutive years."]) { item, _ in
                let years = item["school_year"].plain.split(separator: "-").compactMap { Int($0) }
                return years.count == 2 && years[0] + 1 == years[1]
            },
            Rule("begins", at: "from", ["vi": "Ngày bắt đầu phải trong năm học, từ 1/8.", "en": "The first day lies in the school year, from 1 August."]) { item, _ in
                guard let from = item["from"].day, let year = year(item) else { return true }
                return year.contains(from)
            },
            Rule("ends", at: "until", ["vi": "Ngày kết thúc phải trong năm học, chậm nhất 31/7.", "en": "The last day lies in the school year, 31 July at the latest."]) {
                item, _ in
                guard let until = item["until"].day, let year = year(item) else { return true }
                return year.contains(until)
            },
            Rule("order", at: "until", ["vi": "Ngày kết thúc phải sau ngày bắt đầu.", "en": "The last day must come after the first."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until >= from
            },
            Rule("class", at: "class", ["vi": "Tên lớp khác với khối.", "en": "The class's name differs from the grade."], .doubt) { item, _ in
                guard item["grade"].string != "nursery", let number = grade(ofClass: item["class"].plain) else { return true }
                return number == item["grade"].plain
            },
        ],
        agreements: [
            Agreement("commune", with: "commune", of: "school", ["vi": "Phường, xã phải là phường, xã của trường.", "en": "The commune must be the school's."])
        ],
        questions: [
            Question("studying", ["vi": "Có đang học không?", "en": "Is this student at school?"], withoutRecord: false) { item, reading in
                guard item["state"].string == "studying", let from = item["from"].day, let until = item["until"].day else { return false }
                return (from...max(from, until)).contains(reading.day)
            },
            Question("completed", ["vi": "Đã học xong năm học này chưa?", "en": "Has the student completed this year?"], withoutRecord: false) { item, _ in
                item["state"].string == "completed" && item["result"].string != "retained"
            },
        ],
        term: "until",
        checks: [
            Check("result-due", dueFrom: ["vi": "Sắp hết năm học mà chưa ghi kết quả", "en": "The school year is about to end and no result is entered"]) { found, _ in
                // After its last day the record leaves the lists, so it is asked for before.
                found["state"].string == "studying" ? found["until"].day.map { $0 + -15 } : nil
            },
            Check("school-closed", .contradictory, ["vi": "Đang học ở trường đã thôi hoạt động", "en": "Studies at a school that has closed"], through: ["school"]) {
                found, records, reading in
                guard found["state"].string == "studying" else { return true }
                return try records.find("school", found["school"].plain).map { $0["closed"].day.map { reading.today <= $0 } ?? true } ?? false
            },
            Check("wrong-level", .contradictory, ["vi": "Trường không có khối này", "en": "The school does not teach this grade"], through: ["school"]) { found, records, _ in
                try records.find("school", found["school"].plain).map { Schools.teaches($0["level"].plain, grade: found["grade"].plain) } ?? true
            },
            Check("student-gone", .contradictory, ["vi": "Học sinh không còn trong sổ", "en": "The student is no longer in the register"], through: ["student"]) {
                found, records, _ in
                try found["state"].string != "studying" || records.find("student", found["student"].plain) != nil
            },
        ],
        arrivals: true, completions: completions,
        comparisons: Heads.person("student", "person", names: ["Họ và tên học sinh", "Họ tên học sinh", "Tên học sinh"]),
        lists: OwnLists(by: ["school", "school_year"], open: ("state", "studying")), label: ["class", "school_year"],
        example: [
            "number": .string("0126000001-2026"), "student": .string("0126000001"), "school": .string("01000042"), "commune": .string("00004"),
            "school_year": .string("2026-2027"), "grade": .string("5"), "class": .string("5A2"), "from": .string("2026-09-05"), "until": .string("2027-05-31"),
            "state": .string("studying"),
        ])

    /// A school's own class list names the pupil and the class; the rest follows.
    private static let completions: [Completion] = [
        Completion("commune", through: "school", "commune"),
        // Classes of kindergartens have numbers too: “Lá 1”, “Nhà trẻ D12”.
        Completion("grade", beside: (reference: "school", field: "level")) { cells, _ in
            guard let name = cells["class"], !name.isEmpty else { return nil }
            return cells["school.level"] == "kindergarten" ? "nursery" : grade(ofClass: name)
        },
        Completion("from") { cells, _ in firstYear(cells).map { "\($0)-09-05" } }, Completion("until") { cells, _ in firstYear(cells).map { "\($0 + 1)-05-31" } },
        Completion("state") { _, _ in "studying" },
        Completion("number") { cells, _ in
            guard let student = cells["student"], !student.isEmpty else { return nil }
            return firstYear(cells).map { "\(student)-\($0)" }
        },
    ]

    /// The number at the beginning of a class's name: “5A2”, “Lớp 5 A2”. Nil where it does not begin with a grade.
    static func grade(ofClass name: String) -> String? {
        var rest = name.folded[...]
        if rest.hasPrefix("lop") { rest = rest.dropFirst(3).drop { $0 == " " } }
        guard let number = Int(rest.prefix { $0.isNumber }), (1...12).contains(number) else { return nil }
        return String(number)
    }

    private static func firstYear(_ cells: [String: String]) -> Int? { cells["school_year"].flatMap { Int($0.prefix(4)) } }

    static let grades: [Choice] =
        [Choice("nursery", ["vi": "Mầm non", "en": "Kindergarten"], alsoCalled: ["MN", "Mẫu giáo", "Nhà trẻ"])]
        + (1...12).map { Choice("\($0)", Text(vi: "Lớp \($0)", en: "Class \($0)"), alsoCalled: ["Khối \($0)"]) }

    static let states = [
        Choice("studying", ["vi": "Đang học", "en": "Studying"], alsoCalled: ["Đang theo học", "Đang học tập"]),
        Choice(
            "transferred", ["vi": "Đã chuyển ra ngoài thành phố", "en": "Transferred out of the city"], alsoCalled: ["Chuyển ra ngoài thành phố", "Chuyển đi ngoài thành phố"]),
        Choice("left", ["vi": "Thôi học", "en": "Left school"], alsoCalled: ["Nghỉ học", "Bỏ học"]),
        Choice("completed", ["vi": "Đã học xong năm học", "en": "Completed the year"], alsoCalled: ["Hoàn thành năm học", "Đã hoàn thành"]),
    ]

    static let results = [
        Choice("promoted", ["vi": "Được lên lớp", "en": "Promoted"], alsoCalled: ["Lên lớp", "Đủ điều kiện lên lớp"]),
        Choice("retained", ["vi": "Ở lại lớp", "en": "Repeats the year"], alsoCalled: ["Lưu ban", "Không được lên lớp"]),
        Choice("finished", ["vi": "Hoàn thành cấp học, tốt nghiệp", "en": "Finished the level"], alsoCalled: ["Tốt nghiệp", "Hoàn thành cấp học"]),
    ]

    /// The days of the record's school year: no two of them overlap.
    private static func year(_ item: Item.Fields) -> ClosedRange<Day>? {
        guard let first = Int(item["school_year"].plain.prefix(4)), let begin = Day(year: first, month: 8, day: 1), let end = Day(year: first + 1, month: 7, day: 31) else {
            return nil
        }
        return begin...end
    }
}
