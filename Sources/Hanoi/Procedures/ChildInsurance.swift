// SPDX-License-Identifier: Apache-2.0
internal import Civic

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
