// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What it costs a provider when a level is missed: steps of a contract's schedule, each with the day from which it holds.
public enum ServiceDeductions: RegisterDeclaration {
    public static let register = Register(
        "service-deduction", ["vi": "Bảng khấu trừ theo chất lượng", "en": "Deductions for quality"],
        [
            "vi": "Mỗi mức chất lượng bị hụt của hợp đồng trừ bao nhiêu phần trăm giá tháng, từ ngày nào.",
            "en": "How much of a month's price each missed level of a contract costs, from when.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP", "en": "Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP",
        ], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã mức", "en": "Number"], .open),
        fields: [
            Field("contract", .reference("it-contract"), ["vi": "Hợp đồng", "en": "Contract"], .open, filtered: true, lasting: true),
            Field("level", .choice(ServiceMeasures.levels), ["vi": "Chỉ tiêu", "en": "Level"], .open, counted: true),
            Field(
                "from", .day, ["vi": "Từ ngày", "en": "From"], .open,
                hint: [
                    "vi": "Các mức cùng ngày là một bảng; bảng mới nhất trước ngày đầu tháng được dùng cho cả tháng.",
                    "en": "Steps of one day are one schedule; the latest on or before a month's first day holds for that month.",
                ]),
            Field("limit", .decimal(places: 3), ["vi": "Kém hơn mức", "en": "Worse than"], .open),
            Field("percent", .decimal(places: 2), ["vi": "Trừ (% giá tháng)", "en": "Costs (% of the month's price)"], .open),
        ],
        rules: [
            Rule("limit", at: "limit", ["vi": "Mức là số từ 0 trở lên.", "en": "A limit is no less than 0."]) { item, _ in Quantity(item["limit"].plain) != nil },
            Rule("percent", at: "percent", ["vi": "Phần trăm từ 0 đến 100.", "en": "A percentage is from 0 to 100."]) { item, _ in
                Quantity(item["percent"].plain).map { $0.thousandths <= 100_000 } ?? false
            },
        ],
        keys: keys, consequences: follow, label: ["contract", "level", "limit"],
        example: [
            "number": .string("GT00000001"), "contract": .string("HD000001"), "level": .string("availability"), "from": .string("2026-01-01"), "limit": .string("99.5"),
            "percent": .string("5"),
        ])

    static let keys = KeyForm("GT", digits: 8)

    public static func step(_ value: (String) -> Value) -> DeductionStep? {
        guard let from = value("from").day, let limit = Quantity(value("limit").plain), let percent = Quantity(value("percent").plain) else { return nil }
        return DeductionStep(level: value("level").plain, from: from, limit: limit, hundredths: percent.thousandths / 10)
    }

    /// The schedule by which an invoice was approved stays: a new one begins after the last approved month's first day.
    private static let follow: Consequences = { happenings, records, _ in
        for one in happenings {
            for step in [one.before, one.after].compactMap({ $0 }) {
                guard let from = step["from"].day else { continue }
                let invoices = try records.all("service-invoice", where: "contract", is: step["contract"].plain)
                let isUsed = invoices.contains { invoice in
                    invoice["state"].string == "approved" && (Day(invoice["month"].plain + "-01").map { from <= $0 } ?? false)
                }
                guard isUsed else { continue }
                throw Objection(
                    field: "from", code: "approved",
                    [
                        "vi": "Đã duyệt hóa đơn của tháng mà mức này có hiệu lực. Bảng mới bắt đầu sau tháng ấy, hoặc trả lại hóa đơn trước.",
                        "en": "An invoice was approved for a month in which this step holds. Begin a new schedule later, or return the invoice first.",
                    ])
            }
        }
        return []
    }
}
