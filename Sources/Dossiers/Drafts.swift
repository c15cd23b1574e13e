// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Registers
internal import Store

/// An application that is being filled in.
public struct Draft: Sendable {
    public let id: String
    public let owner: String
    /// The rows of the people concerned.
    public let applicant: Int64
    public let subject: Int64
    public let procedure: String
    public let channel: SubmissionChannel
    /// As they were typed.
    public let texts: [String: String]
    public let files: [DossierFile]
    /// The dossier it became.
    public let dossier: String?
}

/// What a form shows from the registers, with its source.
public struct KnownFact: Sendable {
    public let register: Register
    public let field: Field
    public let value: Value
    /// The day from which the record's state holds.
    public let since: Day
    /// Which record, where there are several.
    public let record: String
}

extension Dossiers {
    // MARK: Save and return

    /// Begins an application, or goes on with the one that the same owner has begun for the same person.
    public func begin(_ code: String, owner: String, applicant: Int64, subject: Int64, channel: SubmissionChannel) async throws -> Draft {
        _ = try procedure(code)
        let id = Encoding.base32(world.random(16))
        let now = world.now()
        let found = try await database.write { connection -> String in
            let known = try connection.first(
                "SELECT id FROM draft WHERE owner = \(owner) AND procedure = \(code) AND applicant = \(applicant) AND subject = \(subject) AND dossier IS NULL"
            ) { $0.text(0) }
            if let known { return known }
            let count = try connection.first("SELECT count(*) FROM draft WHERE owner = \(owner) AND applicant = \(applicant) AND dossier IS NULL") { $0.integer(0) }!
            guard count < Int64(self.limits.draftsMax) else {
                throw DossierError.notNow([
                    "vi": "Bạn có quá nhiều hồ sơ đang điền. Nộp hoặc bỏ bớt trước.", "en": "You have too many unfinished applications. Submit or drop some first.",
                ])
            }
            try connection.run(
                """
                INSERT INTO draft (id, owner, applicant, procedure, subject, channel, answers, dossier, updated) \
                VALUES (\(id), \(owner), \(applicant), \(code), \(subject), \(channel.rawValue), \("{}"), \(String?.none), \(now))
                """)
            return id
        }
        return try draft(found, owner: owner)
    }

    /// Forgets what nobody went on with. It looks first: a commit makes every server read again what it remembers.
    func dropOldDrafts() async throws {
        let oldest = world.now().milliseconds - Int64(limits.draftDays) * 86_400_000
        guard try database.look({ try $0.first("SELECT 1 FROM draft WHERE dossier IS NULL AND updated < \(oldest) LIMIT 1") { _ in true } }) != nil else { return }
        try await database.write { connection in
            try connection.run("DELETE FROM dossier_file WHERE draft IN (SELECT id FROM draft WHERE dossier IS NULL AND updated < \(oldest))")
            try connection.run("DELETE FROM draft WHERE dossier IS NULL AND updated < \(oldest)")
        }
    }

    public func draft(_ id: String, owner: String) throws -> Draft {
        try database.read { connection in
            guard let draft = try self.draft(id, on: connection), draft.owner == owner else { throw DossierError.noSuchDraft }
            return draft
        }
    }

    func draft(_ id: String, on connection: Connection) throws -> Draft? {
        let files = try files(of: id, on: connection)
        return try connection.first("SELECT owner, applicant, subject, procedure, channel, answers, dossier FROM draft WHERE id = \(id)") { row in
            var texts: [String: String] = [:]
            if let json = try? JSON(parsing: row.text(5).utf8), case .object(let members) = json { for member in members { texts[member.name] = member.value.string } }
            return Draft(
                id: id, owner: row.text(0), applicant: row.integer(1), subject: row.integer(2), procedure: row.text(3),
                channel: SubmissionChannel(rawValue: Int(row.integer(4))) ?? .online,
                texts: texts, files: files, dossier: row.optionalText(6))
        }
    }

    private func files(of draft: String, on connection: Connection) throws -> [DossierFile] {
        try connection.all("SELECT hash, paper, type, size FROM dossier_file WHERE draft = \(draft) ORDER BY added, hash") { row in
            DossierFile(hash: row.text(0), paper: row.text(1), type: FileType(rawValue: row.text(2)) ?? .pdf, size: Int(row.integer(3)))
        }
    }

    public func drafts(of owner: String) throws -> [Draft] {
        try database.read { connection in
            try connection.all("SELECT id FROM draft WHERE owner = \(owner) AND dossier IS NULL ORDER BY updated DESC") { $0.text(0) }.compactMap {
                try self.draft($0, on: connection)
            }
        }
    }

    /// Keeps what was typed, right or wrong.
    public func save(_ texts: [String: String], in id: String, owner: String) async throws {
        let draft = try draft(id, owner: owner)
        guard draft.dossier == nil else { return }
        let procedure = try procedure(draft.procedure)
        let kept = texts.filter { name, text in procedure.question(name) != nil && text.utf8.count <= 8000 }
        let json = JSON.object(kept.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }).text
        let now = world.now()
        try await database.write { connection in try connection.run("UPDATE draft SET answers = \(json), updated = \(now) WHERE id = \(id) AND dossier IS NULL") }
    }

    public func drop(_ id: String, owner: String) async throws {
        let draft = try draft(id, owner: owner)
        guard draft.dossier == nil else { return }
        try await database.write { connection in
            try connection.run("DELETE FROM draft WHERE id = \(id) AND dossier IS NULL")
            // Handed in meanwhile, in another tab: its papers stay.
            if connection.changes == 1 { try connection.run("DELETE FROM dossier_file WHERE draft = \(id)") }
        }
    }

    // MARK: Files

    /// Takes a file for a paper. What it is, its first bytes say.
    public func attach(_ content: [UInt8], as paper: String, to id: String, owner: String) async throws -> DossierFile {
        let draft = try draft(id, owner: owner)
        let procedure = try procedure(draft.procedure)
        guard let declared = procedure.papers.first(where: { $0.code == paper }) else { throw DossierError.noSuchDraft }
        guard draft.files.count < limits.filesMax, draft.files.count(where: { $0.paper == paper }) < declared.filesMax else { throw Dossiers.tooMany(declared) }
        let file = try read(content, as: declared)
        let now = world.now()
        try await database.write { connection in
            guard try connection.first("SELECT 1 FROM draft WHERE id = \(id) AND dossier IS NULL", { _ in true }) != nil else { throw DossierError.noSuchDraft }
            try self.keep(file, content, in: id, at: now, on: connection)
        }
        return file
    }

    private static func tooMany(_ paper: Paper) -> DossierError {
        refused(paper, "several", Text(vi: "Mỗi giấy tờ nhiều nhất \(paper.filesMax) tệp.", en: "Each paper has at most \(paper.filesMax) files."))
    }

    private static func refused(_ paper: Paper, _ code: String, _ text: Text) -> DossierError { .objections([Objection(field: "paper-" + paper.code, code: code, text)]) }

    /// What a file is, and whether it can be taken for a paper.
    func read(_ content: [UInt8], as paper: Paper) throws(DossierError) -> DossierFile {
        guard !content.isEmpty else { throw Dossiers.refused(paper, "empty", ["vi": "Tệp rỗng.", "en": "The file is empty."]) }
        guard content.count <= limits.fileBytesMax else {
            let most = limits.fileBytesMax >> 20
            throw Dossiers.refused(
                paper, "size", Text(vi: "Tệp lớn quá \(most) MB. Chụp lại nhỏ hơn.", en: "The file is larger than \(most) MB. Take a smaller picture."))
        }
        guard let type = FileType(content) else {
            throw Dossiers.refused(
                paper, "type",
                [
                    "vi": "Chỉ nhận ảnh JPEG, PNG hoặc tệp PDF. Ảnh HEIC của điện thoại: đổi sang JPEG rồi gửi.",
                    "en": "Only JPEG and PNG pictures and PDF files are taken. Change a phone's HEIC picture to JPEG.",
                ])
        }
        return DossierFile(hash: Hash.of(content).hex, paper: paper.code, type: type, size: content.count)
    }

    func keep(_ file: DossierFile, _ content: [UInt8], in draft: String, at now: Instant, on connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO dossier_file (draft, hash, paper, type, size, content, added) \
            VALUES (\(draft), \(file.hash), \(file.paper), \(file.type.rawValue), \(file.size), \(content), \(now)) ON CONFLICT (draft, hash, paper) DO NOTHING
            """)
    }

    public func detach(_ hash: String, from id: String, owner: String) async throws {
        let draft = try draft(id, owner: owner)
        guard draft.dossier == nil else { return }
        try await database.write { connection in
            try connection.run(
                "DELETE FROM dossier_file WHERE draft = \(id) AND hash = \(hash) AND EXISTS (SELECT 1 FROM draft WHERE id = \(id) AND dossier IS NULL)")
        }
    }

    // MARK: What is known already

    /// The persons an application may be about: the applicant, and those of their household whom the procedure admits.
    public func subjects(of procedure: Procedure, applicant: Int64) throws -> [(row: Int64, name: String)] {
        try database.read { try self.subjects(of: procedure, applicant: applicant, on: $0) }
    }

    func subjects(of procedure: Procedure, applicant: Int64, on connection: Connection) throws -> [(row: Int64, name: String)] {
        let records = registry.records(on: connection)
        guard let key = try registry.key(ofRow: applicant, in: city.people, on: connection), let person = try records.find(city.people, key) else { return [] }
        var found: [(row: Int64, name: String)] = procedure.subjects.contains(.oneself) ? [(applicant, person["name"].plain)] : []
        found += try grantors(to: key, procedure, on: connection)
        let others = procedure.subjects.filter { $0 != .oneself }
        guard !others.isEmpty, let household = person["household"].string else { return found }
        for member in try records.all(city.people, where: "household", is: household) where member.key != key {
            let isChild = PartialDay(member["birth"].plain).map { world.today.age(bornOn: $0.first) < 18 } ?? false
            guard others.contains(.member) || isChild, let row = try registry.row(ofKey: member.key, in: city.people, on: connection) else { continue }
            if !found.contains(where: { $0.row == row }) { found.append((row, member["name"].plain)) }
        }
        return found
    }

    /// What the registers hold for this form, with source and day.
    public func facts(_ procedure: Procedure, subject: Int64, texts: [String: String] = [:]) throws -> [KnownFact] {
        try database.read { connection in
            guard let key = try self.registry.key(ofRow: subject, in: self.city.people, on: connection) else { return [] }
            return try self.facts(procedure, subject: key, texts, isOwn: true, on: connection)
        }
    }

    /// Enters that somebody of the household saw others of it in a form: each of them reads it in their own log.
    public func noteLook(at rows: [Int64], by applicant: Int64) async throws {
        let others = Set(rows).subtracting([applicant]).sorted()
        guard !others.isEmpty else { return }
        try await database.write { connection in
            let home = try self.household(of: applicant, on: connection)
            let within = try others.filter { try home != nil && self.household(of: $0, on: connection) == home }
            for (id, rows) in [("household", within), ("delegate", others.filter { !within.contains($0) })] where !rows.isEmpty {
                let reader = Authority(.visitor, id: id, name: "", grants: [], purpose: .dossier)
                try self.registry.appendRead(self.city.people, rows: rows, authority: reader, purpose: .dossier, door: "own-page", asked: "form", on: connection)
            }
        }
    }

    /// Enters that an applicant saw a paper about somebody else.
    public func noteSubject(of dossier: Dossier, by applicant: Int64) async throws {
        let row = try database.read { try self.registry.row(ofKey: dossier.submission.subject, in: self.city.people, on: $0) }
        if let row { try await noteLook(at: [row], by: applicant) }
    }

    /// Enters that an officer at a counter saw people in a form.
    public func noteLook(at rows: [Int64], at officer: Authority) async throws {
        try await database.write { connection in
            try self.registry.appendRead(self.city.people, rows: rows, authority: officer, purpose: .dossier, door: "counter", asked: "counter", on: connection)
        }
    }

    private func household(of row: Int64, on connection: Connection) throws -> String? {
        try registry.key(ofRow: row, in: city.people, on: connection).flatMap { try registry.records(on: connection).find(city.people, $0)?["household"].string }
    }

    /// The people whom a form shows.
    public func people(in facts: [KnownFact]) throws -> [Int64] {
        let keys = Set(facts.filter { $0.register.name == city.people }.map(\.record))
        return try database.read { connection in try keys.compactMap { try self.registry.row(ofKey: $0, in: self.city.people, on: connection) } }
    }

    /// `isOwn` for those who apply: of a record that they only name by its key they see what is open to everybody.
    func facts(_ procedure: Procedure, subject key: String, _ texts: [String: String], isOwn: Bool, on connection: Connection) throws -> [KnownFact] {
        let records = registry.records(on: connection)
        guard let person = try records.find(city.people, key) else { return [] }
        var facts: [KnownFact] = []
        func add(_ found: Found?, _ name: String, _ fields: [String], isNamed: Bool = false) throws {
            guard let found else { return }
            let register = try registry.register(name)
            for field in fields {
                guard let declared = register.field(field) else { preconditionFailure("\(name) has no field \(field).") }
                let value = found[field]
                if isNamed, isOwn, declared.privacy > .open { continue }
                if !value.isNull { facts.append(KnownFact(register: register, field: declared, value: value, since: found.since, record: found.key)) }
            }
        }
        for fact in procedure.facts {
            switch fact.path {
            case .subject: try add(person, city.people, fact.fields)
            case .household: try add(person["household"].string.flatMap { try records.find("household", $0) }, "household", fact.fields)
            case .members:
                for member in try person["household"].string.map({ try records.all(city.people, where: "household", is: $0) }) ?? [] { try add(member, city.people, fact.fields) }
            case .records(let register, let field): for found in try records.all(register, where: field, is: key) { try add(found, register, fact.fields) }
            case .answer(let question, let register):
                try add(texts[question].flatMap { $0.isEmpty ? nil : try records.find(register, $0.tidied) }, register, fact.fields, isNamed: true)
            }
        }
        return facts
    }
}

extension Dossiers {
    /// What was asked for, supplied in one act: answers read like the form's, files taken like the form's.
    public func supplement(
        _ code: String, texts: [String: String], files: [(paper: String, content: [UInt8])], expecting: Int64?, by party: Party
    ) async throws -> Dossier {
        let (dossier, draft) = try database.read { try self.load(code, on: $0) }
        guard case .waitingForPapers(let asked, _, _) = dossier.state else {
            // A second press finds it done.
            return try await act(.supplement(answers: [:], files: []), on: code, expecting: expecting, by: party)
        }
        let procedure = try procedure(of: dossier)
        var objections: [Objection] = []
        let merged = dossier.answers.mapValues(\.plain).merging(texts.filter { name, _ in asked.contains { $0.code == name } }) { $1 }
        let answers = procedure.answers(merged, registry.reading(), &objections).filter { name, _ in asked.contains { $0.code == name } }
        objections = objections.filter { objection in asked.contains { $0.code == objection.field } }
        var kept: [(file: DossierFile, content: [UInt8])] = []
        for one in asked {
            guard let paper = procedure.papers.first(where: { $0.code == one.code }) else { continue }
            let sent = files.filter { $0.paper == paper.code }
            if sent.isEmpty { objections.append(paper.missing) }
            do throws(DossierError) {
                guard sent.count <= paper.filesMax else { throw Dossiers.tooMany(paper) }
                for file in sent { kept.append((try read(file.content, as: paper), file.content)) }
            } catch {
                guard case .objections(let wrong) = error else { throw error }
                objections += wrong
            }
        }
        guard objections.isEmpty else { throw DossierError.objections(objections) }
        let taken = kept
        let now = world.now()
        return try await database.write { connection in
            let after = try self.act(.supplement(answers: answers, files: taken.map(\.file)), on: code, expecting: expecting, by: party, connection)
            for one in taken { try self.keep(one.file, one.content, in: draft, at: now, on: connection) }
            return after
        }
    }
}
