// SPDX-License-Identifier: Apache-2.0
import Civic
import Dossiers
import Foundation
import HTTP
import Journal
import Ledger
import NIOHTTP1
import Payments
import People
import Registers
import Testing

@testable import Web

extension ScratchSite {
    static let home = "1000000001"

    /// An electricity company, and a bill of 350,000 of the small city's household.
    func someBill() async throws {
        let texts = ["code": "EVNHN", "name": "Điện lực Hà Nội", "sort": "electricity", "bank": "970415", "account": "113366668888", "holder": "DIEN LUC HA NOI"]
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        _ = try registry.enterAndWait([Change("biller", key: "EVNHN", .put(try registry.item("biller", texts: texts, effective: nil)), expecting: .anything)], cause: "t", by: all)
        var draft = BillDraft()
        draft.reference = "D1"
        draft.household = Self.home
        draft.amount = 350_000
        draft.title = "Tiền điện"
        draft.period = "11/2026"
        draft.due = registry.world.today + 9
        #expect(try await payments.issue([(1, draft)], of: "EVNHN", isReplacing: false, isTrial: false, author: "t").map(\.outcome) == [.added])
    }

    /// Somebody at the household's door with its code and four digits.
    func visit() async -> [(String, String)] {
        let entered = await ask(.POST, "/household", body: "household=\(Self.home)&digits=0001")
        #expect(entered.status == 303)
        return [("cookie", entered.cookie ?? "")]
    }

    func bank(_ id: String, _ text: String, _ amount: Int64, secret: String = "a secret of the test's own bank", at moved: Int64 = 0) async -> Answer {
        let body = "{\"id\":\"\(id)\",\"bank\":\"970436\",\"sort\":\"credit\",\"text\":\"\(text)\",\"amount\":\(amount)}"
        let time = registry.world.now().milliseconds / 1000 + moved
        let code = MAC.sha256(Array("\(id).\(time).\(body)".utf8), key: Array(secret.utf8))
        let headers = [("webhook-id", id), ("webhook-timestamp", "\(time)"), ("webhook-signature", "v1,\(Encoding.base64(code))"), ("content-type", "application/json")]
        return await ask(.POST, "/api/v1/bank/news", headers, body: body)
    }
}

struct `Money at the doors` {
    @Test func `a household's door opens with two facts`() async throws {
        let site = try ScratchSite()
        try await site.someBill()
        #expect(await site.ask(.GET, "/household/bills").headers.first(name: "location") == "/household")
        for wrong in ["household=1000000001&digits=0002", "household=1000000002&digits=0001", "household=&digits=", "household=1000000001&digits=00010"] {
            let answer = await site.ask(.POST, "/household", body: wrong)
            #expect(answer.status == 422 && answer.cookie == nil, "\(wrong)")
        }
        let visit = await site.visit()
        let page = await site.ask(.GET, "/household/bills", visit).text
        #expect(page.contains("350.000") && page.contains("Điện lực Hà Nội") && !page.contains("Nguyễn Văn An"))
        // Another household's code in the same cookie, and a later end, open nothing.
        let parts = visit[0].1.split(separator: "=")[1].split(separator: ".").map(String.init)
        for forged in ["1000000002.\(parts[1]).\(parts[2])", "\(parts[0]).\(Int64(parts[1])! + 1).\(parts[2])", "\(parts[0]).\(parts[1])."] {
            let name = visit[0].1.split(separator: "=")[0]
            #expect(await site.ask(.GET, "/household/bills", [("cookie", "\(name)=\(forged)")]).status == 303)
        }
        // What touches the bank account is for those who signed in.
        #expect(await site.ask(.GET, "/household/account", visit).headers.first(name: "location") == "/me?next=/me/household")
        #expect(await site.ask(.GET, "/household/devices", visit).headers.first(name: "location") == "/me?next=/me/household")
    }

    @Test func `a basket is paid by a transfer, whose message counts once and only when it is signed`() async throws {
        let site = try ScratchSite()
        try await site.someBill()
        let visit = await site.visit()
        let page = await site.ask(.GET, "/household/bills", visit).text
        func value(_ name: String) -> String { String(page[page.firstRange(of: "name=\"\(name)\" value=\"")!.upperBound...].prefix { $0 != "\"" }) }
        let form = "id=\(value("id"))&bill=\(Request.encode(value("bill")))&means=transfer"
        #expect(await site.ask(.POST, "/household/pay", visit, body: form + "&csrf=x").status == 403)
        let sent = await site.ask(.POST, "/household/pay", visit, body: form + "&csrf=\(value("csrf"))")
        let place = sent.headers.first(name: "location") ?? ""
        #expect(sent.status == 303 && place.hasPrefix("/household/payments/"))
        // Pressed twice it is one payment.
        #expect(await site.ask(.POST, "/household/pay", visit, body: form + "&csrf=\(value("csrf"))").headers.first(name: "location") == place)
        let shown = await site.ask(.GET, place, visit)
        #expect(shown.text.contains("<svg") && shown.headers.first(name: "refresh") == "5")
        let code = String(shown.text[shown.text.firstRange(of: /TL\d{12}/)!])
        #expect(await site.bank("FT1", code, 350_000, secret: "another").status == 401)
        #expect(await site.bank("FT1", code, 350_000, at: -301).status == 401)
        #expect(await site.bank("FT1", code, 350_000).json["outcome"] == .string("applied"))
        #expect(await site.bank("FT1", code, 350_000).json["outcome"] == .string("known"))
        #expect(await site.ask(.GET, place, visit).text.contains("Đây là biên nhận của bạn"))
        #expect(await site.ask(.GET, "/household/bills", visit).text.contains("không còn khoản nào"))
        #expect(try site.dossiers.ledger.sum() == 0)
    }

    @Test func `a part is paid from the bill's own page, and a wrong amount is told there`() async throws {
        let site = try ScratchSite()
        try await site.someBill()
        let visit = await site.visit()
        let page = await site.ask(.GET, "/household/bills/EVNHN.D1", visit).text
        func value(_ name: String) -> String { String(page[page.firstRange(of: "name=\"\(name)\" value=\"")!.upperBound...].prefix { $0 != "\"" }) }
        let form = "csrf=\(value("csrf"))&id=\(value("id"))&bill=\(Request.encode(value("bill")))&means=transfer"
        for wrong in ["abc", "-5", "350.001"] {
            let answer = await site.ask(.POST, "/household/pay", visit, body: form + "&part=\(wrong)")
            #expect(answer.status == 422 && answer.text.contains("id=\"e-part\""), "\(wrong)")
        }
        let sent = await site.ask(.POST, "/household/pay", visit, body: form + "&part=100.000")
        #expect(await site.ask(.GET, sent.headers.first(name: "location") ?? "", visit).text.contains("100.000"))
    }

    @Test func `other systems write neither the city's accounts nor a household's`() async throws {
        let site = try ScratchSite()
        try await site.someBill()
        func transfer(_ id: String, _ debit: String, _ credit: String, hold: Bool = false) -> String {
            "{\"id\":\"\(id)\",\"debit\":\"\(debit)\",\"credit\":\"\(credit)\",\"amount\":1000,\"code\":\"t\"\(hold ? ",\"hold\":60" : "")}"
        }
        let target = "/api/v1/ledger/transfers"
        let token = try site.accounts.addToken(name: "keeper", grants: [Grant("ledger", [.read, .write]), Grant("payments", [.read, .write])])
        let system = [("authorization", "Bearer \(token)"), ("purpose", "exchange"), ("content-type", "application/json")]
        #expect(await site.ask(.POST, target, system, body: transfer("t1", "alpha:1", "beta:1")).status == 201)
        #expect(await site.ask(.POST, target, system, body: transfer("t1", "alpha:1", "beta:1")).status == 200)
        for account in ["biller:evnhn", "fund:reinvestment", "cash:00004:thu", "transit:00004", "bank:970436:0011001234567"] {
            #expect(await site.ask(.POST, target, system, body: transfer("t2", "alpha:1", account)).status == 403, "\(account)")
            #expect(await site.ask(.PUT, "/api/v1/ledger/accounts/\(account)", system, body: "{\"ceiling\":0}").status == 403, "\(account)")
        }
        // A payment's hold is not theirs to void, and a household's bank account not theirs to pay from.
        let payment = try await site.payments.pay(
            PaymentOrder(
                id: "p1", household: ScratchSite.home, lines: [PaymentLine(bill: "EVNHN.D1")], means: .cash(cashier: "officer:thu", unit: "00004"), channel: .counter,
                author: "officer:thu"))
        #expect(payment.state == .held)
        #expect(await site.ask(.POST, "\(target)/p1:0/void", system).status == 403)
        let wanted = "{\"id\":\"x1\",\"household\":\"\(ScratchSite.home)\",\"bills\":[{\"bill\":\"EVNHN.D1\"}],\"means\":\"mandate\"}"
        #expect(await site.ask(.POST, "/api/v1/payments", system, body: wanted).status == 403)
        // A hold that is sent again in a batch is the first one.
        for _ in 0..<2 {
            let batch = await site.ask(
                .POST, "/api/v1/ledger/batches", system, body: "{\"commands\":[{\"act\":\"transfer\",\(transfer("t3", "alpha:1", "beta:1", hold: true).dropFirst())]}")
            #expect(batch.text.contains("\"done\":true"))
        }
        #expect(try site.dossiers.ledger.sum() == 0)
    }

    @Test func `a biller sees which receipts a payout holds, on the page, in files and over the interface`() async throws {
        let site = try ScratchSite()
        try await site.someBill()
        #expect(await site.bank("FT1", "EVNHN.D1", 350_000).status == 200)
        let biller = try await site.signedIn("thu", grants: [Grant("biller/EVNHN", [.read])])
        #expect(await site.ask(.GET, "/biller/EVNHN/payouts/held", biller).text.contains("EVNHN.D1"))
        try await site.payments.proposePayout(to: "EVNHN", author: "officer:kho")
        let id = try site.payments.payouts(to: "EVNHN", limit: 1)[0].id
        #expect(!(await site.ask(.GET, "/biller/EVNHN/payouts/held", biller).text.contains("EVNHN.D1")))
        let page = await site.ask(.GET, "/biller/EVNHN/payouts/\(id)", biller).text
        #expect(page.contains("EVNHN.D1") && page.contains("350.000"))
        let file = await site.ask(.GET, "/biller/EVNHN/payouts/\(id)/receipts.csv", biller)
        #expect(file.text.contains("Mã khoản") && file.text.contains(",D1,Tiền điện,11/2026,"))
        let book = await site.ask(.GET, "/biller/EVNHN/payouts/\(id)/receipts.xlsx", biller)
        #expect(book.status == 200 && book.text.hasPrefix("PK"))
        // Another biller's people see nothing of it, and no number is another's.
        let other = try await site.signedIn("khac", grants: [Grant("biller/HAWA", [.read])])
        #expect(await site.ask(.GET, "/biller/EVNHN/payouts/\(id)", other).status == 403)
        #expect(await site.ask(.GET, "/biller/EVNHN/payouts/CT000000000000", biller).status == 404)
        let token = try site.accounts.addToken(name: "dien", grants: [Grant("biller/EVNHN", [.read])])
        let system = [("authorization", "Bearer \(token)")]
        #expect(await site.ask(.GET, "/api/v1/billers/EVNHN/payouts", system).text.contains(id))
        #expect(await site.ask(.GET, "/api/v1/billers/EVNHN/receipts?payout=\(id)", system).text.contains("\"bill\":\"EVNHN.D1\""))
        #expect(await site.ask(.GET, "/api/v1/billers/EVNHN/receipts?payout=held", system).text == "{\"receipts\":[]}")
        #expect(await site.ask(.GET, "/api/v1/billers/EVNHN/receipts?payout=CT000000000000", system).status == 400)
    }
}
