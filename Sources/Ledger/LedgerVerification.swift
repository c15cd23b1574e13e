// SPDX-License-Identifier: Apache-2.0
internal import Civic
public import Journal
internal import Store

extension Ledger {
    /// Recomputes the journal, every transfer, every balance and every leg from the entries. Gives how many entries there are, and the first damage.
    public func verify(progress: ((Int64) -> Void)? = nil) throws -> (entries: Int64, damage: Damage?) {
        try database.read { connection in
            let entries: Int64
            do { entries = try self.journals.verify(Ledger.journal, on: connection) { progress?($0) } } catch let damage as Damage { return (0, damage) }
            var replay = Replay()
            var damage: Damage?
            try self.journals.eachEntry(from: 0, in: Ledger.journal, on: connection) { entry in
                guard let change = Replay.Change(entry), replay.apply(change) else {
                    damage = Damage(
                        journal: Ledger.journal, number: entry.number, ["vi": "mục không thể theo sau các mục trước nó", "en": "the entry cannot follow those before it"])
                    return false
                }
                return true
            }
            if damage == nil { damage = try replay.difference(from: connection) }
            return (entries, damage)
        }
    }
}

/// The ledger as its entries alone make it.
private struct Replay {
    struct Change {
        let number: Int64
        let act: String
        let id: String
        let debit: String
        let credit: String
        let amount: Int64
        let code: String
        let until: Int64?

        init?(_ entry: Entry) {
            guard let id = entry.value("id")?.string, let amount = entry.value("amount")?.integer else { return nil }
            number = entry.number
            act = entry.value("act")?.string ?? "transfer"
            self.id = id
            debit = entry.value("debit")?.string ?? ""
            credit = entry.value("credit")?.string ?? ""
            self.amount = amount
            code = entry.value("code")?.string ?? ""
            until = entry.value("until")?.integer
        }
    }

    var balances: [String: (balance: Int64, debits: Int64, credits: Int64)] = [:]
    /// Held transfers that nothing has settled, and how many transfers there were in all.
    var held: [String: Change] = [:]
    var transfers: Int64 = 0
    var legs: Int64 = 0
    /// A sum over all transfers in their last state that no change of one leaves alone.
    var print: Int64 = 0

    static func print(_ id: String, _ amount: Int64, _ state: TransferState, _ posted: Int64, _ number: Int64) -> Int64 {
        Hash.of("\(id) \(amount) \(state.rawValue) \(posted) \(number)".utf8).array.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    mutating func apply(_ change: Change) -> Bool {
        switch change.act {
        case "transfer":
            transfers += 1
            move(change, change.amount)
            print &+= Replay.print(change.id, change.amount, .single, change.amount, change.number)
        case "hold":
            guard held[change.id] == nil, change.until != nil else { return false }
            transfers += 1
            held[change.id] = change
            balances[change.debit, default: (0, 0, 0)].debits += change.amount
            balances[change.credit, default: (0, 0, 0)].credits += change.amount
        case "post", "void", "expire":
            guard let first = held.removeValue(forKey: change.id), first.debit == change.debit, first.credit == change.credit, change.amount <= first.amount else { return false }
            balances[change.debit, default: (0, 0, 0)].debits -= first.amount
            balances[change.credit, default: (0, 0, 0)].credits -= first.amount
            let isPosted = change.act == "post"
            if isPosted { move(change, change.amount) }
            print &+= Replay.print(change.id, first.amount, isPosted ? .posted : change.act == "void" ? .voided : .expired, isPosted ? change.amount : 0, first.number)
        case "close": break
        default: return false
        }
        return true
    }

    private mutating func move(_ change: Change, _ amount: Int64) {
        legs += 2
        balances[change.debit, default: (0, 0, 0)].balance += amount
        balances[change.credit, default: (0, 0, 0)].balance -= amount
    }

    func difference(from connection: Connection) throws -> Damage? {
        func damage(_ vi: String, _ en: String, number: Int64? = nil) -> Damage { Damage(journal: Ledger.journal, number: number, Text(vi: vi, en: en)) }
        guard balances.values.reduce(0, { $0 + $1.balance }) == 0 else { return damage("tổng các số dư khác không", "the balances do not sum to zero") }
        var seen = 0
        for account in try connection.all("SELECT \(Ledger.accountColumns) FROM ledger_book", { Ledger.account($0, from: 0) }) {
            let told = balances[account.name] ?? (0, 0, 0)
            if balances[account.name] != nil { seen += 1 }
            guard told == (account.balance, account.debitsPending, account.creditsPending) else {
                return damage("số dư tài khoản \(account.name) khác với các mục", "the balance of \(account.name) differs from the entries")
            }
        }
        guard seen == balances.count else { return damage("thiếu tài khoản", "an account is missing") }
        var count: Int64 = 0
        var found: Int64 = 0
        var wrong: Int64?
        try connection.each("SELECT \(Ledger.transferColumns) FROM transfer") { row in
            let one = Ledger.entered(row)
            count += 1
            if one.state == .pending {
                guard let held = held[one.transfer.id], held.number == one.number, held.amount == one.transfer.amount.amount, held.until == one.transfer.hold?.milliseconds else {
                    wrong = one.number
                    return false
                }
            } else {
                found &+= Replay.print(one.transfer.id, one.transfer.amount.amount, one.state, one.posted.amount, one.number)
            }
            return true
        }
        if wrong != nil || found != print || count != transfers {
            return damage("các khoản chuyển khác với các mục", "the transfers differ from the entries", number: wrong)
        }
        // Every leg stands at its entry, and every account's last leg says its balance.
        let stored = try connection.first("SELECT count(*), CAST(coalesce(sum(change), 0) AS BIGINT) FROM ledger_leg") { ($0.integer(0), $0.integer(1)) }!
        guard stored == (legs, 0) else { return damage("bút toán khác với các mục", "the legs differ from the entries") }
        for (name, balance, last) in try connection.all(
            """
            SELECT b.name, b.balance, coalesce((SELECT l.balance FROM ledger_leg l WHERE l.account = b.id ORDER BY l.number DESC LIMIT 1), 0), \
            CAST(coalesce((SELECT sum(l.change) FROM ledger_leg l WHERE l.account = b.id), 0) AS BIGINT) FROM ledger_book b
            """, { ($0.text(0), $0.integer(1), [$0.integer(2), $0.integer(3)]) })
        where last != [balance, balance] { return damage("sao kê tài khoản \(name) sai", "the statement of \(name) is wrong") }
        return nil
    }
}
