// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Land parcels: where they are, what they may be used for, and what they were divided or merged from.
public enum LandParcels: RegisterDeclaration {
    public static let register = Register(
        "land-parcel", ["vi": "Thửa đất", "en": "Land parcels"],
        ["vi": "Vị trí, diện tích, mục đích sử dụng; thửa được tách, hợp từ thửa nào.", "en": "Place, area and use of parcels, and which they were divided or merged from."],
        keptBy: Keepers.environment,
        under: [
            "vi": "Luật Đất đai 31/2024/QH15, Điều 131, 220; mã loại đất theo Phụ lục 01 Thông tư 28/2014/TT-BTNMT",
            "en": "Law on Land 31/2024/QH15, articles 131 and 220; use codes of Appendix 1 of Circular 28/2014/TT-BTNMT",
        ], updated: .daily,
        key: Field(
            "id", .code(CodePattern([.digits(5...5), .text("-"), .digits(1...4), .text("-"), .digits(1...5)])), ["vi": "Mã thửa", "en": "Parcel number"], .open,
            alsoCalled: ["Mã thửa đất", "Mã định danh thửa đất"],
            hint: ["vi": "Mã phường, xã – số tờ bản đồ – số thửa, ví dụ 00004-12-105.", "en": "Commune code – map sheet – parcel, such as 00004-12-105."]),
        fields: [
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("sheet", .integer(1...9999), ["vi": "Số tờ bản đồ", "en": "Map sheet"], .open, alsoCalled: ["Tờ bản đồ", "Số tờ", "Tờ bản đồ số", "Số hiệu tờ bản đồ"]),
            Field(
                "number", .integer(1...99999), ["vi": "Số thửa", "en": "Parcel"], .open, alsoCalled: ["Thửa đất số", "Số thửa đất", "Thửa số", "Số hiệu thửa", "Số hiệu thửa đất"]),
            Field("area", .decimal(places: 1), ["vi": "Diện tích (m²)", "en": "Area (m²)"], .open, alsoCalled: ["Diện tích", "Diện tích thửa đất"]),
            Field(
                "use", .choice(LandUses.all), ["vi": "Mục đích sử dụng", "en": "Use"], .open, counted: true,
                alsoCalled: ["Loại đất", "Mã loại đất", "Mục đích sử dụng đất", "MĐSD"]),
            Field("address", .address, ["vi": "Địa chỉ", "en": "Address"], .official, required: false, searched: true, alsoCalled: ["Địa chỉ thửa đất", "Vị trí thửa đất"]),
            Field(
                "outline", .polygon, ["vi": "Ranh giới (VN-2000)", "en": "Outline (VN-2000)"], .official, required: false, alsoCalled: ["Tọa độ đỉnh thửa", "Tọa độ ranh giới"],
                hint: [
                    "vi": "Các đỉnh “đông bắc” bằng mét, cách nhau bằng dấu chấm phẩy; kinh tuyến trục 105°00'.",
                    "en": "Corners as “easting northing” in metres, separated by semicolons; central meridian 105°00'.",
                ]),
            Field(
                "parents", .references("land-parcel"), ["vi": "Tách, hợp từ thửa", "en": "Divided or merged from"], .open, required: false,
                hint: ["vi": "Mã các thửa cũ, cách nhau bằng dấu chấm phẩy.", "en": "The former parcels' numbers, separated by semicolons."]),
            Field("document", .text(max: 100), ["vi": "Văn bản", "en": "Document"], .official, required: false, alsoCalled: ["Số văn bản"]),
        ],
        rules: [
            Rule("area", at: "area", ["vi": "Diện tích phải lớn hơn 0.", "en": "The area must be more than 0."]) { item, _ in (Double(item["area"].plain) ?? 0) > 0 },
            Rule("id-parts", at: "number", ["vi": "Số tờ, số thửa khác với mã thửa.", "en": "Sheet and parcel differ from the parcel number."]) { item, _ in
                let parts = item["id"].plain.split(separator: "-")
                return parts.count == 3 && Int64(parts[1]) == item["sheet"].integer && Int64(parts[2]) == item["number"].integer
            },
            Rule(
                "outline-area", at: "outline",
                ["vi": "Diện tích theo ranh giới lệch quá 2 % so với diện tích ghi.", "en": "The outline's area differs by more than 2 % from the area given."]
            ) { item, _ in
                guard let text = item["outline"].string, let outline = try? Polygon(text), let area = Double(item["area"].plain) else { return true }
                return abs(outline.area - area) <= max(0.02 * area, 0.5)
            },
            Rule("id-commune", at: "commune", ["vi": "Mã thửa mang mã phường, xã khác.", "en": "The parcel number names another commune."], .doubt) { item, _ in
                item["id"].plain.hasPrefix(item["commune"].plain)
            },
        ],
        consequences: follow, when: { item, isNew in isNew && !item["parents"].isNull },
        checks: [
            Check("no-outline", .missing, ["vi": "Chưa có ranh giới", "en": "No outline"]) { found, _, _ in !found["outline"].isNull },
            Check("no-owner", .missing, ["vi": "Chưa ghi người sử dụng đất", "en": "No holder on record"], through: []) { found, records, _ in
                try records.all("land-right", where: "parcel", is: found.key).contains { $0["kind"].string == "ownership" }
            },
        ],
        duties: [FieldDuty("outline", filled: 90, found: "no-outline")], lineage: Lineage(parents: "parents", keeps: "area", withinShare: 0.01, orEach: 0.3),
        label: ["id", "address"],
        example: [
            "id": .string("00004-12-105"), "commune": .string("00004"), "sheet": .integer(12), "number": .integer(105), "area": .string("60"), "use": .string("ODT"),
            "address": .string("Số 12, phố Kim Mã"), "outline": .string("588611 2326236; 588615 2326236; 588615 2326251; 588611 2326251"),
        ])

    /// The rights on the parents go on, unchanged, on each of their children.
    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        var families: [String: [Happening]] = [:]
        for one in happenings where one.isNew { if let parents = one.after?["parents"].string { families[parents, default: []].append(one) } }
        for (parents, children) in families.sorted(by: { $0.key < $1.key }) {
            let keys = parents.split(separator: ";").map { $0.trimmingSpaces }
            var rights: [Found] = []
            for (index, key) in keys.enumerated() {
                if let parent = try records.find("land-parcel", key), children.contains(where: { $0.after!["commune"] != parent["commune"] }) {
                    throw Objection(
                        field: "commune", code: "other-commune",
                        ["vi": "Thửa mới phải ở cùng phường, xã với thửa cũ.", "en": "A new parcel lies in the commune of the one it came from."])
                }
                let here = try records.all("land-right", where: "parcel", is: key)
                if index > 0, owners(here) != owners(rights) {
                    throw Objection(
                        field: "parents", code: "owners",
                        ["vi": "Các thửa hợp vào phải cùng người sử dụng với cùng phần.", "en": "Parcels that are merged must have the same holders with the same shares."])
                }
                // What rests on several of the merged parcels alike rests on the new one once.
                rights += index == 0 ? here : here.filter { right in right["kind"].string != "ownership" && !rights.contains { same($0, right) } }
                for right in here { consequences.append(.retire("land-right", right.key)) }
                for certificate in try records.all("land-certificate", where: "parcel", is: key) { consequences.append(.retire("land-certificate", certificate.key)) }
            }
            for child in children {
                for right in rights {
                    var values = Dictionary(uniqueKeysWithValues: LandRights.register.fields.map { ($0.name, right[$0.name]) })
                    values["parcel"] = .string(child.key)
                    values["commune"] = child.after!["commune"]
                    consequences.append(.put("land-right", try records.newKey("land-right"), values))
                }
            }
        }
        return consequences
    }

    private static func same(_ left: Found, _ right: Found) -> Bool {
        LandRights.register.fields.allSatisfy { field in field.name == "parcel" || field.name == "commune" || left[field.name] == right[field.name] }
    }

    private static func owners(_ rights: [Found]) -> [String] {
        rights.filter { $0["kind"].string == "ownership" }.map { "\($0["person"].plain)|\($0["enterprise"].plain)|\($0["holder"].plain)|\($0["share"].plain)" }.sorted()
    }
}

extension Substring {
    var trimmingSpaces: String {
        var view = self
        while view.first == " " { view = view.dropFirst() }
        while view.last == " " { view = view.dropLast() }
        return String(view)
    }
}

/// The kinds of land use, code by code.
enum LandUses {
    static let all: [Choice] = UnitData.rows(PackageResources.land_use_codes_csv).map {
        Choice($0["code"]!, Text(vi: "\($0["name_vi"]!) (\($0["code"]!))", en: "\($0["code"]!) – \($0["name_vi"]!)"))
    }
}
