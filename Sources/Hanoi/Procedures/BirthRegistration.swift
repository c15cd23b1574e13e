// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A child's birth, registered by its mother or father.
enum BirthRegistration: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.001193", ["vi": "Đăng ký khai sinh", "en": "Registration of birth"], need: ["vi": "Khai sinh cho con", "en": "Registering a child's birth"],
        words: ["giấy khai sinh", "em bé", "mới sinh"],
        on: Occasions.birth, under: ["vi": "Luật Hộ tịch 60/2014/QH13, Điều 13 đến 16", "en": "Law on Civil Status 60/2014/QH13, articles 13 to 16"],
        decidedBy: CityOffices.communeCommittee,
        at: .home, about: [.oneself],
        facts: [Legal.person, Legal.home, Fact(.records("civil-event", where: "husband"), "wife", "day"), Fact(.records("civil-event", where: "wife"), "husband", "day")],
        questions: [
            Field("child_name", .name, ["vi": "Họ và tên của con", "en": "The child's full name"], .personal),
            Field("born_on", .day, ["vi": "Con sinh ngày", "en": "Born on"], .personal),
            Field("child_sex", .choice(Population.sexes), ["vi": "Con trai hay con gái", "en": "Boy or girl"], .personal),
            Field("child_ethnicity", .choice(Ethnicities.all), ["vi": "Dân tộc của con", "en": "The child's ethnic group"], .personal),
            Field(
                "other_parent", .reference("population"), ["vi": "Số định danh của người cha hoặc mẹ kia", "en": "ID number of the other parent"], .personal, required: false,
                hint: [
                    "vi": "Để trống nếu hai người đã đăng ký kết hôn tại thành phố: sổ đã có. Cũng để trống nếu không khai.",
                    "en": "Leave empty if you married in this city: the register has it. Also if you do not name one.",
                ]),
        ],
        papers: [
            Paper(
                "certificate", ["vi": "Giấy chứng sinh, hoặc văn bản thay thế", "en": "Certificate of the hospital, or what stands for it"],
                because: ["vi": "cơ sở y tế cấp trên giấy", "en": "the hospital gives it on paper"])
        ],
        within: Legal.within(
            .sameDay(until: 15 * 60), ["vi": "Luật Hộ tịch 2014, Điều 16; Nghị định 123/2015/NĐ-CP", "en": "Law on Civil Status 2014, article 16; Decree 123/2015/NĐ-CP"]),
        fees: Legal.free(["vi": "Luật Hộ tịch 2014, Điều 11: miễn khi đúng hạn", "en": "Law on Civil Status 2014, article 11: none when in time"]),
        findings: [
            Field(
                "child_id", .citizenID, ["vi": "Số định danh cấp cho con", "en": "ID number given to the child"], .personal,
                hint: ["vi": "12 chữ số do cơ quan quản lý căn cước cấp.", "en": "12 digits, given by the identity office."]),
            Field("book", .text(max: 40), ["vi": "Số, quyển sổ hộ tịch", "en": "Number in the book"], .official, required: false),
        ],
        result: ["vi": "Giấy khai sinh", "en": "Birth certificate"], writes: ["civil-event"], fourEyes: true,
        check: { application, records, reading in
            var objections: [Objection] = []
            if let day = application["born_on"].day, day > reading.today {
                objections.append(Legal.objection("born_on", "future", "Ngày sinh không thể ở tương lai.", "The birth cannot lie in the future."))
            }
            if let other = application["other_parent"].string {
                if other == application.subject.key { objections.append(Legal.objection("other_parent", "same", "Đây là số của chính bạn.", "This is your own number.")) }
                if try records.find("population", other) == nil {
                    objections.append(Legal.objection("other_parent", "reference", "Không có người này trong sổ dân cư.", "This person is not in the population register."))
                }
            }
            if let child = application["child_id"].string, try !records.all("civil-event", where: "child", is: child).isEmpty {
                objections.append(Legal.objection("child_id", "born", "Số này đã cấp cho trẻ khác.", "This number was given to another child."))
            }
            return objections
        },
        entries: { application, records, _ in
            let other = try application["other_parent"].string ?? spouse(application.subject.key, records)
            let isMother = application.subject["sex"].string == "female"
            let own = Value.string(application.subject.key)
            let others = other.map(Value.string) ?? .null
            return [
                .put(
                    "civil-event", try records.newKey("civil-event"),
                    [
                        "kind": .string("birth"), "day": application["born_on"], "commune": .string(application.unit), "book": application["book"],
                        "child": application["child_id"],
                        "name": application["child_name"], "sex": application["child_sex"], "ethnicity": application["child_ethnicity"], "mother": isMother ? own : others,
                        "father": isMother ? others : own,
                    ], from: application["born_on"].day)
            ]
        },
        example: [
            "child_name": .string("Nguyễn Minh Anh"), "born_on": .string("2026-11-20"), "child_sex": .string("female"), "child_ethnicity": .string("01"),
        ])

    /// The husband or wife of a standing marriage.
    static func spouse(_ person: String, _ records: any Records) throws -> String? {
        for (role, other) in [("husband", "wife"), ("wife", "husband")] {
            if let marriage = try records.all("civil-event", where: role, is: person).first(where: { $0["kind"].string == "marriage" && $0["ended"].isNull }) {
                return marriage[other].string
            }
        }
        return nil
    }
}
