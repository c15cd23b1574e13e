// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Registers

/// An office of the city beside the others, each figure with what it is a part of.
public struct DepartmentRow: Sendable {
    /// A register that it keeps.
    public struct Kept: Sendable {
        public let register: Register
        /// Days since its last entry; nil where there has been none.
        public let days: Int?
        /// Longer than its duty allows.
        public let isLate: Bool
        public let findings: Int
        public let records: Int
    }

    public let code: String
    public let name: Text
    public let kept: [Kept]
    /// Dossiers of the procedures it decides that have ended with a promised day, those of them that were on time, and open ones past theirs.
    public let timed: Int
    public let onTime: Int
    public let overdue: Int
    /// Letters it got, and those past their day without an answer.
    public let letters: Int
    public let unanswered: Int

    public var late: [Kept] { kept.filter(\.isLate) }
    public var findings: Int { kept.reduce(0) { $0 + $1.findings } }
    public var records: Int { kept.reduce(0) { $0 + $1.records } }
    /// Findings for a thousand records.
    public var findingRate: Double { records == 0 ? 0 : Double(findings) * 1000 / Double(records) }
    /// In how many ways it is behind: with a register, with dossiers, with an answer.
    public var behind: Int { (late.isEmpty ? 0 : 1) + (overdue == 0 ? 0 : 1) + (unanswered == 0 ? 0 : 1) }
    /// Registers, dossiers and letters together that are late.
    public var lateCount: Int { late.count + overdue + unanswered }
}

extension Steering {
    /// Every office that keeps a register, decides procedures or gets letters; those most behind first.
    func reckonedDepartments() throws -> [DepartmentRow] {
        let titles = try officeTitles()
        var kept: [String: [DepartmentRow.Kept]] = [:]
        for one in try freshness() {
            let findings = try registry.findings(one.register.name).values.reduce(0, +)
            let records = try registry.count(one.register.name)
            kept[one.register.keeper.code, default: []].append(
                DepartmentRow.Kept(register: one.register, days: one.days, isLate: one.isLate, findings: findings, records: records))
        }
        let timeliness = try dossiers.timelinessByOffice()
        let sent = try registry.statistics(names.urgings, by: ["office"], on: nil, for: Steering.counter)
        let letters = Dictionary(sent.groups.map { ($0.values[0], $0.count ?? 0) }, uniquingKeysWith: +)
        let unanswered = try registry.findings(names.urgings, check: "unanswered", by: "office")
        let rows = titles.map { code, name -> DepartmentRow in
            let dossiers = timeliness[code] ?? (timed: 0, onTime: 0, overdue: 0)
            return DepartmentRow(
                code: code, name: name, kept: kept[code] ?? [], timed: dossiers.timed, onTime: dossiers.onTime, overdue: dossiers.overdue, letters: letters[code] ?? 0,
                unanswered: unanswered[code] ?? 0)
        }
        return rows.sorted { first, second in
            (second.behind, second.lateCount, second.findingRate, first.code) < (first.behind, first.lateCount, first.findingRate, second.code)
        }
    }

    /// What offices are called: as keepers of registers, else as letters name them, else as procedures do.
    private func officeTitles() throws -> [String: Text] {
        var titles: [String: Text] = [:]
        for office in dossiers.procedures.map(\.office) { titles[office.code] = office.title }
        if case .choice(let offices)? = try registry.register(names.urgings).field("office")?.kind { for office in offices { titles[office.code] = office.title } }
        for keeper in registry.registers.map(\.keeper) { titles[keeper.code] = keeper.name }
        return titles
    }
}
