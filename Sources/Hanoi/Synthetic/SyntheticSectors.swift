// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What an invented city has in the registers of its sectors: a small, lifelike number of lines, the same for the same seed.
public struct SyntheticSectors {
    /// A line of a register's file, cells in the order of its fields.
    public typealias Line = (register: String, cells: [String])
    public typealias Resident = (id: String, commune: String)
    public typealias Servant = (number: String, name: String, office: String)

    /// The registers that have lines here, in the order in which they load.
    public static let registers = [
        ResidentialGroups.register, ApartmentBuildings.register, ShoppingPlaces.register, Startups.register, Incubators.register, Investors.register, FundingRounds.register,
        StartupOffers.register, ITSystems.register, SoftwareCopyrights.register, DataCentreEquipment.register, ITContracts.register, ITMilestones.register,
        ServiceDeductions.register, ServiceMeasures.register, ServiceInvoices.register, AcceptanceMinutes.register, CouncilMembers.register, AcceptanceVotes.register,
        MinistrySoftware.register, Proposals.register,
        Inspections.register, InspectionFindings.register, DailySignoffs.register, Urgings.register, GuidingShifts.register,
        LessonsHeld.register, OfficeAddresses.register,
    ]

    let today: Day
    let residents: [Resident]
    let enterprises: [String]
    let servants: [Servant]
    let communes = City.communeCodes
    var random: SplitMix64
    var lines: [Line] = []
    var taxSerial = 5_000_000
    var pieces = 0

    private init(today: Day, residents: [Resident], enterprises: [String], servants: [Servant], random: SplitMix64) {
        self.today = today
        self.residents = residents
        self.enterprises = enterprises
        self.servants = servants
        self.random = random
    }

    /// All lines, register by register in the order of `registers`. `today` is the day on which they are loaded, or one before it.
    /// Residents, enterprises and servants of the city's departments are those that were loaded already; without residents no group has a head and no
    /// student guides and no school has held a lesson, without four servants no council sits.
    public static func lines(seed: UInt64, today: Day, residents: [Resident] = [], enterprises: [String] = [], servants: [Servant] = []) -> [Line] {
        var random = SplitMix64(seed: seed)
        return lines(today: today, residents: residents, enterprises: enterprises, servants: servants, &random)
    }

    static func lines(today: Day, residents: [Resident], enterprises: [String], servants: [Servant] = [], _ random: inout SplitMix64) -> [Line] {
        var sectors = SyntheticSectors(today: today, residents: residents, enterprises: enterprises, servants: servants, random: random)
        sectors.places()
        sectors.shops()
        sectors.startups()
        sectors.systems()
        sectors.services()
        sectors.guidance()
        sectors.lessons()
        random = sectors.random
        return sectors.lines + SyntheticOffices.lines(today: today, &random)
    }

    // MARK: Making lines

    mutating func add(_ register: Register, _ cells: [String: String]) {
        lines.append((register.name, register.allFields.map { cells[$0.name] ?? "" }))
    }

    static func key(_ form: KeyForm, _ number: Int) -> String { form.prefix + SyntheticCells.padded(number, form.digits) }

    /// Some day of the last `days`, today not among them.
    mutating func pastDay(_ days: Int) -> Day { today + (-random.below(days) - 1) }
    mutating func past(_ days: Int) -> String { pastDay(days).description }
    /// Some day of the last `days`, and not before that day.
    mutating func since(_ first: Day, within days: Int) -> String {
        let back = min(today - first, 1 + random.below(days))
        return (today + -back).description
    }

    mutating func address() -> String { "Số \(1 + random.below(300)), phố \(random.pick(SyntheticNames.streets))" }

    mutating func person() -> String {
        let isFemale = random.chance(50)
        let middle = random.pick(isFemale ? SyntheticNames.femaleMiddle : SyntheticNames.maleMiddle)
        return "\(random.pick(["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đỗ"])) \(middle) \(random.pick(isFemale ? SyntheticNames.femaleGiven : SyntheticNames.maleGiven))"
    }

    mutating func taxCode() -> String {
        while true {
            taxSerial += 1
            if let code = SyntheticHoldings.taxCode(taxSerial) { return code }
        }
    }

    mutating func fingerprint() -> String {
        var digits = ""
        for _ in 0..<4 {
            let part = String(random.next(), radix: 16)
            digits += String(repeating: "0", count: 16 - part.utf8.count) + part
        }
        return digits
    }

    // MARK: Places

    private mutating func places() {
        let heads = Dictionary(grouping: residents, by: \.commune)
        var groups: [(code: String, commune: String)] = []
        for commune in communes {
            let isWard = UnitData.table.find(commune, on: today)?.type == "ward"
            for number in 1...(1 + random.below(3)) {
                let code = "\(commune)-\(number)"
                let households = 120 + random.below(500)
                let hasKiosk = random.chance(households >= 400 ? 40 : 6)
                groups.append((code, commune))
                add(
                    ResidentialGroups.register,
                    [
                        "code": code, "commune": commune, "number": "\(number)",
                        "name": isWard ? "Tổ dân phố số \(number)" : "Thôn \(random.pick(SyntheticNames.hamlets)) \(number)", "kind": isWard ? "group" : "hamlet",
                        "head": heads[commune].map { random.pick($0).id } ?? "", "households": "\(households)", "kiosk": hasKiosk ? "true" : "false",
                        "kiosk_since": hasKiosk ? past(400) : "",
                    ])
            }
        }
        for number in 1...120 {
            let group = random.pick(groups)
            let floors = 5 + random.below(36)
            let lifts = floors > 6 ? 2 + random.below(5) : 0
            let screens = lifts > 0 && random.chance(55) ? lifts : 0
            add(
                ApartmentBuildings.register,
                [
                    "number": Self.key(ApartmentBuildings.keys, number), "name": "Chung cư \(random.pick(["Sông Hồng", "Hồ Tây", "Ban Mai", "Kim Liên", "Xuân Đỉnh"])) \(number)",
                    "commune": group.commune, "address": address(), "group": random.chance(90) ? group.code : "", "floors": "\(floors)",
                    "flats": "\(floors * (6 + random.below(8)))", "lifts": "\(lifts)", "manager": "Ban quản trị nhà \(number)",
                    "phone": "0243\(1_000_000 + random.below(8_999_999))",
                    "kiosk": random.chance(15) ? "true" : "false", "lift_screens": "\(screens)", "screen_operator": screens > 0 ? "Công ty Màn Hình Mẫu" : "",
                    "screens_since": screens > 0 && random.chance(80) ? past(500) : "",
                ])
        }
    }

    /// 260 places, 187 of them connected to both.
    private mutating func shops() {
        let names = [
            "supermarket": "Siêu thị", "mall": "Trung tâm thương mại", "convenience": "Cửa hàng tiện lợi", "market": "Chợ", "restaurant": "Nhà hàng",
        ]
        for number in 1...260 {
            let kind = random.pick(["supermarket", "supermarket", "mall", "convenience", "convenience", "convenience", "market", "restaurant", "restaurant"])
            var cells = [
                "number": Self.key(ShoppingPlaces.keys, number), "name": "\(names[kind]!) \(random.pick(SyntheticNames.streets)) \(number)", "tax_code": taxCode(),
                "commune": random.pick(communes), "address": address(), "kind": kind, "connection": "none",
            ]
            if number <= 187 {
                let from = pastDay(500)
                cells["connection"] = "both"
                cells["tax_from"] = from.description
                cells["invoices_from"] = from.description
                cells["provider"] = random.pick(["Công ty Truyền Nhận Mẫu", "Công ty Hóa Đơn Ví Dụ", "Công ty Dữ Liệu Thử"])
                if from + 3 <= today {
                    cells["first_invoice"] = (from + random.below(3)).description
                    let heard = random.chance(94) ? today + -random.below(3) : pastDay(40)
                    cells["last_heard"] = max(from + 2, heard).description
                }
            } else if random.chance(40) {
                cells["connection"] = "tax"
                cells["tax_from"] = past(300)
            }
            add(ShoppingPlaces.register, cells)
        }
    }

    // MARK: Start-ups

    private mutating func startups() {
        let products = [
            ("software", "Bản Đồ Ngõ", "Chỉ đường tới từng ngách, hẻm cho người giao hàng."), ("finance", "Sổ Chợ", "Ghi sổ bán hàng bằng giọng nói cho tiểu thương."),
            ("education", "Lớp Gần", "Nối gia sư với học sinh cùng phường."), ("health", "Nhắc Thuốc", "Nhắc người già uống thuốc, báo cho con cháu."),
            ("farming", "Rau Vành Đai", "Truy xuất nguồn gốc rau ngoại thành."), ("trade", "Xe Về", "Ghép hàng cho xe tải chạy rỗng chiều về."),
            ("green", "Phân Loại", "Đổi rác tái chế lấy điểm tại chung cư."), ("culture", "Nghề Phố", "Dẫn khách tới làng nghề, phố nghề."),
            ("hardware", "Đo Hồ", "Cảm biến chất lượng nước hồ."),
        ]
        var founded: [Day] = []
        for number in 1...40 {
            let (sector, name, about) = products[(number - 1) % products.count]
            let stage = random.pick(["idea", "prototype", "prototype", "market", "market", "market", "growth", "ended"])
            let day = pastDay(2500)
            founded.append(day)
            let site = "https://kn\(number).example.vn"
            let confirmed = today + (random.below(420) - 60)
            // A company is one start-up only.
            let company = stage != "idea" && number <= enterprises.count && random.chance(80) ? enterprises[number - 1] : ""
            // A team without a company is small.
            let jobs = stage == "growth" && !company.isEmpty ? 20 + random.below(120) : random.below(18)
            add(
                Startups.register,
                [
                    "number": Self.key(Startups.keys, number), "name": number <= products.count ? name : "\(name) \(number)",
                    "enterprise": company, "sector": sector, "stage": stage,
                    "commune": random.pick(communes), "website": random.chance(75) ? site : "", "about": about, "founders": "\(1 + random.below(4))",
                    "jobs": "\(jobs)", "founded": day.description, "contact": "chao@kn\(number).example.vn",
                    "confirmed_until": confirmed.description, "enterprise_confirmed": company.isEmpty || random.chance(10) ? "" : day.description,
                    "registrant": residents.isEmpty || random.chance(30) ? "" : random.pick(residents).0,
                ])
        }
        for (index, place) in [
            ("incubator", "Vườn ươm Thăng Long (mẫu)"), ("accelerator", "Bệ phóng Hồ Gươm (mẫu)"), ("workplace", "Bàn Chung Kim Mã (mẫu)"),
            ("university", "Trung tâm sáng tạo Đại học Mẫu"), ("workplace", "Bàn Chung Cầu Giấy (mẫu)"), ("incubator", "Vườn ươm Hòa Lạc (mẫu)"),
        ].enumerated() {
            add(
                Incubators.register,
                [
                    "number": Self.key(Incubators.keys, index + 1), "name": place.1, "kind": place.0, "operator": "Đơn vị vận hành ví dụ \(index + 1)",
                    "commune": random.pick(communes),
                    "address": address(), "website": "https://vu\(index + 1).example.vn", "places": "\(20 + random.below(200))", "focus": random.pick(products).0,
                    "opened": past(3000),
                ])
        }
        for number in 1...12 {
            let least = (1 + random.below(20)) * 100_000_000
            let kind = random.pick(["fund", "fund", "company", "angel", "bank", "public"])
            add(
                Investors.register,
                [
                    "number": Self.key(Investors.keys, number), "name": kind == "angel" ? "\(person()) (mẫu)" : "Nhà đầu tư ví dụ \(number)", "kind": kind, "least": "\(least)",
                    "most": "\(least * (2 + random.below(20)))", "seeks": "Đội ở Hà Nội đã có sản phẩm mẫu.", "contact": "gap@dt\(number).example.vn", "agreed": past(900),
                ])
        }
        for number in 1...25 {
            let startup = random.below(40)
            let day = min(today, founded[startup] + random.below(max(1, today - founded[startup])))
            let first = 1 + random.below(12)
            let second = 1 + random.below(12)
            let backers = Set([first, second]).sorted().map { Self.key(Investors.keys, $0) }.joined(separator: "; ")
            add(
                FundingRounds.register,
                [
                    "number": Self.key(FundingRounds.keys, number), "startup": Self.key(Startups.keys, startup + 1),
                    "round": random.pick(["grant", "pre-seed", "pre-seed", "seed", "seed", "series-a"]), "amount": "\((2 + random.below(200)) * 100_000_000)",
                    "day": day.description,
                    "investors": random.chance(85) ? backers : "", "source": random.chance(60) ? "https://kn\(startup + 1).example.vn/tin" : "\(10 + number)/QĐ-SKHCN",
                ])
        }
        for number in 1...18 {
            let kind = ["opportunity", "event", "mentor"][number % 3]
            let title = [
                "opportunity": "Đề bài của thành phố số \(number)", "event": "Gặp gỡ khởi nghiệp lần \(number)",
                "mentor": "Cố vấn \(random.pick(["tài chính", "công nghệ", "bán hàng"])) \(number)",
            ]
            let from = today + (random.below(40) - 20)
            let days = kind == "event" ? 1 : 30 + random.below(120)
            add(
                StartupOffers.register,
                [
                    "number": Self.key(StartupOffers.keys, number), "kind": kind, "title": title[kind]!, "sector": random.pick(products).0, "from": from.description,
                    "until": (max(from, today) + days).description, "place": address(),
                    "organiser": kind == "mentor" ? "" : "Sở Khoa học và Công nghệ", "contact": "khoinghiep\(number)@hanoi.example.vn",
                ])
        }
    }

    // MARK: Systems

    private mutating func systems() {
        let subjects = [
            "Quản lý văn bản", "Cổng thông tin", "Một cửa", "Thư điện tử", "Quản lý cán bộ", "Quản lý tài sản", "Kế toán", "Họp trực tuyến", "Báo cáo", "Tiếp công dân",
        ]
        let offices = ["city-office", "finance-department", "justice-department", "health-department", "education-department", "science-department"]
        for number in 1...60 {
            let isPersonal = random.chance(45)
            let started = pastDay(2800)
            let level = random.pick(isPersonal ? ["2", "3", "3"] : ["1", "2", "2"])
            let office = offices[(number - 1) / subjects.count]
            let name = subjects[(number - 1) % subjects.count]
            let owner = Offices.all.first { $0.code == office }!.title.vi
            add(
                ITSystems.register,
                [
                    "number": Self.key(ITSystems.keys, number), "name": "\(name) – \(owner)", "office": office,
                    "level": level, "approved": random.chance(80) ? since(started, within: 900) : "",
                    "provider": "Công ty Phần Mềm Mẫu \(1 + number % 7)", "started": started.description, "place": random.pick(["centre", "centre", "centre", "room", "hired"]),
                    "personal": isPersonal ? "true" : "false", "backup_tested": random.chance(85) ? since(started, within: 210) : "",
                    "assessed": random.chance(85) ? since(started, within: 420) : "",
                ])
        }
        for number in 1...8 {
            add(
                SoftwareCopyrights.register,
                [
                    "certificate": "\(1200 + number)-\(today.year - 1)-QTG", "title": "Phần mềm \(subjects[number - 1].lowercased())", "system": Self.key(ITSystems.keys, number),
                    "owner": "Ủy ban nhân dân thành phố Hà Nội", "authors": "\(person()), \(person())",
                    "granted": "\(today.year - 1)-\(SyntheticCells.padded(1 + random.below(12), 2))-15",
                    "version": "\(1 + random.below(4)).0", "source_hash": fingerprint(),
                ])
        }
        equipment()
    }

    /// The fourth centre: eight racks with their machines, and what powers, cools and watches them. 80 pieces.
    private mutating func equipment() {
        for rack in 1...8 {
            let name = "A" + SyntheticCells.padded(rack, 2)
            for place in 0..<4 { piece("server", "Máy chủ 2U mẫu", watts: 650 + random.below(300), in: name, from: 10 + place * 3, height: 2) }
            if rack % 4 == 0 {
                piece("storage", "Tủ đĩa 4U mẫu", watts: 900, in: name, from: 24, height: 4)
            } else {
                piece("server", "Máy chủ 2U mẫu", watts: 900, in: name, from: 24, height: 2)
            }
            piece("switch", "Bộ chuyển mạch 48 cổng", watts: 220, in: name, from: 42, height: 1)
            piece("pdu", "PDU 32 A", watts: 0)
            piece("sensor", "Cảm biến nhiệt độ, độ ẩm", watts: 3, in: name, from: 44, height: 1)
        }
        for _ in 1...4 {
            piece("in-row-cooler", "Điều hòa giữa hàng 30 kW", watts: 3500)
            piece("condenser", "Dàn ngưng ngoài trời 40 kW", watts: 9000)
            piece("ups", "UPS 60 kVA", watts: 2400)
            piece("sensor", "Cảm biến rò nước", watts: 2)
        }
    }

    private mutating func piece(_ kind: String, _ model: String, watts: Int, in rack: String? = nil, from unit: Int = 0, height: Int = 0) {
        pieces += 1
        let installed = pastDay(900)
        var cells = [
            "serial": "TL4-\(SyntheticCells.padded(pieces, 5))", "kind": kind, "model": model, "centre": "4", "power_w": "\(watts)", "installed": installed.description,
            "warranty_until": (installed + 1095).description,
        ]
        if let rack {
            cells["rack"] = rack
            cells["u_from"] = "\(unit)"
            cells["u_height"] = "\(height)"
        }
        if random.chance(70) { cells["maintained"] = since(installed, within: 220) }
        add(DataCentreEquipment.register, cells)
    }

    // MARK: Inspecting, urging, guiding

    /// Samples of communes' people, whose records nobody can know before they are drawn; and one of all apartment buildings, with what is wrong in some.
    private mutating func inspections() {
        let day = today.description
        func draw(_ number: Int, _ cells: [String: String]) -> [String: String] {
            ["number": Self.key(Inspections.keys, number), "state": "drawn", "day": day, "source": "journal"].merging(cells) { $1 }
        }
        for number in 1...6 where !residents.isEmpty {
            let commune = random.pick(residents).commune
            add(Inspections.register, draw(number, ["office": "commune-police", "commune": commune, "register": "population", "sample": "\(20 + random.below(60))"]))
        }
        let number = 7
        add(Inspections.register, draw(number, ["office": Keepers.construction.code, "register": ApartmentBuildings.register.name, "sample": "200"]))
        let commune = (ApartmentBuildings.register.position(of: "commune") ?? 0) + 1
        let buildings = lines.filter { $0.register == ApartmentBuildings.register.name }.map { (key: $0.cells[0], commune: $0.cells[commune]) }
        for (index, building) in buildings.prefix(8).enumerated() {
            let isMissing = random.chance(50)
            let isMended = random.chance(50)
            add(
                InspectionFindings.register,
                [
                    "number": Self.key(InspectionFindings.keys, index + 1), "inspection": Self.key(Inspections.keys, number), "commune": building.commune,
                    "record": building.key, "fault": isMissing ? "missing" : "outdated", "field": isMissing ? "group" : "manager",
                    "words": isMissing ? "Chưa ghi tổ dân phố." : "Ban quản trị đã thay, sổ chưa ghi.", "due": (today + (random.below(30) - 10)).description,
                    "evidence": fingerprint(), "kept": "Hồ sơ lưu trữ, tờ \(index + 1)", "mended": isMended ? today.description : "",
                    "answer": isMended ? "Đã sửa theo giấy tờ." : "",
                ])
        }
    }

    private mutating func guidance() {
        inspections()
        // Yesterday and the two days before; every twelfth is missing, and who misses one is urged.
        var missing: [(commune: String, day: Day)] = []
        for back in [3, 2, 1] {
            let day = today + -back
            for commune in communes {
                guard !random.chance(8) else {
                    missing.append((commune, day))
                    continue
                }
                // A new city's journals hold nothing of the days before it was loaded.
                add(
                    DailySignoffs.register,
                    [
                        "code": "\(commune)-\(day)-population", "commune": commune, "day": day.description, "register": "population", "outcome": "no-change",
                    ])
            }
        }
        for (index, one) in missing.filter({ $0.day < today + -1 }).prefix(12).enumerated() {
            let isAnswered = random.chance(50)
            let sent = one.day + 1
            add(
                Urgings.register,
                [
                    "number": Self.key(Urgings.keys, index + 1), "office": "commune-police", "commune": one.commune, "instruction": "8.b",
                    "late": "Chưa xác nhận cập nhật dân cư ngày \(one.day.written(.vietnamese)).", "records": "daily-signoff \(one.commune)-\(one.day)-population",
                    "sent": sent.description, "due": (sent + 2).description, "answered": isAnswered ? today.description : "", "answer": isAnswered ? "Đã nhập bù và xác nhận." : "",
                ])
        }
        let students = residents.filter { resident in
            guard let id = try? CitizenID(resident.id, year: today.year) else { return false }
            return (17...24).contains(today.year - id.birthYear)
        }
        guard !students.isEmpty else { return }
        var taken: Set<String> = []
        for number in 1...80 {
            // The last twenty are still ahead.
            let isAhead = number > 60
            let student = random.pick(students)
            let from = random.pick([8, 9, 13, 14])
            let dossiers = 2 + random.below(14)
            let day = isAhead ? today + random.below(14) : pastDay(60)
            // Nobody guides twice a day.
            guard taken.insert("\(student.id) \(day)").inserted else { continue }
            let ordinal = SyntheticCells.padded(number, 4)
            add(
                GuidingShifts.register,
                [
                    "number": Self.key(GuidingShifts.keys, number), "student": student.id,
                    "school": random.pick(["Trường Đại học Mẫu", "Trường THPT Ví Dụ", "Cao đẳng Thử Nghiệm"]),
                    "commune": student.commune, "place": "Nhà sinh hoạt tổ dân phố số \(1 + random.below(9))", "day": day.description,
                    "from": "\(SyntheticCells.padded(from, 2)):00",
                    "until": "\(from + 3):30", "state": isAhead ? "planned" : "done", "source": isAhead ? "" : "stated", "dossiers": isAhead ? "" : "\(dossiers)",
                    "succeeded": isAhead ? "" : "\(dossiers - random.below(3))", "certificate": !isAhead && random.chance(85) ? "GCN-\(day.year)-\(ordinal)" : "",
                ])
        }
    }

    // MARK: Lessons

    /// In most communes the lower secondary school has given a lesson or two. The schools stand where households were loaded.
    private mutating func lessons() {
        guard !residents.isEmpty else { return }
        var number = 0
        for commune in communes where random.chance(70) {
            for _ in 0..<(1 + random.below(2)) {
                number += 1
                add(
                    LessonsHeld.register,
                    [
                        "number": Self.key(LessonsHeld.keys, number), "school": SyntheticEducation.lowerSecondary(of: commune), "commune": commune,
                        "lesson": random.pick(["what-services-are", "finding-a-service", "checking-a-paper", "data-and-safety"]),
                        "class": "\(6 + random.below(4))A\(1 + random.below(6))", "day": past(60), "pupils": "\(28 + random.below(17))", "teacher": person(),
                    ])
            }
        }
    }
}
