// SPDX-License-Identifier: Apache-2.0
public import Civic

extension City {
    /// The city's welfare as the engine walks it and pages explain it: every version of every rule.
    public static let entitlements: [EntitlementRule] = WelfareRules.all.map { entitlement in
        let asked = topics(entitlement.name)
        return EntitlementRule(
            entitlement.name, entitlement.title, from: entitlement.from, until: entitlement.until, source: entitlement.source, caution: caution(entitlement),
            people: Population.register.name, enrolment: enrolment(entitlement), candidates: candidates(entitlement), looksAt: ["birth", "household"],
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
        // Of several monthly payments only the highest is due; the others are as high or higher.
        let others = ["elder-alone", "disabled-severe", "disabled-extreme", "orphan", "orphan-student", "single-poor-parent", "hiv"]
        switch entitlement.name {
        case "social-pension":
            return entitlement.until == nil
                ? into(["social-pensioner"], instead: others, opening: ["group": "social-pensioner", "coefficient": "1"]) : into(["elder-80"], instead: others)
        case GroupRules.contributors:
            return EntitlementRule.Enrolment(
                in: Contributors.register.name, person: "person", group: "group", of: Contributors.groups.map(\.code), from: "allowance_from", until: "allowance_until",
                needsFirstDay: true)
        default: return entitlement.groups.isEmpty ? nil : into(entitlement.groups, instead: [])
        }
    }

    private static func candidates(_ entitlement: Entitlement) -> EntitlementRule.Candidates {
        // The youngest whom any of the ways can mean.
        entitlement.name == "social-pension" ? .aged(entitlement.until == nil ? 70 : 80, by: "birth") : .enrolled
    }

    private static func topics(_ name: String) -> Set<WelfareFacts.Topic> {
        switch name {
        case "social-pension": [.poverty]
        case "orphan-assistance": [.assistance, .schooling]
        case "disability-assistance", "small-child", "elder-alone", "poor-assistance", "carer-support": [.assistance]
        case GroupRules.contributors: [.allowance]
        case "elder-80": []
        default: Set(WelfareFacts.Topic.allCases)
        }
    }

    private static func caution(_ entitlement: Entitlement) -> Text? {
        if entitlement.known != nil {
            return [
                "vi": "Chỉ xét người đang hưởng: còn sống, còn cư trú, còn đúng tuổi hay không. Các sổ không biết ai khác đủ điều kiện, nên không tìm được người bị bỏ sót.",
                "en":
                    "Only those who get it are judged: whether they live, live here and are of the right age. The registers do not know who else is entitled, so that nobody who is missed can be found.",
            ]
        }
        guard entitlement.name == "social-pension" || entitlement.name == "health-card" else { return nil }
        return [
            "vi": "Các sổ của thành phố chưa biết ai có lương hưu. Người đang có lương hưu hoặc trợ cấp bảo hiểm xã hội hằng tháng thì không thuộc diện này.",
            "en": "The city's registers do not know who has a pension. Who has one, or a monthly social-insurance allowance, is not meant.",
        ]
    }
}
