// SPDX-License-Identifier: Apache-2.0
internal import Civic

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
