// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Devices
public import Dossiers
internal import Journal
public import Ledger
internal import Notices
public import Registers
internal import Store

/// What paying needs to know of its city.
public struct PaymentCity: Sendable {
    /// The registers in which billers, people and households are found, and the purposes of the fund.
    public let billers: String
    public let people: String
    public let households: String
    public let purposes: String
    /// The account into which the city collects, and what banks call it.
    public let account: CityAccount
    public let tariffs: [Tariff]
    public let calendar: WorkCalendar

    public struct CityAccount: Sendable, Equatable {
        public let bank: String
        public let number: String
        public let holder: String
        public init(bank: String, number: String, holder: String) {
            self.bank = bank
            self.number = number
            self.holder = holder
        }
        /// Its name in the ledger.
        public var name: String { "bank:\(bank):\(number.lowercased())" }
    }

    public init(billers: String, people: String, households: String, purposes: String, account: CityAccount, tariffs: [Tariff], calendar: WorkCalendar) {
        self.billers = billers
        self.people = people
        self.households = households
        self.purposes = purposes
        self.account = account
        self.tariffs = tariffs
        self.calendar = calendar
    }
}

/// The bounds of paying, in one place.
public struct PaymentLimits: Sendable {
    /// So long a payment may be undone.
    public var undoMilliseconds: Int64 = 30 * 60_000
    /// So long a bank may take to answer before the payment is given up.
    public var answerMilliseconds: Int64 = 15 * 60_000
    /// So long a code to pay by transfer is waited for.
    public var transferMilliseconds: Int64 = 3 * 86_400_000
    /// A reminder goes out so many days before a bill is due.
    public var reminderDays = 3
    public var linesMax = 50
    public var amountMax: Int64 = 1_000_000_000_000
    /// Lines of one file of bills, and its bytes.
    public var fileLinesMax = 200_000
    public var fileBytesMax = 32 << 20
    /// Notices wait so long for a device that is away.
    public var deviceNoticeMilliseconds: Int64 = 14 * 86_400_000
    public init() {}
}

/// How a payment comes.
public enum PaymentChannel: String, Sendable, CaseIterable {
    case web, kiosk, device, counter, bank

    public var title: Text {
        switch self {
        case .web: ["vi": "Trên mạng", "en": "Online"]
        case .kiosk: ["vi": "Tại ki-ốt", "en": "At a kiosk"]
        case .device: ["vi": "Thiết bị trong nhà", "en": "Household device"]
        case .counter: ["vi": "Tại quầy", "en": "At a counter"]
        case .bank: ["vi": "Chuyển khoản", "en": "Bank transfer"]
        }
    }
}

/// Where a payment stands.
public enum PaymentState: Int64, Sendable, CaseIterable {
    /// The money is asked for: of the payer's bank, or a transfer is waited for.
    case asked = 0
    /// The money is there or promised; it can still be undone.
    case held = 1
    case posted = 2
    case undone = 3
    /// The bank refused, or nothing came.
    case failed = 4
    /// It was posted, and the bank never gave the money it had promised: the bills are open again.
    case reversed = 5

    public var name: String {
        switch self {
        case .asked: "asked"
        case .held: "held"
        case .posted: "posted"
        case .undone: "undone"
        case .failed: "failed"
        case .reversed: "reversed"
        }
    }

    public var title: Text {
        switch self {
        case .asked: ["vi": "Chờ ngân hàng", "en": "Waiting for the bank"]
        case .held: ["vi": "Đã nhận, còn hủy được", "en": "Received, can be undone"]
        case .posted: ["vi": "Đã nộp", "en": "Paid"]
        case .undone: ["vi": "Đã hủy", "en": "Undone"]
        case .failed: ["vi": "Không thành", "en": "Failed"]
        case .reversed: ["vi": "Ngân hàng không chuyển tiền", "en": "The bank did not pay"]
        }
    }
}

/// Why a payment or a bill is not taken.
public enum PaymentError: Error, Sendable, Equatable {
    case noSuchBill(String)
    case noSuchPayment
    case noSuchBiller
    case noSuchHousehold
    /// The bill is another one than the payer saw.
    case changed(bill: String)
    case notOpen(bill: String)
    /// Somebody else is paying it.
    case beingPaid(bill: String)
    case tooMuch(bill: String, remaining: Money)
    /// Somebody outside the household is paid for: the payer is to look once more.
    case confirm([Outsider])
    /// The id was used for something else.
    case otherContent(String)
    case tooLate
    case notNow(Text)
    case forbidden(Text)
    case objections([Objection])

    public var text: Text {
        switch self {
        case .noSuchBill(let id): Text(vi: "Không có khoản “\(id.shortened)”.", en: "There is no bill “\(id.shortened)”.")
        case .noSuchPayment: ["vi": "Không có lần nộp này.", "en": "There is no such payment."]
        case .noSuchBiller: ["vi": "Không có đơn vị thu này.", "en": "There is no such biller."]
        case .noSuchHousehold: ["vi": "Không có hộ mang mã này. Xem lại 10 chữ số.", "en": "No household has this code. Check the 10 digits."]
        case .changed(let bill):
            Text(vi: "Khoản \(bill) vừa được đơn vị thu thay đổi. Xem lại rồi nộp.", en: "The bill \(bill) was just changed by its biller. Look again, then pay.")
        case .notOpen(let bill): Text(vi: "Khoản \(bill) đã nộp hoặc đã hủy.", en: "The bill \(bill) is paid or cancelled.")
        case .beingPaid(let bill): Text(vi: "Khoản \(bill) đang được người khác nộp.", en: "Somebody else is paying the bill \(bill).")
        case .tooMuch(let bill, let rest):
            Text(vi: "Khoản \(bill) chỉ còn \(rest).", en: "Only \(rest) is left to pay of the bill \(bill).")
        case .confirm(let outsiders):
            Text(
                vi: "Bạn đang nộp cho người ngoài hộ: \(outsiders.map(\.words.vi).joined(separator: "; ")). Xem lại rồi xác nhận.",
                en: "You are paying for somebody outside the household: \(outsiders.map(\.words.en).joined(separator: "; ")). Look again and confirm.")
        case .otherContent(let id): Text(vi: "Mã “\(id.shortened)” đã dùng cho lần nộp khác.", en: "The id “\(id.shortened)” was used for another payment.")
        case .tooLate:
            [
                "vi": "Đã quá 30 phút, hoặc tiền đã chuyển cho đơn vị thu, nên không hủy được nữa.",
                "en": "More than 30 minutes have passed, or it is posted: it can no longer be undone.",
            ]
        case .notNow(let text), .forbidden(let text): text
        case .objections(let all): Text(vi: all.map(\.text.vi).joined(separator: " "), en: all.map(\.text.en).joined(separator: " "))
        }
    }
}

/// Whom a bill outside the payer's household is for.
public struct Outsider: Sendable, Equatable {
    public let bill: String
    public let person: String
    /// What the bill is for.
    public let title: String
    public let biller: String
    public let schoolClass: String?

    public init(bill: String, person: String, title: String, biller: String, schoolClass: String? = nil) {
        self.bill = bill
        self.person = person
        self.title = title
        self.biller = biller
        self.schoolClass = schoolClass
    }

    public var words: Text {
        Text(
            vi: "\(person), \(biller)\(schoolClass.map { ", lớp \($0)" } ?? ""), \(title)",
            en: "\(person), \(biller)\(schoolClass.map { ", class \($0)" } ?? ""), \(title)")
    }
}

/// Bills, payments, banks, cashiers and the fund: all that moves money between people and the city.
public final class Payments: Sendable {
    public let registry: Registry
    public let dossiers: Dossiers
    public let city: PaymentCity
    public let limits: PaymentLimits
    public let devices: Devices?
    public var ledger: Ledger { dossiers.ledger }
    let database: Database
    let journals: Journals
    let world: World

    public static let journal = "payments"
    static let entryNames = ["subject", "event", "content", "_author", "_cause"]
    public static let suspense = "suspense:bank"

    public init(dossiers: Dossiers, city: PaymentCity, devices: Devices? = nil, limits: PaymentLimits = PaymentLimits()) throws {
        self.devices = devices
        self.dossiers = dossiers
        registry = dossiers.registry
        self.city = city
        self.limits = limits
        database = registry.database
        journals = registry.journals
        world = registry.world
        try database.migrate(Payments.migration)
        try journals.open(Payments.journal, names: Payments.entryNames)
    }

    private static let migration = Migration(
        "payments",
        steps: [
            [
                """
                CREATE TABLE bill (id TEXT NOT NULL PRIMARY KEY, biller TEXT NOT NULL, household TEXT, person INTEGER, title TEXT NOT NULL, period TEXT NOT NULL, \
                detail TEXT, amount INTEGER NOT NULL, paid INTEGER NOT NULL, held INTEGER NOT NULL, due INTEGER NOT NULL, state INTEGER NOT NULL, dispute TEXT, \
                reminded INTEGER, number INTEGER NOT NULL, last INTEGER NOT NULL)
                """,
                "CREATE INDEX bill_household ON bill (household) WHERE state = 0 AND household IS NOT NULL",
                "CREATE INDEX bill_person ON bill (person) WHERE state = 0 AND person IS NOT NULL",
                "CREATE INDEX bill_biller ON bill (biller, state, due)", "CREATE INDEX bill_reminder ON bill (due) WHERE state = 0 AND reminded IS NULL",
                "CREATE INDEX bill_dispute ON bill (biller) WHERE dispute IS NOT NULL",
                """
                CREATE TABLE payment (id TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL, household TEXT, person INTEGER, means TEXT NOT NULL, channel TEXT NOT NULL, device TEXT, \
                unit TEXT NOT NULL, account TEXT NOT NULL, state INTEGER NOT NULL, total INTEGER NOT NULL, created INTEGER NOT NULL, until INTEGER, fault TEXT, author TEXT NOT NULL, \
                print BLOB NOT NULL, number INTEGER NOT NULL, last INTEGER NOT NULL)
                """,
                "CREATE UNIQUE INDEX payment_code ON payment (code)", "CREATE INDEX payment_until ON payment (until) WHERE state = 0 OR state = 1",
                "CREATE INDEX payment_household ON payment (household, created)", "CREATE INDEX payment_author ON payment (author, created)",
                "CREATE TABLE payment_item (payment TEXT NOT NULL, bill TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (payment, bill))",
                "CREATE INDEX payment_item_bill ON payment_item (bill)",
                """
                CREATE TABLE biller_receipt (biller TEXT NOT NULL, number INTEGER NOT NULL, bill TEXT NOT NULL, payment TEXT NOT NULL, event TEXT NOT NULL, amount INTEGER NOT NULL, \
                moment INTEGER NOT NULL, PRIMARY KEY (biller, number, bill))
                """,
                "CREATE TABLE bill_file (id TEXT NOT NULL PRIMARY KEY, biller TEXT NOT NULL, name TEXT NOT NULL, author TEXT NOT NULL, created INTEGER NOT NULL, content BLOB NOT NULL)",
                """
                CREATE TABLE mandate (id TEXT NOT NULL PRIMARY KEY, household TEXT NOT NULL, bank TEXT NOT NULL, account TEXT NOT NULL, holder TEXT NOT NULL, daily INTEGER NOT NULL, \
                author TEXT NOT NULL, since INTEGER NOT NULL, ended INTEGER)
                """,
                "CREATE INDEX mandate_household ON mandate (household)",
                """
                CREATE TABLE bank_order (id TEXT NOT NULL PRIMARY KEY, payment TEXT NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL, bank TEXT NOT NULL, account TEXT NOT NULL, \
                name TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, moment INTEGER NOT NULL, fault TEXT)
                """,
                "CREATE INDEX bank_order_due ON bank_order (moment) WHERE state = 'waiting' OR state = 'sending'", "CREATE INDEX bank_order_payment ON bank_order (payment)",
                """
                CREATE TABLE bank_event (id TEXT NOT NULL PRIMARY KEY, sort TEXT NOT NULL, print BLOB NOT NULL, content TEXT NOT NULL, outcome TEXT NOT NULL, moment INTEGER NOT NULL)
                """,
                """
                CREATE TABLE bank_statement (account TEXT NOT NULL, id TEXT NOT NULL, day INTEGER NOT NULL, opening INTEGER NOT NULL, closing INTEGER NOT NULL, taken INTEGER NOT NULL, \
                lines INTEGER NOT NULL, PRIMARY KEY (account, id))
                """,
                """
                CREATE TABLE bank_line (account TEXT NOT NULL, reference TEXT NOT NULL, statement TEXT NOT NULL, day INTEGER NOT NULL, amount INTEGER NOT NULL, text TEXT NOT NULL, \
                code TEXT, PRIMARY KEY (account, reference))
                """,
                "CREATE INDEX bank_line_code ON bank_line (account, code)",
                """
                CREATE TABLE unexplained (id TEXT NOT NULL PRIMARY KEY, sort TEXT NOT NULL, amount INTEGER NOT NULL, text TEXT NOT NULL, created INTEGER NOT NULL, settled INTEGER, \
                settlement TEXT, author TEXT)
                """,
                "CREATE INDEX unexplained_open ON unexplained (created) WHERE settled IS NULL",
                """
                CREATE TABLE cashier_closing (cashier TEXT NOT NULL, unit TEXT NOT NULL, moment INTEGER NOT NULL, expected INTEGER NOT NULL, counted INTEGER NOT NULL, \
                deposit TEXT NOT NULL, PRIMARY KEY (cashier, moment))
                """,
                "CREATE TABLE payout (id TEXT NOT NULL PRIMARY KEY, biller TEXT NOT NULL, amount INTEGER NOT NULL, state TEXT NOT NULL, created INTEGER NOT NULL, author TEXT NOT NULL)",
                """
                CREATE TABLE commitment (id TEXT NOT NULL PRIMARY KEY, purpose TEXT NOT NULL, title TEXT NOT NULL, payee TEXT NOT NULL, amount INTEGER NOT NULL, spent INTEGER NOT NULL, \
                state TEXT NOT NULL, day INTEGER NOT NULL, author TEXT NOT NULL, approver TEXT)
                """,
            ],
            [
                // The holder's bank agrees to a mandate before it counts.
                "ALTER TABLE mandate ADD COLUMN state TEXT NOT NULL DEFAULT 'active'", "ALTER TABLE mandate ADD COLUMN fault TEXT",
                "UPDATE mandate SET state = 'ended' WHERE ended IS NOT NULL",
                // The bank's number of the credit that a capture brought.
                "ALTER TABLE bank_order ADD COLUMN credit TEXT", "CREATE INDEX bank_order_credit ON bank_order (credit) WHERE credit IS NOT NULL",
                // Made by the form, so that a closing that is sent twice is one.
                "ALTER TABLE cashier_closing ADD COLUMN request TEXT", "CREATE UNIQUE INDEX cashier_closing_request ON cashier_closing (request) WHERE request IS NOT NULL",
                "CREATE INDEX cashier_closing_deposit ON cashier_closing (deposit)",
            ],
            [
                "ALTER TABLE bill ADD COLUMN class TEXT",
                // Which payout brought a receipt's money to the biller.
                "ALTER TABLE biller_receipt ADD COLUMN payout TEXT",
                """
                UPDATE biller_receipt SET payout = (SELECT p.id FROM payout p WHERE p.biller = biller_receipt.biller AND p.created >= biller_receipt.moment \
                AND p.state <> 'withdrawn' AND p.state <> 'refused' ORDER BY p.created LIMIT 1) WHERE event = 'posted'
                """,
                "CREATE INDEX biller_receipt_waiting ON biller_receipt (biller, number) WHERE payout IS NULL AND (event = 'posted' OR event = 'reversed')",
                "CREATE INDEX biller_receipt_payout ON biller_receipt (payout, number) WHERE payout IS NOT NULL",
            ],
        ])

    // MARK: The journal

    /// An entry of what happened to a bill or a payment.
    @discardableResult
    func append(
        _ event: String, _ content: JSON, subject: String, record: Int64?, previous: Int64?, unit: String, author: String, cause: String, _ connection: Connection
    ) throws -> Journals.Place {
        let form = try journals.form(of: Payments.journal, names: Payments.entryNames)
        var bytes: [UInt8] = [0x5B]
        for (index, text) in [subject, event, content.text, author, cause].enumerated() {
            if index > 0 { bytes.append(0x2C) }
            JSON.write(text, to: &bytes)
        }
        bytes.append(0x5D)
        let today = world.today
        return try journals.append(
            journals.sealer(for: form).seal(content: bytes, effective: today), form: form, to: Payments.journal, record: record, previous: previous, effective: today, unit: unit,
            load: nil, on: connection)
    }

    // MARK: Billers

    /// A biller as its register has it.
    public struct Biller: Sendable, Equatable {
        public let code: String
        public let name: String
        public let sort: String
        public let mail: String?
        public let bank: String
        public let account: String
        public let holder: String
        public let tariff: String?
        public let isActive: Bool
        /// Its name in the ledger.
        public var ledgerName: String { "biller:\(code.lowercased())" }
    }

    func biller(_ code: String, on connection: Connection) throws -> Biller {
        if let found = try registry.records(on: connection).find(city.billers, code) { return biller(found) }
        // One that was taken off the register bills no more, but what it billed is owed, and paid out as it said last.
        guard let last = try registry.beforeRetirement(city.billers, code, on: connection) else { throw PaymentError.noSuchBiller }
        return biller(last, isRetired: true)
    }

    func biller(_ found: Found, isRetired: Bool = false) -> Biller {
        Biller(
            code: found.key, name: found["name"].plain, sort: found["sort"].plain, mail: found["mail"].string, bank: found["bank"].plain, account: found["account"].plain,
            holder: found["holder"].plain, tariff: found["tariff"].string, isActive: !isRetired && found["until"].day.map { $0 >= world.today } ?? true)
    }

    public func biller(_ code: String) throws -> Biller { try database.look { try biller(code, on: $0) } }

    /// The right to work for a biller: `biller/EVNHN`.
    public static func right(_ biller: String) -> String { "biller/\(biller)" }
    public static let cashierRight = "cashier"
    public static let treasuryRight = "treasury"

    /// Whether an account of the ledger is one of those that this target alone writes.
    public func keeps(account: String) -> Bool {
        if account == city.account.name || account == Dossiers.fundAccount || account == Payments.suspense { return true }
        let parts = account.split(separator: ":", omittingEmptySubsequences: false)
        switch parts[0] {
        case "biller", "spent", "claim", "opening": return parts.count == 2
        case "transit", "difference": return parts.count == 2 && registry.units.latest(String(parts[1])) != nil
        case "cash": return parts.count == 3 && registry.units.latest(String(parts[1])) != nil
        default: return false
        }
    }

    // MARK: Households

    /// Those who live in a household, by row and name. Empty for a code that no household has.
    func members(of household: String, on connection: Connection) throws -> [(row: Int64, name: String, isHead: Bool)] {
        try registry.records(on: connection).all(city.people, where: "household", is: household).compactMap { found in
            guard let row = try registry.row(ofKey: found.key, in: city.people, on: connection) else { return nil }
            return (row, found["name"].plain, found["relation"].string == "head")
        }
    }

    func hasHousehold(_ code: String, on connection: Connection) throws -> Bool { try registry.records(on: connection).find(city.households, code) != nil }

    /// The household of a person who is signed in.
    public func household(of person: Int64) throws -> String? {
        try database.read { connection in
            guard let key = try self.registry.key(ofRow: person, in: self.city.people, on: connection) else { return nil }
            return try self.registry.records(on: connection).find(self.city.people, key)?["household"].string
        }
    }

    /// Whether somebody who lives there has a number with these last digits: a second fact beside the household's code.
    public func knows(household: String, lastDigits: String) throws -> Bool {
        try database.read { try self.registry.records(on: $0).all(self.city.people, where: "household", is: household).contains { $0.key.hasSuffix(lastDigits) } }
    }

    public func isOfAge(_ person: Int64) throws -> Bool {
        try database.read { connection in
            guard let key = try self.registry.key(ofRow: person, in: self.city.people, on: connection),
                let found = try self.registry.records(on: connection).find(self.city.people, key),
                let birth = PartialDay(found["birth"].plain)
            else { return false }
            return self.world.today.age(bornOn: birth.first) >= 18
        }
    }

    static func print(_ text: String) -> [UInt8] { Hash.of(text.utf8).array }
}
