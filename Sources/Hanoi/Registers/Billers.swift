// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who may send bills to households: utilities, schools, offices. A payer sees the name that stands here, never one that came with a code.
public enum Billers: RegisterDeclaration {
    public static let register = Register(
        "biller", ["vi": "Đơn vị thu", "en": "Billers"],
        [
            "vi": "Đơn vị được gửi khoản phải nộp tới hộ gia đình: điện, nước, vệ sinh, nhà trường, cơ quan.",
            "en": "Who may send bills to households: electricity, water, waste, schools, offices.",
        ],
        keptBy: Keepers.finance, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .asNeeded,
        key: Field(
            "code", .code(CodePattern([.letters(2...6), .digits(0...4)])), ["vi": "Mã đơn vị thu", "en": "Biller's code"], .open,
            hint: ["vi": "2 đến 6 chữ cái in hoa, rồi tới 4 chữ số nếu cần.", "en": "2 to 6 capital letters, then up to 4 digits."]),
        fields: [
            Field("name", .text(max: 120), ["vi": "Tên", "en": "Name"], .open, searched: true),
            Field("sort", .choice(sorts), ["vi": "Loại", "en": "Kind"], .open, counted: true),
            Field("tax_code", .taxCode, ["vi": "Mã số thuế", "en": "Tax code"], .open, required: false),
            Field("bank", .code(.digits(6)), ["vi": "Mã ngân hàng (BIN)", "en": "Bank's number (BIN)"], .official, hint: ["vi": "6 chữ số.", "en": "6 digits."]),
            Field("account", .code(CodePattern([.digits(6...19)])), ["vi": "Số tài khoản", "en": "Account number"], .official),
            Field("holder", .text(max: 120), ["vi": "Chủ tài khoản", "en": "Account holder"], .official),
            Field("mail", .text(max: 120), ["vi": "Thư điện tử nhận biên nhận", "en": "Mail address for receipts"], .official, required: false),
            Field(
                "tariff", .choice(Tariffs.all.map { Choice($0.code, $0.title) }), ["vi": "Biểu giá", "en": "Tariff"], .open, required: false,
                hint: ["vi": "Khi gửi lượng tiêu thụ (kWh, m³) thay cho số tiền.", "en": "When consumption (kWh, m³) is sent instead of amounts."]),
            Field("until", .day, ["vi": "Được thu đến hết ngày", "en": "May bill until the end of"], .open, required: false),
        ],
        term: "until", label: ["name"],
        example: [
            "code": .string("EVNHN"), "name": .string("Tổng công ty Điện lực Hà Nội (mẫu)"), "sort": .string("electricity"), "bank": .string("970415"),
            "account": .string("113366668888"), "holder": .string("TCT DIEN LUC HA NOI"), "mail": .string("thutien@dien.example.vn"), "tariff": .string("electricity"),
        ])

    static let sorts = [
        Choice("electricity", ["vi": "Điện", "en": "Electricity"]), Choice("water", ["vi": "Nước", "en": "Water"]), Choice("waste", ["vi": "Vệ sinh môi trường", "en": "Waste"]),
        Choice("school", ["vi": "Trường học", "en": "School"]), Choice("office", ["vi": "Cơ quan", "en": "Office"]), Choice("other", ["vi": "Khác", "en": "Other"]),
    ]
}
