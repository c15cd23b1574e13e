// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Journal
internal import Ledger
internal import Registers
public import Store

/// What the city asks a bank to do. The id makes asking again harmless.
public struct BankOrder: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Hold an amount on a payer's account.
        case authorise
        /// Move what is held into the city's account.
        case capture
        /// Let it go.
        case release
        /// Pay from the city's account to a biller's.
        case payout
        /// Ask the holder of an account whether the city may take payments from it.
        case mandate
    }

    public let id: String
    public let kind: Kind
    /// What the bank shall give as reference on statements.
    public let reference: String
    public let amount: Money
    public let bank: String
    public let account: String
    public let name: String
}

/// Why a bank did not take an order.
public enum BankError: Error, Sendable, Equatable {
    /// It may be asked again.
    case notNow(String)
    /// It will not do it.
    case refused(String)
}

/// A bank that the city can ask. Asking for the same id again does nothing twice: that is what a bank's interface has to promise.
public protocol Bank: Sendable {
    func take(_ order: BankOrder) async throws(BankError)
}

/// What a bank tells by itself.
public struct BankNews: Sendable, Equatable {
    public enum Sort: String, Sendable {
        /// An order was done, or will not be.
        case done, refused
        /// Money came into the city's account.
        case credit
    }

    /// The bank's own number of it, unique with the bank.
    public let id: String
    public let bank: String
    public let sort: Sort
    /// For an order: its id. For a credit: the words with it.
    public let text: String
    public let amount: Money
    public let reason: String

    public init(id: String, bank: String, sort: Sort, text: String, amount: Money, reason: String = "") {
        self.id = id
        self.bank = bank
        self.sort = sort
        self.text = text
        self.amount = amount
        self.reason = reason
    }

    var content: String { JSON.object(["sort": .string(sort.rawValue), "text": .string(text), "amount": .integer(amount.amount), "reason": .string(reason)]).text }
}

/// What became of a bank's news.
public enum BankOutcome: String, Sendable {
    case applied
    /// Known already: nothing was done again.
    case known
    /// Somebody has to look at it.
    case unexplained
}

/// A household's leave to take payments from its bank account.
public struct Mandate: Sendable, Equatable {
    public let id: String
    public let household: String
    public let bank: String
    public let account: String
    public let holder: String
    /// The most that may be taken a day.
    public let daily: Int64
    public let since: Instant
    /// asked, active, refused, ended
    public let state: String
    /// Why the bank refused.
    public let fault: String?
}

extension Payments {
    // MARK: Mandates

    public func mandate(of household: String) throws -> Mandate? { try database.look { try mandate(of: household, on: $0) } }

    func mandate(of household: String, on connection: Connection) throws -> Mandate? {
        try connection.first(
            "SELECT \(Payments.mandateColumns) FROM mandate WHERE household = \(household) AND state = 'active' ORDER BY since DESC LIMIT 1", Payments.mandate)
    }

    static let mandateColumns: SQL = "id, household, bank, account, holder, daily, since, state, fault"

    static func mandate(_ row: Row) -> Mandate {
        Mandate(
            id: row.text(0), household: row.text(1), bank: row.text(2), account: row.text(3), holder: row.text(4), daily: row.integer(5),
            since: Instant(milliseconds: row.integer(6)), state: row.text(7), fault: row.optionalText(8))
    }

    /// What was asked of a bank last and is not in force: it waits for the holder's answer, or was refused.
    public func askedMandate(of household: String) throws -> Mandate? {
        try database.look {
            try $0.first(
                "SELECT \(Payments.mandateColumns) FROM mandate WHERE household = \(household) AND state <> 'ended' ORDER BY since DESC, id LIMIT 1", Payments.mandate)
        }.flatMap { $0.state == "active" ? nil : $0 }
    }

    /// Asks the account's bank whether its holder lets the city take payments, at most so much a day. When the bank says so, the former leave ends.
    public func allow(household: String, bank: String, account: String, holder: String, daily: Int64, author: String) async throws {
        let account = account.filter { $0 != " " }
        let holder = String(holder.tidied.prefix(100))
        var objections: [Objection] = []
        if bank.utf8.count != 6 || !bank.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            objections.append(Objection(field: "bank", code: "pattern", ["vi": "Chọn ngân hàng.", "en": "Choose the bank."]))
        }
        if !(6...19).contains(account.utf8.count) || !account.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            objections.append(Objection(field: "account", code: "pattern", ["vi": "Số tài khoản gồm 6 đến 19 chữ số.", "en": "An account number has 6 to 19 digits."]))
        }
        if holder.isEmpty { objections.append(Objection(field: "holder", code: "required", ["vi": "Ghi tên chủ tài khoản.", "en": "Give the account holder's name."])) }
        if !(10_000...100_000_000).contains(daily) {
            objections.append(
                Objection(field: "daily", code: "range", ["vi": "Hạn mức một ngày từ 10.000 đến 100.000.000 đồng.", "en": "The daily limit is from 10,000 to 100,000,000 đồng."]))
        }
        guard objections.isEmpty else { throw PaymentError.objections(objections) }
        let now = world.now()
        let id = newCode("UQ")
        try await database.write { connection in
            // Asked again before the bank has answered: only the last question counts.
            try connection.run("UPDATE mandate SET state = 'ended', ended = \(now) WHERE household = \(household) AND state <> 'active' AND state <> 'ended'")
            try connection.run(
                """
                INSERT INTO mandate (id, household, bank, account, holder, daily, author, since, state) VALUES (\(id), \(household), \(bank), \(account), \(holder), \(daily), \
                \(author), \(now), 'asked')
                """)
            try connection.run(
                """
                INSERT INTO bank_order (id, payment, kind, amount, bank, account, name, state, tries, moment) VALUES (\("\(id)-mandate"), \(id), 'mandate', \(daily), \(bank), \
                \(account), \(holder), 'waiting', 0, \(now))
                """)
            try self.append(
                "mandate", .object(["bank": .string(bank), "daily": .integer(daily)]), subject: id, record: nil, previous: nil, unit: "01", author: author, cause: "mandate",
                connection)
        }
    }

    /// The bank says whether the account's holder agrees.
    private func answerMandate(_ id: String, isDone: Bool, reason: String, on connection: Connection) throws -> BankOutcome {
        guard let mandate = try connection.first("SELECT \(Payments.mandateColumns) FROM mandate WHERE id = \(id) AND state = 'asked'", Payments.mandate) else { return .known }
        let now = world.now()
        if isDone { try connection.run("UPDATE mandate SET state = 'ended', ended = \(now) WHERE household = \(mandate.household) AND state = 'active'") }
        try connection.run("UPDATE mandate SET state = \(isDone ? "active" : "refused"), fault = \(isDone ? nil : String(reason.prefix(100))) WHERE id = \(id)")
        let place = try append(
            isDone ? "mandate-active" : "mandate-refused", .object(["reason": .string(reason)]), subject: id, record: nil, previous: nil, unit: "01", author: "bank",
            cause: "mandate", connection)
        let end = mandate.account.suffix(3)
        let words =
            isDone
            ? Text(
                vi: "Ngân hàng đã xác nhận: từ nay hộ nộp được từ tài khoản •••\(end), nhiều nhất \(Money(mandate.daily)) một ngày.",
                en: "The bank has agreed: the household can now pay from the account •••\(end), at most \(Money(mandate.daily)) a day.")
            : Text(
                vi: "Ngân hàng không xác nhận tài khoản •••\(end). Xem lại số tài khoản và tên chủ tài khoản.",
                en: "The bank did not confirm the account •••\(end). Check its number and its holder's name.")
        try tell(mandate.household, key: "mandate:\(id):\(place.number)", words, needsLetter: false, connection)
        return .applied
    }

    public func endMandate(of household: String, author: String) async throws {
        let now = world.now()
        try await database.write { connection in
            let all = try connection.all("SELECT id FROM mandate WHERE household = \(household) AND state <> 'ended' ORDER BY id") { $0.text(0) }
            for id in all {
                try connection.run("UPDATE mandate SET state = 'ended', ended = \(now) WHERE id = \(id)")
                try self.append("mandate-ended", .object([JSON.Member]()), subject: id, record: nil, previous: nil, unit: "01", author: author, cause: "mandate", connection)
            }
        }
    }

    // MARK: Orders to banks

    /// Enters an order in the caller's commit; it leaves afterwards.
    func order_(_ kind: BankOrder.Kind, of payment: Payment, amount: Money, bank: String, account: String, name: String, on connection: Connection) throws {
        let now = world.now()
        try connection.run(
            """
            INSERT INTO bank_order (id, payment, kind, amount, bank, account, name, state, tries, moment) VALUES (\("\(payment.code)-\(kind.rawValue)"), \(payment.id), \
            \(kind.rawValue), \(amount.amount), \(bank), \(account), \(name), 'waiting', 0, \(now)) ON CONFLICT (id) DO NOTHING
            """)
    }

    private func followUp(_ kind: BankOrder.Kind, of payment: Payment, on connection: Connection) throws {
        let first = try connection.first("SELECT bank, account, name FROM bank_order WHERE id = \("\(payment.code)-authorise")") { ($0.text(0), $0.text(1), $0.text(2)) }
        guard let (bank, account, name) = first else { return }
        try order_(kind, of: payment, amount: payment.total, bank: bank, account: account, name: name, on: connection)
    }

    func capture(_ payment: Payment, on connection: Connection) throws { try followUp(.capture, of: payment, on: connection) }

    /// Lets go what the bank may hold. An order that never left does not leave any more; after one that may be on its way a release follows.
    func release(_ payment: Payment, on connection: Connection) throws {
        let id = "\(payment.code)-authorise"
        let now = world.now()
        try connection.run("UPDATE bank_order SET state = 'withdrawn', moment = \(now) WHERE id = \(id) AND state = 'waiting' AND tries = 0")
        if connection.changes == 1 { return }
        try connection.run("UPDATE bank_order SET state = 'withdrawn', moment = \(now) WHERE id = \(id) AND (state = 'waiting' OR state = 'sending')")
        try followUp(.release, of: payment, on: connection)
    }

    /// The bank held the money after it was told to let go: it is told again, under another id.
    private func releaseLate(_ payment: Payment, on connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO bank_order (id, payment, kind, amount, bank, account, name, state, tries, moment) SELECT \("\(payment.code)-release-late"), payment, 'release', amount, bank, \
            account, name, 'waiting', 0, \(world.now()) FROM bank_order WHERE id = \("\(payment.code)-authorise") ON CONFLICT (id) DO NOTHING
            """)
    }

    static let orderTriesMax = 20
    static let orderLeaseMilliseconds: Int64 = 60_000

    /// Hands orders that are due to the bank, several at once; gives how many. What broke off is asked again: the bank knows the id.
    public func sendOrders(to bank: any Bank, limit: Int = 32) async throws -> Int {
        var count = 0
        while case let orders = try await takeOrders(limit: limit), !orders.isEmpty {
            count += orders.count
            var sent: [String] = []
            var failed: [(id: String, error: BankError)] = []
            await withTaskGroup(of: (String, BankError?).self) { group in
                for order in orders {
                    group.addTask {
                        do throws(BankError) {
                            try await bank.take(order)
                            return (order.id, nil)
                        } catch { return (order.id, error) }
                    }
                }
                for await (id, error) in group { if let error { failed.append((id, error)) } else { sent.append(id) } }
            }
            let now = world.now()
            let done = sent
            // News may have come while an order was being handed over: then it is done.
            try await database.write { connection in
                for id in done { try connection.run("UPDATE bank_order SET state = 'sent', moment = \(now), fault = NULL WHERE id = \(id) AND state = 'sending'") }
            }
            for one in failed {
                switch one.error {
                case .notNow(let reason): try await postponeOrder(one.id, reason)
                case .refused(let reason): try await refused(one.id, reason: reason)
                }
            }
            // A bank that does not answer is left alone for a while.
            if sent.isEmpty { break }
        }
        return count
    }

    /// What a program that ended was handing over is due at once: the bank knows the id, and a payer waits.
    public func resumeOrders() async throws {
        let now = world.now()
        try await database.write { try $0.run("UPDATE bank_order SET moment = \(now) WHERE state = 'sending' AND moment > \(now)") }
    }

    /// Takes orders: from here on they count as being handed over, on the disk, before anything leaves.
    private func takeOrders(limit: Int) async throws -> [BankOrder] {
        let now = world.now().milliseconds
        let isDue = try database.look { try $0.first("SELECT 1 FROM bank_order WHERE (state = 'waiting' OR state = 'sending') AND moment <= \(now) LIMIT 1") { _ in true } != nil }
        guard isDue else { return [] }
        return try await database.write { connection in
            let found = try connection.all(
                """
                SELECT id, kind, payment, amount, bank, account, name FROM bank_order WHERE (state = 'waiting' OR state = 'sending') AND moment <= \(now) ORDER BY moment, id LIMIT \(limit)
                """
            ) { row in
                BankOrder(
                    id: row.text(0), kind: BankOrder.Kind(rawValue: row.text(1))!, reference: String(row.text(0).prefix { $0 != "-" }), amount: Money(row.integer(3)),
                    bank: row.text(4), account: row.text(5), name: row.text(6))
            }
            for order in found {
                try connection.run("UPDATE bank_order SET state = 'sending', tries = tries + 1, moment = \(now + Payments.orderLeaseMilliseconds) WHERE id = \(order.id)")
            }
            return found
        }
    }

    private func postponeOrder(_ id: String, _ reason: String) async throws {
        let now = world.now().milliseconds
        try await database.write { connection in
            let tries = try connection.first("SELECT tries FROM bank_order WHERE id = \(id)") { $0.integer(0) } ?? 0
            let wait = Int64(1000) << Int64(min(tries, 9))
            try connection.run(
                "UPDATE bank_order SET state = 'waiting', moment = \(now + wait), fault = \(String(reason.prefix(200))) WHERE id = \(id) AND state = 'sending'")
            if tries == Payments.orderTriesMax {
                try self.question("order:\(id)", .order, 0, "\(id): \(reason.prefix(100))", on: connection)
            }
        }
    }

    private func refused(_ id: String, reason: String) async throws {
        _ = try await receive(BankNews(id: "refusal:\(id)", bank: "order", sort: .refused, text: id, amount: Money(0), reason: reason))
    }

    // MARK: News from banks

    /// Takes what a bank tells, once, in whatever order it comes.
    public func receive(_ news: BankNews) async throws -> BankOutcome { try await database.write { try self.receive(news, on: $0) } }

    public func receive(_ news: BankNews, on connection: Connection) throws -> BankOutcome {
        let id = "\(news.bank):\(news.id)"
        guard Ledger.isID(id), id.utf8.count <= 80, news.amount.amount >= 0, news.amount.amount <= limits.amountMax, news.text.utf8.count <= 500 else {
            throw PaymentError.objections([Objection(field: "id", code: "pattern", ["vi": "Thông báo không đúng dạng.", "en": "The message is malformed."])])
        }
        let print = Payments.print(news.content)
        if let kept = try connection.first("SELECT print FROM bank_event WHERE id = \(id)", { $0.blob(0) }) {
            if kept == print { return .known }
            // The same number for something else is the bank's to explain.
            try question("twice:\(id)", .conflict, news.amount.amount, news.id, on: connection)
            return .unexplained
        }
        let outcome: BankOutcome =
            switch news.sort {
            case .credit: try credit(news, id, on: connection)
            case .done, .refused: try answer(news, on: connection)
            }
        try connection.run(
            """
            INSERT INTO bank_event (id, sort, print, content, outcome, moment) VALUES (\(id), \(news.sort.rawValue), \(print), \(news.content), \(outcome.rawValue), \(world.now()))
            """)
        return outcome
    }

    /// The bank answers an order.
    private func answer(_ news: BankNews, on connection: Connection) throws -> BankOutcome {
        let now = world.now()
        let found = try connection.first("SELECT payment, kind, state FROM bank_order WHERE id = \(news.text)") { ($0.text(0), BankOrder.Kind(rawValue: $0.text(1))!, $0.text(2)) }
        guard let (subject, kind, state) = found else {
            try question("answer:\(news.bank):\(news.id)", .answer, news.amount.amount, String(news.text.prefix(60)), on: connection)
            return .unexplained
        }
        if state == "done" || state == "refused" { return .known }
        let isDone = news.sort == .done
        try connection.run("UPDATE bank_order SET state = \(isDone ? "done" : "refused"), moment = \(now), fault = \(isDone ? nil : news.reason) WHERE id = \(news.text)")
        if kind == .payout { return try answerPayout(subject, isDone: isDone, reason: news.reason, on: connection) }
        if kind == .mandate { return try answerMandate(subject, isDone: isDone, reason: news.reason, on: connection) }
        guard let payment = try payment(subject, on: connection) else { return .unexplained }
        switch (kind, isDone) {
        case (.authorise, true) where payment.state == .asked, (.capture, true) where payment.state == .asked:
            // A fee that was paid elsewhere meanwhile: nothing is taken.
            for item in payment.items where item.bill.hasPrefix("fee:") {
                guard try dossiers.owedFee(of: String(item.bill.dropFirst(4)), on: connection) == nil else { continue }
                _ = try end(payment, .failed, fault: "paid-elsewhere", author: "bank", on: connection)
                return .applied
            }
            let place = try append(
                "held", .object(["answer": .string(news.id)]), subject: payment.id, record: payment.number, previous: payment.last, unit: payment.unit, author: "bank",
                cause: "answer", connection)
            try connection.run(
                "UPDATE payment SET state = 1, until = \(now.milliseconds + limits.undoMilliseconds), last = \(place.number) WHERE id = \(payment.id)")
            _ = try hold(try self.payment(payment.id, on: connection)!, entry: place.number, on: connection)
            return .applied
        case (.authorise, true) where payment.state == .posted:
            // Asked again because a capture was refused: what is held now is taken.
            try captureAgain(payment, on: connection)
            return .applied
        case (.authorise, true):
            // Too late: nobody waits for it any more.
            if payment.state == .failed || payment.state == .undone { try releaseLate(payment, on: connection) }
            return .applied
        case (.authorise, false):
            if payment.state == .posted {
                try question("capture:\(news.text)", .capture, payment.total.amount, "\(payment.code): \(news.reason.prefix(100))", on: connection)
                return .unexplained
            }
            if payment.state == .asked { _ = try end(payment, .failed, fault: news.reason, author: "bank", on: connection) }
            return .applied
        case (.capture, false):
            try question("capture:\(news.text)", .capture, payment.total.amount, "\(payment.code): \(news.reason.prefix(100))", on: connection)
            return .unexplained
        case (.release, false):
            // The payer's money stays blocked at the bank: somebody has to call.
            try question("release:\(news.text)", .answer, payment.total.amount, "\(payment.code): \(news.reason.prefix(100))", on: connection)
            return .unexplained
        case (.capture, true), (.release, true), (.payout, _), (.mandate, _): return .applied
        }
    }

    /// Money came. It goes where its words say: to a payment that was asked for, to a bill; what is too much or says nothing waits for a person.
    private func credit(_ news: BankNews, _ id: String, on connection: Connection) throws -> BankOutcome {
        guard news.amount.amount > 0 else { return .applied }
        let account = city.account.name
        let origin = LedgerOrigin(author: "bank", unit: "01", cause: "transfer")
        var wanted: [Payment.Item] = []
        var payment: Payment?
        for word in Payments.words(news.text) {
            if try isCapture(word, news.amount, id, on: connection) { return .applied }
            if try takeDeposit(word, news.amount, code: "bank:\(id)", on: connection) { return .applied }
            if word.hasPrefix("TL"), word.utf8.count == 14, Luhn.isValid(word.dropFirst(2)), let found = try payments("code = \(word)", limit: 1, on: connection).first {
                payment = found
                wanted = found.items
                break
            }
            if let bill = try bill(word, on: connection) {
                wanted = [.init(bill: bill.id, amount: bill.remaining)]
                break
            }
            if try dossiers.owedFee(of: word, on: connection) != nil {
                wanted = [.init(bill: "fee:\(word)", amount: try dossiers.owedFee(of: word, on: connection)!.amount)]
                break
            }
        }
        let isWaiting = payment.map { $0.state == .asked && $0.means == "transfer" || $0.state == .failed && $0.means == "transfer" } ?? true
        if !isWaiting { wanted = [] }
        var rest = news.amount.amount
        var items: [Payment.Item] = []
        for item in wanted {
            if item.bill.hasPrefix("fee:") {
                guard let fee = try dossiers.owedFee(of: String(item.bill.dropFirst(4)), on: connection), fee.amount.amount <= rest else { continue }
                items.append(.init(bill: item.bill, amount: fee.amount))
                rest -= fee.amount.amount
            } else if let bill = try bill(item.bill, on: connection), bill.state == .open {
                let part = min(rest, bill.remaining.amount, payment == nil ? .max : item.amount.amount)
                guard part > 0 else { continue }
                items.append(.init(bill: item.bill, amount: Money(part)))
                rest -= part
            }
        }
        // The money itself first, all of it, under the bank's own number.
        var acts: [LedgerAct] = []
        for (index, item) in items.enumerated() where !item.bill.hasPrefix("fee:") {
            let biller = try biller(bill(item.bill, on: connection)!.biller, on: connection)
            acts.append(.enter(Transfer(id: "bank:\(id):\(index)", debit: account, credit: biller.ledgerName, amount: item.amount, code: "bank:\(id)")))
        }
        if rest > 0 { acts.append(.enter(Transfer(id: "bank:\(id):rest", debit: account, credit: Payments.suspense, amount: Money(rest), code: "bank:\(id)"))) }
        try ledger.enter(acts, origin, on: connection)
        if !items.isEmpty { try enterTransfer(news, id, items, payment, on: connection) }
        if rest > 0 {
            try question("credit:\(id)", payment == nil && items.isEmpty ? .unknownCredit : .surplus, rest, String(news.text.prefix(140)), on: connection)
            return .unexplained
        }
        return .applied
    }

    /// Whether a credit is what a capture brought, which is in the books already: told once for each.
    private func isCapture(_ word: String, _ amount: Money, _ id: String, on connection: Connection) throws -> Bool {
        guard word.hasPrefix("TL"), try connection.first("SELECT 1 FROM payment WHERE code = \(word) AND means = 'mandate' AND state = 2", { _ in true }) != nil else {
            return false
        }
        try connection.run(
            """
            UPDATE bank_order SET credit = \(id) WHERE id = (SELECT o.id FROM bank_order o JOIN payment p ON p.id = o.payment WHERE p.code = \(word) AND o.kind = 'capture' \
            AND o.amount = \(amount.amount) AND o.credit IS NULL AND o.state <> 'refused' LIMIT 1)
            """)
        return connection.changes == 1
    }

    /// What a cashier handed in has reached the bank: once, and only all of it.
    func takeDeposit(_ word: String, _ amount: Money, code: String, from account: String? = nil, on connection: Connection) throws -> Bool {
        guard word.hasPrefix("NT"), let unit = try connection.first("SELECT unit FROM cashier_closing WHERE deposit = \(word) AND counted = \(amount.amount)", { $0.text(0) }),
            try connection.first("SELECT 1 FROM transfer WHERE id = \("deposit:\(word)")", { _ in true }) == nil
        else { return false }
        try ledger.enter(
            Transfer(id: "deposit:\(word)", debit: account ?? city.account.name, credit: "transit:\(unit)", amount: amount, code: code), author: "bank", unit: unit,
            cause: "deposit", on: connection)
        return true
    }

    /// The payment that a transfer completes, or is by itself.
    private func enterTransfer(_ news: BankNews, _ id: String, _ items: [Payment.Item], _ asked: Payment?, on connection: Connection) throws {
        let now = world.now()
        let total = items.reduce(0) { $0 + $1.amount.amount }
        let content = JSON.object([
            "bank": .string(id), "items": .array(items.map { .array([.string($0.bill), .integer($0.amount.amount)]) }),
        ])
        let subject = asked?.id ?? "bank:\(id)"
        let place = try append(
            "posted", content, subject: subject, record: asked?.number, previous: asked?.last, unit: "01", author: "bank", cause: "transfer", connection)
        if let asked {
            try connection.run("DELETE FROM payment_item WHERE payment = \(asked.id)")
            try connection.run("UPDATE payment SET state = 2, total = \(total), until = NULL, last = \(place.number), fault = NULL WHERE id = \(asked.id)")
        } else {
            let household = try items.lazy.compactMap { try self.bill($0.bill, on: connection)?.household }.first
            try connection.run(
                """
                INSERT INTO payment (id, code, household, means, channel, unit, account, state, total, created, author, print, number, last) VALUES (\(subject), \
                \(try freeCode(on: connection)), \(household), 'transfer', 'bank', '01', \(city.account.name), 2, \(total), \(now), 'bank', \(Payments.print(subject)), \
                \(place.number), \(place.number))
                """)
        }
        for item in items { try connection.run("INSERT INTO payment_item (payment, bill, amount) VALUES (\(subject), \(item.bill), \(item.amount.amount))") }
        let payment = try payment(subject, on: connection)!
        for item in items {
            if item.bill.hasPrefix("fee:") {
                try dossiers.payFee(of: String(item.bill.dropFirst(4)), from: city.account.name, on: connection)
            } else {
                try settle(item, payment, entry: place.number, isHeld: false, connection)
            }
        }
        try tellPayer(payment, .paid, entry: place.number, connection)
    }

    /// What in a transfer's words may be a code: runs of capitals, digits and hyphens, and two of them with a point between, which banks often
    /// turn into a space or put around what is not theirs.
    static func words(_ text: String) -> [String] {
        let runs = text.uppercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")) }.prefix(40).map(String.init)
        let pairs = zip(runs, runs.dropFirst()).map { "\($0).\($1)" }
        // A dossier's code has points of its own: its agency.
        let whole = text.uppercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".")) }.prefix(40).map(String.init)
        var seen: Set<String> = []
        return (runs + pairs + whole).filter { $0.utf8.count >= 4 && seen.insert($0).inserted }
    }

    /// Puts something before a person, once.
    func question(_ id: String, _ sort: Unexplained.Sort, _ amount: Int64, _ text: String, on connection: Connection) throws {
        try connection.run(
            "INSERT INTO unexplained (id, sort, amount, text, created) VALUES (\(id), \(sort.rawValue), \(amount), \(text), \(world.now())) ON CONFLICT (id) DO NOTHING")
    }
}

extension Instant {
    /// The first moment of its day in Hà Nội.
    var dayStart: Instant { Instant(milliseconds: Int64(day.number) * 86_400_000 - 7 * 3_600_000) }
}

extension Payments {
    /// A household's commune, by its code.
    public func commune(ofHousehold code: String) throws -> String? {
        try database.look { try self.registry.records(on: $0).find(self.city.households, code)?["commune"].string }
    }

    /// Leave to take payments from an account that only the sandbox bank knows, which need not be asked.
    public func allowInvented(household: String, on connection: Connection) throws {
        guard try mandate(of: household, on: connection) == nil else { return }
        let id = Encoding.base32(world.random(10))
        try connection.run(
            """
            INSERT INTO mandate (id, household, bank, account, holder, daily, author, since, state) VALUES (\(id), \(household), \(city.account.bank), \("9\(household)"), \
            'INVENTED', 50000000, 'operator', \(world.now()), 'active')
            """)
    }
}
