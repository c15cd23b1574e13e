// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The groups and hamlets into which wards and communes are divided, and whether they have a machine for public services.
public enum ResidentialGroups: RegisterDeclaration {
    public static let register = Register(
        "residential-group", ["vi": "Tổ dân phố, thôn", "en": "Residential groups"],
        [
            "vi": "Tổ dân phố và thôn, người đứng đầu, số hộ, máy làm thủ tục đặt tại nhà sinh hoạt.",
            "en": "Residential groups and hamlets, who heads them, how many households, and their machines.",
        ],
        keptBy: Keepers.homeAffairs,
        under: [
            "vi": "Luật Tổ chức chính quyền địa phương 72/2025/QH15; Thông tư 04/2012/TT-BNV về thôn, tổ dân phố",
            "en": "Law on Organisation of Local Government 72/2025/QH15; Circular 04/2012/TT-BNV on hamlets and residential groups",
        ], updated: .yearly,
        key: Field(
            "code", .code(CodePattern([.digits(5...5), .text("-"), .digits(1...3)])), ["vi": "Mã tổ, thôn", "en": "Code"], .open,
            alsoCalled: ["Mã tổ dân phố", "Mã tổ", "Mã thôn"],
            hint: ["vi": "Mã phường, xã rồi số thứ tự, ví dụ 00004-5.", "en": "The commune's code and the number, such as 00004-5."]),
        fields: [
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("number", .integer(1...999), ["vi": "Số thứ tự", "en": "Number"], .open, alsoCalled: ["Tổ số", "Số tổ"]),
            Field("name", .text(max: 100), ["vi": "Tên", "en": "Name"], .open, searched: true, alsoCalled: ["Tên tổ dân phố", "Tên tổ", "Tên thôn", "Tên tổ, thôn"]),
            Field("kind", .choice(kinds), ["vi": "Loại", "en": "Kind"], .open, counted: true),
            Field(
                "head", .reference("population"), ["vi": "Tổ trưởng, trưởng thôn", "en": "Head"], .personal, required: false, lasting: true,
                alsoCalled: ["Số định danh tổ trưởng", "Số định danh trưởng thôn", "Số CCCD tổ trưởng"],
                hint: ["vi": "Số định danh cá nhân.", "en": "The personal ID number."]),
            Field("households", .integer(0...5000), ["vi": "Số hộ", "en": "Households"], .open, alsoCalled: ["Tổng số hộ", "Số hộ gia đình"]),
            Field("kiosk", .boolean, ["vi": "Có máy làm thủ tục", "en": "Has a machine for public services"], .open, counted: true, alsoCalled: ["Máy làm thủ tục", "Kiosk"]),
            Field("kiosk_since", .day, ["vi": "Máy đặt từ ngày", "en": "Machine since"], .open, required: false, alsoCalled: ["Ngày đặt máy"]),
        ],
        rules: [
            Rule("identity", at: "code", ["vi": "Mã phải gồm mã phường, xã và số thứ tự.", "en": "The code must be the commune's code and the number."]) { item, _ in
                item["code"].string == "\(item["commune"].plain)-\(item["number"].plain)"
            },
            Rule("kiosk", at: "kiosk_since", ["vi": "Chỉ ghi ngày khi có máy.", "en": "The day stands only where there is a machine."]) { item, _ in
                item["kiosk"].boolean == true || item["kiosk_since"].isNull
            },
            SectorRules.past("kiosk_since"),
        ],
        questions: [
            Question("kiosk", ["vi": "Ở đây có máy làm thủ tục không?", "en": "Is there a machine for public services here?"], withoutRecord: false) { item, _ in
                item["kiosk"].boolean == true
            }
        ],
        checks: [
            Check("no-head", .missing, ["vi": "Chưa có tổ trưởng, trưởng thôn", "en": "Nobody heads it"]) { found, _, _ in !found["head"].isNull },
            Check("crowded", .missing, ["vi": "Đông hộ mà chưa có máy làm thủ tục", "en": "Crowded and without a machine"]) { found, _, _ in
                found["kiosk"].boolean == true || (found["households"].integer ?? 0) < crowdedFrom
            },
            Check("head-moved", .contradictory, ["vi": "Người đứng đầu không ở phường, xã này", "en": "The head does not live in this commune"], through: ["head"]) {
                found, records, _ in
                guard let head = found["head"].string else { return true }
                return try records.find("population", head)?["commune"] == found["commune"]
            },
        ],
        duties: [FieldDuty("head", filled: 95, found: "no-head")], label: ["name"],
        example: [
            "code": .string("00004-5"), "commune": .string("00004"), "number": .integer(5), "name": .string("Tổ dân phố số 5"), "kind": .string("group"),
            "head": .string("001090123456"), "households": .integer(320), "kiosk": .boolean(true), "kiosk_since": .string("2026-03-01"),
        ])

    /// From how many households on a machine is worth its place: this program's proposal until the city sets its own number.
    static let crowdedFrom: Int64 = 400

    static let kinds = [
        Choice("group", ["vi": "Tổ dân phố", "en": "Residential group"], alsoCalled: ["TDP", "Tổ"]), Choice("hamlet", ["vi": "Thôn", "en": "Hamlet"], alsoCalled: ["Thôn, xóm"]),
    ]
}
