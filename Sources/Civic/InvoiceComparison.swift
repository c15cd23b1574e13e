// SPDX-License-Identifier: Apache-2.0

/// A provider's invoice for a month beside what the measures give for it.
public struct InvoiceComparison: Sendable, Hashable {
    public let billed: Money
    public let reckoned: ServiceInvoice
    /// Something of the month is priced.
    public let isPriced: Bool
    /// Codes of the levels that the contract's schedule has for the month and nobody measured.
    public let unmeasured: [String]

    public init(billed: Money, month: String, _ measures: [ServiceMeasure], by schedule: [DeductionStep]) throws(InvoiceError) {
        self.billed = billed
        reckoned = try ServiceInvoice.reckon(month: month, measures, by: schedule)
        var priced = false
        var levels: Set<String> = []
        for one in measures {
            switch one.sort {
            case .priced: priced = true
            case .level(let level, _, _): levels.insert(level)
            }
        }
        isPriced = priced
        let first = Day(month + "-01")
        let asked = schedule.filter { step in first.map { step.from <= $0 } ?? false }.map(\.level)
        unmeasured = Set(asked).subtracting(levels).sorted()
    }

    /// Above zero where the provider asks for more than the measures give.
    public var difference: Int64 { billed.amount - reckoned.total.amount }
    /// Nothing is missing and both say the same: the invoice may be approved.
    public var agrees: Bool { isPriced && unmeasured.isEmpty && difference == 0 }

    /// What explains that they do not agree; empty when they do. `title` tells what a level is called.
    public func reasons(_ title: (String) -> Text) -> [Text] {
        var reasons: [Text] = []
        if !isPriced { reasons.append(["vi": "Tháng này chưa có số đo nào tính tiền.", "en": "Nothing that is priced was measured in this month."]) }
        for level in unmeasured {
            let name = title(level)
            reasons.append(Text(vi: "Chưa có số đo “\(name.vi)” mà bảng khấu trừ của hợp đồng có.", en: "“\(name.en)” was not measured, and the contract's schedule asks for it."))
        }
        guard difference != 0 else { return reasons }
        let apart = Int64(difference.magnitude)
        func amount(_ number: Int64, _ l: Language) -> String { l.number(number) + " đ" }
        if difference > 0 {
            reasons.append(
                Text(
                    vi: "Hóa đơn cao hơn số tính lại \(amount(apart, .vietnamese)).", en: "The invoice is \(amount(apart, .english)) above what the measures give."))
        } else {
            reasons.append(
                Text(
                    vi: "Hóa đơn thấp hơn số tính lại \(amount(apart, .vietnamese)).", en: "The invoice is \(amount(apart, .english)) below what the measures give."))
        }
        let deducted = reckoned.deducted.amount
        if deducted > 0, difference == deducted {
            reasons.append(
                Text(
                    vi: "Chênh lệch đúng bằng khoản khấu trừ chất lượng: bên cung cấp chưa trừ.",
                    en: "The difference is the deduction for quality: the provider did not take it off."))
        } else if deducted > 0 {
            reasons.append(
                Text(
                    vi: "Số tính lại đã trừ \(amount(deducted, .vietnamese)) vì chất lượng không đạt.",
                    en: "What the measures give has \(amount(deducted, .english)) taken off for levels that were missed."))
        }
        return reasons
    }
}
