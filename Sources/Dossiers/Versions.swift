// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Registers
internal import Store

/// What another version of its procedure would mean for one open dossier.
public struct VersionTrial: Sendable {
    public let code: String
    public let from: Int
    public let status: Dossier.Status
    /// What would be different, in words.
    public let differences: [Text]
    /// What the new version needs and the dossier lacks; it then stays with the old one.
    public let objections: [Objection]
    let move: DossierEvent.Move

    public var mayMove: Bool { objections.isEmpty }
}

extension Dossiers {
    static let versionSteps: [SQL] = [
        "CREATE TABLE procedure_version (procedure TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, since INTEGER NOT NULL)"
    ]

    /// A version that this program brings and the city has not published yet stays where it is: the old one is in force.
    func openVersions() throws {
        let now = world.now()
        let known = Set(try database.look { try $0.all("SELECT procedure FROM procedure_version") { $0.text(0) } })
        let new = Set(city.procedures.map(\.code)).subtracting(known).sorted()
        if !new.isEmpty {
            try database.writeAndWait { connection in
                for code in new {
                    // A city that has handled dossiers before goes on with the version they went by.
                    let used = try connection.first("SELECT 1 FROM dossier WHERE procedure = \(code) LIMIT 1") { _ in true } != nil
                    let versions = try self.versions(of: code)
                    let version = (used ? versions.first : versions.last)!.version
                    try connection.run(
                        "INSERT INTO procedure_version (procedure, version, since) VALUES (\(code), \(version), \(now)) ON CONFLICT (procedure) DO NOTHING")
                }
            }
        }
        try noticeVersions()
    }

    /// Reads again what another server may have published.
    public func noticeVersions() throws {
        setInForce(Dictionary(uniqueKeysWithValues: try database.look { try $0.all("SELECT procedure, version FROM procedure_version") { ($0.text(0), Int($0.integer(1))) } }))
    }

    private func openCodes(of procedure: String, on connection: Connection) throws -> [String] {
        try connection.all("SELECT code FROM dossier WHERE procedure = \(procedure) AND ended IS NULL ORDER BY number") { $0.text(0) }
    }

    /// Tries a version on every open dossier of the procedure. Nothing is entered.
    public func trial(of code: String, version: Int) throws -> [VersionTrial] {
        guard let target = try versions(of: code).first(where: { $0.version == version }) else { throw DossierError.noSuchProcedure("\(code) \(version)") }
        return try database.read { connection in
            try self.openCodes(of: code, on: connection).compactMap { one in
                let dossier = try self.load(one, on: connection).dossier
                return dossier.version == version ? nil : try self.trial(dossier, target, on: connection)
            }
        }
    }

    private func trial(_ dossier: Dossier, _ target: Procedure, on connection: Connection) throws -> VersionTrial {
        let current = try procedure(of: dossier)
        let reading = registry.reading()
        var differences: [Text] = []
        var objections: [Objection] = []
        let kept = Set(target.questions.map(\.name))
        for question in current.questions where !kept.contains(question.name) && !(dossier.answers[question.name] ?? .null).isNull {
            differences.append(Text(vi: "Không còn hỏi “\(question.title.vi)”", en: "“\(question.title.en)” is no longer asked"))
        }
        let answers = target.answers(dossier.answers.mapValues(\.plain).filter { kept.contains($0.key) }, reading, &objections)
        for paper in target.papers where paper.isRequired && (paper.condition.map { $0.values.contains((answers[$0.field] ?? .null).plain) } ?? true) {
            if !dossier.files.contains(where: { $0.paper == paper.code }) { objections.append(paper.missing) }
        }
        if objections.isEmpty {
            do {
                let before = try application(target, dossier, findings: dossier.proposal?.findings ?? [:], on: connection)
                objections += try target.check(before, registry.records(on: connection), reading)
            } catch DossierError.notNow(let text) { objections.append(Objection(field: "", code: "not-now", text)) }
        }
        // The step of the same code; a step that is gone begins the examination anew.
        let stepCode = current.steps[min(dossier.step, current.steps.count - 1)].code
        let step = target.steps.firstIndex { $0.code == stepCode } ?? 0
        if step != dossier.step || target.steps.map(\.code) != current.steps.map(\.code) {
            differences.append(Text(vi: "Bước xử lý: \(target.steps[step].title.vi)", en: "Step: \(target.steps[step].title.en)"))
        }
        var due = dossier.due
        if let received = dossier.received, let old = current.term(on: dossier.submitted.day), let new = target.term(on: dossier.submitted.day), old != new, let now = dossier.due {
            let shift = city.calendar.due(new, from: received).milliseconds - city.calendar.due(old, from: received).milliseconds
            due = Instant(milliseconds: now.milliseconds + shift)
            differences.append(
                Text(
                    vi: "Hạn trả: từ \(now.written(.vietnamese)) thành \(due!.written(.vietnamese))", en: "Due: from \(now.written(.english)) to \(due!.written(.english))"))
        }
        let (oldFee, newFee) = (current.fee(on: dossier.submitted.day)?.value, target.fee(on: dossier.submitted.day)?.value)
        if let oldFee, let newFee, oldFee.amount(dossier.submission.channel) != newFee.amount(dossier.submission.channel) {
            differences.append(
                Text(
                    vi: "Phí mới \(newFee.amount(dossier.submission.channel)); hồ sơ này giữ phí đã báo",
                    en: "The fee is now \(newFee.amount(dossier.submission.channel)); this dossier keeps what was quoted"))
        }
        return VersionTrial(
            code: dossier.code, from: dossier.version, status: dossier.status, differences: differences, objections: objections,
            move: .init(to: target.version, from: dossier.version, step: step, stepBefore: dossier.step, due: due, dueBefore: dossier.due))
    }

    /// Puts a version in force and moves the open dossiers that it admits, or keeps them all with the version they went by. One commit each;
    /// a dossier that changed since the trial is tried again. Gives how many moved and how many stay.
    public func publish(_ code: String, version: Int, moving isMoving: Bool, by authority: Authority) async throws -> (moved: Int, kept: Int) {
        try mustPublish(authority)
        guard let target = try versions(of: code).first(where: { $0.version == version }) else { throw DossierError.noSuchProcedure("\(code) \(version)") }
        let now = world.now()
        let open = try await database.write { connection -> [String] in
            try connection.run("UPDATE procedure_version SET version = \(version), since = \(now) WHERE procedure = \(code)")
            return try self.openCodes(of: code, on: connection)
        }
        try noticeVersions()
        guard isMoving else { return (0, open.count) }
        var moved = 0
        for one in open {
            moved += try await database.write { connection in
                let (dossier, draft) = try self.load(one, on: connection)
                guard !dossier.isEnded, dossier.version != version else { return 0 }
                let trial = try self.trial(dossier, target, on: connection)
                guard trial.mayMove else { return 0 }
                try self.move(dossier, draft, trial.move, by: authority, connection)
                return 1
            }
        }
        return (moved, open.count - moved)
    }

    /// Takes a publication back: the version before is in force again, and every dossier that was moved goes by what it went by.
    public func rollBack(_ code: String, to version: Int, by authority: Authority) async throws -> Int {
        try mustPublish(authority)
        guard try versions(of: code).contains(where: { $0.version == version }) else { throw DossierError.noSuchProcedure("\(code) \(version)") }
        let now = world.now()
        let open = try await database.write { connection -> [String] in
            try connection.run("UPDATE procedure_version SET version = \(version), since = \(now) WHERE procedure = \(code)")
            return try self.openCodes(of: code, on: connection)
        }
        try noticeVersions()
        var count = 0
        for one in open {
            count += try await database.write { connection in
                let (dossier, draft) = try self.load(one, on: connection)
                guard let move = dossier.move, move.from == version, dossier.version == move.to, !dossier.isEnded else { return 0 }
                // What paused the clock since then is kept.
                let due = dossier.due.flatMap { now in move.dueBefore.map { Instant(milliseconds: now.milliseconds - (move.due ?? $0).milliseconds + $0.milliseconds) } }
                let step = dossier.step == move.step ? move.stepBefore : min(dossier.step, (try self.procedure(code)).steps.count - 1)
                try self.move(
                    dossier, draft, .init(to: version, from: dossier.version, step: step, stepBefore: dossier.step, due: due ?? dossier.due, dueBefore: dossier.due), by: authority,
                    connection)
                return 1
            }
        }
        return count
    }

    private func move(_ dossier: Dossier, _ draft: String, _ move: DossierEvent.Move, by authority: Authority, _ connection: Connection) throws {
        var dossier = dossier
        let event = DossierEvent.moved(move)
        let place = try append(
            event, code: dossier.code, record: dossier.number, previous: dossier.last, unit: dossier.submission.unit, author: authority.id, cause: "version", connection)
        dossier.apply(event, entry: place.number, at: place.recorded)
        try save(dossier, draft: draft, isNew: false, connection)
    }

    private func mustPublish(_ authority: Authority) throws {
        guard authority.may(.administer, "*") else {
            throw DossierError.forbidden(["vi": "Việc này dành cho người quản trị.", "en": "This is for administrators."])
        }
    }
}
