// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The degree of a disability, which a council of the commune determines.
enum Disability: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.001699", ["vi": "Xác định mức độ khuyết tật, cấp Giấy xác nhận khuyết tật", "en": "Degree of disability"],
        need: ["vi": "Xin giấy xác nhận khuyết tật", "en": "Getting a disability certificate"], words: ["khuyết tật", "tàn tật"], on: Occasions.support,
        under: ["vi": "Luật Người khuyết tật 51/2010/QH12; Thông tư 01/2019/TT-BLĐTBXH", "en": "Law on Persons with Disabilities 51/2010/QH12; Circular 01/2019/TT-BLĐTBXH"],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself, .member],
        facts: [Legal.person, Legal.home],
        questions: [
            Field("sort", .choice(sorts), ["vi": "Dạng khuyết tật", "en": "Kind of disability"], .personal),
            Field("help", .choice(needs), ["vi": "Trong việc hằng ngày", "en": "In daily life"], .personal),
        ],
        papers: [
            Paper("medical", ["vi": "Hồ sơ y tế, nếu có", "en": "Medical records, if any"], because: ["vi": "do cơ sở y tế giữ", "en": "hospitals keep them"], required: false)
        ],
        within: Legal.within(.workingDays(25), ["vi": "Thông tư 01/2019/TT-BLĐTBXH", "en": "Circular 01/2019/TT-BLĐTBXH"]),
        fees: Legal.free(["vi": "Luật Người khuyết tật 2010", "en": "Law on Persons with Disabilities 2010"]),
        findings: [Field("degree", .choice(degrees), ["vi": "Mức độ hội đồng kết luận", "en": "Degree found by the council"], .personal)],
        result: ["vi": "Giấy xác nhận khuyết tật", "en": "Disability certificate"],
        example: ["sort": .string("movement"), "help": .string("some")])

    static let sorts = [
        Choice("movement", ["vi": "Vận động", "en": "Movement"]), Choice("hearing", ["vi": "Nghe, nói", "en": "Hearing, speech"]), Choice("sight", ["vi": "Nhìn", "en": "Sight"]),
        Choice("mind", ["vi": "Thần kinh, tâm thần", "en": "Mental"]),
        Choice("intellect", ["vi": "Trí tuệ", "en": "Intellectual"]), Choice("other", ["vi": "Khác", "en": "Other"]),
    ]
    static let needs = [
        Choice("none", ["vi": "Tự làm được", "en": "Needs no help"]), Choice("some", ["vi": "Cần giúp một phần", "en": "Needs some help"]),
        Choice("all", ["vi": "Cần giúp hoàn toàn", "en": "Needs help in everything"]),
    ]
    static let degrees = [
        Choice("light", ["vi": "Nhẹ", "en": "Light"]), Choice("severe", ["vi": "Nặng", "en": "Severe"]), Choice("extreme", ["vi": "Đặc biệt nặng", "en": "Extremely severe"]),
    ]
}
