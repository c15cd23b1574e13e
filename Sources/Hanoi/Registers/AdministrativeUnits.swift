// SPDX-License-Identifier: Apache-2.0
public import Civic

/// City, districts and communes through time: 30 districts until 30 June 2025, none since; 579, then 526, now 126 communes.
public enum AdministrativeUnits: RegisterDeclaration {
    public static let register = Register(
        "administrative-unit", ["vi": "Đơn vị hành chính", "en": "Administrative units"],
        [
            "vi": "Thành phố, quận, huyện, phường, xã qua các thời kỳ, với ngày bắt đầu và kết thúc.",
            "en": "The city, districts, wards and communes through time, with their first and last days.",
        ],
        keptBy: Keepers.peoplesCommittee,
        under: [
            "vi": "Nghị quyết 1656/NQ-UBTVQH15 ngày 16/6/2025; Nghị quyết 1286/NQ-UBTVQH15; Quyết định 124/2004/QĐ-TTg",
            "en": "Resolution 1656/NQ-UBTVQH15 of 16 June 2025; Resolution 1286/NQ-UBTVQH15; Decision 124/2004/QĐ-TTg",
        ],
        updated: .asNeeded,
        key: Field(
            "id", .code(CodePattern([.digits(2...5), .text("-"), .digits(4...4), .text("-"), .digits(2...2), .text("-"), .digits(2...2)])),
            ["vi": "Mã và ngày bắt đầu", "en": "Code and first day"], .open,
            hint: ["vi": "Mã dùng lại nhiều lần nên phải kèm ngày bắt đầu.", "en": "Codes are reused, so the first day belongs to the key."]),
        fields: [
            Field(
                "code", .code(CodePattern([.digits(2...5)])), ["vi": "Mã đơn vị", "en": "Unit code"], .open, filtered: true),
            Field("name", .text(max: 100), ["vi": "Tên", "en": "Name"], .open, searched: true),
            Field("name_en", .text(max: 100), ["vi": "Tên tiếng Anh", "en": "English name"], .open, required: false),
            Field("level", .choice(levels), ["vi": "Cấp", "en": "Level"], .open, counted: true),
            Field("type", .choice(types), ["vi": "Loại", "en": "Type"], .open, counted: true),
            Field("parent", .code(CodePattern([.digits(2...3)])), ["vi": "Thuộc", "en": "Part of"], .open, required: false, filtered: true),
            Field("valid_from", .day, ["vi": "Có từ ngày", "en": "First day"], .open),
            Field("valid_to", .day, ["vi": "Đến hết ngày", "en": "Last day"], .open, required: false),
            Field("area_km2", .decimal(places: 2), ["vi": "Diện tích (km²)", "en": "Area (km²)"], .open, required: false),
            Field("latitude", .decimal(places: 6), ["vi": "Vĩ độ", "en": "Latitude"], .open, required: false),
            Field("longitude", .decimal(places: 6), ["vi": "Kinh độ", "en": "Longitude"], .open, required: false),
            Field("law", .text(max: 200), ["vi": "Văn bản", "en": "Legal act"], .open, required: false),
        ],
        rules: [
            Rule(
                "period", at: "valid_to", ["vi": "Ngày cuối không thể trước ngày đầu.", "en": "The last day cannot lie before the first."]
            ) { item, _ in
                guard let first = item["valid_from"].day, let last = item["valid_to"].day else { return true }
                return first <= last
            },
            Rule(
                "identity", at: "id", ["vi": "Mã phải gồm mã đơn vị và ngày bắt đầu.", "en": "The key must be the unit's code and its first day."]
            ) { item, _ in item["id"].string == "\(item["code"].plain)-\(item["valid_from"].plain)" },
        ],
        questions: [
            Question("in-force", ["vi": "Đơn vị này còn hiệu lực không?", "en": "Is this unit in force?"], withoutRecord: false) { item, reading in
                (item["valid_from"].day.map { $0 <= reading.day } ?? false) && (item["valid_to"].day.map { reading.day <= $0 } ?? true)
            }
        ],
        label: ["name"],
        example: [
            "id": .string("00004-2025-07-01"), "code": .string("00004"), "name": .string("Phường Ba Đình"), "name_en": .string("Ba Dinh Ward"),
            "level": .string("commune"), "type": .string("ward"), "parent": .string("01"), "valid_from": .string("2025-07-01"),
            "area_km2": .string("2.97"),
        ])

    static let levels = [
        Choice("city", ["vi": "Thành phố", "en": "City"]), Choice("district", ["vi": "Quận, huyện", "en": "District"]),
        Choice("commune", ["vi": "Phường, xã", "en": "Commune or ward"]),
    ]

    static let types = [
        Choice("municipality", ["vi": "Thành phố trực thuộc trung ương", "en": "Municipality"]),
        Choice("urban-district", ["vi": "Quận", "en": "Urban district"]), Choice("rural-district", ["vi": "Huyện", "en": "Rural district"]),
        Choice("town", ["vi": "Thị xã", "en": "Town"]), Choice("ward", ["vi": "Phường", "en": "Ward"]),
        Choice("rural-commune", ["vi": "Xã", "en": "Commune"]), Choice("township", ["vi": "Thị trấn", "en": "Township"]),
    ]
}
