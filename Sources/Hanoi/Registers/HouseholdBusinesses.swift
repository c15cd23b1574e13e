// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Household businesses: who runs them, where, and whether they are open.
public enum HouseholdBusinesses: RegisterDeclaration {
    public static let register = Register(
        "household-business", ["vi": "Hộ kinh doanh", "en": "Household businesses"],
        ["vi": "Chủ hộ kinh doanh, địa điểm, ngành nghề, tình trạng hoạt động.", "en": "Owner, premises, line of business and status."],
        keptBy: Keepers.finance,
        under: [
            "vi": "Nghị định 168/2025/NĐ-CP về đăng ký doanh nghiệp, chương về hộ kinh doanh",
            "en": "Decree 168/2025/NĐ-CP on business registration, the chapter on household businesses",
        ],
        updated: .daily,
        key: Field(
            "certificate", .code(CodePattern([.digits(2...2), .letters(1...1), .digits(7...7)])), ["vi": "Số giấy chứng nhận", "en": "Certificate number"], .open,
            hint: ["vi": "Hai chữ số, một chữ cái, bảy chữ số, ví dụ 01A8000125.", "en": "Two digits, a letter, seven digits, such as 01A8000125."]),
        fields: [
            Field("name", .text(max: 150), ["vi": "Tên hộ kinh doanh", "en": "Name"], .open, searched: true),
            Field(
                "owner", .reference("population"), ["vi": "Chủ hộ kinh doanh", "en": "Owner"], .personal,
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "tax_code", .taxCode, ["vi": "Mã số thuế", "en": "Tax code"], .personal, required: false,
                hint: ["vi": "Từ 1/7/2025 là số định danh của chủ hộ.", "en": "Since 1 July 2025 the owner's personal number."]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true),
            Field("premises", .address, ["vi": "Địa điểm kinh doanh", "en": "Premises"], .open),
            Field("parcel", .reference("land-parcel"), ["vi": "Trên thửa đất", "en": "On parcel"], .official, required: false, lasting: true),
            Field("line", .code(CodePattern([.digits(2...5)])), ["vi": "Ngành nghề (VSIC)", "en": "Line of business (VSIC)"], .open),
            Field("capital", .money, ["vi": "Vốn kinh doanh (đồng)", "en": "Capital (đồng)"], .official, required: false),
            Field("employees", .integer(0...10000), ["vi": "Số lao động", "en": "Employees"], .official, required: false),
            Field("registered", .day, ["vi": "Ngày đăng ký", "en": "Registered on"], .open),
            Field("status", .choice(statuses), ["vi": "Tình trạng", "en": "Status"], .open, counted: true),
            Field("paused_until", .day, ["vi": "Tạm ngừng đến ngày", "en": "Paused until"], .open, required: false, when: .init("status", "paused")),
        ],
        rules: [
            Rule("registered", at: "registered", ["vi": "Ngày đăng ký không thể ở tương lai.", "en": "The day of registration cannot lie in the future."]) { item, reading in
                item["registered"].day.map { $0 <= reading.today } ?? true
            },
            Rule(
                "tax-owner", at: "tax_code", ["vi": "Mã số thuế 12 chữ số phải là số định danh của chủ hộ.", "en": "A tax code of 12 digits must be the owner's personal number."]
            ) { item, _ in
                guard let code = item["tax_code"].string, code.utf8.count == 12 else { return true }
                return code == item["owner"].string
            },
        ],
        checks: [
            Check("no-tax-code", .missing, ["vi": "Chưa có mã số thuế", "en": "No tax code"]) { found, _, _ in !found["tax_code"].isNull },
            Check("pause-over", dueFrom: ["vi": "Hết hạn tạm ngừng mà chưa hoạt động lại", "en": "The pause is over and the business has not reopened"]) { found, _ in
                found["status"].string == "paused" ? found["paused_until"].day.map { $0 + 1 } : nil
            },
            Check("owner-young", .contradictory, ["vi": "Chủ hộ kinh doanh chưa đủ 18 tuổi", "en": "The owner is under 18"], through: ["owner"]) { found, records, reading in
                guard let owner = try records.find("population", found["owner"].plain), let born = PartialDay(owner["birth"].plain)?.first else { return true }
                return reading.today.age(bornOn: born) >= 18
            },
        ],
        duties: [FieldDuty("tax_code", filled: 95, found: "no-tax-code")], label: ["name"],
        example: [
            "certificate": .string("01A8000125"), "name": .string("Bún chả Ví Dụ"), "owner": .string("001090123456"), "tax_code": .string("001090123456"),
            "commune": .string("00004"), "premises": .string("Số 12, phố Kim Mã"), "line": .string("56101"), "capital": .integer(100_000_000), "employees": .integer(3),
            "registered": .string("2020-06-15"), "status": .string("active"),
        ])

    static let statuses = [
        Choice("active", ["vi": "Đang hoạt động", "en": "Open"]), Choice("paused", ["vi": "Tạm ngừng", "en": "Paused"]),
        Choice("ended", ["vi": "Đã chấm dứt", "en": "Ended"]),
    ]
}

/// Notices of a business: paused, reopened, ended. Each changes the business's record on its day.
public enum BusinessEvents: RegisterDeclaration {
    public static let register = Register(
        "business-event", ["vi": "Thông báo của hộ kinh doanh", "en": "Business notices"],
        [
            "vi": "Tạm ngừng, hoạt động lại, chấm dứt; ghi thông báo thì tình trạng đổi đúng ngày.",
            "en": "Pauses, reopenings and endings; the status changes on the day of the notice.",
        ],
        keptBy: Keepers.finance,
        under: ["vi": "Nghị định 168/2025/NĐ-CP về đăng ký doanh nghiệp", "en": "Decree 168/2025/NĐ-CP on business registration"], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã thông báo", "en": "Notice number"], .open),
        fields: [
            Field("business", .reference("household-business"), ["vi": "Hộ kinh doanh", "en": "Business"], .open, filtered: true, lasting: true),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true),
            Field("kind", .choice(kinds), ["vi": "Thông báo", "en": "Notice"], .open, counted: true),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .open),
            Field(
                "until", .day, ["vi": "Đến ngày", "en": "Until"], .open, required: false, when: .init("kind", "pause"),
                hint: ["vi": "Hết ngày này thì tự hoạt động lại.", "en": "After this day it is open again by itself."]),
            Field("reason", .text(max: 300), ["vi": "Lý do", "en": "Reason"], .official, required: false),
        ],
        rules: [
            Rule("order", at: "until", ["vi": "Ngày hết tạm ngừng phải sau ngày bắt đầu.", "en": "A pause ends after it begins."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until >= from
            }
        ],
        keys: keys, consequences: follow, when: { _, isNew in isNew }, label: ["kind", "business"],
        example: [
            "number": .string("TB00000000000001"), "business": .string("01A8000125"), "commune": .string("00004"), "kind": .string("pause"), "from": .string("2026-12-01"),
            "until": .string("2027-02-28"),
        ])

    static let keys = KeyForm("TB", digits: 14)

    static let kinds = [
        Choice("pause", ["vi": "Tạm ngừng kinh doanh", "en": "Pause"]), Choice("reopen", ["vi": "Hoạt động trở lại", "en": "Reopening"]),
        Choice("end", ["vi": "Chấm dứt hoạt động", "en": "Ending"]),
    ]

    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings where one.isNew {
            guard let item = one.after, let from = item["from"].day, let business = try records.find("household-business", item["business"].plain) else { continue }
            guard business["commune"] == item["commune"] else {
                throw Objection(field: "commune", code: "agreement", ["vi": "Phường, xã phải là nơi đặt địa điểm kinh doanh.", "en": "The commune must be that of the premises."])
            }
            let status = business["status"].string
            func refuse(_ vi: String, _ en: String) -> Objection { Objection(field: "kind", code: "status", Text(vi: vi, en: en)) }
            switch item["kind"].string {
            case "pause":
                guard status == "active" else { throw refuse("Chỉ hộ đang hoạt động mới tạm ngừng được.", "Only a business that is open can pause.") }
                consequences.append(.put("household-business", business.key, ["status": .string("paused"), "paused_until": item["until"]], from: from))
                if let until = item["until"].day {
                    consequences.append(.put("household-business", business.key, ["status": .string("active"), "paused_until": .null], from: until + 1))
                }
            case "reopen":
                guard status == "paused" || business.since > from else { throw refuse("Hộ này không tạm ngừng.", "This business is not paused.") }
                consequences.append(.put("household-business", business.key, ["status": .string("active"), "paused_until": .null], from: from))
            default:
                guard status != "ended" else { throw refuse("Hộ này đã chấm dứt.", "This business has ended already.") }
                consequences.append(.put("household-business", business.key, ["status": .string("ended"), "paused_until": .null], from: from))
            }
        }
        return consequences
    }
}
