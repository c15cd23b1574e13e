// SPDX-License-Identifier: Apache-2.0

/// A number of at most three decimal places, as services are measured: 99.95 percent, 12.5 minutes, 1 month.
public struct Quantity: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let thousandths: Int64

    public init(thousandths: Int64) { self.thousandths = thousandths }

    /// Reads the normal form of a decimal field, such as `99.95`; nil when it is below zero, longer or finer.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard let whole = parts.first, parts.count <= 2, (1...12).contains(whole.utf8.count),
            parts.allSatisfy({ part in !part.isEmpty && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.utf8.count <= 3 else { return nil }
        thousandths = Int64(whole)! * 1000 + Int64(fraction + String(repeating: "0", count: 3 - fraction.utf8.count))!
    }

    public static func < (left: Quantity, right: Quantity) -> Bool { left.thousandths < right.thousandths }

    public var description: String {
        var fraction = String(thousandths % 1000 + 1000).dropFirst()
        while fraction.last == "0" { fraction = fraction.dropLast() }
        return String(thousandths / 1000) + (fraction.isEmpty ? "" : "." + fraction)
    }

    public func written(_ language: Language) -> String { language == .vietnamese ? description.replacing(".", with: ",") : description }
}

/// What was measured of a hired service in one month.
public struct ServiceMeasure: Sendable, Hashable {
    public enum Sort: Sendable, Hashable {
        /// So much of it was given, at this price each.
        case priced(Money)
        /// A level that was to be reached. What falls short costs what the contract's schedule says for levels of this code.
        case level(String, target: Quantity, isHighBetter: Bool)
    }

    public let title: String
    public let measured: Quantity
    public let sort: Sort

    public init(title: String, measured: Quantity, _ sort: Sort) {
        self.title = title
        self.measured = measured
        self.sort = sort
    }
}

/// One step of a contract's schedule: from a day on, a level worse than the limit costs so much of the month's price.
public struct DeductionStep: Sendable, Hashable {
    public let level: String
    public let from: Day
    public let limit: Quantity
    /// Hundredths of a percent: 550 is 5.5 %.
    public let hundredths: Int64

    public init(level: String, from: Day, limit: Quantity, hundredths: Int64) {
        self.level = level
        self.from = from
        self.limit = limit
        self.hundredths = hundredths
    }
}

/// Why a month cannot be reckoned.
public enum InvoiceError: Error, Sendable, Equatable {
    case noMonth(String)
    case tooLarge
}

/// What is to be paid for a month of a hired service. It follows from the measures and the contract's schedule alone, so that anybody can reckon it again.
public struct ServiceInvoice: Sendable, Hashable {
    /// A step of the reckoning, with the words for it.
    public struct Line: Sendable, Hashable {
        public let title: String
        public let reason: Text
        /// Below zero for what is deducted.
        public let amount: Int64
    }

    /// `2026-05`
    public let month: String
    public let price: Money
    public let deducted: Money
    public let lines: [Line]
    public var total: Money { Money(price.amount - deducted.amount) }

    /// Whether some day of a month lies within a contract's term.
    public static func isWithin(_ month: String, from: Day, until: Day) -> Bool {
        Day(month + "-01").map { $0 <= until && $0.adding(months: 1) > from } ?? false
    }

    /// The month's price is the sum of what is priced. Each level that misses its target costs the largest percentage of the steps it is worse than, among those
    /// of the latest day on or before the month's first. Every line is rounded to the whole đồng, halves up; together no more than the price is deducted.
    public static func reckon(month: String, _ measures: [ServiceMeasure], by schedule: [DeductionStep]) throws(InvoiceError) -> ServiceInvoice {
        guard month.utf8.count == 7, let first = Day(month + "-01") else { throw .noMonth(month) }
        var lines: [Line] = []
        var price = Money(0)
        for one in measures {
            guard case .priced(let each) = one.sort else { continue }
            guard let amount = product(each.amount, one.measured.thousandths, over: 1000), let sum = price.adding(Money(amount)) else { throw .tooLarge }
            price = sum
            func words(_ l: Language) -> String { "\(one.measured.written(l)) × \(l.number(each.amount)) đ" }
            lines.append(Line(title: one.title, reason: Text(vi: words(.vietnamese), en: words(.english)), amount: amount))
        }
        var deducted: Int64 = 0
        for one in measures {
            guard case .level(let level, let target, let isHighBetter) = one.sort else { continue }
            func isWorse(than limit: Quantity) -> Bool { isHighBetter ? one.measured < limit : one.measured > limit }
            let seen = Text(
                vi: "Đo được \(one.measured.written(.vietnamese)), chỉ tiêu \(target.written(.vietnamese))",
                en: "Measured \(one.measured.written(.english)), target \(target.written(.english))")
            guard isWorse(than: target) else {
                lines.append(Line(title: one.title, reason: Text(vi: seen.vi + ": đạt, không khấu trừ.", en: seen.en + ": reached, nothing is deducted."), amount: 0))
                continue
            }
            let begun = schedule.filter { $0.level == level && $0.from <= first }
            let day = begun.map(\.from).max()
            guard let day, let step = begun.filter({ $0.from == day && isWorse(than: $0.limit) }).max(by: { $0.hundredths < $1.hundredths }) else {
                lines.append(
                    Line(
                        title: one.title,
                        reason: Text(
                            vi: seen.vi + ": không đạt, bảng khấu trừ của hợp đồng không có mức cho trường hợp này.",
                            en: seen.en + ": missed, and the contract's schedule has no step for it."), amount: 0))
                continue
            }
            guard let whole = product(price.amount, step.hundredths, over: 10_000) else { throw .tooLarge }
            let amount = min(whole, price.amount - deducted)
            deducted += amount
            func words(_ l: Language) -> String {
                let percent = Quantity(thousandths: step.hundredths * 10).written(l)
                let (limit, of, since) = (step.limit.written(l), l.number(price.amount), day.written(l))
                let cut: Text = amount < whole ? ["vi": " Tổng khấu trừ không vượt giá tháng.", "en": " No more than the month's price is deducted."] : .same("")
                return l == .vietnamese
                    ? "\(seen.vi): kém mức \(limit), khấu trừ \(percent) % của \(of) đ theo bảng từ \(since).\(cut.vi)"
                    : "\(seen.en): worse than \(limit), \(percent) % of \(of) đ is deducted by the schedule from \(since).\(cut.en)"
            }
            lines.append(Line(title: one.title, reason: Text(vi: words(.vietnamese), en: words(.english)), amount: -amount))
        }
        return ServiceInvoice(month: month, price: price, deducted: Money(deducted), lines: lines)
    }

    /// `left` × `right` / `divisor` of whole numbers from zero up, rounded, halves up; nil when it does not fit.
    private static func product(_ left: Int64, _ right: Int64, over divisor: Int64) -> Int64? {
        guard left >= 0, right >= 0 else { return nil }
        var (high, low) = left.multipliedFullWidth(by: right)
        let (sum, carries) = low.addingReportingOverflow(UInt64(divisor / 2))
        low = sum
        if carries { high += 1 }
        // The quotient fits below 2⁶³ when the upper half is below half the divisor.
        guard high < divisor / 2 else { return nil }
        return divisor.dividingFullWidth((high, low)).quotient
    }
}
