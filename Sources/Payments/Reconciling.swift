// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Journal
internal import Ledger
public import Papers
internal import Store

/// Something about money that a person has to explain.
public struct Unexplained: Sendable, Equatable {
    public enum Sort: String, Sendable, CaseIterable {
        case unknownCredit = "unknown-credit"
        case surplus
        case debit, order, answer, capture, conflict, missing, payout, difference

        public var title: Text {
            switch self {
            case .unknownCredit: ["vi": "Tiền vào không rõ nộp khoản nào", "en": "Money came and does not say what for"]
            case .surplus: ["vi": "Nộp thừa hoặc nộp khi đã hết nợ", "en": "More came than was owed"]
            case .debit: ["vi": "Ngân hàng trừ tiền không rõ lý do", "en": "The bank took money and does not say why"]
            case .order: ["vi": "Ngân hàng không nhận lệnh", "en": "The bank does not take an order"]
            case .answer: ["vi": "Ngân hàng trả lời một lệnh lạ", "en": "The bank answers an unknown order"]
            case .capture: ["vi": "Ngân hàng không chuyển khoản đã giữ", "en": "The bank did not move what it had promised"]
            case .conflict: ["vi": "Ngân hàng dùng một số cho hai việc", "en": "The bank used one number for two things"]
            case .missing: ["vi": "Đã vào sổ mà chưa có trên sao kê", "en": "Entered, but not on the statement"]
            case .payout: ["vi": "Ngân hàng không chuyển tiền cho đơn vị thu", "en": "The bank did not pay a biller"]
            case .difference: ["vi": "Quỹ tiền mặt chênh lệch khi kết ca", "en": "Cash differed at a cashier's closing"]
            }
        }

        /// Whether money lies in the suspense account for it.
        public var holdsMoney: Bool { self == .unknownCredit || self == .surplus }
    }

    public let id: String
    public let sort: Sort
    public let amount: Money
    public let text: String
    public let created: Instant
}

/// How an account at a bank and its account in the ledger compare.
public struct Reconciliation: Sendable, Equatable {
    /// The last statement taken; nil before the first.
    public let day: Day?
    public let statement: Int64
    public let ledger: Int64
    /// What the ledger has and no statement yet: by what it is for, with the day it was entered.
    public let inTransit: [(code: String, amount: Int64, day: Day)]
    public let open: Int
    /// What nothing explains; it is zero.
    public var difference: Int64 { ledger - statement - inTransit.reduce(0) { $0 + $1.amount } }

    public static func == (left: Reconciliation, right: Reconciliation) -> Bool {
        left.day == right.day && left.statement == right.statement && left.ledger == right.ledger && left.open == right.open && left.difference == right.difference
            && left.inTransit.count == right.inTransit.count
    }
}

/// What taking a statement did.
public struct StatementReport: Sendable, Equatable {
    public let id: String
    public let day: Day
    public let lines: Int
    /// Matched with what was entered before, entered now, and put before a person.
    public internal(set) var matched = 0
    public internal(set) var entered = 0
    public internal(set) var unexplained = 0
    /// It was taken before: nothing was done.
    public internal(set) var isKnown = false
}

extension Payments {
    // MARK: Statements

    /// Takes statements in their order, each wholly or not at all.
    public func take(_ statements: [BankStatement], author: String) async throws -> [StatementReport] {
        var reports: [StatementReport] = []
        for one in statements { reports.append(try await database.write { try self.take(one, author: author, on: $0) }) }
        return reports
    }

    private func refuse(_ vi: String, _ en: String) -> PaymentError { .objections([Objection(field: "file", code: "statement", Text(vi: vi, en: en))]) }

    private func take(_ statement: BankStatement, author: String, on connection: Connection) throws -> StatementReport {
        let account = city.account
        guard statement.account.isEmpty || statement.account == account.number else {
            throw refuse("Sao kê của tài khoản \(statement.account), không phải \(account.number).", "The statement is of account \(statement.account), not \(account.number).")
        }
        guard statement.adds else {
            let sum = statement.opening + statement.lines.reduce(0) { $0 + $1.amount }
            throw refuse(
                "Sao kê \(statement.id) sai số dư: đầu kỳ cộng phát sinh là \(Money(sum)), cuối kỳ ghi \(Money(statement.closing)). Chưa nhận dòng nào.",
                "Statement \(statement.id) does not add up: opening and movements make \(Money(sum)), its closing says \(Money(statement.closing)). Nothing was taken.")
        }
        var report = StatementReport(id: statement.id, day: statement.day, lines: statement.lines.count)
        if let known = try known(statement, on: connection) {
            try goOn(known, with: statement, &report, author: author, on: connection)
            return report
        }
        let previous = try connection.first("SELECT day, closing FROM bank_statement WHERE account = \(account.number) ORDER BY day DESC, taken DESC LIMIT 1") {
            (Day(number: Int32($0.integer(0))), $0.integer(1))
        }
        if let (day, closing) = previous {
            guard statement.day >= day else {
                throw refuse("Đã nhận sao kê của ngày \(day.written(.vietnamese)), muộn hơn.", "A statement of \(day.written(.english)), which is later, was taken before.")
            }
            guard closing == statement.opening else {
                throw refuse(
                    "Số dư đầu \(Money(statement.opening)) khác số dư cuối của sao kê trước \(Money(closing)): thiếu một sao kê ở giữa.",
                    "The opening balance \(Money(statement.opening)) is not the closing one of the statement before, \(Money(closing)): one between is missing.")
            }
        } else if statement.opening > 0 {
            // What lay in the account before the city began to keep it here.
            try ledger.enter(
                Transfer(id: "opening:\(account.number)", debit: account.name, credit: "opening:bank", amount: Money(statement.opening), code: "opening:\(account.number)"),
                author: author,
                unit: "01", cause: "opening", on: connection)
            try note(reference: "opening", of: statement.id, statement.day, statement.opening, "", code: "opening:\(account.number)", on: connection)
        }
        for line in statement.lines { try take(line, of: statement.id, &report, on: connection) }
        try connection.run(
            """
            INSERT INTO bank_statement (account, id, day, opening, closing, taken, lines) VALUES (\(account.number), \(statement.id), \(statement.day), \(statement.opening), \
            \(statement.closing), \(world.now()), \(statement.lines.count))
            """)
        try enterStatement(statement, author: author, on: connection)
        // What should have been on it by now, and is not.
        for one in try inTransit(on: connection) where one.day < statement.day + -1 {
            try question("missing:\(one.code)", .missing, abs(one.amount), one.code, on: connection)
        }
        return report
    }

    private func enterStatement(_ statement: BankStatement, author: String, on connection: Connection) throws {
        try append(
            "statement", .object(["lines": .integer(Int64(statement.lines.count)), "closing": .integer(statement.closing)]), subject: "statement:\(statement.id)", record: nil,
            previous: nil, unit: "01", author: author, cause: "statement", connection)
    }

    private struct KnownStatement {
        let id: String
        let opening: Int64
        let closing: Int64
        let isLast: Bool
    }

    /// The statement that was taken under this name, or of this day under another name or in another format.
    private func known(_ statement: BankStatement, on connection: Connection) throws -> KnownStatement? {
        let account = city.account.number
        let last = try connection.first("SELECT id FROM bank_statement WHERE account = \(account) ORDER BY day DESC, taken DESC LIMIT 1") { $0.text(0) }
        func read(_ condition: SQL) throws -> KnownStatement? {
            try connection.first("SELECT id, opening, closing FROM bank_statement WHERE account = \(account) AND \(condition) ORDER BY taken DESC LIMIT 1") {
                KnownStatement(id: $0.text(0), opening: $0.integer(1), closing: $0.integer(2), isLast: $0.text(0) == last)
            }
        }
        if let same = try read("id = \(statement.id)") { return same }
        guard let first = statement.lines.first,
            let id = try connection.first("SELECT statement FROM bank_line WHERE account = \(account) AND reference = \(first.reference)", { $0.text(0) })
        else { return nil }
        return try read("id = \(id) AND day = \(statement.day) AND opening = \(statement.opening)")
    }

    /// A statement that comes again: the same one changes nothing; one of a day that was not over when it came first brings the rest.
    private func goOn(_ known: KnownStatement, with statement: BankStatement, _ report: inout StatementReport, author: String, on connection: Connection) throws {
        let account = city.account.number
        let other = refuse("Đã nhận một sao kê \(known.id) khác.", "Another statement \(known.id) was taken before.")
        guard known.opening == statement.opening else { throw other }
        var former: [String: Int64] = [:]
        for (reference, amount) in try connection.all(
            "SELECT reference, amount FROM bank_line WHERE account = \(account) AND statement = \(known.id) AND reference <> 'opening'", { ($0.text(0), $0.integer(1)) })
        { former[reference] = amount }
        let rest = statement.lines.filter { former[$0.reference] == nil }
        let again = statement.lines.filter { former[$0.reference] != nil }
        guard again.count == former.count, again.allSatisfy({ former[$0.reference] == $0.amount }) else { throw other }
        if rest.isEmpty {
            report.isKnown = true
            return
        }
        guard known.isLast else { throw other }
        report.matched += again.count
        for line in rest { try take(line, of: known.id, &report, on: connection) }
        try connection.run(
            "UPDATE bank_statement SET closing = \(statement.closing), lines = \(statement.lines.count), taken = \(world.now()) WHERE account = \(account) AND id = \(known.id)")
        try enterStatement(statement, author: author, on: connection)
    }

    private func note(reference: String, of statement: String, _ day: Day, _ amount: Int64, _ text: String, code: String?, on connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO bank_line (account, reference, statement, day, amount, text, code) VALUES (\(city.account.number), \(reference), \(statement), \(day), \(amount), \
            \(String(text.prefix(300))), \(code))
            """)
    }

    private func take(_ line: BankStatement.Line, of statement: String, _ report: inout StatementReport, on connection: Connection) throws {
        let account = city.account
        if let known = try connection.first("SELECT amount FROM bank_line WHERE account = \(account.number) AND reference = \(line.reference)", { $0.integer(0) }) {
            throw refuse(
                "Số tham chiếu \(line.reference) đã có trên một sao kê trước (\(Money(known))).", "The reference \(line.reference) stood on an earlier statement (\(Money(known)))."
            )
        }
        let words = Payments.words(line.text) + [line.reference]
        if let code = try booked(line, words, on: connection) {
            try note(reference: line.reference, of: statement, line.day, line.amount, line.text, code: code, on: connection)
            report.matched += 1
            return
        }
        let code = "bank:\(account.bank):\(line.reference)"
        try note(reference: line.reference, of: statement, line.day, line.amount, line.text, code: code, on: connection)
        if line.amount > 0 {
            // The bank's own message was lost: the statement is as good.
            let outcome = try receive(BankNews(id: line.reference, bank: account.bank, sort: .credit, text: line.text, amount: Money(line.amount)), on: connection)
            if outcome == .unexplained { report.unexplained += 1 } else { report.entered += 1 }
        } else {
            try ledger.enter(
                Transfer(id: code, debit: Payments.suspense, credit: account.name, amount: Money(-line.amount), code: code), author: "bank", unit: "01", cause: "statement",
                on: connection)
            try question("debit:\(account.bank):\(line.reference)", .debit, -line.amount, line.text, on: connection)
            report.unexplained += 1
        }
    }

    /// The ledger's code of what a line tells, when it was entered before or is waited for.
    private func booked(_ line: BankStatement.Line, _ words: [String], on connection: Connection) throws -> String? {
        let account = city.account
        let told = "bank:\(account.bank):\(line.reference)"
        if line.amount > 0 {
            let number = "\(account.bank):\(line.reference)"
            if let captured = try connection.first("SELECT payment.code FROM bank_order JOIN payment ON payment.id = bank_order.payment WHERE credit = \(number)", { $0.text(0) }) {
                return captured
            }
            if let event = try connection.first("SELECT content FROM bank_event WHERE id = \(number) AND sort = 'credit'", { $0.text(0) }) {
                // The statement tells another amount than the message did: the statement counts, and a person looks at what it differs by.
                let amount = (try? JSON(parsing: event.utf8))?["amount"]?.integer ?? 0
                let difference = line.amount - amount
                if difference != 0 {
                    let (debit, credit) = difference > 0 ? (account.name, Payments.suspense) : (Payments.suspense, account.name)
                    try ledger.enter(
                        Transfer(id: "amount:\(told)", debit: debit, credit: credit, amount: Money(abs(difference)), code: told), author: "bank", unit: "01", cause: "statement",
                        on: connection)
                    try question("amount:\(told)", difference > 0 ? .surplus : .debit, abs(difference), "\(line.reference): \(amount) / \(line.amount)", on: connection)
                }
                return told
            }
            for word in words where word.hasPrefix("TL") {
                let posted = try connection.first(
                    """
                    SELECT p.total FROM payment p JOIN bank_order o ON o.payment = p.id WHERE p.code = \(word) AND p.means = 'mandate' AND p.state = 2 AND o.kind = 'capture' \
                    AND o.state <> 'refused' AND o.credit IS NULL
                    """
                ) { $0.integer(0) }
                if posted == line.amount, try !isOnStatement(word, on: connection) { return word }
            }
            for word in words { if try takeDeposit(word, Money(line.amount), code: word, on: connection) { return word } }
        } else {
            for word in words where word.hasPrefix("CT") {
                if let (state, amount) = try connection.first("SELECT state, amount FROM payout WHERE id = \(word)", { ($0.text(0), $0.integer(1)) }), amount == -line.amount,
                    state == "ordered" || state == "done", try !isOnStatement(word, on: connection)
                {
                    // The statement says so before the bank's answer came, or without it.
                    if state == "ordered" { _ = try answerPayout(word, isDone: true, reason: "", on: connection) }
                    return word
                }
            }
        }
        return nil
    }

    private func isOnStatement(_ code: String, on connection: Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM bank_line WHERE account = \(city.account.number) AND code = \(code)") { _ in true } != nil
    }

    // MARK: Comparing

    /// What the ledger's account has and no statement yet, by its code.
    private func inTransit(on connection: Connection) throws -> [(code: String, amount: Int64, day: Day)] {
        try connection.all(
            """
            SELECT t.code, CAST(sum(l.change) AS BIGINT), min(e.effective) FROM ledger_book b JOIN ledger_leg l ON l.account = b.id JOIN entry_ledger e ON e.number = l.number \
            JOIN transfer t ON t.number = e.record WHERE b.name = \(city.account.name) \
            AND NOT EXISTS (SELECT 1 FROM bank_line n WHERE n.account = \(city.account.number) AND n.code = t.code) GROUP BY t.code HAVING sum(l.change) <> 0 ORDER BY min(e.effective), t.code
            """
        ) { ($0.text(0), $0.integer(1), Day(number: Int32($0.integer(2)))) }
    }

    public func reconciliation() throws -> Reconciliation {
        try database.read { connection in
            let last = try connection.first("SELECT day, closing FROM bank_statement WHERE account = \(self.city.account.number) ORDER BY day DESC, taken DESC LIMIT 1") {
                (Day(number: Int32($0.integer(0))), $0.integer(1))
            }
            let balance = try connection.first("SELECT balance FROM ledger_book WHERE name = \(self.city.account.name)") { $0.integer(0) } ?? 0
            let open = try connection.first("SELECT count(*) FROM unexplained WHERE settled IS NULL") { Int($0.integer(0)) }!
            return Reconciliation(day: last?.0, statement: last?.1 ?? 0, ledger: balance, inTransit: try self.inTransit(on: connection), open: open)
        }
    }

    public func statements(limit: Int) throws -> [(id: String, day: Day, opening: Int64, closing: Int64, lines: Int)] {
        try database.look {
            try $0.all("SELECT id, day, opening, closing, lines FROM bank_statement WHERE account = \(city.account.number) ORDER BY day DESC, taken DESC LIMIT \(limit)") {
                ($0.text(0), Day(number: Int32($0.integer(1))), $0.integer(2), $0.integer(3), Int($0.integer(4)))
            }
        }
    }

    // MARK: What waits for a person

    static let unexplainedColumns: SQL = "id, sort, amount, text, created"

    private static func unexplained(_ row: Row) -> Unexplained {
        Unexplained(
            id: row.text(0), sort: Unexplained.Sort(rawValue: row.text(1)) ?? .answer, amount: Money(row.integer(2)), text: row.text(3),
            created: Instant(milliseconds: row.integer(4)))
    }

    public func unexplained(limit: Int = 200) throws -> [Unexplained] {
        try database.look { try $0.all("SELECT \(Payments.unexplainedColumns) FROM unexplained WHERE settled IS NULL ORDER BY created, id LIMIT \(limit)", Payments.unexplained) }
    }

    func unsettled(_ id: String, on connection: Connection) throws -> Unexplained {
        guard let found = try connection.first("SELECT \(Payments.unexplainedColumns) FROM unexplained WHERE id = \(id) AND settled IS NULL", Payments.unexplained) else {
            throw PaymentError.notNow(["vi": "Việc này đã có người xử lý.", "en": "Somebody has settled this already."])
        }
        return found
    }

    func settle(_ id: String, _ settlement: String, author: String, on connection: Connection) throws {
        try connection.run(
            "UPDATE unexplained SET settled = \(world.now()), settlement = \(String(settlement.prefix(300))), author = \(author) WHERE id = \(id) AND settled IS NULL")
        try append(
            "explained", .object(["settlement": .string(settlement)]), subject: "question:\(id)", record: nil, previous: nil, unit: "01", author: author, cause: "explanation",
            connection)
    }

    /// Money that did not say what for goes to a bill, a dossier's fee, or is what a cashier handed in.
    public func assign(_ id: String, toBill bill: String, author: String) async throws {
        try await database.write { connection in
            let one = try self.unsettled(id, on: connection)
            let bill = bill.tidied.uppercased()
            guard one.sort.holdsMoney else { throw PaymentError.notNow(["vi": "Việc này không giữ tiền.", "en": "No money lies here for this."]) }
            if try self.takeDeposit(bill, one.amount, code: "assigned:\(bill)", from: Payments.suspense, on: connection) {
                return try self.settle(id, "deposit \(bill)", author: author, on: connection)
            }
            if let fee = try self.dossiers.owedFee(of: bill, on: connection) {
                guard fee.amount <= one.amount else {
                    throw PaymentError.notNow(Text(vi: "Lệ phí là \(fee.amount), nhiều hơn số tiền này.", en: "The fee is \(fee.amount), more than this money."))
                }
                try self.dossiers.payFee(of: bill, from: Payments.suspense, on: connection)
                try self.settle(id, "fee \(bill)", author: author, on: connection)
                let rest = one.amount.amount - fee.amount.amount
                if rest > 0 { try self.question("rest:fee:\(bill)", .surplus, rest, one.text, on: connection) }
                return
            }
            guard let found = try self.bill(bill, on: connection) else { throw PaymentError.noSuchBill(bill) }
            guard found.state == .open else { throw PaymentError.notOpen(bill: found.id) }
            let amount = Money(min(one.amount.amount, found.remaining.amount))
            guard amount.amount > 0 else { throw PaymentError.beingPaid(bill: found.id) }
            let biller = try self.biller(found.biller, on: connection)
            let subject = "assigned:\(Encoding.base32(self.world.random(8)))"
            try self.ledger.enter(
                Transfer(id: subject, debit: Payments.suspense, credit: biller.ledgerName, amount: amount, code: subject), author: author, unit: "01", cause: "explanation",
                on: connection)
            let place = try self.append(
                "posted", .object(["question": .string(id), "items": .array([.array([.string(found.id), .integer(amount.amount)])])]), subject: subject, record: nil, previous: nil,
                unit: "01", author: author, cause: "explanation", connection)
            try connection.run(
                """
                INSERT INTO payment (id, code, household, means, channel, unit, account, state, total, created, author, print, number, last) VALUES (\(subject), \
                \(try self.freeCode(on: connection)), \(found.household), 'transfer', 'bank', '01', \(Payments.suspense), 2, \(amount.amount), \(self.world.now()), \(author), \
                \(Payments.print(subject)), \(place.number), \(place.number))
                """)
            try connection.run("INSERT INTO payment_item (payment, bill, amount) VALUES (\(subject), \(found.id), \(amount.amount))")
            let payment = try self.payment(subject, on: connection)!
            try self.settle(payment.items[0], payment, entry: place.number, isHeld: false, connection)
            try self.tellPayer(payment, .paid, entry: place.number, connection)
            try self.settle(id, "bill \(found.id)", author: author, on: connection)
            let rest = one.amount.amount - amount.amount
            if rest > 0 { try self.question("rest:\(subject)", .surplus, rest, one.text, on: connection) }
        }
    }

    /// Says what something was. What the bank took was a cost; what it had promised and never gave it owes.
    public func explain(_ id: String, words: String, author: String) async throws {
        let words = words.tidied
        guard words.count >= 5 else {
            throw PaymentError.objections([Objection(field: "words", code: "required", ["vi": "Viết lời giải thích.", "en": "Write the explanation."])])
        }
        try await database.write { connection in
            let one = try self.unsettled(id, on: connection)
            guard !one.sort.holdsMoney else { throw PaymentError.notNow(["vi": "Tiền này phải vào một khoản hoặc trả lại.", "en": "This money goes to a bill or is given back."]) }
            if one.sort == .debit {
                let subject = "explained:\(Encoding.base32(self.world.random(8)))"
                try self.ledger.enter(
                    Transfer(id: subject, debit: "cost:bank", credit: Payments.suspense, amount: one.amount, code: subject), author: author, unit: "01", cause: "explanation",
                    on: connection)
            }
            if one.sort == .capture {
                // The billers have the money and the bank never gave it: it is owed by the bank until it does.
                let code = Payments.captured(one)
                try self.ledger.enter(
                    Transfer(id: "claim:\(code)", debit: "claim:bank", credit: self.city.account.name, amount: one.amount, code: code), author: author, unit: "01",
                    cause: "explanation", on: connection)
            }
            try self.settle(id, words, author: author, on: connection)
        }
    }

    /// Proposes to give money back to the account it came from; somebody else approves it as a payout.
    public func proposeReturn(_ id: String, bank: String, account: String, holder: String, author: String) async throws {
        guard bank.utf8.count == 6, (6...19).contains(account.utf8.count), account.allSatisfy(\.isNumber), !holder.tidied.isEmpty else {
            throw PaymentError.objections([
                Objection(field: "account", code: "pattern", ["vi": "Ghi đủ ngân hàng, số tài khoản và chủ tài khoản.", "en": "Give bank, account number and holder."])
            ])
        }
        try await database.write { connection in
            let one = try self.unsettled(id, on: connection)
            guard one.sort.holdsMoney else { throw PaymentError.notNow(["vi": "Việc này không giữ tiền.", "en": "No money lies here for this."]) }
            try self.propose("return:\(bank):\(account):\(holder.tidied.ascii.uppercased())", amount: one.amount, author: author, on: connection)
            try self.settle(id, "return \(bank) \(account)", author: author, on: connection)
        }
    }
}
