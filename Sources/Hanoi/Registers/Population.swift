// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Everyone who lives in the city, updated daily by the police of the communes.
public enum Population: RegisterDeclaration {
    public static let register = Register(
        "population", ["vi": "Dân cư", "en": "Population"],
        [
            "vi": "Người cư trú trên địa bàn thành phố và hộ gia đình của họ, do công an phường, xã cập nhật hằng ngày.",
            "en": "The residents of the city and the households they live in, updated daily by the police of wards and communes.",
        ],
        keptBy: Keepers.police,
        under: [
            "vi": "Luật Cư trú 68/2020/QH14; Luật Căn cước 26/2023/QH15", "en": "Law on Residence 68/2020/QH14; Law on Identification 26/2023/QH15",
        ],
        updated: .daily,
        key: Field(
            "id", .citizenID, ["vi": "Số định danh cá nhân", "en": "Personal ID number"], .personal, alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Mã định danh"),
            hint: ["vi": "12 chữ số trên thẻ căn cước.", "en": "The 12 digits on the identity card."]),
        fields: [
            Field(
                "name", .name, ["vi": "Họ và tên", "en": "Full name"], .personal, searched: true,
                alsoCalled: ["Họ tên", "Tên", "Họ tên khai sinh", "Họ, chữ đệm và tên", "Họ, chữ đệm và tên khai sinh"]),
            Field(
                "birth", .partialDay, ["vi": "Ngày sinh", "en": "Date of birth"], .personal, counted: true,
                alsoCalled: ["Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "Năm sinh", "Sinh ngày", "NS"],
                hint: [
                    "vi": "Ngày/tháng/năm; chỉ ghi năm nếu giấy tờ không có ngày, tháng.",
                    "en": "Day/month/year; the year alone if the papers give no more.",
                ]),
            Field("sex", .choice(sexes), ["vi": "Giới tính", "en": "Sex"], .personal, counted: true, alsoCalled: ["Nam nữ", "Phái", "GT", "Nam/Nữ"]),
            Field("ethnicity", .choice(Ethnicities.all), ["vi": "Dân tộc", "en": "Ethnic group"], .personal),
            Field(
                "old_id", .oldID, ["vi": "Số CMND cũ", "en": "Old ID number"], .personal, required: false, alsoCalled: ["CMND", "Số CMND", "CMND 9 số", "CMND cũ", "Số CMND 9 số"],
                hint: ["vi": "9 chữ số, nếu có.", "en": "9 digits, if there is one."]),
            Field("phone", .phone, ["vi": "Số điện thoại", "en": "Phone"], .personal, required: false, alsoCalled: ["Điện thoại", "SĐT", "ĐT", "Di động", "Số ĐT"]),
            Field(
                "household", .reference("household"), ["vi": "Hộ gia đình", "en": "Household"], .personal, filtered: true,
                alsoCalled: ["Mã hộ", "Số hộ", "Mã hộ gia đình", "Mã số hộ"],
                hint: ["vi": "Mã hộ, 10 chữ số.", "en": "The household's code, 10 digits."]),
            Field(
                "relation", .choice(relations), ["vi": "Quan hệ với chủ hộ", "en": "Relation to the head"], .personal, alsoCalled: ["Quan hệ", "QH với chủ hộ", "Quan hệ chủ hộ"]),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official, counted: true, jurisdiction: true,
                alsoCalled: ["Mã phường xã", "Mã xã", "Phường", "Xã", "Tên phường xã"]),
        ],
        rules: [
            Rule("born", at: "birth", ["vi": "Ngày sinh không thể ở tương lai.", "en": "The date of birth cannot lie in the future."]) { item, reading in
                birth(item).map { $0 <= reading.today } ?? true
            },
            Rule("century", at: "birth", ["vi": "Năm sinh phải từ 1900.", "en": "The year of birth must be 1900 or later."]) { item, _ in
                birth(item).map { $0.year >= 1900 } ?? true
            },
            Rule(
                "id-sex", at: "sex",
                ["vi": "Giới tính khác với số định danh. Hãy kiểm tra giấy tờ.", "en": "The sex differs from the ID number. Please check the papers."],
                .doubt
            ) { item, reading in
                guard let id = try? CitizenID(item["id"].plain, year: reading.today.year) else { return true }
                return id.sex.rawValue == item["sex"].string
            },
            Rule(
                "id-birth", at: "birth",
                [
                    "vi": "Năm sinh khác với số định danh. Hãy kiểm tra giấy tờ.",
                    "en": "The year of birth differs from the ID number. Please check the papers.",
                ], .doubt
            ) { item, reading in
                guard let id = try? CitizenID(item["id"].plain, year: reading.today.year), let birth = birth(item) else { return true }
                return id.birthYear == birth.year
            },
        ],
        group: GroupRule(
            exactlyOne: "head", of: "relation", in: "household",
            missing: ["vi": "Hộ phải có đúng một chủ hộ, nay chưa có ai.", "en": "A household must have exactly one head; this one would have none."],
            several: ["vi": "Hộ phải có đúng một chủ hộ, nay có nhiều hơn một.", "en": "A household must have exactly one head; this one would have several."],
            unlessAskedIn: (register: "task", field: "household", kind: "household-head")),
        agreements: [
            Agreement(
                "commune", with: "commune", of: "household",
                [
                    "vi": "Phường, xã của người phải là phường, xã của hộ. Chuyển đi là chuyển cả hai trong một việc.",
                    "en": "A person's commune is the household's. A move changes both in one act.",
                ])
        ],
        questions: [
            Question("resident", ["vi": "Có cư trú trong thành phố không?", "en": "Does this person live in the city?"], withoutRecord: false) { _, _ in true },
            Question("adult", ["vi": "Đã đủ 18 tuổi chưa?", "en": "Is this person 18 or older?"]) { item, reading in isAged(18, item, reading) },
            Question("aged-80", ["vi": "Đã đủ 80 tuổi chưa?", "en": "Is this person 80 or older?"]) { item, reading in isAged(80, item, reading) },
        ],
        consequences: { happenings, records, _ in
            // A new head answers the question who it would be.
            try happenings.filter { $0.after?["relation"].string == "head" }.flatMap { one in
                try records.all("task", where: "household", is: one.after!["household"].plain).filter { $0["kind"].string == "household-head" }.map { .retire("task", $0.key) }
            }
        }, when: { item, isNew in !isNew && item["relation"].string == "head" },
        checks: [
            Check("no-phone", .missing, ["vi": "Người lớn chưa có số điện thoại", "en": "An adult without a phone number"]) { found, _, reading in
                !found["phone"].isNull || (PartialDay(found["birth"].plain)?.first).map { reading.today.age(bornOn: $0) < 18 } ?? true
            },
            Check("partial-birth", .missing, ["vi": "Ngày sinh chưa đủ ngày, tháng", "en": "A birth date without day or month"]) { found, _, _ in
                found["birth"].plain.utf8.count == 10
            },
            Check("young-head", .contradictory, ["vi": "Chủ hộ dưới 18 tuổi", "en": "A head of household under 18"]) { found, _, reading in
                found["relation"].string != "head" || (PartialDay(found["birth"].plain)?.first).map { reading.today.age(bornOn: $0) >= 18 } ?? true
            },
        ],
        duties: [FieldDuty("phone", filled: 60, from: 18, found: "no-phone"), FieldDuty("birth", found: "partial-birth", goal: 95)], twins: ["birth"],
        matching: Matching(
            [
                // What lists of other offices say of the same person; shares as they are in such lists.
                .init("name", .name, agreesAmongSame: [0.82, 0.09, 0.06, 0.02, 0.01]), .init("birth", .day, agreesAmongSame: [0.90, 0.02, 0.04, 0.03, 0.01]),
                .init("sex", .value, agreesAmongSame: [0.99, 0.01]), .init("commune", .value, agreesAmongSame: [0.85, 0.15]),
                .init("phone", .number, agreesAmongSame: [0.8, 0.2]),
                .init("address", .address(through: "household", field: "address"), agreesAmongSame: [0.70, 0.20, 0.10]),
            ], present: 0.9, same: 0.9, review: 0.1, takes: ["phone"]), arrivals: true, label: ["name"],
        example: [
            "id": .string("001090123456"), "name": .string("Nguyễn Văn Thử"), "birth": .string("1990-09-02"), "sex": .string("male"),
            "ethnicity": .string("01"), "old_id": .string("012345678"), "phone": .string("0912345678"), "household": .string("1000000001"),
            "relation": .string("head"), "commune": .string("00004"),
        ])

    static func birth(_ item: Item.Fields) -> Day? { item["birth"].string.flatMap { PartialDay($0)?.first } }

    static func isAged(_ years: Int, _ item: Item.Fields, _ reading: Reading) -> Bool { birth(item).map { reading.day.age(bornOn: $0) >= years } ?? false }

    static let sexes = [Choice("male", ["vi": "Nam", "en": "Male"], alsoCalled: ["Trai"]), Choice("female", ["vi": "Nữ", "en": "Female"], alsoCalled: ["Gái"])]

    static let relations = [
        Choice("head", ["vi": "Chủ hộ", "en": "Head of household"], alsoCalled: ["CH", "Chủ hộ gia đình"]),
        Choice("spouse", ["vi": "Vợ, chồng", "en": "Wife or husband"], alsoCalled: ["Vợ", "Chồng", "Vợ/chồng"]),
        Choice("child", ["vi": "Con", "en": "Child"], alsoCalled: ["Con đẻ", "Con trai", "Con gái", "Con ruột", "Con nuôi"]),
        Choice("parent", ["vi": "Bố, mẹ", "en": "Parent"], alsoCalled: ["Bố", "Mẹ", "Cha", "Cha, mẹ", "Bố đẻ", "Mẹ đẻ", "Cha đẻ"]),
        Choice(
            "sibling", ["vi": "Anh, chị, em", "en": "Brother or sister"],
            alsoCalled: ["Anh", "Chị", "Em", "Anh ruột", "Chị ruột", "Em ruột", "Anh trai", "Chị gái", "Em trai", "Em gái"]),
        Choice("grandparent", ["vi": "Ông, bà", "en": "Grandparent"], alsoCalled: ["Ông", "Bà", "Ông nội", "Bà nội", "Ông ngoại", "Bà ngoại"]),
        Choice("grandchild", ["vi": "Cháu", "en": "Grandchild"], alsoCalled: ["Cháu nội", "Cháu ngoại", "Cháu ruột"]),
        Choice("other", ["vi": "Khác", "en": "Other"], alsoCalled: ["Quan hệ khác", "Người ở nhờ", "Người ở cùng"]),
    ]
}
