// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers
internal import Store

/// What a guide has done, as a certificate says it.
public struct GuideCertificate: Sendable, Equatable {
    /// By which anyone who holds the paper finds it.
    public let code: String
    public let name: String
    public let minutes: Int
    /// How much of the time and of the dossiers comes from lists, not from the system.
    public let statedMinutes: Int
    public let shifts: Int
    public let dossiers: Int
    public let stated: Int
    public let first: Day
    public let last: Day
    public let issued: Instant
}

extension Dossiers {
    static let guideSteps: [SQL] = [
        """
        CREATE TABLE guide_certificate (code TEXT NOT NULL PRIMARY KEY, person INTEGER NOT NULL, name TEXT NOT NULL, minutes INTEGER NOT NULL, shifts INTEGER NOT NULL, \
        dossiers INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, issued INTEGER NOT NULL)
        """,
        "CREATE INDEX guide_certificate_person ON guide_certificate (person)",
    ]

    private static let guideColumns: SQL = "code, name, minutes, shifts, dossiers, first, last, issued, stated_minutes, stated"

    private func guideRow(_ row: Row) -> GuideCertificate {
        func day(_ place: Int) -> Day { Day(number: Int32(truncatingIfNeeded: row.integer(place))) }
        return GuideCertificate(
            code: row.text(0), name: row.text(1), minutes: Int(row.integer(2)), statedMinutes: Int(row.integer(8)), shifts: Int(row.integer(3)), dossiers: Int(row.integer(4)),
            stated: Int(row.integer(9)), first: day(5), last: day(6), issued: Instant(milliseconds: row.integer(7)))
    }

    /// Certifies what a guide has done, and keeps what it counts. The same deeds keep their certificate. Nil where nothing was done.
    public func certify(_ person: Int64, named name: String) async throws -> GuideCertificate? {
        let done = try guideShifts(of: person).filter { $0.state == .done }
        guard let first = done.map(\.day).min(), let last = done.map(\.day).max() else { return nil }
        let listed = done.filter(\.isFromList)
        let minutes = GuideShift.minutes(done)
        let statedMinutes = min(minutes, GuideShift.minutes(listed))
        let count = done.reduce(0) { $0 + $1.dossiers }
        let stated = listed.reduce(0) { $0 + $1.dossiers }
        let marks = done.map(\.mark).sorted().joined(separator: "\n")
        let one = GuideCertificate(
            code: Encoding.base32(world.random(16)), name: name, minutes: minutes, statedMinutes: statedMinutes, shifts: done.count, dossiers: count, stated: stated, first: first,
            last: last, issued: world.now())
        return try await database.write { connection -> GuideCertificate in
            let known = try connection.first("SELECT \(Dossiers.guideColumns) FROM guide_certificate WHERE person = \(person) AND name = \(name) AND marks = \(marks)") {
                self.guideRow($0)
            }
            if let known { return known }
            try connection.run(
                """
                INSERT INTO guide_certificate (code, person, name, minutes, shifts, dossiers, first, last, issued, stated_minutes, stated, marks) \
                VALUES (\(one.code), \(person), \(name), \(minutes), \(one.shifts), \(count), \(first), \(last), \(one.issued), \(statedMinutes), \(stated), \(marks))
                """)
            return one
        }
    }

    /// The certificate whose code somebody holds on paper. The look is entered for the guide before it is shown.
    public func guideCertificate(code: String) async throws -> GuideCertificate? {
        guard (20...32).contains(code.utf8.count) else { return nil }
        let found = try database.read { connection in
            try connection.first("SELECT \(Dossiers.guideColumns), person FROM guide_certificate WHERE code = \(code)") { (self.guideRow($0), $0.integer(10)) }
        }
        guard let (one, person) = found else { return nil }
        let reader = Authority(.visitor, id: "paper", name: "", grants: [], purpose: .verification)
        try await database.write { connection in
            try self.registry.appendRead(self.city.people, rows: [person], authority: reader, purpose: .verification, door: "verify", asked: "certificate", on: connection)
        }
        return one
    }

    /// A guide's own certificates, newest first.
    public func guideCertificates(of person: Int64) throws -> [GuideCertificate] {
        try database.read { try $0.all("SELECT \(Dossiers.guideColumns) FROM guide_certificate WHERE person = \(person) ORDER BY issued DESC LIMIT 50") { self.guideRow($0) } }
    }
}
