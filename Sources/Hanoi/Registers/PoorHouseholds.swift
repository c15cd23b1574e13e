// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Households recognised as poor or near-poor for a year, with what the yearly review found. The class follows the line in force.
public enum PoorHouseholds: RegisterDeclaration {
    public static let register = Register(
        "poor-household", ["vi": "Hộ nghèo, hộ cận nghèo", "en": "Poor and near-poor households"],
        [
            "vi": "Hộ nghèo, cận nghèo, thoát nghèo theo kết quả rà soát hằng năm; giấy chứng nhận có giá trị đến hết năm.",
            "en": "Households found poor, near-poor or escaped from poverty by the yearly review; a certificate is valid until the end of its year.",
        ],
        keptBy: Keepers.environment,
        under: ["vi": "Nghị định 07/2021/NĐ-CP; Quyết định 24/2021/QĐ-TTg", "en": "Decree 07/2021/NĐ-CP; Decision 24/2021/QĐ-TTg"], updated: .yearly,
        key: Field(
            "number", .code(CodePattern([.digits(10...10), .text("-"), .digits(4...4)])), ["vi": "Số hồ sơ", "en": "Number"], .official, alsoCalled: ["Mã hồ sơ"],
            hint: [
                "vi": "Mã hộ, gạch nối, năm: 1000000001-2026. Mỗi hộ mỗi năm một hồ sơ.", "en": "Household code, hyphen, year: 1000000001-2026. One record a household and year.",
            ]),
        fields: household + indicators + decision,
        rules: [
            Rule("number", at: "number", ["vi": "Số hồ sơ phải là mã hộ và năm.", "en": "The number must be the household's code and the year."]) { item, _ in
                item["number"].plain == "\(item["household"].plain)-\(item["year"].plain)"
            },
            Rule(
                "indicators", at: "year",
                ["vi": "Phải ghi đủ có hay không từng chỉ số thiếu hụt của năm.", "en": "Each of the year's indicators must be answered, yes or no."]
            ) { item, _ in
                form(item)?.items.allSatisfy { !item[$0.indicator.code].isNull } ?? true
            },
            Rule(
                "other-period", at: "year",
                ["vi": "Có chỉ số không thuộc chuẩn nghèo của năm này.", "en": "An indicator is ticked that this year's law does not have."], .doubt
            ) { item, _ in
                guard let form = form(item) else { return true }
                let own = Set(form.items.map(\.indicator.code))
                return Deprivations.all.allSatisfy { own.contains($0.code) || item[$0.code].boolean != true }
            },
            Rule("class", at: "class", differs) { item, _ in !isConfirmed(item) || isClassFound(item) },
            // A line or a limit that nobody has confirmed yet refuses nothing.
            Rule("class-open", at: "class", differs, .doubt) { item, _ in isConfirmed(item) || isClassFound(item) },
            Rule(
                "income", at: "income",
                ["vi": "Theo thu nhập và số chỉ số thiếu hụt thì là diện khác: xem lại.", "en": "By income and indicators it is another class: look again."], .doubt
            ) { item, _ in
                guard let byIncome = byIncome(item)?.0 else { return true }
                return item["class"].string == word(byIncome)
            },
            Rule("valid", at: "until", ["vi": "Có giá trị đến hết ngày 31/12 của năm.", "en": "It is valid until 31 December of its year."]) { item, _ in
                item["until"].string == "\(item["year"].plain)-12-31"
            },
            Rule("decided", at: "decided", ["vi": "Ngày quyết định phải trước ngày hết giá trị.", "en": "It is decided before it is over."]) { item, _ in
                guard let decided = item["decided"].day, let until = item["until"].day else { return true }
                return decided <= until
            },
            Rule(
                "score-b2", at: "score_b2",
                ["vi": "Điểm B2 khác với tổng điểm của các chỉ số thiếu hụt trên phiếu.", "en": "Score B2 differs from the sum of the points of the indicators on the form."],
                .doubt
            ) { item, _ in form(item).map { item["score_b2"].integer == lackingPoints(item, $0) } ?? true },
        ],
        questions: [
            Question("poor", ["vi": "Có phải hộ nghèo không?", "en": "Is this household poor?"], withoutRecord: false, because: reasons("poor", ["poor"])) { item, reading in
                item["class"].string == "poor" && isValid(item, reading)
            },
            Question(
                "poor-or-near", ["vi": "Có phải hộ nghèo hoặc cận nghèo không?", "en": "Is this household poor or near-poor?"], withoutRecord: false,
                because: reasons("poor-or-near", ["poor", "near-poor"])
            ) { item, reading in
                item["class"].string != "escaped" && isValid(item, reading)
            },
        ],
        term: "until",
        checks: [
            Check("review", dueFrom: ["vi": "Đến kỳ rà soát hằng năm (1/9 đến 14/12)", "en": "The yearly review is due (1 September to 14 December)"]) { found, _ in
                found["until"].day.flatMap { Day(year: $0.year, month: 9, day: 1) }
            },
            Check("household-gone", .contradictory, ["vi": "Hộ không còn trong sổ", "en": "The household is no longer in the register"], through: ["household"]) {
                found, records, _ in try records.find("household", found["household"].plain) != nil
            },
            Check("moved", .contradictory, ["vi": "Hộ đã chuyển sang phường, xã khác", "en": "The household has moved to another commune"], through: ["household"]) {
                found, records, _ in try records.find("household", found["household"].plain).map { $0["commune"] == found["commune"] } ?? true
            },
        ],
        arrivals: true, completions: completions,
        comparisons: [
            Comparison(
                "name", through: ["household"], oneOf: "population", ["vi": "Họ và tên chủ hộ", "en": "Head of household"],
                alsoCalled: ["Chủ hộ", "Họ tên chủ hộ", "Tên chủ hộ", "Họ và tên chủ hộ gia đình"])
        ], label: ["class", "year"],
        example: [
            "number": .string("1000000001-2026"), "household": .string("1000000001"), "commune": .string("00004"), "year": .integer(2026), "class": .string("poor"),
            "area": .string("urban"), "income": .integer(1_800_000), "lacks_work": .boolean(true), "has_dependants": .boolean(true), "lacks_nutrition": .boolean(false),
            "lacks_insurance": .boolean(false), "lacks_adult_schooling": .boolean(false), "lacks_child_schooling": .boolean(false), "poor_housing": .boolean(false),
            "narrow_housing": .boolean(true), "lacks_water": .boolean(false), "lacks_toilet": .boolean(false), "lacks_telecom": .boolean(false),
            "lacks_information": .boolean(false), "score_b1": .integer(135), "score_b2": .integer(30), "decision": .string("125/QĐ-UBND"), "decided": .string("2025-12-12"),
            "until": .string("2026-12-31"),
        ])

    /// The commune's list names the household and the year; the rest follows.
    private static let completions: [Completion] = [
        Completion("number") { cells, _ in
            guard let household = cells["household"], let year = cells["year"], !household.isEmpty, !year.isEmpty else { return nil }
            return "\(household)-\(year)"
        },
        Completion("commune", through: "household", "commune"),
        Completion("until") { cells, _ in cells["year"].flatMap { $0.isEmpty ? nil : "\($0)-12-31" } },
    ]

    private static let household: [Field] = [
        Field(
            "household", .reference("household"), ["vi": "Hộ gia đình", "en": "Household"], .official, filtered: true, lasting: true,
            alsoCalled: ["Mã hộ", "Số hộ", "Mã hộ gia đình", "Mã số hộ"],
            hint: ["vi": "Mã hộ.", "en": "The household's code."]),
        Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
        Field("year", .integer(2016...2030), ["vi": "Năm", "en": "Year"], .official, alsoCalled: ["Năm rà soát", "Năm công nhận"]),
        Field(
            "class", .choice(classes), ["vi": "Diện", "en": "Class"], .official, counted: true,
            alsoCalled: ["Phân loại hộ", "Loại hộ", "Diện hộ", "Kết quả rà soát", "Kết quả phân loại"]),
        Field("area", .choice(areas), ["vi": "Khu vực", "en": "Area"], .official, counted: true, alsoCalled: ["Thành thị, nông thôn"]),
        Field(
            "income", .money, ["vi": "Thu nhập bình quân một người mỗi tháng (đồng)", "en": "Income a person a month (đồng)"], .personal,
            alsoCalled: ["Thu nhập bình quân", "Thu nhập bình quân đầu người", "Thu nhập bình quân một người mỗi tháng"]),
    ]

    /// Which of them a year has, a rule says.
    private static let indicators: [Field] = Deprivations.all.map { Field($0.code, .boolean, $0.title, .personal, required: false, alsoCalled: $0.alsoCalled) }

    private static let decision: [Field] = [
        Field(
            "score_b1", .integer(0...1000), ["vi": "Điểm B1: thu nhập", "en": "Score B1: income"], .personal, alsoCalled: ["Điểm B1", "Tổng điểm B1", "Điểm A", "Tổng điểm A"],
            hint: ["vi": "Tổng điểm thu nhập trên phiếu rà soát.", "en": "The sum for income on the review's form."]),
        Field(
            "score_b2", .integer(0...120), ["vi": "Điểm B2: thiếu hụt", "en": "Score B2: deprivation"], .personal,
            alsoCalled: ["Điểm B2", "Tổng điểm B2", "Điểm B", "Tổng điểm B"],
            hint: ["vi": "Tổng điểm thiếu hụt: 10 điểm mỗi chỉ số.", "en": "The sum for deprivation: 10 points for each indicator that is lacking."]),
        Field("decision", .text(max: 60), ["vi": "Số quyết định", "en": "Decision number"], .official, alsoCalled: Heads.decisions),
        Field("decided", .day, ["vi": "Ngày quyết định", "en": "Decided on"], .official, alsoCalled: Heads.decisionDays),
        Field(
            "until", .day, ["vi": "Có giá trị đến hết ngày", "en": "Valid until the end of"], .official, alsoCalled: ["Có giá trị đến", "Giá trị đến", "Hiệu lực đến"],
            hint: ["vi": "Ngày 31/12 của năm.", "en": "31 December of the year."]),
    ]

    static let classes = [
        Choice("poor", ["vi": "Hộ nghèo", "en": "Poor"], alsoCalled: ["Nghèo", "HN"]),
        Choice("near-poor", ["vi": "Hộ cận nghèo", "en": "Near-poor"], alsoCalled: ["Cận nghèo", "HCN"]),
        Choice(
            "escaped", ["vi": "Thoát nghèo, thoát cận nghèo", "en": "Escaped from poverty"], alsoCalled: ["Thoát nghèo", "Thoát cận nghèo", "Hộ thoát nghèo", "Hộ thoát cận nghèo"]),
    ]

    static let areas = [
        Choice("urban", ["vi": "Thành thị", "en": "Urban"], alsoCalled: ["Khu vực thành thị", "TT"]),
        Choice("rural", ["vi": "Nông thôn", "en": "Rural"], alsoCalled: ["Khu vực nông thôn", "NT"]),
    ]

    private static let differs: Text = [
        "vi": "Diện khác với chuẩn nghèo của năm: xem lại điểm B1, điểm B2, thu nhập và các chỉ số thiếu hụt.",
        "en": "The class differs from the year's poverty line: look at the scores B1 and B2, the income and the indicators.",
    ]

    /// The review's form of the record's year.
    static func form(_ item: Item.Fields) -> PovertyForm? { firstDay(item).flatMap { PovertyForm.inForce(on: $0) } }

    private static func firstDay(_ item: Item.Fields) -> Day? { item["year"].integer.flatMap { Day(year: Int($0), month: 1, day: 1) } }

    private static func lackingPoints(_ item: Item.Fields, _ form: PovertyForm) -> Int64 { form.points { item[$0].boolean == true } }

    /// A household that has escaped is one that is above the line now.
    static func word(_ found: PovertyClass) -> String { found == .above ? "escaped" : found.rawValue }

    /// What the year's forms make of it, or its line where no form is known; with whether that is confirmed. Nil where neither is known.
    private static func found(_ item: Item.Fields) -> (PovertyClass, isConfirmed: Bool)? {
        guard let form = form(item) else { return byIncome(item) }
        guard let area = PovertyLines.Area(rawValue: item["area"].plain), let income = item["score_b1"].integer, let lacking = item["score_b2"].integer else { return nil }
        return (form.classify(area, income: income, lacking: lacking), isConfirmed: form.isConfirmed)
    }

    /// What the line of the record's year makes of it; nil where no line is known.
    private static func byIncome(_ item: Item.Fields) -> (PovertyClass, isConfirmed: Bool)? {
        guard let area = PovertyLines.Area(rawValue: item["area"].plain), let income = item["income"].integer, let day = firstDay(item),
            let table = PovertyLines.table(area, on: day)
        else { return nil }
        let lacking = Deprivations.all.count { item[$0.code].boolean == true }
        guard let one = PovertyLines.classify(area: area, income: Money(income), deprived: lacking, on: day) else { return nil }
        return (one, isConfirmed: table.isConfirmed)
    }

    private static func isConfirmed(_ item: Item.Fields) -> Bool { found(item)?.isConfirmed ?? false }

    private static func isClassFound(_ item: Item.Fields) -> Bool { found(item).map { item["class"].string == word($0.0) } ?? true }

    static func isValid(_ item: Item.Fields, _ reading: Reading) -> Bool {
        guard let year = item["year"].integer else { return false }
        return Int64(reading.day.year) == year
    }
}
