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

/// A birth that was registered once, whose book and papers are lost.
enum BirthRegistrationAgain: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.004884", ["vi": "Đăng ký lại khai sinh", "en": "Registering a birth again"],
        need: ["vi": "Mất giấy khai sinh và sổ gốc cũng mất", "en": "Both birth certificate and book are lost"],
        words: ["mất khai sinh", "khai sinh lại"], on: Occasions.papers,
        under: ["vi": "Nghị định 123/2015/NĐ-CP, Điều 24 đến 26", "en": "Decree 123/2015/NĐ-CP, articles 24 to 26"],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself, .child], facts: [Legal.person, Legal.home],
        questions: [
            Field("mother_id", .reference("population"), ["vi": "Số định danh của mẹ", "en": "Mother's ID number"], .personal, required: false),
            Field("father_id", .reference("population"), ["vi": "Số định danh của cha", "en": "Father's ID number"], .personal, required: false),
            Field("registered_at", .text(max: 200), ["vi": "Trước đây đăng ký ở đâu, năm nào", "en": "Where and when it was registered first"], .personal),
        ],
        papers: [
            Paper("old", ["vi": "Giấy tờ cũ có thông tin khai sinh, nếu còn", "en": "Old papers that tell of the birth, if any are left"], because: Legal.scan, required: false)
        ],
        within: Legal.within(.workingDays(5), ["vi": "Nghị định 123/2015/NĐ-CP, Điều 26", "en": "Decree 123/2015/NĐ-CP, article 26"]), fees: Legal.free(Legal.civilStatus),
        findings: [Field("book", .text(max: 40), ["vi": "Số, quyển sổ hộ tịch", "en": "Number in the book"], .official, required: false)],
        result: ["vi": "Giấy khai sinh", "en": "Birth certificate"], writes: ["civil-event"],
        check: { application, records, _ in
            var objections: [Objection] = []
            if try !records.all("civil-event", where: "child", is: application.subject.key).isEmpty {
                objections.append(
                    Legal.objection("", "exists", "Sổ hộ tịch có khai sinh này: chỉ cần xin trích lục.", "The register holds this birth: ask for an extract instead."))
            }
            if application["mother_id"].isNull, application["father_id"].isNull {
                objections.append(Legal.objection("mother_id", "parent", "Ghi ít nhất mẹ hoặc cha.", "Name the mother or the father at least."))
            }
            if application.subject["birth"].plain.utf8.count != 10 {
                objections.append(
                    Legal.objection(
                        "", "birth", "Sổ dân cư chưa có đủ ngày, tháng sinh; cải chính trước.", "The population register lacks the day of birth; have it corrected first."))
            }
            return objections
        },
        entries: { application, records, _ in
            [
                .put(
                    "civil-event", try records.newKey("civil-event"),
                    [
                        "kind": .string("birth"), "day": application.subject["birth"], "commune": .string(application.unit), "book": application["book"],
                        "child": .string(application.subject.key),
                        "name": application.subject["name"], "sex": application.subject["sex"], "ethnicity": application.subject["ethnicity"], "mother": application["mother_id"],
                        "father": application["father_id"],
                    ])
            ]
        }, example: ["mother_id": .string("001190000002"), "registered_at": .string("Phường Trúc Bạch, 1990")])
}

/// A father or mother is entered into the registered birth of a child.
enum ParentRecognition: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.001022", ["vi": "Đăng ký nhận cha, mẹ, con", "en": "Recognition of a parent"],
        need: ["vi": "Ghi cha hoặc mẹ vào khai sinh của con", "en": "Entering a parent into a child's birth"], words: ["nhận con", "nhận cha"],
        on: Occasions.birth, under: ["vi": "Luật Hộ tịch 60/2014/QH13, Điều 24, 25", "en": "Law on Civil Status 60/2014/QH13, articles 24 and 25"],
        decidedBy: CityOffices.communeCommittee, at: .home,
        about: [.oneself], facts: [Legal.person, Legal.home, Fact(.answer("child_number", register: "population"), "name", "birth")],
        questions: [Field("child_number", .reference("population"), ["vi": "Số định danh của con", "en": "The child's ID number"], .personal)],
        papers: [
            Paper(
                "proof", ["vi": "Chứng cứ quan hệ cha con, mẹ con", "en": "Proof that you are the parent"],
                because: ["vi": "cơ sở giám định, tòa án cấp", "en": "a laboratory or court gives it"])
        ],
        within: Legal.within(.workingDays(3), ["vi": "Luật Hộ tịch 2014, Điều 25", "en": "Law on Civil Status 2014, article 25"]), fees: Legal.free(Legal.civilStatus),
        result: ["vi": "Trích lục đăng ký nhận cha, mẹ, con", "en": "Extract of the recognition"], writes: ["civil-event"],
        check: { application, records, _ in
            guard let birth = try records.all("civil-event", where: "child", is: application["child_number"].plain).first else {
                return [Legal.objection("child_number", "none", "Sổ hộ tịch không có khai sinh của người này.", "The register holds no birth of this person.")]
            }
            return birth[role(application)].isNull ? [] : [Legal.objection("child_number", "named", "Khai sinh đã ghi cha hoặc mẹ ấy.", "The birth names that parent already.")]
        },
        entries: { application, records, _ in
            guard let birth = try records.all("civil-event", where: "child", is: application["child_number"].plain).first else { return [] }
            return [.put("civil-event", birth.key, [role(application): .string(application.subject.key)])]
        }, example: ["child_number": .string("001320000003")])

    private static func role(_ application: Application) -> String { application.subject["sex"].string == "female" ? "mother" : "father" }
}
