// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Certificates of copyright for software that the city had made, each with a fingerprint of the very source it covers.
public enum SoftwareCopyrights: RegisterDeclaration {
    public static let register = Register(
        "software-copyright", ["vi": "Quyền tác giả phần mềm", "en": "Software copyrights"],
        ["vi": "Giấy chứng nhận đăng ký quyền tác giả cho phần mềm của thành phố.", "en": "Certificates of copyright for the city's software."],
        keptBy: Keepers.science,
        under: [
            "vi": "Luật Sở hữu trí tuệ 50/2005/QH11, Điều 22, 49; Nghị định 17/2023/NĐ-CP",
            "en": "Law on Intellectual Property 50/2005/QH11, articles 22 and 49; Decree 17/2023/NĐ-CP",
        ], updated: .asNeeded,
        key: Field(
            "certificate", .code(CodePattern([.digits(1...6), .text("-"), .digits(4...4), .text("-QTG")])), ["vi": "Số giấy chứng nhận", "en": "Certificate number"], .open,
            hint: ["vi": "Gạch nối thay dấu gạch chéo, ví dụ 1234-2026-QTG.", "en": "Hyphens instead of slashes, such as 1234-2026-QTG."]),
        fields: [
            Field("title", .text(max: 200), ["vi": "Tên tác phẩm", "en": "Title of the work"], .open, searched: true),
            Field("system", .reference("it-system"), ["vi": "Hệ thống", "en": "System"], .open, filtered: true, lasting: true),
            Field("owner", .text(max: 150), ["vi": "Chủ sở hữu", "en": "Owner"], .open, searched: true),
            Field("authors", .text(max: 500), ["vi": "Tác giả", "en": "Authors"], .open),
            Field("granted", .day, ["vi": "Cấp ngày", "en": "Granted on"], .open, counted: true),
            Field("version", .text(max: 40), ["vi": "Phiên bản", "en": "Version"], .open, required: false),
            Field(
                "source_hash", .text(max: 64), ["vi": "Mã băm mã nguồn (SHA-256)", "en": "Fingerprint of the source (SHA-256)"], .open,
                hint: ["vi": "Của đúng tệp mã nguồn đã nộp.", "en": "Of the very file that was handed in."]),
        ],
        rules: [SectorRules.past("granted"), SectorRules.fingerprints("source_hash")],
        checks: [
            Check("same-source", .duplicate, ["vi": "Một hệ thống có hai giấy cho cùng mã nguồn", "en": "Two certificates for the same source of a system"], through: ["system"]) {
                found, records, _ in
                try records.all("software-copyright", where: "system", is: found["system"].plain).filter { $0["source_hash"] == found["source_hash"] }.count < 2
            }
        ],
        label: ["title"],
        example: [
            "certificate": .string("1234-2026-QTG"), "title": .string("Phần mềm cổng dịch vụ công thành phố"), "system": .string("TT0001"),
            "owner": .string("Sở Khoa học và Công nghệ Hà Nội"), "authors": .string("Nguyễn Văn Thử, Trần Thị Mẫu"), "granted": .string("2026-04-22"), "version": .string("3.0"),
            "source_hash": .string("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ])
}
