// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The health of an invented city: medical centres with a station in each commune, clinics, those who work there, and those who deal in medicines and devices.
struct SyntheticHealth {
    typealias Line = SyntheticHoldings.Line

    /// In the order in which they load.
    static let registers = [
        HealthFacilities.register, HealthWorkers.register, HealthScientists.register, Pharmacies.register, MedicineProviders.register, MedicalTraders.register,
    ]

    private struct Commune {
        let name: String
        let isUrban: Bool
        /// Millionths of a degree.
        let latitude: Int
        let longitude: Int
    }

    private let communes: [String: Commune]
    private let today: Day
    /// Licence numbers kept for the heads of stations, each until a doctor is found in its commune.
    private var headless: [String: String] = [:]
    private var hasStations = false
    private var licences = 0
    private var certificates = 0
    private var pharmacists = 0
    /// Clinics and hospitals, where others may work too.
    private var facilities: [String] = []
    /// The latest hospital, of which the next polyclinic may be a branch.
    private var hospital: (code: String, ownership: String)?
    private var insured = 0
    private var scientists = 0
    private var medicines = 0
    private var declarations = 0
    private var businesses = 0
    /// Pharmacists in charge of no pharmacy.
    private var spare: [String] = []

    init(communes: [[String: String]], today: Day) {
        self.today = today
        self.communes = Dictionary(
            uniqueKeysWithValues: communes.map { row in
                func millionths(_ text: String?, or other: Double) -> Int { Int(((text.flatMap { Double($0) } ?? other) * 1_000_000).rounded()) }
                let commune = Commune(
                    name: row["name_vi"]!.composed, isUrban: row["type"]!.composed == "Phường", latitude: millionths(row["lat"], or: 21),
                    longitude: millionths(row["lon"], or: 105.8))
                return (row["code"]!, commune)
            })
        for code in self.communes.keys.sorted() {
            licences += 1
            headless[code] = SyntheticCells.padded(licences, 6) + "/HNO-GPHN"
        }
    }

    /// What a household adds; the first brings the stations. `people` are the population's lines, `holdings` those of the same household.
    mutating func lines(of household: [String], people: [[String]], beside holdings: [Line], _ random: inout SplitMix64) -> [Line] {
        var lines: [Line] = []
        if !hasStations { stations(&lines) }
        let commune = household[1]
        for person in people {
            let age = today.year - (Int(person[2].prefix(4)) ?? 2000)
            guard (24...60).contains(age) else { continue }
            if age >= 27, let licence = headless.removeValue(forKey: commune) {
                work(person, "doctor", licence, from: today + -(1 + random.below(700)), at: "TYT-" + commune, &lines, &random)
            } else if random.chance(1) {
                worker(person, age, household, holdings, &lines, &random)
            }
        }
        for holding in holdings where holding.register == "enterprise" && holding.cells[2] != "branch" {
            if random.chance(3), let pharmacist = spare.popLast() { provider(holding.cells, pharmacist, &lines, &random) }
            if random.chance(5) { trader(holding.cells, of: "enterprise", people[0], &lines, &random) }
        }
        for holding in holdings where holding.register == "household-business" {
            businesses += 1
            guard businesses % 40 == 0 else { continue }
            var own = SplitMix64(seed: UInt64(businesses))
            trader(holding.cells, of: "business", people[0], &lines, &own)
        }
        return lines
    }

    private static func degrees(_ millionths: Int) -> String { "\(millionths / 1_000_000)." + SyntheticCells.padded(millionths % 1_000_000, 6) }

    private static func phone(_ random: inout SplitMix64) -> String { "024" + String(30_000_000 + random.below(9_999_999)) }

    // MARK: Facilities

    /// Communes that one medical centre serves.
    private static let communesACentre = 6

    /// The centres stand before the stations that belong to them.
    private mutating func stations(_ lines: inout [Line]) {
        hasStations = true
        let codes = communes.keys.sorted()
        var centres: [String] = []
        for first in stride(from: 0, to: codes.count, by: Self.communesACentre) {
            centres.append(SyntheticCells.padded(90_001 + centres.count, 5) + "/HNO-GPHĐ")
            lines.append(centre(centres.last!, centres.count, in: codes[first]))
        }
        for (index, code) in codes.enumerated() {
            let commune = communes[code]!
            let name = commune.name.prefix(1).lowercased() + commune.name.dropFirst()
            insured += 1
            let insurance = "01" + SyntheticCells.padded(insured, 3)
            let phone = "02433" + SyntheticCells.padded(insured, 6)
            lines.append(
                SyntheticCells.line(
                    HealthFacilities.register,
                    [
                        "code": "TYT-\(code)", "name": "Trạm Y tế \(name)", "type": "station", "level": "primary",
                        "ownership": "public", "parent": centres[index / Self.communesACentre], "commune": code, "address": "Trung tâm \(name)",
                        "latitude": Self.degrees(commune.latitude), "longitude": Self.degrees(commune.longitude), "phone": phone,
                        "head": headless[code] ?? "", "insurance_code": insurance, "beds": "5",
                        "services": "Khám bệnh ban đầu; tiêm chủng; sơ cứu; quản lý bệnh không lây nhiễm", "hours": "Thứ Hai đến thứ Sáu, 7:30–17:00; trực 24/24",
                        "opened": "2025-07-01", "state": "active",
                    ]))
        }
        insured += centres.count
    }

    /// A medical centre; the stations take the insurance codes before its own.
    private func centre(_ number: String, _ count: Int, in commune: String) -> Line {
        let place = communes[commune]!
        let insurance = "01" + SyntheticCells.padded(communes.count + count, 3)
        let phone = "02434" + SyntheticCells.padded(count, 6)
        let (latitude, longitude) = (Self.degrees(place.latitude + 2000), Self.degrees(place.longitude + 2000))
        let name = place.name.split(separator: " ").dropFirst().joined(separator: " ")
        return SyntheticCells.line(
            HealthFacilities.register,
            [
                "code": number, "name": "Trung tâm Y tế khu vực \(name)", "type": "centre", "level": "basic", "ownership": "public", "commune": commune,
                "address": "Trung tâm \(name)", "latitude": latitude, "longitude": longitude, "phone": phone, "insurance_code": insurance, "beds": "50",
                "services": "Nội; ngoại; sản; nhi; y tế dự phòng; dân số", "hours": "24/24", "opened": "2025-07-01", "state": "active",
            ])
    }

    /// A doctor opens a clinic at home, or heads a larger place; its number.
    private mutating func facility(
        _ doctor: [String], _ licence: String, _ household: [String], from opened: Day, _ lines: inout [Line], _ random: inout SplitMix64
    ) -> String {
        let code = SyntheticCells.padded(facilities.count + 1, 3) + "/HNO-GPHĐ"
        let given = doctor[1].split(separator: " ").suffix(2).joined(separator: " ")
        let (type, words, services) =
            facilities.count % 12 == 0
            ? random.pick([
                ("hospital-1", "Bệnh viện Đa khoa", "Nội; ngoại; sản; nhi; cấp cứu; hồi sức"), ("hospital-2", "Bệnh viện Đa khoa", "Nội; ngoại; sản; nhi; cấp cứu"),
                ("hospital-3", "Bệnh viện Đa khoa", "Nội; ngoại; sản; nhi"), ("hospital-2", "Bệnh viện Y học cổ truyền", "Châm cứu; phục hồi chức năng; nội"),
            ])
            : random.pick([
                ("clinic", "Phòng khám Nội", "Khám nội tổng hợp; điện tim"), ("clinic", "Phòng khám Nhi", "Khám nhi; tư vấn dinh dưỡng"),
                ("clinic", "Phòng khám Răng Hàm Mặt", "Khám răng; nhổ răng; phục hình"), ("clinic", "Phòng khám Mắt", "Khám mắt; đo thị lực"),
                ("clinic", "Phòng khám Sản phụ khoa", "Khám thai; siêu âm"), ("polyclinic", "Phòng khám Đa khoa", "Nội; ngoại; nhi; xét nghiệm; siêu âm"),
                ("laboratory", "Phòng xét nghiệm", "Huyết học; sinh hóa; vi sinh"), ("traditional", "Phòng chẩn trị", "Khám, chữa bệnh bằng y học cổ truyền"),
                ("maternity", "Nhà hộ sinh", "Khám thai; đỡ đẻ thường"),
            ])
        let isHospital = type.hasPrefix("hospital-")
        let isInsured = insured < 999 && (isHospital || (type == "polyclinic" && random.chance(60)))
        if isInsured { insured += 1 }
        let place = communes[household[1]]!
        let level = isHospital ? (type == "hospital-1" ? "specialised" : "basic") : "primary"
        var ownership = isHospital && random.chance(60) ? "public" : "private"
        var parent = ""
        if type == "polyclinic", facilities.count % 2 == 0, let hospital {
            parent = hospital.code
            ownership = hospital.ownership
        }
        if isHospital { hospital = (code, ownership) }
        let insurance = isInsured ? "01" + SyntheticCells.padded(insured, 3) : ""
        let beds = isHospital ? String(60 + random.below(90) * 10) : ""
        // What is missing and what has run out is there to be found.
        var (latitude, longitude, expires) = ("", "", "")
        if random.chance(90) {
            latitude = Self.degrees(place.latitude + random.below(16_000) - 8_000)
            longitude = Self.degrees(place.longitude + random.below(16_000) - 8_000)
        }
        if random.chance(10) { expires = max(opened + 30, today + (random.below(700) - 200)).description }
        lines.append(
            SyntheticCells.line(
                HealthFacilities.register,
                [
                    "code": code, "name": "\(words) \(given)", "type": type, "level": random.chance(95) ? level : "", "ownership": ownership, "parent": parent,
                    "commune": household[1],
                    "address": household[2], "latitude": latitude, "longitude": longitude, "phone": Self.phone(&random), "head": licence, "insurance_code": insurance,
                    "beds": beds, "services": services, "hours": isHospital ? "24/24" : "Hằng ngày, 17:00–20:30", "opened": opened.description, "expires": expires,
                    "state": random.chance(98) ? "active" : "closed",
                ]))
        facilities.append(code)
        return code
    }

    // MARK: People

    private mutating func worker(_ person: [String], _ age: Int, _ household: [String], _ holdings: [Line], _ lines: inout [Line], _ random: inout SplitMix64) {
        var profession = random.pick([
            "doctor", "doctor", "doctor", "assistant", "nurse", "nurse", "nurse", "nurse", "midwife", "technician", "traditional", "pharmacist", "pharmacist", "pharmacist",
        ])
        if (profession == "doctor" && age < 27) || (profession == "midwife" && person[3] == "male") { profession = "nurse" }
        if profession == "pharmacist" { return pharmacist(person, age, household, holdings, &lines, &random) }
        let licence: String
        let issued: Day
        // Certificates without a term were issued until the end of 2023.
        if age >= 28, random.chance(60) {
            certificates += 1
            licence = SyntheticCells.padded(certificates, 6) + "/HNO-CCHN"
            issued = today + -(731 + random.below(min(4000, (age - 24) * 365 - 731)))
        } else {
            licences += 1
            licence = SyntheticCells.padded(licences, 6) + "/HNO-GPHN"
            issued = today + -(1 + random.below(700))
        }
        var place = "TYT-" + household[1]
        if profession == "doctor", age >= 32, random.chance(30) {
            place = facility(person, licence, household, from: issued + random.below(1 + (today - issued)), &lines, &random)
        } else if !facilities.isEmpty, random.chance(70) {
            place = random.pick(facilities)
        }
        work(person, profession, licence, from: issued, at: place, &lines, &random)
        if profession == "doctor", age >= 36, random.chance(8) { scientist(person, "clinical", &lines, &random) }
    }

    private mutating func pharmacist(_ person: [String], _ age: Int, _ household: [String], _ holdings: [Line], _ lines: inout [Line], _ random: inout SplitMix64) {
        pharmacists += 1
        let licence = SyntheticCells.padded(pharmacists, 4) + "/HNO-CCHND"
        let issued = today + -(1 + random.below(min(4500, (age - 23) * 365)))
        work(person, "pharmacist", licence, from: issued, at: "", &lines, &random)
        if age >= 36, random.chance(6) { scientist(person, "pharmacy", &lines, &random) }
        if random.chance(75) { pharmacy(person, licence, household, holdings, &lines, &random) } else { spare.append(licence) }
    }

    /// The line of a licence: some have run out, are suspended or revoked.
    private func work(
        _ person: [String], _ profession: String, _ licence: String, from issued: Day, at place: String, _ lines: inout [Line], _ random: inout SplitMix64
    ) {
        let (scope, specialty, qualification) = random.pick(Self.training[profession]!)
        var cells: [String: String] = [
            "licence": licence, "person": random.chance(98) ? person[0] : "", "name": person[1], "profession": profession, "scope": scope, "specialty": specialty,
            "qualification": qualification, "issued": issued.description, "facility": place, "hours": place.isEmpty ? "" : "Thứ Hai đến thứ Sáu, 7:30–17:00",
        ]
        if licence.hasSuffix("-GPHN") {
            let last = random.chance(6) ? max(issued + 30, today + (random.below(240) - 150)) : issued.adding(months: 60)
            cells["expires"] = last.description
        } else if licence.hasSuffix("-CCHND"), random.chance(8) {
            cells["expires"] = max(issued, today + -(1 + random.below(400))).description
        }
        switch random.below(100) {
        case 0:
            let from = max(issued, today + -random.below(100))
            cells["suspended_from"] = from.description
            cells["suspended_until"] = from.adding(months: 24).description
        case 1:
            cells["revoked"] = max(issued, today + -random.below(300)).description
            cells["revoked_because"] = random.pick(["Không cập nhật kiến thức y khoa liên tục", "Tự đề nghị thu hồi", "Giấy phép cấp không đúng thẩm quyền"])
            cells["hours"] = ""
        default: break
        }
        lines.append(SyntheticCells.line(HealthWorkers.register, cells))
    }

    private static let training: [String: [(scope: String, specialty: String, qualification: String)]] = [
        "doctor": [
            ("Khám bệnh, chữa bệnh đa khoa", "Đa khoa", "university"), ("Khám bệnh, chữa bệnh chuyên khoa Nội", "Nội", "specialist-1"),
            ("Khám bệnh, chữa bệnh chuyên khoa Nhi", "Nhi", "resident"), ("Khám bệnh, chữa bệnh chuyên khoa Ngoại", "Ngoại", "master"),
            ("Khám bệnh, chữa bệnh chuyên khoa Răng Hàm Mặt", "Răng Hàm Mặt", "university"), ("Khám bệnh, chữa bệnh chuyên khoa Phụ sản", "Phụ sản", "specialist-2"),
        ],
        "assistant": [("Khám bệnh, chữa bệnh ban đầu", "Đa khoa", "intermediate"), ("Khám bệnh, chữa bệnh bằng y học cổ truyền", "Y học cổ truyền", "intermediate")],
        "nurse": [("Chăm sóc người bệnh", "", "college"), ("Chăm sóc người bệnh", "", "university"), ("Chăm sóc người bệnh", "", "intermediate")],
        "midwife": [("Chăm sóc bà mẹ, trẻ sơ sinh", "", "college"), ("Chăm sóc bà mẹ, trẻ sơ sinh", "", "university")],
        "technician": [("Xét nghiệm", "Xét nghiệm y học", "university"), ("Chụp phim", "Hình ảnh y học", "college"), ("Phục hồi chức năng", "Phục hồi chức năng", "university")],
        "traditional": [("Khám bệnh, chữa bệnh bằng y học cổ truyền", "Y học cổ truyền", "")],
        "pharmacist": [("Bán lẻ thuốc", "", "college"), ("Bán lẻ, bán buôn thuốc", "", "university"), ("Bán lẻ, bán buôn thuốc", "Dược lâm sàng", "specialist-1")],
    ]

    private mutating func scientist(_ person: [String], _ field: String, _ lines: inout [Line], _ random: inout SplitMix64) {
        scientists += 1
        let number = "KHYT" + SyntheticCells.padded(scientists, 6)
        let field = field == "clinical" ? random.pick(["clinical", "clinical", "basic", "public-health"]) : field
        lines.append(
            SyntheticCells.line(
                HealthScientists.register,
                [
                    "number": number, "person": person[0], "name": person[1],
                    "field": field, "degree": "doctorate",
                    "title": random.pick(["", "", "", "associate-professor", "professor"]),
                    "organization": random.pick(["Trường Đại học Y Ví Dụ", "Viện Vệ sinh dịch tễ Ví Dụ", "Bệnh viện Trung ương Ví Dụ", "Trường Đại học Dược Ví Dụ"]),
                    "topics": random.pick([
                        "Ô nhiễm không khí và bệnh hô hấp", "Đái tháo đường; tăng huyết áp", "Kháng kháng sinh", "Sức khỏe người cao tuổi", "Dược liệu Việt Nam",
                        "Sốt xuất huyết; bệnh lây qua muỗi",
                    ]),
                ]))
    }

    // MARK: Medicines and devices

    private mutating func certificate() -> String {
        medicines += 1
        return "01-" + SyntheticCells.padded(medicines, 4) + "/ĐKKDD-HNO"
    }

    private mutating func pharmacy(
        _ pharmacist: [String], _ licence: String, _ household: [String], _ holdings: [Line], _ lines: inout [Line], _ random: inout SplitMix64
    ) {
        let isUrban = communes[household[1]]!.isUrban
        let gpp = today + -random.below(1120)
        let issued = gpp + -random.below(1000)
        let given = pharmacist[1].split(separator: " ").suffix(2).joined(separator: " ")
        let owner = holdings.first { $0.register == "household-business" || ($0.register == "enterprise" && $0.cells[2] != "branch") }
        var (enterprise, business) = ("", "")
        if let owner { if owner.register == "enterprise" { enterprise = owner.cells[0] } else { business = owner.cells[0] } }
        lines.append(
            SyntheticCells.line(
                Pharmacies.register,
                [
                    "certificate": certificate(), "name": "\(isUrban ? "Nhà thuốc" : "Quầy thuốc") \(given)",
                    "kind": isUrban ? "pharmacy" : "counter", "commune": household[1], "address": household[2], "phone": Self.phone(&random), "pharmacist": licence,
                    "enterprise": enterprise, "business": business,
                    "issued": issued.description, "gpp_issued": gpp.description, "gpp_expires": gpp.adding(months: 36).description,
                    "state": random.chance(97) ? "active" : "closed",
                ]))
    }

    private mutating func provider(_ enterprise: [String], _ pharmacist: String, _ lines: inout [Line], _ random: inout SplitMix64) {
        let (activity, practice, products) = random.pick([
            ("wholesale", "gdp", "Bán buôn thuốc, nguyên liệu làm thuốc"), ("wholesale", "gdp", "Bán buôn dược liệu, vị thuốc cổ truyền"),
            ("import-export", "gsp", "Nhập khẩu thuốc, vắc xin"), ("manufacture", "gmp", "Sản xuất thuốc dược liệu"),
        ])
        let (since, until) = (practice + "_issued", practice + "_expires")
        let assessed = today + -random.below(1120)
        let issued = assessed + -random.below(1000)
        lines.append(
            SyntheticCells.line(
                MedicineProviders.register,
                [
                    "certificate": certificate(), "name": enterprise[1], "enterprise": enterprise[0], "activity": activity, "products": products,
                    "controlled": random.chance(15) ? "true" : "false", "commune": enterprise[4], "address": enterprise[5], "phone": Self.phone(&random), "pharmacist": pharmacist,
                    "issued": issued.description, since: assessed.description, until: assessed.adding(months: 36).description, "state": "active",
                ]))
    }

    /// The cells of an enterprise and of a household business have name, commune and address in the same places.
    private mutating func trader(_ owner: [String], of field: String, _ head: [String], _ lines: inout [Line], _ random: inout SplitMix64) {
        declarations += 1
        let isMaker = random.chance(12)
        let published = today + -random.below(1500)
        let number = SyntheticCells.padded(published.year % 100, 2) + SyntheticCells.padded(declarations, 7) + (isMaker ? "/PCBSX-HN" : "/PCBMB-HN")
        lines.append(
            SyntheticCells.line(
                MedicalTraders.register,
                [
                    "declaration": number, "name": owner[1],
                    field: owner[0], "activity": isMaker ? "manufacture" : "trade", "class": random.pick(isMaker ? ["a", "b"] : ["b", "c", "d"]),
                    "products": random.pick(["Máy đo huyết áp; máy đo đường huyết", "Máy siêu âm; máy thở", "Vật tư tiêu hao", "Kính, thiết bị nhãn khoa"]),
                    "commune": owner[4], "address": owner[5], "phone": Self.phone(&random), "technician": random.chance(92) ? head[1] : "",
                    "published": published.description, "state": "active",
                ]))
    }
}
