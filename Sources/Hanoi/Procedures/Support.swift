// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The social pension of those who have no other.
enum SocialPension: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.014027", ["vi": "Thực hiện, điều chỉnh, thôi hưởng trợ cấp hưu trí xã hội", "en": "Social pension"],
        need: ["vi": "Trợ cấp cho người từ 75 tuổi không có lương hưu", "en": "A pension for those of 75 and older who have none"],
        words: ["người cao tuổi", "trợ cấp người già", "hưu trí", "ông bà"], on: Occasions.support,
        under: ["vi": "Luật Bảo hiểm xã hội 41/2024/QH15; Nghị định 176/2025/NĐ-CP", "en": "Law on Social Insurance 41/2024/QH15; Decree 176/2025/NĐ-CP"],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself, .member], facts: [Legal.person, Legal.home],
        questions: [
            Field(
                "pension", .boolean,
                ["vi": "Có đang hưởng lương hưu hoặc trợ cấp bảo hiểm xã hội hằng tháng không", "en": "Is there a pension or a monthly social-insurance allowance"], .personal),
            Field("payout", .choice(ways), ["vi": "Muốn nhận tiền", "en": "How to be paid"], .personal),
            Field("bank_account", .text(max: 60), ["vi": "Số tài khoản, ngân hàng", "en": "Account and bank"], .personal, when: .init("payout", "bank")),
        ],
        within: Legal.within(.workingDays(10), ["vi": "Nghị định 176/2025/NĐ-CP", "en": "Decree 176/2025/NĐ-CP"]),
        fees: Legal.free(["vi": "Nghị định 176/2025/NĐ-CP", "en": "Decree 176/2025/NĐ-CP"]),
        result: ["vi": "Quyết định hưởng trợ cấp hưu trí xã hội", "en": "Decision on the social pension"],
        offeredWhen: { person, _, reading in Legal.age(person, reading).map { $0 >= 75 } ?? false },
        check: { application, _, reading in
            var objections: [Objection] = []
            if Legal.age(application.subject, reading).map({ $0 < 70 }) ?? true {
                objections.append(Legal.objection("", "age", "Từ đủ 75 tuổi; hộ nghèo, cận nghèo từ đủ 70 tuổi.", "From the age of 75; in poor and near-poor households from 70."))
            }
            if application["pension"].boolean == true {
                objections.append(Legal.objection("pension", "has-one", "Người đang có lương hưu không hưởng trợ cấp này.", "Who has a pension does not get this one."))
            }
            return objections
        }, example: ["pension": .boolean(false), "payout": .string("home")])

    static let ways = [
        Choice("home", ["vi": "Tiền mặt tại nhà, tại điểm chi trả", "en": "In cash, at home or at the pay point"]), Choice("bank", ["vi": "Qua tài khoản", "en": "To an account"]),
    ]
}

/// What the State pays towards the funeral of somebody who had the social pension.
enum FuneralSupport: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.014028", ["vi": "Hỗ trợ chi phí mai táng người hưởng trợ cấp hưu trí xã hội", "en": "Support for the funeral of a social pensioner"],
        need: ["vi": "Hỗ trợ mai táng người thân", "en": "Help with a funeral"], words: ["mai táng", "đám tang"],
        on: Occasions.death, under: ["vi": "Nghị định 176/2025/NĐ-CP", "en": "Decree 176/2025/NĐ-CP"], decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself],
        facts: [Legal.person, Legal.home],
        questions: [
            Field("buried", .citizenID, ["vi": "Số định danh của người đã mất", "en": "ID number of the person who died"], .personal),
            Field("payout", .choice(SocialPension.ways), ["vi": "Muốn nhận tiền", "en": "How to be paid"], .personal),
            Field("bank_account", .text(max: 60), ["vi": "Số tài khoản, ngân hàng", "en": "Account and bank"], .personal, when: .init("payout", "bank")),
        ],
        within: Legal.within(.workingDays(5), ["vi": "Nghị định 176/2025/NĐ-CP", "en": "Decree 176/2025/NĐ-CP"]),
        fees: Legal.free(["vi": "Nghị định 176/2025/NĐ-CP", "en": "Decree 176/2025/NĐ-CP"]),
        result: ["vi": "Quyết định hỗ trợ chi phí mai táng", "en": "Decision on the support"],
        check: { application, records, _ in
            try records.all("civil-event", where: "deceased", is: application["buried"].plain).isEmpty
                ? [Legal.objection("buried", "none", "Chưa có khai tử của người này; khai tử trước.", "This death is not registered yet; register it first.")] : []
        }, example: ["buried": .string("001038123456"), "payout": .string("home")])
}

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
