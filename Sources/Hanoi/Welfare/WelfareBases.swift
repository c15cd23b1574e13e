// SPDX-License-Identifier: Apache-2.0
public import Civic

/// A coefficient of a base amount in hundredths: 1.5 is 150.
public struct Coefficient: Sendable, Hashable, Comparable {
    public let hundredths: Int64

    public init(hundredths: Int64) { self.hundredths = hundredths }

    /// Reads the normal form of a decimal: `1`, `1.5`, `2.25`.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]), whole >= 0, whole <= 1000 else { return nil }
        guard parts.count == 2 else {
            self.init(hundredths: whole * 100)
            return
        }
        guard (1...2).contains(parts[1].utf8.count), let part = Int64(parts[1]), part >= 0 else { return nil }
        self.init(hundredths: whole * 100 + (parts[1].utf8.count == 1 ? part * 10 : part))
    }

    public static func < (left: Coefficient, right: Coefficient) -> Bool { left.hundredths < right.hundredths }

    /// Whole đồng; bases are whole thousands, so nothing is rounded in practice.
    public func times(_ base: Money) -> Money { Money(base.amount * hundredths / 100) }

    /// `1.5`, as the registers write it.
    public var plain: String {
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        return rest == 0 ? "\(whole)" : rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    public func written(_ language: Language) -> String { language == .vietnamese ? plain.replacing(".", with: ",") : plain }
}

/// The base amounts that assistance is reckoned from, by date: the State's and the city's. The higher of the two is paid.
///
/// Those marked as not confirmed are from memory: **to be confirmed**.
public struct WelfareBase: Sendable {
    public struct Amount: Sendable {
        public let from: Day
        public let amount: Money
        /// True for the city's own, which the State's overtakes where it is higher.
        public let isCity: Bool
        public let source: Text
        public let isConfirmed: Bool
    }

    /// Oldest first.
    public let amounts: [Amount]

    /// The amount in force: the latest of the State's and the latest of the city's, whichever is higher; nil before the first.
    public func inForce(on day: Day) -> Amount? {
        let begun = amounts.filter { $0.from <= day }
        let (state, city) = (begun.last { !$0.isCity }, begun.last { $0.isCity })
        guard let state, let city else { return state ?? city }
        return city.amount > state.amount ? city : state
    }

    private static func amount(_ from: String, _ amount: Int64, isCity: Bool = false, _ source: Text, isConfirmed: Bool = false) -> Amount {
        Amount(from: Day(from)!, amount: Money(amount), isCity: isCity, source: source, isConfirmed: isConfirmed)
    }

    private static let city2026 = amount(
        "2026-01-01", 650_000, isCity: true,
        ["vi": "Nghị quyết HĐND thành phố ngày 27/11/2025", "en": "Resolution of the City Council of 27 November 2025"], isConfirmed: true)

    /// The base of monthly social assistance.
    public static let assistance = WelfareBase(amounts: [
        amount("2015-01-01", 270_000, ["vi": "Nghị định 136/2013/NĐ-CP", "en": "Decree 136/2013/NĐ-CP"]),
        amount("2015-01-01", 350_000, isCity: true, ["vi": "Quyết định 78/2014/QĐ-UBND của Hà Nội", "en": "Hà Nội's Decision 78/2014/QĐ-UBND"]),
        amount("2021-07-01", 360_000, ["vi": "Nghị định 20/2021/NĐ-CP", "en": "Decree 20/2021/NĐ-CP"]),
        amount("2021-10-03", 440_000, isCity: true, ["vi": "Nghị quyết 09/2021/NQ-HĐND của Hà Nội", "en": "Hà Nội's Resolution 09/2021/NQ-HĐND"]),
        amount("2024-07-01", 500_000, ["vi": "Nghị định 76/2024/NĐ-CP", "en": "Decree 76/2024/NĐ-CP"]),
        city2026,
    ])

    /// The base of allowances of people with merit to the Revolution. The amounts are from memory: **to be confirmed**.
    public static let merit = WelfareBase(amounts: [
        amount("2017-07-01", 1_417_000, ["vi": "Nghị định 70/2017/NĐ-CP", "en": "Decree 70/2017/NĐ-CP"]),
        amount("2019-07-01", 1_624_000, ["vi": "Nghị định 58/2019/NĐ-CP", "en": "Decree 58/2019/NĐ-CP"]),
        amount("2023-07-01", 2_055_000, ["vi": "Nghị định 55/2023/NĐ-CP", "en": "Decree 55/2023/NĐ-CP"]),
        amount("2024-07-01", 2_789_000, ["vi": "Nghị định 77/2024/NĐ-CP", "en": "Decree 77/2024/NĐ-CP"]),
    ])

    /// The social pension itself: one amount for all.
    public static let socialPension = WelfareBase(amounts: [
        amount("2025-07-01", 500_000, ["vi": "Nghị định 176/2025/NĐ-CP", "en": "Decree 176/2025/NĐ-CP"], isConfirmed: true), city2026,
    ])
}
