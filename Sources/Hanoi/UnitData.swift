// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The city's administrative units as registers hold them, from the lists in `Data` (sources in NOTICE).
public enum UnitData {
    /// The day from which our oldest list is known to hold.
    static let listed = Day(year: 2020, month: 1, day: 1)!
    /// Resolution 1286/NQ-UBTVQH15 took effect.
    static let reform2025January = Day(year: 2025, month: 1, day: 1)!
    /// Resolution 1656/NQ-UBTVQH15 took effect; districts ended.
    static let reform2025July = Day(year: 2025, month: 7, day: 1)!

    /// Every unit that has stood since 2020.
    public static let units: [Unit] = {
        let from2020 = rows(PackageResources.units_2020_2024_csv)
        let from2025 = rows(PackageResources.units_pre2025_csv)
        let now = rows(PackageResources.units_2025_csv)
        let same2025 = Dictionary(uniqueKeysWithValues: from2025.map { ($0["code"]!, $0) })
        let known2020 = Dictionary(uniqueKeysWithValues: from2020.map { ($0["code"]!, $0) })
        var units: [Unit] = []
        for row in from2020 {
            let isCity = row["code"]! == "01"
            let goesOn = same2025[row["code"]!].map { isSame($0, row) } ?? false
            units.append(unit(row, from: listed, to: isCity ? nil : (goesOn ? reform2025July : reform2025January) + -1))
        }
        for row in from2025 where !(known2020[row["code"]!].map { isSame($0, row) } ?? false) {
            units.append(unit(row, from: reform2025January, to: reform2025July + -1))
        }
        for row in now where row["code"]! != "01" { units.append(unit(row, from: reform2025July, to: nil)) }
        return units
    }()

    private static func isSame(_ left: [String: String], _ right: [String: String]) -> Bool {
        left["name_vi"]!.modernToneMarks.lowercased() == right["name_vi"]!.modernToneMarks.lowercased() && left["parent_code"] == right["parent_code"]
    }

    private static func unit(_ row: [String: String], from first: Day, to last: Day?) -> Unit {
        let code = row["code"]!
        let level: Unit.Level = code.utf8.count == 2 ? .city : code.utf8.count == 3 ? .district : .commune
        let parent = row["parent_code"]!
        return Unit(
            code: code, firstDay: first, lastDay: last, name: row["name_vi"]!.composed, level: level, type: type(row["type"]!),
            parent: parent.isEmpty ? nil : parent)
    }

    private static func type(_ name: String) -> String {
        switch name.composed {
        case "Quận": "urban-district"
        case "Huyện": "rural-district"
        case "Thị xã": "town"
        case "Phường": "ward"
        case "Xã": "rural-commune"
        case "Thị trấn": "township"
        default: "municipality"
        }
    }

    static func rows(_ bytes: [UInt8]) -> [[String: String]] {
        let rows = CSV.rows(bytes)
        return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(rows[0], $0)) }
    }

    /// The 795 rows of the resolution, each old unit by the identity it had on 30 June 2025.
    public static let changes: [UnitChange] = {
        let table = UnitTable(units: units)
        return rows(PackageResources.unit_changes_2025_csv).map { row in
            UnitChange(
                from: table.find(row["old_code"]!, on: reform2025July + -1)!.id, to: table.find(row["new_code"]!, on: reform2025July)!.id,
                part: UnitChange.Part(rawValue: row["part"]!)!, clause: row["clause_1656"]!, isDefault: row["default_target"] == "1")
        }
    }()

    public static let table = UnitTable(units: units, changes: changes)

    /// The register's items, each with the day from which it holds and the day after its last.
    public static func items() -> [(item: [String: Value], from: Day, ends: Day?)] {
        let now = Dictionary(uniqueKeysWithValues: rows(PackageResources.units_2025_csv).map { ($0["code"]!, $0) })
        return units.map { unit in
            let details = unit.lastDay == nil ? now[unit.code] : nil
            let law: String
            switch (unit.firstDay, unit.lastDay) {
            case (reform2025July, _): law = "Nghị quyết 1656/NQ-UBTVQH15"
            case (reform2025January, _): law = "Nghị quyết 1286/NQ-UBTVQH15"
            default: law = ""
            }
            func optional(_ text: String?) -> Value { text.flatMap { $0.isEmpty ? nil : .string($0) } ?? .null }
            func decimal(_ text: String?, places: Int) -> Value {
                guard let value = try? Kind.decimal(places: places).parse(text ?? "", Reading(day: unit.firstDay, today: unit.firstDay, units: table)) else {
                    preconditionFailure("A number of the units' file is wrong.")
                }
                return value
            }
            let item: [String: Value] = [
                "id": .string(unit.id.description), "code": .string(unit.code), "name": .string(unit.name), "name_en": optional(details?["name_en"]),
                "level": .string(unit.level.rawValue), "type": .string(unit.type), "parent": unit.parent.map(Value.string) ?? .null,
                "valid_from": .string(unit.firstDay.description), "valid_to": unit.lastDay.map { .string($0.description) } ?? .null,
                "area_km2": decimal(details?["area_km2"], places: 2), "latitude": decimal(details?["lat"], places: 6), "longitude": decimal(details?["lon"], places: 6),
                "law": optional(law),
            ]
            return (item, unit.firstDay, unit.lastDay.map { $0 + 1 })
        }
    }

    public static func changeItems() -> [[String: Value]] {
        zip(rows(PackageResources.unit_changes_2025_csv), changes).map { row, change in
            [
                "id": .string("\(change.from.code)-\(change.to.code)-20250701"), "old": .string(change.from.description),
                "old_name": .string(row["old_name"]!.composed), "old_district": .string(row["old_district"]!.composed),
                "new": .string(change.to.description), "new_name": .string(row["new_name"]!.composed), "part": .string(change.part.rawValue),
                "clause": .integer(Int64(change.clause)!), "proposed": .boolean(change.isDefault),
            ]
        }
    }
}
