// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Where people are examined and treated: hospitals, clinics, the stations of wards and communes.
public enum HealthFacilities: RegisterDeclaration {
    public static let register = Register(
        "health-facility", ["vi": "Cơ sở khám bệnh, chữa bệnh", "en": "Health facilities"],
        [
            "vi": "Bệnh viện, phòng khám, trạm y tế: ở đâu, làm gì, ai chịu trách nhiệm, có nhận bảo hiểm y tế không.",
            "en": "Hospitals, clinics and stations: where, what for, who answers for them, whether they take health insurance.",
        ],
        keptBy: Keepers.health,
        under: [
            "vi": "Luật Khám bệnh, chữa bệnh 15/2023/QH15, Điều 48 đến 52, 104",
            "en": "Law on Medical Examination and Treatment 15/2023/QH15, articles 48 to 52 and 104",
        ], updated: .weekly,
        key: Field(
            "code", .text(max: 20), ["vi": "Số giấy phép hoạt động hoặc mã trạm", "en": "Licence number or station's code"], .open,
            alsoCalled: ["Số giấy phép hoạt động", "Số GPHĐ", "Số giấy phép", "Giấy phép hoạt động", "GPHĐ", "Mã trạm", "Mã trạm y tế"],
            hint: ["vi": "Ví dụ 123/HNO-GPHĐ; trạm y tế TYT-00004.", "en": "Such as 123/HNO-GPHĐ; a station TYT-00004."]),
        fields: [
            Field(
                "name", .text(max: 200), ["vi": "Tên cơ sở", "en": "Name"], .open, searched: true,
                alsoCalled: ["Tên cơ sở khám bệnh, chữa bệnh", "Tên cơ sở KCB", "Cơ sở khám bệnh, chữa bệnh", "Tên cơ sở y tế", "Tên phòng khám", "Tên bệnh viện", "Tên trạm y tế"]),
            Field(
                "type", .choice(types), ["vi": "Hình thức tổ chức", "en": "Type"], .open, counted: true,
                alsoCalled: ["Hình thức", "Loại hình", "Loại hình cơ sở", "Hình thức tổ chức KBCB", "Loại hình tổ chức"]),
            Field(
                "level", .choice(levels), ["vi": "Cấp chuyên môn", "en": "Level"], .open, required: false, counted: true,
                alsoCalled: ["Cấp chuyên môn kỹ thuật", "Cấp khám bệnh, chữa bệnh", "Xếp cấp chuyên môn"],
                hint: ["vi": "Ba cấp từ 1/1/2025, thay cho bốn tuyến.", "en": "Three levels since 1 January 2025, instead of four."]),
            Field(
                "ownership", .choice(ownerships), ["vi": "Sở hữu", "en": "Ownership"], .open, counted: true,
                alsoCalled: ["Hình thức sở hữu", "Loại hình sở hữu", "Công lập, tư nhân"]),
            Field(
                "parent", .reference("health-facility"), ["vi": "Cơ sở chủ quản", "en": "Part of"], .open, required: false, filtered: true,
                alsoCalled: ["Trực thuộc", "Đơn vị chủ quản", "Cơ quan chủ quản"],
                hint: [
                    "vi": "Trạm y tế ghi trung tâm y tế, cơ sở 2 ghi bệnh viện; để trống nếu không trực thuộc cơ sở nào.",
                    "en": "A station's medical centre, a branch's hospital; empty if it belongs to no other facility.",
                ]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field(
                "address", .address, ["vi": "Địa chỉ", "en": "Address"], .open, searched: true,
                alsoCalled: ["Địa điểm hoạt động", "Địa chỉ hoạt động", "Địa chỉ cơ sở", "Địa điểm hành nghề"]),
            Field("latitude", .decimal(places: 6), ["vi": "Vĩ độ", "en": "Latitude"], .open, required: false),
            Field("longitude", .decimal(places: 6), ["vi": "Kinh độ", "en": "Longitude"], .open, required: false),
            Field("phone", .phone, ["vi": "Điện thoại", "en": "Phone"], .open, required: false, alsoCalled: Heads.phones),
            // A number and no reference: health workers refer to the facility, and files load in one order.
            Field(
                "head", .code(HealthWorkers.licence), ["vi": "Người chịu trách nhiệm chuyên môn", "en": "Responsible professional"], .open, required: false,
                alsoCalled: [
                    "Số CCHN người chịu trách nhiệm chuyên môn", "Số GPHN người chịu trách nhiệm chuyên môn", "Số giấy phép hành nghề của người chịu trách nhiệm chuyên môn",
                    "Số CCHN/GPHN người chịu trách nhiệm chuyên môn", "Số CCHN", "Số GPHN",
                ],
                hint: ["vi": "Số giấy phép hành nghề, ví dụ 001234/HNO-GPHN.", "en": "The licence number, such as 001234/HNO-GPHN."]),
            Field(
                "insurance_code", .code(.digits(5)), ["vi": "Mã cơ sở bảo hiểm y tế", "en": "Health insurance code"], .open, required: false, filtered: true,
                alsoCalled: ["Mã cơ sở KCB BHYT", "Mã cơ sở KCB", "Mã KCB", "Mã KCB BHYT", "Mã bệnh viện BHYT"],
                hint: ["vi": "5 chữ số, ví dụ 01001; để trống nếu không nhận bảo hiểm.", "en": "5 digits, such as 01001; empty if it takes no insurance."]),
            Field(
                "beds", .integer(0...5000), ["vi": "Số giường bệnh", "en": "Beds"], .open, required: false,
                alsoCalled: ["Giường bệnh", "Số giường", "Quy mô giường bệnh", "Giường kế hoạch"]),
            Field(
                "services", .text(max: 1000), ["vi": "Phạm vi, dịch vụ", "en": "Services"], .open, searched: true,
                alsoCalled: ["Phạm vi hoạt động chuyên môn", "Phạm vi hoạt động", "Phạm vi chuyên môn"],
                hint: ["vi": "Cách nhau bằng dấu chấm phẩy.", "en": "Separated by semicolons."]),
            Field(
                "hours", .text(max: 200), ["vi": "Thời gian làm việc", "en": "Hours"], .open, required: false,
                alsoCalled: ["Thời gian hoạt động", "Giờ làm việc", "Thời gian làm việc hằng ngày"]),
            Field(
                "opened", .day, ["vi": "Hoạt động từ ngày", "en": "Open since"], .open,
                alsoCalled: ["Ngày hoạt động", "Ngày bắt đầu hoạt động", "Ngày cấp", "Ngày cấp phép", "Ngày cấp giấy phép", "Ngày cấp GPHĐ", "Ngày cấp giấy phép hoạt động"]),
            Field(
                "expires", .day, ["vi": "Giấy phép có giá trị đến", "en": "Licence valid until"], .open, required: false,
                alsoCalled: ["Ngày hết hạn", "Có giá trị đến", "Giá trị đến", "Giấy phép hết hạn"]),
            Field("state", .choice(states), ["vi": "Tình trạng", "en": "State"], .open, counted: true, alsoCalled: Heads.states),
            Field("suspended_until", .day, ["vi": "Đình chỉ đến hết ngày", "en": "Suspended until the end of"], .open, required: false, when: .init("state", "suspended")),
        ],
        rules: rules,
        questions: [
            Question(
                "licensed", ["vi": "Cơ sở có được khám bệnh, chữa bệnh không?", "en": "May it examine and treat people?"], withoutRecord: false,
                reads: licensedBy,
                because: Question.Reasoning { facility, _, reading in Licensing.explain(facility: facility.fields, on: reading.day) }
            ) { item, reading in isOpen(item, on: reading.day) },
            Question("insured", ["vi": "Cơ sở có khám bệnh, chữa bệnh bảo hiểm y tế không?", "en": "Does it take health insurance?"], withoutRecord: false) { item, reading in
                !item["insurance_code"].isNull && isOpen(item, on: reading.day)
            },
        ],
        checks: checks,
        duties: [
            FieldDuty("head", filled: 100, among: notClosed, found: "no-head"), FieldDuty("latitude", filled: 95, among: notClosed, found: "no-place"),
            FieldDuty("phone", filled: 95, among: notClosed),
        ], twins: [], label: ["name"],
        example: [
            "code": .string("TYT-00004"), "name": .string("Trạm Y tế phường Ba Đình"), "type": .string("station"), "level": .string("primary"), "ownership": .string("public"),
            "commune": .string("00004"), "address": .string("Số 1, phố Ví Dụ"), "latitude": .string("21.0386"), "longitude": .string("105.838"),
            "phone": .string("02438253536"), "head": .string("001234/HNO-GPHN"), "insurance_code": .string("01001"), "beds": .integer(5),
            "services": .string("Khám bệnh ban đầu; tiêm chủng; quản lý bệnh không lây nhiễm"), "hours": .string("Thứ Hai đến thứ Sáu, 7:30–17:00; trực 24/24"),
            "opened": .string("2025-07-01"), "state": .string("active"),
        ])

    static let types = [
        Choice("hospital-special", ["vi": "Bệnh viện hạng đặc biệt", "en": "Hospital of special class"], alsoCalled: ["Bệnh viện đặc biệt", "Hạng đặc biệt"]),
        Choice("hospital-1", ["vi": "Bệnh viện hạng I", "en": "Hospital of class I"], alsoCalled: ["Bệnh viện hạng 1", "Hạng I", "Hạng 1"]),
        Choice("hospital-2", ["vi": "Bệnh viện hạng II", "en": "Hospital of class II"], alsoCalled: ["Bệnh viện hạng 2", "Hạng II", "Hạng 2"]),
        Choice("hospital-3", ["vi": "Bệnh viện hạng III", "en": "Hospital of class III"], alsoCalled: ["Bệnh viện hạng 3", "Hạng III", "Hạng 3"]),
        Choice("hospital-4", ["vi": "Bệnh viện hạng IV", "en": "Hospital of class IV"], alsoCalled: ["Bệnh viện hạng 4", "Hạng IV", "Hạng 4"]),
        Choice("polyclinic", ["vi": "Phòng khám đa khoa", "en": "Polyclinic"], alsoCalled: ["PKĐK"]),
        Choice("clinic", ["vi": "Phòng khám chuyên khoa", "en": "Specialised clinic"], alsoCalled: ["PKCK", "Phòng khám"]),
        Choice("maternity", ["vi": "Nhà hộ sinh", "en": "Maternity home"]),
        Choice(
            "traditional", ["vi": "Phòng chẩn trị y học cổ truyền", "en": "Traditional medicine"],
            alsoCalled: ["Phòng khám y học cổ truyền", "Phòng chẩn trị YHCT", "Phòng khám YHCT"]),
        Choice("laboratory", ["vi": "Cơ sở xét nghiệm", "en": "Test laboratory"], alsoCalled: ["Phòng xét nghiệm"]),
        Choice("station", ["vi": "Trạm y tế", "en": "Commune station"], alsoCalled: ["TYT", "Trạm y tế phường", "Trạm y tế xã", "Trạm y tế phường, xã"]),
        Choice("centre", ["vi": "Trung tâm y tế", "en": "Medical centre"], alsoCalled: ["TTYT", "Trung tâm y tế khu vực"]),
    ]

    static let levels = [
        Choice("primary", ["vi": "Ban đầu", "en": "Primary"], alsoCalled: ["Cấp ban đầu"]), Choice("basic", ["vi": "Cơ bản", "en": "Basic"], alsoCalled: ["Cấp cơ bản"]),
        Choice("specialised", ["vi": "Chuyên sâu", "en": "Specialised"], alsoCalled: ["Cấp chuyên sâu"]),
    ]

    static let ownerships = [
        Choice("public", ["vi": "Công lập", "en": "Public"], alsoCalled: ["Công", "Nhà nước"]),
        Choice("private", ["vi": "Tư nhân", "en": "Private"], alsoCalled: ["Tư", "Ngoài công lập"]),
        Choice("forces", ["vi": "Quân đội, công an", "en": "Army or police"], alsoCalled: ["Lực lượng vũ trang"]),
        Choice("foreign", ["vi": "Có vốn nước ngoài", "en": "Foreign investment"], alsoCalled: ["Nước ngoài"]),
    ]

    static let states = [
        Choice("active", ["vi": "Đang hoạt động", "en": "Open"], alsoCalled: ["Hoạt động"]),
        Choice("suspended", ["vi": "Bị đình chỉ", "en": "Suspended"], alsoCalled: ["Đình chỉ", "Tạm đình chỉ"]),
        Choice("closed", ["vi": "Đã đóng cửa", "en": "Closed"], alsoCalled: ["Đóng cửa", "Ngừng hoạt động", "Dừng hoạt động"]),
    ]

    static let notClosed = ["state": states.map(\.code).filter { $0 != "closed" }]
    /// Facilities above one another; more than this is a circle further up.
    private static let parentsMax = 8

    private static let licence = CodePattern([.digits(3...6), .text("/HNO-GPHĐ")])
    private static let station = CodePattern([.text("TYT-"), .digits(5...5)])

    /// What decides whether it may be open.
    static let licensedBy: [String] = ["opened", "expires", "state", "suspended_until"]
    /// What is told of it to those who ask about somebody who works there.
    static let toldOfPlace: [String] = ["name"] + licensedBy

    static func isOpen(_ item: Item.Fields, on day: Day) -> Bool { Licensing.explain(facility: item, on: day).isEntitled }

    private static let rules: [Rule] = [
        Rule("form", at: "code", ["vi": "Mã có dạng 123/HNO-GPHĐ hoặc TYT-00004.", "en": "The code looks like 123/HNO-GPHĐ or TYT-00004."]) { item, _ in
            licence.matches(item["code"].plain) || station.matches(item["code"].plain)
        },
        Rule("station", at: "type", ["vi": "Mã TYT là của trạm y tế và chỉ của trạm y tế.", "en": "A code TYT is a station's and nothing else's."]) { item, _ in
            item["code"].plain.hasPrefix("TYT-") == (item["type"].string == "station")
        },
        Rule("parent", at: "parent", ["vi": "Cơ sở không trực thuộc chính mình.", "en": "A facility is no part of itself."]) { item, _ in
            item["parent"].isNull || item["parent"] != item["code"]
        },
        Rule("place", at: "longitude", ["vi": "Ghi cả vĩ độ và kinh độ, hoặc để trống cả hai.", "en": "Give both latitude and longitude, or neither."]) { item, _ in
            item["latitude"].isNull == item["longitude"].isNull
        },
        Rule(
            "place-inside", at: "latitude",
            ["vi": "Tọa độ nằm ngoài Hà Nội. Kiểm tra thứ tự vĩ độ, kinh độ.", "en": "The place lies outside Hà Nội. Check the order: latitude, longitude."]
        ) { item, _ in
            guard let latitude = item["latitude"].string.flatMap({ Double($0) }), let longitude = item["longitude"].string.flatMap({ Double($0) }) else { return true }
            return (20.5...21.5).contains(latitude) && (105.2...106.1).contains(longitude)
        },
        // The first two digits are the province in which the facility signs its contract.
        Rule("insurance-code", at: "insurance_code", ["vi": "Mã của cơ sở tại Hà Nội bắt đầu bằng 01.", "en": "A code of Hà Nội begins with 01."]) { item, _ in
            item["insurance_code"].string?.hasPrefix("01") ?? true
        },
        Rule("beds", at: "beds", ["vi": "Bệnh viện phải ghi số giường.", "en": "A hospital states its beds."]) { item, _ in
            !item["type"].plain.hasPrefix("hospital-") || !item["beds"].isNull
        },
        Rule("opened", at: "opened", ["vi": "Ngày bắt đầu hoạt động không thể ở tương lai.", "en": "The day of opening cannot lie in the future."]) { item, reading in
            item["opened"].day.map { $0 <= reading.today } ?? true
        },
        Rule("order", at: "expires", ["vi": "Ngày hết hạn phải sau ngày hoạt động.", "en": "The licence expires after the opening."]) { item, _ in
            guard let opened = item["opened"].day, let expires = item["expires"].day else { return true }
            return opened <= expires
        },
    ]

    private static let checks: [Check] = [
        Check(
            "parent-circle", .contradictory, ["vi": "Các cơ sở ghi trực thuộc lẫn nhau", "en": "Facilities are parts of each other in a circle"], through: ["parent"]
        ) { found, records, _ in
            var above = found["parent"].string
            for _ in 0..<parentsMax {
                guard let key = above else { return true }
                guard key != found.key else { return false }
                above = try records.find("health-facility", key)?["parent"].string
            }
            return false
        },
        Check("parent-closed", .contradictory, ["vi": "Cơ sở chủ quản đã đóng cửa", "en": "The facility it is part of has closed"], through: ["parent"]) { found, records, _ in
            guard let parent = found["parent"].string, found["state"].string != "closed" else { return true }
            return try records.find("health-facility", parent).map { $0["state"].string != "closed" } ?? false
        },
        Check("no-level", .missing, ["vi": "Chưa xếp cấp chuyên môn", "en": "No level"]) { found, _, _ in !found["level"].isNull || found["state"].string == "closed" },
        Check("no-head", .missing, ["vi": "Chưa ghi người chịu trách nhiệm chuyên môn", "en": "No responsible professional"]) { found, _, _ in
            !found["head"].isNull || found["state"].string == "closed"
        },
        Check(
            "head-unlicensed", .contradictory,
            ["vi": "Giấy phép của người chịu trách nhiệm không có hoặc không còn hiệu lực", "en": "The responsible professional's licence is missing or not in force"]
        ) { found, records, reading in
            guard let head = found["head"].string, found["state"].string != "closed" else { return true }
            return try records.find("health-worker", head).map { HealthWorkers.isInForce($0.fields, on: reading.today) } ?? false
        },
        Check("insurance-twice", .duplicate, ["vi": "Hai cơ sở cùng mã bảo hiểm y tế", "en": "Two facilities with one insurance code"]) { found, records, _ in
            guard let code = found["insurance_code"].string, found["state"].string != "closed" else { return true }
            return try records.all("health-facility", where: "insurance_code", is: code).count { $0["state"].string != "closed" } < 2
        },
        Check("no-place", .missing, ["vi": "Chưa có tọa độ", "en": "Not on the map"]) { found, _, _ in !found["latitude"].isNull || found["state"].string == "closed" },
        Check("expires-soon", dueFrom: ["vi": "Giấy phép hết hạn trong 90 ngày hoặc đã hết hạn", "en": "The licence expires within 90 days, or has expired"]) { found, _ in
            found["state"].string == "closed" ? nil : found["expires"].day.map { $0 + -90 }
        },
        Check("suspension-over", dueFrom: ["vi": "Hết hạn đình chỉ mà chưa ghi kết quả", "en": "The suspension is over and no outcome is entered"]) { found, _ in
            found["suspended_until"].day.map { $0 + 1 }
        },
    ]
}
