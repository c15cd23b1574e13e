// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Journal
public import Store

/// Money that moves from one account to another. The debited account receives, the credited one gives.
public struct Transfer: Sendable, Equatable {
    /// Made by whoever asks, so that asking again does nothing twice.
    public let id: String
    public let debit: String
    public let credit: String
    /// Whole đồng, more than none.
    public let amount: Money
    /// What it is for: a dossier's code.
    public let code: String

    public init(id: String, debit: String, credit: String, amount: Money, code: String) {
        self.id = id
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.code = code
    }
}

/// Why money does not move.
public enum LedgerError: Error, Sendable, Equatable {
    /// The id names another transfer already.
    case otherContent(id: String)
    case badAmount
    case badAccount(String)
}

/// The city's double-entry ledger: every transfer is an entry of its journal, and all balances sum to zero at every commit.
public final class Ledger: Sendable {
    let database: Database
    let journals: Journals
    let world: World

    public static let journal = "ledger"
    static let entryNames = ["id", "debit", "credit", "amount", "code", "_author", "_cause"]

    public init(database: Database, journals: Journals, world: World) throws {
        self.database = database
        self.journals = journals
        self.world = world
        try database.migrate(
            Migration(
                "ledger",
                steps: [
                    [
                        "CREATE TABLE ledger_account (name TEXT NOT NULL PRIMARY KEY, balance INTEGER NOT NULL)",
                        """
                        CREATE TABLE transfer (id TEXT NOT NULL PRIMARY KEY, debit TEXT NOT NULL, credit TEXT NOT NULL, amount INTEGER NOT NULL, code TEXT NOT NULL, \
                        number INTEGER NOT NULL)
                        """,
                        "CREATE INDEX transfer_code ON transfer (code)",
                    ]
                ]))
        try journals.open(Ledger.journal, names: Ledger.entryNames)
    }

    /// Moves money inside the caller's transaction. The same transfer again is a no-op.
    public func enter(_ transfer: Transfer, author: String, unit: String, cause: String, on connection: Connection) throws {
        guard transfer.amount.amount > 0, transfer.amount.amount <= 1 << 52 else { throw LedgerError.badAmount }
        for name in [transfer.debit, transfer.credit] {
            let isNamed = (1...100).contains(name.utf8.count) && name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x3A) || $0 == 0x2D || $0 == 0x2E }
            guard isNamed else { throw LedgerError.badAccount(name) }
        }
        guard transfer.debit != transfer.credit else { throw LedgerError.badAccount(transfer.credit) }
        if let known = try find(transfer.id, on: connection) {
            guard known == transfer else { throw LedgerError.otherContent(id: transfer.id) }
            return
        }
        let form = try journals.form(of: Ledger.journal, names: Ledger.entryNames)
        var content: [UInt8] = [0x5B]
        for value in [
            Value.string(transfer.id), .string(transfer.debit), .string(transfer.credit), .integer(transfer.amount.amount), .string(transfer.code), .string(author), .string(cause),
        ] {
            if content.count > 1 { content.append(0x2C) }
            value.write(to: &content)
        }
        content.append(0x5D)
        let today = world.today
        let place = try journals.append(
            journals.sealer(for: form).seal(content: content, effective: today), form: form, to: Ledger.journal, record: nil, previous: nil, effective: today, unit: unit,
            load: nil, on: connection)
        try connection.run(
            """
            INSERT INTO transfer (id, debit, credit, amount, code, number) \
            VALUES (\(transfer.id), \(transfer.debit), \(transfer.credit), \(transfer.amount.amount), \(transfer.code), \(place.number))
            """)
        for (name, change) in [(transfer.debit, transfer.amount.amount), (transfer.credit, -transfer.amount.amount)] {
            try connection.run(
                "INSERT INTO ledger_account (name, balance) VALUES (\(name), \(change)) ON CONFLICT (name) DO UPDATE SET balance = ledger_account.balance + excluded.balance")
        }
        let sum = try sum(on: connection)
        precondition(sum == 0, "The ledger's balances sum to zero at every commit.")
    }

    public func find(_ id: String, on connection: Connection) throws -> Transfer? {
        try connection.first("SELECT id, debit, credit, amount, code FROM transfer WHERE id = \(id)") { row in
            Transfer(id: row.text(0), debit: row.text(1), credit: row.text(2), amount: Money(row.integer(3)), code: row.text(4))
        }
    }

    func sum(on connection: Connection) throws -> Int64 { try connection.first("SELECT CAST(coalesce(sum(balance), 0) AS BIGINT) FROM ledger_account") { $0.integer(0) }! }

    public func balance(_ name: String) throws -> Int64 {
        try database.look { try $0.first("SELECT balance FROM ledger_account WHERE name = \(name)") { $0.integer(0) } ?? 0 }
    }

    /// Recomputes the journal and all balances from its entries. Gives how many transfers there are, and the first damage.
    public func verify(progress: ((Int64) -> Void)? = nil) throws -> (entries: Int64, damage: Damage?) {
        try database.read { connection in
            let entries: Int64
            do { entries = try self.journals.verify(Ledger.journal, on: connection) { progress?($0) } } catch let damage as Damage { return (0, damage) }
            var balances: [String: Int64] = [:]
            var damage: Damage?
            try self.journals.eachEntry(from: 0, in: Ledger.journal, on: connection) { entry in
                let told = entry.value("id")?.string.flatMap { id in
                    entry.value("debit")?.string.flatMap { debit in
                        entry.value("credit")?.string.flatMap { credit in
                            entry.value("amount")?.integer.map { Transfer(id: id, debit: debit, credit: credit, amount: Money($0), code: entry.value("code")?.string ?? "") }
                        }
                    }
                }
                guard let told, try self.find(told.id, on: connection) == told else {
                    damage = Damage(journal: Ledger.journal, number: entry.number, ["vi": "khoản chuyển khác với mục của nó", "en": "a transfer differs from its entry"])
                    return false
                }
                balances[told.debit, default: 0] += told.amount.amount
                balances[told.credit, default: 0] -= told.amount.amount
                return true
            }
            if damage == nil {
                let stored = try connection.all("SELECT name, balance FROM ledger_account") { ($0.text(0), $0.integer(1)) }
                let count = try connection.first("SELECT count(*) FROM transfer") { $0.integer(0) }!
                if Dictionary(uniqueKeysWithValues: stored) != balances || balances.values.reduce(0, +) != 0 || count != entries {
                    damage = Damage(journal: Ledger.journal, number: nil, ["vi": "số dư khác với các mục", "en": "balances differ from the entries"])
                }
            }
            return (entries, damage)
        }
    }
}
