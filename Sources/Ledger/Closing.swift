// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
public import Store

/// One line of an account's statement.
public struct StatementLine: Sendable, Equatable {
    public let number: Int64
    public let recorded: Instant
    public let transfer: String
    public let code: String
    /// The account at the other end.
    public let other: String
    /// More than none when the account received.
    public let change: Int64
    /// After it.
    public let balance: Int64
}

/// An account over one closed day.
public struct DayLine: Sendable, Equatable {
    public let account: String
    public let opening: Int64
    public let debits: Int64
    public let credits: Int64
    public var closing: Int64 { opening + debits - credits }
}

extension Ledger {
    // MARK: Statements

    /// What moved on an account, oldest first, beginning after an entry's number.
    public func statement(of name: String, after: Int64 = -1, before: Int64 = .max, limit: Int) throws -> [StatementLine] {
        try database.read { connection in
            guard let id = try connection.first("SELECT id FROM ledger_book WHERE name = \(name)", { $0.integer(0) }) else { return [] }
            return try connection.all(
                """
                SELECT l.number, e.recorded, t.id, t.code, t.debit, t.credit, l.change, l.balance FROM ledger_leg l JOIN entry_ledger e ON e.number = l.number \
                JOIN transfer t ON t.number = e.record WHERE l.account = \(id) AND l.number > \(after) AND l.number < \(before) ORDER BY l.number LIMIT \(limit)
                """
            ) { row in
                StatementLine(
                    number: row.integer(0), recorded: Instant(milliseconds: row.integer(1)), transfer: row.text(2), code: row.text(3),
                    other: row.text(4) == name ? row.text(5) : row.text(4), change: row.integer(6), balance: row.integer(7))
            }
        }
    }

    /// An account's last movements, newest first.
    public func lastMovements(of name: String, limit: Int) throws -> [StatementLine] {
        let from = try database.look { connection in
            try connection.first(
                "SELECT min(n) FROM (SELECT l.number AS n FROM ledger_leg l JOIN ledger_book b ON b.id = l.account WHERE b.name = \(name) ORDER BY l.number DESC LIMIT \(limit)) x"
            ) { $0.optionalInteger(0) } ?? nil
        }
        guard let from else { return [] }
        return try statement(of: name, after: from - 1, limit: limit).reversed()
    }

    /// The balance at the end of a day.
    public func balance(of name: String, atEndOf day: Day) throws -> Int64 {
        try database.read { connection in
            let end = try Ledger.first(after: day, on: connection) ?? .max
            return try connection.first(
                "SELECT l.balance FROM ledger_leg l JOIN ledger_book b ON b.id = l.account WHERE b.name = \(name) AND l.number < \(end) ORDER BY l.number DESC LIMIT 1"
            ) { $0.integer(0) } ?? 0
        }
    }

    /// The number of the first entry after a day.
    private static func first(after day: Day, on connection: Connection) throws -> Int64? {
        try connection.first("SELECT min(first) FROM ledger_day WHERE day > \(day)") { $0.optionalInteger(0) } ?? nil
    }

    // MARK: Closing a day

    /// Closes the books of a day that is over, and of all days before: every account's opening, movements and closing are kept, the closing is
    /// an entry, and nothing can be entered in those days any more. Closing it again changes nothing.
    public func close(_ day: Day, by origin: LedgerOrigin, on connection: Connection) throws {
        guard day < world.today else { throw LedgerError.notOver(day) }
        if let last = try lastClosed(on: connection), day <= last { return }
        let open = try connection.all("SELECT day, first FROM ledger_day WHERE day <= \(day) AND day > (SELECT coalesce(max(day), -999999) FROM ledger_closed) ORDER BY day") {
            (Day(number: Int32($0.integer(0))), $0.integer(1))
        }
        for (one, first) in open {
            let end = try Ledger.first(after: one, on: connection) ?? .max
            try connection.run(
                """
                INSERT INTO ledger_closing (day, account, opening, debits, credits) SELECT \(one), b.id, \
                coalesce((SELECT l.balance FROM ledger_leg l WHERE l.account = b.id AND l.number < \(first) ORDER BY l.number DESC LIMIT 1), 0), \
                CAST(coalesce((SELECT sum(l.change) FROM ledger_leg l WHERE l.account = b.id AND l.number >= \(first) AND l.number < \(end) AND l.change > 0), 0) AS BIGINT), \
                CAST(coalesce((SELECT -sum(l.change) FROM ledger_leg l WHERE l.account = b.id AND l.number >= \(first) AND l.number < \(end) AND l.change < 0), 0) AS BIGINT) \
                FROM ledger_book b
                """)
            let sums = try connection.first("SELECT CAST(sum(debits) AS BIGINT), CAST(sum(credits) AS BIGINT) FROM ledger_closing WHERE day = \(one)") {
                ($0.integer(0), $0.integer(1))
            }!
            guard sums.0 == sums.1 else { throw StoreError.failed(code: 0, "the day's debits and credits differ") }
            let number = try append(
                [.string("close:\(one)"), .string("close"), .null, .null, .integer(sums.0), .string(one.description), .null], origin, world.today, record: nil, previous: nil,
                on: connection)
            try connection.run("INSERT INTO ledger_closed (day, number) VALUES (\(one), \(number))")
        }
        if open.last?.0 != day {
            // A day without movements is closed too, so that none can come.
            let number = try append(
                [.string("close:\(day)"), .string("close"), .null, .null, .integer(0), .string(day.description), .null], origin, world.today, record: nil, previous: nil,
                on: connection)
            try connection.run("INSERT INTO ledger_closed (day, number) VALUES (\(day), \(number))")
        }
        forgetClosed()
    }

    public func lastClosed() throws -> Day? {
        try database.look { try $0.first("SELECT max(day) FROM ledger_closed") { $0.optionalInteger(0) }.flatMap { $0 }.map { Day(number: Int32($0)) } }
    }

    /// The accounts of a closed day that moved or hold something, by name.
    public func closing(of day: Day) throws -> [DayLine] {
        try database.look {
            try $0.all(
                """
                SELECT b.name, c.opening, c.debits, c.credits FROM ledger_closing c JOIN ledger_book b ON b.id = c.account WHERE c.day = \(day) \
                AND (c.opening <> 0 OR c.debits <> 0 OR c.credits <> 0) ORDER BY b.name
                """
            ) { DayLine(account: $0.text(0), opening: $0.integer(1), debits: $0.integer(2), credits: $0.integer(3)) }
        }
    }
}
