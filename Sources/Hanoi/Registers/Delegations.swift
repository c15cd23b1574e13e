// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who may act for whom at the city's services: a parent who cannot see well, a brother abroad. It has an end and can be taken back at once.
public enum Delegations: RegisterDeclaration {
    public static let register = Register(
        "delegation", ["vi": "Ủy quyền làm thủ tục", "en": "Delegations"],
        [
            "vi": "Ai được làm thủ tục thay ai, những việc gì, đến ngày nào. Người ủy quyền rút lại lúc nào cũng được.",
            "en": "Who may apply for whom, in which matters and until when. Whoever gave it may take it back at any time.",
        ],
        keptBy: Keepers.peoplesCommittee,
        under: ["vi": "Bộ luật Dân sự 91/2015/QH13, Điều 562 đến 569", "en": "Civil Code 91/2015/QH13, articles 562 to 569"], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã ủy quyền", "en": "Number"], .official),
        fields: [
            Field("grantor", .reference("population"), ["vi": "Người ủy quyền", "en": "Given by"], .personal, filtered: true),
            Field("agent", .reference("population"), ["vi": "Người được ủy quyền", "en": "Given to"], .personal, filtered: true),
            Field("scope", .choice(scopes), ["vi": "Những việc được làm", "en": "Matters"], .personal, counted: true),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .official),
            Field("until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .official),
            Field(
                "basis", .text(max: 200), ["vi": "Căn cứ", "en": "Basis"], .personal, required: false,
                hint: ["vi": "Số giấy ủy quyền đã chứng thực, khi ghi tại quầy.", "en": "The certified paper's number, when entered at the counter."]),
        ],
        rules: [
            Rule("other", at: "agent", ["vi": "Không ai ủy quyền cho chính mình.", "en": "Nobody delegates to themselves."]) { item, _ in item["agent"] != item["grantor"] },
            Rule("order", at: "until", ["vi": "Ngày cuối phải từ ngày đầu trở đi.", "en": "The last day comes no earlier than the first."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until >= from
            },
            Rule("year", at: "until", ["vi": "Một lần ủy quyền kéo dài nhiều nhất một năm.", "en": "A delegation lasts a year at most."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until <= from + 366
            },
        ], term: "until", keys: keys, label: ["scope"],
        example: [
            "number": .string("UQ00000000000001"), "grantor": .string("001045000001"), "agent": .string("001090123456"), "scope": .string("all"),
            "from": .string("2026-11-24"), "until": .string("2027-05-24"),
        ])

    static let keys = KeyForm("UQ", digits: 14)

    static let scopes = [Choice("all", ["vi": "Mọi việc", "en": "Everything"])] + Occasions.all.map { Choice($0.code, $0.title) }
}
