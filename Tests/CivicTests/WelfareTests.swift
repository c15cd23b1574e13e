// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Testing

/// All that the law has on a day, granted or not.
private func explainAll(_ facts: WelfareFacts, on day: Day) -> [Explanation] {
    WelfareRules.all.filter { $0.isInForce(on: day) }.compactMap { WelfareRules.explain($0.name, facts, on: day) }
}

struct `Welfare as dated data` {
    private func pension(_ born: String, _ on: String, poverty: PovertyClass = .above, died: String? = nil) -> Explanation {
        WelfareRules.explain("social-pension", WelfareFacts(born: Day(born)!, died: died.flatMap { Day($0) }, poverty: poverty), on: Day(on)!)!
    }

    @Test(
        arguments: [
            ("1945-12-31", "2025-06-30", false, nil), ("1945-06-30", "2025-06-30", true, 500_000), ("1950-07-01", "2025-06-30", false, nil),
            ("1950-07-01", "2025-07-01", true, 500_000), ("1950-07-02", "2025-07-01", false, nil), ("1950-07-01", "2025-12-31", true, 500_000),
            ("1950-07-01", "2026-01-01", true, 650_000),
        ] as [(String, String, Bool, Int64?)])
    func `the social pension by the law of the day`(born: String, on: String, isEntitled: Bool, amount: Int64?) {
        let answer = pension(born, on)
        #expect(answer.isEntitled == isEntitled && answer.amount?.amount == amount)
    }

    @Test func `five years earlier in poor and near-poor households`() {
        #expect(pension("1955-01-01", "2026-01-01", poverty: .nearPoor).isEntitled)
        #expect(pension("1955-01-01", "2026-01-01", poverty: .poor).amount == Money(650_000))
        #expect(!pension("1955-01-01", "2026-01-01").isEntitled)
        #expect(!pension("1955-01-02", "2025-01-01", poverty: .poor).isEntitled)
    }

    @Test func `the answer says why, in both languages`() {
        let young = pension("1945-12-31", "2025-06-30")
        #expect(young.deciding.map(\.words) == [["vi": "Từ đủ 80 tuổi: nay 79 tuổi.", "en": "Is 80 or older: now 79."]])
        #expect(young.deciding.map(\.code) == ["aged-80"])
        let poor = pension("1953-01-01", "2026-01-01", poverty: .nearPoor)
        #expect(poor.deciding.last?.words.vi == "Từ đủ 70 đến 74 tuổi: nay 73 tuổi. Thuộc hộ nghèo hoặc cận nghèo: hộ cận nghèo.")
        #expect(poor.deciding.last?.words.en == "Is 70 to 74: now 73. Lives in a poor or near-poor household: near-poor.")
        #expect(poor.sources.map(\.en).contains("Resolution of the City Council of 27 November 2025"))
        let dead = pension("1940-01-01", "2026-03-02", died: "2026-03-01")
        #expect(dead.deciding.map(\.words) == [["vi": "Đã mất ngày 01/03/2026.", "en": "Died on 1 March 2026."]])
    }

    @Test func `a pension that nobody has told of leaves it open`() {
        func asked(_ hasPension: Bool?) -> Explanation {
            WelfareRules.explain("social-pension", WelfareFacts(born: Day("1945-01-01")!, hasPension: hasPension), on: Day("2026-01-01")!)!
        }
        #expect(asked(nil).verdict == .possible && asked(nil).isEntitled && asked(nil).amount == Money(650_000))
        #expect(asked(nil).deciding.map(\.words.vi).contains("Chưa rõ có lương hưu, trợ cấp BHXH hằng tháng hay không."))
        #expect(asked(false).verdict == .entitled && asked(true).verdict == .notEntitled)
    }

    @Test func `of several monthly payments only the highest is added, a carer's support beside it`() {
        let facts = WelfareFacts(
            born: Day("1950-01-01")!, disability: .severe, isAssisted: true,
            groups: ["disabled-severe": Coefficient(hundredths: 200), "carer": Coefficient(hundredths: 100)])
        let day = Day("2026-02-01")!
        let answers = explainAll(facts, on: day)
        #expect(Explanation.notAdded(answers) == ["social-pension"])
        #expect(answers.first { $0.name == "disability-assistance" }?.amount == Money(1_300_000))
        #expect(answers.first { $0.name == "carer-support" }?.amount == Money(650_000))
    }

    @Test func `a certificate says the degree; where it is missing, the group that is paid, and the words say so`() {
        let day = Day("2026-02-01")!
        func asked(_ facts: WelfareFacts) -> Explanation? { WelfareRules.explain("disability-assistance", facts, on: day) }
        let born = Day("1990-01-01")!
        let certified = asked(WelfareFacts(born: born, disability: .severe))
        #expect(certified?.verdict == .entitled && certified?.amount == Money(975_000))
        #expect(asked(WelfareFacts(born: Day("2020-01-01")!, disability: .extreme))?.amount == Money(1_625_000))
        #expect(asked(WelfareFacts(born: born, disability: .light))?.verdict == .notEntitled)
        #expect(asked(WelfareFacts(born: born))?.verdict == .notEntitled)
        let paid = asked(WelfareFacts(born: born, disability: .severe, isCertified: false, groups: ["disabled-severe": Coefficient(hundredths: 150)]))
        #expect(paid?.isEntitled == true && paid?.reasons.contains { $0.words.en.contains("the certificate is missing from the register") } == true)
        // A higher payment stands in its place, a lower one and a carer's support do not.
        func beside(_ group: String, _ hundredths: Int64) -> Bool? {
            asked(WelfareFacts(born: born, disability: .severe, groups: [group: Coefficient(hundredths: hundredths)]))?.isReplaced
        }
        #expect(beside("single-poor-parent", 200) == true && beside("single-poor-parent", 100) == false && beside("carer", 300) == false)
        for facts in [WelfareFacts(born: born, disability: .light), WelfareFacts(born: born, disability: .severe)] {
            #expect(WelfareRules.explain("fees", facts, on: day)?.isEntitled == true)
        }
    }

    @Test(
        arguments: [
            ("before-1945", nil, .entitled), ("heroic-mother", nil, .entitled), ("imprisoned", nil, .entitled), ("war-invalid", 21, .entitled), ("sick-soldier", 41, .entitled),
            ("sick-soldier", 40, .notEntitled), ("sick-soldier", nil, .unjudged), ("toxic-chemicals", 21, .entitled), ("toxic-chemicals", nil, .unjudged),
            ("decorated", nil, .notEntitled), ("helper", nil, .unjudged), ("relative", nil, .notEntitled),
        ] as [(String, Int64?, Explanation.Verdict)])
    func `an allowance of merit follows from group and rate, and where they do not tell nothing is said`(group: String, rate: Int64?, verdict: Explanation.Verdict) {
        let day = Day("2026-02-01")!
        let rates: [String: Int64] = rate.map { [group: $0] } ?? [:]
        let facts = WelfareFacts(born: Day("1945-01-01")!, merits: [group], injuryRates: rates)
        #expect(WelfareRules.explain("contributor-allowance", facts, on: day)?.verdict == verdict)
        // A decision is believed where the fields do not tell.
        let paid = WelfareFacts(born: Day("1945-01-01")!, merits: [group], allowances: [group], injuryRates: rates)
        #expect(WelfareRules.explain("contributor-allowance", paid, on: day)?.verdict == (verdict == .unjudged ? .entitled : verdict))
        #expect(WelfareRules.explain("relative-allowance", paid, on: day)?.verdict == (group == "relative" ? .entitled : .unjudged))
    }

    @Test(
        arguments: [
            ("heroic-mother", nil, 8_367_000), ("labour-hero", nil, 2_337_000), ("imprisoned", nil, 1_673_000), ("toxic-chemicals", 21, 2_120_000),
            ("toxic-chemicals", 81, 6_359_000), ("war-invalid", 45, nil), ("before-1945", nil, nil),
        ] as [(String, Int64?, Int64?)])
    func `an allowance of merit says how much where the multiple is known`(group: String, rate: Int64?, amount: Int64?) {
        let rates: [String: Int64] = rate.map { [group: $0] } ?? [:]
        let facts = WelfareFacts(born: Day("1945-01-01")!, merits: [group], injuryRates: rates)
        let answer = WelfareRules.explain("contributor-allowance", facts, on: Day("2026-02-01")!)
        #expect(answer?.verdict == .entitled && answer?.amount?.amount == amount)
        #expect(answer?.sources.count == (amount == nil ? 1 : 2) && answer?.reasons.contains { $0.code == "amount" } == (amount != nil))
        if group == "labour-hero" { #expect(answer?.deciding.last?.words.vi == "Mức: 0,838 lần mức chuẩn 2.789.000 đồng.") }
    }

    @Test(
        arguments: [
            ("2026-01-01", .urban, 175, 30, .poor), ("2026-01-01", .urban, 175, 20, .nearPoor), ("2026-01-01", .urban, 176, 120, .above),
            ("2026-01-01", .rural, 140, 30, .poor), ("2026-01-01", .rural, 141, 30, .above), ("2018-01-01", .rural, 120, 0, .poor),
            ("2018-01-01", .rural, 121, 20, .nearPoor), ("2018-01-01", .urban, 175, 30, .poor),
        ] as [(String, PovertyLines.Area, Int64, Int64, PovertyClass)])
    func `the points of the year's forms make a class`(day: String, area: PovertyLines.Area, income: Int64, lacking: Int64, means: PovertyClass) throws {
        let form = try #require(PovertyForm.inForce(on: Day(day)!))
        #expect(form.classify(area, income: income, lacking: lacking) == means)
        #expect(form.items.count == (day < "2022" ? 10 : 12) && form.points { $0 == "lacks_water" || $0 == "lacks_work" } == (day < "2022" ? 10 : 20))
    }

    @Test func `a figure that nobody has confirmed refuses no household, a year has its own indicators, and the page says why`() throws {
        let register = PoorHouseholds.register
        let reading = Reading(day: Day("2026-02-01")!, today: Day("2026-02-01")!, units: UnitData.table)
        func item(_ changes: [String: Value]) -> Found {
            let values = register.fields.map { changes[$0.name] ?? register.example[$0.name] ?? .null }
            let key = changes["number"]?.plain ?? register.example[register.key.name]!.plain
            return Found(key: key, fields: Item.Fields(item: Item(key: key, values: values), register: register), since: reading.day)
        }
        func broken(_ found: Found) -> (refused: [String], doubted: [String]) {
            let rules = register.rules.filter { !$0.holds(found.fields, reading) }
            return (rules.filter { $0.severity == .refuse }.map(\.code), rules.filter { $0.severity == .doubt }.map(\.code))
        }
        let rich = broken(item(["score_b1": .integer(300), "income": .integer(9_000_000)]))
        #expect(rich.refused.isEmpty && rich.doubted == ["class-open", "income"])
        // The nation's line of 2027 is confirmed.
        let later = broken(item(["number": .string("1000000001-2027"), "year": .integer(2027), "until": .string("2027-12-31"), "income": .integer(9_000_000)]))
        #expect(later.refused == ["class"])
        let old: [String: Value] = ["number": .string("1000000001-2018"), "year": .integer(2018), "until": .string("2018-12-31"), "decided": .string("2017-12-12")]
        #expect(broken(item(old)).refused == ["indicators"])
        let fields: [String: Value] = [
            "lacks_care": .boolean(true), "lacks_work": .null, "has_dependants": .null, "lacks_nutrition": .null, "score_b2": .integer(20), "score_b1": .integer(120),
            "income": .integer(1_000_000),
        ]
        let filled = broken(item(old.merging(fields) { $1 }))
        #expect(filled.refused.isEmpty && filled.doubted.isEmpty)
        #expect(broken(item(["lacks_nutrition": .null])).refused == ["indicators"])
        let poor = try #require(register.questions.first { $0.code == "poor" })
        let why = try #require(poor.reasoning).explain(item([:]), NoRecords(), reading)
        #expect(why.verdict == .entitled && why.reasons.map(\.code) == ["decision", "year", "score-a", "score-b2", "limits"])
        #expect(why.reasons[2].words.vi == "Điểm B1 (thu nhập) 135, không quá mức 175 của khu vực thành thị.")
        let other = try #require(poor.reasoning).explain(item(["class": .string("near-poor")]), NoRecords(), reading)
        #expect(other.verdict == .notEntitled && other.deciding.map(\.code) == ["decision"] && other.reasons[2].state == .unknown)
    }

    @Test func `two registers together say only that somebody may be entitled, and what must be found out`() {
        let day = Day("2026-02-01")!
        let alone = WelfareFacts(born: Day("1960-01-01")!, poverty: .poor, home: WelfareHome(adults: 2))
        let elder = WelfareRules.explain("elder-alone", alone, on: day)
        #expect(elder?.verdict == .possible && elder?.amount == nil && elder?.deciding.contains { $0.code == "carers-elsewhere" && $0.state == .unknown } == true)
        var other = alone
        other.home = WelfareHome(adults: 2, ofWorkingAge: 1)
        #expect(WelfareRules.explain("elder-alone", other, on: day)?.verdict == .unjudged)
        other = alone
        other.poverty = .nearPoor
        #expect(WelfareRules.explain("elder-alone", other, on: day)?.verdict == .unjudged)
        other = alone
        other.groups = ["disabled-severe": Coefficient(hundredths: 200)]
        #expect(WelfareRules.explain("elder-alone", other, on: day)?.verdict == .unjudged)
        let parent = WelfareFacts(born: Day("1990-01-01")!, poverty: .poor, home: WelfareHome(adults: 1, ofWorkingAge: 1, children: 2))
        #expect(WelfareRules.explain("poor-assistance", parent, on: day)?.verdict == .possible)
        var child = parent
        child.born = Day("2015-01-01")!
        #expect(WelfareRules.explain("poor-assistance", child, on: day)?.verdict == .unjudged)
    }

    @Test func `of whom the registers know nothing, nothing is said`() {
        let answers = explainAll(WelfareFacts(born: Day("1980-01-01")!), on: Day("2026-02-01")!)
        #expect(answers.filter { $0.verdict == .unjudged }.map(\.name).contains("orphan-assistance"))
        #expect(answers.filter { $0.verdict == .unjudged }.allSatisfy { $0.amount == nil && !$0.isEntitled })
        let groups = Set(City.entitlements.compactMap(\.enrolment).flatMap(\.groups))
        guard case .choice(let all)? = Beneficiaries.register.fields.first(where: { $0.name == "group" })?.kind else {
            Issue.record("The groups are no choice.")
            return
        }
        #expect(groups.isSuperset(of: all.map(\.code)))
    }

    @Test(
        arguments: [
            (["issued": "2026-02-02"], "Not yet issued: it is issued on 2 February 2026."), (["expires": "2026-01-31"], "Expired on 31 January 2026."),
            (["revoked": "2026-02-01"], "Revoked on 1 February 2026."),
            (["suspended_from": "2026-01-01", "suspended_until": "2026-02-01"], "Suspended until the end of 1 February 2026."),
            (["suspended_from": "2026-01-01"], "Suspended from 1 January 2026 until decided otherwise."),
            (["suspended_from": "2026-01-01", "suspended_until": "2026-01-31"], nil), ([:], nil),
        ] as [([String: String], String?)])
    func `a licence says why it is not in force`(changes: [String: String], why: String?) {
        let register = HealthWorkers.register
        let values = register.fields.map { field in changes[field.name].map(Value.string) ?? register.example[field.name] ?? .null }
        let licence = Item.Fields(item: Item(key: "001234/HNO-GPHN", values: values), register: register)
        let answer = Licensing.explain(licence, on: Day("2026-02-01")!)
        #expect(answer.isEntitled == (why == nil))
        if let why { #expect(answer.deciding.map(\.words.en) == [why]) }
    }

    private func fields(_ register: Register, _ changes: [String: String]) -> Item.Fields {
        let values = register.fields.map { field in changes[field.name].map { $0.isEmpty ? Value.null : .string($0) } ?? register.example[field.name] ?? .null }
        return Item.Fields(item: Item(key: register.example[register.key.name]!.plain, values: values), register: register)
    }

    @Test(
        arguments: [
            ([:], nil), (["state": "closed"], "Closed."), (["state": "suspended", "suspended_until": "2026-02-01"], "Suspended until the end of 1 February 2026."),
            (["state": "suspended", "suspended_until": "2026-01-31"], nil), (["state": "suspended"], "Suspended until decided otherwise."),
            (["opened": "2026-02-02"], "Not open yet: it opens on 2 February 2026."), (["expires": "2026-01-31"], "Expired on 31 January 2026."),
        ] as [([String: String], String?)])
    func `a facility says why it may not be open, and who works there says so too`(changes: [String: String], why: String?) {
        let day = Day("2026-02-01")!
        let facility = fields(HealthFacilities.register, changes)
        let answer = Licensing.explain(facility: facility, on: day)
        #expect(answer.isEntitled == (why == nil) && answer.deciding.count == (why == nil ? 3 : 1))
        let worker = fields(HealthWorkers.register, [:])
        let practice = Licensing.explain(worker, at: facility, on: day)
        #expect(practice.isEntitled == (why == nil))
        if let why {
            #expect(answer.deciding.map(\.words.en) == [why])
            #expect(practice.deciding.map(\.words.en) == ["Registered to practise at Trạm Y tế phường Ba Đình, which may not be open: \(why)"])
        }
    }

    @Test func `without a place not all is known, and a place that is not in the register is none`() {
        let day = Day("2026-02-01")!
        #expect(Licensing.explain(fields(HealthWorkers.register, ["facility": ""]), at: nil, on: day).verdict == .possible)
        #expect(Licensing.explain(fields(HealthWorkers.register, ["facility": "", "revoked": "2026-01-01"]), at: nil, on: day).verdict == .notEntitled)
        #expect(Licensing.explain(fields(HealthWorkers.register, [:]), at: nil, on: day).deciding.map(\.code) == ["place"])
    }

    @Test(
        arguments: [
            ([:], nil), (["gpp_expires": "2026-01-31"], "GPP expired on 31 January 2026."), (["gpp_expires": ""], "No GPP is entered."), (["state": "closed"], "Closed."),
            (["kind": "cabinet", "gpp_expires": ""], nil),
        ] as [([String: String], String?)])
    func `a pharmacy says why it may not sell`(changes: [String: String], why: String?) {
        let answer = Licensing.explain(pharmacy: fields(Pharmacies.register, changes), on: Day("2026-02-01")!)
        #expect(answer.isEntitled == (why == nil))
        if let why { #expect(answer.deciding.map(\.words.en) == [why]) }
    }

    @Test func `at most one version of a rule is in force, and nobody entitled is outside the bound of its candidates`() {
        for name in Set(City.entitlements.map(\.name)) {
            for day in ["2016-01-01", "2021-07-01", "2025-06-30", "2025-07-01", "2025-09-01", "2026-11-24"] {
                #expect(City.entitlements.count { $0.name == name && $0.isInForce(on: Day(day)!) } <= 1, "\(name) \(day)")
            }
        }
        for rule in City.entitlements {
            guard case .aged(let years, _) = rule.candidates else { continue }
            for age in 0...110 {
                for poverty in PovertyClass.allCases {
                    let answer = WelfareRules.explain(rule.name, WelfareFacts(born: rule.first.adding(months: -12 * age), poverty: poverty), on: rule.first)
                    #expect(answer?.isEntitled != true || age >= years, "\(rule.name) \(age) \(poverty)")
                }
            }
        }
    }
}

/// A city that holds nothing.
private struct NoRecords: Records {
    func find(_ register: String, _ key: String) throws -> Found? { nil }
    func all(_ register: String, where field: String, is value: String) throws -> [Found] { [] }
    func newKey(_ register: String) throws -> String { "" }
}
