// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What is known of a person when a rule of welfare is asked on a day.
public struct WelfareFacts: Sendable, Equatable {
    /// The degree that the commune's council found.
    public enum Disability: String, Sendable, CaseIterable { case light, severe, extreme }

    public var born: Day?
    public var died: Day?
    public var isResident: Bool
    /// The class of the household on the day asked.
    public var poverty: PovertyClass
    /// Who lives in the household; nil where it was not asked.
    public var home: WelfareHome?
    /// A pension or monthly allowance of social insurance; false where somebody has found out that there is none, nil where nobody has told.
    public var hasPension: Bool?
    /// Codes of `Contributors.groups` that are recognised.
    public var merits: Set<String>
    public var disability: Disability?
    /// Whether a certificate in force says the degree; else the group says it in which the person is paid.
    public var isCertified: Bool
    /// Gets a monthly social assistance already.
    public var isAssisted: Bool
    public var isInPublicSchool: Bool
    public var isInSchool: Bool
    /// Groups of `Beneficiaries` in which the person is paid on the day, with the coefficient of the decision.
    public var groups: [String: Coefficient]
    /// Codes of `Contributors.groups` for which a monthly allowance is paid on the day.
    public var allowances: Set<String>
    /// Injury rates in percent, by the group for which they are recognised.
    public var injuryRates: [String: Int64]

    public init(
        born: Day? = nil, died: Day? = nil, isResident: Bool = true, poverty: PovertyClass = .above, home: WelfareHome? = nil, hasPension: Bool? = nil, merits: Set<String> = [],
        disability: Disability? = nil, isCertified: Bool = true, isAssisted: Bool = false, isInPublicSchool: Bool = false, isInSchool: Bool = false,
        groups: [String: Coefficient] = [:], allowances: Set<String> = [], injuryRates: [String: Int64] = [:]
    ) {
        self.born = born
        self.died = died
        self.isResident = isResident
        self.poverty = poverty
        self.home = home
        self.hasPension = hasPension
        self.merits = merits
        self.disability = disability
        self.isCertified = isCertified
        self.isAssisted = isAssisted
        self.isInPublicSchool = isInPublicSchool
        self.isInSchool = isInSchool || isInPublicSchool
        self.groups = groups
        self.allowances = allowances
        self.injuryRates = injuryRates
    }

    /// Whole years on the day; nil when the day of birth is not known or comes later.
    public func age(on day: Day) -> Int? { born.flatMap { $0 <= day ? day.age(bornOn: $0) : nil } }
}

extension WelfareFacts {
    /// What is asked of other registers than the population's own.
    public enum Topic: Sendable, CaseIterable {
        case poverty, home, pension, merits, disability, assistance, schooling

        /// The registers that it is read from.
        var registers: [String] {
            switch self {
            case .poverty: ["poor-household"]
            case .home: ["population"]
            case .pension: ["pension"]
            case .merits: ["contributor"]
            case .disability: ["disability"]
            case .assistance: ["beneficiary"]
            case .schooling: ["student", "enrolment"]
            }
        }
    }

    /// What the registers say of somebody of the population on a day. A rule that asks for few topics reads few records.
    public init(of person: Found, _ records: any Records, on day: Day, topics: Set<Topic> = Set(Topic.allCases)) throws {
        func isOpen(_ record: Found) -> Bool { (record["from"].day.map { $0 <= day } ?? true) && (record["until"].day.map { day <= $0 } ?? true) }
        self.init(born: PartialDay(person["birth"].plain)?.first)
        if topics.contains(.pension) { hasPension = try Pensions.hasPension(person.key, records, on: day) }
        if topics.contains(.poverty), let home = try records.find("poor-household", "\(person["household"].plain)-\(day.year)") {
            poverty = PovertyClass(rawValue: home["class"].plain) ?? .above
        }
        // Only of poor households is it asked who lives there.
        if topics.contains(.home), poverty == .poor {
            home = WelfareHome(of: try records.all("population", where: "household", is: person["household"].plain), on: day)
        }
        if topics.contains(.merits) {
            for one in try records.all("contributor", where: "person", is: person.key) where one["deceased"].isNull {
                let group = one["group"].plain
                merits.insert(group)
                if let rate = one["injury_rate"].integer { injuryRates[group] = max(rate, injuryRates[group] ?? rate) }
                if let from = one["allowance_from"].day, from <= day, one["allowance_until"].day.map({ day <= $0 }) ?? true { allowances.insert(group) }
            }
        }
        if topics.contains(.assistance) {
            for one in try records.all("beneficiary", where: "person", is: person.key).filter(isOpen) {
                let coefficient = Coefficient(one["coefficient"].plain) ?? Coefficient(hundredths: 0)
                groups[one["group"].plain] = max(coefficient, groups[one["group"].plain] ?? coefficient)
            }
            isAssisted = !Set(groups.keys).subtracting(["social-pensioner", "carer"]).isEmpty
        }
        if topics.contains(.disability) {
            let certificates = try records.all("disability", where: "person", is: person.key).filter { DisabilityCertificates.isInForce($0.fields, on: day) }
            // What the council found last is what holds.
            let latest = certificates.max { ($0["issued"].plain, $0.key) < ($1["issued"].plain, $1.key) }
            let certified = latest.flatMap { Disability(rawValue: $0["degree"].plain) }
            let decided: Disability? = groups["disabled-extreme"] != nil ? .extreme : groups["disabled-severe"] != nil ? .severe : nil
            disability = certified ?? decided
            isCertified = certified != nil
        }
        guard topics.contains(.schooling), let born, day.year - born.year <= 22 else { return }
        for student in try records.all("student", where: "person", is: person.key) {
            for enrolment in try records.all("enrolment", where: "student", is: student.key) where ["studying", "completed"].contains(enrolment["state"].plain) {
                // Between two school years nobody has stopped learning.
                if let from = enrolment["from"].day, from <= day, enrolment["until"].day.map({ day <= $0 + Self.holidayDays }) ?? true { isInSchool = true }
                guard enrolment["state"].string == "studying", isOpen(enrolment) else { continue }
                if try records.find("school", enrolment["school"].plain)?["public"].boolean == true { isInPublicSchool = true }
            }
        }
    }

    private static let holidayDays = 62

    /// What is known of somebody who stands in the population register no more: a death, or else a move away.
    public init(gone key: String, _ records: any Records) throws {
        let death = try records.all("civil-event", where: "deceased", is: key).first
        self.init(died: death?["day"].day, isResident: death != nil)
    }
}
