// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Registers
internal import Store

/// What an application would be if it were handed in now.
public struct Preview: Sendable {
    public let answers: [String: Value]
    public let objections: [Objection]
    public let charge: DossierEvent.Charge?
    public let unit: String?
    /// When an answer would be due.
    public let due: Instant
}

extension Dossiers {
    /// Judges a draft as it stands: its answers, what is wrong with them, who decides, what it costs, when an answer is due.
    public func preview(_ id: String, owner: String) throws -> Preview {
        let draft = try draft(id, owner: owner)
        return try database.read { try self.preview(draft, on: $0).preview }
    }

    private func preview(_ draft: Draft, on connection: Connection) throws -> (preview: Preview, application: Application?) {
        let procedure = try procedure(draft.procedure)
        let now = world.now()
        guard let term = procedure.term(on: now.day) else {
            throw DossierError.notNow(["vi": "Thủ tục này không còn hoặc chưa có hiệu lực.", "en": "This procedure is not in force today."])
        }
        let reading = registry.reading()
        var objections: [Objection] = []
        let answers = procedure.answers(draft.texts, reading, &objections)
        for paper in procedure.papers where paper.isRequired && isAsked(paper, answers) && !draft.files.contains(where: { $0.paper == paper.code }) {
            objections.append(paper.missing)
        }
        let records = registry.records(on: connection)
        guard let applicantKey = try registry.key(ofRow: draft.applicant, in: city.people, on: connection), let applicant = try records.find(city.people, applicantKey),
            let subjectKey = try registry.key(ofRow: draft.subject, in: city.people, on: connection), let subject = try records.find(city.people, subjectKey)
        else { throw DossierError.notNow(Self.goneText) }
        if !draft.owner.hasPrefix("linked:"), draft.owner != "rehearsal" {
            try mayStandFor(procedure, applicant: draft.applicant, subject: draft.subject, on: connection)
        }
        let unit = try place(procedure, subject, answers, records)
        let due = city.calendar.due(term, from: now)
        if unit == nil, objections.isEmpty {
            objections.append(
                Objection(
                    field: "", code: "no-place",
                    [
                        "vi": "Không có gì trong các sổ để giải quyết thủ tục này cho người này.",
                        "en": "The registers hold nothing that this procedure could act on for this person.",
                    ]))
        }
        guard let unit, objections.isEmpty else { return (Preview(answers: answers, objections: objections, charge: nil, unit: unit, due: due), nil) }
        let application = Application(procedure: procedure.code, applicant: applicant, subject: subject, answers: answers, unit: unit, day: now.day)
        objections += try procedure.check(application, records, reading)
        let charge = try charge(procedure, application, draft.channel, on: now.day, connection)
        return (Preview(answers: answers, objections: objections, charge: charge, unit: unit, due: due), application)
    }

    private func isAsked(_ paper: Paper, _ answers: [String: Value]) -> Bool {
        paper.condition.map { $0.values.contains((answers[$0.field] ?? .null).plain) } ?? true
    }

    private func place(_ procedure: Procedure, _ subject: Found, _ answers: [String: Value], _ records: any Records) throws -> String? {
        switch procedure.place {
        case .home: subject["commune"].string
        case .answer(let name): answers[name]?.string
        case .record(let name, let register): try answers[name]?.string.flatMap { try records.find(register, $0)?["commune"].string }
        case .found(let rule): try rule(subject, records)
        case .city: "01"
        }
    }

    /// Hands a draft in. Handing in the same draft again answers with the dossier it became: nothing happens twice.
    public func submit(_ id: String, owner: String) async throws -> Dossier {
        try await database.write { try self.submit(id, owner: owner, on: $0) }
    }

    func submit(_ id: String, owner: String, parent: String? = nil, on connection: Connection) throws -> Dossier {
        guard let draft = try draft(id, on: connection), draft.owner == owner else { throw DossierError.noSuchDraft }
        if let code = draft.dossier { return try load(code, on: connection).dossier }
        let (preview, application) = try preview(draft, on: connection)
        guard let application, preview.objections.isEmpty, let unit = preview.unit, let charge = preview.charge else { throw DossierError.objections(preview.objections) }
        let procedure = try procedure(draft.procedure)
        let code = try takeCode(procedure.office, unit, connection)
        let submission = DossierEvent.Submission(
            procedure: procedure.code, channel: draft.channel, applicant: application.applicant.key, subject: application.subject.key, office: procedure.office.code,
            unit: unit, answers: preview.answers, files: draft.files, parent: parent, version: procedure.version)
        // A system's draft bears the mark of its content; its author is the system.
        let author = String(owner.prefix { $0 != "#" })
        let place = try append(.submitted(submission), code: code, record: nil, previous: nil, unit: unit, author: author, cause: "submission", connection)
        var dossier = Dossier(code: code, number: place.number, submission, at: place.recorded)
        let fee = procedure.fee(on: place.recorded.day)?.value
        if fee?.moment == .submission {
            let event = DossierEvent.charged(charge)
            let next = try append(event, code: code, record: dossier.number, previous: dossier.last, unit: unit, author: "clock", cause: "charge", connection)
            dossier.apply(event, entry: next.number, at: next.recorded)
        }
        if procedure.isLinked { dossier = try beginBranches(procedure, dossier, application, draft: id, connection) }
        try save(dossier, draft: id, isNew: true, connection)
        try noteCharge(dossier, isNew: true, connection)
        try connection.run("UPDATE draft SET dossier = \(code), answers = \("{}"), updated = \(world.now()) WHERE id = \(id)")
        return dossier
    }

    /// `H26.001-261124-0001`: agency, day, and a number that begins anew every day.
    private func takeCode(_ office: Office, _ unit: String, _ connection: Connection) throws -> String {
        let agency = city.agency(office, unit)
        let today = world.today
        try connection.run(
            """
            INSERT INTO dossier_sequence (agency, day, taken) VALUES (\(agency), \(today), 1) \
            ON CONFLICT (agency, day) DO UPDATE SET taken = dossier_sequence.taken + 1
            """)
        let number = try connection.first("SELECT taken FROM dossier_sequence WHERE agency = \(agency) AND day = \(today)") { $0.integer(0) }!
        let (year, month, day) = today.parts
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        let digits = String(number)
        return "\(agency)-\(two(year % 100))\(two(month))\(two(day))-\(String(repeating: "0", count: max(0, 4 - digits.utf8.count)))\(digits)"
    }
}

extension Paper {
    var missing: Objection { Objection(field: "paper-" + code, code: "required", Text(vi: "Chưa có “\(title.vi)”.", en: "“\(title.en)” is missing.")) }
}
