// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
public import Store
internal import Synchronization

/// An officer's account.
public struct Account: Sendable {
    public let id: Int64
    public let user: String
    public let name: String
    public let grants: [Grant]
    public let isDisabled: Bool
    /// The number of the civil servant whose account it is: its rights in a unit are then those of the post.
    public let servant: String?
    /// The row of the person whose account it is, where shifts are planned for them as a guide.
    public let person: Int64?

    public func authority(purpose: Purpose? = nil) -> Authority {
        Authority(.officer, id: "officer:\(user)", name: name, grants: grants, purpose: purpose, servant: servant)
    }
}

/// Roles that offices give; each is a list of grants, bound to a unit where the unit matters.
public enum Role: String, CaseIterable, Sendable {
    case officer, leader, inspector, administrator, helper, cashier, treasurer

    public var title: Text {
        switch self {
        case .officer: ["vi": "Cán bộ", "en": "Officer"]
        case .leader: ["vi": "Lãnh đạo", "en": "Leader"]
        case .inspector: ["vi": "Thanh tra", "en": "Inspector"]
        case .administrator: ["vi": "Quản trị", "en": "Administrator"]
        case .helper: ["vi": "Người hướng dẫn", "en": "Helper"]
        case .cashier: ["vi": "Thu ngân", "en": "Cashier"]
        case .treasurer: ["vi": "Thủ quỹ, kế toán", "en": "Treasurer"]
        }
    }

    /// All rights of an account: over registers, and over the work of offices.
    public func grants(registers: [String], offices: [String], unit: String?) -> [Grant] {
        let own = grants(registers: registers, unit: unit) + grants(offices: offices, unit: unit)
        // Who works for an office answers its letters and what inspections found there, and so reads both, whichever registers it was given.
        guard self == .officer, !offices.isEmpty else { return own }
        return own + ["urging", "inspection-finding"].filter { !registers.contains($0) }.map { Grant($0, [.read], unit: unit) }
    }

    /// Rights over the dossiers of offices, and to answer the letters that these get.
    public func grants(offices: [String], unit: String?) -> [Grant] {
        offices.map(Office.right).compactMap { right in
            switch self {
            case .officer: Grant(right, [.read, .write], unit: unit)
            case .leader: Grant(right, [.read, .decide], unit: unit)
            case .inspector: Grant(right, [.read], unit: unit)
            case .administrator, .helper, .cashier, .treasurer: nil
            }
        }
    }

    public func grants(registers: [String], unit: String?) -> [Grant] {
        switch self {
        // Who keeps households keeps their devices too.
        case .officer:
            // Letters are the city's to write; the office that gets one answers it.
            registers.map { Grant($0, ["urging", "inspection", "inspection-finding"].contains($0) ? [.read] : [.read, .personal, .write], unit: unit) }
                + (registers.contains("household") ? [Grant("devices", [.read, .write], unit: unit)] : [])
        // Leaders read and urge; inspectors read and enter what they found.
        case .leader: registers.map { Grant($0, [.read], unit: unit) } + (registers.contains("urging") && unit == nil ? [Grant("urging", [.write])] : [])
        case .inspector:
            registers.map { Grant($0, [.read, .personal], unit: unit) }
                + ["inspection", "inspection-finding"].filter { registers.contains($0) }.map { Grant($0, [.write], unit: unit) }
        // Who runs the machine does not thereby see persons.
        case .administrator: [Grant("*", [.administer])]
        // Who helps others sees nothing of them by their own right.
        case .helper: [Grant("help", [.write], unit: unit)]
        case .cashier: [Grant("cashier", [.write], unit: unit)]
        case .treasurer: [Grant("treasury", [.read, .write, .decide])]
        }
    }
}

public enum AccountError: Error, Sendable, Equatable {
    case wrongPassword
    case tooManyTries
    case unknownUser(String)
    case userExists(String)
    case badUser
    case weakPassword
    case expiredLink
    case unknownToken(String)
    case badGrant(String)
    case tooBusy
    case tooMany
    case unknownAgreement
}

/// A signed-in officer's session, as its cookie finds it.
public struct Session: Sendable {
    public let account: Account
    public let purpose: Purpose?
    /// The secret that forms of this session carry.
    public let formKey: String
    let idHash: [UInt8]

    public var authority: Authority { account.authority(purpose: purpose) }
}

/// Accounts, sessions, tokens: who somebody is and what they may do. Nothing secret is stored as it is.
public final class Accounts: Sendable {
    public struct Limits: Sendable {
        public var idleMilliseconds: Int64 = 15 * 60_000
        public var wholeMilliseconds: Int64 = 12 * 3_600_000
        public var linkMilliseconds: Int64 = 24 * 3_600_000
        public var citizenCodeMilliseconds: Int64 = 7 * 86_400_000
        public var phoneCodeMilliseconds: Int64 = 5 * 60_000
        /// Codes to one phone, and tries of one code, in ten minutes.
        public var phoneCodesMax = 3
        public var phoneTriesMax = 5
        public var citizenMilliseconds: Int64 = 30 * 60_000
        /// Wrong passwords of one account, and of one address, in ten minutes.
        public var triesMax = 10
        public var triesOfAddressMax = 100
        public var passwordMin = 12
        /// Password hashes computed at once; each takes 32 MiB and a tenth of a second.
        public var hashesMax = 2
        public init() {}
    }

    let database: Database
    let world: World
    public let limits: Limits
    /// Names that registers had when grants were written, and the names they have now.
    let renamed: [String: String]
    private let tries = Mutex<[String: [Int64]]>([:])
    private let hashing = Mutex(0)
    private let tokenCache = Mutex<[[UInt8]: (authority: Authority, software: String?, until: Int64)]>([:])
    private let sessionCache = Mutex<[[UInt8]: Int64]>([:])

    public init(database: Database, world: World, limits: Limits = Limits(), renamed: [String: String] = [:]) throws {
        self.renamed = renamed
        self.database = database
        self.world = world
        self.limits = limits
        try database.migrate(Accounts.migration)
    }

    static let migration = Migration(
        "people",
        steps: [
            [
                """
                CREATE TABLE account (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT, \
                grants TEXT NOT NULL, disabled INTEGER NOT NULL, created INTEGER NOT NULL)
                """,
                """
                CREATE TABLE session (id BLOB NOT NULL PRIMARY KEY, account INTEGER NOT NULL, form_key TEXT NOT NULL, purpose TEXT, \
                started INTEGER NOT NULL, seen INTEGER NOT NULL)
                """,
                "CREATE TABLE link (code BLOB NOT NULL PRIMARY KEY, account INTEGER NOT NULL, until INTEGER NOT NULL)",
                """
                CREATE TABLE token (id BLOB NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, grants TEXT NOT NULL, created INTEGER NOT NULL, \
                revoked INTEGER)
                """,
            ],
            [
                "ALTER TABLE account ADD COLUMN servant TEXT", "ALTER TABLE token ADD COLUMN agreement INTEGER",
                """
                CREATE TABLE agreement (id INTEGER PRIMARY KEY, party TEXT NOT NULL, basis TEXT NOT NULL, purpose TEXT NOT NULL, grants TEXT NOT NULL, \
                until INTEGER NOT NULL, created INTEGER NOT NULL, ended INTEGER)
                """,
                """
                CREATE TABLE citizen_code (code BLOB NOT NULL PRIMARY KEY, register TEXT NOT NULL, record INTEGER NOT NULL, issuer TEXT NOT NULL, until INTEGER NOT NULL)
                """,
                """
                CREATE TABLE citizen_session (id BLOB NOT NULL PRIMARY KEY, register TEXT NOT NULL, record INTEGER NOT NULL, form_key TEXT NOT NULL, \
                started INTEGER NOT NULL)
                """,
                "CREATE TABLE saved_view (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, created INTEGER NOT NULL)",
                """
                CREATE TABLE recent (account INTEGER NOT NULL, register TEXT NOT NULL, record INTEGER NOT NULL, seen INTEGER NOT NULL, \
                PRIMARY KEY (account, register, record))
                """,
            ],
            [
                """
                CREATE TABLE phone_code (register TEXT NOT NULL, record INTEGER NOT NULL, code BLOB NOT NULL, until INTEGER NOT NULL, tries INTEGER NOT NULL, \
                PRIMARY KEY (register, record))
                """,
                """
                CREATE TABLE kiosk (id INTEGER PRIMARY KEY, unit TEXT NOT NULL, place TEXT NOT NULL, code BLOB, until INTEGER, public_key BLOB, enrolled INTEGER, \
                seen INTEGER, revoked INTEGER)
                """,
                """
                CREATE TABLE deputy (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, deputy INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, ended INTEGER)
                """,
                """
                CREATE TABLE passkey (id BLOB NOT NULL PRIMARY KEY, register TEXT NOT NULL, record INTEGER NOT NULL, public_key BLOB NOT NULL, counter INTEGER NOT NULL, \
                created INTEGER NOT NULL, used INTEGER)
                """,
                "CREATE INDEX passkey_record ON passkey (register, record)",
                "CREATE TABLE passkey_challenge (hash BLOB NOT NULL PRIMARY KEY, person INTEGER, until INTEGER NOT NULL)",
                "CREATE TABLE identity_request (hash BLOB NOT NULL PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL, next TEXT NOT NULL, until INTEGER NOT NULL)",
                "CREATE INDEX deputy_deputy ON deputy (deputy)", "ALTER TABLE citizen_session ADD COLUMN helper TEXT",
                "CREATE TABLE kiosk_session (id BLOB NOT NULL PRIMARY KEY, kiosk INTEGER NOT NULL, started INTEGER NOT NULL)",
            ],
            ["ALTER TABLE token ADD COLUMN software TEXT"], ["ALTER TABLE account ADD COLUMN person INTEGER"],
        ])

    // MARK: Accounts

    /// Adds an account without a password and gives the code of a link by which its owner sets one, once.
    public func add(user: String, name: String, grants: [Grant], servant: String? = nil, person: Int64? = nil) throws -> String {
        guard (2...40).contains(user.utf8.count), user.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x2D })
        else { throw AccountError.badUser }
        let now = world.now()
        let text = Accounts.text(grants)
        let id = try database.writeAndWait { connection in
            guard try connection.first("SELECT 1 FROM account WHERE login = \(user)", { _ in true }) == nil else { throw AccountError.userExists(user) }
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM account") { $0.integer(0) }!
            try connection.run(
                """
                INSERT INTO account (id, login, name, password, grants, disabled, created, servant, person) \
                VALUES (\(id), \(user), \(name.tidied), \(String?.none), \(text), 0, \(now), \(servant), \(person))
                """)
            return id
        }
        return try link(account: id)
    }

    private func link(account: Int64) throws -> String {
        let code = Encoding.base64URL(world.random(32))
        let hash = Hash.of(code.utf8).array
        let until = world.now().milliseconds + limits.linkMilliseconds
        try database.writeAndWait { try $0.run("INSERT INTO link (code, account, until) VALUES (\(hash), \(account), \(until))") }
        return code
    }

    /// A new link for an account whose owner forgot the password; the old password stays until the link is used.
    public func newLink(user: String) throws -> String {
        guard let account = try find(user: user) else { throw AccountError.unknownUser(user) }
        return try link(account: account.id)
    }

    /// Whose link it is, while it holds.
    public func owner(ofLink code: String) throws -> Account? {
        let hash = Hash.of(code.utf8).array
        let now = world.now()
        guard let id = try database.look({ try $0.first("SELECT account FROM link WHERE code = \(hash) AND until > \(now)") { $0.integer(0) } }) else {
            return nil
        }
        return try find("id = \(id)")
    }

    /// Sets the password by a link, which is then used up, and ends every session of the account.
    public func setPassword(link code: String, to password: String) throws {
        guard let account = try owner(ofLink: code) else { throw AccountError.expiredLink }
        guard password.count >= limits.passwordMin, password.utf8.count <= 1000, password.folded != account.user else { throw AccountError.weakPassword }
        let stored = Password.hash(password, salt: world.random(16))
        let hash = Hash.of(code.utf8).array
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM link WHERE code = \(hash)")
            guard connection.changes == 1 else { throw AccountError.expiredLink }
            try connection.run("UPDATE account SET password = \(stored) WHERE id = \(account.id)")
            try connection.run("DELETE FROM session WHERE account = \(account.id)")
        }
    }

    public func disable(user: String) throws {
        guard let account = try find(user: user) else { throw AccountError.unknownUser(user) }
        try database.writeAndWait { connection in
            try connection.run("UPDATE account SET disabled = 1 WHERE id = \(account.id)")
            try connection.run("DELETE FROM session WHERE account = \(account.id)")
        }
    }

    public func list() throws -> [Account] {
        try database.look { try $0.all("SELECT \(Accounts.columns) FROM account a ORDER BY a.login", self.account) }
    }

    public func find(user: String) throws -> Account? { try find("login = \(user)") }

    /// Whether a civil servant has an account that works; for rules that run inside another's transaction.
    public static func holds(servant: String, on connection: Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM account WHERE servant = \(servant) AND disabled = 0", { _ in true }) != nil
    }

    private func find(_ condition: SQL) throws -> Account? {
        try database.look { try $0.first("SELECT \(Accounts.columns) FROM account a WHERE \(condition)", self.account) }
    }

    private static let columns: SQL = "a.id, a.login, a.name, a.grants, a.disabled, a.servant, a.person"

    private func account(_ row: Row) -> Account {
        Account(
            id: row.integer(0), user: row.text(1), name: row.text(2), grants: grants(row.text(3)), isDisabled: row.integer(4) != 0, servant: row.optionalText(5),
            person: row.optionalInteger(6))
    }

    static func text(_ grants: [Grant]) -> String { grants.map(\.text).joined(separator: " ") }
    func grants(_ text: String) -> [Grant] {
        text.split(separator: " ").compactMap { Grant(String($0)) }.map { grant in renamed[grant.register].map { Grant($0, grant.acts, unit: grant.unit) } ?? grant }
    }

    // MARK: Sessions

    /// Signs in; gives the session's secret for the cookie. An unknown name costs the same time as a wrong password.
    public func signIn(user: String, password: String, address: String) throws -> String {
        try countTry("address:" + address, limits.triesOfAddressMax)
        try countTry("user:" + user.lowercased(), limits.triesMax)
        let found = try database.look { connection in
            try connection.first("SELECT id, password, disabled FROM account WHERE login = \(user)") { ($0.integer(0), $0.optionalText(1), $0.integer(2)) }
        }
        let stored = found?.1 ?? Accounts.nobody
        try hashing.withLock { running in
            guard running < limits.hashesMax else { throw AccountError.tooBusy }
            running += 1
        }
        defer { hashing.withLock { $0 -= 1 } }
        let isRight = Password.matches(password, stored)
        guard isRight, let (id, _, disabled) = found, disabled == 0 else { throw AccountError.wrongPassword }
        tries.withLock { $0["user:" + user.lowercased()] = nil }
        let secret = Encoding.base64URL(world.random(32))
        let hash = Hash.of(secret.utf8).array
        let formKey = Encoding.base64URL(world.random(32))
        let now = world.now()
        let oldest = now.milliseconds - limits.wholeMilliseconds
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM session WHERE started < \(oldest)")
            try connection.run(
                "INSERT INTO session (id, account, form_key, purpose, started, seen) VALUES (\(hash), \(id), \(formKey), \(String?.none), \(now), \(now))")
        }
        return secret
    }

    /// A password nobody has, so that unknown names take as long as known ones.
    private static let nobody = Password.hash("", salt: [UInt8](repeating: 0, count: 16)) + "x"

    func countTry(_ key: String, _ max: Int) throws {
        let now = world.now().milliseconds
        try tries.withLock { tries in
            if tries.count > 50_000 { tries = tries.filter { $0.value.contains { $0 > now - 600_000 } } }
            var recent = (tries[key] ?? []).filter { $0 > now - 600_000 }
            guard recent.count < max else { throw AccountError.tooManyTries }
            recent.append(now)
            tries[key] = recent
        }
    }

    /// Refuses when there were enough tries already; does not count one.
    func checkTries(_ key: String, _ max: Int) throws {
        let now = world.now().milliseconds
        let recent = tries.withLock { $0[key]?.count { $0 > now - 600_000 } ?? 0 }
        guard recent < max else { throw AccountError.tooManyTries }
    }

    /// The session of a cookie's secret, if it still holds.
    public func session(_ secret: String) throws -> Session? {
        guard secret.utf8.count == 43 else { return nil }
        let hash = Hash.of(secret.utf8).array
        let now = world.now().milliseconds
        let found = try database.look { connection in
            try connection.first(
                """
                SELECT \(Accounts.columns), s.form_key, s.purpose, s.started, s.seen FROM session s \
                JOIN account a ON a.id = s.account WHERE s.id = \(hash)
                """
            ) { row in (self.account(row), row.text(7), row.optionalText(8), row.integer(9), row.integer(10)) }
        }
        guard let (account, formKey, purpose, started, seen) = found, !account.isDisabled else { return nil }
        let lastSeen = max(seen, sessionCache.withLock { $0[hash] } ?? 0)
        guard now - started < limits.wholeMilliseconds, now - lastSeen < limits.idleMilliseconds else { return nil }
        sessionCache.withLock { cache in
            if cache.count > 50_000 { cache.removeAll() }
            cache[hash] = now
        }
        // The table learns of use once a minute; that is exact enough for an idle time of fifteen.
        if now - seen > 60_000 {
            database.write({ try $0.run("UPDATE session SET seen = \(now) WHERE id = \(hash)") }, then: { _ in })
        }
        return Session(account: account, purpose: purpose.flatMap { Purpose.find($0) }, formKey: formKey, idHash: hash)
    }

    public func setPurpose(_ purpose: Purpose?, of session: Session) async throws {
        let code = purpose?.code
        let hash = session.idHash
        try await database.write { try $0.run("UPDATE session SET purpose = \(code) WHERE id = \(hash)") }
    }

    public func signOut(_ session: Session) async throws {
        let hash = session.idHash
        try await database.write { try $0.run("DELETE FROM session WHERE id = \(hash)") }
    }

    // MARK: Tokens

    /// Adds a system's token and gives it, this once. `software` is the key of a ministry's software that it is for.
    public func addToken(name: String, grants: [Grant], agreement: Int64? = nil, software: String? = nil) throws -> String {
        if let agreement, try self.agreement(agreement)?.holds(on: world.today) != true { throw AccountError.unknownAgreement }
        let token = "tl_" + Encoding.base64URL(world.random(32))
        let hash = Hash.of(token.utf8).array
        let text = Accounts.text(grants)
        let now = world.now()
        let name = name.tidied
        try database.writeAndWait { connection in
            guard try connection.first("SELECT 1 FROM token WHERE name = \(name)", { _ in true }) == nil else { throw AccountError.userExists(name) }
            try connection.run("INSERT INTO token (id, name, grants, created, agreement, software) VALUES (\(hash), \(name), \(text), \(now), \(agreement), \(software))")
        }
        return token
    }

    public func revokeToken(name: String) throws {
        let now = world.now()
        try database.writeAndWait { connection in
            try connection.run("UPDATE token SET revoked = \(now) WHERE name = \(name) AND revoked IS NULL")
            guard connection.changes == 1 else { throw AccountError.unknownToken(name) }
        }
        tokenCache.withLock { $0.removeAll() }
    }

    /// Revokes every token of a ministry's software; gives their names.
    public func revokeTokens(ofSoftware software: String) throws -> [String] {
        let now = world.now()
        let names = try database.writeAndWait { connection in
            let names = try connection.all("SELECT name FROM token WHERE software = \(software) AND revoked IS NULL ORDER BY name") { $0.text(0) }
            try connection.run("UPDATE token SET revoked = \(now) WHERE software = \(software) AND revoked IS NULL")
            return names
        }
        tokenCache.withLock { $0.removeAll() }
        return names
    }

    public func tokens() throws -> [(name: String, grants: [Grant], created: Instant, revoked: Instant?)] {
        try database.look { connection in
            try connection.all("SELECT name, grants, created, revoked FROM token ORDER BY name") { row in
                (
                    row.text(0), self.grants(row.text(1)), Instant(milliseconds: row.integer(2)),
                    row.optionalInteger(3).map { Instant(milliseconds: $0) }
                )
            }
        }
    }

    func forgetTokens() { tokenCache.withLock { $0.removeAll() } }

    /// Whose token it is; nil when it is unknown or revoked. An answer is kept for a second, so a revoked token is dead at once here
    /// and within a second where another process revoked it.
    public func authority(token: String) throws -> Authority? { try bearer(token: token)?.authority }

    /// The same, with the ministry's software that the token is for: whoever lets it in asks first whether that software is still accepted.
    public func bearer(token: String) throws -> (authority: Authority, software: String?)? {
        guard token.utf8.count <= 100 else { return nil }
        let hash = Hash.of(token.utf8).array
        let now = world.now().milliseconds
        if let known = tokenCache.withLock({ $0[hash] }), known.until > now { return (known.authority, known.software) }
        let found = try database.look { connection in
            try connection.first("SELECT name, grants, agreement, software FROM token WHERE id = \(hash) AND revoked IS NULL") {
                ($0.text(0), self.grants($0.text(1)), $0.optionalInteger(2), $0.optionalText(3))
            }
        }
        guard let (name, grants, agreementID, software) = found else { return nil }
        var authority = Authority(.system, id: "system:\(name)", name: name, grants: grants)
        if let agreementID {
            // What the agreement does not say, its token may not; and it ends with it.
            guard let agreement = try agreement(agreementID), agreement.holds(on: world.today) else { return nil }
            authority = Authority(.system, id: authority.id, name: name, grants: agreement.grants, onlyPurpose: agreement.purpose)
        }
        tokenCache.withLock { cache in
            if cache.count > 10_000 { cache.removeAll() }
            cache[hash] = (authority, software, now + 1000)
        }
        return (authority, software)
    }
}
