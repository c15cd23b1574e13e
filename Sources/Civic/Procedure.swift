// SPDX-License-Identifier: Apache-2.0

/// A value of law with the days on which it holds.
public struct Dated<Value: Sendable>: Sendable {
    public let from: Day
    /// The last day; nil while it holds.
    public let until: Day?
    public let value: Value
    public let law: Text

    public init(_ value: Value, from: Day, until: Day? = nil, under law: Text) {
        self.value = value
        self.from = from
        self.until = until
        self.law = law
    }

    public func holds(on day: Day) -> Bool { from <= day && (until.map { day <= $0 } ?? true) }
}

extension Array {
    /// The value of law that holds on a day.
    public func holding<Value>(on day: Day) -> Dated<Value>? where Element == Dated<Value> { last { $0.holds(on: day) } }
}

/// An office that decides: of every commune, or one for the city.
public struct Office: Sendable, Hashable {
    public let code: String
    public let title: Text
    public let isOfCommunes: Bool

    public init(_ code: String, _ title: Text, ofCommunes isOfCommunes: Bool) {
        self.code = code
        self.title = title
        self.isOfCommunes = isOfCommunes
    }

    /// What rights over the office's dossiers name in place of a register.
    public var right: String { Office.right(code) }
    public static func right(_ code: String) -> String { "office/" + code }
}

/// When in life people look for a service.
public struct Occasion: Sendable, Hashable {
    public let code: String
    public let title: Text

    public init(_ code: String, _ title: Text) {
        self.code = code
        self.title = title
    }
}

/// How a dossier came: the national codes 1, 2 and 3; a kiosk is online.
public enum SubmissionChannel: Int, Sendable, CaseIterable {
    case counter = 1
    case online = 2
    case post = 3

    public var title: Text {
        switch self {
        case .counter: ["vi": "Tại quầy", "en": "At the counter"]
        case .online: ["vi": "Trực tuyến", "en": "Online"]
        case .post: ["vi": "Qua bưu chính công ích", "en": "By public post"]
        }
    }
}

/// A fee by law: by channel, with those who owe none.
public struct Fee: Sendable {
    public let counter: Money
    public let online: Money
    public let exemptions: [Exemption]
    /// When it is owed: with the application, or once it was approved.
    public let moment: Moment
    /// The answer whose number the amount is multiplied by: copies, pages.
    public let times: String?

    public enum Moment: String, Sendable { case submission, approval }

    public init(counter: Int64, online: Int64, times: String? = nil, at moment: Moment = .submission, except exemptions: [Exemption] = []) {
        self.counter = Money(counter)
        self.online = Money(online)
        self.moment = moment
        self.times = times
        self.exemptions = exemptions
    }

    public static let none = Fee(counter: 0, online: 0)

    public func amount(_ channel: SubmissionChannel) -> Money { channel == .online ? online : counter }
    public var isFree: Bool { counter.amount == 0 && online.amount == 0 }
}

/// People who owe no fee, known from the registers: nobody brings a paper for it.
public struct Exemption: Sendable {
    public let code: String
    public let title: Text
    public let holds: @Sendable (Application, any Records, Reading) throws -> Bool

    public init(_ code: String, _ title: Text, holds: @escaping @Sendable (Application, any Records, Reading) throws -> Bool) {
        self.code = code
        self.title = title
        self.holds = holds
    }
}

/// A paper that no register holds and that must therefore be handed in.
public struct Paper: Sendable {
    public let code: String
    public let title: Text
    /// Why it cannot be looked up.
    public let reason: Text
    public let isRequired: Bool
    public let condition: Field.Condition?
    public let filesMax: Int

    public init(_ code: String, _ title: Text, because reason: Text, required: Bool = true, when condition: Field.Condition? = nil, filesMax: Int = 5) {
        self.code = code
        self.title = title
        self.reason = reason
        isRequired = required
        self.condition = condition
        self.filesMax = filesMax
    }
}

/// What the form shows from the registers instead of asking for it.
public struct Fact: Sendable {
    public enum Path: Sendable {
        /// The person whom the application is about.
        case subject
        /// The subject's household.
        case household
        /// Those who live in the subject's household.
        case members
        /// Records of a register that name the subject in a field.
        case records(String, where: String)
        /// The record that an answer names.
        case answer(String, register: String)
    }

    public let path: Path
    public let fields: [String]

    public init(_ path: Path, _ fields: String...) {
        self.path = path
        self.fields = fields
    }
}

/// One step of an office's work on a dossier.
public struct Step: Sendable {
    /// Who does it: any officer of the office, or one who may decide.
    public enum Role: String, Sendable { case officer, leader }

    public let code: String
    public let title: Text
    public let role: Role
    /// The share of the whole time, in percent, for showing who holds a late dossier.
    public let share: Int

    public init(_ code: String, _ title: Text, by role: Role, share: Int) {
        self.code = code
        self.title = title
        self.role = role
        self.share = share
    }
}

/// A procedure that is done within another one: its own office, its own clock, one application and one pick-up for all.
public struct Branch: Sendable {
    public let procedure: String
    /// The branch whose approval starts this one; nil for those that start with the application.
    public let after: String?
    /// Whom it is about, by the application that starts it.
    public let subject: @Sendable (Application) -> String
    public let answers: @Sendable (Application, any Records) throws -> [String: Value]

    public init(
        _ procedure: String, after: String? = nil, about subject: @escaping @Sendable (Application) -> String = { $0.subject.key },
        answers: @escaping @Sendable (Application, any Records) throws -> [String: Value]
    ) {
        self.procedure = procedure
        self.after = after
        self.subject = subject
        self.answers = answers
    }
}

/// An application as its procedure judges it.
public struct Application {
    public let procedure: String
    /// Who applies, and whom it is about; the same person when somebody applies for themselves.
    public let applicant: Found
    public let subject: Found
    public let answers: [String: Value]
    /// What the deciding officer entered.
    public let findings: [String: Value]
    /// The unit that decides.
    public let unit: String
    /// The day from which its result holds.
    public let day: Day
    /// The dossier's code; empty before it is submitted.
    public let dossier: String

    public init(
        procedure: String, applicant: Found, subject: Found, answers: [String: Value], findings: [String: Value] = [:], unit: String, day: Day, dossier: String = ""
    ) {
        self.procedure = procedure
        self.applicant = applicant
        self.subject = subject
        self.answers = answers
        self.findings = findings
        self.unit = unit
        self.day = day
        self.dossier = dossier
    }

    /// An answer, or what the officer entered under that name.
    public subscript(name: String) -> Value { answers[name] ?? findings[name] ?? .null }
}

/// A procedure as its law describes it: who may ask for what, what they are asked, who decides by when, what it costs, what it changes.
/// It decides; it never stores, sends or charges.
public struct Procedure: Sendable {
    /// Who may be the subject of an application.
    public enum Subject: String, Sendable, CaseIterable {
        /// The applicant.
        case oneself
        /// A child under 18 of the applicant's household.
        case child
        /// Anybody of the applicant's household.
        case member

        public var title: Text {
            switch self {
            case .oneself: ["vi": "Cho tôi", "en": "For myself"]
            case .child: ["vi": "Cho con tôi", "en": "For my child"]
            case .member: ["vi": "Cho người trong hộ", "en": "For somebody of my household"]
            }
        }
    }

    /// Which commune's office decides.
    public enum Place: Sendable {
        /// Where the subject lives.
        case home
        /// The commune that an answer names.
        case answer(String)
        /// The commune of the record that an answer names.
        case record(String, register: String)
        /// The commune of something the subject has, found by a rule; nil when there is none.
        case found(@Sendable (Found, any Records) throws -> String?)
        /// An office of the whole city.
        case city
    }

    public let code: String
    /// Which declaration of it: a city that changes more than dated terms and fees declares the next version beside the old one,
    /// and keeps the old one for as long as dossiers go by it.
    public var version = 1
    public let title: Text
    /// What people say when they need it, in their own words.
    public let need: Text
    /// Other words it is found by.
    public let words: [String]
    public let occasion: Occasion
    public let law: Text
    public let office: Office
    public let place: Place
    public let subjects: [Subject]
    public let facts: [Fact]
    public let questions: [Field]
    public let papers: [Paper]
    public let terms: [Dated<Term>]
    public let fees: [Dated<Fee>]
    public let steps: [Step]
    /// What the officer who proposes a decision fills in.
    public let findings: [Field]
    /// What is handed out in the end.
    public let result: Text
    /// The registers that a decision enters into.
    public let writes: [String]
    /// Somebody else than the proposer decides.
    public let needsFourEyes: Bool
    /// The procedures that it joins; then it has no decision of its own.
    public let branches: [Branch]
    /// Whether somebody should be told that they may apply, by what the registers hold of them.
    public let offers: (@Sendable (Found, any Records, Reading) throws -> Bool)?
    public let check: @Sendable (Application, any Records, Reading) throws -> [Objection]
    public let entries: @Sendable (Application, any Records, Reading) throws -> [Consequence]
    /// An answer to every question, for tests and practice.
    public let example: [String: Value]

    public init(
        _ code: String, _ title: Text, need: Text, words: [String] = [], on occasion: Occasion, under law: Text, decidedBy office: Office, at place: Place,
        about subjects: [Subject], facts: [Fact], questions: [Field], papers: [Paper] = [], within terms: [Dated<Term>], fees: [Dated<Fee>], steps: [Step] = Step.usual,
        findings: [Field] = [], result: Text, writes: [String] = [], fourEyes needsFourEyes: Bool = true,
        joining branches: [Branch] = [], offeredWhen offers: (@Sendable (Found, any Records, Reading) throws -> Bool)? = nil,
        check: @escaping @Sendable (Application, any Records, Reading) throws -> [Objection] = { _, _, _ in [] },
        entries: @escaping @Sendable (Application, any Records, Reading) throws -> [Consequence] = { _, _, _ in [] },
        example: [String: Value]
    ) {
        self.code = code
        self.title = title
        self.need = need
        self.words = words
        self.occasion = occasion
        self.law = law
        self.office = office
        self.place = place
        self.subjects = subjects
        self.facts = facts
        self.questions = questions
        self.papers = papers
        self.terms = terms
        self.fees = fees
        self.steps = steps
        self.findings = findings
        self.result = result
        self.writes = writes
        self.needsFourEyes = needsFourEyes
        self.branches = branches
        self.offers = offers
        self.check = check
        self.entries = entries
        self.example = example
    }

    public var isLinked: Bool { !branches.isEmpty }

    /// The law's time on a day; nil when the procedure did not exist then.
    public func term(on day: Day) -> Term? { terms.holding(on: day)?.value }
    public func fee(on day: Day) -> Dated<Fee>? { fees.holding(on: day) }
    public func question(_ name: String) -> Field? { questions.first { $0.name == name } }

    /// Reads answers as a form or a program sent them; unknown ones are objected to.
    public func answers(_ texts: [String: String], _ reading: Reading, _ objections: inout [Objection]) -> [String: Value] {
        Procedure.read(questions, texts, reading, &objections)
    }

    public static func read(_ fields: [Field], _ texts: [String: String], _ reading: Reading, _ objections: inout [Objection]) -> [String: Value] {
        var values: [String: Value] = [:]
        for field in fields {
            do {
                values[field.name] = try field.kind.parse(texts[field.name] ?? "", reading)
            } catch {
                objections.append(error.at(field.name))
            }
        }
        for field in fields where !objections.contains(where: { $0.field == field.name }) {
            if let condition = field.condition, !condition.values.contains((values[condition.field] ?? .null).plain) {
                // What belongs to another choice is not part of the answer, as when somebody goes back and chooses anew.
                values[field.name] = .null
            } else if field.isRequired, values[field.name]?.isNull ?? true {
                objections.append(Objection(field: field.name, code: "required", Text(vi: "Chưa có “\(field.title.vi)”.", en: "“\(field.title.en)” is missing.")))
            }
        }
        return values
    }
}

extension Step {
    /// Receive, examine, decide.
    public static let usual = [
        Step("receive", ["vi": "Tiếp nhận", "en": "Receipt"], by: .officer, share: 10), Step("examine", ["vi": "Thẩm tra", "en": "Examination"], by: .officer, share: 70),
        Step("decide", ["vi": "Quyết định", "en": "Decision"], by: .leader, share: 20),
    ]
}

/// A city's declaration of one procedure.
public protocol ProcedureDeclaration {
    static var procedure: Procedure { get }
}
