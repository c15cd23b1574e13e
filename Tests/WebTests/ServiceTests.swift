// SPDX-License-Identifier: Apache-2.0
import Dossiers
import Foundation
import Hanoi
import Ledger
import NIOHTTP1
import People
import Registers
import Testing

@testable import Civic
import HTTP
@testable import Web

extension ScratchSite {
    /// The first person of the small city, signed in with a code from the counter.
    func citizen(_ number: String = "001090000001") async throws -> (headers: [(String, String)], key: String) {
        let row = try registry.row(of: number, in: "population")!
        let code = try accounts.addCitizenCode(register: "population", row: row, by: "officer:test")
        let entered = await ask(.POST, "/me", body: "number=\(number)&code=\(code)")
        #expect(entered.status == 303)
        let headers = [("cookie", entered.cookie!)]
        let page = await ask(.GET, "/me/dossiers", headers).text
        return (headers, String(page[page.firstRange(of: "name=\"csrf\" value=\"")!.upperBound...].prefix { $0 != "\"" }))
    }

    func multipart(_ headers: [(String, String)], _ target: String, _ fields: [(String, String)], files: [(name: String, content: String)] = []) async -> Answer {
        var body = ""
        for (name, value) in fields { body += "--xyz\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
        for file in files { body += "--xyz\r\nContent-Disposition: form-data; name=\"\(file.name)\"; filename=\"../x.exe\"\r\nContent-Type: text/html\r\n\r\n\(file.content)\r\n" }
        return await ask(.POST, target, headers + [("content-type", "multipart/form-data; boundary=xyz")], body: body + "--xyz--\r\n")
    }
}

struct `Services found by need` {
    @Test(arguments: [
        ("thue nha", "1.004194"), ("khai sinh", "1.001193"), ("Ly hon", ""), ("ket hon", "1.000894"), ("moving", "1.004222"), ("sổ đỏ", "1.012783"), ("nha thuoc", "1.014076"),
    ])
    func `everyday words, with or without marks`(words: String, code: String) {
        let found = Parts.find(words, in: City.procedures)
        #expect(code.isEmpty ? true : found.first?.code == code, "\(words): \(found.map(\.code))")
    }

    @Test func `the catalogue is open to programs`() async throws {
        let site = try ScratchSite()
        let all = await site.ask(.GET, "/api/v1/procedures")
        guard case .array(let list)? = all.json["procedures"] else { return #expect(Bool(false)) }
        #expect(list.count == City.procedures.count && list.allSatisfy { $0["term"]?["vi"]?.string != nil })
        let one = await site.ask(.GET, "/api/v1/procedures/1.004194").json
        #expect(one["questions"]?["properties"]?["at_commune"]?["pattern"] == .string("^[0-9]{5}$") && one["fee"]?["online"] == .integer(7000))
        #expect(await site.ask(.GET, "/api/v1/procedures/x").status == 404)
    }

    @Test func `every service's page answers in both languages`() async throws {
        let site = try ScratchSite()
        #expect(await site.ask(.GET, "/services").status == 200)
        #expect(await site.ask(.GET, "/services?q=khai+sinh").text.contains("/services/1.001193"))
        for one in City.procedures {
            for language in ["vi", "en"] {
                let page = await site.ask(.GET, "/services/\(one.code)?lang=\(language)")
                #expect(page.status == 200 && page.text.contains(one.title[Language(rawValue: language)!]), "\(one.code)")
            }
        }
        #expect(await site.ask(.GET, "/services/9.999999").status == 404)
    }
}

struct `Applying and deciding on pages` {
    @Test func `from the question to the register, without a script`() async throws {
        let site = try ScratchSite(at: "2026-11-16T02:00:00Z")
        // Who has not signed in is asked to, and comes back.
        #expect(await site.ask(.GET, "/me/apply/1.004194").headers.first(name: "location") == "/me?next=%2Fme%2Fapply%2F1.004194")
        let me = try await site.citizen()
        let row = try site.registry.row(of: "001090000001", in: "population")!
        let ref = site.registry.ref(of: row, in: "population")
        #expect(await site.ask(.GET, "/me/apply/1.004194", me.headers).text.contains("Nguyễn Văn An"))
        #expect(await site.ask(.POST, "/me/apply/1.004194", me.headers, body: "for=\(ref)&csrf=wrong").status == 403)
        let begun = await site.ask(.POST, "/me/apply/1.004194", me.headers, body: "for=\(ref)&csrf=\(me.key)")
        let draft = begun.headers.first(name: "location")!
        let form = await site.ask(.GET, draft, me.headers).text
        #expect(form.contains("Nguyễn Văn An") && form.contains("Số 12, phố Kim Mã") && !form.contains("name=\"name\""))
        // A page in place of a picture, and a date that does not exist: told at their places, and kept.
        let wrong = await site.multipart(
            me.headers, draft, [("csrf", me.key), ("at_commune", "00008"), ("at_address", "Số 3"), ("stay_from", "31/02/2026"), ("go", "check")],
            files: [("paper-dwelling", "<html>")])
        #expect(wrong.status == 422 && wrong.text.contains("JPEG") && wrong.text.contains("31/02/2026"))
        let right: [(String, String)] = [
            ("csrf", me.key), ("at_commune", "00008"), ("at_address", "Số 3, ngõ 5"), ("stay_from", "17/11/2026"), ("stay_until", "16/11/2027"), ("go", "check"),
        ]
        #expect(await site.multipart(me.headers, draft, right, files: [("paper-dwelling", "%PDF-1.7")]).headers.first(name: "location") == draft + "/check")
        let check = await site.ask(.GET, draft + "/check", me.headers).text
        #expect(check.contains("7.000 đ") && check.contains("17:00 19/11/2026"))
        let sent = await site.ask(.POST, draft + "/submission", me.headers, body: "csrf=\(me.key)")
        let place = sent.headers.first(name: "location")!
        #expect(await site.ask(.POST, draft + "/submission", me.headers, body: "csrf=\(me.key)").headers.first(name: "location") == place)
        let code = String(place.split(separator: "/").last!)
        #expect(await site.ask(.GET, place, me.headers).text.contains(code))
        #expect(await site.ask(.GET, place).status == 303)

        let office = Office.right("commune-police")
        let lan = try await site.signedIn("lan", grants: [Grant(office, [.read, .write], unit: "00008")])
        let hung = try await site.signedIn("hung", grants: [Grant(office, [.read, .decide], unit: "00008")])
        let stranger = try await site.signedIn("nga", grants: [Grant(office, [.read, .write], unit: "00004")])
        #expect(await site.ask(.GET, "/inbox", lan).text.contains(code))
        #expect(await site.ask(.GET, "/inbox", stranger).text.contains(code) == false)
        #expect(await site.ask(.GET, "/dossiers/\(code)", stranger).status == 404)
        let key = await site.formKey(lan)
        #expect(await site.ask(.POST, "/dossiers/\(code)/receipt", lan, body: "csrf=\(key)").status == 303)
        let stop = await site.ask(.POST, "/dossiers/\(code)/stop", lan, body: "csrf=\(key)&reason=x")
        #expect(stop.status == 403)
        // The fee is paid; the ledger says so.
        for _ in 0..<2 { #expect(await site.ask(.POST, "/dossiers/\(code)/payment", lan, body: "csrf=\(key)").status == 303) }
        #expect(try site.dossiers.ledger.balance("cash:00008") == 7000)
        let page = await site.ask(.GET, "/dossiers/\(code)", lan).text
        #expect(page.contains("Số 3, ngõ 5") && page.contains("Nguyễn Văn An"))
        // A refused form is open, with its error where the summary leads; the others are as before.
        let refused = await site.ask(.POST, "/dossiers/\(code)/proposal", lan, body: "csrf=\(key)&approval=no&reasons=")
        #expect(refused.status == 422 && refused.text.contains("href=\"#f-reasons\"") && refused.text.components(separatedBy: "id=\"f-reasons\"").count == 2)
        #expect(refused.text.components(separatedBy: "<details open>").count == 2)
        let asked = await site.ask(.POST, "/dossiers/\(code)/request", lan, body: "csrf=\(key)&papers=dwelling&text-dwelling=&papers=at_address&text-at_address=")
        #expect(asked.status == 422 && asked.text.contains("#f-text-dwelling") && asked.text.contains("id=\"f-text-at_address\""))
        #expect(await site.ask(.POST, "/dossiers/\(code)/proposal", lan, body: "csrf=\(key)&approval=yes").status == 303)
        #expect(await site.ask(.POST, "/dossiers/\(code)/decision", lan, body: "csrf=\(key)&approval=yes").status == 403)
        let decision = await site.ask(.POST, "/dossiers/\(code)/decision", hung, body: "csrf=\(await site.formKey(hung))&approval=yes")
        #expect(decision.status == 303)
        #expect(await site.ask(.GET, place, me.headers).text.contains("Đã được chấp thuận"))
        #expect(await site.ask(.POST, place + "/rating", me.headers, body: "csrf=\(me.key)&score=5&text=").status == 303)
        #expect(await site.ask(.GET, "/services/1.004194").text.contains("5,0"))
        let file = try await site.dossiers.dossier(code, for: .clock).dossier.files[0].hash
        let download = await site.ask(.GET, "/dossiers/\(code)/files/\(file)", lan)
        #expect(download.headers.first(name: "content-type") == "application/pdf" && download.headers.first(name: "content-disposition")?.contains("exe") == false)
        #expect(await site.ask(.GET, "/me/reads", me.headers).text.contains("Giải quyết hồ sơ của người dân"))
    }
}
