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
            alsoCalled: [
                "Số giấy chứng nhận đăng ký hộ kinh doanh", "Số GCN", "Số GCN ĐKKD", "Số ĐKKD", "Số GCN đăng ký hộ kinh doanh", "Số đăng ký hộ kinh doanh", "Mã số hộ kinh doanh",
                "Số đăng ký kinh doanh",
            ],
            hint: ["vi": "Hai chữ số, một chữ cái, bảy chữ số, ví dụ 01A8000125.", "en": "Two digits, a letter, seven digits, such as 01A8000125."]),
        fields: [
            Field("name", .text(max: 150), ["vi": "Tên hộ kinh doanh", "en": "Name"], .open, searched: true, alsoCalled: ["Tên hộ", "Hộ kinh doanh", "Tên HKD"]),
            Field(
                "owner", .reference("population"), ["vi": "Chủ hộ kinh doanh", "en": "Owner"], .personal,
                alsoCalled: Heads.all(
                    Heads.personalID, "Số định danh", "Số định danh chủ hộ", "Số định danh của chủ hộ", "Số định danh chủ hộ kinh doanh", "Số CCCD chủ hộ", "CCCD chủ hộ"),
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "tax_code", .taxCode, ["vi": "Mã số thuế", "en": "Tax code"], .personal, required: false, alsoCalled: ["MST"],
                hint: ["vi": "Từ 1/7/2025 là số định danh của chủ hộ.", "en": "Since 1 July 2025 the owner's personal number."]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("premises", .address, ["vi": "Địa điểm kinh doanh", "en": "Premises"], .open, alsoCalled: ["Địa chỉ", "Địa chỉ kinh doanh", "Địa chỉ trụ sở"]),
            Field(
                "parcel", .reference("land-parcel"), ["vi": "Trên thửa đất", "en": "On parcel"], .official, required: false, lasting: true, alsoCalled: ["Mã thửa", "Mã thửa đất"]),
            Field(
                "line", .code(CodePattern([.digits(2...5)])), ["vi": "Ngành nghề (VSIC)", "en": "Line of business (VSIC)"], .open,
                alsoCalled: ["Mã ngành", "Ngành nghề", "Ngành nghề kinh doanh", "Mã ngành nghề", "Ngành, nghề kinh doanh"]),
            Field("capital", .money, ["vi": "Vốn kinh doanh (đồng)", "en": "Capital (đồng)"], .official, required: false, alsoCalled: ["Vốn kinh doanh", "Vốn", "Số vốn"]),
            Field("employees", .integer(0...10000), ["vi": "Số lao động", "en": "Employees"], .official, required: false, alsoCalled: ["Lao động", "Số LĐ", "Số người lao động"]),
            Field(
                "registered", .day, ["vi": "Ngày đăng ký", "en": "Registered on"], .open, alsoCalled: ["Ngày cấp", "Ngày cấp GCN", "Ngày cấp giấy chứng nhận", "Ngày thành lập"]),
            Field("status", .choice(statuses), ["vi": "Tình trạng", "en": "Status"], .open, counted: true, alsoCalled: Heads.states),
            Field(
                "paused_until", .day, ["vi": "Tạm ngừng đến ngày", "en": "Paused until"], .open, required: false, when: .init("status", "paused"),
                alsoCalled: ["Tạm ngừng kinh doanh đến ngày"]),
        ],
        rules: [
            Rule("registered", at: "registered", ["vi": "Ngày đăng ký không thể ở tương lai.", "en": "The day of registration cannot lie in the future."]) { item, reading in
                item["registered"].day.map { $0 <= reading.today } ?? true
            }, SectorRules.order("registered", "paused_until"),
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
        Choice("active", ["vi": "Đang hoạt động", "en": "Open"], alsoCalled: ["Hoạt động"]),
        Choice("paused", ["vi": "Tạm ngừng", "en": "Paused"], alsoCalled: ["Tạm ngừng kinh doanh", "Tạm ngừng hoạt động"]),
        Choice("ended", ["vi": "Đã chấm dứt", "en": "Ended"], alsoCalled: ["Chấm dứt", "Chấm dứt hoạt động", "Ngừng hoạt động"]),
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
        key: Field("number", keys.kind, ["vi": "Mã thông báo", "en": "Notice number"], .open, alsoCalled: ["Số thông báo"]),
        fields: [
            Field(
                "business", .reference("household-business"), ["vi": "Hộ kinh doanh", "en": "Business"], .open, filtered: true, lasting: true,
                alsoCalled: ["Số giấy chứng nhận", "Số GCN", "Số GCN ĐKKD", "Mã số hộ kinh doanh"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("kind", .choice(kinds), ["vi": "Thông báo", "en": "Notice"], .open, counted: true, alsoCalled: ["Loại thông báo", "Nội dung thông báo"]),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .open, alsoCalled: ["Ngày bắt đầu", "Tạm ngừng từ ngày"]),
            Field(
                "until", .day, ["vi": "Đến ngày", "en": "Until"], .open, required: false, when: .init("kind", "pause"),
                alsoCalled: ["Đến hết ngày", "Ngày kết thúc", "Tạm ngừng đến ngày"],
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
        Choice("pause", ["vi": "Tạm ngừng kinh doanh", "en": "Pause"], alsoCalled: ["Tạm ngừng"]),
        Choice("reopen", ["vi": "Hoạt động trở lại", "en": "Reopening"], alsoCalled: ["Hoạt động lại", "Tiếp tục kinh doanh"]),
        Choice("end", ["vi": "Chấm dứt hoạt động", "en": "Ending"], alsoCalled: ["Chấm dứt", "Chấm dứt hoạt động kinh doanh"]),
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
