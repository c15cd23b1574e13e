// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The steps of a contract: due when, delivered when, with fingerprints of what was delivered.
public enum ITMilestones: RegisterDeclaration {
    public static let register = Register(
        "it-milestone", ["vi": "Mốc thực hiện hợp đồng", "en": "Contract milestones"],
        ["vi": "Việc phải giao theo hợp đồng, hạn, ngày giao, ngày được nghiệm thu.", "en": "What a contract has to deliver: due day, delivery, acceptance."],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP", "en": "Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP",
        ], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã mốc", "en": "Number"], .open),
        fields: [
            Field("contract", .reference("it-contract"), ["vi": "Hợp đồng", "en": "Contract"], .open, filtered: true, lasting: true),
            Field("title", .text(max: 200), ["vi": "Việc phải giao", "en": "To be delivered"], .open, searched: true),
            Field(
                "items", .text(max: 2000), ["vi": "Gồm những gì", "en": "Items"], .open, required: false,
                hint: ["vi": "Mỗi sản phẩm một mục, cách nhau bằng dấu chấm phẩy.", "en": "One product each, separated by semicolons."]),
            Field("due", .day, ["vi": "Hạn", "en": "Due"], .open, counted: true),
            Field("delivered", .day, ["vi": "Giao ngày", "en": "Delivered on"], .open, required: false, filtered: true),
            Field(
                "evidence", .text(max: 2000), ["vi": "Mã băm sản phẩm giao (SHA-256)", "en": "Fingerprints of what was delivered (SHA-256)"], .open, required: false,
                hint: ["vi": "Mỗi tệp một mã, cách nhau bằng dấu cách.", "en": "One a file, separated by spaces."]),
            Field("tests_passed", .integer(0...1_000_000), ["vi": "Phép thử đạt", "en": "Tests passed"], .open, required: false),
            Field("tests_failed", .integer(0...1_000_000), ["vi": "Phép thử không đạt", "en": "Tests failed"], .open, required: false),
            Field(
                "telemetry", .text(max: 2000), ["vi": "Mã băm số liệu đo khi chạy thử (SHA-256)", "en": "Fingerprints of telemetry of the trial (SHA-256)"], .open, required: false),
            Field(
                "accepted", .day, ["vi": "Nghiệm thu ngày", "en": "Accepted on"], .open, required: false,
                hint: ["vi": "Biên bản của hội đồng tự ghi ngày này.", "en": "The council's minutes enter this day by themselves."]),
        ],
        rules: [
            SectorRules.past("delivered"), SectorRules.fingerprints("evidence"), SectorRules.fingerprints("telemetry", code: "fingerprint-telemetry"),
            SectorRules.order("delivered", "accepted"),
            Rule("evidence", at: "evidence", ["vi": "Đã giao thì ghi mã băm của sản phẩm.", "en": "What is delivered has its fingerprint."]) { item, _ in
                item["delivered"].isNull || !item["evidence"].isNull
            },
            Rule("tests", at: "tests_failed", ["vi": "Ghi cả số phép thử đạt và không đạt.", "en": "Tests that passed and that failed are told together."]) { item, _ in
                item["tests_passed"].isNull == item["tests_failed"].isNull
            },
            Rule("failing", at: "tests_failed", ["vi": "Có phép thử không đạt mà vẫn nghiệm thu?", "en": "Tests failed, and it is accepted?"], .doubt) { item, _ in
                item["accepted"].isNull || (item["tests_failed"].integer ?? 0) == 0
            },
            Rule("accepted", at: "accepted", ["vi": "Chưa giao thì chưa nghiệm thu được.", "en": "What is not delivered cannot be accepted."]) { item, _ in
                item["accepted"].isNull || !item["delivered"].isNull
            },
        ],
        keys: keys, consequences: follow, when: { item, isNew in !isNew || !item["accepted"].isNull },
        checks: [
            Check("late", dueFrom: ["vi": "Quá hạn mà chưa giao", "en": "Due and not delivered"]) { found, _ in found["delivered"].isNull ? found["due"].day.map { $0 + 1 } : nil },
            Check(
                "unseen", dueFrom: Text(vi: "Giao \(unseenDays) ngày mà hội đồng chưa nghiệm thu", en: "Delivered for \(unseenDays) days and not accepted")
            ) { found, _ in
                found["accepted"].isNull ? found["delivered"].day.map { $0 + unseenDays } : nil
            },
        ],
        label: ["title"],
        example: [
            "number": .string("MC00000001"), "contract": .string("HD000001"), "title": .string("Bàn giao phiên bản 3.0"),
            "items": .string("Bản cài đặt; mã nguồn; tài liệu hướng dẫn"), "tests_passed": .integer(412), "tests_failed": .integer(0), "due": .string("2026-06-30"),
            "delivered": .string("2026-06-25"), "evidence": .string("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ])

    static let keys = KeyForm("MC", digits: 8)

    /// So long a delivery may wait for the council.
    public static let unseenDays = 15

    /// What was accepted stays as it was accepted, and so does the record, on whatever day a change is to hold.
    private static func keepAccepted(_ one: Happening, _ records: any Records) throws {
        let wasAccepted = one.before.map { !$0["accepted"].isNull } ?? false
        let acceptedLater = try records.find("it-milestone", one.key).map { $0.since > one.effective && !$0["accepted"].isNull } ?? false
        guard wasAccepted || acceptedLater, let field = register.fields.first(where: { one.changed($0.name) }) else { return }
        throw Objection(
            field: one.after == nil ? "" : field.name, code: "accepted",
            [
                "vi": "Mốc đã được nghiệm thu nên không sửa, không xóa đăng ký được nữa. Giao lại hay giao thêm thì ghi mốc mới.",
                "en": "The milestone was accepted and stays as it is. What is delivered again or besides is a milestone of its own.",
            ])
    }

    /// What a council votes on does not change under its votes.
    private static func keepVoted(_ one: Happening, _ records: any Records) throws {
        guard one.before != nil, let field = judged.first(where: { one.changed($0) }) else { return }
        for sitting in try records.all("acceptance", where: "milestone", is: one.key) where sitting["result"].string == "open" {
            guard try !records.all("acceptance-vote", where: "minutes", is: sitting.key).isEmpty else { continue }
            throw Objection(
                field: one.after == nil ? "" : field, code: "voting",
                [
                    "vi": "Hội đồng đang bỏ phiếu về mốc này; đợi có kết quả rồi sửa.",
                    "en": "The council is voting on this milestone; wait for the result.",
                ])
        }
    }

    /// The fields by which a council judges.
    private static let judged = ["contract", "title", "items", "delivered", "evidence", "tests_passed", "tests_failed", "telemetry"]

    /// Nobody accepts but the council: a day of acceptance is the day of minutes whose votes accepted this milestone.
    private static let follow: Consequences = { happenings, records, _ in
        for one in happenings {
            try keepAccepted(one, records)
            try keepVoted(one, records)
            guard one.changed("accepted"), let day = one.after?["accepted"].day else { continue }
            let sittings = try records.all("acceptance", where: "milestone", is: one.key)
            guard sittings.contains(where: { $0["result"].string == "accepted" && $0["day"].day == day }) else {
                throw Objection(
                    field: "accepted", code: "council",
                    [
                        "vi": "Không có biên bản nào của hội đồng nghiệm thu mốc này vào ngày ấy. Để trống: biên bản tự ghi.",
                        "en": "No minutes of the council accept this milestone on that day. Leave it empty: the minutes enter it.",
                    ])
            }
        }
        return []
    }
}
