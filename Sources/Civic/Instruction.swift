// SPDX-License-Identifier: Apache-2.0

/// A figure by which it is seen how far an instruction has come. It says what is counted, not how.
public enum Indicator: Sendable, Hashable {
    /// Standing records of a register that have these values in filtered fields.
    case records(of: String, where: [String: String] = [:], goal: Int? = nil)
    /// Among the records with the values `among`, the part that has the values `where` too; the goal in percent.
    case share(of: String, where: [String: String], among: [String: String] = [:], goal: Int? = nil)
    /// The sum of a number over the standing records of a register.
    case sum(of: String, field: String, goal: Int? = nil)
    /// Among the standing records that the reference field names, those that a record has named since the first of that month came last: schools by their lessons.
    case reached(by: String, field: String, day: String, fromMonth: Int, goal: Int? = nil)
    /// Whether the register is touched as often as its duty asks.
    case fresh(String)
    /// Records that a check of the register wants looked at: of one check, or of all.
    case late(in: String, check: String? = nil)
    /// Residents who are at least so old.
    case residents(from: Int)
    /// Procedures that can be done online.
    case services(goal: Int? = nil)
    /// Dossiers handed in online, among all.
    case online
    /// Registers that the city declares.
    case registers
    /// Registers that other systems are sent as they change.
    case feeds
    /// What stands in the fund for re-investment.
    case fund
    /// Household devices that are enrolled.
    case devices
    /// Machines for public services that are at work.
    case kiosks
    /// Screens that show public services.
    case screens
    /// People who were helped with an application.
    case helped
    /// Communes that have signed off each of their days in time.
    case signed
    /// People whom a rule entitles and who are not enrolled; people who are enrolled and no longer entitled.
    case unenrolled(String), unentitled(String)
    /// People whom a rule may entitle, who are not enrolled and of whom somebody has to find out more.
    case unverified(String)
    /// Instruments of the data centre that have been heard of.
    case telemetry
}

extension Indicator {
    /// A name by which its figures are kept from day to day.
    public var code: String {
        func list(_ values: [String: String]) -> String { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
        switch self {
        case .records(let register, let values, _): return "records \(register) \(list(values))"
        case .share(let register, let values, let among, _): return "share \(register) \(list(values)) of \(list(among))"
        case .sum(let register, let field, _): return "sum \(register).\(field)"
        case .reached(let register, let field, _, let month, _): return "reached \(register).\(field) from \(month)"
        case .fresh(let register): return "fresh \(register)"
        case .late(let register, let check): return "late \(register) \(check ?? "")"
        case .residents(let age): return "residents \(age)"
        case .unenrolled(let rule): return "unenrolled \(rule)"
        case .unentitled(let rule): return "unentitled \(rule)"
        case .unverified(let rule): return "unverified \(rule)"
        case .services: return "services"
        case .online: return "online"
        case .registers: return "registers"
        case .feeds: return "feeds"
        case .fund: return "fund"
        case .devices: return "devices"
        case .kiosks: return "kiosks"
        case .screens: return "screens"
        case .helped: return "helped"
        case .signed: return "signed"
        case .telemetry: return "telemetry"
        }
    }
}

/// Who answers for an instruction in the city, and who in a ward or commune.
public struct Responsible: Sendable, Hashable {
    /// Nil where every office does.
    public let office: Office?
    public let inCommunes: Office
    public let title: Text

    public init(_ office: Office, inCommunes: Office) {
        self.office = office
        self.inCommunes = inCommunes
        title = office.title
    }

    public init(everyOffice title: Text, inCommunes: Office) {
        office = nil
        self.inCommunes = inCommunes
        self.title = title
    }

    /// The office that a letter goes to; nil where the sender has to choose one.
    public func addressee(in commune: String?) -> Office? { commune == nil ? office : inCommunes }
}

/// One instruction of the announcement, in our own words: who answers for it today, and what of this program serves it.
public struct Instruction: Sendable {
    /// The paragraph's number and a letter, as in `4.c`; the announcement itself does not number them.
    public let id: String
    public let title: Text
    /// The office that has the work today.
    public let responsible: Responsible
    /// The end of the half-year for what was to be set up in it; nil for standing duties.
    public let due: Day?
    /// The declarations of the registers that serve it; only what is asked of them is made, so that a register may name instructions itself.
    public let declarations: [any RegisterDeclaration.Type]
    /// Codes of procedures.
    public let procedures: [String]
    public let indicators: [Indicator]
    /// Those of the indicators that visitors are not shown: what they count would tell where the city is weak.
    public let forOfficers: Set<Indicator>

    public init(
        _ id: String, _ title: Text, by responsible: Responsible, due: Day? = nil, registers declarations: [any RegisterDeclaration.Type] = [], procedures: [String] = [],
        indicators: [Indicator] = [], forOfficers: [Indicator] = []
    ) {
        self.id = id
        self.title = title
        self.responsible = responsible
        self.due = due
        self.declarations = declarations
        self.procedures = procedures
        self.indicators = indicators + forOfficers
        self.forOfficers = Set(forOfficers)
    }

    /// Names of the registers that serve it.
    public var registers: [String] { declarations.map { $0.register.name } }
}
