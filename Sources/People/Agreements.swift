// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Store

/// An agreement of use: which office or system may ask for what, for which purpose, on which basis and until when.
public struct UseAgreement: Sendable {
    public let id: Int64
    public let party: String
    public let basis: String
    public let purpose: Purpose
    public let grants: [Grant]
    public let until: Day
    public let created: Instant
    public let ended: Instant?

    public func holds(on day: Day) -> Bool { ended == nil && day <= until }
}

extension Accounts {
    public func addAgreement(party: String, basis: String, purpose: Purpose, grants: [Grant], until: Day) throws -> Int64 {
        let text = Accounts.text(grants)
        let now = world.now()
        return try database.writeAndWait { connection in
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM agreement") { $0.integer(0) }!
            try connection.run(
                """
                INSERT INTO agreement (id, party, basis, purpose, grants, until, created) \
                VALUES (\(id), \(party.tidied), \(basis.tidied), \(purpose.code), \(text), \(until), \(now))
                """)
            return id
        }
    }

    public func agreements() throws -> [UseAgreement] {
        try database.look { connection in
            try connection.all("SELECT id, party, basis, purpose, grants, until, created, ended FROM agreement ORDER BY id DESC", self.agreement).compactMap { $0 }
        }
    }

    private func agreement(_ row: Row) -> UseAgreement? {
        guard let purpose = Purpose.find(row.text(3)) else { return nil }
        return UseAgreement(
            id: row.integer(0), party: row.text(1), basis: row.text(2), purpose: purpose, grants: grants(row.text(4)),
            until: Day(number: Int32(truncatingIfNeeded: row.integer(5))),
            created: Instant(milliseconds: row.integer(6)), ended: row.optionalInteger(7).map { Instant(milliseconds: $0) })
    }

    /// Ends an agreement; its tokens are dead at once.
    public func endAgreement(_ id: Int64) throws {
        let now = world.now()
        try database.writeAndWait { try $0.run("UPDATE agreement SET ended = \(now) WHERE id = \(id) AND ended IS NULL") }
        forgetTokens()
    }

    func agreement(_ id: Int64) throws -> UseAgreement? {
        try database.look { connection in
            try connection.first("SELECT id, party, basis, purpose, grants, until, created, ended FROM agreement WHERE id = \(id)", self.agreement)
        }.flatMap { $0 }
    }
}

/// A list that an officer keeps: its name and its address on this site.
public struct SavedView: Sendable {
    public let id: Int64
    public let name: String
    public let path: String
}

extension Accounts {
    static let viewsMax = 50

    public func saveView(_ name: String, path: String, of account: Account) throws {
        let name = String(name.tidied.prefix(80))
        let now = world.now()
        try database.writeAndWait { connection in
            let count = try connection.first("SELECT count(*) FROM saved_view WHERE account = \(account.id)") { Int($0.integer(0)) }!
            guard count < Self.viewsMax else { throw AccountError.tooMany }
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM saved_view") { $0.integer(0) }!
            try connection.run("INSERT INTO saved_view (id, account, name, path, created) VALUES (\(id), \(account.id), \(name), \(path), \(now))")
        }
    }

    public func views(of account: Account) throws -> [SavedView] {
        try database.look { connection in
            try connection.all("SELECT id, name, path FROM saved_view WHERE account = \(account.id) ORDER BY name") {
                SavedView(id: $0.integer(0), name: $0.text(1), path: $0.text(2))
            }
        }
    }

    public func removeView(_ id: Int64, of account: Account) throws {
        try database.writeAndWait { try $0.run("DELETE FROM saved_view WHERE id = \(id) AND account = \(account.id)") }
    }

    // MARK: What an officer looked at lately

    static let recentMax = 12

    /// Remembers a record by its register and number only: nothing of its content.
    public func note(register: String, row: Int64, of account: Account) {
        let now = world.now()
        database.write(
            { connection in
                try connection.run(
                    """
                    INSERT INTO recent (account, register, record, seen) VALUES (\(account.id), \(register), \(row), \(now)) \
                    ON CONFLICT (account, register, record) DO UPDATE SET seen = excluded.seen
                    """)
                try connection.run(
                    """
                    DELETE FROM recent WHERE account = \(account.id) AND seen < (SELECT min(seen) FROM (SELECT seen FROM recent WHERE account = \(account.id) \
                    ORDER BY seen DESC LIMIT \(Self.recentMax)) AS newest)
                    """)
            }, then: { _ in })
    }

    public func recent(of account: Account) throws -> [(register: String, row: Int64, seen: Instant)] {
        try database.look { connection in
            try connection.all("SELECT register, record, seen FROM recent WHERE account = \(account.id) ORDER BY seen DESC LIMIT \(Self.recentMax)") {
                ($0.text(0), $0.integer(1), Instant(milliseconds: $0.integer(2)))
            }
        }
    }
}
