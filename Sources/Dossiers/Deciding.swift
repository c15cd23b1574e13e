// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What somebody wants to do with a dossier.
public enum DossierAct: Sendable {
    case receive
    case decline(reasons: String)
    /// Take it oneself, or give it to another officer.
    case assign(officer: String)
    case note(text: String)
    case askForPapers([AskedPaper])
    case supplement(answers: [String: Value], files: [DossierFile])
    case forward
    case propose(isApproval: Bool, reasons: String, findings: [String: Value])
    case sendBack(reasons: String)
    case decide(isApproval: Bool, reasons: String)
    /// Into the cash of the dossier's unit, or from another account of the ledger.
    case pay(transfer: String, from: String? = nil)
    case withdraw(reason: String)
    case stop(reason: String)
    case handOver
    case apologise(reason: String, due: Instant)
    case rate(score: Int, text: String)
    /// The clock's own acts.
    case deemReceived
    case escalate(level: Int)

    /// The last part of the act's address.
    public var name: String {
        switch self {
        case .receive: "receipt"
        case .decline: "refusal-of-receipt"
        case .assign: "assignment"
        case .note: "note"
        case .askForPapers: "request"
        case .supplement: "supplement"
        case .forward: "forwarding"
        case .propose: "proposal"
        case .sendBack: "return-to-officer"
        case .decide: "decision"
        case .pay: "payment"
        case .withdraw: "withdrawal"
        case .stop: "stop"
        case .handOver: "handing-over"
        case .apologise: "apology"
        case .rate: "rating"
        case .deemReceived: "deemed-receipt"
        case .escalate: "escalation"
        }
    }
}

/// Why an act on a dossier may not be. Each is told in one place to pages, API and the command line.
public enum DossierError: Error, Sendable, Equatable {
    case noSuchProcedure(String)
    case noSuchDossier
    case noSuchDraft
    /// The state does not admit it.
    case notNow(Text)
    /// Papers are asked for once.
    case askedBefore
    /// The one who proposed does not decide.
    case fourEyes
    /// One apology with one new date is all the law allows.
    case apologisedBefore
    /// Somebody acted in between.
    case changed(last: Int64)
    case forbidden(Text)
    case objections([Objection])
}

/// What deciding needs to know beside the dossier.
struct Circumstances {
    let procedure: Procedure
    let calendar: WorkCalendar
    let now: Instant
    let limits: DossierLimits
    /// Who acts: `officer:lan`, `citizen`, `clock`.
    let actor: String
}

extension Dossier {
    /// What an act makes happen. A pure function of values: what may be is decided here and nowhere else.
    func decide(_ act: DossierAct, _ around: Circumstances) throws(DossierError) -> [DossierEvent] {
        let procedure = around.procedure
        let term = procedure.term(on: submitted.day) ?? procedure.terms.last!.value
        func must(_ condition: Bool, _ vi: String, _ en: String) throws(DossierError) { if !condition { throw .notNow(Text(vi: vi, en: en)) } }
        func reasoned(_ reasons: String, at field: String = "reasons") throws(DossierError) {
            guard reasons.isEmpty else { return }
            throw .objections([Objection(field: field, code: "required", ["vi": "Nêu lý do.", "en": "Give the reasons."])])
        }
        let isOpen = isRunning && proposal == nil
        if procedure.isLinked {
            switch act {
            case .note, .handOver, .rate, .withdraw, .apologise, .escalate: break
            default:
                throw .notNow([
                    "vi": "Hồ sơ liên thông do các cơ quan giải quyết từng phần; ở đây chỉ trả kết quả chung.",
                    "en": "Each office decides its own part of this linked dossier; here only the whole is handed over.",
                ])
            }
        }
        switch act {
        case .receive, .deemReceived:
            try must(state == .submitted, "Hồ sơ đã được tiếp nhận hoặc đã kết thúc.", "The dossier has been received or has ended.")
            var isDeemed = false
            if case .deemReceived = act { isDeemed = true }
            return [.received(due: around.calendar.due(term, from: isDeemed ? around.calendar.received(submitted) : around.now), isDeemed: isDeemed)]
        case .decline(let reasons):
            try must(state == .submitted, "Chỉ từ chối tiếp nhận được hồ sơ mới nộp.", "Only a dossier that was just submitted can be refused receipt.")
            try reasoned(reasons)
            return [.declined(reasons: reasons)]
        case .assign(let officer):
            try must(!isEnded, "Hồ sơ đã kết thúc.", "The dossier has ended.")
            guard self.officer != officer else { return [] }
            let first: [DossierEvent] = state == .submitted ? try decide(.receive, around) : []
            return first + [.assigned(officer: officer)]
        case .note(let text):
            guard !text.isEmpty else { throw .objections([Objection(field: "text", code: "required", ["vi": "Chưa có nội dung.", "en": "There is no text."])]) }
            return [.noted(text: text)]
        case .askForPapers(let papers):
            if hasAskedForPapers { throw .askedBefore }
            try must(isOpen, "Chỉ yêu cầu bổ sung khi hồ sơ đang xử lý.", "Papers can be asked for only while the dossier is being handled.")
            guard !papers.isEmpty else {
                throw .objections([Objection(field: "papers", code: "required", ["vi": "Chọn giấy tờ cần bổ sung.", "en": "Choose what is to be supplied."])])
            }
            let unsaid = papers.filter(\.text.isEmpty).map {
                Objection(field: "text-" + $0.code, code: "required", ["vi": "Nêu rõ thiếu gì, sửa thế nào.", "en": "Say what is missing and how to mend it."])
            }
            guard unsaid.isEmpty else { throw .objections(unsaid) }
            return [.papersAsked(papers, until: around.calendar.due(.days(around.limits.supplementDays), from: around.now))]
        case .supplement(let answers, let files):
            guard case .waitingForPapers(_, let since, _) = state else {
                throw .notNow(["vi": "Hồ sơ không chờ bổ sung.", "en": "The dossier does not wait for papers."])
            }
            return [.supplemented(answers: answers, files: files, due: around.calendar.due(term, was: due!, pausedFrom: since, to: around.now))]
        case .forward:
            try must(isOpen, "Hồ sơ không ở bước chuyển được.", "The dossier is not at a step that can be forwarded.")
            try must(
                step + 1 < procedure.steps.count && procedure.steps[step + 1].role == .officer, "Bước sau là quyết định: hãy trình đề xuất.",
                "The next step decides: make a proposal.")
            return [.forwarded(step: step + 1)]
        case .propose(let isApproval, let reasons, let findings):
            try must(isOpen, "Chỉ trình được khi hồ sơ đang xử lý.", "A proposal can be made only while the dossier is being handled.")
            if !isApproval { try reasoned(reasons) }
            return [.proposed(DossierEvent.Proposal(isApproval: isApproval, reasons: reasons, findings: isApproval ? findings : [:], by: around.actor))]
        case .sendBack(let reasons):
            try must(proposal != nil && isRunning, "Không có đề xuất để trả lại.", "There is no proposal to send back.")
            try reasoned(reasons)
            return [.sentBack(reasons: reasons)]
        case .decide(let isApproval, let reasons):
            guard let proposal, isRunning else {
                throw .notNow(["vi": "Chưa có đề xuất của người thẩm tra.", "en": "There is no proposal of the examining officer yet."])
            }
            if procedure.needsFourEyes, proposal.by == around.actor { throw .fourEyes }
            // Who decides otherwise than proposed sends it back, so that reasons and findings are of one piece.
            try must(
                isApproval == proposal.isApproval, "Quyết định khác đề xuất thì trả lại người thẩm tra kèm lý do.",
                "To decide otherwise than proposed, send it back with the reasons.")
            let given = reasons.isEmpty ? proposal.reasons : reasons
            if !isApproval { try reasoned(given) }
            if isApproval, owesFee || (charge == nil && procedure.fee(on: submitted.day)?.value.moment == .approval) { return [.endorsed(by: around.actor)] }
            return [.decided(isApproved: isApproval, reasons: given, findings: proposal.findings)]
        case .pay(let transfer, _):
            guard payment == nil else { return [] }
            try must(owesFee, "Hồ sơ không còn khoản phải nộp.", "The dossier has nothing to pay.")
            try must(!isEnded, "Hồ sơ đã kết thúc; khoản nộp được hoàn lại.", "The dossier has ended; what was paid is given back.")
            var moved: Instant?
            if case .waitingForFee(let since) = state, let due { moved = around.calendar.due(term, was: due, pausedFrom: since, to: around.now) }
            let paid: [DossierEvent] = [.paid(transfer: transfer, due: moved)]
            guard endorser != nil, let proposal else { return paid }
            return paid + [.decided(isApproved: true, reasons: proposal.reasons, findings: proposal.findings)]
        case .withdraw(let reason):
            try must(!isEnded, "Hồ sơ đã kết thúc, không rút được nữa.", "The dossier has ended and can no longer be withdrawn.")
            return [.withdrawn(reason: reason)]
        case .stop(let reason):
            try must(!isEnded && state != .submitted, "Hồ sơ không ở trạng thái dừng được.", "The dossier is not in a state that can be stopped.")
            try reasoned(reason, at: "reason")
            return [.stopped(reason: reason)]
        case .handOver:
            guard case .decided = state else { throw .notNow(["vi": "Chưa có kết quả để trả.", "en": "There is no result to hand over yet."]) }
            return [.returned]
        case .apologise(let reason, let newDue):
            try must(!isEnded && due != nil, "Hồ sơ chưa có hạn, hoặc đã kết thúc.", "The dossier has no due time yet, or has ended.")
            if apology != nil { throw .apologisedBefore }
            try reasoned(reason, at: "reason")
            guard newDue > max(around.now, due!) else {
                throw .objections([
                    Objection(
                        field: "due", code: "order", ["vi": "Ngày hẹn lại phải sau hạn cũ và sau hôm nay.", "en": "The new date must come after the old one and after today."])
                ])
            }
            return [.apologised(reason: reason, due: newDue)]
        case .rate(let score, let text):
            switch state {
            case .decided, .returned: break
            default: throw .notNow(["vi": "Đánh giá sau khi có kết quả.", "en": "Rate it once there is a result."])
            }
            guard (1...5).contains(score) else { throw .objections([Objection(field: "score", code: "range", ["vi": "Chọn từ 1 đến 5.", "en": "Choose 1 to 5."])]) }
            return [.rated(score: score, text: text)]
        case .escalate(let level):
            guard isRunning, level > escalation, level <= around.limits.escalationDays.count, let promised, promised <= around.now else { return [] }
            return [.escalated(level: level)]
        }
    }
}

/// The bounds of dossiers, in one place.
public struct DossierLimits: Sendable {
    /// Office minutes after which a dossier that nobody opened counts as received: one working day.
    public var deemedAfterMinutes = 450
    /// Days that an applicant has to supply what is asked.
    public var supplementDays = 30
    /// Days that an applicant has to pay.
    public var paymentDays = 30
    /// Working days after the due time at which the next level is told.
    public var escalationDays = [0, 1, 3]
    public var fileBytesMax = 10 << 20
    public var filesMax = 30
    public var draftsMax = 20
    /// Days for which an unfinished application is kept.
    public var draftDays = 30
    public var pageMax = 200
    /// A booked visit's length, and how many fit beside each other.
    public var slotMinutes = 15
    public var slotPlaces = 4
    /// How many of the clock's acts are taken in one turn.
    public var clockBatch = 500

    public init() {}
}
