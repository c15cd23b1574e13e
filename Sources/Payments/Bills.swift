// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Dossiers
internal import Notices
internal import Registers
internal import Store

/// Where a bill stands.
public enum BillState: Int64, Sendable {
    case open = 0
    case paid = 1
    case cancelled = 2

    public var name: String {
        switch self {
        case .open: "open"
        case .paid: "paid"
        case .cancelled: "cancelled"
        }
    }

    public var title: Text {
        switch self {
        case .open: ["vi": "Chưa nộp", "en": "Open"]
        case .paid: ["vi": "Đã nộp", "en": "Paid"]
        case .cancelled: ["vi": "Đã hủy", "en": "Cancelled"]
        }
    }
}

/// What somebody owes a biller.
public struct Bill: Sendable, Equatable {
    /// The biller's code, a point, the biller's own number.
    public let id: String
    public let biller: String
    /// Exactly one of them: the household that owes, or the person it is for.
    public let household: String?
    public let person: Int64?
    public let title: String
    public let period: String
    /// A pupil's class, such as `5A2`.
    public let schoolClass: String?
    /// How a meter's reading became the amount; nil for an amount that the biller sent.
    public let detail: String?
    public let amount: Money
    public let paid: Money
    /// On its way: promised and not yet posted.
    public let held: Money
    public let due: Day
    public let state: BillState
    /// What the household objects to.
    public let dispute: String?
    public let number: Int64
    public let last: Int64

    public var remaining: Money { Money(amount.amount - paid.amount - held.amount) }
}

/// A bill as a biller sends it.
public struct BillDraft: Sendable, Equatable {
    public var reference = ""
    public var household: String?
    /// A person's number.
    public var person: String?
    /// A pupil's class.
    public var schoolClass: String?
    public var amount: Int64?
    /// What a meter counted, for billers whose tariff the city knows, and over how many days.
    public var consumption: Int64?
    public var days: Int64 = 30
    /// The day the meter was read, whose prices hold; the day of sending when nil.
    public var read: Day?
    public var title = ""
    public var period = ""
    public var due: Day?
    public init() {}
}

/// What became of one bill that was sent.
public struct BillResult: Sendable, Equatable {
    public enum Outcome: String, Sendable { case added, replaced, unchanged, refused }
    public let line: Int
    public let reference: String
    public let outcome: Outcome
    public let objections: [Objection]
    /// What it is or would be.
    public let amount: Money?
}

extension Payments {
    static let billColumns: SQL = "id, biller, household, person, title, period, detail, amount, paid, held, due, state, dispute, number, last, class"

    static func bill(_ row: Row) -> Bill {
        Bill(
            id: row.text(0), biller: row.text(1), household: row.optionalText(2), person: row.optionalInteger(3), title: row.text(4), period: row.text(5),
            schoolClass: row.optionalText(15), detail: row.optionalText(6),
            amount: Money(row.integer(7)), paid: Money(row.integer(8)), held: Money(row.integer(9)), due: Day(number: Int32(row.integer(10))),
            state: BillState(rawValue: row.integer(11)) ?? .open, dispute: row.optionalText(12), number: row.integer(13), last: row.integer(14))
    }

    func bill(_ id: String, on connection: Connection) throws -> Bill? {
        try connection.first("SELECT \(Payments.billColumns) FROM bill WHERE id = \(id)", Payments.bill)
    }

    public func bill(_ id: String) throws -> Bill {
        guard let bill = try database.look({ try bill(id, on: $0) }) else { throw PaymentError.noSuchBill(id) }
        return bill
    }

    // MARK: Sending bills

    /// Takes bills of one biller, at most a thousand at a time. A bill whose number is known replaces the former when `isReplacing`; an equal one changes
    /// nothing, so that sending again is harmless. With `isTrial` it only tells what would become of each.
    public func issue(_ drafts: [(line: Int, draft: BillDraft)], of code: String, isReplacing: Bool, isTrial: Bool, author: String) async throws -> [BillResult] {
        precondition(drafts.count <= 1000, "Bills come a thousand at a time.")
        if isTrial { return try await database.reading { try self.judge(drafts, of: code, isReplacing: isReplacing, on: $0).map(\.result) } }
        return try await database.write { connection in
            try self.judge(drafts, of: code, isReplacing: isReplacing, on: connection).map { judged in
                if judged.result.outcome == .added || judged.result.outcome == .replaced { try self.enter(judged, biller: code, author: author, connection) }
                return judged.result
            }
        }
    }

    private struct Judged {
        let result: BillResult
        let draft: BillDraft
        let amount: Int64
        let detail: String?
        let person: Int64?
        let known: Bill?
    }

    private func judge(_ drafts: [(line: Int, draft: BillDraft)], of code: String, isReplacing: Bool, on connection: Connection) throws -> [Judged] {
        let biller = try biller(code, on: connection)
        guard biller.isActive else { throw PaymentError.forbidden(["vi": "Đơn vị thu này đã hết thời hạn được thu.", "en": "This biller may no longer bill."]) }
        var seen: Set<String> = []
        return try drafts.map { line, draft in
            var objections: [Objection] = []
            func object(_ field: String, _ code: String, _ text: Text) { objections.append(Objection(field: field, code: code, text)) }
            let isReference =
                (1...18).contains(draft.reference.utf8.count) && draft.reference.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || $0 == 0x2D }
            if !isReference {
                object(
                    "reference", "pattern",
                    ["vi": "Mã khoản gồm 1 đến 18 chữ cái in hoa không dấu, chữ số, gạch nối.", "en": "A bill's number has 1 to 18 capital letters, digits, hyphens."])
            }
            // The whole number must fit into what a transfer says.
            if code.utf8.count + 1 + draft.reference.utf8.count > 25 {
                object(
                    "reference", "length",
                    Text(
                        vi: "Mã khoản dài nhất \(24 - code.utf8.count) ký tự với đơn vị thu này.",
                        en: "With this biller a bill's number has at most \(24 - code.utf8.count) characters."))
            }
            if !seen.insert(draft.reference).inserted { object("reference", "twice", ["vi": "Mã khoản này đã có ở dòng trên.", "en": "This number stands in a line above."]) }
            var person: Int64?
            switch (draft.household, draft.person) {
            case (let household?, nil):
                if try !hasHousehold(household, on: connection) { object("household", "reference", ["vi": "Không có hộ mang mã này.", "en": "No household has this code."]) }
            case (nil, let number?):
                person = try registry.row(ofKey: number, in: city.people, on: connection)
                let stands = try person != nil && registry.records(on: connection).find(city.people, number) != nil
                if !stands { object("person", "reference", ["vi": "Không có người mang số định danh này.", "en": "Nobody has this personal number."]) }
            default: object("household", "either", ["vi": "Ghi mã hộ hoặc số định danh, một trong hai.", "en": "Give a household code or a personal number, one of the two."])
            }
            if let schoolClass = draft.schoolClass, draft.person == nil || schoolClass.isEmpty || schoolClass.count > 20 {
                object(
                    "class", "range",
                    ["vi": "Lớp chỉ ghi cho khoản của một học sinh, nhiều nhất 20 ký tự.", "en": "A class is given for a pupil's bill only, at most 20 characters."])
            }
            var amount = draft.amount ?? 0
            var detail: String?
            if let consumption = draft.consumption {
                if draft.amount != nil {
                    object("amount", "either", ["vi": "Ghi số tiền hoặc lượng tiêu thụ (kWh, m³), một trong hai.", "en": "Give an amount or a consumption, one of the two."])
                } else if let tariff = biller.tariff.flatMap({ code in city.tariffs.first { $0.code == code } }) {
                    if (0...1_000_000).contains(consumption), (1...400).contains(draft.days),
                        let reckoning = tariff.reckon(consumption, on: draft.read ?? world.today, days: draft.days)
                    {
                        amount = reckoning.total
                        detail = reckoning.text(consumption, tariff.unit)
                    } else {
                        object("consumption", "range", ["vi": "Lượng tiêu thụ hoặc số ngày không hợp lý.", "en": "The consumption or the number of days makes no sense."])
                    }
                } else {
                    object("consumption", "tariff", ["vi": "Đơn vị thu này chưa đăng ký biểu giá; hãy gửi số tiền.", "en": "This biller has no tariff here; send amounts."])
                }
            }
            if objections.isEmpty, !(1...limits.amountMax).contains(amount) {
                object("amount", "range", ["vi": "Số tiền phải là số đồng nguyên, lớn hơn 0.", "en": "The amount is a whole number of đồng, more than none."])
            }
            if draft.due == nil { object("due", "required", ["vi": "Ghi hạn nộp, dạng ngày/tháng/năm.", "en": "Give the day it is due, as day/month/year."]) }
            for (field, text, max) in [("title", draft.title, 120), ("period", draft.period, 20)] where text.isEmpty || text.count > max {
                object(field, "required", Text(vi: "Ghi nội dung này, nhiều nhất \(max) ký tự.", en: "Fill this in, at most \(max) characters."))
            }
            let known = objections.isEmpty ? try bill("\(code).\(draft.reference)", on: connection) : nil
            var outcome: BillResult.Outcome = objections.isEmpty ? .added : .refused
            if let known {
                let isSame =
                    known.household == draft.household && known.person == person && known.amount.amount == amount && known.due == draft.due && known.title == draft.title
                    && known.period == draft.period && known.schoolClass == draft.schoolClass && known.state != .cancelled
                if isSame {
                    outcome = .unchanged
                } else if !isReplacing {
                    object(
                        "reference", "exists",
                        ["vi": "Khoản này đã gửi với nội dung khác; chọn thay thế nếu muốn đổi.", "en": "This bill was sent before with other content; choose to replace it."])
                } else if known.held.amount > 0 {
                    object("reference", "being-paid", ["vi": "Khoản này đang được nộp; thử lại sau 30 phút.", "en": "This bill is being paid; try again in 30 minutes."])
                } else if known.paid.amount > 0, known.household != draft.household || known.person != person || amount < known.paid.amount {
                    object(
                        "amount", "paid", Text(vi: "Khoản này đã nộp \(known.paid); không đổi được như vậy.", en: "\(known.paid) of this bill is paid; it cannot be changed so."))
                } else {
                    outcome = .replaced
                }
                if !objections.isEmpty { outcome = .refused }
            }
            let result = BillResult(line: line, reference: draft.reference, outcome: outcome, objections: objections, amount: objections.isEmpty ? Money(amount) : nil)
            return Judged(result: result, draft: draft, amount: amount, detail: detail, person: person, known: known)
        }
    }

    private func enter(_ judged: Judged, biller: String, author: String, _ connection: Connection) throws {
        let draft = judged.draft
        let id = "\(biller).\(draft.reference)"
        let known = judged.known
        let content = JSON.object([
            "household": draft.household.map(JSON.string) ?? .null, "person": judged.person.map { .string(registry.ref(of: $0, in: city.people)) } ?? .null,
            "amount": .integer(judged.amount), "due": .string(draft.due!.description), "period": .string(draft.period), "title": .string(draft.title),
            "detail": judged.detail.map(JSON.string) ?? .null, "class": draft.schoolClass.map(JSON.string) ?? .null,
        ])
        let place = try append(
            known == nil ? "issued" : "replaced", content, subject: id, record: known?.number, previous: known?.last, unit: "01", author: author, cause: "bill", connection)
        if let known {
            let state: BillState = judged.amount <= known.paid.amount ? .paid : .open
            try connection.run(
                """
                UPDATE bill SET household = \(draft.household), person = \(judged.person), title = \(draft.title), period = \(draft.period), detail = \(judged.detail), \
                class = \(draft.schoolClass), amount = \(judged.amount), due = \(draft.due!), state = \(state.rawValue), dispute = NULL, reminded = NULL, last = \(place.number) WHERE id = \(id)
                """)
            if known.dispute != nil, let now = try bill(id, on: connection) {
                try tellHousehold(
                    of: now, key: "replaced:\(place.number)",
                    Text(
                        vi: "Khoản \(known.title) \(known.period) bạn khiếu nại đã được đơn vị thu sửa: từ \(known.amount) thành \(now.amount).",
                        en: "The biller has changed \(known.title) \(known.period), which you questioned: from \(known.amount) to \(now.amount)."), connection)
            }
        } else {
            try connection.run(
                """
                INSERT INTO bill (id, biller, household, person, title, period, detail, amount, paid, held, due, state, number, last, class) VALUES (\(id), \(biller), \
                \(draft.household), \(judged.person), \(draft.title), \(draft.period), \(judged.detail), \(judged.amount), 0, 0, \(draft.due!), 0, \(place.number), \
                \(place.number), \(draft.schoolClass))
                """)
        }
    }

    /// Takes a bill back. What was paid of it stays with the biller, who gives it back or not; what is on its way keeps it.
    public func cancel(_ id: String, reason: String, author: String) async throws {
        try await database.write { connection in
            guard let bill = try self.bill(id, on: connection) else { throw PaymentError.noSuchBill(id) }
            if bill.state == .cancelled { return }
            guard bill.state == .open else { throw PaymentError.notOpen(bill: id) }
            guard bill.held.amount == 0 else { throw PaymentError.beingPaid(bill: id) }
            try self.change(bill, "cancelled", .object(["reason": .string(reason)]), state: .cancelled, author: author, connection)
            let why = reason.tidied.isEmpty ? ("", "") : (" Lý do: \(reason.tidied)", " Why: \(reason.tidied)")
            try self.tellHousehold(
                of: bill, key: "cancelled:\(id):\(bill.last)",
                Text(
                    vi: "Khoản \(bill.title) \(bill.period), \(bill.amount), đã được đơn vị thu hủy, không phải nộp nữa.\(why.0)",
                    en: "\(bill.title) \(bill.period), \(bill.amount), was cancelled by the biller; it need not be paid.\(why.1)"), connection)
        }
    }

    // MARK: Disputes

    /// The household objects to a bill; its biller is to look at it. It may be paid all the same.
    public func dispute(_ id: String, reason: String, author: String) async throws {
        let reason = String(reason.tidied.prefix(500))
        guard !reason.isEmpty else {
            throw PaymentError.objections([Objection(field: "reason", code: "required", ["vi": "Viết điều bạn thấy chưa đúng.", "en": "Write what seems wrong."])])
        }
        try await database.write { connection in
            guard let bill = try self.bill(id, on: connection) else { throw PaymentError.noSuchBill(id) }
            guard bill.state == .open else { throw PaymentError.notOpen(bill: id) }
            if bill.dispute == reason { return }
            let place = try self.append(
                "disputed", .object(["reason": .string(reason)]), subject: id, record: bill.number, previous: bill.last, unit: "01", author: author, cause: "dispute", connection)
            try connection.run("UPDATE bill SET dispute = \(reason), last = \(place.number) WHERE id = \(id)")
            if let mail = try self.biller(bill.biller, on: connection).mail {
                try self.dossiers.notices.add(
                    Notice(
                        key: "disputed:\(place.number)", channel: .mail, address: mail, subject: "Khiếu nại khoản \(id) / The bill \(id) is disputed",
                        text: "\(bill.title) \(bill.period): \(reason)", created: self.world.now()), on: connection)
            }
        }
    }

    /// The biller has looked and the bill stands. To change it, it is replaced or cancelled.
    public func uphold(_ id: String, answer: String, author: String) async throws {
        let answer = String(answer.tidied.prefix(500))
        guard !answer.isEmpty else {
            throw PaymentError.objections([Objection(field: "answer", code: "required", ["vi": "Viết câu trả lời cho hộ.", "en": "Write your answer to the household."])])
        }
        try await database.write { connection in
            guard let bill = try self.bill(id, on: connection) else { throw PaymentError.noSuchBill(id) }
            guard bill.dispute != nil else { return }
            let place = try self.append(
                "upheld", .object(["answer": .string(answer)]), subject: id, record: bill.number, previous: bill.last, unit: "01", author: author, cause: "dispute", connection)
            try connection.run("UPDATE bill SET dispute = NULL, reminded = NULL, last = \(place.number) WHERE id = \(id)")
            try self.tellHousehold(
                of: bill, key: "upheld:\(place.number)",
                Text(
                    vi: "Khoản \(bill.title) \(bill.period): đơn vị thu đã xem lại và giữ nguyên. Trả lời: \(answer)",
                    en: "\(bill.title) \(bill.period): the biller has looked and the bill stands. Answer: \(answer)"), connection)
        }
    }

    func change(_ bill: Bill, _ event: String, _ content: JSON, state: BillState, author: String, _ connection: Connection) throws {
        let place = try append(event, content, subject: bill.id, record: bill.number, previous: bill.last, unit: "01", author: author, cause: "bill", connection)
        try connection.run("UPDATE bill SET state = \(state.rawValue), dispute = NULL, last = \(place.number) WHERE id = \(bill.id)")
    }

    // MARK: Lists

    /// A biller's bills of one state, those due first before others.
    public func bills(of biller: String, state: BillState, isDisputed: Bool = false, after: (due: Day, id: String)? = nil, limit: Int) throws -> [Bill] {
        let disputed: SQL = isDisputed ? " AND dispute IS NOT NULL" : ""
        let from: SQL = after.map { after -> SQL in " AND (due > \(after.due) OR (due = \(after.due) AND id > \(after.id)))" } ?? ""
        return try database.look {
            try $0.all(
                "SELECT \(Payments.billColumns) FROM bill WHERE biller = \(biller) AND state = \(state.rawValue)\(disputed)\(from) ORDER BY due, id LIMIT \(limit)", Payments.bill)
        }
    }

    /// A biller's bills by state: how many, their sums, and what of them is late.
    public struct BillerFigures: Sendable, Equatable {
        public var open: (count: Int64, amount: Int64) = (0, 0)
        public var late: (count: Int64, amount: Int64) = (0, 0)
        public var paid: (count: Int64, amount: Int64) = (0, 0)
        public var disputed: Int64 = 0
        public static func == (left: BillerFigures, right: BillerFigures) -> Bool {
            left.open == right.open && left.late == right.late && left.paid == right.paid && left.disputed == right.disputed
        }
    }

    public func figures(of biller: String) throws -> BillerFigures {
        let today = world.today
        return try database.read { connection in
            var figures = BillerFigures()
            figures.open = try connection.first(
                "SELECT count(*), CAST(coalesce(sum(amount - paid), 0) AS BIGINT) FROM bill WHERE biller = \(biller) AND state = 0"
            ) { ($0.integer(0), $0.integer(1)) }!
            figures.late = try connection.first(
                "SELECT count(*), CAST(coalesce(sum(amount - paid), 0) AS BIGINT) FROM bill WHERE biller = \(biller) AND state = 0 AND due < \(today)"
            ) {
                ($0.integer(0), $0.integer(1))
            }!
            figures.paid = try connection.first("SELECT count(*), CAST(coalesce(sum(paid), 0) AS BIGINT) FROM bill WHERE biller = \(biller) AND state = 1") {
                ($0.integer(0), $0.integer(1))
            }!
            figures.disputed = try connection.first("SELECT count(*) FROM bill WHERE biller = \(biller) AND dispute IS NOT NULL") { $0.integer(0) }!
            return figures
        }
    }
}

extension Tariff.Reckoning {
    /// The reckoning in one line, kept with the bill: `120 kWh: 50 × 1.984 + 50 × 2.050 + 20 × 2.380; thuế 20.000`.
    func text(_ consumption: Int64, _ unit: String) -> String {
        let tiers = lines.map { "\($0.units) × \(Language.vietnamese.number($0.price))" }.joined(separator: " + ")
        return "\(consumption) \(unit): \(tiers.isEmpty ? "0" : tiers); thuế \(Language.vietnamese.number(tax))" + (fee > 0 ? "; phí \(Language.vietnamese.number(fee))" : "")
    }
}
