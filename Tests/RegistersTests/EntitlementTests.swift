// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Store
import Testing

@testable import Registers

extension ScratchCity {
    fileprivate func elder(_ id: String, _ birth: String, household: String = "1000000002", commune: String = "00008") throws {
        try put(
            "population", id,
            ["name": "Nguyễn Thị Lão", "birth": birth, "sex": "female", "ethnicity": "01", "household": household, "relation": "other", "commune": commune])
    }

    fileprivate func enrol(
        _ number: Int, _ person: String, commune: String = "00008", group: String = "social-pensioner", coefficient: String = "1", from: String = "2025-07-01", until: String = ""
    ) throws {
        try put(
            "beneficiary", "BT0000000000000\(number)",
            [
                "person": person, "commune": commune, "group": group, "coefficient": coefficient, "amount": "650000", "from": from, "until": until, "decision": "42/QĐ-UBND",
                "decided": "2025-07-10",
            ])
    }

    /// What social insurance or an officer says of somebody's pension.
    fileprivate func note(_ number: Int, _ person: String, _ kind: String, commune: String = "00008", from: String = "", until: String = "", told: String = "2026-01-05") throws {
        try put(
            "pension", "LH0000000000000\(number)",
            ["person": person, "commune": commune, "kind": kind, "from": from, "until": until, "source": kind == "none" ? "asked" : "list", "told": told])
    }

    fileprivate struct Lists {
        var missing: [String] = []
        var possible: [String] = []
        var wrong: [String] = []
        var reasons: [String: [String]] = [:]
    }

    fileprivate func lists(_ name: String = "social-pension", on day: String? = nil) throws -> Lists {
        var lists = Lists()
        let on = day.flatMap { Day($0) } ?? registry.world.today
        _ = try registry.walk(try #require(registry.entitlement(name, on: on)), on: on) { finding in
            switch finding.sort {
            case .missing: lists.missing.append(finding.key)
            case .possible: lists.possible.append(finding.key)
            case .wrong: lists.wrong.append(finding.key)
            }
            lists.reasons[finding.key] = finding.explanation.deciding.map(\.code)
        }
        lists.missing.sort()
        lists.possible.sort()
        lists.wrong.sort()
        return lists
    }
}

struct `Who is entitled and who is enrolled` {
    @Test func `a seeded city: nobody is missed, nobody is suspected wrongly`() throws {
        var made = SyntheticCity(seed: 11)
        let city = try ScratchCity(today: SyntheticCity.today.description)
        let registers = [
            Households.register, Population.register, Contributors.register, PoorHouseholds.register, DisabilityCertificates.register, Beneficiaries.register, Pensions.register,
        ]
        var files = Dictionary(uniqueKeysWithValues: registers.map { ($0.name, CSV.line($0.allFields.map(\.name))) })
        var people = 0
        while people < 5000 {
            let household = made.next(peopleMax: 5000 - people)
            people += household.people.count
            files["household"]! += CSV.line(household.cells)
            for person in household.people { files["population"]! += CSV.line(person.cells) }
            for line in household.holdings where files[line.register] != nil { files[line.register]! += CSV.line(line.cells) }
        }
        for register in registers {
            let result = try city.load(register.name, String(decoding: files[register.name]!, as: UTF8.self))
            #expect(result.rejected == 0, "\(register.name)")
        }
        for name in ["social-pension", "disability-assistance", "contributor-allowance"] { #expect(!made.missing(by: name).isEmpty, "\(name)") }
        for name in ["social-pension", "elder-alone"] { #expect(!made.possible(by: name).isEmpty, "\(name)") }
        for rule in city.registry.enrolling() {
            let lists = try city.lists(rule.name)
            #expect(lists.missing == made.missing(by: rule.name).sorted(), "\(rule.name)")
            #expect(lists.possible == made.possible(by: rule.name).sorted(), "\(rule.name)")
            #expect(lists.wrong == made.wrong(by: rule.name).sorted(), "\(rule.name)")
        }
        // Kept, it is the same.
        let rule = try #require(city.registry.entitlement("social-pension"))
        let run = try #require(try city.registry.refresh([rule])?.first)
        #expect(run.people == 5000 && run.judged < 5000)
        let figures = try city.registry.entitlementFigures()
        #expect(figures.map(\.rule) == ["social-pension"])
        #expect(figures.map(\.missing) == [made.missing(by: "social-pension").count] && figures.map(\.wrong) == [made.wrong(by: "social-pension").count])
        #expect(figures.map(\.possible) == [made.possible(by: "social-pension").count])
    }

    @Test func `ages, poverty, other payments and terms decide`() throws {
        let city = try ScratchCity.full()
        try city.elder("001150000011", "1950-05-05")
        try city.elder("001151000012", "1951-11-24")
        try city.elder("001151000013", "1951-11-25")
        try city.elder("001153000014", "1953-01-01", household: "1000000001", commune: "00004")
        try city.elder("001153000015", "1953-01-01")
        try city.elder("001145000016", "1945-01-01")
        try city.elder("001145000017", "1945-01-01")
        try city.elder("001145000018", "1945-01-01")
        try city.enrol(6, "001145000016")
        // Another payment stands in its place; a term that is over does not.
        try city.enrol(7, "001145000017", group: "disabled-severe")
        try city.enrol(8, "001145000018", from: "2025-07-01", until: "2026-10-31")
        let poor = Dictionary(uniqueKeysWithValues: PoorHouseholds.register.example.map { ($0.key, $0.value.plain) })
        try city.put("poor-household", "1000000001-2026", poor)
        // Nobody has told of a pension, so that nobody is entitled for certain.
        #expect(try city.lists().possible == ["001145000018", "001150000011", "001151000012", "001153000014"])
        #expect(try city.lists().wrong.isEmpty && city.lists().missing.isEmpty)
        // The law of another day means others.
        #expect(try city.lists(on: "2025-06-30").possible == ["001145000016", "001145000017", "001145000018"])
        // A birthday later there is one more, who is seen from then on.
        let rule = try #require(city.registry.entitlement("social-pension"))
        _ = try city.registry.refresh([rule])
        #expect(try city.registry.staleEntitlements().map(\.name) == city.registry.enrolling().map(\.name).filter { $0 != "social-pension" })
        city.setToday("2026-11-25")
        #expect(try city.registry.staleEntitlements().map(\.name) == city.registry.enrolling().map(\.name))
        _ = try city.registry.refresh([rule])
        let days = try city.database.read { try $0.all("SELECT since FROM entitlement_finding ORDER BY row") { Day(number: Int32($0.integer(0))).description } }
        #expect(days.sorted() == ["2026-11-24", "2026-11-24", "2026-11-24", "2026-11-24", "2026-11-25"])
    }

    @Test func `a rule by which nobody was found counts none, and one by which nobody has looked has no figures`() throws {
        let city = try ScratchCity.full()
        #expect(try city.registry.entitlementFigures().isEmpty)
        let rule = try #require(city.registry.entitlement("social-pension"))
        _ = try city.registry.refresh([rule])
        #expect(try city.registry.entitlementFigures() == [EntitlementFigures(rule: "social-pension", missing: 0, possible: 0, wrong: 0)])
    }

    @Test func `who was asked and has no pension is missing, who has one is on no list, and who has one and is paid is wrong`() async throws {
        let city = try ScratchCity.full()
        for number in 1...6 { try city.elder("00114500002\(number)", "1945-01-0\(number)") }
        try city.note(1, "001145000021", "none")
        try city.note(2, "001145000022", "retirement", from: "2005-01-01")
        try city.note(3, "001145000023", "allowance", until: "2026-11-23")
        // Asked long ago, and on the list of payments since: the pension weighs more.
        try city.note(4, "001145000024", "none", told: "2024-01-05")
        try city.note(5, "001145000024", "retirement", from: "2025-12-01")
        try city.enrol(5, "001145000025")
        try city.note(6, "001145000025", "retirement", from: "2005-01-01")
        let lists = try city.lists()
        #expect(lists.missing == ["001145000021"] && lists.possible == ["001145000023", "001145000026"] && lists.wrong == ["001145000025"])
        #expect(lists.reasons["001145000025"] == ["no-pension"])
        // A note says nothing of the time before it, nor a pension.
        #expect(try city.lists(on: "2025-06-30").missing == ["001145000024"])
        let rule = try #require(city.registry.entitlement("social-pension"))
        _ = try city.registry.refresh([rule])
        let figures = try #require(try city.registry.entitlementFigures().first { $0.rule == "social-pension" })
        #expect(figures == EntitlementFigures(rule: "social-pension", missing: 1, possible: 2, wrong: 1))
        let open = try await city.registry.entitlementCases(rule, .possible, limit: 10, for: ScratchCity.operator_, door: "test")
        #expect(open.cases.compactMap(\.person.key).sorted() == lists.possible)
        // Found out: it leaves the list at once.
        try city.note(7, "001145000026", "retirement", from: "2005-01-01")
        let left = try await city.registry.entitlementCases(rule, .possible, limit: 10, for: ScratchCity.operator_, door: "test")
        #expect(left.cases.compactMap(\.person.key) == ["001145000023"])
        // The death of its holder ends a pension, and a note.
        try city.put("civil-event", "HT00000000000062", ["kind": "death", "day": "2026-11-20", "commune": "00008", "deceased": "001145000022"])
        try city.put("civil-event", "HT00000000000063", ["kind": "death", "day": "2026-11-20", "commune": "00008", "deceased": "001145000021"])
        #expect(try city.found("pension", "LH00000000000002")?["until"].string == "2026-11-20" && city.found("pension", "LH00000000000001") == nil)
    }

    @Test func `who was missing and now only may be keeps the first day`() throws {
        let city = try ScratchCity.full()
        try city.elder("001145000021", "1945-01-01")
        try city.note(1, "001145000021", "none")
        let rule = try #require(city.registry.entitlement("social-pension"))
        func kept() throws -> [String] {
            _ = try city.registry.refresh([rule])
            return try city.database.read {
                try $0.all("SELECT sort, since FROM entitlement_finding") { "\($0.text(0)) \(Day(number: Int32($0.integer(1))).description)" }
            }
        }
        #expect(try kept() == ["missing 2026-11-24"])
        city.setToday("2026-11-25")
        _ = try city.registry.enterAndWait([Change("pension", key: "LH00000000000001", .retire, expecting: .anything)], cause: "test", by: ScratchCity.operator_)
        #expect(try kept() == ["possible 2026-11-24"])
        // A second walk of the day changes nothing.
        #expect(try kept() == ["possible 2026-11-24"])
    }

    @Test func `whoever died, moved away or is too young is found among those enrolled`() async throws {
        let city = try ScratchCity.full()
        for (number, id) in ["001145000021", "001145000022", "001145000023"].enumerated() { try city.elder(id, "1945-01-0\(number + 1)") }
        try city.elder("001170000024", "1970-01-01")
        try city.enrol(1, "001145000021")
        try city.enrol(2, "001145000022")
        try city.enrol(4, "001170000024", commune: "00004")
        #expect(try city.lists().possible == ["001145000023"] && city.lists().wrong == ["001170000024"])
        // Moved away: the record ends without a death.
        _ = try city.registry.enterAndWait([Change("population", key: "001145000022", .retire, expecting: .anything)], cause: "moved", by: ScratchCity.operator_)
        // Died, and was enrolled by mistake after that.
        try city.put("civil-event", "HT00000000000031", ["kind": "death", "day": "2026-11-20", "commune": "00008", "deceased": "001145000023"])
        try city.enrol(3, "001145000023")
        let lists = try city.lists()
        #expect(lists.possible.isEmpty && lists.missing.isEmpty && lists.wrong == ["001145000022", "001145000023", "001170000024"])
        #expect(lists.reasons["001145000022"] == ["resident"] && lists.reasons["001145000023"] == ["alive"])
        #expect(lists.reasons["001170000024"] == ["aged-75", "aged-70-74+poor-or-near"])
        // The kept list is judged again as it is read, each unit its own, and the looks are entered.
        let rule = try #require(city.registry.entitlement("social-pension"))
        _ = try city.registry.refresh([rule])
        let all = try await city.registry.entitlementCases(rule, .wrong, limit: 10, for: ScratchCity.operator_, door: "test")
        #expect(all.cases.compactMap(\.person.key).sorted() == lists.wrong && all.next == nil)
        #expect(all.cases.first { $0.person.key == "001145000023" }?.explanation.deciding.first?.words.vi == "Đã mất ngày 20/11/2026.")
        let local = Authority(
            .officer, id: "officer:x", name: "x",
            grants: [
                Grant("population", [.read, .personal]), Grant("beneficiary", [.read, .personal], unit: "00004"), Grant("poor-household", [.read, .personal]),
                Grant("pension", [.read, .personal]),
            ], purpose: Purpose.find("benefit"))
        let mine = try await city.registry.entitlementCases(rule, .wrong, limit: 10, for: local, door: "test")
        #expect(mine.cases.map(\.enrolment) == ["BT00000000000004"])
        let row = mine.cases[0].person.row
        let reads = try city.database.read { try city.registry.reads(of: row, in: "population", limit: 10, on: $0) }
        #expect(reads.first?.reader == "officer:x" && reads.first?.asked == "entitlements: social-pension")
        let aimless = Authority(.officer, id: "officer:x", name: "x", grants: local.grants)
        await #expect(throws: RegisterError.self) { try await city.registry.entitlementCases(rule, .wrong, limit: 10, for: aimless, door: "test") }
        // Settled meanwhile: no longer on the list.
        try city.enrol(4, "001170000024", commune: "00004", until: "2026-11-24")
        let left = try await city.registry.entitlementCases(rule, .wrong, limit: 10, for: ScratchCity.operator_, door: "test")
        #expect(left.cases.compactMap(\.person.key).sorted() == ["001145000022", "001145000023"])
    }

    @Test func `every rule is explained for one person, and oneself`() async throws {
        let city = try ScratchCity.full()
        try city.elder("001150000011", "1950-05-05")
        let (person, answers, withheld) = try await city.registry.explainEntitlements(of: "001150000011", for: ScratchCity.operator_, door: "test")
        #expect(person.key == "001150000011" && answers.count == Set(City.entitlements.map(\.name)).count && withheld.isEmpty)
        #expect(answers.filter(\.isEntitled).map(\.name) == ["social-pension", "health-card", "fees"])
        #expect(try await city.registry.ownEntitlements(row: person.row) == answers)
        let before = try await city.registry.explainEntitlements(of: person.ref, on: Day("2025-06-30")!, for: ScratchCity.operator_, door: "test").answers
        #expect(before.first { $0.name == "social-pension" }?.isEntitled == false)
        let reader = Authority(.officer, id: "officer:y", name: "y", grants: [Grant("population", [.read, .personal])], purpose: Purpose.find("benefit"))
        await #expect(throws: RegisterError.self) { try await city.registry.explainEntitlements(of: person.ref, for: reader, door: "test") }
    }

    @Test func `an answer is told to those who may see the person in every register that it tells of, and each look is entered`() async throws {
        let city = try ScratchCity.full()
        try city.elder("001150000011", "1950-05-05")
        try city.note(1, "001150000011", "none")
        func officer(_ id: String, _ registers: [String], unit: String) -> Authority {
            let grants = registers.map { Grant($0, [.read, .personal], unit: unit) }
            return Authority(.officer, id: "officer:\(id)", name: id, grants: [Grant("population", [.read, .personal])] + grants, purpose: Purpose.find("benefit"))
        }
        let few = try await city.registry.explainEntitlements(of: "001150000011", for: officer("few", ["beneficiary"], unit: "00008"), door: "test")
        #expect(few.answers.map(\.name).contains("small-child") && !few.answers.map(\.name).contains("health-card"))
        #expect(few.withheld.first { $0.rule.name == "social-pension" }?.registers == ["pension", "poor-household"])
        #expect(few.withheld.first { $0.rule.name == "fees" }?.registers == ["contributor", "disability", "poor-household"])
        // A right in another commune is none for this person.
        let far = try await city.registry.explainEntitlements(of: "001150000011", for: officer("far", ["beneficiary", "pension", "poor-household"], unit: "00004"), door: "test")
        #expect(far.answers.isEmpty)
        let all = ["beneficiary", "pension", "poor-household"]
        let near = try await city.registry.explainEntitlements(of: "001150000011", for: officer("near", all, unit: "00008"), door: "test")
        #expect(near.answers.first { $0.name == "social-pension" }?.verdict == .entitled)
        let readers = try city.database.read { connection -> [String] in
            let row = try #require(try city.registry.row(ofKey: "LH00000000000001", in: "pension", on: connection))
            return try city.registry.reads(of: row, in: "pension", limit: 10, on: connection).map(\.reader)
        }
        #expect(readers == ["officer:near"])
    }

    @Test func `counts go to those with a right; so few are not told to who may not see persons`() throws {
        let city = try ScratchCity.full()
        try city.elder("001150000011", "1950-05-05")
        try city.elder("001150000012", "1950-05-05", household: "1000000001", commune: "00004")
        _ = try city.registry.refresh(city.registry.enrolling())
        let all = try #require(try city.registry.entitlementCounts(for: ScratchCity.operator_).first { $0.rule.name == "social-pension" })
        #expect(all.total.possible == 2 && all.total.enrolled == 0 && all.total.missing == 0 && all.total.wrong == 0 && all.total.entitled == 0)
        #expect(all.lines.map(\.unit) == ["00004", "00008"] && all.lines.map(\.possible) == [1, 1])
        let leader = Authority(.officer, id: "officer:z", name: "z", grants: [Grant("beneficiary", [.read])])
        let told = try #require(try city.registry.entitlementCounts(for: leader).first { $0.rule.name == "social-pension" })
        // Nor is a total of so few; nothing at all is no secret.
        #expect(told.total.possible == nil && told.total.wrong == 0 && told.lines.allSatisfy { $0.possible == nil && $0.missing == nil })
        #expect(throws: RegisterError.self) { try city.registry.entitlementCounts(for: .visitor) }
    }

    @Test func `a total of one unit only is as hidden as the unit`() throws {
        let city = try ScratchCity.full()
        for number in 1...6 {
            try city.elder("00115000001\(number)", "1950-05-05")
            try city.note(number, "00115000001\(number)", "none")
        }
        // One who is too young hides the unit's figures, though six are missing.
        try city.elder("001170000024", "1970-01-01")
        try city.enrol(1, "001170000024")
        _ = try city.registry.refresh([try #require(city.registry.entitlement("social-pension"))])
        let leader = Authority(.officer, id: "officer:z", name: "z", grants: [Grant("beneficiary", [.read])])
        let told = try #require(try city.registry.entitlementCounts(for: leader).first { $0.rule.name == "social-pension" })
        #expect(told.lines.map(\.missing) == [nil] && told.lines.map(\.entitled) == [6])
        #expect(told.total.missing == nil && told.total.wrong == nil && told.total.entitled == 6)
    }

    @Test func `payments of which only the enrolment is known end by age, by moving away and with their group`() throws {
        let city = try ScratchCity.full()
        let births = ["2012-01-01", "2010-01-01", "2008-01-01", "2004-01-01", "2023-11-24", "2024-01-01", "1945-01-01"]
        let ids = ["001312000040", "001310000041", "001308000042", "001304000043", "001323000044", "001324000045", "001145000046"]
        for (id, birth) in zip(ids, births) { try city.elder(id, birth) }
        try city.enrol(1, "001312000040", group: "orphan")
        try city.enrol(2, "001310000041", group: "orphan")
        try city.enrol(3, "001308000042", group: "orphan-student")
        try city.enrol(4, "001304000043", group: "orphan-student")
        try city.enrol(5, "001323000044", group: "small-child")
        try city.enrol(6, "001324000045", group: "small-child")
        try city.enrol(7, "001145000046", group: "elder-80")
        let orphans = try city.lists("orphan-assistance")
        #expect(orphans.wrong == ["001304000043", "001310000041"] && orphans.missing.isEmpty)
        #expect(orphans.reasons["001310000041"] == ["under-16", "aged-16-21+studying"])
        #expect(try city.lists("small-child").wrong == ["001323000044"])
        #expect(try city.lists("elder-80").wrong == ["001145000046"] && city.lists("elder-80").reasons["001145000046"] == ["closed"])
        _ = try city.registry.enterAndWait([Change("population", key: "001312000040", .retire, expecting: .anything)], cause: "moved", by: ScratchCity.operator_)
        #expect(try city.lists("orphan-assistance").reasons["001312000040"] == ["resident"])
    }

    @Test func `a certificate entitles; a light one, one that has ended and a higher payment do not`() throws {
        let city = try ScratchCity.full()
        func certify(_ number: Int, _ degree: String, until: String = "") throws {
            try city.elder("00117000006\(number)", "1970-01-01")
            try city.put(
                "disability", "KT0000000000000\(number)",
                [
                    "certificate": "01/GXN-KT", "person": "00117000006\(number)", "commune": "00008", "kind": "sight", "degree": degree, "concluded": "2026-02-02",
                    "minutes": "05/BB", "issued": "2026-02-10", "until": until,
                ])
        }
        try certify(1, "severe")
        try certify(2, "light")
        try certify(3, "extreme", until: "2026-11-23")
        try certify(4, "severe")
        try city.enrol(4, "001170000064", group: "hiv")
        try certify(5, "severe", until: "2026-11-24")
        try certify(6, "light")
        try city.enrol(6, "001170000066", group: "disabled-severe")
        // What stands in its place must be as high: 1 is less than 1.5.
        #expect(try city.lists("disability-assistance").missing == ["001170000061", "001170000064", "001170000065"])
        try city.enrol(4, "001170000064", group: "hiv", coefficient: "1.5")
        #expect(try city.lists("disability-assistance").missing == ["001170000061", "001170000065"])
        #expect(try city.lists("disability-assistance").wrong == ["001170000066"])
        // The death of its holder ends a certificate.
        try city.put("civil-event", "HT00000000000061", ["kind": "death", "day": "2026-11-20", "commune": "00008", "deceased": "001170000061"])
        #expect(try city.found("disability", "KT00000000000001") == nil)
        #expect(try city.lists("disability-assistance").missing == ["001170000065"])
    }

    @Test func `who has merit and no first day of payment is missing, and the list opens that record`() async throws {
        let city = try ScratchCity.full()
        func recognise(_ number: Int, _ group: String, rate: String = "", from: String = "") throws {
            try city.elder("00115000007\(number)", "1950-05-05")
            try city.put(
                "contributor", "NC0000000000007\(number)",
                [
                    "name": "Nguyễn Thị Lão", "person": "00115000007\(number)", "commune": "00008", "group": group, "injury_rate": rate, "decision": "1234/QĐ-LĐTBXH",
                    "decided": "1982-07-27", "allowance_from": from,
                ])
        }
        try recognise(1, "war-invalid", rate: "21")
        try recognise(2, "war-invalid", rate: "45", from: "1982-08-01")
        try recognise(3, "helper")
        try recognise(4, "decorated")
        try recognise(5, "sick-soldier")
        try recognise(6, "relative")
        #expect(try city.lists("contributor-allowance").missing == ["001150000071"])
        #expect(throws: RegisterError.self) { try recognise(7, "war-invalid") }
        let rule = try #require(city.registry.entitlement("contributor-allowance"))
        _ = try city.registry.refresh([rule])
        let page = try await city.registry.entitlementCases(rule, .missing, limit: 10, for: ScratchCity.operator_, door: "test")
        #expect(page.cases.map(\.enrolment) == ["NC00000000000071"])
    }

    @Test func `the poor of whom two registers tell are to be looked at, the others are not`() throws {
        let city = try ScratchCity.full()
        func home(_ household: String, _ commune: String, year: Int = 2026) throws {
            var poor = Dictionary(uniqueKeysWithValues: PoorHouseholds.register.example.map { ($0.key, $0.value.plain) })
            poor["household"] = household
            poor["commune"] = commune
            poor["number"] = "\(household)-\(year)"
            try city.put("poor-household", "\(household)-\(year)", poor)
        }
        // One household with a couple and a child, one with a man born in 1958.
        try home("1000000001", "00004")
        try home("1000000002", "00008")
        #expect(try city.lists("elder-alone").possible == ["001058000004"] && city.lists("poor-assistance").possible.isEmpty)
        #expect(try city.lists("elder-alone").missing.isEmpty)
        let rule = try #require(city.registry.entitlement("elder-alone"))
        #expect(rule.findsOnlyPossible && rule.findsMissing)
        _ = try city.registry.enterAndWait([Change("population", key: "001192000002", .retire, expecting: .anything)], cause: "moved", by: ScratchCity.operator_)
        #expect(try city.lists("poor-assistance").possible == ["001090000001"])
        // Somebody who could care moves in.
        try city.elder("001190000081", "1990-01-01")
        #expect(try city.lists("elder-alone").possible.isEmpty)
    }

    @Test func `an allowance of merit ends with moving away; a recognition without one is no allowance`() throws {
        let city = try ScratchCity.full()
        for number in 1...3 {
            try city.elder("00115000005\(number)", "1950-05-05")
            try city.put(
                "contributor", "NC0000000000005\(number)",
                [
                    "name": "Nguyễn Thị Lão", "person": "00115000005\(number)", "commune": "00008", "group": "helper", "decision": "1234/QĐ-LĐTBXH", "decided": "1982-07-27",
                    "allowance_from": number == 3 ? "" : "1982-08-01",
                ])
        }
        #expect(try city.lists("contributor-allowance").wrong.isEmpty)
        for number in 2...3 {
            _ = try city.registry.enterAndWait(
                [Change("population", key: "00115000005\(number)", .retire, expecting: .anything)], cause: "moved", by: ScratchCity.operator_)
        }
        let lists = try city.lists("contributor-allowance")
        #expect(lists.wrong == ["001150000052"] && lists.missing.isEmpty && lists.reasons["001150000052"] == ["resident"])
    }

    @Test func `a death ends what is paid to the person, in the same act`() throws {
        let city = try ScratchCity.full()
        try city.elder("001145000021", "1945-01-01")
        try city.enrol(1, "001145000021")
        try city.enrol(2, "001145000021", group: "carer", from: "2026-12-01")
        try city.put(
            "contributor", "NC00000000000001",
            [
                "name": "Nguyễn Thị Lão", "person": "001145000021", "commune": "00008", "group": "war-invalid", "injury_rate": "45", "decision": "1234/QĐ-LĐTBXH",
                "decided": "1982-07-27", "allowance_from": "1982-08-01",
            ])
        try city.put("civil-event", "HT00000000000040", ["kind": "death", "day": "2026-11-20", "commune": "00008", "deceased": "001145000021"])
        #expect(try city.found("beneficiary", "BT00000000000001")?["until"].string == "2026-11-20")
        // What was to begin after the death never does.
        #expect(try city.found("beneficiary", "BT00000000000002") == nil)
        let contributor = try #require(try city.found("contributor", "NC00000000000001"))
        #expect(contributor["deceased"].string == "2026-11-20" && contributor["allowance_until"].string == "2026-11-20")
        #expect(try city.lists().wrong.isEmpty && city.damages().isEmpty)
    }
}
