// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What the law grants from one day on: conditions, amount and source. A change of the law is another value with the same name.
public struct Entitlement: Sendable {
    /// One of several ways to meet the rule, with what it gives. All its conditions must hold.
    public struct Way: Sendable {
        let conditions: [WelfareCondition]
        let coefficient: Coefficient?

        init(_ conditions: WelfareCondition..., coefficient hundredths: Int64? = nil) {
            self.conditions = conditions
            coefficient = hundredths.map(Coefficient.init(hundredths:))
        }
    }

    /// The same for all versions: `social-pension`.
    public let name: String
    public let title: Text
    public let from: Day
    /// The last day; nil while it is in force.
    public let until: Day?
    public let source: Text
    /// What must hold in any case.
    let always: [WelfareCondition]
    /// One of these is enough.
    let ways: [Way]
    /// The base that coefficients are of; nil where nothing is paid out: a card, an exemption.
    let base: WelfareBase?
    /// What the registers must say before anything can be judged; nil where they tell enough of everybody. Where it is not known nobody is told yes or no.
    var known: WelfareCondition? = nil
    /// What makes somebody worth a look of whom `known` knows nothing: the answer is then that it may be.
    var lead: WelfareLead? = nil
    /// Groups of `Beneficiaries` that get it. Where a way has no coefficient, that of the decision counts.
    var groups: [String] = []
    /// Paid beside other monthly payments.
    var isBesideOthers = false
    /// How much it is, where no coefficient of a base says so.
    var sum: (@Sendable (WelfareFacts, Day) -> WelfareSum?)? = nil

    public var isPaid: Bool { base != nil }

    public func isInForce(on day: Day) -> Bool { from <= day && (until.map { day <= $0 } ?? true) }
}

/// The city's welfare as dated data: who is entitled to what on a day, and why.
public enum WelfareRules {
    /// What a rule says of somebody on a day; nil when no rule of that name was in force.
    public static func explain(_ name: String, _ facts: WelfareFacts, on day: Day) -> Explanation? {
        all.first { $0.name == name && $0.isInForce(on: day) }.map { explain($0, facts, on: day) }
    }

    static func explain(_ entitlement: Entitlement, _ facts: WelfareFacts, on day: Day) -> Explanation {
        var reasons = [entitlement.known].compactMap { $0?.judge(facts, day) }
        let isLead = reasons.contains { $0.state == .unknown }
        if isLead {
            guard let found = lead(entitlement, facts, on: day) else {
                return Explanation(
                    name: entitlement.name, title: entitlement.title, .unjudged, amount: nil, reasons: reasons, sources: [entitlement.source],
                    isBesideOthers: entitlement.isBesideOthers)
            }
            reasons = found
        }
        reasons += entitlement.always.map { $0.judge(facts, day) }
        let always = weighed(reasons)
        var ways: [Explanation.Reason.State] = []
        // A lead names no amount, so that it takes nothing from what is more certain.
        var coefficient = entitlement.groups.compactMap { facts.groups[$0] }.max()
        if entitlement.ways.contains(where: { $0.coefficient != nil }) { coefficient = nil }
        for way in entitlement.ways {
            let judged = way.conditions.map { $0.judge(facts, day) }
            let state = weighed(judged)
            ways.append(state)
            if state != .fails {
                coefficient = [coefficient, way.coefficient].compactMap { $0 }.max()
            }
            if entitlement.ways.count == 1 {
                // A lead has looked at some of it already.
                let seen = Set(reasons.map(\.code))
                reasons += judged.filter { !seen.contains($0.code) }
            } else {
                let words = Text(vi: judged.map { $0.words.vi }.joined(separator: " "), en: judged.map { $0.words.en }.joined(separator: " "))
                reasons.append(Explanation.Reason(code: judged.map(\.code).joined(separator: "+"), state, words: words, isAlternative: true))
            }
        }
        let any: Explanation.Reason.State = ways.contains(.holds) ? .holds : ways.contains(.unknown) ? .unknown : .fails
        let verdict: Explanation.Verdict = always == .fails || any == .fails ? .notEntitled : always == .holds && any == .holds ? .entitled : .possible
        var sources = [entitlement.source]
        var amount: Money?
        if verdict != .notEntitled, let base = entitlement.base?.inForce(on: day), let coefficient {
            amount = coefficient.times(base.amount)
            sources.append(base.source)
        } else if verdict != .notEntitled, let sum = entitlement.sum?(facts, day) {
            amount = sum.amount
            reasons.append(sum.reason)
            sources.append(sum.source)
        }
        return Explanation(
            name: entitlement.name, title: entitlement.title, verdict, amount: amount, reasons: reasons, sources: sources, isBesideOthers: entitlement.isBesideOthers,
            isReplaced: amount.map { isPaidElsewhere($0, entitlement, facts, on: day) } ?? false)
    }

    /// What makes somebody worth a look; nil where nothing does, or something as high is paid already.
    private static func lead(_ entitlement: Entitlement, _ facts: WelfareFacts, on day: Day) -> [Explanation.Reason]? {
        guard let lead = entitlement.lead, let base = entitlement.base?.inForce(on: day) else { return nil }
        let found = lead.conditions.map { $0.judge(facts, day) }
        guard weighed(found) != .fails, !isPaidElsewhere(lead.coefficient(facts, day).times(base.amount), entitlement, facts, on: day) else { return nil }
        return found
    }

    /// Of several monthly payments only the highest is due (Decree 20/2021/NĐ-CP, article 6): whether another as high is paid already.
    private static func isPaidElsewhere(_ amount: Money, _ entitlement: Entitlement, _ facts: WelfareFacts, on day: Day) -> Bool {
        guard !entitlement.isBesideOthers else { return false }
        return Beneficiaries.groups.contains { group in
            let code = group.choice.code
            // A carer's support stands beside the others.
            guard code != "carer", !entitlement.groups.contains(code), let coefficient = facts.groups[code], let base = group.base.inForce(on: day) else { return false }
            return coefficient.times(base.amount) >= amount
        }
    }

    /// All must hold; one that is not known leaves it open.
    private static func weighed(_ reasons: [Explanation.Reason]) -> Explanation.Reason.State {
        reasons.contains { $0.state == .fails } ? .fails : reasons.contains { $0.state == .unknown } ? .unknown : .holds
    }

    /// What a rule says of somebody whom the city no longer counts among its people.
    static func explainGone(_ entitlement: Entitlement, _ facts: WelfareFacts, on day: Day) -> Explanation {
        Explanation(
            name: entitlement.name, title: entitlement.title, .notEntitled, amount: nil, reasons: [WelfareCondition.alive, .resident].map { $0.judge(facts, day) },
            sources: [entitlement.source])
    }

    // MARK: The rules

    /// Oldest first within a name. Sources of before 2020 and the health cards' groups are from memory: **to be confirmed**.
    public static let all: [Entitlement] = {
        let parts: [[Entitlement]] = [socialPension, disability, healthCard, tuition, fees, GroupRules.all]
        return Array(parts.joined())
    }()

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Day { Day(year: year, month: month, day: day)! }

    private static let socialPensionTitle: Text = ["vi": "Trợ cấp hưu trí xã hội", "en": "Social pension"]

    private static let socialPension: [Entitlement] = [
        Entitlement(
            name: "social-pension", title: socialPensionTitle, from: day(2015, 1, 1), until: day(2025, 6, 30),
            source: [
                "vi": "Luật Người cao tuổi 39/2009/QH12, Điều 17; Nghị định 136/2013, 20/2021/NĐ-CP",
                "en": "Law on the Elderly 39/2009/QH12, article 17; Decrees 136/2013 and 20/2021/NĐ-CP",
            ],
            always: [.alive, .resident, .noPension], ways: [.init(.aged(80), coefficient: 100)], base: .assistance),
        Entitlement(
            name: "social-pension", title: socialPensionTitle, from: day(2025, 7, 1), until: nil,
            source: [
                "vi": "Luật Bảo hiểm xã hội 41/2024/QH15, Điều 21; Nghị định 176/2025/NĐ-CP", "en": "Law on Social Insurance 41/2024/QH15, article 21; Decree 176/2025/NĐ-CP",
            ],
            always: [.alive, .resident, .noPension],
            ways: [.init(.aged(75), coefficient: 100), .init(.agedWithin(70...74), .poorOrNear, coefficient: 100)], base: .socialPension),
    ]

    private static func disabilityAssistance(from: Day, until: Day?, source: Text) -> Entitlement {
        Entitlement(
            name: "disability-assistance", title: ["vi": "Trợ cấp xã hội hằng tháng cho người khuyết tật", "en": "Monthly assistance of the disabled"], from: from, until: until,
            source: source, always: [.alive, .resident],
            ways: [
                .init(.disabled(.extreme), .childOrElder, coefficient: 250), .init(.disabled(.extreme), coefficient: 200),
                .init(.disabled(.severe), .childOrElder, coefficient: 200), .init(.disabled(.severe), coefficient: 150),
            ], base: .assistance, groups: ["disabled-severe", "disabled-extreme"])
    }

    private static let disability: [Entitlement] = [
        disabilityAssistance(
            from: day(2015, 1, 1), until: day(2021, 6, 30),
            source: [
                "vi": "Luật Người khuyết tật 51/2010/QH12, Điều 44; Nghị định 28/2012/NĐ-CP",
                "en": "Law on Persons with Disabilities 51/2010/QH12, article 44; Decree 28/2012/NĐ-CP",
            ]),
        disabilityAssistance(
            from: day(2021, 7, 1), until: nil,
            source: [
                "vi": "Luật Người khuyết tật 51/2010/QH12, Điều 44; Nghị định 20/2021/NĐ-CP, Điều 6",
                "en": "Law on Persons with Disabilities 51/2010/QH12, article 44; Decree 20/2021/NĐ-CP, article 6",
            ]),
    ]

    private static let healthCardTitle: Text = ["vi": "Thẻ bảo hiểm y tế miễn phí", "en": "Free health insurance card"]

    private static let healthCard: [Entitlement] = [
        Entitlement(
            name: "health-card", title: healthCardTitle, from: day(2015, 1, 1), until: day(2025, 6, 30),
            source: ["vi": "Luật Bảo hiểm y tế 25/2008/QH12, sửa đổi 46/2014/QH13, Điều 12", "en": "Law on Health Insurance 25/2008/QH12, amended by 46/2014/QH13, article 12"],
            always: [.alive, .resident],
            ways: [
                .init(.under(6)), .init(.poor), .init(.merit(withRelatives: true)), .init(.assisted), .init(.disabled(.severe, .extreme)), .init(.aged(80), .noPension),
            ], base: nil),
        Entitlement(
            name: "health-card", title: healthCardTitle, from: day(2025, 7, 1), until: nil,
            source: ["vi": "Luật Bảo hiểm y tế, sửa đổi 51/2024/QH15, Điều 12", "en": "Law on Health Insurance, amended by 51/2024/QH15, article 12"],
            always: [.alive, .resident],
            ways: [
                .init(.under(6)), .init(.poor), .init(.merit(withRelatives: true)), .init(.assisted), .init(.disabled(.severe, .extreme)), .init(.aged(75), .noPension),
                .init(.agedWithin(70...74), .poorOrNear, .noPension),
            ], base: nil),
    ]

    private static let tuitionTitle: Text = ["vi": "Miễn học phí", "en": "Exemption from tuition"]

    private static let tuition: [Entitlement] = [
        Entitlement(
            name: "tuition", title: tuitionTitle, from: day(2015, 12, 2), until: day(2021, 10, 14),
            source: ["vi": "Nghị định 86/2015/NĐ-CP, Điều 7", "en": "Decree 86/2015/NĐ-CP, article 7"],
            always: [.alive, .inPublicSchool],
            ways: [
                // Primary schools of the State have no tuition (Law on Education).
                .init(.agedWithin(6...10)), .init(.poorOrNear, .disabled(.light, .severe, .extreme)), .init(.merit(withRelatives: true)), .init(.assisted),
            ], base: nil),
        Entitlement(
            name: "tuition", title: tuitionTitle, from: day(2021, 10, 15), until: day(2025, 8, 31),
            source: [
                "vi": "Nghị định 81/2021/NĐ-CP, Điều 15; Luật Giáo dục 43/2019/QH14, Điều 99", "en": "Decree 81/2021/NĐ-CP, article 15; Law on Education 43/2019/QH14, article 99",
            ],
            always: [.alive, .inPublicSchool],
            ways: [
                .init(.agedWithin(6...10)), .init(.poor), .init(.disabled(.light, .severe, .extreme)), .init(.merit(withRelatives: true)), .init(.assisted),
            ], base: nil),
        // From the school year 2025-2026: everybody from kindergarten to class 12.
        Entitlement(
            name: "tuition", title: tuitionTitle, from: day(2025, 9, 1), until: nil,
            source: ["vi": "Nghị quyết 217/2025/QH15; Nghị định 238/2025/NĐ-CP", "en": "Resolution 217/2025/QH15; Decree 238/2025/NĐ-CP"], always: [.alive],
            ways: [.init(.inPublicSchool)], base: nil),
    ]

    private static let fees: [Entitlement] = [
        Entitlement(
            name: "fees", title: ["vi": "Miễn, giảm phí và lệ phí", "en": "Exemption from fees"], from: day(2017, 1, 1), until: nil,
            source: ["vi": "Luật Phí và lệ phí 97/2015/QH13, Điều 10", "en": "Law on Fees and Charges 97/2015/QH13, article 10"], always: [.alive],
            ways: [
                .init(.under(16)), .init(.poor), .init(.aged(60)), .init(.disabled(.light, .severe, .extreme)), .init(.merit(withRelatives: false)),
            ], base: nil)
    ]
}
