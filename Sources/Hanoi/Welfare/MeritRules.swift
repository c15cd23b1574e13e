// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Which of those with merit to the Revolution have a monthly allowance of their own, as far as the register's fields can say.
///
/// Ordinance 02/2020/UBTVQH14, articles 8 to 40; from memory: **to be confirmed**. Martyrs have none, and their relatives' depends on who they were to each other.
struct MeritRule: Sendable {
    enum Due: Sendable {
        case always
        /// From so many percent of injury or illness.
        case fromRate(Int64)
        /// A single payment, nothing a month.
        case once
        /// What decides it stands in no field.
        case untold(Text)
    }

    /// A code of `Contributors.groups`.
    let group: String
    let due: Due

    /// Whether it is due a month; nil where the register does not tell. Who is paid by a decision is believed then.
    func isDue(_ facts: WelfareFacts) -> Bool? {
        let paid: Bool? = facts.allowances.contains(group) ? true : nil
        switch due {
        case .always: return true
        case .fromRate(let least): return facts.injuryRates[group].map { $0 >= least } ?? paid
        case .once: return false
        case .untold: return paid
        }
    }

    var title: Text { Contributors.groups.first { $0.code == group }!.title }

    static let all: [MeritRule] = [
        MeritRule(group: "before-1945", due: .always), MeritRule(group: "before-uprising", due: .always), MeritRule(group: "heroic-mother", due: .always),
        MeritRule(group: "armed-forces-hero", due: .always), MeritRule(group: "labour-hero", due: .always), MeritRule(group: "war-invalid", due: .fromRate(21)),
        MeritRule(group: "sick-soldier", due: .fromRate(41)), MeritRule(group: "toxic-chemicals", due: .fromRate(21)), MeritRule(group: "imprisoned", due: .always),
        MeritRule(group: "decorated", due: .once),
        // With a medal of the resistance it is a single payment; with an order, or for help before August 1945, so much a month.
        MeritRule(group: "helper", due: .untold(["vi": "được khen thưởng bằng huân chương hay huy chương", "en": "honoured with an order or with a medal"])),
    ]
}

extension WelfareCondition {
    /// In a group that has a monthly allowance of its own. Not known where the fields do not tell, and nothing is paid.
    static let meritAllowance = WelfareCondition("merit-allowance") { facts, _ in
        let own = MeritRule.all.filter { facts.merits.contains($0.group) }
        guard !own.isEmpty else {
            return reason(
                false, "Không có tên trong sổ người có công, hoặc sổ ghi đã mất; thân nhân được xét riêng.",
                "Is not in the register of people with merit, or has died by it; relatives are asked about apart.")
        }
        if let rule = own.first(where: { $0.isDue(facts) == true }) {
            let rate: String = facts.injuryRates[rule.group].map { " \($0) %" } ?? ""
            return reason(true, "Là người có công, có trợ cấp hằng tháng: \(rule.title.vi)\(rate).", "Has merit with a monthly allowance: \(rule.title.en)\(rate).")
        }
        if let rule = own.first(where: { $0.isDue(facts) == nil }) {
            let open: Text
            if case .untold(let words) = rule.due { open = words } else { open = ["vi": "tỷ lệ tổn thương cơ thể", "en": "the injury rate"] }
            return unknown("\(rule.title.vi): sổ chưa ghi \(open.vi).", "\(rule.title.en): the register does not say: \(open.en).")
        }
        let (vi, en) = (own.map(\.title.vi).joined(separator: "; "), own.map(\.title.en).joined(separator: "; "))
        return reason(
            false, "Diện này không có trợ cấp hằng tháng, hoặc tỷ lệ chưa đến mức: \(vi).", "This group has no monthly allowance, or the rate is too low: \(en).")
    }

    static let relativeAllowance = WelfareCondition("allowance") { facts, _ in
        facts.allowances.contains("relative") ? reason(true, "Đang hưởng trợ cấp theo quyết định.", "Gets the allowance by a decision.") : onlyEnrolled
    }
}
