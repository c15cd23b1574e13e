// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What each commune says at the end of a day about its register: everything is entered, or nothing changed. A missing line is seen.
public enum DailySignoffs: RegisterDeclaration {
    public static let register = Register(
        "daily-signoff", ["vi": "Xác nhận cập nhật hằng ngày", "en": "Daily sign-offs"],
        [
            "vi": "Mỗi phường, xã mỗi ngày xác nhận: đã nhập đủ thay đổi, hoặc không có thay đổi.",
            "en": "Each ward or commune says every day: all changes are entered, or there were none.",
        ],
        keptBy: Keepers.police, under: ["vi": "Thông báo 699/TB-UBND năm 2017; Luật Cư trú 68/2020/QH14", "en": "Announcement 699/TB-UBND of 2017; Law on Residence 68/2020/QH14"],
        updated: .daily,
        key: Field(
            "code", .text(max: 80), ["vi": "Mã xác nhận", "en": "Code"], .open,
            hint: ["vi": "Mã phường, xã, ngày và sổ, ví dụ 00004-2026-11-24-population.", "en": "Commune, day and register, such as 00004-2026-11-24-population."]),
        fields: [
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true),
            Field("day", .day, ["vi": "Ngày", "en": "Day"], .open, filtered: true), Field("register", .text(max: 60), ["vi": "Sổ", "en": "Register"], .open, filtered: true),
            Field("outcome", .choice(outcomes), ["vi": "Kết quả", "en": "Outcome"], .open, counted: true),
            Field(
                "changes", .integer(1...most), ["vi": "Số thay đổi đã nhập", "en": "Changes entered"], .open, when: .init("outcome", "changes"),
                hint: [
                    "vi": "Đúng số mục của ngày ấy trong nhật ký các sổ. 100000: từ bằng ấy trở lên, hoặc ngày nạp cả tệp lớn.",
                    "en": "As many as the journals have of that day. 100000: so many or more, or the day of a large load.",
                ]),
        ],
        rules: [
            Rule("identity", at: "code", ["vi": "Mã phải gồm mã phường, xã, ngày và sổ.", "en": "The code must be the commune, the day and the register."]) { item, _ in
                item["code"].string == "\(item["commune"].plain)-\(item["day"].plain)-\(item["register"].plain)"
            },
            SectorRules.declared(), SectorRules.past("day"),
        ],
        questions: [Question("signed", ["vi": "Ngày ấy đã xác nhận chưa?", "en": "Was that day signed off?"], withoutRecord: false) { _, _ in true }],
        consequences: follow,
        label: ["commune", "day"],
        example: [
            "code": .string("00004-2026-11-24-population"), "commune": .string("00004"), "day": .string("2026-11-24"), "register": .string("population"),
            "outcome": .string("changes"), "changes": .integer(14),
        ])

    static let outcomes = [Choice("changes", ["vi": "Đã nhập đủ thay đổi", "en": "Changes entered"]), Choice("no-change", ["vi": "Không có thay đổi", "en": "No change"])]

    /// The largest number of changes that is told.
    static let most: Int64 = 100_000

    /// The registers whose journals a sign-off of this one covers: who lives where is kept in three.
    public static func covered(_ register: String) -> [String] {
        register == Population.register.name ? [Population.register.name, Households.register.name, Residences.register.name] : [register]
    }

    /// Nobody types what the journals tell: a sign-off that says something else is refused, through whichever door it comes.
    private static let follow: Consequences = { happenings, records, _ in
        for one in happenings {
            guard let item = one.after, let commune = item["commune"].string, let day = item["day"].day, let register = item["register"].string else { continue }
            let counted = try records.entries(of: covered(register), in: commune, on: day).map { Int64($0) } ?? most
            guard min(counted, most) != item["changes"].integer ?? 0 else { continue }
            throw Objection(
                field: counted == 0 ? "outcome" : "changes", code: "journal",
                Text(vi: "Nhật ký có \(counted) thay đổi của ngày ấy ở phường, xã này.", en: "The journals have \(counted) changes of that day in this commune."))
        }
        return []
    }
}
