// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Apartment buildings, where screens in lifts and a machine in the hall bring public services to many at once.
public enum ApartmentBuildings: RegisterDeclaration {
    public static let register = Register(
        "apartment-building", ["vi": "Nhà chung cư", "en": "Apartment buildings"],
        [
            "vi": "Nhà chung cư, ban quản trị, thang máy, màn hình trong thang, máy làm thủ tục.",
            "en": "Apartment buildings, their managers, lifts, screens in the lifts and machines for public services.",
        ],
        keptBy: Keepers.construction,
        under: [
            "vi": "Luật Nhà ở 27/2023/QH15; Thông báo 699/TB-UBND năm 2017", "en": "Law on Housing 27/2023/QH15; Announcement 699/TB-UBND of 2017",
        ], updated: .yearly,
        key: Field("number", keys.kind, ["vi": "Mã nhà", "en": "Number"], .open),
        fields: [
            Field("name", .text(max: 120), ["vi": "Tên nhà", "en": "Name"], .open, searched: true, alsoCalled: ["Tên chung cư", "Tên tòa nhà", "Chung cư", "Tòa nhà"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .open, searched: true),
            Field(
                "group", .reference("residential-group"), ["vi": "Thuộc tổ dân phố", "en": "Residential group"], .open, required: false, filtered: true, lasting: true,
                alsoCalled: ["Mã tổ dân phố", "Tổ dân phố"]),
            Field("floors", .integer(1...150), ["vi": "Số tầng", "en": "Floors"], .open, alsoCalled: ["Tầng cao"]),
            Field("flats", .integer(1...5000), ["vi": "Số căn hộ", "en": "Flats"], .open, alsoCalled: ["Tổng số căn hộ", "Số căn"]),
            Field("lifts", .integer(0...100), ["vi": "Số thang máy", "en": "Lifts"], .open, alsoCalled: ["Thang máy"]),
            Field(
                "manager", .text(max: 150), ["vi": "Ban quản trị, đơn vị quản lý", "en": "Managed by"], .open, searched: true,
                alsoCalled: ["Ban quản trị", "Đơn vị quản lý", "Đơn vị quản lý vận hành"]),
            Field("phone", .phone, ["vi": "Điện thoại quản lý", "en": "Manager's phone"], .official, required: false, alsoCalled: ["Điện thoại", "Số điện thoại", "SĐT"]),
            Field("kiosk", .boolean, ["vi": "Có máy làm thủ tục", "en": "Has a machine for public services"], .open, counted: true, alsoCalled: ["Máy làm thủ tục", "Kiosk"]),
            Field("lift_screens", .integer(0...200), ["vi": "Số màn hình trong thang máy", "en": "Screens in lifts"], .open, alsoCalled: ["Màn hình thang máy"]),
            Field("screen_operator", .text(max: 120), ["vi": "Đơn vị phát trên màn hình", "en": "Who runs the screens"], .open, required: false),
            Field("screens_since", .day, ["vi": "Phát tin dịch vụ công từ ngày", "en": "Shows public services since"], .open, required: false),
        ],
        rules: [
            Rule("screens", at: "lift_screens", ["vi": "Nhà không có thang máy thì không có màn hình trong thang.", "en": "Without lifts there are no screens in them."]) {
                item, _ in
                item["lift_screens"].integer == 0 || (item["lifts"].integer ?? 0) > 0
            },
            Rule("shown", at: "screens_since", ["vi": "Chỉ ghi ngày khi có màn hình.", "en": "The day stands only where there are screens."]) { item, _ in
                item["screens_since"].isNull || (item["lift_screens"].integer ?? 0) > 0
            },
            Rule("tall", at: "lifts", ["vi": "Nhà trên 6 tầng mà không có thang máy?", "en": "Over 6 floors and no lift?"], .doubt) { item, _ in
                (item["floors"].integer ?? 0) <= 6 || (item["lifts"].integer ?? 0) > 0
            },
            SectorRules.past("screens_since"),
        ],
        agreements: [
            Agreement("commune", with: "commune", of: "group", ["vi": "Phường, xã phải là của tổ dân phố.", "en": "The commune must be the residential group's."])
        ],
        questions: [
            Question("kiosk", ["vi": "Ở đây có máy làm thủ tục không?", "en": "Is there a machine for public services here?"], withoutRecord: false) { item, _ in
                item["kiosk"].boolean == true
            }
        ],
        keys: keys,
        checks: [
            Check("no-group", .missing, ["vi": "Chưa nối với tổ dân phố", "en": "Not linked to a residential group"]) { found, _, _ in !found["group"].isNull },
            Check("dark", .missing, ["vi": "Có màn hình mà chưa phát tin dịch vụ công", "en": "It has screens that do not show public services yet"]) { found, _, _ in
                found["lift_screens"].integer == 0 || !found["screens_since"].isNull
            },
        ],
        duties: [FieldDuty("group", filled: 95, found: "no-group"), FieldDuty("phone", filled: 90)], twins: ["commune"], label: ["name"],
        example: [
            "number": .string("CC000001"), "name": .string("Chung cư Ví Dụ A1"), "commune": .string("00004"), "address": .string("Số 1, phố Kim Mã"), "group": .string("00004-5"),
            "floors": .integer(25), "flats": .integer(300), "lifts": .integer(4), "manager": .string("Ban quản trị nhà A1"), "phone": .string("02438253536"),
            "kiosk": .boolean(true), "lift_screens": .integer(4), "screen_operator": .string("Công ty Màn Hình Mẫu"), "screens_since": .string("2026-03-01"),
        ])

    static let keys = KeyForm("CC", digits: 6)
}
