// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hanoi
import NIOHTTP1
import Store
import Testing

@testable import Civic
import HTTP
@testable import People
@testable import Registers
@testable import Web

private let everywhere = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])

extension ScratchSite {
    func put(_ register: String, _ key: String, _ texts: [String: String], effective: String? = nil) throws {
        var all = texts
        all[try registry.register(register).key.name] = key
        let day = effective.flatMap { Day($0) }
        let item = try registry.item(register, texts: all, effective: day)
        _ = try registry.enterAndWait([Change(register, key: key, .put(item), expecting: .anything, effective: day)], cause: "t", by: everywhere)
    }

    func purposeful(_ headers: [(String, String)]) async {
        let key = await formKey(headers, "/purpose")
        #expect(await ask(.POST, "/purpose", headers, body: "csrf=\(key)&purpose=residence&next=/officer").status == 303)
    }

    func send(_ target: String, _ headers: [(String, String)], _ fields: [(String, String)], file: (name: String, content: String)) async -> Answer {
        var body = ""
        for (name, value) in fields { body += "--xyz\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
        body += "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(file.name)\"\r\nContent-Type: text/csv\r\n\r\n\(file.content)\r\n--xyz--\r\n"
        return await ask(.POST, target, headers + [("content-type", "multipart/form-data; boundary=xyz")], body: body)
    }
}

struct `Files on pages` {
    private func settled(_ site: ScratchSite, _ target: String, _ headers: [(String, String)]) async throws -> ScratchSite.Answer {
        for _ in 0..<300 {
            let page = await site.ask(.GET, target, headers)
            if page.headers.first(name: "refresh") == nil { return page }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CancellationError()
    }

    @Test func `a file is sent, matched, tried, entered, mended and taken back`() async throws {
        let site = try ScratchSite()
        let officer = try await site.signedIn()
        await site.purposeful(officer)
        let csrf = await site.formKey(officer, "/loads")
        let file = "Mã hộ;Địa chỉ;Phường xã;Loại;Người lập\n1000000002;Số 5, ngõ 3;00004;Hộ gia đình;An\n1000000003;Số 6;99999;Hộ gia đình;An\n"
        let sent = await site.send("/loads", officer, [("csrf", csrf), ("register", "household")], file: ("hộ.csv", file))
        #expect(sent.status == 303)
        let place = sent.headers.first(name: "location")!
        let mapping = await site.ask(.GET, place, officer)
        #expect(mapping.text.contains("Số 5, ngõ 3") && mapping.text.contains("<option value=\"address\" selected>"))
        // Nothing is matched: told at once, and nothing is entered.
        let none = await site.ask(.POST, "\(place)/mapping", officer, body: "csrf=\(csrf)&first=1&last=1&c0=&c1=&c2=&c3=&action=judge")
        #expect(none.status == 422 && none.text.contains("Chưa cột nào được nối"))
        let judging = await site.ask(.POST, "\(place)/mapping", officer, body: "csrf=\(csrf)&first=1&last=1&c0=code&c1=address&c2=commune&c3=kind&action=judge")
        #expect(judging.status == 303)
        let judged = try await settled(site, place, officer)
        #expect(judged.text.contains("Nếu nạp, sổ sẽ thay đổi thế này") && judged.text.contains("99999"))
        #expect(judged.text.contains("Cột không dùng: Người lập."))
        #expect(try site.registry.summary(of: "household").size == 1)
        #expect(await site.ask(.POST, "\(place)/entry", officer, body: "csrf=\(csrf)").status == 303)
        let entered = try await settled(site, place, officer)
        #expect(entered.text.contains("Đã nạp xong"))
        #expect(try site.registry.summary(of: "household").size == 2)
        let rejected = await site.ask(.GET, "\(place)/rejected.csv", officer)
        #expect(rejected.text.contains("1000000003") && rejected.text.contains("unit"))
        // Twice is refused; somebody else finds nothing there.
        let twice = await site.ask(.POST, "\(place)/entry", officer, body: "csrf=\(csrf)")
        #expect(twice.status == 422 && twice.text.contains("đã được nạp"))
        let other = try await site.signedIn("minh")
        #expect(await site.ask(.GET, place, other).status == 404)
        let load = try site.registry.loads(limit: 1)[0].id
        let rehearsal = await site.ask(.GET, "/loads/undo/\(load)", officer)
        #expect(rehearsal.text.contains("Trở lại như trước"))
        #expect(await site.ask(.POST, "/loads/undo/\(load)", officer, body: "csrf=\(csrf)").status == 303)
        #expect(try site.registry.summary(of: "household").size == 1)
    }

    @Test func `a form from elsewhere, no file, an old workbook and a stranger's megabytes are refused`() async throws {
        let site = try ScratchSite()
        let officer = try await site.signedIn()
        await site.purposeful(officer)
        let csrf = await site.formKey(officer, "/loads")
        #expect(await site.send("/loads", officer, [("csrf", "x"), ("register", "household")], file: ("a.csv", "a\n")).status == 403)
        #expect(await site.send("/loads", officer, [("csrf", csrf), ("register", "household")], file: ("", "")).status == 422)
        #expect(await site.send("/loads", officer, [("csrf", csrf), ("register", "household")], file: ("a.csv", "")).status == 422)
        #expect(await site.send("/loads", officer, [("csrf", csrf), ("register", "enterprise")], file: ("a.csv", "a\n1\n")).status == 403)
        #expect(site.site.bodyMax(.POST, "/loads", HTTPHeaders()) == 1 << 16)
        #expect(site.site.bodyMax(.POST, "/loads", HTTPHeaders(officer)) > 32 << 20)
        #expect(await site.ask(.POST, "/loads", officer + [("content-type", "multipart/form-data; boundary=xyz")], body: "--xyz\r\nbroken").status == 403)
    }
}

struct `A citizen's own page` {
    @Test func `a code from the counter shows who looked and why, once`() async throws {
        let site = try ScratchSite()
        let officer = try await site.signedIn()
        await site.purposeful(officer)
        let person = await site.ask(.GET, "/registers/population/records/001090000001", officer)
        #expect(person.status == 200)
        let ref = site.registry.ref(of: try site.registry.row(of: "001090000001", in: "population")!, in: "population")
        let csrf = await site.formKey(officer)
        let slip = await site.ask(.POST, "/registers/population/records/\(ref)/access-code", officer, body: "csrf=\(csrf)").text
        let code = String(slip[slip.firstRange(of: "code-large\">")!.upperBound...].prefix { $0 != "<" })
        #expect(code.count == 14)
        #expect(await site.ask(.POST, "/me", body: "number=001090000001&code=AAAA-BBBB-CCCC").status == 422)
        #expect(await site.ask(.POST, "/me", body: "number=001090000002&code=\(code)").status == 422)
        let entered = await site.ask(.POST, "/me", body: "number=001090000001&code=\(code.lowercased())")
        #expect(entered.status == 303)
        let mine = await site.ask(.GET, "/me/reads", [("cookie", entered.cookie!)])
        #expect(mine.text.contains("Cán bộ Lan") && mine.text.contains("Giải quyết việc cư trú") && mine.text.contains("Nguyễn Văn An"))
        // Used up; without a session nothing is shown; an officer's session opens no citizen's page.
        #expect(await site.ask(.POST, "/me", body: "number=001090000001&code=\(code)").status == 422)
        #expect(await site.ask(.GET, "/me/reads").status == 303)
        #expect(await site.ask(.GET, "/me/reads", officer).status == 303)
        #expect(await site.ask(.GET, "/registers/population", [("cookie", entered.cookie!)]).text.contains("Nguyễn Văn An") == false)
        let key = String(mine.text[mine.text.firstRange(of: "name=\"csrf\" value=\"")!.upperBound...].prefix { $0 != "\"" })
        #expect(await site.ask(.POST, "/me/sign-out", [("cookie", entered.cookie!)], body: "csrf=x").status == 403)
        #expect(await site.ask(.POST, "/me/sign-out", [("cookie", entered.cookie!)], body: "csrf=\(key)").status == 303)
        #expect(await site.ask(.GET, "/me/reads", [("cookie", entered.cookie!)]).status == 303)
    }
}

struct `Rights and agreements` {
    @Test func `a transfer moves an officer's rights at midnight, a departure ends them`() async throws {
        let site = try ScratchSite(at: "2026-11-24T03:00:00Z")
        try site.put(
            "civil-servant", "CB000001",
            [
                "name": "Lê Văn Thử", "category": "civil-servant", "office": "commune-police", "commune": "00004", "post": "Cảnh sát khu vực", "rank": "01.003", "step": "1",
                "coefficient": "2.34", "step_since": "2026-01-01",
            ])
        try site.put("household", "1000000008", ["commune": "00008", "address": "Số 9", "kind": "family"])
        let code = try site.accounts.add(
            user: "thu", name: "Thử", grants: [Grant("household", [.read, .personal, .write], unit: "00004")], servant: "CB000001")
        try site.accounts.setPassword(link: code, to: "một câu dài dễ nhớ")
        func signIn() async -> [(String, String)] {
            let answer = await site.ask(.POST, "/sign-in", body: "user=thu&password=" + Request.encode("một câu dài dễ nhớ"))
            return [("cookie", answer.cookie!)]
        }
        try site.put("personnel-decision", "1-QD-2026", ["servant": "CB000001", "kind": "transfer", "takes_effect": "2026-11-25", "office": "commune-police", "commune": "00008"])
        // 23:59 in Hà Nội, then a minute later: the same session.
        site.setClock("2026-11-24T16:58:30Z")
        let session = await signIn()
        await site.purposeful(session)
        func statuses() async -> [Int] {
            [
                await site.ask(.GET, "/registers/household/records/1000000001/change", session).status,
                await site.ask(.GET, "/registers/household/records/1000000008/change", session).status,
            ]
        }
        #expect(await statuses() == [200, 404])
        site.setClock("2026-11-24T17:00:10Z")
        #expect(await statuses() == [404, 200])
        _ = try site.registry.enterAndWait([Change("civil-servant", key: "CB000001", .retire, expecting: .anything)], cause: "retired", by: everywhere)
        #expect(await site.ask(.GET, "/registers/household/records/1000000008/change", session).status == 403)
    }

    @Test func `a token under an agreement asks for its purpose only, and ends with it`() async throws {
        let site = try ScratchSite()
        let today = site.registry.world.today
        let agreement = try site.accounts.addAgreement(
            party: "Thuế", basis: "12/QC", purpose: Purpose.find("benefit")!, grants: [Grant("population", [.read, .personal])], until: today + 10)
        let token = try site.accounts.addToken(name: "thue", grants: [Grant("*", Set(Act.allCases))], agreement: agreement)
        let target = "/api/v1/registers/population/records/001090000001"
        #expect(await site.ask(.GET, target, [("authorization", "Bearer \(token)"), ("purpose", "benefit")]).status == 200)
        #expect(await site.ask(.GET, target, [("authorization", "Bearer \(token)"), ("purpose", "residence")]).status == 403)
        // The agreement's rights, not the wider ones of the token.
        #expect(
            await site.ask(.GET, "/api/v1/registers/household/records/1000000001", [("authorization", "Bearer \(token)"), ("purpose", "benefit")]).json["item"]?["address"] == nil)
        try site.accounts.endAgreement(agreement)
        #expect(await site.ask(.GET, target, [("authorization", "Bearer \(token)"), ("purpose", "benefit")]).status == 401)
        #expect(throws: AccountError.self) { try site.accounts.addToken(name: "thue2", grants: [], agreement: agreement) }
    }

    @Test func `administrators' pages are theirs alone and show no person`() async throws {
        let site = try ScratchSite()
        let officer = try await site.signedIn()
        let admin = try await site.signedIn("admin", grants: [Grant("*", [.administer])])
        for page in ["/admin", "/admin/accounts", "/admin/tokens", "/admin/agreements", "/admin/journals"] {
            #expect(await site.ask(.GET, page).status == 401, "\(page)")
            #expect(await site.ask(.GET, page, officer).status == 403, "\(page)")
            let answer = await site.ask(.GET, page, admin)
            #expect(answer.status == 200 && !answer.text.contains("Nguyễn Văn An"), "\(page)")
        }
        #expect(await site.ask(.GET, "/registers/population/records/001090000001", admin).status != 200)
        let csrf = await site.formKey(admin, "/admin/accounts")
        let added = await site.ask(.POST, "/admin/accounts", admin, body: "csrf=\(csrf)&user=moi&name=M%E1%BB%9Bi&role=officer&register=household&unit=00004&servant=")
        #expect(added.status == 200 && added.text.contains("/setup?code="))
        #expect(try site.accounts.find(user: "moi")?.grants == [Grant("household", [.read, .personal, .write], unit: "00004"), Grant("devices", [.read, .write], unit: "00004")])
        #expect(await site.ask(.POST, "/admin/accounts", admin, body: "csrf=\(csrf)&user=moi&name=x&role=officer").status == 422)
        #expect(await site.ask(.POST, "/admin/accounts", admin, body: "csrf=\(csrf)&user=hai&name=x&role=officer&servant=CB999999").status == 422)
        // Rights that differ from register to register are shown as one role all the same.
        for role in ["officer", "leader", "inspector"] {
            let page = await site.ask(.POST, "/admin/accounts", admin, body: "csrf=\(csrf)&user=ca-so-\(role)&name=x&role=\(role)").text
            #expect(page.contains("/setup?code=") && !page.contains("inspection-finding:"), "\(role)")
        }
        #expect(await site.ask(.POST, "/admin/accounts/moi/closure", officer, body: "csrf=\(await site.formKey(officer))").status == 403)
        #expect(await site.ask(.POST, "/admin/accounts/moi/closure", admin, body: "csrf=\(csrf)").status == 303)
        #expect(try site.accounts.find(user: "moi")?.isDisabled == true)
    }

    @Test func `one box finds what a reader may see, and no more`() async throws {
        let site = try ScratchSite()
        let officer = try await site.signedIn()
        await site.purposeful(officer)
        let found = await site.ask(.GET, "/search?q=nguyen+van+an", officer)
        #expect(found.text.contains("Nguyễn Văn An"))
        #expect(await site.ask(.GET, "/search?q=1000000001", officer).text.contains("Số 12, phố Kim Mã"))
        let leader = try await site.signedIn("lead", grants: [Grant("population", [.read])])
        #expect(await site.ask(.GET, "/search?q=nguyen+van+an", leader).text.contains("Nguyễn Văn An") == false)
        #expect(await site.ask(.GET, "/search?q=001090000001", leader).text.contains("Nguyễn Văn An") == false)
        #expect(await site.ask(.GET, "/search?q=a").status == 401)
        let book = await site.ask(.GET, "/registers/administrative-unit/records.xlsx")
        #expect(book.status == 200 && book.headers.first(name: "content-type") == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" && book.text.hasPrefix("PK"))
        #expect(await site.ask(.GET, "/map/population").text.contains("<path class=\"shade-"))
        #expect(await site.ask(.GET, "/statistics/population?on=2026-01-01&with=2026-11-24").status == 200)
        #expect(await site.ask(.GET, "/quality/population", leader).status == 200)
        #expect(await site.ask(.GET, "/quality/household", leader).status == 403)
    }
}
