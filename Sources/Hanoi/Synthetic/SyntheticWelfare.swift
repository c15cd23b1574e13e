// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Contributors, poor households and beneficiaries of an invented city, with mistakes planted on purpose and counted.
///
/// Who is entitled to the social pension is decided here by plain ages, not by `WelfareRules`, so that the one can be tested by the other.
struct SyntheticWelfare {
    /// Entitled to the social pension on `today` and not enrolled: one in ten.
    private(set) var plantedMissing: [String] = []
    /// Enrolled as social pensioners, but years too young: one for every fifty of the others.
    private(set) var plantedWrong: [String] = []
    /// Old people with a pension of social insurance, which no register of the city tells.
    private(set) var withPension: [String] = []
    /// Rightly enrolled as social pensioners.
    private(set) var socialPensioners = 0

    private var contributors = 0
    private var beneficiaries = 0
    /// Mistakes that wait for somebody of the right age.
    private var wrongOwed = 0
    private let today: Day
    private let pensionPercent: Int

    /// `pensionPercent` of the old have a pension and are not enrolled. Without a source of pensions in the city it is 0, so that nobody is suspected wrongly.
    init(today: Day, pensionPercent: Int = 0) {
        self.today = today
        self.pensionPercent = pensionPercent
    }

    /// People as the population's lines: id, name, birth, sex, …, relation at 8, commune at 9.
    mutating func lines(of household: [String], people: [[String]], isUrban: Bool, _ random: inout SplitMix64) -> [SyntheticHoldings.Line] {
        var lines: [SyntheticHoldings.Line] = []
        let poverty = poverty(household, isUrban: isUrban, &lines, &random)
        let hasDisabled = random.below(1000) < 25
        let disabled = hasDisabled ? random.pick(people)[0] : ""
        for person in people {
            guard let born = PartialDay(person[2])?.first, born <= today else { continue }
            let age = today.age(bornOn: born)
            if age >= 60, random.chance(5) { contributor(person, age, &lines, &random) }
            if age >= 75 || (age >= 70 && poverty != .above) {
                old(person, born, &lines, &random)
            } else if person[0] == disabled, age < 70 {
                self.disabled(person, age, head: people[0], &lines, &random)
            } else if wrongOwed > 0, (55...64).contains(age), person[8] != "head" {
                // Heads may die in the invented civil events; the planted ones must stay.
                wrongOwed -= 1
                plantedWrong.append(person[0])
                pensioner(person, from: today + -(30 + random.below(150)), &lines, &random)
            }
        }
        let children = people.count { $0[8] == "child" && Self.age($0, today) < 16 }
        if poverty == .poor, children > 0, !people.contains(where: { $0[8] == "spouse" }), people[0][0] != disabled, Self.age(people[0], today) < 55 {
            let coefficient = Coefficient(hundredths: Int64(min(children, 5)) * 100)
            beneficiary(people[0], "single-poor-parent", coefficient, from: today + -random.below(300), until: nil, &lines, &random)
        }
        return lines
    }

    private static func age(_ person: [String], _ today: Day) -> Int { PartialDay(person[2]).map { today.age(bornOn: $0.first) } ?? 0 }

    // MARK: Poor households

    /// One household in a hundred is poor, two are near-poor, one in two hundred has escaped.
    private func poverty(
        _ household: [String], isUrban: Bool, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64
    ) -> PovertyClass {
        let chance = random.below(1000)
        guard chance < 35 else { return .above }
        let wanted: PovertyClass = chance < 10 ? .poor : chance < 30 ? .nearPoor : .above
        let word = wanted == .above ? "escaped" : wanted.rawValue
        let line = PovertyLines.table(isUrban ? .urban : .rural, on: today)!.line.amount
        let income = wanted == .above ? line + 100_000 + Int64(random.below(20)) * 50_000 : line - Int64(random.below(12)) * 50_000
        let count = wanted == .poor ? 3 + random.below(3) : random.below(3)
        var lacking: Set<String> = []
        while lacking.count < count { lacking.insert(random.pick(Deprivations.all).code) }
        let number = "\(household[0])-\(today.year)"
        var cells = [
            "number": number, "household": household[0], "commune": household[1], "year": "\(today.year)", "class": word, "area": isUrban ? "urban" : "rural",
            "income": "\(income)", "score_a": "\(income * (isUrban ? 175 : 140) / line)", "score_b": "\(count * 10)",
            "decision": "\(1 + random.below(90))/QĐ-UBND", "decided": "\(today.year - 1)-12-\(10 + random.below(5))", "until": "\(today.year)-12-31",
        ]
        for indicator in Deprivations.all { cells[indicator.code] = lacking.contains(indicator.code) ? "true" : "false" }
        lines.append(SyntheticEducation.line(PoorHouseholds.register, cells))
        return wanted
    }

    // MARK: Contributors

    private mutating func contributor(_ person: [String], _ age: Int, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        let veterans = ["war-invalid", "war-invalid", "sick-soldier", "toxic-chemicals", "decorated", "imprisoned", "helper"]
        let year = 1980 + random.below(35)
        var cells = [
            "name": person[1], "person": person[0], "decision": "\(100 + random.below(9000))/QĐ-LĐTBXH", "decided": "\(year)-07-\(10 + random.below(18))",
            "allowance_from": "\(year)-08-01",
        ]
        if age >= 68 {
            let group = random.pick(veterans)
            cells["group"] = group
            if group == "war-invalid" { cells["injury_rate"] = "\(21 + random.below(70))" }
        } else {
            let surname = person[1].split(separator: " ").first ?? "Nguyễn"
            cells["group"] = "relative"
            cells["relative_of"] = contributor(
                [
                    "name": "\(surname) \(random.pick(SyntheticNames.maleMiddle)) \(random.pick(SyntheticNames.maleGiven))", "group": "martyr",
                    "decision": "\(100 + random.below(9000))/TTg", "decided": "\(1976 + random.below(4))-07-27", "deceased": "\(1965 + random.below(10))",
                ], in: person[9], &lines)
        }
        _ = contributor(cells, in: person[9], &lines)
    }

    /// Adds the line and says its number.
    private mutating func contributor(_ cells: [String: String], in commune: String, _ lines: inout [SyntheticHoldings.Line]) -> String {
        contributors += 1
        var cells = cells
        let number = "NC" + SyntheticEducation.padded(contributors, 14)
        cells["number"] = number
        cells["commune"] = commune
        lines.append(SyntheticEducation.line(Contributors.register, cells))
        return number
    }

    // MARK: Beneficiaries

    private mutating func old(_ person: [String], _ born: Day, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        if random.chance(pensionPercent) {
            withPension.append(person[0])
            return
        }
        if random.below(10) == 0 {
            plantedMissing.append(person[0])
            return
        }
        socialPensioners += 1
        if random.below(50) == 0 { wrongOwed += 1 }
        // Since the law began or since the birthday that completed the years.
        let began = Day(year: 2025, month: 7, day: 1)!
        pensioner(person, from: min(max(began, born.adding(months: 75 * 12)), max(began, today)), &lines, &random)
    }

    private mutating func pensioner(_ person: [String], from: Day, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        beneficiary(person, "social-pensioner", Coefficient(hundredths: 100), of: .socialPension, from: from, until: nil, &lines, &random)
    }

    private mutating func disabled(_ person: [String], _ age: Int, head: [String], _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        let isExtreme = random.chance(25)
        let higher: Int64 = age < 16 || age >= 60 ? 50 : 0
        let from = today + -random.below(180)
        beneficiary(
            person, isExtreme ? "disabled-extreme" : "disabled-severe", Coefficient(hundredths: (isExtreme ? 200 : 150) + higher), from: from, until: nil, &lines, &random)
        // A household that cares for somebody extremely severely disabled gets a support for that.
        if isExtreme, head[0] != person[0] { beneficiary(head, "carer", Coefficient(hundredths: 100), from: from, until: nil, &lines, &random) }
    }

    private mutating func beneficiary(
        _ person: [String], _ group: String, _ coefficient: Coefficient, of base: WelfareBase = .assistance, from: Day, until: Day?, _ lines: inout [SyntheticHoldings.Line],
        _ random: inout SplitMix64
    ) {
        beneficiaries += 1
        let amount = coefficient.times(base.inForce(on: today)!.amount)
        lines.append(
            SyntheticEducation.line(
                Beneficiaries.register,
                [
                    "number": "BT" + SyntheticEducation.padded(beneficiaries, 14), "person": person[0], "commune": person[9], "group": group,
                    "coefficient": coefficient.plain, "amount": "\(amount.amount)", "from": from.description, "until": until?.description ?? "",
                    "decision": "\(1 + random.below(400))/QĐ-UBND", "decided": min(from, today).description,
                ]))
    }
}
