// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A pupil changes school.
enum SchoolTransfer: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.002854", ["vi": "Chuyển trường và tiếp nhận học sinh", "en": "Transfer of a pupil"], need: ["vi": "Chuyển trường cho con", "en": "Another school for a child"],
        words: ["chuyển trường", "xin học", "nhập học"], on: Occasions.school,
        under: ["vi": "Thông tư 50/2021/TT-BGDĐT; Luật Giáo dục 43/2019/QH14", "en": "Circular 50/2021/TT-BGDĐT; Law on Education 43/2019/QH14"], decidedBy: CityOffices.education,
        at: .city, about: [.child], facts: [Legal.person, Legal.home],
        questions: [
            Field("school_now", .text(max: 150), ["vi": "Trường đang học", "en": "Present school"], .personal),
            Field("school_wanted", .text(max: 150), ["vi": "Trường xin chuyển đến", "en": "School wanted"], .personal),
            Field("grade", .integer(1...12), ["vi": "Lớp", "en": "Grade"], .personal), Field("moved_because", .text(max: 300), ["vi": "Lý do", "en": "Reason"], .personal),
        ],
        papers: [Paper("report", ["vi": "Học bạ", "en": "School report"], because: ["vi": "trường đang học giữ", "en": "the present school keeps it"])],
        within: Legal.within(.workingDays(5), ["vi": "Thông tư 50/2021/TT-BGDĐT", "en": "Circular 50/2021/TT-BGDĐT"]),
        fees: Legal.free(["vi": "Luật Giáo dục 2019", "en": "Law on Education 2019"]), result: ["vi": "Giấy tiếp nhận học sinh", "en": "Letter of acceptance"],
        check: { application, _, reading in
            guard let age = Legal.age(application.subject, reading), age < 5 || age > 20 else { return [] }
            return [Legal.objection("", "age", "Người này không ở tuổi học phổ thông.", "This person is not of school age.")]
        }, example: ["school_now": .string("Tiểu học Ví Dụ"), "school_wanted": .string("Tiểu học Mẫu"), "grade": .integer(3), "moved_because": .string("Chuyển nhà")])
}

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
        ],
        questions: [
            Field("outlet", .choice(outlets), ["vi": "Loại cơ sở", "en": "Kind"], .official),
            Field("outlet_name", .text(max: 150), ["vi": "Tên cơ sở muốn đặt", "en": "The name wanted"], .official),
            Field(
                "licence", .text(max: 40), ["vi": "Số chứng chỉ hành nghề dược", "en": "Number of the pharmacist's licence"], .official,
                hint: ["vi": "Ví dụ 1234/HNO-CCHND.", "en": "Such as 1234/HNO-CCHND."]),
        ],
        papers: [
            Paper(
                "technical", ["vi": "Tài liệu kỹ thuật theo GPP, GDP", "en": "Technical file by GPP or GDP"], because: ["vi": "do cơ sở lập", "en": "the pharmacy makes it"],
                filesMax: 10)
        ],
        within: Legal.within(.days(20), ["vi": "Luật Dược 2016, Điều 39", "en": "Law on Pharmacy 2016, article 39"]),
        fees: [Dated(Fee(counter: 1_000_000, online: 1_000_000), from: Legal.twoTiers, under: ["vi": "Thông tư 41/2023/TT-BTC", "en": "Circular 41/2023/TT-BTC"])],
        result: ["vi": "Giấy chứng nhận đủ điều kiện kinh doanh dược", "en": "Certificate for a pharmacy"],
        example: ["outlet": .string("pharmacy"), "outlet_name": .string("Nhà thuốc Ví Dụ"), "licence": .string("1234/HNO-CCHND")])

    static let outlets = [
        Choice("pharmacy", ["vi": "Nhà thuốc", "en": "Pharmacy"]), Choice("counter", ["vi": "Quầy thuốc", "en": "Medicine counter"]),
        Choice("wholesale", ["vi": "Bán buôn", "en": "Wholesale"]),
    ]
}

/// The licence without which nobody examines or treats patients.
enum PractisingLicence: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.012289", ["vi": "Cấp mới giấy phép hành nghề khám bệnh, chữa bệnh", "en": "Licence to practise medicine"],
        need: ["vi": "Xin giấy phép hành nghề y", "en": "A licence to practise as a health worker"], words: ["chứng chỉ hành nghề", "bác sĩ", "y sĩ", "điều dưỡng", "hành nghề y"],
        on: Occasions.health,
        under: ["vi": "Luật Khám bệnh, chữa bệnh 15/2023/QH15, Điều 27 đến 30", "en": "Law on Medical Examination and Treatment 15/2023/QH15, articles 27 to 30"],
        decidedBy: CityOffices.health, at: .city, about: [.oneself], facts: [Legal.person],
        questions: [
            Field("title_wanted", .choice(titles), ["vi": "Chức danh hành nghề", "en": "Professional title"], .official),
            Field("specialty", .text(max: 150), ["vi": "Phạm vi, chuyên khoa", "en": "Field or specialty"], .official),
            Field("trained_at", .text(max: 200), ["vi": "Nơi đào tạo", "en": "Where trained"], .personal),
            Field("graduated", .integer(1950...2100), ["vi": "Năm tốt nghiệp", "en": "Year of graduation"], .personal),
        ],
        papers: [
            Paper("degree", ["vi": "Văn bằng đào tạo", "en": "Degree"], because: ["vi": "trường cấp", "en": "the school gives it"]),
            Paper(
                "training", ["vi": "Giấy xác nhận hoàn thành thực hành", "en": "Proof of practical training"],
                because: ["vi": "cơ sở hướng dẫn thực hành cấp", "en": "the place of training gives it"]),
            Paper("fitness", ["vi": "Giấy khám sức khỏe", "en": "Certificate of fitness"], because: ["vi": "cơ sở khám bệnh cấp", "en": "a clinic gives it"]),
        ],
        within: Legal.within(.days(30), ["vi": "Luật Khám bệnh, chữa bệnh 2023, Điều 30", "en": "Law on Medical Examination and Treatment 2023, article 30"]),
        fees: [Dated(Fee(counter: 430_000, online: 430_000), from: Legal.twoTiers, under: ["vi": "Thông tư 59/2023/TT-BTC", "en": "Circular 59/2023/TT-BTC"])],
        findings: [
            Field("licence_number", .text(max: 40), ["vi": "Số giấy phép", "en": "Number of the licence"], .official),
            Field("valid_until", .day, ["vi": "Có hiệu lực đến", "en": "Valid until"], .official),
        ],
        result: ["vi": "Giấy phép hành nghề khám bệnh, chữa bệnh", "en": "Licence to practise medicine"],
        check: { application, _, reading in
            var objections: [Objection] = []
            if let age = Legal.age(application.subject, reading), age < 20 {
                objections.append(Legal.objection("", "age", "Người này chưa ở tuổi hoàn thành đào tạo.", "This person is too young to have been trained."))
            }
            if let year = application["graduated"].integer, year > Int64(reading.today.year) {
                objections.append(Legal.objection("graduated", "future", "Năm tốt nghiệp không thể ở tương lai.", "The year cannot lie in the future."))
            }
            return objections
        }, example: ["title_wanted": .string("doctor"), "specialty": .string("Đa khoa"), "trained_at": .string("Đại học Y Ví Dụ"), "graduated": .integer(2020)])

    static let titles = [
        Choice("doctor", ["vi": "Bác sĩ", "en": "Doctor"]), Choice("assistant", ["vi": "Y sĩ", "en": "Assistant doctor"]), Choice("nurse", ["vi": "Điều dưỡng", "en": "Nurse"]),
        Choice("midwife", ["vi": "Hộ sinh", "en": "Midwife"]), Choice("technician", ["vi": "Kỹ thuật y", "en": "Medical technician"]),
    ]
}

/// A child begins school. No national code was at hand; this one is the city's own.
enum SchoolEnrolment: ProcedureDeclaration {
    static let procedure = Procedure(
        "9.000002", ["vi": "Đăng ký dự tuyển đầu cấp", "en": "Enrolment in a first class"], need: ["vi": "Đăng ký cho con vào lớp đầu cấp", "en": "Enrolling a child in school"],
        words: ["tuyển sinh", "vào lớp 1", "lớp 6", "mầm non", "nhập học", "ghi danh"], on: Occasions.school,
        under: [
            "vi": "Luật Giáo dục 43/2019/QH14, Điều 28; kế hoạch tuyển sinh hằng năm của thành phố", "en": "Law on Education 43/2019/QH14, article 28; the city's yearly plan",
        ],
        decidedBy: CityOffices.education, at: .city, about: [.child],
        facts: [Legal.person, Legal.home, Fact(.records("residence", where: "person"), "kind", "address", "from")],
        questions: [
            Field("class_wanted", .choice(classes), ["vi": "Vào lớp", "en": "Class"], .personal),
            Field("first_choice", .text(max: 150), ["vi": "Trường muốn học, thứ nhất", "en": "School wanted, first"], .personal),
            Field("second_choice", .text(max: 150), ["vi": "Trường muốn học, thứ hai", "en": "School wanted, second"], .personal, required: false),
        ],
        papers: [
            Paper(
                "report", ["vi": "Học bạ lớp trước", "en": "Report of the class before"], because: ["vi": "trường cũ giữ", "en": "the former school keeps it"],
                when: .init("class_wanted", "6"))
        ],
        within: Legal.within(.workingDays(10), ["vi": "Kế hoạch tuyển sinh của thành phố", "en": "The city's enrolment plan"]),
        fees: Legal.free(["vi": "Luật Giáo dục 2019, Điều 99", "en": "Law on Education 2019, article 99"]),
        findings: [Field("school_given", .text(max: 150), ["vi": "Trường nhận", "en": "School"], .official)],
        result: ["vi": "Giấy báo trúng tuyển", "en": "Letter of admission"],
        check: { application, _, reading in
            guard let born = (PartialDay(application.subject["birth"].plain)?.first.year) else { return [] }
            // By the year of birth, as enrolment goes; a year later is admitted, earlier is not.
            let ages = ["nursery": 3...5, "1": 6...8, "6": 11...13]
            guard let age = ages[application["class_wanted"].plain], !age.contains(reading.today.year - born) else { return [] }
            return [Legal.objection("class_wanted", "age", "Con không ở độ tuổi vào lớp này.", "The child is not of the age for this class.")]
        }, example: ["class_wanted": .string("nursery"), "first_choice": .string("Mầm non Ví Dụ")])

    static let classes = [
        Choice("nursery", ["vi": "Mầm non", "en": "Nursery"]), Choice("1", ["vi": "Lớp 1", "en": "Class 1"]), Choice("6", ["vi": "Lớp 6", "en": "Class 6"]),
    ]
}
