// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A birth with all that follows it: registered by the committee, then at home by the police and insured, at the same time.
enum LinkedBirth: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.000986",
        [
            "vi": "Liên thông đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi",
            "en": "Birth, permanent residence and health insurance of a child under 6, in one",
        ],
        need: ["vi": "Khai sinh, nhập cư trú và thẻ bảo hiểm cho con, một lần", "en": "Birth, residence and health insurance for a child, in one go"],
        words: ["liên thông", "khai sinh", "thẻ bảo hiểm", "em bé", "mới sinh"], on: Occasions.birth,
        under: ["vi": "Nghị định 63/2024/NĐ-CP", "en": "Decree 63/2024/NĐ-CP"], decidedBy: CityOffices.oneStop, at: .home, about: [.oneself],
        facts: BirthRegistration.procedure.facts,
        questions: BirthRegistration.procedure.questions + [
            Field("clinic", .text(max: 150), ["vi": "Muốn khám chữa bệnh ban đầu ở", "en": "Clinic wanted for the child"], .personal, required: false)
        ],
        papers: BirthRegistration.procedure.papers,
        within: Legal.within(.days(20), ["vi": "Nghị định 63/2024/NĐ-CP, Điều 6", "en": "Decree 63/2024/NĐ-CP, article 6"]), fees: Legal.free(Legal.civilStatus),
        result: ["vi": "Giấy khai sinh, thông báo thường trú, thẻ bảo hiểm y tế", "en": "Birth certificate, notice of residence, insurance card"],
        joining: [
            Branch("1.001193") { application, _ in application.answers.filter { $0.key != "clinic" } },
            Branch("1.004222", after: "1.001193", about: { $0["child_id"].plain }) { application, records in
                let child = try records.find("population", application["child_id"].plain)
                return [
                    "to_commune": child?["commune"] ?? .null, "to_household": child?["household"] ?? .null, "to_relation": child?["relation"] ?? .null, "right": .string("born"),
                ]
            },
            Branch("9.000001", after: "1.001193", about: { $0["child_id"].plain }) { _, _ in [:] },
        ],
        check: { application, records, reading in try BirthRegistration.procedure.check(application, records, reading) }, example: BirthRegistration.procedure.example)
}
