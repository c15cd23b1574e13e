// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who may examine, treat or dispense: every practising certificate and licence, from its first day to its last.
public enum HealthWorkers: RegisterDeclaration {
    public static let register = Register(
        "health-worker", ["vi": "Người hành nghề y, dược", "en": "Health workers"],
        [
            "vi": "Chứng chỉ, giấy phép hành nghề: của ai, phạm vi nào, làm ở đâu, còn hiệu lực không.",
            "en": "Practising certificates and licences: whose, for what, where they work, whether in force.",
        ],
        keptBy: Keepers.health,
        under: [
            "vi": "Luật Khám bệnh, chữa bệnh 15/2023/QH15; Luật Dược 105/2016/QH13",
            "en": "Law on Medical Examination and Treatment 15/2023/QH15; Law on Pharmacy 105/2016/QH13",
        ], updated: .daily,
        key: Field(
            "licence", .code(licence), ["vi": "Số chứng chỉ, giấy phép", "en": "Licence number"], .open,
            alsoCalled: [
                "Số CCHN", "Số GPHN", "Số CCHN/GPHN", "Số GPHN/CCHN", "Số chứng chỉ hành nghề", "Số giấy phép hành nghề", "Số chứng chỉ hành nghề/giấy phép hành nghề",
                "Số giấy phép hành nghề/chứng chỉ hành nghề", "Giấy phép hành nghề", "Chứng chỉ hành nghề", "Số giấy phép", "Số chứng chỉ", "CCHN", "GPHN", "Số CCHND",
                "Số chứng chỉ hành nghề dược",
            ],
            hint: [
                "vi": "Ví dụ 001234/HNO-CCHN, 001234/HNO-GPHN; dược sĩ 1234/HNO-CCHND.",
                "en": "Such as 001234/HNO-CCHN, 001234/HNO-GPHN; a pharmacist's 1234/HNO-CCHND.",
            ]),
        fields: [
            Field(
                "person", .reference("population"), ["vi": "Số định danh", "en": "Personal ID"], .personal, required: false, lasting: true, alsoCalled: Heads.personalID,
                hint: ["vi": "Để trống với người không cư trú tại Hà Nội.", "en": "Empty for those who do not live in Hà Nội."]),
            Field(
                "name", .name, ["vi": "Họ và tên ghi trên giấy phép", "en": "Name as printed"], .open, searched: true,
                alsoCalled: ["Họ và tên", "Họ tên", "Họ và tên người hành nghề", "Tên người hành nghề", "Người hành nghề"]),
            Field(
                "profession", .choice(professions), ["vi": "Chức danh hành nghề", "en": "Profession"], .open, counted: true,
                alsoCalled: ["Chức danh", "Chức danh chuyên môn", "Chức danh nghề nghiệp"]),
            Field(
                "scope", .text(max: 300), ["vi": "Phạm vi hành nghề", "en": "Scope of practice"], .open,
                alsoCalled: ["Phạm vi hoạt động chuyên môn", "Phạm vi chuyên môn", "Phạm vi hoạt động"]),
            Field("specialty", .text(max: 150), ["vi": "Chuyên khoa", "en": "Specialty"], .open, required: false, searched: true, alsoCalled: ["Chuyên ngành"]),
            Field(
                "qualification", .choice(qualifications), ["vi": "Trình độ chuyên môn", "en": "Qualification"], .open, required: false, counted: true,
                alsoCalled: ["Trình độ", "Văn bằng", "Văn bằng chuyên môn", "Bằng cấp", "Trình độ đào tạo"]),
            Field(
                "issued", .day, ["vi": "Ngày cấp", "en": "Issued on"], .open,
                alsoCalled: [
                    "Cấp ngày", "Ngày cấp CCHN", "Ngày cấp GPHN", "Ngày cấp CCHN/GPHN", "Ngày cấp giấy phép", "Ngày cấp chứng chỉ", "Ngày cấp giấy phép hành nghề",
                    "Ngày cấp chứng chỉ hành nghề",
                ]),
            Field(
                "renewed", .day, ["vi": "Gia hạn gần nhất từ ngày", "en": "Last renewed from"], .open, required: false,
                alsoCalled: ["Ngày gia hạn", "Gia hạn ngày", "Gia hạn từ ngày"]),
            Field(
                "expires", .day, ["vi": "Có giá trị đến hết ngày", "en": "Valid until the end of"], .open, required: false,
                alsoCalled: ["Ngày hết hạn", "Hết hạn", "Ngày hết hiệu lực", "Hết hạn ngày", "Có giá trị đến", "Giá trị đến", "Hiệu lực đến", "Giấy phép hết hạn"],
                hint: ["vi": "Giấy phép GPHN: 5 năm. Chứng chỉ CCHN không ghi thời hạn.", "en": "A GPHN licence: five years. A CCHN certificate has no term."]),
            Field("suspended_from", .day, ["vi": "Đình chỉ từ ngày", "en": "Suspended from"], .open, required: false, alsoCalled: ["Ngày đình chỉ", "Bị đình chỉ từ ngày"]),
            Field(
                "suspended_until", .day, ["vi": "Đình chỉ đến hết ngày", "en": "Suspended until the end of"], .open, required: false,
                alsoCalled: ["Hết đình chỉ", "Bị đình chỉ đến ngày"],
                hint: ["vi": "Để trống: đến khi có quyết định khác.", "en": "Empty: until decided otherwise."]),
            Field("revoked", .day, ["vi": "Thu hồi từ ngày", "en": "Revoked from"], .open, required: false, alsoCalled: ["Ngày thu hồi", "Thu hồi ngày"]),
            Field("revoked_because", .text(max: 300), ["vi": "Lý do thu hồi", "en": "Why revoked"], .official, required: false),
            Field(
                "facility", .reference("health-facility"), ["vi": "Nơi đăng ký hành nghề", "en": "Works at"], .open, required: false, filtered: true, lasting: true,
                alsoCalled: [
                    "Nơi hành nghề", "Nơi làm việc", "Nơi công tác", "Cơ sở hành nghề", "Cơ sở đăng ký hành nghề", "Cơ sở khám bệnh, chữa bệnh", "Mã cơ sở",
                    "Mã cơ sở khám bệnh, chữa bệnh", "Số GPHĐ", "Số giấy phép hoạt động",
                ]),
            Field(
                "hours", .text(max: 200), ["vi": "Thời gian hành nghề", "en": "Hours"], .open, required: false,
                alsoCalled: [
                    "Thời gian đăng ký hành nghề", "Thời gian đăng ký hành nghề tại cơ sở", "Thời gian đăng ký hành nghề tại cơ sở khám bệnh, chữa bệnh", "Giờ hành nghề",
                    "Thời gian làm việc",
                ],
                hint: ["vi": "Ví dụ: thứ Hai đến thứ Sáu, 7:30–17:00.", "en": "Such as: Monday to Friday, 7:30–17:00."]),
        ],
        rules: rules,
        questions: [
            Question(
                "licensed", ["vi": "Người này có được hành nghề vào ngày đó không?", "en": "May this person practise on that day?"], withoutRecord: false,
                reads: ["issued", "expires", "suspended_from", "suspended_until", "revoked", "facility"],
                at: .init("health-facility") { worker, facility, reading in
                    worker["facility"].string == facility["code"].string && HealthFacilities.isOpen(facility, on: reading.day)
                },
                because: Question.Reasoning(beside: ["health-facility": HealthFacilities.toldOfPlace]) { worker, records, reading in
                    let facility = try worker["facility"].string.flatMap { try records.find("health-facility", $0) }
                    return Licensing.explain(worker.fields, at: facility?.fields, on: reading.day)
                }
            ) { item, reading in isInForce(item, on: reading.day) },
            Question(
                "practising", ["vi": "Người này có được hành nghề tại nơi đã đăng ký vào ngày đó không?", "en": "May this person practise where registered on that day?"],
                withoutRecord: false, reads: ["issued", "expires", "suspended_from", "suspended_until", "revoked", "facility"],
                through: .init("facility") { facility, reading in HealthFacilities.isOpen(facility, on: reading.day) }
            ) { item, reading in isInForce(item, on: reading.day) },
        ],
        checks: checks, comparisons: Heads.person("person", ownName: "name"), label: ["name", "profession"],
        example: [
            "licence": .string("001234/HNO-GPHN"), "person": .string("001090123456"), "name": .string("Nguyễn Văn Thử"), "profession": .string("doctor"),
            "scope": .string("Khám bệnh, chữa bệnh chuyên khoa Nhi"), "specialty": .string("Nhi"), "qualification": .string("specialist-1"),
            "issued": .string("2024-05-06"), "expires": .string("2029-05-06"), "facility": .string("TYT-00004"), "hours": .string("Thứ Hai đến thứ Sáu, 7:30–17:00"),
        ])

    static let licence = CodePattern([.digits(4...6), .text("/"), .letters(2...4), .text("-"), .letters(4...5)])

    /// The pattern of the key is the widest that holds them all; these are the forms there are.
    private static let forms = [
        CodePattern([.digits(6...6), .text("/"), .letters(2...4), .text("-CCHN")]), CodePattern([.digits(6...6), .text("/"), .letters(2...4), .text("-GPHN")]),
        CodePattern([.digits(4...6), .text("/"), .letters(2...4), .text("-CCHND")]),
    ]

    static let professions = [
        Choice(
            "doctor", ["vi": "Bác sĩ", "en": "Doctor"],
            alsoCalled: ["Bác sỹ", "BS", "Bác sĩ y khoa", "Bác sĩ đa khoa", "Bác sỹ đa khoa", "Bác sĩ răng hàm mặt", "Bác sĩ y học cổ truyền", "Bác sĩ y học dự phòng"]),
        Choice("assistant", ["vi": "Y sĩ", "en": "Assistant doctor"], alsoCalled: ["Y sỹ", "YS", "Y sĩ đa khoa", "Y sỹ đa khoa", "Y sĩ y học cổ truyền"]),
        Choice("nurse", ["vi": "Điều dưỡng", "en": "Nurse"], alsoCalled: ["ĐD", "Điều dưỡng viên", "Y tá"]),
        Choice("midwife", ["vi": "Hộ sinh", "en": "Midwife"], alsoCalled: ["Hộ sinh viên", "Nữ hộ sinh"]),
        Choice(
            "technician", ["vi": "Kỹ thuật y", "en": "Medical technician"],
            alsoCalled: [
                "Kỹ thuật viên", "KTV", "Kỹ thuật viên y", "Kỹ thuật y học", "Kỹ thuật viên xét nghiệm", "KTV xét nghiệm", "Kỹ thuật viên phục hồi chức năng",
                "Kỹ thuật viên hình ảnh y học",
            ]),
        Choice("dietitian", ["vi": "Dinh dưỡng lâm sàng", "en": "Clinical dietitian"], alsoCalled: ["Dinh dưỡng", "Cử nhân dinh dưỡng"]),
        Choice("paramedic", ["vi": "Cấp cứu viên ngoại viện", "en": "Paramedic"], alsoCalled: ["Cấp cứu viên"]),
        Choice("psychologist", ["vi": "Tâm lý lâm sàng", "en": "Clinical psychologist"], alsoCalled: ["Cử nhân tâm lý lâm sàng", "Nhà tâm lý lâm sàng"]),
        Choice("traditional", ["vi": "Lương y", "en": "Traditional healer"]),
        Choice(
            "family-remedy", ["vi": "Người có bài thuốc, phương pháp gia truyền", "en": "Keeper of a family's remedy"],
            alsoCalled: ["Người có bài thuốc gia truyền", "Bài thuốc gia truyền", "Người có phương pháp chữa bệnh gia truyền"]),
        Choice("pharmacist", ["vi": "Dược sĩ", "en": "Pharmacist"], alsoCalled: ["Dược sỹ", "DS"]),
    ]

    static let qualifications = [
        Choice("intermediate", ["vi": "Trung cấp", "en": "Intermediate"], alsoCalled: ["TC", "Trung học", "Y sĩ trung cấp"]),
        Choice("college", ["vi": "Cao đẳng", "en": "College"], alsoCalled: ["CĐ"]),
        Choice("university", ["vi": "Đại học", "en": "University"], alsoCalled: ["ĐH", "Cử nhân", "CN", "Bác sĩ", "Bác sỹ", "BS", "Dược sĩ đại học", "Dược sỹ đại học", "DSĐH"]),
        Choice("resident", ["vi": "Bác sĩ nội trú", "en": "Residency"], alsoCalled: ["BSNT", "Nội trú", "Bác sỹ nội trú"]),
        Choice(
            "specialist-1", ["vi": "Chuyên khoa cấp I", "en": "Specialist, first level"],
            alsoCalled: [
                "CKI", "CK1", "CK I", "BSCKI", "BSCK1", "BS CKI", "BS CK1", "DSCKI", "DSCK1", "Chuyên khoa I", "Chuyên khoa 1", "Bác sĩ chuyên khoa I", "Bác sĩ chuyên khoa cấp I",
            ]), Choice("master", ["vi": "Thạc sĩ", "en": "Master"], alsoCalled: ["ThS", "Thạc sỹ", "ThS.BS", "Thạc sĩ, bác sĩ"]),
        Choice(
            "specialist-2", ["vi": "Chuyên khoa cấp II", "en": "Specialist, second level"],
            alsoCalled: [
                "CKII", "CK2", "CK II", "BSCKII", "BSCK2", "BS CKII", "BS CK2", "DSCKII", "DSCK2", "Chuyên khoa II", "Chuyên khoa 2", "Bác sĩ chuyên khoa II",
                "Bác sĩ chuyên khoa cấp II",
            ]), Choice("doctorate", ["vi": "Tiến sĩ", "en": "Doctorate"], alsoCalled: ["TS", "Tiến sỹ", "TS.BS", "Tiến sĩ, bác sĩ"]),
    ]

    /// Issued, not expired, not suspended, not revoked.
    static func isInForce(_ licence: Item.Fields, on day: Day) -> Bool { Licensing.explain(licence, on: day).isEntitled }

    private static let rules: [Rule] = [
        Rule(
            "form", at: "licence",
            [
                "vi": "Số có dạng 001234/HNO-CCHN, 001234/HNO-GPHN hoặc 1234/HNO-CCHND.",
                "en": "The number looks like 001234/HNO-CCHN, 001234/HNO-GPHN or 1234/HNO-CCHND.",
            ]
        ) { item, _ in
            forms.contains { $0.matches(item["licence"].plain) }
        },
        Rule("pharmacist", at: "profession", ["vi": "Chứng chỉ CCHND là của dược sĩ và chỉ của dược sĩ.", "en": "A CCHND certificate is a pharmacist's and nobody else's."]) {
            item, _ in
            item["licence"].plain.hasSuffix("-CCHND") == (item["profession"].string == "pharmacist")
        },
        SectorRules.issued,
        Rule("renewed", at: "renewed", ["vi": "Ngày gia hạn phải sau ngày cấp.", "en": "A renewal comes after the issue."]) { item, _ in
            isOrdered(item["issued"], item["renewed"])
        },
        // Licences have a term since the law of 2023; certificates under the law of 2009 had none.
        Rule("term", at: "expires", ["vi": "Giấy phép GPHN phải ghi thời hạn; chứng chỉ CCHN thì không.", "en": "A GPHN licence has a term; a CCHN certificate has none."]) {
            item, _ in
            if item["licence"].plain.hasSuffix("-GPHN") { return !item["expires"].isNull }
            return !item["licence"].plain.hasSuffix("-CCHN") || item["expires"].isNull
        },
        Rule("expires", at: "expires", ["vi": "Ngày hết hạn phải sau ngày cấp, ngày gia hạn.", "en": "It expires after it was issued or renewed."]) { item, _ in
            isOrdered(item["renewed"].isNull ? item["issued"] : item["renewed"], item["expires"])
        },
        Rule(
            "five-years", at: "expires", ["vi": "Giấy phép chỉ có giá trị 5 năm từ ngày cấp hoặc gia hạn.", "en": "A licence lasts five years from its issue or renewal."], .doubt
        ) { item, _ in
            guard item["licence"].plain.hasSuffix("-GPHN"), let from = item["renewed"].day ?? item["issued"].day, let expires = item["expires"].day else { return true }
            return expires <= from.adding(months: 60)
        },
        Rule("suspended", at: "suspended_from", ["vi": "Đình chỉ phải ghi từ ngày nào.", "en": "A suspension says from which day."]) { item, _ in
            item["suspended_until"].isNull || !item["suspended_from"].isNull
        },
        Rule("suspended-order", at: "suspended_until", ["vi": "Ngày hết đình chỉ phải sau ngày bắt đầu.", "en": "A suspension ends after it begins."]) { item, _ in
            isOrdered(item["suspended_from"], item["suspended_until"])
        },
        Rule("suspended-issued", at: "suspended_from", ["vi": "Chưa cấp thì không đình chỉ được.", "en": "What was not yet issued cannot be suspended."]) { item, _ in
            isOrdered(item["issued"], item["suspended_from"])
        },
        Rule("revoked-issued", at: "revoked", ["vi": "Chưa cấp thì không thu hồi được.", "en": "What was not yet issued cannot be revoked."]) { item, _ in
            isOrdered(item["issued"], item["revoked"])
        },
        Rule("revoked-because", at: "revoked_because", ["vi": "Thu hồi phải có cả ngày và lý do.", "en": "A revocation has both a day and a reason."]) { item, _ in
            item["revoked"].isNull == item["revoked_because"].isNull
        },
    ]

    private static func isOrdered(_ first: Value, _ second: Value) -> Bool {
        guard let first = first.day, let second = second.day else { return true }
        return first <= second
    }

    private static let checks: [Check] = [
        Check("expires-soon", dueFrom: ["vi": "Hết hạn trong 90 ngày hoặc đã hết hạn", "en": "Expires within 90 days, or has expired"]) { found, _ in
            found["revoked"].isNull ? found["expires"].day.map { $0 + -90 } : nil
        },
        Check("no-person", .missing, ["vi": "Chưa nối với sổ dân cư", "en": "Not linked to the population register"]) { found, _, _ in !found["person"].isNull },
        Check("person-gone", .contradictory, ["vi": "Người này không còn trong sổ dân cư", "en": "This person is no longer in the population register"], through: ["person"]) {
            found, records, _ in
            guard let person = found["person"].string, found["revoked"].isNull else { return true }
            return try records.find("population", person) != nil
        },
        Check(
            "twice", .duplicate, ["vi": "Một người có hai giấy phép còn hiệu lực cùng chức danh", "en": "One person with two licences in force for one profession"],
            through: ["person"]
        ) {
            found, records, reading in
            guard let person = found["person"].string, isInForce(found.fields, on: reading.today) else { return true }
            let licences = try records.all("health-worker", where: "person", is: person)
            return licences.count { $0["profession"] == found["profession"] && isInForce($0.fields, on: reading.today) } < 2
        },
        Check("facility-closed", .contradictory, ["vi": "Nơi đăng ký hành nghề đã đóng cửa", "en": "The place of work has closed"], through: ["facility"]) { found, records, _ in
            guard let key = found["facility"].string else { return true }
            return try records.find("health-facility", key).map { $0["state"].string != "closed" } ?? false
        },
    ]
}
