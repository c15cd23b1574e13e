// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Places that sell medicines, and the pharmacist who answers for each.
public enum Pharmacies: RegisterDeclaration {
    public static let register = Register(
        "pharmacy", ["vi": "Cơ sở bán lẻ thuốc", "en": "Pharmacies"],
        ["vi": "Nhà thuốc, quầy thuốc, tủ thuốc và dược sĩ phụ trách.", "en": "Pharmacies, medicine counters and cabinets, and who answers for them."],
        keptBy: Keepers.health, under: ["vi": "Luật Dược 105/2016/QH13, Điều 33 đến 40", "en": "Law on Pharmacy 105/2016/QH13, articles 33 to 40"], updated: .weekly,
        key: Field(
            "certificate", .code(certificate), ["vi": "Số giấy chứng nhận", "en": "Certificate number"], .open,
            alsoCalled: [
                "Số giấy chứng nhận đủ điều kiện kinh doanh dược", "Số GCN đủ điều kiện kinh doanh dược", "Số GCN ĐĐKKDD", "Số GCNĐĐKKDD", "Số GCN", "Số ĐĐKKDD", "Số ĐKKDD",
            ],
            hint: ["vi": "Giấy chứng nhận đủ điều kiện kinh doanh dược, ví dụ 01-1234/ĐKKDD-HNO.", "en": "Of the certificate to trade in medicines, such as 01-1234/ĐKKDD-HNO."]),
        fields: [
            Field(
                "name", .text(max: 150), ["vi": "Tên cơ sở", "en": "Name"], .open, searched: true,
                alsoCalled: ["Tên cơ sở kinh doanh", "Tên cơ sở kinh doanh dược", "Tên cơ sở bán lẻ thuốc", "Tên nhà thuốc", "Tên quầy thuốc"]),
            Field(
                "kind", .choice(kinds), ["vi": "Loại hình", "en": "Kind"], .open, counted: true,
                alsoCalled: ["Loại hình kinh doanh", "Loại hình cơ sở", "Hình thức kinh doanh", "Hình thức tổ chức kinh doanh", "Loại cơ sở"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .open, searched: true, alsoCalled: ["Địa chỉ kinh doanh", "Địa điểm kinh doanh", "Địa chỉ cơ sở"]),
            Field("phone", .phone, ["vi": "Điện thoại", "en": "Phone"], .open, required: false, alsoCalled: Heads.phones),
            Field(
                "pharmacist", .reference("health-worker"), ["vi": "Dược sĩ phụ trách", "en": "Pharmacist in charge"], .open, filtered: true, lasting: true,
                alsoCalled: [
                    "Số CCHND", "CCHND", "Số CCHN dược", "Số chứng chỉ hành nghề dược", "Số CCHND người phụ trách chuyên môn", "Số CCHND người chịu trách nhiệm chuyên môn",
                    "Số CCHN", "Số chứng chỉ hành nghề",
                ],
                hint: ["vi": "Số chứng chỉ hành nghề dược, ví dụ 1234/HNO-CCHND.", "en": "The pharmacist's licence number, such as 1234/HNO-CCHND."]),
            Field(
                "enterprise", .reference("enterprise"), ["vi": "Của doanh nghiệp", "en": "Of enterprise"], .open, required: false, lasting: true,
                alsoCalled: ["Mã số doanh nghiệp", "Mã doanh nghiệp"]),
            Field(
                "business", .reference("household-business"), ["vi": "Của hộ kinh doanh", "en": "Of household business"], .open, required: false, lasting: true,
                alsoCalled: ["Số giấy chứng nhận hộ kinh doanh", "Số GCN hộ kinh doanh"]),
            Field(
                "issued", .day, ["vi": "Ngày cấp giấy chứng nhận", "en": "Certificate issued on"], .open,
                alsoCalled: ["Ngày cấp", "Ngày cấp GCN", "Ngày cấp giấy chứng nhận đủ điều kiện kinh doanh dược", "Ngày cấp GCN ĐĐKKDD"]),
            Field("gpp_issued", .day, ["vi": "Đạt GPP từ ngày", "en": "GPP since"], .open, required: false, alsoCalled: ["Ngày đạt GPP", "Ngày cấp GPP", "GPP từ ngày"]),
            Field(
                "gpp_expires", .day, ["vi": "GPP có giá trị đến", "en": "GPP valid until"], .open, required: false,
                alsoCalled: ["Ngày hết hạn GPP", "GPP đến ngày", "Hạn GPP", "GPP hết hạn"],
                hint: ["vi": "Thực hành tốt cơ sở bán lẻ thuốc; 3 năm đánh giá lại.", "en": "Good pharmacy practice, assessed every three years."]),
            Field("state", .choice(HealthFacilities.states), ["vi": "Tình trạng", "en": "State"], .open, counted: true, alsoCalled: Heads.states),
        ],
        rules: [
            SectorRules.pharmacist,
            Rule("owner", at: "business", ["vi": "Ghi một doanh nghiệp hoặc một hộ kinh doanh, không ghi cả hai.", "en": "Name an enterprise or a household business, not both."]) {
                item, _ in
                item["enterprise"].isNull || item["business"].isNull
            },
            SectorRules.issued,
            Rule("gpp", at: "gpp_expires", ["vi": "GPP phải ghi cả ngày đạt và ngày hết hạn, theo thứ tự.", "en": "GPP has both its days, one after the other."]) { item, _ in
                guard let from = item["gpp_issued"].day, let until = item["gpp_expires"].day else { return item["gpp_issued"].isNull == item["gpp_expires"].isNull }
                return from <= until
            },
            Rule("gpp-term", at: "gpp_expires", ["vi": "GPP có giá trị 3 năm.", "en": "GPP lasts three years."], .doubt) { item, _ in
                guard let from = item["gpp_issued"].day, let until = item["gpp_expires"].day else { return true }
                return until <= from.adding(months: 36)
            },
        ],
        questions: [
            // Without a pharmacist in charge who may practise nobody sells medicines (Law on Pharmacy, articles 11 and 33).
            Question(
                "licensed", ["vi": "Cơ sở có được bán thuốc không?", "en": "May it sell medicines?"], withoutRecord: false,
                reads: ["kind", "issued", "gpp_expires", "state", "pharmacist"],
                because: Question.Reasoning(beside: ["health-worker": ["profession", "issued", "expires", "suspended_from", "suspended_until", "revoked"]]) {
                    pharmacy, records, reading in
                    let pharmacist = try pharmacy["pharmacist"].string.flatMap { try records.find("health-worker", $0) }
                    return Licensing.explain(pharmacy: pharmacy.fields, inCharge: pharmacist?.fields, on: reading.day)
                }, through: Pharmacies.inCharge
            ) { item, reading in Licensing.explain(pharmacy: item, on: reading.day).isEntitled }
        ],
        checks: checks,
        duties: [
            FieldDuty("gpp_expires", filled: 100, among: ["kind": ["pharmacy", "counter"]].merging(HealthFacilities.notClosed) { $1 }, found: "no-gpp"),
            FieldDuty("phone", filled: 90, among: HealthFacilities.notClosed),
        ], twins: ["commune"], label: ["name"],
        example: [
            "certificate": .string("01-1234/ĐKKDD-HNO"), "name": .string("Nhà thuốc Ví Dụ"), "kind": .string("pharmacy"), "commune": .string("00004"),
            "address": .string("Số 1, phố Kim Mã"), "phone": .string("02438253536"), "pharmacist": .string("1234/HNO-CCHND"), "business": .string("01A8000125"),
            "issued": .string("2022-03-01"), "gpp_issued": .string("2025-03-01"), "gpp_expires": .string("2028-03-01"), "state": .string("active"),
        ])

    static let certificate = CodePattern([.text("01-"), .digits(2...6), .text("/ĐKKDD-HNO")])

    static let kinds = [
        Choice("pharmacy", ["vi": "Nhà thuốc", "en": "Pharmacy"], alsoCalled: ["NT"]), Choice("counter", ["vi": "Quầy thuốc", "en": "Medicine counter"], alsoCalled: ["QT"]),
        Choice("cabinet", ["vi": "Tủ thuốc trạm y tế", "en": "Health station's cabinet"], alsoCalled: ["Tủ thuốc", "Tủ thuốc trạm"]),
    ]

    /// The one in charge has a pharmacist's licence that is in force.
    static let inCharge = Question.Named("pharmacist") { worker, reading in
        worker["profession"].string == "pharmacist" && HealthWorkers.isInForce(worker, on: reading.day)
    }

    /// What must be true of the pharmacist in charge of any place that deals in medicines.
    static let pharmacistChecks: [Check] = [
        Check(
            "pharmacist-unlicensed", .contradictory,
            [
                "vi": "Chứng chỉ của dược sĩ phụ trách không còn hiệu lực hoặc không phải của dược sĩ",
                "en": "The licence of the one in charge is not in force, or not a pharmacist's",
            ],
            through: ["pharmacist"]
        ) { found, records, reading in
            guard found["state"].string != "closed" else { return true }
            guard let licence = try records.find("health-worker", found["pharmacist"].plain) else { return false }
            return licence["profession"].string == "pharmacist" && HealthWorkers.isInForce(licence.fields, on: reading.today)
        },
        Check(
            "pharmacist-twice", .contradictory, ["vi": "Dược sĩ phụ trách nhiều hơn một cơ sở", "en": "The pharmacist is in charge of more than one place"], through: ["pharmacist"]
        ) { found, records, _ in
            guard found["state"].string != "closed" else { return true }
            let places = try ["pharmacy", "medicine-provider"].flatMap { try records.all($0, where: "pharmacist", is: found["pharmacist"].plain) }
            return places.count { $0["state"].string != "closed" } < 2
        },
    ]

    private static let checks: [Check] =
        pharmacistChecks + [
            Check("no-gpp", .missing, ["vi": "Chưa ghi GPP", "en": "No GPP"]) { found, _, _ in
                !found["gpp_expires"].isNull || found["kind"].string == "cabinet" || found["state"].string == "closed"
            },
            Check("gpp-expires-soon", dueFrom: ["vi": "GPP hết hạn trong 90 ngày hoặc đã hết hạn", "en": "GPP expires within 90 days, or has expired"]) { found, _ in
                found["state"].string == "closed" ? nil : found["gpp_expires"].day.map { $0 + -90 }
            },
        ]
}
