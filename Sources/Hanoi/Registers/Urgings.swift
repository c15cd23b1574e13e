// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Letters that remind an office of what is late, and what it answered.
public enum Urgings: RegisterDeclaration {
    public static let register = Register(
        "urging", ["vi": "Đôn đốc", "en": "Urgings"],
        ["vi": "Đôn đốc đơn vị nào, theo chỉ đạo nào, việc gì chậm, trả lời thế nào.", "en": "Which office was urged, under which instruction, what is late, and the answer."],
        keptBy: Keepers.cityOffice, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã đôn đốc", "en": "Number"], .official),
        fields: [
            Field("office", .choice(Offices.all), ["vi": "Gửi đơn vị", "en": "To"], .official, counted: true),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official, required: false, counted: true, jurisdiction: true),
            Field(
                "instruction", .choice(Announcement699.instructions.map { Choice($0.id, Text(vi: "\($0.id) \($0.title.vi)", en: "\($0.id) \($0.title.en)")) }),
                ["vi": "Chỉ đạo", "en": "Instruction"], .official, counted: true),
            Field("late", .text(max: 1000), ["vi": "Việc chậm", "en": "What is late"], .official, searched: true),
            Field(
                "records", .text(max: 2000), ["vi": "Hồ sơ nào", "en": "Which records"], .official, required: false, hint: ["vi": "Sổ và mã hồ sơ.", "en": "Register and keys."]),
            Field("sent", .day, ["vi": "Gửi ngày", "en": "Sent on"], .official), Field("due", .day, ["vi": "Trả lời trước hết ngày", "en": "Answer due"], .official),
            Field("answered", .day, ["vi": "Trả lời ngày", "en": "Answered on"], .official, required: false),
            Field("answer", .text(max: 2000), ["vi": "Nội dung trả lời", "en": "Answer"], .official, required: false),
            // A cell of a spreadsheet takes some more.
            Field(
                "annex", .text(max: 30_000), ["vi": "Phụ lục ngày gửi", "en": "Annex on the day of sending"], .official, required: false,
                hint: ["vi": "Số chậm, chỉ số, mã từng hồ sơ; máy ghi khi gửi.", "en": "How many, which figure, each record's key; written when the letter is sent."]),
        ],
        rules: [
            SectorRules.commune, SectorRules.past("sent"), SectorRules.past("answered"), SectorRules.order("sent", "due"), SectorRules.order("sent", "answered"),
            Rule("answer", at: "answer", ["vi": "Ngày trả lời và nội dung đi cùng nhau.", "en": "The day and the words of an answer go together."]) { item, _ in
                item["answered"].isNull == item["answer"].isNull
            },
        ],
        keys: keys,
        checks: [
            Check("unanswered", dueFrom: ["vi": "Quá hạn trả lời đôn đốc", "en": "Not answered in time"]) { found, _ in
                found["answered"].isNull ? found["due"].day.map { $0 + 1 } : nil
            }
        ],
        label: ["instruction", "office"],
        example: [
            "number": .string("DD00000001"), "office": .string("commune-police"), "commune": .string("00004"), "instruction": .string("8.b"),
            "late": .string("Chưa xác nhận cập nhật dân cư ngày 20 và 21/11/2026."), "records": .string("daily-signoff 00004-2026-11-20-population"),
            "sent": .string("2026-11-22"), "due": .string("2026-11-25"), "answered": .string("2026-11-23"), "answer": .string("Đã nhập bù và xác nhận."),
            "annex": .string("2 signed: 2026-11-20, 2026-11-21"),
        ])

    static let keys = KeyForm("DD", digits: 8)
}
