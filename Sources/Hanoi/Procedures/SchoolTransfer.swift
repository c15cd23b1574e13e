// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A pupil changes school.
enum SchoolTransfer: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.002854", ["vi": "Chuyển trường và tiếp nhận học sinh", "en": "Transfer of a pupil"], need: ["vi": "Chuyển trường cho con", "en": "Another school for a child"],
        words: ["chuyển trường", "xin học", "nhập học"], on: Occasions.school,
        under: ["vi": "Thông tư 50/2021/TT-BGDĐT; Luật Giáo dục 43/2019/QH14", "en": "Circular 50/2021/TT-BGDĐT; Law on Education 43/2019/QH14"], decidedBy: CityOffices.education,
        at: .city, about: [.child], facts: [Legal.person, Legal.home],
        questions: [
            Field("school_now", .text(max: 150), ["vi": "Trường đang học", "en": "Present school"], .personal),
            Field("school_wanted", .text(max: 150), ["vi": "Trường xin chuyển đến", "en": "School wanted"], .personal),
            Field("grade", .integer(1...12), ["vi": "Lớp", "en": "Grade"], .personal), Field("moved_because", .text(max: 300), ["vi": "Lý do", "en": "Reason"], .personal),
        ],
        papers: [Paper("report", ["vi": "Học bạ", "en": "School report"], because: ["vi": "trường đang học giữ", "en": "the present school keeps it"])],
        within: Legal.within(.workingDays(5), ["vi": "Thông tư 50/2021/TT-BGDĐT", "en": "Circular 50/2021/TT-BGDĐT"]),
        fees: Legal.free(["vi": "Luật Giáo dục 2019", "en": "Law on Education 2019"]), findings: Schooling.findings,
        result: ["vi": "Giấy tiếp nhận học sinh", "en": "Letter of acceptance"], writes: Schooling.writes,
        check: { application, records, reading in
            var objections = try Schooling.objections(application, grade: application["grade"].plain, records)
            if let age = Legal.age(application.subject, reading), age < 5 || age > 20 {
                objections.append(Legal.objection("", "age", "Người này không ở tuổi học phổ thông.", "This person is not of school age."))
            }
            // Who comes from outside the city has no enrolment here yet.
            guard let standing = try Schooling.enrolment(application.subject.key, on: application.day, records) else { return objections }
            if standing["grade"].string != application["grade"].plain {
                objections.append(
                    Legal.objection("grade", "grade", "Sổ nhập học ghi lớp \(standing["class"].plain).", "The register of enrolments says class \(standing["class"].plain)."))
            }
            if standing["school"].string == application["school_given"].string {
                objections.append(Legal.objection("school_given", "same", "Học sinh đang học ở chính trường này.", "The pupil is at this school already."))
            }
            return objections
        },
        entries: { application, records, _ in try Schooling.entries(application, grade: application["grade"].plain, records) },
        example: ["school_now": .string("Tiểu học Ví Dụ"), "school_wanted": .string("Tiểu học Mẫu"), "grade": .integer(3), "moved_because": .string("Chuyển nhà")])
}
