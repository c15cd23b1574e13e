// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Prices by tier that billers reckon by when they send meter readings. From memory of the decisions named; a biller may always send amounts of its own.
public enum Tariffs {
    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Day { Day(year: year, month: month, day: day)! }

    private static func tiers(_ limits: [Int64], _ prices: [Int64]) -> [Tariff.Tier] { zip(limits.map(Optional.some) + [nil], prices).map { Tariff.Tier(upTo: $0, price: $1) } }

    /// Household electricity, đồng a kWh.
    public static let electricity = Tariff(
        "electricity", ["vi": "Điện sinh hoạt", "en": "Household electricity"], unit: "kWh",
        versions: [
            .init(
                from: day(2024, 10, 11), tiers: tiers([50, 100, 200, 300, 400], [1893, 1956, 2271, 2860, 3197, 3302]), tax: 8,
                source: ["vi": "Quyết định 2699/QĐ-BCT", "en": "Decision 2699/QĐ-BCT"]),
            .init(
                from: day(2025, 5, 10), tiers: tiers([50, 100, 200, 300, 400], [1984, 2050, 2380, 2998, 3350, 3460]), tax: 8,
                source: ["vi": "Quyết định 1279/QĐ-BCT", "en": "Decision 1279/QĐ-BCT"]),
            .init(
                from: day(2027, 1, 1), tiers: tiers([50, 100, 200, 300, 400], [1984, 2050, 2380, 2998, 3350, 3460]), tax: 10,
                source: ["vi": "Hết giảm thuế theo Nghị quyết 204/2025/QH15", "en": "The tax cut of Resolution 204/2025/QH15 ends"]),
        ])

    /// Household water, đồng a cubic metre, with the fee for waste water.
    public static let water = Tariff(
        "water", ["vi": "Nước sinh hoạt", "en": "Household water"], unit: "m³",
        versions: [
            .init(
                from: day(2023, 7, 1), tiers: tiers([10, 20, 30], [7500, 8800, 12_000, 24_000]), tax: 5, fee: 10,
                source: ["vi": "Quyết định 3541/QĐ-UBND năm 2023", "en": "Decision 3541/QĐ-UBND of 2023"]),
            .init(
                from: day(2024, 1, 1), tiers: tiers([10, 20, 30], [8500, 9900, 16_000, 27_000]), tax: 5, fee: 10,
                source: ["vi": "Quyết định 3541/QĐ-UBND năm 2023", "en": "Decision 3541/QĐ-UBND of 2023"]),
        ])

    public static let all = [electricity, water]
}
