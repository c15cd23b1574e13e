// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Store

/// The ways by which a notice reaches somebody.
public enum NoticeChannel: String, Sendable, CaseIterable {
    case sms, mail
    /// To the devices of a household, which fetch it themselves; its address is the household's code.
    case device
    /// On paper, printed by an office; its address is the household's code.
    case letter

    public var title: Text {
        switch self {
        case .sms: ["vi": "Tin nhắn", "en": "Text message"]
        case .mail: ["vi": "Thư điện tử", "en": "E-mail"]
        case .device: ["vi": "Thiết bị trong nhà", "en": "Household device"]
        case .letter: ["vi": "Thư giấy", "en": "Letter"]
        }
    }
}

/// Something to tell somebody.
public struct Notice: Sendable, Equatable {
    /// What it is about and for whom: the same key is told once, whoever asks how often.
    public let key: String
    public let channel: NoticeChannel
    /// A phone number, or an address of mail.
    public let address: String
    public let subject: String
    public let text: String
    /// When it was entered.
    public let created: Instant

    public init(key: String, channel: NoticeChannel, address: String, subject: String, text: String, created: Instant) {
        self.created = created
        self.key = key
        self.channel = channel
        self.address = address
        self.subject = subject
        self.text = text
    }
}

/// Why a notice could not be handed over.
public enum DeliveryError: Error, Sendable, Equatable {
    /// Nothing was handed over; it is tried again later.
    case notNow(String)
    /// It was refused for good.
    case refused(String)
    /// It may have been handed over: only a person may decide to send it again.
    case unknown(String)
}

/// Hands notices of one channel to those who carry them.
public protocol Courier: Sendable {
    /// Whether handing over the same notice again is harmless, because its key is given along.
    var isRepeatable: Bool { get }
    /// What the administrator reads of it.
    var name: String { get }
    func deliver(_ notice: Notice) async throws(DeliveryError)
}

/// Where the notices stand.
public enum NoticeState: String, Sendable, CaseIterable {
    case waiting, sending, sent, refused
    /// The program ended while it was handed over, and the courier cannot tell.
    case unknown

    public var title: Text {
        switch self {
        case .waiting: ["vi": "Chờ gửi", "en": "Waiting"]
        case .sending: ["vi": "Đang gửi", "en": "Being sent"]
        case .sent: ["vi": "Đã gửi", "en": "Sent"]
        case .refused: ["vi": "Không gửi được", "en": "Refused"]
        case .unknown: ["vi": "Chưa rõ đã gửi chưa", "en": "Not known whether sent"]
        }
    }
}

/// The outbox: what is to be told is entered in the same commit as what happened, and handed over afterwards, never twice.
public final class Notices: Sendable {
    private let database: Database
    private let world: World
    /// After so long a hand-over that did not end is taken for broken off.
    public static let leaseMilliseconds: Int64 = 5 * 60_000
    static let triesMax = 12

    public init(database: Database, world: World) throws {
        self.database = database
        self.world = world
        try database.migrate(
            Migration(
                "notices",
                steps: [
                    [
                        """
                        CREATE TABLE notice (key TEXT NOT NULL PRIMARY KEY, channel TEXT NOT NULL, address TEXT, subject TEXT, text TEXT, state TEXT NOT NULL, \
                        tries INTEGER NOT NULL, created INTEGER NOT NULL, moment INTEGER NOT NULL, fault TEXT)
                        """,
                        "CREATE INDEX notice_due ON notice (state, moment)",
                    ], ["CREATE INDEX notice_address ON notice (channel, address) WHERE state = 'waiting'"],
                ]))
    }

    /// Enters a notice inside the caller's transaction. The same key again changes nothing.
    public func add(_ notice: Notice, on connection: Connection) throws {
        let now = notice.created
        try connection.run(
            """
            INSERT INTO notice (key, channel, address, subject, text, state, tries, created, moment, fault) VALUES (\(notice.key), \(notice.channel.rawValue), \
            \(notice.address), \(notice.subject), \(notice.text), \("waiting"), 0, \(now), \(now), \(String?.none)) ON CONFLICT (key) DO NOTHING
            """)
    }

    public func add(_ notice: Notice) async throws { try await database.write { try self.add(notice, on: $0) } }

    // MARK: Handing over

    /// Hands over what is due, one after the other; gives how many. Several servers may do it at once: each notice is taken by one.
    public func send(by couriers: [NoticeChannel: any Courier], limit: Int = 100) async throws -> Int {
        let now = world.now().milliseconds
        let due = try database.look { try $0.all("SELECT DISTINCT state FROM notice WHERE state IN ('waiting', 'sending') AND moment <= \(now)") { $0.text(0) } }
        guard !due.isEmpty else { return 0 }
        if due.contains("sending") { try await settleBrokenOff(couriers, now) }
        var count = 0
        while count < limit, let notice = try await take(couriers) {
            count += 1
            let courier = couriers[notice.channel]!
            do throws(DeliveryError) {
                try await courier.deliver(notice)
                try? await finish(notice.key, .sent, fault: nil)
            } catch {
                switch error {
                case .notNow(let reason): try? await postpone(notice.key, reason)
                case .refused(let reason): try? await finish(notice.key, .refused, fault: reason)
                case .unknown(let reason):
                    if courier.isRepeatable { try? await postpone(notice.key, reason) } else { try? await finish(notice.key, .unknown, fault: reason) }
                }
            }
        }
        return count
    }

    /// What was being handed over when a program ended: again where that is harmless, a person's to decide where not.
    private func settleBrokenOff(_ couriers: [NoticeChannel: any Courier], _ now: Int64) async throws {
        try await database.write { connection in
            for (channel, courier) in couriers {
                let state = courier.isRepeatable ? NoticeState.waiting : .unknown
                try connection.run(
                    """
                    UPDATE notice SET state = \(state.rawValue), fault = \("interrupted") WHERE state = 'sending' AND channel = \(channel.rawValue) AND moment <= \(now)
                    """)
            }
        }
    }

    /// Takes one notice: from here on it counts as being handed over, on disk, before anything leaves.
    private func take(_ couriers: [NoticeChannel: any Courier]) async throws -> Notice? {
        let now = world.now().milliseconds
        let until = now + Notices.leaseMilliseconds
        let channels = couriers.keys.map(\.rawValue).sorted()
        return try await database.write { connection in
            for channel in channels {
                let found = try connection.first(
                    "SELECT key, address, subject, text, created FROM notice WHERE state = 'waiting' AND channel = \(channel) AND moment <= \(now) ORDER BY moment, key LIMIT 1"
                ) { ($0.text(0), $0.optionalText(1) ?? "", $0.optionalText(2) ?? "", $0.optionalText(3) ?? "", $0.integer(4)) }
                guard let (key, address, subject, text, created) = found else { continue }
                try connection.run("UPDATE notice SET state = 'sending', tries = tries + 1, moment = \(until) WHERE key = \(key) AND state = 'waiting'")
                guard connection.changes == 1 else { continue }
                return Notice(key: key, channel: NoticeChannel(rawValue: channel)!, address: address, subject: subject, text: text, created: Instant(milliseconds: created))
            }
            return nil
        }
    }

    /// What has been told needs neither address nor words any more.
    private func finish(_ key: String, _ state: NoticeState, fault: String?) async throws {
        let now = world.now()
        try await database.write { connection in
            if state == .sent {
                try connection.run(
                    "UPDATE notice SET state = 'sent', address = NULL, subject = NULL, text = NULL, moment = \(now), fault = NULL WHERE key = \(key) AND state <> 'sent'")
            } else {
                try connection.run(
                    "UPDATE notice SET state = \(state.rawValue), moment = \(now), fault = \(fault.map { String($0.prefix(300)) }) WHERE key = \(key) AND state = 'sending'")
            }
        }
    }

    /// Later, then later still; after a day of trying it is a person's to look at.
    private func postpone(_ key: String, _ reason: String) async throws {
        let now = world.now().milliseconds
        try await database.write { connection in
            let tries = try connection.first("SELECT tries FROM notice WHERE key = \(key)") { $0.integer(0) } ?? 0
            let state = tries >= Notices.triesMax ? NoticeState.refused : .waiting
            let wait = Int64(30_000) << Int64(min(tries, 10))
            try connection.run(
                "UPDATE notice SET state = \(state.rawValue), moment = \(now + wait), fault = \(String(reason.prefix(300))) WHERE key = \(key) AND state = 'sending'")
        }
    }

    // MARK: What is fetched

    /// What waits for an address that fetches it, oldest first, not older than so long.
    public func waiting(for address: String, _ channel: NoticeChannel, notOlderThan age: Int64, limit: Int = 50, on connection: Connection) throws -> [Notice] {
        let oldest = world.now().milliseconds - age
        return try connection.all(
            """
            SELECT key, subject, text, created FROM notice WHERE channel = \(channel.rawValue) AND address = \(address) AND state = 'waiting' AND created >= \(oldest) \
            ORDER BY created, key LIMIT \(limit)
            """
        ) { row in
            Notice(
                key: row.text(0), channel: channel, address: address, subject: row.optionalText(1) ?? "", text: row.optionalText(2) ?? "",
                created: Instant(milliseconds: row.integer(3)))
        }
    }

    /// It was fetched and shown, or printed: inside the caller's transaction. Only who it is for can say so.
    public func acknowledge(_ key: String, for address: String, _ channel: NoticeChannel, on connection: Connection) throws {
        try connection.run(
            """
            UPDATE notice SET state = 'sent', address = NULL, subject = NULL, text = NULL, moment = \(world.now()), fault = NULL WHERE key = \(key) AND channel = \(channel.rawValue) \
            AND address = \(address) AND state = 'waiting'
            """)
    }

    /// Letters that wait to be printed, oldest first.
    public func letters(limit: Int, on connection: Connection) throws -> [Notice] {
        try connection.all(
            "SELECT key, address, subject, text, created FROM notice WHERE state = 'waiting' AND channel = 'letter' ORDER BY created, key LIMIT \(limit)"
        ) { row in
            Notice(
                key: row.text(0), channel: .letter, address: row.optionalText(1) ?? "", subject: row.optionalText(2) ?? "", text: row.optionalText(3) ?? "",
                created: Instant(milliseconds: row.integer(4)))
        }
    }

    // MARK: Looking after it

    public struct Row: Sendable {
        public let key: String
        public let channel: String
        public let state: NoticeState
        public let tries: Int
        public let created: Instant
        public let fault: String?
    }

    public func counts() throws -> [(channel: String, state: NoticeState, count: Int)] {
        try database.look { connection in
            try connection.all("SELECT channel, state, count(*) FROM notice GROUP BY channel, state ORDER BY channel, state") {
                ($0.text(0), NoticeState(rawValue: $0.text(1)) ?? .unknown, Int($0.integer(2)))
            }
        }
    }

    /// Those that need a person: refused, or not known whether they went out.
    public func troubled(limit: Int = 100) throws -> [Row] { try find("state IN ('refused', 'unknown') ORDER BY created DESC LIMIT \(limit)") }

    /// Where these notices stand, the oldest first; those that were never entered are left out.
    public func rows(_ keys: [String]) throws -> [Row] {
        guard !keys.isEmpty else { return [] }
        let list = SQL.joined(keys.map { key -> SQL in "\(key)" }, by: ", ")
        return try find("key IN (\(list)) ORDER BY created, key")
    }

    private func find(_ condition: SQL) throws -> [Row] {
        try database.look { connection in
            try connection.all("SELECT key, channel, state, tries, created, fault FROM notice WHERE \(condition)") { row in
                Row(
                    key: row.text(0), channel: row.text(1), state: NoticeState(rawValue: row.text(2)) ?? .unknown, tries: Int(row.integer(3)),
                    created: Instant(milliseconds: row.integer(4)), fault: row.optionalText(5))
            }
        }
    }

    /// A person decides that it is sent again.
    public func sendAgain(_ key: String) async throws {
        let now = world.now()
        try await database.write { connection in
            try connection.run("UPDATE notice SET state = 'waiting', tries = 0, moment = \(now) WHERE key = \(key) AND state IN ('refused', 'unknown') AND text IS NOT NULL")
        }
    }

    /// Notices whose words are kept, for tests and the demonstration's own page.
    public func waiting() throws -> [Notice] {
        try database.look { connection in
            try connection.all("SELECT key, channel, address, subject, text, created FROM notice WHERE text IS NOT NULL ORDER BY created, key") {
                Notice(
                    key: $0.text(0), channel: NoticeChannel(rawValue: $0.text(1)) ?? .sms, address: $0.optionalText(2) ?? "", subject: $0.optionalText(3) ?? "",
                    text: $0.optionalText(4) ?? "", created: Instant(milliseconds: $0.integer(5)))
            }
        }
    }
}
