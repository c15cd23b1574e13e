// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Each member's vote on each criterion. With the last one the minutes have their result.
public enum AcceptanceVotes: RegisterDeclaration {
    public static let register = Register(
        "acceptance-vote", ["vi": "Phiếu của hội đồng nghiệm thu", "en": "Votes of the Acceptance Council"],
        ["vi": "Phiếu của từng thành viên ở từng tiêu chí, kèm lý do.", "en": "Every member's vote on every criterion, with the reason."], keptBy: Keepers.science,
        under: [
            "vi": "Thông báo 699/TB-UBND năm 2017; Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP",
            "en": "Announcement 699/TB-UBND of 2017; Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP",
        ], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã phiếu", "en": "Number"], .open),
        fields: [
            Field("minutes", .reference("acceptance"), ["vi": "Biên bản", "en": "Minutes"], .open, filtered: true, lasting: true),
            Field(
                "member", .reference("council-member"), ["vi": "Thành viên", "en": "Member"], .open, filtered: true, lasting: true,
                hint: ["vi": "Mã thành viên ở biên bản, ví dụ TV0000000001.", "en": "The member's number in the minutes, such as TV0000000001."]),
            Field("criterion", .choice(criteria), ["vi": "Tiêu chí", "en": "Criterion"], .open, counted: true),
            Field("vote", .choice(votes), ["vi": "Phiếu", "en": "Vote"], .open, counted: true),
            Field("reason", .text(max: 1000), ["vi": "Lý do", "en": "Reason"], .official, required: false),
            Field(
                "cast", .choice(ways), ["vi": "Cách bỏ phiếu", "en": "How it was cast"], .open, counted: true,
                hint: [
                    "vi": "Ai có tài khoản thì tự bỏ phiếu bằng tài khoản của mình. Phiếu giấy do thư ký nhập.",
                    "en": "Who has an account votes with it. Votes on paper are entered by the secretary.",
                ]),
            Field(
                "paper", .text(max: 64), ["vi": "Mã băm phiếu giấy đã ký (SHA-256)", "en": "Fingerprint of the signed paper (SHA-256)"], .open, when: .init("cast", "paper")),
        ],
        rules: [
            SectorRules.fingerprints("paper"),
            Rule("reason", at: "reason", ["vi": "Không tán thành thì ghi lý do.", "en": "A vote against has its reason."]) { item, _ in
                item["vote"].string != "against" || !item["reason"].isNull
            },
        ],
        keys: keys, consequences: follow, label: ["criterion", "vote"],
        example: [
            "number": .string("PV0000000001"), "minutes": .string("NT00000001"), "member": .string("TV0000000001"), "criterion": .string("function"), "vote": .string("for"),
            "cast": .string("account"),
        ])

    static let keys = KeyForm("PV", digits: 10)

    /// Every one of them is voted on, and every one must pass.
    public static let criteria = [
        Choice("function", ["vi": "Đúng chức năng đã đặt", "en": "The functions that were ordered"]),
        Choice("quality", ["vi": "Đạt chỉ tiêu chất lượng", "en": "The measures of quality"]), Choice("security", ["vi": "An toàn thông tin", "en": "Security"]),
        Choice("documents", ["vi": "Tài liệu và mã nguồn bàn giao", "en": "Documents and source handed over"]),
    ]

    static let votes = [
        Choice("for", ["vi": "Tán thành", "en": "For"]), Choice("against", ["vi": "Không tán thành", "en": "Against"]),
        Choice("abstain", ["vi": "Không ý kiến", "en": "Abstains"]),
    ]

    static let ways = [Choice("account", ["vi": "Bằng tài khoản của mình", "en": "With their own account"]), Choice("paper", ["vi": "Bằng phiếu giấy", "en": "On paper"])]

    static func vote(_ value: (String) -> Value) -> CouncilVote? {
        value("vote").string.flatMap { CouncilVote.Choice(rawValue: $0) }.map {
            CouncilVote(member: value("member").plain, criterion: value("criterion").plain, $0, reason: value("reason").plain)
        }
    }

    private static let closed = Objection(
        field: "minutes", code: "closed", ["vi": "Biên bản đã có kết quả; phiếu không thêm, không sửa được nữa.", "en": "The minutes have their result; votes stay as they are."])

    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings {
            guard let item = one.after ?? one.before, let minutes = try records.find("acceptance", item["minutes"].plain) else { continue }
            let standing = try records.find("acceptance-vote", one.key)
            if let before = one.before?["minutes"] ?? standing?["minutes"], before != item["minutes"] {
                throw Objection(field: "minutes", code: "moved", ["vi": "Phiếu không chuyển sang biên bản khác.", "en": "A vote does not move to other minutes."])
            }
            let isClosed = minutes["result"].string != "open"
            // A vote that stands already is not new, whatever day before it a change is entered for.
            let isNew = one.isNew && standing.map { $0.since <= one.effective } ?? true
            guard !isClosed || isNew else { throw closed }
            let council = try records.all("council-member", where: "minutes", is: minutes.key)
            for vote in [one.before, standing?.fields, one.after].compactMap({ $0 }) { try keepOwn(vote, council, one.author, records) }
            let tally = try AcceptanceMinutes.tally(minutes.key, minutes.fields, records)
            if let after = one.after, let cast = vote({ after[$0] }) {
                if let flaw = tally.flaw { throw Objection(field: "minutes", code: "council", flaw.text) }
                if let fault = tally.fault(of: cast) { throw objection(fault) }
                try keepPaper(after, minutes.key, records)
            }
            let result = AcceptanceMinutes.result(tally, minutes.fields)
            if isClosed {
                // The votes of one act are entered together; the first of them has closed the minutes already.
                guard minutes["result"].string == result else { throw closed }
            } else if let result {
                consequences.append(try AcceptanceMinutes.closing(minutes.key, minutes.fields, result, records))
            }
        }
        return consequences
    }

    /// A vote is its member's: cast with their own account, or entered by the secretary from the paper that they signed.
    private static func keepOwn(_ vote: Item.Fields, _ council: [Found], _ author: Author, _ records: any Records) throws {
        guard let member = council.first(where: { $0.key == vote["member"].plain }) else { return }
        let servant = member["servant"].string
        if vote["cast"].string == "account" {
            guard let servant, servant == author.servant else {
                throw Objection(
                    field: "cast", code: "own-account",
                    ["vi": "Phiếu bằng tài khoản chỉ do chính thành viên ấy nhập và sửa.", "en": "Only the member enters and changes a vote that is cast with their account."])
            }
            return
        }
        if let servant, try CouncilMembers.votesByAccount(servant, records) {
            throw Objection(
                field: "cast", code: "has-account",
                ["vi": "Thành viên này có tài khoản nên tự bỏ phiếu, không nhập thay từ phiếu giấy.", "en": "This member has an account and votes with it, not on paper."])
        }
        guard CouncilMembers.isSecretary(author, of: council) else {
            throw Objection(field: "cast", code: "secretary", ["vi": "Phiếu giấy do thư ký hội đồng nhập.", "en": "Votes on paper are entered by the council's secretary."])
        }
    }

    /// One paper is one member's.
    private static func keepPaper(_ vote: Item.Fields, _ minutes: String, _ records: any Records) throws {
        guard let paper = vote["paper"].string else { return }
        let others = try records.all("acceptance-vote", where: "minutes", is: minutes).filter { $0["member"] != vote["member"] }
        guard others.contains(where: { $0["paper"].string == paper }) else { return }
        throw Objection(field: "paper", code: "paper", ["vi": "Phiếu giấy này là của thành viên khác.", "en": "This paper is another member's."])
    }

    private static func objection(_ fault: AcceptanceTally.Fault) -> Objection {
        switch fault {
        case .notAMember: Objection(field: "member", code: "member", ["vi": "Biên bản không có thành viên này.", "en": "The minutes have no such member."])
        case .conflict:
            Objection(
                field: "member", code: "conflict",
                ["vi": "Thành viên này đã khai xung đột lợi ích nên không bỏ phiếu.", "en": "This member declared a conflict of interest and does not vote."])
        case .absent: Objection(field: "member", code: "absent", ["vi": "Thành viên này vắng mặt nên không bỏ phiếu.", "en": "This member is absent and does not vote."])
        case .twice: Objection(field: "criterion", code: "twice", ["vi": "Thành viên này đã bỏ phiếu ở tiêu chí này.", "en": "This member has voted on this criterion."])
        }
    }
}
