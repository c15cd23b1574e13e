// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Registers
internal import Store

/// A whole application as another system or a counter hands it in.
public struct HandedIn: Sendable {
    public let procedure: String
    /// Personal numbers, or the refs of their records.
    public let applicant: String
    public let subject: String
    public let channel: SubmissionChannel
    public let texts: [String: String]
    public let files: [(paper: String, content: [UInt8])]

    public init(procedure: String, applicant: String, subject: String, channel: SubmissionChannel, texts: [String: String], files: [(paper: String, content: [UInt8])]) {
        self.procedure = procedure
        self.applicant = applicant
        self.subject = subject
        self.channel = channel
        self.texts = texts
        self.files = files
    }
}

/// What an idempotency key stands for was handed in with other content.
public struct OtherContent: Error, Sendable, Equatable {}

extension Dossiers {
    /// Hands in a whole application at once. The same key and content answer with the same dossier; the same key with other content is refused.
    public func handIn(_ application: HandedIn, key: String, content: [UInt8], by authority: Authority) async throws -> (dossier: Dossier, isNew: Bool) {
        let procedure = try procedure(application.procedure)
        let right = Office.right(procedure.office.code)
        guard authority.may(.write, right) else {
            throw DossierError.forbidden(["vi": "Bạn không có quyền nộp hồ sơ cho cơ quan này.", "en": "You may not hand in dossiers for this office."])
        }
        let id = Encoding.base32(Array(Hash.of(Array("\(authority.id)\u{0}\(key)".utf8)).array.prefix(16)))
        let owner = authority.id + "#" + String(Hash.of(content).hex.prefix(32))
        var kept: [(file: DossierFile, content: [UInt8])] = []
        var objections: [Objection] = []
        for name in application.texts.keys.sorted() where procedure.question(name) == nil {
            objections.append(
                Objection(field: name, code: "unknown-field", Text(vi: "Thủ tục không hỏi “\(name.shortened)”.", en: "The procedure does not ask “\(name.shortened)”.")))
        }
        for file in application.files {
            guard let paper = procedure.papers.first(where: { $0.code == file.paper }) else {
                objections.append(
                    Objection(
                        field: "files", code: "unknown-paper",
                        Text(vi: "Thủ tục không cần giấy tờ “\(file.paper.shortened)”.", en: "The procedure needs no paper “\(file.paper.shortened)”.")))
                continue
            }
            do throws(DossierError) { kept.append((try read(file.content, as: paper), file.content)) } catch {
                guard case .objections(let wrong) = error else { throw error }
                objections += wrong
            }
        }
        guard objections.isEmpty else { throw DossierError.objections(objections) }
        let files = kept
        let now = world.now()
        return try await database.write { connection in
            if try self.draft(id, on: connection) == nil {
                let applicant = try self.person(application.applicant, at: "applicant", on: connection)
                let subject = try self.person(application.subject, at: "subject", on: connection)
                try self.mayStandFor(procedure, applicant: applicant, subject: subject, on: connection)
                let json = JSON.object(application.texts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }).text
                // Another server may be entering the same one; then theirs counts.
                try connection.run(
                    """
                    INSERT INTO draft (id, owner, applicant, procedure, subject, channel, answers, dossier, updated) \
                    VALUES (\(id), \(owner), \(applicant), \(procedure.code), \(subject), \(application.channel.rawValue), \(json), \(String?.none), \(now)) \
                    ON CONFLICT (id) DO NOTHING
                    """)
                for one in files { try self.keep(one.file, one.content, in: id, at: now, on: connection) }
            }
            guard let draft = try self.draft(id, on: connection), draft.owner == owner else { throw OtherContent() }
            if let code = draft.dossier { return (try self.load(code, on: connection).dossier, false) }
            let dossier = try self.submit(id, owner: owner, on: connection)
            guard authority.may(.write, right, unit: dossier.submission.unit, units: self.registry.units, on: self.world.today) else {
                throw DossierError.forbidden(["vi": "Hồ sơ thuộc đơn vị khác.", "en": "The dossier belongs to another unit."])
            }
            return (dossier, true)
        }
    }

    private func person(_ id: String, at field: String, on connection: Connection) throws -> Int64 {
        if id.utf8.count == 26, let key = try registry.key(of: id, in: city.people), let row = try registry.row(ofKey: key, in: city.people, on: connection) { return row }
        guard let row = try registry.row(ofKey: id, in: city.people, on: connection), try registry.records(on: connection).find(city.people, id) != nil else {
            throw DossierError.objections([
                Objection(field: field, code: "reference", ["vi": "Sổ dân cư không có người này.", "en": "The population register does not hold this person."])
            ])
        }
        return row
    }

    /// Whoever fills in a draft may still apply for the person it is about.
    public func mustStandFor(_ draft: Draft) throws {
        try database.read { try self.mayStandFor(try self.procedure(draft.procedure), applicant: draft.applicant, subject: draft.subject, on: $0) }
    }

    /// The subject is one whom the procedure lets this applicant stand for.
    func mayStandFor(_ procedure: Procedure, applicant: Int64, subject: Int64, on connection: Connection) throws {
        guard try subjects(of: procedure, applicant: applicant, on: connection).contains(where: { $0.row == subject }) else {
            throw DossierError.objections([
                Objection(
                    field: "subject", code: "not-theirs",
                    ["vi": "Người nộp không nộp thay được cho người này trong thủ tục này.", "en": "The applicant may not apply for this person in this procedure."])
            ])
        }
    }
}
