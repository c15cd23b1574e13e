// SPDX-License-Identifier: Apache-2.0

/// The answer to the question whether somebody is entitled to something, with its reasons in words.
public struct Explanation: Sendable, Equatable {
    public struct Reason: Sendable, Equatable {
        /// What was looked at, for programs: `alive`, `aged-75`.
        public let code: String
        public let holds: Bool
        public let words: Text
        /// True for one of several ways, of which one is enough.
        public let isAlternative: Bool

        public init(code: String, holds: Bool, words: Text, isAlternative: Bool = false) {
            self.code = code
            self.holds = holds
            self.words = words
            self.isAlternative = isAlternative
        }
    }

    public let name: String
    public let title: Text
    public let isEntitled: Bool
    /// A month; nil where nothing is paid out or nothing is due.
    public let amount: Money?
    public let reasons: [Reason]
    /// The law, and the act that set the amount.
    public let sources: [Text]

    public init(name: String, title: Text, isEntitled: Bool, amount: Money?, reasons: [Reason], sources: [Text]) {
        self.name = name
        self.title = title
        self.isEntitled = isEntitled
        self.amount = amount
        self.reasons = reasons
        self.sources = sources
    }

    /// The reasons that decide it: all that holds for who is entitled, all that fails for who is not.
    public var deciding: [Reason] { reasons.filter { $0.holds == isEntitled && (isEntitled || !$0.isAlternative || onlyWaysFail) } }

    /// Where a condition for everybody fails, the ways do not matter.
    private var onlyWaysFail: Bool { reasons.allSatisfy { $0.holds || $0.isAlternative } }
}

/// What the law grants from one day on, as a city declares it to the engine: who is asked about, where enrolment stands, and who judges.
/// A change of the law is another value with the same name.
public struct EntitlementRule: Sendable {
    /// Where it stands who gets it: a register and its fields.
    public struct Enrolment: Sendable {
        public let register: String
        public let person: String
        public let group: String
        public let from: String
        public let until: String
        /// The groups that get this.
        public let groups: [String]
        /// Groups that get something in its place: who is in one of them misses nothing.
        public let instead: [String]
        /// What a new record of it begins with.
        public let opening: [String: String]

        public init(
            in register: String, person: String, group: String, of groups: [String], instead: [String] = [], from: String, until: String, opening: [String: String] = [:]
        ) {
            self.register = register
            self.person = person
            self.group = group
            self.groups = groups
            self.instead = instead
            self.from = from
            self.until = until
            self.opening = opening
        }
    }

    /// Whom the law can mean at all: a bound that is cheap to ask for, so that not everybody has to be judged.
    public enum Candidates: Sendable {
        /// Those who have completed so many years, by the field with their birth.
        case aged(Int, by: String)
        /// Those whom a record of another register names.
        case named(in: String, by: String)
        /// Nobody but who is enrolled: the enrolment itself tells what the law asks.
        case enrolled
    }

    /// The same for all versions: `social-pension`.
    public let name: String
    public let title: Text
    public let first: Day
    /// The last day; nil while it is in force.
    public let last: Day?
    public let source: Text
    /// What the registers do not know and people must.
    public let caution: Text?
    /// The register of the people who are asked about.
    public let people: String
    /// Nil where nobody is enrolled: a card, an exemption.
    public let enrolment: Enrolment?
    public let candidates: Candidates
    /// What of a person's own record is looked at. Where all of it stands in columns, nobody's record is read.
    public let looksAt: [String]
    /// The procedure by which one applies for it.
    public let procedure: String?
    /// Judges somebody who stands in the register of people. No clock, no writing.
    public let judge: @Sendable (_ person: Found, _ records: any Records, _ day: Day) throws -> Explanation
    /// Judges somebody who stands there no more: who died, who moved away.
    public let judgeGone: @Sendable (_ key: String, _ records: any Records, _ day: Day) throws -> Explanation

    public init(
        _ name: String, _ title: Text, from first: Day, until last: Day?, source: Text, caution: Text? = nil, people: String, enrolment: Enrolment?, candidates: Candidates,
        looksAt: [String], procedure: String? = nil, judge: @escaping @Sendable (_ person: Found, _ records: any Records, _ day: Day) throws -> Explanation,
        judgeGone: @escaping @Sendable (_ key: String, _ records: any Records, _ day: Day) throws -> Explanation
    ) {
        self.name = name
        self.title = title
        self.first = first
        self.last = last
        self.source = source
        self.caution = caution
        self.people = people
        self.enrolment = enrolment
        self.candidates = candidates
        self.looksAt = looksAt
        self.procedure = procedure
        self.judge = judge
        self.judgeGone = judgeGone
    }

    public func isInForce(on day: Day) -> Bool { first <= day && (last.map { day <= $0 } ?? true) }
}
