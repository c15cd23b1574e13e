// SPDX-License-Identifier: Apache-2.0
public import Civic

/// A dossier as its entries tell it.
public struct Dossier: Sendable {
    /// Where it stands. A state carries what is known in it.
    public enum State: Sendable, Equatable {
        /// Handed in; nobody has taken it yet.
        case submitted
        /// Not taken: it is no matter of this office, or may not be asked.
        case declined(reasons: String)
        /// Taken; the clock runs.
        case received
        /// Somebody works on it.
        case handling
        /// The applicant is asked for papers; the clock stands still.
        case waitingForPapers([AskedPaper], since: Instant, until: Instant)
        /// The applicant has a fee to pay; the clock stands still.
        case waitingForFee(since: Instant)
        case withdrawn(reason: String)
        /// Ended without a decision: the applicant did not do their part, or died.
        case stopped(reason: String)
        case decided(isApproved: Bool, reasons: String, at: Instant)
        /// The result is in the applicant's hands.
        case returned(isApproved: Bool, at: Instant)
    }

    /// The national statuses of dossiers, by their code.
    public enum Status: Int, Sendable, CaseIterable {
        case new = 1
        case received, notReceived, inProgress, papersAsked, feeAsked, withdrawn, stopped, done, returned

        public var title: Text {
            switch self {
            case .new: ["vi": "Mới đăng ký", "en": "Submitted"]
            case .received: ["vi": "Được tiếp nhận", "en": "Received"]
            case .notReceived: ["vi": "Không được tiếp nhận", "en": "Not received"]
            case .inProgress: ["vi": "Đang xử lý", "en": "In progress"]
            case .papersAsked: ["vi": "Yêu cầu bổ sung giấy tờ", "en": "Papers asked for"]
            case .feeAsked: ["vi": "Yêu cầu thực hiện nghĩa vụ tài chính", "en": "Fee to be paid"]
            case .withdrawn: ["vi": "Công dân yêu cầu rút hồ sơ", "en": "Withdrawn by the applicant"]
            case .stopped: ["vi": "Dừng xử lý", "en": "Stopped"]
            case .done: ["vi": "Đã xử lý xong", "en": "Decided"]
            case .returned: ["vi": "Đã trả kết quả", "en": "Result handed over"]
            }
        }
    }

    public let code: String
    /// Its first entry.
    public let number: Int64
    /// Its last entry: what an act must name as the state it saw.
    public internal(set) var last: Int64
    public let submission: DossierEvent.Submission
    public let submitted: Instant
    public internal(set) var state: State = .submitted
    public internal(set) var received: Instant?
    public internal(set) var isDeemedReceived = false
    /// When an answer is due; later by the applicant's own pauses, and once by an apology.
    public internal(set) var due: Instant?
    /// What was promised first, moved by pauses only: on time is judged by it.
    public internal(set) var promised: Instant?
    public internal(set) var step = 0
    public internal(set) var officer: String?
    public internal(set) var answers: [String: Value]
    public internal(set) var files: [DossierFile]
    public internal(set) var proposal: DossierEvent.Proposal?
    /// Who approved what waits for its fee.
    public internal(set) var endorser: String?
    public internal(set) var findings: [String: Value] = [:]
    public internal(set) var charge: DossierEvent.Charge?
    public internal(set) var payment: String?
    public internal(set) var hasAskedForPapers = false
    public internal(set) var apology: String?
    public internal(set) var escalation = 0
    public internal(set) var ended: Instant?
    /// When it ended while the applicant had to act: since when.
    private var waitedFrom: Instant?
    public internal(set) var rating: Int?
    /// The version of its procedure that it goes by, and the last change of it.
    public internal(set) var version: Int
    public internal(set) var move: DossierEvent.Move?
    /// Until when the applicant's time for a part is counted in.
    var extended: Instant?
    /// The dossiers of the procedures it joins, and how each ended.
    public internal(set) var branches: [(procedure: String, dossier: String, isApproved: Bool?)] = []

    init(code: String, number: Int64, _ submission: DossierEvent.Submission, at instant: Instant) {
        self.code = code
        self.number = number
        last = number
        self.submission = submission
        submitted = instant
        answers = submission.answers
        version = submission.version
        files = submission.files
    }

    public var status: Status {
        switch state {
        case .submitted: .new
        case .declined: .notReceived
        case .received: .received
        case .handling: .inProgress
        case .waitingForPapers: .papersAsked
        case .waitingForFee: .feeAsked
        case .withdrawn: .withdrawn
        case .stopped: .stopped
        case .decided: .done
        case .returned: .returned
        }
    }

    /// Since when the applicant has to do something; nil when they have not.
    public var waitingSince: Instant? {
        switch state {
        case .waitingForPapers(_, let since, _), .waitingForFee(let since): since
        default: nil
        }
    }

    /// Nothing more will be decided.
    public var isEnded: Bool {
        switch state {
        case .declined, .withdrawn, .stopped, .decided, .returned: true
        case .submitted, .received, .handling, .waitingForPapers, .waitingForFee: false
        }
    }

    /// Whether the office's time runs.
    public var isRunning: Bool { state == .received || state == .handling }

    public var owesFee: Bool { charge.map { $0.amount.amount > 0 && payment == nil } ?? false }

    /// Past what was promised while the office's time runs; an apology with a new date does not change that.
    public func isLate(at now: Instant) -> Bool { isRunning && promised.map { $0 < now } ?? false }

    /// On time, as the national portal reckons it: the end, or what is asked of the applicant, no later than what was promised. Nil while it is open.
    public var isOnTime: Bool? {
        guard let ended, let promised else { return nil }
        if case .withdrawn = state, received == nil { return nil }
        // What ended because the applicant did not act is judged by when they were asked.
        return (waitedFrom ?? ended) <= promised
    }

    /// Brings what happened into the state. It trusts what was entered: whether something may happen is decided before.
    mutating func apply(_ event: DossierEvent, entry: Int64, at instant: Instant) {
        last = entry
        switch event {
        case .submitted: break
        case .received(let due, let isDeemed):
            received = instant
            isDeemedReceived = isDeemed
            self.due = due
            promised = due
            // A fee that is owed with the application is waited for before the work begins.
            state = owesFee ? .waitingForFee(since: instant) : .received
        case .declined(let reasons):
            state = .declined(reasons: reasons)
            ended = instant
        case .assigned(let officer):
            self.officer = officer
            if state == .received { state = .handling }
        case .noted: break
        case .papersAsked(let papers, let until):
            hasAskedForPapers = true
            state = .waitingForPapers(papers, since: instant, until: until)
        case .supplemented(let answers, let files, let due):
            self.answers.merge(answers) { $1 }
            self.files += files
            promised = promised.map { Instant(milliseconds: $0.milliseconds + due.milliseconds - (self.due ?? due).milliseconds) }
            self.due = due
            state = .handling
        case .forwarded(let step):
            self.step = step
            officer = nil
            state = .handling
        case .proposed(let proposal):
            self.proposal = proposal
            state = .handling
        case .sentBack:
            officer = proposal?.by
            proposal = nil
            state = .handling
        case .endorsed(let officer): endorser = officer
        case .charged(let charge):
            self.charge = charge
            if received != nil, charge.amount.amount > 0 { state = .waitingForFee(since: instant) }
        case .paid(let transfer, let due):
            payment = transfer
            if let due {
                promised = promised.map { Instant(milliseconds: $0.milliseconds + due.milliseconds - (self.due ?? due).milliseconds) }
                self.due = due
            }
            if case .waitingForFee = state { state = .handling }
        case .decided(let isApproved, let reasons, let findings):
            self.findings = findings
            state = .decided(isApproved: isApproved, reasons: reasons, at: instant)
            ended = instant
        case .withdrawn(let reason):
            waitedFrom = waitingSince
            state = .withdrawn(reason: reason)
            ended = instant
        case .stopped(let reason):
            waitedFrom = waitingSince
            state = .stopped(reason: reason)
            ended = instant
        case .returned:
            if case .decided(let isApproved, _, _) = state { state = .returned(isApproved: isApproved, at: instant) }
        case .escalated(let level): escalation = level
        case .apologised(let reason, let due):
            apology = reason
            self.due = due
        case .moved(let one):
            version = one.to
            step = one.step
            move = one
            if let due = one.due {
                promised = promised.map { Instant(milliseconds: $0.milliseconds + due.milliseconds - (self.due ?? due).milliseconds) }
                self.due = due
            }
        case .extended(let due):
            extended = instant
            promised = promised.map { Instant(milliseconds: $0.milliseconds + due.milliseconds - (self.due ?? due).milliseconds) }
            self.due = due
        case .branched(let procedure, let dossier): branches.append((procedure, dossier, nil))
        case .joined(let procedure, _, let isApproved):
            if let index = branches.firstIndex(where: { $0.procedure == procedure }) {
                branches[index].isApproved = isApproved
            } else if case .joined(_, let dossier, _) = event {
                // It could not even begin.
                branches.append((procedure, dossier, isApproved))
            }
        case .rated(let score, _): rating = score
        }
    }
}
