// SPDX-License-Identifier: Apache-2.0
public import Civic

/// How 526 communes became 126 on 1 July 2025: 795 rows, one for each part of an old unit that a clause sends to a new one.
public enum UnitChanges: RegisterDeclaration {
    public static let register = Register(
        "unit-change", ["vi": "Sắp xếp đơn vị hành chính", "en": "Changes of administrative units"],
        [
            "vi": "Từng phần của mỗi phường, xã cũ nhập vào phường, xã nào, theo từng khoản của nghị quyết.",
            "en": "Which part of each former commune joined which new one, clause by clause of the resolution.",
        ],
        keptBy: Keepers.peoplesCommittee,
        under: ["vi": "Nghị quyết 1656/NQ-UBTVQH15 ngày 16/6/2025", "en": "Resolution 1656/NQ-UBTVQH15 of 16 June 2025"], updated: .asNeeded,
        key: Field(
            "id", .code(CodePattern([.digits(5...5), .text("-"), .digits(5...5), .text("-"), .digits(8...8)])),
            ["vi": "Mã cũ, mã mới và ngày", "en": "Old code, new code and day"], .open),
        fields: [
            Field("old", unitKey, ["vi": "Đơn vị cũ", "en": "Former unit"], .open, filtered: true),
            Field("old_name", .text(max: 100), ["vi": "Tên cũ", "en": "Former name"], .open, searched: true),
            Field("old_district", .text(max: 100), ["vi": "Quận, huyện cũ", "en": "Former district"], .open, searched: true),
            Field("new", unitKey, ["vi": "Đơn vị mới", "en": "New unit"], .open, filtered: true),
            Field("new_name", .text(max: 100), ["vi": "Tên mới", "en": "New name"], .open, searched: true),
            Field(
                "part", .choice(UnitChange.Part.allCases.map { Choice($0.rawValue, $0.title) }), ["vi": "Phần", "en": "Part"], .open, counted: true),
            Field("clause", .integer(1...127), ["vi": "Khoản", "en": "Clause"], .open),
            Field("proposed", .boolean, ["vi": "Là đơn vị được đề xuất", "en": "Is the proposed unit"], .open),
        ],
        label: ["old_name", "new_name"],
        example: [
            "id": .string("00001-00097-20250701"), "old": .string("00001-2020-01-01"), "old_name": .string("Phường Phúc Xá"),
            "old_district": .string("Quận Ba Đình"), "new": .string("00097-2025-07-01"), "new_name": .string("Phường Hồng Hà"),
            "part": .string("whole"), "clause": .integer(14), "proposed": .boolean(true),
        ])

    static let unitKey = AdministrativeUnits.register.key.kind
}
