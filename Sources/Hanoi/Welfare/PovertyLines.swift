// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What a household is by its income and by what it lacks.
public enum PovertyClass: String, Sendable, CaseIterable {
    case poor
    case nearPoor = "near-poor"
    /// Above the line: neither poor nor near-poor.
    case above
}

/// The poverty lines as dated tables: which income and how many deprived indicators make a household poor. What the review's forms make of it: `PovertyForm`.
///
/// Sources: Decision 59/2015/QĐ-TTg, Decree 07/2021/NĐ-CP and the Government's decree on the lines of 2026–2030 (as huengaynay.vn reports it).
/// The city's own lines and the last day of the first period are from memory: **to be confirmed** (`isConfirmed` is false there).
/// For 2027–2030 no line of the city is known yet, so the nation's holds.
public enum PovertyLines {
    public enum Area: String, Sendable, CaseIterable { case urban, rural }

    /// Who set a line: the State, or the city with one that may only be higher.
    public enum Scope: Sendable { case nation, city }

    /// One row of a table; the first row that fits decides.
    public struct Row: Sendable, Equatable {
        /// Income a person a month up to here, in đồng.
        public let incomeUpTo: Money
        /// At least so many deprived indicators.
        public let deprivedMin: Int
        public let means: PovertyClass
    }

    public struct Table: Sendable {
        public let from: Day
        public let until: Day
        public let scope: Scope
        public let area: Area
        public let rows: [Row]
        public let source: Text
        public let isConfirmed: Bool

        /// The highest income at which a household can be poor or near-poor.
        public var line: Money { rows.map(\.incomeUpTo).max()! }
    }

    /// The class by the table in force on that day; nil where there is none. `deprived` counts the indicators, `income` is a person's a month.
    public static func classify(area: Area, income: Money, deprived: Int, on day: Day, scope: Scope = .city) -> PovertyClass? {
        guard let table = table(area, on: day, scope: scope) else { return nil }
        return table.rows.first { income <= $0.incomeUpTo && deprived >= $0.deprivedMin }?.means ?? .above
    }

    /// The city's table in force on that day, or the nation's where the city has none of its own.
    public static func table(_ area: Area, on day: Day, scope: Scope = .city) -> Table? {
        let inForce = tables.filter { $0.area == area && ($0.from...$0.until).contains(day) }
        return inForce.first { $0.scope == scope } ?? inForce.first { $0.scope == .nation }
    }

    // MARK: Tables

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Day { Day(year: year, month: month, day: day)! }

    /// Two lines: poor below the first, or up to the second with three indicators; else near-poor up to the second.
    private static func twoLines(_ line: Int64, _ upper: Int64) -> [Row] {
        [
            Row(incomeUpTo: Money(line), deprivedMin: 0, means: .poor), Row(incomeUpTo: Money(upper), deprivedMin: 3, means: .poor),
            Row(incomeUpTo: Money(upper), deprivedMin: 0, means: .nearPoor),
        ]
    }

    /// One line: poor up to it with three indicators, near-poor with fewer.
    private static func oneLine(_ line: Int64) -> [Row] {
        [Row(incomeUpTo: Money(line), deprivedMin: 3, means: .poor), Row(incomeUpTo: Money(line), deprivedMin: 0, means: .nearPoor)]
    }

    private static func period(
        _ from: Day, _ until: Day, _ scope: Scope, rural: [Row], urban: [Row], source: Text, isConfirmed: Bool
    ) -> [Table] {
        func table(_ area: Area, _ rows: [Row]) -> Table {
            Table(from: from, until: until, scope: scope, area: area, rows: rows, source: source, isConfirmed: isConfirmed)
        }
        return [table(.rural, rural), table(.urban, urban)]
    }

    /// Oldest first. The lines of 2016–2020 were kept for 2021, those of 2022–2025 for 2026.
    public static let tables: [Table] = periods.flatMap { $0 }

    private static let periods: [[Table]] = [
        period(
            day(2016, 1, 1), day(2021, 12, 31), .nation, rural: twoLines(700_000, 1_000_000), urban: twoLines(900_000, 1_300_000),
            source: ["vi": "Quyết định 59/2015/QĐ-TTg", "en": "Decision 59/2015/QĐ-TTg"], isConfirmed: false),
        period(
            day(2016, 1, 1), day(2021, 12, 31), .city, rural: twoLines(1_100_000, 1_500_000), urban: twoLines(1_400_000, 1_950_000),
            source: ["vi": "Quyết định 12/2016/QĐ-UBND của Hà Nội", "en": "Hà Nội's Decision 12/2016/QĐ-UBND"], isConfirmed: false),
        period(
            day(2022, 1, 1), day(2026, 12, 31), .nation, rural: oneLine(1_500_000), urban: oneLine(2_000_000),
            source: ["vi": "Nghị định 07/2021/NĐ-CP, Điều 3; kéo dài đến hết năm 2026", "en": "Decree 07/2021/NĐ-CP, article 3; kept until the end of 2026"], isConfirmed: true),
        period(
            day(2022, 1, 1), day(2026, 12, 31), .city, rural: oneLine(2_000_000), urban: oneLine(2_400_000),
            source: ["vi": "Chuẩn nghèo riêng của Hà Nội 2022–2025 (cần đối chiếu nghị quyết)", "en": "Hà Nội's own line of 2022–2025 (resolution to be confirmed)"],
            isConfirmed: false),
        period(
            day(2027, 1, 1), day(2030, 12, 31), .nation, rural: oneLine(2_200_000), urban: oneLine(2_800_000),
            source: [
                "vi": "Nghị định của Chính phủ về chuẩn nghèo đa chiều quốc gia 2026–2030",
                "en": "The Government's decree on the national multidimensional poverty line of 2026–2030",
            ], isConfirmed: true),
    ]
}
