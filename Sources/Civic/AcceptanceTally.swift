// SPDX-License-Identifier: Apache-2.0

/// One member's vote on one criterion.
public struct CouncilVote: Sendable, Hashable {
    public enum Choice: String, Sendable { case inFavour = "for", against, abstain }

    public let member: String
    public let criterion: String
    public let choice: Choice
    public let reason: String

    public init(member: String, criterion: String, _ choice: Choice, reason: String = "") {
        self.member = member
        self.criterion = criterion
        self.choice = choice
        self.reason = reason
    }
}

/// The votes of an Acceptance Council by criterion, and what follows from them.
public struct AcceptanceTally: Sendable {
    public struct Count: Sendable, Hashable {
        public let criterion: String
        public let inFavour: Int
        public let against: Int
        public let abstained: Int

        public var cast: Int { inFavour + against + abstained }
        /// More than half of those who voted; who abstains is one of them.
        public var passes: Bool { inFavour * 2 > cast }
    }

    public enum Outcome: Sendable, Hashable {
        /// So many votes are still to come.
        case open(missing: Int)
        case noQuorum
        case accepted
        /// The criteria that did not pass.
        case refused([String])
    }

    /// Why a vote does not count.
    public enum Fault: Error, Sendable, Hashable { case notAMember, conflict, twice, tooMany }

    public let members: [String]
    /// Members who declared a conflict of interest; they do not vote.
    public let recused: [String]
    /// Those present who may vote.
    public let voters: Int
    public let votes: [CouncilVote]
    public let counts: [Count]

    /// `present` counts those in the room who may vote: who stands aside is not one of them, there or not. No more can vote than have no conflict.
    public init(members: [String], recused: [String], present: Int, criteria: [String], votes: [CouncilVote]) {
        self.members = members
        self.recused = recused
        self.votes = votes
        voters = max(0, min(present, members.count - recused.count))
        counts = criteria.map { criterion in
            var seen: Set<String> = []
            let valid = votes.filter { vote in
                guard vote.criterion == criterion, let member = Self.entry(of: vote.member, in: members), Self.entry(of: vote.member, in: recused) == nil else { return false }
                return seen.insert(member).inserted
            }
            func count(_ choice: CouncilVote.Choice) -> Int { valid.count { $0.choice == choice } }
            return Count(criterion: criterion, inFavour: count(.inFavour), against: count(.against), abstained: count(.abstain))
        }
    }

    /// Two thirds of the members without a conflict, rounded up.
    public var quorum: Int { (2 * (members.count - recused.count) + 2) / 3 }

    public var outcome: Outcome {
        guard voters >= quorum, voters > 0 else { return .noQuorum }
        let missing = counts.reduce(0) { $0 + max(0, voters - $1.cast) }
        guard missing == 0 else { return .open(missing: missing) }
        let failed = counts.filter { !$0.passes }.map(\.criterion)
        return failed.isEmpty ? .accepted : .refused(failed)
    }

    /// Votes against, with their reasons: the dissent that is kept whatever the result.
    public var dissent: [CouncilVote] { votes.filter { $0.choice == .against } }

    /// Why a vote among these does not count; nil when it does.
    public func fault(of vote: CouncilVote) -> Fault? {
        guard let member = Self.entry(of: vote.member, in: members) else { return .notAMember }
        guard Self.entry(of: vote.member, in: recused) == nil else { return .conflict }
        let same = votes.filter { $0.criterion == vote.criterion && Self.entry(of: $0.member, in: members) == member }
        guard same.count < 2 else { return .twice }
        return (counts.first { $0.criterion == vote.criterion }?.cast ?? 0) > voters ? .tooMany : nil
    }

    // MARK: Names

    /// Names and offices as minutes list them, separated by semicolons.
    public static func names(_ text: String) -> [String] { text.split(separator: ";").map { String($0).tidied }.filter { !$0.isEmpty } }

    /// The entry of a list that names somebody: word for word, or by the name before the comma where only one has it.
    public static func entry(of name: String, in list: [String]) -> String? {
        func bare(_ text: String) -> String { String(text.prefix { $0 != "," }).tidied }
        if let exact = list.first(where: { $0 == name }) { return exact }
        let found = list.filter { bare($0) == bare(name) && (bare($0) == $0 || bare(name) == name) }
        return found.count == 1 ? found[0] : nil
    }
}
