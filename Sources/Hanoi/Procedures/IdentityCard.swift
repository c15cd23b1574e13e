// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// An identity card for people of fourteen and older: first issue, exchange, replacement.
enum IdentityCard: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.014061", ["vi": "Cấp thẻ căn cước cho người từ đủ 14 tuổi", "en": "Identity card from the age of 14"],
        need: ["vi": "Làm, đổi, làm lại thẻ căn cước", "en": "Getting an identity card"],
        words: ["cccd", "căn cước công dân", "chứng minh thư", "mất thẻ"], on: Occasions.papers,
        under: ["vi": "Luật Căn cước 26/2023/QH15", "en": "Law on Identification 26/2023/QH15"],
        decidedBy: CityOffices.communePolice, at: .home, about: [.oneself], facts: [Legal.person, Legal.home],
        questions: [Field("issue", .choice(issues), ["vi": "Bạn cần", "en": "You need"], .official)],
        within: Legal.within(.workingDays(7), ["vi": "Luật Căn cước 2023, Điều 26", "en": "Law on Identification 2023, article 26"]),
        fees: [
            Dated(
                Fee(counter: 50_000, online: 50_000, except: [first, Legal.elder]), from: Legal.twoTiers, under: ["vi": "Thông tư 73/2024/TT-BTC", "en": "Circular 73/2024/TT-BTC"])
        ],
        result: ["vi": "Thẻ căn cước", "en": "Identity card"],
        check: { application, _, reading in
            guard Legal.age(application.subject, reading).map({ $0 < 14 }) ?? false else { return [] }
            return [Legal.objection("", "age", "Người dưới 14 tuổi theo thủ tục khác.", "Children under 14 have a procedure of their own.")]
        }, example: ["issue": .string("exchange")])

    static let first = Exemption("first-issue", ["vi": "Cấp lần đầu", "en": "First issue"]) { application, _, _ in application["issue"].string == "first" }

    static let issues = [
        Choice("first", ["vi": "Thẻ đầu tiên", "en": "A first card"]),
        Choice("exchange", ["vi": "Đổi thẻ hết hạn, hỏng, sai", "en": "Another for an expired, broken or wrong one"]),
        Choice("replacement", ["vi": "Làm lại thẻ bị mất", "en": "Another for a lost one"]),
    ]
}
