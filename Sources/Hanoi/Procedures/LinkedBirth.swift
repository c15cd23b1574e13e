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

/// The insurance card that every child under six has a right to. No national code was at hand; this one is the city's own.
enum ChildInsurance: ProcedureDeclaration {
    static let procedure = Procedure(
        "9.000001", ["vi": "Cấp thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi", "en": "Health-insurance card of a child under 6"],
        need: ["vi": "Thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi", "en": "A health-insurance card for a small child"], words: ["bảo hiểm y tế", "thẻ bảo hiểm", "bhyt"],
        on: Occasions.birth, under: ["vi": "Luật Bảo hiểm y tế 25/2008/QH12, Điều 12, 17", "en": "Law on Health Insurance 25/2008/QH12, articles 12 and 17"],
        decidedBy: CityOffices.socialInsurance, at: .home, about: [.child], facts: [Legal.person, Legal.home],
        questions: [Field("clinic", .text(max: 150), ["vi": "Muốn khám chữa bệnh ban đầu ở", "en": "Clinic wanted"], .personal, required: false)],
        within: Legal.within(.workingDays(5), ["vi": "Luật Bảo hiểm y tế, Điều 17", "en": "Law on Health Insurance, article 17"]),
        fees: Legal.free(["vi": "Luật Bảo hiểm y tế", "en": "Law on Health Insurance"]),
        findings: [Field("card", .text(max: 20), ["vi": "Số thẻ bảo hiểm y tế", "en": "Number of the card"], .personal)],
        result: ["vi": "Thẻ bảo hiểm y tế", "en": "Health-insurance card"],
        check: { application, _, reading in
            guard let age = Legal.age(application.subject, reading), age >= 6 else { return [] }
            return [Legal.objection("", "age", "Trẻ đã đủ 6 tuổi: tham gia theo trường học.", "The child is 6 or older and is insured through school.")]
        }, example: ["clinic": .string("Trạm y tế phường")])
}
