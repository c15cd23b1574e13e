// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
public import Store

/// One look at personal data, as the person concerned may see it.
public struct ReadEntry: Sendable {
    public let number: Int64
    public let recorded: Instant
    public let register: String
    public let reader: String
    public let purpose: String
    public let door: String
    public let asked: String
}

extension Registry {
    /// The journal of reads: who looked at whom, why, through which door.
    public static let readsJournal = "reads"
    static let readNames = ["register", "subjects", "reader", "purpose", "door", "asked", "_author", "_cause"]

    /// Enters a look before its answer leaves. `asked` says what was asked for, without personal values.
    func enterRead(_ register: String, rows: [Int64], authority: Authority, door: String, asked: String) async throws {
        guard let purpose = authority.purpose else { throw RegisterError.purposeNeeded }
        try await database.write { connection in
            try self.appendRead(register, rows: rows, authority: authority, purpose: purpose, door: door, asked: asked, on: connection)
        }
    }

    /// The same for callers that wait, such as an export to a file.
    func enterReadAndWait(_ register: String, rows: [Int64], authority: Authority, door: String, asked: String) throws {
        guard let purpose = authority.purpose else { throw RegisterError.purposeNeeded }
        try database.writeAndWait { connection in
            try self.appendRead(register, rows: rows, authority: authority, purpose: purpose, door: door, asked: asked, on: connection)
        }
    }

    /// The same inside the caller's transaction.
    public func appendRead(
        _ register: String, rows: [Int64], authority: Authority, purpose: Purpose, door: String, asked: String, on connection: Connection
    ) throws {
        let form = try journals.form(of: Registry.readsJournal, names: Registry.readNames)
        let sealer = journals.sealer(for: form)
        var content: [UInt8] = [0x5B]
        let subjects = rows.map { ref(of: $0, in: register) }.joined(separator: ",")
        for text in [journalName(register), subjects, authority.id, purpose.code, door, asked, authority.id] {
            JSON.write(text, to: &content)
            content.append(0x2C)
        }
        content += Array("\"read\"]".utf8)
        let place = try journals.append(
            sealer.seal(content: content, effective: world.today), form: form, to: Registry.readsJournal, record: nil, previous: nil,
            effective: world.today, unit: authority.unit(for: register) ?? cityUnit, load: nil, on: connection)
        let insert = try connection.statement("INSERT INTO read_subject (register, record, number) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        for row in rows {
            insert.bind(1, journalName(register))
            insert.bind(2, row)
            insert.bind(3, place.number)
            try insert.done()
        }
    }

    /// Who has looked at a record, newest first, looks at its whole register among them.
    public func reads(of row: Int64, in register: String, limit: Int, on connection: Connection) throws -> [ReadEntry] {
        let numbers = try connection.all(
            "SELECT number FROM read_subject WHERE register = \(journalName(register)) AND record IN (\(row), \(Registry.everybody)) ORDER BY number DESC LIMIT \(limit)"
        ) { $0.integer(0) }
        return try numbers.compactMap { number in
            try journals.entry(number, in: Registry.readsJournal, on: connection).map { entry in
                ReadEntry(
                    number: number, recorded: entry.recorded, register: register, reader: entry.value("reader")?.string ?? "",
                    purpose: entry.value("purpose")?.string ?? "", door: entry.value("door")?.string ?? "",
                    asked: entry.value("asked")?.string ?? "")
            }
        }
    }
}
