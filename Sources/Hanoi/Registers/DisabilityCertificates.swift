// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Whom a commune's council found disabled, of which kind and in which degree. What the law grants the disabled follows from it.
public enum DisabilityCertificates: RegisterDeclaration {
    public static let register = Register(
        "disability", ["vi": "Giấy xác nhận khuyết tật", "en": "Disability certificates"],
        [
            "vi": "Dạng tật, mức độ khuyết tật do hội đồng của phường, xã kết luận; giấy xác nhận và ngày phải xác định lại.",
            "en": "The kind and degree of disability that a commune's council found, with the certificate and the day until which it holds.",
        ],
        keptBy: Keepers.health,
        under: [
            "vi": "Luật Người khuyết tật 51/2010/QH12, Điều 15 đến 19; Thông tư 01/2019/TT-BLĐTBXH",
            "en": "Law on Persons with Disabilities 51/2010/QH12, articles 15 to 19; Circular 01/2019/TT-BLĐTBXH",
        ],
        updated: .monthly, key: Field("number", keys.kind, ["vi": "Số hồ sơ", "en": "File number"], .official),
        fields: [
            Field(
                "certificate", .text(max: 60), ["vi": "Số giấy xác nhận", "en": "Certificate number"], .official,
                hint: ["vi": "Số hiệu ghi trên giấy.", "en": "As it stands on the paper."]),
            Field(
                "person", .reference("population"), ["vi": "Người được cấp", "en": "Holder"], .personal, filtered: true, lasting: true,
                alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Số định danh người được cấp"),
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã cấp", "en": "Commune that issued it"], .official, counted: true, jurisdiction: true,
                alsoCalled: Heads.all(Heads.communes, "Phường, xã")),
            Field("kind", .choice(kinds), ["vi": "Dạng tật", "en": "Kind"], .personal),
            Field("degree", .choice(degrees), ["vi": "Mức độ khuyết tật", "en": "Degree"], .personal, counted: true),
            Field("concluded", .day, ["vi": "Ngày hội đồng kết luận", "en": "Council's conclusion on"], .personal),
            Field("minutes", .text(max: 60), ["vi": "Số biên bản kết luận", "en": "Number of the minutes"], .official),
            Field("issued", .day, ["vi": "Ngày cấp giấy", "en": "Issued on"], .official),
            Field(
                "until", .day, ["vi": "Có giá trị đến hết ngày", "en": "Valid until the end of"], .personal, required: false,
                hint: ["vi": "Chỉ ghi khi hội đồng hẹn xác định lại mức độ.", "en": "Only where the council set a day for another examination."]),
        ],
        rules: [
            SectorRules.past("concluded"), SectorRules.past("issued"), SectorRules.order("concluded", "issued"), SectorRules.order("issued", "until"),
            Rule(
                "law", at: "concluded",
                ["vi": "Luật Người khuyết tật có hiệu lực từ 1/1/2011: giấy này không thể sớm hơn.", "en": "The law is in force since 1 January 2011: no certificate is older."]
            ) { item, _ in item["concluded"].day.map { $0 >= began } ?? true },
        ],
        questions: [
            Question("certified", ["vi": "Giấy xác nhận có còn giá trị không?", "en": "Is this certificate in force?"], withoutRecord: false) { item, reading in
                isInForce(item, on: reading.day)
            },
            Question("severe", ["vi": "Có phải khuyết tật nặng hoặc đặc biệt nặng không?", "en": "Is the disability severe or extremely severe?"], withoutRecord: false) {
                item, reading in isInForce(item, on: reading.day) && item["degree"].string != "light"
            },
        ],
        term: "until", keys: keys,
        checks: [
            Check("person-gone", .contradictory, ["vi": "Người này không còn trong sổ dân cư", "en": "This person is no longer in the population register"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain) != nil
            },
            Check("moved", .contradictory, ["vi": "Sổ dân cư ghi phường, xã khác", "en": "The population register names another commune"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain).map { $0["commune"] == found["commune"] } ?? true
            },
            Check("twice", .duplicate, ["vi": "Một người có hai giấy còn giá trị", "en": "One person with two certificates in force"], through: ["person"]) {
                found, records, reading in
                guard isInForce(found.fields, on: reading.today) else { return true }
                return try records.all("disability", where: "person", is: found["person"].plain).count { isInForce($0.fields, on: reading.today) } < 2
            },
            Check("ends-soon", dueFrom: ["vi": "Còn dưới 60 ngày: mời đi xác định lại mức độ", "en": "Ends within 60 days: another examination is due"]) { found, _ in
                found["until"].day.map { $0 + -60 }
            },
        ],
        arrivals: true, comparisons: Heads.person("person"), label: ["person", "issued"],
        example: [
            "number": .string("KT00000000000001"), "certificate": .string("01/2026/GXN-KT"), "person": .string("001090123456"), "commune": .string("00004"),
            "kind": .string("movement"), "degree": .string("severe"), "concluded": .string("2026-02-02"), "minutes": .string("05/BB-HĐXĐKT"), "issued": .string("2026-02-10"),
        ])

    static let keys = KeyForm("KT", digits: 14)

    private static let began = Day(year: 2011, month: 1, day: 1)!

    /// Article 3, paragraph 1: six kinds.
    static let kinds = [
        Choice("movement", ["vi": "Vận động", "en": "Movement"]), Choice("hearing", ["vi": "Nghe, nói", "en": "Hearing, speech"]), Choice("sight", ["vi": "Nhìn", "en": "Sight"]),
        Choice("mind", ["vi": "Thần kinh, tâm thần", "en": "Mental, psychiatric"]), Choice("intellect", ["vi": "Trí tuệ", "en": "Intellectual"]),
        Choice("other", ["vi": "Khác", "en": "Other"]),
    ]

    /// Article 3, paragraph 2: three degrees.
    static let degrees = [
        Choice("extreme", ["vi": "Đặc biệt nặng", "en": "Extremely severe"]), Choice("severe", ["vi": "Nặng", "en": "Severe"]), Choice("light", ["vi": "Nhẹ", "en": "Light"]),
    ]

    /// Issued already, and not due for another examination yet.
    static func isInForce(_ item: Item.Fields, on day: Day) -> Bool {
        guard let issued = item["issued"].day, issued <= day else { return false }
        return item["until"].day.map { day <= $0 } ?? true
    }
}
