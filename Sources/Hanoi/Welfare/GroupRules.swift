// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Payments of which the registers know for sure only who gets them. They tell when one must end: by death, by moving away, by age.
///
/// Who else is entitled depends on what no register holds: who supports a child or an elder, who cares for whom, who has which illness.
/// Where two registers together tell of somebody that an officer should look at, there is a lead.
enum GroupRules {
    static let all: [Entitlement] = [
        assistance(
            "orphan-assistance", ["vi": "Trợ cấp trẻ em không có nguồn nuôi dưỡng", "en": "Assistance of orphans and children without support"],
            ["orphan", "orphan-student"], ways: [.init(.under(16)), .init(.agedWithin(16...21), .studying)]),
        assistance(
            "small-child", ["vi": "Trợ cấp trẻ em dưới 3 tuổi hộ nghèo", "en": "Assistance of small children in poor households"], ["small-child"], ways: [.init(.under(3))]),
        assistance(
            "elder-alone", ["vi": "Trợ cấp người cao tuổi không có người phụng dưỡng", "en": "Assistance of elders without anyone to care"], ["elder-alone"],
            ways: [.init(.aged(60))], lead: .elderAlone),
        // One rule for both, so that no list is a list of the ill.
        assistance(
            "poor-assistance", ["vi": "Trợ cấp khác của người thuộc hộ nghèo", "en": "Other assistance in poor households"], ["single-poor-parent", "hiv"], ways: [.init()],
            lead: .singleParent),
        Entitlement(
            name: "carer-support", title: ["vi": "Hỗ trợ người nhận chăm sóc, nuôi dưỡng", "en": "Support of carers"], from: decree20, until: nil,
            source: ["vi": "Nghị định 20/2021/NĐ-CP, Điều 20", "en": "Decree 20/2021/NĐ-CP, article 20"], always: [.alive, .resident], ways: [.init()], base: .assistance,
            known: .enrolled(["carer"]), groups: ["carer"], isBesideOthers: true),
        Entitlement(
            name: "elder-80", title: ["vi": "Trợ cấp người từ đủ 80 tuổi (cũ)", "en": "Assistance of elders over 80 (former)"], from: pensions, until: nil,
            source: ["vi": "Luật Bảo hiểm xã hội 41/2024/QH15; Nghị định 176/2025/NĐ-CP", "en": "Law on Social Insurance 41/2024/QH15; Decree 176/2025/NĐ-CP"],
            always: [.alive, .resident, .closed(since: pensions)], ways: [.init()], base: nil, groups: ["elder-80"]),
        Entitlement(
            name: contributors, title: ["vi": "Trợ cấp ưu đãi hằng tháng người có công", "en": "Monthly allowance of people with merit"], from: decree131, until: nil,
            source: ["vi": "Pháp lệnh 02/2020/UBTVQH14; Nghị định 131/2021/NĐ-CP", "en": "Ordinance 02/2020/UBTVQH14; Decree 131/2021/NĐ-CP"],
            always: [.alive, .resident], ways: [.init()], base: nil, known: .meritAllowance, isBesideOthers: true,
            sum: MeritRule.sum),
        Entitlement(
            name: relatives, title: ["vi": "Trợ cấp hằng tháng thân nhân người có công", "en": "Monthly allowance of relatives of people with merit"], from: decree131, until: nil,
            source: ["vi": "Pháp lệnh 02/2020/UBTVQH14; Nghị định 131/2021/NĐ-CP", "en": "Ordinance 02/2020/UBTVQH14; Decree 131/2021/NĐ-CP"],
            always: [.alive, .resident], ways: [.init()], base: nil, known: .relativeAllowance, isBesideOthers: true),
    ]

    /// Their enrolment stands in another register than the others'. A relative's allowance does not stand for one's own.
    static let contributors = "contributor-allowance"
    static let relatives = "relative-allowance"

    private static let decree20 = Day(year: 2021, month: 7, day: 1)!
    private static let decree131 = Day(year: 2022, month: 2, day: 15)!
    private static let pensions = Day(year: 2025, month: 7, day: 1)!

    private static func assistance(_ name: String, _ title: Text, _ groups: [String], ways: [Entitlement.Way], lead: WelfareLead? = nil) -> Entitlement {
        Entitlement(
            name: name, title: title, from: decree20, until: nil, source: ["vi": "Nghị định 20/2021/NĐ-CP, Điều 5 và 6", "en": "Decree 20/2021/NĐ-CP, articles 5 and 6"],
            always: [.alive, .resident], ways: ways, base: .assistance, known: .enrolled(groups), lead: lead, groups: groups)
    }
}
