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
