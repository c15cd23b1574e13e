// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The providers' own invoices. One is approved only where the measures of its month give the same amount.
public enum ServiceInvoices: RegisterDeclaration {
    public static let register = Register(
        "service-invoice", ["vi": "Hóa đơn của bên cung cấp", "en": "Providers' invoices"],
        [
            "vi": "Hóa đơn bên cung cấp gửi cho từng tháng của hợp đồng; chỉ duyệt khi khớp với số tính lại từ số đo.",
            "en": "What providers ask for each month of a contract; approved only where the measures give the same.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP", "en": "Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP",
        ], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã", "en": "Number"], .open),
        fields: [
            Field("contract", .reference("it-contract"), ["vi": "Hợp đồng", "en": "Contract"], .open, filtered: true, lasting: true),
            Field("month", ServiceMeasures.monthKind, ["vi": "Tháng", "en": "Month"], .open, filtered: true, hint: ServiceMeasures.monthHint),
            Field("invoice", .text(max: 60), ["vi": "Số hóa đơn điện tử", "en": "Number of the e-invoice"], .open, searched: true),
            Field("issued", .day, ["vi": "Lập ngày", "en": "Issued on"], .open),
            Field("amount", .money, ["vi": "Số tiền (đồng)", "en": "Amount (đồng)"], .open),
            Field("received", .day, ["vi": "Nhận ngày", "en": "Received on"], .open),
            Field(
                "state", .choice(states), ["vi": "Tình trạng", "en": "State"], .open, counted: true,
                hint: ["vi": "Chỉ duyệt được khi khớp với số tính lại.", "en": "It can be approved only where the measures give the same."]),
            Field("note", .text(max: 1000), ["vi": "Lý do trả lại", "en": "Why it is returned"], .open, when: .init("state", "returned")),
        ],
        rules: [
            SectorRules.past("issued"), SectorRules.past("received"), SectorRules.order("issued", "received"), ServiceMeasures.monthRule,
        ],
        keys: keys, consequences: follow,
        checks: [
            Check("waiting", dueFrom: ["vi": "Nhận 30 ngày mà chưa duyệt, chưa trả lại", "en": "Received 30 days ago, neither approved nor returned"]) { found, _ in
                found["state"].string == "received" ? found["received"].day.map { $0 + 30 } : nil
            }
        ],
        label: ["contract", "month", "invoice"],
        example: [
            "number": .string("HG00000001"), "contract": .string("HD000001"), "month": .string("2026-05"), "invoice": .string("1C26TMA-00000123"),
            "issued": .string("2026-06-02"), "amount": .integer(400_000_000), "received": .string("2026-06-03"), "state": .string("returned"),
            "note": .string("Chưa trừ phần khấu trừ chất lượng."),
        ])

    static let keys = KeyForm("HG", digits: 8)

    static let states = [
        Choice("received", ["vi": "Đã nhận", "en": "Received"]), Choice("approved", ["vi": "Đã duyệt", "en": "Approved"]), Choice("returned", ["vi": "Trả lại", "en": "Returned"]),
    ]

    /// What the measures of its month give beside an invoice.
    static func compare(_ item: Item.Fields, _ records: any Records) throws -> InvoiceComparison {
        let (contract, month) = (item["contract"].plain, item["month"].plain)
        let measures = try records.all("service-measure", where: "contract", is: contract, and: (field: "month", value: month))
        let steps = try records.all("service-deduction", where: "contract", is: contract)
        return try InvoiceComparison(
            billed: Money(item["amount"].integer ?? 0), month: month, measures.compactMap { found in ServiceMeasures.measure { found[$0] } },
            by: steps.compactMap { found in ServiceDeductions.step { found[$0] } })
    }

    /// Whether an invoice of that month was approved: what it was reckoned from stays then.
    static func isApproved(_ contract: String, _ month: String, _ records: any Records) throws -> Bool {
        try records.all("service-invoice", where: "contract", is: contract, and: (field: "month", value: month)).contains { $0["state"].string == "approved" }
    }

    private static func objection(_ field: String, _ code: String, _ vi: String, _ en: String) -> Objection { Objection(field: field, code: code, Text(vi: vi, en: en)) }

    private static let follow: Consequences = { happenings, records, reading in
        for one in happenings {
            try keepApproved(one, records)
            guard let item = one.after, let contract = try records.find("it-contract", item["contract"].plain) else { continue }
            guard one.effective <= reading.today else { throw objection("", "ahead", "Hóa đơn không ghi trước ngày có hiệu lực.", "An invoice is not entered ahead of its day.") }
            if let why = ServiceMeasures.outside(item["month"].plain, contract) { throw why }
            let others = try records.all("service-invoice", where: "contract", is: contract.key).filter { $0.key != one.key }
            if others.contains(where: { $0["invoice"].plain.folded == item["invoice"].plain.folded }) {
                throw objection("invoice", "twice", "Hóa đơn này đã có trong sổ.", "This invoice is in the register already.")
            }
            guard item["state"].string != "returned" else { continue }
            if others.contains(where: { $0["month"] == item["month"] && $0["state"].string != "returned" }) {
                throw objection(
                    "month", "month-billed", "Tháng này đã có hóa đơn khác chưa trả lại.", "The month has another invoice that was not returned.")
            }
            if item["state"].string == "approved" { try approve(item, contract, others, records) }
        }
        return []
    }

    /// An approved invoice stays as it was approved; it can only be returned, with the reason.
    private static func keepApproved(_ one: Happening, _ records: any Records) throws {
        let wasApproved = one.before?["state"].string == "approved"
        let approvedLater = try records.find("service-invoice", one.key).map { $0.since > one.effective && $0["state"].string == "approved" } ?? false
        guard wasApproved || approvedLater else { return }
        let isReturn = !approvedLater && one.after?["state"].string == "returned"
        let kept = register.fields.filter { !isReturn || ($0.name != "state" && $0.name != "note") }
        guard let field = kept.first(where: { one.changed($0.name) }) else { return }
        throw objection(
            one.after == nil ? "" : field.name, "approved", "Hóa đơn đã duyệt nên không sửa được; chỉ trả lại được, kèm lý do.",
            "The invoice was approved and stays as it is; it can only be returned, with the reason.")
    }

    private static func approve(_ item: Item.Fields, _ contract: Found, _ others: [Found], _ records: any Records) throws {
        let comparison: InvoiceComparison
        do {
            comparison = try compare(item, records)
        } catch is InvoiceError {
            throw objection("month", "month", "Không tính lại được tháng này.", "The month cannot be reckoned.")
        }
        guard comparison.agrees else {
            let reasons = comparison.reasons { ServiceMeasures.title($0) }
            let (vi, en) = (reasons.map(\.vi).joined(separator: " "), reasons.map(\.en).joined(separator: " "))
            throw objection(
                "state", "differs", "Chưa duyệt được: tính lại từ số đo là \(comparison.reckoned.total.description). \(vi)",
                "It cannot be approved: the measures give \(Language.english.number(comparison.reckoned.total.amount)) đ. \(en)")
        }
        let approved = others.filter { $0["state"].string == "approved" }.map { $0["amount"].integer ?? 0 }
        let sum = approved.reduce(comparison.billed.amount, +)
        let amount = contract["amount"].integer ?? 0
        guard sum > amount else { return }
        throw objection(
            "amount", "over", "Các hóa đơn đã duyệt cùng hóa đơn này là \(Money(sum).description), vượt giá trị hợp đồng \(Money(amount).description).",
            "With this one the approved invoices come to \(Language.english.number(sum)) đ, more than the contract's \(Language.english.number(amount)) đ.")
    }
}
