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
            Field(
                "month", .code(CodePattern([.digits(4...4), .text("-"), .digits(2...2)])), ["vi": "Tháng", "en": "Month"], .open, filtered: true,
                hint: ["vi": "Năm-tháng, ví dụ 2026-05.", "en": "Year-month, such as 2026-05."]),
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
            Rule("month", at: "month", ["vi": "Không có tháng này, hoặc tháng còn ở tương lai.", "en": "There is no such month, or it lies in the future."]) { item, reading in
                Day(item["month"].plain + "-01").map { $0 <= reading.today } ?? false
            },
            Rule("measured", at: "measured", ["vi": "Số đo từ 0 trở lên.", "en": "A measure is no less than 0."]) { item, _ in Quantity(item["measured"].plain) != nil },
            Rule("target", at: "target", ["vi": "Chỉ tiêu từ 0 trở lên.", "en": "A target is no less than 0."]) { item, _ in
                item["target"].isNull || Quantity(item["target"].plain) != nil
            },
            Rule("availability", at: "measured", ["vi": "Mức sẵn sàng không quá 100 %.", "en": "Availability is no more than 100 %."]) { item, _ in
                item["measure"].string != "availability" || (Quantity(item["measured"].plain).map { $0.thousandths <= 100_000 } ?? true)
            },
        ],
        keys: keys,
        checks: [
            Check("twice", .duplicate, ["vi": "Một tháng có hai số đo cùng tên", "en": "A month has the same measure twice"], through: ["contract"]) { found, records, _ in
                try records.all("service-measure", where: "contract", is: found["contract"].plain).filter {
                    $0["month"] == found["month"] && $0["measure"] == found["measure"] && $0["title"] == found["title"]
                }.count < 2
            }
        ],
        label: ["contract", "month", "title"],
        example: [
            "number": .string("SD0000000001"), "contract": .string("HD000001"), "month": .string("2026-05"), "measure": .string("availability"),
            "title": .string("Mức sẵn sàng của cổng (%)"), "target": .string("99.9"), "measured": .string("99.95"),
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
}
