// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers
internal import Store

/// Shifts of student guides in the register, and what the system saw of them.
extension Dossiers {
    static let plannedSteps: [SQL] = [
        "ALTER TABLE help_shift ADD COLUMN planned TEXT", "CREATE INDEX help_shift_planned ON help_shift (planned) WHERE planned IS NOT NULL",
        "ALTER TABLE guide_certificate ADD COLUMN stated_minutes INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE guide_certificate ADD COLUMN stated INTEGER NOT NULL DEFAULT 0", "ALTER TABLE guide_certificate ADD COLUMN marks TEXT",
        // What was certified so far came from lists.
        "UPDATE guide_certificate SET stated_minutes = minutes, stated = dossiers",
    ]

    /// So long a shift is at most, as in the register: who forgets to end theirs gets no more.
    private static let shiftMinutesMax = 8 * 60

    private func measured(where condition: SQL, on connection: Connection) throws -> [String: MeasuredShift] {
        let rows = try connection.all(
            """
            SELECT s.planned, s.started, s.ended, (SELECT count(*) FROM help_session n WHERE n.shift = s.id), (SELECT count(*) FROM help_dossier d WHERE d.shift = s.id), \
            (SELECT count(*) FROM help_dossier d WHERE d.shift = s.id AND d.outcome IN (0, 1)), \
            (SELECT count(*) FROM help_dossier d WHERE d.shift = s.id AND d.outcome = 1), \
            (SELECT max(n.started) FROM help_session n WHERE n.shift = s.id) FROM help_shift s WHERE \(condition) ORDER BY s.id
            """
        ) { row in
            (
                planned: row.text(0), started: row.integer(1), ended: row.optionalInteger(2), people: Int(row.integer(3)),
                figures: GuidedFigures(handedIn: Int(row.integer(4)), ended: Int(row.integer(5)), atFirst: Int(row.integer(6))), last: row.optionalInteger(7)
            )
        }
        let today = Dossiers.midnight(world.today)
        var found: [String: MeasuredShift] = [:]
        for row in rows {
            let begin = Dossiers.minute(row.started)
            // What nobody ended on its day ended with the last person who was helped.
            let isOpen = row.ended == nil && row.started >= today
            let over: Int64 = isOpen ? row.started : row.ended ?? row.last ?? row.started
            let end = min(max(begin, Dossiers.minute(over)), begin + Dossiers.shiftMinutesMax)
            var one = found[row.planned] ?? MeasuredShift(times: [], people: 0, dossiers: GuidedFigures(handedIn: 0, ended: 0, atFirst: 0), isOpen: false)
            one.times.append(begin..<end)
            one.people += row.people
            one.dossiers = GuidedFigures(
                handedIn: one.dossiers.handedIn + row.figures.handedIn, ended: one.dossiers.ended + row.figures.ended, atFirst: one.dossiers.atFirst + row.figures.atFirst)
            if isOpen { one.isOpen = true }
            found[row.planned] = one
        }
        return found
    }

    /// A moment as minutes of Hà Nội's clock, counted like days from 1970.
    private static func minute(_ milliseconds: Int64) -> Int { Int((milliseconds + 25_200_000) / 60_000) }

    /// What was measured of planned shifts that were begun on these days, by their keys.
    public func measuredShifts(from first: Day, until last: Day) throws -> [String: MeasuredShift] {
        let begin = Dossiers.midnight(first)
        let end = Dossiers.midnight(last + 1)
        return try database.read { try self.measured(where: "s.planned IS NOT NULL AND s.started >= \(begin) AND s.started < \(end)", on: $0) }
    }

    private func shift(_ found: Found, on connection: Connection) throws -> GuideShift? {
        GuideShift(key: found.key, value: { found[$0] }, measured: try measured(where: "s.planned = \(found.key)", on: connection)[found.key])
    }

    /// A guide's own shifts, the latest first.
    public func guideShifts(of person: Int64) throws -> [GuideShift] {
        guard let register = city.guiding else { return [] }
        return try database.read { connection in
            guard let key = try self.registry.key(ofRow: person, in: self.city.people, on: connection) else { return [] }
            let all = try self.registry.records(on: connection).all(register, where: "student", is: key)
            return try all.compactMap { try self.shift($0, on: connection) }.sorted { ($1.day, $1.from ?? 0) < ($0.day, $0.from ?? 0) }
        }
    }

    /// What a guide may begin today, or go on with after a break.
    public func shiftsToday(of person: Int64) throws -> [GuideShift] {
        let today = world.today
        return try guideShifts(of: person).filter { $0.day == today && $0.state != .missed && !$0.isFromList && $0.measured?.isOpen != true }.reversed()
    }

    /// How many of a certificate's shifts were changed or taken out of the register since. Nil for certificates that do not say what they count.
    public func changedShifts(of certificate: GuideCertificate) throws -> Int? {
        guard let register = city.guiding else { return nil }
        return try database.read { connection -> Int? in
            let kept = try connection.first("SELECT person, marks FROM guide_certificate WHERE code = \(certificate.code)") { ($0.integer(0), $0.optionalText(1)) }
            guard let (person, text) = kept, let marks = text else { return nil }
            let student = try self.registry.key(ofRow: person, in: self.city.people, on: connection)
            let records = self.registry.records(on: connection)
            var changed = 0
            for mark in marks.split(separator: "\n") {
                let found = try records.find(register, String(mark.prefix { $0 != " " }))
                let now = try found.flatMap { try self.shift($0, on: connection) }
                if now?.mark != String(mark) || now?.student != student { changed += 1 }
            }
            return changed
        }
    }

    /// The shift that a helper begins: the one they name, or the only one planned for them at this place today.
    func plannedShift(_ key: String?, at place: String, of person: Int64?) throws -> GuideShift? {
        let own = try person.map { try self.shiftsToday(of: $0) } ?? []
        if let key {
            guard let one = own.first(where: { $0.key == key }) else {
                throw DossierError.objections([
                    Objection(
                        field: "place", code: "not-planned",
                        ["vi": "Hôm nay bạn không có ca này trong lịch.", "en": "You have no such shift planned today."])
                ])
            }
            return one
        }
        let here = own.filter { $0.place.folded == place.folded }
        return here.count == 1 ? here[0] : nil
    }

    /// Enters that these shifts were done. It comes after their end, so that a record that cannot be changed holds up nobody at the counter.
    func enterDone(_ keys: [String], by helper: Authority) async throws {
        guard let register = city.guiding, !keys.isEmpty else { return }
        let conductor = Authority(.officer, id: helper.id, name: helper.name, grants: [Grant(register, [.write])])
        do {
            try await database.write { connection in
                let records = self.registry.records(on: connection)
                let planned = try keys.filter { try records.find(register, $0)?["state"].string == "planned" }
                let done: [Consequence] = planned.map { .put(register, $0, ["state": .string("done"), "source": .string("measured")]) }
                _ = try self.registry.enter(done, from: self.world.today, cause: "help", by: conductor, on: connection)
            }
        } catch RegisterError.objections(let objections) {
            throw DossierError.objections(objections)
        }
    }
}
