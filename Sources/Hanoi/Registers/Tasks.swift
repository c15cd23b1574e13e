// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Questions that an act has opened and somebody must answer: who heads the household now, who represents the enterprise.
public enum Tasks: RegisterDeclaration {
    public static let register = Register(
        "task", ["vi": "Việc cần giải quyết", "en": "Open questions"],
        [
            "vi": "Việc phát sinh từ một thay đổi: chọn chủ hộ mới, cử người đại diện mới. Xong thì đóng.",
            "en": "What a change leaves to be settled: a new head of household, a new representative. Closed when done.",
        ],
        keptBy: Keepers.peoplesCommittee,
        under: ["vi": "Luật Tổ chức chính quyền địa phương 72/2025/QH15", "en": "Law on Organisation of Local Government 72/2025/QH15"], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã việc", "en": "Number"], .official),
        fields: [
            Field("kind", .choice(kinds), ["vi": "Việc", "en": "Question"], .official, counted: true),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official, counted: true, jurisdiction: true),
            Field("household", .reference("household"), ["vi": "Hộ", "en": "Household"], .official, required: false, lasting: true),
            Field("enterprise", .reference("enterprise"), ["vi": "Doanh nghiệp", "en": "Enterprise"], .official, required: false, lasting: true),
            Field(
                "officer", .reference("civil-servant"), ["vi": "Cán bộ phụ trách", "en": "Officer in charge"], .official, required: false, filtered: true, lasting: true,
                hint: ["vi": "Số hiệu cán bộ; để trống thì cả đơn vị cùng thấy.", "en": "The servant's number; empty means the whole unit."]),
            Field("opened", .day, ["vi": "Ngày mở", "en": "Opened on"], .official),
            Field("due", .day, ["vi": "Hạn xong", "en": "Due"], .official),
            Field("note", .text(max: 500), ["vi": "Ghi chú", "en": "Note"], .official, required: false, searched: true),
        ],
        rules: [
            Rule("due", at: "due", ["vi": "Hạn xong phải từ ngày mở trở đi.", "en": "It cannot be due before it is opened."]) { item, _ in
                guard let opened = item["opened"].day, let due = item["due"].day else { return true }
                return due >= opened
            },
            Rule("subject", at: "household", ["vi": "Ghi hộ hoặc doanh nghiệp có việc.", "en": "Name the household or the enterprise."]) { item, _ in
                !item["household"].isNull || !item["enterprise"].isNull
            },
        ],
        keys: keys,
        consequences: { happenings, records, _ in
            // A household is not left without a head by closing the question.
            for one in happenings where one.after == nil && one.before?["kind"].string == "household-head" {
                let members = try records.all("population", where: "household", is: one.before!["household"].plain)
                guard members.isEmpty || members.contains(where: { $0["relation"].string == "head" }) else {
                    throw Objection(
                        field: "", code: "no-head",
                        [
                            "vi": "Hộ chưa có chủ hộ mới; ghi chủ hộ mới thì việc này tự đóng.",
                            "en": "The household has no new head yet; this closes by itself once one is entered.",
                        ])
                }
            }
            return []
        }, when: { _, _ in false },
        checks: [Check("late", dueFrom: ["vi": "Quá hạn giải quyết", "en": "Past its due day"]) { found, _ in found["due"].day.map { $0 + 1 } }],
        label: ["kind"],
        example: [
            "number": .string("VC00000000000001"), "kind": .string("household-head"), "commune": .string("00004"), "household": .string("1000000001"),
            "opened": .string("2026-11-20"), "due": .string("2026-11-27"),
        ])

    static let keys = KeyForm("VC", digits: 14)

    static let kinds = [
        Choice("household-head", ["vi": "Chọn chủ hộ mới", "en": "Choose a new head of household"]),
        Choice("representative", ["vi": "Cử người đại diện mới", "en": "Name a new representative"]),
    ]

    /// The content of a new task that is due after so many days.
    static func item(_ kind: String, commune: Value, from day: Day, days: Int, household: String? = nil, enterprise: String? = nil) -> [String: Value] {
        [
            "kind": .string(kind), "commune": commune, "household": household.map(Value.string) ?? .null, "enterprise": enterprise.map(Value.string) ?? .null,
            "opened": .string(day.description), "due": .string((day + days).description),
        ]
    }
}
