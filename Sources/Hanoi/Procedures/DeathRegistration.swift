// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A death, told by somebody of the household.
enum DeathRegistration: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.000656", ["vi": "Đăng ký khai tử", "en": "Registration of death"], need: ["vi": "Khai tử cho người thân", "en": "Registering a death in the family"],
        words: ["giấy báo tử", "qua đời", "chết", "mất"],
        on: Occasions.death, under: ["vi": "Luật Hộ tịch 60/2014/QH13, Điều 32 đến 34", "en": "Law on Civil Status 60/2014/QH13, articles 32 to 34"],
        decidedBy: CityOffices.communeCommittee, at: .home,
        about: [.member], facts: [Legal.person, Legal.home, Fact(.members, "name", "relation")],
        questions: [
            Field("died_on", .day, ["vi": "Mất ngày", "en": "Died on"], .personal),
            Field("death_cause", .text(max: 200), ["vi": "Nguyên nhân", "en": "Cause"], .personal, required: false),
            Field(
                "new_head", .reference("population"), ["vi": "Chủ hộ mới", "en": "New head of the household"], .personal, required: false,
                hint: ["vi": "Số định danh, nếu người mất là chủ hộ và gia đình đã chọn.", "en": "The ID number, if the person headed the household and the family has chosen."]),
        ],
        papers: [
            Paper(
                "notice", ["vi": "Giấy báo tử, hoặc giấy tờ thay thế", "en": "Notice of death, or what stands for it"],
                because: ["vi": "cơ sở y tế, cơ quan khác cấp", "en": "a hospital or another office gives it"])
        ],
        within: Legal.within(.sameDay(until: 15 * 60), ["vi": "Luật Hộ tịch 2014, Điều 34", "en": "Law on Civil Status 2014, article 34"]), fees: Legal.free(Legal.civilStatus),
        findings: [Field("book", .text(max: 40), ["vi": "Số, quyển sổ hộ tịch", "en": "Number in the book"], .official, required: false)],
        result: ["vi": "Trích lục khai tử", "en": "Extract of the death"], writes: ["civil-event"],
        check: { application, records, reading in
            if let day = application["died_on"].day, day > reading.today {
                return [Legal.objection("died_on", "future", "Ngày mất không thể ở tương lai.", "It cannot lie in the future.")]
            }
            guard let head = application["new_head"].string else { return [] }
            guard application.subject["relation"].string == "head" else {
                return [Legal.objection("new_head", "not-head", "Người mất không phải chủ hộ nên để trống.", "The person did not head the household: leave it empty.")]
            }
            guard try records.find("population", head)?["household"] == application.subject["household"], head != application.subject.key else {
                return [Legal.objection("new_head", "member", "Chủ hộ mới phải là người trong hộ.", "The new head must belong to the household.")]
            }
            return []
        },
        entries: { application, records, _ in
            [
                .put(
                    "civil-event", try records.newKey("civil-event"),
                    [
                        "kind": .string("death"), "day": application["died_on"], "commune": .string(application.unit), "book": application["book"],
                        "deceased": .string(application.subject.key),
                        "cause": application["death_cause"], "successor": application["new_head"],
                    ])
            ]
        }, example: ["died_on": .string("2026-11-20")])
}
