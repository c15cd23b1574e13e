// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// One condition of a rule of welfare: whether it holds, said with the fact that decides it.
public struct WelfareCondition: Sendable {
    let judge: @Sendable (WelfareFacts, Day) -> Explanation.Reason

    typealias Finding = (state: Explanation.Reason.State, words: Text)

    init(_ code: String, _ judge: @escaping @Sendable (WelfareFacts, Day) -> Finding) {
        self.judge = { facts, day in
            let finding = judge(facts, day)
            return Explanation.Reason(code: code, finding.state, words: finding.words)
        }
    }

    static func reason(_ holds: Bool, _ vi: String, _ en: String) -> Finding { (holds ? .holds : .fails, Text(vi: vi, en: en)) }

    static func unknown(_ vi: String, _ en: String) -> Finding { (.unknown, Text(vi: vi, en: en)) }

    private static func known(_ age: Int?) -> Text {
        guard let age else { return ["vi": "chưa rõ ngày sinh", "en": "the day of birth is not known"] }
        return Text(vi: "nay \(age) tuổi", en: "now \(age)")
    }

    /// Alive on the day, the day of death included.
    static let alive = WelfareCondition("alive") { facts, day in
        guard let died = facts.died, died < day else { return reason(true, "Còn sống.", "Is alive.") }
        return reason(false, "Đã mất ngày \(died.written(.vietnamese)).", "Died on \(died.written(.english)).")
    }

    static let resident = WelfareCondition("resident") { facts, _ in
        facts.isResident ? reason(true, "Cư trú tại Hà Nội.", "Lives in Hà Nội.") : reason(false, "Không cư trú tại Hà Nội.", "Does not live in Hà Nội.")
    }

    static func aged(_ years: Int) -> WelfareCondition {
        WelfareCondition("aged-\(years)") { facts, day in
            let (age, told) = (facts.age(on: day), known(facts.age(on: day)))
            return reason(age.map { $0 >= years } ?? false, "Từ đủ \(years) tuổi: \(told.vi).", "Is \(years) or older: \(told.en).")
        }
    }

    static func under(_ years: Int) -> WelfareCondition {
        WelfareCondition("under-\(years)") { facts, day in
            let (age, told) = (facts.age(on: day), known(facts.age(on: day)))
            return reason(age.map { $0 < years } ?? false, "Dưới \(years) tuổi: \(told.vi).", "Is under \(years): \(told.en).")
        }
    }

    static func agedWithin(_ ages: ClosedRange<Int>) -> WelfareCondition {
        WelfareCondition("aged-\(ages.lowerBound)-\(ages.upperBound)") { facts, day in
            let (age, told) = (facts.age(on: day), known(facts.age(on: day)))
            return reason(
                age.map { ages.contains($0) } ?? false, "Từ đủ \(ages.lowerBound) đến \(ages.upperBound) tuổi: \(told.vi).",
                "Is \(ages.lowerBound) to \(ages.upperBound): \(told.en).")
        }
    }

    /// Children under 16 and people of 60 and older get the higher coefficient.
    static let childOrElder = WelfareCondition("child-or-elder") { facts, day in
        let (age, told) = (facts.age(on: day), known(facts.age(on: day)))
        return reason(
            age.map { $0 < 16 || $0 >= 60 } ?? false, "Là trẻ em dưới 16 tuổi hoặc người cao tuổi: \(told.vi).", "Is a child under 16 or an elder of 60 or more: \(told.en).")
    }

    static let noPension = WelfareCondition("no-pension") { facts, _ in
        guard let hasPension = facts.hasPension else {
            return unknown(
                "Chưa rõ có lương hưu, trợ cấp BHXH hằng tháng hay không.", "It is not known whether there is a pension or a monthly social-insurance allowance.")
        }
        return hasPension
            ? reason(false, "Đang có lương hưu hoặc trợ cấp bảo hiểm xã hội hằng tháng.", "Has a pension or a monthly social-insurance allowance.")
            : reason(true, "Không có lương hưu, trợ cấp bảo hiểm xã hội hằng tháng.", "Has no pension and no monthly social-insurance allowance.")
    }

    static let poor = WelfareCondition("poor") { facts, _ in
        let told = words(facts.poverty)
        return reason(facts.poverty == .poor, "Thuộc hộ nghèo: \(told.vi.lowercased()).", "Lives in a poor household: \(told.en.lowercased()).")
    }

    static let poorOrNear = WelfareCondition("poor-or-near") { facts, _ in
        let told = words(facts.poverty)
        return reason(facts.poverty != .above, "Thuộc hộ nghèo hoặc cận nghèo: \(told.vi.lowercased()).", "Lives in a poor or near-poor household: \(told.en.lowercased()).")
    }

    private static func words(_ poverty: PovertyClass) -> Text {
        switch poverty {
        case .poor: ["vi": "Hộ nghèo", "en": "Poor"]
        case .nearPoor: ["vi": "Hộ cận nghèo", "en": "Near-poor"]
        case .above: ["vi": "Không nghèo, không cận nghèo", "en": "Neither"]
        }
    }

    /// Has merit to the Revolution; relatives only where the law names them.
    static func merit(withRelatives: Bool) -> WelfareCondition {
        WelfareCondition("merit") { facts, _ in
            let merits = withRelatives ? facts.merits : facts.merits.subtracting(["relative"])
            let names = Contributors.groups.filter { merits.contains($0.code) }
            if names.isEmpty {
                return withRelatives
                    ? reason(
                        false, "Không có tên trong sổ người có công, kể cả thân nhân.", "Is not in the register of people with merit, nor as a relative.")
                    : reason(false, "Không có tên trong sổ người có công.", "Is not in the register of people with merit.")
            }
            let (vi, en) = (names.map(\.title.vi).joined(separator: "; "), names.map(\.title.en).joined(separator: "; "))
            return withRelatives
                ? reason(true, "Là người có công hoặc thân nhân: \(vi).", "Has merit to the Revolution or is a relative: \(en).")
                : reason(true, "Là người có công: \(vi).", "Has merit to the Revolution: \(en).")
        }
    }

    static func disabled(_ degrees: WelfareFacts.Disability...) -> WelfareCondition {
        WelfareCondition("disabled") { facts, _ in
            let wanted: [Text] = degrees.map { words($0) }
            let (vi, en) = (wanted.map { $0.vi }.joined(separator: ", "), wanted.map { $0.en }.joined(separator: ", "))
            guard let degree = facts.disability else {
                return reason(false, "Khuyết tật \(vi): không có giấy xác nhận trong sổ.", "Disability \(en): no certificate in the register.")
            }
            let (found, holds) = (words(degree), degrees.contains(degree))
            guard facts.isCertified else {
                return reason(
                    holds, "Khuyết tật \(vi): \(found.vi), theo diện đang hưởng; chưa có giấy xác nhận trong sổ.",
                    "Disability \(en): \(found.en), by the group that is paid; the certificate is missing from the register.")
            }
            return reason(holds, "Khuyết tật \(vi): giấy xác nhận ghi mức \(found.vi).", "Disability \(en): the certificate says \(found.en).")
        }
    }

    private static func words(_ degree: WelfareFacts.Disability) -> Text {
        switch degree {
        case .light: ["vi": "nhẹ", "en": "light"]
        case .severe: ["vi": "nặng", "en": "severe"]
        case .extreme: ["vi": "đặc biệt nặng", "en": "extremely severe"]
        }
    }

    static let assisted = WelfareCondition("assisted") { facts, _ in
        facts.isAssisted
            ? reason(true, "Đang hưởng trợ cấp xã hội hằng tháng.", "Gets a monthly social assistance.")
            : reason(false, "Không hưởng trợ cấp xã hội hằng tháng.", "Gets no monthly social assistance.")
    }

    /// Stands in one of these groups. The registers know nothing of who else meets what those groups ask.
    static func enrolled(_ groups: [String]) -> WelfareCondition {
        WelfareCondition("enrolled") { facts, _ in
            let names = Beneficiaries.groups.filter { groups.contains($0.choice.code) && facts.groups[$0.choice.code] != nil }.map(\.choice.title)
            guard !names.isEmpty else { return onlyEnrolled }
            return reason(
                true, "Đang hưởng theo quyết định, diện: \(names.map { $0.vi }.joined(separator: "; ")).",
                "Gets it by a decision, in the group: \(names.map { $0.en }.joined(separator: "; ")).")
        }
    }

    static var onlyEnrolled: Finding {
        unknown(
            "Các sổ chỉ biết người đang hưởng khoản này, không biết ai khác đủ điều kiện.", "The registers know only who gets this already, not who else is entitled.")
    }

    /// A group that the law has closed.
    static func closed(since day: Day) -> WelfareCondition {
        WelfareCondition("closed") { _, _ in
            reason(
                false, "Diện này không còn từ ngày \(day.written(.vietnamese)), chuyển sang trợ cấp hưu trí xã hội.",
                "This group is closed since \(day.written(.english)); the social pension takes its place.")
        }
    }

    /// The registers know the city's schools up to class 12. Who is recognised as a student may learn elsewhere.
    static let studying = WelfareCondition("studying") { facts, _ in
        if facts.isInSchool { return reason(true, "Đang đi học.", "Is studying.") }
        return facts.groups["orphan-student"] == nil
            ? reason(false, "Không học ở trường nào của thành phố.", "Is at no school of the city.")
            : unknown("Chưa rõ còn đi học hay không: các sổ chỉ biết các trường đến lớp 12.", "It is not known whether studies go on: the registers know schools up to class 12.")
    }

    static let inPublicSchool = WelfareCondition("public-school") { facts, _ in
        facts.isInPublicSchool
            ? reason(true, "Đang học trường công lập.", "Is at a public school.") : reason(false, "Không học trường công lập.", "Is not at a public school.")
    }
}
