// SPDX-License-Identifier: Apache-2.0
import Civic
@testable import Dossiers
@testable import Hanoi
import Foundation
import Ledger
import Registers
import Store
import Testing

struct `Every procedure` {
    @Test func `is one of at least twenty-four, by its national code, in both languages`() {
        #expect(City.procedures.count >= 24 && Set(City.procedures.map(\.code)).count == City.procedures.count)
        for one in City.procedures {
            #expect(CodePattern([.digits(1...1), .text("."), .digits(6...6)]).matches(one.code), "\(one.code)")
            for text in [one.title, one.need, one.law, one.result, one.office.title, one.occasion.title] + one.questions.map(\.title)
                + one.papers.flatMap({ [$0.title, $0.reason] })
            {
                #expect(!text.vi.isEmpty && !text.en.isEmpty, "\(one.code)")
            }
            #expect(Occasions.all.contains(one.occasion) && one.steps.first?.role == .officer && one.steps.last?.role == .leader && one.steps.map(\.share).reduce(0, +) == 100)
            let today = Day("2026-11-24")!
            #expect(one.term(on: today) != nil && one.fee(on: today) != nil, "\(one.code)")
            #expect(one.term(on: Day("2025-06-30")!) == nil, "\(one.code) held before the law it names")
        }
    }

    /// Once only: what a register holds about the people concerned is shown, with its source, and not asked.
    @Test func `asks for nothing that a register holds of the people concerned`() throws {
        for one in City.procedures {
            var held = [try #require(City.registers.first { $0.name == "population" }), try #require(City.registers.first { $0.name == "household" })]
            for fact in one.facts { if case .records(let name, _) = fact.path { held.append(try #require(City.registers.first { $0.name == name })) } }
            let names = Set(held.flatMap { $0.allFields.map(\.name) })
            let titles = Set(held.flatMap { $0.allFields.flatMap { [$0.title.vi] + $0.alsoCalled } }.map(\.folded))
            for question in one.questions {
                #expect(!names.contains(question.name), "\(one.code) asks for \(question.name)")
                // Where somebody is going may be asked by the same words; where they are may not.
                if question.kind != .unit(.commune) { #expect(!titles.contains(question.title.vi.folded), "\(one.code) asks “\(question.title.vi)”") }
            }
        }
    }

    @Test func `names registers and fields that there are, and an example that its own questions take`() throws {
        let office = try ScratchOffice()
        for one in City.procedures {
            for fact in one.facts {
                let name: String
                switch fact.path {
                case .subject, .members: name = "population"
                case .household: name = "household"
                case .records(let register, let field):
                    name = register
                    #expect(try office.registry.register(register).field(field) != nil, "\(one.code)")
                case .answer(let question, let register):
                    name = register
                    #expect(one.question(question)?.kind == .reference(register), "\(one.code)")
                }
                for field in fact.fields { #expect(try office.registry.register(name).field(field) != nil, "\(one.code) shows \(name).\(field)") }
            }
            for name in one.writes { #expect(throws: Never.self) { try office.registry.register(name) } }
            var objections: [Objection] = []
            let answers = one.answers(one.example.mapValues(\.plain), office.registry.reading(), &objections)
            #expect(objections.isEmpty, "\(one.code): \(objections.map(\.text.en))")
            #expect(Set(one.example.keys).isSubset(of: answers.keys), "\(one.code)")
            objections = []
            _ = one.answers([:], office.registry.reading(), &objections)
            #expect(objections.count == one.questions.count { $0.isRequired && $0.condition == nil }, "\(one.code)")
        }
    }
}

struct `A dossier` {
    static let stay = [
        "at_commune": "00008", "at_address": "Số 3, ngõ 5, phố Ví Dụ", "stay_from": "25/11/2026", "stay_until": "24/11/2027", "stay_reason": "Học tập",
    ]

    @Test func `goes from the question to the register, and every step is an entry`() async throws {
        let office = try ScratchOffice()
        let police = Party.officer(ScratchOffice.officer("lan", unit: "00008"))
        let chief = Party.officer(ScratchOffice.officer("hung", [.read, .write, .decide], unit: "00008"))
        let draft = try await office.draft("1.004194", Self.stay)
        let preview = try office.dossiers.preview(draft.id, owner: "citizen:1")
        #expect(preview.objections.isEmpty && preview.unit == "00008" && preview.charge?.amount == Money(7000))
        #expect(preview.due == Instant("2026-11-19T10:00:00Z"))
        var dossier = try await office.dossiers.submit(draft.id, owner: "citizen:1")
        #expect(dossier.code == "\(City.agency(CityOffices.communePolice, "00008"))-261116-0001" && dossier.status == .new && dossier.owesFee)
        // A second press, a second tab.
        #expect(try await office.dossiers.submit(draft.id, owner: "citizen:1").code == dossier.code)
        dossier = try await office.act(.receive, dossier, by: police)
        #expect(dossier.status == .feeAsked && dossier.due == Instant("2026-11-19T10:00:00Z"))
        // Paid the next day: the waiting does not count against anybody.
        office.set("2026-11-17T03:00:00Z")
        dossier = try await office.act(.pay(transfer: "T1"), dossier, by: police)
        #expect(try office.dossiers.ledger.balance("cash:00008") == 7000 && office.dossiers.ledger.balance("fees:commune-police") == -7000)
        #expect(dossier.status == .inProgress && dossier.due == Instant("2026-11-20T10:00:00Z"))
        dossier = try await office.act(.forward, dossier, by: police)
        dossier = try await office.act(.propose(isApproval: true, reasons: "", findings: [:]), dossier, by: police)
        await #expect(throws: DossierError.self) { try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: police) }
        dossier = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: chief)
        #expect(dossier.status == .done && dossier.isOnTime == true)
        dossier = try await office.act(.handOver, dossier, by: police)
        dossier = try await office.act(.rate(score: 5, text: ""), dossier, by: .citizen(try office.row("001090000001")))
        #expect(dossier.status == .returned && dossier.rating == 5)
        let figures = try office.dossiers.figures(of: "1.004194")
        #expect(figures.count == 1 && figures.ended == 1 && figures.timed == 1 && figures.onTime == 1 && figures.ratingSum == 5)
        #expect(try office.dossiers.timelinessByOffice()["commune-police"].map { [$0.timed, $0.onTime, $0.overdue] } == [1, 1, 0])
        let found = try office.dossiers.facts(try office.dossiers.procedure("1.004194"), subject: try office.row("001090000001")).filter { $0.register.name == "residence" }
        #expect(found.contains { $0.field.name == "address" && $0.value == .string("Số 3, ngõ 5, phố Ví Dụ") })
        let history = try await office.dossiers.dossier(dossier.code, for: police).history
        #expect(history.map(\.event.name) == ["submitted", "charged", "received", "paid", "forwarded", "proposed", "decided", "returned", "rated"])
        #expect(try office.damages().isEmpty)
        // The officer's look is in the citizen's own log, with the dossier as its reason.
        let reads = try await office.registry.own("population", row: try office.row("001090000001")).reads
        #expect(reads.first.map { $0.purpose == "dossier" && $0.asked == "dossier \(dossier.code)" && $0.reader == "officer:lan" } == true)
    }

    @Test func `lists everything that is missing at once, each at its place`() async throws {
        let office = try ScratchOffice()
        let draft = try await office.draft("1.004194", ["at_commune": "99999", "stay_from": "31/02/2026", "stay_until": "24/11/2027"], papers: false)
        let preview = try office.dossiers.preview(draft.id, owner: "citizen:1")
        #expect(Set(preview.objections.map(\.field)) == ["at_commune", "at_address", "stay_from", "paper-dwelling"])
        await #expect(throws: DossierError.objections(preview.objections)) { try await office.dossiers.submit(draft.id, owner: "citizen:1") }
        // What was typed is kept as it was typed.
        #expect(try office.dossiers.draft(draft.id, owner: "citizen:1").texts["stay_from"] == "31/02/2026")
        #expect(throws: DossierError.noSuchDraft) { try office.dossiers.draft(draft.id, owner: "citizen:2") }
        let two = try await office.draft("1.004194", Self.stay.merging(["stay_until": "26/11/2028"]) { $1 })
        #expect(try office.dossiers.preview(two.id, owner: "citizen:1").objections.map(\.code) == ["two-years"])
    }

    @Test(arguments: [("GIF89a", "type"), ("", "empty"), ("MZ%PDF-", "type")]) func `takes files by their first bytes`(content: String, code: String) async throws {
        let office = try ScratchOffice()
        let draft = try await office.draft("1.004194", Self.stay, papers: false)
        do {
            _ = try await office.dossiers.attach(Array(content.utf8), as: "dwelling", to: draft.id, owner: "citizen:1")
            Issue.record("taken")
        } catch DossierError.objections(let objections) {
            #expect(objections.map(\.code) == [code])
        }
    }

    @Test func `papers are asked for once, all at once, and the clock stands still meanwhile`() async throws {
        let office = try ScratchOffice()
        var dossier = try await office.submitted("1.003677", ["group": "long", "away_from": "01/12/2026", "away_until": "31/12/2027", "away_to": "Đà Nẵng"])
        dossier = try await office.act(.receive, dossier)
        #expect(dossier.due == Instant("2026-11-17T10:00:00Z"))
        await #expect(throws: DossierError.self) { try await office.act(.askForPapers([AskedPaper(code: "away_to", text: ""), AskedPaper(code: "group", text: "")]), dossier) }
        dossier = try await office.act(.askForPapers([AskedPaper(code: "away_to", text: "Ghi rõ phường, đường")]), dossier)
        #expect(dossier.status == .papersAsked)
        await #expect(throws: DossierError.self) { try await office.act(.propose(isApproval: true, reasons: "", findings: [:]), dossier) }
        office.set("2026-11-19T02:00:00Z")
        dossier = try await office.act(.supplement(answers: ["away_to": .string("Phường Hải Châu, Đà Nẵng")], files: []), dossier, by: .citizen(try office.row("001090000001")))
        #expect(dossier.status == .inProgress && dossier.due == Instant("2026-11-20T10:00:00Z") && dossier.promised == dossier.due)
        await #expect(throws: DossierError.askedBefore) { try await office.act(.askForPapers([AskedPaper(code: "away_to", text: "x")]), dossier) }
        await #expect(throws: DossierError.noSuchDossier) { try await office.act(.withdraw(reason: ""), dossier, by: .citizen(try office.row("001192000002"))) }
        #expect(try office.damages().isEmpty)
    }

    @Test func `who saw an older state is told, a repeated press is answered as done`() async throws {
        let office = try ScratchOffice()
        let dossier = try await office.submitted("1.003677")
        let received = try await office.dossiers.act(.receive, on: dossier.code, expecting: dossier.last, by: ScratchOffice.lan)
        let again = try await office.dossiers.act(.receive, on: dossier.code, expecting: dossier.last, by: ScratchOffice.lan)
        #expect(again.last == received.last)
        await #expect(throws: DossierError.changed(last: received.last)) {
            try await office.dossiers.act(.note(text: "x"), on: dossier.code, expecting: dossier.last, by: ScratchOffice.hung)
        }
        // Transferred in between: the right is that of the moment of the act.
        await #expect(throws: DossierError.noSuchDossier) { try await office.act(.forward, received, by: .officer(ScratchOffice.officer("lan", unit: "00008"))) }
        await #expect(throws: DossierError.self) { try await office.act(.forward, received, by: .officer(ScratchOffice.officer("nga", [.read]))) }
    }

    @Test func `a refusal needs reasons and enters nothing`() async throws {
        let office = try ScratchOffice()
        var dossier = try await office.submitted("1.003677")
        dossier = try await office.act(.receive, dossier)
        await #expect(throws: DossierError.self) { try await office.act(.propose(isApproval: false, reasons: "", findings: [:]), dossier) }
        dossier = try await office.act(.propose(isApproval: false, reasons: "Không thuộc diện khai báo.", findings: [:]), dossier)
        await #expect(throws: DossierError.self) { try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: ScratchOffice.hung) }
        dossier = try await office.act(.sendBack(reasons: "Nêu căn cứ."), dossier, by: ScratchOffice.hung)
        #expect(dossier.proposal == nil && dossier.officer == "officer:lan")
        dossier = try await office.act(.propose(isApproval: false, reasons: "Điều 31: không thuộc diện.", findings: [:]), dossier)
        dossier = try await office.act(.decide(isApproval: false, reasons: ""), dossier, by: ScratchOffice.hung)
        #expect(dossier.state == .decided(isApproved: false, reasons: "Điều 31: không thuộc diện.", at: office.registry.world.now()))
        #expect(try office.dossiers.facts(try office.dossiers.procedure("1.004194"), subject: try office.row("001090000001")).allSatisfy { $0.register.name != "residence" })
    }

    @Test func `a birth gives a child to the household, and a wrong number is told before the decision`() async throws {
        let office = try ScratchOffice()
        let clerk = Party.officer(ScratchOffice.officer("mai", office: "commune-committee"))
        let chair = Party.officer(ScratchOffice.officer("son", [.read, .write, .decide], office: "commune-committee"))
        var dossier = try await office.submitted(
            "1.001193", ["child_name": "Nguyễn Minh Anh", "born_on": "10/11/2026", "child_sex": "female", "child_ethnicity": "01", "other_parent": "001192000004"])
        dossier = try await office.act(.receive, dossier, by: clerk)
        await #expect(throws: DossierError.self) { try await office.act(.propose(isApproval: true, reasons: "", findings: ["child_id": .string("12")]), dossier, by: clerk) }
        dossier = try await office.act(.propose(isApproval: true, reasons: "", findings: ["child_id": .string("001326000009")]), dossier, by: clerk)
        dossier = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: chair)
        #expect(try await office.value("population", "001326000009", "household") == "1000000001")
        #expect(try await office.value("population", "001326000009", "relation") == "child")
        #expect(try office.damages().isEmpty)
    }

    @Test func `a fee on approval is owed then, and paying completes the decision in one commit`() async throws {
        let office = try ScratchOffice()
        let clerk = Party.officer(ScratchOffice.officer("mai", office: "commune-committee"))
        let chair = Party.officer(ScratchOffice.officer("son", [.read, .write, .decide], office: "commune-committee"))
        let owner = "officer:mai"
        let draft = try await office.dossiers.begin("1.001612", owner: owner, applicant: try office.row("001090000001"), subject: try office.row("001090000001"), channel: .counter)
        try await office.dossiers.save(try office.dossiers.procedure("1.001612").example.mapValues(\.plain), in: draft.id, owner: owner)
        var dossier = try await office.dossiers.submit(draft.id, owner: owner)
        #expect(dossier.charge == nil)
        dossier = try await office.act(.receive, dossier, by: clerk)
        dossier = try await office.act(.propose(isApproval: true, reasons: "", findings: ["certificate_number": .string("01A8000999")]), dossier, by: clerk)
        dossier = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: chair)
        #expect(dossier.status == .feeAsked && dossier.charge?.amount == Money(100_000))
        #expect(try office.registry.row(of: "01A8000999", in: "household-business") == nil)
        dossier = try await office.act(.pay(transfer: "T9"), dossier, by: clerk)
        #expect(dossier.status == .done)
        #expect(try await office.value("household-business", "01A8000999", "name") == "Phở Ví Dụ")
        // Paid twice: once is enough.
        #expect(try await office.act(.pay(transfer: "T10"), dossier, by: clerk).payment == "T9")
        #expect(try office.dossiers.ledger.balance("cash:00004") == 100_000)
        #expect(try office.damages().isEmpty)
    }

    @Test func `a disability that is found stands in the register, and a later finding takes its place`() async throws {
        let office = try ScratchOffice()
        let clerk = Party.officer(ScratchOffice.officer("mai", office: "commune-committee"))
        let chair = Party.officer(ScratchOffice.officer("son", [.read, .write, .decide], office: "commune-committee"))
        func find(_ degree: String) async throws {
            let findings: [String: Value] = [
                "degree": .string(degree), "concluded": .string("2026-11-12"), "minutes": .string("05/BB-HĐXĐKT"), "certificate": .string("01/GXN-KT"),
            ]
            var dossier = try await office.submitted("1.001699")
            dossier = try await office.act(.receive, dossier, by: clerk)
            dossier = try await office.act(.propose(isApproval: true, reasons: "", findings: findings), dossier, by: clerk)
            dossier = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: chair)
            #expect(dossier.status == .done)
        }
        try await find("light")
        office.set("2026-11-20T02:00:00Z")
        try await find("severe")
        let records = try await office.registry.records("disability", RecordQuery(), for: ScratchOffice.all, door: "test").records
        let register = try office.registry.register("disability")
        #expect(records.compactMap { $0.value("degree", in: register)?.plain } == ["severe"])
        #expect(records.first?.value("person", in: register)?.plain == "001090000001" && records.first?.value("kind", in: register)?.plain == "movement")
        #expect(try office.damages().isEmpty)
    }

    @Test func `a household is entered by the class that the review's points make of it; one above the line cannot be recognised`() async throws {
        let office = try ScratchOffice()
        let clerk = Party.officer(ScratchOffice.officer("mai", office: "commune-committee"))
        let chair = Party.officer(ScratchOffice.officer("son", [.read, .write, .decide], office: "commune-committee"))
        func findings(_ score: Int64, lacks: Set<String>) -> [String: Value] {
            var values: [String: Value] = [
                "year": .integer(2026), "area": .string("urban"), "income": .integer(1_800_000), "score_b1": .integer(score), "decision": .string("125/QĐ-UBND"),
            ]
            for indicator in Deprivations.since2022 { values[indicator.code] = .boolean(lacks.contains(indicator.code)) }
            return values
        }
        var dossier = try await office.submitted("1.011606")
        dossier = try await office.act(.receive, dossier, by: clerk)
        let received = dossier
        await #expect(throws: DossierError.self) {
            try await office.act(.propose(isApproval: true, reasons: "", findings: findings(176, lacks: ["lacks_work"])), received, by: clerk)
        }
        dossier = try await office.act(
            .propose(isApproval: true, reasons: "", findings: findings(150, lacks: ["lacks_work", "lacks_water", "lacks_toilet"])), dossier, by: clerk)
        dossier = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: chair)
        #expect(dossier.status == .done)
        let record = try #require(try await office.registry.records("poor-household", RecordQuery(), for: ScratchOffice.all, door: "test").records.first)
        let register = try office.registry.register("poor-household")
        #expect(record.key == "1000000001-2026" && record.value("class", in: register)?.plain == "poor" && record.value("score_b2", in: register)?.integer == 30)
        #expect(try office.damages().isEmpty)
    }

    @Test func `children and elders pay nothing, and nobody brings a paper for it`() async throws {
        let office = try ScratchOffice()
        let draft = try await office.draft("1.004194", Self.stay, about: "001320000003")
        #expect(try office.dossiers.preview(draft.id, owner: "citizen:1").charge == .init(amount: Money(0), exemption: "child"))
        #expect(
            try office.dossiers.subjects(of: try office.dossiers.procedure("1.004194"), applicant: try office.row("001090000001")).map(\.name) == [
                "Nguyễn Văn An", "Nguyễn Văn Con",
            ])
        #expect(try office.dossiers.subjects(of: try office.dossiers.procedure("1.000656"), applicant: try office.row("001090000001")).count == 3)
    }

    @Test func `who applies sees of a named record what is open, and of the household what is then in its log`() async throws {
        let office = try ScratchOffice()
        let own = try office.dossiers.facts(try office.dossiers.procedure("1.001022"), subject: try office.row("001090000001"), texts: ["child_number": "001192000002"])
        #expect(!own.contains { $0.record == "001192000002" })
        let members = try office.dossiers.facts(try office.dossiers.procedure("1.000656"), subject: try office.row("001145000007"))
        let rows = try office.dossiers.people(in: members)
        #expect(rows.count == 4)
        try await office.dossiers.noteLook(at: rows, by: try office.row("001090000001"))
        let reads = try await office.registry.own("population", row: try office.row("001145000007")).reads
        #expect(reads.map(\.reader) == ["household"] && reads[0].purpose == "dossier")
        #expect(try await office.registry.own("population", row: try office.row("001090000001")).reads.isEmpty)
        #expect(try office.damages().isEmpty)
    }

    @Test func `a death ends the stay and the household goes on; its own dossier is still told`() async throws {
        let office = try ScratchOffice()
        let clerk = Party.officer(ScratchOffice.officer("mai", office: "commune-committee"))
        let chair = Party.officer(ScratchOffice.officer("son", [.read, .write, .decide], office: "commune-committee"))
        var dossier = try await office.submitted("1.000656", ["died_on": "15/11/2026"], about: "001145000007")
        dossier = try await office.act(.receive, dossier, by: clerk)
        dossier = try await office.act(.propose(isApproval: true, reasons: "", findings: [:]), dossier, by: clerk)
        dossier = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: chair)
        #expect(try office.registry.row(of: "001145000007", in: "population") == nil)
        dossier = try await office.act(.handOver, dossier, by: clerk)
        #expect(try await office.dossiers.dossier(dossier.code, for: clerk).dossier.status == .returned)
        #expect(try office.damages().isEmpty)
    }
}

struct `The legal clock` {
    @Test func `a dossier that nobody opens counts as received after a working day`() async throws {
        let office = try ScratchOffice(at: "2026-11-20T09:30:00Z")
        let dossier = try await office.submitted("1.003677")
        office.set("2026-11-23T09:29:00Z")
        #expect(try await office.dossiers.runClock().done == 0)
        office.set("2026-11-23T09:31:00Z")
        #expect(try await office.dossiers.runClock().done == 1)
        let after = try await office.dossiers.dossier(dossier.code, for: .clock).dossier
        // Its time counts from when it came; the day of Vietnamese culture is no working day.
        #expect(after.isDeemedReceived && after.due == Instant("2026-11-23T10:00:00Z"))
        #expect(try await office.dossiers.runClock().done == 0)
    }

    @Test func `lateness is told up the chain, with one apology and one new date`() async throws {
        let office = try ScratchOffice()
        let dossier = try await office.act(.receive, try await office.submitted("1.003677"))
        office.set("2026-11-17T10:00:00Z")
        #expect(try await office.dossiers.runClock().done == 2)
        var after = try await office.dossiers.dossier(dossier.code, for: .clock).dossier
        #expect(after.escalation == 1 && after.apology != nil && after.due == Instant("2026-11-18T10:00:00Z") && after.promised == Instant("2026-11-17T10:00:00Z"))
        for (moment, level) in [("2026-11-18T10:00:00Z", 2), ("2026-11-20T10:00:00Z", 3), ("2026-12-20T10:00:00Z", 3)] {
            office.set(moment)
            _ = try await office.dossiers.runClock()
            after = try await office.dossiers.dossier(dossier.code, for: .clock).dossier
            #expect(after.escalation == level && after.due == Instant("2026-11-18T10:00:00Z"))
        }
        await #expect(throws: DossierError.apologisedBefore) { try await office.act(.apologise(reason: "x", due: Instant("2026-12-30T10:00:00Z")!), after) }
        #expect(try office.dossiers.inbox(.late, for: ScratchOffice.officer("lan")).rows.map(\.code) == [dossier.code])
        #expect(try office.dossiers.timelinessByOffice()["commune-police"].map { [$0.timed, $0.onTime, $0.overdue] } == [0, 0, 1])
        after = try await office.act(.propose(isApproval: false, reasons: "Trễ.", findings: [:]), after)
        after = try await office.act(.decide(isApproval: false, reasons: ""), after, by: ScratchOffice.hung)
        #expect(after.isOnTime == false)
        #expect(try office.dossiers.figures(of: "1.003677").onTime == 0)
        #expect(try office.dossiers.timelinessByOffice()["commune-police"].map { [$0.timed, $0.onTime, $0.overdue] } == [1, 0, 0])
        // Decided late, it waits to be handed over and is late no more.
        let waiting = try office.dossiers.inbox(.results, for: ScratchOffice.officer("lan")).rows
        #expect(waiting.map { $0.isLate(at: office.registry.world.now()) } == [false] && waiting[0].level == 3)
        #expect(try await office.dossiers.runClock().done == 0)
        #expect(try office.damages().isEmpty)
    }

    @Test func `what nobody went on with is forgotten after thirty days, what was handed in is not`() async throws {
        let office = try ScratchOffice()
        let draft = try await office.draft("1.012783", ["why": "form"])
        let sent = try await office.submitted("1.004194", `A dossier`.stay)
        office.set("2026-12-15T02:00:00Z")
        _ = try await office.dossiers.runClock()
        #expect(try office.dossiers.draft(draft.id, owner: "citizen:1").files.count == 1)
        office.set("2026-12-17T02:00:00Z")
        _ = try await office.dossiers.runClock()
        #expect(throws: DossierError.noSuchDraft) { try office.dossiers.draft(draft.id, owner: "citizen:1") }
        let file = try await office.dossiers.dossier(sent.code, for: .clock).dossier.files[0].hash
        #expect(try await office.dossiers.file(file, of: sent.code, for: .clock).type == .pdf)
    }

    @Test func `who does not supply what was asked in time ends it`() async throws {
        let office = try ScratchOffice()
        var dossier = try await office.act(.receive, try await office.submitted("1.003677"))
        dossier = try await office.act(.askForPapers([AskedPaper(code: "away_to", text: "Ghi rõ")]), dossier)
        office.set("2026-12-17T10:00:00Z")
        #expect(try await office.dossiers.runClock().done == 1)
        #expect(try await office.dossiers.dossier(dossier.code, for: .clock).dossier.status == .stopped)
    }
}

struct `Whatever happens` {
    /// Random acts of everybody, allowed or not: an open dossier always has a way on, and the clock always holds its next moment.
    @Test func `a dossier has an exit and its clock rings, seed printed`() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let calendar = City.calendar
        let limits = DossierLimits()
        for round in 0..<400 {
            let procedure = City.procedures[round % City.procedures.count]
            var now = Instant("2026-11-16T02:00:00Z")!
            var dossier = Dossier(
                code: "X", number: 1,
                .init(
                    procedure: procedure.code, channel: .online, applicant: "a", subject: "a", office: procedure.office.code, unit: "00004", answers: [:], files: []), at: now)
            if let fee = procedure.fee(on: now.day)?.value, fee.moment == .submission {
                dossier.apply(.charged(.init(amount: fee.online, exemption: nil)), entry: 2, at: now)
            }
            for step in 3..<60 {
                now = Instant(milliseconds: now.milliseconds + Int64(random.next() % 80_000_000))
                let due = calendar.day(3, workingDaysAfter: now.day).at(minute: calendar.closing)
                let acts: [(DossierAct, String)] = [
                    (.receive, "officer:a"), (.decline(reasons: "x"), "officer:a"), (.assign(officer: "officer:b"), "officer:a"),
                    (.askForPapers([.init(code: "p", text: "x")]), "officer:a"),
                    (.supplement(answers: [:], files: []), "citizen"), (.forward, "officer:b"), (.propose(isApproval: true, reasons: "", findings: [:]), "officer:a"),
                    (.propose(isApproval: false, reasons: "x", findings: [:]), "officer:b"), (.sendBack(reasons: "x"), "officer:c"),
                    (.decide(isApproval: true, reasons: ""), "officer:c"),
                    (.decide(isApproval: false, reasons: "x"), "officer:a"), (.pay(transfer: "t"), "citizen"), (.withdraw(reason: ""), "citizen"), (.handOver, "officer:a"),
                    (.apologise(reason: "x", due: due), "officer:a"), (.rate(score: 4, text: ""), "citizen"), (.deemReceived, "clock"),
                    (.escalate(level: dossier.escalation + 1), "clock"),
                    (.note(text: "x"), "officer:a"), (.stop(reason: "x"), "officer:c"),
                ]
                func around(_ actor: String) -> Circumstances { Circumstances(procedure: procedure, calendar: calendar, now: now, limits: limits, actor: actor) }
                if !dossier.isEnded {
                    let exits = acts.filter { act, actor in
                        guard let events = try? dossier.decide(act, around(actor)) else { return false }
                        var after = dossier
                        for event in events { after.apply(event, entry: Int64(step), at: now) }
                        return after.state != dossier.state || after.proposal != dossier.proposal
                    }
                    #expect(!exits.isEmpty, "seed \(seed): \(dossier.state) has no exit")
                    let timers = dossier.timers(calendar, limits)
                    #expect(!timers.isEmpty || dossier.escalation == limits.escalationDays.count, "seed \(seed): nobody is told of \(dossier.state)")
                    // What is due up the chain is due at a moment, and can then be done.
                    for timer in timers where timer.kind == "escalate" && timer.moment <= now {
                        #expect(try dossier.decide(.escalate(level: dossier.escalation + 1), around("clock")).count == 1)
                    }
                } else {
                    #expect(dossier.timers(calendar, limits).isEmpty && dossier.ended != nil)
                }
                let (act, actor) = acts[Int(random.next() % UInt64(acts.count))]
                let wasEnded = dossier.isEnded
                guard let events = try? dossier.decide(act, around(actor)) else { continue }
                for event in events {
                    // An event says in the journal all that it changes.
                    #expect(DossierEvent(event.name, try JSON(parsing: event.json.text.utf8)) == event)
                    dossier.apply(event, entry: Int64(step), at: now)
                }
                #expect(!wasEnded || dossier.isEnded, "seed \(seed): an ended dossier was opened again by \(act.name)")
                #expect(
                    !(dossier.proposal.map { $0.by == "officer:a" } ?? false) || actor != "officer:a" || act.name != "decision" || !procedure.needsFourEyes
                        || !events.contains { $0.name == "decided" })
                if let promised = dossier.promised, let due = dossier.due { #expect(promised <= due) }
            }
        }
    }

    /// At full scale with THANGLONG_DOSSIERS=100000.
    @Test func `every late dossier of every unit is told of, though one of them fails`() async throws {
        let count = Int(ProcessInfo.processInfo.environment["THANGLONG_DOSSIERS"] ?? "") ?? 120
        var limits = DossierLimits()
        limits.clockBatch = count > 1000 ? 500 : 50
        let office = try ScratchOffice(limits: limits)
        let communes = City.communeCodes
        try office.put(
            communes.enumerated().flatMap { index, commune -> [(register: String, key: String, texts: [String: String])] in
                let household = "20000\(String(10_000 + index))"
                let person = "00109000\(String(1000 + index))"
                return [
                    ("household", household, ["commune": commune, "address": "Số 1", "kind": "family"]),
                    (
                        "population", person,
                        ["name": "Trần Văn Thử", "birth": "1990-01-01", "sex": "male", "ethnicity": "01", "household": household, "relation": "head", "commune": commune]
                    ),
                ]
            })
        let texts = ["group": "long", "away_from": "01/12/2026", "away_until": "31/12/2027", "away_to": "Đà Nẵng"]
        let row = try communes.indices.map { try office.row("00109000\(String(1000 + $0))") }
        for start in stride(from: 0, to: count, by: 60) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in start..<min(count, start + 60) {
                    group.addTask {
                        let person = row[index % row.count]
                        let draft = try await office.dossiers.begin("1.003677", owner: "t\(index)", applicant: person, subject: person, channel: .online)
                        try await office.dossiers.save(texts, in: draft.id, owner: "t\(index)")
                        _ = try await office.dossiers.submit(draft.id, owner: "t\(index)")
                    }
                }
                try await group.waitForAll()
            }
        }
        // One whose entries cannot be read.
        try office.registry.database.writeAndWait { try $0.run("UPDATE dossier SET last = 99999999 WHERE number = 0") }
        var failures = 0
        for moment in ["2026-11-17T09:00:00Z", "2026-11-18T10:00:00Z", "2026-11-19T10:00:00Z", "2026-11-25T10:00:00Z"] {
            office.set(moment)
            failures += try await office.dossiers.runClock().failed.count
        }
        #expect(failures == 4)
        let levels = try office.registry.database.read {
            try $0.all("SELECT level, count(*) FROM dossier WHERE number <> 0 GROUP BY level") { ($0.integer(0), Int($0.integer(1))) }
        }
        #expect(levels.map(\.0) == [3] && levels.map(\.1) == [count - 1])
        let units = try office.registry.database.read { try $0.first("SELECT count(DISTINCT unit) FROM dossier WHERE level = 3") { Int($0.integer(0)) } }
        #expect(units == min(count - 1, communes.count))
    }
}
