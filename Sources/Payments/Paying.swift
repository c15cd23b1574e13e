// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Journal
internal import Ledger
internal import Registers
public import Store

/// One line of a payment as it is asked for.
public struct PaymentLine: Sendable, Hashable {
    public let bill: String
    /// The whole of what remains when nil.
    public let amount: Money?
    /// The bill's last entry that the payer saw; nil takes it as it is.
    public let version: Int64?

    public init(bill: String, amount: Money? = nil, version: Int64? = nil) {
        self.bill = bill
        self.amount = amount
        self.version = version
    }
}

/// Where the money comes from.
public enum PaymentMeans: Sendable, Equatable {
    /// Into a cashier's hand: held until it can no longer be undone.
    case cash(cashier: String, unit: String)
    /// From the household's bank account, which the bank is asked for.
    case mandate
    /// By a transfer that the payer makes; the code to make it is given.
    case transfer

    var name: String {
        switch self {
        case .cash: "cash"
        case .mandate: "mandate"
        case .transfer: "transfer"
        }
    }
}

/// A payment as somebody asks for it.
public struct PaymentOrder: Sendable {
    /// Made by whoever asks: the same id is the same payment, however often it is sent.
    public let id: String
    /// The household that pays; nil when somebody at a counter pays for others.
    public let household: String?
    public let lines: [PaymentLine]
    public let means: PaymentMeans
    public let channel: PaymentChannel
    /// The payer has looked once more at those outside the household.
    public let isConfirmed: Bool
    public let author: String
    public let device: String?

    public init(
        id: String, household: String?, lines: [PaymentLine], means: PaymentMeans, channel: PaymentChannel, isConfirmed: Bool = false, author: String, device: String? = nil
    ) {
        self.id = id
        self.household = household
        self.lines = lines
        self.means = means
        self.channel = channel
        self.isConfirmed = isConfirmed
        self.author = author
        self.device = device
    }

    /// What makes it the same payment; a confirmation and a version seen do not.
    var content: String {
        let lines = lines.sorted { $0.bill < $1.bill }.map { "\($0.bill)=\($0.amount?.amount ?? -1)" }.joined(separator: ",")
        return "\(household ?? "")|\(means.name)|\(channel.rawValue)|\(device ?? "")|\(author)|\(lines)"
    }
}

/// A payment as it is kept.
public struct Payment: Sendable, Equatable {
    public struct Item: Sendable, Equatable {
        public let bill: String
        public let amount: Money
    }

    public let id: String
    /// What stands on receipts and in banks' references: `TL` and twelve digits.
    public let code: String
    public let household: String?
    public let means: String
    public let channel: PaymentChannel
    public let device: String?
    public let unit: String
    /// The ledger's account that receives.
    public let account: String
    public let state: PaymentState
    public let total: Money
    public let created: Instant
    /// Until when the state lasts: to be answered, or to be undone.
    public let until: Instant?
    public let fault: String?
    public let author: String
    public let items: [Item]
    let number: Int64
    let last: Int64

    public func mayUndo(at now: Instant) -> Bool { (state == .held && until.map { now < $0 } ?? false) || (state == .asked && means != "cash") }
}

extension Payments {
    // MARK: Asking

    /// Takes a payment: all lines or none. The same id with the same content answers as before.
    public func pay(_ order: PaymentOrder) async throws -> Payment { try await database.write { try self.pay(order, on: $0) } }

    public func pay(_ order: PaymentOrder, on connection: Connection) throws -> Payment {
        let print = Payments.print(order.content)
        // A colon is in the ids that the city makes itself.
        guard Ledger.isID(order.id), order.id.utf8.count <= 64, !order.id.contains(":") else {
            throw PaymentError.objections([
                Objection(
                    field: "id", code: "pattern",
                    ["vi": "Mã lần nộp gồm 1 đến 64 chữ cái không dấu, chữ số, gạch nối.", "en": "A payment's id has 1 to 64 letters, digits, hyphens."])
            ])
        }
        if let kept = try connection.first("SELECT print FROM payment WHERE id = \(order.id)", { $0.blob(0) }) {
            guard kept == print else { throw PaymentError.otherContent(order.id) }
            return try payment(order.id, on: connection)!
        }
        guard (1...limits.linesMax).contains(order.lines.count), Set(order.lines.map(\.bill)).count == order.lines.count else {
            throw PaymentError.objections([
                Objection(
                    field: "lines", code: "range", Text(vi: "Chọn từ 1 đến \(limits.linesMax) khoản, mỗi khoản một lần.", en: "Choose 1 to \(limits.linesMax) bills, each once."))
            ])
        }
        let members = try order.household.map { try self.members(of: $0, on: connection) } ?? []
        var items: [Payment.Item] = []
        var outsiders: [Outsider] = []
        for line in order.lines {
            let (amount, outsider) = try check(line, order, members: members, on: connection)
            items.append(.init(bill: line.bill, amount: amount))
            if let outsider { outsiders.append(outsider) }
        }
        // In the order in which they are read again: a line is named by its place.
        items.sort { $0.bill < $1.bill }
        if !outsiders.isEmpty, !order.isConfirmed { throw PaymentError.confirm(outsiders) }
        let total = items.reduce(0) { $0 + $1.amount.amount }
        guard total <= limits.amountMax else { throw PaymentError.notNow(["vi": "Tổng số tiền quá lớn cho một lần nộp.", "en": "The sum is too large for one payment."]) }
        return try enter(order, items, Money(total), print, on: connection)
    }

    /// What a line comes to, and whether it is for somebody outside the household.
    private func check(_ line: PaymentLine, _ order: PaymentOrder, members: [(row: Int64, name: String, isHead: Bool)], on connection: Connection) throws -> (Money, Outsider?) {
        if line.bill.hasPrefix("fee:") {
            guard let fee = try dossiers.owedFee(of: String(line.bill.dropFirst(4)), on: connection) else { throw PaymentError.notOpen(bill: line.bill) }
            if let amount = line.amount, amount != fee.amount { throw PaymentError.tooMuch(bill: line.bill, remaining: fee.amount) }
            guard try !isOnItsWay(line.bill, on: connection) else { throw PaymentError.beingPaid(bill: line.bill) }
            guard order.channel != .counter, !members.contains(where: { $0.row == fee.applicant }) else { return (fee.amount, nil) }
            let procedure = (try? dossiers.procedure(fee.procedure))?.title.vi ?? fee.procedure
            return (fee.amount, Outsider(bill: line.bill, person: try name(of: fee.applicant, on: connection), title: procedure, biller: fee.dossier))
        }
        guard let bill = try bill(line.bill, on: connection) else { throw PaymentError.noSuchBill(line.bill) }
        if let version = line.version, version != bill.last { throw PaymentError.changed(bill: bill.id) }
        guard bill.state == .open else { throw PaymentError.notOpen(bill: bill.id) }
        let remaining = bill.remaining
        guard remaining.amount > 0 else { throw PaymentError.beingPaid(bill: bill.id) }
        let amount = line.amount ?? remaining
        guard amount.amount > 0, amount <= remaining else { throw PaymentError.tooMuch(bill: bill.id, remaining: remaining) }
        var outsider: Outsider?
        let isOutside = bill.person.map { person in !members.contains { $0.row == person } } ?? (bill.household != order.household)
        if isOutside, order.channel != .counter {
            let biller = try biller(bill.biller, on: connection).name
            outsider = Outsider(bill: bill.id, person: try name(of: bill, on: connection), title: "\(bill.title) \(bill.period)", biller: biller, schoolClass: bill.schoolClass)
        }
        return (amount, outsider)
    }

    /// Whom a bill is for, as somebody recognises them who knows them, and nobody learns who does not: `N. V. Con`, or a household's code.
    private func name(of bill: Bill, on connection: Connection) throws -> String {
        try bill.person.map { try name(of: $0, on: connection) } ?? bill.household ?? ""
    }

    func name(of person: Int64, on connection: Connection) throws -> String {
        guard let key = try registry.key(ofRow: person, in: city.people, on: connection) else { return "" }
        let parts = (try registry.records(on: connection).find(city.people, key)?["name"].plain ?? "").split(separator: " ")
        return (parts.dropLast().map { "\($0.prefix(1))." } + parts.suffix(1).map(String.init)).joined(separator: " ")
    }

    /// Whether another payment that is not over holds a fee.
    private func isOnItsWay(_ bill: String, on connection: Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM payment_item i JOIN payment p ON p.id = i.payment WHERE i.bill = \(bill) AND (p.state = 1 OR (p.state = 0 AND p.means = 'mandate')) LIMIT 1"
        ) { _ in true } != nil
    }

    private func enter(_ order: PaymentOrder, _ items: [Payment.Item], _ total: Money, _ print: [UInt8], on connection: Connection) throws -> Payment {
        let now = world.now()
        let account: String
        let unit: String
        var state = PaymentState.asked
        var until = now.milliseconds + limits.answerMilliseconds
        switch order.means {
        case .cash(let cashier, let place):
            account = Payments.cash(of: cashier, in: place)
            unit = place
            state = .held
            until = now.milliseconds + limits.undoMilliseconds
        case .mandate:
            guard let household = order.household, let mandate = try mandate(of: household, on: connection) else {
                throw PaymentError.notNow([
                    "vi": "Hộ chưa ủy quyền tài khoản ngân hàng để nộp. Dùng mã chuyển khoản, hoặc đăng ký ở mục “Tài khoản ngân hàng”.",
                    "en": "The household has not allowed a bank account to pay from. Use the transfer code, or set one up under “Bank account”.",
                ])
            }
            let spent = try connection.first(
                "SELECT CAST(coalesce(sum(total), 0) AS BIGINT) FROM payment WHERE household = \(household) AND means = 'mandate' AND state <= 2 AND created >= \(now.dayStart)"
            ) { $0.integer(0) }!
            guard spent + total.amount <= mandate.daily else {
                throw PaymentError.notNow(
                    Text(vi: "Vượt hạn mức \(Money(mandate.daily)) một ngày của hộ.", en: "This would pass the household's limit of \(Money(mandate.daily)) a day."))
            }
            account = city.account.name
            unit = "01"
        case .transfer:
            account = city.account.name
            unit = "01"
            until = now.milliseconds + limits.transferMilliseconds
        }
        let code = try freeCode(on: connection)
        let content = JSON.object([
            "code": .string(code), "household": order.household.map(JSON.string) ?? .null, "means": .string(order.means.name), "channel": .string(order.channel.rawValue),
            "device": order.device.map(JSON.string) ?? .null, "items": .array(items.map { .array([.string($0.bill), .integer($0.amount.amount)]) }),
        ])
        let place = try append(
            state == .held ? "held" : "asked", content, subject: order.id, record: nil, previous: nil, unit: unit, author: order.author, cause: order.channel.rawValue, connection)
        try connection.run(
            """
            INSERT INTO payment (id, code, household, means, channel, device, unit, account, state, total, created, until, author, print, number, last) VALUES (\(order.id), \(code), \
            \(order.household), \(order.means.name), \(order.channel.rawValue), \(order.device), \(unit), \(account), \(state.rawValue), \(total.amount), \(now), \(until), \
            \(order.author), \(print), \(place.number), \(place.number))
            """)
        for item in items { try connection.run("INSERT INTO payment_item (payment, bill, amount) VALUES (\(order.id), \(item.bill), \(item.amount.amount))") }
        let payment = Payment(
            id: order.id, code: code, household: order.household, means: order.means.name, channel: order.channel, device: order.device, unit: unit, account: account, state: state,
            total: total, created: now, until: Instant(milliseconds: until), fault: nil, author: order.author, items: items, number: place.number, last: place.number)
        switch order.means {
        case .cash: return try hold(payment, entry: place.number, on: connection)
        case .mandate:
            // What the bank is asked for nobody else may pay meanwhile.
            for item in items { try reserve(item, on: connection) }
            let mandate = try mandate(of: order.household!, on: connection)!
            try order_(.authorise, of: payment, amount: total, bank: mandate.bank, account: mandate.account, name: mandate.holder, on: connection)
            return payment
        case .transfer: return payment
        }
    }

    /// A cashier's account in the ledger.
    public static func cash(of cashier: String, in unit: String) -> String {
        let name = cashier.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
        return "cash:\(unit):\(name)"
    }

    /// Two letters that say what it is of, and twelve digits, the last a check digit.
    func newCode(_ letters: String) -> String {
        let digits = String((Encoding.digits(world.random(8)) + Encoding.digits(world.random(8))).prefix(11))
        return "\(letters)\(digits)\(Luhn.check(digits)!)"
    }

    /// `TL` and twelve digits, the last a check digit, that no payment has.
    func freeCode(on connection: Connection) throws -> String {
        while true {
            let code = newCode("TL")
            if try connection.first("SELECT 1 FROM payment WHERE code = \(code)", { _ in true }) == nil { return code }
        }
    }

    private func reserve(_ item: Payment.Item, on connection: Connection) throws {
        guard !item.bill.hasPrefix("fee:") else { return }
        try connection.run("UPDATE bill SET held = held + \(item.amount.amount) WHERE id = \(item.bill)")
    }

    private func letGo(_ item: Payment.Item, on connection: Connection) throws {
        guard !item.bill.hasPrefix("fee:") else { return }
        try connection.run("UPDATE bill SET held = held - \(item.amount.amount), reminded = NULL WHERE id = \(item.bill)")
    }

    // MARK: Holding, posting, undoing

    /// The money is there or promised: the ledger holds it, payer and biller are told. A payment with a dossier's fee is posted at once,
    /// because the dossier goes on with it.
    func hold(_ payment: Payment, entry: Int64, on connection: Connection) throws -> Payment {
        let isReserved = payment.means == "mandate"
        var acts: [LedgerAct] = []
        for (index, item) in payment.items.enumerated() where !item.bill.hasPrefix("fee:") {
            if !isReserved { try reserve(item, on: connection) }
            let bill = try bill(item.bill, on: connection)!
            let biller = try biller(bill.biller, on: connection)
            acts.append(
                .enter(
                    Transfer(
                        id: Payments.transfer(payment.id, index), debit: payment.account, credit: biller.ledgerName, amount: item.amount, code: payment.code,
                        hold: Payments.unending)))
            try noteReceipt(bill, payment, item.amount, "accepted", entry: entry, connection)
        }
        try ledger.enter(acts, LedgerOrigin(author: payment.author, unit: payment.unit, cause: payment.channel.rawValue), on: connection)
        let isFinal = payment.items.contains { $0.bill.hasPrefix("fee:") }
        try tellPayer(payment, isFinal ? .paid : .accepted, entry: entry, connection)
        return isFinal ? try post(payment, on: connection) : try self.payment(payment.id, on: connection)!
    }

    /// Holds of payments and payouts end with these, never by themselves, however long the city stands still.
    static let unending = Instant(milliseconds: 253_402_300_799_000)

    static func transfer(_ payment: String, _ index: Int) -> String { "\(payment):\(index)" }

    /// The time to undo is over: the money is the billers'.
    func post(_ payment: Payment, on connection: Connection) throws -> Payment {
        let origin = LedgerOrigin(author: payment.author, unit: payment.unit, cause: payment.channel.rawValue)
        let place = try append(
            "posted", .object([JSON.Member]()), subject: payment.id, record: payment.number, previous: payment.last, unit: payment.unit, author: payment.author,
            cause: payment.channel.rawValue, connection)
        var acts: [LedgerAct] = []
        for (index, item) in payment.items.enumerated() {
            if item.bill.hasPrefix("fee:") {
                try dossiers.payFee(of: String(item.bill.dropFirst(4)), from: payment.account, on: connection)
                continue
            }
            acts.append(.post(id: Payments.transfer(payment.id, index)))
            try settle(item, payment, entry: place.number, isHeld: true, connection)
        }
        try ledger.enter(acts, origin, on: connection)
        try connection.run("UPDATE payment SET state = \(PaymentState.posted.rawValue), until = NULL, last = \(place.number) WHERE id = \(payment.id)")
        if payment.means == "mandate" { try capture(payment, on: connection) }
        return try self.payment(payment.id, on: connection)!
    }

    /// So much of a bill is paid.
    func settle(_ item: Payment.Item, _ payment: Payment, entry: Int64, isHeld: Bool, _ connection: Connection) throws {
        let held = isHeld ? item.amount.amount : 0
        try connection.run(
            """
            UPDATE bill SET held = held - \(held), paid = paid + \(item.amount.amount), state = CASE WHEN paid + \(item.amount.amount) >= amount THEN 1 ELSE state END \
            WHERE id = \(item.bill)
            """)
        let bill = try bill(item.bill, on: connection)!
        try noteReceipt(bill, payment, item.amount, "posted", entry: entry, connection)
    }

    /// Takes a payment back while that is possible. Undoing it again changes nothing.
    public func undo(_ id: String, author: String, mayUndo: @escaping @Sendable (Payment) -> Bool) async throws -> Payment {
        try await database.write { connection in
            guard let payment = try self.payment(id, on: connection), mayUndo(payment) else { throw PaymentError.noSuchPayment }
            if payment.state == .undone { return payment }
            guard payment.mayUndo(at: self.world.now()) else { throw PaymentError.tooLate }
            return try self.end(payment, .undone, fault: nil, author: author, on: connection)
        }
    }

    /// A payment that will not be: what it held is let go, the bank too.
    func end(_ payment: Payment, _ state: PaymentState, fault: String?, author: String, on connection: Connection) throws -> Payment {
        let place = try append(
            state.name, .object(["fault": fault.map(JSON.string) ?? .null]), subject: payment.id, record: payment.number, previous: payment.last, unit: payment.unit,
            author: author,
            cause: payment.channel.rawValue, connection)
        let isReserved = payment.state == .held || payment.means == "mandate"
        var acts: [LedgerAct] = []
        for (index, item) in payment.items.enumerated() where !item.bill.hasPrefix("fee:") {
            if isReserved { try letGo(item, on: connection) }
            if payment.state == .held {
                acts.append(.void(id: Payments.transfer(payment.id, index)))
                if let bill = try bill(item.bill, on: connection) { try noteReceipt(bill, payment, item.amount, state.name, entry: place.number, connection) }
            }
        }
        try ledger.enter(acts, LedgerOrigin(author: author, unit: payment.unit, cause: state.name), on: connection)
        try connection.run("UPDATE payment SET state = \(state.rawValue), until = NULL, fault = \(fault), last = \(place.number) WHERE id = \(payment.id)")
        if payment.means == "mandate" { try release(payment, on: connection) }
        // Who undid it knows; who only never transferred need not be told.
        if payment.means == "mandate" || state == .undone { try tellPayer(payment, state == .undone ? .undone : .failed(fault ?? ""), entry: place.number, connection) }
        return try self.payment(payment.id, on: connection)!
    }

    /// Does what is due: posts what can no longer be undone, gives up what no bank answered. Gives how many; `failed` names those that could not be.
    public func runClock(limit: Int = 500) async throws -> (done: Int, failed: [(payment: String, reason: String)]) {
        let now = world.now()
        let due = try database.look { connection in
            try connection.all("SELECT id FROM payment WHERE (state = 0 OR state = 1) AND until <= \(now) ORDER BY until LIMIT \(limit)") { $0.text(0) }
        }
        var done = 0
        var failed: [(payment: String, reason: String)] = []
        for start in stride(from: 0, to: due.count, by: 100) {
            let part = Array(due[start..<min(start + 100, due.count)])
            do {
                done += try await database.write { connection in try part.reduce(0) { $0 + (try self.settle(due: $1, now, on: connection) ? 1 : 0) } }
            } catch {
                // One of them cannot be: each in a commit of its own, so that it does not keep the others.
                for id in part {
                    do {
                        done += try await database.write { try self.settle(due: id, now, on: $0) } ? 1 : 0
                    } catch let error as StoreError {
                        throw error
                    } catch {
                        // Not first again the next time: it must not keep those that come after it.
                        try await database.write { try $0.run("UPDATE payment SET until = \(now.milliseconds + 600_000) WHERE id = \(id)") }
                        failed.append((id, (error as? LedgerError)?.text.en ?? (error as? PaymentError)?.text.en ?? "\(error)"))
                    }
                }
            }
        }
        return (done, failed)
    }

    /// Posts a payment whose time to undo is over, or gives up one that no bank answered; false when it is due no more.
    private func settle(due id: String, _ now: Instant, on connection: Connection) throws -> Bool {
        guard let payment = try payment(id, on: connection), let until = payment.until, until <= now else { return false }
        switch payment.state {
        case .held: _ = try post(payment, on: connection)
        case .asked: _ = try end(payment, .failed, fault: payment.means == "transfer" ? "expired" : "no-answer", author: "clock", on: connection)
        default: return false
        }
        return true
    }

    // MARK: Reading

    static let paymentColumns: SQL = "id, code, household, means, channel, device, unit, account, state, total, created, until, fault, author, number, last"

    func payment(_ id: String, on connection: Connection) throws -> Payment? { try payments("id = \(id)", limit: 1, on: connection).first }

    func payments(_ condition: SQL, limit: Int, on connection: Connection) throws -> [Payment] {
        let rows = try connection.all("SELECT \(Payments.paymentColumns) FROM payment WHERE \(condition) LIMIT \(limit)") { row in
            Payment(
                id: row.text(0), code: row.text(1), household: row.optionalText(2), means: row.text(3), channel: PaymentChannel(rawValue: row.text(4)) ?? .bank,
                device: row.optionalText(5), unit: row.text(6), account: row.text(7), state: PaymentState(rawValue: row.integer(8)) ?? .failed, total: Money(row.integer(9)),
                created: Instant(milliseconds: row.integer(10)), until: row.optionalInteger(11).map { Instant(milliseconds: $0) }, fault: row.optionalText(12),
                author: row.text(13),
                items: [], number: row.integer(14), last: row.integer(15))
        }
        return try rows.map { one in
            let items = try connection.all("SELECT bill, amount FROM payment_item WHERE payment = \(one.id) ORDER BY bill") {
                Payment.Item(bill: $0.text(0), amount: Money($0.integer(1)))
            }
            return Payment(
                id: one.id, code: one.code, household: one.household, means: one.means, channel: one.channel, device: one.device, unit: one.unit, account: one.account,
                state: one.state,
                total: one.total, created: one.created, until: one.until, fault: one.fault, author: one.author, items: items, number: one.number, last: one.last)
        }
    }

    public func payment(_ id: String) throws -> Payment {
        guard let payment = try database.read({ try self.payment(id, on: $0) }) else { throw PaymentError.noSuchPayment }
        return payment
    }

    /// A household's payments, newest first.
    public func payments(of household: String, limit: Int = 20) throws -> [Payment] {
        try database.read { try self.payments("household = \(household) ORDER BY created DESC, id", limit: limit, on: $0) }
    }

    /// The code that the payer's bank reads for a payment by transfer.
    public func code(for payment: Payment) throws -> VietQR {
        try VietQR(bank: city.account.bank, account: city.account.number, amount: payment.total, purpose: payment.code, name: city.account.holder)
    }
}
