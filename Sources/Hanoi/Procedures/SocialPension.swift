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
