// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Examinations of how an office keeps its register. The draw is entered first, and its seed comes from that entry: so that nobody chooses it, no
/// draw is hidden, and anyone can draw the same sample again.
public enum Inspections: RegisterDeclaration {
    public static let register = Register(
        name, ["vi": "Kiểm tra cập nhật dữ liệu", "en": "Inspections"],
        [
            "vi": "Mỗi lần rút mẫu một hồ sơ: đơn vị nào, sổ nào, mẫu bao nhiêu, số chọn mẫu từ đâu, sai bao nhiêu.",
            "en": "A record for each draw: which office and register, how many records, where the seed comes from, how many were wrong.",
        ],
        keptBy: Keepers.cityOffice, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã cuộc kiểm tra", "en": "Number"], .open),
        fields: [
            Field("state", .choice(states), ["vi": "Tình trạng", "en": "State"], .open, counted: true),
            Field("office", .choice(Offices.all), ["vi": "Đơn vị được kiểm tra", "en": "Office examined"], .open, counted: true),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, required: false, counted: true),
            Field("register", .text(max: 60), ["vi": "Sổ", "en": "Register"], .open, filtered: true, hint: ["vi": "Ví dụ: population", "en": "For example: population"]),
            Field("day", .day, ["vi": "Kiểm tra ngày", "en": "Examined on"], .open),
            Field("sample", .integer(1...200), ["vi": "Số hồ sơ rút", "en": "Records to draw"], .open),
            Field("source", .choice(sources), ["vi": "Số chọn mẫu lấy từ", "en": "Where the seed comes from"], .open, counted: true),
            Field(
                "announcement", .text(max: 300), ["vi": "Công bố ở đâu, lúc nào", "en": "Where and when it was announced"], .open, when: .init("source", "announced"),
                hint: ["vi": "Ví dụ: Công báo, số và ngày.", "en": "Such as the gazette, its number and day."]),
            Field(
                "seed", .code(CodePattern([.digits(1...19)])), ["vi": "Số chọn mẫu", "en": "Seed of the sample"], .open, required: false,
                hint: [
                    "vi": "Để trống: chương trình lấy từ mục nhật ký của lần rút này. Chỉ gõ số đã công bố.",
                    "en": "Leave it empty: the program takes it from this draw's entry in the journal. Type an announced one only.",
                ]),
            Field("drawn", .text(max: 30), ["vi": "Thời điểm rút mẫu", "en": "Moment of drawing"], .open, required: false, hint: byItself),
            Field("inspector", .text(max: 120), ["vi": "Người rút mẫu", "en": "Drawn by"], .official, required: false, filtered: true, hint: byItself),
            Field(
                "turn", .integer(1...100_000), ["vi": "Lần rút thứ mấy trong 30 ngày", "en": "Which draw in 30 days"], .open, required: false,
                hint: [
                    "vi": "Của cùng người, cùng sổ, cùng phường, xã. Để trống: chương trình tự ghi.",
                    "en": "Of the same person, register and commune. Leave it empty: the program writes it.",
                ]),
            Field("among", .integer(0...1_000_000_000), ["vi": "Rút trong số", "en": "Drawn among"], .open, required: false, hint: byItself),
            Field("checked", .integer(0...200), ["vi": "Số hồ sơ kiểm tra", "en": "Records examined"], .open, required: false, hint: atClosing),
            Field("wrong", .integer(0...200), ["vi": "Số hồ sơ có sai sót", "en": "Records with faults"], .open, required: false, hint: atClosing),
            Field("findings", .text(max: 2000), ["vi": "Kết luận", "en": "Conclusion"], .official, required: false, searched: true),
        ],
        rules: [
            SectorRules.commune, SectorRules.declared(), SectorRules.past("day"),
            Rule("announced", at: "seed", ["vi": "Số đã công bố thì gõ ở đây.", "en": "An announced seed is typed here."]) { item, _ in
                item["source"].string != "announced" || !item["seed"].isNull
            },
            Rule(
                "by-commune", at: "commune", ["vi": "Sổ này không chia theo phường, xã; để trống.", "en": "This register is not kept by communes; leave it empty."]
            ) { item, _ in
                item["commune"].isNull || City.registers.first { $0.name == item["register"].string }?.jurisdiction != nil
            },
        ],
        keys: keys, consequences: follow, foresight: foresight, label: ["register", "office"],
        example: [
            "number": .string("KTR000001"), "state": .string("closed"), "office": .string("commune-police"), "commune": .string("00004"), "register": .string("population"),
            "day": .string("2026-10-05"), "sample": .integer(50), "source": .string("journal"), "seed": .string("482915037261948305"),
            "drawn": .string("2026-10-05T01:00:00.000Z"), "inspector": .string("officer:thanhtra"), "turn": .integer(1), "among": .integer(41250),
            "checked": .integer(50), "wrong": .integer(2), "findings": .string("Hai hồ sơ thiếu số điện thoại đã có trong giấy tờ."),
        ])

    static let name = "inspection"
    static let keys = KeyForm("KTR", digits: 6)
    static let states = [Choice("drawn", ["vi": "Đã rút mẫu, đang kiểm tra", "en": "Drawn, being examined"]), Choice("closed", ["vi": "Đã kết luận", "en": "Closed"])]
    static let sources = [
        Choice("journal", ["vi": "Mục nhật ký của lần rút này, không ai chọn được", "en": "The draw's own entry in the journal, which nobody can choose"]),
        Choice("announced", ["vi": "Số đã công bố trước", "en": "A number announced before"]),
    ]
    private static let byItself: Text = ["vi": "Để trống: chương trình tự ghi.", "en": "Leave it empty: the program writes it."]
    private static let atClosing: Text = ["vi": "Chương trình đếm từ các sai sót khi kết luận.", "en": "The program counts the findings when it is closed."]

    /// So long a person's draws from the same records are counted together.
    static let turnDays = 30

    /// What the program writes with the draw, and what stays as it was drawn.
    private static let written = ["seed", "drawn", "inspector", "turn", "among"]
    private static let fixed = ["office", "commune", "register", "day", "sample", "source", "announcement"]

    private static let stays = Objection(
        field: "", code: "drawn",
        ["vi": "Lần rút mẫu đã ghi thì giữ nguyên, không xóa. Cần mẫu khác thì rút lần nữa.", "en": "A draw that was entered stays as it is. For another sample draw once more."])

    private static let concluded = Objection(
        field: "", code: "closed", ["vi": "Cuộc kiểm tra đã kết luận; kết luận giữ nguyên.", "en": "The inspection is closed; its conclusion stays as it is."])

    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings {
            guard let item = one.after, let origin = try records.origin(of: name, one.key) else { throw stays }
            guard let before = one.before else {
                // What is entered for a day before the draw's own is no new draw.
                guard origin.isAll else { throw stays }
                consequences.append(.put(name, one.key, try values(drawing: item, origin, records)))
                continue
            }
            // Only the program's own step fills what it writes; nobody changes it after that.
            let isKept = fixed.allSatisfy { before[$0] == item[$0] } && written.allSatisfy { before[$0].isNull || before[$0] == item[$0] }
            guard isKept else { throw stays }
            // The office was told what was concluded: it stays, also where a change is dated before the closing.
            let latest = try records.find(name, one.key)?.fields ?? item
            for said in [before, latest] where said["state"].string == "closed" && said["findings"] != item["findings"] { throw concluded }
            if let counted = try counts(one.key, before, item, records) { consequences.append(.put(name, one.key, counted)) }
        }
        return consequences
    }

    /// A draw asks how many records there are.
    private static let foresight: Foresight = { item, _ in
        guard item["state"].string == "drawn", item["among"].isNull, let register = item["register"].string else { return nil }
        return .list(WholeList(of: register, in: item["commune"].string))
    }

    /// What the entry of a draw says by itself: the seed, the moment, who, which time, among how many.
    private static func values(drawing item: Item.Fields, _ origin: Origin, _ records: any Records) throws -> [String: Value] {
        guard item["state"].string == "drawn", item["checked"].isNull, item["wrong"].isNull else {
            throw Objection(field: "state", code: "first-drawn", ["vi": "Rút mẫu trước, kết luận sau.", "en": "The sample is drawn first and closed later."])
        }
        let isAnnounced = item["source"].string == "announced"
        if let typed = written.first(where: { !item[$0].isNull && !(isAnnounced && $0 == "seed") }) { throw Objection(field: typed, code: "by-itself", byItself) }
        let seed = isAnnounced ? item["seed"].plain : origin.seed
        // The list's moment lies before the seed's, so that nobody makes a list for a seed.
        let (known, among) = try records.counted(WholeList(of: item["register"].plain, in: item["commune"].string), before: origin.recorded)
        guard among > 0 else { throw Objection(field: "register", code: "empty", ["vi": "Không có hồ sơ nào để rút.", "en": "There is no record to draw."]) }
        let since = origin.recorded.day + -turnDays
        let others = try records.all(name, where: "inspector", is: origin.author).filter { other in
            other["register"] == item["register"] && other["commune"] == item["commune"] && (Instant(other["drawn"].plain).map { $0.day >= since } ?? false)
        }
        return [
            "seed": .string(seed), "drawn": .string(known.description), "inspector": .string(origin.author), "turn": .integer(Int64(others.count + 1)),
            "among": .integer(Int64(among)),
        ]
    }

    /// Counts follow from the findings, once it is closed; nil when they stand already.
    private static func counts(_ key: String, _ before: Item.Fields, _ item: Item.Fields, _ records: any Records) throws -> [String: Value]? {
        guard item["state"].string == "closed" else {
            guard before["state"].string != "closed", item["checked"].isNull, item["wrong"].isNull else { throw stays }
            return nil
        }
        let found = try records.all(InspectionFindings.name, where: "inspection", is: key)
        let checked = min(item["sample"].integer ?? 0, item["among"].integer ?? 0)
        let wrong = Int64(Set(found.map { $0["record"].plain }).count)
        for (field, count) in [("checked", checked), ("wrong", wrong)] where !item[field].isNull && item[field].integer != count {
            throw Objection(field: field, code: "counted", Text(vi: "Đếm từ các sai sót đã ghi: \(count).", en: "Counted from the findings: \(count)."))
        }
        return item["checked"].isNull || item["wrong"].isNull ? ["checked": .integer(checked), "wrong": .integer(wrong)] : nil
    }
}
