// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Devices
internal import Dossiers
internal import Notices
internal import Registers
internal import Store

extension Payments {
    enum Told {
        case accepted
        case paid
        case undone
        case failed(String)
    }

    // MARK: Receipts for billers

    /// One line of a biller's receipts.
    public struct Receipt: Sendable, Equatable {
        public let number: Int64
        public let bill: String
        public let payment: String
        /// accepted, posted, undone, failed, reversed
        public let event: String
        public let amount: Money
        public let moment: Instant
        /// The payout that brought it to the biller; nil while the city holds it.
        public let payout: String?
    }

    func noteReceipt(_ bill: Bill, _ payment: Payment, _ amount: Money, _ event: String, entry: Int64, _ connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO biller_receipt (biller, number, bill, payment, event, amount, moment) VALUES (\(bill.biller), \(entry), \(bill.id), \(payment.code), \(event), \
            \(amount.amount), \(world.now())) ON CONFLICT (biller, number, bill) DO NOTHING
            """)
        // A transfer is posted at once: it is told once.
        guard event == "accepted" || (event == "posted" && payment.means == "transfer"), let mail = try biller(bill.biller, on: connection).mail else { return }
        try dossiers.notices.add(
            Notice(
                key: "receipt:\(payment.code):\(bill.id):\(entry)", channel: .mail, address: mail, subject: "\(bill.id) \(amount)",
                text: "Đã nhận \(amount) cho khoản \(bill.id), lần nộp \(payment.code). / \(amount) was received for the bill \(bill.id), payment \(payment.code).",
                created: world.now()), on: connection)
    }

    /// Which of a biller's receipts: all of them, those whose money a payout brought, or those whose money the city still holds.
    public enum ReceiptChoice: Sendable, Equatable {
        case all
        case payout(String)
        case held

        var condition: SQL {
            switch self {
            case .all: ""
            case .payout(let id): " AND payout = \(id)"
            case .held: " AND payout IS NULL AND (event = 'posted' OR event = 'reversed')"
            }
        }
    }

    /// A biller's receipts after a number, in their order: what its own system fetches. One number may stand for several bills, which come together.
    public func receipts(of biller: String, _ choice: ReceiptChoice = .all, after: Int64, limit: Int) throws -> [Receipt] {
        try database.read { connection in
            let page = try self.receipts(of: biller, "number > \(after)\(choice.condition) ORDER BY number, bill LIMIT \(limit)", on: connection)
            guard page.count == limit, let last = page.last else { return page }
            return page + (try self.receipts(of: biller, "number = \(last.number) AND bill > \(last.bill)\(choice.condition) ORDER BY bill", on: connection))
        }
    }

    /// How many they are, and their sum: what was reversed is taken off.
    public func receiptSum(of biller: String, _ choice: ReceiptChoice) throws -> (count: Int64, amount: Int64) {
        try database.read {
            try $0.first(
                """
                SELECT count(*), CAST(coalesce(sum(CASE event WHEN 'posted' THEN amount WHEN 'reversed' THEN -amount ELSE 0 END), 0) AS BIGINT) FROM biller_receipt \
                WHERE biller = \(biller)\(choice.condition)
                """
            ) { ($0.integer(0), $0.integer(1)) }!
        }
    }

    /// A biller's latest receipts, newest first.
    public func latestReceipts(of biller: String, limit: Int) throws -> [Receipt] {
        try database.look { try receipts(of: biller, "number >= 0 ORDER BY number DESC, bill LIMIT \(limit)", on: $0) }
    }

    private func receipts(of biller: String, _ condition: SQL, on connection: Connection) throws -> [Receipt] {
        try connection.all("SELECT number, bill, payment, event, amount, moment, payout FROM biller_receipt WHERE biller = \(biller) AND \(condition)") { row in
            Receipt(
                number: row.integer(0), bill: row.text(1), payment: row.text(2), event: row.text(3), amount: Money(row.integer(4)),
                moment: Instant(milliseconds: row.integer(5)), payout: row.optionalText(6))
        }
    }

    // MARK: What payers are told

    func tellPayer(_ payment: Payment, _ what: Told, entry: Int64, _ connection: Connection) throws {
        guard let household = payment.household else { return }
        let words: Text
        switch what {
        case .accepted where payment.until != nil:
            words = Text(
                vi: "Đã nhận \(payment.total) (\(payment.code)). Hủy được trong 30 phút.", en: "\(payment.total) was received (\(payment.code)). It can be undone for 30 minutes.")
        case .accepted, .paid: words = Text(vi: "Đã nộp \(payment.total), mã \(payment.code). Cảm ơn bạn.", en: "\(payment.total) is paid, code \(payment.code). Thank you.")
        case .undone: words = Text(vi: "Đã hủy lần nộp \(payment.total), mã \(payment.code).", en: "The payment of \(payment.total), code \(payment.code), was undone.")
        case .failed(let reason):
            let because = Payments.reason(reason)
            words = Text(
                vi: "Chưa nộp được \(payment.total), mã \(payment.code): \(because.vi). Khoản này vẫn còn phải nộp.",
                en: "\(payment.total), code \(payment.code), could not be paid: \(because.en). It is still to be paid.")
        }
        try tell(household, key: "payment:\(payment.code):\(entry)", words, needsLetter: false, connection)
    }

    /// A bank's reason, or ours, as people read it.
    public static func reason(_ code: String) -> Text {
        switch code {
        case "insufficient": ["vi": "tài khoản không đủ tiền", "en": "there is not enough money in the account"]
        case "no-account": ["vi": "ngân hàng không thấy tài khoản", "en": "the bank does not find the account"]
        case "no-answer": ["vi": "ngân hàng không trả lời", "en": "the bank did not answer"]
        case "not-held": ["vi": "ngân hàng không còn giữ khoản này", "en": "the bank no longer holds it"]
        case "expired": ["vi": "chưa nhận được tiền chuyển khoản", "en": "no transfer came"]
        case "paid-elsewhere": ["vi": "khoản này vừa được nộp cách khác", "en": "it was just paid in another way"]
        default: ["vi": "ngân hàng từ chối", "en": "the bank refused"]
        }
    }

    func tellHousehold(of bill: Bill, key: String, _ words: Text, needsLetter: Bool = false, _ connection: Connection) throws {
        guard let household = try household(of: bill, on: connection) else { return }
        try tell(household, key: key, words, needsLetter: needsLetter, connection)
    }

    func household(of bill: Bill, on connection: Connection) throws -> String? {
        if let household = bill.household { return household }
        guard let person = bill.person, let key = try registry.key(ofRow: person, in: city.people, on: connection) else { return nil }
        return try registry.records(on: connection).find(city.people, key)?["household"].string
    }

    /// On the household's devices and to its head's phone; where there is neither, by letter if it must reach them.
    func tell(_ household: String, key: String, _ words: Text, needsLetter: Bool, _ connection: Connection) throws {
        let now = world.now()
        var reached = false
        func add(_ channel: NoticeChannel, _ address: String, _ text: String) throws {
            try dossiers.notices.add(Notice(key: "\(key):\(channel.rawValue)", channel: channel, address: address, subject: "", text: text, created: now), on: connection)
            reached = true
        }
        // Who reads a device's screen chooses the language there.
        if try devices?.hasDevice(household, on: connection) ?? false { try add(.device, household, "\(words.vi)\n\(words.en)") }
        if let head = try members(of: household, on: connection).first(where: \.isHead) {
            let contact = try dossiers.contact(of: head.row, on: connection)
            if let phone = contact.phone { try add(.sms, phone, words[contact.language]) }
        }
        if !reached, needsLetter { try add(.letter, household, words.vi) }
    }

    /// Letters to print, with each household's address: the look is entered before they are shown.
    public func letters(limit: Int, for authority: Authority) async throws -> [(household: String, key: String, text: String, place: String)] {
        try await database.write { connection in
            let letters = try self.dossiers.notices.letters(limit: limit, on: connection)
            let records = self.registry.records(on: connection)
            let rows = try Set(letters.map(\.address)).compactMap { try self.registry.row(ofKey: $0, in: self.city.households, on: connection) }.sorted()
            if !rows.isEmpty {
                try self.registry.appendRead(self.city.households, rows: rows, authority: authority, purpose: .payment, door: "treasury", asked: "letters", on: connection)
            }
            return try letters.map { ($0.address, $0.key, $0.text, try records.find(self.city.households, $0.address)?["address"].string ?? "") }
        }
    }

    /// Letters that an office has printed are not printed again.
    public func printed(_ letters: [(household: String, key: String)]) async throws {
        try await database.write { connection in for one in letters { try self.dossiers.notices.acknowledge(one.key, for: one.household, .letter, on: connection) } }
    }

    // MARK: Before it is due

    /// Reminds of bills that are due soon and open, each once. Gives how many.
    public func remind(limit: Int = 500) async throws -> Int {
        let until = world.today + limits.reminderDays
        let due = try database.look {
            try $0.all("SELECT id FROM bill WHERE state = 0 AND reminded IS NULL AND due <= \(until) ORDER BY due LIMIT \(limit)") { $0.text(0) }
        }
        guard !due.isEmpty else { return 0 }
        return try await database.write { connection in
            var count = 0
            for id in due {
                guard let bill = try self.bill(id, on: connection), bill.state == .open else { continue }
                // Who objects waits for an answer, who has paid for the posting; an answer, or a payment that fails, makes the bill due for a reminder again.
                try connection.run("UPDATE bill SET reminded = \(self.world.today) WHERE id = \(id) AND reminded IS NULL")
                guard connection.changes == 1, bill.dispute == nil, bill.remaining.amount > 0 else { continue }
                count += 1
                let isLate = bill.due < self.world.today
                let payee = try self.biller(bill.biller, on: connection).name
                let words =
                    isLate
                    ? Text(
                        vi: "Khoản \(bill.title) \(bill.period) của \(payee), \(bill.remaining), đã quá hạn \(bill.due.written(.vietnamese)).",
                        en: "\(bill.title) \(bill.period) of \(payee), \(bill.remaining), was due on \(bill.due.written(.english)).")
                    : Text(
                        vi: "Khoản \(bill.title) \(bill.period) của \(payee), \(bill.remaining), hạn nộp \(bill.due.written(.vietnamese)).",
                        en: "\(bill.title) \(bill.period) of \(payee), \(bill.remaining), is due on \(bill.due.written(.english)).")
                try self.tellHousehold(of: bill, key: "bill:\(id):\(bill.last)", words, needsLetter: true, connection)
            }
            return count
        }
    }
}
