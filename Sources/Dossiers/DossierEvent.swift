// SPDX-License-Identifier: Apache-2.0
public import Civic

/// A file that belongs to a dossier, by its content's hash.
public struct DossierFile: Sendable, Hashable {
    public let hash: String
    /// The paper it is.
    public let paper: String
    public let type: FileType
    public let size: Int

    public init(hash: String, paper: String, type: FileType, size: Int) {
        self.hash = hash
        self.paper = paper
        self.type = type
        self.size = size
    }
}

/// What an officer asks for, all at once.
public struct AskedPaper: Sendable, Hashable {
    /// A paper's or a question's code.
    public let code: String
    public let text: String

    public init(code: String, text: String) {
        self.code = code
        self.text = text
    }
}

/// What happened to a dossier: the content of its entries in the journal, and nothing else decides what state it is in.
public enum DossierEvent: Sendable, Equatable {
    /// It was handed in. `applicant` and `subject` are personal numbers.
    case submitted(Submission)
    case received(due: Instant, isDeemed: Bool)
    case declined(reasons: String)
    case assigned(officer: String)
    case noted(text: String)
    case papersAsked([AskedPaper], until: Instant)
    case supplemented(answers: [String: Value], files: [DossierFile], due: Instant)
    case forwarded(step: Int)
    case proposed(Proposal)
    case sentBack(reasons: String)
    /// Approved by the one who decides; it takes effect once the fee is paid.
    case endorsed(by: String)
    case charged(Charge)
    case paid(transfer: String, due: Instant?)
    case decided(isApproved: Bool, reasons: String, findings: [String: Value])
    case withdrawn(reason: String)
    case stopped(reason: String)
    case returned
    case escalated(level: Int)
    case apologised(reason: String, due: Instant)
    /// A linked procedure was begun as a dossier of its own.
    case branched(procedure: String, dossier: String)
    /// It goes by another version of its procedure from here on; how it stood before is kept, so that it can be taken back.
    case moved(Move)
    /// An applicant's time for a part does not count against the whole.
    case extended(due: Instant)
    /// It ended.
    case joined(procedure: String, dossier: String, isApproved: Bool)
    case rated(score: Int, text: String)

    public struct Submission: Sendable, Equatable {
        public let procedure: String
        public let channel: SubmissionChannel
        public let applicant: String
        public let subject: String
        public let office: String
        public let unit: String
        public let answers: [String: Value]
        public let files: [DossierFile]
        /// The dossier that it is a branch of.
        public var parent: String?
        /// The version of the procedure that it goes by.
        public var version = 1
    }

    /// A change of version: to which, from which, and what it changed.
    public struct Move: Sendable, Equatable {
        public let to: Int
        public let from: Int
        public let step: Int
        public let stepBefore: Int
        public let due: Instant?
        public let dueBefore: Instant?
    }

    /// What the examining officer thinks should be decided.
    public struct Proposal: Sendable, Equatable {
        public let isApproval: Bool
        public let reasons: String
        public let findings: [String: Value]
        public let by: String
    }

    /// A fee as it was quoted: its amount, and why nothing is owed.
    public struct Charge: Sendable, Equatable {
        public let amount: Money
        /// The exemption's code, when there is one.
        public let exemption: String?
    }

    /// The word by which the journal and the API know it.
    public var name: String {
        switch self {
        case .submitted: "submitted"
        case .received: "received"
        case .declined: "declined"
        case .assigned: "assigned"
        case .noted: "noted"
        case .papersAsked: "papers-asked"
        case .supplemented: "supplemented"
        case .forwarded: "forwarded"
        case .proposed: "proposed"
        case .sentBack: "sent-back"
        case .endorsed: "endorsed"
        case .charged: "charged"
        case .paid: "paid"
        case .decided: "decided"
        case .withdrawn: "withdrawn"
        case .stopped: "stopped"
        case .returned: "returned"
        case .escalated: "escalated"
        case .apologised: "apologised"
        case .branched: "branched"
        case .moved: "moved"
        case .extended: "extended"
        case .joined: "joined"
        case .rated: "rated"
        }
    }
}

// MARK: As JSON

extension DossierEvent {
    public var json: JSON {
        switch self {
        case .submitted(let one):
            .object([
                "procedure": .string(one.procedure), "channel": .integer(Int64(one.channel.rawValue)), "applicant": .string(one.applicant), "subject": .string(one.subject),
                "office": .string(one.office), "unit": .string(one.unit), "answers": Self.json(one.answers), "files": .array(one.files.map(\.json)),
                "parent": one.parent.map(JSON.string) ?? .null, "version": .integer(Int64(one.version)),
            ])
        case .received(let due, let isDeemed): .object(["due": .string(due.description), "deemed": .boolean(isDeemed)])
        case .declined(let reasons), .sentBack(let reasons): .object(["reasons": .string(reasons)])
        case .endorsed(let officer): .object(["by": .string(officer)])
        case .assigned(let officer): .object(["officer": .string(officer)])
        case .noted(let text): .object(["text": .string(text)])
        case .papersAsked(let papers, let until):
            .object([
                "papers": .array(papers.map { .object(["code": .string($0.code), "text": .string($0.text)]) }), "until": .string(until.description),
            ])
        case .supplemented(let answers, let files, let due):
            .object(["answers": Self.json(answers), "files": .array(files.map(\.json)), "due": .string(due.description)])
        case .forwarded(let step): .object(["step": .integer(Int64(step))])
        case .proposed(let one):
            .object(["approval": .boolean(one.isApproval), "reasons": .string(one.reasons), "findings": Self.json(one.findings), "by": .string(one.by)])
        case .charged(let one): .object(["amount": .integer(one.amount.amount), "exemption": one.exemption.map(JSON.string) ?? .null])
        case .paid(let transfer, let due): .object(["transfer": .string(transfer), "due": due.map { .string($0.description) } ?? .null])
        case .decided(let isApproved, let reasons, let findings):
            .object(["approved": .boolean(isApproved), "reasons": .string(reasons), "findings": Self.json(findings)])
        case .withdrawn(let reason), .stopped(let reason): .object(["reason": .string(reason)])
        case .returned: .object([:])
        case .escalated(let level): .object(["level": .integer(Int64(level))])
        case .apologised(let reason, let due): .object(["reason": .string(reason), "due": .string(due.description)])
        case .branched(let procedure, let dossier): .object(["procedure": .string(procedure), "dossier": .string(dossier)])
        case .moved(let one):
            .object([
                "to": .integer(Int64(one.to)), "from": .integer(Int64(one.from)), "step": .integer(Int64(one.step)), "step_before": .integer(Int64(one.stepBefore)),
                "due": one.due.map { .string($0.description) } ?? .null, "due_before": one.dueBefore.map { .string($0.description) } ?? .null,
            ])
        case .extended(let due): .object(["due": .string(due.description)])
        case .joined(let procedure, let dossier, let isApproved):
            .object(["procedure": .string(procedure), "dossier": .string(dossier), "approved": .boolean(isApproved)])
        case .rated(let score, let text): .object(["score": .integer(Int64(score)), "text": .string(text)])
        }
    }

    /// Reads an event as the journal keeps it; nil for what no version of this program wrote.
    public init?(_ name: String, _ json: JSON) {
        func text(_ member: String) -> String? { json[member]?.string }
        func instant(_ member: String) -> Instant? { text(member).flatMap { Instant($0) } }
        switch name {
        case "submitted":
            guard let procedure = text("procedure"), let channel = json["channel"]?.integer.flatMap({ SubmissionChannel(rawValue: Int($0)) }), let applicant = text("applicant"),
                let subject = text("subject"), let office = text("office"), let unit = text("unit"), let answers = Self.values(json["answers"]),
                let files = Self.files(json["files"])
            else { return nil }
            self = .submitted(
                Submission(
                    procedure: procedure, channel: channel, applicant: applicant, subject: subject, office: office, unit: unit, answers: answers, files: files,
                    parent: text("parent"),
                    version: json["version"]?.integer.map { Int($0) } ?? 1))
        case "received":
            guard let due = instant("due") else { return nil }
            self = .received(due: due, isDeemed: json["deemed"] == .boolean(true))
        case "declined", "sent-back":
            guard let reasons = text("reasons") else { return nil }
            self = name == "declined" ? .declined(reasons: reasons) : .sentBack(reasons: reasons)
        case "assigned":
            guard let officer = text("officer") else { return nil }
            self = .assigned(officer: officer)
        case "endorsed":
            guard let officer = text("by") else { return nil }
            self = .endorsed(by: officer)
        case "noted":
            guard let text = text("text") else { return nil }
            self = .noted(text: text)
        case "papers-asked":
            guard case .array(let papers)? = json["papers"], let until = instant("until") else { return nil }
            self = .papersAsked(papers.map { AskedPaper(code: $0["code"]?.string ?? "", text: $0["text"]?.string ?? "") }, until: until)
        case "supplemented":
            guard let answers = Self.values(json["answers"]), let files = Self.files(json["files"]), let due = instant("due") else { return nil }
            self = .supplemented(answers: answers, files: files, due: due)
        case "forwarded":
            guard let step = json["step"]?.integer else { return nil }
            self = .forwarded(step: Int(step))
        case "proposed":
            guard let reasons = text("reasons"), let findings = Self.values(json["findings"]), let by = text("by") else { return nil }
            self = .proposed(Proposal(isApproval: json["approval"] == .boolean(true), reasons: reasons, findings: findings, by: by))
        case "charged":
            guard let amount = json["amount"]?.integer else { return nil }
            self = .charged(Charge(amount: Money(amount), exemption: text("exemption")))
        case "paid":
            guard let transfer = text("transfer") else { return nil }
            self = .paid(transfer: transfer, due: instant("due"))
        case "decided":
            guard let reasons = text("reasons"), let findings = Self.values(json["findings"]) else { return nil }
            self = .decided(isApproved: json["approved"] == .boolean(true), reasons: reasons, findings: findings)
        case "withdrawn", "stopped":
            guard let reason = text("reason") else { return nil }
            self = name == "withdrawn" ? .withdrawn(reason: reason) : .stopped(reason: reason)
        case "returned": self = .returned
        case "escalated":
            guard let level = json["level"]?.integer else { return nil }
            self = .escalated(level: Int(level))
        case "apologised":
            guard let reason = text("reason"), let due = instant("due") else { return nil }
            self = .apologised(reason: reason, due: due)
        case "moved":
            guard let to = json["to"]?.integer, let from = json["from"]?.integer, let step = json["step"]?.integer, let before = json["step_before"]?.integer else { return nil }
            self = .moved(Move(to: Int(to), from: Int(from), step: Int(step), stepBefore: Int(before), due: instant("due"), dueBefore: instant("due_before")))
        case "extended":
            guard let due = instant("due") else { return nil }
            self = .extended(due: due)
        case "branched", "joined":
            guard let procedure = text("procedure"), let dossier = text("dossier") else { return nil }
            self =
                name == "branched"
                ? .branched(procedure: procedure, dossier: dossier) : .joined(procedure: procedure, dossier: dossier, isApproved: json["approved"] == .boolean(true))
        case "rated":
            guard let score = json["score"]?.integer, let text = text("text") else { return nil }
            self = .rated(score: Int(score), text: text)
        default: return nil
        }
    }

    static func json(_ values: [String: Value]) -> JSON { .object(values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.json) }) }

    private static func values(_ json: JSON?) -> [String: Value]? {
        guard case .object(let members)? = json else { return nil }
        var values: [String: Value] = [:]
        for member in members {
            guard let value = Value(member.value) else { return nil }
            values[member.name] = value
        }
        return values
    }

    private static func files(_ json: JSON?) -> [DossierFile]? {
        guard case .array(let list)? = json else { return nil }
        let files = list.compactMap { DossierFile($0) }
        return files.count == list.count ? files : nil
    }
}

extension DossierFile {
    var json: JSON {
        .object(["hash": .string(hash), "paper": .string(paper), "type": .string(type.rawValue), "size": .integer(Int64(size))])
    }

    init?(_ json: JSON) {
        guard let hash = json["hash"]?.string, let paper = json["paper"]?.string, let type = json["type"]?.string.flatMap({ FileType(rawValue: $0) }),
            let size = json["size"]?.integer
        else { return nil }
        self.init(hash: hash, paper: paper, type: type, size: Int(size))
    }
}

/// What a handed-in file is, by its first bytes: names say nothing.
public enum FileType: String, Sendable, CaseIterable {
    case pdf = "application/pdf"
    case jpeg = "image/jpeg"
    case png = "image/png"

    public init?(_ content: some Collection<UInt8>) {
        if content.starts(with: Array("%PDF-".utf8)) {
            self = .pdf
        } else if content.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else {
            return nil
        }
    }

    public var suffix: String {
        switch self {
        case .pdf: "pdf"
        case .jpeg: "jpg"
        case .png: "png"
        }
    }
}
