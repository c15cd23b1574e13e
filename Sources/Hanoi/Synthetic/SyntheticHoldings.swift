// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// What an invented household has beside its people: land, a business, an enterprise, posts, registrations, events.
struct SyntheticHoldings {
    /// A line of a register's file, cells in the order of its fields.
    typealias Line = (register: String, cells: [String])

    private var parcels: [String: Int] = [:]
    private var rights = 0
    private var certificates = 0
    private var businesses = 0
    private var enterprises = 0
    private var servants = 0
    private var residences = 0
    private var events = 0
    private let centres: [String: Polygon.Point]
    private let communes: [String]
    private let today: Day

    init(communes: [[String: String]], today: Day) {
        self.today = today
        self.communes = communes.map { $0["code"]! }.sorted()
        centres = Dictionary(
            uniqueKeysWithValues: communes.map { row in
                (row["code"]!, VN2000.grid(VN2000.Position(latitude: Double(row["lat"]!) ?? 21, longitude: Double(row["lon"]!) ?? 105.8)))
            })
    }

    /// People as the population's lines: id, name, birth, sex, …, relation at 8, commune at 9.
    mutating func lines(of household: [String], people: [[String]], isUrban: Bool, _ random: inout SplitMix64) -> [Line] {
        var lines: [Line] = []
        let head = people[0]
        let spouse = people.first { $0[8] == "spouse" }
        let commune = household[1]
        let address = household[2]
        var parcel = ""
        if random.chance(isUrban ? 35 : 70) { parcel = land(commune, address, head, spouse, isUrban: isUrban, &lines, &random) }
        if random.chance(12) { business(commune, address, head, parcel, &lines, &random) }
        if random.chance(9) { enterprise(commune, address, head, &lines, &random) }
        for person in people {
            let age = today.year - (Int(person[2].prefix(4)) ?? 2000)
            if age >= 24, age <= 58, random.chance(3) { servant(person, age, &lines, &random) }
            if age >= 18, age <= 35, random.chance(4) { residence(person, &lines, &random) }
        }
        civilEvents(commune, household[0], people, head, spouse, &lines, &random)
        return lines
    }

    private func day(_ random: inout SplitMix64, within days: Int) -> String { (today + (-random.below(days) - 1)).description }

    // MARK: Land

    private mutating func land(
        _ commune: String, _ address: String, _ head: [String], _ spouse: [String]?, isUrban: Bool, _ lines: inout [Line], _ random: inout SplitMix64
    ) -> String {
        let count = parcels[commune, default: 0]
        parcels[commune] = count + 1
        let (sheet, number) = (count / 100 + 1, count % 100 + 1)
        let id = "\(commune)-\(sheet)-\(number)"
        let width: Int = isUrban ? 4 + random.below(3) : 10 + random.below(8)
        let depth: Int = isUrban ? 12 + random.below(8) : 18 + random.below(14)
        let centre = centres[commune]!
        let east: Int = Int(centre.east) + count % 60 * 20 - 600
        let north: Int = Int(centre.north) + count / 60 * 34 - 500
        let corners: [(Int, Int)] = [(0, 0), (width, 0), (width, depth), (0, depth)]
        let outline = corners.map { "\(east + $0.0) \(north + $0.1)" }.joined(separator: "; ")
        let use = isUrban ? "ODT" : "ONT"
        lines.append(("land-parcel", [id, commune, "\(sheet)", "\(number)", "\(width * depth)", use, address, random.chance(96) ? outline : "", "", ""]))
        let from = day(&random, within: 9000)
        func right(_ kind: String, _ person: String, _ enterprise: String, _ holder: String, _ share: String, _ from: String, _ until: String) {
            rights += 1
            lines.append(("land-right", ["QD" + SyntheticCells.padded(rights, 14), id, commune, kind, person, enterprise, holder, share, from, until, ""]))
        }
        if let spouse, random.chance(45) {
            right("ownership", head[0], "", head[1], "1/2", from, "")
            right("ownership", spouse[0], "", spouse[1], "1/2", from, "")
        } else {
            right("ownership", head[0], "", head[1], "1", from, "")
        }
        if random.chance(8) {
            right(
                "mortgage", "", "", "Ngân hàng \(random.pick(["Đầu tư", "Ngoại thương", "Công thương", "Nông nghiệp"])) (chi nhánh ví dụ)", "", day(&random, within: 700),
                (today + 700 + random.below(3000)).description)
        }
        if random.chance(88) {
            certificates += 1
            let letters = String(UnicodeScalar(UInt8(65 + certificates / 1_000_000 / 26 % 26))) + String(UnicodeScalar(UInt8(65 + certificates / 1_000_000 % 26)))
            lines.append(
                (
                    "land-certificate",
                    ["\(letters) " + SyntheticCells.padded(certificates % 1_000_000, 6), id, commune, "CS " + SyntheticCells.padded(random.below(99_999), 5), from, "office"]
                ))
        }
        return id
    }

    // MARK: Work

    private mutating func business(_ commune: String, _ address: String, _ head: [String], _ parcel: String, _ lines: inout [Line], _ random: inout SplitMix64) {
        businesses += 1
        let (name, line) = random.pick([
            ("Tạp hóa", "47110"), ("Bún chả", "56101"), ("Phở", "56101"), ("Cà phê", "56301"), ("Cắt tóc", "96310"), ("Sửa xe máy", "95420"), ("May đo", "14100"),
            ("Thuốc tây", "47721"),
            ("Rau quả", "47223"), ("Giặt là", "96200"),
        ])
        let isPaused = random.chance(4)
        lines.append(
            (
                "household-business",
                [
                    "01A8" + SyntheticCells.padded(businesses, 6), "\(name) \(head[1].split(separator: " ").last ?? "")", head[0], random.chance(92) ? head[0] : "", commune,
                    address, parcel,
                    line,
                    "\((1 + random.below(40)) * 10_000_000)", "\(random.below(6))", day(&random, within: 5000), isPaused ? "paused" : "active",
                    isPaused ? (today + (random.below(600) - 100)).description : "",
                ]
            ))
    }

    private mutating func enterprise(_ commune: String, _ address: String, _ head: [String], _ lines: inout [Line], _ random: inout SplitMix64) {
        var code: String?
        while code == nil {
            enterprises += 1
            code = Self.taxCode(enterprises)
        }
        let (type, words) = random.pick([
            ("llc-one", "Công ty TNHH một thành viên"), ("llc", "Công ty TNHH"), ("joint-stock", "Công ty cổ phần"), ("private", "Doanh nghiệp tư nhân"),
        ])
        let trade = random.pick(["Thương mại", "Xây dựng", "Vận tải", "Công nghệ", "Thiết kế", "Thực phẩm", "Dịch vụ", "In ấn"])
        let given = head[1].split(separator: " ").suffix(2).joined(separator: " ")
        let founded = day(&random, within: 7000)
        let name = "\(words) \(trade) \(given) \(random.below(900) + 100)"
        lines.append(
            (
                "enterprise",
                [
                    code!, name, type, "", commune, address, random.chance(97) ? head[0] : "", head[1], "\((1 + random.below(200)) * 100_000_000)", "4\(610 + random.below(180))",
                    founded,
                    "active", "",
                ]
            ))
        if random.chance(6) {
            lines.append(("enterprise", [code! + "-001", name + " – chi nhánh 1", "branch", code!, commune, address, "", "", "", "", founded, "active", ""]))
        }
    }

    /// Nil where the serial has no check digit.
    static func taxCode(_ serial: Int) -> String? {
        let digits = "01" + SyntheticCells.padded(serial, 7)
        let sum = zip(digits.utf8, [31, 29, 23, 19, 17, 13, 7, 5, 3]).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        let check = 10 - sum % 11
        return check == 10 ? nil : digits + "\(check)"
    }

    private mutating func servant(_ person: [String], _ age: Int, _ lines: inout [Line], _ random: inout SplitMix64) {
        servants += 1
        guard servants < 1_000_000 else { return }
        let rank = age > 45 && random.chance(25) ? "01.002" : random.pick(["01.003", "01.003", "01.003", "01.004", "06.031", "V.08.01.03"])
        let step = min(Ranks.lastStep(rank), Int64(max(1, (age - 23) / 4)))
        let isCommune = random.chance(30)
        let office =
            isCommune
            ? random.pick(["commune-committee", "commune-police", "commune-service-centre"])
            : random.pick(["education-department", "health-department", "city-office", "finance-department", "justice-department"])
        let post =
            isCommune
            ? random.pick(["Tư pháp – hộ tịch", "Địa chính – xây dựng", "Cảnh sát khu vực", "Văn phòng – thống kê"])
            : random.pick(["Chuyên viên tổng hợp", "Kế toán", "Giáo viên", "Chuyên viên pháp chế"])
        lines.append(
            (
                "civil-servant",
                [
                    "CB" + SyntheticCells.padded(servants, 6), random.chance(98) ? person[0] : "", person[1],
                    isCommune ? "civil-servant" : random.pick(["civil-servant", "public-employee"]), office,
                    isCommune ? person[9] : "", post, rank, "\(step)", Ranks.coefficient(rank, step)!, day(&random, within: 1300), "",
                ]
            ))
    }

    private mutating func residence(_ person: [String], _ lines: inout [Line], _ random: inout SplitMix64) {
        residences += 1
        let from = today + -random.below(300)
        let commune = random.pick(communes)
        lines.append(
            (
                "residence",
                [
                    "CT" + SyntheticCells.padded(residences, 14), person[0], "temporary", commune, "Số \(1 + random.below(200)), phố \(random.pick(SyntheticNames.streets))", "",
                    "",
                    from.description,
                    (from + 365 + random.below(360)).description, random.pick(["Học tập", "Làm việc", "Theo gia đình"]),
                ]
            ))
    }

    // MARK: Events

    private mutating func civilEvents(
        _ commune: String, _ household: String, _ people: [[String]], _ head: [String], _ spouse: [String]?, _ lines: inout [Line], _ random: inout SplitMix64
    ) {
        func event(_ cells: [String: String]) {
            events += 1
            var cells = cells
            cells["number"] = "HT" + SyntheticCells.padded(events, 14)
            cells["commune"] = commune
            lines.append(("civil-event", CivilEvents.register.allFields.map { cells[$0.name] ?? "" }))
        }
        let (husband, wife) = head[3] == "male" ? (head, spouse) : (spouse ?? head, Optional(head))
        for child in people where child[8] == "child" && child[2].hasPrefix("\(today.year - 1)") {
            guard let wife, spouse != nil else { continue }
            event([
                "kind": "birth", "day": child[2], "child": child[0], "name": child[1], "sex": child[3], "ethnicity": child[4], "mother": wife[0],
                "father": random.chance(93) ? husband[0] : "",
            ])
        }
        if spouse != nil, let wife, random.chance(4) {
            event(["kind": "marriage", "day": day(&random, within: 360), "husband": husband[0], "wife": wife[0]])
        }
        // Here and there somebody has just died, and the family has not said yet who heads the household.
        if people.count > 2, random.below(1000) < 2 { event(["kind": "death", "day": day(&random, within: 12), "deceased": head[0], "cause": "Tuổi cao, bệnh lý"]) }
    }
}
