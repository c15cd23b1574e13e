// SPDX-License-Identifier: Apache-2.0
import Civic
import Notices
import Foundation
import Registers
import Store
import Testing

@testable import Dossiers

struct `Acting for somebody` {
    private func delegated(_ scope: String = "all") async throws -> ScratchOffice {
        let office = try ScratchOffice()
        // The grandmother lets Hoa, who lives elsewhere, act for her.
        try await office.dossiers.delegate(from: try office.row("001145000007"), to: "001192000002", named: "dang thi hoa", scope: scope, until: "30/11/2026")
        return office
    }

    @Test func `is for whom it was given to, in its matters, until its end`() async throws {
        let office = try await delegated("support")
        let agent = try office.row("001192000002")
        let pension = try office.dossiers.procedure("1.014027")
        let copy = try office.dossiers.procedure("2.000635")
        #expect(try office.dossiers.subjects(of: pension, applicant: agent).map(\.name).contains("Nguyễn Thị Cụ"))
        #expect(try !office.dossiers.subjects(of: copy, applicant: agent).map(\.name).contains("Nguyễn Thị Cụ"))
        #expect(try !office.dossiers.subjects(of: pension, applicant: office.row("001090000001")).map(\.row).contains(agent))
        office.set("2026-12-01T02:00:00Z")
        #expect(try !office.dossiers.subjects(of: pension, applicant: agent).map(\.name).contains("Nguyễn Thị Cụ"))
        #expect(try office.damages().isEmpty)
    }

    @Test func `can be taken back by its giver and given up by its holder, by nobody else`() async throws {
        for person in ["001145000007", "001192000002"] {
            let office = try await delegated()
            let number = try #require(try office.dossiers.delegations(of: office.row("001145000007")).given.first?.number)
            await #expect(throws: DossierError.noSuchDossier) { try await office.dossiers.revoke(number, by: try office.row("001090000001")) }
            try await office.dossiers.revoke(number, by: try office.row(person))
            #expect(try office.dossiers.delegations(of: office.row("001192000002")).received.isEmpty)
            #expect(try office.dossiers.subjects(of: office.dossiers.procedure("2.000635"), applicant: office.row("001192000002")).count == 1)
        }
    }

    @Test(arguments: [
        ("001192000002", "Đặng Thị Hồng", "all", "30/11/2026", "agent"), ("001192009999", "Đặng Thị Hoa", "all", "30/11/2026", "agent"),
        ("001320000003", "Nguyễn Văn Con", "all", "30/11/2026", "agent"), ("001145000007", "Nguyễn Thị Cụ", "all", "30/11/2026", "agent"),
        ("001192000002", "Đặng Thị Hoa", "nothing", "30/11/2026", "scope"), ("001192000002", "Đặng Thị Hoa", "all", "30/11/2028", "until"),
        ("001192000002", "Đặng Thị Hoa", "all", "31/02/2027", "until"), ("001192000002", "Đặng Thị Hoa", "all", "30/10/2026", "until"),
    ])
    func `what is wrong is told at its place`(agent: String, name: String, scope: String, until: String, field: String) async throws {
        let office = try ScratchOffice()
        do {
            try await office.dossiers.delegate(from: try office.row("001145000007"), to: agent, named: name, scope: scope, until: until)
            Issue.record("taken")
        } catch DossierError.objections(let wrong) {
            #expect(wrong.map(\.field).contains(field), "\(wrong)")
        }
        #expect(try office.dossiers.delegations(of: office.row("001145000007")).given.isEmpty)
    }
}

struct `A correction proposed by its owner` {
    private static let police = Party.officer(ScratchOffice.officer("lan"))

    @Test func `is shown beside what stands, and enters just that`() async throws {
        let office = try ScratchOffice()
        var dossier = try await office.submitted("1.010039", ["item": "phone", "right_text": "0987 654 321"])
        dossier = try await office.act(.receive, dossier)
        let planned = try #require(try office.dossiers.plannedChanges(of: dossier))
        #expect(planned.count == 1 && planned[0].fields.count == 1 && planned[0].fields[0].field.name == "phone" && planned[0].fields[0].before.isNull)
        #expect(planned[0].fields[0].after == .string("0987654321"))
        _ = try await office.act(.propose(isApproval: true, reasons: "", findings: [:]), dossier)
        _ = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: ScratchOffice.hung)
        #expect(try await office.value("population", "001090000001", "phone") == "0987654321")
        // From now on they are told by phone; the notices name no person.
        let told = try office.dossiers.notices.waiting()
        #expect(told.contains { $0.address == "0987654321" && $0.text.contains(dossier.code) && !$0.text.contains("Nguyễn") })
        #expect(try office.damages().isEmpty)
    }

    @Test(arguments: [("phone", "12", "right_text"), ("sex", "khác", "right_text"), ("birth", "31/02/1990", "right_text"), ("sex", "Nam", "right_text"), ("age", "x", "item")])
    func `is read as the register reads it`(item: String, text: String, field: String) async throws {
        let office = try ScratchOffice()
        let draft = try await office.draft("1.010039", ["item": item, "right_text": text])
        #expect(try office.dossiers.preview(draft.id, owner: "citizen:1").objections.map(\.field).contains(field))
    }

    @Test func `a birth that follows needs what the officer finds before it can be shown`() async throws {
        let office = try ScratchOffice()
        let dossier = try await office.submitted(
            "1.001193", ["child_name": "Nguyễn Minh Anh", "born_on": "10/11/2026", "child_sex": "female", "child_ethnicity": "01"], by: "001192000004")
        #expect(try office.dossiers.plannedChanges(of: dossier) == nil)
    }
}

struct `Where people are told` {
    @Test func `an address counts once its owner has entered the code`() async throws {
        let office = try ScratchOffice()
        let row = try office.row("001090000001")
        await #expect(throws: DossierError.self) { try await office.dossiers.wish(mail: "an@", language: .english, of: row) }
        try await office.dossiers.wish(mail: "an@example.vn", language: .english, of: row)
        let mail = try #require(try office.dossiers.notices.waiting().first)
        let code = mail.text.filter(\.isNumber).prefix(8)
        #expect(mail.address == "an@example.vn" && code.count == 8)
        await #expect(throws: DossierError.self) { try await office.dossiers.confirm(code: "00000000" == code ? "00000001" : "00000000", of: row) }
        #expect(try office.dossiers.contact(of: row).mail == nil)
        try await office.dossiers.confirm(code: String(code), of: row)
        #expect(try office.dossiers.contact(of: row).mail == "an@example.vn")
        await #expect(throws: DossierError.self) { try await office.dossiers.confirm(code: String(code), of: row) }
        var dossier = try await office.submitted("1.004873", ["used_for": "property"])
        dossier = try await office.act(.receive, dossier, by: .officer(ScratchOffice.officer("hoa", office: "commune-committee")))
        let told = try office.dossiers.notices.waiting().filter { $0.key.hasPrefix("dossier:") }
        #expect(told.map(\.address) == ["an@example.vn"] && told[0].text.contains("was received"))
        try await office.dossiers.wish(mail: "", language: .english, of: row)
        #expect(try office.dossiers.contact(of: row).mail == nil)
    }

    @Test func `a code is asked for three times and no more`() async throws {
        let office = try ScratchOffice()
        let row = try office.row("001090000001")
        for _ in 0..<3 { try await office.dossiers.wish(mail: "a\(row)@example.vn", language: .vietnamese, of: row) }
        await #expect(throws: DossierError.self) { try await office.dossiers.wish(mail: "b@example.vn", language: .vietnamese, of: row) }
    }
}
