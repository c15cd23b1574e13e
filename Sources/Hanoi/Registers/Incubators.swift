// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Places where start-ups find a desk, advice and company.
public enum Incubators: RegisterDeclaration {
    public static let register = Register(
        "incubator", ["vi": "Cơ sở ươm tạo, không gian làm việc chung", "en": "Incubators"],
        ["vi": "Vườn ươm, tổ chức thúc đẩy kinh doanh, không gian làm việc chung.", "en": "Incubators, accelerators and shared workplaces."],
        keptBy: Keepers.science,
        under: [
            "vi": "Luật Hỗ trợ doanh nghiệp nhỏ và vừa 04/2017/QH14, Điều 12; Thông báo 699/TB-UBND năm 2017",
            "en": "Law on Support for Small and Medium Enterprises 04/2017/QH14, article 12; Announcement 699/TB-UBND of 2017",
        ], updated: .yearly,
        key: Field("number", keys.kind, ["vi": "Mã cơ sở", "en": "Number"], .open),
        fields: [
            Field("name", .text(max: 150), ["vi": "Tên", "en": "Name"], .open, searched: true, alsoCalled: ["Tên cơ sở", "Tên cơ sở ươm tạo", "Tên vườn ươm"]),
            Field("kind", .choice(kinds), ["vi": "Loại", "en": "Kind"], .open, counted: true, alsoCalled: ["Loại hình"]),
            Field("operator", .text(max: 150), ["vi": "Đơn vị vận hành", "en": "Run by"], .open, searched: true, alsoCalled: ["Đơn vị chủ quản"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .open),
            Field("website", .text(max: 200), ["vi": "Trang thông tin", "en": "Website"], .open, required: false, alsoCalled: ["Website", "Trang web"]),
            Field("places", .integer(1...5000), ["vi": "Số chỗ làm việc", "en": "Desks"], .open, required: false, alsoCalled: ["Số chỗ"]),
            Field("focus", .choice(Startups.sectors), ["vi": "Lĩnh vực chính", "en": "Main sector"], .open, required: false),
            Field("phone", .phone, ["vi": "Điện thoại", "en": "Phone"], .open, required: false, alsoCalled: Heads.phones),
            Field("opened", .day, ["vi": "Mở từ ngày", "en": "Opened on"], .open, alsoCalled: ["Ngày hoạt động", "Hoạt động từ ngày"]),
            Field("closed", .day, ["vi": "Hoạt động đến hết ngày", "en": "Last day"], .open, required: false),
        ],
        rules: [SectorRules.order("opened", "closed"), SectorRules.website()], term: "closed", keys: keys,
        checks: [Check("no-phone", .missing, ["vi": "Chưa có cách liên hệ", "en": "No way to reach it"]) { found, _, _ in !found["phone"].isNull || !found["website"].isNull }],
        label: ["name"],
        example: [
            "number": .string("VU000001"), "name": .string("Vườn ươm Ví Dụ"), "kind": .string("incubator"), "operator": .string("Trường Đại học Mẫu"), "commune": .string("00004"),
            "address": .string("Số 1, phố Kim Mã"), "website": .string("https://vuonuom.example.vn"), "places": .integer(60), "focus": .string("software"),
            "phone": .string("02438253536"), "opened": .string("2019-09-01"),
        ])

    static let keys = KeyForm("VU", digits: 6)

    static let kinds = [
        Choice("incubator", ["vi": "Cơ sở ươm tạo", "en": "Incubator"]), Choice("accelerator", ["vi": "Tổ chức thúc đẩy kinh doanh", "en": "Accelerator"]),
        Choice("workplace", ["vi": "Không gian làm việc chung", "en": "Shared workplace"]),
        Choice("university", ["vi": "Trung tâm của trường đại học", "en": "University centre"]),
    ]
}
