// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The social pension of those who have no other.
enum SocialPension: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.014027", ["vi": "Thực hiện, điều chỉnh, thôi hưởng trợ cấp hưu trí xã hội", "en": "Social pension"],
        need: [
            "vi": "Trợ cấp cho người từ 75 tuổi (hộ nghèo, cận nghèo: từ 70) không có lương hưu", "en": "A pension for those of 75 and older (70 in poor households) who have none",
        ],
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
        writes: ["beneficiary"],
        offeredWhen: { person, records, reading in
            guard let rule = rule(on: reading.today), try !isEnrolled(person.key, rule, records, on: reading.today) else { return false }
            return try rule.judge(person, records, reading.today).isEntitled
        },
        check: { application, records, _ in try objections(application, records) },
        entries: { application, records, _ in
            // Two dossiers for one person: the second finds the first one's record.
            if let objection = try objections(application, records).first { throw objection }
            guard let opening = rule(on: application.day)?.enrolment?.opening, let amount = try explanation(application, records)?.amount else { return [] }
            var values: [String: Value] = opening.mapValues { Value.string($0) }
            values["person"] = .string(application.subject.key)
            values["commune"] = .string(application.unit)
            values["amount"] = .integer(amount.amount)
            values["from"] = .string(application.day.description)
            values["decision"] = .string(application.dossier)
            values["decided"] = .string(application.day.description)
            return [.put("beneficiary", try records.newKey("beneficiary"), values)]
        },
        example: ["pension": .boolean(false), "payout": .string("home")])

    private static let name = "social-pension"

    private static func rule(on day: Day) -> EntitlementRule? { City.entitlements.first { $0.name == name && $0.isInForce(on: day) } }

    /// Gets the pension, or something in its place: only the highest payment is due.
    private static func isEnrolled(_ person: String, _ rule: EntitlementRule, _ records: any Records, on day: Day) throws -> Bool {
        guard let enrolment = rule.enrolment else { return false }
        let groups = Set(enrolment.groups + enrolment.instead)
        return try records.all(enrolment.register, where: enrolment.person, is: person).contains { one in
            groups.contains(one[enrolment.group].plain) && (one[enrolment.until].day.map { day <= $0 } ?? true)
        }
    }

    /// What the law of the day says, with the applicant's word on a pension.
    private static func explanation(_ application: Application, _ records: any Records) throws -> Explanation? {
        var facts = try WelfareFacts(of: application.subject, records, on: application.day, topics: [.poverty])
        facts.hasPension = application["pension"].boolean
        return WelfareRules.explain(name, facts, on: application.day)
    }

    private static func objections(_ application: Application, _ records: any Records) throws -> [Objection] {
        guard let rule = rule(on: application.day), let explanation = try explanation(application, records) else {
            return [Legal.objection("", "no-law", "Chưa có quy định nào về khoản này.", "No law grants this on that day.")]
        }
        if try isEnrolled(application.subject.key, rule, records, on: application.day) {
            return [
                Legal.objection(
                    "", "enrolled", "Người này đang hưởng trợ cấp hưu trí xã hội hoặc khoản khác bằng, cao hơn; chỉ được hưởng một khoản.",
                    "This person gets the social pension, or a payment that is as high or higher; only one is paid.")
            ]
        }
        if try Pensions.hasPension(application.subject.key, records, on: application.day) == true {
            return [
                Legal.objection(
                    "", "known-pension", "Sổ ghi người này đang có lương hưu, trợ cấp bảo hiểm xã hội hằng tháng. Thấy sai thì đề nghị bảo hiểm xã hội sửa.",
                    "By the register this person has a pension or a monthly social-insurance allowance. If that is wrong, ask social insurance to correct it.")
            ]
        }
        guard !explanation.isEntitled else { return [] }
        let (own, others) = (explanation.deciding.filter { $0.code == "no-pension" }, explanation.deciding.filter { $0.code != "no-pension" })
        var objections: [Objection] = own.map { Objection(field: "pension", code: $0.code, $0.words) }
        if !others.isEmpty {
            let (vi, en) = (others.map(\.words.vi).joined(separator: " "), others.map(\.words.en).joined(separator: " "))
            objections.append(Legal.objection("", "not-entitled", "Chưa đủ điều kiện. \(vi)", "The conditions are not met. \(en)"))
        }
        return objections
    }

    static let ways = [
        Choice("home", ["vi": "Tiền mặt tại nhà, tại điểm chi trả", "en": "In cash, at home or at the pay point"]), Choice("bank", ["vi": "Qua tài khoản", "en": "To an account"]),
    ]
}
