// SPDX-License-Identifier: Apache-2.0
public import Civic

extension City {
    /// The city's welfare as the engine walks it and pages explain it: every version of every rule.
    public static let entitlements: [EntitlementRule] = WelfareRules.all.map { entitlement in
        let asked = topics(entitlement.name)
        return EntitlementRule(
            entitlement.name, entitlement.title, from: entitlement.from, until: entitlement.until, source: entitlement.source, caution: caution(entitlement),
            people: Population.register.name, enrolment: enrolment(entitlement), candidates: candidates(entitlement), onlyPossible: entitlement.lead != nil,
            looksAt: ["birth", "household"],
            tells: Set(asked.flatMap(\.registers)).sorted(), notes: asked.contains(.pension) ? pensionNotes : [],
            procedure: entitlement.name == "social-pension" ? SocialPension.procedure.code : nil,
            judge: { person, records, day in WelfareRules.explain(entitlement, try WelfareFacts(of: person, records, on: day, topics: asked), on: day) },
            judgeGone: { key, records, day in WelfareRules.explainGone(entitlement, try WelfareFacts(gone: key, records), on: day) })
    }

    /// From 2025-07-01 the social pension has its own group; before, those over 80 had one of social assistance.
    private static func enrolment(_ entitlement: Entitlement) -> EntitlementRule.Enrolment? {
        func into(_ groups: [String], instead: [String], opening: [String: String] = [:]) -> EntitlementRule.Enrolment {
            EntitlementRule.Enrolment(
                in: Beneficiaries.register.name, person: "person", group: "group", of: groups, instead: instead, from: "from", until: "until", opening: opening)
        }
        func merit(_ groups: [String]) -> EntitlementRule.Enrolment {
            EntitlementRule.Enrolment(
                in: Contributors.register.name, person: "person", group: "group", of: groups, from: "allowance_from", until: "allowance_until", needsFirstDay: true)
        }
        // Of several monthly payments only the highest is due; than the social pension these are as high or higher.
        let others = ["elder-alone", "disabled-severe", "disabled-extreme", "orphan", "orphan-student", "single-poor-parent", "hiv"]
        switch entitlement.name {
        case "social-pension":
            return entitlement.until == nil
                ? into(["social-pensioner"], instead: others, opening: ["group": "social-pensioner", "coefficient": "1"]) : into(["elder-80"], instead: others)
        case GroupRules.contributors: return merit(MeritRule.all.map(\.group))
        case GroupRules.relatives: return merit(["relative"])
        default: return entitlement.groups.isEmpty ? nil : into(entitlement.groups, instead: [])
        }
    }

    private static func candidates(_ entitlement: Entitlement) -> EntitlementRule.Candidates {
        // Whoever is found by a lead lives in a poor household.
        if entitlement.lead != nil { return .sharing("household", with: PoorHouseholds.register.name, by: "household", where: ["class": "poor"]) }
        switch entitlement.name {
        // The youngest whom any of the ways can mean.
        case "social-pension": return .aged(entitlement.until == nil ? 70 : 80, by: "birth")
        case "disability-assistance": return .named(in: DisabilityCertificates.register.name, by: "person")
        case GroupRules.contributors: return .named(in: Contributors.register.name, by: "person")
        default: return .enrolled
        }
    }

    private static func topics(_ name: String) -> Set<WelfareFacts.Topic> {
        switch name {
        case "social-pension": [.poverty, .pension]
        case "orphan-assistance": [.assistance, .schooling]
        case "disability-assistance": [.assistance, .disability]
        case "elder-alone", "poor-assistance": [.assistance, .poverty, .home]
        case "small-child", "carer-support": [.assistance]
        case GroupRules.contributors, GroupRules.relatives: [.merits]
        case "elder-80": []
        case "health-card": [.poverty, .pension, .merits, .assistance, .disability]
        case "fees": [.poverty, .merits, .assistance, .disability]
        default: [.poverty, .merits, .assistance, .disability, .schooling]
        }
    }

    /// What settles a question for a pension, either way.
    private static let pensionNotes: [EntitlementRule.Note] = [
        EntitlementRule.Note(
            ["vi": "Ghi: có lương hưu", "en": "Enter: has a pension"], in: Pensions.register.name, about: "person", opening: ["kind": "retirement", "source": "asked"]),
        EntitlementRule.Note(
            ["vi": "Ghi: không có lương hưu", "en": "Enter: has no pension"], in: Pensions.register.name, about: "person",
            opening: ["kind": Pensions.absent, "source": "asked"]),
    ]

    private static func caution(_ entitlement: Entitlement) -> Text? {
        if entitlement.lead != nil {
            return [
                "vi":
                    "Người được nêu là người cần xem xét: sổ hộ nghèo và sổ dân cư chỉ cho thấy có thể đủ điều kiện. Cán bộ phải xác minh điều ghi là “chưa rõ”. Sổ không biết hết người thuộc diện.",
                "en":
                    "Those named are to be looked at: the registers of the poor and of the population show only that they may be entitled. An officer finds out what is not known. The registers do not know of everybody.",
            ]
        }
        switch entitlement.name {
        case "disability-assistance":
            return [
                "vi": "Mức độ lấy từ giấy xác nhận khuyết tật còn giá trị. Người đang hưởng mà chưa có giấy trong sổ thì xét theo diện đang hưởng.",
                "en": "The degree is that of the certificate in force. Who is paid without a certificate in the register is judged by the group.",
            ]
        case GroupRules.contributors:
            return [
                "vi":
                    "Chỉ kết luận khi sổ ghi đủ: người giúp đỡ cách mạng, bệnh binh và người nhiễm chất độc chưa ghi tỷ lệ thì chưa rõ, không nằm trong danh sách. Thân nhân được xét riêng.",
                "en":
                    "It is judged only where the register says enough: helpers of the Revolution, and sick soldiers and those exposed to toxic chemicals without a rate, are on no list. Relatives are asked about apart.",
            ]
        default: break
        }
        if entitlement.known != nil {
            return [
                "vi": "Chỉ xét người đang hưởng: còn sống, còn cư trú, còn đúng tuổi hay không. Các sổ không biết ai khác đủ điều kiện, nên không tìm được người bị bỏ sót.",
                "en":
                    "Only those who get it are judged: whether they live, live here and are of the right age. The registers do not know who else is entitled, so that nobody who is missed can be found.",
            ]
        }
        guard entitlement.name == "social-pension" || entitlement.name == "health-card" else { return nil }
        return [
            "vi":
                "Người đang có lương hưu hoặc trợ cấp bảo hiểm xã hội hằng tháng thì không thuộc diện này. Sổ lương hưu chưa ghi gì về ai thì người ấy chỉ là “cần xác minh”: hỏi, rồi ghi có hay không.",
            "en":
                "Who has a pension or a monthly social-insurance allowance is not meant. Of whom the register of pensions says nothing is only to be asked about: ask, then enter whether there is one.",
        ]
    }
}
