// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who gets a monthly social assistance or the social pension, by which decision and how much.
public enum Beneficiaries: RegisterDeclaration {
    public static let register = Register(
        "beneficiary", ["vi": "Đối tượng trợ giúp xã hội", "en": "Social assistance"],
        [
            "vi": "Người hưởng trợ cấp hưu trí xã hội, trợ cấp xã hội hằng tháng: diện, hệ số, mức, thời hạn, quyết định.",
            "en": "Those with the social pension or a monthly assistance: group, coefficient, amount, term and decision.",
        ],
        keptBy: Keepers.health,
        under: ["vi": "Nghị định 20/2021, 76/2024 và 176/2025/NĐ-CP", "en": "Decrees 20/2021, 76/2024 and 176/2025/NĐ-CP"], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Số hồ sơ", "en": "File number"], .official, alsoCalled: ["Mã hồ sơ", "Mã đối tượng"]),
        fields: [
            Field(
                "person", .reference("population"), ["vi": "Người hưởng", "en": "Beneficiary"], .personal, filtered: true, lasting: true,
                alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Số định danh người hưởng", "Số định danh của người hưởng"),
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã chi trả", "en": "Commune that pays"], .official, counted: true, jurisdiction: true,
                alsoCalled: Heads.all(Heads.communes, "Phường, xã", "Nơi chi trả")),
            Field(
                "group", .choice(groups.map(\.choice)), ["vi": "Diện", "en": "Group"], .personal, counted: true,
                alsoCalled: ["Đối tượng", "Nhóm đối tượng", "Loại đối tượng", "Diện đối tượng", "Diện trợ cấp", "Diện hưởng"]),
            Field("coefficient", .decimal(places: 2), ["vi": "Hệ số", "en": "Coefficient"], .personal, alsoCalled: ["Hệ số trợ cấp", "Hệ số hưởng"]),
            Field(
                "amount", .money, ["vi": "Mức hưởng mỗi tháng (đồng)", "en": "Amount a month (đồng)"], .personal,
                alsoCalled: ["Mức hưởng", "Mức trợ cấp", "Mức trợ cấp hằng tháng", "Mức trợ cấp hàng tháng", "Số tiền hưởng", "Mức hưởng mỗi tháng"]),
            Field("from", .day, ["vi": "Hưởng từ ngày", "en": "From"], .official, alsoCalled: ["Hưởng từ", "Từ ngày", "Thời điểm hưởng", "Ngày hưởng", "Ngày bắt đầu hưởng"]),
            Field(
                "until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .official, required: false,
                alsoCalled: ["Đến ngày", "Hưởng đến", "Hưởng đến ngày", "Ngày thôi hưởng"]),
            Field("decision", .text(max: 60), ["vi": "Số quyết định", "en": "Decision number"], .official, alsoCalled: Heads.decisions),
            Field("decided", .day, ["vi": "Ngày quyết định", "en": "Decided on"], .official, alsoCalled: Heads.decisionDays),
        ],
        rules: [
            Rule("order", at: "until", ["vi": "Ngày thôi hưởng phải sau ngày bắt đầu.", "en": "The last day must come after the first."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until >= from
            },
            Rule("decided", at: "decided", ["vi": "Ngày quyết định không thể ở tương lai.", "en": "The day of the decision cannot lie in the future."]) { item, reading in
                item["decided"].day.map { $0 <= reading.today } ?? true
            },
            Rule("positive", at: "amount", ["vi": "Mức hưởng phải lớn hơn 0.", "en": "The amount must be more than nothing."]) { item, _ in (item["amount"].integer ?? 0) > 0 },
            Rule(
                "coefficient", at: "coefficient", ["vi": "Diện này không có hệ số ấy theo Nghị định 20/2021.", "en": "Decree 20/2021 has no such coefficient for this group."],
                .doubt
            ) {
                item, _ in
                guard let group = group(item), let coefficient = Coefficient(item["coefficient"].plain) else { return true }
                return group.coefficients.contains(coefficient.hundredths)
            },
            Rule(
                "amount", at: "amount", ["vi": "Mức hưởng khác với mức chuẩn nhân hệ số vào ngày này.", "en": "The amount differs from base times coefficient on this day."], .doubt
            ) {
                item, reading in
                guard let group = group(item), let coefficient = Coefficient(item["coefficient"].plain),
                    let base = group.base.inForce(on: item["until"].day.map { min($0, reading.day) } ?? reading.day)
                else { return true }
                return item["amount"].integer == coefficient.times(base.amount).amount
            },
        ],
        questions: [
            Question("paid", ["vi": "Có đang hưởng không?", "en": "Is it being paid?"], withoutRecord: false) { item, reading in
                guard let from = item["from"].day, from <= reading.day else { return false }
                return item["until"].day.map { reading.day <= $0 } ?? true
            }
        ],
        term: "until", keys: keys,
        checks: [
            Check("person-gone", .contradictory, ["vi": "Còn hưởng nhưng không còn trong sổ dân cư", "en": "Paid, but no longer in the population register"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain) != nil
            },
            Check("moved", .contradictory, ["vi": "Sổ dân cư ghi phường, xã khác", "en": "The population register names another commune"], through: ["person"]) {
                found, records, _ in try records.find("population", found["person"].plain).map { $0["commune"] == found["commune"] } ?? true
            },
            Check(
                "not-entitled", .contradictory, ["vi": "Không đủ điều kiện hưởng trợ cấp hưu trí xã hội", "en": "Does not meet the conditions of the social pension"],
                through: ["person"]
            ) { found, records, reading in
                guard found["group"].string == "social-pensioner", let person = try records.find("population", found["person"].plain) else { return true }
                let facts = try WelfareFacts(of: person, records, on: reading.today, topics: [.poverty, .pension])
                return WelfareRules.explain("social-pension", facts, on: reading.today)?.isEntitled ?? true
            },
            Check("twice", .duplicate, ["vi": "Hưởng hai khoản: chỉ được một khoản cao nhất", "en": "Two payments: only the highest is due"], through: ["person"]) {
                found, records, reading in
                guard found["group"].string != "carer" else { return true }
                return try records.all("beneficiary", where: "person", is: found["person"].plain).count { other in
                    other["group"].string != "carer" && (other["until"].day.map { reading.today <= $0 } ?? true)
                } < 2
            },
            Check(
                "no-certificate", .missing,
                ["vi": "Hưởng theo diện khuyết tật mà chưa có giấy xác nhận trong sổ", "en": "Paid as disabled, without a certificate in the register"],
                through: ["person"]
            ) { found, records, reading in
                guard found["group"].plain.hasPrefix("disabled-") else { return true }
                return try records.all("disability", where: "person", is: found["person"].plain).contains { DisabilityCertificates.isInForce($0.fields, on: reading.today) }
            },
            Check(
                "group-ended",
                dueFrom: ["vi": "Diện từ 80 tuổi đã chuyển sang trợ cấp hưu trí xã hội từ 1/7/2025", "en": "Those over 80 have the social pension since 1 July 2025"]
            ) { found, _ in
                guard found["group"].string == "elder-80", let ended = Day(year: 2025, month: 7, day: 1) else { return nil }
                return found["until"].day.map { $0 < ended } ?? false ? nil : ended
            },
            Check("ends-soon", dueFrom: ["vi": "Còn dưới 30 ngày hưởng: xem xét tiếp", "en": "Ends within 30 days: look at it again"]) { found, _ in
                found["until"].day.map { $0 + -30 }
            },
        ],
        arrivals: true,
        comparisons: Heads.person("person", names: ["Họ và tên người hưởng", "Họ tên người hưởng", "Họ và tên đối tượng", "Tên đối tượng"]), label: ["person", "from"],
        example: [
            "number": .string("BT00000000000001"), "person": .string("001048123456"), "commune": .string("00004"), "group": .string("social-pensioner"),
            "coefficient": .string("1"), "amount": .integer(650_000), "from": .string("2025-07-01"), "decision": .string("42/QĐ-UBND"), "decided": .string("2025-07-10"),
        ])

    static let keys = KeyForm("BT", digits: 14)

    /// A group with the coefficients it may have, in hundredths, and the base they are of.
    struct Group: Sendable {
        let choice: Choice
        let coefficients: [Int64]
        let base: WelfareBase
        init(_ code: String, _ title: Text, _ coefficients: [Int64], of base: WelfareBase = .assistance, alsoCalled: [String] = []) {
            choice = Choice(code, title, alsoCalled: alsoCalled)
            self.coefficients = coefficients
            self.base = base
        }
    }

    /// Decree 20/2021/NĐ-CP, articles 5, 6 and 20; coefficients from memory, to be confirmed.
    static let groups: [Group] = [
        Group(
            "social-pensioner", ["vi": "Hưởng trợ cấp hưu trí xã hội", "en": "Social pensioner"], [100], of: .socialPension,
            alsoCalled: ["Trợ cấp hưu trí xã hội", "Hưu trí xã hội", "HTXH"]),
        Group(
            "elder-80", ["vi": "Từ đủ 80 tuổi không có lương hưu (đến 30/6/2025)", "en": "Elder over 80 without a pension (until 30 June 2025)"], [100],
            alsoCalled: ["Người cao tuổi từ đủ 80 tuổi", "Từ đủ 80 tuổi", "NCT 80"]),
        Group(
            "elder-alone", ["vi": "Người cao tuổi thuộc hộ nghèo không có người phụng dưỡng", "en": "Poor elder without anyone to care"], [150, 200, 300],
            alsoCalled: ["Người cao tuổi nghèo cô đơn", "NCT nghèo cô đơn"]),
        Group("disabled-severe", ["vi": "Người khuyết tật nặng", "en": "Severely disabled"], [150, 200], alsoCalled: ["Khuyết tật nặng", "NKT nặng", "KTN"]),
        Group(
            "disabled-extreme", ["vi": "Người khuyết tật đặc biệt nặng", "en": "Extremely severely disabled"], [200, 250],
            alsoCalled: ["Khuyết tật đặc biệt nặng", "NKT đặc biệt nặng", "KTĐBN"]),
        Group(
            "orphan", ["vi": "Trẻ em không có nguồn nuôi dưỡng", "en": "Orphan or child without support"], [150, 250],
            alsoCalled: ["Trẻ mồ côi", "Trẻ em mồ côi", "Trẻ em mất nguồn nuôi dưỡng"]),
        Group("orphan-student", ["vi": "Người 16 đến 22 tuổi không có nguồn nuôi dưỡng đang học", "en": "Student of 16 to 22 without support"], [150]),
        Group(
            "single-poor-parent", ["vi": "Người đơn thân nghèo đang nuôi con", "en": "Poor single parent"], [100, 200, 300, 400, 500],
            alsoCalled: ["Đơn thân nghèo nuôi con", "Người đơn thân nghèo"]),
        Group("hiv", ["vi": "Người nhiễm HIV thuộc hộ nghèo", "en": "Person with HIV in a poor household"], [150, 200, 250], alsoCalled: ["Người nhiễm HIV", "HIV nghèo"]),
        Group("small-child", ["vi": "Trẻ em dưới 3 tuổi hộ nghèo ở xã đặc biệt khó khăn", "en": "Poor child under 3 in a commune of special hardship"], [150]),
        Group(
            "carer", ["vi": "Người nhận chăm sóc, nuôi dưỡng", "en": "Carer"], [100, 150, 250, 300],
            alsoCalled: ["Người chăm sóc", "Người nhận chăm sóc", "Người nuôi dưỡng, chăm sóc"]),
    ]

    private static func group(_ item: Item.Fields) -> Group? { groups.first { $0.choice.code == item["group"].string } }
}
