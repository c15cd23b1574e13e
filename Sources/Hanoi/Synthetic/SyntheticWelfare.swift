// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Contributors, poor households, certificates and beneficiaries of an invented city, with mistakes planted on purpose and counted.
///
/// Who is entitled is decided here by plain ages and numbers, not by `WelfareRules`, so that the one can be tested by the other.
struct SyntheticWelfare {
    /// Entitled on `today` and not enrolled, by the rule's name.
    private(set) var plantedMissing: [String: [String]] = [:]
    /// Not enrolled, and to be asked about or looked at.
    private(set) var plantedPossible: [String: [String]] = [:]
    /// Enrolled and not entitled: too young for the social pension, with a pension, or with a certificate of a light disability.
    private(set) var plantedWrong: [String: [String]] = [:]

    private var contributors = 0
    private var oldPeople = 0
    private var pensions = 0
    private var veterans = 0
    private var beneficiaries = 0
    private var certificates = 0
    private var disabledPeople = 0
    private var lonePeople = 0
    private var loneParents = 0
    /// What is paid to people of the household at hand, in hundredths of the base; a carer's support stands beside it.
    private var paid: [String: Int64] = [:]
    /// Mistakes that wait for somebody of the right age.
    private var wrongOwed = 0
    private let today: Day
    private let pensionPercent: Int

    /// `pensionPercent` of the old have a pension and are not enrolled. Social insurance's list names two in three of them.
    init(today: Day, pensionPercent: Int = 30) {
        self.today = today
        self.pensionPercent = pensionPercent
    }

    /// People as the population's lines: id, name, birth, sex, …, relation at 8, commune at 9.
    mutating func lines(of household: [String], people: [[String]], isUrban: Bool, _ random: inout SplitMix64) -> [SyntheticHoldings.Line] {
        var lines: [SyntheticHoldings.Line] = []
        paid = [:]
        let ages = people.map { Self.age($0, today) }
        let isWithoutWorkers = !ages.contains { (18...59).contains($0) }
        let children = ages.count { $0 < 16 }
        let isLoneParent = ages.count { $0 >= 18 } == 1 && children > 0
        let poverty = poverty(household, isUrban: isUrban, isPoorer: isWithoutWorkers || isLoneParent, &lines, &random)
        let hasDisabled = random.below(1000) < 25
        let disabled = hasDisabled ? random.pick(people)[0] : ""
        for (person, age) in zip(people, ages) {
            guard let born = PartialDay(person[2])?.first, born <= today else { continue }
            if age >= 60, random.chance(5) { contributor(person, age, &lines, &random) }
            if age >= 60, isWithoutWorkers, poverty == .poor {
                lone(person, born, age, &lines, &random)
            } else if age >= 75 || (age >= 70 && poverty != .above) {
                old(person, born, &lines, &random)
            } else if person[0] == disabled, age < 70 {
                self.disabled(person, age, head: people[0], &lines, &random)
            } else if wrongOwed > 0, (55...64).contains(age), person[8] != "head" {
                // Heads may die in the invented civil events; the planted ones must stay.
                wrongOwed -= 1
                plantedWrong["social-pension", default: []].append(person[0])
                pensioner(person, from: today + -(30 + random.below(150)), &lines, &random)
            }
        }
        guard poverty == .poor, isLoneParent, let parent = zip(people, ages).first(where: { $0.1 >= 18 })?.0 else { return lines }
        loneParents += 1
        let due = Int64(min(children, 5)) * 100
        if loneParents % 2 == 1 || parent[0] == disabled || Self.age(parent, today) >= 60 {
            // An officer should look, unless something as high is paid.
            if paid[parent[0]] ?? 0 < due { plantedPossible["poor-assistance", default: []].append(parent[0]) }
        } else {
            beneficiary(parent, "single-poor-parent", Coefficient(hundredths: due), from: today + -random.below(300), until: nil, &lines, &random)
        }
        return lines
    }

    private static func age(_ person: [String], _ today: Day) -> Int { PartialDay(person[2]).map { today.age(bornOn: $0.first) } ?? 0 }

    // MARK: Poor households

    /// One household in a hundred is poor, two are near-poor, one in two hundred has escaped; of those without workers or with a lone parent five times as many.
    private func poverty(
        _ household: [String], isUrban: Bool, isPoorer: Bool, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64
    ) -> PovertyClass {
        let chance = random.below(isPoorer ? 200 : 1000)
        guard chance < 35 else { return .above }
        let wanted: PovertyClass = chance < 10 ? .poor : chance < 30 ? .nearPoor : .above
        let word = wanted == .above ? "escaped" : wanted.rawValue
        let line = PovertyLines.table(isUrban ? .urban : .rural, on: today)!.line.amount
        let income = wanted == .above ? line + 100_000 + Int64(random.below(20)) * 50_000 : line - Int64(random.below(12)) * 50_000
        let count = wanted == .poor ? 3 + random.below(3) : random.below(3)
        var lacking: Set<String> = []
        while lacking.count < count { lacking.insert(random.pick(Deprivations.since2022).code) }
        let number = "\(household[0])-\(today.year)"
        var cells = [
            "number": number, "household": household[0], "commune": household[1], "year": "\(today.year)", "class": word, "area": isUrban ? "urban" : "rural",
            "income": "\(income)", "score_b1": "\(income * (isUrban ? 175 : 140) / line)", "score_b2": "\(count * 10)",
            "decision": "\(1 + random.below(90))/QĐ-UBND", "decided": "\(today.year - 1)-12-\(10 + random.below(5))", "until": "\(today.year)-12-31",
        ]
        for indicator in Deprivations.since2022 { cells[indicator.code] = lacking.contains(indicator.code) ? "true" : "false" }
        lines.append(SyntheticCells.line(PoorHouseholds.register, cells))
        return wanted
    }

    // MARK: Contributors

    private mutating func contributor(_ person: [String], _ age: Int, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        let groups = ["war-invalid", "war-invalid", "sick-soldier", "toxic-chemicals", "decorated", "imprisoned", "helper"]
        let year = 1980 + random.below(35)
        var cells = [
            "name": person[1], "person": person[0], "decision": "\(100 + random.below(9000))/QĐ-LĐTBXH", "decided": "\(year)-07-\(10 + random.below(18))",
            "allowance_from": "\(year)-08-01",
        ]
        if age >= 68 {
            let group = random.pick(groups)
            cells["group"] = group
            // Who is due and is not paid was forgotten.
            veterans += 1
            let isPaid = veterans % 3 != 1
            let rate = 21 + random.below(70)
            if ["war-invalid", "sick-soldier", "toxic-chemicals"].contains(group) { cells["injury_rate"] = "\(rate)" }
            let isDue = group != "decorated" && (group != "sick-soldier" || rate >= 41)
            if !isPaid || !isDue { cells["allowance_from"] = "" }
            // Whether a helper's honour brings an allowance stands in no field.
            if !isPaid, isDue, group != "helper" { plantedMissing["contributor-allowance", default: []].append(person[0]) }
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
        let number = "NC" + SyntheticCells.padded(contributors, 14)
        cells["number"] = number
        cells["commune"] = commune
        lines.append(SyntheticCells.line(Contributors.register, cells))
        return number
    }

    // MARK: Beneficiaries

    private mutating func old(_ person: [String], _ born: Day, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        oldPeople += 1
        if random.chance(pensionPercent) {
            // Whom no list names looks like somebody who has none.
            guard oldPeople % 3 > 0 else { return plantedPossible["social-pension", default: []].append(person[0]) }
            return pension(person, oldPeople % 5 > 0 ? "retirement" : "allowance", from: born.adding(months: 60 * 12), &lines, &random)
        }
        if random.below(5) == 0 {
            // Asked and forgotten, or not asked yet.
            guard oldPeople % 2 > 0 else { return plantedPossible["social-pension", default: []].append(person[0]) }
            plantedMissing["social-pension", default: []].append(person[0])
            return pension(person, Pensions.absent, from: nil, &lines, &random)
        }
        if random.below(50) == 0 { wrongOwed += 1 }
        // Some of those enrolled were asked, and one in forty has a pension after all.
        switch oldPeople % 40 {
        case 7 where person[8] != "head":
            plantedWrong["social-pension", default: []].append(person[0])
            pension(person, "retirement", from: born.adding(months: 60 * 12), &lines, &random)
        case 10..<20: pension(person, Pensions.absent, from: nil, &lines, &random)
        default: break
        }
        // Since the law began or since the birthday that completed the years.
        let began = Day(year: 2025, month: 7, day: 1)!
        pensioner(person, from: min(max(began, born.adding(months: 75 * 12)), max(began, today)), &lines, &random)
    }

    /// What social insurance's list says, or an officer's note that there is none.
    private mutating func pension(_ person: [String], _ kind: String, from: Day?, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        pensions += 1
        lines.append(
            SyntheticCells.line(
                Pensions.register,
                [
                    "number": "LH" + SyntheticCells.padded(pensions, 14), "person": person[0], "commune": person[9], "kind": kind, "from": from?.description ?? "",
                    "source": from == nil ? "asked" : "list", "told": (today + -(1 + random.below(180))).description,
                ]))
    }

    private mutating func pensioner(_ person: [String], from: Day, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        beneficiary(person, "social-pensioner", Coefficient(hundredths: 100), of: .socialPension, from: from, until: nil, &lines, &random)
    }

    /// A poor elder without anybody of working age at home: one in two is enrolled, the others should be looked at.
    private mutating func lone(_ person: [String], _ born: Day, _ age: Int, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        lonePeople += 1
        guard lonePeople % 2 == 1 else {
            let coefficient = Coefficient(hundredths: age >= 80 ? 200 : 150)
            return beneficiary(person, "elder-alone", coefficient, from: today + -random.below(180), until: nil, &lines, &random)
        }
        plantedPossible["elder-alone", default: []].append(person[0])
        if age >= 70 { old(person, born, &lines, &random) }
    }

    private mutating func disabled(_ person: [String], _ age: Int, head: [String], _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        disabledPeople += 1
        let isExtreme = random.chance(25)
        let higher: Int64 = age < 16 || age >= 60 ? 50 : 0
        let from = today + -random.below(180)
        let group = isExtreme ? "disabled-extreme" : "disabled-severe"
        func certify(_ degree: String, until: Day? = nil, _ lines: inout [SyntheticHoldings.Line]) {
            certificate(person, degree, issued: from + -20, until: until, &lines, &random)
        }
        let degree = isExtreme ? "extreme" : "severe"
        switch disabledPeople % 8 {
        case 1:
            // Certified, and forgotten.
            plantedMissing["disability-assistance", default: []].append(person[0])
            return certify(degree, &lines)
        // Nearly entitled: a light disability, and a certificate that has ended.
        case 3: return certify("light", &lines)
        case 5: return certify(degree, until: today + -1, &lines)
        case 6:
            // Found light since, and still paid.
            plantedWrong["disability-assistance", default: []].append(person[0])
            certify("light", &lines)
        // The certificate is not in the register yet.
        case 7: break
        default: certify(degree, &lines)
        }
        beneficiary(person, group, Coefficient(hundredths: (isExtreme ? 200 : 150) + higher), from: from, until: nil, &lines, &random)
        // A household that cares for somebody extremely severely disabled gets a support for that.
        if isExtreme, head[0] != person[0] { beneficiary(head, "carer", Coefficient(hundredths: 100), from: from, until: nil, &lines, &random) }
    }

    private mutating func certificate(
        _ person: [String], _ degree: String, issued: Day, until: Day?, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64
    ) {
        certificates += 1
        lines.append(
            SyntheticCells.line(
                DisabilityCertificates.register,
                [
                    "number": "KT" + SyntheticCells.padded(certificates, 14), "certificate": "\(1 + random.below(400))/GXN-KT", "person": person[0], "commune": person[9],
                    "kind": random.pick(DisabilityCertificates.kinds).code, "degree": degree, "concluded": (issued + -7).description,
                    "minutes": "\(1 + random.below(90))/BB-HĐXĐKT", "issued": issued.description, "until": until?.description ?? "",
                ]))
    }

    private mutating func beneficiary(
        _ person: [String], _ group: String, _ coefficient: Coefficient, of base: WelfareBase = .assistance, from: Day, until: Day?, _ lines: inout [SyntheticHoldings.Line],
        _ random: inout SplitMix64
    ) {
        beneficiaries += 1
        if group != "carer" { paid[person[0]] = max(paid[person[0]] ?? 0, coefficient.hundredths) }
        let amount = coefficient.times(base.inForce(on: today)!.amount)
        lines.append(
            SyntheticCells.line(
                Beneficiaries.register,
                [
                    "number": "BT" + SyntheticCells.padded(beneficiaries, 14), "person": person[0], "commune": person[9], "group": group,
                    "coefficient": coefficient.plain, "amount": "\(amount.amount)", "from": from.description, "until": until?.description ?? "",
                    "decision": "\(1 + random.below(400))/QĐ-UBND", "decided": min(from, today).description,
                ]))
    }
}
