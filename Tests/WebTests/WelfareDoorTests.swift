// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import Testing

@testable import Civic
import HTTP
import People
@testable import Registers
@testable import Web

struct `Welfare on pages` {
    private static let grants = [
        Grant("population", [.read, .personal, .write]), Grant("household", [.read, .personal]), Grant("beneficiary", [.read, .personal, .write]),
        Grant("poor-household", [.read, .personal]), Grant("pension", [.read, .personal, .write]),
    ]

    private func city() throws -> ScratchSite {
        let site = try ScratchSite(at: "2026-11-24T02:00:00Z")
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        let item = try site.registry.item(
            "population",
            texts: [
                "id": "001150000011", "name": "Nguyễn Thị Lão", "birth": "1950-05-05", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "parent",
                "commune": "00004",
            ], effective: nil)
        _ = try site.registry.enterAndWait([Change("population", key: "001150000011", .put(item), expecting: .absent)], cause: "t", by: all)
        return site
    }

    @Test func `figures, the list, its file and the way to settle it`() async throws {
        let site = try city()
        let officer = try await site.signedIn(grants: Self.grants)
        #expect(await site.ask(.GET, "/welfare").status == 401)
        #expect(await site.ask(.GET, "/welfare?lang=en", officer).text.contains("Nothing is worked out yet"))
        let key = await site.formKey(officer, "/welfare")
        #expect(await site.ask(.POST, "/welfare/refresh", officer, body: "csrf=wrong").status == 403)
        #expect(await site.ask(.POST, "/welfare/refresh", officer, body: "csrf=\(key)").headers.first(name: "location") == "/welfare")
        let overview = await site.ask(.GET, "/welfare?lang=en", officer).text
        // Nobody has told of a pension: to be asked about, and missing nowhere.
        #expect(overview.contains("/welfare/social-pension/possible?unit=00004") && !overview.contains("/welfare/social-pension/missing?unit=00004"))
        // Nobody is shown before a purpose is named.
        #expect(!(await site.ask(.GET, "/welfare/social-pension/possible", officer).text.contains("Nguyễn Thị Lão")))
        #expect(await site.ask(.POST, "/purpose", officer, body: "csrf=\(key)&purpose=benefit&next=/welfare").status == 303)
        #expect(await site.ask(.GET, "/welfare/social-pension/missing?lang=en", officer).text.contains("Nobody is on this list."))
        let list = await site.ask(.GET, "/welfare/social-pension/possible?lang=en", officer).text
        #expect(list.contains("Nguyễn Thị Lão") && list.contains("Is 75 or older: now 76."))
        #expect(list.contains("/registers/beneficiary/new?") && list.contains("group=social-pensioner"))
        #expect(list.contains("/registers/pension/new?") && list.contains("kind=none") && list.contains("kind=retirement"))
        let note = list.split(separator: "\"").map(String.init).first { $0.hasPrefix("/registers/pension/new?") && $0.contains("kind=none") } ?? ""
        #expect(!note.isEmpty && !note.contains("001150000011"))
        #expect(await site.ask(.GET, note.replacing("&amp;", with: "&"), officer).text.contains("001150000011"))
        let file = await site.ask(.GET, "/welfare/social-pension/possible.csv", officer)
        #expect(file.status == 200 && file.text.contains("001150000011") && file.text.contains("650000"))
        #expect(await site.ask(.GET, "/welfare/social-pension/wrong", officer).status == 200)
        #expect(await site.ask(.GET, "/welfare/nothing/missing", officer).status == 404)
        let other = try await site.signedIn("binh", grants: [Grant("population", [.read, .personal])])
        #expect(await site.ask(.GET, "/welfare", other).status == 403)
        #expect(await site.ask(.GET, "/welfare/social-pension/missing", other).status == 403)
    }

    @Test func `one person on a day, without the number in an address`() async throws {
        let site = try city()
        let officer = try await site.signedIn(grants: Self.grants)
        let key = await site.formKey(officer)
        _ = await site.ask(.POST, "/purpose", officer, body: "csrf=\(key)&purpose=benefit&next=/officer")
        #expect(await site.ask(.GET, "/welfare/person", officer).status == 200)
        let wrong = await site.ask(.POST, "/welfare/person?lang=en", officer, body: "csrf=\(key)&number=001150999999&day=31/02/2025")
        #expect(wrong.status == 422 && wrong.text.contains("This number is not in the population register."))
        let found = await site.ask(.POST, "/welfare/person", officer, body: "csrf=\(key)&number=001150000011&day=30/06/2025")
        let address = found.headers.first(name: "location") ?? ""
        #expect(found.status == 303 && address.hasSuffix("?on=2025-06-30") && !address.contains("001150000011"))
        #expect(await site.ask(.GET, address + "&lang=en", officer).text.contains("Is 80 or older: now 75."))
        let today = await site.ask(.GET, String(address.prefix { $0 != "?" }), officer).text
        #expect(today.contains("Từ đủ 75 tuổi: nay 76 tuổi.") && today.contains("650.000 đ"))
        // Of registers without a right it is said that they are not shown.
        #expect(today.contains("Không hiển thị") && today.contains("Giấy xác nhận khuyết tật") && !today.contains("Thẻ bảo hiểm y tế miễn phí <span class=\"tag"))
        #expect(today.contains("Có thể được hưởng") && today.contains("Chưa rõ có lương hưu") && today.contains("Các sổ chưa đủ để trả lời"))
    }

    @Test func `one's own, explained`() async throws {
        let site = try city()
        #expect(await site.ask(.GET, "/me/entitlements").status == 303)
        let elder = try await site.citizen("001150000011")
        let page = await site.ask(.GET, "/me/entitlements", elder.headers).text
        #expect(page.contains("Trợ cấp hưu trí xã hội") && page.contains("/me/apply/1.014027"))
        // A higher payment: the pension is not added, and nobody is asked to apply for it.
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        let item = try site.registry.item(
            "beneficiary",
            texts: [
                "number": "BT00000000000001", "person": "001150000011", "commune": "00004", "group": "disabled-severe", "coefficient": "2", "amount": "1300000",
                "from": "2026-01-01", "decision": "42/QĐ-UBND", "decided": "2026-01-01",
            ], effective: nil)
        _ = try site.registry.enterAndWait([Change("beneficiary", key: "BT00000000000001", .put(item), expecting: .absent)], cause: "t", by: all)
        let assisted = await site.ask(.GET, "/me/entitlements", elder.headers).text
        #expect(assisted.contains("1.300.000 đ") && assisted.contains("không cộng thêm: chỉ hưởng mức cao nhất"))
        #expect(!assisted.contains("650.000 đ") && !assisted.contains("/me/apply/1.014027"))
        let young = try await site.citizen()
        #expect(await site.ask(.GET, "/me/entitlements?lang=en", young.headers).text.contains("Is 75 or older: now 36."))
    }
}
