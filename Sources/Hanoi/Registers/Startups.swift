// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Young firms that build something new in the city. They say it of themselves, and what nobody confirms any more is shown as old.
public enum Startups: RegisterDeclaration {
    public static let register = Register(
        "startup", ["vi": "Doanh nghiệp khởi nghiệp sáng tạo", "en": "Start-ups"],
        [
            "vi": "Doanh nghiệp và nhóm khởi nghiệp sáng tạo của thành phố: làm gì, ở giai đoạn nào, có bao nhiêu việc làm.",
            "en": "The city's start-ups: what they do, how far they are, how many jobs they have.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "Luật Hỗ trợ doanh nghiệp nhỏ và vừa 04/2017/QH14, Điều 17; Thông báo 699/TB-UBND năm 2017",
            "en": "Law on Support for Small and Medium Enterprises 04/2017/QH14, article 17; Announcement 699/TB-UBND of 2017",
        ], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã khởi nghiệp", "en": "Number"], .open),
        fields: [
            Field("name", .text(max: 200), ["vi": "Tên", "en": "Name"], .open, searched: true, alsoCalled: ["Tên doanh nghiệp khởi nghiệp", "Tên dự án", "Tên nhóm"]),
            Field(
                "enterprise", .reference("enterprise"), ["vi": "Doanh nghiệp", "en": "Enterprise"], .open, required: false, filtered: true, lasting: true,
                alsoCalled: ["Mã số doanh nghiệp", "Mã doanh nghiệp", "Mã số thuế", "MST"],
                hint: ["vi": "Mã số doanh nghiệp; để trống khi chưa thành lập.", "en": "The enterprise code; empty when there is no company yet."]),
            Field("sector", .choice(sectors), ["vi": "Lĩnh vực", "en": "Sector"], .open, counted: true, alsoCalled: ["Lĩnh vực hoạt động"]),
            Field("stage", .choice(stages), ["vi": "Giai đoạn", "en": "Stage"], .open, counted: true, alsoCalled: ["Giai đoạn phát triển"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, alsoCalled: Heads.communes),
            Field("website", .text(max: 200), ["vi": "Trang thông tin", "en": "Website"], .open, required: false, alsoCalled: ["Website", "Trang web"]),
            Field("about", .text(max: 600), ["vi": "Sản phẩm, dịch vụ", "en": "What it does"], .open, searched: true, alsoCalled: ["Sản phẩm", "Giới thiệu"]),
            Field("founders", .integer(1...20), ["vi": "Số người sáng lập", "en": "Number of founders"], .open, alsoCalled: ["Số sáng lập viên"]),
            Field("jobs", .integer(0...10_000), ["vi": "Số việc làm tự khai", "en": "Jobs, by its own word"], .open, alsoCalled: ["Số lao động", "Số việc làm"]),
            Field("founded", .day, ["vi": "Ngày bắt đầu", "en": "Founded on"], .open, alsoCalled: ["Ngày thành lập"]),
            Field("contact", .text(max: 120), ["vi": "Thư điện tử liên hệ", "en": "Mail address"], .official, required: false, alsoCalled: ["Email", "Thư điện tử"]),
            Field(
                "confirmed_until", .day, ["vi": "Xác nhận có giá trị đến", "en": "Confirmed until"], .open,
                hint: [
                    "vi": "Trên cổng khởi nghiệp, một lần xác nhận có giá trị \(confirmationDays) ngày.",
                    "en": "On the start-up portal a confirmation holds for \(confirmationDays) days.",
                ]),
            Field(
                "enterprise_confirmed", .day, ["vi": "Doanh nghiệp xác nhận ngày", "en": "Confirmed by the enterprise on"], .open, required: false,
                hint: ["vi": "Để trống khi người đại diện của doanh nghiệp chưa xác nhận.", "en": "Empty while the enterprise's representative has not confirmed it."]),
            Field(
                "registrant", .reference("population"), ["vi": "Người khai", "en": "Registered by"], .personal, required: false, lasting: true,
                alsoCalled: ["Số định danh người khai"]),
        ],
        rules: [
            SectorRules.past("founded"), SectorRules.past("enterprise_confirmed"), SectorRules.website(),
            Rule("company", at: "enterprise_confirmed", ["vi": "Chưa ghi doanh nghiệp nào để xác nhận.", "en": "No enterprise is named that could confirm."]) { item, _ in
                item["enterprise_confirmed"].isNull || !item["enterprise"].isNull
            },
            Rule("confirmed", at: "confirmed_until", ["vi": "Một lần xác nhận có giá trị nhiều nhất một năm.", "en": "A confirmation lasts a year at most."]) { item, reading in
                item["confirmed_until"].day.map { $0 <= reading.day + 366 } ?? true
            },
            Rule(
                "team-jobs", at: "jobs",
                Text(
                    vi: "Nhóm chưa có công ty khai nhiều nhất \(teamJobsMax) việc làm. Đông hơn thì ghi mã số doanh nghiệp.",
                    en: "A team without a company states \(teamJobsMax) jobs at most. With more, give the enterprise code.")
            ) { item, _ in
                !item["enterprise"].isNull || (item["jobs"].integer ?? 0) <= teamJobsMax
            },
        ],
        questions: [
            Question("confirmed", ["vi": "Thông tin còn được xác nhận không?", "en": "Is what it says still confirmed?"], withoutRecord: false) { item, reading in
                isConfirmed(item, on: reading.day)
            }
        ],
        keys: keys, consequences: onceOnly,
        checks: [
            Check("unconfirmed", dueFrom: ["vi": "Thông tin đã quá hạn xác nhận", "en": "Nobody has confirmed this any more"]) { found, _ in
                found["stage"].string == "ended" ? nil : found["confirmed_until"].day.map { $0 + 1 }
            },
            Check("no-company", .missing, ["vi": "Đã bán hàng mà chưa nối với doanh nghiệp", "en": "It sells and is not linked to an enterprise"]) { found, _, _ in
                !["market", "growth"].contains(found["stage"].plain) || !found["enterprise"].isNull
            },
            Check(
                "silent-company", .missing, ["vi": "Doanh nghiệp được nêu tên chưa xác nhận", "en": "The enterprise that it names has not confirmed it"]
            ) { found, _, _ in
                found["stage"].string == "ended" || found["enterprise"].isNull || !found["enterprise_confirmed"].isNull
            },
            Check(
                "dissolved", .contradictory,
                ["vi": "Doanh nghiệp đã giải thể, tạm ngừng hoặc không còn trong sổ", "en": "The enterprise is dissolved, paused or gone"], through: ["enterprise"]
            ) { found, records, _ in
                try found["stage"].string == "ended" || isCompanyAtWork(found.fields, records)
            },
        ],
        duties: [FieldDuty("confirmed_until", found: "unconfirmed", goal: 80, among: ["stage": stages.map(\.code).filter { $0 != "ended" }])], twins: [],
        counting: Counting(["vi": "còn được xác nhận", "en": "still confirmed"], at: "/startups") { found, records, reading in
            try counts(found, records, reading)
        }, label: ["name"],
        example: [
            "number": .string("KN000001"), "name": .string("Bản Đồ Ngõ"), "enterprise": .string("0100000010"), "sector": .string("software"), "stage": .string("market"),
            "commune": .string("00004"), "website": .string("https://bandongo.example.vn"), "about": .string("Chỉ đường tới từng ngách, hẻm cho người giao hàng."),
            "founders": .integer(3), "jobs": .integer(12), "founded": .string("2024-03-15"), "contact": .string("chao@bandongo.example.vn"),
            "confirmed_until": .string("2027-03-31"), "enterprise_confirmed": .string("2024-03-15"), "registrant": .string("001090123456"),
        ])

    /// How long what a start-up says of itself is taken as confirmed.
    public static let confirmationDays = 180
    /// Standing start-ups that one person registers at most.
    static let ownMax = 10
    /// Jobs that a team without a company states at most: no other register knows of them.
    static let teamJobsMax: Int64 = 20

    // MARK: What counts

    /// What it says is still confirmed: by itself, and by the company that it names.
    private static func isConfirmed(_ fields: Item.Fields, on day: Day) -> Bool {
        guard fields["stage"].string != "ended", fields["enterprise"].isNull || !fields["enterprise_confirmed"].isNull else { return false }
        return fields["confirmed_until"].day.map { day <= $0 } ?? false
    }

    /// It names no company, or one that the register of enterprises has at work.
    private static func isCompanyAtWork(_ fields: Item.Fields, _ records: any Records) throws -> Bool {
        guard let code = fields["enterprise"].string else { return true }
        return try records.find("enterprise", code)?["status"].string == "active"
    }

    /// The one rule for the board, the portal's figures, charts and map, and the money of its rounds.
    static func counts(_ found: Found, _ records: any Records, _ reading: Reading) throws -> Bool {
        guard isConfirmed(found.fields, on: reading.day) else { return false }
        return try isCompanyAtWork(found.fields, records)
    }

    // MARK: Once only

    /// The company itself stands behind it, and it is still confirmed.
    private static func holds(_ fields: Item.Fields, on day: Day) -> Bool { !fields["enterprise_confirmed"].isNull && isConfirmed(fields, on: day) }

    /// A company is one start-up, and nobody enters the same team or company twice, or more than a few. What has ended stands in nobody's way, and so does what
    /// the company never confirmed or nobody confirms any more: else anybody could block a company's code for good.
    private static let onceOnly: Consequences = { happenings, records, reading in
        for one in happenings where one.after?["stage"].string != "ended" {
            guard let after = one.after else { continue }
            // What begins again takes its place like what is new.
            let begins = one.isNew || one.before?["stage"].string == "ended"
            if begins || one.changed("registrant"), let person = after["registrant"].string {
                let own = try records.all("startup", where: "registrant", is: person).filter { $0.key != one.key && $0["stage"].string != "ended" }
                guard own.count < ownMax else {
                    throw Objection(
                        field: "", code: "many",
                        Text(
                            vi: "Một người đăng ký nhiều nhất \(ownMax) doanh nghiệp, nhóm khởi nghiệp đang hoạt động.",
                            en: "One person registers \(ownMax) start-ups at most."))
                }
            }
            if let code = after["enterprise"].string {
                let isBacked = holds(after, on: reading.day) && !(one.before.map { holds($0, on: reading.day) } ?? false)
                guard begins || isBacked || one.changed("enterprise") else { continue }
                let person = after["registrant"].string
                let isTaken = try records.all("startup", where: "enterprise", is: code).contains { other in
                    guard other.key != one.key, other["stage"].string != "ended" else { return false }
                    return holds(other.fields, on: reading.day) || person != nil && other["registrant"].string == person
                }
                guard !isTaken else {
                    throw Objection(
                        field: "enterprise", code: "twice",
                        ["vi": "Doanh nghiệp này đã được khai là doanh nghiệp khởi nghiệp.", "en": "This enterprise is registered as a start-up already."])
                }
            } else if begins || one.changed("name"), let person = after["registrant"].string {
                let name = after["name"].plain.folded
                let others = try records.all("startup", where: "registrant", is: person).filter { $0.key != one.key && $0["stage"].string != "ended" }
                guard !others.contains(where: { $0["name"].plain.folded == name }) else {
                    throw Objection(
                        field: "name", code: "twice", ["vi": "Bạn đã khai nhóm khởi nghiệp tên này rồi.", "en": "You have registered a start-up of this name already."])
                }
            }
        }
        return []
    }

    static let keys = KeyForm("KN", digits: 6)

    static let sectors = [
        Choice("software", ["vi": "Phần mềm, trí tuệ nhân tạo", "en": "Software and AI"]), Choice("finance", ["vi": "Công nghệ tài chính", "en": "Financial technology"]),
        Choice("education", ["vi": "Công nghệ giáo dục", "en": "Education"]), Choice("health", ["vi": "Y tế, sức khỏe", "en": "Health"]),
        Choice("farming", ["vi": "Nông nghiệp, thực phẩm", "en": "Farming and food"]), Choice("trade", ["vi": "Thương mại điện tử, giao vận", "en": "E-commerce and logistics"]),
        Choice("green", ["vi": "Môi trường, năng lượng", "en": "Environment and energy"]), Choice("culture", ["vi": "Văn hóa, du lịch", "en": "Culture and tourism"]),
        Choice("hardware", ["vi": "Thiết bị, vi mạch", "en": "Hardware and chips"]), Choice("other", ["vi": "Khác", "en": "Other"]),
    ]

    static let stages = [
        Choice("idea", ["vi": "Ý tưởng", "en": "Idea"]), Choice("prototype", ["vi": "Sản phẩm mẫu", "en": "Prototype"]),
        Choice("market", ["vi": "Đã có khách hàng", "en": "On the market"]), Choice("growth", ["vi": "Tăng trưởng", "en": "Growth"]),
        Choice("ended", ["vi": "Đã dừng", "en": "Ended"]),
    ]
}
