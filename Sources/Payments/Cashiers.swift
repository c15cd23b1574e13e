// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Ledger
internal import Registers
internal import Store

/// A cashier's day as it stands.
public struct CashierDay: Sendable, Equatable {
    /// In the drawer, what can still be undone counted in.
    public let expected: Money
    public let held: Money
    public let payments: [Payment]
}

/// A payment from the city's account to somebody's.
public struct Payout: Sendable, Equatable {
    public let id: String
    /// The biller's code, or `return:` and an account.
    public let payee: String
    public let amount: Money
    /// proposed, ordered, done, refused
    public let state: String
    public let created: Instant
    public let author: String
}

extension Payments {
    // MARK: Cashiers

    public func day(of cashier: String, in unit: String) throws -> CashierDay {
        let start = world.now().dayStart
        let account = try ledger.account(Payments.cash(of: cashier, in: unit))
        let payments = try database.read { try self.payments("author = \(cashier) AND means = 'cash' AND created >= \(start) ORDER BY created DESC, id", limit: 100, on: $0) }
        return CashierDay(
            expected: Money((account?.balance ?? 0) + (account?.debitsPending ?? 0)), held: Money(account?.debitsPending ?? 0), payments: payments)
    }

    /// The cashier counts the drawer and hands it in: what could still be undone is posted, the counted money is on its way to the bank under a
    /// deposit's number, and what it differs by stands on an account of its own. Gives the deposit's number; none for an empty drawer. The same request
    /// is the same closing, however often it is sent.
    public func closeDrawer(of cashier: String, in unit: String, counted: Money, request: String) async throws -> (expected: Money, deposit: String?) {
        guard counted.amount >= 0, counted.amount <= limits.amountMax else {
            throw PaymentError.objections([Objection(field: "counted", code: "range", ["vi": "Nhập số tiền đếm được bằng đồng.", "en": "Enter the counted amount in đồng."])])
        }
        guard Ledger.isID(request), request.utf8.count <= 64 else { throw PaymentError.notNow(["vi": "Mở lại trang rồi kết ca.", "en": "Open the page again, then close."]) }
        return try await database.write { connection in
            if let (expected, counted, deposit) = try connection.first(
                "SELECT expected, counted, deposit FROM cashier_closing WHERE request = \(request) AND cashier = \(cashier)",
                { (Money($0.integer(0)), $0.integer(1), $0.text(2)) })
            {
                return (expected, counted > 0 ? deposit : nil)
            }
            for payment in try self.payments("author = \(cashier) AND means = 'cash' AND state = 1", limit: 10_000, on: connection) { _ = try self.post(payment, on: connection) }
            let drawer = Payments.cash(of: cashier, in: unit)
            let expected = try self.ledger.account(drawer, on: connection)?.balance ?? 0
            guard expected > 0 || counted.amount > 0 else { return (Money(0), nil) }
            let deposit = self.newCode("NT")
            let origin = LedgerOrigin(author: cashier, unit: unit, cause: "closing")
            var acts: [LedgerAct] = []
            if counted.amount > expected {
                acts.append(.enter(Transfer(id: "over:\(deposit)", debit: drawer, credit: "difference:\(unit)", amount: Money(counted.amount - expected), code: deposit)))
            } else if counted.amount < expected {
                acts.append(.enter(Transfer(id: "short:\(deposit)", debit: "difference:\(unit)", credit: drawer, amount: Money(expected - counted.amount), code: deposit)))
            }
            if counted.amount > 0 { acts.append(.enter(Transfer(id: "drawer:\(deposit)", debit: "transit:\(unit)", credit: drawer, amount: counted, code: deposit))) }
            try self.ledger.enter(acts, origin, on: connection)
            try connection.run(
                """
                INSERT INTO cashier_closing (cashier, unit, moment, expected, counted, deposit, request) VALUES (\(cashier), \(unit), \(self.world.now()), \(expected), \
                \(counted.amount), \(deposit), \(request))
                """)
            try self.append(
                "closed", .object(["expected": .integer(expected), "counted": .integer(counted.amount)]), subject: "drawer:\(deposit)", record: nil, previous: nil, unit: unit,
                author: cashier, cause: "closing", connection)
            if counted.amount != expected {
                try self.question("difference:\(deposit)", .difference, abs(counted.amount - expected), "\(unit) \(cashier) \(deposit)", on: connection)
            }
            return (Money(expected), counted.amount > 0 ? deposit : nil)
        }
    }

    /// A closing of a cashier's own, by its deposit's number.
    public func closing(_ deposit: String, of cashier: String) throws -> (expected: Money, counted: Money)? {
        try database.look {
            try $0.first("SELECT expected, counted FROM cashier_closing WHERE deposit = \(deposit) AND cashier = \(cashier)") { (Money($0.integer(0)), Money($0.integer(1))) }
        }
    }

    public func closings(limit: Int) throws -> [(cashier: String, unit: String, moment: Instant, expected: Money, counted: Money, deposit: String)] {
        try database.look {
            try $0.all("SELECT cashier, unit, moment, expected, counted, deposit FROM cashier_closing ORDER BY moment DESC LIMIT \(limit)") {
                ($0.text(0), $0.text(1), Instant(milliseconds: $0.integer(2)), Money($0.integer(3)), Money($0.integer(4)), $0.text(5))
            }
        }
    }

    /// Closes the city's books of a day that is over.
    public func closeBooks(of day: Day, author: String) async throws {
        try await database.write { try self.ledger.close(day, by: LedgerOrigin(author: author, unit: "01", cause: "closing"), on: $0) }
    }

    // MARK: Paying billers

    /// What each biller is owed by the city: received for it and not yet paid out.
    public func owedToBillers() throws -> [(code: String, amount: Money)] {
        try ledger.accounts(prefix: "biller:").compactMap { account in
            let owed = -account.balance - account.debitsPending
            return owed > 0 ? (account.name.dropFirst(7).uppercased(), Money(owed)) : nil
        }
    }

    /// Proposes to pay a biller all that it is owed.
    public func proposePayout(to biller: String, author: String) async throws {
        try await database.write { connection in
            let biller = try self.biller(biller, on: connection)
            guard let account = try self.ledger.account(biller.ledgerName, on: connection), -account.balance - account.debitsPending > 0 else {
                throw PaymentError.notNow(["vi": "Không còn khoản nào phải chuyển cho đơn vị thu này.", "en": "Nothing is owed to this biller."])
            }
            try self.propose(biller.code, amount: Money(-account.balance - account.debitsPending), author: author, on: connection)
        }
    }

    /// The money is held for it at once, so that it cannot be paid twice.
    func propose(_ payee: String, amount: Money, author: String, on connection: Connection) throws {
        let id = newCode("CT")
        let source = payee.hasPrefix("return:") ? Payments.suspense : try biller(payee, on: connection).ledgerName
        try ledger.enter(
            Transfer(id: id, debit: source, credit: city.account.name, amount: amount, code: id, hold: Payments.unending), author: author, unit: "01", cause: "payout",
            on: connection)
        try connection.run("INSERT INTO payout (id, biller, amount, state, created, author) VALUES (\(id), \(payee), \(amount.amount), 'proposed', \(world.now()), \(author))")
        try connection.run("UPDATE biller_receipt SET payout = \(id) WHERE biller = \(payee) AND payout IS NULL AND (event = 'posted' OR event = 'reversed')")
        try append(
            "proposed", .object(["payee": .string(payee), "amount": .integer(amount.amount)]), subject: id, record: nil, previous: nil, unit: "01", author: author, cause: "payout",
            connection)
    }

    /// Somebody else than the proposer lets it go to the bank.
    public func approvePayout(_ id: String, author: String) async throws {
        try await database.write { connection in
            guard let payout = try self.payout(id, on: connection), payout.state == "proposed" else {
                throw PaymentError.notNow(["vi": "Khoản chuyển này không còn chờ duyệt.", "en": "This payout no longer waits for approval."])
            }
            guard payout.author != author else { throw PaymentError.forbidden(["vi": "Người đề xuất không tự duyệt.", "en": "The one who proposes does not approve."]) }
            let (bank, account, holder): (String, String, String)
            if payout.payee.hasPrefix("return:") {
                let parts = payout.payee.split(separator: ":", maxSplits: 3).map(String.init)
                (bank, account, holder) = (parts[1], parts[2], parts[3])
            } else {
                let biller = try self.biller(payout.payee, on: connection)
                (bank, account, holder) = (biller.bank, biller.account, biller.holder)
            }
            try connection.run("UPDATE payout SET state = 'ordered' WHERE id = \(id)")
            try connection.run(
                """
                INSERT INTO bank_order (id, payment, kind, amount, bank, account, name, state, tries, moment) VALUES (\("\(id)-payout"), \(id), 'payout', \(payout.amount.amount), \
                \(bank), \(account), \(holder), 'waiting', 0, \(self.world.now()))
                """)
            try self.append("approved", .object([JSON.Member]()), subject: id, record: nil, previous: nil, unit: "01", author: author, cause: "payout", connection)
        }
    }

    /// Takes a proposal back.
    public func withdrawPayout(_ id: String, author: String) async throws {
        try await database.write { connection in
            guard let payout = try self.payout(id, on: connection), payout.state == "proposed" else {
                throw PaymentError.notNow(["vi": "Khoản chuyển này không còn chờ duyệt.", "en": "This payout no longer waits for approval."])
            }
            try self.endPayout(payout, "withdrawn", author: author, on: connection)
        }
    }

    private func endPayout(_ payout: Payout, _ state: String, author: String, on connection: Connection) throws {
        try ledger.enter([.void(id: payout.id)], LedgerOrigin(author: author, unit: "01", cause: "payout"), on: connection)
        try connection.run("UPDATE payout SET state = \(state) WHERE id = \(payout.id)")
        try connection.run("UPDATE biller_receipt SET payout = NULL WHERE payout = \(payout.id)")
        try append(state, .object([JSON.Member]()), subject: payout.id, record: nil, previous: nil, unit: "01", author: author, cause: "payout", connection)
        // What was to be given back lies in suspense again.
        if payout.payee.hasPrefix("return:") { try question("again:\(payout.id)", .surplus, payout.amount.amount, payout.payee, on: connection) }
    }

    func answerPayout(_ id: String, isDone: Bool, reason: String, on connection: Connection) throws -> BankOutcome {
        guard let payout = try payout(id, on: connection), payout.state == "ordered" else { return .known }
        if isDone {
            try ledger.enter([.post(id: id)], LedgerOrigin(author: "bank", unit: "01", cause: "payout"), on: connection)
            try connection.run("UPDATE payout SET state = 'done' WHERE id = \(id)")
            try append("done", .object([JSON.Member]()), subject: id, record: nil, previous: nil, unit: "01", author: "bank", cause: "payout", connection)
            return .applied
        }
        try endPayout(payout, "refused", author: "bank", on: connection)
        try question("payout:\(id)", .payout, payout.amount.amount, "\(payout.payee): \(reason.prefix(100))", on: connection)
        return .unexplained
    }

    public func payout(_ id: String) throws -> Payout? { try database.look { try payout(id, on: $0) } }

    private func payout(_ id: String, on connection: Connection) throws -> Payout? {
        try connection.first("SELECT id, biller, amount, state, created, author FROM payout WHERE id = \(id)", Payments.payout)
    }

    private static func payout(_ row: Row) -> Payout {
        Payout(id: row.text(0), payee: row.text(1), amount: Money(row.integer(2)), state: row.text(3), created: Instant(milliseconds: row.integer(4)), author: row.text(5))
    }

    /// Newest first; of one biller when it is named.
    public func payouts(to payee: String? = nil, limit: Int) throws -> [Payout] {
        let condition: SQL = payee.map { payee -> SQL in "WHERE biller = \(payee) " } ?? ""
        return try database.look {
            try $0.all("SELECT id, biller, amount, state, created, author FROM payout \(condition)ORDER BY created DESC, id LIMIT \(limit)", Payments.payout)
        }
    }
}
