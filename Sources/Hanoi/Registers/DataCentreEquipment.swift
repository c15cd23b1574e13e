// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What stands in the city's data centres, in which rack, under which warranty. Officers only: the list is a map for intruders.
public enum DataCentreEquipment: RegisterDeclaration {
    public static let register = Register(
        "data-centre-equipment", ["vi": "Thiết bị trung tâm dữ liệu", "en": "Data-centre equipment"],
        [
            "vi": "Máy chủ, lưu trữ, mạng, nguồn và làm mát: vị trí, công suất, bảo hành, bảo dưỡng.",
            "en": "Servers, storage, network, power and cooling: place, power, warranty, maintenance.",
        ],
        keptBy: Keepers.science,
        under: [
            "vi": "TCVN 9250:2021 về trung tâm dữ liệu; Thông báo 699/TB-UBND năm 2017", "en": "Standard TCVN 9250:2021 on data centres; Announcement 699/TB-UBND of 2017",
        ], updated: .monthly,
        key: Field("serial", .text(max: 40), ["vi": "Số sê-ri", "en": "Serial number"], .official, alsoCalled: ["Số serial", "Serial", "S/N", "Số máy"]),
        fields: [
            Field("kind", .choice(kinds), ["vi": "Loại", "en": "Kind"], .official, counted: true, alsoCalled: ["Loại thiết bị"]),
            Field("model", .text(max: 100), ["vi": "Kiểu máy", "en": "Model"], .official, searched: true, alsoCalled: ["Model", "Kiểu thiết bị"]),
            Field("centre", .choice(centres), ["vi": "Trung tâm", "en": "Centre"], .official, counted: true, alsoCalled: ["Trung tâm dữ liệu"]),
            Field(
                "rack", .code(CodePattern([.letters(1...2), .digits(2...2)])), ["vi": "Tủ", "en": "Rack"], .official, required: false, filtered: true,
                alsoCalled: ["Tủ rack", "Rack"],
                hint: ["vi": "Hàng và số tủ, ví dụ A05; để trống khi đứng ngoài tủ.", "en": "Row and rack, such as A05; empty for what stands outside."]),
            Field("u_from", .integer(1...52), ["vi": "Từ U", "en": "From unit"], .official, required: false),
            Field("u_height", .integer(1...52), ["vi": "Cao (U)", "en": "Height (units)"], .official, required: false),
            Field("power_w", .integer(0...500_000), ["vi": "Công suất (W)", "en": "Power (W)"], .official, alsoCalled: ["Công suất"]),
            Field("installed", .day, ["vi": "Lắp ngày", "en": "Installed on"], .official, alsoCalled: ["Ngày lắp", "Ngày lắp đặt"]),
            Field("warranty_until", .day, ["vi": "Bảo hành đến", "en": "Warranty until"], .official, required: false, alsoCalled: ["Hạn bảo hành", "Bảo hành đến ngày"]),
            Field("maintained", .day, ["vi": "Bảo dưỡng ngày", "en": "Maintained on"], .official, required: false, alsoCalled: ["Ngày bảo dưỡng", "Bảo dưỡng gần nhất"]),
            Field("removed", .day, ["vi": "Dùng đến hết ngày", "en": "Last day of use"], .official, required: false),
        ],
        rules: [
            SectorRules.past("installed"), SectorRules.past("maintained"), SectorRules.order("installed", "maintained"), SectorRules.order("installed", "removed"),
            SectorRules.order("installed", "warranty_until"),
            Rule("in-rack", at: "u_from", ["vi": "Thiết bị trong tủ phải ghi từ U nào, cao mấy U.", "en": "What stands in a rack says from which unit and how high it is."]) {
                item, _ in
                item["rack"].isNull == item["u_from"].isNull && item["rack"].isNull == item["u_height"].isNull
            },
            Rule("fits", at: "u_height", ["vi": "Thiết bị cao quá nóc tủ.", "en": "It would stand out of the rack's top."]) { item, _ in
                guard let from = item["u_from"].integer, let height = item["u_height"].integer else { return true }
                return from + height - 1 <= 52
            },
        ],
        term: "removed",
        checks: [
            Check("warranty-over", dueFrom: ["vi": "Hết bảo hành", "en": "The warranty is over"]) { found, _ in found["warranty_until"].day.map { $0 + 1 } },
            Check("maintenance-due", dueFrom: ["vi": "Đến hạn bảo dưỡng", "en": "Maintenance is due"]) { found, _ in
                (found["maintained"].day ?? found["installed"].day)?.adding(months: oftenMaintained.contains(found["kind"].plain) ? 6 : 12)
            },
            Check("same-place", .contradictory, ["vi": "Hai thiết bị ở cùng chỗ trong tủ", "en": "Two machines in the same place of a rack"]) { found, records, _ in
                guard let rack = found["rack"].string, let mine = units(found.fields) else { return true }
                return try records.all("data-centre-equipment", where: "rack", is: rack).allSatisfy { other in
                    other.key == found.key || other["centre"] != found["centre"] || units(other.fields).map { !$0.overlaps(mine) } ?? true
                }
            },
        ],
        label: ["kind", "model"],
        example: [
            "serial": .string("CN7792162L0047"), "kind": .string("server"), "model": .string("Máy chủ 2U mẫu"), "centre": .string("4"), "rack": .string("A05"),
            "u_from": .integer(10), "u_height": .integer(2), "power_w": .integer(800), "installed": .string("2026-01-15"), "warranty_until": .string("2029-01-14"),
            "maintained": .string("2026-07-15"),
        ])

    static let kinds = [
        Choice("server", ["vi": "Máy chủ", "en": "Server"]), Choice("storage", ["vi": "Lưu trữ", "en": "Storage"]), Choice("switch", ["vi": "Thiết bị mạng", "en": "Switch"]),
        Choice("ups", ["vi": "Bộ lưu điện (UPS)", "en": "UPS"]), Choice("pdu", ["vi": "Thanh phân phối nguồn (PDU)", "en": "PDU"]),
        Choice("condenser", ["vi": "Dàn ngưng làm mát bằng không khí", "en": "Air-cooled condensing unit"]),
        Choice("in-row-cooler", ["vi": "Điều hòa giữa hàng tủ", "en": "In-row cooler"]), Choice("sensor", ["vi": "Cảm biến", "en": "Sensor"]),
    ]

    static let centres = (1...4).map { Choice("\($0)", Text(vi: "Trung tâm dữ liệu số \($0)", en: "Data centre \($0)")) }

    /// Filters, fans and batteries wear out sooner than electronics.
    private static let oftenMaintained: Set<String> = ["condenser", "in-row-cooler", "ups"]

    private static func units(_ item: Item.Fields) -> ClosedRange<Int64>? {
        guard let from = item["u_from"].integer, let height = item["u_height"].integer else { return nil }
        return from...(from + height - 1)
    }
}
