// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Certificates of land-use rights and of houses, by their serial numbers.
public enum LandCertificates: RegisterDeclaration {
    public static let register = Register(
        "land-certificate", ["vi": "Giấy chứng nhận đất", "en": "Land certificates"],
        ["vi": "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà đã cấp.", "en": "Certificates of land-use rights and house ownership."],
        keptBy: Keepers.environment,
        under: ["vi": "Luật Đất đai 31/2024/QH15, Điều 134, 135", "en": "Law on Land 31/2024/QH15, articles 134 and 135"], updated: .daily,
        key: Field(
            "serial", .code(CodePattern([.letters(2...2), .text(" "), .digits(6...8)])), ["vi": "Số phát hành", "en": "Serial number"], .official,
            alsoCalled: ["Số seri", "Số sê-ri", "Số phát hành GCN", "Số seri GCN", "Số phát hành giấy chứng nhận"],
            hint: ["vi": "Hai chữ cái, dấu cách, 6 đến 8 chữ số, ví dụ DA 01234567.", "en": "Two letters, a space, 6 to 8 digits, such as DA 01234567."]),
        fields: [
            Field("parcel", .reference("land-parcel"), ["vi": "Thửa đất", "en": "Parcel"], .official, filtered: true, alsoCalled: ["Mã thửa", "Mã thửa đất"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field(
                "book", .code(CodePattern([.letters(2...2), .text(" "), .digits(3...6)])), ["vi": "Số vào sổ", "en": "Entry in the book"], .official,
                alsoCalled: ["Số vào sổ GCN", "Số vào sổ cấp GCN", "Số vào sổ cấp giấy chứng nhận"],
                hint: ["vi": "Ví dụ CS 01234.", "en": "Such as CS 01234."]),
            Field("issued", .day, ["vi": "Ngày cấp", "en": "Issued on"], .official, alsoCalled: ["Ngày cấp GCN", "Ngày cấp giấy chứng nhận", "Ngày ký"]),
            Field("issuer", .choice(issuers), ["vi": "Nơi cấp", "en": "Issued by"], .official, counted: true, alsoCalled: ["Cơ quan cấp"]),
        ],
        rules: [
            Rule("issued", at: "issued", ["vi": "Ngày cấp không thể ở tương lai.", "en": "It cannot have been issued in the future."]) { item, reading in
                item["issued"].day.map { $0 <= reading.today } ?? true
            }
        ],
        agreements: [
            Agreement("commune", with: "commune", of: "parcel", ["vi": "Phường, xã phải là phường, xã của thửa đất.", "en": "The commune must be the parcel's."])
        ],
        checks: [
            Check("two", .contradictory, ["vi": "Thửa đất có hai giấy chứng nhận cùng hiệu lực", "en": "The parcel has two certificates in force"], through: ["parcel"]) {
                found, records, _ in
                try records.all("land-certificate", where: "parcel", is: found["parcel"].plain).count < 2
            }
        ],
        label: ["serial"],
        example: [
            "serial": .string("DA 01234567"), "parcel": .string("00004-12-105"), "commune": .string("00004"), "book": .string("CS 01234"), "issued": .string("2018-05-04"),
            "issuer": .string("office"),
        ])

    static let issuers = [
        Choice("office", ["vi": "Văn phòng đăng ký đất đai", "en": "Land registration office"], alsoCalled: ["VPĐKĐĐ"]),
        Choice(
            "department", ["vi": "Sở Nông nghiệp và Môi trường", "en": "Department of Agriculture and Environment"],
            alsoCalled: ["Sở NNMT", "Sở Tài nguyên và Môi trường", "Sở TNMT"]),
        Choice(
            "district", ["vi": "Ủy ban nhân dân quận, huyện (trước 1/7/2025)", "en": "District committee (before 1 July 2025)"],
            alsoCalled: ["UBND quận, huyện", "UBND quận", "UBND huyện"]),
        Choice("commune", ["vi": "Ủy ban nhân dân phường, xã", "en": "Commune committee"], alsoCalled: ["UBND phường, xã", "UBND phường", "UBND xã"]),
    ]
}
