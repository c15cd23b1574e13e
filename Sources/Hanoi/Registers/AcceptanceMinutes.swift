// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Minutes of the Acceptance Council. Who sat is told by its members, the result by their votes; what they accept is accepted in the milestone too.
public enum AcceptanceMinutes: RegisterDeclaration {
    public static let register = Register(
        "acceptance", ["vi": "Biên bản hội đồng nghiệm thu", "en": "Minutes of the Acceptance Council"],
        ["vi": "Lần họp nào xét mốc nào, kết quả theo phiếu và ý kiến bảo lưu.", "en": "Which meeting judged which milestone, the result of the votes, dissent."],
        keptBy: Keepers.science,
        under: [
            "vi": "Thông báo 699/TB-UBND năm 2017; Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP",
            "en": "Announcement 699/TB-UBND of 2017; Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP",
        ], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã biên bản", "en": "Number"], .open),
        fields: [
            Field("contract", .reference("it-contract"), ["vi": "Hợp đồng", "en": "Contract"], .open, filtered: true, lasting: true),
            Field("milestone", .reference("it-milestone"), ["vi": "Mốc", "en": "Milestone"], .open, filtered: true, lasting: true),
            Field("day", .day, ["vi": "Họp ngày", "en": "Met on"], .open),
            Field("decision", .text(max: 60), ["vi": "Quyết định lập hội đồng", "en": "Council set up by decision"], .open),
            Field(
                "quorum", .integer(2...25), ["vi": "Số người tối thiểu để họp", "en": "Quorum"], .open,
                hint: [
                    "vi": "Theo quyết định lập hội đồng; không dưới hai phần ba số thành viên không có xung đột.",
                    "en": "As the decision says; no fewer than two thirds of the members without a conflict.",
                ]),
            Field(
                "result", .choice(results), ["vi": "Kết quả", "en": "Result"], .open, counted: true,
                hint: ["vi": "Để “Đang bỏ phiếu”: đủ phiếu thì kết quả tự ghi.", "en": "Leave “Voting”: with the last vote the result enters by itself."]),
            Field(
                "conditions", .text(max: 2000), ["vi": "Phải sửa trước khi dùng", "en": "To be mended before use"], .open, required: false,
                hint: ["vi": "Có ghi thì mốc chỉ được nghiệm thu ở lần họp sau.", "en": "Where there is something, the milestone is accepted at a later meeting only."]),
            Field("dissent", .text(max: 2000), ["vi": "Ý kiến bảo lưu khác", "en": "Further dissent"], .official, required: false),
            Field(
                "seen", .text(max: 4100), ["vi": "Mã băm đã xem xét (SHA-256)", "en": "Fingerprints of what was judged (SHA-256)"], .open, required: false,
                hint: ["vi": "Để trống: có kết quả thì tự ghi theo mốc.", "en": "Leave it empty: with the result it enters by itself, as the milestone has it."]),
        ],
        rules: [
            SectorRules.past("day"),
            Rule("seen", at: "seen", ["vi": "Chưa có kết quả thì để trống; mục này tự ghi.", "en": "Empty while there is no result; it enters by itself."]) { item, _ in
                item["result"].string != "open" || item["seen"].isNull
            },
        ],
        keys: keys, consequences: follow,
        checks: [
            Check("voting", dueFrom: ["vi": "Họp 15 ngày mà chưa đủ phiếu", "en": "Met 15 days ago and votes are missing"]) { found, _ in
                found["result"].string == "open" ? found["day"].day.map { $0 + 15 } : nil
            }
        ],
        label: ["milestone", "result"],
        example: [
            "number": .string("NT00000001"), "contract": .string("HD000001"), "milestone": .string("MC00000001"), "day": .string("2026-07-03"),
            "decision": .string("45/QĐ-SKHCN"),
            "quorum": .integer(4), "result": .string("open"), "dissent": .string("Phạm Thị Dụ: tài liệu hướng dẫn còn thiếu phần sao lưu."),
        ])

    static let keys = KeyForm("NT", digits: 8)

    static let results = [
        Choice("open", ["vi": "Đang bỏ phiếu", "en": "Voting"]),
        Choice("accepted", ["vi": "Nghiệm thu", "en": "Accepted"]), Choice("conditions", ["vi": "Nghiệm thu sau khi sửa", "en": "Accepted once mended"]),
        Choice("refused", ["vi": "Không nghiệm thu", "en": "Refused"]),
    ]

    /// The votes as they stand, from the values of the minutes, of their members and of the votes by the names of their fields.
    public static func tally(_ minutes: (String) -> Value, _ members: [(String) -> Value], _ votes: [(String) -> Value]) -> AcceptanceTally {
        AcceptanceTally(
            members: members.compactMap { CouncilMembers.member($0) }, quorum: Int(minutes("quorum").integer ?? 0), criteria: AcceptanceVotes.criteria.map(\.code),
            votes: votes.compactMap { AcceptanceVotes.vote($0) })
    }

    static func tally(_ key: String, _ minutes: Item.Fields, _ records: any Records) throws -> AcceptanceTally {
        let members = try records.all("council-member", where: "minutes", is: key)
        let votes = try records.all("acceptance-vote", where: "minutes", is: key)
        return tally({ minutes[$0] }, members.map { found in { found[$0] } }, votes.map { found in { found[$0] } })
    }

    /// The result, with the fingerprints of what the milestone had while it was voted on.
    static func closing(_ key: String, _ minutes: Item.Fields, _ result: String, _ records: any Records) throws -> Consequence {
        var values: [String: Value] = ["result": .string(result)]
        if let milestone = try records.find("it-milestone", minutes["milestone"].plain) {
            let seen = [milestone["evidence"].plain, milestone["telemetry"].plain].filter { !$0.isEmpty }.joined(separator: " ")
            if !seen.isEmpty { values["seen"] = .string(seen) }
        }
        return .put("acceptance", key, values)
    }

    /// The result that the votes give; nil while some are missing.
    static func result(_ tally: AcceptanceTally, _ minutes: Item.Fields) -> String? {
        switch tally.outcome {
        case .open, .unfit: nil
        case .accepted: minutes["conditions"].isNull ? "accepted" : "conditions"
        case .refused: "refused"
        }
    }

    /// Once there is a result the minutes stay as they were voted on, whole, and so does the record. What was wrong is set right at a further meeting.
    private static func keepClosed(_ one: Happening, _ records: any Records) throws {
        let wasClosed = one.before.map { $0["result"].string != "open" } ?? false
        // What is entered late, as of a day before the result, would change what was voted on just as well.
        let closedLater = try records.find("acceptance", one.key).map { $0.since > one.effective && $0["result"].string != "open" } ?? false
        guard wasClosed || closedLater, let field = register.fields.first(where: { one.changed($0.name) }) else { return }
        throw Objection(
            field: one.after == nil ? "" : field.name, code: "closed",
            [
                "vi": "Biên bản đã có kết quả nên không sửa, không xóa đăng ký được nữa. Có sai sót thì hội đồng họp lại và lập biên bản mới.",
                "en": "The minutes have a result and stay as they are. What was wrong is set right at a further meeting, by minutes of its own.",
            ])
    }

    /// Once votes are cast, what they are cast on stays: no other milestone, day, decision, quorum or condition. The minutes end before their result only where no quorum
    /// is left.
    private static func keepVoted(_ one: Happening, _ records: any Records) throws {
        guard let before = one.before else { return }
        guard try !records.all("acceptance-vote", where: "minutes", is: one.key).isEmpty else { return }
        if one.after == nil {
            guard try tally(one.key, before, records).flaw == nil else { return }
        } else {
            guard ["contract", "milestone", "day", "decision", "quorum", "conditions"].contains(where: { one.changed($0) }) else { return }
        }
        throw Objection(
            field: "", code: "voting",
            [
                "vi": "Đã có phiếu nên biên bản giữ nguyên mốc, ngày họp, quyết định, số người tối thiểu, việc phải sửa và không xóa đăng ký.",
                "en": "Votes were cast, so the minutes keep their milestone, day, decision, quorum and what must be mended, and are not retired.",
            ])
    }

    private static let follow: Consequences = { happenings, records, reading in
        var consequences: [Consequence] = []
        for one in happenings {
            try keepClosed(one, records)
            try keepVoted(one, records)
            // A state that waits for its day would come over the result that was voted on before it.
            guard one.effective <= reading.today else {
                throw Objection(
                    field: "", code: "ahead",
                    [
                        "vi": "Biên bản, phiếu cuối và việc xóa đăng ký không ghi trước ngày có hiệu lực.",
                        "en": "Minutes, their last vote and their end are not entered ahead of their day.",
                    ])
            }
            guard let item = one.after, let day = item["day"].day, let milestone = try records.find("it-milestone", item["milestone"].plain) else { continue }
            guard milestone["contract"] == item["contract"] else {
                throw Objection(field: "milestone", code: "contract", ["vi": "Mốc này thuộc hợp đồng khác.", "en": "The milestone belongs to another contract."])
            }
            guard let delivered = milestone["delivered"].day, delivered <= day else {
                throw Objection(field: "milestone", code: "undelivered", ["vi": "Đến ngày họp, mốc này chưa được giao.", "en": "By the day of the meeting it was not delivered."])
            }
            guard !milestone["tests_passed"].isNull || !milestone["telemetry"].isNull else {
                throw Objection(
                    field: "milestone", code: "untested",
                    [
                        "vi": "Mốc này chưa có kết quả thử, cũng chưa có số liệu đo khi chạy thử; hội đồng chưa có gì để xét.",
                        "en": "The milestone has neither results of tests nor telemetry of a trial; there is nothing to judge by.",
                    ])
            }
            let due = result(try tally(one.key, item, records), item)
            if item["result"].string == "open" {
                if let due { consequences.append(try closing(one.key, item, due, records)) }
                continue
            }
            guard item["result"].string == due else {
                throw Objection(
                    field: "result", code: "votes",
                    [
                        "vi": "Kết quả theo phiếu của từng thành viên ở từng tiêu chí. Để “Đang bỏ phiếu” rồi nhập phiếu.",
                        "en": "The result follows from each member's vote on each criterion. Leave “Voting” and enter the votes.",
                    ])
            }
            guard due == "accepted", milestone["accepted"].isNull else { continue }
            consequences.append(.put("it-milestone", milestone.key, ["accepted": item["day"]]))
        }
        return consequences
    }
}
