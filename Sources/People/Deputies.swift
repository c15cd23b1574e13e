// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Store

/// Who stands in for whom, from one day to another.
public struct Deputyship: Sendable {
    public let id: Int64
    /// The users.
    public let absent: String
    public let deputy: String
    public let first: Day
    public let last: Day
    /// The day it was ended early.
    public let ended: Day?

    public func holds(on day: Day) -> Bool { first <= day && day <= last && (ended.map { day < $0 } ?? true) }
}

extension Accounts {
    private func deputyships(_ condition: SQL) throws -> [Deputyship] {
        try database.look { connection in
            try connection.all(
                """
                SELECT d.id, a.login, b.login, d.first, d.last, d.ended FROM deputy d JOIN account a ON a.id = d.account JOIN account b ON b.id = d.deputy \
                WHERE \(condition) ORDER BY d.first DESC, d.id DESC
                """
            ) { row in
                Deputyship(
                    id: row.integer(0), absent: row.text(1), deputy: row.text(2), first: Day(number: Int32(truncatingIfNeeded: row.integer(3))),
                    last: Day(number: Int32(truncatingIfNeeded: row.integer(4))), ended: row.optionalInteger(5).map { Day(number: Int32(truncatingIfNeeded: $0)) })
            }
        }
    }

    public func deputies() throws -> [Deputyship] { try deputyships("1 = 1") }
    public func deputies(of account: Account) throws -> [Deputyship] { try deputyships("d.account = \(account.id) OR d.deputy = \(account.id)") }

    /// The accounts that somebody stands in for today.
    func absentIDs(coveredBy deputy: Int64) throws -> [Int64] {
        let today = world.today
        return try database.look { connection in
            try connection.all(
                "SELECT account FROM deputy WHERE deputy = \(deputy) AND first <= \(today) AND last >= \(today) AND (ended IS NULL OR ended > \(today))"
            ) { $0.integer(0) }
        }
    }

    public func absences(coveredBy deputy: Int64) throws -> [Account] {
        let ids = try absentIDs(coveredBy: deputy)
        return ids.isEmpty ? [] : try list().filter { ids.contains($0.id) && !$0.isDisabled }
    }

    /// Names who stands in while somebody is away; sixty days at most.
    public func addDeputy(_ user: String, of account: Account, first: Day, last: Day) throws {
        guard let deputy = try find(user: user), deputy.id != account.id, !deputy.isDisabled else { throw AccountError.unknownUser(user) }
        guard first <= last, last >= world.today, last <= first + 60 else { throw AccountError.badGrant("dates") }
        let id = account.id
        try database.writeAndWait { connection in
            let next = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM deputy") { $0.integer(0) }!
            try connection.run("INSERT INTO deputy (id, account, deputy, first, last) VALUES (\(next), \(id), \(deputy.id), \(first), \(last))")
        }
    }

    public func endDeputy(_ id: Int64, of account: Account) throws {
        let today = world.today
        try database.writeAndWait { try $0.run("UPDATE deputy SET ended = \(today) WHERE id = \(id) AND account = \(account.id) AND ended IS NULL") }
    }
}
