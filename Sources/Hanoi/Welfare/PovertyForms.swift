// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The yearly review's forms as dated scoring tables: of form B, the points B1 stand for the household's income, B2 for what it lacks.
///
/// Decree 07/2021/NĐ-CP and Circular 07/2021/TT-BLĐTBXH since 2022; Decision 59/2015/QĐ-TTg and Circular 17/2016/TT-BLĐTBXH before. Limits and points are from
/// memory: **to be confirmed** (`isConfirmed`). The points of B1 by item – members, schooling, work, housing, electricity, belongings – stand in the circular's
/// appendix, region by region; the register keeps their sum.
public struct PovertyForm: Sendable {
    /// One line of B2: what is lacking, and its points.
    public struct Item: Sendable {
        public let indicator: Choice
        public let points: Int64
    }

    /// One row of the table; the first that fits decides.
    public struct Row: Sendable, Equatable {
        /// Points of B1 up to here.
        public let incomeUpTo: Int64
        /// At least so many points of B2.
        public let lackingFrom: Int64
        public let means: PovertyClass
    }

    public let from: Day
    public let until: Day
    public let items: [Item]
    public let rows: [PovertyLines.Area: [Row]]
    public let source: Text
    public let isConfirmed: Bool

    /// What the two sums make of a household.
    public func classify(_ area: PovertyLines.Area, income: Int64, lacking: Int64) -> PovertyClass {
        (rows[area] ?? []).first { income <= $0.incomeUpTo && lacking >= $0.lackingFrom }?.means ?? .above
    }

    /// The most points of B1 with which a household can be poor or near-poor.
    public func limit(_ area: PovertyLines.Area) -> Int64 { (rows[area] ?? []).map(\.incomeUpTo).max() ?? 0 }

    /// The sum of B2.
    public func points(_ isLacking: (String) -> Bool) -> Int64 { items.reduce(0) { $0 + (isLacking($1.indicator.code) ? $1.points : 0) } }

    /// The form in force on a day; nil where none is known.
    public static func inForce(on day: Day) -> PovertyForm? { all.first { ($0.from...$0.until).contains(day) } }

    // MARK: The forms

    /// Points of B2 from which a household is poor whose income is near the line: three indicators.
    public static let lackingLimit: Int64 = 30

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Day { Day(year: year, month: month, day: day)! }

    private static let pointsEach: Int64 = 10

    private static func items(_ indicators: [Choice]) -> [Item] { indicators.map { Item(indicator: $0, points: pointsEach) } }

    /// Poor up to the limit with three indicators, near-poor with fewer.
    private static func one(_ limit: Int64) -> [Row] {
        [Row(incomeUpTo: limit, lackingFrom: lackingLimit, means: .poor), Row(incomeUpTo: limit, lackingFrom: 0, means: .nearPoor)]
    }

    /// Poor up to the lower limit, or up to the upper one with three indicators; else near-poor.
    private static func two(_ lower: Int64, _ upper: Int64) -> [Row] { [Row(incomeUpTo: lower, lackingFrom: 0, means: .poor)] + one(upper) }

    /// Oldest first. The forms of 2016–2020 were used for 2021, those of 2022–2025 for 2026.
    public static let all: [PovertyForm] = [
        PovertyForm(
            from: day(2016, 1, 1), until: day(2021, 12, 31), items: items(Deprivations.until2021), rows: [.rural: two(120, 150), .urban: two(140, 175)],
            source: ["vi": "Thông tư 17/2016/TT-BLĐTBXH, phiếu B", "en": "Circular 17/2016/TT-BLĐTBXH, form B"], isConfirmed: false),
        PovertyForm(
            from: day(2022, 1, 1), until: day(2026, 12, 31), items: items(Deprivations.since2022), rows: [.rural: one(140), .urban: one(175)],
            source: ["vi": "Thông tư 07/2021/TT-BLĐTBXH, phiếu B", "en": "Circular 07/2021/TT-BLĐTBXH, form B"], isConfirmed: false),
    ]
}

/// What a household may lack. The law of 2015 has ten indicators in five dimensions, that of 2021 twelve in six.
public enum Deprivations {
    private static let insurance = Choice("lacks_insurance", ["vi": "Không có bảo hiểm y tế", "en": "Lacks health insurance"], alsoCalled: ["Bảo hiểm y tế", "BHYT"])
    private static let adults = Choice(
        "lacks_adult_schooling", ["vi": "Người lớn thiếu trình độ học vấn", "en": "Adults lack schooling"], alsoCalled: ["Trình độ giáo dục của người lớn"])
    private static let children = Choice(
        "lacks_child_schooling", ["vi": "Trẻ em không được đi học", "en": "Children lack schooling"], alsoCalled: ["Tình trạng đi học của trẻ em"])
    private static let housing = Choice("poor_housing", ["vi": "Nhà ở thiếu kiên cố", "en": "Poor quality of housing"], alsoCalled: ["Chất lượng nhà ở"])
    private static let room = Choice(
        "narrow_housing", ["vi": "Diện tích nhà ở dưới 8 m² một người", "en": "Under 8 m² of housing a person"],
        alsoCalled: ["Diện tích nhà ở", "Diện tích nhà ở bình quân đầu người"])
    private static let water = Choice("lacks_water", ["vi": "Thiếu nước sinh hoạt an toàn", "en": "Lacks safe water"], alsoCalled: ["Nguồn nước sinh hoạt"])
    private static let toilet = Choice("lacks_toilet", ["vi": "Thiếu nhà tiêu hợp vệ sinh", "en": "Lacks a sanitary toilet"], alsoCalled: ["Nhà tiêu hợp vệ sinh"])
    private static let telecom = Choice(
        "lacks_telecom", ["vi": "Không dùng dịch vụ viễn thông", "en": "Uses no telecommunications"], alsoCalled: ["Sử dụng dịch vụ viễn thông", "Dịch vụ viễn thông"])
    private static let information = Choice(
        "lacks_information", ["vi": "Thiếu phương tiện tiếp cận thông tin", "en": "Lacks means of information"],
        alsoCalled: ["Phương tiện phục vụ tiếp cận thông tin", "Phương tiện tiếp cận thông tin"])
    private static let care = Choice("lacks_care", ["vi": "Không tiếp cận được dịch vụ y tế (đến năm 2021)", "en": "No access to health care (until 2021)"])

    /// Decree 07/2021/NĐ-CP, appendix.
    public static let since2022: [Choice] =
        [
            Choice("lacks_work", ["vi": "Thiếu việc làm", "en": "Lacks work"], alsoCalled: ["Việc làm"]),
            Choice("has_dependants", ["vi": "Nhiều người phụ thuộc", "en": "Many dependants"], alsoCalled: ["Người phụ thuộc", "Người phụ thuộc trong hộ gia đình"]),
            Choice("lacks_nutrition", ["vi": "Trẻ em thiếu dinh dưỡng", "en": "Children lack nutrition"], alsoCalled: ["Dinh dưỡng"]), insurance,
        ] + shared

    /// Decision 59/2015/QĐ-TTg, article 1.
    public static let until2021: [Choice] = [care, insurance] + shared

    private static let shared: [Choice] = [adults, children, housing, room, water, toilet, telecom, information]

    /// Every indicator of any period.
    public static let all: [Choice] = since2022 + [care]
}
