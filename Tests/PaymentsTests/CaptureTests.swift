// SPDX-License-Identifier: Apache-2.0
import Civic
import Ledger
import Payments
import Store
import Testing

struct `Captures that a bank refuses, and what a payout holds` {
    private func news(_ id: String, _ text: String, _ amount: Int64, _ sort: BankNews.Sort, reason: String = "") -> BankNews {
        BankNews(id: id, bank: "970436", sort: sort, text: text, amount: Money(amount), reason: reason)
    }

    /// Tuition of 900,000 that is posted, and whose capture the bank has refused.
    private func refused() async throws -> (city: ScratchTreasury, payment: Payment, question: String) {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.allowAndConfirm(
            household: ScratchTreasury.home, bank: "970436", account: "0123456789", holder: "NGUYEN VAN AN", daily: 2_000_000, author: "citizen")
        let payment = try await city.payments.pay(city.order("p1", ["TH0001.H1"], means: .mandate, channel: .device))
        _ = try await city.payments.receive(news("A1", "\(payment.code)-authorise", 900_000, .done))
        city.wait(minutes: 31)
        _ = try await city.payments.runClock()
        #expect(try await city.payments.receive(news("A2", "\(payment.code)-capture", 900_000, .refused, reason: "not-held")) == .unexplained)
        let open = try city.payments.unexplained()
        #expect(open.map(\.sort) == [.capture])
        return (city, payment, open[0].id)
    }

    @Test func `the bank is asked again, and the money comes; a second refusal is a question again`() async throws {
        let (city, payment, question) = try await refused()
        let bank = QuietBank()
        _ = try await city.payments.sendOrders(to: bank)
        try await city.payments.askAgain(question, author: "officer:kho")
        await #expect(throws: PaymentError.self) { try await city.payments.askAgain(question, author: "officer:kho") }
        _ = try await city.payments.sendOrders(to: bank)
        #expect(bank.orders.last?.id == "\(payment.code)-authorise-2" && bank.orders.last?.reference == payment.code && bank.orders.last?.account == "0123456789")
        #expect(try await city.payments.receive(news("A3", "\(payment.code)-authorise-2", 900_000, .refused, reason: "insufficient")) == .unexplained)
        let second = try city.payments.unexplained()
        #expect(second.map(\.sort) == [.capture] && second[0].id != question)
        try await city.payments.askAgain(second[0].id, author: "officer:kho")
        _ = try await city.payments.sendOrders(to: bank)
        #expect(try await city.payments.receive(news("A4", "\(payment.code)-authorise-3", 900_000, .done)) == .applied)
        #expect(try await city.payments.receive(news("A4", "\(payment.code)-authorise-3", 900_000, .done)) == .known)
        _ = try await city.payments.sendOrders(to: bank)
        #expect(bank.orders.map(\.kind).filter { $0 == .capture }.count == 1)
        #expect(try await city.payments.receive(news("FT1", "CAPTURE \(payment.code)", 900_000, .credit)) == .applied)
        #expect(try city.payments.unexplained().isEmpty && city.ledger.balance(ScratchTreasury.account.name) == 900_000)
        #expect(try city.damages().isEmpty)
    }

    @Test func `the payment is taken back: the bill is open again, and what comes late waits for a person`() async throws {
        let (city, payment, question) = try await refused()
        try await city.payments.reverse(question, author: "officer:kho")
        let bill = try city.payments.bill("TH0001.H1")
        #expect(bill.state == .open && bill.paid == Money(0) && bill.remaining == Money(900_000))
        #expect(try city.payments.payment("p1").state == .reversed)
        #expect(try city.ledger.balance("biller:th0001") == 0 && city.ledger.balance(ScratchTreasury.account.name) == 0)
        #expect(try city.payments.receipts(of: "TH0001", after: -1, limit: 10).map(\.event) == ["accepted", "posted", "reversed"])
        #expect(try city.payments.receiptSum(of: "TH0001", .held) == (2, 0))
        #expect(try city.told("sms").contains { $0.contains("ngân hàng không còn giữ") })
        await #expect(throws: PaymentError.self) { try await city.payments.reverse(question, author: "officer:kho") }
        #expect(try await city.payments.receive(news("FT1", "CAPTURE \(payment.code)", 900_000, .credit)) == .unexplained)
        #expect(try city.payments.unexplained().map(\.sort) == [.surplus])
        // It can be paid anew.
        _ = try await city.payments.pay(city.order("p2", ["TH0001.H1"]))
        #expect(try city.damages().isEmpty)
    }

    @Test func `what the biller has been paid already is not taken back`() async throws {
        let (city, _, question) = try await refused()
        try await city.payments.proposePayout(to: "TH0001", author: "officer:kho")
        await #expect(throws: PaymentError.self) { try await city.payments.reverse(question, author: "officer:kho") }
        #expect(try city.payments.payment("p1").state == .posted)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a payout holds the receipts it pays, and gives them up when it is withdrawn`() async throws {
        let city = try ScratchTreasury()
        for (reference, amount) in [("D1", Int64(1000)), ("D2", 2000), ("D3", 4000)] {
            try await city.issue("EVNHN", city.draft(reference, household: ScratchTreasury.home, amount: amount))
        }
        _ = try await city.payments.receive(news("FT1", "EVNHN.D1", 1000, .credit))
        _ = try await city.payments.receive(news("FT2", "EVNHN.D2", 2000, .credit))
        #expect(try city.payments.receiptSum(of: "EVNHN", .held) == (2, 3000))
        try await city.payments.proposePayout(to: "EVNHN", author: "officer:kho")
        let first = try city.payments.payouts(to: "EVNHN", limit: 1)[0]
        _ = try await city.payments.receive(news("FT3", "EVNHN.D3", 4000, .credit))
        #expect(try city.payments.receipts(of: "EVNHN", .payout(first.id), after: -1, limit: 1).map(\.bill) == ["EVNHN.D1"])
        #expect(try city.payments.receiptSum(of: "EVNHN", .payout(first.id)) == (2, 3000))
        #expect(try city.payments.receiptSum(of: "EVNHN", .held) == (1, 4000))
        #expect(try city.damages().isEmpty)
        try await city.payments.withdrawPayout(first.id, author: "officer:kho")
        #expect(try city.payments.receiptSum(of: "EVNHN", .held) == (3, 7000))
        #expect(try city.payments.receiptSum(of: "EVNHN", .payout(first.id)) == (0, 0))
        #expect(try city.damages().isEmpty)
    }

    @Test func `what was being handed over when the city stopped goes on at once`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.allowAndConfirm(
            household: ScratchTreasury.home, bank: "970436", account: "0123456789", holder: "NGUYEN VAN AN", daily: 2_000_000, author: "citizen")
        _ = try await city.payments.pay(city.order("p1", ["EVNHN.D1"], means: .mandate, channel: .device))
        // A program took the order and ended before it had handed it over.
        try await city.database.write { try $0.run("UPDATE bank_order SET state = 'sending', tries = 1, moment = moment + 60000 WHERE state = 'waiting'") }
        let bank = QuietBank()
        #expect(try await city.payments.sendOrders(to: bank) == 0)
        try await city.payments.resumeOrders()
        #expect(try await city.payments.sendOrders(to: bank) == 1)
        #expect(bank.orders.map(\.kind) == [.authorise])
    }

    @Test func `a class belongs to a pupil's bill, and its change is a change of the bill`() async throws {
        let city = try ScratchTreasury()
        var draft = city.draft("H9", person: "001320000003", amount: 5000, title: "Tiền ăn")
        draft.schoolClass = "3A"
        #expect(try await city.issue("TH0001", draft).map(\.outcome) == [.added])
        #expect(try await city.issue("TH0001", draft).map(\.outcome) == [.unchanged])
        #expect(try city.payments.basket(of: ScratchTreasury.home).lines.map(\.schoolClass) == ["3A"])
        draft.schoolClass = "3B"
        #expect(try await city.issue("TH0001", draft, replacing: true).map(\.outcome) == [.replaced])
        #expect(try city.payments.bill("TH0001.H9").schoolClass == "3B")
        var home = city.draft("D9", household: ScratchTreasury.home, amount: 5000)
        home.schoolClass = "3A"
        #expect(try await city.issue("EVNHN", home)[0].objections.map(\.field) == ["class"])
        // The same by a file.
        let file = "Mã khoản,Số định danh,Lớp,Số tiền,Nội dung,Kỳ,Hạn nộp\nH10,001320000003,3C,7000,Tiền ăn,12/2026,2026-12-25\n"
        let report = try await city.payments.receive(file: "thu.csv", Array(file.utf8), of: "TH0001", isReplacing: false, author: "officer:truong")
        _ = try await city.payments.enter(file: report.id, of: "TH0001", isReplacing: false, author: "officer:truong")
        #expect(try city.payments.bill("TH0001.H10").schoolClass == "3C")
        #expect(try city.damages().isEmpty)
    }
}
