// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Ledger
internal import Store

/// A capture that the bank refused: it held the money, the biller was credited, and nothing came. The treasurer asks again, or takes the payment back.
extension Payments {
    /// The payment's code in a question about a capture: `capture:TL…-capture-2`.
    static func captured(_ question: Unexplained) -> String { String(question.id.dropFirst("capture:".count).prefix { $0 != "-" }) }

    private func refusedCapture(_ question: String, on connection: Connection) throws -> (Unexplained, Payment) {
        let one = try unsettled(question, on: connection)
        guard one.sort == .capture, let payment = try payments("code = \(Payments.captured(one))", limit: 1, on: connection).first, payment.state == .posted else {
            throw PaymentError.notNow(["vi": "Việc này không phải khoản ngân hàng chưa chuyển.", "en": "This is not about money that a bank did not move."])
        }
        return (one, payment)
    }

    /// Asks the bank to hold and to move the money once more, under a new number.
    public func askAgain(_ question: String, author: String) async throws {
        try await database.write { connection in
            let (_, payment) = try self.refusedCapture(question, on: connection)
            let now = self.world.now()
            let count = try connection.first("SELECT count(*) FROM bank_order WHERE payment = \(payment.id) AND kind = 'authorise'") { $0.integer(0) }!
            try connection.run(
                """
                INSERT INTO bank_order (id, payment, kind, amount, bank, account, name, state, tries, moment) SELECT \("\(payment.code)-authorise-\(count + 1)"), payment, kind, \
                amount, bank, account, name, 'waiting', 0, \(now) FROM bank_order WHERE id = \("\(payment.code)-authorise")
                """)
            try self.settle(question, "asked again", author: author, on: connection)
        }
    }

    /// What the bank holds for a payment that is posted already is taken: once for each time it was asked.
    func captureAgain(_ payment: Payment, on connection: Connection) throws {
        let (asked, open) = try connection.first(
            """
            SELECT coalesce(sum(CASE WHEN kind = 'authorise' THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN kind = 'capture' AND state <> 'refused' THEN 1 ELSE 0 END), 0) \
            FROM bank_order WHERE payment = \(payment.id)
            """
        ) { ($0.integer(0), $0.integer(1)) }!
        guard asked > 1, open == 0 else { return }
        try connection.run(
            """
            INSERT INTO bank_order (id, payment, kind, amount, bank, account, name, state, tries, moment) SELECT \("\(payment.code)-capture-\(asked)"), payment, 'capture', amount, \
            bank, account, name, 'waiting', 0, \(world.now()) FROM bank_order WHERE id = \("\(payment.code)-authorise") ON CONFLICT (id) DO NOTHING
            """)
    }

    /// Takes a payment back whose money never came: the biller is debited, the bills are open again, payer and biller are told.
    public func reverse(_ question: String, author: String) async throws {
        try await database.write { connection in
            let (_, payment) = try self.refusedCapture(question, on: connection)
            guard !payment.items.contains(where: { $0.bill.hasPrefix("fee:") }) else {
                throw PaymentError.notNow([
                    "vi": "Lần nộp có phí hồ sơ: hồ sơ đã đi tiếp. Ghi lời giải thích, ngân hàng còn nợ số tiền này.",
                    "en": "A dossier's fee is among it, and the dossier has gone on. Write an explanation: the bank owes the money.",
                ])
            }
            let place = try self.append(
                "reversed", .object(["question": .string(question)]), subject: payment.id, record: payment.number, previous: payment.last, unit: payment.unit, author: author,
                cause: "explanation", connection)
            var acts: [LedgerAct] = []
            var owed: [String: Int64] = [:]
            for (index, item) in payment.items.enumerated() {
                let bill = try self.bill(item.bill, on: connection)!
                let biller = try self.biller(bill.biller, on: connection)
                if owed[biller.code] == nil, let account = try self.ledger.account(biller.ledgerName, on: connection) {
                    owed[biller.code] = -account.balance - account.debitsPending
                }
                owed[biller.code, default: 0] -= item.amount.amount
                guard owed[biller.code]! >= 0 else {
                    throw PaymentError.notNow(
                        Text(
                            vi: "\(biller.name) đã được chuyển tiền này. Ghi lời giải thích, ngân hàng còn nợ; hoặc thỏa thuận với đơn vị thu.",
                            en: "\(biller.name) was paid this money already. Write an explanation – the bank owes it – or agree with the biller."))
                }
                acts.append(
                    .enter(
                        Transfer(
                            id: "reverse:\(payment.code):\(index)", debit: biller.ledgerName, credit: self.city.account.name, amount: item.amount, code: payment.code)))
            }
            try self.ledger.enter(acts, LedgerOrigin(author: author, unit: payment.unit, cause: "explanation"), on: connection)
            try connection.run(
                "UPDATE payment SET state = \(PaymentState.reversed.rawValue), fault = 'not-held', last = \(place.number) WHERE id = \(payment.id)")
            for item in payment.items {
                try connection.run(
                    """
                    UPDATE bill SET paid = paid - \(item.amount.amount), reminded = NULL, state = CASE WHEN state = 2 THEN 2 WHEN paid - \(item.amount.amount) >= amount THEN 1 ELSE 0 END \
                    WHERE id = \(item.bill)
                    """)
                try self.noteReceipt(try self.bill(item.bill, on: connection)!, payment, item.amount, "reversed", entry: place.number, connection)
            }
            try self.tellPayer(payment, .failed("not-held"), entry: place.number, connection)
            try self.settle(question, "reversed", author: author, on: connection)
        }
    }
}
