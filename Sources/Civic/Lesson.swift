// SPDX-License-Identifier: Apache-2.0

/// A lesson about public services online, as a teacher gives it: what for, what to do, what to ask, what to mind.
public struct Lesson: Sendable {
    /// Where a step leads.
    public enum Place: Sendable {
        /// The practice twin of a procedure.
        case practice(String)
        /// A page of the site, by its address.
        case page(String)
    }

    public struct Step: Sendable {
        public let text: Text
        public let place: Place?

        public init(_ text: Text, _ place: Place? = nil) {
            self.text = text
            self.place = place
        }
    }

    /// What may be answered, and why it is right or wrong.
    public struct Answer: Sendable {
        public let text: Text
        public let isRight: Bool
        public let why: Text

        public static func right(_ text: Text, _ why: Text) -> Answer { Answer(text: text, isRight: true, why: why) }
        public static func wrong(_ text: Text, _ why: Text) -> Answer { Answer(text: text, isRight: false, why: why) }
    }

    public struct Question: Sendable {
        public let text: Text
        /// Exactly one is right.
        public let answers: [Answer]

        public init(_ text: Text, _ answers: [Answer]) {
            self.text = text
            self.answers = answers
        }
    }

    /// Letters and hyphens, as in its address.
    public let code: String
    public let title: Text
    public let minutes: Int
    public let audience: Text
    public let goals: [Text]
    public let steps: [Step]
    public let questions: [Question]
    /// For whoever teaches it.
    public let notes: [Text]

    public init(_ code: String, _ title: Text, minutes: Int, for audience: Text, goals: [Text], steps: [Step], questions: [Question], notes: [Text]) {
        self.code = code
        self.title = title
        self.minutes = minutes
        self.audience = audience
        self.goals = goals
        self.steps = steps
        self.questions = questions
        self.notes = notes
    }
}
