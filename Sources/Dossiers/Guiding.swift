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
    public let shifts: Int
    public let dossiers: Int
    public let first: Day
    public let last: Day
    public let issued: Instant
}

/// What a guide has done by a day, before it is certified.
public struct GuideDeeds: Sendable {
    public let minutes: Int
    public let shifts: Int
    public let dossiers: Int
    public let first: Day
    public let last: Day

    public init(minutes: Int, shifts: Int, dossiers: Int, first: Day, last: Day) {
        self.minutes = minutes
        self.shifts = shifts
        self.dossiers = dossiers
        self.first = first
        self.last = last
    }
}

extension Dossiers {
    static let guideSteps: [SQL] = [
        """
        CREATE TABLE guide_certificate (code TEXT NOT NULL PRIMARY KEY, person INTEGER NOT NULL, name TEXT NOT NULL, minutes INTEGER NOT NULL, shifts INTEGER NOT NULL, \
        dossiers INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, issued INTEGER NOT NULL)
        """,
        "CREATE INDEX guide_certificate_person ON guide_certificate (person)",
    ]

    private static let guideColumns: SQL = "code, name, minutes, shifts, dossiers, first, last, issued"

    private func guideRow(_ row: Row) -> GuideCertificate {
        func day(_ place: Int) -> Day { Day(number: Int32(truncatingIfNeeded: row.integer(place))) }
        return GuideCertificate(
            code: row.text(0), name: row.text(1), minutes: Int(row.integer(2)), shifts: Int(row.integer(3)), dossiers: Int(row.integer(4)), first: day(5), last: day(6),
            issued: Instant(milliseconds: row.integer(7)))
    }

    /// Certifies what a guide has done. The same deeds keep their certificate.
    public func certify(_ deeds: GuideDeeds, of person: Int64, named name: String) async throws -> GuideCertificate {
        let code = Encoding.base32(world.random(16))
        let now = world.now()
        let columns = Dossiers.guideColumns
        let (first, last) = (Int64(deeds.first.number), Int64(deeds.last.number))
        let (minutes, shifts, count) = (Int64(deeds.minutes), Int64(deeds.shifts), Int64(deeds.dossiers))
        return try await database.write { connection in
            let known = try connection.first(
                """
                SELECT \(columns) FROM guide_certificate WHERE person = \(person) AND name = \(name) AND minutes = \(minutes) AND shifts = \(shifts) AND dossiers = \(count) \
                AND first = \(first) AND last = \(last)
                """
            ) { self.guideRow($0) }
            if let known { return known }
            try connection.run(
                """
                INSERT INTO guide_certificate (code, person, name, minutes, shifts, dossiers, first, last, issued) \
                VALUES (\(code), \(person), \(name), \(minutes), \(shifts), \(count), \(first), \(last), \(now))
                """)
            return GuideCertificate(
                code: code, name: name, minutes: deeds.minutes, shifts: deeds.shifts, dossiers: deeds.dossiers, first: deeds.first, last: deeds.last, issued: now)
        }
    }

    /// The certificate whose code somebody holds on paper. The look is entered for the guide before it is shown.
    public func guideCertificate(code: String) async throws -> GuideCertificate? {
        guard (20...32).contains(code.utf8.count) else { return nil }
        let found = try database.read { connection in
            try connection.first("SELECT \(Dossiers.guideColumns), person FROM guide_certificate WHERE code = \(code)") { (self.guideRow($0), $0.integer(8)) }
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
