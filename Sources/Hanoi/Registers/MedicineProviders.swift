// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who makes, imports, stores and sells medicines to pharmacies and hospitals.
public enum MedicineProviders: RegisterDeclaration {
    public static let register = Register(
        "medicine-provider", ["vi": "Cơ sở sản xuất, bán buôn thuốc", "en": "Medicine providers"],
        [
            "vi": "Cơ sở sản xuất, xuất nhập khẩu, bảo quản, bán buôn thuốc và hạn GMP, GSP, GDP.",
            "en": "Makers, importers, warehouses and wholesalers of medicines, with their GMP, GSP and GDP.",
        ],
        keptBy: Keepers.health, under: ["vi": "Luật Dược 105/2016/QH13, Điều 32 đến 40", "en": "Law on Pharmacy 105/2016/QH13, articles 32 to 40"], updated: .monthly,
        key: Field(
            "certificate", .code(Pharmacies.certificate), ["vi": "Số giấy chứng nhận", "en": "Certificate number"], .open,
            alsoCalled: [
                "Số giấy chứng nhận đủ điều kiện kinh doanh dược", "Số GCN đủ điều kiện kinh doanh dược", "Số GCN ĐĐKKDD", "Số GCNĐĐKKDD", "Số GCN", "Số ĐĐKKDD", "Số ĐKKDD",
            ],
            hint: ["vi": "Giấy chứng nhận đủ điều kiện kinh doanh dược, ví dụ 01-1234/ĐKKDD-HNO.", "en": "Of the certificate to trade in medicines, such as 01-1234/ĐKKDD-HNO."]),
        fields: [
            Field(
                "name", .text(max: 200), ["vi": "Tên cơ sở", "en": "Name"], .open, searched: true, alsoCalled: ["Tên cơ sở kinh doanh", "Tên cơ sở kinh doanh dược", "Tên công ty"]),
            Field(
                "enterprise", .reference("enterprise"), ["vi": "Của doanh nghiệp", "en": "Of enterprise"], .open, required: false, filtered: true, lasting: true,
                alsoCalled: ["Doanh nghiệp", "Mã số doanh nghiệp", "Mã doanh nghiệp", "Mã số thuế", "MST"],
                hint: ["vi": "Mã số doanh nghiệp.", "en": "The enterprise's code."]),
            Field(
                "business", .reference("household-business"), ["vi": "Của hộ kinh doanh", "en": "Of household business"], .open, required: false, filtered: true, lasting: true,
                alsoCalled: ["Hộ kinh doanh", "Số đăng ký hộ kinh doanh"],
                hint: ["vi": "Số giấy chứng nhận đăng ký hộ kinh doanh.", "en": "The number of the household business's certificate."]),
            Field(
                "activity", .choice(activities), ["vi": "Hình thức kinh doanh", "en": "Activity"], .open, counted: true,
                alsoCalled: ["Loại hình kinh doanh", "Loại hình cơ sở kinh doanh", "Loại hình", "Hoạt động kinh doanh"]),
            Field("products", .text(max: 500), ["vi": "Phạm vi kinh doanh", "en": "Products"], .open, searched: true, alsoCalled: ["Phạm vi"]),
            Field(
                "controlled", .boolean, ["vi": "Có thuốc phải kiểm soát đặc biệt", "en": "Deals in controlled medicines"], .open, counted: true,
                alsoCalled: ["Thuốc phải kiểm soát đặc biệt", "Kiểm soát đặc biệt", "TKSĐB"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa điểm kinh doanh", "en": "Address"], .open, alsoCalled: ["Địa chỉ", "Địa chỉ kinh doanh", "Địa chỉ trụ sở"]),
            Field("warehouse", .address, ["vi": "Địa chỉ kho", "en": "Warehouse"], .open, required: false, alsoCalled: ["Kho", "Địa điểm kho", "Địa chỉ kho bảo quản"]),
            Field("phone", .phone, ["vi": "Điện thoại", "en": "Phone"], .open, required: false, alsoCalled: Heads.phones),
            Field(
                "pharmacist", .reference("health-worker"), ["vi": "Dược sĩ phụ trách", "en": "Pharmacist in charge"], .open, filtered: true, lasting: true,
                alsoCalled: [
                    "Số CCHND", "CCHND", "Số CCHN dược", "Số chứng chỉ hành nghề dược", "Số CCHND người phụ trách chuyên môn", "Số CCHND người chịu trách nhiệm chuyên môn",
                    "Số CCHN", "Số chứng chỉ hành nghề",
                ],
                hint: ["vi": "Số chứng chỉ hành nghề dược, ví dụ 1234/HNO-CCHND.", "en": "The pharmacist's licence number, such as 1234/HNO-CCHND."]),
            Field(
                "issued", .day, ["vi": "Ngày cấp giấy chứng nhận", "en": "Certificate issued on"], .open,
                alsoCalled: ["Ngày cấp", "Ngày cấp GCN", "Ngày cấp giấy chứng nhận đủ điều kiện kinh doanh dược", "Ngày cấp GCN ĐĐKKDD"]),
            Field("gmp_issued", .day, ["vi": "Đạt GMP từ ngày", "en": "GMP since"], .open, required: false, alsoCalled: ["GMP từ ngày", "Ngày đạt GMP"]),
            Field(
                "gmp_expires", .day, ["vi": "GMP có giá trị đến", "en": "GMP valid until"], .open, required: false, alsoCalled: ["Hạn GMP", "GMP đến ngày", "Ngày hết hạn GMP"],
                hint: ["vi": "Thực hành tốt sản xuất thuốc; 3 năm đánh giá lại.", "en": "Good manufacturing practice, assessed every three years."]),
            Field("gsp_issued", .day, ["vi": "Đạt GSP từ ngày", "en": "GSP since"], .open, required: false, alsoCalled: ["GSP từ ngày", "Ngày đạt GSP"]),
            Field(
                "gsp_expires", .day, ["vi": "GSP có giá trị đến", "en": "GSP valid until"], .open, required: false, alsoCalled: ["Hạn GSP", "GSP đến ngày", "Ngày hết hạn GSP"],
                hint: ["vi": "Thực hành tốt bảo quản thuốc; 3 năm đánh giá lại.", "en": "Good storage practice, assessed every three years."]),
            Field("gdp_issued", .day, ["vi": "Đạt GDP từ ngày", "en": "GDP since"], .open, required: false, alsoCalled: ["GDP từ ngày", "Ngày đạt GDP"]),
            Field(
                "gdp_expires", .day, ["vi": "GDP có giá trị đến", "en": "GDP valid until"], .open, required: false, alsoCalled: ["Hạn GDP", "GDP đến ngày", "Ngày hết hạn GDP"],
                hint: ["vi": "Thực hành tốt phân phối thuốc; 3 năm đánh giá lại.", "en": "Good distribution practice, assessed every three years."]),
            Field("state", .choice(HealthFacilities.states), ["vi": "Tình trạng", "en": "State"], .open, counted: true, alsoCalled: Heads.states),
        ],
        rules: rules + practiceRules,
        questions: [
            // Without a pharmacist in charge who may practise nobody sells medicines (Law on Pharmacy, articles 11 and 33).
            Question("licensed", ["vi": "Cơ sở có được kinh doanh thuốc không?", "en": "May it trade in medicines?"], withoutRecord: false, through: Pharmacies.inCharge) {
                item, reading in
                guard item["state"].string == "active", let issued = item["issued"].day, issued <= reading.day else { return false }
                let needed = practice(item)
                guard let expires = item[needed + "_expires"].day, reading.day <= expires else { return false }
                return item[needed + "_issued"].day.map { $0 <= reading.day } ?? true
            }
        ],
        checks: checks, label: ["name"],
        example: [
            "certificate": .string("01-0123/ĐKKDD-HNO"), "name": .string("Công ty TNHH Dược phẩm Ví Dụ"), "enterprise": .string("0100000010"),
            "activity": .string("wholesale"), "products": .string("Bán buôn thuốc, nguyên liệu làm thuốc"), "controlled": .boolean(false), "commune": .string("00004"),
            "address": .string("Số 1, phố Ví Dụ"), "phone": .string("02438253536"), "pharmacist": .string("1234/HNO-CCHND"), "issued": .string("2023-04-10"),
            "gdp_issued": .string("2026-04-10"), "gdp_expires": .string("2029-04-10"), "state": .string("active"),
        ])

    static let activities = [
        Choice("manufacture", ["vi": "Sản xuất", "en": "Manufacture"], alsoCalled: ["Sản xuất thuốc"]),
        Choice("import-export", ["vi": "Xuất khẩu, nhập khẩu", "en": "Import and export"], alsoCalled: ["Xuất nhập khẩu", "XNK", "Nhập khẩu"]),
        Choice("storage", ["vi": "Dịch vụ bảo quản", "en": "Storage"], alsoCalled: ["Bảo quản", "Dịch vụ bảo quản thuốc"]),
        Choice("wholesale", ["vi": "Bán buôn", "en": "Wholesale"], alsoCalled: ["Bán buôn thuốc"]),
    ]

    /// The good practice that the activity needs, as its fields' names begin.
    private static func practice(_ item: Item.Fields) -> String {
        switch item["activity"].string {
        case "manufacture": "gmp"
        case "wholesale": "gdp"
        default: "gsp"
        }
    }

    private static let rules: [Rule] = [
        SectorRules.oneOwner,
        SectorRules.pharmacist,
        SectorRules.issued,
        Rule(
            "practice", at: "activity",
            [
                "vi": "Sản xuất phải có GMP; xuất nhập khẩu, bảo quản phải có GSP; bán buôn phải có GDP.",
                "en": "Makers need GMP; importers and warehouses GSP; wholesalers GDP.",
            ]
        ) { item, _ in !item[practice(item) + "_expires"].isNull },
        SectorRules.order("issued", "gmp_expires"), SectorRules.order("issued", "gsp_expires"), SectorRules.order("issued", "gdp_expires"),
    ]

    /// Each good practice has both its days and lasts three years, as a pharmacy's GPP does.
    private static let practiceRules: [Rule] = ["gmp", "gsp", "gdp"].flatMap { code -> [Rule] in
        let (name, issued, expires) = (code.uppercased(), code + "_issued", code + "_expires")
        return [
            Rule(
                code, at: expires,
                Text(vi: "\(name) phải ghi cả ngày đạt và ngày hết hạn, theo thứ tự.", en: "\(name) has both its days, one after the other.")
            ) { item, _ in
                guard let from = item[issued].day, let until = item[expires].day else { return item[issued].isNull == item[expires].isNull }
                return from <= until
            },
            Rule(code + "-term", at: expires, Text(vi: "\(name) có giá trị 3 năm.", en: "\(name) lasts three years."), .doubt) { item, _ in
                guard let from = item[issued].day, let until = item[expires].day else { return true }
                return until <= from.adding(months: 36)
            },
        ]
    }

    private static let checks: [Check] =
        Pharmacies.pharmacistChecks + [
            Check("expires-soon", dueFrom: ["vi": "GMP, GSP hoặc GDP hết hạn trong 90 ngày, hoặc đã hết", "en": "GMP, GSP or GDP ends within 90 days, or has ended"]) { found, _ in
                guard found["state"].string != "closed" else { return nil }
                return ["gmp_expires", "gsp_expires", "gdp_expires"].compactMap { found[$0].day }.min().map { $0 + -90 }
            },
            SectorRules.ownerGone,
        ]
}
