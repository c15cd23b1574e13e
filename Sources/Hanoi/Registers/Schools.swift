// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Schools of every level, public and private, kept by the Department of Education and Training.
public enum Schools: RegisterDeclaration {
    public static let register = Register(
        "school", ["vi": "Cơ sở giáo dục", "en": "Schools"],
        [
            "vi": "Trường mầm non, phổ thông và trung tâm giáo dục thường xuyên: nơi đặt, số lớp, số chỗ học.",
            "en": "Kindergartens, schools and centres of continuing education: where they are, their classes and places.",
        ],
        keptBy: Keepers.education, under: ["vi": "Luật Giáo dục 43/2019/QH14", "en": "Law on Education 43/2019/QH14"], updated: .monthly,
        key: Field(
            "code", .code(CodePattern([.digits(8...10)])), ["vi": "Mã trường", "en": "School code"], .open, alsoCalled: ["Mã cơ sở giáo dục", "Mã CSGD", "Mã trường học"],
            hint: ["vi": "8 đến 10 chữ số, theo cơ sở dữ liệu ngành giáo dục.", "en": "8 to 10 digits, as in the education sector's database."]),
        fields: [
            Field(
                "name", .text(max: 150), ["vi": "Tên trường", "en": "Name"], .open, searched: true, alsoCalled: ["Trường", "Trường học", "Tên cơ sở giáo dục", "Tên trường học"]),
            Field("level", .choice(levels), ["vi": "Cấp học", "en": "Level"], .open, counted: true, alsoCalled: ["Loại hình trường", "Loại trường"]),
            Field("public", .boolean, ["vi": "Trường công lập", "en": "Public school"], .open, counted: true, alsoCalled: ["Công lập"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .open, searched: true, alsoCalled: ["Địa chỉ trường"]),
            Field("phone", .phone, ["vi": "Điện thoại", "en": "Phone"], .open, required: false, alsoCalled: Heads.phones),
            Field(
                "biller", .reference("biller"), ["vi": "Mã đơn vị thu", "en": "Biller's code"], .open, required: false, lasting: true,
                hint: ["vi": "Nếu trường gửi khoản thu tới hộ gia đình.", "en": "Where the school sends bills to households."]),
            Field("classes", .integer(0...200), ["vi": "Số lớp", "en": "Classes"], .open, alsoCalled: ["Tổng số lớp"]),
            Field("places", .integer(0...10_000), ["vi": "Số chỗ học", "en": "Places"], .open, alsoCalled: ["Số chỗ", "Quy mô học sinh"]),
            Field(
                "opened", .partialDay, ["vi": "Ngày thành lập", "en": "Opened"], .open, required: false, alsoCalled: ["Năm thành lập"],
                hint: ["vi": "Chỉ ghi năm cũng được.", "en": "The year alone is enough."]),
            Field("closed", .day, ["vi": "Hoạt động đến hết ngày", "en": "Open until the end of"], .open, required: false, alsoCalled: ["Ngày thôi hoạt động", "Ngày giải thể"]),
        ],
        rules: [
            Rule("opened", at: "opened", ["vi": "Ngày thành lập không thể ở tương lai.", "en": "A school in the register has been opened already."]) { item, reading in
                opened(item).map { $0 <= reading.today } ?? true
            },
            Rule("order", at: "closed", ["vi": "Ngày thôi hoạt động phải sau ngày thành lập.", "en": "A school closes after it opens."]) { item, _ in
                guard let opened = opened(item), let closed = item["closed"].day else { return true }
                return closed >= opened
            },
            Rule("places", at: "places", ["vi": "Có lớp thì phải có chỗ học.", "en": "A school with classes has places."]) { item, _ in
                (item["classes"].integer ?? 0) == 0 || (item["places"].integer ?? 0) > 0
            },
            Rule(
                "class-size", at: "places",
                ["vi": "Số chỗ mỗi lớp vượt sĩ số tối đa theo điều lệ trường.", "en": "There are more places a class than the school charter allows."], .doubt
            ) { item, _ in
                guard let classes = item["classes"].integer, let places = item["places"].integer, classes > 0 else { return true }
                return places <= classes * pupilsMax(item["level"].plain)
            },
        ],
        questions: [
            Question("open", ["vi": "Trường có đang hoạt động không?", "en": "Is the school open?"], withoutRecord: false) { item, reading in
                (item["closed"].day.map { reading.day <= $0 } ?? true) && (opened(item).map { $0 <= reading.day } ?? true)
            },
            Question("public", ["vi": "Có phải trường công lập không?", "en": "Is it a public school?"]) { item, _ in item["public"].boolean == true },
        ],
        term: "closed",
        checks: [
            Check("no-phone", .missing, ["vi": "Chưa có số điện thoại", "en": "No phone number"]) { found, _, _ in !found["phone"].isNull },
            Check("closes-soon", dueFrom: ["vi": "Còn dưới 90 ngày hoạt động: bố trí trường khác cho học sinh", "en": "Closes within 90 days: find places for its students"]) {
                found, _ in
                found["closed"].day.map { $0 + -90 }
            },
            Check(
                "biller-over", .contradictory, ["vi": "Đơn vị thu của trường không còn trong sổ", "en": "The school's biller is no longer in the register"], through: ["biller"]
            ) { found, records, reading in
                guard let biller = found["biller"].string else { return true }
                return try records.find("biller", biller).map { $0["until"].day.map { reading.today <= $0 } ?? true } ?? false
            },
        ],
        duties: [FieldDuty("phone", filled: 95, found: "no-phone")], twins: ["commune"], label: ["name"],
        example: [
            "code": .string("01000042"), "name": .string("Trường Tiểu học Ví Dụ"), "level": .string("primary"), "public": .boolean(true), "commune": .string("00004"),
            "address": .string("Số 3, phố Kim Mã"), "phone": .string("02438253536"), "classes": .integer(30), "places": .integer(1050), "opened": .string("1975"),
        ])

    static let levels = [
        Choice("kindergarten", ["vi": "Mầm non", "en": "Nursery and kindergarten"], alsoCalled: ["MN", "Mẫu giáo", "Nhà trẻ", "Trường mầm non"]),
        Choice("primary", ["vi": "Tiểu học", "en": "Primary"], alsoCalled: ["TH", "Trường tiểu học"]),
        Choice("lower-secondary", ["vi": "Trung học cơ sở", "en": "Lower secondary"], alsoCalled: ["THCS", "Trường THCS"]),
        Choice("upper-secondary", ["vi": "Trung học phổ thông", "en": "Upper secondary"], alsoCalled: ["THPT", "Trường THPT"]),
        Choice("several", ["vi": "Nhiều cấp học", "en": "Several levels"], alsoCalled: ["Liên cấp", "Nhiều cấp"]),
        Choice("continuing", ["vi": "Giáo dục thường xuyên", "en": "Continuing education"], alsoCalled: ["GDTX", "Trung tâm GDTX"]),
    ]

    /// Whether a school of this level has such a class.
    static func teaches(_ level: String, grade: String) -> Bool {
        switch level {
        case "kindergarten": grade == "nursery"
        case "primary": (1...5).contains(Int(grade) ?? 0)
        case "lower-secondary": (6...9).contains(Int(grade) ?? 0)
        case "upper-secondary": (10...12).contains(Int(grade) ?? 0)
        case "continuing": (6...12).contains(Int(grade) ?? 0)
        default: true
        }
    }

    /// 35 in kindergartens and primary schools, 45 above (Circulars 52/2020, 28/2020 and 32/2020/TT-BGDĐT).
    private static func pupilsMax(_ level: String) -> Int64 { ["kindergarten", "primary"].contains(level) ? 35 : 45 }

    private static func opened(_ item: Item.Fields) -> Day? { PartialDay(item["opened"].plain)?.first }
}
