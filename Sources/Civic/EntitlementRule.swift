// SPDX-License-Identifier: Apache-2.0

/// The answer to the question whether somebody is entitled to something, with its reasons in words.
public struct Explanation: Sendable, Equatable {
    public struct Reason: Sendable, Equatable {
        public enum State: Sendable, Equatable {
            case holds, fails
            /// The registers do not tell.
            case unknown
        }

        /// What was looked at, for programs: `alive`, `aged-75`.
        public let code: String
        public let state: State
        public let words: Text
        /// True for one of several ways, of which one is enough.
        public let isAlternative: Bool

        public init(code: String, _ state: State, words: Text, isAlternative: Bool = false) {
            self.code = code
            self.state = state
            self.words = words
            self.isAlternative = isAlternative
        }
    }

    public enum Verdict: Sendable, Equatable {
        case entitled
        /// Nothing known speaks against it, and something that the law asks is not known.
        case possible
        case notEntitled
        /// The registers know only who gets it already, and this person is not among them.
        case unjudged
    }

    public let name: String
    public let title: Text
    public let verdict: Verdict
    /// A month; nil where nothing is paid out or nothing is due.
    public let amount: Money?
    public let reasons: [Reason]
    /// The law, and the act that set the amount.
    public let sources: [Text]
    /// Paid beside other monthly payments; of all the others only the highest is paid.
    public let isBesideOthers: Bool
    /// Another payment, as high or higher, is paid already: nothing is missing.
    public let isReplaced: Bool

    public init(
        name: String, title: Text, _ verdict: Verdict, amount: Money?, reasons: [Reason], sources: [Text], isBesideOthers: Bool = false, isReplaced: Bool = false
    ) {
        self.name = name
        self.title = title
        self.verdict = verdict
        self.amount = amount
        self.reasons = reasons
        self.sources = sources
        self.isBesideOthers = isBesideOthers
        self.isReplaced = isReplaced
    }

    /// As far as the registers know.
    public var isEntitled: Bool { verdict == .entitled || verdict == .possible }

    /// The reasons that decide it: all that holds for who is entitled, with what is not known where it is only possible; all that fails for who
    /// is not entitled.
    public var deciding: [Reason] {
        switch verdict {
        case .entitled: reasons.filter { $0.state == .holds }
        case .possible: reasons.filter { $0.state != .fails }
        case .notEntitled: reasons.filter { $0.state == .fails && (!$0.isAlternative || onlyWaysFail) }
        case .unjudged: reasons
        }
    }

    /// Where a condition for everybody fails, the ways do not matter.
    private var onlyWaysFail: Bool { reasons.allSatisfy { $0.state != .fails || $0.isAlternative } }

    /// The names of those among several answers that are not paid, because another is as high or higher. What is only possible takes nothing
    /// from what is certain; of equal ones the certain and then the first named is paid.
    public static func notAdded(_ answers: [Explanation]) -> Set<String> {
        let paid = answers.filter { $0.isEntitled && $0.amount != nil && !$0.isBesideOthers }
        return Set(
            paid.indices.filter { index in
                let (one, amount) = (paid[index], paid[index].amount!)
                return paid.indices.contains { at in
                    let (other, higher) = (paid[at], paid[at].amount!)
                    guard at != index, other.verdict == .entitled || one.verdict == .possible else { return false }
                    return higher > amount || (higher == amount && (other.verdict != one.verdict || at < index))
                }
            }.map { paid[$0].name })
    }
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
        /// True where a record without a first day pays nothing.
        public let needsFirstDay: Bool

        public init(
            in register: String, person: String, group: String, of groups: [String], instead: [String] = [], from: String, until: String, opening: [String: String] = [:],
            needsFirstDay: Bool = false
        ) {
            self.register = register
            self.person = person
            self.group = group
            self.groups = groups
            self.instead = instead
            self.from = from
            self.until = until
            self.opening = opening
            self.needsFirstDay = needsFirstDay
        }
    }

    /// What an officer enters who has found out what no register told: a record of another register that begins with these values.
    public struct Note: Sendable {
        public let title: Text
        public let register: String
        public let person: String
        public let opening: [String: String]

        public init(_ title: Text, in register: String, about person: String, opening: [String: String]) {
            self.title = title
            self.register = register
            self.person = person
            self.opening = opening
        }
    }

    /// Whom the law can mean at all: a bound that is cheap to ask for, so that not everybody has to be judged.
    public enum Candidates: Sendable {
        /// Those who have completed so many years, by the field with their birth.
        case aged(Int, by: String)
        /// Those whom a record of another register names.
        case named(in: String, by: String)
        /// Those whose field names the same as a record of another register does: who lives in a household that the register of the poor names.
        case sharing(String, with: String, by: String, where: [String: String])
        /// Nobody but who is enrolled: the registers do not tell what the law asks of others, so that nobody is ever found missing.
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
    /// What it finds is never certain: people whom an officer should look at, apart from those who are entitled.
    public let findsOnlyPossible: Bool
    /// What of a person's own record is looked at. Where all of it stands in columns, nobody's record is read.
    public let looksAt: [String]
    /// Registers of whose records its reasons tell, beside those of the people and the enrolment: who sees the reasons may see persons there.
    public let tells: [String]
    /// What settles whether somebody who may be entitled is.
    public let notes: [Note]
    /// The procedure by which one applies for it.
    public let procedure: String?
    /// Judges somebody who stands in the register of people. No clock, no writing.
    public let judge: @Sendable (_ person: Found, _ records: any Records, _ day: Day) throws -> Explanation
    /// Judges somebody who stands there no more: who died, who moved away.
    public let judgeGone: @Sendable (_ key: String, _ records: any Records, _ day: Day) throws -> Explanation

    public init(
        _ name: String, _ title: Text, from first: Day, until last: Day?, source: Text, caution: Text? = nil, people: String, enrolment: Enrolment?, candidates: Candidates,
        onlyPossible findsOnlyPossible: Bool = false, looksAt: [String], tells: [String] = [], notes: [Note] = [], procedure: String? = nil,
        judge: @escaping @Sendable (_ person: Found, _ records: any Records, _ day: Day) throws -> Explanation,
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
        self.findsOnlyPossible = findsOnlyPossible
        self.looksAt = looksAt
        self.tells = tells
        self.notes = notes
        self.procedure = procedure
        self.judge = judge
        self.judgeGone = judgeGone
    }

    /// Whether it can find who is entitled and not enrolled; else only who is enrolled and no longer entitled.
    public var findsMissing: Bool { if case .enrolled = candidates { false } else { true } }

    public func isInForce(on day: Day) -> Bool { first <= day && (last.map { day <= $0 } ?? true) }
}
