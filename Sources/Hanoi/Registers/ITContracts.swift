// SPDX-License-Identifier: Apache-2.0
public import Civic

/// IT services that the city orders or hires: from whom, for how much, and what the service has to reach.
public enum ITContracts: RegisterDeclaration {
    public static let register = Register(
        "it-contract", ["vi": "Hợp đồng dịch vụ công nghệ thông tin", "en": "IT service contracts"],
        ["vi": "Đặt hàng, thuê dịch vụ: bên cung cấp, giá trị, thời hạn, chỉ tiêu chất lượng.", "en": "Services ordered and hired: provider, amount, term, measures of quality."],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP; Nghị định 32/2019/NĐ-CP về đặt hàng",
            "en": "Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP; Decree 32/2019/NĐ-CP on ordering services",
        ], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã hợp đồng", "en": "Number"], .open),
        fields: [
            Field("sort", .choice(sorts), ["vi": "Hình thức", "en": "Form"], .open, counted: true),
            Field("title", .text(max: 200), ["vi": "Tên gói", "en": "Title"], .open, searched: true, alsoCalled: ["Tên gói thầu", "Tên hợp đồng"]),
            Field("paper", .text(max: 60), ["vi": "Số hợp đồng", "en": "Contract's own number"], .open),
            Field("office", .choice(Offices.all), ["vi": "Đơn vị ký", "en": "Signed by"], .open, counted: true),
            Field("system", .reference("it-system"), ["vi": "Hệ thống", "en": "System"], .open, required: false, filtered: true, lasting: true),
            Field("provider", .text(max: 150), ["vi": "Bên cung cấp", "en": "Provider"], .open, searched: true, alsoCalled: ["Nhà cung cấp", "Nhà thầu"]),
            Field("provider_tax", .taxCode, ["vi": "Mã số thuế bên cung cấp", "en": "Provider's tax code"], .open, alsoCalled: ["Mã số thuế", "MST", "MST nhà thầu"]),
            Field("amount", .money, ["vi": "Giá trị (đồng)", "en": "Amount (đồng)"], .open, alsoCalled: ["Giá trị", "Giá trị hợp đồng", "Giá hợp đồng"]),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .open, alsoCalled: ["Ngày ký", "Ngày bắt đầu"]),
            Field("until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .open, alsoCalled: ["Đến ngày", "Ngày kết thúc"]),
            Field(
                "measures", .text(max: 2000), ["vi": "Chỉ tiêu chất lượng dịch vụ", "en": "Service measures"], .open,
                hint: ["vi": "Ví dụ: sẵn sàng 99,9 %; trả lời sự cố trong 30 phút.", "en": "Such as: available 99.9 %; incidents answered within 30 minutes."]),
            Field("settled", .day, ["vi": "Thanh lý ngày", "en": "Settled on"], .open, required: false, alsoCalled: ["Ngày thanh lý"]),
        ],
        rules: [
            SectorRules.order("from", "until"), SectorRules.order("from", "settled"), SectorRules.past("settled"),
            Rule(
                "company", at: "provider_tax",
                ["vi": "Bên cung cấp phải là tổ chức; mã 12 chữ số là của cá nhân.", "en": "The provider is an organisation; 12 digits are a person's."]
            ) { item, _ in
                item["provider_tax"].plain.utf8.count != 12
            },
        ],
        keys: keys,
        checks: [
            Check("unsettled", dueFrom: ["vi": "Hết hạn mà chưa thanh lý", "en": "Over and not settled"]) { found, _ in
                found["settled"].isNull ? found["until"].day.map { $0 + 31 } : nil
            }
        ],
        label: ["title"],
        example: [
            "number": .string("HD000001"), "sort": .string("hire"), "title": .string("Thuê dịch vụ cổng dịch vụ công"), "paper": .string("12/2026/HĐ-TDV"),
            "office": .string("science-department"), "system": .string("TT0001"), "provider": .string("Công ty Phần Mềm Mẫu"), "provider_tax": .string("0100000028"),
            "amount": .integer(4_800_000_000), "from": .string("2026-01-01"), "until": .string("2026-12-31"),
            "measures": .string("Sẵn sàng 99,9 %; trả lời sự cố trong 30 phút; trang mở dưới 2 giây."),
        ])

    static let keys = KeyForm("HD", digits: 6)

    static let sorts = [Choice("order", ["vi": "Đặt hàng", "en": "Ordered"]), Choice("hire", ["vi": "Thuê dịch vụ", "en": "Hired"])]
}
