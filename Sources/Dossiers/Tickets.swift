// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Registers
internal import Store

/// A place in the line at a one-stop counter: taken now, or booked for a quarter of an hour.
public struct Ticket: Sendable, Equatable {
    public enum State: String, Sendable {
        case waiting, called, served, missed, cancelled

        public var title: Text {
            switch self {
            case .waiting: ["vi": "Đang chờ", "en": "Waiting"]
            case .called: ["vi": "Mời vào quầy", "en": "Please come"]
            case .served: ["vi": "Đã xong", "en": "Served"]
            case .missed: ["vi": "Vắng khi gọi", "en": "Missed"]
            case .cancelled: ["vi": "Đã hủy", "en": "Cancelled"]
            }
        }
    }

    /// By this its holder finds it again; it says nothing of who they are.
    public let code: String
    public let unit: String
    public let day: Day
    public let number: Int
    /// The minute of the day that was booked.
    public let slot: Int?
    public let state: State
    public let desk: String?

    /// As it is called out.
    public var label: String {
        func padded(_ value: Int, _ width: Int) -> String { String(repeating: "0", count: max(0, width - String(value).count)) + String(value) }
        guard let slot else { return "A" + padded(number, 3) }
        return "H" + padded(slot / 60, 2) + padded(slot % 60, 2) + "-" + String(number)
    }
}

/// A line as everybody in the hall sees it.
public struct Line: Sendable {
    public let called: [Ticket]
    public let waiting: Int
}

extension Dossiers {
    static let ticketSteps: [SQL] = [
        """
        CREATE TABLE ticket (code TEXT NOT NULL PRIMARY KEY, unit TEXT NOT NULL, day INTEGER NOT NULL, number INTEGER NOT NULL, slot INTEGER NOT NULL, state TEXT NOT NULL, \
        desk TEXT, officer TEXT, created INTEGER NOT NULL, called INTEGER, ended INTEGER)
        """,
        "CREATE UNIQUE INDEX ticket_number ON ticket (unit, day, slot, number)", "CREATE INDEX ticket_line ON ticket (unit, day, state)",
    ]

    /// The slot of those who came without booking.
    private static let walkIn: Int64 = -1
    private static let columns: SQL = "code, unit, day, number, slot, state, desk"
    /// Before opening, so long ahead tickets are given out.
    private static let earlyMinutes = 30

    private func ticket(_ row: Row) -> Ticket {
        Ticket(
            code: row.text(0), unit: row.text(1), day: Day(number: Int32(truncatingIfNeeded: row.integer(2))), number: Int(row.integer(3)),
            slot: row.integer(4) == Dossiers.walkIn ? nil : Int(row.integer(4)),
            state: Ticket.State(rawValue: row.text(5)) ?? .waiting, desk: row.optionalText(6))
    }

    private func newTicketCode() -> String { String(Encoding.base32(world.random(8)).prefix(10)) }

    /// The next number of today's line.
    public func takeTicket(unit: String) async throws -> Ticket {
        let now = world.now()
        let calendar = city.calendar
        guard calendar.isWorking(now.day), now.minuteOfDay >= calendar.opening - Dossiers.earlyMinutes, now.minuteOfDay < calendar.closing else {
            throw DossierError.notNow(["vi": "Quầy chưa mở hoặc đã đóng. Hãy hẹn giờ cho ngày khác.", "en": "The counter is closed. Book a time on another day."])
        }
        let code = newTicketCode()
        return try await database.write { connection in
            let number = try self.insertTicket(code, unit, now.day, Dossiers.walkIn, now, connection)
            return Ticket(code: code, unit: unit, day: now.day, number: number, slot: nil, state: .waiting, desk: nil)
        }
    }

    /// Takes the next number of a line; another server that takes one at the same moment gets the one after it.
    private func insertTicket(_ code: String, _ unit: String, _ day: Day, _ slot: Int64, _ now: Instant, _ connection: Connection) throws -> Int {
        while true {
            let number = try connection.first("SELECT coalesce(max(number), 0) + 1 FROM ticket WHERE unit = \(unit) AND day = \(day) AND slot = \(slot)") { $0.integer(0) }!
            try connection.run(
                """
                INSERT INTO ticket (code, unit, day, number, slot, state, created) VALUES (\(code), \(unit), \(day), \(number), \(slot), \("waiting"), \(now)) \
                ON CONFLICT (unit, day, slot, number) DO NOTHING
                """)
            if connection.changes == 1 { return Int(number) }
        }
    }

    /// The days that can be booked, today and six days ahead, those on which offices work.
    public var bookingDays: [Day] { (0...6).map { world.today + $0 }.filter { city.calendar.isWorking($0) } }

    /// The free quarters of an hour of a day, with how many places each still has.
    public func slots(unit: String, on day: Day) throws -> [(minute: Int, free: Int)] {
        guard bookingDays.contains(day) else { return [] }
        let now = world.now()
        let taken = try database.look { connection in
            try connection.all(
                "SELECT slot, count(*) FROM ticket WHERE unit = \(unit) AND day = \(day) AND slot >= 0 AND state <> 'cancelled' GROUP BY slot"
            ) { (Int($0.integer(0)), Int($0.integer(1))) }
        }
        let counts = Dictionary(uniqueKeysWithValues: taken)
        return city.calendar.hours.flatMap { Array(stride(from: $0.lowerBound, to: $0.upperBound, by: limits.slotMinutes)) }
            .filter { day > now.day || $0 > now.minuteOfDay }.map { ($0, max(0, limits.slotPlaces - (counts[$0] ?? 0))) }
    }

    public func book(unit: String, on day: Day, at minute: Int) async throws -> Ticket {
        guard try slots(unit: unit, on: day).contains(where: { $0.minute == minute }) else {
            throw DossierError.objections([
                Objection(field: "slot", code: "slot", ["vi": "Giờ này không hẹn được nữa. Chọn giờ khác.", "en": "This time cannot be booked any more. Choose another."])
            ])
        }
        let code = newTicketCode()
        let now = world.now()
        return try await database.write { connection in
            let taken = try connection.first("SELECT count(*) FROM ticket WHERE unit = \(unit) AND day = \(day) AND slot = \(minute) AND state <> 'cancelled'") { $0.integer(0) }!
            guard taken < Int64(self.limits.slotPlaces) else {
                throw DossierError.objections([
                    Objection(field: "slot", code: "full", ["vi": "Giờ này vừa hết chỗ. Chọn giờ khác.", "en": "This time has just been taken. Choose another."])
                ])
            }
            let number = try self.insertTicket(code, unit, day, Int64(minute), now, connection)
            return Ticket(code: code, unit: unit, day: day, number: number, slot: minute, state: .waiting, desk: nil)
        }
    }

    /// A ticket by its code, with how many are before it.
    public func ticket(_ code: String) throws -> (ticket: Ticket, ahead: Int)? {
        try database.read { connection in
            guard let found = try connection.first("SELECT \(Dossiers.columns) FROM ticket WHERE code = \(code)", self.ticket) else { return nil }
            let ahead = try connection.first(
                "SELECT count(*) FROM ticket WHERE unit = \(found.unit) AND day = \(found.day) AND state = 'waiting' AND slot = -1 AND number < \(found.number)"
            ) { Int($0.integer(0)) }!
            return (found, found.slot == nil ? ahead : 0)
        }
    }

    public func cancelTicket(_ code: String) async throws {
        let now = world.now()
        try await database.write { try $0.run("UPDATE ticket SET state = 'cancelled', ended = \(now) WHERE code = \(code) AND state = 'waiting'") }
    }

    /// Calls the next: who booked this time or an earlier one, then by number. Two officers never call the same.
    public func callNext(unit: String, desk: String, by officer: Authority) async throws -> Ticket? {
        try mustServe(unit, officer)
        let now = world.now()
        return try await database.write { connection in
            while true {
                let booked = try connection.first(
                    """
                    SELECT code FROM ticket WHERE unit = \(unit) AND day = \(now.day) AND state = 'waiting' AND slot >= 0 AND slot <= \(now.minuteOfDay) ORDER BY slot, number LIMIT 1
                    """
                ) { $0.text(0) }
                let next =
                    try booked
                    ?? connection.first(
                        "SELECT code FROM ticket WHERE unit = \(unit) AND day = \(now.day) AND state = 'waiting' AND slot = -1 ORDER BY number LIMIT 1"
                    ) { $0.text(0) }
                guard let next else { return nil }
                try connection.run(
                    "UPDATE ticket SET state = 'called', desk = \(desk), officer = \(officer.id), called = \(now) WHERE code = \(next) AND state = 'waiting'")
                guard connection.changes == 1 else { continue }
                return try connection.first("SELECT \(Dossiers.columns) FROM ticket WHERE code = \(next)", self.ticket)
            }
        }
    }

    /// The one who was called is served, or did not come.
    public func endTicket(_ code: String, served isServed: Bool, by officer: Authority) async throws {
        guard let (ticket, _) = try ticket(code) else { throw DossierError.noSuchDossier }
        try mustServe(ticket.unit, officer)
        let now = world.now()
        try await database.write {
            try $0.run("UPDATE ticket SET state = \(isServed ? "served" : "missed"), ended = \(now) WHERE code = \(code) AND state = 'called'")
        }
    }

    /// What the hall sees: who was called to which desk, and how many wait.
    public func line(unit: String) throws -> Line {
        let today = world.today
        return try database.read { connection in
            let called = try connection.all(
                "SELECT \(Dossiers.columns) FROM ticket WHERE unit = \(unit) AND day = \(today) AND state = 'called' ORDER BY called DESC LIMIT 8", self.ticket)
            let waiting = try connection.first("SELECT count(*) FROM ticket WHERE unit = \(unit) AND day = \(today) AND state = 'waiting' AND slot = -1") { Int($0.integer(0)) }!
            return Line(called: called, waiting: waiting)
        }
    }

    /// The tickets an officer has called and not ended.
    public func calledTickets(unit: String, by officer: Authority) throws -> [Ticket] {
        try database.look { connection in
            try connection.all(
                "SELECT \(Dossiers.columns) FROM ticket WHERE unit = \(unit) AND day = \(self.world.today) AND state = 'called' AND officer = \(officer.id) ORDER BY called",
                self.ticket)
        }
    }

    /// Who works at a unit's counter: those who may receive dossiers there.
    public func mayServe(_ unit: String, _ officer: Authority) -> Bool {
        Set(procedures.map(\.office)).contains { officer.may(.write, $0.right, unit: unit, units: registry.units, on: world.today) }
    }

    private func mustServe(_ unit: String, _ officer: Authority) throws {
        guard mayServe(unit, officer) else { throw DossierError.forbidden(["vi": "Quầy này thuộc đơn vị khác.", "en": "This counter belongs to another unit."]) }
    }

    // MARK: At the counter

    /// The person who stands at the counter, by the number on their card; the look is entered for them.
    public func visitor(_ number: String, for officer: Authority) async throws -> (row: Int64, name: String)? {
        let found = try database.read { connection -> (Int64, String)? in
            guard let person = try self.registry.records(on: connection).find(self.city.people, number),
                let row = try self.registry.row(ofKey: number, in: self.city.people, on: connection)
            else { return nil }
            return (row, person["name"].plain)
        }
        guard let (row, name) = found else { return nil }
        try await database.write { connection in
            try self.registry.appendRead(self.city.people, rows: [row], authority: officer, purpose: .dossier, door: "counter", asked: "counter", on: connection)
        }
        return (row, name)
    }

    /// Whether an officer may hand in for people at a counter in this procedure.
    public func mayReceive(_ procedure: Procedure, _ officer: Authority) -> Bool { officer.may(.write, procedure.office.right) }
}

/// The card's square code as a scanner types it: number, old number, name, birth, sex, address, day of issue, with bars between.
public enum CardCode {
    /// The personal number in what was typed or scanned.
    public static func number(in text: String) -> String {
        let first = text.split(separator: "|", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return String(first.filter { $0 != " " && $0 != "." && $0 != "-" }.prefix(20))
    }
}
