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
    /// Those of them that were signed off before the end of the day's work, with how many changes were entered after it.
    public let early: [Day: Int]
    /// Nil while today is not signed off; else how many changes were entered after an early sign-off.
    public let today: Int?
    /// Of so many days.
    public let days: Int
    public var signed: Int { days - missing.count }
    public var isLate: Bool { !missing.isEmpty }
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
    /// Changes of a day, in the whole city, that are looked through for early sign-offs. More are a load and no day's work.
    static let dayChangesMax: Int64 = 200_000

    /// Every commune of today with its sign-offs of the last thirty days, those who are furthest behind first. Reckoned when it is read.
    public func signing() throws -> [SigningUnit] {
        let today = registry.world.today
        let since = today + -Self.signingDays
        let signed = try signoffs(since: since)
        // Before anybody had ever signed there was nothing to sign.
        let begun = try registry.firstDay(names.signoffs, day: "day", where: ["register": names.signed]) ?? today
        let first = max(since, min(begun, today))
        let days = (0..<max(0, Int(today.number - first.number))).map { first + $0 }
        return registry.units.inForce(on: today, level: .commune).map { unit in
            let own = signed[unit.code] ?? [:]
            let past = own.filter { $0.key < today }
            let standing = past.filter { $0.value == 0 }
            return SigningUnit(
                unit: unit.code, last: standing.keys.max(), missing: days.filter { standing[$0] == nil }, early: past.filter { $0.value > 0 }, today: own[today], days: days.count)
        }.sorted { ($1.missing.count, $0.unit) < ($0.missing.count, $1.unit) }
    }

    /// The sign-offs by unit and day, each with how many changes were entered after it. Only one entered before the end of its day's work is asked
    /// for that; what it lacks is no longer asked once the day is over, for neither it nor the day's journal changes then.
    private func signoffs(since: Day) throws -> [String: [Day: Int]] {
        let now = registry.world.now()
        let known = settled.withLock { $0 }
        var kept: [Int64: Int] = [:]
        var changes: [Day: [String: Int]] = [:]
        var found: [String: [Day: Int]] = [:]
        for one in try registry.days(names.signoffs, unit: "commune", day: "day", since: since, where: ["register": names.signed]) {
            guard one.entered < one.day.at(minute: signedFrom) else {
                found[one.unit, default: [:]][one.day] = 0
                continue
            }
            var lacking = known[one.entry]
            if lacking == nil {
                let ofDay = try changes[one.day] ?? registry.entries(names.signed, on: one.day, within: Self.dayChangesMax) ?? [:]
                changes[one.day] = ofDay
                let told = try registry.number("changes", of: one.entry, in: names.signoffs) ?? 0
                lacking = max(0, min(ofDay[one.unit] ?? 0, Self.changesMax) - Int(told))
            }
            found[one.unit, default: [:]][one.day] = lacking
            // A minute later whatever was entered before midnight is there to be read.
            if now >= (one.day + 1).at(minute: 1) { kept[one.entry] = lacking }
        }
        settled.withLock { $0 = kept }
        return found
    }

    /// How many entries of a day touched the signed register in a unit; nil on a day with more entries than the limit in the whole city.
    public func changes(of unit: String, on day: Day, within limit: Int64 = .max) throws -> Int? {
        try registry.entries(names.signed, on: day, within: limit).map { $0[unit] ?? 0 }
    }

    /// Signs a day off: with the number of changes that stand in the journal, or as one without change. Signing again changes nothing.
    public func sign(_ unit: String, on day: Day, by authority: Authority) async throws {
        let today = registry.world.today
        guard day <= today, day >= today + -Self.signingDays else {
            throw RegisterError.badRequest(["vi": "Chỉ xác nhận được hôm nay và 30 ngày trước.", "en": "Only today and the 30 days before can be signed off."])
        }
        let key = "\(unit)-\(day)-\(names.signed)"
        let count = try changes(of: unit, on: day) ?? 0
        let register = try registry.register(names.signoffs)
        var texts = [register.key.name: key, "commune": unit, "day": day.description, "register": names.signed, "outcome": count > 0 ? "changes" : "no-change"]
        if count > 0 { texts["changes"] = String(min(count, Self.changesMax)) }
        let item = try registry.item(register.name, texts: texts, effective: nil)
        _ = try await registry.enter([Change(register.name, key: key, .put(item), expecting: .anything)], cause: "sign-off", by: authority)
    }

    /// Communes beside each other, the most in need of a word first.
    public func league() throws -> [LeagueRow] {
        let findings = try registry.findings(names.signed)
        let people = try registry.statistics(names.signed, by: [registry.register(names.signed).jurisdiction?.name ?? "commune"], on: nil, for: Steering.counter)
        let records = Dictionary(people.groups.map { ($0.values[0], $0.count ?? 0) }, uniquingKeysWith: +)
        let timeliness = try dossiers.timelinessByUnit()
        return try signing().map { signing in
            let (timed, onTime) = timeliness[signing.unit] ?? (0, 0)
            return LeagueRow(
                unit: signing.unit, signing: signing, findings: findings[signing.unit] ?? 0, records: records[signing.unit] ?? 0, timed: timed, onTime: onTime)
        }
    }
}
