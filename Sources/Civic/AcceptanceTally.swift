// SPDX-License-Identifier: Apache-2.0

/// Somebody who sits in an Acceptance Council at one meeting.
public struct CouncilMember: Sendable, Hashable {
    public enum Role: String, Sendable { case chair, secretary, member }

    /// The key of the member's record.
    public let key: String
    public let name: String
    public let role: Role
    /// A civil servant of the city; nobody else is.
    public let isServant: Bool
    public let isPresent: Bool
    /// Stands aside for a conflict of interest that was declared.
    public let isRecused: Bool

    public init(key: String, name: String, role: Role, isServant: Bool, isPresent: Bool, isRecused: Bool) {
        self.key = key
        self.name = name
        self.role = role
        self.isServant = isServant
        self.isPresent = isPresent
        self.isRecused = isRecused
    }

    /// Present and without a conflict.
    public var votes: Bool { isPresent && !isRecused }
}

/// One member's vote on one criterion.
public struct CouncilVote: Sendable, Hashable {
    public enum Choice: String, Sendable { case inFavour = "for", against, abstain }

    /// The key of the member's record.
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

    /// Why the council cannot vote.
    public enum Flaw: Sendable, Hashable {
        case tooFew, chair, secretary, outsiders, noQuorum

        /// The flaw in words.
        public var text: Text {
            switch self {
            case .tooFew: ["vi": "Hội đồng chưa đủ 3 thành viên.", "en": "The council has fewer than 3 members."]
            case .chair: ["vi": "Hội đồng chưa có chủ tịch là cán bộ của thành phố.", "en": "The council has no chair who is a civil servant of the city."]
            case .secretary: ["vi": "Hội đồng chưa có thư ký là cán bộ của thành phố.", "en": "The council has no secretary who is a civil servant of the city."]
            case .outsiders:
                [
                    "vi": "Quá nửa số thành viên không có xung đột phải là cán bộ của thành phố.",
                    "en": "More than half of the members without a conflict must be civil servants of the city.",
                ]
            case .noQuorum: ["vi": "Không đủ số người tối thiểu được bỏ phiếu.", "en": "Fewer may vote than the quorum asks for."]
            }
        }
    }

    public enum Outcome: Sendable, Hashable {
        case unfit(Flaw)
        /// So many votes are still to come.
        case open(missing: Int)
        case accepted
        /// The criteria that did not pass.
        case refused([String])
    }

    /// Why a vote does not count.
    public enum Fault: Error, Sendable, Hashable { case notAMember, conflict, absent, twice }

    public let members: [CouncilMember]
    /// What the decision that set up the council asks for.
    public let ownQuorum: Int
    public let votes: [CouncilVote]
    public let counts: [Count]

    public init(members: [CouncilMember], quorum: Int, criteria: [String], votes: [CouncilVote]) {
        self.members = members
        ownQuorum = quorum
        self.votes = votes
        let voting = Set(members.filter(\.votes).map(\.key))
        counts = criteria.map { criterion in
            var seen: Set<String> = []
            let valid = votes.filter { $0.criterion == criterion && voting.contains($0.member) && seen.insert($0.member).inserted }
            func count(_ choice: CouncilVote.Choice) -> Int { valid.count { $0.choice == choice } }
            return Count(criterion: criterion, inFavour: count(.inFavour), against: count(.against), abstained: count(.abstain))
        }
    }

    /// Members who declared a conflict of interest.
    public var recused: [CouncilMember] { members.filter(\.isRecused) }
    /// Those present who may vote.
    public var voters: Int { members.count { $0.votes } }
    /// As the decision says, and no less than two thirds of the members without a conflict, rounded up.
    public var quorum: Int { max(ownQuorum, (2 * (members.count - recused.count) + 2) / 3) }

    /// What keeps the council from voting; nil when nothing does.
    public var flaw: Flaw? {
        guard members.count >= 3 else { return .tooFew }
        let chairs = members.filter { $0.role == .chair }
        guard chairs.count == 1, chairs[0].isServant else { return .chair }
        let secretaries = members.filter { $0.role == .secretary }
        guard secretaries.count == 1, secretaries[0].isServant else { return .secretary }
        let free = members.filter { !$0.isRecused }
        let insiders = free.filter(\.isServant).count
        guard insiders * 2 > free.count else { return .outsiders }
        return voters >= quorum && voters > 0 ? nil : .noQuorum
    }

    public var outcome: Outcome {
        if let flaw { return .unfit(flaw) }
        let missing = counts.reduce(0) { $0 + max(0, voters - $1.cast) }
        guard missing == 0 else { return .open(missing: missing) }
        let failed = counts.filter { !$0.passes }.map(\.criterion)
        return failed.isEmpty ? .accepted : .refused(failed)
    }

    /// Votes against, with their reasons: the dissent that is kept whatever the result.
    public var dissent: [CouncilVote] { votes.filter { $0.choice == .against } }

    /// The member whose record has that key.
    public func member(_ key: String) -> CouncilMember? { members.first { $0.key == key } }

    /// Why a vote among these does not count; nil when it does.
    public func fault(of vote: CouncilVote) -> Fault? {
        guard let member = member(vote.member) else { return .notAMember }
        if member.isRecused { return .conflict }
        if !member.isPresent { return .absent }
        return votes.count { $0.criterion == vote.criterion && $0.member == vote.member } < 2 ? nil : .twice
    }
}
