// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The certificate without which no pharmacy opens.
enum PharmacyCertificate: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.014076", ["vi": "Cấp Giấy chứng nhận đủ điều kiện kinh doanh dược", "en": "Certificate for a pharmacy"],
        need: ["vi": "Mở nhà thuốc, quầy thuốc", "en": "Opening a pharmacy"], words: ["nhà thuốc", "hiệu thuốc", "quầy thuốc", "dược"], on: Occasions.health,
        under: ["vi": "Luật Dược 105/2016/QH13, Điều 36 đến 39", "en": "Law on Pharmacy 105/2016/QH13, articles 36 to 39"], decidedBy: CityOffices.health, at: .city,
        about: [.oneself],
        facts: [
            Legal.person, Fact(.records("household-business", where: "owner"), "name", "premises", "status"),
            Fact(.records("enterprise", where: "representative"), "name", "address", "status"),
            Fact(.answer("licence", register: "health-worker"), "name", "profession", "issued", "expires"),
        ],
        questions: [
            Field("outlet", .choice(outlets), ["vi": "Loại cơ sở", "en": "Kind"], .official),
            Field("outlet_name", .text(max: 150), ["vi": "Tên cơ sở muốn đặt", "en": "The name wanted"], .official),
            Field("at_commune", .unit(.commune), ["vi": "Bán tại phường, xã", "en": "In the ward or commune"], .official),
            Field("at_premises", .address, ["vi": "Số nhà, đường nơi bán", "en": "House number and street of the place"], .official),
            Field(
                "licence", .reference("health-worker"), ["vi": "Số chứng chỉ của dược sĩ phụ trách", "en": "Licence of the pharmacist in charge"], .official,
                hint: ["vi": "Ví dụ 1234/HNO-CCHND.", "en": "Such as 1234/HNO-CCHND."]),
            Field(
                "for_enterprise", .reference("enterprise"), ["vi": "Thuộc doanh nghiệp (mã số)", "en": "Belongs to the enterprise (code)"], .official, required: false,
                hint: ["vi": "Để trống nếu là hộ kinh doanh của bạn.", "en": "Empty if it is your household business."]),
            Field(
                "goods", .text(max: 500), ["vi": "Bán buôn những gì", "en": "What is sold wholesale"], .official, when: .init("outlet", "wholesale"),
                hint: ["vi": "Ví dụ: thuốc, nguyên liệu làm thuốc.", "en": "Such as medicines and what they are made of."]),
            Field(
                "special_control", .boolean, ["vi": "Có thuốc phải kiểm soát đặc biệt không", "en": "Are there controlled medicines"], .official,
                when: .init("outlet", "wholesale")),
        ],
        papers: [
            Paper(
                "technical", ["vi": "Tài liệu kỹ thuật theo GPP, GDP", "en": "Technical file by GPP or GDP"], because: ["vi": "do cơ sở lập", "en": "the pharmacy makes it"],
                filesMax: 10)
        ],
        within: Legal.within(.days(20), ["vi": "Luật Dược 2016, Điều 39", "en": "Law on Pharmacy 2016, article 39"]),
        fees: [Dated(Fee(counter: 1_000_000, online: 1_000_000), from: Legal.twoTiers, under: ["vi": "Thông tư 41/2023/TT-BTC", "en": "Circular 41/2023/TT-BTC"])],
        findings: [
            Field(
                "certificate_number", .code(Pharmacies.certificate), ["vi": "Số giấy chứng nhận", "en": "Certificate number"], .official,
                hint: ["vi": "Ví dụ 01-1234/ĐKKDD-HNO.", "en": "Such as 01-1234/ĐKKDD-HNO."]),
            Field(
                "practice_from", .day, ["vi": "Đạt GPP (bán buôn: GDP) từ ngày", "en": "GPP (wholesale: GDP) since"], .official,
                hint: ["vi": "Có giá trị ba năm.", "en": "Valid for three years."]),
        ],
        result: ["vi": "Giấy chứng nhận đủ điều kiện kinh doanh dược", "en": "Certificate for a pharmacy"], writes: ["pharmacy", "medicine-provider"],
        check: { application, records, _ in try objections(application, records) },
        entries: { application, records, _ in
            if let objection = try objections(application, records).first { throw objection }
            return [try entry(application, records)]
        },
        example: [
            "outlet": .string("pharmacy"), "outlet_name": .string("Nhà thuốc Ví Dụ"), "at_commune": .string("00004"), "at_premises": .string("Số 1, phố Kim Mã"),
            "licence": .string("1234/HNO-CCHND"), "for_enterprise": .string("0100000010"),
        ])

    // MARK: What is judged

    private static func objections(_ application: Application, _ records: any Records) throws -> [Objection] {
        var objections = try pharmacistObjections(application, records)
        if let code = application["for_enterprise"].string {
            let enterprise = try records.find("enterprise", code)
            if enterprise == nil || enterprise?["status"].string == "dissolved" {
                objections.append(Legal.objection("for_enterprise", "reference", "Không có doanh nghiệp nào đang hoạt động mang mã này.", "No standing enterprise has this code."))
            } else if enterprise?["representative"].string != application.subject.key {
                objections.append(Legal.objection("for_enterprise", "not-yours", "Bạn không phải người đại diện của doanh nghiệp này.", "You do not represent this enterprise."))
            }
        } else if try HouseholdBusinessChange.standing(application.subject.key, records) == nil {
            objections.append(
                Legal.objection(
                    "for_enterprise", "owner", "Bạn chưa có hộ kinh doanh; đăng ký trước, hoặc ghi mã doanh nghiệp.",
                    "You have no household business; register one first, or name the enterprise."))
        }
        if let number = application["certificate_number"].string,
            try ["pharmacy", "medicine-provider"].contains(where: { try records.find($0, number) != nil })
        {
            objections.append(Legal.objection("certificate_number", "exists", "Số này đã cấp.", "This number was given already."))
        }
        if let from = application["practice_from"].day, from > application.day || from.adding(months: 36) < application.day {
            objections.append(Legal.objection("practice_from", "term", "Ngày đạt phải trong ba năm gần đây.", "The day must lie within the last three years."))
        }
        return objections
    }

    /// The one in charge has a licence in force and answers for no other place (Law on Pharmacy, articles 11 and 33).
    private static func pharmacistObjections(_ application: Application, _ records: any Records) throws -> [Objection] {
        guard let number = application["licence"].string else { return [] }
        guard let licence = try records.find("health-worker", number) else {
            return [Legal.objection("licence", "reference", "Sổ người hành nghề không có chứng chỉ này.", "The register of health workers has no such licence.")]
        }
        guard number.hasSuffix("-CCHND") else {
            return [Legal.objection("licence", "pharmacist", "Đây không phải chứng chỉ hành nghề dược (CCHND).", "This is no pharmacist's licence (CCHND).")]
        }
        let explanation = Licensing.explain(licence.fields, on: application.day)
        guard explanation.isEntitled else {
            let (vi, en) = (explanation.deciding.map(\.words.vi).joined(separator: " "), explanation.deciding.map(\.words.en).joined(separator: " "))
            return [Legal.objection("licence", "not-in-force", "Chứng chỉ không còn hiệu lực. \(vi)", "The licence is not in force. \(en)")]
        }
        let places = try ["pharmacy", "medicine-provider"].flatMap { try records.all($0, where: "pharmacist", is: number) }
        guard let other = places.first(where: { $0["state"].string != "closed" }) else { return [] }
        return [
            Legal.objection(
                "licence", "in-charge", "Dược sĩ này đang phụ trách \(other["name"].plain); mỗi người chỉ phụ trách một cơ sở.",
                "This pharmacist answers for \(other["name"].plain) already; each answers for one place.")
        ]
    }

    // MARK: What is entered

    private static func entry(_ application: Application, _ records: any Records) throws -> Consequence {
        let isWholesale = application["outlet"].string == "wholesale"
        let practice = isWholesale ? "gdp" : "gpp"
        var values: [String: Value] = [
            "name": application["outlet_name"], "commune": application["at_commune"], "address": application["at_premises"], "pharmacist": application["licence"],
            "issued": .string(application.day.description), "state": .string("active"),
        ]
        values[practice + "_issued"] = application["practice_from"]
        if let from = application["practice_from"].day { values[practice + "_expires"] = .string(from.adding(months: 36).description) }
        values["enterprise"] = application["for_enterprise"]
        if application["for_enterprise"].isNull, let business = try HouseholdBusinessChange.standing(application.subject.key, records) {
            values["business"] = .string(business.key)
        }
        guard isWholesale else {
            values["kind"] = application["outlet"]
            return .put("pharmacy", application["certificate_number"].plain, values)
        }
        values["activity"] = .string("wholesale")
        values["products"] = application["goods"]
        values["controlled"] = application["special_control"]
        return .put("medicine-provider", application["certificate_number"].plain, values)
    }

    static let outlets = [
        Choice("pharmacy", ["vi": "Nhà thuốc", "en": "Pharmacy"]), Choice("counter", ["vi": "Quầy thuốc", "en": "Medicine counter"]),
        Choice("wholesale", ["vi": "Bán buôn", "en": "Wholesale"]),
    ]
}
