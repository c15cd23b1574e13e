// SPDX-License-Identifier: Apache-2.0
import Civic
import Dossiers
import Foundation
import Ledger
import Notices
import Payments
import Store
import Testing

struct `Bills and baskets` {
    @Test func `a household's code gives all it owes, a child's tuition with it`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        let basket = try city.payments.basket(of: ScratchTreasury.home)
        #expect(basket.lines.map(\.id) == ["EVNHN.D1", "TH0001.H1"])
        #expect(basket.total == Money(1_250_000))
        #expect(basket.lines[1].personName == "Nguyễn Văn Con" && basket.lines[1].payee == "Tiểu học Kim Đồng")
        #expect(try city.payments.basket(of: ScratchTreasury.other).lines.isEmpty)
        #expect(throws: PaymentError.noSuchHousehold) { try city.payments.basket(of: "1000000009") }
        // The child moves with the other parent: the bill moves along.
        try city.put([
            (
                "population", "001320000003",
                [
                    "name": "Nguyễn Văn Con", "birth": "2018-05-06", "sex": "male", "ethnicity": "01", "household": ScratchTreasury.other, "relation": "other", "commune": "00008",
                ]
            )
        ])
        #expect(try city.payments.basket(of: ScratchTreasury.other).lines.map(\.id) == ["TH0001.H1"])
    }

    @Test func `a meter's reading becomes an amount by the tariff of its day`() async throws {
        let city = try ScratchTreasury()
        let result = try await city.issue("EVNHN", city.draft("D7", household: ScratchTreasury.home, consumption: 120))
        // 50 × 1,984 + 50 × 2,050 + 20 × 2,380 = 249,300; tax of 8 percent.
        #expect(result[0].amount == Money(249_300 + 19_944))
        let bill = try city.payments.bill("EVNHN.D7")
        #expect(bill.detail == "120 kWh: 50 × 1.984 + 50 × 2.050 + 20 × 2.380; thuế 19.944")
        let water = try await city.issue("NUOC", city.draft("N1", household: ScratchTreasury.home, consumption: 12, title: "Tiền nước"))
        // 10 × 8,500 + 2 × 9,900 = 104,800; 5 percent of tax, 10 of fee.
        #expect(water[0].amount == Money(104_800 + 5240 + 10_480))
        let none = try await city.issue("TH0001", city.draft("H9", household: ScratchTreasury.home, consumption: 3))
        #expect(none[0].outcome == .refused && none[0].objections[0].code == "tariff")
    }

    @Test func `sending again changes nothing, and what is wrong is told at its line`() async throws {
        let city = try ScratchTreasury()
        let drafts = [
            city.draft("D1", household: ScratchTreasury.home, amount: 1000), city.draft("D1", household: ScratchTreasury.home, amount: 1000),
            city.draft("d 2", household: ScratchTreasury.home, amount: 1),
            city.draft("D3", household: "1000000009", amount: 1), city.draft("D4", amount: 1), city.draft("D5", person: "001320000003", amount: 0),
        ].enumerated().map { ($0 + 2, $1) }
        let trial = try await city.payments.issue(drafts, of: "EVNHN", isReplacing: false, isTrial: true, author: "x")
        #expect(trial.map(\.outcome) == [.added, .refused, .refused, .refused, .refused, .refused])
        #expect(trial.map { $0.objections.first?.code } == [nil, "twice", "pattern", "reference", "either", "range"])
        #expect(throws: PaymentError.noSuchBill("EVNHN.D1")) { try city.payments.bill("EVNHN.D1") }
        let first = try await city.payments.issue(drafts, of: "EVNHN", isReplacing: false, isTrial: false, author: "x")
        #expect(first == trial)
        let again = try await city.issue("EVNHN", city.draft("D1", household: ScratchTreasury.home, amount: 1000))
        #expect(again[0].outcome == .unchanged)
        let other = try await city.issue("EVNHN", city.draft("D1", household: ScratchTreasury.home, amount: 1001))
        #expect(other[0].objections.first?.code == "exists")
        let replaced = try await city.issue("EVNHN", city.draft("D1", household: ScratchTreasury.home, amount: 1001), replacing: true)
        #expect(replaced[0].outcome == .replaced)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a dispute goes to the biller and its answer comes back`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.payments.dispute("EVNHN.D1", reason: "Đồng hồ hỏng", author: "citizen")
        #expect(try city.payments.bills(of: "EVNHN", state: .open, isDisputed: true, limit: 10).map(\.id) == ["EVNHN.D1"])
        try await city.payments.uphold("EVNHN.D1", answer: "Đã kiểm tra đồng hồ", author: "officer:dien")
        #expect(try city.payments.bill("EVNHN.D1").dispute == nil)
        #expect(try city.told("sms").contains { $0.contains("Đã kiểm tra đồng hồ") })
        try await city.payments.cancel("EVNHN.D1", reason: "x", author: "officer:dien")
        #expect(try city.payments.basket(of: ScratchTreasury.home).lines.map(\.id) == ["TH0001.H1"])
        #expect(try city.damages().isEmpty)
    }
}

struct `Paying` {
    @Test func `cash is held for half an hour, then posted; receipts go out once`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        let payment = try await city.payments.pay(city.order("p1", ["EVNHN.D1", "TH0001.H1"]))
        #expect(payment.state == .held && payment.total == Money(1_250_000))
        #expect(payment.code.hasPrefix("TL") && Luhn.isValid(payment.code.dropFirst(2)))
        #expect(try city.ledger.account("biller:evnhn")?.creditsPending == 350_000)
        #expect(try city.payments.basket(of: ScratchTreasury.home).total == Money(0))
        #expect(try city.told("sms").count == 1 && city.told("mail").count == 1)
        #expect(try city.payments.receipts(of: "EVNHN", after: -1, limit: 10).map(\.event) == ["accepted"])
        _ = try await city.payments.pay(city.order("p1", ["TH0001.H1", "EVNHN.D1"]))
        #expect(try city.told().count == 2)
        city.wait(minutes: 31)
        let done = try await city.payments.runClock()
        #expect(done.done == 1 && done.failed.isEmpty)
        #expect(try city.payments.payment("p1").state == .posted)
        #expect(try city.ledger.balance("cash:00004:officerthu") == 1_250_000 && city.ledger.balance("biller:th0001") == -900_000)
        #expect(try city.payments.bill("EVNHN.D1").state == .paid)
        await #expect(throws: PaymentError.tooLate) { try await city.payments.undo("p1", author: "officer:thu") { _ in true } }
        #expect(try city.damages().isEmpty)
    }

    @Test func `undone within half an hour everything is as before`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        _ = try await city.payments.pay(city.order("p1", ["EVNHN.D1"]))
        let undone = try await city.payments.undo("p1", author: "officer:thu") { _ in true }
        #expect(undone.state == .undone)
        _ = try await city.payments.undo("p1", author: "officer:thu") { _ in true }
        #expect(try city.payments.basket(of: ScratchTreasury.home).total == Money(1_250_000))
        #expect(try city.ledger.account("biller:evnhn")?.creditsPending == 0)
        #expect(try city.payments.receipts(of: "EVNHN", after: -1, limit: 10).map(\.event) == ["accepted", "undone"])
        // The bill can be paid again, by another payment.
        #expect(try await city.payments.pay(city.order("p2", ["EVNHN.D1"])).state == .held)
        #expect(try city.damages().isEmpty)
    }

    @Test func `the same payment a hundred times at once has one effect`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        let codes = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await city.payments.pay(city.order("p1", ["EVNHN.D1"])).code } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(codes.count == 1)
        #expect(try city.ledger.account("biller:evnhn")?.creditsPending == 350_000)
        await #expect(throws: PaymentError.otherContent("p1")) { try await city.payments.pay(city.order("p1", ["TH0001.H1"])) }
    }

    @Test func `two who pay one bill: one is taken, the other told`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { (try? await city.payments.pay(city.order("p\(number)", ["EVNHN.D1"]))) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 1)
        await #expect(throws: PaymentError.beingPaid(bill: "EVNHN.D1")) { try await city.payments.pay(city.order("q", ["EVNHN.D1"])) }
        #expect(try city.damages().isEmpty)
    }

    @Test func `a part is paid, and no more than what remains`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        func order(_ id: String, _ amount: Int64) -> PaymentOrder {
            PaymentOrder(
                id: id, household: ScratchTreasury.home, lines: [PaymentLine(bill: "EVNHN.D1", amount: Money(amount))], means: .cash(cashier: "officer:thu", unit: "00004"),
                channel: .counter,
                author: "officer:thu")
        }
        _ = try await city.payments.pay(order("p1", 100_000))
        await #expect(throws: PaymentError.tooMuch(bill: "EVNHN.D1", remaining: Money(250_000))) { try await city.payments.pay(order("p2", 250_001)) }
        _ = try await city.payments.pay(order("p3", 250_000))
        city.wait(minutes: 31)
        _ = try await city.payments.runClock()
        #expect(try city.payments.bill("EVNHN.D1").state == .paid)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a bill that was replaced after it was seen is not paid unseen`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        let seen = try city.payments.basket(of: ScratchTreasury.home).lines[0]
        try await city.issue("EVNHN", city.draft("D1", household: ScratchTreasury.home, amount: 360_000), replacing: true)
        let order = PaymentOrder(
            id: "p1", household: ScratchTreasury.home, lines: [PaymentLine(bill: seen.id, version: seen.version)], means: .cash(cashier: "officer:thu", unit: "00004"),
            channel: .counter,
            author: "officer:thu")
        await #expect(throws: PaymentError.changed(bill: "EVNHN.D1")) { try await city.payments.pay(order) }
        // And while it is being paid it is not replaced.
        _ = try await city.payments.pay(city.order("p2", ["EVNHN.D1"]))
        let refused = try await city.issue("EVNHN", city.draft("D1", household: ScratchTreasury.home, amount: 1), replacing: true)
        #expect(refused[0].objections.first?.code == "being-paid")
        #expect(try city.damages().isEmpty)
    }

    @Test func `paying for another household's child asks once more, with name, school and class`() async throws {
        let city = try ScratchTreasury()
        var draft = city.draft("H2", person: "001318000005", amount: 900_000, title: "Học phí")
        draft.schoolClass = "3B"
        try await city.issue("TH0001", draft)
        let order = city.order("p1", ["TH0001.H2"], means: .transfer, channel: .web)
        let outsider = Outsider(bill: "TH0001.H2", person: "Đ. M. Bạn", title: "Học phí 11/2026", biller: "Tiểu học Kim Đồng", schoolClass: "3B")
        #expect(outsider.words.vi == "Đ. M. Bạn, Tiểu học Kim Đồng, lớp 3B, Học phí 11/2026")
        await #expect(throws: PaymentError.confirm([outsider])) {
            try await city.payments.pay(order)
        }
        #expect(try await city.payments.pay(city.order("p1", ["TH0001.H2"], means: .transfer, channel: .web, confirmed: true)).state == .asked)
    }

    @Test func `a dossier's fee is in the basket, and paying it moves the dossier and fills the fund`() async throws {
        let city = try ScratchTreasury()
        let code = try await city.submittedStay()
        let basket = try city.payments.basket(of: ScratchTreasury.home)
        #expect(basket.lines.map(\.id) == ["fee:\(code)"] && basket.total == Money(7000))
        let payment = try await city.payments.pay(city.order("p1", ["fee:\(code)"]))
        #expect(payment.state == .posted)
        // Half to the State, a fifth to the unit, the rest to the fund.
        #expect(
            try city.ledger.balance("budget:commune-police") == -3500 && city.ledger.balance("unit:commune-police:00008") == -1400
                && city.ledger.balance("fund:reinvestment") == -2100)
        #expect(try city.payments.basket(of: ScratchTreasury.home).lines.isEmpty)
        await #expect(throws: PaymentError.notOpen(bill: "fee:\(code)")) { try await city.payments.pay(city.order("p2", ["fee:\(code)"])) }
        #expect(try city.damages().isEmpty)
    }

    @Test func `reminders go out before the day, once`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        #expect(try await city.payments.remind() == 0)
        city.set("2026-11-22T02:00:00Z")
        #expect(try await city.payments.remind() == 2)
        #expect(try await city.payments.remind() == 0)
        #expect(try city.told("sms").filter { $0.contains("hạn nộp") }.count == 2)
        // Who has neither phone nor device gets a letter.
        try await city.issue("EVNHN", city.draft("D2", household: ScratchTreasury.other, amount: 5000))
        #expect(try await city.payments.remind() == 1)
        let letters = try await city.payments.letters(limit: 10, for: ScratchTreasury.all)
        #expect(letters.map(\.household) == [ScratchTreasury.other] && letters[0].place.contains("Đội Cấn"))
    }
}

extension ScratchTreasury {
    /// An application for a temporary stay whose fee of 7,000 is owed.
    func submittedStay() async throws -> String {
        let procedure = try dossiers.procedure("1.004194")
        let draft = try await dossiers.begin(procedure.code, owner: "citizen:1", applicant: try row("001090000001"), subject: try row("001090000001"), channel: .online)
        try await dossiers.save(
            ["household": ScratchTreasury.other, "relation": "other", "until": "2027-10-01"].merging(procedure.example.mapValues(\.plain)) { mine, _ in mine }, in: draft.id,
            owner: "citizen:1")
        for paper in procedure.papers { _ = try await dossiers.attach(Array("%PDF-1.7 \(paper.code)".utf8), as: paper.code, to: draft.id, owner: "citizen:1") }
        let dossier = try await dossiers.submit(draft.id, owner: "citizen:1")
        return dossier.code
    }
}
