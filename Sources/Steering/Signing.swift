// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Registers
internal import Store

/// How a unit signs off its days.
public struct SigningUnit: Sendable {
    public let unit: String
    public let last: Day?
    /// Days not signed off, the oldest first; today does not count yet.
    public let missing: [Day]
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

    /// Every commune of today with its sign-offs of the last thirty days, those who are furthest behind first. Reckoned when it is read.
    public func signing() throws -> [SigningUnit] {
        let today = registry.world.today
        let since = today + -Self.signingDays
        var signed: [String: Set<Day>] = [:]
        for (unit, day) in try registry.days(names.signoffs, unit: "commune", day: "day", since: since, where: ["register": names.signed]) where day < today {
            signed[unit, default: []].insert(day)
        }
        // Before anybody had ever signed there was nothing to sign.
        let begun = try registry.firstDay(names.signoffs, day: "day", where: ["register": names.signed]) ?? today
        let first = max(since, min(begun, today))
        let days = (0..<max(0, Int(today.number - first.number))).map { first + $0 }
        return registry.units.inForce(on: today, level: .commune).map { unit in
            let own = signed[unit.code] ?? []
            return SigningUnit(unit: unit.code, last: own.max(), missing: days.filter { !own.contains($0) }, days: days.count)
        }.sorted { ($1.missing.count, $0.unit) < ($0.missing.count, $1.unit) }
    }

    /// Whether a unit has signed a day off.
    public func hasSigned(_ unit: String, on day: Day) throws -> Bool {
        try registry.row(of: "\(unit)-\(day)-\(names.signed)", in: names.signoffs) != nil
    }

    /// How many entries of a day touched the signed register in a unit; nil on a day with more entries than the limit in the whole city.
    public func changes(of unit: String, on day: Day, within limit: Int64 = .max) throws -> Int? { try registry.entries(names.signed, unit: unit, on: day, within: limit) }

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
        if count > 0 { texts["changes"] = String(min(count, 100_000)) }
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
