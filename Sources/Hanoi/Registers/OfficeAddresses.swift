// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The offices that answer for something, where each is reached, and whether its portal guides people to online services.
public enum OfficeAddresses: RegisterDeclaration {
    public static let register = Register(
        "office", ["vi": "Cơ quan, đơn vị", "en": "Offices"],
        [
            "vi": "Địa chỉ, thư điện tử, điện thoại của từng cơ quan, đơn vị; cổng của đơn vị có hướng dẫn dịch vụ công trực tuyến không.",
            "en": "Each office's address, mail and phone, and whether its portal guides people to online services.",
        ],
        keptBy: Keepers.cityOffice, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .monthly,
        key: Field(
            "code", .text(max: 60), ["vi": "Mã đơn vị", "en": "Code"], .open,
            hint: [
                "vi": "Mã cơ quan; của phường, xã thì thêm mã phường, xã, ví dụ commune-police-00004.",
                "en": "The office's code; a commune's office adds the commune's, such as commune-police-00004.",
            ]),
        fields: [
            Field("office", .choice(Offices.all), ["vi": "Cơ quan", "en": "Office"], .open, counted: true),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, required: false, counted: true, jurisdiction: true,
                hint: ["vi": "Chỉ ghi cho cơ quan của phường, xã.", "en": "For offices of communes only."]),
            Field("name", .text(max: 150), ["vi": "Tên đơn vị", "en": "Name"], .open, searched: true),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .open),
            Field(
                "mail", .text(max: 200), ["vi": "Thư điện tử", "en": "Mail address"], .open, required: false,
                hint: ["vi": "Nhận đôn đốc; không dùng thư riêng của cá nhân.", "en": "Letters that urge go there; not a person's own address."]),
            Field(
                "phone", .phone, ["vi": "Điện thoại", "en": "Phone"], .open, required: false,
                hint: ["vi": "Số di động của đơn vị thì nhận thêm tin nhắn.", "en": "An office's mobile number gets text messages too."]),
            Field("portal", .text(max: 200), ["vi": "Cổng, trang thông tin", "en": "Portal"], .open, required: false),
            Field("guides", .boolean, ["vi": "Cổng hướng dẫn dịch vụ công trực tuyến", "en": "Its portal guides people to online services"], .open, counted: true),
            Field("guide_page", .text(max: 200), ["vi": "Trang hướng dẫn", "en": "Page that guides"], .open, required: false),
            Field("checked", .day, ["vi": "Xem cổng lần cuối ngày", "en": "Portal last looked at on"], .open),
        ],
        rules: [
            SectorRules.commune, SectorRules.past("checked"), SectorRules.website("portal"), SectorRules.website("guide_page", code: "guide-page"),
            Rule("code", at: "code", ["vi": "Mã không khớp cơ quan và phường, xã.", "en": "The code does not agree with the office and the commune."]) { item, _ in
                let office = item["office"].plain
                return item["code"].string == (item["commune"].isNull ? office : "\(office)-\(item["commune"].plain)")
            },
            Rule("city-office", at: "commune", ["vi": "Cơ quan của thành phố không thuộc phường, xã nào.", "en": "An office of the city belongs to no commune."]) { item, _ in
                Offices.ofCommunes.contains(item["office"].plain) || item["commune"].isNull
            },
            Rule("mail", at: "mail", ["vi": "Địa chỉ thư chưa đúng dạng, như ten@example.vn.", "en": "The mail address is malformed; it looks like name@example.vn."]) { item, _ in
                item["mail"].string.map { MailAddress.isWellFormed($0) } ?? true
            },
            Rule("guides", at: "portal", ["vi": "Có hướng dẫn thì phải ghi cổng nào.", "en": "Where there is guidance, the portal must be named."]) { item, _ in
                item["guides"].boolean != true || !item["portal"].isNull
            },
            Rule("guide", at: "guide_page", ["vi": "Chỉ ghi trang hướng dẫn khi cổng có hướng dẫn.", "en": "A page that guides is named only where there is guidance."]) {
                item, _ in
                item["guides"].boolean == true || item["guide_page"].isNull
            },
        ],
        checks: [
            Check("no-guide", .missing, ["vi": "Cổng chưa hướng dẫn dịch vụ công trực tuyến", "en": "Its portal does not guide people to online services"]) { found, _, _ in
                found["guides"].boolean == true
            },
            Check("no-mail", .missing, ["vi": "Chưa có thư điện tử nhận đôn đốc", "en": "No mail address for letters that urge"]) { found, _, _ in !found["mail"].isNull },
            Check("look-due", dueFrom: ["vi": "Đã \(lookDays) ngày chưa xem lại cổng", "en": "Its portal was not looked at for \(lookDays) days"]) { found, _ in
                found["checked"].day.map { $0 + lookDays }
            },
        ],
        label: ["name"],
        example: [
            "code": .string("commune-police-00004"), "office": .string("commune-police"), "commune": .string("00004"), "name": .string("Công an phường Ba Đình"),
            "address": .string("Số 12, phố Kim Mã"), "mail": .string("cap.phuong-ba-dinh@hanoi.example"), "phone": .string("0912345678"),
            "portal": .string("https://phuong-ba-dinh.hanoi.example"), "guides": .boolean(true),
            "guide_page": .string("https://phuong-ba-dinh.hanoi.example/huong-dan-dich-vu-cong"), "checked": .string("2026-09-01"),
        ])

    /// So long a look at a portal holds.
    static let lookDays = 180
}
