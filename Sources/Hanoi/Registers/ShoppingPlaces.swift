// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Shops, markets and restaurants that send their invoices to the tax office by machine; the announcement wants 200 of them.
public enum ShoppingPlaces: RegisterDeclaration {
    public static let register = Register(
        "shopping-place", ["vi": "Điểm mua sắm kết nối thuế điện tử", "en": "Shopping places"],
        [
            "vi": "Siêu thị, trung tâm thương mại, cửa hàng, chợ, nhà hàng: đã nối thuế điện tử, hóa đơn điện tử từ ngày nào.",
            "en": "Supermarkets, malls, shops, markets and restaurants: since when they are connected to electronic tax and electronic invoices.",
        ],
        keptBy: Keepers.tax,
        under: [
            "vi": "Nghị định 123/2020/NĐ-CP về hóa đơn, chứng từ, sửa đổi bởi Nghị định 70/2025/NĐ-CP; Thông báo 699/TB-UBND năm 2017",
            "en": "Decree 123/2020/NĐ-CP on invoices, amended by Decree 70/2025/NĐ-CP; Announcement 699/TB-UBND of 2017",
        ], updated: .weekly,
        key: Field("number", keys.kind, ["vi": "Mã điểm", "en": "Number"], .open),
        fields: [
            Field("name", .text(max: 150), ["vi": "Tên", "en": "Name"], .open, searched: true, alsoCalled: ["Tên điểm", "Tên cơ sở", "Tên cửa hàng", "Tên điểm bán"]),
            Field(
                "tax_code", .taxCode, ["vi": "Mã số thuế", "en": "Tax code"], .personal, alsoCalled: ["MST"],
                hint: ["vi": "Mã 12 chữ số là số định danh của chủ hộ kinh doanh.", "en": "A code of 12 digits is the owner's personal number."]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .open, searched: true, alsoCalled: ["Địa chỉ kinh doanh", "Địa điểm kinh doanh"]),
            Field("kind", .choice(kinds), ["vi": "Loại", "en": "Kind"], .open, counted: true, alsoCalled: ["Loại hình", "Loại hình cơ sở"]),
            Field("connection", .choice(connections), ["vi": "Đã kết nối", "en": "Connected"], .open, counted: true, alsoCalled: ["Hình thức kết nối"]),
            Field(
                "tax_from", .day, ["vi": "Nối thuế điện tử từ ngày", "en": "Electronic tax since"], .open, required: false, when: .init("connection", "tax", "both"),
                alsoCalled: ["Ngày nối thuế điện tử"]),
            Field(
                "invoices_from", .day, ["vi": "Dùng hóa đơn điện tử từ ngày", "en": "Electronic invoices since"], .open, required: false,
                when: .init("connection", "invoices", "both"), alsoCalled: ["Ngày dùng hóa đơn điện tử"]),
            Field(
                "provider", .text(max: 120), ["vi": "Đơn vị truyền nhận dữ liệu", "en": "Provider"], .official, required: false, when: .init("connection", "invoices", "both"),
                alsoCalled: ["Đơn vị truyền nhận"]),
            Field("first_invoice", .day, ["vi": "Hóa đơn đầu tiên ngày", "en": "First invoice on"], .official, required: false, when: .init("connection", "invoices", "both")),
            Field("last_heard", .day, ["vi": "Dữ liệu mới nhất ngày", "en": "Last heard on"], .official, required: false, when: .init("connection", "invoices", "both")),
            Field("closed", .day, ["vi": "Hoạt động đến hết ngày", "en": "Last day"], .open, required: false, alsoCalled: ["Ngày ngừng hoạt động"]),
        ],
        rules: [
            Rule("tax", at: "tax_from", ["vi": "Đã nối thuế điện tử thì ghi từ ngày nào.", "en": "Say since when it is connected to electronic tax."]) { item, _ in
                !["tax", "both"].contains(item["connection"].plain) || !item["tax_from"].isNull
            },
            Rule("invoices", at: "invoices_from", ["vi": "Đã dùng hóa đơn điện tử thì ghi từ ngày nào.", "en": "Say since when it sends electronic invoices."]) { item, _ in
                !["invoices", "both"].contains(item["connection"].plain) || !item["invoices_from"].isNull
            },
            SectorRules.past("tax_from"), SectorRules.past("invoices_from"), SectorRules.past("last_heard"), SectorRules.order("invoices_from", "first_invoice"),
            SectorRules.order("first_invoice", "last_heard"),
        ],
        questions: [
            Question("connected", ["vi": "Có gửi hóa đơn điện tử tới cơ quan thuế không?", "en": "Does it send electronic invoices to the tax office?"], withoutRecord: false) {
                item, reading in
                ["invoices", "both"].contains(item["connection"].plain) && (item["invoices_from"].day.map { $0 <= reading.day } ?? false)
            }
        ],
        term: "closed", keys: keys,
        checks: [
            Check("silent", dueFrom: ["vi": "Đã nối mà hơn một tuần không có dữ liệu", "en": "Connected and silent for more than a week"]) { found, _ in
                found["last_heard"].day.map { $0 + 8 }
            },
            Check("no-invoice", dueFrom: ["vi": "Đã nối 30 ngày mà chưa có hóa đơn nào", "en": "Connected for 30 days without an invoice"]) { found, _ in
                found["first_invoice"].isNull ? found["invoices_from"].day.map { $0 + 30 } : nil
            },
        ],
        twins: ["commune"], label: ["name"],
        example: [
            "number": .string("DM000001"), "name": .string("Siêu thị Ví Dụ"), "tax_code": .string("0100000010"), "commune": .string("00004"),
            "address": .string("Số 5, phố Kim Mã"),
            "kind": .string("supermarket"), "connection": .string("both"), "tax_from": .string("2025-06-01"), "invoices_from": .string("2025-06-01"),
            "provider": .string("Công ty Truyền Nhận Mẫu"), "first_invoice": .string("2025-06-02"), "last_heard": .string("2026-11-20"),
        ])

    static let keys = KeyForm("DM", digits: 6)

    static let kinds = [
        Choice("supermarket", ["vi": "Siêu thị", "en": "Supermarket"]), Choice("mall", ["vi": "Trung tâm thương mại", "en": "Mall"]),
        Choice("convenience", ["vi": "Cửa hàng tiện lợi", "en": "Convenience shop"]), Choice("market", ["vi": "Chợ", "en": "Market"]),
        Choice("restaurant", ["vi": "Nhà hàng, quán ăn", "en": "Restaurant"]),
    ]

    static let connections = [
        Choice("none", ["vi": "Chưa kết nối", "en": "Not yet"]), Choice("tax", ["vi": "Thuế điện tử", "en": "Electronic tax"]),
        Choice("invoices", ["vi": "Hóa đơn điện tử", "en": "Electronic invoices"]), Choice("both", ["vi": "Thuế và hóa đơn điện tử", "en": "Both"]),
    ]
}
