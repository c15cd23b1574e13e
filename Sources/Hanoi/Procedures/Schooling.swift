// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// What a decision on a place at school enters: the pupil's code where there is none yet, and the enrolment of the school year.
enum Schooling {
    /// What the office adds: the school that takes the pupil, the class there, and the code of a pupil who is new to the city's schools.
    static let findings: [Field] = [
        Field(
            "school_given", .reference("school"), ["vi": "Trường nhận", "en": "School"], .official,
            hint: ["vi": "Mã trường, ví dụ 01000042.", "en": "The school's code, such as 01000042."]),
        Field("class_given", .text(max: 30), ["vi": "Xếp vào lớp", "en": "Class there"], .official, hint: ["vi": "Ví dụ 1A2.", "en": "Such as 1A2."]),
        Field(
            "student_code", .code(Students.code), ["vi": "Mã học sinh mới cấp", "en": "New student code"], .official, required: false,
            hint: ["vi": "Chỉ ghi khi học sinh chưa có mã: 10 chữ số, bắt đầu bằng 01.", "en": "Only for a pupil who has none yet: 10 digits that begin with 01."]),
    ]

    static let writes = ["student", "enrolment"]

    /// The enrolment of somebody in the school year that a decision of this day is for.
    static func enrolment(_ person: String, on day: Day, _ records: any Records) throws -> Found? {
        guard let student = try student(person, records) else { return nil }
        return try records.find("enrolment", "\(student.key)-\(firstYear(on: day))")
    }

    /// Whether the school that was chosen is open and has such a class, and the pupil has one code and only one.
    static func objections(_ application: Application, grade: String, _ records: any Records) throws -> [Objection] {
        guard let code = application["school_given"].string else { return [] }
        guard let school = try records.find("school", code) else {
            return [Legal.objection("school_given", "reference", "Sổ cơ sở giáo dục không có trường mang mã này.", "The register of schools has no school of this code.")]
        }
        if let closed = school["closed"].day, closed < application.day {
            return [Legal.objection("school_given", "closed", "Trường này đã thôi hoạt động.", "This school has closed.")]
        }
        var objections: [Objection] = []
        if !Schools.teaches(school["level"].plain, grade: grade) {
            objections.append(Legal.objection("school_given", "level", "Trường này không có khối lớp ấy.", "This school does not teach that class."))
        }
        let given = application["student_code"].string
        if let known = try student(application.subject.key, records) {
            if let given, given != known.key {
                objections.append(Legal.objection("student_code", "has-one", "Học sinh đã có mã \(known.key).", "The pupil has the code \(known.key) already."))
            }
        } else if let given {
            if try records.find("student", given) != nil {
                objections.append(Legal.objection("student_code", "exists", "Mã này là của học sinh khác.", "This code is another pupil's."))
            }
        } else {
            objections.append(Legal.objection("student_code", "required", "Học sinh chưa có mã: cấp mã học sinh.", "The pupil has no code yet: give one."))
        }
        return objections
    }

    /// Who changes schools within the year keeps the enrolment of that year: its history has the school before.
    static func entries(_ application: Application, grade: String, _ records: any Records) throws -> [Consequence] {
        if let objection = try objections(application, grade: grade, records).first { throw objection }
        guard let school = try records.find("school", application["school_given"].plain) else { return [] }
        let person = application.subject.key
        let known = try student(person, records)
        let code = known?.key ?? application["student_code"].plain
        let year = firstYear(on: application.day)
        let key = "\(code)-\(year)"
        var place: [String: Value] = [
            "school": .string(school.key), "commune": school["commune"], "class": application["class_given"], "state": .string("studying"), "result": .null,
        ]
        if try records.find("enrolment", key) == nil {
            let (begins, ends) = (Day(year: year, month: 9, day: 5)!, Day(year: year + 1, month: 5, day: 31)!)
            place["student"] = .string(code)
            place["school_year"] = .string("\(year)-\(year + 1)")
            place["grade"] = .string(grade)
            place["from"] = .string(max(begins, application.day).description)
            place["until"] = .string(ends.description)
        }
        let enrolment = Consequence.put("enrolment", key, place)
        guard known == nil else { return [enrolment] }
        let values: [String: Value] = ["person": .string(person), "commune": application.subject["commune"], "entered": .string(application.day.description)]
        return [.put("student", code, values), enrolment]
    }

    private static func student(_ person: String, _ records: any Records) throws -> Found? { try records.all("student", where: "person", is: person).first }

    /// From June on places are given for the coming school year.
    private static func firstYear(on day: Day) -> Int { day.parts.month >= 6 ? day.year : day.year - 1 }
}
