// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What the fund for re-investment may be spent on: each purpose with the decision that approved it and the most it may cost.
public enum FundPurposes: RegisterDeclaration {
    public static let register = Register(
        "fund-purpose", ["vi": "Mục chi Quỹ tái đầu tư", "en": "Purposes of the re-investment fund"],
        [
            "vi": "Những việc Quỹ tái đầu tư công nghệ thông tin được chi, theo quyết định nào, nhiều nhất bao nhiêu.",
            "en": "What the fund for re-investment in information technology may pay for, by which decision, and how much at most.",
        ],
        keptBy: Keepers.finance, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .asNeeded,
        key: Field("code", keys.kind, ["vi": "Mã mục chi", "en": "Code"], .open),
        fields: [
            Field("title", .text(max: 200), ["vi": "Việc", "en": "Purpose"], .open, searched: true),
            Field("sort", .choice(sorts), ["vi": "Loại", "en": "Kind"], .open, counted: true),
            Field("decision", .text(max: 60), ["vi": "Quyết định phê duyệt", "en": "Approved by decision"], .open),
            Field("approved", .money, ["vi": "Mức được chi", "en": "Approved amount"], .open),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .open), Field("until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .open),
        ],
        rules: [
            Rule("order", at: "until", ["vi": "Ngày cuối phải từ ngày đầu trở đi.", "en": "The last day comes no earlier than the first."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until >= from
            }
        ], term: "until", keys: keys, label: ["title"],
        example: [
            "code": .string("QT0001"), "title": .string("Thay máy chủ trung tâm dữ liệu"), "sort": .string("equipment"), "decision": .string("12/QĐ-UBND"),
            "approved": .integer(500_000_000), "from": .string("2026-01-01"), "until": .string("2026-12-31"),
        ])

    static let keys = KeyForm("QT", digits: 4)

    static let sorts = [
        Choice("equipment", ["vi": "Thiết bị", "en": "Equipment"]), Choice("software", ["vi": "Phần mềm", "en": "Software"]),
        Choice("training", ["vi": "Đào tạo", "en": "Training"]), Choice("operation", ["vi": "Vận hành", "en": "Operation"]),
    ]
}
