// SPDX-License-Identifier: Apache-2.0
internal import Civic

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
