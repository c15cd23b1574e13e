// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Which office's node may follow which register, with which fields, why and until when. Its end cuts the feed.
public enum SharingAgreements: RegisterDeclaration {
    public static let register = Register(
        "sharing-agreement", ["vi": "Thỏa thuận chia sẻ dữ liệu", "en": "Data-sharing agreements"],
        [
            "vi": "Hệ thống nào được nhận liên tục sổ nào, những trường nào, để làm gì, đến ngày nào.",
            "en": "Which system is sent which register as it changes, which fields, what for and until when.",
        ],
        keptBy: Keepers.peoplesCommittee,
        under: [
            "vi": "Nghị định 47/2020/NĐ-CP về quản lý, kết nối và chia sẻ dữ liệu số của cơ quan nhà nước",
            "en": "Decree 47/2020/ND-CP on managing, connecting and sharing digital data of State agencies",
        ], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã thỏa thuận", "en": "Number"], .open),
        fields: [
            Field("party", .text(max: 200), ["vi": "Bên nhận", "en": "Receiving office"], .open, searched: true),
            Field(
                "system", .text(max: 60), ["vi": "Hệ thống", "en": "System"], .official, filtered: true,
                hint: ["vi": "Tên của mã truy cập mà bên nhận dùng.", "en": "The name of the token that the receiving office uses."]),
            Field("register", .text(max: 60), ["vi": "Sổ", "en": "Register"], .open, filtered: true, hint: ["vi": "Ví dụ: population", "en": "For example: population"]),
            Field(
                "fields", .text(max: 2000), ["vi": "Các trường", "en": "Fields"], .open,
                hint: [
                    "vi": "Tên trường, cách nhau bằng dấu cách; * là tất cả. Mã hồ sơ luôn được gửi.",
                    "en": "Names of fields, separated by spaces; * for all. The record's key is always sent.",
                ]),
            Field("purpose", .choice(Purpose.all.map { Choice($0.code, $0.title) }), ["vi": "Mục đích", "en": "Purpose"], .open, counted: true),
            Field("basis", .text(max: 300), ["vi": "Căn cứ", "en": "Basis"], .open, searched: true),
            Field("until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .open),
        ],
        rules: [
            Rule("register", at: "register", ["vi": "Không có sổ nào tên như vậy.", "en": "There is no register of that name."]) { item, _ in
                declared(item) != nil
            },
            Rule("fields", at: "fields", ["vi": "Sổ này không có một trong các trường đó.", "en": "That register lacks one of these fields."]) { item, _ in
                guard let register = declared(item) else { return true }
                let names = item["fields"].plain.split(separator: " ").map(String.init)
                return names == ["*"] || names.allSatisfy { register.position(of: $0) != nil }
            },
        ], term: "until", keys: keys, label: ["party", "register"],
        example: [
            "number": .string("CS000001"), "party": .string("Sở Y tế"), "system": .string("so-y-te"), "register": .string("population"),
            "fields": .string("name birth sex commune"), "purpose": .string("exchange"), "basis": .string("Quy chế chia sẻ dữ liệu 12/2026"),
            "until": .string("2027-12-31"),
        ])

    static let keys = KeyForm("CS", digits: 6)

    private static func declared(_ item: Item.Fields) -> Register? { City.registers.first { $0.name == item["register"].plain } }
}
