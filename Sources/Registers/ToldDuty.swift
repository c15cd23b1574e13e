// SPDX-License-Identifier: Apache-2.0

/// A count as somebody is told it.
public enum ToldCount: Sendable, Equatable {
    case number(Int)
    /// So few that they could be recognised.
    case few
    /// Kept back, for what is told would give something else away.
    case untold
}

/// A duty's figures as they are told to whom not every unit's persons are open: of so few that they could be recognised nothing, and of the others
/// nothing from which those could be reckoned, by the same rule as other counts of people.
public struct ToldDuty: Sendable {
    public struct Line: Sendable, Equatable {
        public let records: ToldCount
        public let failing: ToldCount
        public let kept: ToldCount
    }

    /// Of all units together.
    public let total: Line
    private let lines: [String: Line]

    /// `isGuarded` says of a unit, or of the whole city under nil, that its persons are not open to the reader.
    public init(_ counts: [(unit: String, records: Int, failing: Int)], smallest: Int, isGuarded: (String?) -> Bool) {
        // What is open to the reader protects nothing: the others are judged among themselves.
        let guarded = counts.filter { isGuarded($0.unit.isEmpty ? nil : $0.unit) }
        let names: [[String]] = guarded.flatMap { [[$0.unit, Self.failing], [$0.unit, Self.kept]] }
        let numbers: [Int] = guarded.flatMap { [$0.failing, $0.records - $0.failing] }
        let groups: SmallGroups? = guarded.isEmpty ? nil : SmallGroups(names, numbers, smallest: smallest)
        func hidesParts(_ unit: String?) -> Bool { groups.map { $0.hides([unit, Self.failing]) || $0.hides([unit, Self.kept]) } ?? false }
        var lines: [String: Line] = [:]
        for one in counts { lines[one.unit] = Self.line(one.records, one.failing, few: nil, hidesRecords: false, hidesParts: false) }
        for one in guarded {
            let hidesRecords = groups?.hides([one.unit, nil]) ?? false
            lines[one.unit] = Self.line(one.records, one.failing, few: smallest, hidesRecords: hidesRecords, hidesParts: hidesParts(one.unit))
        }
        // A total to which one guarded unit adds is that unit's figure.
        let adding = guarded.filter { $0.records > 0 }
        let isOneHidden = adding.count == 1 && lines[adding[0].unit]?.records != ToldCount.number(adding[0].records)
        let records = counts.reduce(0) { $0 + $1.records }
        let failing = counts.reduce(0) { $0 + $1.failing }
        total = Self.line(records, failing, few: isGuarded(nil) ? smallest : nil, hidesRecords: isOneHidden, hidesParts: hidesParts(nil))
        self.lines = lines
    }

    /// A unit's figures.
    public subscript(unit: String) -> Line { lines[unit] ?? Line(records: .number(0), failing: .number(0), kept: .number(0)) }

    private static let failing = "failing"
    private static let kept = "kept"

    private static func line(_ records: Int, _ failing: Int, few: Int?, hidesRecords: Bool, hidesParts: Bool) -> Line {
        func isFew(_ count: Int) -> Bool { few.map { count > 0 && count < $0 } ?? false }
        if isFew(records) { return Line(records: .few, failing: .untold, kept: .untold) }
        if hidesRecords { return Line(records: .untold, failing: .untold, kept: .untold) }
        // Of two parts of a known sum each tells the other.
        if isFew(failing) { return Line(records: .number(records), failing: .few, kept: .untold) }
        if hidesParts || isFew(records - failing) { return Line(records: .number(records), failing: .untold, kept: .untold) }
        return Line(records: .number(records), failing: .number(failing), kept: .number(records - failing))
    }
}
