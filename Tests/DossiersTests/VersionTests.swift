// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hanoi
import Registers
import Store
import Testing

@testable import Civic
@testable import Dossiers

/// Absence in two versions: the second asks one thing more when it is long, takes longer, and has another step.
private func versions() -> [Procedure] {
    let old = City.procedures.first { $0.code == "1.003677" }!
    var new = Procedure(
        old.code, old.title, need: old.need, words: old.words, on: old.occasion, under: old.law, decidedBy: old.office, at: old.place, about: old.subjects, facts: old.facts,
        questions: old.questions + [Field("host", .text(max: 100), ["vi": "Ở nhờ ai", "en": "Who you stay with"], .personal, when: .init("group", "long"))],
        papers: old.papers, within: [Dated(.workingDays(5), from: Day("2025-07-01")!, under: old.law)], fees: old.fees,
        steps: [Step("receive", ["vi": "Tiếp nhận", "en": "Receipt"], by: .officer, share: 20), Step("decide", ["vi": "Quyết định", "en": "Decision"], by: .leader, share: 80)],
        findings: old.findings, result: old.result, writes: old.writes, check: old.check, entries: old.entries, example: old.example)
    new.version = 2
    return City.procedures + [new]
}

struct `A new version of a procedure` {
    private static let admin = Authority(.officer, id: "officer:admin", name: "", grants: [Grant("*", [.administer])])
    private static let short = ["group": "conscript", "away_from": "01/12/2026", "away_until": "31/12/2026", "away_to": "Đà Nẵng"]
    private static let long = ["group": "long", "away_from": "01/12/2026", "away_until": "31/12/2027", "away_to": "Đà Nẵng"]

    /// A city that has handled dossiers by the first version, opened by a program that brings the second.
    private func upgraded() async throws -> (ScratchOffice, Dossier, Dossier) {
        let office = try ScratchOffice(procedures: City.procedures)
        let old = City.procedures.first { $0.code == "1.003677" }!
        let groups = old.questions.first { $0.name == "group" }!
        guard case .choice(let choices) = groups.kind else { fatalError() }
        var texts = Self.short
        texts["group"] = choices.first { $0.code != "long" }!.code
        var first = try await office.submitted("1.003677", texts)
        first = try await office.act(.receive, first)
        first = try await office.act(.forward, first)
        var second = try await office.submitted("1.003677", Self.long, by: "001192000004")
        second = try await office.act(.receive, second)
        return (try office.reopened(procedures: versions()), first, second)
    }

    @Test func `waits until it is published, and is tried on every open dossier first`() async throws {
        let (office, first, second) = try await upgraded()
        #expect(try office.dossiers.procedure("1.003677").version == 1)
        let trials = try office.dossiers.trial(of: "1.003677", version: 2)
        #expect(trials.map(\.code) == [first.code, second.code])
        #expect(trials[0].mayMove && trials[0].differences.contains { $0.en.hasPrefix("Due:") } && trials[0].differences.contains { $0.en.hasPrefix("Step:") })
        #expect(!trials[1].mayMove && trials[1].objections.map(\.field) == ["host"])
        // Trying enters nothing.
        #expect(try office.dossiers.trial(of: "1.003677", version: 2).count == 2)
        #expect(try office.damages().isEmpty)
    }

    @Test func `moves those it admits, keeps the others, and can be taken back`() async throws {
        let (office, first, second) = try await upgraded()
        await #expect(throws: DossierError.self) { try await office.dossiers.publish("1.003677", version: 2, moving: true, by: ScratchOffice.officer("lan")) }
        let (moved, kept) = try await office.dossiers.publish("1.003677", version: 2, moving: true, by: Self.admin)
        #expect(moved == 1 && kept == 1)
        #expect(try office.dossiers.procedure("1.003677").version == 2)
        func read(_ code: String) async throws -> Dossier { try await office.dossiers.dossier(code, for: .officer(ScratchOffice.all)).dossier }
        let after = try await read(first.code)
        #expect(after.version == 2 && after.step == 0 && after.due! > first.due!)
        #expect(try await read(second.code).version == 1)
        // Each goes on by its own version.
        _ = try await office.act(.forward, second)
        await #expect(throws: DossierError.self) { try await office.act(.forward, after) }
        #expect(try office.damages().isEmpty)
        #expect(try await office.dossiers.rollBack("1.003677", to: 1, by: Self.admin) == 1)
        let back = try await read(first.code)
        #expect(back.version == 1 && back.due == first.due && back.step == first.step)
        #expect(try office.dossiers.procedure("1.003677").version == 1)
        #expect(try office.damages().isEmpty)
    }

    @Test func `a draft begun before is read by the rules of the day it is handed in`() async throws {
        let (office, _, _) = try await upgraded()
        let draft = try await office.draft("1.003677", Self.long, by: "001145000007")
        #expect(try office.dossiers.preview(draft.id, owner: "citizen:1").objections.isEmpty)
        _ = try await office.dossiers.publish("1.003677", version: 2, moving: false, by: Self.admin)
        do {
            _ = try await office.dossiers.submit(draft.id, owner: "citizen:1")
            Issue.record("handed in")
        } catch DossierError.objections(let wrong) { #expect(wrong.map(\.field) == ["host"]) }
        // What was typed is still there.
        #expect(try office.dossiers.draft(draft.id, owner: "citizen:1").texts["away_to"] == "Đà Nẵng")
    }
}

struct `Practice` {
    @Test(arguments: City.procedures.map(\.code)) func `every procedure's twin takes its own example, and leaves no trace`(code: String) throws {
        let office = try ScratchOffice(at: "2026-12-01T02:00:00Z")
        let before = try office.registry.journalHeads().map { "\($0.name) \($0.size)" }
        let procedure = try office.dossiers.procedure(code)
        let right = try office.dossiers.practise(code, procedure.example.mapValues(\.plain))
        #expect(right.objections.isEmpty, "\(code): \(right.objections.map(\.text.en))")
        if procedure.questions.contains(where: { $0.isRequired && $0.condition == nil }) { #expect(try !office.dossiers.practise(code, [:]).objections.isEmpty, "\(code)") }
        #expect(try office.registry.journalHeads().map { "\($0.name) \($0.size)" } == before)
        #expect(try office.registry.database.read { try $0.first("SELECT (SELECT count(*) FROM draft) + (SELECT count(*) FROM dossier)") { $0.integer(0) } } == 0)
    }
}

struct `The line at the counter` {
    private static let lan = ScratchOffice.officer("lan")

    @Test func `who booked comes at their time, the others by number, nobody twice`() async throws {
        let office = try ScratchOffice()
        let first = try await office.dossiers.takeTicket(unit: "00004")
        let second = try await office.dossiers.takeTicket(unit: "00004")
        let booked = try await office.dossiers.book(unit: "00004", on: Day("2026-11-16")!, at: 9 * 60 + 15)
        #expect(first.label == "A001" && second.label == "A002" && booked.label == "H0915-1")
        #expect(try office.dossiers.ticket(second.code)?.ahead == 1)
        #expect(try await office.dossiers.callNext(unit: "00004", desk: "2", by: Self.lan)?.code == first.code)
        office.set("2026-11-16T02:16:00Z")
        let next = try await office.dossiers.callNext(unit: "00004", desk: "2", by: Self.lan)
        #expect(next?.code == booked.code && next?.desk == "2")
        #expect(try office.dossiers.line(unit: "00004").called.count == 2 && office.dossiers.line(unit: "00004").waiting == 1)
        try await office.dossiers.endTicket(first.code, served: true, by: Self.lan)
        #expect(try await office.dossiers.callNext(unit: "00004", desk: "3", by: Self.lan)?.code == second.code)
        #expect(try await office.dossiers.callNext(unit: "00004", desk: "3", by: Self.lan) == nil)
        await #expect(throws: DossierError.self) { try await office.dossiers.callNext(unit: "00008", desk: "1", by: Self.lan) }
    }

    @Test func `today and six days ahead, on working days, four at a time`() async throws {
        let office = try ScratchOffice()
        #expect(office.dossiers.bookingDays.map(\.description) == ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"])
        let day = Day("2026-11-17")!
        #expect(try office.dossiers.slots(unit: "00004", on: day).first?.minute == 480 && office.dossiers.slots(unit: "00004", on: Day("2026-11-16")!).first?.minute == 9 * 60 + 15)
        var last: Ticket?
        for _ in 0..<4 { last = try await office.dossiers.book(unit: "00004", on: day, at: 480) }
        await #expect(throws: DossierError.self) { try await office.dossiers.book(unit: "00004", on: day, at: 480) }
        await #expect(throws: DossierError.self) { try await office.dossiers.book(unit: "00004", on: day, at: 481) }
        await #expect(throws: DossierError.self) { try await office.dossiers.book(unit: "00004", on: Day("2026-11-21")!, at: 480) }
        try await office.dossiers.cancelTicket(last!.code)
        _ = try await office.dossiers.book(unit: "00004", on: day, at: 480)
        office.set("2026-11-16T13:00:00Z")
        await #expect(throws: DossierError.self) { try await office.dossiers.takeTicket(unit: "00004") }
    }

    @Test func `twenty at once get twenty numbers, and are called once each`() async throws {
        let office = try ScratchOffice()
        let codes = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await office.dossiers.takeTicket(unit: "00004").label } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(codes.count == 20)
        let called = try await withThrowingTaskGroup(of: String?.self) { group in
            for desk in 0..<25 { group.addTask { try await office.dossiers.callNext(unit: "00004", desk: "\(desk)", by: Self.lan)?.label } }
            return try await group.reduce(into: [String]()) { if let label = $1 { $0.append(label) } }
        }
        #expect(called.count == 20 && Set(called).count == 20)
    }

    @Test(arguments: [("001090000001|012345678|Nguyễn Văn An|02011990|Nam|Số 12|01012021", "001090000001"), (" 001 090 000 001 ", "001090000001"), ("", "")])
    func `the card's code or the number alone`(text: String, number: String) { #expect(CardCode.number(in: text) == number) }
}

struct `A helper's shift` {
    @Test func `counts people and dossiers, and as right at first only what was approved at first`() async throws {
        let office = try ScratchOffice()
        let helper = Authority(.officer, id: "officer:sinhvien", name: "", grants: [Grant("help", [.write])])
        await #expect(throws: DossierError.self) { try await office.dossiers.startShift(at: "Nhà văn hóa", by: ScratchOffice.officer("lan")) }
        await #expect(throws: DossierError.self) { try await office.dossiers.startShift(at: "  ", by: helper) }
        try await office.dossiers.startShift(at: "Nhà văn hóa", by: helper)
        try await office.dossiers.startShift(at: "Nơi khác", by: helper)
        let shift = try #require(try office.dossiers.shift(of: helper))
        #expect(try office.dossiers.shifts(of: helper).map(\.place) == ["Nhà văn hóa"])
        let row = try office.row("001090000001")
        for _ in 0..<3 { try await office.dossiers.noteHelp(shift, person: row, by: helper) }
        var asked = try await office.submitted("1.004873", ["used_for": "property"])
        let fine = try await office.submitted("1.014027", ["pension": "false", "payout": "home"], about: "001145000007")
        for dossier in [asked, fine] { try await office.dossiers.noteHelped(shift, dossier: dossier.code) }
        let clerk = Party.officer(ScratchOffice.officer("hoa", office: "commune-committee"))
        asked = try await office.act(.receive, asked, by: clerk)
        asked = try await office.act(.pay(transfer: "T"), asked, by: clerk)
        _ = try await office.act(.askForPapers([AskedPaper(code: "used_for", text: "Ghi rõ")]), asked, by: clerk)
        office.set("2026-11-16T04:30:00Z")
        try await office.dossiers.endShift(by: helper)
        let ended = try #require(try office.dossiers.shifts(of: helper).first)
        #expect(ended.people == 1 && ended.ended!.milliseconds - ended.started.milliseconds == 9_000_000)
        #expect(try office.dossiers.shift(of: helper) == nil)
        // Nobody has decided yet: nothing has succeeded.
        #expect(ended.dossiers == GuidedFigures(handedIn: 2, ended: 0, atFirst: 0))
        let monday = Day("2026-11-16")!
        #expect(try office.dossiers.guidedFigures(since: monday) == GuidedFigures(handedIn: 2, ended: 0, atFirst: 0))
        let head = Party.officer(ScratchOffice.officer("minh", [.read, .write, .decide], office: "commune-committee"))
        _ = try await office.act(.receive, fine, by: clerk)
        _ = try await office.act(.propose(isApproval: true, reasons: "", findings: [:]), fine, by: clerk)
        _ = try await office.act(.decide(isApproval: true, reasons: ""), fine, by: head)
        #expect(try office.dossiers.guidedFigures(since: monday) == GuidedFigures(handedIn: 2, ended: 1, atFirst: 1))
        // What the applicant takes back tells nothing of the guide; handing the result over changes nothing.
        _ = try await office.act(.withdraw(reason: "Không cần nữa"), asked, by: .citizen(row))
        _ = try await office.act(.handOver, fine, by: clerk)
        #expect(try office.dossiers.guidedFigures(since: monday) == GuidedFigures(handedIn: 2, ended: 1, atFirst: 1))
        #expect(try office.dossiers.guidedFigures(since: monday + 1).handedIn == 0)
        let reads = try await office.registry.own("population", row: row).reads
        #expect(reads.count { $0.asked == "help" && $0.reader == "officer:sinhvien" } == 1)
        #expect(try office.damages().isEmpty)
    }

    @Test func `what ended before outcomes were kept is counted when the program opens`() async throws {
        let office = try ScratchOffice()
        let helper = Authority(.officer, id: "officer:sinhvien", name: "", grants: [Grant("help", [.write])])
        try await office.dossiers.startShift(at: "Nhà văn hóa", by: helper)
        let shift = try #require(try office.dossiers.shift(of: helper))
        let declined = try await office.submitted("1.003677")
        try await office.dossiers.noteHelped(shift, dossier: declined.code)
        _ = try await office.act(.decline(reasons: "Nộp nhầm nơi."), declined)
        try office.registry.database.writeAndWait { try $0.run("UPDATE help_dossier SET outcome = NULL") }
        #expect(try office.dossiers.guidedFigures(since: Day("2026-11-16")!).ended == 0)
        let later = try office.reopened(procedures: City.procedures)
        #expect(try later.dossiers.guidedFigures(since: Day("2026-11-16")!) == GuidedFigures(handedIn: 1, ended: 1, atFirst: 0))
    }
}
