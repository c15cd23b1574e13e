// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Registers
import Store
import Testing

@testable import Dossiers

struct `A linked dossier` {
    static let birth = ["child_name": "Nguyễn Minh Anh", "born_on": "10/11/2026", "child_sex": "female", "child_ethnicity": "01"]
    static let clerk = Party.officer(ScratchOffice.officer("hoa", office: "commune-committee"))
    static let head = Party.officer(ScratchOffice.officer("minh", [.read, .write, .decide], office: "commune-committee"))
    static let shop = Party.officer(ScratchOffice.officer("quay", office: "one-stop-shop"))
    static let insurer = Party.officer(ScratchOffice.officer("bao", office: "social-insurance", unit: nil))
    static let insurerHead = Party.officer(ScratchOffice.officer("hiem", [.read, .write, .decide], office: "social-insurance", unit: nil))

    private func read(_ code: String, _ office: ScratchOffice) async throws -> Dossier { try await office.dossiers.dossier(code, for: .officer(ScratchOffice.all)).dossier }

    private func approve(_ code: String, _ findings: [String: Value] = [:], _ office: ScratchOffice, by clerk: Party, and head: Party) async throws {
        var dossier = try await read(code, office)
        dossier = try await office.act(.receive, dossier, by: clerk)
        if dossier.owesFee { dossier = try await office.act(.pay(transfer: "fee:\(code)"), dossier, by: clerk) }
        dossier = try await office.act(.propose(isApproval: true, reasons: "", findings: findings), dossier, by: clerk)
        _ = try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: head)
    }

    @Test func `one application, parallel parts, one pick-up`() async throws {
        let office = try ScratchOffice()
        let whole = try await office.submitted("2.000986", Self.birth, by: "001192000004")
        #expect(whole.status == .received && whole.due != nil && whole.branches.map(\.procedure) == ["1.001193"])
        try await approve(
            whole.branches[0].dossier, ["child_id": .string("001326000009"), "book": .string("12/2026")], office, by: Self.clerk, and: Self.head)
        var now = try await read(whole.code, office)
        #expect(now.branches.map(\.procedure) == ["1.001193", "1.004222", "9.000001"] && now.branches[0].isApproved == true && !now.isEnded)
        // Nobody decides over the whole.
        await #expect(throws: DossierError.self) { try await office.act(.propose(isApproval: true, reasons: "", findings: [:]), now, by: Self.shop) }
        await #expect(throws: DossierError.self) { try await office.act(.handOver, now, by: Self.shop) }
        // The two others at the same time, in any order.
        try await approve(now.branches[2].dossier, ["card": .string("TE1012600000001")], office, by: Self.insurer, and: Self.insurerHead)
        try await approve(now.branches[1].dossier, [:], office, by: ScratchOffice.lan, and: ScratchOffice.hung)
        now = try await read(whole.code, office)
        #expect(now.status == .done)
        now = try await office.act(.handOver, now, by: Self.shop)
        for branch in now.branches { #expect(try await read(branch.dossier, office).status == .returned, "\(branch.procedure)") }
        #expect(try await office.value("population", "001326000009", "name") == "Nguyễn Minh Anh")
        #expect(try office.dossiers.certificate(of: whole.code) == nil && office.dossiers.certificate(of: now.branches[2].dossier) != nil)
        // The applicant sees one dossier, and the parts in it.
        #expect(try office.dossiers.dossiers(of: office.row("001192000004")).map(\.code) == [whole.code])
        #expect(try office.damages().isEmpty)
    }

    @Test func `a part that is refused ends what waits for it, and says so`() async throws {
        let office = try ScratchOffice()
        let whole = try await office.submitted("2.000986", Self.birth, by: "001192000004")
        var birth = try await read(whole.branches[0].dossier, office)
        birth = try await office.act(.receive, birth, by: Self.clerk)
        birth = try await office.act(.propose(isApproval: false, reasons: "Giấy chứng sinh không đúng", findings: [:]), birth, by: Self.clerk)
        _ = try await office.act(.decide(isApproval: false, reasons: ""), birth, by: Self.head)
        let now = try await read(whole.code, office)
        guard case .decided(false, let reasons, _) = now.state else { return #expect(Bool(false), "\(now.state)") }
        #expect(reasons.contains(birth.code) && now.branches.count == 1)
        #expect(try office.damages().isEmpty)
    }

    @Test func `a part that waits for the applicant stops the whole's clock, and two at once count once`() async throws {
        let office = try ScratchOffice()
        let mother = Party.citizen(try office.row("001192000004"))
        let whole = try await office.submitted("2.000986", Self.birth, by: "001192000004")
        try await approve(whole.branches[0].dossier, ["child_id": .string("001326000009"), "book": .string("12/2026")], office, by: Self.clerk, and: Self.head)
        let parts = try await read(whole.code, office).branches.dropFirst().map(\.dossier)
        for (part, clerk, code) in [(parts[0], ScratchOffice.lan, "to_relation"), (parts[1], Self.insurer, "clinic")] {
            let dossier = try await office.act(.receive, try await read(part, office), by: clerk)
            _ = try await office.act(.askForPapers([AskedPaper(code: code, text: "Ghi rõ")]), dossier, by: clerk)
        }
        // Past its day, while both wait: nobody apologises for it.
        office.set("2026-12-08T02:00:00Z")
        _ = try await office.dossiers.runClock()
        #expect(try await read(whole.code, office).apology == nil)
        for part in parts { _ = try await office.act(.supplement(answers: [:], files: []), try await read(part, office), by: mother) }
        let now = try await read(whole.code, office)
        #expect(now.due!.day - whole.due!.day == 22 && now.promised == now.due && now.move == nil)
        #expect(try office.damages().isEmpty)
    }

    @Test func `withdrawing the whole withdraws its parts, once`() async throws {
        let office = try ScratchOffice()
        let whole = try await office.submitted("2.000986", Self.birth, by: "001192000004")
        let mother = Party.citizen(try office.row("001192000004"))
        let now = try await office.act(.withdraw(reason: "Đổi ý"), whole, by: mother)
        #expect(now.status == .withdrawn)
        #expect(try await read(whole.branches[0].dossier, office).status == .withdrawn)
        #expect(try office.damages().isEmpty)
    }

    @Test func `what would not be admitted as a birth is not admitted here`() async throws {
        let office = try ScratchOffice()
        let draft = try await office.draft("2.000986", Self.birth.merging(["born_on": "10/11/2030"]) { $1 }, by: "001192000004")
        #expect(try office.dossiers.preview(draft.id, owner: "citizen:1").objections.map(\.field) == ["born_on"])
    }
}

struct `What somebody has a right to` {
    @Test func `is offered without being asked for, until it is asked for`() async throws {
        let office = try ScratchOffice()
        let son = try office.row("001090000001")
        #expect(try office.dossiers.offers(to: son).map(\.name) == ["Nguyễn Thị Cụ"])
        #expect(try office.dossiers.offers(to: office.row("001192000002")).isEmpty)
        _ = try await office.submitted("1.014027", ["pension": "false", "payout": "home"], about: "001145000007")
        #expect(try office.dossiers.offers(to: son).isEmpty)
    }
}
