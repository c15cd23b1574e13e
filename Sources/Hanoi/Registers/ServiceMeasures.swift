// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What was measured of each contract's service, month by month: the invoice follows from it.
public enum ServiceMeasures: RegisterDeclaration {
    public static let register = Register(
        "service-measure", ["vi": "Số đo chất lượng dịch vụ", "en": "Measures of services"],
        [
            "vi": "Khối lượng, đơn giá và chất lượng đo được của từng tháng; hóa đơn tính lại được từ đây.",
            "en": "Quantities, prices and levels of each month; invoices are reckoned from them.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP", "en": "Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP",
        ], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã số đo", "en": "Number"], .open),
        fields: [
            Field("contract", .reference("it-contract"), ["vi": "Hợp đồng", "en": "Contract"], .open, filtered: true, lasting: true),
            Field("month", monthKind, ["vi": "Tháng", "en": "Month"], .open, filtered: true, hint: monthHint),
            Field("measure", .choice(measures), ["vi": "Loại", "en": "Kind"], .open, counted: true),
            Field("title", .text(max: 150), ["vi": "Tên số đo", "en": "Name"], .open, searched: true),
            Field(
                "target", .decimal(places: 3), ["vi": "Chỉ tiêu", "en": "Target"], .open, when: .init("measure", "availability", "response", "repair", "speed")),
            Field(
                "measured", .decimal(places: 3), ["vi": "Đo được", "en": "Measured"], .open,
                hint: ["vi": "Với dịch vụ tính tiền: khối lượng, ví dụ 1 tháng.", "en": "For what is priced: the quantity, such as 1 month."]),
            Field("unit_price", .money, ["vi": "Đơn giá (đồng)", "en": "Unit price (đồng)"], .open, when: .init("measure", "service")),
            Field("evidence", .text(max: 2000), ["vi": "Mã băm số liệu đo (SHA-256)", "en": "Fingerprints of the telemetry (SHA-256)"], .open, required: false),
        ],
        rules: [
            SectorRules.fingerprints("evidence"),
            monthRule,
            Rule(
                "telemetry", at: "evidence",
                ["vi": "Chỉ tiêu đo được thì ghi mã băm của số liệu đo.", "en": "A level that was measured has the fingerprint of its telemetry."]
            ) { item, _ in
                item["measure"].string == "service" || !item["evidence"].isNull
            },
            Rule("measured", at: "measured", ["vi": "Số đo từ 0 trở lên.", "en": "A measure is no less than 0."]) { item, _ in Quantity(item["measured"].plain) != nil },
            Rule("target", at: "target", ["vi": "Chỉ tiêu từ 0 trở lên.", "en": "A target is no less than 0."]) { item, _ in
                item["target"].isNull || Quantity(item["target"].plain) != nil
            },
            Rule("availability", at: "measured", ["vi": "Mức sẵn sàng không quá 100 %.", "en": "Availability is no more than 100 %."]) { item, _ in
                item["measure"].string != "availability" || (Quantity(item["measured"].plain).map { $0.thousandths <= 100_000 } ?? true)
            },
        ],
        keys: keys, consequences: follow,
        checks: [
            Check("outside", .contradictory, ["vi": "Tháng nằm ngoài thời hạn hợp đồng", "en": "The month lies outside the contract's term"], through: ["contract"]) {
                found, records, _ in
                guard let contract = try records.find("it-contract", found["contract"].plain) else { return true }
                return outside(found["month"].plain, contract) == nil
            }
        ],
        label: ["contract", "month", "title"],
        example: [
            "number": .string("SD0000000001"), "contract": .string("HD000001"), "month": .string("2026-05"), "measure": .string("availability"),
            "title": .string("Mức sẵn sàng của cổng (%)"), "target": .string("99.9"), "measured": .string("99.95"),
            "evidence": .string("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ])

    static let keys = KeyForm("SD", digits: 10)

    static let levels = [
        Choice("availability", ["vi": "Mức sẵn sàng (%)", "en": "Availability (%)"]),
        Choice("response", ["vi": "Thời gian trả lời sự cố (phút)", "en": "Incidents answered in (minutes)"]),
        Choice("repair", ["vi": "Thời gian khắc phục (giờ)", "en": "Incidents mended in (hours)"]),
        Choice("speed", ["vi": "Thời gian mở trang (giây)", "en": "Pages opened in (seconds)"]),
    ]

    static let measures = [Choice("service", ["vi": "Dịch vụ tính tiền", "en": "What is priced"])] + levels

    public static func measure(_ value: (String) -> Value) -> ServiceMeasure? {
        guard let measured = Quantity(value("measured").plain), let code = value("measure").string else { return nil }
        if code == "service" { return value("unit_price").integer.map { ServiceMeasure(title: value("title").plain, measured: measured, .priced(Money($0))) } }
        // Of availability more is better; of the times that the others tell, less.
        return Quantity(value("target").plain).map {
            ServiceMeasure(title: value("title").plain, measured: measured, .level(code, target: $0, isHighBetter: code == "availability"))
        }
    }

    /// What a level is called.
    static func title(_ level: String) -> Text { levels.first { $0.code == level }?.title ?? .same(level) }

    // MARK: Months

    static let monthKind = Kind.code(CodePattern([.digits(4...4), .text("-"), .digits(2...2)]))
    static let monthHint: Text = ["vi": "Năm-tháng, ví dụ 2026-05.", "en": "Year-month, such as 2026-05."]
    static let monthRule = Rule("month", at: "month", ["vi": "Không có tháng này, hoặc tháng còn ở tương lai.", "en": "There is no such month, or it lies in the future."]) {
        item, reading in
        Day(item["month"].plain + "-01").map { $0 <= reading.today } ?? false
    }

    /// Why a month is none of a contract's; nil when some day of it is.
    static func outside(_ month: String, _ contract: Found) -> Objection? {
        guard let from = contract["from"].day, let until = contract["until"].day else { return nil }
        guard !ServiceInvoice.isWithin(month, from: from, until: until) else { return nil }
        return Objection(
            field: "month", code: "term",
            Text(
                vi: "Tháng này ngoài thời hạn hợp đồng: từ \(from.written(.vietnamese)) đến hết \(until.written(.vietnamese)).",
                en: "The month lies outside the contract's term: \(from.written(.english)) until the end of \(until.written(.english))."))
    }

    private static let follow: Consequences = { happenings, records, _ in
        for one in happenings {
            // What an approved invoice was reckoned from stays.
            for item in [one.before, one.after].compactMap({ $0 }) {
                guard try ServiceInvoices.isApproved(item["contract"].plain, item["month"].plain, records) else { continue }
                throw Objection(
                    field: "month", code: "approved",
                    [
                        "vi": "Hóa đơn của tháng này đã duyệt. Muốn sửa số đo, trả lại hóa đơn ấy trước.",
                        "en": "The invoice of this month was approved. To mend its measures, return that invoice first.",
                    ])
            }
            guard let item = one.after, let contract = try records.find("it-contract", item["contract"].plain) else { continue }
            if let why = outside(item["month"].plain, contract) { throw why }
            let same = try records.all("service-measure", where: "contract", is: contract.key, and: (field: "month", value: item["month"].plain))
            guard
                same.contains(where: { other in
                    other.key != one.key && other["measure"] == item["measure"] && other["title"].plain.folded == item["title"].plain.folded
                })
            else { continue }
            throw Objection(field: "title", code: "twice", ["vi": "Tháng này đã có số đo cùng tên.", "en": "The month has a measure of this name already."])
        }
        return []
    }
}
