// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who puts money into the city's start-ups and has agreed to be found.
public enum Investors: RegisterDeclaration {
    public static let register = Register(
        "investor", ["vi": "Nhà đầu tư khởi nghiệp", "en": "Start-up investors"],
        [
            "vi": "Quỹ, doanh nghiệp, cá nhân đầu tư cho khởi nghiệp sáng tạo và đồng ý công bố.",
            "en": "Funds, companies and people who invest in start-ups and agree to be listed.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 38/2018/NĐ-CP về đầu tư cho doanh nghiệp khởi nghiệp sáng tạo; Thông báo 699/TB-UBND năm 2017",
            "en": "Decree 38/2018/NĐ-CP on investment in start-ups; Announcement 699/TB-UBND of 2017",
        ], updated: .yearly,
        key: Field("number", keys.kind, ["vi": "Mã nhà đầu tư", "en": "Number"], .open),
        fields: [
            Field("name", .text(max: 150), ["vi": "Tên", "en": "Name"], .open, searched: true, alsoCalled: ["Tên nhà đầu tư", "Tên quỹ", "Nhà đầu tư"]),
            Field("kind", .choice(kinds), ["vi": "Loại", "en": "Kind"], .open, counted: true, alsoCalled: ["Loại hình", "Loại nhà đầu tư"]),
            Field(
                "enterprise", .reference("enterprise"), ["vi": "Doanh nghiệp", "en": "Enterprise"], .open, required: false, lasting: true,
                alsoCalled: ["Mã số doanh nghiệp", "Mã doanh nghiệp", "Mã số thuế", "MST"]),
            Field("least", .money, ["vi": "Mỗi lần đầu tư từ (đồng)", "en": "Invests from (đồng)"], .open, required: false),
            Field("most", .money, ["vi": "đến (đồng)", "en": "up to (đồng)"], .open, required: false),
            Field("seeks", .text(max: 400), ["vi": "Tìm doanh nghiệp, nhóm khởi nghiệp thế nào", "en": "Looks for"], .open, required: false, searched: true),
            Field("website", .text(max: 200), ["vi": "Trang thông tin", "en": "Website"], .open, required: false, alsoCalled: ["Website", "Trang web"]),
            Field("contact", .text(max: 120), ["vi": "Thư điện tử", "en": "Mail address"], .official, required: false, alsoCalled: ["Email"]),
            Field("agreed", .day, ["vi": "Đồng ý công bố ngày", "en": "Agreed to be listed on"], .official),
            Field("until", .day, ["vi": "Công bố đến hết ngày", "en": "Listed until"], .open, required: false),
        ],
        rules: [
            SectorRules.past("agreed"), SectorRules.order("agreed", "until"), SectorRules.website(),
            Rule("amounts", at: "most", ["vi": "Mức nhiều nhất không thể nhỏ hơn mức ít nhất.", "en": "The most cannot be less than the least."]) { item, _ in
                guard let least = item["least"].integer, let most = item["most"].integer else { return true }
                return least <= most
            },
        ],
        term: "until", keys: keys,
        checks: [
            Check("old-consent", dueFrom: ["vi": "Hỏi lại việc đồng ý công bố", "en": "Ask again whether it may be listed"]) { found, _ in found["agreed"].day?.adding(months: 36) }
        ],
        twins: [], label: ["name"],
        example: [
            "number": .string("DT000001"), "name": .string("Quỹ Mầm Xanh (mẫu)"), "kind": .string("fund"), "least": .integer(500_000_000), "most": .integer(10_000_000_000),
            "seeks": .string("Đội có sản phẩm mẫu, khách hàng đầu tiên ở Hà Nội."), "website": .string("https://mamxanh.example.vn"),
            "contact": .string("gap@mamxanh.example.vn"), "agreed": .string("2026-02-01"),
        ])

    static let keys = KeyForm("DT", digits: 6)

    static let kinds = [
        Choice("angel", ["vi": "Cá nhân", "en": "Person"]), Choice("fund", ["vi": "Quỹ đầu tư", "en": "Fund"]),
        Choice("company", ["vi": "Doanh nghiệp", "en": "Company"]), Choice("bank", ["vi": "Tổ chức tín dụng", "en": "Bank"]),
        Choice("public", ["vi": "Quỹ của Nhà nước", "en": "Public fund"]),
    ]
}
