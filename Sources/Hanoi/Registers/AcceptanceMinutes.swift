// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Minutes of the Acceptance Council: who sat, who stood aside. The result follows from the votes; what they accept is accepted in the milestone too.
public enum AcceptanceMinutes: RegisterDeclaration {
    public static let register = Register(
        "acceptance", ["vi": "Biên bản hội đồng nghiệm thu", "en": "Minutes of the Acceptance Council"],
        ["vi": "Thành viên, xung đột lợi ích, kết quả theo phiếu và ý kiến bảo lưu.", "en": "Members, conflicts of interest, the result of the votes, dissent."],
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
                "members", .text(max: 2000), ["vi": "Thành viên", "en": "Members"], .official, searched: true,
                hint: ["vi": "Họ tên và cơ quan, cách nhau bằng dấu chấm phẩy.", "en": "Names and offices, separated by semicolons."]),
            Field("size", .integer(3...25), ["vi": "Số thành viên hội đồng", "en": "Members of the council"], .open),
            Field(
                "present", .integer(0...25), ["vi": "Số người dự được bỏ phiếu", "en": "Present who may vote"], .open,
                hint: [
                    "vi": "Không tính người không bỏ phiếu vì xung đột, dù họ có mặt.",
                    "en": "Without those who stand aside for a conflict, even where they are in the room.",
                ]),
            Field(
                "conflicts", .text(max: 1000), ["vi": "Xung đột lợi ích đã khai", "en": "Conflicts of interest declared"], .official,
                hint: ["vi": "Ghi ai, vì sao; ghi “không” nếu không ai có.", "en": "Who and why; “none” if nobody has one."]),
            Field(
                "recused", .text(max: 1000), ["vi": "Thành viên không bỏ phiếu vì xung đột", "en": "Members who stand aside for a conflict"], .official, required: false,
                hint: ["vi": "Ghi đúng như ở danh sách thành viên, cách nhau bằng dấu chấm phẩy.", "en": "As in the list of members, separated by semicolons."]),
            Field("aside", .integer(0...25), ["vi": "Số người không bỏ phiếu vì xung đột", "en": "Stood aside for a conflict"], .open),
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
        ],
        rules: [
            SectorRules.past("day"),
            Rule("members", at: "members", ["vi": "Số tên thành viên khác với số thành viên hội đồng.", "en": "There are not as many names as members."]) { item, _ in
                item["members"].plain.split(separator: ";").filter { !String($0).tidied.isEmpty }.count == Int(item["size"].integer ?? 0)
            },
            Rule(
                "present", at: "present",
                ["vi": "Số người dự được bỏ phiếu nhiều hơn số thành viên không có xung đột.", "en": "More could vote than there are members without a conflict."]
            ) { item, _ in
                (item["present"].integer ?? 0) <= (item["size"].integer ?? 0) - (item["aside"].integer ?? 0)
            },
            Rule("recused", at: "recused", ["vi": "Người không bỏ phiếu phải có trong danh sách thành viên.", "en": "Who stands aside is one of the members."]) { item, _ in
                let members = AcceptanceTally.names(item["members"].plain)
                return AcceptanceTally.names(item["recused"].plain).allSatisfy { AcceptanceTally.entry(of: $0, in: members) != nil }
            },
            Rule("aside", at: "aside", ["vi": "Số người không bỏ phiếu khác với số tên đã ghi.", "en": "There are not as many names of those who stand aside."]) { item, _ in
                AcceptanceTally.names(item["recused"].plain).count == Int(item["aside"].integer ?? 0)
            },
            Rule(
                "quorum-share", at: "quorum",
                [
                    "vi": "Số người tối thiểu không dưới hai phần ba số thành viên không có xung đột, không quá số thành viên.",
                    "en": "A quorum is at least two thirds of the members without a conflict, and no more than the council has.",
                ]
            ) { item, _ in
                let (quorum, size, aside) = (item["quorum"].integer ?? 0, item["size"].integer ?? 0, item["aside"].integer ?? 0)
                return quorum * 3 >= (size - aside) * 2 && quorum <= size
            },
            Rule("quorum", at: "present", ["vi": "Không đủ số người tối thiểu được bỏ phiếu.", "en": "Fewer could vote than the quorum asks for."]) { item, _ in
                (item["present"].integer ?? 0) >= (item["quorum"].integer ?? 0)
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
            "members": .string("Nguyễn Văn Thử, Sở KH&CN; Trần Thị Mẫu, Văn phòng; Lê Văn Ví, Sở Tài chính; Phạm Thị Dụ, Sở Nội vụ; Đỗ Văn Xét, Sở Tư pháp"),
            "size": .integer(5), "present": .integer(4), "conflicts": .string("Lê Văn Ví có người thân làm ở bên cung cấp."), "recused": .string("Lê Văn Ví, Sở Tài chính"),
            "aside": .integer(1), "quorum": .integer(4), "result": .string("open"), "dissent": .string("Phạm Thị Dụ: tài liệu hướng dẫn còn thiếu phần sao lưu."),
        ])

    static let keys = KeyForm("NT", digits: 8)

    static let results = [
        Choice("open", ["vi": "Đang bỏ phiếu", "en": "Voting"]),
        Choice("accepted", ["vi": "Nghiệm thu", "en": "Accepted"]), Choice("conditions", ["vi": "Nghiệm thu sau khi sửa", "en": "Accepted once mended"]),
        Choice("refused", ["vi": "Không nghiệm thu", "en": "Refused"]),
    ]

    /// The votes as they stand, from the minutes' and the votes' values by the names of their fields.
    public static func tally(_ minutes: (String) -> Value, _ votes: [(String) -> Value]) -> AcceptanceTally {
        AcceptanceTally(
            members: AcceptanceTally.names(minutes("members").plain), recused: AcceptanceTally.names(minutes("recused").plain), present: Int(minutes("present").integer ?? 0),
            criteria: AcceptanceVotes.criteria.map(\.code), votes: votes.compactMap { AcceptanceVotes.vote($0) })
    }

    static func tally(_ key: String, _ minutes: Item.Fields, _ records: any Records) throws -> AcceptanceTally {
        tally({ minutes[$0] }, try records.all("acceptance-vote", where: "minutes", is: key).map { found in { found[$0] } })
    }

    /// The result that the votes give; nil while some are missing.
    static func result(_ tally: AcceptanceTally, _ minutes: Item.Fields) -> String? {
        switch tally.outcome {
        case .open, .noQuorum: nil
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

    private static let follow: Consequences = { happenings, records, reading in
        var consequences: [Consequence] = []
        for one in happenings {
            try keepClosed(one, records)
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
            let due = result(try tally(one.key, item, records), item)
            if item["result"].string == "open" {
                if let due { consequences.append(.put("acceptance", one.key, ["result": .string(due)])) }
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
