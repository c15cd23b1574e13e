// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Software that a ministry hands over. What has no Vietnamese or lacks data is not put to use.
public enum MinistrySoftware: RegisterDeclaration {
    public static let register = Register(
        "ministry-software", ["vi": "Phần mềm do bộ, ngành chuyển giao", "en": "Software handed over by ministries"],
        [
            "vi": "Phần mềm nhận từ bộ, ngành và kết quả đánh giá: chức năng, tiếng Việt, dữ liệu, chia sẻ, hội nhập.",
            "en": "Software received from ministries and how it was assessed: function, Vietnamese, data, sharing, international integration.",
        ],
        keptBy: Keepers.science, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã phần mềm", "en": "Number"], .open),
        fields: received + measured + decided,
        rules: [
            SectorRules.past("received"), SectorRules.past("assessed"), SectorRules.order("received", "assessed"),
            Rule(
                "measured", at: "assessed",
                ["vi": "Tiêu chí đã có kết quả thì ghi tỷ lệ đo được và ngày đánh giá.", "en": "A criterion with a result has a measured share and a day."]
            ) { item, _ in
                criteria.allSatisfy { item[$0.name].string == "open" || (!item[$0.name + "_share"].isNull && !item["assessed"].isNull) }
            },
            Rule(
                "language", at: "decision", ["vi": "Phần mềm không có tiếng Việt thì không đưa vào sử dụng.", "en": "Software without Vietnamese is not put to use."]
            ) { item, _ in
                item["decision"].string != "accepted" || item["language"].string != "fail"
            },
            Rule("data", at: "decision", ["vi": "Phần mềm thiếu dữ liệu thì không đưa vào sử dụng.", "en": "Software that lacks data is not put to use."]) { item, _ in
                item["decision"].string != "accepted" || item["data"].string != "fail"
            },
            // What lacks Vietnamese or data is refused at once; the other criteria need not be waited for.
            Rule("all", at: "decision", ["vi": "Chưa đánh giá đủ năm tiêu chí.", "en": "Not all five criteria are assessed."]) { item, _ in
                switch item["decision"].string {
                case "pending": true
                case "refused" where SoftwareAssessment.blocking.contains(where: { item[$0].string == "fail" }): true
                default: criteria.allSatisfy { item[$0.name].string != "open" }
                }
            },
            Rule("reason", at: "reason", ["vi": "Không nhận thì ghi lý do.", "en": "A refusal has a reason."]) { item, _ in
                item["decision"].string != "refused" || !item["reason"].isNull
            },
            Rule("other-failed", at: "decision", ["vi": "Có tiêu chí không đạt mà vẫn nhận?", "en": "A criterion failed, and it is accepted?"], .doubt) { item, _ in
                item["decision"].string != "accepted" || criteria.allSatisfy { item[$0.name].string != "fail" }
            },
        ],
        questions: [
            Question("accepted", ["vi": "Có được đưa vào sử dụng không?", "en": "May it be used?"], withoutRecord: false) { item, _ in item["decision"].string == "accepted" }
        ],
        keys: keys,
        checks: [
            Check("undecided", dueFrom: ["vi": "Nhận 60 ngày mà chưa quyết định", "en": "Received for 60 days and not decided"]) { found, _ in
                found["decision"].string == "pending" ? found["received"].day.map { $0 + 60 } : nil
            }
        ],
        label: ["name", "version"],
        example: [
            "number": .string("PB000001"), "name": .string("Quản lý khám chữa bệnh (mẫu)"), "ministry": .string("Bộ Y tế"), "office": .string("health-department"),
            "version": .string("2.1"), "received": .string("2026-05-04"), "assessed": .string("2026-06-10"), "function": .string("pass"), "function_share": .integer(92),
            "language": .string("pass"), "language_share": .integer(100), "data": .string("pass"), "data_share": .integer(88), "sharing": .string("pass"),
            "sharing_share": .integer(75), "integration": .string("pass"), "integration_share": .integer(70), "decision": .string("accepted"),
        ])

    static let keys = KeyForm("PB", digits: 6)

    private static let received: [Field] = [
        Field("name", .text(max: 150), ["vi": "Tên", "en": "Name"], .open, searched: true),
        Field("ministry", .text(max: 100), ["vi": "Bộ, ngành", "en": "Ministry"], .open, searched: true),
        Field("office", .choice(Offices.all), ["vi": "Đơn vị nhận", "en": "Received by"], .open, counted: true),
        Field("version", .text(max: 40), ["vi": "Phiên bản", "en": "Version"], .open), Field("received", .day, ["vi": "Nhận ngày", "en": "Received on"], .open),
        Field("assessed", .day, ["vi": "Đánh giá ngày", "en": "Assessed on"], .open, required: false),
    ]

    /// Each criterion with its result and the share that was measured.
    private static let measured: [Field] = criteria.flatMap { criterion -> [Field] in
        let measured = Text(vi: "\(criterion.title.vi): tỷ lệ đạt (%)", en: "\(criterion.title.en): measured (%)")
        return [
            Field(criterion.name, .choice(results), criterion.title, .open, counted: true),
            Field(criterion.name + "_share", .integer(0...100), measured, .open, required: false, when: .init(criterion.name, "pass", "fail")),
        ]
    }

    private static let decided: [Field] = [
        Field("decision", .choice(decisions), ["vi": "Quyết định", "en": "Decision"], .open, counted: true),
        Field("reason", .text(max: 1000), ["vi": "Lý do", "en": "Reason"], .open, required: false),
    ]

    static let criteria: [(name: String, title: Text)] = [
        ("function", ["vi": "Chức năng", "en": "Function"]), ("language", ["vi": "Tiếng Việt", "en": "Vietnamese"]), ("data", ["vi": "Dữ liệu", "en": "Data"]),
        ("sharing", ["vi": "Khả năng chia sẻ", "en": "Capacity to share"]), ("integration", ["vi": "Hội nhập quốc tế", "en": "International integration"]),
    ]

    static let results = [
        Choice("open", ["vi": "Chưa đánh giá", "en": "Not yet"]), Choice("pass", ["vi": "Đạt", "en": "Pass"]), Choice("fail", ["vi": "Không đạt", "en": "Fail"]),
    ]

    static let decisions = [
        Choice("pending", ["vi": "Đang đánh giá", "en": "Pending"]), Choice("accepted", ["vi": "Đưa vào sử dụng", "en": "Accepted"]),
        Choice("refused", ["vi": "Không đưa vào sử dụng", "en": "Refused"]),
    ]
}
