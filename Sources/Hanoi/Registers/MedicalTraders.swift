// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who makes and sells medical devices: declarations of fitness that the Department of Health has published.
public enum MedicalTraders: RegisterDeclaration {
    public static let register = Register(
        "medical-trader", ["vi": "Cơ sở sản xuất, mua bán thiết bị y tế", "en": "Traders in medical devices"],
        ["vi": "Cơ sở đã công bố đủ điều kiện sản xuất, mua bán thiết bị y tế.", "en": "Those who have declared that they may make or sell medical devices."],
        keptBy: Keepers.health,
        under: ["vi": "Nghị định 98/2021/NĐ-CP về quản lý trang thiết bị y tế", "en": "Decree 98/2021/NĐ-CP on managing medical devices"], updated: .monthly,
        key: Field(
            "declaration", .code(CodePattern([.digits(9...9), .text("/PCB"), .letters(2...2), .text("-HN")])), ["vi": "Số công bố", "en": "Declaration number"], .open,
            alsoCalled: ["Số phiếu tiếp nhận", "Số phiếu tiếp nhận hồ sơ công bố", "Số hồ sơ công bố", "Số công bố đủ điều kiện"],
            hint: ["vi": "Mua bán: 250000599/PCBMB-HN; sản xuất: 250000599/PCBSX-HN.", "en": "To sell: 250000599/PCBMB-HN; to make: 250000599/PCBSX-HN."]),
        fields: [
            Field(
                "name", .text(max: 200), ["vi": "Tên cơ sở", "en": "Name"], .open, searched: true,
                alsoCalled: ["Tên cơ sở kinh doanh", "Tên cơ sở mua bán", "Tên cơ sở sản xuất", "Tên công ty"]),
            Field(
                "enterprise", .reference("enterprise"), ["vi": "Của doanh nghiệp", "en": "Of enterprise"], .open, required: false, filtered: true, lasting: true,
                alsoCalled: ["Doanh nghiệp", "Mã số doanh nghiệp", "Mã doanh nghiệp", "Mã số thuế", "MST"],
                hint: ["vi": "Mã số doanh nghiệp.", "en": "The enterprise's code."]),
            Field(
                "business", .reference("household-business"), ["vi": "Của hộ kinh doanh", "en": "Of household business"], .open, required: false, filtered: true, lasting: true,
                alsoCalled: ["Hộ kinh doanh", "Số đăng ký hộ kinh doanh"],
                hint: ["vi": "Số giấy chứng nhận đăng ký hộ kinh doanh.", "en": "The number of the household business's certificate."]),
            Field("activity", .choice(activities), ["vi": "Hình thức", "en": "Activity"], .open, counted: true, alsoCalled: ["Loại hình", "Hình thức kinh doanh"]),
            Field(
                "class", .choice(classes), ["vi": "Loại cao nhất", "en": "Highest class"], .open, counted: true,
                alsoCalled: ["Loại thiết bị", "Phân loại thiết bị y tế", "Phân loại"],
                hint: ["vi": "Theo mức độ rủi ro, từ A thấp đến D cao.", "en": "By risk, from A low to D high."]),
            Field(
                "products", .text(max: 500), ["vi": "Chủng loại thiết bị", "en": "Devices"], .open, searched: true,
                alsoCalled: ["Thiết bị y tế", "Danh mục thiết bị", "Chủng loại"],
                hint: ["vi": "Cách nhau bằng dấu chấm phẩy.", "en": "Separated by semicolons."]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .open, alsoCalled: ["Địa chỉ trụ sở", "Địa chỉ cơ sở"]),
            Field("warehouse", .address, ["vi": "Địa chỉ kho", "en": "Warehouse"], .open, required: false, alsoCalled: ["Kho", "Địa điểm kho", "Địa chỉ kho bảo quản"]),
            Field("phone", .phone, ["vi": "Điện thoại", "en": "Phone"], .open, required: false, alsoCalled: Heads.phones),
            Field(
                "technician", .name, ["vi": "Người phụ trách chuyên môn", "en": "Technical head"], .open, required: false,
                alsoCalled: ["Cán bộ kỹ thuật", "Người phụ trách kỹ thuật", "Họ tên người phụ trách chuyên môn"]),
            Field("published", .day, ["vi": "Ngày công bố", "en": "Published on"], .open, alsoCalled: ["Ngày tiếp nhận", "Công bố ngày"]),
            Field("state", .choice(HealthFacilities.states), ["vi": "Tình trạng", "en": "State"], .open, counted: true, alsoCalled: Heads.states),
        ],
        rules: [
            SectorRules.oneOwner,
            Rule("activity", at: "activity", ["vi": "Số PCBMB là của mua bán, số PCBSX là của sản xuất.", "en": "PCBMB is for selling, PCBSX for making."]) { item, _ in
                item["declaration"].plain.contains(item["activity"].string == "manufacture" ? "/PCBSX-" : "/PCBMB-")
            },
            Rule("published", at: "published", ["vi": "Ngày công bố không thể ở tương lai.", "en": "The day of publication cannot lie in the future."]) { item, reading in
                item["published"].day.map { $0 <= reading.today } ?? true
            },
            // Trade in devices of the lowest risk needs no declaration.
            Rule("class", at: "class", ["vi": "Mua bán loại A không phải công bố.", "en": "Class A is sold without a declaration."]) { item, _ in
                item["activity"].string == "manufacture" || item["class"].string != "a"
            },
        ],
        questions: [
            Question("licensed", ["vi": "Cơ sở có được sản xuất, mua bán thiết bị y tế không?", "en": "May it make or sell medical devices?"], withoutRecord: false) {
                item, reading in
                item["state"].string == "active" && item["published"].day.map { $0 <= reading.day } ?? false
            }
        ],
        checks: [
            Check("no-technician", .missing, ["vi": "Chưa ghi người phụ trách chuyên môn", "en": "No technical head"]) { found, _, _ in
                !found["technician"].isNull || found["state"].string == "closed"
            },
            SectorRules.ownerGone,
        ],
        label: ["name"],
        example: [
            "declaration": .string("250000599/PCBMB-HN"), "name": .string("Công ty TNHH Thiết bị Y tế Ví Dụ"), "enterprise": .string("0100000010"), "activity": .string("trade"),
            "class": .string("c"), "products": .string("Máy siêu âm; máy đo huyết áp"), "commune": .string("00004"), "address": .string("Số 1, phố Ví Dụ"),
            "phone": .string("02438253536"), "technician": .string("Nguyễn Văn Thử"), "published": .string("2025-02-14"), "state": .string("active"),
        ])

    static let activities = [
        Choice("trade", ["vi": "Mua bán", "en": "Trade"], alsoCalled: ["Mua bán thiết bị y tế"]),
        Choice("manufacture", ["vi": "Sản xuất", "en": "Manufacture"], alsoCalled: ["Sản xuất thiết bị y tế"]),
    ]

    static let classes = [
        Choice("a", ["vi": "Loại A", "en": "Class A"]), Choice("b", ["vi": "Loại B", "en": "Class B"]), Choice("c", ["vi": "Loại C", "en": "Class C"]),
        Choice("d", ["vi": "Loại D", "en": "Class D"]),
    ]
}
