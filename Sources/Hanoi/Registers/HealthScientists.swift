// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Scientists of health: what they work on, and where they can be asked.
public enum HealthScientists: RegisterDeclaration {
    public static let register = Register(
        "health-scientist", ["vi": "Nhà khoa học y tế", "en": "Scientists of health"],
        [
            "vi": "Lĩnh vực, học vị, học hàm, nơi công tác, đề tài của nhà khoa học về sức khỏe.",
            "en": "Field, degree, title, organisation and topics of scientists of health.",
        ],
        keptBy: Keepers.health, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .yearly,
        key: Field("number", keys.kind, ["vi": "Mã nhà khoa học", "en": "Scientist's number"], .open, alsoCalled: ["Mã số"]),
        fields: [
            Field(
                "person", .reference("population"), ["vi": "Số định danh", "en": "Personal ID"], .personal, required: false, lasting: true, alsoCalled: Heads.personalID,
                hint: ["vi": "Để trống với người không cư trú tại Hà Nội.", "en": "Empty for those who do not live in Hà Nội."]),
            Field("name", .name, ["vi": "Họ và tên", "en": "Full name"], .open, searched: true, alsoCalled: Heads.names),
            Field("field", .choice(fields), ["vi": "Lĩnh vực", "en": "Field"], .open, counted: true, alsoCalled: ["Lĩnh vực nghiên cứu", "Chuyên ngành"]),
            Field(
                "degree", .choice(HealthWorkers.qualifications), ["vi": "Học vị, trình độ", "en": "Degree"], .open, counted: true,
                alsoCalled: ["Học vị", "Trình độ", "Trình độ chuyên môn"]),
            Field("title", .choice(titles), ["vi": "Học hàm", "en": "Academic title"], .open, required: false, counted: true),
            Field(
                "organization", .text(max: 200), ["vi": "Nơi công tác", "en": "Organisation"], .open, searched: true, alsoCalled: ["Cơ quan công tác", "Đơn vị công tác", "Đơn vị"]),
            Field(
                "topics", .text(max: 1000), ["vi": "Hướng nghiên cứu, đề tài", "en": "Topics"], .open, searched: true,
                alsoCalled: ["Hướng nghiên cứu", "Đề tài", "Đề tài nghiên cứu"],
                hint: ["vi": "Cách nhau bằng dấu chấm phẩy.", "en": "Separated by semicolons."]),
        ],
        rules: [
            Rule("title", at: "title", ["vi": "Giáo sư, phó giáo sư thường có học vị tiến sĩ.", "en": "Professors usually hold a doctorate."], .doubt) { item, _ in
                item["title"].isNull || item["degree"].string == "doctorate"
            }
        ],
        keys: keys,
        checks: [
            Check("no-person", .missing, ["vi": "Chưa nối với sổ dân cư", "en": "Not linked to the population register"]) { found, _, _ in !found["person"].isNull },
            Check("person-gone", .contradictory, ["vi": "Người này không còn trong sổ dân cư", "en": "This person is no longer in the population register"], through: ["person"]) {
                found, records, _ in
                guard let person = found["person"].string else { return true }
                return try records.find("population", person) != nil
            },
            Check("twice", .duplicate, ["vi": "Một người có hai mã", "en": "One person with two numbers"], through: ["person"]) { found, records, _ in
                guard let person = found["person"].string else { return true }
                return try records.all("health-scientist", where: "person", is: person).count < 2
            },
        ],
        label: ["name", "field"],
        example: [
            "number": .string("KHYT000001"), "person": .string("001090123456"), "name": .string("Nguyễn Văn Thử"), "field": .string("public-health"),
            "degree": .string("doctorate"), "title": .string("associate-professor"), "organization": .string("Viện Nghiên cứu Ví Dụ"),
            "topics": .string("Dịch tễ học bệnh không lây nhiễm; ô nhiễm không khí và sức khỏe"),
        ])

    static let keys = KeyForm("KHYT", digits: 6)

    static let fields = [
        Choice("clinical", ["vi": "Y học lâm sàng", "en": "Clinical medicine"]), Choice("basic", ["vi": "Y học cơ sở", "en": "Basic medical sciences"]),
        Choice("public-health", ["vi": "Y tế công cộng, y học dự phòng", "en": "Public and preventive health"], alsoCalled: ["Y tế công cộng", "Y học dự phòng"]),
        Choice("pharmacy", ["vi": "Dược học", "en": "Pharmacy"]),
        Choice("traditional", ["vi": "Y học cổ truyền", "en": "Traditional medicine"], alsoCalled: ["YHCT"]), Choice("dentistry", ["vi": "Răng Hàm Mặt", "en": "Dentistry"]),
        Choice("nursing", ["vi": "Điều dưỡng", "en": "Nursing"]), Choice("biotechnology", ["vi": "Công nghệ sinh học y dược", "en": "Medical biotechnology"]),
        Choice("informatics", ["vi": "Tin học y tế, thiết bị y tế", "en": "Health informatics and devices"]),
    ]

    static let titles = [
        Choice("associate-professor", ["vi": "Phó giáo sư", "en": "Associate professor"], alsoCalled: ["PGS"]),
        Choice("professor", ["vi": "Giáo sư", "en": "Professor"], alsoCalled: ["GS"]),
    ]
}
