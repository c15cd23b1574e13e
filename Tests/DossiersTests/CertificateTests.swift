// SPDX-License-Identifier: Apache-2.0
import Foundation
import Journal
import Registers
import Store
import Testing

@testable import Civic
@testable import Dossiers

struct `What an approval hands out` {
    private func approved() async throws -> (ScratchOffice, Dossier) {
        let office = try ScratchOffice()
        let dossier = try await office.submitted("1.004873", ["used_for": "property"])
        let clerk = Party.officer(ScratchOffice.officer("hoa", office: "commune-committee"))
        let head = Party.officer(ScratchOffice.officer("minh", [.read, .write, .decide], office: "commune-committee"))
        _ = try await office.act(.receive, dossier, by: clerk)
        _ = try await office.act(.pay(transfer: "fee:\(dossier.code)"), dossier, by: clerk)
        _ = try await office.act(.propose(isApproval: true, reasons: "", findings: [:]), dossier, by: clerk)
        return (office, try await office.act(.decide(isApproval: true, reasons: ""), dossier, by: head))
    }

    @Test func `one certificate, found by its code, and the look is its holder's to see`() async throws {
        let (office, dossier) = try await approved()
        let certificate = try #require(try office.dossiers.certificate(of: dossier.code))
        #expect(certificate.value("holder_name").string == "Nguyễn Văn An" && certificate.value("used_for").string == "property")
        #expect(try await office.dossiers.certificate(code: certificate.code)?.dossier == dossier.code)
        #expect(try await office.dossiers.certificate(code: String(certificate.code.reversed())) == nil)
        let row = try office.row("001090000001")
        let looks = try office.registry.database.read { try office.registry.reads(of: row, in: "population", limit: 10, on: $0) }
        #expect(looks.contains { $0.purpose == "verification" && $0.reader == "paper" })
        #expect(try office.damages().isEmpty)
    }

    @Test func `a credential holds whole and in part, and not when anything is changed`() async throws {
        let (office, dossier) = try await approved()
        let certificate = try #require(try office.dossiers.certificate(of: dossier.code))
        let token = try #require(office.dossiers.credential(certificate))
        let parts = token.split(separator: "~").map(String.init)
        let whole = try office.dossiers.check(credential: token)
        #expect(whole.procedure?.code == "1.004873" && whole.claims.contains { $0.name == "holder_id" && $0.value.string == "001090000001" })
        #expect(!whole.claims.contains { $0.name.hasPrefix("_") })
        let part = try office.dossiers.check(credential: parts[0] + "~" + parts[1] + "~")
        #expect(part.claims.count == 1)
        let forged = Encoding.base64URL(Array(#"["AAAAAAAAAAAAAAAAAAAAAA","holder_name","Kẻ Mạo Danh"]"#.utf8))
        #expect(throws: CredentialError.foreignDisclosure) { try office.dossiers.check(credential: parts[0] + "~" + forged + "~") }
        var token2 = parts[0].split(separator: ".").map(String.init)
        token2[1] = Encoding.base64URL(Array(#"{"_sd":[],"entry":0}"#.utf8))
        #expect(throws: CredentialError.badSignature) { try office.dossiers.check(credential: token2.joined(separator: ".") + "~") }
        for text in ["", "~", "a.b.c~", parts[0]] { #expect(throws: CredentialError.malformed) { try office.dossiers.check(credential: text) } }
    }

    @Test func `a certificate that was changed beside its journal is named`() async throws {
        let (office, dossier) = try await approved()
        _ = try office.registry.database.writeAndWait { try $0.run("UPDATE certificate SET dossier = \("H26.999-000000-0001") WHERE dossier = \(dossier.code)") }
        #expect(try office.damages().contains { $0.contains("certificates") })
    }
}

struct `Handed in by another system` {
    private func application(_ texts: [String: String] = ["used_for": "property"], applicant: String = "001090000001", procedure: String = "1.004873") -> HandedIn {
        HandedIn(procedure: procedure, applicant: applicant, subject: applicant, channel: .counter, texts: texts, files: [])
    }
    private let system = Authority(.system, id: "system:portal", name: "portal", grants: [Grant("office/commune-committee", [.read, .write])])

    @Test func `the same key is the same dossier, other content is refused`() async throws {
        let office = try ScratchOffice()
        let first = try await office.dossiers.handIn(application(), key: "k", content: [1], by: system)
        let again = try await office.dossiers.handIn(application(), key: "k", content: [1], by: system)
        #expect(first.isNew && !again.isNew && first.dossier.code == again.dossier.code)
        await #expect(throws: OtherContent.self) { try await office.dossiers.handIn(application(), key: "k", content: [2], by: system) }
        #expect(try await office.dossiers.handIn(application(), key: "l", content: [1], by: system).isNew)
        #expect(try office.damages().isEmpty)
    }

    @Test func `what is wrong is told at its place, and nothing is kept`() async throws {
        let office = try ScratchOffice()
        func fields(_ work: () async throws -> Void) async -> [String] {
            do { try await work() } catch DossierError.objections(let wrong) { return wrong.map(\.field) } catch { return ["\(error)"] }
            return []
        }
        #expect(await fields { _ = try await office.dossiers.handIn(application([:]), key: "a", content: [], by: system) } == ["used_for"])
        #expect(await fields { _ = try await office.dossiers.handIn(application(["used_for": "property", "x": "1"]), key: "b", content: [], by: system) } == ["x"])
        #expect(await fields { _ = try await office.dossiers.handIn(application(applicant: "001090009999"), key: "c", content: [], by: system) } == ["applicant"])
        let stranger = Authority(.system, id: "system:x", name: "x", grants: [Grant("office/commune-committee", [.write], unit: "00008")])
        await #expect(throws: DossierError.self) { try await office.dossiers.handIn(application(), key: "d", content: [], by: stranger) }
        #expect(try office.registry.database.read { try $0.first("SELECT count(*) FROM dossier") { $0.integer(0) } } == 0)
    }
}
