// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Hours in which students show people how to use public services online, and what came of them.
public enum GuidingShifts: RegisterDeclaration {
    public static let register = Register(
        "guiding-shift", ["vi": "Ca hướng dẫn của học sinh, sinh viên", "en": "Guiding shifts of students"],
        [
            "vi": "Học sinh, sinh viên nào hướng dẫn ở đâu, mấy giờ, bao nhiêu hồ sơ, đạt ngay lần đầu bao nhiêu.",
            "en": "Who guided where and when, how many dossiers, and how many of them succeeded at first.",
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
            Field("from", hour, ["vi": "Từ giờ", "en": "From"], .open, hint: ["vi": "Ví dụ 08:00.", "en": "Such as 08:00."]),
            Field("until", hour, ["vi": "Đến giờ", "en": "Until"], .open, hint: ["vi": "Ví dụ 11:30.", "en": "Such as 11:30."]),
            Field("dossiers", .integer(0...500), ["vi": "Số hồ sơ đã hướng dẫn", "en": "Dossiers guided"], .open, alsoCalled: ["Số hồ sơ hướng dẫn"]),
            Field("succeeded", .integer(0...500), ["vi": "Số hồ sơ đạt ngay lần đầu", "en": "Succeeded at first"], .open),
            Field("certificate", .text(max: 60), ["vi": "Giấy chứng nhận", "en": "Certificate"], .official, required: false),
        ],
        rules: [
            SectorRules.past("day"),
            Rule(
                "hours", at: "until",
                ["vi": "Ca bắt đầu trước khi kết thúc, trong ngày, nhiều nhất 8 giờ.", "en": "A shift begins before it ends, on one day, and has at most 8 hours."]
            ) { item, _ in
                guard let from = minutes(item["from"]), let until = minutes(item["until"]) else { return false }
                return from < until && until - from <= 8 * 60
            },
            Rule("succeeded", at: "succeeded", ["vi": "Số đạt ngay nhiều hơn số đã hướng dẫn.", "en": "More succeeded than were guided."]) { item, _ in
                (item["succeeded"].integer ?? 0) <= (item["dossiers"].integer ?? 0)
            },
        ],
        keys: keys,
        checks: [
            Check("young", .contradictory, ["vi": "Người hướng dẫn chưa đủ 15 tuổi", "en": "The guide was under 15"], through: ["student"]) { found, records, _ in
                guard let day = found["day"].day, let student = try records.find("population", found["student"].plain), let born = PartialDay(student["birth"].plain)?.first else {
                    return true
                }
                return day.age(bornOn: born) >= 15
            }
        ],
        label: ["place", "day"],
        example: [
            "number": .string("TN00000001"), "student": .string("001207012345"), "school": .string("Trường Đại học Mẫu"), "commune": .string("00004"),
            "place": .string("Nhà sinh hoạt tổ dân phố số 5"), "day": .string("2026-11-21"), "from": .string("08:00"), "until": .string("11:30"), "dossiers": .integer(9),
            "succeeded": .integer(7), "certificate": .string("GCN-2026-0001"),
        ])

    static let keys = KeyForm("TN", digits: 8)

    static let hour = Kind.code(CodePattern([.digits(2...2), .text(":"), .digits(2...2)]))

    /// Minutes since midnight; nil when no clock shows it.
    private static func minutes(_ value: Value) -> Int? {
        let parts = value.plain.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, parts[0] < 24, parts[1] < 60 else { return nil }
        return parts[0] * 60 + parts[1]
    }
}
