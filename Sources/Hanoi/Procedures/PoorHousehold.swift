// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Whether a household is poor or nearly so; reviewed once a year.
enum PoorHousehold: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.011606", ["vi": "Công nhận hộ nghèo, hộ cận nghèo hằng năm", "en": "Recognition as a poor or near-poor household"],
        need: ["vi": "Đề nghị xét hộ nghèo, cận nghèo", "en": "Asking to be recognised as a poor household"], words: ["hộ nghèo", "khó khăn"],
        on: Occasions.support, under: ["vi": "Quyết định 24/2021/QĐ-TTg", "en": "Decision 24/2021/QĐ-TTg"], decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself],
        facts: [Legal.person, Legal.home, Fact(.members, "name", "birth", "relation")],
        questions: [
            Field("monthly_income", .money, ["vi": "Thu nhập của cả hộ mỗi tháng (đồng)", "en": "The household's income a month (đồng)"], .personal),
            Field(
                "lacks", .text(max: 500),
                [
                    "vi": "Hộ thiếu những gì: việc làm, y tế, học hành, nhà ở, nước sạch, thông tin",
                    "en": "What the household lacks: work, health care, schooling, housing, clean water, information",
                ], .personal),
        ],
        within: Legal.within(
            .yearly(month: 12, day: 14), ["vi": "Quyết định 24/2021/QĐ-TTg: rà soát 1/9 đến 14/12", "en": "Decision 24/2021/QĐ-TTg: review from 1 September to 14 December"]),
        fees: Legal.free(["vi": "Quyết định 24/2021/QĐ-TTg", "en": "Decision 24/2021/QĐ-TTg"]),
        result: ["vi": "Quyết định và Giấy chứng nhận hộ nghèo, cận nghèo", "en": "Decision and certificate"],
        example: ["monthly_income": .integer(4_000_000), "lacks": .string("Việc làm, nhà ở")])
}
