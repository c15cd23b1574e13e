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

    /// How much it is: a multiple of the base, in thousandths, from so many percent of injury where that decides.
    struct Multiple: Sendable {
        let fromRate: Int64
        let thousandths: Int64
    }

    /// A code of `Contributors.groups`.
    let group: String
    let due: Due
    /// Highest rate first; empty where the amount stands in a table that is not known here, so that none is told.
    let multiples: [Multiple]

    init(_ group: String, _ due: Due, _ multiples: [Multiple] = []) {
        self.group = group
        self.due = due
        self.multiples = multiples
    }

    private static func times(_ thousandths: Int64, fromRate: Int64 = 0) -> Multiple { Multiple(fromRate: fromRate, thousandths: thousandths) }

    /// The multiple that somebody has; nil where it is not known.
    func multiple(_ facts: WelfareFacts) -> Int64? {
        let rate = facts.injuryRates[group] ?? 0
        return multiples.first { rate >= $0.fromRate }?.thousandths
    }

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

    /// Multiples as the decrees of 2021 to 2024 have them, from memory: **to be confirmed**. Those of war invalids and sick soldiers rise percent by percent in
    /// a table, and those of revolutionaries before 1945 depend on what no field says.
    static let all: [MeritRule] = [
        MeritRule("before-1945", .always), MeritRule("before-uprising", .always, [times(1034)]), MeritRule("heroic-mother", .always, [times(3000)]),
        MeritRule("armed-forces-hero", .always, [times(838)]), MeritRule("labour-hero", .always, [times(838)]), MeritRule("war-invalid", .fromRate(21)),
        MeritRule("sick-soldier", .fromRate(41)),
        MeritRule(
            "toxic-chemicals", .fromRate(21), [times(2280, fromRate: 81), times(1780, fromRate: 61), times(1270, fromRate: 41), times(760, fromRate: 21)]),
        MeritRule("imprisoned", .always, [times(600)]), MeritRule("decorated", .once),
        // With a medal of the resistance it is a single payment; with an order, or for help before August 1945, so much a month.
        MeritRule("helper", .untold(["vi": "được khen thưởng bằng huân chương hay huy chương", "en": "honoured with an order or with a medal"])),
    ]

    /// `0.838`, without zeros at the end.
    private static func written(_ thousandths: Int64) -> String {
        var digits = String(1000 + thousandths % 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return digits.isEmpty ? "\(thousandths / 1000)" : "\(thousandths / 1000).\(digits)"
    }

    /// How much a month, with how it is reckoned and by which act; nil where the multiple is not known, or where there is more than one group to pay for.
    static func sum(_ facts: WelfareFacts, on day: Day) -> WelfareSum? {
        let due = all.filter { facts.merits.contains($0.group) && $0.isDue(facts) == true }
        guard due.count == 1, let thousandths = due[0].multiple(facts), let base = WelfareBase.merit.inForce(on: day) else { return nil }
        // Decrees round to whole thousands of đồng.
        let amount = Money((base.amount.amount * thousandths / 1000 + 500) / 1000 * 1000)
        let multiple = Self.written(thousandths)
        let words = Text(
            vi: "Mức: \(multiple.replacing(".", with: ",")) lần mức chuẩn \(Language.vietnamese.number(base.amount.amount)) đồng.",
            en: "Amount: \(multiple) times the base of \(Language.english.number(base.amount.amount)) đồng.")
        return WelfareSum(amount: amount, reason: Explanation.Reason(code: "amount", .holds, words: words), source: base.source)
    }
}

/// An amount a month that is no coefficient of a decision, with how it comes about.
struct WelfareSum: Sendable {
    let amount: Money
    let reason: Explanation.Reason
    let source: Text
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
