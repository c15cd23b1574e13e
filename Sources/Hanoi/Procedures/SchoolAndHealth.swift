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
