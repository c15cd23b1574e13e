// SPDX-License-Identifier: Apache-2.0
internal import Civic

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
