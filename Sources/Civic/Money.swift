// SPDX-License-Identifier: Apache-2.0

/// An amount of whole đồng; Vietnam's currency has no smaller unit.
public struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let amount: Int64

    public init(_ amount: Int64) { self.amount = amount }

    public static func < (left: Money, right: Money) -> Bool { left.amount < right.amount }

    /// Nil when the sum does not fit.
    public func adding(_ other: Money) -> Money? {
        let (sum, overflow) = amount.addingReportingOverflow(other.amount)
        return overflow ? nil : Money(sum)
    }

    /// `1.234.567 đ`
    public var description: String { grouped(amount, by: ".") + " đ" }
}

/// A whole number in groups of three digits: `1.234.567`.
public func grouped(_ number: Int64, by separator: String) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.utf8.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    groups.insert(digits, at: 0)
    return (number < 0 ? "-" : "") + groups.joined(separator: separator)
}

extension Language {
    /// A whole number as readers of this language write it.
    public func number(_ value: some BinaryInteger) -> String { grouped(Int64(value), by: self == .vietnamese ? "." : ",") }

    /// An amount as people say it, to a tenth: `122,5 tỷ đồng`; the exact amount stands beside it or behind it.
    public func said(_ money: Money) -> String {
        let units: [(size: Int64, name: Text)] = [
            (1_000_000_000, ["vi": "tỷ đồng", "en": "billion đồng"]), (1_000_000, ["vi": "triệu đồng", "en": "million đồng"]),
        ]
        let amount = money.amount.magnitude
        guard let unit = units.first(where: { amount >= UInt64($0.size) }) else { return "\(number(money.amount)) đ" }
        let tenths = amount / UInt64(unit.size / 10)
        let whole = number(tenths / 10)
        let part = tenths % 10 == 0 ? "" : "\(self == .vietnamese ? "," : ".")\(tenths % 10)"
        return "\(money.amount < 0 ? "−" : "")\(whole)\(part) \(unit.name[self])"
    }
}
