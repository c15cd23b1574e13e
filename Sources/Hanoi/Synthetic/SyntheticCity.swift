// SPDX-License-Identifier: Apache-2.0
public import Civic

/// An invented city: deterministic for a seed, plausible in names, ages, households and addresses at real units.
/// Households are made one after the other, so that any size streams with flat memory.
public struct SyntheticCity {
    public struct Person: Sendable {
        public let cells: [String]
    }
    public struct Household: Sendable {
        public let cells: [String]
        public let people: [Person]
        /// Lines of other registers, each with its register's name, cells in the order of the fields.
        public let holdings: [(register: String, cells: [String])]
    }

    /// The registers whose files an invented city has, in the order in which they load.
    public static let registers = [
        Households.register, Population.register, Residences.register, Enterprises.register, LandParcels.register, LandRights.register, LandCertificates.register,
        HouseholdBusinesses.register, CivilServants.register, CivilEvents.register, HealthFacilities.register, HealthWorkers.register, HealthScientists.register,
        Pharmacies.register, MedicineProviders.register, MedicalTraders.register, Schools.register, Students.register, Enrolments.register, Contributors.register,
        PoorHouseholds.register, DisabilityCertificates.register, Beneficiaries.register, Pensions.register,
    ]

    /// The day on which the ages are meant.
    public static let today = Day(year: 2026, month: 1, day: 1)!

    private let seed: UInt64
    private let errorPercent: Int
    private let surnames: [String]
    private let surnameSums: [Double]
    private let sizeSums: [Double]
    private let communes: [(code: String, isUrban: Bool)]
    private let communeSums: [Double]
    private var serials: [UInt32: UInt32] = [:]
    private var householdCount: UInt64 = 0
    private var holdings: SyntheticHoldings
    private var health: SyntheticHealth
    private var education: SyntheticEducation
    private var welfare: SyntheticWelfare

    /// People who are owed something by a rule and do not get it, who should be asked about, and who get it and are not owed it, as the city was made.
    public func missing(by rule: String) -> [String] { welfare.plantedMissing[rule] ?? [] }
    public func possible(by rule: String) -> [String] { welfare.plantedPossible[rule] ?? [] }
    public func wrong(by rule: String) -> [String] { welfare.plantedWrong[rule] ?? [] }

    /// `errorPercent` of the people get a line that is wrong in one of the ways in which files are wrong in life.
    public init(seed: UInt64, errorPercent: Int = 0) {
        self.seed = seed
        self.errorPercent = errorPercent
        func sums(_ weights: [Double]) -> [Double] {
            var total = 0.0
            return weights.map {
                total += $0
                return total
            }
        }
        let names = UnitData.rows(PackageResources.surnames_hanoi_synthetic_csv)
        surnames = names.map { $0["surname"]!.composed }
        surnameSums = sums(names.map { Double($0["weight_normalised"]!)! })
        sizeSums = sums(UnitData.rows(PackageResources.household_size_synthetic_csv).map { Double($0["percent"]!)! })
        let units = UnitData.rows(PackageResources.units_2025_csv).filter { $0["code"]!.utf8.count == 5 }
        communes = units.map { ($0["code"]!, $0["type"]!.composed == "Phường") }
        holdings = SyntheticHoldings(communes: units, today: Self.today)
        health = SyntheticHealth(communes: units, today: Self.today)
        education = SyntheticEducation(communes: units)
        welfare = SyntheticWelfare(today: Self.today)
        // People live densely in wards: about eleven times as many on a square kilometre.
        communeSums = sums(units.map { (Double($0["area_km2"]!) ?? 1) * ($0["type"]!.composed == "Phường" ? 11_000 : 1_000) })
    }

    /// The next household with at most `peopleMax` people.
    public mutating func next(peopleMax: Int) -> Household {
        var random = SplitMix64(seed: seed &* 0x9E37_79B9 &+ householdCount &* 0x2545_F491_4F6C_DD1D)
        householdCount += 1
        let code = String(1_000_000_000 + householdCount)
        let commune = communes[random.weighted(communeSums)]
        let size = min(peopleMax, random.weighted(sizeSums) + 1)
        var people: [Person] = []
        for member in family(size, &random) { people.append(person(member, household: code, commune: commune.code, &random)) }
        let registered = Self.today + -random.below(12_000)
        let cells = [code, commune.code, address(isUrban: commune.isUrban, &random), size > 6 && random.chance(20) ? "collective" : "family", registered.description]
        // What wrong lines own would be refused for their sake.
        guard errorPercent == 0 else { return Household(cells: cells, people: people, holdings: []) }
        let family = people.map(\.cells)
        var others = holdings.lines(of: cells, people: family, isUrban: commune.isUrban, &random)
        others += health.lines(of: cells, people: family, beside: others, &random)
        others += education.lines(of: cells, people: family, &random)
        others += welfare.lines(of: cells, people: family, isUrban: commune.isUrban, &random)
        return Household(cells: cells, people: people, holdings: others)
    }

    // MARK: Families

    private struct Member {
        let relation: String
        let isFemale: Bool
        let age: Int
        let surname: String
    }

    private func family(_ size: Int, _ random: inout SplitMix64) -> [Member] {
        let surname = surnames[random.weighted(surnameSums)]
        func other() -> String { surnames[random.weighted(surnameSums)] }
        if size == 1 { return [Member(relation: "head", isFemale: random.chance(55), age: 22 + random.below(30) + (random.chance(35) ? 28 : 0), surname: surname)] }
        let hasChildren = size > 2 || random.chance(30)
        let childCount: Int
        if size == 2 { childCount = hasChildren ? 1 : 0 } else { childCount = size <= 4 ? size - 2 : 2 + max(0, size - 6) }
        let motherAge = hasChildren ? 24 + random.below(34) : 24 + random.below(48)
        let fatherAge = motherAge + random.below(8) - 1
        var members: [Member] = []
        let hasSpouse = size > 2 || !hasChildren
        let headIsFemale = random.chance(hasSpouse ? 25 : 70)
        members.append(Member(relation: "head", isFemale: headIsFemale, age: headIsFemale ? motherAge : fatherAge, surname: headIsFemale ? other() : surname))
        if hasSpouse {
            members.append(
                Member(relation: "spouse", isFemale: !headIsFemale, age: headIsFemale ? fatherAge : motherAge, surname: headIsFemale ? surname : other()))
        }
        var spacing = 0
        for _ in 0..<childCount where members.count < size {
            // Mothers are 18 to 42 at a birth.
            let atBirth = min(42, 20 + random.below(10) + spacing)
            spacing += 2 + random.below(4)
            members.append(Member(relation: "child", isFemale: random.below(212) < 100, age: max(0, motherAge - atBirth), surname: surname))
        }
        while members.count < size {
            let relation = members.count == 4 ? "parent" : members.count == 5 ? "parent" : random.chance(50) ? "sibling" : "other"
            let age = relation == "parent" ? min(99, fatherAge + 22 + random.below(12)) : max(18, motherAge - 12 + random.below(16))
            members.append(Member(relation: relation, isFemale: members.count == 4 ? true : random.chance(50), age: age, surname: members.count == 4 ? other() : surname))
        }
        return members
    }

    // MARK: People

    private mutating func person(_ member: Member, household: String, commune: String, _ random: inout SplitMix64) -> Person {
        let birthday = Self.today.birthday(ofAge: member.age) + -random.below(365)
        let year = birthday.year
        let isYearOnly = year < 1960 && random.chance(12)
        let birth = isYearOnly ? String(year) : birthday.description
        let province = random.chance(80) ? "001" : random.pick(SyntheticNames.otherProvinces)
        let century = (year - 1900) / 100 * 2 + (member.isFemale ? 1 : 0)
        let id = nextID(province: province, century: century, year: year)
        let oldID = year < 1998 && random.chance(70) ? "0" + String(10_000_000 + random.below(89_999_999)) : ""
        let phone = member.age >= 14 && random.chance(65) ? random.pick(SyntheticNames.mobilePrefixes) + String(1_000_000 + random.below(8_999_999)) : ""
        let ethnicity = random.below(1000) < 985 ? "01" : random.pick(["06", "02", "03", "07", "09", "08"])
        var cells = [
            id, name(member, year, &random), birth, member.isFemale ? "female" : "male", ethnicity, oldID, phone, household, member.relation, commune,
        ]
        if errorPercent > 0, random.chance(errorPercent) { spoil(&cells, &random) }
        return Person(cells: cells)
    }

    private func name(_ member: Member, _ year: Int, _ random: inout SplitMix64) -> String {
        if member.isFemale {
            let middle = random.chance(year < 1985 ? 50 : 20) ? "Thị" : random.pick(SyntheticNames.femaleMiddle)
            let second = random.chance(18) ? " " + random.pick(SyntheticNames.femaleMiddle) : ""
            return "\(member.surname) \(middle)\(second) \(random.pick(SyntheticNames.femaleGiven))"
        }
        let second = random.chance(12) ? " " + random.pick(SyntheticNames.maleMiddle) : ""
        return "\(member.surname) \(random.pick(SyntheticNames.maleMiddle))\(second) \(random.pick(SyntheticNames.maleGiven))"
    }

    /// Serials never repeat within a province, century digit and year; a multiplier spreads them.
    private mutating func nextID(province: String, century: Int, year: Int) -> String {
        let group = UInt32(province)! << 16 | UInt32(century) << 8 | UInt32(year % 100)
        let count = serials[group, default: 0]
        serials[group] = count + 1
        precondition(count < 1_000_000, "An ID's serial has six digits.")
        let serial = String((UInt64(count) * 387_421 + 123_457) % 1_000_000)
        let shortYear = year % 100
        return "\(province)\(century)\(shortYear < 10 ? "0" : "")\(shortYear)" + String(repeating: "0", count: 6 - serial.utf8.count) + serial
    }

    private func address(isUrban: Bool, _ random: inout SplitMix64) -> String {
        guard isUrban else {
            return "Thôn \(random.pick(SyntheticNames.hamlets)) \(1 + random.below(9)), xóm \(1 + random.below(12))"
        }
        let street = random.pick(SyntheticNames.streets)
        let number = 1 + random.below(320)
        switch random.below(4) {
        case 0: return "Số \(number), \(street == "Phố Huế" ? street : "phố " + street)"
        case 1: return "Số \(number), ngõ \(1 + random.below(400)), đường \(street), tổ dân phố \(1 + random.below(30))"
        case 2: return "Số \(number), ngách \(1 + random.below(60))/\(1 + random.below(40)), ngõ \(1 + random.below(400)), đường \(street)"
        default: return "Căn hộ \(101 + random.below(30) * 100 + random.below(12)), chung cư \(random.pick(["A", "B", "C", "D", "CT"]))\(1 + random.below(9)), đường \(street)"
        }
    }

    // MARK: Wrong lines

    private func spoil(_ cells: inout [String], _ random: inout SplitMix64) {
        switch random.below(9) {
        case 0: cells[0] = "003" + cells[0].dropFirst(3)
        case 1: cells[0] = String(cells[0].dropLast())
        case 2: cells[2] = "1990-13-05"
        case 3: cells[1] = ""
        case 4: cells[1] = "=HYPERLINK(\"http://example.invalid\")"
        case 5: cells[7] = "9999999999"
        case 6: cells[9] = "00001"
        case 7: cells[3] = "?"
        default: cells[6] = "12345"
        }
    }
}
