// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Journal
import Store

/// A payment that the device was asked for, from the press of the button to the city's last word.
struct QueuedPayment: Sendable {
    let id: String
    /// What is sent, as it will be sent every time.
    let body: String
    let words: String
    let total: Int64
    /// waiting, asked, held, posted, undone, failed
    let state: String
    let fault: String?
    let created: Instant
}

/// What the device remembers through a power cut: its key, its counter, its queue, the last bills it saw.
final class Box: Sendable {
    let key: SigningKey
    private let database: Database
    /// What is shown or waits is kept for so long.
    static let keptMilliseconds: Int64 = 14 * 86_400_000

    init(folder: String, making: Bool) throws {
        let oldMask = umask(0o077)
        defer { umask(oldMask) }
        if making { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]) }
        let file = folder + "/device.key"
        if let text = try? String(contentsOfFile: file, encoding: .utf8), let seed = Encoding.bytes(base64: text.trimmingCharacters(in: .whitespacesAndNewlines)), seed.count == 32
        {
            key = SigningKey(seed: seed)
        } else {
            guard making else { throw Failure("There is no key in \(folder). Enrol the device first: thanglong-device enrol --help") }
            // The key is made here and never leaves.
            let seed = SystemRandomness.bytes(32)
            guard FileManager.default.createFile(atPath: file, contents: Data((Encoding.base64(seed) + "\n").utf8), attributes: [.posixPermissions: 0o600]) else {
                throw Failure("\(file) cannot be written.")
            }
            key = SigningKey(seed: seed)
        }
        database = try Database(path: folder + "/device.db")
        try database.migrate(
            Migration(
                "device-box",
                steps: [
                    [
                        "CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
                        """
                        CREATE TABLE queued (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL, words TEXT NOT NULL, total INTEGER NOT NULL, state TEXT NOT NULL, fault TEXT, \
                        created INTEGER NOT NULL)
                        """,
                    ]
                ]))
    }

    func get(_ name: String) throws -> String? { try database.look { try $0.first("SELECT value FROM setting WHERE name = \(name)") { $0.text(0) } } }

    func set(_ name: String, _ value: String) throws {
        try database.writeAndWait { try $0.run("INSERT INTO setting (name, value) VALUES (\(name), \(value)) ON CONFLICT (name) DO UPDATE SET value = excluded.value") }
    }

    /// The next counter, on the disk before it is used: after a power cut none is used twice.
    func nextCounter() throws -> UInt64 {
        try database.writeAndWait { connection in
            let last = try connection.first("SELECT value FROM setting WHERE name = 'counter'") { UInt64($0.text(0)) ?? 0 } ?? 0
            let next = String(last + 1)
            try connection.run("INSERT INTO setting (name, value) VALUES ('counter', \(next)) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
            return last + 1
        }
    }

    /// The city says which counter it last took.
    func raiseCounter(to last: UInt64) throws { if try UInt64(get("counter") ?? "0") ?? 0 < last { try set("counter", String(last)) } }

    // MARK: The queue

    func add(_ payment: QueuedPayment) throws {
        try database.writeAndWait { connection in
            try connection.run(
                """
                INSERT INTO queued (id, body, words, total, state, created) VALUES (\(payment.id), \(payment.body), \(payment.words), \(payment.total), \(payment.state), \(payment.created)) \
                ON CONFLICT (id) DO NOTHING
                """)
        }
    }

    func setState(_ id: String, _ state: String, fault: String?) throws {
        try database.writeAndWait { try $0.run("UPDATE queued SET state = \(state), fault = \(fault) WHERE id = \(id)") }
    }

    func payments() throws -> [QueuedPayment] {
        try database.look {
            try $0.all("SELECT id, body, words, total, state, fault, created FROM queued ORDER BY created DESC, id LIMIT 50") { row in
                QueuedPayment(
                    id: row.text(0), body: row.text(1), words: row.text(2), total: row.integer(3), state: row.text(4), fault: row.optionalText(5),
                    created: Instant(milliseconds: row.integer(6)))
            }
        }
    }

    func forgetOld(now: Instant) throws {
        try database.writeAndWait {
            try $0.run("DELETE FROM queued WHERE created < \(now.milliseconds - Box.keptMilliseconds) AND state <> 'waiting'")
            // What could not be sent in all that time is not sent any more: people have long found another way.
            try $0.run("UPDATE queued SET state = 'failed', fault = 'too-old' WHERE created < \(now.milliseconds - Box.keptMilliseconds) AND state = 'waiting'")
        }
    }
}
