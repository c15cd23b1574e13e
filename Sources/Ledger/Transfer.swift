// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Money that moves from one account to another. The debited account receives, the credited one gives.
public struct Transfer: Sendable, Equatable {
    /// Made by whoever asks, so that asking again does nothing twice.
    public let id: String
    public let debit: String
    public let credit: String
    /// Whole đồng, more than none.
    public let amount: Money
    /// What it is for: the code of a dossier, a payment, a bill.
    public let code: String
    /// Only held until then, to be posted or voided; nil moves the money at once.
    public let hold: Instant?

    public init(id: String, debit: String, credit: String, amount: Money, code: String, hold: Instant? = nil) {
        self.id = id
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.code = code
        self.hold = hold
    }

    /// The same but for when a hold ends.
    func isLike(_ other: Transfer) -> Bool { id == other.id && debit == other.debit && credit == other.credit && amount == other.amount && code == other.code }
}

/// Where a transfer stands.
public enum TransferState: Int64, Sendable, CaseIterable {
    /// Moved at once.
    case single = 0
    /// Held: both accounts know of it, and no balance has changed.
    case pending = 1
    case posted = 2
    case voided = 3
    case expired = 4

    public var name: String {
        switch self {
        case .single, .posted: "posted"
        case .pending: "pending"
        case .voided: "voided"
        case .expired: "expired"
        }
    }

    public var title: Text {
        switch self {
        case .single, .posted: ["vi": "Đã hạch toán", "en": "Posted"]
        case .pending: ["vi": "Đang giữ", "en": "Held"]
        case .voided: ["vi": "Đã hủy", "en": "Voided"]
        case .expired: ["vi": "Hết hạn giữ", "en": "Expired"]
        }
    }
}

/// A transfer as the ledger keeps it.
public struct EnteredTransfer: Sendable, Equatable {
    public let transfer: Transfer
    public internal(set) var state: TransferState
    /// The number of its entry.
    public let number: Int64
    /// What was posted of a held one; otherwise the whole or nothing.
    public internal(set) var posted: Money
    /// The entry that posted, voided or expired it.
    public internal(set) var settled: Int64?
}

/// One thing to do in the ledger.
public enum LedgerAct: Sendable, Equatable {
    case enter(Transfer)
    /// Posts a held transfer, wholly or a part; the rest of it is let go.
    case post(id: String, amount: Money? = nil)
    case void(id: String)

    public var id: String {
        switch self {
        case .enter(let transfer): transfer.id
        case .post(let id, _), .void(let id): id
        }
    }
}

/// One of several things to do; a linked one succeeds or fails together with the next.
public struct LedgerCommand: Sendable, Equatable {
    public let act: LedgerAct
    public let isLinked: Bool

    public init(_ act: LedgerAct, linked isLinked: Bool = false) {
        self.act = act
        self.isLinked = isLinked
    }
}

/// Why money does not move.
public enum LedgerError: Error, Sendable, Hashable {
    /// The id names another transfer already, or the same one was settled otherwise.
    case otherContent(id: String)
    case badID
    case badAmount
    case badAccount(String)
    /// An account's limit would be passed.
    case limit(account: String)
    case noSuchTransfer(id: String)
    /// It is no longer held.
    case notHeld(id: String, TransferState)
    /// The books of that day are closed, or it is not over.
    case closed(Day)
    case notOver(Day)
    /// Another of its chain failed.
    case chain

    public var text: Text {
        switch self {
        case .otherContent(let id): Text(vi: "Mã “\(id.shortened)” đã dùng cho khoản khác.", en: "The id “\(id.shortened)” was used for another transfer.")
        case .badID:
            [
                "vi": "Mã khoản gồm 1 đến 100 chữ cái không dấu, chữ số và . : - _ ~ =.", "en": "An id has 1 to 100 letters without marks, digits and . : - _ ~ =.",
            ]
        case .badAmount: ["vi": "Số tiền phải là số đồng nguyên, lớn hơn 0.", "en": "The amount is a whole number of đồng, more than none."]
        case .badAccount(let name): Text(vi: "Tài khoản “\(name.shortened)” không dùng được ở đây.", en: "The account “\(name.shortened)” cannot be used here.")
        case .limit(let name): Text(vi: "Tài khoản “\(name)” vượt giới hạn.", en: "The account “\(name)” would pass its limit.")
        case .noSuchTransfer(let id): Text(vi: "Không có khoản “\(id.shortened)”.", en: "There is no transfer “\(id.shortened)”.")
        case .notHeld(let id, let state):
            Text(
                vi: "Khoản “\(id.shortened)” không còn giữ: \(state.title.vi.lowercased()).",
                en: "The transfer “\(id.shortened)” is no longer held: \(state.title.en.lowercased()).")
        case .closed(let day): Text(vi: "Sổ ngày \(day.written(.vietnamese)) đã khóa.", en: "The books of \(day.written(.english)) are closed.")
        case .notOver(let day): Text(vi: "Ngày \(day.written(.vietnamese)) chưa hết.", en: "\(day.written(.english)) is not over.")
        case .chain: ["vi": "Một khoản khác trong chuỗi không thực hiện được.", "en": "Another transfer of the chain failed."]
        }
    }
}

/// Who does it, where and why: what every entry says.
public struct LedgerOrigin: Sendable {
    public let author: String
    public let unit: String
    public let cause: String

    public init(author: String, unit: String, cause: String) {
        self.author = author
        self.unit = unit
        self.cause = cause
    }
}

/// An account with its balance: what it received less what it gave.
public struct Account: Sendable, Equatable {
    public let name: String
    public internal(set) var balance: Int64
    /// Held on its way in and out.
    public internal(set) var debitsPending: Int64
    public internal(set) var creditsPending: Int64
    /// The balance may not fall below, counting all that is held on its way out; nil has no limit.
    public internal(set) var floor: Int64?
    /// The balance may not rise above, counting all that is held on its way in.
    public internal(set) var ceiling: Int64?

    /// Letters a to z, digits, colons, hyphens and points.
    public static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count)
            && name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x3A) || $0 == 0x2D || $0 == 0x2E }
    }
}
