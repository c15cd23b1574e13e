// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Ledger
import Notices
import Papers
import Payments
import Store
import Testing

struct `Banks and statements` {
    static let bank = "970436"

    private func news(_ id: String, _ text: String, _ amount: Int64, _ sort: BankNews.Sort = .credit, reason: String = "") -> BankNews {
        BankNews(id: id, bank: Self.bank, sort: sort, text: text, amount: Money(amount), reason: reason)
    }

    @Test func `a transfer with a payment's code pays it, however often the bank tells`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        let payment = try await city.payments.pay(city.order("p1", ["EVNHN.D1", "TH0001.H1"], means: .transfer, channel: .web))
        let code = try city.payments.code(for: payment)
        #expect(code.amount == Money(1_250_000) && code.purpose == payment.code && code.account == ScratchTreasury.account.number)
        let words = "MBVCB.123.\(payment.code).CT tu 0123 toi 456"
        #expect(try await city.payments.receive(news("FT1", words, 1_250_000)) == .applied)
        #expect(try await city.payments.receive(news("FT1", words, 1_250_000)) == .known)
        #expect(try city.payments.payment("p1").state == .posted && city.ledger.balance(ScratchTreasury.account.name) == 1_250_000)
        // The same number for another amount is a question for a person, and moves nothing.
        #expect(try await city.payments.receive(news("FT1", words, 9)) == .unexplained)
        #expect(try city.ledger.balance(ScratchTreasury.account.name) == 1_250_000)
        #expect(try city.payments.unexplained().map(\.sort) == [.conflict])
        #expect(try city.damages().isEmpty)
    }

    @Test func `one đồng too much or too little leaves the books whole`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        _ = try await city.payments.receive(news("FT1", "nop tien EVNHN.D1", 349_999))
        #expect(try city.payments.bill("EVNHN.D1").remaining == Money(1) && city.payments.bill("EVNHN.D1").state == .open)
        _ = try await city.payments.receive(news("FT2", "nop tien EVNHN.D1", 2))
        #expect(try city.payments.bill("EVNHN.D1").state == .paid)
        #expect(try city.payments.unexplained().map { "\($0.sort) \($0.amount.amount)" } == ["surplus 1"])
        #expect(try city.ledger.balance(Payments.suspense) == -1)
        #expect(try city.damages().isEmpty)
    }

    @Test func `money without a word waits, and goes to a bill or back by two people`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        _ = try await city.payments.receive(news("FT1", "chuc mung nam moi", 400_000))
        let waiting = try city.payments.unexplained()
        #expect(waiting.map(\.sort) == [.unknownCredit])
        try await city.payments.assign(waiting[0].id, toBill: "EVNHN.D1", author: "officer:kho")
        #expect(try city.payments.bill("EVNHN.D1").state == .paid)
        let rest = try city.payments.unexplained()
        #expect(rest.map { "\($0.sort) \($0.amount.amount)" } == ["surplus 50000"])
        await #expect(throws: PaymentError.self) { try await city.payments.explain(rest[0].id, words: "không rõ là gì", author: "officer:kho") }
        try await city.payments.proposeReturn(rest[0].id, bank: "970436", account: "0123456789", holder: "Nguyễn Văn A", author: "officer:kho")
        let payout = try city.payments.payouts(limit: 5)[0]
        await #expect(throws: PaymentError.self) { try await city.payments.approvePayout(payout.id, author: "officer:kho") }
        try await city.payments.approvePayout(payout.id, author: "officer:truong")
        let bank = QuietBank()
        #expect(try await city.payments.sendOrders(to: bank) == 1)
        #expect(bank.orders[0].kind == .payout && bank.orders[0].account == "0123456789" && bank.orders[0].amount == Money(50_000))
        #expect(try await city.payments.receive(news("A1", bank.orders[0].id, 50_000, .done)) == .applied)
        #expect(try city.ledger.balance(Payments.suspense) == 0 && city.ledger.balance(ScratchTreasury.account.name) == 350_000)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a household's own account is asked for, held, and taken after half an hour`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        await #expect(throws: PaymentError.self) { try await city.payments.pay(city.order("p0", ["EVNHN.D1"], means: .mandate, channel: .device)) }
        try await city.allowAndConfirm(household: ScratchTreasury.home, bank: Self.bank, account: "0123456789", holder: "NGUYEN VAN AN", daily: 1_000_000, author: "citizen")
        await #expect(throws: PaymentError.self) { try await city.payments.pay(city.order("p0", ["EVNHN.D1", "TH0001.H1"], means: .mandate, channel: .device)) }
        let payment = try await city.payments.pay(city.order("p1", ["EVNHN.D1"], means: .mandate, channel: .device))
        #expect(payment.state == .asked)
        await #expect(throws: PaymentError.beingPaid(bill: "EVNHN.D1")) { try await city.payments.pay(city.order("p2", ["EVNHN.D1"])) }
        // The bank answers before the program has noted that it asked.
        #expect(try await city.payments.receive(news("A1", "\(payment.code)-authorise", 350_000, .done)) == .applied)
        #expect(try city.payments.payment("p1").state == .held)
        let bank = QuietBank()
        _ = try await city.payments.sendOrders(to: bank)
        #expect(bank.orders.isEmpty)
        city.wait(minutes: 31)
        _ = try await city.payments.runClock()
        _ = try await city.payments.sendOrders(to: bank)
        #expect(bank.orders.map(\.kind) == [.capture] && bank.orders[0].reference == payment.code)
        #expect(try await city.payments.receive(news("A2", "\(payment.code)-capture", 350_000, .done)) == .applied)
        #expect(try city.damages().isEmpty)
    }

    @Test func `the bank refuses, or answers too late: nothing is taken and people are told`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.allowAndConfirm(household: ScratchTreasury.home, bank: Self.bank, account: "0123456789", holder: "NGUYEN VAN AN", daily: 2_000_000, author: "citizen")
        let first = try await city.payments.pay(city.order("p1", ["EVNHN.D1"], means: .mandate, channel: .device))
        _ = try await city.payments.receive(news("A1", "\(first.code)-authorise", 350_000, .refused, reason: "insufficient"))
        #expect(try city.payments.payment("p1").state == .failed && city.payments.bill("EVNHN.D1").held == Money(0))
        #expect(try city.told("sms").contains { $0.contains("tài khoản không đủ tiền") })
        let second = try await city.payments.pay(city.order("p2", ["EVNHN.D1"], means: .mandate, channel: .device))
        city.wait(minutes: 16)
        _ = try await city.payments.runClock()
        #expect(try city.payments.payment("p2").state == .failed)
        let bank = QuietBank()
        _ = try await city.payments.sendOrders(to: bank)
        // What never left does not leave any more, so there is nothing to let go.
        #expect(!bank.orders.contains { $0.reference == second.code })
        // Handed over and answered too late: the bank is told to let go, and told again when it held the money after that.
        let third = try await city.payments.pay(city.order("p3", ["EVNHN.D1"], means: .mandate, channel: .device))
        _ = try await city.payments.sendOrders(to: bank)
        city.wait(minutes: 16)
        _ = try await city.payments.runClock()
        _ = try await city.payments.sendOrders(to: bank)
        #expect(bank.orders.map(\.id).filter { $0.hasPrefix(third.code) } == ["\(third.code)-authorise", "\(third.code)-release"])
        #expect(try await city.payments.receive(news("A3", "\(third.code)-authorise", 350_000, .done)) == .applied)
        _ = try await city.payments.sendOrders(to: bank)
        #expect(bank.orders.last?.id == "\(third.code)-release-late" && bank.orders.last?.kind == .release)
        #expect(try city.payments.payment("p3").state == .failed && city.payments.bill("EVNHN.D1").remaining == Money(350_000))
        #expect(try city.damages().isEmpty)
    }

    // MARK: Statements

    private func statement(_ id: String, _ day: String, _ opening: Int64, _ lines: [(String, Int64, String)], closing: Int64? = nil) -> BankStatement {
        BankStatement(
            id: id, account: ScratchTreasury.account.number, day: Day(day)!, opening: opening, closing: closing ?? opening + lines.reduce(0) { $0 + $1.1 },
            lines: lines.map { .init(reference: $0.0, day: Day(day)!, amount: $0.1, text: $0.2) })
    }

    @Test func `a day's statement is explained to the last đồng`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        // Told by a message, lost on the way, taken from a mandate, deposited by a cashier, taken by the bank without a word.
        _ = try await city.payments.receive(news("FT1", "EVNHN.D1", 100_000))
        try await city.allowAndConfirm(household: ScratchTreasury.home, bank: Self.bank, account: "0123456789", holder: "NGUYEN VAN AN", daily: 2_000_000, author: "citizen")
        let payment = try await city.payments.pay(city.order("p1", ["TH0001.H1"], means: .mandate, channel: .device))
        _ = try await city.payments.receive(news("A1", "\(payment.code)-authorise", 900_000, .done))
        _ = try await city.payments.pay(
            PaymentOrder(
                id: "p2", household: nil, lines: [PaymentLine(bill: "EVNHN.D1", amount: Money(50_000))], means: .cash(cashier: "officer:thu", unit: "00004"), channel: .counter,
                author: "officer:thu"))
        let (expected, deposit) = try await city.payments.closeDrawer(of: "officer:thu", in: "00004", counted: Money(49_000), request: "k1")
        #expect(expected == Money(50_000))
        city.wait(minutes: 31)
        _ = try await city.payments.runClock()
        let day = statement(
            "S1", "2026-11-16", 5_000_000,
            [
                ("FT1", 100_000, "EVNHN.D1"), ("FT2", 200_000, "tien dien EVNHN.D1"), ("C9", 900_000, "CAPTURE \(payment.code)"), ("D1", 49_000, "NOP TIEN \(deposit!)"),
                ("F1", -11_000, "PHI DV"),
            ])
        let reports = try await city.payments.take([day], author: "officer:kho")
        #expect(reports[0].matched == 3 && reports[0].entered == 1 && reports[0].unexplained == 1)
        var view = try city.payments.reconciliation()
        #expect(view.statement == view.ledger && view.inTransit.isEmpty && view.difference == 0)
        #expect(try city.payments.bill("EVNHN.D1").state == .paid)
        #expect(Set(try city.payments.unexplained().map(\.sort)) == [.debit, .difference])
        for one in try city.payments.unexplained() { try await city.payments.explain(one.id, words: "phí dịch vụ tháng 11", author: "officer:kho") }
        #expect(try city.ledger.balance("cost:bank") == 11_000 && city.ledger.balance(Payments.suspense) == 0)
        // The same file again: nothing. A day missing in between, a wrong sum: refused whole.
        #expect(try await city.payments.take([day], author: "officer:kho")[0].isKnown)
        await #expect(throws: PaymentError.self) { try await city.payments.take([statement("S3", "2026-11-18", 1, [("X1", 5, "")])], author: "officer:kho") }
        await #expect(throws: PaymentError.self) {
            try await city.payments.take([statement("S2", "2026-11-17", 6_238_000, [("X1", 5, "EVNHN.D1")], closing: 6_238_006)], author: "officer:kho")
        }
        view = try city.payments.reconciliation()
        #expect(view.open == 0 && view.difference == 0)
        #expect(try city.damages().isEmpty)
    }

    @Test func `billers are paid by two people, and the statement closes it`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        _ = try await city.payments.receive(news("FT1", "EVNHN.D1", 350_000))
        #expect(try city.payments.owedToBillers().map(\.code) == ["EVNHN"])
        try await city.payments.proposePayout(to: "EVNHN", author: "officer:kho")
        #expect(try city.payments.owedToBillers().isEmpty)
        await #expect(throws: PaymentError.self) { try await city.payments.proposePayout(to: "EVNHN", author: "officer:kho") }
        let payout = try city.payments.payouts(to: "EVNHN", limit: 1)[0]
        try await city.payments.approvePayout(payout.id, author: "officer:truong")
        _ = try await city.payments.take(
            [statement("S1", "2026-11-16", 0, [("FT1", 350_000, "EVNHN.D1"), ("P1", -350_000, "CHI \(payout.id)")])], author: "officer:kho")
        #expect(try city.payments.payouts(to: "EVNHN", limit: 1)[0].state == "done")
        #expect(try city.ledger.balance("biller:evnhn") == 0 && city.payments.reconciliation().difference == 0)
        #expect(try await city.payments.receive(news("A1", "\(payout.id)-payout", 350_000, .done)) == .known)
        #expect(try city.damages().isEmpty)
    }

    @Test func `what the bank tells of captures and deposits is booked once, whichever comes first`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.allowAndConfirm(household: ScratchTreasury.home, bank: Self.bank, account: "0123456789", holder: "NGUYEN VAN AN", daily: 2_000_000, author: "citizen")
        let payment = try await city.payments.pay(city.order("p1", ["TH0001.H1"], means: .mandate, channel: .device))
        _ = try await city.payments.receive(news("A1", "\(payment.code)-authorise", 900_000, .done))
        _ = try await city.payments.pay(city.order("p2", ["EVNHN.D1"]))
        let (_, deposit) = try await city.payments.closeDrawer(of: "officer:thu", in: "00004", counted: Money(350_000), request: "k1")
        // Sent twice it is one closing; the drawer is empty now.
        let again = try await city.payments.closeDrawer(of: "officer:thu", in: "00004", counted: Money(350_000), request: "k1")
        #expect(again.deposit == deposit && again.expected == Money(350_000))
        city.wait(minutes: 31)
        _ = try await city.payments.runClock()
        #expect(try await city.payments.receive(news("FT1", "CAPTURE \(payment.code)", 900_000)) == .applied)
        #expect(try await city.payments.receive(news("FT2", "NOP TIEN \(deposit!)", 350_000)) == .applied)
        #expect(try city.ledger.balance("transit:00004") == 0 && city.ledger.balance(ScratchTreasury.account.name) == 1_250_000)
        // The same money under another number is more than there was.
        #expect(try await city.payments.receive(news("FT3", "CAPTURE \(payment.code)", 900_000)) == .unexplained)
        #expect(try await city.payments.receive(news("FT4", "NOP TIEN \(deposit!)", 350_000)) == .unexplained)
        let half = statement("S1", "2026-11-16", 0, [("FT1", 900_000, "CAPTURE \(payment.code)"), ("FT2", 350_000, "NOP TIEN \(deposit!)")])
        #expect(try await city.payments.take([half], author: "officer:kho")[0].matched == 2)
        // The day goes on: the whole statement comes in the evening, under the same name or another.
        let whole = statement(
            "S1", "2026-11-16", 0,
            [("FT1", 900_000, "CAPTURE \(payment.code)"), ("FT2", 350_000, "NOP TIEN \(deposit!)"), ("FT3", 900_000, ""), ("FT4", 350_000, ""), ("F1", -1000, "PHI")])
        let evening = try await city.payments.take([whole], author: "officer:kho")[0]
        #expect(evening.matched == 4 && evening.unexplained == 1 && !evening.isKnown)
        let otherName = BankStatement(id: "S1-csv", account: "", day: whole.day, opening: 0, closing: whole.closing, lines: whole.lines)
        #expect(try await city.payments.take([otherName], author: "officer:kho")[0].isKnown)
        await #expect(throws: PaymentError.self) { try await city.payments.take([statement("S1", "2026-11-16", 0, [("FT1", 1, "")])], author: "officer:kho") }
        let view = try city.payments.reconciliation()
        #expect(view.inTransit.isEmpty && view.difference == 0)
        #expect(try city.damages().isEmpty)
    }

    @Test func `another amount on the statement than in the message, and a capture that never came, leave no difference`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.allowAndConfirm(household: ScratchTreasury.home, bank: Self.bank, account: "0123456789", holder: "NGUYEN VAN AN", daily: 2_000_000, author: "citizen")
        _ = try await city.payments.receive(news("FT1", "EVNHN.D1", 100_000))
        _ = try await city.payments.receive(news("FT2", "EVNHN.D1", 50_000))
        let payment = try await city.payments.pay(city.order("p1", ["TH0001.H1"], means: .mandate, channel: .device))
        _ = try await city.payments.receive(news("A1", "\(payment.code)-authorise", 900_000, .done))
        city.wait(minutes: 31)
        _ = try await city.payments.runClock()
        #expect(try await city.payments.receive(news("A2", "\(payment.code)-capture", 900_000, .refused, reason: "not-held")) == .unexplained)
        _ = try await city.payments.take([statement("S1", "2026-11-16", 0, [("FT1", 100_001, "EVNHN.D1"), ("FT2", 49_998, "EVNHN.D1")])], author: "officer:kho")
        #expect(try city.payments.reconciliation().difference == 0)
        #expect(Set(try city.payments.unexplained().map { "\($0.sort.rawValue) \($0.amount.amount)" }) == ["capture 900000", "surplus 1", "debit 2"])
        for one in try city.payments.unexplained() where !one.sort.holdsMoney { try await city.payments.explain(one.id, words: "đã hỏi ngân hàng", author: "officer:kho") }
        let view = try city.payments.reconciliation()
        #expect(view.inTransit.isEmpty && view.difference == 0)
        #expect(try city.ledger.balance("claim:bank") == 900_000)
        #expect(try city.damages().isEmpty)
    }

    @Test func `nobody pays from an account whose bank has not agreed`() async throws {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.payments.allow(household: ScratchTreasury.home, bank: Self.bank, account: "0123456789", holder: "AI DO", daily: 2_000_000, author: "citizen")
        await #expect(throws: PaymentError.self) { try await city.payments.pay(city.order("p1", ["EVNHN.D1"], means: .mandate, channel: .web)) }
        let bank = QuietBank()
        _ = try await city.payments.sendOrders(to: bank)
        #expect(bank.orders.map(\.kind) == [.mandate] && bank.orders[0].account == "0123456789")
        #expect(try await city.payments.receive(news("M1", bank.orders[0].id, 0, .refused, reason: "no-account")) == .applied)
        #expect(try city.payments.mandate(of: ScratchTreasury.home) == nil && city.payments.askedMandate(of: ScratchTreasury.home)?.state == "refused")
        #expect(try city.told("sms").contains { $0.contains("không xác nhận") })
        try await city.allowAndConfirm(household: ScratchTreasury.home, bank: Self.bank, account: "0123456789", holder: "NGUYEN VAN AN", daily: 2_000_000, author: "citizen")
        #expect(try city.payments.mandate(of: ScratchTreasury.home)?.account == "0123456789")
        #expect(try await city.payments.pay(city.order("p2", ["EVNHN.D1"], means: .mandate, channel: .web)).state == .asked)
        #expect(try city.damages().isEmpty)
    }

    @Test func `receipts end a page only between numbers, and ids of the city's own are not to be taken`() async throws {
        let city = try ScratchTreasury()
        try await city.issue("EVNHN", city.draft("D1", household: ScratchTreasury.home, amount: 1000), city.draft("D2", household: ScratchTreasury.home, amount: 2000))
        await #expect(throws: PaymentError.self) { try await city.payments.pay(city.order("bank:970436:FT1", ["EVNHN.D1"])) }
        _ = try await city.payments.pay(city.order("p1", ["EVNHN.D1", "EVNHN.D2"]))
        #expect(try city.payments.receipts(of: "EVNHN", after: -1, limit: 1).map(\.bill) == ["EVNHN.D1", "EVNHN.D2"])
        #expect(try city.payments.latestReceipts(of: "EVNHN", limit: 5).count == 2)
        #expect(try await city.issue("EVNHN", city.draft("123456789012345678901", household: ScratchTreasury.home, amount: 1)).map(\.outcome) == [.refused])
    }
}
