// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A child begins school. No national code was at hand; this one is the city's own.
enum SchoolEnrolment: ProcedureDeclaration {
    static let procedure = Procedure(
        "9.000002", ["vi": "Đăng ký dự tuyển đầu cấp", "en": "Enrolment in a first class"], need: ["vi": "Đăng ký cho con vào lớp đầu cấp", "en": "Enrolling a child in school"],
        words: ["tuyển sinh", "vào lớp 1", "lớp 6", "mầm non", "nhập học", "ghi danh"], on: Occasions.school,
        under: [
            "vi": "Luật Giáo dục 43/2019/QH14, Điều 28; kế hoạch tuyển sinh hằng năm của thành phố", "en": "Law on Education 43/2019/QH14, article 28; the city's yearly plan",
        ],
        decidedBy: CityOffices.education, at: .city, about: [.child],
        facts: [Legal.person, Legal.home, Fact(.records("residence", where: "person"), "kind", "address", "from")],
        questions: [
            Field("class_wanted", .choice(classes), ["vi": "Vào lớp", "en": "Class"], .personal),
            Field("first_choice", .text(max: 150), ["vi": "Trường muốn học, thứ nhất", "en": "School wanted, first"], .personal),
            Field("second_choice", .text(max: 150), ["vi": "Trường muốn học, thứ hai", "en": "School wanted, second"], .personal, required: false),
        ],
        papers: [
            Paper(
                "report", ["vi": "Học bạ lớp trước", "en": "Report of the class before"], because: ["vi": "trường cũ giữ", "en": "the former school keeps it"],
                when: .init("class_wanted", "6"))
        ],
        within: Legal.within(.workingDays(10), ["vi": "Kế hoạch tuyển sinh của thành phố", "en": "The city's enrolment plan"]),
        fees: Legal.free(["vi": "Luật Giáo dục 2019, Điều 99", "en": "Law on Education 2019, article 99"]),
        findings: Schooling.findings,
        result: ["vi": "Giấy báo trúng tuyển", "en": "Letter of admission"], writes: Schooling.writes,
        check: { application, records, reading in
            var objections = try Schooling.objections(application, grade: application["class_wanted"].plain, records)
            if let standing = try Schooling.enrolment(application.subject.key, on: application.day, records) { objections.append(enrolled(standing)) }
            guard let born = (PartialDay(application.subject["birth"].plain)?.first.year) else { return objections }
            // By the year of birth, as enrolment goes; a year later is admitted, earlier is not.
            let ages = ["nursery": 3...5, "1": 6...8, "6": 11...13]
            if let age = ages[application["class_wanted"].plain], !age.contains(reading.today.year - born) {
                objections.append(Legal.objection("class_wanted", "age", "Con không ở độ tuổi vào lớp này.", "The child is not of the age for this class."))
            }
            return objections
        },
        entries: { application, records, _ in
            if let standing = try Schooling.enrolment(application.subject.key, on: application.day, records) { throw enrolled(standing) }
            return try Schooling.entries(application, grade: application["class_wanted"].plain, records)
        },
        example: ["class_wanted": .string("nursery"), "first_choice": .string("Mầm non Ví Dụ")])

    private static func enrolled(_ enrolment: Found) -> Objection {
        let (grade, year) = (enrolment["class"].plain, enrolment["school_year"].plain)
        return Legal.objection(
            "", "enrolled", "Con đã có tên ở lớp \(grade) năm học \(year); muốn đổi trường thì làm thủ tục chuyển trường.",
            "The child is enrolled in class \(grade) for \(year); for another school ask for a transfer.")
    }

    static let classes = [
        Choice("nursery", ["vi": "Mầm non", "en": "Nursery"]), Choice("1", ["vi": "Lớp 1", "en": "Class 1"]), Choice("6", ["vi": "Lớp 6", "en": "Class 6"]),
    ]
}
