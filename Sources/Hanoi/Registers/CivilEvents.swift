// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Births, deaths and marriages. Entering one changes the population and the households in the same act.
public enum CivilEvents: RegisterDeclaration {
    public static let register = Register(
        "civil-event", ["vi": "Sự kiện hộ tịch", "en": "Civil-status events"],
        ["vi": "Khai sinh, khai tử, kết hôn; ghi một lần thì sổ dân cư và hộ đổi theo.", "en": "Births, deaths and marriages; population and households change with them."],
        keptBy: Keepers.justice,
        under: ["vi": "Luật Hộ tịch 60/2014/QH13, Điều 13, 17, 32", "en": "Law on Civil Status 60/2014/QH13, articles 13, 17, 32"], updated: .daily,
        key: Field("number", keys.kind, ["vi": "Mã sự kiện", "en": "Event number"], .official, alsoCalled: ["Mã hồ sơ"]),
        fields: [
            Field(
                "kind", .choice(kinds), ["vi": "Sự kiện", "en": "Event"], .official, counted: true, alsoCalled: ["Loại việc", "Loại sự kiện", "Việc hộ tịch", "Loại việc hộ tịch"]),
            Field("day", .day, ["vi": "Ngày xảy ra", "en": "Day it happened"], .personal, alsoCalled: ["Ngày sự kiện"]),
            Field(
                "commune", .unit(.commune), ["vi": "Nơi đăng ký", "en": "Registered at"], .official, counted: true, jurisdiction: true,
                alsoCalled: ["Nơi đăng ký hộ tịch", "Phường, xã", "Cơ quan đăng ký"]),
            Field(
                "book", .text(max: 40), ["vi": "Số, quyển sổ hộ tịch", "en": "Number in the book"], .official, required: false, searched: true,
                alsoCalled: ["Số, quyển", "Số quyển", "Số đăng ký", "Số/quyển số"]),
            person("child", "Số định danh của con", "Child's ID number", when: "birth"),
            Field(
                "name", .name, ["vi": "Họ và tên con", "en": "Child's full name"], .personal, searched: true, when: .init("kind", "birth"),
                alsoCalled: ["Họ tên con", "Họ và tên trẻ", "Họ tên trẻ", "Người được khai sinh", "Họ, chữ đệm, tên người được khai sinh"]),
            Field("sex", .choice(Population.sexes), ["vi": "Giới tính", "en": "Sex"], .personal, when: .init("kind", "birth")),
            Field("ethnicity", .choice(Ethnicities.all), ["vi": "Dân tộc", "en": "Ethnic group"], .personal, when: .init("kind", "birth")),
            person("mother", "Mẹ", "Mother", when: "birth", required: false),
            person("father", "Cha", "Father", when: "birth", required: false),
            person("deceased", "Người chết", "Person who died", when: "death"),
            Field(
                "cause", .text(max: 200), ["vi": "Nguyên nhân chết", "en": "Cause of death"], .personal, required: false, when: .init("kind", "death"),
                alsoCalled: ["Nguyên nhân tử vong"]),
            person(
                "successor", "Chủ hộ mới", "New head of household", when: "death", required: false,
                hint: ["vi": "Nếu người chết là chủ hộ và gia đình đã chọn.", "en": "If the person headed a household and the family has chosen."]),
            person("husband", "Chồng", "Husband", when: "marriage"), person("wife", "Vợ", "Wife", when: "marriage"),
            Field(
                "household", .reference("household"), ["vi": "Vào hộ", "en": "Into the household"], .personal, required: false, lasting: true,
                when: .init("kind", "marriage", "birth"), alsoCalled: ["Mã hộ"],
                hint: [
                    "vi": "Kết hôn: hộ của một trong hai người, nếu chuyển về ở chung. Trẻ bị bỏ rơi: hộ nhận nuôi.",
                    "en": "At a marriage: the household of one of the two, if the other moves in. A child found alone: the household that takes it in.",
                ]),
            Field(
                "ended", .day, ["vi": "Hôn nhân chấm dứt ngày", "en": "Marriage ended on"], .personal, required: false, when: .init("kind", "marriage"),
                alsoCalled: ["Ngày ly hôn", "Ly hôn ngày"],
                hint: ["vi": "Theo bản án ly hôn, hoặc khi một người chết.", "en": "By a court's divorce, or when one of them died."]),
        ],
        rules: [
            Rule("day", at: "day", ["vi": "Ngày xảy ra không thể ở tương lai.", "en": "It cannot have happened in the future."]) { item, reading in
                item["day"].day.map { $0 <= reading.today } ?? true
            },
            Rule(
                "parent", at: "mother",
                ["vi": "Ghi mẹ hoặc cha; trẻ bị bỏ rơi thì ghi hộ nhận nuôi.", "en": "Name the mother or the father; for a child found alone, the household that takes it in."]
            ) { item, _ in item["kind"].string != "birth" || !item["mother"].isNull || !item["father"].isNull || !item["household"].isNull },
            Rule("two", at: "wife", ["vi": "Chồng và vợ phải là hai người.", "en": "Husband and wife must be two persons."]) { item, _ in
                item["kind"].string != "marriage" || item["husband"] != item["wife"]
            },
            Rule(
                "sixty-days", at: "day", ["vi": "Đăng ký khai sinh quá hạn 60 ngày.", "en": "The birth is registered after the 60 days of the law."], .doubt
            ) { item, reading in item["kind"].string != "birth" || item["day"].day.map { reading.today - $0 <= 60 } ?? true },
            Rule(
                "fifteen-days", at: "day", ["vi": "Đăng ký khai tử quá hạn 15 ngày.", "en": "The death is registered after the 15 days of the law."], .doubt
            ) { item, reading in item["kind"].string != "death" || item["day"].day.map { reading.today - $0 <= 15 } ?? true },
        ],
        keys: keys, consequences: CivilEventLaw.follow, when: { _, isNew in isNew },
        checks: [
            Check("no-father", .missing, ["vi": "Khai sinh chưa ghi cha", "en": "Birth without a father named"]) { found, _, _ in
                found["kind"].string != "birth" || !found["father"].isNull
            },
            Check(
                "child-unknown", .contradictory, ["vi": "Đã khai sinh nhưng không có trong sổ dân cư", "en": "Born here, but not in the population register"], through: ["child"]
            ) { found, records, _ in
                guard found["kind"].string == "birth", let child = found["child"].string else { return true }
                return try records.find("population", child) != nil
            },
        ],
        label: ["kind", "name"],
        example: [
            "number": .string("HT00000000000001"), "kind": .string("death"), "day": .string("2026-11-20"), "commune": .string("00004"), "book": .string("15/2026"),
            "deceased": .string("001038123456"),
        ])

    static let keys = KeyForm("HT", digits: 14)

    static let kinds = [
        Choice("birth", ["vi": "Khai sinh", "en": "Birth"], alsoCalled: ["Đăng ký khai sinh", "KS"]),
        Choice("death", ["vi": "Khai tử", "en": "Death"], alsoCalled: ["Đăng ký khai tử", "KT"]),
        Choice("marriage", ["vi": "Kết hôn", "en": "Marriage"], alsoCalled: ["Đăng ký kết hôn", "KH"]),
    ]

    private static func person(_ name: String, _ vi: String, _ en: String, when kind: String, required: Bool = true, hint: Text? = nil) -> Field {
        Field(
            name, name == "child" ? .citizenID : .reference("population"), Text(vi: vi, en: en), .personal, required: required, filtered: name == "child", lasting: true,
            when: .init("kind", kind),
            hint: hint ?? ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."])
    }
}
