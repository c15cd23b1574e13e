// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Hours in which students show people how to use public services online: planned, and then done or missed.
///
/// What came of a shift is measured where the guide begins it on this system (`HelpShift`); numbers are stated here only where a paper list was kept.
public enum GuidingShifts: RegisterDeclaration {
    public static let register = Register(
        "guiding-shift", ["vi": "Ca hướng dẫn của học sinh, sinh viên", "en": "Guiding shifts of students"],
        [
            "vi": "Học sinh, sinh viên nào hướng dẫn ở đâu, mấy giờ; ca đã lên lịch, đã làm hay vắng.",
            "en": "Who guides where and when; whether the shift is planned, done or missed.",
        ],
        keptBy: Keepers.education, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .weekly,
        key: Field("number", keys.kind, ["vi": "Mã ca", "en": "Number"], .open),
        fields: [
            Field(
                "student", .reference("population"), ["vi": "Học sinh, sinh viên", "en": "Student"], .personal, filtered: true, lasting: true,
                alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Số định danh học sinh, sinh viên")),
            Field("school", .text(max: 150), ["vi": "Trường", "en": "School"], .official, searched: true, alsoCalled: ["Trường học", "Tên trường"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, alsoCalled: Heads.communes),
            Field("place", .text(max: 150), ["vi": "Nơi hướng dẫn", "en": "Place"], .open), Field("day", .day, ["vi": "Ngày", "en": "Day"], .open, filtered: true),
            Field("from", hour, ["vi": "Từ giờ", "en": "From"], .open, required: false, hint: ["vi": "Ví dụ 08:00.", "en": "Such as 08:00."]),
            Field("until", hour, ["vi": "Đến giờ", "en": "Until"], .open, required: false, hint: ["vi": "Ví dụ 11:30.", "en": "Such as 11:30."]),
            Field("state", .choice(states), ["vi": "Tình trạng", "en": "State"], .open, counted: true),
            Field(
                "source", .choice(sources), ["vi": "Số liệu lấy từ đâu", "en": "Where the figures come from"], .open, counted: true, when: .init("state", "done"),
                hint: [
                    "vi": "Ca bắt đầu ở trang “Hướng dẫn người dân” được hệ thống đo và tự ghi đã làm.",
                    "en": "A shift begun on the page “Helping people” is measured, and entered as done by itself.",
                ]),
            Field(
                "dossiers", .integer(0...500), ["vi": "Số hồ sơ đã hướng dẫn (kê khai)", "en": "Dossiers guided (stated)"], .open, when: .init("source", "stated"),
                alsoCalled: ["Số hồ sơ hướng dẫn"]),
            Field(
                "succeeded", .integer(0...500), ["vi": "Số hồ sơ đạt ngay lần đầu (kê khai)", "en": "Succeeded at first (stated)"], .open, when: .init("source", "stated")),
            Field("certificate", .text(max: 60), ["vi": "Giấy chứng nhận", "en": "Certificate"], .official, required: false),
        ],
        rules: [
            Rule("future-day", at: "day", ["vi": "Ca đã làm hoặc vắng thì ngày không thể ở tương lai.", "en": "A shift that was done or missed does not lie in the future."]) {
                item, reading in
                item["state"].string == "planned" || item["day"].day.map { $0 <= reading.today } ?? true
            },
            Rule("far-day", at: "day", ["vi": "Lịch lập trước nhiều nhất một năm.", "en": "Shifts are planned at most a year ahead."]) { item, reading in
                item["day"].day.map { $0 <= reading.today + 366 } ?? true
            },
            Rule(
                "hours", at: "until",
                ["vi": "Ca bắt đầu trước khi kết thúc, trong ngày, nhiều nhất 8 giờ.", "en": "A shift begins before it ends, on one day, and has at most 8 hours."]
            ) { item, _ in
                if item["from"].isNull && item["until"].isNull { return true }
                guard let from = minutes(item["from"]), let until = minutes(item["until"]) else { return false }
                return from < until && until - from <= 8 * 60
            },
            Rule("stated-hours", at: "from", ["vi": "Ca kê khai theo danh sách giấy phải ghi giờ.", "en": "A shift stated from a paper list has its hours."]) { item, _ in
                item["source"].string != "stated" || !item["from"].isNull
            },
            Rule("succeeded", at: "succeeded", ["vi": "Số đạt ngay nhiều hơn số đã hướng dẫn.", "en": "More succeeded than were guided."]) { item, _ in
                (item["succeeded"].integer ?? 0) <= (item["dossiers"].integer ?? 0)
            },
        ],
        keys: keys, consequences: follow, when: { item, _ in !item["from"].isNull && item["state"].string != "missed" },
        checks: [
            Check("young", .contradictory, ["vi": "Người hướng dẫn chưa đủ 15 tuổi", "en": "The guide was under 15"], through: ["student"]) { found, records, _ in
                guard let day = found["day"].day, let student = try records.find("population", found["student"].plain), let born = PartialDay(student["birth"].plain)?.first else {
                    return true
                }
                return day.age(bornOn: born) >= 15
            },
            Check("unsettled", dueFrom: ["vi": "Đã qua ngày mà chưa ghi đã làm hay vắng", "en": "Its day has passed and it is neither done nor missed"]) { found, _ in
                found["state"].string == "planned" ? found["day"].day.map { $0 + 1 } : nil
            },
            // New ones are refused; these were entered before that rule.
            Check("overlap", .contradictory, ["vi": "Trùng giờ với ca khác của cùng người", "en": "Overlaps another shift of the same person"], through: ["student"]) {
                found, records, _ in
                try !overlaps(found.key, found.fields, records)
            },
        ],
        completions: [
            Completion("state") { cells, _ in (cells["dossiers"] ?? "").isEmpty ? "planned" : "done" },
            Completion("source") { cells, _ in (cells["dossiers"] ?? "").isEmpty ? nil : "stated" },
        ],
        label: ["place", "day"],
        example: [
            "number": .string("TN00000001"), "student": .string("001207012345"), "school": .string("Trường Đại học Mẫu"), "commune": .string("00004"),
            "place": .string("Nhà sinh hoạt tổ dân phố số 5"), "day": .string("2026-11-21"), "from": .string("08:00"), "until": .string("11:30"), "state": .string("done"),
            "source": .string("stated"), "dossiers": .integer(9), "succeeded": .integer(7), "certificate": .string("GCN-2026-0001"),
        ])

    static let keys = KeyForm("TN", digits: 8)

    static let hour = Kind.code(CodePattern([.digits(2...2), .text(":"), .digits(2...2)]))

    static let states = [
        Choice("planned", ["vi": "Đã lên lịch", "en": "Planned"]), Choice("done", ["vi": "Đã làm", "en": "Done"]), Choice("missed", ["vi": "Vắng", "en": "Missed"]),
    ]

    static let sources = [
        Choice("measured", ["vi": "Đo trên hệ thống", "en": "Measured by the system"]), Choice("stated", ["vi": "Kê khai theo danh sách giấy", "en": "Stated from a paper list"]),
    ]

    /// Minutes since midnight; nil when no clock shows it.
    private static func minutes(_ value: Value) -> Int? {
        let parts = value.plain.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, parts[0] < 24, parts[1] < 60 else { return nil }
        return parts[0] * 60 + parts[1]
    }

    /// The hours of a shift that takes place; nil when it does not, or nobody said when.
    private static func hours(_ item: Item.Fields) -> Range<Int>? {
        guard item["state"].string != "missed", let from = minutes(item["from"]), let until = minutes(item["until"]), from < until else { return nil }
        return from..<until
    }

    /// Whether the same person has another shift in these hours of the day.
    private static func overlaps(_ key: String, _ item: Item.Fields, _ records: any Records) throws -> Bool {
        guard let mine = hours(item), let student = item["student"].string else { return false }
        return try records.all("guiding-shift", where: "student", is: student).contains { other in
            guard other.key != key, other["day"] == item["day"], let theirs = hours(other.fields) else { return false }
            return theirs.overlaps(mine)
        }
    }

    /// Nothing follows from a shift; but nobody guides at two places at once.
    private static let follow: Consequences = { happenings, records, _ in
        for one in happenings {
            guard let after = one.after else { continue }
            let isMoved = one.isNew || one.before?["state"].string == "missed" || ["student", "day", "from", "until"].contains { one.changed($0) }
            guard try isMoved && overlaps(one.key, after, records) else { continue }
            throw Objection(
                field: "from", code: "overlap",
                ["vi": "Người này đã có ca khác trùng giờ trong ngày.", "en": "This person has another shift at these hours of the day."])
        }
        return []
    }
}
