// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A permit to build a house of one's own.
enum BuildingPermit: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.013225", ["vi": "Cấp giấy phép xây dựng nhà ở riêng lẻ", "en": "Building permit for a private house"], need: ["vi": "Xây nhà", "en": "Building a house"],
        words: ["xây nhà", "sửa nhà", "giấy phép xây dựng"], on: Occasions.housing,
        under: ["vi": "Luật Xây dựng 50/2014/QH13; Nghị định 175/2024/NĐ-CP", "en": "Law on Construction 50/2014/QH13; Decree 175/2024/NĐ-CP"],
        decidedBy: CityOffices.communeCommittee, at: .record("plot", register: "land-parcel"),
        about: [.oneself], facts: [Legal.person, Fact(.answer("plot", register: "land-parcel"), "area", "use", "commune")],
        questions: [
            Field(
                "plot", .reference("land-parcel"), ["vi": "Mã thửa đất", "en": "Code of the parcel"], .official,
                hint: ["vi": "Phường-tờ-thửa, ví dụ 00004-12-105; ghi trên giấy chứng nhận.", "en": "Commune-sheet-parcel, such as 00004-12-105; it stands on the certificate."]),
            Field("floors", .integer(1...50), ["vi": "Số tầng", "en": "Floors"], .official),
            Field("floor_area", .integer(1...100_000), ["vi": "Tổng diện tích sàn (m²)", "en": "Floor area (m²)"], .official),
            Field("height", .decimal(places: 1), ["vi": "Chiều cao (m)", "en": "Height (m)"], .official),
        ],
        papers: [
            Paper("drawings", ["vi": "Hai bộ bản vẽ thiết kế", "en": "Two sets of drawings"], because: ["vi": "do bạn thuê vẽ", "en": "you have them drawn"], filesMax: 10),
            Paper(
                "neighbours", ["vi": "Cam kết về công trình liền kề", "en": "Undertaking about adjoining buildings"], because: ["vi": "do bạn ký", "en": "you sign it"],
                required: false),
        ],
        within: Legal.within(.workingDays(10), ["vi": "Nghị định 175/2024/NĐ-CP", "en": "Decree 175/2024/NĐ-CP"]),
        fees: [
            Dated(
                Fee(counter: 75_000, online: 75_000, at: .approval), from: Legal.twoTiers,
                under: ["vi": "Nghị quyết của Hội đồng nhân dân thành phố", "en": "Resolution of the City Council"])
        ],
        result: ["vi": "Giấy phép xây dựng", "en": "Building permit"],
        check: { application, records, _ in
            let rights = try records.all("land-right", where: "parcel", is: application["plot"].plain).filter {
                $0["person"].string == application.subject.key && $0["kind"].string == "ownership"
            }
            return rights.isEmpty
                ? [
                    Legal.objection(
                        "plot", "not-yours", "Sổ đất đai không ghi bạn có quyền sử dụng thửa này.", "The land register does not say that you have the use of this parcel.")
                ] : []
        }, example: ["plot": .string("00004-12-105"), "floors": .integer(3), "floor_area": .integer(180), "height": .string("12.5")])
}

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

/// How much floor each person has, for registering residence in a rented dwelling.
enum HousingArea: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.013314", ["vi": "Xác nhận điều kiện diện tích bình quân nhà ở", "en": "Confirmation of floor area a person"],
        need: ["vi": "Xác nhận diện tích nhà để đăng ký thường trú", "en": "Having the floor area confirmed for residence"], words: ["diện tích nhà", "nhà thuê"],
        on: Occasions.housing, under: Legal.residence, decidedBy: CityOffices.communeCommittee, at: .answer("dwelling_commune"), about: [.oneself], facts: [Legal.person],
        questions: [
            Field("dwelling_commune", .unit(.commune), ["vi": "Nhà ở tại phường, xã", "en": "The dwelling's ward or commune"], .official),
            Field("dwelling_address", .address, ["vi": "Nhà ở tại số nhà, đường", "en": "The dwelling's house number and street"], .personal),
            Field("dwelling_area", .integer(5...10_000), ["vi": "Diện tích sàn (m²)", "en": "Floor area (m²)"], .official),
            Field("dwellers", .integer(1...100), ["vi": "Số người đã và sẽ ở", "en": "How many live or will live there"], .official),
        ],
        papers: [Paper("house", ["vi": "Giấy tờ về nhà ở", "en": "Papers of the house"], because: Legal.scan)],
        within: Legal.within(.workingDays(2), ["vi": "Nghị định 154/2024/NĐ-CP", "en": "Decree 154/2024/NĐ-CP"]), fees: Legal.free(Legal.residence),
        result: ["vi": "Giấy xác nhận diện tích bình quân", "en": "Confirmation of floor area"],
        check: { application, _, _ in
            guard let area = application["dwelling_area"].integer, let people = application["dwellers"].integer, area < 8 * people else { return [] }
            return [
                Legal.objection(
                    "dwelling_area", "eight", "Mỗi người phải có từ 8 m² sàn (Luật Cư trú, Điều 20 khoản 3).", "Each person needs 8 m² of floor (Law on Residence, article 20(3)).")
            ]
        }, example: ["dwelling_commune": .string("00004"), "dwelling_address": .string("Số 9, phố Ví Dụ"), "dwelling_area": .integer(45), "dwellers": .integer(4)])
}
