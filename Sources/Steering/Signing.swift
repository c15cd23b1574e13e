// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Registers
internal import Store
internal import Synchronization

/// How a unit signs off its days.
public struct SigningUnit: Sendable {
    public let unit: String
    public let last: Day?
    /// Days not signed off, the oldest first; today does not count yet.
    public let missing: [Day]
    /// Days signed off after the end of the day that follows them.
    public let late: [Day]
    /// Missing days that were signed off, with how many changes the journals have that the sign-off does not tell.
    public let untold: [Day: Int]
    /// Those of them that were signed off as days without change.
    public let denied: Set<Day>
    /// Nil while today is not signed off; else how many changes were entered that its sign-off does not tell.
    public let today: Int?
    /// Of so many days.
    public let days: Int
    public var signed: Int { days - missing.count }
    public var inTime: Int { signed - late.count }
    public var isLate: Bool { !missing.isEmpty }
}

/// A day's sign-off as it stands against the journals.
struct Signoff: Sendable {
    /// Changes that it does not tell and would have to.
    let lacking: Int
    let isWithoutChange: Bool
    let isInTime: Bool
}

/// A unit beside the others, with what its figures are parts of.
public struct LeagueRow: Sendable {
    public let unit: String
    public let signing: SigningUnit
    /// Records that need a look, and how many records the unit keeps.
    public let findings: Int
    public let records: Int
    public let timed: Int
    public let onTime: Int
    /// Findings for a thousand records.
    public var findingRate: Double { records == 0 ? 0 : Double(findings) * 1000 / Double(records) }
}

extension Steering {
    /// Days looked back on.
    static let signingDays = 30
    /// A sign-off tells no larger number of changes.
    static let changesMax = 100_000

    /// Every commune of today with its sign-offs of the last thirty days, those who are furthest behind first. Reckoned when it is read.
    public func signing() throws -> [SigningUnit] {
        let today = registry.world.today
        let since = today + -Self.signingDays
        let signed = try signoffs(since: since)
        // Before anybody had ever signed there was nothing to sign, and nothing that could be signed in time.
        let begun = try registry.begun(names.signoffs)?.day ?? today
        let firstSigned = try registry.firstDay(names.signoffs, day: "day", where: ["register": names.signed]) ?? today
        let first = max(since, min(max(firstSigned, begun + -1), today))
        let days = (0..<max(0, Int(today.number - first.number))).map { first + $0 }
        return registry.units.inForce(on: today, level: .commune).map { unit in
            let own = signed[unit.code] ?? [:]
            let past = own.filter { $0.key < today }
            let standing = past.filter { $0.value.lacking == 0 }
            let untold = past.filter { $0.value.lacking > 0 }
            return SigningUnit(
                unit: unit.code, last: standing.keys.max(), missing: days.filter { standing[$0] == nil }, late: days.filter { standing[$0]?.isInTime == false },
                untold: untold.mapValues(\.lacking), denied: Set(untold.filter { $0.value.isWithoutChange }.keys), today: own[today]?.lacking, days: days.count)
        }.sorted { ($1.missing.count, $1.late.count, $0.unit) < ($0.missing.count, $0.late.count, $1.unit) }
    }

    /// The sign-offs by unit and day. One that was entered before the end of its day's work, and one that says there was no change, is held against
    /// the journals; once the day is over that is not asked again, for neither it nor the day's journals change then.
    private func signoffs(since: Day) throws -> [String: [Day: Signoff]] {
        let now = registry.world.now()
        let known = settled.withLock { $0 }
        var kept: [Int64: Int] = [:]
        var changes: [Day: [String: Int]] = [:]
        var found: [String: [Day: Signoff]] = [:]
        let values = ["register": names.signed]
        let without = Set(
            try registry.days(names.signoffs, unit: "commune", day: "day", since: since, where: ["register": names.signed, "outcome": "no-change"]).map { $0.entry })
        for one in try registry.days(names.signoffs, unit: "commune", day: "day", since: since, where: values) {
            let isWithoutChange = without.contains(one.entry)
            var lacking = 0
            if isWithoutChange || one.entered < one.day.at(minute: signedFrom) {
                if let settled = known[one.entry] {
                    lacking = settled
                } else {
                    // A load is no day's work: what was signed on its day stands.
                    let ofDay = try changes[one.day] ?? self.changes(on: one.day) ?? [:]
                    changes[one.day] = ofDay
                    let told = try isWithoutChange ? 0 : registry.number("changes", of: one.entry, in: names.signoffs) ?? 0
                    lacking = max(0, min(ofDay[one.unit] ?? 0, Self.changesMax) - Int(told))
                }
                // A minute later whatever was entered before midnight is there to be read.
                if now >= (one.day + 1).at(minute: 1) { kept[one.entry] = lacking }
            }
            found[one.unit, default: [:]][one.day] = Signoff(
                lacking: lacking, isWithoutChange: isWithoutChange, isInTime: one.entered < (one.day + 2).at(minute: 0))
        }
        settled.withLock { $0 = kept }
        return found
    }

    /// How many entries of a day touched the covered registers in each unit; nil on the day of a load. A day that is over is counted once.
    public func changes(on day: Day) throws -> [String: Int]? {
        if let known = countedDays.withLock({ $0[day] }) { return known }
        let byUnit = try registry.entries(names.covered, on: day)
        // A minute later whatever was entered before midnight is there to be read.
        guard registry.world.now() >= (day + 1).at(minute: 1) else { return byUnit }
        let since = registry.world.today + -Self.signingDays
        countedDays.withLock { days in
            days = days.filter { $0.key >= since }
            days[day] = .some(byUnit)
        }
        return byUnit
    }

    /// Signs a day off: with the number of changes that stand in the journals, or as one without change. Signing again changes nothing.
    public func sign(_ unit: String, on day: Day, by authority: Authority) async throws {
        let today = registry.world.today
        guard day <= today, day >= today + -Self.signingDays else {
            throw RegisterError.badRequest(["vi": "Chỉ xác nhận được hôm nay và 30 ngày trước.", "en": "Only today and the 30 days before can be signed off."])
        }
        let key = "\(unit)-\(day)-\(names.signed)"
        let register = try registry.register(names.signoffs)
        try await database.write { connection in
            let counted = try self.registry.records(on: connection).entries(of: self.names.covered, in: unit, on: day) ?? Self.changesMax
            let texts: [String: String] = [
                register.key.name: key, "commune": unit, "day": day.description, "register": self.names.signed, "outcome": counted > 0 ? "changes" : "no-change",
                "changes": counted > 0 ? String(min(counted, Self.changesMax)) : "",
            ]
            let item = try self.registry.item(register.name, texts: texts, effective: nil)
            _ = try self.registry.enter([Change(register.name, key: key, .put(item), expecting: .anything)], cause: "sign-off", by: authority, on: connection)
        }
    }

    /// Communes beside each other, the most in need of a word first.
    public func league() throws -> [LeagueRow] {
        let findings = try registry.findings(names.signed)
        let people = try registry.statistics(names.signed, by: [registry.register(names.signed).jurisdiction?.name ?? "commune"], on: nil, for: Steering.counter)
        let records = Dictionary(people.groups.map { ($0.values[0], $0.count ?? 0) }, uniquingKeysWith: +)
        let timeliness = try timeliness()
        return try signing().map { signing in
            let (timed, onTime) = timeliness[signing.unit] ?? (0, 0)
            return LeagueRow(
                unit: signing.unit, signing: signing, findings: findings[signing.unit] ?? 0, records: records[signing.unit] ?? 0, timed: timed, onTime: onTime)
        }
    }
}
