// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Registers
internal import Store

/// Linked procedures: one application, a dossier for each office, one pick-up when all have ended.
extension Dossiers {
    static let branchSteps: [SQL] = [
        "CREATE TABLE dossier_branch (child TEXT NOT NULL PRIMARY KEY, parent TEXT NOT NULL)", "CREATE INDEX dossier_branch_parent ON dossier_branch (parent)",
    ]

    /// The whole is received at once; its first branches begin in the same commit.
    func beginBranches(_ procedure: Procedure, _ dossier: Dossier, _ application: Application, draft: String, _ connection: Connection) throws -> Dossier {
        var dossier = dossier
        let term = procedure.term(on: dossier.submitted.day) ?? procedure.terms.last!.value
        try enter(.received(due: city.calendar.due(term, from: dossier.submitted), isDeemed: false), into: &dossier, cause: "submission", connection)
        for branch in procedure.branches where branch.after == nil {
            guard try begin(branch, &dossier, application, draft: draft, connection) else {
                throw DossierError.notNow(["vi": "Một phần của hồ sơ liên thông không bắt đầu được.", "en": "A part of the linked dossier cannot begin."])
            }
        }
        return dossier
    }

    private func enter(_ event: DossierEvent, into dossier: inout Dossier, cause: String, _ connection: Connection) throws {
        let place = try append(
            event, code: dossier.code, record: dossier.number, previous: dossier.last, unit: dossier.submission.unit, author: Party.clock.id, cause: cause, connection)
        dossier.apply(event, entry: place.number, at: place.recorded)
        try tell(event, of: dossier, entry: place.number, connection)
    }

    /// Begins a branch with what the application and the registers say; false when its own rules do not admit it.
    private func begin(_ branch: Branch, _ parent: inout Dossier, _ application: Application, draft: String, _ connection: Connection) throws -> Bool {
        let procedure = try procedure(branch.procedure)
        let applicant = parent.submission.applicant
        guard let row = try registry.row(ofKey: applicant, in: city.people, on: connection),
            let subject = try registry.row(ofKey: branch.subject(application), in: city.people, on: connection)
        else { return false }
        let answers = try branch.answers(application, registry.records(on: connection))
        let json = JSON.object(answers.sorted { $0.key < $1.key }.filter { !$0.value.isNull }.map { JSON.Member($0.key, .string($0.value.plain)) }).text
        let id = Encoding.base32(world.random(16))
        let owner = "linked:\(parent.code)"
        try connection.run(
            """
            INSERT INTO draft (id, owner, applicant, procedure, subject, channel, answers, dossier, updated) VALUES (\(id), \(owner), \(row), \(procedure.code), \(subject), \
            \(parent.submission.channel.rawValue), \(json), \(String?.none), \(world.now()))
            """)
        for paper in procedure.papers {
            try connection.run(
                """
                INSERT INTO dossier_file (draft, hash, paper, type, size, content, added) \
                SELECT \(id), hash, paper, type, size, content, added FROM dossier_file WHERE draft = \(draft) AND paper = \(paper.code)
                """)
        }
        let child: Dossier
        do {
            child = try submit(id, owner: owner, parent: parent.code, on: connection)
        } catch is DossierError {
            try connection.run("DELETE FROM dossier_file WHERE draft = \(id)")
            try connection.run("DELETE FROM draft WHERE id = \(id)")
            return false
        }
        try connection.run("INSERT INTO dossier_branch (child, parent) VALUES (\(child.code), \(parent.code))")
        try enter(.branched(procedure: procedure.code, dossier: child.code), into: &parent, cause: "branch", connection)
        return true
    }

    /// Whether the applicant has to do something for a part.
    func isWaiting(_ whole: Dossier, _ connection: Connection) throws -> Bool {
        try whole.branches.contains { branch in
            guard branch.isApproved == nil else { return false }
            return try load(branch.dossier, on: connection).dossier.waitingSince != nil
        }
    }

    /// What an act on one dossier of a linked procedure means for the others, in the same commit.
    func followBranches(_ before: Dossier, _ after: Dossier, _ procedure: Procedure, by party: Party, _ connection: Connection) throws {
        if procedure.isLinked { return try followParent(before, after, by: party, connection) }
        let waited = after.waitingSince == nil ? before.waitingSince : nil
        let hasEnded = after.isEnded && !before.isEnded
        guard let code = after.submission.parent, waited != nil || hasEnded else { return }
        var (parent, draft) = try load(code, on: connection)
        guard !parent.isEnded else { return }
        if let waited { try extend(&parent, waitedFrom: waited, connection) }
        if hasEnded { try join(after, procedure, to: &parent, draft: draft, connection) }
        try save(parent, draft: draft, isNew: false, connection)
    }

    /// The time that an applicant took for a part does not count against the whole either; where two parts wait at once, it counts once.
    private func extend(_ parent: inout Dossier, waitedFrom start: Instant, _ connection: Connection) throws {
        guard let due = parent.due, let term = try procedure(of: parent).term(on: parent.submitted.day) else { return }
        let later = city.calendar.due(term, was: due, pausedFrom: max(start, parent.extended ?? start), to: world.now())
        if later > due { try enter(.extended(due: later), into: &parent, cause: "branch", connection) }
    }

    /// A part has ended: those that wait for it begin, and the whole ends with the last.
    private func join(_ part: Dossier, _ procedure: Procedure, to parent: inout Dossier, draft: String, _ connection: Connection) throws {
        var isApproved = false
        if case .decided(true, _, _) = part.state { isApproved = true }
        try enter(.joined(procedure: procedure.code, dossier: part.code, isApproved: isApproved), into: &parent, cause: "branch", connection)
        if isApproved {
            let application = try application(procedure, part, findings: part.findings, on: connection)
            for branch in try self.procedure(of: parent).branches where branch.after == procedure.code {
                guard try !begin(branch, &parent, application, draft: draft, connection) else { continue }
                try enter(.joined(procedure: branch.procedure, dossier: "", isApproved: false), into: &parent, cause: "branch", connection)
            }
        }
        guard parent.branches.allSatisfy({ $0.isApproved != nil }) else { return }
        let refused = try parent.branches.filter { $0.isApproved == false }.map { $0.dossier.isEmpty ? try self.procedure($0.procedure).title.vi : $0.dossier }
        let reasons = refused.isEmpty ? "" : "Phần không được giải quyết: \(refused.joined(separator: ", "))."
        try enter(.decided(isApproved: parent.branches.first?.isApproved == true, reasons: reasons, findings: [:]), into: &parent, cause: "branch", connection)
    }

    /// Withdrawing the whole withdraws its parts; handing over the whole hands over its parts.
    private func followParent(_ before: Dossier, _ after: Dossier, by party: Party, _ connection: Connection) throws {
        for branch in after.branches where !branch.dossier.isEmpty {
            var (child, draft) = try load(branch.dossier, on: connection)
            switch (before.state, after.state) {
            case (_, .withdrawn(let reason)) where !child.isEnded: _ = try act(.withdraw(reason: reason), on: child.code, expecting: nil, by: party, connection)
            case (.decided, .returned):
                guard case .decided = child.state else { continue }
                try enter(.returned, into: &child, cause: "handing-over", connection)
                try save(child, draft: draft, isNew: false, connection)
            default: continue
            }
        }
    }
}
