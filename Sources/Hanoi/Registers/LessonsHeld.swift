// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Lessons on public services that schools have given: which lesson, to which class, on which day, how many pupils.
public enum LessonsHeld: RegisterDeclaration {
    public static let register = Register(
        "lesson-held", ["vi": "Tiết dạy dịch vụ công", "en": "Lessons held"],
        [
            "vi": "Trường nào đã dạy bài nào về dịch vụ công trực tuyến, cho lớp nào, ngày nào, bao nhiêu học sinh.",
            "en": "Which school has given which lesson on public services online, to which class, when, and to how many pupils.",
        ],
        keptBy: Keepers.education, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã tiết dạy", "en": "Number"], .open),
        fields: [
            Field(
                "school", .reference("school"), ["vi": "Trường", "en": "School"], .open, filtered: true, lasting: true, alsoCalled: ["Mã trường"],
                hint: ["vi": "Mã trường.", "en": "The school's code."]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã của trường", "en": "The school's commune"], .open, counted: true, jurisdiction: true),
            Field("lesson", .choice(lessons), ["vi": "Bài", "en": "Lesson"], .open, counted: true, alsoCalled: ["Bài học", "Tên bài"]),
            Field("class", .text(max: 30), ["vi": "Lớp", "en": "Class"], .open, alsoCalled: ["Tên lớp"], hint: ["vi": "Ví dụ 8A2.", "en": "Such as 8A2."]),
            Field("day", .day, ["vi": "Ngày dạy", "en": "Day"], .open, filtered: true),
            Field("pupils", .integer(1...500), ["vi": "Số học sinh", "en": "Pupils"], .open, alsoCalled: ["Sĩ số"]),
            Field("teacher", .name, ["vi": "Giáo viên", "en": "Teacher"], .official, required: false, alsoCalled: ["Họ tên giáo viên"]),
        ],
        rules: [
            SectorRules.past("day"),
            Rule("class-size", at: "pupils", ["vi": "Đông hơn một lớp: mỗi lớp ghi một tiết.", "en": "More than one class: enter a lesson for each."], .doubt) { item, _ in
                (item["pupils"].integer ?? 0) <= 60
            },
        ],
        agreements: [
            Agreement("commune", with: "commune", of: "school", ["vi": "Phường, xã phải là phường, xã của trường.", "en": "The commune must be the school's."])
        ],
        keys: keys,
        checks: [
            Check("school-gone", .contradictory, ["vi": "Trường không còn trong sổ", "en": "The school is no longer in the register"], through: ["school"]) { found, records, _ in
                try records.find("school", found["school"].plain) != nil
            }
        ],
        completions: [Completion("commune", through: "school", "commune")], label: ["lesson", "day"],
        example: [
            "number": .string("TD00000001"), "school": .string("01000042"), "commune": .string("00004"), "lesson": .string("finding-a-service"), "class": .string("8A2"),
            "day": .string("2026-11-20"), "pupils": .integer(38), "teacher": .string("Nguyễn Thị Mẫu"),
        ])

    static let keys = KeyForm("TD", digits: 8)

    static let lessons: [Choice] = Lessons.all.map { Choice($0.code, $0.title) }
}
