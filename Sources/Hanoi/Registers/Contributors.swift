// SPDX-License-Identifier: Apache-2.0
public import Civic

/// People with merit to the Revolution and their relatives, with the decisions that recognise them.
public enum Contributors: RegisterDeclaration {
    public static let register = Register(
        "contributor", ["vi": "Người có công với cách mạng", "en": "People with merit to the Revolution"],
        [
            "vi": "Người có công theo mười hai diện của Pháp lệnh và thân nhân; quyết định công nhận, trợ cấp hằng tháng.",
            "en": "Those recognised in the Ordinance's twelve groups and their relatives: decision and monthly allowance.",
        ],
        keptBy: Keepers.homeAffairs,
        under: ["vi": "Pháp lệnh 02/2020/UBTVQH14, Điều 3; Nghị định 131/2021/NĐ-CP", "en": "Ordinance 02/2020/UBTVQH14, article 3; Decree 131/2021/NĐ-CP"], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Số hồ sơ", "en": "File number"], .official, alsoCalled: ["Mã hồ sơ", "Số hồ sơ người có công", "Mã số hồ sơ"]),
        fields: [
            Field(
                "name", .name, ["vi": "Họ và tên", "en": "Full name"], .personal, searched: true,
                alsoCalled: Heads.all(Heads.names, "Họ và tên người có công", "Tên người có công", "Họ và tên đối tượng")),
            Field(
                "person", .reference("population"), ["vi": "Số định danh", "en": "Personal ID"], .personal, required: false, filtered: true, lasting: true,
                alsoCalled: Heads.personalID,
                hint: ["vi": "Để trống với liệt sĩ và người đã mất trước khi có số định danh.", "en": "Empty for martyrs and others who died without such a number."]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã quản lý", "en": "Commune in charge"], .official, counted: true, jurisdiction: true,
                alsoCalled: Heads.all(Heads.communes, "Phường, xã")),
            Field(
                "group", .choice(groups), ["vi": "Diện", "en": "Group"], .official, counted: true,
                alsoCalled: ["Đối tượng", "Diện đối tượng", "Loại đối tượng", "Diện người có công", "Đối tượng người có công", "Diện chính sách"]),
            Field(
                "relative_of", .reference("contributor"), ["vi": "Thân nhân của", "en": "Relative of"], .official, required: false, lasting: true, when: .init("group", "relative"),
                alsoCalled: ["Số hồ sơ gốc", "Số hồ sơ của người có công"],
                hint: ["vi": "Số hồ sơ của người có công.", "en": "The file number of the one with merit."]),
            Field(
                "injury_rate", .integer(21...100), ["vi": "Tỷ lệ tổn thương cơ thể (%)", "en": "Injury rate (%)"], .personal, required: false,
                when: .init("group", "war-invalid", "sick-soldier", "toxic-chemicals"),
                alsoCalled: ["Tỷ lệ thương tật", "Tỷ lệ TTCT", "Tỷ lệ tổn thương cơ thể", "Tỷ lệ suy giảm khả năng lao động", "Tỷ lệ mất sức lao động"],
                hint: ["vi": "Của thương binh, bệnh binh, người nhiễm chất độc hóa học.", "en": "Of war invalids, sick soldiers and those exposed to toxic chemicals."]),
            Field("decision", .text(max: 60), ["vi": "Số quyết định công nhận", "en": "Decision number"], .official, alsoCalled: Heads.all(Heads.decisions, "Số quyết định")),
            Field("decided", .day, ["vi": "Ngày quyết định", "en": "Decided on"], .official, alsoCalled: Heads.decisionDays),
            Field(
                "allowance_from", .day, ["vi": "Hưởng trợ cấp hằng tháng từ", "en": "Monthly allowance from"], .official, required: false,
                alsoCalled: ["Hưởng từ", "Hưởng từ ngày", "Hưởng trợ cấp từ", "Hưởng trợ cấp từ ngày", "Thời điểm hưởng"]),
            Field(
                "allowance_until", .day, ["vi": "Hưởng đến hết ngày", "en": "Allowance until the end of"], .official, required: false,
                alsoCalled: ["Hưởng đến", "Hưởng đến ngày", "Hưởng trợ cấp đến ngày"]),
            Field(
                "deceased", .partialDay, ["vi": "Ngày mất", "en": "Died on"], .personal, required: false,
                alsoCalled: ["Ngày chết", "Ngày từ trần", "Ngày hy sinh", "Năm mất", "Ngày tháng năm mất"],
                hint: ["vi": "Chỉ ghi năm nếu không rõ ngày.", "en": "The year alone if the day is not known."]),
        ],
        rules: [
            Rule("decided", at: "decided", ["vi": "Ngày quyết định không thể ở tương lai.", "en": "The day of the decision cannot lie in the future."]) { item, reading in
                item["decided"].day.map { $0 <= reading.today } ?? true
            },
            Rule("rate", at: "injury_rate", ["vi": "Thương binh phải ghi tỷ lệ tổn thương cơ thể.", "en": "A war invalid's record has the injury rate."]) { item, _ in
                item["group"].string != "war-invalid" || !item["injury_rate"].isNull
            },
            Rule("from-needed", at: "allowance_from", ["vi": "Có ngày thôi hưởng thì phải có ngày bắt đầu.", "en": "An allowance that ends has begun."]) { item, _ in
                item["allowance_until"].isNull || !item["allowance_from"].isNull
            },
            Rule("order", at: "allowance_until", ["vi": "Ngày thôi hưởng phải sau ngày bắt đầu.", "en": "The last day must come after the first."]) { item, _ in
                guard let from = item["allowance_from"].day, let until = item["allowance_until"].day else { return true }
                return until >= from
            },
            Rule(
                "martyr", at: "allowance_from",
                ["vi": "Liệt sĩ không có trợ cấp; trợ cấp ghi ở hồ sơ thân nhân.", "en": "A martyr has no allowance; it stands with the relatives."]
            ) { item, _ in
                item["group"].string != "martyr" || item["allowance_from"].isNull
            },
            Rule("person", at: "person", ["vi": "Người còn sống phải có số định danh.", "en": "Who is alive has a personal ID."]) { item, _ in
                item["group"].string == "martyr" || !item["deceased"].isNull || !item["person"].isNull
            },
            Rule("relative", at: "relative_of", ["vi": "Thân nhân nên ghi hồ sơ của người có công.", "en": "A relative's record should name whose relative it is."], .doubt) {
                item, _ in
                item["group"].string != "relative" || !item["relative_of"].isNull
            },
            Rule("martyr-died", at: "deceased", ["vi": "Liệt sĩ chưa ghi ngày, năm hy sinh.", "en": "The martyr's day or year of death is missing."], .doubt) { item, _ in
                item["group"].string != "martyr" || !item["deceased"].isNull
            },
        ],
        questions: [
            Question("paid", ["vi": "Có đang hưởng trợ cấp hằng tháng không?", "en": "Is a monthly allowance paid?"], withoutRecord: false) { item, reading in
                guard let from = item["allowance_from"].day, from <= reading.day else { return false }
                return item["allowance_until"].day.map { reading.day <= $0 } ?? true
            },
            Question("heavy-invalid", ["vi": "Có phải thương binh từ 81 % trở lên không?", "en": "Is this a war invalid of 81 % or more?"], withoutRecord: false) { item, _ in
                item["group"].string == "war-invalid" && (item["injury_rate"].integer ?? 0) >= 81
            },
        ],
        keys: keys,
        checks: [
            Check(
                "no-rate", .missing,
                [
                    "vi": "Bệnh binh, người nhiễm chất độc chưa ghi tỷ lệ tổn thương: chưa biết có được trợ cấp hằng tháng không",
                    "en": "A sick soldier or one exposed to toxic chemicals without a rate: whether an allowance is due is not known",
                ]
            ) { found, _, _ in
                !["sick-soldier", "toxic-chemicals"].contains(found["group"].plain) || !found["deceased"].isNull || !found["injury_rate"].isNull
            },
            Check("paid-after-death", .contradictory, ["vi": "Đã mất mà chưa ghi ngày thôi hưởng trợ cấp", "en": "Died, but the allowance has no last day"]) { found, _, _ in
                found["deceased"].isNull || found["allowance_from"].isNull || !found["allowance_until"].isNull
            },
            Check(
                "person-gone", .contradictory, ["vi": "Còn hưởng trợ cấp nhưng không còn trong sổ dân cư", "en": "Has an allowance but is no longer in the population register"],
                through: ["person"]
            ) {
                found, records, _ in
                guard let person = found["person"].string, found["deceased"].isNull, found["allowance_until"].isNull else { return true }
                return try records.find("population", person) != nil
            },
            Check("moved", .contradictory, ["vi": "Sổ dân cư ghi phường, xã khác", "en": "The population register names another commune"], through: ["person"]) {
                found, records, _ in
                guard let person = found["person"].string, found["deceased"].isNull else { return true }
                return try records.find("population", person).map { $0["commune"] == found["commune"] } ?? true
            },
            Check("twice", .duplicate, ["vi": "Một người có hai hồ sơ cùng diện", "en": "One person with two records of the same group"], through: ["person"]) {
                found, records, _ in
                guard let person = found["person"].string, found["group"].string != "relative" else { return true }
                return try records.all("contributor", where: "person", is: person).count { $0["group"] == found["group"] } < 2
            },
        ],
        arrivals: true, comparisons: Heads.person("person", ownName: "name"), label: ["name", "group"],
        example: [
            "number": .string("NC00000000000001"), "name": .string("Nguyễn Văn Mẫu"), "person": .string("001050123456"), "commune": .string("00004"),
            "group": .string("war-invalid"), "injury_rate": .integer(45), "decision": .string("1234/QĐ-LĐTBXH"), "decided": .string("1982-07-27"),
            "allowance_from": .string("1982-08-01"),
        ])

    static let keys = KeyForm("NC", digits: 14)

    /// The twelve groups of article 3, paragraph 1, and paragraph 2.
    static let groups: [Choice] = [
        Choice(
            "before-1945", ["vi": "Hoạt động cách mạng trước 1/1/1945", "en": "Revolutionary before 1 January 1945"],
            alsoCalled: ["Lão thành cách mạng", "LTCM", "Cán bộ lão thành cách mạng"]),
        Choice(
            "before-uprising", ["vi": "Hoạt động cách mạng từ 1/1/1945 đến khởi nghĩa tháng Tám", "en": "Revolutionary from 1 January 1945 to the August uprising"],
            alsoCalled: ["Tiền khởi nghĩa", "TKN", "Cán bộ tiền khởi nghĩa"]),
        Choice("martyr", ["vi": "Liệt sĩ", "en": "Martyr"], alsoCalled: ["Liệt sỹ", "LS"]),
        Choice("heroic-mother", ["vi": "Bà mẹ Việt Nam anh hùng", "en": "Heroic Vietnamese Mother"], alsoCalled: ["BMVNAH", "Mẹ VNAH", "Bà mẹ VNAH", "Mẹ Việt Nam anh hùng"]),
        Choice(
            "armed-forces-hero", ["vi": "Anh hùng lực lượng vũ trang nhân dân", "en": "Hero of the People's Armed Forces"], alsoCalled: ["AHLLVT", "AHLLVTND", "Anh hùng LLVTND"]),
        Choice("labour-hero", ["vi": "Anh hùng lao động trong thời kỳ kháng chiến", "en": "Hero of Labour in the resistance"], alsoCalled: ["AHLĐ", "Anh hùng lao động"]),
        Choice(
            "war-invalid", ["vi": "Thương binh và người hưởng chính sách như thương binh", "en": "War invalid, and those treated as such"],
            alsoCalled: ["Thương binh", "TB", "Người hưởng chính sách như thương binh"]),
        Choice("sick-soldier", ["vi": "Bệnh binh", "en": "Sick soldier"], alsoCalled: ["BB"]),
        Choice(
            "toxic-chemicals", ["vi": "Người hoạt động kháng chiến bị nhiễm chất độc hóa học", "en": "Resistance fighter exposed to toxic chemicals"],
            alsoCalled: ["CĐHH", "Nhiễm chất độc hóa học", "Người nhiễm chất độc hóa học"]),
        Choice(
            "imprisoned", ["vi": "Người hoạt động kháng chiến bị địch bắt tù, đày", "en": "Resistance fighter imprisoned or exiled by the enemy"],
            alsoCalled: ["Bị địch bắt tù đày", "Tù đày", "Người bị địch bắt tù, đày"]),
        Choice(
            "decorated", ["vi": "Người hoạt động kháng chiến được tặng huân chương, huy chương", "en": "Decorated resistance fighter"],
            alsoCalled: ["HĐKC", "Người hoạt động kháng chiến", "Hoạt động kháng chiến"]),
        Choice("helper", ["vi": "Người có công giúp đỡ cách mạng", "en": "Helper of the Revolution"], alsoCalled: ["Có công giúp đỡ cách mạng", "CCGĐCM"]),
        Choice("relative", ["vi": "Thân nhân người có công", "en": "Relative of a person with merit"], alsoCalled: ["Thân nhân", "Thân nhân liệt sĩ", "Thân nhân liệt sỹ"]),
    ]
}
