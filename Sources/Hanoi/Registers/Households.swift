// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Households and where they live. Who belongs to one stands with each person; exactly one of them is its head.
public enum Households: RegisterDeclaration {
    public static let register = Register(
        "household", ["vi": "Hộ gia đình", "en": "Households"],
        [
            "vi": "Hộ gia đình và nơi ở của hộ; thành viên ghi trong sổ dân cư.",
            "en": "Households and where they live; their members stand in the population register.",
        ],
        keptBy: Keepers.police, under: ["vi": "Luật Cư trú 68/2020/QH14", "en": "Law on Residence 68/2020/QH14"], updated: .daily,
        key: Field(
            "code", .code(.digits(10)), ["vi": "Mã hộ", "en": "Household code"], .official, alsoCalled: ["Số hộ", "Mã hộ gia đình", "Mã số hộ"],
            hint: ["vi": "10 chữ số.", "en": "10 digits."]),
        fields: [
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field(
                "address", .address, ["vi": "Địa chỉ", "en": "Address"], .personal, searched: true,
                alsoCalled: ["Địa chỉ hộ", "Địa chỉ thường trú", "Nơi thường trú", "Nơi đăng ký thường trú"],
                hint: ["vi": "Số nhà, ngõ, đường, tổ dân phố hoặc thôn.", "en": "House number, alley, street, residential group or hamlet."]),
            Field("kind", .choice(kinds), ["vi": "Loại hộ", "en": "Kind"], .official, counted: true, alsoCalled: ["Loại hình hộ"]),
            Field("registered", .day, ["vi": "Ngày đăng ký", "en": "Registered on"], .official, required: false, alsoCalled: ["Ngày đăng ký hộ", "Ngày lập hộ"]),
        ],
        rules: [
            Rule("registered", at: "registered", ["vi": "Ngày đăng ký không thể ở tương lai.", "en": "The day of registration cannot lie in the future."]) {
                item, reading in item["registered"].day.map { $0 <= reading.today } ?? true
            }
        ],
        consequences: { happenings, records, _ in
            // What was asked of a household ends with it.
            try happenings.filter { $0.after == nil }.flatMap { one in try records.all("task", where: "household", is: one.key).map { .retire("task", $0.key) } }
        }, when: { _, _ in false },
        checks: [
            Check("no-member", .contradictory, ["vi": "Hộ không có thành viên nào", "en": "A household without members"]) { found, records, _ in
                try !records.all("population", where: "household", is: found.key).isEmpty
            },
            Check("no-head", .contradictory, ["vi": "Hộ đang chờ chọn chủ hộ mới", "en": "The household waits for a new head"]) { found, records, _ in
                try !records.all("task", where: "household", is: found.key).contains { $0["kind"].string == "household-head" }
            },
        ],
        arrivals: true, label: ["address"],
        example: [
            "code": .string("1000000001"), "commune": .string("00004"), "address": .string("Số 12, phố Kim Mã, tổ dân phố 5"),
            "kind": .string("family"), "registered": .string("2015-03-01"),
        ])

    static let kinds = [
        Choice("family", ["vi": "Hộ gia đình", "en": "Family"], alsoCalled: ["Hộ GĐ", "Gia đình"]),
        Choice("collective", ["vi": "Hộ tập thể", "en": "Collective household"], alsoCalled: ["Tập thể"]),
    ]
}
