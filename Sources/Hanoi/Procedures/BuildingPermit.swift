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
