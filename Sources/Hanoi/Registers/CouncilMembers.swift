// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who sits in the Acceptance Council at a meeting: civil servants by their number, experts from outside by name, and what conflicts they declared.
public enum CouncilMembers: RegisterDeclaration {
    public static let register = Register(
        "council-member", ["vi": "Thành viên hội đồng nghiệm thu", "en": "Members of the Acceptance Council"],
        [
            "vi": "Ai dự lần họp nào: vai trò, có mặt hay vắng, xung đột lợi ích đã khai.",
            "en": "Who sits at which meeting: role, presence, conflicts of interest declared.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "Thông báo 699/TB-UBND năm 2017; Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP",
            "en": "Announcement 699/TB-UBND of 2017; Decree 73/2019/NĐ-CP, amended by Decree 82/2024/NĐ-CP",
        ], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã thành viên", "en": "Number"], .open),
        fields: [
            Field("minutes", .reference("acceptance"), ["vi": "Biên bản", "en": "Minutes"], .open, filtered: true, lasting: true),
            Field("sort", .choice(sorts), ["vi": "Diện", "en": "Kind"], .open, counted: true),
            Field(
                "servant", .reference("civil-servant"), ["vi": "Số hiệu cán bộ", "en": "Servant number"], .official, filtered: true, lasting: true,
                when: .init("sort", "servant")),
            Field(
                "name", .name, ["vi": "Họ và tên", "en": "Full name"], .official, searched: true,
                hint: ["vi": "Cán bộ: đúng như ở sổ cán bộ.", "en": "Of a servant as the register of servants has it."]),
            Field("organization", .text(max: 200), ["vi": "Cơ quan, chức vụ", "en": "Office and post"], .official),
            Field("role", .choice(roles), ["vi": "Vai trò", "en": "Role"], .open, counted: true),
            Field("attendance", .choice(attendances), ["vi": "Dự họp", "en": "Attendance"], .open, counted: true),
            Field(
                "conflict", .text(max: 1000), ["vi": "Xung đột lợi ích đã khai", "en": "Conflict of interest declared"], .official, required: false,
                hint: ["vi": "Ghi vì sao; để trống nếu không có. Có ghi thì không bỏ phiếu.", "en": "Why; empty if there is none. Who has one does not vote."]),
        ],
        rules: [
            Rule("lead", at: "role", ["vi": "Chủ tịch và thư ký phải là cán bộ của thành phố.", "en": "Chair and secretary are civil servants of the city."]) { item, _ in
                item["role"].string == "member" || item["sort"].string == "servant"
            }
        ],
        keys: keys, consequences: follow, label: ["name", "role"],
        example: [
            "number": .string("TV0000000001"), "minutes": .string("NT00000001"), "sort": .string("servant"), "servant": .string("CB000001"),
            "name": .string("Nguyễn Văn Thử"), "organization": .string("Sở Khoa học và Công nghệ, Phó Giám đốc"), "role": .string("chair"),
            "attendance": .string("present"), "conflict": .string("Có người thân làm ở bên cung cấp."),
        ])

    static let keys = KeyForm("TV", digits: 10)

    static let sorts = [
        Choice("servant", ["vi": "Cán bộ của thành phố", "en": "Civil servant of the city"]), Choice("expert", ["vi": "Chuyên gia mời ngoài", "en": "Expert from outside"]),
    ]

    static let roles = [
        Choice("chair", ["vi": "Chủ tịch", "en": "Chair"]), Choice("secretary", ["vi": "Thư ký", "en": "Secretary"]), Choice("member", ["vi": "Ủy viên", "en": "Member"]),
    ]

    static let attendances = [Choice("present", ["vi": "Có mặt", "en": "Present"]), Choice("absent", ["vi": "Vắng", "en": "Absent"])]

    /// A member as the tally takes it.
    static func member(_ value: (String) -> Value) -> CouncilMember? {
        CouncilMember.Role(rawValue: value("role").plain).map { role in
            CouncilMember(
                key: value("number").plain, name: value("name").plain, role: role, isServant: value("sort").string == "servant",
                isPresent: value("attendance").string == "present", isRecused: !value("conflict").isNull)
        }
    }

    // MARK: Who enters for whom

    /// Whether somebody has an account that can vote: those of communes are bound to their commune and cannot enter for the city.
    static func votesByAccount(_ servant: String, _ records: any Records) throws -> Bool {
        guard let post = try records.find("civil-servant", servant), post["commune"].isNull else { return false }
        return try records.holdsAccount(servant: servant)
    }

    /// Papers are entered by the council's secretary; by the operator where they are loaded with the votes of earlier years.
    static func isSecretary(_ author: Author, of council: [Found]) -> Bool {
        if author.isOperator { return true }
        guard let servant = author.servant else { return false }
        return council.contains { $0["role"].string == "secretary" && $0["servant"].string == servant }
    }

    // MARK: What follows

    private static func objection(_ field: String, _ code: String, _ vi: String, _ en: String) -> Objection { Objection(field: field, code: code, Text(vi: vi, en: en)) }

    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings {
            let standing = try records.find("council-member", one.key)
            guard let item = one.after ?? one.before, let minutes = try records.find("acceptance", item["minutes"].plain) else { continue }
            if let before = one.before?["minutes"] ?? standing?["minutes"], before != item["minutes"] {
                throw objection("minutes", "moved", "Thành viên không chuyển sang biên bản khác.", "A member does not move to other minutes.")
            }
            guard minutes["result"].string == "open" else {
                throw objection("minutes", "closed", "Biên bản đã có kết quả; thành viên không đổi được nữa.", "The minutes have their result; their members stay as they are.")
            }
            let council = try records.all("council-member", where: "minutes", is: minutes.key)
            if let after = one.after { try judge(after, one, council, records) }
            // What was declared stays declared, and who declared it stays in the list.
            if let conflict = one.before?["conflict"], !conflict.isNull, one.after?["conflict"].isNull ?? true {
                throw objection(
                    "conflict", "kept", "Xung đột đã khai thì không rút lại ở biên bản này.", "A conflict that was declared is not taken back in these minutes.")
            }
            let votes = try records.all("acceptance-vote", where: "minutes", is: minutes.key)
            guard !votes.isEmpty else { continue }
            try keepCouncil(one, standing, council, votes, records)
            let tally = try AcceptanceMinutes.tally(minutes.key, minutes.fields, records)
            if let result = AcceptanceMinutes.result(tally, minutes.fields) {
                consequences.append(try AcceptanceMinutes.closing(minutes.key, minutes.fields, result, records))
            }
        }
        return consequences
    }

    private static func judge(_ after: Item.Fields, _ one: Happening, _ council: [Found], _ records: any Records) throws {
        let others = council.filter { $0.key != one.key }
        if let servant = after["servant"].string {
            if one.isNew || one.changed("servant") || one.changed("name"), let post = try records.find("civil-servant", servant), post["name"] != after["name"] {
                throw objection("name", "servant-name", "Họ tên khác với sổ cán bộ.", "The name is another one than in the register of civil servants.")
            }
            if others.contains(where: { $0["servant"].string == servant }) {
                throw objection("servant", "twice", "Cán bộ này đã có trong hội đồng.", "This civil servant is in the council already.")
            }
        } else if others.contains(where: { $0["servant"].isNull && $0["name"].plain.folded == after["name"].plain.folded }) {
            throw objection("name", "twice", "Chuyên gia này đã có trong hội đồng.", "This expert is in the council already.")
        }
        guard let role = after["role"].string, role != "member", others.contains(where: { $0["role"].string == role }) else { return }
        throw objection("role", "one", "Hội đồng có một chủ tịch, một thư ký.", "A council has one chair and one secretary.")
    }

    /// Once votes are cast nobody joins and nobody is taken out. A member may still declare a conflict, or leave without having voted.
    private static func keepCouncil(_ one: Happening, _ standing: Found?, _ council: [Found], _ votes: [Found], _ records: any Records) throws {
        let voting = objection(
            "", "voting", "Đã có phiếu nên danh sách thành viên giữ nguyên; chỉ còn ghi được xung đột mới khai, hoặc người ra về khi chưa bỏ phiếu.",
            "Votes were cast, so the list of members stays. What may still be entered is a conflict that is declared now, or that somebody left before voting.")
        guard one.before != nil, let after = one.after, standing.map({ $0.since <= one.effective }) ?? true else { throw voting }
        guard register.fields.allSatisfy({ ["conflict", "attendance"].contains($0.name) || !one.changed($0.name) }) else { throw voting }
        if one.changed("attendance"), after["attendance"].string == "present" || votes.contains(where: { $0["member"].string == one.key }) { throw voting }
        let isOwn: Bool
        if let servant = after["servant"].string, try votesByAccount(servant, records) {
            isOwn = one.author.servant == servant
        } else {
            isOwn = isSecretary(one.author, of: council)
        }
        guard isOwn else {
            throw objection(
                "", "own-account", "Khi đã có phiếu, việc này do chính thành viên ghi bằng tài khoản của mình; ai không có tài khoản thì thư ký ghi.",
                "Once votes were cast, the member enters this with their own account; for who has none the secretary does.")
        }
    }
}
