// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A worn or outdated certificate is exchanged.
enum LandCertificateExchange: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.012783", ["vi": "Cấp đổi Giấy chứng nhận quyền sử dụng đất", "en": "Exchange of a land certificate"],
        need: ["vi": "Đổi sổ đỏ, sổ hồng", "en": "Exchanging a land certificate"], words: ["sổ đỏ", "sổ hồng", "giấy chứng nhận đất"], on: Occasions.housing,
        under: ["vi": "Luật Đất đai 31/2024/QH15; Nghị định 101/2024/NĐ-CP, Điều 38", "en": "Law on Land 31/2024/QH15; Decree 101/2024/NĐ-CP, article 38"],
        decidedBy: CityOffices.landOffice, at: .city, about: [.oneself],
        facts: [Legal.person, Fact(.answer("old_serial", register: "land-certificate"), "parcel", "book", "issued", "issuer")],
        questions: [
            Field(
                "old_serial", .reference("land-certificate"), ["vi": "Số phát hành của giấy cũ", "en": "Serial of the old certificate"], .official,
                hint: ["vi": "Ví dụ DA 01234567.", "en": "Such as DA 01234567."]),
            Field("why", .choice(reasons), ["vi": "Vì sao đổi", "en": "Why"], .official),
        ],
        papers: [
            Paper(
                "original", ["vi": "Bản gốc giấy chứng nhận", "en": "The original certificate"],
                because: ["vi": "thu lại khi trả giấy mới", "en": "it is taken back for the new one"])
        ],
        within: Legal.within(.workingDays(10), ["vi": "Nghị định 101/2024/NĐ-CP", "en": "Decree 101/2024/NĐ-CP"]),
        fees: Legal.free(["vi": "Nghị quyết của Hội đồng nhân dân thành phố", "en": "Resolution of the City Council"]),
        findings: [
            Field("new_serial", .code(CodePattern([.letters(2...2), .text(" "), .digits(6...8)])), ["vi": "Số phát hành mới", "en": "New serial number"], .official),
            Field("new_book", .code(CodePattern([.letters(2...2), .text(" "), .digits(3...6)])), ["vi": "Số vào sổ mới", "en": "New entry in the book"], .official),
        ],
        result: ["vi": "Giấy chứng nhận mới", "en": "New certificate"], writes: ["land-certificate"],
        check: { application, records, _ in
            guard let old = try records.find("land-certificate", application["old_serial"].plain) else {
                return [Legal.objection("old_serial", "reference", "Không có giấy chứng nhận nào còn hiệu lực mang số này.", "No certificate in force has this serial.")]
            }
            guard try records.all("land-right", where: "parcel", is: old["parcel"].plain).contains(where: { $0["person"].string == application.subject.key }) else {
                return [
                    Legal.objection(
                        "old_serial", "not-yours", "Sổ đất đai không ghi bạn có quyền với thửa này.", "The land register does not say that you have a right to this parcel.")
                ]
            }
            return []
        },
        entries: { application, records, _ in
            guard let old = try records.find("land-certificate", application["old_serial"].plain) else { return [] }
            return [
                .retire("land-certificate", old.key),
                .put(
                    "land-certificate", application["new_serial"].plain,
                    [
                        "parcel": old["parcel"], "commune": old["commune"], "book": application["new_book"], "issued": .string(application.day.description),
                        "issuer": .string("office"),
                    ]),
            ]
        }, example: ["old_serial": .string("DA 01234567"), "why": .string("form")])

    static let reasons = [
        Choice("worn", ["vi": "Bị rách, hỏng", "en": "It is worn"]), Choice("form", ["vi": "Đổi sang mẫu mới", "en": "To the new form"]),
        Choice("measure", ["vi": "Đo đạc lại", "en": "After a new survey"]),
    ]
}
