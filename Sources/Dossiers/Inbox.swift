// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Registers
internal import Store

/// A dossier in a list: what officers need to choose by, and nothing personal.
public struct DossierRow: Sendable {
    public let code: String
    public let procedure: String
    public let office: String
    public let unit: String
    public let status: Dossier.Status
    public let officer: String?
    public let submitted: Instant
    public let due: Instant?
    /// How far up the chain its lateness was told.
    public let level: Int

    /// Past its due time while the office's time runs.
    public func isLate(at now: Instant) -> Bool { [.received, .inProgress].contains(status) && (level > 0 || due.map { $0 < now } ?? false) }
}

/// Which dossiers of an inbox.
public enum Queue: String, Sendable, CaseIterable {
    /// To be received or worked on.
    case open
    /// Proposals that wait for a decision.
    case proposals
    /// Those the applicant has to do something for.
    case waiting
    /// Decided, not handed over.
    case results
    /// Past their due time.
    case late

    public var title: Text {
        switch self {
        case .open: ["vi": "Cần xử lý", "en": "To do"]
        case .proposals: ["vi": "Chờ quyết định", "en": "To decide"]
        case .waiting: ["vi": "Chờ người dân", "en": "Waiting for the applicant"]
        case .results: ["vi": "Chờ trả kết quả", "en": "To hand over"]
        case .late: ["vi": "Quá hạn", "en": "Late"]
        }
    }
}

/// How an office does: for everybody to see.
public struct DossierFigures: Sendable {
    public let count: Int
    public let ended: Int
    /// Those of which the law says whether they were on time, and those that were.
    public let timed: Int
    public let onTime: Int
    public let ratings: Int
    public let ratingSum: Int
}

extension Dossiers {
    /// Offices and units whose dossiers somebody may see; nil as a unit is the whole city.
    func scopes(_ authority: Authority) -> [(office: String, unit: String?)] {
        Set(procedures.map(\.office)).sorted { $0.code < $1.code }.flatMap { office -> [(office: String, unit: String?)] in
            let grants = authority.grants.filter { ($0.register == office.right || $0.register == "*") && !$0.acts.isDisjoint(with: [.read, .write, .decide]) }
            if grants.contains(where: { $0.unit == nil }) { return [(office.code, nil)] }
            return Set(grants.compactMap(\.unit)).sorted().map { (office.code, $0) }
        }
    }

    /// Whether somebody has an inbox at all.
    public func hasInbox(_ authority: Authority) -> Bool { !scopes(authority).isEmpty }

    /// One inbox over all procedures, the nearest due time first; dossiers that have none yet come by their day.
    public func inbox(_ queue: Queue, for authority: Authority, officer: String? = nil, limit: Int = 50) throws -> (rows: [DossierRow], hasMore: Bool) {
        let limit = min(limit, limits.pageMax)
        let scopes = scopes(authority)
        return try database.read { connection in
            var rows: [DossierRow] = []
            let columns = Dossiers.rowColumns
            let mine: SQL = officer.map { " AND officer = \($0)" } ?? ""
            for scope in scopes {
                let place: SQL = scope.unit.map { " AND unit = \($0)" } ?? ""
                for statuses in self.statuses(queue) {
                    rows += try connection.all(
                        """
                        SELECT \(columns) FROM dossier WHERE office = \(scope.office)\(place) AND status = \(statuses)\(self.condition(queue))\(mine) ORDER BY due, number LIMIT \(limit + 1)
                        """, self.row)
                }
            }
            rows.sort { ($0.due ?? self.city.calendar.received($0.submitted)) < ($1.due ?? self.city.calendar.received($1.submitted)) }
            return (Array(rows.prefix(limit)), rows.count > limit)
        }
    }

    private func statuses(_ queue: Queue) -> [Int] {
        let list: [Dossier.Status]
        switch queue {
        case .open: list = [.new, .received, .inProgress]
        case .proposals: list = [.inProgress]
        case .waiting: list = [.papersAsked, .feeAsked]
        case .results: list = [.done]
        case .late: list = [.received, .inProgress]
        }
        return list.map(\.rawValue)
    }

    private func condition(_ queue: Queue) -> SQL {
        switch queue {
        case .open: " AND proposed = 0"
        case .proposals: " AND proposed = 1"
        case .late: " AND (due < \(world.now()) OR level > 0)"
        case .waiting, .results: ""
        }
    }

    private static let rowColumns: SQL = "code, procedure, office, unit, status, officer, submitted, due, level"

    private func row(_ row: Row) -> DossierRow {
        DossierRow(
            code: row.text(0), procedure: row.text(1), office: row.text(2), unit: row.text(3), status: Dossier.Status(rawValue: Int(row.integer(4))) ?? .new,
            officer: row.optionalText(5), submitted: Instant(milliseconds: row.integer(6)), due: row.optionalInteger(7).map { Instant(milliseconds: $0) },
            level: Int(row.integer(8)))
    }

    /// What somebody and those of their household may have a right to and have not asked for.
    public func offers(to applicant: Int64) throws -> [(procedure: Procedure, row: Int64, name: String)] {
        try database.read { connection in
            let records = self.registry.records(on: connection)
            let reading = self.registry.reading()
            return try self.procedures.filter { $0.offers != nil }.flatMap { procedure in
                try self.subjects(of: procedure, applicant: applicant, on: connection).compactMap { subject in
                    guard let key = try self.registry.key(ofRow: subject.row, in: self.city.people, on: connection), let person = try records.find(self.city.people, key),
                        try procedure.offers!(person, records, reading),
                        try connection.first("SELECT 1 FROM certificate_holder WHERE procedure = \(procedure.code) AND person = \(subject.row)", { _ in true }) == nil,
                        try connection.first(
                            "SELECT 1 FROM dossier d JOIN draft f ON f.id = d.draft WHERE f.subject = \(subject.row) AND d.procedure = \(procedure.code) AND d.ended IS NULL",
                            { _ in true }) == nil
                    else { return nil }
                    return (procedure, subject.row, subject.name)
                }
            }
        }
    }

    /// A person's own dossiers, newest first.
    public func dossiers(of applicant: Int64) throws -> [DossierRow] {
        try database.read { connection in
            try connection.all(
                """
                SELECT \(Dossiers.rowColumns) FROM dossier WHERE applicant = \(applicant) AND NOT EXISTS (SELECT 1 FROM dossier_branch b WHERE b.child = dossier.code) \
                ORDER BY number DESC LIMIT \(self.limits.pageMax)
                """, self.row)
        }
    }

    /// Where a dossier stands, for whoever knows its code.
    public func outline(_ code: String) throws -> DossierRow? {
        try database.read { try $0.first("SELECT \(Dossiers.rowColumns) FROM dossier WHERE code = \(code)", self.row) }
    }

    /// One dossier with its history. An officer's look is entered for the people concerned before it is shown.
    public func dossier(_ code: String, for party: Party) async throws -> (
        dossier: Dossier, history: [(entry: Int64, event: DossierEvent, author: String, at: Instant)], facts: [KnownFact]
    ) {
        let found = try database.read { connection -> (Dossier, [(entry: Int64, event: DossierEvent, author: String, at: Instant)], [KnownFact], [Int64]) in
            let entries = try self.entries(of: code, on: connection).entries
            let dossier = try self.fold(code, entries)
            let rows = try [dossier.submission.applicant, dossier.submission.subject].compactMap { try self.registry.row(ofKey: $0, in: self.city.people, on: connection) }
            switch party {
            case .citizen(let row): guard rows.first == row else { throw DossierError.noSuchDossier }
            case .officer(let authority): guard self.isVisible(dossier.submission.office, dossier.submission.unit, to: authority) else { throw DossierError.noSuchDossier }
            case .clock: break
            }
            let history = entries.compactMap { entry in
                Dossiers.event(entry).map { (entry: entry.number, event: $0, author: entry.author, at: entry.recorded) }
            }
            let procedure = try self.procedure(of: dossier)
            var isOwn = false
            if case .citizen = party { isOwn = true }
            let facts = try self.facts(procedure, subject: dossier.submission.subject, dossier.answers.mapValues(\.plain), isOwn: isOwn, on: connection)
            let others = try facts.filter { $0.register.name == self.city.people }.compactMap { try self.registry.row(ofKey: $0.record, in: self.city.people, on: connection) }
            return (dossier, history, facts, rows + others)
        }
        if case .officer(var authority) = party {
            authority.purpose = .dossier
            let reader = authority
            let rows = Array(Set(found.3)).sorted()
            try await database.write { connection in
                try self.registry.appendRead(self.city.people, rows: rows, authority: reader, purpose: .dossier, door: "dossier", asked: "dossier \(code)", on: connection)
            }
        }
        return (found.0, found.1, found.2)
    }

    /// What the applicant and the person concerned are called, for a paper that is theirs.
    public func names(_ dossier: Dossier) throws -> (applicant: String, subject: String) {
        try database.read { connection in
            let records = self.registry.records(on: connection)
            func name(_ key: String) throws -> String { try records.find(self.city.people, key)?["name"].plain ?? key }
            return (try name(dossier.submission.applicant), try name(dossier.submission.subject))
        }
    }

    /// A file of a dossier, for those who may see the dossier.
    public func file(_ hash: String, of code: String, for party: Party) async throws -> (type: FileType, content: [UInt8]) {
        _ = try await dossier(code, for: party)
        return try database.read { connection in
            let found = try connection.first(
                "SELECT f.type, f.content FROM dossier_file f JOIN dossier d ON d.draft = f.draft WHERE d.code = \(code) AND f.hash = \(hash)"
            ) { ($0.text(0), $0.blob(1)) }
            guard let found, let type = FileType(rawValue: found.0) else { throw DossierError.noSuchDossier }
            return (type, found.1)
        }
    }

    /// The same for each unit that has handled any, with how long it took, in hours from handing in to the end.
    public func figuresByUnit(of procedure: String) throws -> [(unit: String, figures: DossierFigures, hours: Int?)] {
        try database.read { connection in
            try connection.all(
                """
                SELECT count(*), count(ended), count(on_time), CAST(coalesce(sum(on_time), 0) AS BIGINT), count(rating), CAST(coalesce(sum(rating), 0) AS BIGINT), unit, \
                CAST(coalesce(sum(ended - submitted), 0) / 3600000 AS BIGINT) FROM dossier WHERE procedure = \(procedure) GROUP BY unit ORDER BY unit
                """
            ) { row in
                let ended = Int(row.integer(1))
                let figures = DossierFigures(
                    count: Int(row.integer(0)), ended: ended, timed: Int(row.integer(2)), onTime: Int(row.integer(3)), ratings: Int(row.integer(4)), ratingSum: Int(row.integer(5)))
                return (row.text(6), figures, ended > 0 ? Int(row.integer(7)) / ended : nil)
            }
        }
    }

    /// How many, how timely, how satisfied.
    public func figures(of procedure: String) throws -> DossierFigures {
        try database.read { connection in
            try connection.first(
                """
                SELECT count(*), count(ended), count(on_time), CAST(coalesce(sum(on_time), 0) AS BIGINT), count(rating), CAST(coalesce(sum(rating), 0) AS BIGINT) \
                FROM dossier WHERE procedure = \(procedure)
                """
            ) { row in
                DossierFigures(
                    count: Int(row.integer(0)), ended: Int(row.integer(1)), timed: Int(row.integer(2)), onTime: Int(row.integer(3)), ratings: Int(row.integer(4)),
                    ratingSum: Int(row.integer(5)))
            }!
        }
    }
}
