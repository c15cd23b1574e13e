// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// What the last walk by a rule found, unit by unit, as one reader may see it.
public struct EntitlementCounts: Sendable {
    public struct Line: Sendable {
        public let unit: String
        /// Nil where so few people could be recognised.
        public let entitled: Int?
        public let enrolled: Int?
        public let missing: Int?
        public let possible: Int?
        public let wrong: Int?
    }

    public let rule: EntitlementRule
    /// The day that was asked about; nil before the first walk.
    public let day: Day?
    public let ended: Instant?
    /// Of all the reader's units; its own unit is empty.
    public let total: Line
    public let lines: [Line]
}

/// What the last walk by a rule found in all.
public struct EntitlementFigures: Sendable, Equatable {
    public let rule: String
    /// Entitled for certain, and not enrolled.
    public let missing: Int
    /// Maybe entitled, and not enrolled.
    public let possible: Int
    public let wrong: Int
}

extension Registry {
    /// Those who only may be entitled have a count of their own. What was counted together is counted anew at once; the walk that does it keeps first days.
    static let possibleEntitlements: [SQL] = [
        "ALTER TABLE entitlement_count ADD COLUMN possible INTEGER NOT NULL DEFAULT 0", "DELETE FROM entitlement_count", "UPDATE entitlement_run SET day = day - 1",
    ]

    static let entitlementTables: [SQL] = [
        """
        CREATE TABLE entitlement_finding (rule TEXT NOT NULL, sort TEXT NOT NULL, row INTEGER NOT NULL, unit TEXT NOT NULL, reason TEXT NOT NULL, \
        enrolment INTEGER, since INTEGER NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (rule, sort, row))\(TableStyle.clustered)
        """,
        "CREATE INDEX entitlement_finding_unit ON entitlement_finding (rule, sort, unit, row)",
        """
        CREATE TABLE entitlement_count (rule TEXT NOT NULL, unit TEXT NOT NULL, entitled INTEGER NOT NULL, enrolled INTEGER NOT NULL, \
        missing INTEGER NOT NULL, wrong INTEGER NOT NULL, PRIMARY KEY (rule, unit))\(TableStyle.clustered)
        """,
        "CREATE TABLE entitlement_run (rule TEXT NOT NULL PRIMARY KEY, run INTEGER NOT NULL, day INTEGER NOT NULL, ended INTEGER NOT NULL, judged INTEGER NOT NULL)",
    ]

    private static let findingsAtOnce = 2000

    // MARK: Every night

    /// The rules whose kept result is not of today, or of none at all.
    public func staleEntitlements() throws -> [EntitlementRule] {
        let today = world.today
        let kept = try database.look { connection in
            Dictionary(uniqueKeysWithValues: try connection.all("SELECT rule, day FROM entitlement_run") { ($0.text(0), $0.integer(1)) })
        }
        return enrolling().filter { kept[$0.name] != Int64(today.number) }
    }

    /// Walks by these rules and keeps what is found; who was found before keeps the first day. Nil while another process is at it.
    public func refresh(_ rules: [EntitlementRule], progress: (EntitlementRule, Double) throws -> Void = { _, _ in }) throws -> [EntitlementRun]? {
        guard let lock = database.exclusive("entitlements") else { return nil }
        defer { withExtendedLifetime(lock) {} }
        return try rules.map { rule in try refresh(rule) { try progress(rule, $0) } }
    }

    private func refresh(_ rule: EntitlementRule, progress: (Double) throws -> Void) throws -> EntitlementRun {
        let today = world.today
        let number = try database.look { try $0.first("SELECT coalesce(max(run), 0) + 1 FROM entitlement_run") { $0.integer(0) }! }
        var batch: [EntitlementFinding] = []
        func flush() throws {
            let full = batch
            batch.removeAll(keepingCapacity: true)
            if !full.isEmpty { try database.writeAndWait { try Self.keep(full, of: rule.name, run: number, on: today, $0) } }
        }
        let run = try walk(rule, on: today, progress: progress) { finding in
            batch.append(finding)
            if batch.count >= Self.findingsAtOnce { try flush() }
        }
        try flush()
        let now = world.now()
        try database.writeAndWait { connection in
            // Who was missing and now only may be was found on that first day.
            try connection.run(
                """
                UPDATE entitlement_finding SET since = (SELECT o.since FROM entitlement_finding o \
                WHERE o.rule = \(rule.name) AND o.sort = 'missing' AND o.row = entitlement_finding.row) \
                WHERE rule = \(rule.name) AND sort = 'possible' AND since = \(today) AND EXISTS (SELECT 1 FROM entitlement_finding m \
                WHERE m.rule = \(rule.name) AND m.sort = 'missing' AND m.row = entitlement_finding.row AND m.run <> \(number))
                """)
            // Who was found before and not now has what is due.
            try connection.run("DELETE FROM entitlement_finding WHERE rule = \(rule.name) AND run <> \(number)")
            try connection.run("DELETE FROM entitlement_count WHERE rule = \(rule.name)")
            for (unit, tally) in run.byUnit {
                try connection.run(
                    """
                    INSERT INTO entitlement_count (rule, unit, entitled, enrolled, missing, possible, wrong) \
                    VALUES (\(rule.name), \(unit), \(tally.entitled), \(tally.enrolled), \(tally.missing), \(tally.possible), \(tally.wrong))
                    """)
            }
            try connection.run(
                """
                INSERT INTO entitlement_run (rule, run, day, ended, judged) VALUES (\(rule.name), \(number), \(today), \(now), \(run.judged)) \
                ON CONFLICT (rule) DO UPDATE SET run = excluded.run, day = excluded.day, ended = excluded.ended, judged = excluded.judged
                """)
        }
        return run
    }

    private static func keep(_ findings: [EntitlementFinding], of rule: String, run: Int64, on today: Day, _ connection: Connection) throws {
        let insert = try connection.statement(
            """
            INSERT INTO entitlement_finding (rule, sort, row, unit, reason, enrolment, since, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
            ON CONFLICT (rule, sort, row) DO UPDATE SET unit = excluded.unit, reason = excluded.reason, enrolment = excluded.enrolment, run = excluded.run
            """)
        for finding in findings {
            insert.bind(1, rule)
            insert.bind(2, finding.sort.rawValue)
            insert.bind(3, finding.row)
            insert.bind(4, finding.unit)
            // Words are made when somebody reads them; the code tells reasons apart.
            insert.bind(5, finding.explanation.deciding.last?.code ?? "")
            if let enrolment = finding.enrolment { insert.bind(6, enrolment) } else { insert.bindNull(6) }
            insert.bind(7, Int64(today.number))
            insert.bind(8, run)
            try insert.done()
        }
    }

    // MARK: Figures

    /// How many are missing and wrong in all, by each rule that was walked by, for a board: nothing in it tells of a person.
    public func entitlementFigures() throws -> [EntitlementFigures] {
        let sums = try database.look { connection in
            // A walk that found nobody keeps no count. Findings without one are those of a walk that has not ended, or of before counts were kept so.
            try connection.all(
                """
                SELECT r.rule, coalesce(sum(c.missing), 0), coalesce(sum(c.possible), 0), coalesce(sum(c.wrong), 0) FROM entitlement_run r \
                LEFT JOIN entitlement_count c ON c.rule = r.rule \
                WHERE c.rule IS NOT NULL OR NOT EXISTS (SELECT 1 FROM entitlement_finding f WHERE f.rule = r.rule) GROUP BY r.rule
                """
            ) { row in
                EntitlementFigures(rule: row.text(0), missing: Int(row.integer(1)), possible: Int(row.integer(2)), wrong: Int(row.integer(3)))
            }
        }
        return enrolling().compactMap { rule in sums.first { $0.rule == rule.name } }
    }

    /// Whether somebody may see the figures of any rule.
    public func mayCountEntitled(_ authority: Authority) -> Bool { enrolling().contains { mayCount($0, authority) } }

    private func mayCount(_ rule: EntitlementRule, _ authority: Authority) -> Bool {
        guard let register = rule.enrolment?.register else { return false }
        return authority.may(.read, register) || authority.may(.personal, register)
    }

    /// The kept counts of each rule that the reader may see, in the units that are theirs.
    public func entitlementCounts(for authority: Authority) throws -> [EntitlementCounts] {
        let rules = enrolling().filter { mayCount($0, authority) }
        guard !rules.isEmpty else { throw RegisterError.forbidden(Self.notForYou) }
        return try rules.map { rule in
            let register = rule.enrolment!.register
            let scope = self.scope(try self.plan(register), authority).map(Set.init)
            let isGuarded = !authority.may(.personal, register)
            return try database.read { connection in
                let run = try connection.first("SELECT day, ended FROM entitlement_run WHERE rule = \(rule.name)") { ($0.integer(0), $0.integer(1)) }
                let all = try connection.all(
                    "SELECT unit, entitled, enrolled, missing, possible, wrong FROM entitlement_count WHERE rule = \(rule.name) ORDER BY unit"
                ) { row -> (String, EntitlementTally) in
                    var tally = EntitlementTally(entitled: Int(row.integer(1)), enrolled: Int(row.integer(2)))
                    tally.missing = Int(row.integer(3))
                    tally.possible = Int(row.integer(4))
                    tally.wrong = Int(row.integer(5))
                    return (row.text(0), tally)
                }
                let mine = all.filter { scope?.contains($0.0) ?? true }
                let lines = self.lines(mine, isGuarded: isGuarded)
                return EntitlementCounts(
                    rule: rule, day: run.map { Day(number: Int32(truncatingIfNeeded: $0.0)) }, ended: run.map { Instant(milliseconds: $0.1) },
                    total: self.total(mine, lines, isGuarded: isGuarded), lines: lines)
            }
        }
    }

    /// Who may not see persons is not told of so few that they could be recognised. The figures of a unit tell of each other, so that where
    /// one of the findings is hidden only the number of those entitled stays, if that is large enough.
    private func lines(_ tallies: [(String, EntitlementTally)], isGuarded: Bool) -> [EntitlementCounts.Line] {
        let units = tallies.map { [$0.0] }
        func groups(_ figure: KeyPath<EntitlementTally, Int>) -> SmallGroups? {
            isGuarded ? SmallGroups(units, tallies.map { $0.1[keyPath: figure] }, smallest: limits.smallGroup) : nil
        }
        let (missing, possible, wrong) = (groups(\.missing), groups(\.possible), groups(\.wrong))
        let (enrolled, entitled) = (groups(\.enrolled), groups(\.entitled))
        return tallies.map { unit, tally in
            let isHidden = [missing, possible, wrong, enrolled].contains { $0?.hides([unit]) ?? false }
            return EntitlementCounts.Line(
                unit: unit, entitled: entitled?.hides([unit]) ?? false ? nil : tally.entitled, enrolled: isHidden ? nil : tally.enrolled,
                missing: isHidden ? nil : tally.missing, possible: isHidden ? nil : tally.possible, wrong: isHidden ? nil : tally.wrong)
        }
    }

    /// A total of so few tells of them as well, and one to which a single unit adds is that unit's hidden figure.
    private func total(_ tallies: [(String, EntitlementTally)], _ lines: [EntitlementCounts.Line], isGuarded: Bool) -> EntitlementCounts.Line {
        let sum = tallies.reduce(EntitlementTally()) { $0 + $1.1 }
        func told(_ figure: KeyPath<EntitlementTally, Int>, _ shown: KeyPath<EntitlementCounts.Line, Int?>) -> Int? {
            let value = sum[keyPath: figure]
            guard isGuarded, value > 0 else { return value }
            let adding = zip(tallies, lines).filter { $0.0.1[keyPath: figure] > 0 }
            let isOneHidden = adding.count == 1 && adding.contains { $0.1[keyPath: shown] == nil }
            return value < limits.smallGroup || isOneHidden ? nil : value
        }
        return EntitlementCounts.Line(
            unit: "", entitled: told(\.entitled, \.entitled), enrolled: told(\.enrolled, \.enrolled), missing: told(\.missing, \.missing),
            possible: told(\.possible, \.possible), wrong: told(\.wrong, \.wrong))
    }

    static let notForYou: Text = [
        "vi": "Trang này dành cho cán bộ được phân quyền ở sổ đối tượng hưởng.", "en": "This page is for officers with a right to the register of those enrolled.",
    ]
}
