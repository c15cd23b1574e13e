// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Minutes of the Acceptance Council: who sat, who stood aside, how they voted. What they accept is accepted in the milestone too.
public enum AcceptanceMinutes: RegisterDeclaration {
    public static let register = Register(
        "acceptance", ["vi": "Biên bản hội đồng nghiệm thu", "en": "Minutes of the Acceptance Council"],
        ["vi": "Thành viên, xung đột lợi ích, phiếu bầu, kết quả và ý kiến bảo lưu.", "en": "Members, conflicts of interest, votes, result and dissent."],
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
            Field("present", .integer(0...25), ["vi": "Số người dự", "en": "Present"], .open),
            Field(
                "conflicts", .text(max: 1000), ["vi": "Xung đột lợi ích đã khai", "en": "Conflicts of interest declared"], .official,
                hint: ["vi": "Ghi ai, vì sao; ghi “không” nếu không ai có.", "en": "Who and why; “none” if nobody has one."]),
            Field("aside", .integer(0...25), ["vi": "Số người không bỏ phiếu vì xung đột", "en": "Stood aside for a conflict"], .open),
            Field(
                "quorum", .integer(2...25), ["vi": "Số người tối thiểu để họp", "en": "Quorum"], .open,
                hint: ["vi": "Theo quyết định lập hội đồng; quá nửa hội đồng.", "en": "As the decision says; more than half of the council."]),
            Field("votes_for", .integer(0...25), ["vi": "Phiếu thuận", "en": "For"], .open),
            Field("votes_against", .integer(0...25), ["vi": "Phiếu chống", "en": "Against"], .open),
            Field("abstained", .integer(0...25), ["vi": "Phiếu trắng", "en": "Abstained"], .open),
            Field("result", .choice(results), ["vi": "Kết quả", "en": "Result"], .open, counted: true),
            Field("dissent", .text(max: 2000), ["vi": "Ý kiến bảo lưu", "en": "Dissent"], .open, required: false),
        ],
        rules: [
            SectorRules.past("day"),
            Rule("members", at: "members", ["vi": "Số tên thành viên khác với số thành viên hội đồng.", "en": "There are not as many names as members."]) { item, _ in
                item["members"].plain.split(separator: ";").filter { !String($0).tidied.isEmpty }.count == Int(item["size"].integer ?? 0)
            },
            Rule("present", at: "present", ["vi": "Số người dự nhiều hơn số thành viên.", "en": "More were present than the council has."]) { item, _ in
                (item["present"].integer ?? 0) <= (item["size"].integer ?? 0)
            },
            Rule("quorum-half", at: "quorum", ["vi": "Số người tối thiểu phải quá nửa hội đồng.", "en": "A quorum is more than half of the council."]) { item, _ in
                let (quorum, size) = (item["quorum"].integer ?? 0, item["size"].integer ?? 0)
                return quorum * 2 > size && quorum <= size
            },
            Rule("quorum", at: "present", ["vi": "Không đủ số người tối thiểu được bỏ phiếu.", "en": "Fewer could vote than the quorum asks for."]) { item, _ in
                voters(item) >= (item["quorum"].integer ?? 0)
            },
            Rule("votes", at: "votes_for", ["vi": "Tổng số phiếu khác với số người được bỏ phiếu.", "en": "The votes are not as many as those who could vote."]) { item, _ in
                (item["votes_for"].integer ?? 0) + (item["votes_against"].integer ?? 0) + (item["abstained"].integer ?? 0) == voters(item)
            },
            Rule("majority", at: "result", ["vi": "Kết quả phải theo quá nửa số phiếu.", "en": "The result follows more than half of the votes."]) { item, _ in
                (item["result"].string != "refused") == ((item["votes_for"].integer ?? 0) * 2 > voters(item))
            },
            Rule("dissent", at: "dissent", ["vi": "Có phiếu chống thì ghi ý kiến bảo lưu.", "en": "Where somebody voted against, the dissent is written down."]) { item, _ in
                item["votes_against"].integer == 0 || !item["dissent"].isNull
            },
        ],
        keys: keys, consequences: follow, when: { _, isNew in isNew }, label: ["milestone", "result"],
        example: [
            "number": .string("NT00000001"), "contract": .string("HD000001"), "milestone": .string("MC00000001"), "day": .string("2026-07-03"),
            "decision": .string("45/QĐ-SKHCN"),
            "members": .string("Nguyễn Văn Thử, Sở KH&CN; Trần Thị Mẫu, Văn phòng; Lê Văn Ví, Sở Tài chính; Phạm Thị Dụ, Sở Nội vụ; Đỗ Văn Xét, Sở Tư pháp"),
            "size": .integer(5), "present": .integer(5), "conflicts": .string("Lê Văn Ví có người thân làm ở bên cung cấp."), "aside": .integer(1), "quorum": .integer(4),
            "votes_for": .integer(3), "votes_against": .integer(1), "abstained": .integer(0), "result": .string("accepted"),
            "dissent": .string("Phạm Thị Dụ: tài liệu hướng dẫn còn thiếu phần sao lưu."),
        ])

    static let keys = KeyForm("NT", digits: 8)

    static let results = [
        Choice("accepted", ["vi": "Nghiệm thu", "en": "Accepted"]), Choice("conditions", ["vi": "Nghiệm thu sau khi sửa", "en": "Accepted once mended"]),
        Choice("refused", ["vi": "Không nghiệm thu", "en": "Refused"]),
    ]

    private static func voters(_ item: Item.Fields) -> Int64 { (item["present"].integer ?? 0) - (item["aside"].integer ?? 0) }

    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings where one.isNew {
            guard let item = one.after, let day = item["day"].day, let milestone = try records.find("it-milestone", item["milestone"].plain) else { continue }
            guard milestone["contract"] == item["contract"] else {
                throw Objection(field: "milestone", code: "contract", ["vi": "Mốc này thuộc hợp đồng khác.", "en": "The milestone belongs to another contract."])
            }
            guard let delivered = milestone["delivered"].day, delivered <= day else {
                throw Objection(field: "milestone", code: "undelivered", ["vi": "Đến ngày họp, mốc này chưa được giao.", "en": "By the day of the meeting it was not delivered."])
            }
            guard item["result"].string == "accepted", milestone["accepted"].isNull else { continue }
            consequences.append(.put("it-milestone", milestone.key, ["accepted": item["day"]]))
        }
        return consequences
    }
}
