// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A new household business.
enum HouseholdBusinessRegistration: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.001612", ["vi": "Đăng ký thành lập hộ kinh doanh", "en": "Registering a household business"],
        need: ["vi": "Mở cửa hàng, hộ kinh doanh", "en": "Opening a shop of one's own"], words: ["mở quán", "buôn bán", "giấy phép kinh doanh", "bán hàng"],
        on: Occasions.business, under: ["vi": "Nghị định 168/2025/NĐ-CP về đăng ký doanh nghiệp", "en": "Decree 168/2025/NĐ-CP on business registration"],
        decidedBy: CityOffices.communeCommittee,
        at: .answer("at_commune"), about: [.oneself], facts: [Legal.person, Legal.home, Fact(.records("household-business", where: "owner"), "name", "status")],
        questions: [
            Field("business_name", .text(max: 150), ["vi": "Tên muốn đặt", "en": "The name you want"], .official),
            Field("at_commune", .unit(.commune), ["vi": "Kinh doanh tại phường, xã", "en": "In the ward or commune"], .official),
            Field("at_premises", .address, ["vi": "Số nhà, đường", "en": "House number and street"], .official),
            Field(
                "trade", .code(CodePattern([.digits(2...5)])), ["vi": "Mã ngành chính (VSIC)", "en": "Main line (VSIC code)"], .official,
                hint: ["vi": "Ví dụ 56101 nhà hàng, quán ăn; 4711 bán lẻ.", "en": "Such as 56101 restaurants; 4711 retail."]),
            Field("funds", .money, ["vi": "Vốn bỏ ra (đồng)", "en": "Capital put in (đồng)"], .official),
            Field("workers", .integer(0...10000), ["vi": "Số người làm", "en": "How many work there"], .official),
        ],
        within: Legal.within(.workingDays(3), ["vi": "Nghị định 168/2025/NĐ-CP", "en": "Decree 168/2025/NĐ-CP"]),
        fees: [
            Dated(
                Fee(counter: 100_000, online: 0, at: .approval), from: Legal.twoTiers,
                under: ["vi": "Nghị quyết của Hội đồng nhân dân thành phố", "en": "Resolution of the City Council"])
        ],
        findings: [
            Field(
                "certificate_number", .code(CodePattern([.digits(2...2), .letters(1...1), .digits(7...7)])), ["vi": "Số giấy chứng nhận", "en": "Certificate number"], .official,
                hint: ["vi": "Ví dụ 01A8000125.", "en": "Such as 01A8000125."])
        ],
        result: ["vi": "Giấy chứng nhận đăng ký hộ kinh doanh", "en": "Household business certificate"], writes: ["household-business"],
        check: { application, records, reading in
            var objections: [Objection] = []
            if Legal.age(application.subject, reading).map({ $0 < 18 }) ?? true {
                objections.append(Legal.objection("", "age", "Chủ hộ kinh doanh phải từ đủ 18 tuổi.", "The owner must be 18."))
            }
            if try records.all("household-business", where: "owner", is: application.subject.key).contains(where: { $0["status"].string != "ended" }) {
                objections.append(Legal.objection("", "one", "Mỗi người chỉ đứng tên một hộ kinh doanh; bạn đã có.", "Each person may own one household business; you have one."))
            }
            if let number = application["certificate_number"].string, try records.find("household-business", number) != nil {
                objections.append(Legal.objection("certificate_number", "exists", "Số này đã cấp.", "This number was given already."))
            }
            return objections
        },
        entries: { application, _, _ in
            [
                .put(
                    "household-business", application["certificate_number"].plain,
                    [
                        "name": application["business_name"], "owner": .string(application.subject.key), "tax_code": .string(application.subject.key),
                        "commune": .string(application.unit),
                        "premises": application["at_premises"], "line": application["trade"], "capital": application["funds"], "employees": application["workers"],
                        "registered": .string(application.day.description), "status": .string("active"),
                    ])
            ]
        },
        example: [
            "business_name": .string("Phở Ví Dụ"), "at_commune": .string("00004"), "at_premises": .string("Số 5, phố Ví Dụ"), "trade": .string("56101"),
            "funds": .integer(50_000_000), "workers": .integer(2),
        ])
}

/// What changes in a household business.
enum HouseholdBusinessChange: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.000720", ["vi": "Đăng ký thay đổi nội dung hộ kinh doanh", "en": "Changing a household business"],
        need: ["vi": "Đổi tên, chỗ bán, ngành của hộ kinh doanh", "en": "Changing the name, place or line of a shop"], words: ["đổi tên quán", "chuyển địa điểm"],
        on: Occasions.business, under: ["vi": "Nghị định 168/2025/NĐ-CP về đăng ký doanh nghiệp", "en": "Decree 168/2025/NĐ-CP on business registration"],
        decidedBy: CityOffices.communeCommittee,
        at: .found { subject, records in try standing(subject.key, records)?["commune"].string }, about: [.oneself],
        facts: [Fact(.subject, "name"), Fact(.records("household-business", where: "owner"), "name", "premises", "line", "capital", "status")],
        questions: [
            Field("change", .choice(changes), ["vi": "Thay đổi gì", "en": "What changes"], .official),
            Field("new_name", .text(max: 150), ["vi": "Tên mới", "en": "New name"], .official, when: .init("change", "name")),
            Field("new_premises", .address, ["vi": "Địa điểm mới trong phường, xã", "en": "New premises in the same commune"], .official, when: .init("change", "premises")),
            Field("new_trade", .code(CodePattern([.digits(2...5)])), ["vi": "Mã ngành mới (VSIC)", "en": "New line (VSIC code)"], .official, when: .init("change", "line")),
            Field("new_funds", .money, ["vi": "Vốn mới (đồng)", "en": "New capital (đồng)"], .official, when: .init("change", "capital")),
        ],
        within: Legal.within(.workingDays(3), ["vi": "Nghị định 168/2025/NĐ-CP", "en": "Decree 168/2025/NĐ-CP"]),
        fees: Legal.free(["vi": "Nghị quyết của Hội đồng nhân dân thành phố", "en": "Resolution of the City Council"]),
        result: ["vi": "Giấy chứng nhận đăng ký hộ kinh doanh mới", "en": "New household business certificate"], writes: ["household-business"],
        entries: { application, records, _ in
            guard let business = try standing(application.subject.key, records) else {
                throw Legal.objection("", "none", "Không còn hộ kinh doanh nào đứng tên người này.", "This person owns no business any more.")
            }
            switch application["change"].string {
            case "name": return [.put("household-business", business.key, ["name": application["new_name"]])]
            case "premises": return [.put("household-business", business.key, ["premises": application["new_premises"]])]
            case "line": return [.put("household-business", business.key, ["line": application["new_trade"]])]
            default: return [.put("household-business", business.key, ["capital": application["new_funds"]])]
            }
        }, example: ["change": .string("name"), "new_name": .string("Bún Ví Dụ")])

    static func standing(_ owner: String, _ records: any Records) throws -> Found? {
        try records.all("household-business", where: "owner", is: owner).first { $0["status"].string != "ended" }
    }

    static let changes = [
        Choice("name", ["vi": "Tên", "en": "Name"]), Choice("premises", ["vi": "Địa điểm", "en": "Premises"]), Choice("line", ["vi": "Ngành nghề", "en": "Line of business"]),
        Choice("capital", ["vi": "Vốn", "en": "Capital"]),
    ]
}

/// A private enterprise: one person answers for it with all they own.
enum PrivateEnterprise: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.001610", ["vi": "Đăng ký thành lập doanh nghiệp tư nhân", "en": "Founding a private enterprise"],
        need: ["vi": "Mở doanh nghiệp tư nhân", "en": "Founding a private enterprise"], words: ["thành lập công ty", "mở công ty"],
        on: Occasions.business,
        under: [
            "vi": "Luật Doanh nghiệp 59/2020/QH14, Điều 19, 188; Nghị định 168/2025/NĐ-CP", "en": "Law on Enterprises 59/2020/QH14, articles 19 and 188; Decree 168/2025/NĐ-CP",
        ], decidedBy: CityOffices.finance,
        at: .city, about: [.oneself], facts: [Legal.person, Legal.home, Fact(.records("enterprise", where: "representative"), "name", "type", "status")],
        questions: [
            Field("enterprise_name", .text(max: 200), ["vi": "Tên doanh nghiệp muốn đặt", "en": "The name you want"], .official),
            Field("seat_commune", .unit(.commune), ["vi": "Trụ sở tại phường, xã", "en": "Head office in the ward or commune"], .official),
            Field("seat_address", .address, ["vi": "Trụ sở: số nhà, đường", "en": "Head office: house number and street"], .official),
            Field("trade", .code(CodePattern([.digits(2...5)])), ["vi": "Mã ngành chính (VSIC)", "en": "Main line (VSIC code)"], .official),
            Field("funds", .money, ["vi": "Vốn đầu tư (đồng)", "en": "Capital invested (đồng)"], .official),
        ],
        within: Legal.within(.workingDays(3), ["vi": "Luật Doanh nghiệp 2020, Điều 26 khoản 5", "en": "Law on Enterprises 2020, article 26(5)"]),
        fees: [
            Dated(
                Fee(counter: 100_000, online: 100_000), from: Legal.twoTiers, under: ["vi": "Thông tư 47/2019/TT-BTC: phí công bố", "en": "Circular 47/2019/TT-BTC: publication"])
        ],
        findings: [
            Field(
                "new_code", .taxCode, ["vi": "Mã số doanh nghiệp", "en": "Enterprise code"], .official,
                hint: ["vi": "10 chữ số do cơ quan thuế cấp.", "en": "10 digits, given by the tax authority."])
        ],
        result: ["vi": "Giấy chứng nhận đăng ký doanh nghiệp", "en": "Enterprise registration certificate"], writes: ["enterprise"],
        check: { application, records, reading in
            var objections: [Objection] = []
            if Legal.age(application.subject, reading).map({ $0 < 18 }) ?? true {
                objections.append(Legal.objection("", "age", "Chủ doanh nghiệp phải từ đủ 18 tuổi.", "The owner must be 18."))
            }
            if try records.all("enterprise", where: "representative", is: application.subject.key).contains(where: {
                $0["type"].string == "private" && $0["status"].string != "dissolved"
            }) {
                objections.append(
                    Legal.objection("", "one", "Mỗi người chỉ được một doanh nghiệp tư nhân; bạn đã có.", "Each person may own one private enterprise; you have one."))
            }
            if let code = application["new_code"].string {
                if code.utf8.count != 10 { objections.append(Legal.objection("new_code", "pattern", "Mã số doanh nghiệp có 10 chữ số.", "An enterprise code has 10 digits.")) }
                if try records.find("enterprise", code) != nil { objections.append(Legal.objection("new_code", "exists", "Mã này đã cấp.", "This code was given already.")) }
            }
            return objections
        },
        entries: { application, _, _ in
            [
                .put(
                    "enterprise", application["new_code"].plain,
                    [
                        "name": application["enterprise_name"], "type": .string("private"), "commune": application["seat_commune"], "address": application["seat_address"],
                        "representative": .string(application.subject.key), "representative_name": application.subject["name"], "capital": application["funds"],
                        "line": application["trade"],
                        "founded": .string(application.day.description), "status": .string("active"),
                    ])
            ]
        },
        example: [
            "enterprise_name": .string("Doanh nghiệp tư nhân Ví Dụ"), "seat_commune": .string("00004"), "seat_address": .string("Số 7, phố Ví Dụ"), "trade": .string("4711"),
            "funds": .integer(500_000_000),
        ])
}
