// SPDX-License-Identifier: Apache-2.0
internal import Civic

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
