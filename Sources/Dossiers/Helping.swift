// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers
internal import Store

/// A shift of somebody who helps others at a place: a student guide, an official of the neighbourhood.
public struct HelpShift: Sendable {
    public let id: Int64
    /// The planned shift of a student guide that it is.
    public let planned: String?
    public let place: String
    public let started: Instant
    public let ended: Instant?
    /// How many people were helped, and what became of the dossiers that they handed in.
    public let people: Int
    public let dossiers: GuidedFigures
}

extension Dossiers {
    static let helpSteps: [SQL] = [
        "CREATE TABLE help_shift (id INTEGER PRIMARY KEY, helper TEXT NOT NULL, place TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER)",
        "CREATE INDEX help_shift_helper ON help_shift (helper, started)",
        "CREATE TABLE help_session (shift INTEGER NOT NULL, person INTEGER NOT NULL, started INTEGER NOT NULL, PRIMARY KEY (shift, person))",
        "CREATE TABLE help_dossier (dossier TEXT NOT NULL PRIMARY KEY, shift INTEGER NOT NULL)",
    ]

    /// Helpers' rights name this in place of a register.
    public static let helpRight = "help"

    /// The shift that somebody is on; asked at each page of whoever they help, so that nothing is counted. Yesterday's is over, ended or not.
    public func shift(of helper: Authority) throws -> Int64? {
        let today = Dossiers.midnight(world.today)
        return try database.look {
            try $0.first("SELECT id FROM help_shift WHERE helper = \(helper.id) AND ended IS NULL AND started >= \(today)") { $0.integer(0) }
        }
    }

    public func shifts(of helper: Authority, limit: Int = 50) throws -> [HelpShift] {
        try database.read { connection in
            try connection.all("SELECT id, place, started, ended, planned FROM help_shift WHERE helper = \(helper.id) ORDER BY id DESC LIMIT \(limit)") {
                ($0.integer(0), $0.text(1), $0.integer(2), $0.optionalInteger(3), $0.optionalText(4))
            }.map { id, place, started, ended, planned in
                let people = try connection.first("SELECT count(*) FROM help_session WHERE shift = \(id)") { Int($0.integer(0)) }!
                let figures = try connection.first("SELECT \(Dossiers.outcomeCounts) FROM help_dossier d WHERE d.shift = \(id)", Dossiers.figures)!
                return HelpShift(
                    id: id, planned: planned, place: place, started: Instant(milliseconds: started), ended: ended.map { Instant(milliseconds: $0) }, people: people,
                    dossiers: figures)
            }
        }
    }

    /// Begins a shift at a place, or one that is planned for this person today.
    public func startShift(at place: String, planned: String? = nil, of person: Int64? = nil, by helper: Authority) async throws {
        guard helper.may(.write, Dossiers.helpRight) else { throw DossierError.forbidden(["vi": "Trang này dành cho người hướng dẫn.", "en": "This page is for helpers."]) }
        let plan = try plannedShift(planned, at: place.tidied, of: person)
        let name = plan?.place ?? place.tidied
        guard !name.isEmpty, name.count <= 150 else {
            throw DossierError.objections([Objection(field: "place", code: "required", ["vi": "Ghi nơi bạn hướng dẫn.", "en": "Say where you help."])])
        }
        let now = world.now()
        let today = Dossiers.midnight(world.today)
        let key = plan?.key
        let forgotten = try await database.write { connection -> [String] in
            let forgotten = try self.endShifts(of: helper, before: today, on: connection)
            guard try connection.first("SELECT 1 FROM help_shift WHERE helper = \(helper.id) AND ended IS NULL", { _ in true }) == nil else { return forgotten }
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM help_shift") { $0.integer(0) }!
            try connection.run("INSERT INTO help_shift (id, helper, place, started, planned) VALUES (\(id), \(helper.id), \(name), \(now), \(key))")
            return forgotten
        }
        try await enterDone(forgotten, by: helper)
    }

    /// What somebody forgot to end on an earlier day ended with the last person they helped. Gives the planned shifts among them.
    private func endShifts(of helper: Authority, before moment: Int64, on connection: Connection) throws -> [String] {
        let open = try connection.all("SELECT id, planned FROM help_shift WHERE helper = \(helper.id) AND ended IS NULL AND started < \(moment)") {
            ($0.integer(0), $0.optionalText(1))
        }
        for (id, _) in open {
            try connection.run(
                "UPDATE help_shift SET ended = coalesce((SELECT max(n.started) FROM help_session n WHERE n.shift = \(id)), started) WHERE id = \(id)")
        }
        return open.compactMap { $0.1 }
    }

    public func endShift(by helper: Authority) async throws {
        let now = world.now()
        let today = Dossiers.midnight(world.today)
        let planned = try await database.write { connection -> [String] in
            let forgotten = try self.endShifts(of: helper, before: today, on: connection)
            let open = try connection.all("SELECT planned FROM help_shift WHERE helper = \(helper.id) AND ended IS NULL") { $0.optionalText(0) }
            try connection.run("UPDATE help_shift SET ended = \(now) WHERE helper = \(helper.id) AND ended IS NULL")
            return forgotten + open.compactMap { $0 }
        }
        try await enterDone(planned, by: helper)
    }

    /// Notes that somebody is being helped, once a shift; they see it among the looks at their data.
    public func noteHelp(_ shift: Int64, person: Int64, by helper: Authority) async throws {
        let now = world.now()
        let isNew = try database.look { try $0.first("SELECT 1 FROM help_session WHERE shift = \(shift) AND person = \(person)") { _ in true } } == nil
        guard isNew else { return }
        try await database.write { connection in
            try connection.run("INSERT INTO help_session (shift, person, started) VALUES (\(shift), \(person), \(now)) ON CONFLICT DO NOTHING")
            guard connection.changes == 1 else { return }
            try self.registry.appendRead(self.city.people, rows: [person], authority: helper, purpose: .dossier, door: "help", asked: "help", on: connection)
        }
    }

    public func noteHelped(_ shift: Int64, dossier: String) async throws {
        try await database.write { connection in
            let outcome = try self.load(dossier, on: connection).dossier.guidedOutcome?.rawValue
            try connection.run("INSERT INTO help_dossier (dossier, shift, outcome) VALUES (\(dossier), \(shift), \(outcome)) ON CONFLICT (dossier) DO NOTHING")
        }
    }
}
