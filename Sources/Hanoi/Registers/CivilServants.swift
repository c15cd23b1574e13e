// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Cadres, civil servants and public employees: office, post, rank and salary step.
public enum CivilServants: RegisterDeclaration {
    public static let register = Register(
        "civil-servant", ["vi": "Cán bộ, công chức, viên chức", "en": "Cadres and civil servants"],
        [
            "vi": "Đơn vị, vị trí việc làm, ngạch và bậc lương; quyền trên hệ thống đi theo vị trí.",
            "en": "Office, post, rank and salary step; rights in this system follow the post.",
        ],
        keptBy: Keepers.homeAffairs,
        under: [
            "vi": "Luật Cán bộ, công chức 80/2025/QH15; Nghị định 204/2004/NĐ-CP về bậc lương",
            "en": "Law on Cadres and Civil Servants 80/2025/QH15; Decree 204/2004/NĐ-CP on salary steps",
        ], updated: .daily,
        key: Field(
            "number", .code(CodePattern([.text("CB"), .digits(6...6)])), ["vi": "Số hiệu", "en": "Servant number"], .official,
            alsoCalled: ["Số hiệu cán bộ", "Số hiệu công chức", "Số hiệu CBCC", "Mã cán bộ", "Mã CBCCVC", "Mã số cán bộ"],
            hint: ["vi": "CB và 6 chữ số.", "en": "CB and 6 digits."]),
        fields: [
            Field("person", .reference("population"), ["vi": "Số định danh", "en": "Personal ID"], .personal, required: false, lasting: true, alsoCalled: Heads.personalID),
            Field("name", .name, ["vi": "Họ và tên", "en": "Full name"], .official, searched: true, alsoCalled: Heads.names),
            Field("category", .choice(categories), ["vi": "Diện", "en": "Category"], .official, counted: true, alsoCalled: ["Loại cán bộ", "Đối tượng", "Loại CBCCVC"]),
            Field(
                "office", .choice(Offices.all), ["vi": "Cơ quan", "en": "Office"], .official, counted: true,
                alsoCalled: ["Cơ quan công tác", "Đơn vị công tác", "Nơi công tác", "Cơ quan, đơn vị"]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã công tác", "en": "Commune served"], .official, required: false, counted: true, jurisdiction: true,
                alsoCalled: ["Phường, xã", "Mã xã"],
                hint: ["vi": "Để trống nếu làm việc ở sở, ngành của thành phố.", "en": "Empty for those at the city's departments."]),
            Field(
                "post", .text(max: 120), ["vi": "Vị trí việc làm", "en": "Post"], .official, searched: true,
                alsoCalled: ["Chức vụ", "Chức danh", "Chức vụ, chức danh", "Vị trí công tác"]),
            Field(
                "rank", .choice(Ranks.choices), ["vi": "Ngạch, hạng", "en": "Rank"], .official,
                alsoCalled: ["Ngạch", "Mã ngạch", "Mã số ngạch", "Ngạch công chức", "Hạng chức danh nghề nghiệp"]),
            Field("step", .integer(1...12), ["vi": "Bậc", "en": "Step"], .official, alsoCalled: ["Bậc lương"]),
            Field("coefficient", .decimal(places: 2), ["vi": "Hệ số lương", "en": "Salary coefficient"], .official, alsoCalled: ["Hệ số"]),
            Field(
                "step_since", .day, ["vi": "Hưởng bậc từ", "en": "On this step since"], .official,
                alsoCalled: ["Thời điểm hưởng", "Ngày hưởng", "Hưởng từ ngày", "Mốc nâng lương", "Mốc hưởng"]),
            Field(
                "stand_in", .reference("civil-servant"), ["vi": "Người nhận bàn giao", "en": "Takes over open work"], .official, required: false, lasting: true,
                alsoCalled: ["Số hiệu người nhận bàn giao"]),
        ],
        rules: [
            Rule("step", at: "step", ["vi": "Ngạch này không có bậc ấy.", "en": "This rank has no such step."]) { item, _ in
                Ranks.coefficient(item["rank"].plain, item["step"].integer ?? 0) != nil
            },
            Rule("coefficient", at: "coefficient", ["vi": "Hệ số khác với bảng lương của ngạch và bậc.", "en": "The coefficient differs from the scale of the rank and step."]) {
                item, _ in
                Ranks.coefficient(item["rank"].plain, item["step"].integer ?? 0).map { $0 == item["coefficient"].string } ?? true
            },
            Rule("commune-office", at: "commune", ["vi": "Cơ quan phường, xã phải ghi rõ phường, xã nào.", "en": "A commune's office must say which commune."]) { item, _ in
                !Offices.ofCommunes.contains(item["office"].plain) || !item["commune"].isNull
            },
        ],
        consequences: handOver, when: { _, isNew in !isNew },
        checks: [
            Check("step-due", dueFrom: ["vi": "Đủ thời gian xét nâng bậc lương", "en": "Due for the next salary step"]) { found, _ in
                guard let since = found["step_since"].day, let months = Ranks.monthsToNext(found["rank"].plain, found["step"].integer ?? 0) else { return nil }
                return since.adding(months: months)
            },
            Check("no-person", .missing, ["vi": "Chưa nối với sổ dân cư", "en": "Not linked to the population register"]) { found, _, _ in !found["person"].isNull },
            Check("twice", .duplicate, ["vi": "Một người có hai số hiệu", "en": "One person with two numbers"], through: ["person"]) { found, records, _ in
                guard let person = found["person"].string else { return true }
                return try records.all("civil-servant", where: "person", is: person).count < 2
            },
            Check("person-gone", .contradictory, ["vi": "Người này không còn trong sổ dân cư", "en": "This person is no longer in the population register"], through: ["person"]) {
                found, records, _ in
                guard let person = found["person"].string else { return true }
                return try records.find("population", person) != nil
            },
        ],
        duties: [FieldDuty("person", filled: 95, found: "no-person")], label: ["name", "post"],
        example: [
            "number": .string("CB000001"), "person": .string("001090123456"), "name": .string("Nguyễn Văn Thử"), "category": .string("civil-servant"),
            "office": .string("commune-committee"), "commune": .string("00004"), "post": .string("Công chức tư pháp – hộ tịch"), "rank": .string("01.003"),
            "step": .integer(3), "coefficient": .string("3"), "step_since": .string("2025-01-01"),
        ])

    static let categories = [
        Choice("cadre", ["vi": "Cán bộ", "en": "Cadre"], alsoCalled: ["CB"]), Choice("civil-servant", ["vi": "Công chức", "en": "Civil servant"], alsoCalled: ["CC"]),
        Choice("public-employee", ["vi": "Viên chức", "en": "Public employee"], alsoCalled: ["VC"]),
        Choice("contract", ["vi": "Hợp đồng", "en": "On contract"], alsoCalled: ["HĐ", "HĐLĐ", "Hợp đồng lao động", "Người lao động"]),
    ]

    /// Who leaves a post hands the open work over: to the one named, or else back to the unit.
    private static let handOver: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings {
            guard let before = one.before else { continue }
            if let after = one.after, after["office"] == before["office"], after["commune"] == before["commune"] { continue }
            let heir = (one.after ?? before)["stand_in"]
            for task in try records.all("task", where: "officer", is: one.key) {
                consequences.append(.put("task", task.key, ["officer": heir.string == one.key ? .null : heir]))
            }
        }
        return consequences
    }
}

/// Decisions on transfers, appointments and salary steps; they change the servant's record from the day they name.
public enum PersonnelDecisions: RegisterDeclaration {
    public static let register = Register(
        "personnel-decision", ["vi": "Quyết định nhân sự", "en": "Personnel decisions"],
        ["vi": "Điều động, bổ nhiệm, nâng ngạch, nâng bậc lương, thôi việc.", "en": "Transfers, appointments, promotions, salary steps, departures."],
        keptBy: Keepers.homeAffairs,
        under: ["vi": "Luật Cán bộ, công chức 80/2025/QH15", "en": "Law on Cadres and Civil Servants 80/2025/QH15"], updated: .asNeeded,
        key: Field(
            "number", .code(CodePattern([.digits(1...6), .text("-QD-"), .digits(4...4)])), ["vi": "Số quyết định", "en": "Decision number"], .official, alsoCalled: Heads.decisions,
            hint: ["vi": "Ví dụ 125-QD-2026.", "en": "Such as 125-QD-2026."]),
        fields: [
            Field(
                "servant", .reference("civil-servant"), ["vi": "Cán bộ", "en": "Servant"], .official, filtered: true, lasting: true,
                alsoCalled: ["Số hiệu", "Số hiệu cán bộ", "Số hiệu công chức", "Số hiệu CBCC", "Mã cán bộ", "Mã CBCCVC"],
                hint: ["vi": "Số hiệu, ví dụ CB000001.", "en": "The number, such as CB000001."]),
            Field("kind", .choice(kinds), ["vi": "Loại quyết định", "en": "Kind"], .official, counted: true, alsoCalled: ["Loại QĐ", "Nội dung quyết định"]),
            Field(
                "takes_effect", .day, ["vi": "Có hiệu lực từ 0 giờ ngày", "en": "In force from midnight of"], .official,
                alsoCalled: ["Ngày có hiệu lực", "Có hiệu lực từ ngày", "Hiệu lực từ ngày", "Ngày hiệu lực"]),
            Field(
                "office", .choice(Offices.all), ["vi": "Cơ quan mới", "en": "New office"], .official, when: .init("kind", "transfer"),
                alsoCalled: ["Cơ quan", "Đơn vị mới", "Cơ quan chuyển đến"]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã mới", "en": "New commune"], .official, required: false, when: .init("kind", "transfer"), alsoCalled: ["Phường, xã"]),
            Field(
                "post", .text(max: 120), ["vi": "Vị trí mới", "en": "New post"], .official, required: false, when: .init("kind", "transfer", "appointment"),
                alsoCalled: ["Chức vụ mới", "Chức danh mới"]),
            Field(
                "rank", .choice(Ranks.choices), ["vi": "Ngạch mới", "en": "New rank"], .official, when: .init("kind", "promotion"), alsoCalled: ["Ngạch, hạng mới", "Mã ngạch mới"]),
            Field("step", .integer(1...12), ["vi": "Bậc mới", "en": "New step"], .official, when: .init("kind", "promotion", "salary-step"), alsoCalled: ["Bậc lương mới"]),
            Field(
                "stand_in", .reference("civil-servant"), ["vi": "Bàn giao việc cho", "en": "Open work goes to"], .official, required: false, lasting: true,
                when: .init("kind", "transfer", "departure"), alsoCalled: ["Số hiệu người nhận bàn giao"]),
        ],
        rules: [
            Rule("commune-office", at: "commune", ["vi": "Cơ quan phường, xã phải ghi rõ phường, xã nào.", "en": "A commune's office must say which commune."]) { item, _ in
                !Offices.ofCommunes.contains(item["office"].plain) || !item["commune"].isNull
            },
            Rule("post", at: "post", ["vi": "Bổ nhiệm phải ghi vị trí.", "en": "An appointment names the post."]) { item, _ in
                item["kind"].string != "appointment" || !item["post"].isNull
            },
        ],
        consequences: follow, when: { _, isNew in isNew }, label: ["kind", "servant"],
        example: [
            "number": .string("125-QD-2026"), "servant": .string("CB000001"), "kind": .string("salary-step"), "takes_effect": .string("2026-12-01"), "step": .integer(4),
        ])

    static let kinds = [
        Choice("transfer", ["vi": "Điều động, luân chuyển", "en": "Transfer"], alsoCalled: ["Điều động", "Luân chuyển"]),
        Choice("appointment", ["vi": "Bổ nhiệm", "en": "Appointment"]),
        Choice("promotion", ["vi": "Nâng ngạch", "en": "Promotion"]),
        Choice("salary-step", ["vi": "Nâng bậc lương", "en": "Salary step"], alsoCalled: ["Nâng lương", "Nâng lương thường xuyên"]),
        Choice("departure", ["vi": "Thôi việc, nghỉ hưu", "en": "Departure or retirement"], alsoCalled: ["Thôi việc", "Nghỉ hưu", "Hưu trí"]),
    ]

    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings where one.isNew {
            guard let item = one.after, let servant = try records.find("civil-servant", item["servant"].plain), let day = item["takes_effect"].day else { continue }
            var values: [String: Value] = [:]
            switch item["kind"].string {
            case "transfer":
                values = ["office": item["office"], "commune": item["commune"], "stand_in": item["stand_in"]]
                if !item["post"].isNull { values["post"] = item["post"] }
            case "appointment": values = ["post": item["post"]]
            case "promotion", "salary-step":
                let rank = item["rank"].isNull ? servant["rank"] : item["rank"]
                guard let coefficient = Ranks.coefficient(rank.plain, item["step"].integer ?? 0) else {
                    throw Objection(field: "step", code: "step", ["vi": "Ngạch này không có bậc ấy.", "en": "This rank has no such step."])
                }
                values = ["rank": rank, "step": item["step"], "coefficient": .string(coefficient), "step_since": item["takes_effect"]]
            default:
                if let heir = item["stand_in"].string {
                    for task in try records.all("task", where: "officer", is: servant.key) { consequences.append(.put("task", task.key, ["officer": .string(heir)], from: day)) }
                }
                consequences.append(.retire("civil-servant", servant.key, from: day))
                continue
            }
            consequences.append(.put("civil-servant", servant.key, values, from: day))
        }
        return consequences
    }
}
