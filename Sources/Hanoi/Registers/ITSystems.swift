// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The city's information systems: who answers for each, which level of safety it has, when it was last looked at.
public enum ITSystems: RegisterDeclaration {
    public static let register = Register(
        "it-system", ["vi": "Hệ thống thông tin của thành phố", "en": "The city's IT systems"],
        [
            "vi": "Hệ thống nào của đơn vị nào, cấp độ an toàn, nơi đặt, lần sao lưu thử và lần đánh giá an toàn gần nhất.",
            "en": "Which system belongs to whom, its level of safety, where it runs, when its backup was last tried and its security last assessed.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 85/2016/NĐ-CP về bảo đảm an toàn hệ thống thông tin theo cấp độ; TCVN 11930:2017",
            "en": "Decree 85/2016/NĐ-CP on the safety of information systems by level; standard TCVN 11930:2017",
        ], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã hệ thống", "en": "Number"], .open),
        fields: [
            Field("name", .text(max: 150), ["vi": "Tên", "en": "Name"], .open, searched: true, alsoCalled: ["Tên hệ thống", "Hệ thống thông tin"]),
            Field("office", .choice(Offices.all), ["vi": "Đơn vị chủ quản", "en": "Owner"], .open, counted: true, alsoCalled: ["Cơ quan chủ quản", "Đơn vị quản lý"]),
            Field("level", .choice(levels), ["vi": "Cấp độ an toàn", "en": "Level of safety"], .official, counted: true, alsoCalled: ["Cấp độ", "Cấp độ an toàn thông tin"]),
            Field(
                "approved", .day, ["vi": "Phê duyệt cấp độ ngày", "en": "Level approved on"], .official, required: false,
                hint: ["vi": "Để trống khi hồ sơ cấp độ chưa được duyệt.", "en": "Empty while the level is not approved."]),
            Field("provider", .text(max: 150), ["vi": "Đơn vị cung cấp", "en": "Provider"], .open, searched: true, alsoCalled: ["Nhà cung cấp"]),
            Field("started", .day, ["vi": "Vận hành từ ngày", "en": "In use since"], .open, alsoCalled: ["Ngày vận hành"]),
            Field("ended", .day, ["vi": "Dùng đến hết ngày", "en": "Last day of use"], .open, required: false),
            Field("place", .choice(places), ["vi": "Nơi đặt", "en": "Where it runs"], .official, counted: true),
            Field("personal", .boolean, ["vi": "Có dữ liệu cá nhân", "en": "Holds personal data"], .open, counted: true),
            Field("backup_tested", .day, ["vi": "Khôi phục thử từ sao lưu ngày", "en": "Backup last restored on"], .official, required: false),
            Field("assessed", .day, ["vi": "Đánh giá an toàn ngày", "en": "Security assessed on"], .official, required: false),
        ],
        rules: [
            SectorRules.past("approved"), SectorRules.past("backup_tested"), SectorRules.past("assessed"), SectorRules.order("started", "ended"),
            // Decree 85/2016, articles 7 and 8: the first level has no private information.
            Rule("personal-level", at: "level", ["vi": "Hệ thống có dữ liệu cá nhân không thể ở cấp độ 1.", "en": "A system with personal data cannot be of level 1."]) { item, _ in
                item["personal"].boolean != true || item["level"].string != "1"
            },
        ],
        questions: [
            Question(
                "safe", ["vi": "Đã duyệt cấp độ và đánh giá an toàn trong một năm qua?", "en": "Is its level approved and was it assessed within a year?"], withoutRecord: false
            ) {
                item, reading in
                !item["approved"].isNull && (item["assessed"].day.map { reading.day <= $0.adding(months: 12) } ?? false)
            }
        ],
        term: "ended", keys: keys,
        checks: [
            Check("no-level", .missing, ["vi": "Chưa duyệt hồ sơ cấp độ", "en": "Its level is not approved"]) { found, _, _ in !found["approved"].isNull },
            Check("assessment-due", dueFrom: ["vi": "Đến hạn đánh giá an toàn hằng năm", "en": "The yearly security assessment is due"]) { found, _ in
                (found["assessed"].day ?? found["started"].day)?.adding(months: 12)
            },
            Check("backup-due", dueFrom: ["vi": "Sáu tháng chưa khôi phục thử từ sao lưu", "en": "No backup was restored for six months"]) { found, _ in
                (found["backup_tested"].day ?? found["started"].day)?.adding(months: 6)
            },
        ],
        duties: [
            FieldDuty("approved", filled: 100, found: "no-level"), FieldDuty("assessed", found: "assessment-due"), FieldDuty("backup_tested", found: "backup-due"),
        ], twins: ["office"], label: ["name"],
        example: [
            "number": .string("TT0001"), "name": .string("Cổng dịch vụ công thành phố"), "office": .string("city-office"), "level": .string("3"), "approved": .string("2026-02-10"),
            "provider": .string("Công ty Phần Mềm Mẫu"), "started": .string("2024-07-01"), "place": .string("centre"), "personal": .boolean(true),
            "backup_tested": .string("2026-09-15"), "assessed": .string("2026-05-20"),
        ])

    static let keys = KeyForm("TT", digits: 4)

    static let levels = (1...5).map { Choice("\($0)", Text(vi: "Cấp độ \($0)", en: "Level \($0)")) }

    static let places = [
        Choice("centre", ["vi": "Trung tâm dữ liệu thành phố", "en": "The city's data centre"]), Choice("room", ["vi": "Phòng máy của đơn vị", "en": "The owner's machine room"]),
        Choice("hired", ["vi": "Hạ tầng thuê", "en": "Hired"]), Choice("ministry", ["vi": "Bộ, ngành đặt", "en": "At a ministry"]),
    ]
}
