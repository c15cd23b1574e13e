// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who has a pension or a monthly allowance of social insurance, and of whom an officer has found out that there is none.
public enum Pensions: RegisterDeclaration {
    public static let register = Register(
        "pension", ["vi": "Lương hưu, trợ cấp bảo hiểm xã hội hằng tháng", "en": "Pensions and monthly social-insurance allowances"],
        [
            "vi": "Ai đang có lương hưu, trợ cấp bảo hiểm xã hội hằng tháng theo danh sách chi trả; ai đã được hỏi và không có. Chỉ ghi có hay không, không ghi số tiền.",
            "en":
                "Who has a pension or a monthly social-insurance allowance by the lists of payment, and who was asked and has none. Whether there is one, not how much.",
        ],
        keptBy: Keepers.socialInsurance,
        under: [
            "vi": "Luật Bảo hiểm xã hội 41/2024/QH15, Điều 21; Nghị định 176/2025/NĐ-CP", "en": "Law on Social Insurance 41/2024/QH15, article 21; Decree 176/2025/NĐ-CP",
        ],
        updated: .monthly, key: Field("number", keys.kind, ["vi": "Số hồ sơ", "en": "File number"], .official),
        fields: [
            Field(
                "person", .reference("population"), ["vi": "Người được ghi", "en": "Person"], .personal, filtered: true, lasting: true,
                alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Số định danh người hưởng"),
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã cư trú", "en": "Commune where the person lives"], .official, counted: true, jurisdiction: true,
                alsoCalled: Heads.all(Heads.communes, "Phường, xã")),
            Field("kind", .choice(kinds), ["vi": "Loại chế độ", "en": "Kind"], .personal, counted: true, alsoCalled: ["Khoản", "Chế độ hưởng"]),
            Field(
                "from", .day, ["vi": "Hưởng từ ngày", "en": "From"], .personal, required: false, when: .init("kind", "retirement", "allowance"),
                hint: ["vi": "Để trống nếu không rõ.", "en": "Empty where it is not known."]),
            Field(
                "until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .personal, required: false,
                hint: ["vi": "Chỉ ghi khi chế độ này có thời hạn hoặc đã thôi hưởng.", "en": "Only where it has a last day or has ended."]),
            Field("source", .choice(sources), ["vi": "Nguồn thông tin", "en": "Known from"], .official, counted: true),
            Field(
                "told", .day, ["vi": "Ngày xác minh", "en": "Known on"], .official, hint: ["vi": "Ngày của danh sách, hoặc ngày hỏi.", "en": "The day of the list, or of asking."]),
        ],
        rules: [SectorRules.past("told"), SectorRules.past("from"), SectorRules.order("from", "until")],
        questions: [
            Question("paid", ["vi": "Có đang hưởng lương hưu, trợ cấp BHXH hằng tháng không?", "en": "Is there a pension or a monthly social-insurance allowance?"]) {
                item, reading in holds(item, on: reading.day) && item["kind"].string != absent
            }
        ],
        term: "until", keys: keys,
        checks: [
            Check("person-gone", .contradictory, ["vi": "Người này không còn trong sổ dân cư", "en": "This person is no longer in the population register"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain) != nil
            },
            Check("moved", .contradictory, ["vi": "Sổ dân cư ghi phường, xã khác", "en": "The population register names another commune"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain).map { $0["commune"] == found["commune"] } ?? true
            },
            Check(
                "both", .contradictory, ["vi": "Một người vừa ghi có, vừa ghi không có lương hưu", "en": "One person with a pension and with a note that there is none"],
                through: ["person"]
            ) { found, records, reading in
                guard found["kind"].string == absent, holds(found.fields, on: reading.today) else { return true }
                return try hasPension(found["person"].plain, records, on: reading.today) != true
            },
            Check("ask-again", dueFrom: ["vi": "Hỏi đã quá một năm: hỏi lại có lương hưu hay chưa", "en": "Asked more than a year ago: ask again whether there is a pension"]) {
                found, _ in found["kind"].string == absent ? found["told"].day?.adding(months: 12) : nil
            },
        ],
        arrivals: true, comparisons: Heads.person("person"), label: ["person", "kind"],
        example: [
            "number": .string("LH00000000000001"), "person": .string("001048123456"), "commune": .string("00004"), "kind": .string("retirement"),
            "from": .string("2008-03-01"), "source": .string("list"), "told": .string("2026-01-05"),
        ])

    static let keys = KeyForm("LH", digits: 14)

    /// The kind that says that there is neither.
    static let absent = "none"

    static let kinds = [
        Choice("retirement", ["vi": "Lương hưu", "en": "Retirement pension"]),
        Choice("allowance", ["vi": "Trợ cấp bảo hiểm xã hội hằng tháng", "en": "Monthly social-insurance allowance"]),
        Choice(absent, ["vi": "Không có (đã xác minh)", "en": "None (asked)"]),
    ]

    static let sources = [
        Choice("list", ["vi": "Danh sách chi trả của bảo hiểm xã hội", "en": "Social insurance's list of payments"]),
        Choice("asked", ["vi": "Cán bộ hỏi trực tiếp người này hoặc gia đình", "en": "An officer asked the person or the family"]),
        Choice("paper", ["vi": "Giấy tờ: quyết định, thẻ, sổ chi trả", "en": "A paper: decision, card, pay book"]),
    ]

    /// Begun, and not over. Where no first day is known, it is known from the day on which it was told.
    static func holds(_ item: Item.Fields, on day: Day) -> Bool {
        guard let begins = item["from"].day ?? item["told"].day, begins <= day else { return false }
        return item["until"].day.map { day <= $0 } ?? true
    }

    /// Whether somebody has a pension on a day; nil where nobody has told. A pension weighs more than a note that there is none.
    static func hasPension(_ person: String, _ records: any Records, on day: Day) throws -> Bool? {
        let known = try records.all("pension", where: "person", is: person).filter { holds($0.fields, on: day) }
        return known.isEmpty ? nil : known.contains { $0["kind"].string != absent }
    }
}
